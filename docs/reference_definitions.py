"""The reference page about definitions: every key and word of the language of archetypes."""

from __future__ import annotations

from collections.abc import Iterable

from reference_rows import codes_listed, rows

from childjourneys.archetypes import attributes
from childjourneys.archetypes.checking_names import LINKS
from childjourneys.archetypes.definition import ATTRIBUTES, RECORDS, START_OF
from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.schema import FILE
from childjourneys.domain.vocabulary import EVENTS, SPELL_KINDS

# Of each part of a definition: key, what it takes, and what it means.
TOP_KEYS = (
    ("archetype", "name", "the id: small letters, digits and _"),
    ("version", "whole number", "1 unless given; count it up when the meaning changes"),
    ("title", "text", "for lists and headings"),
    ("why", "text", "what the pattern may tell"),
    ("definition", "text", "the definition in words"),
    ("source", "text", "where it comes from"),
    ("not_a_judgement", "text", "what it does not say; stands beside every audit list"),
    ("caveats", "list of texts", "what stands beside every rate"),
    ("needs", "types or kinds", "without one of these it is not available for an authority"),
    ("uses", "types or kinds", "used where they are there"),
    ("follow", "`child`, `family`", "whose events; `family` lets `who` stand in clauses"),
    ("until_age", "18 to 25", "the birthday at which a child leaves; 18 unless given"),
    ("clock", "`anchor`, `referral`", "where windows count from: the anchor, or its need episode's referral"),
    ("start", "keys", "what makes an anchor"),
    ("then", "list of clauses", "what must all hold for a match"),
    ("variants", "list", "the same told another way; rates are never compared with the main one"),
    (
        "sensitivity",
        "`name: [3 months, ...]`",
        "other ends (`to`) for the clause so named, shown in the report",
    ),
    ("report by", "dimensions", "what the report splits by"),
    ("list for audit", "`match`, `all`", "which anchors the audit list has; `match` unless given"),
)
START_KEYS = (
    ("event", "an event", "the anchor"),
    ("calendar", "such as `31 March`", "in place of `event`: that day of every year; needs `while in`"),
    ("which", "`first`, `last`, `every`", "of the child's events that pass `where`; `every` unless given"),
    ("where", "tests", "of the anchor; one that does not pass is no anchor"),
    ("while in", "kinds of spell", "the child must be in one of them on the day"),
    ("not while in", "kinds of spell", "the child must be in none of them on the day"),
    ("at", "`anchor`, `day after`, `day before`", "the day of `while in` and `not while in`"),
    ("states", "list", "several of `while in` or `not while in`, each with its own `at`"),
    (
        "lookback",
        "length",
        "with `which: first`: the history that makes a first one sure; 2 years unless given",
    ),
    ("strict_first", "`true`, `false`", "with `which: first`: without that history the anchor is not used"),
)
CLAUSE_KEYS = (
    ("followed by", "an event", "at least one in the window after"),
    ("not followed by", "an event", "the opposite"),
    ("preceded by", "an event", "at least one in the window before"),
    ("not preceded by", "an event", "the opposite"),
    ("where", "tests", "of the event; alone in a clause: of the anchor, which stays in the denominator"),
    ("call it", "name", "for `sensitivity` and explanations"),
    ("at least", "number from 1", "how many are needed; 1 unless given"),
    ("at most", "number", "how many there may be"),
    (
        "count",
        "`overlapping`, `overlapping records`",
        "the verb then names a kind of spell; those with a day in the window count, placements of one stay"
        " once; with `records` each counts",
    ),
    (
        "exclude",
        "`temporary`, `under_a_day`, `earlier_care`",
        "with `count`: spells that do not count; `earlier_care`: placements of a period of care before the "
        "one on the day",
    ),
    (
        "same",
        "`need_episode` or a kind",
        "both events belong to one need episode, or to one source record; placements of one stay are one",
    ),
    ("who", "`self`, `other child`, `any child`", "whose events, with `follow: family`"),
    ("within", "a window", "the days that are looked at; always needed"),
    ("then", "list of clauses", "about the event found: windows and links count from it"),
    ("any of", "list of clauses", "in place of all other keys: one of the clauses is enough"),
)
WINDOW_KEYS = (
    (
        "after",
        "length",
        "looking forward, the first day; `1 day` unless given, `0 days` takes the day itself in",
    ),
    ("before", "length", "looking back, the nearest day; `1 day` unless given"),
    ("to", "length", "the last day, included; `under 15 months` leaves it out; looking back also `ever`"),
    ("from", "a start event", "in place of `after`: from the start of the anchor's own spell"),
    ("same_day", "`any`", "on the day itself every event counts, but for the anchor's own type"),
    ("count_from", "`day0`, `day1`", "`day1` makes working days one shorter"),
)
VARIANT_KEYS = (
    ("variant", "name", "the measure is `id:name`; for a `clock` alone it may be left out"),
    ("instead without", "types or kinds", "it is the headline where one of these is not carried"),
    ("start", "keys", "in place of the main one's"),
    ("then", "list of clauses", "in place of the main one's"),
    ("clock", "`anchor`, `referral`", "in place of the main one's"),
    ("needs", "types or kinds", "in place of the main one's"),
)
_KINDS = {
    "flag": "true or false", "number": "whole number", "code": "code", "date": "date as 2025-03-31",
    "text": "text",
}  # fmt: skip


