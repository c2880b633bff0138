"""A report of invented frames, and the tables of its page as cell texts."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import polars as pl

from childjourneys.journeys.accounts import summarise_account
from childjourneys.journeys.summaries import summarise
from childjourneys.reports.report import ReportData

Row = list[str]
BARKING = {"301": "Barking and Dagenham"}


def report_of(
    frames: Mapping[str, pl.DataFrame], authorities: dict[str, str] | None = None, **more: Any
) -> ReportData:
    """What the report is made of: the frames, and whatever else is given."""
    summaries = summarise(
        frames["events"], frames["spells"], frames["lines"], frames["children"], frames["coverage"]
    )
    return ReportData(
        title="Child journeys",
        made_with="childjourneys 0.1.0",
        returns=frames["returns"],
        coverage=frames["coverage"],
        attrition=frames["attrition"],
        issues=frames["issues"],
        summaries=summaries | summarise_account(frames["returns"], frames["attrition"], frames["issues"]),
        authorities=BARKING if authorities is None else authorities,
        **more,
    )


class Tables(HTMLParser):
    """Rows of cell texts by the id of their table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[Row]] = {}
        self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = self.found.setdefault(str(dict(attrs)["id"]), [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self._rows[-1][-1] += data
