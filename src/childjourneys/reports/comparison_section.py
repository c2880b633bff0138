"""Funnels in a page: each picture with its table, what it says in words, and no ranking."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from childjourneys.comparison.funnel import LEAST_UNITS, Placed
from childjourneys.comparison.of_a_run import MeasureFunnel
from childjourneys.reports.archetype_words import percent, way_of_counting
from childjourneys.reports.figures import Figure
from childjourneys.reports.funnel_plot import funnel_svg
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Block, Part, Section
from childjourneys.reports.wording import count, listed, number

AUTHORITIES_TOLD = 3
# A picture needs two units of this size.
LEAST_SIZE = 10
HELP = (
    "How to read a funnel. Each mark is an authority or a team: the more anchors it has, the farther to the"
    " right. A small one moves a long way by chance alone, so its limits are wide. Inside the lines, a rate"
    " is no more than chance and ordinary differences make of the rate of all. Outside them something else is"
    " at work: first look for another way of recording, then for another population, then for practice.",
    "Beyond a limit is neither good nor bad, and nothing here is ranked. By chance alone 1 in 20 is beyond"
    " the 95% limits and 1 in 500 beyond the 99.8% limits.",
)
_OUTSIDE = {"none": "inside", "95": "beyond 95%", "99.8": "beyond 99.8%"}


def comparison_section(
    funnels: Sequence[MeasureFunnel], titles: Mapping[str, str], authorities: Mapping[str, str]
) -> Section | None:
    """The part of a run's report; None where there are no two authorities or teams to put side by side.

    Args:
        titles: of measures.
        authorities: name of each authority by its code.
    """
    if not funnels:
        return None
    of_teams = len(authorities) <= AUTHORITIES_TOLD
    blocks: list[Block] = []
    quiet, too_small = [], []
    for measure in dict.fromkeys(one.measure for one in funnels):
        mine = [one for one in funnels if one.measure == measure and (of_teams or not one.of_teams_in)]
        title = _title(measure, titles)
        large = [one for one in mine if _is_large(one)]
        # Of teams those pictures that have something to show, and one to see what it looks like.
        drawn = [one for one in large if not one.of_teams_in or _stands_out(one) or not blocks]
        key = f"beside-{_slug(measure)}"
        parts = [
            funnel_part(f"{key}-{number}", title, one, authorities, folded=True)
            for number, one in enumerate(drawn)
        ]
        if parts:
            blocks.append(Block(key, title, parts=parts))
        if len(large) > len(drawn):
            quiet.append(title)
        elif mine and not large:
            too_small.append(title)
    text = [*HELP]
    if quiet:
        text.append(
            f"Teams without a picture, as none of them is beyond the 99.8% limits: {'; '.join(quiet)}."
            " Their numbers are in comparison.csv."
        )
    if too_small:
        text.append(f"Too few anchors for a picture: {'; '.join(too_small)}. See comparison.csv.")
    if not of_teams:
        text.append(f"With more than {AUTHORITIES_TOLD} authorities teams are in comparison.csv only.")
    return Section(
        "beside",
        "Authorities and teams side by side",
        text,
        tables=[_standing_out(funnels, titles, authorities)],
        blocks=blocks,
    )


def funnel_part(
    key: str, title: str, one: MeasureFunnel, authorities: Mapping[str, str], *, folded: bool = False
) -> Part:
    """One funnel: a heading in words, what its limits are, the picture, and its table.

    Args:
        title: of the measure.
        folded: the table stands behind its caption.
    """
    found = one.funnel
    plural = "teams" if one.of_teams_in else "authorities"
    who = f"{len(found.units)} {plural}"
    if one.of_teams_in:
        who += f" of {authorities.get(one.of_teams_in, one.of_teams_in)}"
    heading = f"{title}, {who}: {_how_many(one)}"
    names = {} if one.of_teams_in else authorities
    said = (
        f"Each of {who} by its number of anchors and its rate, with the rate of all of them together,"
        f" {percent(found.rate)}%, and the limits around it. All numbers are in the table."
    )
    picture = funnel_svg(f"picture-{key}", found, names, one.short, heading, said)
    points = []
    if one.short:
        words = listed([_name(unit, names) for unit in sorted(one.short)])
        points.append(
            f"Grey: {words}. The returns there cover fewer months than one anchor needs, so that only some"
            " anchors, often of the youngest children, could be followed. Do not read more into the place."
        )
    return Part(
        key,
        text=[_limits_in_words(one)],
        figures=[Figure(heading, Markup(picture), key)],
        tables=[_table(key, heading, one, names, folded)],
        points=points,
    )


def _how_many(one: MeasureFunnel) -> str:
    far, near = (sum(unit.outside == label for unit in one.funnel.units) for label in ("99.8", "95"))
    said = [f"{number(far)} beyond the 99.8% limits"] if far else []
    if near:
        said.append(f"{number(near)}{' more' if far else ''} beyond the 95% limits")
    return listed(said) if said else "none beyond the limits"


def _limits_in_words(one: MeasureFunnel) -> str:
    found = one.funnel
    together = f"The line in the middle is the rate of all of them together, {percent(found.rate)}%."
    plural = "teams" if one.of_teams_in else "authorities"
    if found.spread == "estimated":
        return (
            f"{together} With {LEAST_UNITS} {plural} or more, how far they differ beyond chance is estimated"
            f" from them (dispersion {number(found.dispersion, 2)}), and the limits are wider by it."
        )
    if found.spread == "given":
        return (
            f"{together} The limits allow for a spread between {plural} that was given, not estimated: there"
            f" are fewer than {LEAST_UNITS}."
        )
    return (
        f"{together} Plain limits, for chance alone: with fewer than {LEAST_UNITS} {plural} their ordinary"
        " differences can't be estimated, so more of them than chance puts there are beyond the limits."
    )


def _table(key: str, caption: str, one: MeasureFunnel, names: Mapping[str, str], folded: bool) -> PageTable:
    shrinks = one.funnel.spread == "estimated"
    headings = ["Team" if one.of_teams_in else "Authority", "Followed in full", "Show the pattern", "%",
                "95% limits", "99.8% limits", *(["Shrunk %"] if shrinks else []), "Where"]  # fmt: skip
    rows = []
    for unit in one.funnel.units:
        where = _OUTSIDE[unit.outside] + (", grey: returns too short" if unit.name in one.short else "")
        texts = [_name(unit.name, names), *_numbers(unit)]
        rows.append([*texts, *([percent(unit.shrunk_rate)] if shrinks else []), where])
    cells = [[Cell(text) for text in row] for row in rows]
    return PageTable(key, caption, headings, cells, frozenset(range(1, len(headings) - 1)), folded=folded)


def _numbers(unit: Placed) -> list[str]:
    return [
        number(unit.n),
        number(unit.matches),
        percent(unit.rate),
        f"{percent(unit.low95)} to {percent(unit.high95)}",
        f"{percent(unit.low998)} to {percent(unit.high998)}",
    ]


def _standing_out(
    funnels: Sequence[MeasureFunnel], titles: Mapping[str, str], authorities: Mapping[str, str]
) -> PageTable:
    """Every unit beyond the 99.8% limits, in the order of comparison.csv."""
    rows = []
    for one in funnels:
        for unit in one.funnel.units:
            if unit.outside == "99.8":
                name = authorities.get(one.of_teams_in or unit.name, one.of_teams_in or unit.name)
                who = f"{name}: {unit.name}" if one.of_teams_in else name
                rows.append([_title(one.measure, titles), who, *_numbers(unit)])
    placed = sum(len(one.funnel.units) for one in funnels)
    caption = f"{count(len(rows), 'mark')} of {number(placed)} beyond the 99.8% limits, all patterns together"
    headings = ("Pattern", "Who", "Followed in full", "Show the pattern", "%", "95% limits", "99.8% limits")
    cells = [[Cell(text) for text in row] for row in rows]
    return PageTable("beside-outside", caption, headings, cells, frozenset(range(2, 7)))


def _stands_out(one: MeasureFunnel) -> bool:
    return any(unit.outside == "99.8" for unit in one.funnel.units)


def _is_large(one: MeasureFunnel) -> bool:
    return sum(unit.n >= LEAST_SIZE for unit in one.funnel.units) > 1


def _title(measure: str, titles: Mapping[str, str]) -> str:
    title = titles.get(measure, "") or measure
    way = way_of_counting(measure)
    return f"{title} ({way})" if way else title


def _name(unit: str, names: Mapping[str, str]) -> str:
    name = names.get(unit, unit)
    return name if name == unit else f"{unit} {name}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())