def definitions() -> Iterable[str]:
    """Every key by the part it stands in, then the words that keys take."""
    yield "# Keys of a definition\n"
    yield (
        "Every key of the YAML in which archetypes are written. How to write one: "
        "[archetypes](../archetypes.md). A key that is not here is refused, with its line and the nearest "
        f"spelling. The same as a JSON Schema is in the package: `childjourneys/archetypes/{FILE}`.\n"
    )
    for title, keys in (
        ("A definition", TOP_KEYS), ("start", START_KEYS), ("A clause", CLAUSE_KEYS),
        ("within", WINDOW_KEYS), ("A variant", VARIANT_KEYS),
    ):  # fmt: skip
        yield f"## {title}\n"
        yield from rows(("Key", "Takes", "Meaning"), [(f"`{key}`", takes, says) for key, takes, says in keys])
        yield ""
    yield "`within: 6 months` is short for `{after: 1 day, to: 6 months}`, looking back with `before`.\n"
    yield "## Words\n"
    yield from rows(
        ("What", "Words"),
        [
            ("An event", "a type ([events](events.md)), `plan_start` (any start of a plan), or "
                         "`{any of: [...]}` with types or `{event: type, where: {...}}`"),
            ("Kinds of spell", codes_listed(SPELL_KINDS)),
            ("Kinds that `same` names", codes_listed(LINKS)),
            ("Start events that `from` names, with the anchor they need",
             "; ".join(f"`{first}`: `{last}`" for first, last in START_OF.items())),
            ("Lengths", "a whole number and days, weeks, months, years or working days"),
        ],
    )  # fmt: skip
    yield "\nThe two events of one record, for `same`:\n"
    yield from rows(("Kind", "Events"), [(f"`{kind}`", codes_listed(both)) for kind, both in RECORDS.items()])
    yield "\n## where\n"
    yield from rows(
        ("Written", "Passes"),
        [
            ("`key: value`", "equal; of `factors`, one of them"),
            ("`key: [a, b]`", "one of these"),
            ("`key: {not in: [a, b]}`", "none of these, or blank"),
            ("`key: 0 to 17`", "between, both included; numbers and dates only"),
            ("`key: not a`", "not equal, or blank"),
            ("`key: missing`, `key: not missing`", "blank; not blank"),
            ("`key: {is: a}`, `key: {not: a}`", "the same for a text that reads as one of the above"),
        ],
    )
    yield "\n## Attributes that where can test\n"
    yield from rows(
        ("Attribute", "Events", "Values"),
        [
            (f"`{name}`", "every event" if len(types) == len(EVENTS) else ", ".join(types), _values_of(name))
            for name, types in ATTRIBUTES.items()
        ],
    )
    yield "\n## Dimensions that report by can name\n"
    yield from rows(("Dimension", "Groups"), [(f"`{name}`", says) for name, says in DIMENSIONS.items()])


def _values_of(name: str) -> str:
    codes = attributes.codes_of(name)
    if name == "while_open":
        return "true or false; `any` tests nothing. A `referral` without this test is one with `false`"
    return codes_listed(codes) if 0 < len(codes) < 15 else _KINDS[attributes.kind_of(name)]
