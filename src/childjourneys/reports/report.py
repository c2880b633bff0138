"""The report of a run: one HTML file that needs nothing else, with no script and no row about a child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path

import jinja2
import polars as pl
from markupsafe import Markup

from childjourneys.archetypes.findings import Finding
from childjourneys.comparison.of_a_run import MeasureFunnel
from childjourneys.reports import page_tables
from childjourneys.reports.archetype_section import archetype_section
from childjourneys.reports.caveats import caveats
from childjourneys.reports.comparison_section import comparison_section
from childjourneys.reports.context_section import context_section
from childjourneys.reports.figures import (
    age_figures,
    coverage_figures,
    stages_figures,
    volume_figures,
)
from childjourneys.reports.files import write_text
from childjourneys.reports.further_parts import further_parts
from childjourneys.reports.indicator_section import indicator_section
from childjourneys.reports.pathway_section import pathway_sections
from childjourneys.reports.section import Section
from childjourneys.reports.wording import count, day, listed, number

NOTICE = (
    "For the team only.",
    "No row here is about one child, but small numbers are not hidden. Do not pass this page on.",
)


@dataclass(frozen=True)
class ReportData:
    """What a report is made of.

    Attributes:
        title: heading of the page.
        made_with: name and version of the program; no time, so that the same data give the same file.
        returns, coverage, attrition, issues: frames as declared in `tables.derived`.
        summaries: those of `journeys.summaries.summarise` and `journeys.accounts.summarise_account`.
        notes: further sentences for "What these returns can and cannot tell".
        archetypes: what archetypes came to, in the order of the library.
        pathways: as `pathways.summaries.summarise_pathways`.
        indicators: as indicators.csv, with `name`.
        context: as context.csv.
        heaped: per authority, sentences for beside tables of weekdays.
        trend, incidence, adjusted: as the files of that name; adjusted only where something was named.
        sensitivity: as `archetypes.sensitivity`.
        funnels: authorities, and teams of each, side by side.
        authorities: name of each authority by its code.
    """

    title: str
    made_with: str
    returns: pl.DataFrame
    coverage: pl.DataFrame
    attrition: pl.DataFrame
    issues: pl.DataFrame
    summaries: dict[str, pl.DataFrame]
    notes: Sequence[str] = ()
    archetypes: Sequence[Finding] = ()
    pathways: Mapping[str, pl.DataFrame] | None = None
    indicators: pl.DataFrame | None = None
    context: pl.DataFrame | None = None
    heaped: Mapping[str, Sequence[str]] = field(default_factory=dict)
    trend: pl.DataFrame | None = None
    incidence: pl.DataFrame | None = None
    sensitivity: pl.DataFrame | None = None
    adjusted: pl.DataFrame | None = None
    funnels: Sequence[MeasureFunnel] = ()
    authorities: dict[str, str] = field(default_factory=dict)


def write_report(path: Path, data: ReportData) -> None:
    """Write the report, the same bytes for the same data.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    write_text(path, render_report(data))


def render_report(data: ReportData) -> str:
    """The page as text."""
    last = _last_day(data.returns)
    return render_page(
        data.title,
        _sections(data),
        subtitle=_subtitle(data),
        tiles=_tiles(data),
        notice=NOTICE,
        closing=f"Made with {data.made_with}{f' from returns up to {last}' if last else ''}."
        " Full numbers, for the team only.",
    )


