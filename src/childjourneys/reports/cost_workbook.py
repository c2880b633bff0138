"""cost_tables.xlsx: every table of costs on a sheet of its own, for the team only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from childjourneys.costs.section251 import AMOUNTS, Reconciliation
from childjourneys.costs.summaries.children import itemised_table
from childjourneys.costs.summaries.everything import unpriced_sentences
from childjourneys.costs.summaries.groups import PUBLISHED_INDEX_SOURCE
from childjourneys.costs.summaries.quality import unpriced
from childjourneys.costs.summaries.table import LA, CostColumn, CostTable
from childjourneys.reports.cost_cohorts import cohort_sheets, said_of
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.cost_sheets import MoneySheets
from childjourneys.reports.cost_words import (
    file_sentences,
    gaps,
    invented_sentence,
    london_sentence,
    period,
    price_years,
    research_sentences,
    source_of,
    two_moneys_sentence,
    used_entries,
    whose_prices,
)
from childjourneys.reports.files import replacing
from childjourneys.reports.sheets import EXCEL_ROWS, open_book
from childjourneys.tables.costs import COST_LEDGER

_IN_PART = "Only of the children whose lines came first in the ledger, which is too long for a sheet."
_KINDS = {"quantity": "decimal", "unit_cost": "decimal", "uplift_factor": "decimal", "amount": "money"}


def write_cost_workbook(
    path: Path, ledger: pl.DataFrame, data: CostData, row_limit: int = EXCEL_ROWS
) -> None:
    """Write the workbook, the same bytes for the same data.

    Sheets: Read me, one per table, Itemised, Sources, Section 251 where the return was given, Ledger. What a
    sheet can't hold is left out, and the first sheet says so; cost_ledger.csv has all of it.

    Args:
        ledger: as `tables.costs.LEDGER`, in the order of the file; or its first lines, if there are more of
            them than a sheet holds.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    lines = int(data.cube.lines["n_lines"].sum())
    items = itemised_table(ledger)
    if ledger.height < lines:
        # Of some children only: a total would not be that of the ledger.
        items = replace(items, totals=None, notes=(*items.notes, _IN_PART))
    # What was asked for comes soon after what it is a part of.
    whole = [*data.tables[:1], *cohort_sheets(data), *data.tables[1:], items, _needs(data), _sources(data)]
    if data.section251 is not None:
        whole += _section251(data.section251)
    whole.append(_ledger(ledger))
    more = {"Ledger": lines - ledger.height}
    said = " ".join(
        part
        for part in (
            invented_sentence(data.run.invented),
            f"Chosen: {data.cohort}." if data.cohort else "",
            *unpriced_sentences(unpriced(data.cube)),
        )
        if part
    )
    with replacing(path) as temporary, open_book(temporary, row_limit, "cost_ledger.csv") as book:
        sheets = MoneySheets(book, row_limit)
        book.add_notes("Read me", _read_me(data, whole, row_limit, more))
        own = said_of(data)
        for table in whole:
            sheets.add(table, own.get(table.key, said))


