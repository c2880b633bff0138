"""The section of costs: of the team's report, and of the page of costs. No row of it is about one child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl
from markupsafe import Markup

from childjourneys.costs.budget import Budget
from childjourneys.costs.section251 import Reconciliation
from childjourneys.costs.summaries.table import CostTable
from childjourneys.reports.cost_budget import budget_block
from childjourneys.reports.cost_charts import Bar, bars_svg, months_svg
from childjourneys.reports.cost_cohorts import cohorts_block
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.cost_forecast_page import forecast_block
from childjourneys.reports.cost_page_tables import HEADINGS, page_table
from childjourneys.reports.cost_words import (
    INVENTED,
    file_sentences,
    gaps,
    invented_sentence,
    london_sentence,
    per_cent,
    period,
    pounds,
    price_years,
    process_name,
    research_sentences,
    source_of,
    two_moneys_sentence,
    used_entries,
    whole_pounds,
    whose_prices,
)
from childjourneys.reports.figures import Figure
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Block, Part, Section
from childjourneys.reports.wording import count, month, number

# With more authorities and price years than these the tables are shown without pictures.
DRAWN = 4
BARS_DRAWN = 14
_WITHOUT = ("unpriced_nights", "unpriced_children")
_MONEY = ("gross", "contributions", "grant", "net")
_CREDITS = (
    "Gross is what the authority bears before credits. Contributions of health and education and grants are 0"
    " or less; net is the three together. What other agencies bear is in none of them."
)
_WEEK = (
    "An average week is the cost of keeping placements (process lac.3: price, allowances, fees, and the"
    " social work where a price includes it) over the nights that have a price, times 7. Nights"
    " without a price, and what was spent on them"
    " all the same, are in no average: half a price is not what a night costs."
)


def cost_section(data: CostData, key: str = "costs") -> Section:
    """Everything that is told of costs, in one section with a block per subject.

    It begins with what share of the money rests on figures of 2008 to 2013, and whose prices it is in.
    """
    blocks = [
        _totals(data, key),
        _levels(data, key),
        *([cohorts_block(data, key)] if data.cohorts else []),
        _kinds(data, key),
        _needs(data, key),
        _processes(data, key),
        _months(data, key),
        _providers(data, key),
        _dear(data, key),
        *([_section251(data.section251, data, key)] if data.section251 is not None else []),
        *([_budget(data.budget, data, key)] if data.budget is not None else []),
        forecast_block(data, key),
        _prices(data, key),
    ]
    return Section(key, "Costs", opening(data), blocks=[block for block in blocks if block is not None])


def opening(data: CostData) -> list[str]:
    """What has to be known first."""
    chosen = f"Chosen: {data.cohort}." if data.cohort else ""
    said = [
        invented_sentence(data.run.invented),
        " ".join(research_sentences(data)),
        whose_prices(data.run, price_years(data)),
        two_moneys_sentence(data),
        f"The period is {period(data.run)}. {chosen}".strip(),
        *data.run.notes,
        " ".join(gaps(data)),
        london_sentence(data.run, data.cube.children["la_code"].unique()),
    ]
    return [sentence for sentence in said if sentence]


def _totals(data: CostData, key: str) -> Block:
    table = _known(data, "Totals")
    rest = replace(table, title="What of it rests on figures of 2008 to 2013, and what has no price")
    tables = [
        page_table(data, table, f"{key}-totals", ("price_year", "children", *_MONEY, "other_agencies")),
        page_table(data, rest, f"{key}-totals-rest",
                   ("price_year", "research_default", "share", "priced_nights", *_WITHOUT)),
    ]  # fmt: skip
    return Block(f"{key}-in-all", "In all", [_CREDITS], parts=[Part(f"{key}-all", tables=tables)])


def _levels(data: CostData, key: str) -> Block:
    table = _known(data, "Price levels")
    said = [
        "A night is priced by the child's own price where one was given, else by what was agreed with its"
        " provider, else by the authority's catalogue, else by the shipped figures. A night whose placement"
        " or social work has no price is told apart and is never priced at nothing."
    ]
    shown = page_table(data, table, f"{key}-levels", ("level", "nights", "share"), bar="nights")
    return Block(
        f"{key}-priced", "How nights were priced", said, parts=[Part(f"{key}-basis", tables=[shown])]
    )


def _kinds(data: CostData, key: str) -> Block:
    weeks, placements = _known(data, "Average week"), _known(data, "Placement type")
    areas, types = _known(data, "In and out of area"), _known(data, "Provider type")
    usual = ("children", "nights", *_MONEY, "average_week", *_WITHOUT)
    weekly = ("kind_of_care", "area", "children", "nights", "placement_cost", "average_week", *_WITHOUT,
              "left_out")  # fmt: skip
    parts = [
        Part(
            f"{key}-week",
            "What a week costs, by kind of care",
            figures=_bars(data, weeks, f"{key}-weeks", "average_week", ("kind_of_care", "area"), "a week"),
            tables=[page_table(data, weeks, f"{key}-weeks", weekly)],
        ),
        Part(
            f"{key}-type",
            "By type of placement",
            figures=_bars(data, placements, f"{key}-placements", "gross", ("placement_type",), "gross"),
            tables=[page_table(data, placements, f"{key}-placements", ("placement_type", *usual))],
        ),
        Part(f"{key}-provider-type", "By type of provider",
             tables=[page_table(data, types, f"{key}-types", ("provider_type", *usual))]),
        Part(f"{key}-in-out", "In and out of area",
             tables=[page_table(data, areas, f"{key}-areas", ("area", *usual))]),
    ]  # fmt: skip
    return Block(f"{key}-kinds", "Placements", [_WEEK], parts=parts)


def _needs(data: CostData, key: str) -> Block:
    table = _known(data, "Need group")
    columns = ("need_group", "children", "nights", *_MONEY, "per_child", "index", "published_index",
               *_WITHOUT)  # fmt: skip
    part = Part(
        f"{key}-need",
        figures=_bars(data, table, f"{key}-needs", "per_child", ("need_group",), "a child"),
        tables=[page_table(data, table, f"{key}-needs", columns)],
        points=table.notes[:1],
    )
    said = [
        "Needs are told as whole combinations, never as a main need. The index is the gross cost of a child"
        " of the group, that of a child without additional needs being 100."
    ]
    return Block(f"{key}-by-need", "Need groups", said, parts=[part])


def _processes(data: CostData, key: str) -> Block:
    table = _known(data, "Process")
    columns = ("process", "children", "lines", *_MONEY, "other_agencies")
    part = Part(
        f"{key}-process",
        figures=_bars(data, table, f"{key}-processes", "gross", ("process",), "gross"),
        tables=[page_table(data, table, f"{key}-processes", columns)],
    )
    return Block(f"{key}-by-process", "Processes", parts=[part])


def _months(data: CostData, key: str) -> Block:
    table = _known(data, "Month")
    figures = []
    for at, (code, year, rows) in enumerate(_drawn(table, "gross")):
        series = [(name, gross / 100) for name, gross in rows.select("month", "gross").iter_rows()]
        heading = (
            f"Gross cost by month{_of(data, code, year)}: {whole_pounds(int(rows['gross'].sum()))} in all"
        )
        said = f"Columns from {_month(series[0][0])} to {_month(series[-1][0])}; the table has every number."
        drawn = months_svg(f"picture-{key}-months-{at}", series, heading, said)
        figures.append(Figure(heading, Markup(drawn), f"{key}-months"))
    columns = ("children", "nights", *_MONEY, *_WITHOUT)
    parts = [
        Part(f"{key}-month", figures=figures,
             tables=[page_table(data, table, f"{key}-months", ("month", *columns), folded=True)]),
        Part(f"{key}-year", "By financial year",
             tables=[page_table(data, _known(data, "Financial year"), f"{key}-years",
                                ("financial_year", *columns))]),
    ]  # fmt: skip
    return Block(f"{key}-by-month", "Months", parts=parts)


def _providers(data: CostData, key: str) -> Block:
    table = _known(data, "Provider")
    who = ("provider_id", "kind_of_placement")
    columns = (*who, "children", "nights", "unpriced_nights", "average_week", "similar_needs_week",
               "lower_quartile", "median", "upper_quartile")  # fmt: skip
    compared = (*who, "need_mix", "compared_nights", "compared_week", "similar_needs_week", "difference",
                "unpriced_children")  # fmt: skip
    needs = replace(table, title="Providers beside others of the same kind for similar needs")
    shown = [
        page_table(data, table, f"{key}-providers", columns),
        page_table(data, needs, f"{key}-providers-needs", compared),
    ]
    said = [
        *table.notes[:1],
        "Similar needs elsewhere: the average week of other providers of the same kind of placement for"
        " children of the same need group, put together in the mix of this provider's nights. Beside it"
        " stands its own week over the nights that could be compared. Quartiles are of its children's average"
        " weeks.",
    ]
    parts = [Part(f"{key}-provider", tables=shown)]
    bought = data.table("Contract")
    if bought is not None:
        shown_of = ("contract", "kind_of_placement", "children", "nights", "placement_cost", "average_week",
                    *_WITHOUT)  # fmt: skip
        parts.append(Part(f"{key}-contract", "How placements were bought",
                          tables=[page_table(data, bought, f"{key}-contracts", shown_of)]))  # fmt: skip
    return Block(f"{key}-by-provider", "Providers", said, parts=parts)


def _dear(data: CostData, key: str) -> Block:
    """How many placements at 10,000 a week and how much the ten costliest take; who is in the workbook."""
    high, top = _known(data, "10,000 a week"), _known(data, "Costliest children")
    said = []
    for code, year, rows in _groups(high):
        children = rows.select(pl.struct("la_code", "child_id").n_unique()).item()
        said.append(
            f"{count(len(rows), 'placement')} of {count(children, 'child', 'children')}"
            f" {'is' if len(rows) == 1 else 'are'} at £10,000 a week or more{_of(data, code, year)}:"
            f" {number(int(rows['nights'].sum()))} nights,"
            f" {whole_pounds(int(rows['placement_cost'].sum()))}."
        )
    said = said or ["No placement is at £10,000 a week or more."]
    for code, year, rows in _groups(top):
        share = float(rows["share_of_gross"].sum())
        who = "child takes" if len(rows) == 1 else "children take"
        said.append(
            f"The {len(rows)} costliest {who} {per_cent(share)} of the gross money{_of(data, code, year)}."
        )
    return Block(f"{key}-dear", "The costliest placements", said)


def _budget(found: Budget, data: CostData, key: str) -> Block:
    several = len(data.run.authorities) > 1
    return budget_block(found, key, several, f" ({INVENTED})" if data.run.invented else "")


def _section251(found: Reconciliation, data: CostData, key: str) -> Block:
    rows = []
    for row in found.table.iter_rows(named=True):
        label = found.labels.get((row["year"], row["line"]), "" if row["line"] else "money without a line")
        amounts = [pounds(row[name]) for name in found.table.columns[2:-1]]
        rows.append([row["year"], row["line"], label, *amounts, per_cent(row["coverage"])])
    headings = [HEADINGS[name] for name in ("year", "line", "label", *found.table.columns[2:])]
    name = "The ledger beside the finance return" + (f" ({INVENTED})" if data.run.invented else "")
    shown = PageTable(f"{key}-s251", name, headings, [[Cell(text) for text in row] for row in rows],
                      frozenset(range(3, len(headings))))  # fmt: skip
    checks = PageTable(
        f"{key}-s251-checks",
        "Two checks from above",
        [HEADINGS[one] for one in found.checks.columns],
        [
            [Cell(row[0]), Cell(row[1]), Cell(row[2]), Cell(pounds(row[3])), Cell(pounds(row[4]))]
            for row in found.checks.iter_rows()
        ],
        frozenset({3, 4}),
    )
    said = [
        "Modelled + not child level + timing + unmatched - contributions + gap = outturn. Coverage is"
        " modelled less contributions, of outturn. Nothing is forced to fit: the gap is what the ledger does"
        " not explain."
    ]
    tables = [shown, *([checks] if found.checks.height else [])]
    part = Part(f"{key}-return", tables=tables, points=[*found.notes, *found.questions])
    return Block(f"{key}-section251", "Beside the finance return (section 251)", said, parts=[part])


def _prices(data: CostData, key: str) -> Block:
    """Which prices were used, each with its source; files with their hashes."""
    amounts = dict(
        _known(data, "Prices used").frame.group_by("entry_id").agg(pl.col("children").max()).iter_rows()
    )
    rows = []
    for one in used_entries(data):
        amount = one.amount if one.amount is not None else one.out_of_london
        unit = f"£{float(amount):,.2f} {_a(one.unit)}" if amount is not None else one.unit
        if one.london is not None:
            unit += f" (London £{float(one.london):,.2f})"
        rows.append([one.id, one.name, process_name(one.process), unit, one.price_year or "its own day's",
                     number(amounts.get(one.id)), source_of(one)])  # fmt: skip
    headings = ("Price", "What for", "Process", "Unit cost", "Prices of", "Children", "Source")
    cells = [[Cell(text) for text in row] for row in rows]
    table = PageTable(f"{key}-sources", "Prices of the catalogue that were used", headings, cells,
                      frozenset({5}), folded=True)  # fmt: skip
    homes = data.table("Homes")
    if homes is not None:
        names = ("entry_id", "beds", "occupied_nights", "cost", "night", "full_night", "voids")
        tables = [table, page_table(data, homes, f"{key}-homes", names)]
    else:
        tables = [table]
    own = "What was paid for single children has no entry: its price basis in the ledger is child."
    part = Part(f"{key}-files", text=[own], tables=tables, points=file_sentences(data.run))
    return Block(f"{key}-prices", "Whose prices these are", parts=[part])


def _a(unit: str) -> str:
    """`a week`, `an event`."""
    return f"{'an' if unit[:1] in tuple('aeio') or unit == 'hour' else 'a'} {unit}"


def _bars(
    data: CostData, table: CostTable, key: str, amount: str, labels: Sequence[str], what: str
) -> list[Figure]:
    """A picture for each authority and price year, unless there are many; the dearest groups first."""
    figures = []
    for at, (code, year, rows) in enumerate(_drawn(table, amount)):
        kept = rows.filter(pl.col(amount) != 0).sort(
            amount, *labels, descending=[True, *[False] * len(labels)]
        )
        bars = [
            Bar(_label(labels, row), row[amount] / 100, whole_pounds(row[amount]))
            for row in kept.head(BARS_DRAWN).iter_rows(named=True)
        ]
        if not bars:
            continue
        more = f"; {len(kept) - BARS_DRAWN} more are in the table" if len(kept) > BARS_DRAWN else ""
        heading = (
            f"{table.title}{_of(data, code, year)}: most, {bars[0].label} with {bars[0].words} {what}{more}"
        )
        said = "; ".join(f"{bar.label}: {bar.words}" for bar in bars)
        picture = bars_svg(f"picture-{key}-{at}", bars, heading, f"Bars. {said}.")
        figures.append(Figure(heading, Markup(picture), key))
    return figures


def _label(labels: Sequence[str], row: dict[str, object]) -> str:
    names = [process_name(str(row[name])) if name == "process" else str(row[name]) for name in labels]
    return ", ".join(names)


def _groups(table: CostTable) -> list[tuple[str, str, pl.DataFrame]]:
    parts = table.frame.partition_by("la_code", "price_year", as_dict=True, maintain_order=True)
    return [(str(code), str(year), rows) for (code, year), rows in parts.items()]


def _drawn(table: CostTable, amount: str) -> list[tuple[str, str, pl.DataFrame]]:
    """Those with an amount to draw; a price year may hold nothing but grants."""
    found = [one for one in _groups(table) if (one[2][amount] > 0).any()]
    return found if len(found) <= DRAWN else []


def _of(data: CostData, code: str, year: str) -> str:
    where = (
        f", {data.run.authorities.get(code, code)}" if data.cube.children["la_code"].n_unique() > 1 else ""
    )
    made_up = f" ({INVENTED})" if data.run.invented else ""
    return f"{where}, prices of {year}{made_up}"


def _known(data: CostData, key: str) -> CostTable:
    found = data.table(key)
    assert found is not None
    return found


def _month(name: str) -> str:
    return month(date(int(name[:4]), int(name[5:]), 1))
