"""Ledgers made up for tests of the tables: children, placements and prices that never were."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from childjourneys.costs.model import Catalogue, CatalogueFile, Entry, Settings, Source
from childjourneys.costs.summaries.given import CostRun
from childjourneys.tables.care_chain import CARE_CHAIN
from childjourneys.tables.costs import COST_UNPRICED, LEDGER, LEDGER_CHILDREN, LEDGER_ORDER

LA = "301"
FIRST, LAST = date(2024, 4, 1), date(2025, 3, 31)
NEEDS = ("none", "none", "none", "ebd", "ebd", "cwd", "cwd_ebd", "uasc")
PLACES = (("U6", "PR1", 450_00), ("U4", "PR4", 900_00), ("K2", "PR4", 4_800_00), ("U1", "PR1", 300_00),
          ("K1", "PR2", 7_000_00), ("H5", "PR4", 1_100_00))  # fmt: skip


def line(**values: Any) -> dict[str, Any]:
    """A line of the ledger; a placement line of a week at 700 pounds unless told otherwise."""
    day = values.get("date_from", FIRST)
    given: dict[str, Any] = {
        "la_code": LA, "child_id": "a", "period_of_care": 1, "placement_no": 1, "process": "lac.3",
        "entry_id": "price", "date_from": day, "date_to": day + timedelta(days=6), "nights": 7,
        "millionths": 1_000_000, "unit": "week", "unit_cost": "700", "uplift_factor": 1, "pence": 700_00,
        "agency": "local_authority", "need_group": "none", "placement_type": "U6", "provider": "PR1",
        "in_out_area": "in", "s251_line": None, "month": f"{day:%Y-%m}", "price_year": "2024/25",
        "price_basis": "authority", "rule": "R3",
    }  # fmt: skip
    return given | values


def event(process: str, pence: int, **values: Any) -> dict[str, Any]:
    """A line of one event; of children in need unless the process is of care."""
    care = process.startswith("lac.")
    blank = {} if care else dict.fromkeys(
        ("period_of_care", "placement_no", "placement_type", "provider", "in_out_area")
    )  # fmt: skip
    day = values.get("date_from", FIRST)
    return line(
        **{
            "process": process, "pence": pence, "date_to": day, "nights": None, "unit": "event",
            "unit_cost": str(pence / 100), "entry_id": f"{process}_event", "rule": "R4", **blank, **values,
        }
    )  # fmt: skip


def ledger_of(lines: Sequence[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(lines), schema=LEDGER.schema, orient="row").sort(LEDGER_ORDER)


def children_of(ledger: pl.DataFrame, unpriced: dict[str, tuple[int, int]] | None = None) -> pl.DataFrame:
    """Rows of cost_children, added up line by line. `unpriced`: (nights, unpriced nights) by child."""
    rows: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    told = unpriced or {}
    slept: dict[tuple[str, str], set[date]] = {}
    for one in ledger.iter_rows(named=True):
        who = one["la_code"], one["child_id"]
        days = slept.setdefault(who, set())
        if one["process"] == "lac.3" and one["nights"]:
            days |= {one["date_from"] + timedelta(days=at) for at in range(one["nights"])}
        row = rows.setdefault((*who, one["price_year"]), _blank(*who, one["need_group"], one["price_year"]))
        if one["process"] == "contribution":
            row["contributions_pence"] += one["pence"]
        elif one["process"] == "grant":
            row["grant_pence"] += one["pence"]
        elif one["agency"] == "local_authority" and one["process"] != "other_agency":
            row["gross_pence"] += one["pence"]
    for child in told:
        if not any(key[1] == child for key in rows):
            rows[LA, child, None] = _blank(LA, child, "none", None)
    for (la_code, child, _), row in rows.items():
        row["nights"], row["unpriced_nights"] = told.get(child, (len(slept.get((la_code, child), ())), 0))
        row["net_pence"] = row["gross_pence"] + row["contributions_pence"] + row["grant_pence"]
    frame = pl.DataFrame(list(rows.values()), schema=LEDGER_CHILDREN.schema, orient="row")
    return frame.sort("la_code", "child_id", "price_year")


def without_price(day: date, nights: int, **values: Any) -> dict[str, Any]:
    """A run of nights without a price, in one month; of the placement that `line` has unless told."""
    given: dict[str, Any] = {
        "la_code": LA, "child_id": "a", "period_of_care": 1, "placement_no": 1, "placement_type": "U6",
        "provider": "PR1", "in_out_area": "in", "need_group": "none", "month": f"{day:%Y-%m}",
        "date_from": day, "date_to": day + timedelta(days=nights - 1), "nights": nights,
    }  # fmt: skip
    return given | values


def unpriced_of(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=COST_UNPRICED.schema, orient="row")


def _blank(la_code: str, child: str, need: str, year: str | None) -> dict[str, Any]:
    money = dict.fromkeys(("gross_pence", "contributions_pence", "grant_pence", "net_pence"), 0)
    return {"la_code": la_code, "child_id": child, "need_group": need, "price_year": year, **money}


def invented_ledger(children: int, seed: int, years: Sequence[str] = ("2024/25",)) -> pl.DataFrame:
    """Many children with one to three placements, events, credits and other agencies' lines."""
    chance, lines = random.Random(seed), []
    for number in range(children):
        who = {"child_id": f"c{number:05d}", "need_group": chance.choice(NEEDS)}
        day = FIRST + timedelta(days=chance.randrange(0, 200))
        lines.append(event("lac.1", 70_000, date_from=day, **who))
        for placement in range(1, chance.randrange(2, 5)):
            place, provider, week = chance.choice(PLACES)
            area = chance.choice(("in", "out", None))
            codes = {
                "placement_no": placement,
                "placement_type": place,
                "provider": provider,
                "in_out_area": area,
            }
            until = min(day + timedelta(days=chance.randrange(1, 120)), LAST + timedelta(days=1))
            year = chance.choice(list(years))
            week += chance.randrange(-50_00, 400_00)
            basis = chance.choice(("child", "contract", "authority", "default"))
            while day < until:
                after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
                end = min(after, until)
                nights = (end - day).days
                span = {
                    "date_from": day,
                    "date_to": end - timedelta(days=1),
                    "nights": nights,
                    "price_year": year,
                }
                lines.append(line(pence=week * nights // 7, millionths=nights * 1_000_000 // 7,
                                  unit_cost=str(week / 100), price_basis=basis, s251_line="3.1.1",
                                  entry_id=f"{place}_{basis}", **span, **codes, **who))  # fmt: skip
                if basis == "child":
                    lines.append(line(process="contribution", entry_id="contribution_health", rule="R11",
                                      agency="health", pence=-(week * nights // 70),
                                      **span, **codes, **who))  # fmt: skip
                if who["need_group"] == "uasc":
                    lines.append(line(process="grant", entry_id="uasc", rule="R11",
                                      pence=-11_400 * nights, **span, **codes, **who))  # fmt: skip
                day = end
        if chance.random() < 0.4:
            lines.append(
                event("cin.s47", 51_100, date_from=FIRST + timedelta(days=chance.randrange(300)), **who)
            )
        if chance.random() < 0.2:
            lines.append(event("other_agency", 9_900, agency="health", **who))
    return ledger_of(lines)


def entry(name: str, price_year: str = "2024/25", **values: Any) -> Entry:
    given: dict[str, Any] = {
        "kind": "placement", "name": name, "unit": "week", "index": (("", "none"),), "process": "lac.3",
        "amount": Fraction(700), "source": Source("A book", "2014", "p. 3", "", "published"),
        "file": "mine.yaml",
    }  # fmt: skip
    return Entry(id=name, price_year=price_year, **(given | values))


def invented_run(*entries: Entry, invented: bool = False, **values: Any) -> CostRun:
    files = (CatalogueFile("mine.yaml", "ab" * 32, 1, len(entries), False, invented),)
    catalogue = Catalogue(tuple(entries), values.pop("settings", Settings()), files, "abcd1234")
    given: dict[str, Any] = {"first": FIRST, "last": LAST, "authorities": {LA: "Exampleshire"}}
    return CostRun(catalogue=catalogue, **(given | values))


def chain_of(*episodes: dict[str, Any]) -> pl.DataFrame:
    """Rows of care_chain: `start`, `end` and what else is told."""
    usual = {"la_code": LA, "child_id": "a", "kind": "care", "open": "false", "period_no": 1,
             "placement_no": 1, "placement_type": "U6", "placement_provider": "PR1"}  # fmt: skip
    return CARE_CHAIN.conform(pl.DataFrame([usual | one for one in episodes], infer_schema_length=None))
