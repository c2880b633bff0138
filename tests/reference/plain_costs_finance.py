"""Which line of the finance return a line of the ledger belongs to: the plain reading of section 8's map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from plain_costs_money import financial_year

from childjourneys.costs.model import Entry


def finance_line(
    entry: Entry | None, process: str, kind: str, place: str | None, day: date, said: Mapping[str, str]
) -> str | None:
    """The entry's own line of the year, then what the authority says of a PLACE, then the usual map.

    Args:
        entry: None for a price of the child's own and what comes with it.
        process, kind: as the ledger has them.
        said: by PLACE.
    """
    for year, line in entry.s251_line if entry else ():
        if year[:4] == financial_year(day)[:4]:
            return line
    if kind == "other_agency":
        return None
    if kind == "grant":
        return "asylum"
    if process not in ("lac.3", "contribution"):
        return "social_work"
    if place is None:
        return None
    if place in said:
        return said[place]
    if place in ("K2", "R1"):
        return "residential"
    if place in ("U1", "U2", "U3", "P1"):
        return "family_and_friends"
    if place.startswith("A"):
        return "adoption"
    if place in ("U4", "U5", "U6"):
        # Fees and allowances apart from the rest, where an entry tells them apart.
        if entry is not None and kind in ("allowance", "fee"):
            return "fostering_fees"
        joint = entry is None or "fee" in entry.covers or "allowance" in entry.covers
        return "fostering" if joint else "fostering_other"
    return None
