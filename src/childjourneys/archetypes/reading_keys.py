"""Keys and words of the YAML of definitions, by the part that they stand in."""

from __future__ import annotations

from childjourneys.archetypes.definition import Direction

TEXTS = ("title", "why", "definition", "source", "not_a_judgement")
TOP_KEYS = (
    "archetype", "version", "title", "why", "definition", "source", "not_a_judgement", "caveats", "needs",
    "uses", "follow", "until_age", "clock", "start", "then", "variants", "sensitivity", "report by",
    "list for audit",
)  # fmt: skip
START_KEYS = (
    "event", "calendar", "which", "where", "while in", "not while in", "at", "states", "lookback",
    "strict_first",
)  # fmt: skip
STATE_KEYS = ("while in", "not while in", "at")
VERBS: dict[str, tuple[Direction, bool]] = {
    "followed by": ("followed", False),
    "not followed by": ("followed", True),
    "preceded by": ("preceded", False),
    "not preceded by": ("preceded", True),
}
CLAUSE_KEYS = (
    *VERBS, "where", "call it", "at least", "at most", "count", "exclude", "same", "who", "within", "then",
)  # fmt: skip
NODE_KEYS = (*CLAUSE_KEYS, "any of")
FORWARD_KEYS = ("after", "from", "to", "same_day", "count_from")
BACK_KEYS = ("before", "to", "same_day", "count_from")
VARIANT_KEYS = ("variant", "instead without", "start", "then", "clock", "needs")
OVERLAPPING, BY_RECORD = COUNTS = ("overlapping", "overlapping records")
EVER = "ever"
AFTER = " after"
