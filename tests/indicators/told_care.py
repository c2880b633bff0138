"""Children looked after, written by hand, and the indicators told of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from childjourneys.domain.calendar import england
from childjourneys.indicators.catalogue import catalogue
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.kernel import COUNTERS
from childjourneys.indicators.periods import Modules, period_frame, plan_periods
from childjourneys.indicators.results import indicator_table
from childjourneys.indicators.settings import IndicatorSettings

LA = "301"
_OF_A_CHILD = {"la_code": pl.String, "child_id": pl.String}
_SPELL = {"start_date": pl.Date, "end_date": pl.Date}
SCHEMAS: dict[str, dict[str, Any]] = {
    "children": {"birth_date": pl.Date},
    "spells": {"kind": pl.String, "start": pl.Date, "end": pl.Date, "record": pl.Int64},
    "events": {"event": pl.String, "date": pl.Date, "record": pl.Int64, "source": pl.String},
    "period_of_care": {**_SPELL, "record": pl.Int64, "legal_status": pl.String, "start_known": pl.Boolean,
                       "number_of_placements_12_months": pl.Int64},
    "placement": {**_SPELL, "record": pl.Int64, "end_unused": pl.Boolean, "placement_type": pl.String,
                  "placement_id": pl.String, "temporary": pl.Boolean, "same_carer": pl.Boolean,
                  "start_known": pl.Boolean},
    "care_chain": {"kind": pl.String, "start": pl.Date, "end": pl.Date, "placement_location": pl.String,
                   "placement_distance_miles": pl.Float64},
    "missing": {**_SPELL, "missing_type": pl.String},
    "social_worker_episode": {**_SPELL, "social_worker_id": pl.String},
    "oc2": {"as_at": pl.Date, "sdq_score": pl.Int64, "convicted": pl.Boolean,
            **dict.fromkeys(("health_assessment", "dental_check", "immunisations_up_to_date",
                             "health_check_up_to_date", "substance_misuse"), pl.Boolean)},
    "leaver_contact": {"contact_date": pl.Date, "contact_age": pl.Int64, "in_touch": pl.String,
                       "activity": pl.String, "accommodation": pl.String, "suitability": pl.String},
    "adoption": {"care_start_date": pl.Date, "placed_date": pl.Date, "order_date": pl.Date},
}  # fmt: skip
KINDS = ("looked_after", "placement", "lac_start", "lac_end", "missing", "care_leaver", "adopted")


def day(text: Any) -> Any:
    return date.fromisoformat(text) if isinstance(text, str) and text[:2] in ("19", "20") else text


@dataclass
class Care:
    """Rows of canonical tables and journeys, as SSDA903 gives them."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    record: int = 0

    def add(self, table: str, child: str, **values: Any) -> Care:
        given = {name: day(value) for name, value in values.items()}
        self.rows[table].append({"la_code": LA, "child_id": child, **given})
        return self

    def care(self, child: str, start: str, end: str | None = None, born: str = "2012-05-05",
             known: bool = True) -> Care:  # fmt: skip
        """A child looked after, once or again."""
        if not any(row["child_id"] == child for row in self.rows["children"]):
            self.add("children", child, birth_date=born)
        self.record += 1
        self.add(
            "period_of_care", child, start_date=start, end_date=end, record=self.record, start_known=known
        )
        return self.add("spells", child, kind="looked_after", start=start, end=end, record=self.record)

    def placed(self, child: str, start: str, end: str | None, stay: str | None, **more: Any) -> Care:
        self.record += 1
        given = {"end_unused": False, "temporary": False, "same_carer": False, "start_known": True} | more
        return self.add("placement", child, start_date=start, end_date=end, placement_id=stay,
                        record=self.record, **given)  # fmt: skip

    def frames(self) -> dict[str, pl.DataFrame]:
        return {
            name: pl.DataFrame(
                [{column: row.get(column) for column in _OF_A_CHILD | schema} for row in self.rows[name]],
                schema=_OF_A_CHILD | schema,
            )
            for name, schema in SCHEMAS.items()
        }

    def facts(self) -> Facts:
        frames = self.frames()
        journeys = {name: frames.pop(name) for name in ("events", "spells", "children")}
        return Facts(frames, **journeys, calendar=england())


def covered(first: int, last: int, *kinds: str) -> pl.DataFrame:
    """Coverage of SSDA903 returns of some collection years without a gap."""
    rows = [
        (LA, kind, date(first - 1, 4, 1), date(last, 3, 31), "open_in", "ssda903") for kind in kinds or KINDS
    ]
    names = ("la_code", "kind", "from", "to", "rule", "source")
    return pl.DataFrame(rows, schema=names, orient="row")


@dataclass
class Found:
    """The rows of indicators.csv of one collection year."""

    table: pl.DataFrame
    year: int

    def row(self, indicator: str) -> dict[str, Any]:
        last = date(self.year, 3, 31)
        mine = self.table.filter(pl.col("indicator") == indicator)
        some = mine.filter(pl.col("to") == last)
        return (some if some.height else mine).row(0, named=True)

    def of(self, indicator: str) -> tuple[Any, Any]:
        row = self.row(indicator)
        return row["numerator"], row["denominator"]

    def left_out(self, indicator: str) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.row(indicator)["excluded"])
        return found


def tell(care: Care, first: int = 2020, last: int = 2024, *, modules: Modules | None = None,
         kinds: tuple[str, ...] = KINDS) -> Found:  # fmt: skip
    coverage = covered(first, last, *kinds)
    periods = plan_periods(catalogue().values(), coverage, modules)
    partials = counted(care.facts(), period_frame(periods))
    people = pl.DataFrame(
        [(LA, year, 0, 17, 1000) for year in range(first - 1, last)],
        schema=("la_code", "year", "age_from", "age_to", "population"), orient="row",
    )  # fmt: skip
    return Found(indicator_table(catalogue(), periods, partials, people), last)


def counted(facts: Facts, periods: pl.DataFrame) -> pl.DataFrame:
    """What the kernel counts of the indicators that these facts carry."""
    found = []
    for (indicator,), mine in periods.group_by("indicator", maintain_order=True):
        for part, counts in COUNTERS[str(indicator)](facts, mine, IndicatorSettings()):
            row = f"{indicator}:{part}" if part else str(indicator)
            found.append(counts.with_columns(row=pl.lit(row)))
    return pl.concat(found)
