"""The shareable report: the same page as the team's, made of nothing but published numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl
from markupsafe import Markup

from childjourneys.archetypes.findings import Finding
from childjourneys.disclosure import MARK, Preset
from childjourneys.domain.proportions import proportion
from childjourneys.reports.archetype_words import OPENING, TERMS, rate_sentences
from childjourneys.reports.caveats import caveats
from childjourneys.reports.comparison_section import HELP
from childjourneys.reports.figures import Figure
from childjourneys.reports.funnel_plot import funnel_svg
from childjourneys.reports.outcome_bar import outcome_bar_svg
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.report import render_page
from childjourneys.reports.section import Block, Part, Section
from childjourneys.reports.shared_table import SharedTable
from childjourneys.reports.trend_chart import trend_svg
from childjourneys.reports.wording import KINDS_OF_RETURN, listed, number
from childjourneys.sharing.beside import Beside, beside
from childjourneys.sharing.build import Shared
from childjourneys.sharing.measures import SharedMeasure
from childjourneys.sharing.tables import (
    group_tables,
    indicator_tables,
    months_table,
    name_of,
    outcome_table,
    summary,
    told,
    with_groups,
)

_FOLDED_FROM = 30


@dataclass(frozen=True)
class About:
    """What the page says of the data: `returns` by kind and year, without names of files."""

    made_with: str
    authorities: Mapping[str, str]
    returns: Sequence[str]
    limits: Sequence[str]
    last_month: str


def about_returns(
    made_with: str, returns: pl.DataFrame, coverage: pl.DataFrame, authorities: Mapping[str, str]
) -> About:
    """What kinds of return were read, and what they can't tell; no file is named."""
    read = returns.filter(pl.col("status") == "read").sort("la_code", "as_at", "kind")
    kinds = [
        f"{KINDS_OF_RETURN.get(kind, kind)} {year or (as_at.strftime('%Y-%m') if as_at else '')}".strip()
        for kind, year, as_at in read.select("kind", "year", "as_at").iter_rows()
    ]
    last = coverage["to"].max()
    months = last.strftime("%Y-%m") if isinstance(last, date) else ""
    return About(made_with, authorities, list(dict.fromkeys(kinds)), caveats(returns, coverage), months)


def render_shareable(shared: Shared, preset: Preset, about: About) -> str:
    """The page as text."""
    names = sorted(set(about.authorities.values()))
    return render_page(
        "Child journeys",
        _sections(shared, preset, about),
        subtitle=", ".join(part for part in (listed(names), f"data up to {about.last_month}") if part),
        tiles=(),
        notice=("Passed disclosure control.", _rule(preset)),
        closing=f"Made with {about.made_with} from returns up to {about.last_month}. Disclosure control:"
        f" {preset.name}.",
    )


def _rule(preset: Preset) -> str:
    rounded = f", others are rounded to the nearest {preset.base}" if preset.base > 1 else ""
    alone = " Where all of a group show a pattern, that is hidden too." if preset.hides_all else ""
    return (
        f"Counts of {preset.least} to {preset.most}, of anchors or of distinct children, are hidden{rounded},"
        " with as many others as it takes so that they can't be worked out."
        f"{alone} “{MARK}” marks a hidden number and all that comes from it. Percentages and their 95%"
        " intervals (Wilson) are worked out from the numbers shown."
    )


def _sections(shared: Shared, preset: Preset, about: About) -> list[Section]:
    sections = [
        Section(
            "read",
            "What this is made of",
            [f"Returns: {listed(about.returns)}."],
            points=about.limits,
        ),
        Section("activity", "What happened", tables=_tables(shared.activity, "activity")),
    ]
    if shared.pathways:
        text = ["A share is of those whose whole window the returns cover; others are in no share."]
        sections.append(
            Section(
                "pathways",
                "Referrals and section 47 enquiries",
                text,
                tables=_tables(shared.pathways, "pathways"),
            )
        )
    indicators = indicator_tables(shared)
    if indicators:
        text = ["Beside each the published figure for England, where there is one."]
        sections.append(Section("indicators", "Indicators", text, tables=_tables(indicators, "indicators")))
    if shared.measures:
        sections.append(_patterns(shared))
    groups = with_groups(shared)
    if groups:
        sections.append(_groups(shared, groups))
    funnels = beside(shared)
    if funnels:
        sections.append(_beside(funnels, about))
    return sections


def _patterns(shared: Shared) -> Section:
    return Section(
        "archetypes",
        "Patterns that should not generally happen",
        OPENING,
        tables=[_page_table(summary(shared), "patterns", fold=False)],
        points=TERMS,
        blocks=[_block(one, shared) for one in told(shared)],
    )


def _block(measure: SharedMeasure, shared: Shared) -> Block:
    definition = measure.finding.definition
    key = _key(measure)
    heading = name_of(measure)
    if len(shared.periods) > 1:
        heading = f"{heading}, {measure.finding.la_code}"
    terms = (
        ("Why it is counted.", definition.why),
        ("What is counted.", definition.definition),
        ("Not a judgement.", definition.not_a_judgement),
        ("Source.", definition.source),
    )
    parts = [_bar(measure, shared, key)]
    parts += [_months(measure, table, key) for table in months_table(measure, shared)]
    without = [one for one in measure.finding.caveats if one.startswith("Counted without")]
    return Block(
        key,
        heading,
        text=_sentences(measure),
        terms=[(term, words) for term, words in terms if words],
        parts=parts,
        points=[*without, *definition.caveats],
        points_heading="What to bear in mind",
    )


