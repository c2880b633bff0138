"""scenario_ID.html: a scenario beside what was, one file by itself, with no row about a child."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from childjourneys import __version__
from childjourneys.costs.summaries.table import CostTable
from childjourneys.costs.whatif.outcome import WhatIf
from childjourneys.reports.cost_words import INVENTED, invented_sentence, pounds, whole_pounds
from childjourneys.reports.figures import Figure
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.report import NOTICE, render_page
from childjourneys.reports.scenario_charts import tornado_svg
from childjourneys.reports.scenario_tables import (
    assumptions,
    by_change,
    by_line,
    by_month,
    every_row,
    tornado_table,
    without_price,
)
from childjourneys.reports.scenario_words import children_words, headline, payback_words, share_words
from childjourneys.reports.section import Section
from childjourneys.reports.wording import day, number

_HEADINGS = {
    "change": "Change", "base": "Before £", "scenario": "After £", "difference": "Difference £",
    "implementation": "Implementation £", "net": "Net £", "children": "Expected children",
    "concerned": "Stays or lines meant", "month": "Month", "net_so_far": "Net so far £", "s251_line": "Line",
    "assumption": "Assumption", "low": "Low", "value": "Value", "high": "High", "net_low": "Net at low £",
    "net_high": "Net at high £", "range": "Range £", "source": "Source", "what": "What", "process": "Process",
    "kind": "Kind", "entry_ids": "Prices", "count": "Nights or events",
}  # fmt: skip
LIMITS = (
    "It says what the same children would have cost, not what will happen: nobody's need, choice or chance "
    "of a place is modelled.",
    "It says nothing about outcomes for children, and names no child: who would move is for those who know "
    "them to judge.",
    "Numbers whose source is the word assumption are only that.",
)


def render_scenario(found: WhatIf) -> str:
    """The page as text, the same bytes for the same scenario and run."""
    made_up = invented_sentence([file for file in found.catalogue.files if file.invented])
    notice = (INVENTED, f"{made_up.removeprefix(f'{INVENTED}: ')} {' '.join(NOTICE)}") if made_up else NOTICE
    mark = f" ({INVENTED})" if made_up else ""
    sensitivity = tornado_table(found)
    sections = [
        Section("scenario-first", "What it comes to", headline(found), points=LIMITS),
        Section("scenario-changes", "By change", (), tables=[_page(by_change(found), "changes", mark)]),
        Section("scenario-months", "By month", (), tables=[_page(by_month(found), "months", mark)]),
        Section("scenario-lines", "By line of the finance return", (),
                tables=[_page(by_line(found), "lines", mark)]),
        Section("scenario-sensitivity", "If one number were otherwise",
                ("The net of the scenario with each number alone at its low and at its high value.",),
                figures=_figures(found), tables=[_page(sensitivity, "sensitivity", mark)]),
        Section("scenario-assumptions", "What it rests on",
                ("Every number has its source, or the word assumption.",),
                tables=[_page(assumptions(found), "assumptions", mark)]),
    ]  # fmt: skip
    if not found.faults.is_empty():
        table = _page(without_price(found), "without-price", mark)
        sections.insert(1, Section("scenario-unpriced", "Without a price", (), tables=[table]))
    every = _page(every_row(found), "every-row", mark, folded=True)
    sections.append(Section("scenario-rows", "By change, month and line", (), tables=[every]))
    return render_page(
        f"What if: {found.scenario.name}{mark}",
        sections,
        subtitle=f"{day(found.first)} to {day(found.last)}, from {day(found.scenario.start)} on",
        tiles=_tiles(found),
        notice=notice,
        closing=f"Made with childjourneys {__version__}, catalogue version {found.catalogue.version}, "
        f"scenario {found.scenario.file} (SHA-256 {found.scenario.sha256}). Full numbers, for the team only.",
    )


def _tiles(found: WhatIf) -> list[tuple[str, str]]:
    return [
        ("difference", whole_pounds(found.difference)),
        ("implementation", whole_pounds(found.spent)),
        ("net", whole_pounds(found.difference + found.spent)),
        ("payback month", payback_words(found)),
        ("break-even share", share_words(found)),
        ("break-even children", children_words(found)),
    ]


def _figures(found: WhatIf) -> list[Figure]:
    if not found.tornado:
        return []
    heading = f"The net is {whole_pounds(found.difference + found.spent)}; no number moves it more than "
    heading += f"{found.tornado[0].number.name} does"
    return [Figure(heading, Markup(tornado_svg("picture-tornado", found, heading)), "sensitivity")]


def _page(table: CostTable, key: str, mark: str, *, folded: bool = False) -> PageTable:
    rows = [
        [Cell(_words(column.kind, value)) for column, value in zip(table.columns, row, strict=True)]
        for row in table.frame.iter_rows()
    ]
    adding = [column.adds for column in table.columns]
    if any(adding) and rows:
        sums: list[Cell] = [Cell("Total")]
        for column in table.columns[1:]:
            sums.append(Cell(pounds(int(table.frame[column.name].sum())) if column.adds else ""))
        rows.append(sums)
    numeric = frozenset(at for at, column in enumerate(table.columns) if column.kind != "text")
    headings = [_HEADINGS[column.name] for column in table.columns]
    return PageTable(key, f"{table.title}{mark}", headings, rows, numeric, folded=folded)


def _words(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "money":
        return pounds(value)
    if kind == "count":
        return number(value)
    return f"{value:.3f}" if kind == "decimal" else str(value)
