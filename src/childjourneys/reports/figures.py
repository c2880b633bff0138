"""The pictures of the report: each with a heading that says its numbers in words, and the table it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from markupsafe import Markup

from childjourneys.domain.dates import add_months
from childjourneys.domain.vocabulary import EVENT, EVENTS, SPELL_KINDS, SPELL_LABELS
from childjourneys.journeys.summaries import SEXES, VOLUME_EVENTS
from childjourneys.reports.charts import age_bars, month_bars
from childjourneys.reports.diagrams import CoverageRow, StageBar, coverage_svg, stages_svg
from childjourneys.reports.page_tables import kind_label
from childjourneys.reports.palette import event_colour, spell_colour
from childjourneys.reports.wording import count, day, days_in_words, listed, month, number

AUTHORITIES_DRAWN = 6
YEARS_DRAWN = 12
_SEX_COLOURS = {"F": "#4c2c92", "M": "#12707a", "U": "#505a5f"}


@dataclass(frozen=True)
class Figure:
    """A picture as SVG; `table` is the key of the table with its numbers; `half` lets two stand abreast."""

    heading: str
    picture: Markup
    table: str
    half: bool = False


def coverage_figures(coverage: pl.DataFrame, authorities: dict[str, str]) -> list[Figure]:
    """One per authority; more than a few are in the table only."""
    codes = coverage["la_code"].unique().sort().to_list()
    if not codes or len(codes) > AUTHORITIES_DRAWN:
        return []
    figures = []
    for code in codes:
        ranges = coverage.filter(pl.col("la_code") == code)
        rows = coverage_rows(ranges)
        first, last = ranges["from"].min(), ranges["to"].max()
        assert isinstance(first, date) and isinstance(last, date)
        first = max(first, add_months(last, -12 * YEARS_DRAWN))
        name = "These returns" if len(codes) == 1 else authorities.get(code, code)
        heading = f"{name} cover days from {day(first)} to {day(last)}, not all kinds on all of them"
        if all(len(row.ranges) == 1 and row.ranges[0] == (first, last) for row in rows):
            heading = f"{name} cover {day(first)} to {day(last)} for every kind they carry"
        said = "; ".join(
            f"{row.label}: {listed([days_in_words(*both) for both in row.ranges])}" for row in rows
        )
        picture = coverage_svg(
            f"picture-coverage-{code}", rows, (first, last), heading, f"Bars on a time axis. {said}."
        )
        figures.append(Figure(heading, Markup(picture), "coverage"))
    return figures


def coverage_rows(coverage: pl.DataFrame) -> list[CoverageRow]:
    """Rows in the order of the vocabulary. A spell kind and its events share one when their ranges agree."""
    ranges: dict[str, tuple[tuple[date, date], ...]] = {}
    for row in coverage.sort("from").iter_rows(named=True):
        ranges[row["kind"]] = (*ranges.get(row["kind"], ()), (row["from"], row["to"]))
    rows: list[CoverageRow] = []
    done: set[str] = set()
    for kind in (*(event.name for event in EVENTS), *SPELL_KINDS):
        if kind not in ranges or kind in done:
            continue
        family = _family(kind)
        present = [member for member in family if member in ranges]
        together = len(present) > 1 and len({ranges[member] for member in present}) == 1
        shown = present if together else [kind]
        done.update(shown)
        spell = next((member for member in shown if member in SPELL_LABELS), None)
        label = SPELL_LABELS[spell] if spell else EVENT[kind].label
        colour = event_colour(kind) if kind in EVENT else spell_colour(kind)
        rows.append(CoverageRow(_short(label), colour, ranges[kind]))
    return rows


def volume_figures(summaries: dict[str, pl.DataFrame]) -> tuple[list[Figure], list[str]]:
    """A chart for each event type that happened in a covered month; and which types are covered at all."""
    months = summaries["volumes_all"].filter(pl.col("covered") & pl.col("event").is_in(VOLUME_EVENTS))
    totals = {row["event"]: row for row in summaries["volume_totals"].iter_rows(named=True)}
    shown = [event for event in VOLUME_EVENTS if event in set(months["event"])]
    if not shown:
        return [], []
    first, last = months["month"].min(), months["month"].max()
    assert isinstance(first, date) and isinstance(last, date)
    figures = []
    for event in shown:
        rows = months.filter(pl.col("event") == event).select("month", "n", "complete").rows()
        if not totals[event]["n"] and not totals[event]["n_partly"]:
            continue
        heading = _volume_heading(event, totals[event])
        said = (
            f"Bars by month from {month(rows[0][0])} to {month(rows[-1][0])};"
            " hollow bars are months covered in part. All numbers are in the table Events by month."
        )
        picture = month_bars(
            f"picture-{event}", rows, (first, add_months(last, 1)), event_colour(event), heading, said
        )
        figures.append(Figure(heading, Markup(picture), "volumes", half=True))
    return figures, shown


def stages_figures(stages: pl.DataFrame) -> list[Figure]:
    """One for each window, shortest first."""
    windows = stages["months"].unique(maintain_order=True)
    return [_stages_figure(months, stages.filter(pl.col("months") == months)) for months in windows]


def _stages_figure(months: int, stages: pl.DataFrame) -> Figure:
    start = stages.row(0, named=True)
    heading = stages_heading(stages)
    bars = [
        StageBar(
            row["label"],
            row["reached_in_all"],
            row["not_reached"],
            row["cannot_tell"],
            _share(row),
        )
        for row in stages.slice(1).iter_rows(named=True)
    ]
    said = ". ".join(f"{bar.label}: {bar.share}" for bar in bars)
    key = f"picture-stages-{months}"
    picture = stages_svg(key, bars, start["n"], months, heading, f"A bar for each stage. {said}.")
    return Figure(heading, Markup(picture), f"stages-{months}")


def stages_heading(stages: pl.DataFrame) -> str:
    """Such as: Within 3 months of 1,204 contacts, as far as seen: a referral 310 times."""
    start = stages.row(0, named=True)
    words = {
        "referral": "a referral",
        "assessment": "an assessment",
        "plan": "a plan",
        "care": "care",
    }
    parts = [
        f"{words[row['stage']]} {number(row['reached_in_all'])} times"
        for row in stages.slice(1).iter_rows(named=True)
        if row["covered"]
    ]
    of = count(start["n"], start["label"].lower().removesuffix("s"))
    return f"Within {start['months']} months of {of}, as far as seen: {listed(parts)}"


def age_figures(summaries: dict[str, pl.DataFrame]) -> list[Figure]:
    """A chart for each sex that has referrals, all on one scale."""
    ages = summaries["ages"]
    highest = ages["n"].max()
    figures = []
    for total in summaries["age_totals"].iter_rows(named=True):
        sex = total["sex"]
        if not total["n"]:
            continue
        heading = (
            f"{SEXES[sex]}: {count(total['n'], 'referral')},"
            f" {number(total['under_1_or_unborn'])} unborn or under 1,"
            f" {number(total['aged_1_to_9'])} aged 1 to 9, {number(total['aged_10_to_17'])} aged 10 to 17"
        )
        rows = ages.filter(pl.col("sex") == sex).select("age", "n").rows()
        said = "; ".join(f"{age}: {n}" for age, n in rows)
        picture = age_bars(
            f"picture-ages-{sex}",
            rows,
            int(highest) if isinstance(highest, int) else 0,
            _SEX_COLOURS[sex],
            heading,
            f"Bars by age. {said}.",
        )
        figures.append(Figure(heading, Markup(picture), "ages", half=True))
    return figures


def _family(kind: str) -> list[str]:
    """A spell kind with the events that start and end it; a conference ends an enquiry and stands alone."""
    spell = kind if kind in SPELL_LABELS else _spell_of(kind)
    if spell is None:
        return [kind]
    return [spell, *(event.name for event in EVENTS if _spell_of(event.name) == spell)]


def _spell_of(event: str) -> str | None:
    if event == "referral":
        return "need_episode"
    if event == "icpc":
        return None
    return EVENT[event].starts or EVENT[event].ends


def _short(label: str) -> str:
    return label.replace("Initial child protection conference", "Initial CP conference").replace(
        "Need episode (referral to closure)", "Referral and need episode"
    )


def _volume_heading(event: str, total: dict[str, object]) -> str:
    label = kind_label(event)
    months = total["months"]
    assert isinstance(months, int)
    if not months:
        return f"{label}: no whole month is covered"
    n, least, most = (total[name] for name in ("n", "least", "most"))
    assert isinstance(n, int) and isinstance(least, int) and isinstance(most, int)
    return (
        f"{label}: {number(n)} in {count(months, 'whole month')}, {number(least)} to {number(most)} a month"
    )


def _share(row: dict[str, object]) -> str:
    if not row["covered"]:
        return "not in these returns"
    followed, percent = row["followed"], row["percent"]
    reached = row["reached"]
    assert isinstance(followed, int) and isinstance(reached, int)
    window = f"{row['months']} months"
    if percent is None:
        if not followed:
            return f"none could be followed for {window}"
        return f"only {number(followed)} could be followed for {window}, too few for a share"
    assert isinstance(percent, float)
    return f"{number(percent, 1)}% of those followed for {window} ({number(reached)} of {number(followed)})"
