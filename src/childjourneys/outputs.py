"""What a run leaves for people: the files of `in-team/`."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from childjourneys import __version__
from childjourneys.archetypes.findings import findings
from childjourneys.comparison.of_a_run import comparison_table, indicator_funnels
from childjourneys.disclosure import Preset
from childjourneys.domain.codes import authority_name
from childjourneys.indicators.naming import named_indicators
from childjourneys.journeys.accounts import summarise_account
from childjourneys.journeys.summaries import summarise
from childjourneys.measuring import Measured
from childjourneys.pathing import Pathways
from childjourneys.reports.csv_files import write_csv
from childjourneys.reports.report import ReportData, write_report
from childjourneys.reports.workbooks import (
    write_audit_workbook,
    write_issues_workbook,
    write_journeys_workbook,
    write_matching_workbook,
)
from childjourneys.sharing.build import Material
from childjourneys.sharing.page import about_returns
from childjourneys.sharing.write import write_shareable
from childjourneys.sources.contract import Matching
from childjourneys.tables import DERIVED
from childjourneys.workspace.store import TableStore


def write_outputs(
    folder: Path,
    journeys: TableStore,
    *,
    returns: pl.DataFrame,
    attrition: pl.DataFrame,
    issues: pl.DataFrame,
    matching: Matching,
    measured: Measured,
    pathways: Pathways,
    indicators: pl.DataFrame,
    preset: Preset,
) -> None:
    """Write every file of `in-team/` into a folder, and what may leave the team into `shareable` beside it.

    Args:
        preset: the rule of disclosure control for what may leave the team.

    Raises:
        ChildJourneysError: a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = ["la_code", "child_id"]
    events = journeys.table("events").sort(*order, "date", "place_in_day", maintain_order=True)
    spells = journeys.table("spells").sort(
        *order, "kind", "start", "end", "file", "sheet", "row", nulls_last=True, maintain_order=True
    )
    lines = journeys.table("lines").sort(*order)
    coverage = journeys.table("coverage")
    shown = spells.with_columns(end=pl.when(pl.col("open") != "true").then(pl.col("end")))
    write_csv(folder / "events.csv", events, DERIVED["events"].names())
    write_csv(folder / "spells.csv", shown, DERIVED["spells"].names())
    write_csv(folder / "journeys.csv", lines, DERIVED["lines"].names())
    write_csv(folder / "attrition.csv", attrition, DERIVED["attrition"].names())
    write_csv(folder / "issues.csv", issues, DERIVED["issues"].names())
    write_csv(folder / "archetypes.csv", measured.table, DERIVED["archetypes"].names())
    write_csv(folder / "context.csv", measured.context, DERIVED["context"].names())
    write_csv(folder / "trend.csv", measured.trend, DERIVED["trend"].names())
    write_csv(folder / "incidence.csv", measured.incidence, DERIVED["incidence"].names())
    if measured.adjusted is not None:
        write_csv(folder / "adjusted.csv", measured.adjusted, DERIVED["adjusted"].names())
    taken = {one.name for one in measured.measures}
    funnels = (*measured.funnels, *indicator_funnels(indicators, measured.context, taken))
    write_csv(folder / "comparison.csv", comparison_table(funnels), DERIVED["comparison"].names())
    write_csv(folder / "audit_list.csv", measured.audit, DERIVED["audit_list"].names())
    write_csv(
        folder / "referral_outcomes.csv", pathways.referral_outcomes, DERIVED["referral_outcomes"].names()
    )
    write_csv(folder / "s47_pathways.csv", pathways.s47_pathways, DERIVED["s47_pathways"].names())
    write_csv(folder / "indicators.csv", indicators, DERIVED["indicators"].names())
    write_audit_workbook(folder / "audit_list.xlsx", measured.audit)
    write_journeys_workbook(folder / "journeys.xlsx", lines)
    write_issues_workbook(folder / "issues.xlsx", issues)
    write_matching_workbook(folder / "matching_report.xlsx", matching)
    codes = sorted(set(coverage["la_code"]))
    summaries = summarise(events, spells, lines, journeys.table("children"), coverage)
    found = findings(measured.measures, measured.table, measured.causes, measured.coverage)
    authorities = {code: authority_name(code) for code in codes}
    write_report(
        folder / "report.html",
        ReportData(
            title="Child journeys",
            made_with=f"childjourneys {__version__}",
            returns=returns,
            coverage=coverage,
            attrition=attrition,
            issues=issues,
            summaries=summaries | summarise_account(returns, attrition, issues),
            authorities=authorities,
            pathways=pathways.summaries,
            indicators=named_indicators(indicators),
            context=measured.context,
            heaped=measured.heaped,
            trend=measured.trend,
            incidence=measured.incidence,
            sensitivity=measured.sensitivity,
            adjusted=measured.adjusted,
            funnels=funnels,
            archetypes=found,
        ),
    )
    write_shareable(
        folder.parent / "shareable",
        Material(
            findings=found,
            groups=measured.groups,
            people=measured.people,
            trend=measured.trend,
            causes=measured.causes,
            bins=measured.bins,
            events=events.group_by("la_code", "event").agg(
                n=pl.len(), children=pl.col("child_id").n_unique()
            ),
            children_by_month=events.group_by(
                "la_code", "event", month=pl.col("date").dt.truncate("1mo")
            ).agg(children=pl.col("child_id").n_unique()),
            summaries=summaries,
            pathways=pathways.summaries,
            indicators=named_indicators(indicators),
            coverage=coverage,
        ),
        measured.coverage,
        preset,
        about_returns(f"childjourneys {__version__}", returns, coverage, authorities),
    )
