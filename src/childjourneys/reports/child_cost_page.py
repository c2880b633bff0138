"""What one child cost: placements with the running cost, and each amount as quantity times unit cost.

For the team only. `child_cost_sections` are the parts; a page of one child may take them among others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from markupsafe import Markup

from childjourneys.costs.model import Entry
from childjourneys.costs.summaries.children import itemised, running_cost
from childjourneys.costs.summaries.given import CostRun
from childjourneys.domain.codes import code_set
from childjourneys.reports.cost_charts import Running, Stretch, running_svg
from childjourneys.reports.cost_words import (
    INVENTED,
    invented_sentence,
    period,
    pounds,
    process_name,
    source_of,
)
from childjourneys.reports.figures import Figure
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.report import render_page
from childjourneys.reports.section import Block, Section
from childjourneys.reports.wording import count, listed, month, number, short_day

_NOTICE = ("For the team only.", "This page is about one child. Do not pass it on.")


def child_cost_page(
    child: tuple[str, str],
    ledger: pl.DataFrame,
    chain: pl.DataFrame,
    cost_children: pl.DataFrame,
    run: CostRun,
    issues: pl.DataFrame | None = None,
) -> str:
    """The page of one child as text, the same for the same data.

    Args:
        child: code of the authority and identifier.
        ledger, chain, cost_children: as LEDGER, CARE_CHAIN and LEDGER_CHILDREN; other children are left out.
        issues: as COST_ISSUES.
    """
    made_up = invented_sentence(run.invented)
    notice = (
        (INVENTED, f"{made_up.removeprefix(f'{INVENTED}: ')} {' '.join(_NOTICE)}") if made_up else _NOTICE
    )
    la_code, child_id = child
    return render_page(
        f"Costs of child {child_id}",
        child_cost_sections(child, ledger, chain, cost_children, run, issues),
        subtitle=f"{run.authorities.get(la_code, la_code)}, {period(run)}",
        tiles=(),
        notice=notice,
        closing=f"Made with {run.made_with}, catalogue version {run.catalogue.version}. For the team only.",
    )


def child_cost_sections(
    child: tuple[str, str],
    ledger: pl.DataFrame,
    chain: pl.DataFrame,
    cost_children: pl.DataFrame,
    run: CostRun,
    issues: pl.DataFrame | None = None,
) -> list[Section]:
    """Summary, running cost, each amount as a x b, and the prices that were used with their sources."""
    mine = pl.col("la_code") == child[0], pl.col("child_id") == child[1]
    lines, rows = ledger.filter(*mine), cost_children.filter(*mine)
    sections = [_summary(child, rows, run, None if issues is None else issues.filter(*mine))]
    if not lines.height:
        return sections
    sections.append(_running(lines, chain.filter(*mine), run))
    sections.append(_items(lines, run))
    used = sorted(set(lines["entry_id"].cast(pl.String)))
    sections.append(_prices([run.catalogue.by_id[one] for one in used if one in run.catalogue.by_id]))
    return sections


def _summary(
    child: tuple[str, str], rows: pl.DataFrame, run: CostRun, issues: pl.DataFrame | None
) -> Section:
    said = []
    if not rows.height:
        said.append("This child has no line in the ledger and no night in a placement in the period.")
    else:
        first = rows.row(0, named=True)
        said.append(f"Nights in placements: {number(first['nights'])}; {_without(first['unpriced_nights'])}")
        rule = run.need_rules.get(child, "")
        said.append(f"Need group: {first['need_group']}. {rule}".strip())
    columns = ("gross_pence", "contributions_pence", "grant_pence", "net_pence")
    table = PageTable(
        "child-totals",
        "What was spent; money of different price years is not added",
        ("Prices of", "Gross £", "Contributions £", "Grant £", "Net £"),
        [
            [Cell(row["price_year"]), *(Cell(pounds(row[name])) for name in columns)]
            for row in rows.iter_rows(named=True)
            if row["price_year"] is not None
        ],
        frozenset({1, 2, 3, 4}),
    )
    points = [] if issues is None else [str(what) for what in issues["what"].unique(maintain_order=True)]
    return Section("child-costs", "What was spent", said, tables=[table] if table.rows else [], points=points)


def _without(nights: int) -> str:
    if not nights:
        return "each of them has a price."
    return f"{count(nights, 'night has', 'nights have')} no price and no amount."


def _running(lines: pl.DataFrame, chain: pl.DataFrame, run: CostRun) -> Section:
    months = running_cost(lines)
    series = [
        Running(
            str(year),
            [(name, value / 100) for name, value in rows.select("month", "running_net").iter_rows()],
        )
        for (year,), rows in months.partition_by("price_year", as_dict=True, maintain_order=True).items()
    ]
    stretches = _stretches(chain, run)
    told = [f"£{pounds(rows['running_net'][-1])} in prices of {year}" for (year,), rows in
            months.partition_by("price_year", as_dict=True, maintain_order=True).items()]  # fmt: skip
    heading = f"Running cost, net: {listed(told)} by {short_day(run.last)}"
    said = "; ".join(f"{one.label} from {short_day(one.start)}" for one in stretches) or "No placement"
    picture = running_svg("picture-running", stretches, series, (run.first, run.last), heading, f"{said}.")
    rows = [
        [Cell(month(date(int(row["month"][:4]), int(row["month"][5:]), 1))), Cell(row["price_year"]),
         *(Cell(pounds(row[name])) for name in ("gross", "contributions", "grant", "net", "running_net"))]
        for row in months.sort("month", "price_year").iter_rows(named=True)
    ]  # fmt: skip
    table = PageTable(
        "running",
        "Month by month, and what it comes to so far",
        ("Month", "Prices of", "Gross £", "Contributions £", "Grant £", "Net £", "Net so far £"),
        rows,
        frozenset(range(2, 7)),
    )
    figure = Figure(heading, Markup(picture), "running")
    return Section("child-running", "Placements and running cost", figures=[figure], tables=[table])


def _stretches(chain: pl.DataFrame, run: CostRun) -> list[Stretch]:
    """Placements inside the period; episodes of one placement and code as one."""
    labels = code_set("placement_type").labels()
    after = run.last + timedelta(days=1)
    found: list[Stretch] = []
    for row in chain.sort("start").iter_rows(named=True):
        end = min(row["end"] or after, after)
        start = max(row["start"], run.first)
        if end <= start:
            continue
        code = row["placement_type"] or "not known"
        label = f"{code} {labels.get(code, '')}".strip()
        if found and found[-1].label == label and found[-1].end == start and not row["starts_placement"]:
            found[-1] = Stretch(found[-1].start, end, label)
        else:
            found.append(Stretch(start, end, label))
    return found


def _items(lines: pl.DataFrame, run: CostRun) -> Section:
    """Per placement and process: (a) how many, (b) what one costs, and a x b."""
    labels = code_set("placement_type").labels()
    headings = (
        "Process", "Price", "From", "To", "a: how many", "Unit", "b: unit cost £", "Uplift", "a x b £",
        "Borne by", "Rule",
    )  # fmt: skip
    tables = []
    items = itemised(lines)
    groups = items.partition_by(
        "period_of_care", "placement_no", "price_year", as_dict=True, maintain_order=True
    )
    for at, ((care, placement, year), rows) in enumerate(groups.items()):
        types = [
            labels.get(code, code) for code in rows["placement_type"].drop_nulls().unique(maintain_order=True)
        ]
        name = "Not of a placement" if placement is None else (
            f"Placement {care}.{placement}: {listed([f'{kind}' for kind in types])}"
        )  # fmt: skip
        cells = [_item(row, run) for row in rows.iter_rows(named=True)]
        cells.append(
            [Cell("Total"), *[Cell("")] * 7, Cell(pounds(int(rows["pence"].sum()))), *[Cell("")] * 2]
        )
        table = PageTable(
            f"items-{at}", f"{name}, prices of {year}", headings, cells, frozenset({4, 6, 7, 8})
        )
        tables.append(table)
    said = [
        "Every amount is quantity (a) times unit cost (b), times the uplift where prices were brought to"
        " another year. It is rounded once for a whole stretch of nights, so that a row of several months or"
        " stretches may differ from its product by a penny each."
    ]
    return Section("child-items", "How each amount is made", said, tables=tables)


def _item(row: dict[str, Any], run: CostRun) -> list[Cell]:
    link = f"price-{_slug(row['entry_id'])}" if row["entry_id"] in run.catalogue.by_id else ""
    whole, rest = divmod(row["millionths"], 1_000_000)
    quantity = f"{whole:,}" + (f".{rest:06}".rstrip("0") if rest else "")
    factor = f"{float(row['uplift_factor']):.6f}".rstrip("0").rstrip(".")
    texts = (short_day(row["date_from"]), short_day(row["date_to"]), quantity, row["unit"], row["unit_cost"],
             factor, pounds(row["pence"]), row["agency"].replace("_", " "), row["rules"])  # fmt: skip
    return [
        Cell(process_name(row["process"])),
        Cell(row["entry_id"], link=link),
        *(Cell(text) for text in texts),
    ]


def _prices(entries: Sequence[Entry]) -> Section:
    """Each price with its provenance; amounts lead here."""
    blocks = []
    for one in entries:
        terms = [
            ("Source.", source_of(one)),
            ("Price year.", one.price_year or "NO PRICE YEAR: in the money of the day it prices"),
            ("Index.", listed(sorted({f"{part}: {name}" if part else name for part, name in one.index}))),
            ("File.", one.file),
            ("Approved.", " ".join(part for part in (one.approved_by, one.approved_on) if part)),
            ("Note.", one.note),
        ]
        name = f"{one.id}: {one.name}" if one.name else one.id
        blocks.append(
            Block(f"price-{_slug(one.id)}", name, terms=[(term, words) for term, words in terms if words])
        )
    said = [] if blocks else ["No price of a catalogue was used: every amount is what was paid."]
    return Section("child-prices", "Where the prices are from", said, blocks=blocks)


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())