def render_page(
    title: str,
    sections: Sequence[Section],
    *,
    subtitle: str,
    tiles: Sequence[tuple[str, str]],
    notice: tuple[str, str],
    closing: str,
) -> str:
    """Any page of sections, with no script and nothing from elsewhere.

    Args:
        notice: what has to be known before reading on; the first part is in bold.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("childjourneys.reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (
        resources.files("childjourneys.reports")
        .joinpath("templates", "report.css")
        .read_text(encoding="utf-8")
    )
    return environment.get_template("report.html").render(
        title=title,
        subtitle=subtitle,
        tiles=tiles,
        sections=sections,
        style=Markup(style),
        notice=notice,
        closing=closing,
    )


def _subtitle(data: ReportData) -> str:
    named = sorted(set(data.authorities.values()))
    who = listed(named) if len(named) <= 5 else count(len(named), "authority", "authorities")
    last = _last_day(data.returns)
    return ", ".join(part for part in (who, f"data up to {last}" if last else "") if part)


def _last_day(returns: pl.DataFrame) -> str:
    last = returns["as_at"].max()
    return day(last) if isinstance(last, date) else ""


def _tiles(data: ReportData) -> list[tuple[str, str]]:
    """The few numbers to see first."""
    counts = data.summaries["counts"].row(-1, named=True)
    files = data.summaries["files"].row(0, named=True)
    found = {row["severity"]: row["places"] for row in data.summaries["finding_totals"].iter_rows(named=True)}
    return [
        ("children", number(counts["children"])),
        ("events", number(counts["events"])),
        ("files read", number(files["read"])),
        ("errors", number(found["error"])),
        ("warnings", number(found["warning"])),
    ]


def _sections(data: ReportData) -> list[Section]:
    sections = [
        _what_was_read(data),
        _caveats(data),
        _rows(data),
        _findings(data),
        _volumes(data),
        _journeys(data),
        _stages(data),
        _ages(data),
    ]
    if len(data.authorities) > 1:
        table = page_tables.authorities_table(data.summaries, data.authorities)
        sections.insert(1, Section("by-authority", "Authorities", tables=[table]))
    if data.pathways:
        sections += pathway_sections(data.pathways, data.authorities)
    indicators = None if data.indicators is None else indicator_section(data.indicators, data.authorities)
    if indicators:
        sections.append(indicators)
    further = further_parts(data.trend, data.incidence, data.sensitivity, data.adjusted)
    archetypes = archetype_section(data.archetypes, data.authorities, further)
    if archetypes:
        sections.append(archetypes)
    context = None if data.context is None else context_section(data.context, data.heaped, data.authorities)
    if context:
        sections.append(context)
    titles = {} if data.indicators is None else dict(data.indicators.select("indicator", "name").iter_rows())
    titles |= {finding.measure: finding.definition.title for finding in data.archetypes}
    beside = comparison_section(data.funnels, titles, data.authorities)
    if beside:
        sections.append(beside)
    return sections


def _caveats(data: ReportData) -> Section:
    return Section(
        "limits",
        "What these returns can and cannot tell",
        points=[*caveats(data.returns, data.coverage), *data.notes],
    )


def _what_was_read(data: ReportData) -> Section:
    files = data.summaries["files"].row(0, named=True)
    sentence = f"{count(files['read'], 'file was', 'files were')} read."
    if files["left_out"]:
        sentence += (
            f" {count(files['left_out'], 'file was', 'files were')} recognised and left out, as a copy of"
            " another or because a later one replaces it."
        )
    figures = coverage_figures(data.coverage, data.authorities)
    return Section(
        "read",
        "What was read",
        [sentence],
        figures,
        [
            page_tables.files_table(data.returns, data.authorities),
            page_tables.coverage_table(data.coverage, data.authorities),
        ],
    )


def _rows(data: ReportData) -> Section:
    total = data.summaries["reading_total"].row(0, named=True)
    adds = (
        "This adds up for every file and sheet."
        if not total["wrong"]
        else f"This does NOT add up for {count(total['wrong'], 'sheet')}: a fault of the program."
    )
    sentence = (
        f"Of {count(total['rows_in'], 'row')}, {number(total['rows_out'])} were loaded,"
        f" {number(total['duplicate'])} were duplicates of another row and {number(total['set_aside'])} were"
        f" set aside. {adds}"
    )
    tables = [page_tables.reading_table(data.summaries)]
    if data.summaries["later_steps"].height:
        tables.append(page_tables.later_steps_table(data.summaries))
    return Section("rows", "What became of every row", [sentence], tables=tables)


def _findings(data: ReportData) -> Section:
    found = {row["severity"]: row for row in data.summaries["finding_totals"].iter_rows(named=True)}
    if not data.issues.height:
        return Section("findings-section", "Findings in the data", ["Nothing was found."])
    errors, warnings, notes = (found[severity]["places"] for severity in ("error", "warning", "note"))
    return Section(
        "findings-section",
        "Findings in the data",
        [
            f"{count(errors, 'error')} (a row, sheet or file was set aside), {count(warnings, 'warning')}"
            f" (loaded; a value was not used or is doubtful) and {count(notes, 'note')} (a choice was made,"
            " nothing lost). Every place is in issues.xlsx and issues.csv."
        ],
        tables=[page_tables.findings_table(data.summaries)],
    )


def _volumes(data: ReportData) -> Section:
    figures, shown = volume_figures(data.summaries)
    totals = data.summaries["volume_totals"].filter(pl.col("event").is_in(shown))
    if not shown:
        return Section("by-month", "Volumes by month", ["No return covers a whole month of any event."])
    none = totals.filter((pl.col("n") == 0) & (pl.col("n_partly") == 0))["event"].to_list()
    left_out = data.summaries["volumes_outside"]["n"].item()
    text = [
        "Months that are not wholly covered are hollow, and count in no total."
        " A month without a bar is not covered or had none: the table tells which."
    ]
    if none:
        text.append(
            f"None in the months covered: {listed([page_tables.kind_label(e).lower() for e in none])}."
        )
    if left_out:
        text.append(
            f"{count(left_out, 'event is', 'events are')} dated outside coverage and not shown: mostly older"
            " steps of cases that were still open, so they are not all that happened then."
        )
    return Section(
        "by-month", "Volumes by month", text, figures, [page_tables.volumes_table(data.summaries, shown)]
    )


def _journeys(data: ReportData) -> Section:
    total = data.summaries["journey_totals"].row(0, named=True)
    if not total["lines"]:
        return Section("common", "Most common journeys", ["No child has an event that journey lines show."])
    first = data.summaries["common_journeys"].row(0, named=True)
    words = [
        chip.label[0].lower() + chip.label[1:] + (f" {chip.times}" if chip.times else "")
        for chip in page_tables.chips(first["journey"])
    ]
    sentence = (
        f"{count(total['lines'], 'child has', 'children have')} a journey line, and there are"
        f" {count(total['different'], 'different journey')}. The most common one, of"
        f" {count(first['n'], 'child', 'children')} ({number(first['percent'], 1)}%):"
        f" {', then '.join(words)}{' and nothing more' if len(words) == 1 else ''}."
    )
    limits = (
        "Journeys show what the returns cover: a journey that begins or ends here may go on outside them."
        " One that is still open is shorter than it will be."
    )
    return Section(
        "common",
        "Most common journeys",
        [sentence, limits],
        tables=[page_tables.journeys_table(data.summaries)],
        legend=page_tables.legend(),
    )


def _stages(data: ReportData) -> Section:
    frame = data.summaries["stages"]
    start = frame.row(0, named=True)
    what = "contact" if start["stage"] == "contact" else "referral"
    heading = f"What followed {what}s"
    if not start["n"]:
        return Section("followed", heading, [f"No {what} is inside coverage."])
    rule = [
        f"Counted: {what}s inside coverage. A stage is reached when the same child has it on that day or up"
        " to 3 (or 12) months after it; it does not need the stage before. A child with several"
        f" {what}s counts once for each.",
        "Too recent: those months are not over, or not yet covered. A share is of those that could be"
        " followed for the whole time; the others are in neither part of it, even if the stage was seen.",
    ]
    if what == "referral":
        rule.insert(0, "No contacts are covered, so this starts at the referral.")
    missing = [
        page_tables.kind_label(kind).lower()
        for row in frame.filter(pl.col("months") == frame["months"][0]).iter_rows(named=True)
        for kind in row["not_counted"].split()
    ]
    if missing:
        rule.append(f"In no return here, so not counted: {listed(missing)}.")
    return Section("followed", heading, rule, stages_figures(frame), page_tables.stages_tables(frame))


def _ages(data: ReportData) -> Section:
    figures = age_figures(data.summaries)
    if not figures:
        return Section("ages-section", "Ages and sex at referral", ["No referral is inside coverage."])
    return Section(
        "ages-section",
        "Ages and sex at referral",
        ["Referrals inside coverage, each by the age in completed years on its day. Unborn: no age yet."],
        figures,
        [page_tables.ages_table(data.summaries)],
    )
