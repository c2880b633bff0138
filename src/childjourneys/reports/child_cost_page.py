"""What one child cost: placements with the running cost, and each amount as quantity times unit cost.

For the team only. `child_cost_sections` are the parts; a page of one child may take them among others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
from markupsafe import Markup

from childjourneys.costs.indices import Indices
from childjourneys.costs.matching import Matcher
from childjourneys.costs.summaries.children import running_cost
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.worked import worked_out
from childjourneys.costs.terms import Terms
from childjourneys.domain.codes import code_set
from childjourneys.reports.child_cost_items import items_section, lines_section
from childjourneys.reports.child_cost_prices import prices_section
from childjourneys.reports.child_cost_text import nights_without, signed_pounds
from childjourneys.reports.cost_charts import Running, Stretch, running_svg
from childjourneys.reports.cost_words import (
    INVENTED,
    PROCESS_NAMES,
    invented_sentence,
    london_sentence,
    period,
    pounds,
    process_name,
    whose_prices,
)
from childjourneys.reports.figures import Figure
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.report import render_page
from childjourneys.reports.section import Section
from childjourneys.reports.wording import listed, month, number, short_day

_NOTICE = ("For the team only.", "This page is about one child. Do not pass it on.")
_MONEY = ("gross", "contributions", "grant", "net")


def child_cost_page(
    child: tuple[str, str],
    ledger: pl.DataFrame,
    chain: pl.DataFrame,
    cost_children: pl.DataFrame,
    run: CostRun,
    issues: pl.DataFrame | None = None,
    unpriced: pl.DataFrame | None = None,
    indices: Indices | None = None,
) -> str:
    """The page of one child as text, the same for the same data.

    Args:
        child: code of the authority and identifier.
        ledger, chain, cost_children: as LEDGER, CARE_CHAIN and LEDGER_CHILDREN; other children are left out.
        issues, unpriced: as COST_ISSUES and COST_UNPRICED.
        indices: those of the run, for factors to more decimals than the ledger has.
    """
    made_up = invented_sentence(run.invented)
    notice = (
        (INVENTED, f"{made_up.removeprefix(f'{INVENTED}: ')} {' '.join(_NOTICE)}") if made_up else _NOTICE
    )
    la_code, child_id = child
    return render_page(
        f"Costs of child {child_id}" + (f" ({INVENTED.lower()})" if made_up else ""),
        child_cost_sections(child, ledger, chain, cost_children, run, issues, unpriced, indices),
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
    unpriced: pl.DataFrame | None = None,
    indices: Indices | None = None,
) -> list[Section]:
    """Summary, what has no price, running cost, each amount as a x b, the prices with their sources, and the
    lines of the ledger."""
    mine = pl.col("la_code") == child[0], pl.col("child_id") == child[1]
    lines, rows = ledger.filter(*mine), cost_children.filter(*mine)
    sections = [_summary(child, rows, run)]
    told, nights = (None if frame is None else frame.filter(*mine) for frame in (issues, unpriced))
    lacking = _lacking(told, nights, run)
    if lacking is not None:
        sections.append(lacking)
    if not lines.height:
        return sections
    terms = Terms(Matcher(run.catalogue), run.price_year, indices or Indices({}))
    amounts = worked_out(lines, terms)
    sections.append(_running(lines, chain.filter(*mine), run))
    sections.append(items_section(amounts, run))
    sections.append(prices_section(amounts, run))
    sections.append(lines_section(lines, run))
    return sections


def _summary(child: tuple[str, str], rows: pl.DataFrame, run: CostRun) -> Section:
    said = []
    if not rows.height:
        said.append("This child has no line in the ledger and no night in a placement in the period.")
    else:
        first = rows.row(0, named=True)
        said.append(nights_without(first["nights"], first["unpriced_nights"]))
        rule = run.need_rules.get(child, "")
        said.append(f"Need group: {first['need_group']}. {rule}".strip())
    years = rows["price_year"].drop_nulls().unique().to_list()
    if years:
        said.append(whose_prices(run, years))
    said.append(london_sentence(run, [child[0]]))
    table = PageTable(
        "child-totals",
        f"What was spent, by price year{_made_up(run)}",
        ("Prices of", "Gross £", "Contributions £", "Grants £", "Net £"),
        [
            [Cell(row["price_year"]), *(Cell(pounds(row[f"{name}_pence"])) for name in _MONEY)]
            for row in rows.iter_rows(named=True)
            if row["price_year"] is not None
        ],
        frozenset({1, 2, 3, 4}),
    )
    return Section(
        "child-costs",
        "What was spent",
        [sentence for sentence in said if sentence],
        tables=[table] if table.rows else [],
    )


def _made_up(run: CostRun) -> str:
    return f" ({INVENTED})" if run.invented else ""


def _lacking(issues: pl.DataFrame | None, unpriced: pl.DataFrame | None, run: CostRun) -> Section | None:
    """What could not be priced: nights, and why; and what was said besides about the child."""
    tables = []
    if unpriced is not None and unpriced.height:
        tables.append(_nights_table(unpriced))
    if issues is not None and issues.height:
        tables.append(_issues_table(issues))
    said = []
    if run.not_costed:
        named = listed([PROCESS_NAMES.get(one, one).lower() for one in run.not_costed])
        said.append(f"Not costed for any child, because no catalogue has an entry for it: {named}.")
    if not tables and not said:
        return None
    if not tables:
        said.insert(0, "Nothing that is due for this child lacks a price.")
    return Section("child-lacking", "What has no price", said, tables=tables)


def _nights_table(unpriced: pl.DataFrame) -> PageTable:
    """Nights that touch in one placement are one row."""
    labels = code_set("placement_type").labels()
    runs: list[tuple[date, date, str]] = []
    for start, end, code in unpriced.sort("date_from").select(
        "date_from", "date_to", pl.col("placement_type").cast(pl.String).fill_null("not known")
    ).iter_rows():  # fmt: skip
        label = f"{code} {labels.get(code, '')}".strip()
        if runs and runs[-1][2] == label and runs[-1][1] == start - timedelta(days=1):
            runs[-1] = (runs[-1][0], end, label)
        else:
            runs.append((start, end, label))
    cells, nights = [], 0
    for first, last, label in runs:
        long = (last - first).days + 1
        nights += long
        cells.append([Cell(text) for text in (short_day(first), short_day(last), number(long), label)])
    cells.append([Cell("Total"), Cell(""), Cell(number(nights)), Cell("")])
    headings = ("First night", "Last night", "Nights", "Placement")
    return PageTable(
        "child-unpriced",
        "Nights that lack the price of the placement or of its social work",
        headings,
        cells,
        frozenset({2}),
    )


def _issues_table(issues: pl.DataFrame) -> PageTable:
    rows = [
        [
            Cell(process_name(row["process"]) if row["process"] else "The child's data"),
            Cell(row["kind"] or ""),
            Cell(short_day(row["date"]) if row["date"] else ""),
            Cell(number(row["count"])),
            Cell(row["what"]),
            Cell((row["entry_ids"] or "").replace(";", ",")),
            Cell(row["severity"]),
        ]
        for row in issues.iter_rows(named=True)
    ]
    headings = ("Process", "Kind", "First day", "Nights or times", "What", "Prices", "Severity")
    return PageTable(
        "child-issues", "Findings of the costing about this child", headings, rows, frozenset({3})
    )


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
    told = [f"{signed_pounds(rows['running_net'][-1])} in prices of {year}" for (year,), rows in
            months.partition_by("price_year", as_dict=True, maintain_order=True).items()]  # fmt: skip
    heading = f"Running cost, net: {listed(told)} by {short_day(run.last)}{_made_up(run)}"
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
        ("Month", "Prices of", "Gross £", "Contributions £", "Grants £", "Net £", "Net so far £"),
        rows,
        frozenset(range(2, 7)),
    )
    figure = Figure(heading, Markup(picture), "running")
    tables = [*([_placements(chain, run)] if stretches else []), table]
    return Section("child-running", "Placements and running cost", figures=[figure], tables=tables)


def _placements(chain: pl.DataFrame, run: CostRun) -> PageTable:
    """The stretches of the picture in words: what is charged night by night, inside the period."""
    rows = []
    for one in _stretches(chain, run):
        last = one.end - timedelta(days=1)
        texts = (one.label, one.provider, short_day(one.start), short_day(last),
                 number((one.end - one.start).days))  # fmt: skip
        rows.append([Cell(text) for text in texts])
    return PageTable(
        "placements",
        "Placements in the period, as the returns have them",
        ("Placement", "Provider", "First night", "Last night", "Nights"),
        rows,
        frozenset({4}),
    )


@dataclass(frozen=True)
class _Lived(Stretch):
    """A stretch with its provider."""

    provider: str


def _stretches(chain: pl.DataFrame, run: CostRun) -> list[_Lived]:
    """Placements inside the period; episodes of one placement and code as one."""
    labels, providers = (code_set(name).labels() for name in ("placement_type", "placement_provider"))
    after = run.last + timedelta(days=1)
    found: list[_Lived] = []
    for row in chain.sort("start").iter_rows(named=True):
        end = min(row["end"] or after, after)
        start = max(row["start"], run.first)
        if end <= start:
            continue
        code, by = row["placement_type"] or "not known", row["placement_provider"] or ""
        label = f"{code} {labels.get(code, '')}".strip()
        one = _Lived(start, end, label, f"{by} {providers.get(by, '')}".strip())
        touches = bool(found) and found[-1].end == start and not row["starts_placement"]
        if touches and replace(found[-1], start=start, end=end) == one:
            found[-1] = replace(found[-1], end=end)
        else:
            found.append(one)
    return found
