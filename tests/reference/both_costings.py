"""One costing told twice in one form: by the plain reading, and by the kernel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import plain_costs
import polars as pl
from plain_costs_given import PriceSpan, Run
from plain_costs_money import millionths

from childjourneys.costs.indices import Indices, Series
from childjourneys.costs.kernel import LedgerKernel
from childjourneys.costs.price_rows import decimal_text
from childjourneys.costs.prices import PRICE_SPANS
from childjourneys.domain.calendar import england
from childjourneys.tables import DERIVED, REPORTED
from childjourneys.tables.care_chain import CARE_CHAIN

Row = dict[str, Any]
IssueKey = tuple[str, str, str, str, str]
CODES = ("cost-no-match", "cost-ambiguous")
MONEY = ("gross", "contributions", "grant", "net")
# What rows of canonical tables have beside their reported columns.
_MORE: dict[str, Any] = {
    "la_code": pl.String, "child_id": pl.String, "as_at": pl.Date, "file": pl.String, "source": pl.String,
}  # fmt: skip
_OTHER: dict[str, dict[str, Any]] = {
    "lac_review": {"review_date": pl.Date, "participation": pl.String},
    "needs": dict.fromkeys(("cwd", "ebd", "offending", "uasc"), pl.Boolean),
    "leaving_care": {"joined": pl.Date},
    "need_episode": {"episode_start_date": pl.Date, "episode_id": pl.String},
}


@dataclass
class Both:
    """Lines in the ledger's order, rows per child and price year in pence, what could not be priced."""

    lines: list[Row]
    children: list[Row]
    issues: dict[IssueKey, Row]


def costed_by(how: str, run: Run) -> Both:
    return by_plain(run) if how == "plain" else by_kernel(run)


def by_plain(run: Run) -> Both:
    told = plain_costs.cost(run)
    lines = [asdict(line) for line in told.lines]
    for line in lines:
        # The ledger shows a price without an end in decimals (of a home, say) at six of them.
        line["unit_cost"] = Fraction(millionths(line["unit_cost"]), 1_000_000)
    return Both(lines, told.children, told.issues)


def by_kernel(run: Run) -> Both:
    kernel = LedgerKernel(
        catalogue=run.catalogue, first=run.start, last=run.end, calendar=england(),
        reviewed=frozenset(la for la, modules in run.modules.items() if "Reviews" in modules),
        price_year=run.price_year or "", prices_given=bool(run.prices),
        indices=Indices({name: Series(name, changes) for name, changes in run.indices.items()}),
    )  # fmt: skip
    told = kernel(frames_of(run))
    return Both(
        [_line(row) for row in told["cost_ledger"].iter_rows(named=True)],
        [_child(row) for row in told["cost_children"].iter_rows(named=True)],
        _issues(told["cost_issues"]),
    )


def frames_of(run: Run) -> dict[str, pl.DataFrame]:
    """The tables as the kernel is given them: canonical ones, and events and spells of the journeys."""
    tables = {
        name: _frame(rows, _schema(name))
        for name, rows in run.tables.items()
        if name in ("care_chain", "child", "uasc", "oc2", "assessment", "need_episode", *_OTHER)
    }
    tables["children"] = _frame(run.tables.get("child", []), DERIVED["children"].schema)
    tables["events"] = _frame(_events(run.tables), DERIVED["events"].schema)
    tables["spells"] = _frame(_spells(run.tables), DERIVED["spells"].schema)
    tables["price_spans"] = _frame(list(_prices(run.prices)), PRICE_SPANS)
    everyone = {(row["la_code"], row["child_id"]) for rows in run.tables.values() for row in rows}
    known = set(tables["children"].select("la_code", "child_id").iter_rows())
    lacking = [{"la_code": la, "child_id": child} for la, child in sorted(everyone - known)]
    tables["children"] = pl.concat([tables["children"], _frame(lacking, DERIVED["children"].schema)])
    return tables


