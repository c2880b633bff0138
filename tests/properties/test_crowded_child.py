"""One identifier with very many rows: time grows with the rows, not with their square."""

from __future__ import annotations

import time
from datetime import date, timedelta

import polars as pl
import pytest

from childjourneys.domain.calendar import england
from childjourneys.journeys.kernel import JourneyKernel
from childjourneys.merging.kernel import MergeKernel
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.sources.staging import Origin, stage
from childjourneys.tables import REPORTED

ROWS = 100_000
RETURNS = (
    LoadedReturn(0, "annex_a", "301", date(2024, 6, 30), tuple(range(1, 12))),
    LoadedReturn(1, "annex_a", "301", date(2024, 12, 31), tuple(range(1, 12))),
    LoadedReturn(2, "cin_census", "301", date(2024, 3, 31)),
)
# Two cores shared with others; a second or two on a machine of its own. Squares would take hours.
LIMIT_SECONDS = 25


@pytest.mark.parametrize("days", [1, 1500], ids=["all on one day", "over four years"])
def test_a_child_with_a_hundred_thousand_events_does_not_blow_up(days: int) -> None:
    began = time.monotonic()
    told = JourneyKernel(england())(MergeKernel(RETURNS)(_staged(days)))
    spent = time.monotonic() - began
    assert told["counts"]["reports"].item() > ROWS
    assert told["events"]["child_id"].unique().to_list() == ["A"]
    crowd = told["issues"].filter(pl.col("code") == "placeholder-by-volume")
    assert crowd["severity"].to_list() == ["error"]
    assert spent < LIMIT_SECONDS, f"{spent:.1f} seconds"


def _staged(days: int) -> dict[str, pl.DataFrame]:
    """The crowd's rows in lists 1, 3, 6 and 7 of two workbooks and in a census, beside one usual child."""
    share = ROWS // 4
    plan: list[tuple[int, str, str, str, dict[str, object]]] = []
    for number, sheet in ((0, "a"), (1, "b")):
        plan += [
            (number, "contact", sheet, "contact_date", {}),
            (number, "referral", sheet, "referral_date", {}),
            (number, "need_episode", sheet, "referral_date", {}),
            (number, "cp_plan", sheet, "start_date", {}),
        ]
    plan.append((2, "assessment", "c", "start_date", {}))
    staged: dict[str, list[pl.DataFrame]] = {}
    for number, table, sheet, column, values in plan:
        rows = [
            {
                "child_id": "CROWD",
                "sheet": sheet + table,
                "row": row,
                column: _day(row % days, number),
                **values,
            }
            for row in range(2, share + 60)
        ]
        rows.append({"child_id": "A", "sheet": sheet + table, "row": 1, column: _day(0, number), **values})
        frame = REPORTED[table].conform(pl.DataFrame(rows))
        made = RETURNS[number]
        origin = Origin("301", made.source, f"{sheet}.{made.source}", number)
        staged.setdefault(table, []).append(stage(table, frame, origin, None))
    return {table: pl.concat(frames) for table, frames in staged.items()}


def _day(number: int, shift: int) -> date:
    """Two days apart from workbook to workbook, so that near dates are everywhere."""
    return date(2020, 1, 1) + timedelta(days=number + 2 * shift)
