"""The declared list of indicators: what each counts, of what, from where, with the published figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from childjourneys.domain.codes import load_yaml

UNITS = ("proportion", "per 10,000", "count", "days")


@dataclass(frozen=True)
class National:
    """Published figures for England by collection year, in the unit of the row, and where they stand."""

    figures: Mapping[int, float] = field(default_factory=dict)
    source: str = ""

    def near(self, year: int) -> tuple[float, int] | None:
        """The figure of the year nearest to this one and that year; of two as near the later."""
        if not self.figures:
            return None
        found = min(self.figures, key=lambda held: (abs(held - year), -held))
        return self.figures[found], found


@dataclass(frozen=True)
class Row:
    """One row of the file: the indicator itself (`name` blank) or a part of it.

    Attributes:
        id: as in the file, `indicator` or `indicator:part`.
        snapshot: it tells of the last day of the period, so the length of the period does not matter.
        days: follow-up that it needs, for cumulative incidence.
    """

    id: str
    name: str
    unit: str
    snapshot: bool
    national: National
    days: int = 0


@dataclass(frozen=True)
class Indicator:
    """One indicator; the attributes are explained at the top of `catalogue.yaml`."""

    id: str
    name: str
    unit: str
    counts: str
    of: str
    method: str
    limits: str
    source: str
    status: str
    rows: tuple[Row, ...]
    needs: tuple[str, ...] = ()
    brings: str = ""
    look_back_months: int = 0
    census_only: bool = False
    annex_a_only: bool = False
    latest_day_only: bool = False
    only_from: str = ""
    ssda903_only: bool = False
    module: str = ""


@cache
def catalogue() -> dict[str, Indicator]:
    """All indicators by id, in the order of the file."""
    return {
        entry["id"]: _indicator(entry) for entry in load_yaml("childjourneys.indicators", "catalogue.yaml")
    }


def _indicator(entry: Mapping[str, Any]) -> Indicator:
    entry = dict(entry)
    parts, main = entry.pop("rows", ()), entry.pop("main_row", True)
    national, snapshot = entry.pop("national", None), entry.pop("snapshot", False)
    mine = (
        (Row(entry["id"], "", entry["unit"], snapshot, _national(national, entry["unit"])),) if main else ()
    )
    texts = {name: entry.get(name) or "" for name in ("of", "method", "limits")}
    return Indicator(
        **{
            **entry,
            **texts,
            "needs": tuple(entry.get("needs", ())),
            "rows": mine + tuple(_row(entry, part, snapshot) for part in parts),
        }
    )


def _row(entry: Mapping[str, Any], part: Mapping[str, Any], snapshot: bool) -> Row:
    unit = part.get("unit", entry["unit"])
    return Row(
        f"{entry['id']}:{part['id']}",
        part["name"],
        unit,
        part.get("snapshot", snapshot),
        _national(part.get("national"), unit),
        part.get("days", 0),
    )


def _national(given: Mapping[str, Any] | None, unit: str) -> National:
    if given is None:
        return National()
    per = 100 if unit == "proportion" else 1
    return National({year: value / per for year, value in given["figures"].items()}, given["source"])