def _schema(name: str) -> dict[str, Any]:
    stated = CARE_CHAIN.schema if name == "care_chain" else {}
    reported = REPORTED[name].schema if name in REPORTED else {}
    return {**_MORE, **stated, **reported, **_OTHER.get(name, {})}


def _frame(rows: Iterable[Row], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def _events(tables: dict[str, list[Row]]) -> list[Row]:
    told = [
        ("need_episode", "referral", "referral_date"),
        ("assessment", "assessment_authorised", "authorised_date"),
        ("s47_enquiry", "s47", "start_date"), ("cp_review", "cp_review", "review_date"),
        ("cin_plan", "cin_start", "start_date"), ("cp_plan", "cpp_start", "start_date"),
        ("need_episode", "case_closed", "closure_date"),
    ]  # fmt: skip
    found = []
    for table, event, column in told:
        for row in tables.get(table, []):
            if row[column] is not None:
                found.append(_event(row, event, row[column]))
    conferences: dict[tuple[str, str, date], Row] = {}
    for table in ("s47_enquiry", "icpc"):
        for row in tables.get(table, []):
            if row["icpc_date"] is not None:
                conferences.setdefault((row["la_code"], row["child_id"], row["icpc_date"]), row)
    return found + [_event(row, "icpc", key[2]) for key, row in conferences.items()]


def _event(row: Row, event: str, day: date) -> Row:
    nfa = {True: '{"nfa": true}', False: '{"nfa": false}'}.get(row.get("nfa"), "{}")  # type: ignore[arg-type]
    return {
        "la_code": row["la_code"], "child_id": row["child_id"], "date": day, "event": event,
        "episode_id": row["episode_id"], "attributes": nfa if event == "referral" else "{}",
    }  # fmt: skip


def _spells(tables: dict[str, list[Row]]) -> list[Row]:
    told = [
        ("need_episode", "need_episode", "episode_start_date", "closure_date"),
        ("cin_plan", "cin_plan", "start_date", "end_date"), ("cp_plan", "cp_plan", "start_date", "end_date"),
    ]  # fmt: skip
    return [
        {
            "la_code": row["la_code"], "child_id": row["child_id"], "kind": kind, "start": row[start],
            "end": row[end], "open": "true" if row[end] is None else "false", "episode_id": row["episode_id"],
        }
        for table, kind, start, end in told
        for row in tables.get(table, [])
        if row.get("nfa") is not True
    ]  # fmt: skip


def _prices(prices: list[PriceSpan]) -> Iterable[Row]:
    columns = {"child_price": "price", "child_package": "additional_package"}
    rows: dict[tuple[Any, ...], Row] = {}
    for one in prices:
        row = rows.setdefault((one.la_code, one.child_id, one.row, one.start), {
            "la_code": one.la_code, "child_id": one.child_id, "date_from": one.start, "date_to": one.end,
            "price_row": one.row, "basis": one.unit, "row_nights": one.all_nights, "row": one.row,
            "provider_id": one.provider_id, "contract": one.contract, "in_out_area": one.in_out,
            "file": "prices.csv", "sheet": "",
        })  # fmt: skip
        row[columns.get(one.entry_id, one.entry_id)] = decimal_text(one.money)
    return rows.values()


def _line(row: Row) -> Row:
    row["unit_cost"] = Fraction(row["unit_cost"])
    row["factor"] = int(row.pop("uplift_factor") * 1_000_000)
    return row


def _child(row: Row) -> Row:
    return {name.removesuffix("_pence"): value for name, value in row.items()}


def _issues(frame: pl.DataFrame) -> dict[IssueKey, Row]:
    found: dict[IssueKey, Row] = {}
    for row in frame.filter(pl.col("code").is_in(CODES)).iter_rows(named=True):
        key = (row["la_code"], row["child_id"], row["process"], row["kind"], row["code"])
        told = found.setdefault(key, {"date": row["date"], "count": 0, "entry_ids": set()})
        told["date"] = min(told["date"], row["date"])
        told["count"] += row["count"]
        told["entry_ids"] |= set((row["entry_ids"] or "").split("; ")) - {""}
    return found