def _read_me(
    data: CostData, tables: Sequence[CostTable], row_limit: int, more: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    run = data.run
    if sentence := invented_sentence(run.invented):
        yield "Invented", sentence
    yield "Cost tables", "What was spent on children, from the ledger: every amount is a sum of its lines."
    yield "", "Children's personal data. Not to leave the team."
    if data.cohort:
        yield "Chosen", data.cohort
    yield from _terms("Rests on", research_sentences(data))
    yield "Whose prices", whose_prices(run, price_years(data))
    if sentence := two_moneys_sentence(data):
        yield "", sentence
    yield "Price year", run.price_year or "none asked for: each amount is in its price's own year"
    yield "Period", period(run)
    yield from _terms("Catalogue", [*file_sentences(run), f"version {run.catalogue.version}"])
    if sentence := london_sentence(data.run, data.cube.children["la_code"].unique()):
        yield "London", sentence
    yield from _terms("Not in it", gaps(data))
    yield from _terms("To know", [*run.catalogue.notes, *run.notes])
    yield (
        "Totals",
        "Rows called Total add up the rows above them. Children in two rows count once in a Total.",
    )
    yield "", "Money of different price years has its own rows and totals, and is never added."
    yield "Credits", "contributions and grant are 0 or less: net = gross + contributions + grant."
    yield "", "What other agencies bear stands by itself, in other_agencies, and in no other amount."
    yield "Weeks", "An average week is the cost of keeping the placement (process lac.3) over priced nights."
    yield "Index", PUBLISHED_INDEX_SOURCE
    for table in tables:
        left_out = max(table.frame.height + 2 - row_limit, 0) + more.get(table.key, 0)
        if left_out:
            yield table.key, f"Too long for a sheet: its last {left_out:,} rows or more are left out here."
    for table in tables:
        yield f"Sheet {table.key}", f"{table.title}."
        for note in table.notes:
            if not note.startswith(("Not in the amounts", "Every night")):
                yield "", note
        for column in table.columns:
            yield column.name, f"{column.meaning[0].upper()}{column.meaning[1:]}."


def _terms(term: str, sentences: Iterable[str]) -> Iterator[tuple[str, str]]:
    for at, sentence in enumerate(sentences):
        yield term if not at else "", sentence


def _sources(data: CostData) -> CostTable:
    """Every price that was used, with where it is from."""
    rows = [
        (one.id, one.name, one.process, one.kind, one.unit, _amount(one.amount), _amount(one.out_of_london),
         _amount(one.london), one.price_year or None, ", ".join(sorted({name for _, name in one.index})),
         source_of(one), one.source.licence, one.file, one.approved_by, one.note)
        for one in used_entries(data)
    ]  # fmt: skip
    columns = (
        CostColumn("entry_id", "text", "the price"),
        CostColumn("name", "text", "what it is for"),
        CostColumn("process", "text", "what was done or provided"),
        CostColumn("kind", "text", "process, placement, allowance, fee, grant and so on"),
        CostColumn("unit", "text", "what one of it is"),
        CostColumn("amount", "decimal", "pounds for one unit, in its own price year"),
        CostColumn("out_of_london", "decimal", "pounds outside London, where the two differ"),
        CostColumn("london", "decimal", "pounds in London, where the two differ"),
        CostColumn("price_year", "text", "whose money; blank: of the day it prices"),
        CostColumn("index", "text", "the series that uplifts it"),
        CostColumn("source", "text", "where the figure is from"),
        CostColumn("licence", "text", "of the source"),
        CostColumn("file", "text", "catalogue it stands in"),
        CostColumn("approved_by", "text", "who approved it for use"),
        CostColumn("note", "text", "what else is known"),
    )
    kinds = {column.name: pl.Float64 if column.kind == "decimal" else pl.String for column in columns}
    frame = pl.DataFrame(rows, schema=kinds, orient="row")
    return CostTable("Sources", "Where the prices are from", frame, columns)


def _needs(data: CostData) -> CostTable:
    """Which rule gave each child which need."""
    groups = (
        data.cube.children.select("la_code", "child_id", "need_group").unique().sort("la_code", "child_id")
    )
    told = [data.run.need_rules.get((code, child), "") for code, child, _ in groups.iter_rows()]
    columns = (
        LA,
        CostColumn("child_id", "text", "identifier of the child in its authority"),
        CostColumn("need_group", "text", "the whole combination of needs, or none"),
        CostColumn("rules", "text", "for each need the rule that decided it"),
    )
    frame = groups.with_columns(rules=pl.Series(told, dtype=pl.String))
    return CostTable("Need rules", "Which rule gave each child which need", frame, columns)


def _amount(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _section251(found: Reconciliation) -> list[CostTable]:
    labelled = found.table.with_columns(
        label=pl.Series([found.labels.get(key, "") for key in found.table.select("year", "line").iter_rows()],
                        dtype=pl.String)
    )  # fmt: skip
    meanings = {
        "modelled": "gross money of the ledger",
        "not_child_level": "cost that is no child's own, as the authority states it",
        "timing": "cost of other months, as the authority states it",
        "unmatched": "payments that match no placement",
        "contributions": "grants and what other agencies gave, as a positive number",
        "outturn": "net current expenditure of the return",
        "gap": "outturn - modelled - not_child_level - timing - unmatched + contributions",
    }
    columns = (
        CostColumn("year", "text", "financial year"),
        CostColumn("line", "text", "line of the return; blank: money without a line"),
        CostColumn("label", "text", "what the return calls it"),
        *(CostColumn(name, "money", meanings[name]) for name in AMOUNTS),
        CostColumn("coverage", "percent", "(modelled - contributions) / outturn"),
    )
    told = pl.DataFrame({"said": [*found.notes, *found.questions]}, schema={"said": pl.String})
    checks = (
        CostColumn("year", "text", "financial year"),
        CostColumn("line", "text", "line of the return; blank: all"),
        CostColumn("check", "text", "what is compared"),
        CostColumn("outturn_side", "money", "from the return"),
        CostColumn("modelled_side", "money", "from the ledger"),
    )
    title = "The ledger beside the finance return: nothing is forced to fit"
    return [
        CostTable("Section 251", title, labelled.select(one.name for one in columns), columns),
        CostTable("Section 251 checks", "Two checks from above", found.checks, checks),
        CostTable("Section 251 notes", "What to know, and what only the authority can answer", told,
                  (CostColumn("said", "text", "a note or a question"),)),
    ]  # fmt: skip


def _ledger(ledger: pl.DataFrame) -> CostTable:
    """As cost_ledger.csv."""
    shown = ledger.with_columns(
        quantity=pl.col("millionths") / 1_000_000,
        unit_cost=pl.col("unit_cost").cast(pl.Float64),
        amount="pence",
    )
    meanings = {column.name: column.meaning for column in COST_LEDGER.columns}
    columns = tuple(
        CostColumn(name, _KINDS.get(name, _kind(kind)), meanings[name], adds=False)
        for name, kind in COST_LEDGER.schema.items()
    )
    return CostTable("Ledger", "Every line of the ledger", shown.select(COST_LEDGER.names()), columns)


def _kind(kind: object) -> str:
    return "day" if kind == pl.Date else "count" if kind == pl.Int64 else "text"
