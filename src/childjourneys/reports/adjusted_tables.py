"""Groups beside a reference, raw and adjusted: one table, of rows as in adjusted.csv."""

from __future__ import annotations

from collections.abc import Sequence

from childjourneys.equalities.adjusted import FURTHER, POOLED
from childjourneys.reports.context_section import group_in_words
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Part
from childjourneys.reports.shown_values import HIDDEN, Row, as_number, is_hidden, whole
from childjourneys.reports.wording import number

VALUE_CHOICE = (
    "Equal rates given recorded need: need is recorded by the same services, so adjusting for it can hide"
    " unequal treatment. The column for age and sex alone shows what need and deprivation change."
)
_HOW = (
    "Adjusted: the group's rate over the rate that the reference would have with the details of the group's"
    " own anchors (logistic regression, averaged over these; anchors of one child or family do not count as"
    " so many). A group is never adjusted for what it is itself. It says nothing of why, and an adjusted"
    " ratio of 1 is no proof of equal treatment. Where a level of a detail is too small, it was put together"
    " with others (see adjusted.csv)."
)
_HEADINGS = (
    "Group", "Followed in full", "Show the pattern", "Beside", "Ratio, not adjusted",
    "Adjusted for age and sex", "Also for need and deprivation", "Difference then, in points", "Note",
)  # fmt: skip
CANNOT_TELL = "cannot tell"


def adjusted_parts(key: str, title: str, rows: Sequence[Row], *, place: str = "") -> list[Part]:
    """One part, or none without rows.

    Args:
        key: makes ids unique on a page.
        title: of the pattern.
        rows: of one measure and authority, in order; hidden numbers are `c`.
        place: name of the authority, where a page has several.
    """
    if not rows:
        return []
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((str(row["dimension"]), str(row["group"])), []).append(row)
    what = f"{title}, {place}" if place else title
    table = PageTable(
        f"{key}-adjusted",
        f"{what}: groups beside the reference, raw and adjusted (95% intervals)",
        _HEADINGS,
        [_cells(group) for group in groups.values()],
        frozenset({1, 2, 4, 5, 6, 7}),
        whole=True,
    )
    heading = f"{place}: adjusted for age, sex, need and deprivation"
    return [
        Part(
            f"{key}-adjusted-part",
            heading if place else "Adjusted for age, sex, need and deprivation",
            text=[VALUE_CHOICE, _HOW, *_not_known(rows)],
            tables=[table],
        )
    ]


def _not_known(rows: Sequence[Row]) -> list[str]:
    used = {name for row in rows for name in _details(row)}
    missing = [name.replace("_", " ") for name in FURTHER if name not in used]
    return [f"Not known here, so not adjusted for: {' and '.join(missing)}."] if missing else []


def _cells(rows: Sequence[Row]) -> list[Cell]:
    """Of one group: the row adjusted for age and sex, and the one for all that is known."""
    first = next((row for row in rows if not _is_whole(row)), None)
    further = next((row for row in rows if _is_whole(row)), None)
    row = rows[0]
    notes = dict.fromkeys(part for one in rows for part in str(one["note"] or "").split("; "))
    return [
        Cell(f"{str(row['dimension']).replace('_', ' ')}: {group_in_words(row)}"),
        Cell(whole(row["n"])),
        Cell(whole(row["matches"])),
        Cell(str(row["reference_group"])),
        Cell(_ratio(row, "raw") or "no ratio"),
        Cell("" if first is None else _ratio(first, "adjusted") or CANNOT_TELL),
        Cell("" if further is None else _ratio(further, "adjusted") or CANNOT_TELL),
        Cell(_points(further or row)),
        Cell("; ".join(note.removeprefix(f"{CANNOT_TELL}: ") for note in notes if POOLED not in note)),
    ]


def _details(row: Row) -> list[str]:
    return str(row["adjusted_for"] or "").split()


def _is_whole(row: Row) -> bool:
    return any(name in FURTHER for name in _details(row))


def _ratio(row: Row, which: str) -> str:
    """1.25 (1.02 to 1.53); `c` where any of it is hidden; blank where there is none."""
    return _spoken(row, (f"{which}_ratio", f"{which}_low", f"{which}_high"), 1, 2)


def _points(row: Row) -> str:
    return _spoken(row, ("adjusted_difference", "difference_low", "difference_high"), 100, 1)


def _spoken(row: Row, names: tuple[str, str, str], times: float, decimals: int) -> str:
    if any(is_hidden(row[name]) for name in names):
        return HIDDEN
    values = [as_number(row[name]) for name in names]
    if values[0] is None:
        return ""
    middle, *ends = (number(None if value is None else times * value, decimals) for value in values)
    return f"{middle} ({' to '.join(ends)})" if all(ends) else middle
