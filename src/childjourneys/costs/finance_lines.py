"""The line of the finance return (section 251) that a line of the ledger belongs to.

The entry's own line for the year comes first, then what the authority says (`s251_map`), then the usual map.
Where practice differs from authority to authority, the line stays blank until the authority has answered.
Source: the design of costs, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping

from childjourneys.costs.model import Entry
from childjourneys.costs.placement_names import PLACEMENT_NAMES, placement_matches

_CARERS = ("U4", "U5", "U6")
_BY_PLACE = {
    **dict.fromkeys(("K2", "R1"), "residential"),
    **dict.fromkeys(("U1", "U2", "U3", "P1"), "family_and_friends"),
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "adoption"),
}
_FEES = ("allowance", "fee")


def finance_line(
    entry: Entry | None,
    process: str,
    kind: str,
    placement: tuple[str | None, str | None, str | None],
    year: int,
    said: Mapping[str, str],
) -> str | None:
    """The line, or the group of the usual map that stands for it; None where nobody has said.

    Args:
        entry: None for a price of the child's own.
        process, kind: as in the ledger.
        placement: PLACE, PLACE_PROVIDER, and in or out.
        year: the calendar year in which the financial year begins.
        said: the authority's own map, by PLACE, placement name, kind or process.
    """
    for text, line in entry.s251_line if entry else ():
        if text[:4] == str(year):
            return line
    place = placement[0]
    of_a_placement = process in ("lac.3", "contribution")
    if of_a_placement and place is not None:
        if place in said:
            return said[place]
        for name in PLACEMENT_NAMES:
            if name in said and placement_matches(name, *placement):
                return said[name]
    for name in (kind, process):
        if name in said and (not of_a_placement or name != "process"):
            return said[name]
    if kind == "other_agency":
        return None
    if kind == "grant":
        return "asylum"
    if not of_a_placement:
        return "social_work"
    if place in _CARERS:
        if kind in _FEES and entry is not None:
            return "fostering_fees"
        whole = entry is None or bool(set(_FEES) & set(entry.covers))
        return "fostering" if whole else "fostering_other"
    return _BY_PLACE.get(place) if place is not None else None
