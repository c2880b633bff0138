"""shareable/costs.html and shareable/cost_tables.xlsx: costs made of nothing but published numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.given import CostRun
from childjourneys.disclosure import MARK, Preset
from childjourneys.reports.cost_charts import Bar, bars_svg, months_svg
from childjourneys.reports.cost_words import (
    INVENTED,
    TWO_MONEYS,
    invented_sentence,
    london_sentence,
    period,
    process_name,
    whose_prices,
)
from childjourneys.reports.figures import Figure
from childjourneys.reports.files import write_text
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.report import render_page
from childjourneys.reports.section import Block, Part, Section
from childjourneys.reports.shared_table import SharedTable
from childjourneys.reports.wording import number
from childjourneys.sharing.cost_problem import MEDIAN_OF
from childjourneys.sharing.costs import SharedCosts, share_costs
from childjourneys.sharing.workbook import write_tables

_PRICE_OF_A_TABLE = "average week"


def write_shareable_costs(folder: Path, cube: Cube, run: CostRun, preset: Preset) -> list[Section]:
    """Protect costs and write what may leave the team: costs.html and cost_tables.xlsx.

    Returns:
        The sections of the page, for other pages that may leave the team.

    Raises:
        CannotWrite: a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shared = share_costs(cube, run, preset)
    write_text(folder / "costs.html", render_shareable_costs(shared, run, preset))
    write_tables(folder / "cost_tables.xlsx", [table for one in shared for table in one.tables], preset.name)
    return _sections(shared, run, preset)


def render_shareable_costs(shared: Sequence[SharedCosts], run: CostRun, preset: Preset) -> str:
    """The page as text."""
    made_up = invented_sentence(run.invented)
    rule = f"Small numbers are hidden by the preset {preset.name}."
    notice = (
        (INVENTED, f"{made_up.removeprefix(f'{INVENTED}: ')} {rule}") if made_up else ("For sharing.", rule)
    )
    names = [run.authorities.get(code, code) for code in dict.fromkeys(one.la_code for one in shared)]
    return render_page(
        f"Costs ({INVENTED.lower()})" if made_up else "Costs",
        _sections(shared, run, preset),
        subtitle=", ".join(names) if len(names) <= 5 else f"{len(names)} authorities",
        tiles=(),
        notice=notice,
        closing=f"Made with {run.made_with}, catalogue version {run.catalogue.version}."
        f" {MARK} marks a hidden number.",
    )


def _sections(shared: Sequence[SharedCosts], run: CostRun, preset: Preset) -> list[Section]:
    return [_first(shared, run, preset), *(_section(at, one, run) for at, one in enumerate(shared))]


def _first(shared: Sequence[SharedCosts], run: CostRun, preset: Preset) -> Section:
    years = sorted({one.price_year for one in shared})
    rounded = f", and other counts are rounded to the nearest {preset.base}" if preset.base > 1 else ""
    said = [
        invented_sentence(run.invented),
        " ".join(said for one in shared if (said := _research(one, run)))
        or "No money was spent in the period, so none rests on research figures of 2008 to 2013.",
        whose_prices(run, years) if years else "",
        TWO_MONEYS if len(years) > 1 else "",
        f"The period is {period(run)}.",
        *run.notes,
        london_sentence(run, {one.la_code for one in shared}),
        f"Counts of {preset.least} to {preset.most} children, and nights of so few, are hidden{rounded}."
        " Amounts are hidden where few children stand behind them or where one or two make up most of them,"
        f" with as many others as it takes so that they can't be worked out. {MARK} marks a hidden number and"
        " all that comes from it.",
        f"Medians are shown of at least {MEDIAN_OF} children, to the nearest 10 pounds. There is no lowest"
        " and no highest value.",
        "Pass on one costing of these children only. Beside another, at other prices or of a period that"
        " overlaps, hidden numbers may be worked out: each costing is protected by itself.",
    ]
    return Section("costs-first", "What to know first", [one for one in said if one])


def _research(one: SharedCosts, run: CostRun) -> str:
    if not one.research:
        return ""
    where = run.authorities.get(one.la_code, one.la_code)
    if one.research == MARK:
        return (
            f"{where}: what share of the gross money in prices of {one.price_year} rests on research figures"
            " of 2008 to 2013 is hidden, as its amount is."
        )
    return (
        f"{where}: {one.research}% of the gross money in prices of"
        f" {one.price_year} rests on research figures of 2008 to 2013."
    )


def _section(at: int, one: SharedCosts, run: CostRun) -> Section:
    blocks = []
    for place, table in enumerate(one.tables):
        key = f"costs-{at}-{place}"
        part = Part(key, figures=_figures(key, table), tables=[_page_table(f"{key}-table", table)])
        blocks.append(Block(f"{key}-block", table.title, parts=[part]))
    heading = f"{run.authorities.get(one.la_code, one.la_code)}, prices of {one.price_year}"
    said = [
        f"Nights in placements without a price, which are in no table of placements:"
        f" {_told(one.unpriced_nights)}.",
        *(
            [f"Spent on them all the same, such as on social work: {_told(one.left_out)} pounds. They are in"
             " gross and in process lac.3, and in no average."]
            if one.left_out != "0" else []
        ),
    ]  # fmt: skip
    return Section(f"costs-{at}", heading, said, blocks=blocks)


def _figures(key: str, table: SharedTable) -> list[Figure]:
    """Drawn from what is printed; a hidden month keeps its place with the mark, a hidden group has no bar."""
    frame = table.frame
    rows = [row for row in frame.iter_rows(named=True) if row[frame.columns[0]] != "Total"]
    what = _PRICE_OF_A_TABLE if _PRICE_OF_A_TABLE in frame.columns else "pounds"
    known = [row for row in rows if row[what] not in (None, MARK)]
    if table.dimension == "credits" or not known or 2 * len(known) < len(rows):
        return []
    hidden = len(rows) - len(known)
    left_out = f" {hidden} hidden." if hidden else ""
    said = f"{table.title}: {what}. All numbers that are shown are in the table.{left_out}"
    if table.dimension == "month":
        months = [(row["month"], None if row[what] == MARK else float(row[what])) for row in rows]
        drawn = months_svg(f"picture-{key}", months, table.title, said)
    else:
        bars = [
            Bar(_label(row["group"], table), float(row[what]), f"£{number(int(row[what]))}") for row in known
        ]
        bars.sort(key=lambda bar: (-bar.amount, bar.label))
        drawn = bars_svg(f"picture-{key}", bars, table.title, said)
    return [Figure(f"{table.title}: {what}", Markup(drawn), f"{key}-table")]


def _page_table(key: str, table: SharedTable) -> PageTable:
    rows = [
        [Cell(_label(row[0] or "", table)), *(Cell(_told(text)) for text in row[1:])]
        for row in table.frame.iter_rows()
    ]
    headings = [_HEADINGS.get(name, name) for name in table.frame.columns]
    numeric = frozenset(range(1, len(headings)))
    return PageTable(key, table.title, headings, rows, numeric, whole=True, folded=table.dimension == "month")


_HEADINGS = {
    "group": "Group", "month": "Month", "children": "Children", "nights": "Nights with a price",
    "pounds": "Pounds", "average week": "Average week £", "median week": "Median week £",
}  # fmt: skip


def _label(name: str, table: SharedTable) -> str:
    return process_name(name) if table.dimension == "process" else name


def _told(text: str | None) -> str:
    """Whole numbers with commas."""
    if text is None:
        return ""
    return number(int(text)) if re.fullmatch(r"-?\d{4,}", text) else text
