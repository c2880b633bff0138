"""Children in need: open, at any point, and for how long."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.cases import PERSON, counted, in_period, leave_out, once, open_at_end, shares
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings


def open_episodes(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Need episodes open at the end of the period."""
    yield "", counted(open_at_end(facts.need_episodes, periods, settings.end_inclusive))


def any_point(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children, and episodes, with a day in the period; not those closed as not in need by its end."""
    rows = facts.need_episodes.join(
        periods.drop("indicator"), on="la_code", how="inner", maintain_order="left"
    )
    # One that ended on a day not known was last seen the day before the day given.
    last_day = pl.when(pl.col("open") == "unknown").then(pl.col("end") - pl.duration(days=1)).otherwise("end")
    not_in_need = pl.col("closed_not_in_need") & (pl.col("end") <= pl.col("to")).fill_null(False)
    rows = rows.filter(
        pl.col("start") <= pl.col("to"), pl.col("end").is_null() | (last_day >= pl.col("from")), ~not_in_need
    )
    rows = once(leave_out(rows, pl.col("end_unused"), "end_not_usable"), "start")
    yield "episodes", counted(rows)
    children = rows.filter(pl.col("left_out").is_null()).unique(PERSON, maintain_order=True)
    out = rows.filter(pl.col("left_out") == "end_not_usable").unique(PERSON, maintain_order=True)
    people = counted(pl.concat([children, out.join(children, on=PERSON, how="anti")]))
    yield "", people
    yield "rate", people


def open_duration(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Open episodes by the time since their referral."""
    cases = open_at_end(facts.need_episodes, periods, settings.end_inclusive)
    yield from shares(cases, _bands("start", "to"), "{}")


def ended_duration(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Ended episodes by the time from referral to closure; not those closed as not in need."""
    cases = in_period(facts.need_episodes.filter(~pl.col("closed_not_in_need")), periods, "end")
    cases = once(leave_out(cases, pl.col("open") != "false", "end_not_known"), "start")
    yield from shares(cases, _bands("start", "end"), "{}")


def _bands(start: str, end: str) -> dict[str, pl.Expr]:
    begun, last = pl.col(start), pl.col(end)

    def after(length: str) -> pl.Expr:
        return begun.dt.offset_by(length)

    return {
        "up_to_3m": last <= after("3mo"),
        "3_to_6m": (last > after("3mo")) & (last <= after("6mo")),
        "6m_to_1y": (last > after("6mo")) & (last < after("12mo")),
        "1_to_2y": (last >= after("12mo")) & (last < after("24mo")),
        "2y_and_over": last >= after("24mo"),
    }
