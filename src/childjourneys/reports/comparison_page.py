"""The page of a comparison of packs: per pattern the funnel with its table, and who has no place and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from childjourneys.comparison.pack import Pack
from childjourneys.comparison.placing import PlacedMeasure, PlacedSide
from childjourneys.reports.archetype_words import way_of_counting
from childjourneys.reports.comparison_section import HELP, funnel_part
from childjourneys.reports.files import write_text
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.report import render_page
from childjourneys.reports.section import Block, Part, Section
from childjourneys.reports.wording import count, number

NOTICE = (
    "Aggregates only.",
    "Every number comes from a pack, and has passed disclosure control before it came here. Nothing is added"
    " up over authorities but the line in the middle of each funnel. c: hidden, because it is small or would"
    " give a small number away.",
)
_APART = "Counted alike among themselves, and not like those above"


@dataclass(frozen=True)
class ComparisonData:
    """What a comparison is made of.

    Attributes:
        measures: every measure of the packs, in their order.
        names: of all authorities by their code.
    """

    made_with: str
    packs: tuple[Pack, ...]
    measures: tuple[PlacedMeasure, ...]
    names: Mapping[str, str]


def write_comparison_page(path: Path, data: ComparisonData) -> None:
    """Write the page, the same bytes for the same packs.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    write_text(path, comparison_page(data))


def comparison_page(data: ComparisonData) -> str:
    """The page as text."""
    shown = [one for one in data.measures if one.comparable]
    sections = [_packs(data), _summary(data, shown)]
    if shown:
        blocks = [_block(key, one, data.names) for key, one in _keyed(shown)]
        sections.append(Section("funnels", "Patterns side by side", HELP, blocks=blocks))
    if len(shown) < len(data.measures):
        sections.append(_refused(data))
    return render_page(
        "Authorities side by side",
        sections,
        subtitle=f"{number(len(data.names))} authorities from {count(len(data.packs), 'pack')}",
        tiles=[("authorities", number(len(data.names))), ("patterns compared", number(len(shown))),
               ("patterns not compared", number(len(data.measures) - len(shown)))],
        notice=NOTICE,
        closing=f"Made with {data.made_with} from packs of aggregates.",
    )  # fmt: skip


def titled(one: PlacedMeasure) -> str:
    """The title of a measure, with how it is counted where that is not the usual way."""
    way = way_of_counting(one.measure)
    return f"{one.title} ({way})" if way else one.title


def named(code: str, names: Mapping[str, str]) -> str:
    """301 Barking and Dagenham."""
    name = names.get(code, code)
    return code if name == code else f"{code} {name}"


def pack_rows(data: ComparisonData) -> list[tuple[str, ...]]:
    """What is compared, a row per authority: its name, the end of its data, and how its pack was made."""
    return [
        (
            named(part.la_code, data.names),
            part.as_at,
            pack.preset,
            pack.made_with,
            pack.calendar,
            pack.tie_rule,
        )
        for pack in data.packs
        for part in pack.authorities
    ]


def _keyed(measures: Sequence[PlacedMeasure]) -> list[tuple[str, PlacedMeasure]]:
    return [(f"measure-{number}", one) for number, one in enumerate(measures, start=1)]


def _packs(data: ComparisonData) -> Section:
    rows = pack_rows(data)
    headings = ("Authority", "Data up to", "Hidden by", "Made with", "Calendar", "Order inside a day")
    caption = f"{count(len(rows), 'authority', 'authorities')} in {count(len(data.packs), 'pack')}"
    text = [
        "Rates stand beside each other only where definition, calendar, the order of events inside a day and"
        " the kinds of event that the returns carry are the same."
    ]
    presets = {pack.preset for pack in data.packs}
    if len(presets) > 1 or "opensafely" in presets:
        text.append(
            "Numbers were hidden, or rounded, by the preset named beside each authority: small rates of"
            " different presets differ for that reason too."
        )
    return Section("packs", "What is compared", text, tables=[_table("packs", caption, headings, rows)])


def _summary(data: ComparisonData, shown: Sequence[PlacedMeasure]) -> Section:
    rows = []
    for key, one in _keyed(shown):
        units = [unit for side in one.sides if side.funnel for unit in side.funnel.funnel.units]
        beyond = [sum(unit.outside == label for unit in units) for label in ("95", "99.8")]
        texts = [*map(number, (len(units), *beyond, len(one.not_placed)))]
        rows.append([Cell(titled(one), link=key), *(Cell(text) for text in texts)])
    headings = ("Pattern", "Placed", "Beyond 95%, not 99.8%", "Beyond 99.8%", "Not beside the others")
    table = PageTable(
        "summary", f"{count(len(rows), 'pattern')} compared, numbers of authorities", headings, rows,
        frozenset(range(1, 5)), whole=True,
    )  # fmt: skip
    return Section("summary", "All patterns", tables=[table])


def _block(key: str, one: PlacedMeasure, names: Mapping[str, str]) -> Block:
    parts = [
        _part(f"{key}-{number}", titled(one), side, names, apart=number > 1)
        for number, side in enumerate(one.sides, start=1)
        if side.funnel
    ]
    if one.not_placed:
        caption = (
            f"{titled(one)}: {count(len(one.not_placed), 'authority', 'authorities')} not beside the others"
        )
        parts.append(Part(f"{key}-others", tables=[_why_table(f"{key}-others", caption, [one], names)]))
    return Block(key, titled(one), text=[f"{one.measure} in comparison.csv."], parts=parts)


def _part(key: str, title: str, side: PlacedSide, names: Mapping[str, str], *, apart: bool) -> Part:
    assert side.funnel
    part = funnel_part(key, title, side.funnel, names)
    return Part(
        key, _APART if apart else "", [*part.text, *side.notes], part.figures, part.tables, part.points
    )


def _refused(data: ComparisonData) -> Section:
    some = [one for one in data.measures if not one.comparable]
    caption = f"{count(len(some), 'pattern')} that can't be compared"
    return Section(
        "refused",
        "What can't be compared",
        ["No two authorities count these alike, or have numbers to show."],
        tables=[_why_table("refused", caption, some, data.names, pattern=True)],
    )


def _why_table(
    key: str, caption: str, measures: Sequence[PlacedMeasure], names: Mapping[str, str], pattern: bool = False
) -> PageTable:
    rows = [
        [*([titled(one)] if pattern else []), named(code, names), why]
        for one in measures
        for code, why in one.not_placed
    ]
    return _table(key, caption, [*(["Pattern"] if pattern else []), "Authority", "Why"], rows)


def _table(key: str, caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> PageTable:
    return PageTable(key, caption, headings, [[Cell(text) for text in row] for row in rows])
