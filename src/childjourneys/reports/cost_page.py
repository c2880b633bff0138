"""The page of costs: in-team/costs.html, one file that needs nothing else, with no row about a child."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from childjourneys.costs.summaries.quality import unpriced
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.cost_section import cost_section, opening
from childjourneys.reports.cost_words import INVENTED, invented_sentence, per_cent, whole_pounds
from childjourneys.reports.files import write_text
from childjourneys.reports.report import NOTICE, render_page
from childjourneys.reports.section import Block, Section
from childjourneys.reports.wording import listed, number


def write_cost_report(folder: Path, data: CostData) -> None:
    """Write `costs.html` into `in-team/`, the same bytes for the same data.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    write_text(folder / "costs.html", render_cost_report(data))


def render_cost_report(data: CostData) -> str:
    """The page as text: the blocks of the section are its sections."""
    whole = cost_section(data)
    first = Section("costs-first", "What to know first", opening(data))
    sections = [first, *(_as_section(block) for block in whole.blocks)]
    made_up = invented_sentence(data.run.invented)
    notice = (INVENTED, f"{made_up.removeprefix(f'{INVENTED}: ')} {' '.join(NOTICE)}") if made_up else NOTICE
    named = sorted(data.run.authorities.get(code, code) for code in data.cube.children["la_code"].unique())
    return render_page(
        f"Costs ({INVENTED.lower()})" if made_up else "Costs",
        sections,
        subtitle=listed(named) if len(named) <= 5 else f"{len(named)} authorities",
        tiles=_tiles(data),
        notice=notice,
        closing=f"Made with {data.run.made_with}, catalogue version {data.run.catalogue.version}."
        " Full numbers, for the team only.",
    )


def _as_section(block: Block) -> Section:
    """A block of the report as a section of its own: with one part it needs no headings inside."""
    key = f"part-{block.key}"
    if len(block.parts) == 1:
        (part,) = block.parts
        return Section(
            key,
            block.heading,
            [*block.text, *part.text],
            figures=part.figures,
            tables=part.tables,
            points=part.points,
        )
    inner = [
        Block(
            f"part-{part.key}",
            part.heading or block.heading,
            part.text,
            parts=[replace(part, heading="", text=())],
        )
        for part in block.parts
    ]
    return Section(key, block.heading, block.text, blocks=inner)


def _tiles(data: CostData) -> list[tuple[str, str]]:
    """The few numbers to see first; amounts only where they are all in one money."""
    totals = data.table("Totals")
    without = unpriced(data.cube)
    nights = int(without["all_nights"].sum())
    tiles = [("children", number(data.cube.children.select("la_code", "child_id").unique().height)),
             ("nights in placements", number(nights))]  # fmt: skip
    if totals is not None and totals.frame.height == 1:
        row = totals.frame.row(0, named=True)
        tiles += [
            (f"gross, prices of {row['price_year']}", whole_pounds(row["gross"])),
            (f"net, prices of {row['price_year']}", whole_pounds(row["net"])),
            ("on figures of 2008 to 2013", per_cent(row["share"])),
        ]
    tiles.append(("nights without a price", number(int(without["unpriced_nights"].sum()))))
    return tiles