def _sentences(measure: SharedMeasure) -> list[str]:
    """The rate in words, where none of its numbers is hidden."""
    if measure.n is None or measure.matches is None:
        return ["The numbers of this pattern are too small to be shown."]
    if not measure.n:
        return ["There is no rate: none could be followed in full."]
    if not measure.whole:
        return [
            f"Of {number(measure.n)} that could be followed in full, {number(measure.matches)} show the"
            " pattern."
        ]
    return rate_sentences(_published(measure))


def _published(measure: SharedMeasure) -> Finding:
    """The finding with published numbers in place of the exact ones."""
    shown = {name: value for name, value in measure.outcomes.items() if value is not None}
    counts = pl.DataFrame({"n": [measure.n], "matches": [measure.matches]})
    rate, low, high = counts.select(**proportion(pl.col("matches"), pl.col("n"))).row(0)
    return replace(
        measure.finding, outcomes=shown, n=measure.n, matches=measure.matches, rate=rate, low=low, high=high
    )


def _bar(measure: SharedMeasure, shared: Shared, key: str) -> Part:
    table = outcome_table(measure, shared)
    figures, text = [], ["The bar is not drawn: some of its parts are hidden."]
    if measure.whole and measure.anchors:
        outcomes = {name: value or 0 for name, value in measure.outcomes.items()}
        picture = outcome_bar_svg(f"picture-{key}", outcomes, table.title)
        figures, text = [Figure(table.title, Markup(picture), f"{key}-outcomes")], []
    return Part(
        f"{key}-bar", text=text, figures=figures, tables=[_page_table(table, f"{key}-outcomes", fold=False)]
    )


def _months(measure: SharedMeasure, table: SharedTable, key: str) -> Part:
    rows = [
        {
            "month": month,
            "complete": complete,
            **{of: _share(line[f"{of} %"]) for of in ("rate", "low", "high")},
        }
        for (month, _, _, complete), line in zip(
            measure.trend, table.frame.iter_rows(named=True), strict=True
        )
    ]
    known = [rate for month in rows if month["complete"] and (rate := month["rate"]) is not None]
    tables = [_page_table(table, f"{key}-months")]
    if 2 * sum(rate == MARK for rate in known) > len(known):
        # What is left would be the months without a match: a picture of those alone misleads.
        return Part(f"{key}-trend", text=["Most months are hidden, so they are not drawn."], tables=tables)
    picture = trend_svg(f"picture-{key}-months", rows, table.title)
    figures = [Figure(table.title, Markup(picture), f"{key}-months")]
    return Part(f"{key}-trend", figures=figures, tables=tables)


def _share(percentage: str | None) -> float | str | None:
    if percentage is None or percentage == MARK:
        return percentage
    return float(percentage) / 100


def _groups(shared: Shared, measures: Sequence[SharedMeasure]) -> Section:
    blocks = [
        Block(
            f"{_key(one)}-groups",
            name_of(one) + (f", {one.finding.la_code}" if len(shared.periods) > 1 else ""),
            parts=[
                Part(
                    f"{_key(one)}-{table.dimension}",
                    tables=[_page_table(table, f"{_key(one)}-{table.dimension}")],
                )
                for table in group_tables(one, shared)
            ],
        )
        for one in measures
    ]
    text = ["Each group by itself, not adjusted for anything: a difference does not say why."]
    return Section("context", "To whom and when", text, blocks=blocks)


def _beside(funnels: Sequence[Beside], about: About) -> Section:
    """Pictures of the first pattern, and of others where something stands out; the table of every one."""
    blocks = []
    for place, one in enumerate(funnels):
        key = f"beside-{place}"
        figures = []
        stands_out = any(unit.outside == "99.8" for unit in one.funnel.funnel.units)
        first = one.funnel.measure == funnels[0].funnel.measure
        if one.drawn and (first or stands_out or not one.funnel.of_teams_in):
            names = {} if one.funnel.of_teams_in else about.authorities
            said = "Each by its number of anchors and its rate, with limits. All numbers are in the table."
            picture = funnel_svg(
                f"picture-{key}", one.funnel.funnel, names, one.funnel.short, one.title, said
            )
            figures = [Figure(one.title, Markup(picture), key)]
        table = _page_table(one.table, key, fold=False)
        blocks.append(Block(f"{key}-block", one.title, parts=[Part(key, figures=figures, tables=[table])]))
    hidden = "One with a hidden number is listed, not placed, and not in the limits."
    return Section("beside", "Side by side", [*HELP, hidden], blocks=blocks)


def _key(measure: SharedMeasure) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"pattern-{measure.finding.measure}-{measure.finding.la_code}".lower())


def _tables(tables: Sequence[SharedTable], key: str) -> list[PageTable]:
    return [_page_table(one, f"{key}-{number}") for number, one in enumerate(tables, start=1)]


def _page_table(table: SharedTable, key: str, *, fold: bool = True) -> PageTable:
    frame = table.frame
    rows = [[Cell(_told(text)) for text in row] for row in frame.iter_rows()]
    is_number = [all(_is_number(text) for text in frame[name]) for name in frame.columns]
    numeric = frozenset(at for at, one in enumerate(is_number) if one and at)
    folded = fold and (len(rows) >= _FOLDED_FROM or table.dimension == "month")
    return PageTable(key, table.title, frame.columns, rows, numeric, whole=True, folded=folded)


def _is_number(text: str | None) -> bool:
    return text is None or text == MARK or bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def _told(text: str | None) -> str:
    """Whole numbers with commas."""
    if text is None:
        return ""
    return number(int(text)) if re.fullmatch(r"\d{4,}", text) else text
