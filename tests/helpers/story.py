"""Reported rows written by hand, put through the merge and journey kernels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from childjourneys.domain.calendar import england
from childjourneys.journeys.coverage import build_coverage
from childjourneys.journeys.kernel import JourneyKernel
from childjourneys.merging.kernel import MergeKernel
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.sources.staging import Origin, stage
from childjourneys.tables import REPORTED

LA = "301"
MODULES = (
    "Header", "Episodes", "Reviews", "UASC", "OC2", "OC3", "AD1", "PlacedAdoption", "PrevPerm", "Missing",
    "SWEpisodes", "DoLo",
)  # fmt: skip


def day(text: str | date | None) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else text


@dataclass
class Return:
    """One return being written. `add` gives the row number it used."""

    story: Story
    number: int
    source: str
    file: str
    as_at: date
    la: str = LA
    lists: tuple[int, ...] = ()
    next_row: int = 2
    modules: tuple[str, ...] = ()
    read_with: int | None = None

    @property
    def loaded_as(self) -> int:
        """Number of the loaded return that it is read as."""
        return self.number if self.read_with is None else self.read_with

    def add(self, table: str, child: str, sheet: str = "", row: int | None = None, **values: Any) -> int:
        """Add a reported row; texts for date columns are ISO dates."""
        row = row or self.next_row
        self.next_row = row + 1
        kinds = REPORTED[table].schema
        typed = {k: day(v) if kinds[k] == pl.Date else v for k, v in values.items()}
        record = {"child_id": child, "sheet": sheet or table, "row": row, **typed}
        self.story.rows.setdefault((self.number, table), []).append(record)
        return row


@dataclass
class Told:
    """What came of a story."""

    tables: dict[str, pl.DataFrame]
    events: pl.DataFrame
    spells: pl.DataFrame
    lines: pl.DataFrame
    coverage: pl.DataFrame
    issues: pl.DataFrame
    children: pl.DataFrame
    marks: pl.DataFrame

    def line(self, child: str = "A", la: str = LA) -> str:
        found = self.lines.filter(pl.col("child_id") == child, pl.col("la_code") == la)
        return str(found["journey_reduced"].item()) if found.height else ""

    def dated(self, child: str = "A") -> list[str]:
        """Every event as `2024-01-02 referral`, also those that lines do not show."""
        mine = self.events.filter(pl.col("child_id") == child)
        return [f"{d} {e}" for d, e in mine.select("date", "event").iter_rows()]

    def spells_of(self, kind: str, child: str = "A") -> list[tuple[str, str | None, str]]:
        mine = self.spells.filter(pl.col("child_id") == child, pl.col("kind") == kind)
        return [
            (str(s), str(e) if e else None, o) for s, e, o in mine.select("start", "end", "open").iter_rows()
        ]

    def codes(self) -> list[str]:
        return sorted(self.issues["code"].to_list())

    def event(self, name: str, child: str = "A") -> dict[str, Any]:
        return self.events.filter(pl.col("event") == name, pl.col("child_id") == child).row(0, named=True)


@dataclass
class Story:
    """Returns written by hand."""

    returns: list[Return] = field(default_factory=list)
    rows: dict[tuple[int, str], list[dict[str, Any]]] = field(default_factory=dict)

    def census(self, year: int, file: str | None = None, la: str = LA) -> Return:
        return self._return("cin_census", file or f"cin_{year}.xml", date(year, 3, 31), (), la)

    def annex(
        self, as_at: str, file: str | None = None, lists: tuple[int, ...] = tuple(range(1, 12)), la: str = LA
    ) -> Return:
        return self._return("annex_a", file or f"annex_{as_at}.xlsx", date.fromisoformat(as_at), lists, la)

    def ssda903(
        self, year: int, file: str | None = None, modules: tuple[str, ...] = MODULES, la: str = LA
    ) -> Return:
        """A return of one year; a second one of that year is read as one with the first."""
        made = self._return("ssda903", file or f"903_{year}", date(year, 3, 31), (), la)
        made.modules = modules
        for other in self.returns[:-1]:
            if (other.source, other.as_at, other.la) == (made.source, made.as_at, made.la):
                made.read_with = other.loaded_as
        return made

    def _return(self, source: str, file: str, as_at: date, lists: tuple[int, ...], la: str) -> Return:
        made = Return(self, len(self.returns), source, file, as_at, la, lists)
        self.returns.append(made)
        return made

    def loaded(self) -> tuple[LoadedReturn, ...]:
        modules: dict[int, set[str]] = {}
        for one in self.returns:
            modules.setdefault(one.loaded_as, set()).update(one.modules)
        return tuple(
            LoadedReturn(r.number, r.source, r.la, r.as_at, r.lists, tuple(sorted(modules[r.number])))
            for r in self.returns
            if r.read_with is None
        )

    def tell_coverage(self) -> pl.DataFrame:
        return build_coverage(self.loaded())

    def tell(self, key: bytes | None = None) -> Told:
        staged: dict[str, list[pl.DataFrame]] = {}
        for (number, table), records in self.rows.items():
            made = self.returns[number]
            frame = REPORTED[table].conform(pl.DataFrame(records, schema_overrides=_kinds(table, records)))
            origin = Origin(made.la, made.source, made.file, made.loaded_as)
            staged.setdefault(table, []).append(stage(table, frame, origin, key))
        merged = MergeKernel(self.loaded())({name: pl.concat(frames) for name, frames in staged.items()})
        told = JourneyKernel(england())(merged)
        return Told(
            merged,
            told["events"],
            told["spells"],
            told["lines"],
            build_coverage(self.loaded()),
            pl.concat([merged["issues"], told["issues"]]),
            told["children"],
            told["mark"],
        )


def _kinds(table: str, records: list[dict[str, Any]]) -> dict[str, Any]:
    used = {name for record in records for name in record}
    return {name: kind for name, kind in REPORTED[table].schema.items() if name in used}
