"""How a pattern's rate changes with its thresholds: one table, of rows of `archetypes.sensitivity`."""

from __future__ import annotations

from collections.abc import Sequence

from childjourneys.archetypes.sensitivity import WHICH
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Part
from childjourneys.reports.shown_values import Row, as_number, between, is_hidden, is_true, percentage, whole

_TEXT = (
    "The same pattern with one thing changed and all else as defined. A longer window leaves more recent"
    " cases out: they are too recent to be followed for so long. So two rows are not about the same anchors,"
    " and none of these rates is in archetypes.csv but the defined one."
)
_BACK = " One that looks back farther leaves out those for which the returns begin too late."
_HEADINGS = (
    "What is changed", "Window", "Anchors", "Followed in full", "Show the pattern", "Rate %", "95% interval",
    "Too recent",
)  # fmt: skip
NOT_SEEN = "Not seen before"


def sensitivity_parts(
    key: str, title: str, rows: Sequence[Row], *, place: str = "", folded: bool = False
) -> list[Part]:
    """One part, or none without rows.

    Args:
        key: makes ids unique on a page.
        title: of the pattern.
        rows: of one measure and authority, in order; hidden numbers are `c`.
        place: name of the authority, where a page has several.
    """
    if not rows:
        return []
    back = any(is_hidden(row["not_seen_before"]) or as_number(row["not_seen_before"]) for row in rows)
    ends = [row for row in rows if row["clause"] != WHICH]
    farther = len({(row["clause"], row["not_seen_before"]) for row in ends}) > len(
        {row["clause"] for row in ends}
    )
    what = f"{title}, {place}" if place else title
    table = PageTable(
        f"{key}-windows",
        f"{what}: with other thresholds",
        (*_HEADINGS, NOT_SEEN) if back else _HEADINGS,
        [_cells(row, back) for row in rows],
        frozenset(range(2, 9 if back else 8)),
        folded=folded,
        whole=True,
    )
    heading = f"{place}: with other thresholds" if place else "With other thresholds"
    return [Part(f"{key}-sensitivity", heading, text=[_TEXT + (_BACK if farther else "")], tables=[table])]


def _cells(row: Row, back: bool) -> list[Cell]:
    clause, window = str(row["clause"]), str(row["window"])
    changed = "which anchors of a child" if clause == WHICH else clause.replace("_", " ")
    changed = f"re-{changed[3:]}" if changed.startswith("re ") else changed
    own = " (as defined)" if is_true(row["as_defined"]) else ""
    texts = (
        changed,
        window + own,
        whole(row["anchors"]),
        whole(row["n"]),
        whole(row["match"]),
        percentage(row["rate"]),
        between(row["low"], row["high"]),
        whole(row["too_recent"]),
        *((whole(row["not_seen_before"]),) if back else ()),
    )
    return [Cell(text) for text in texts]
