"""Care as SSDA903 tells it: who was looked after at the end of a period, since when, in which placements.

A length of n months to a day begins n months before it and a day later, as the year to 31 March begins on
1 April.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from childjourneys.indicators.cases import PERSON, each_child, leave_out, open_at_end
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

_PLACEMENT: Mapping[str, type[pl.DataType]] = {
    "start_date": pl.Date, "end_date": pl.Date, "end_unused": pl.Boolean, "placement_type": pl.String,
    "placement_id": pl.String, "temporary": pl.Boolean, "same_carer": pl.Boolean, "start_known": pl.Boolean,
    "record": pl.Int64,
}  # fmt: skip


def columns(facts: Facts, table: str, wanted: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Child and some columns of a canonical table; empty where there is no such table."""
    rows = facts.tables.get(table)
    if rows is None:
        return pl.DataFrame(schema={**dict.fromkeys(CHILD, pl.String), **wanted})
    return rows.select(
        *CHILD,
        *(
            pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in wanted.items()
        ),
    )


def at_end(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Children looked after at the end of each period, with the `start` of that period of care."""
    return each_child(open_at_end(facts.care, periods, settings.end_inclusive))


def without_a_break(cases: pl.DataFrame, months: int) -> pl.DataFrame:
    """Those of them who had been looked after for so long; left out where that is not known."""
    late = pl.col("start") > first_day(months)
    cases = leave_out(cases, late & ~pl.col("start_known"), "care_start_not_known")
    return cases.filter(~late | pl.col("left_out").is_not_null())


def first_day(months: int, last: str = "to") -> pl.Expr:
    return pl.col(last).dt.offset_by(f"-{months}mo") + pl.duration(days=1)


def birthday_at(years: int) -> pl.Expr:
    """The day on which someone is so old; born on 29 February, 1 March of a common year."""
    born = pl.col("birth_date")
    leap = (born.dt.month() == 2) & (born.dt.day() == 29)
    day = born.dt.offset_by(f"{years}y")
    return pl.when(leap & (day.dt.day() == 28)).then(day + pl.duration(days=1)).otherwise(day)


def aged(facts: Facts, cases: pl.DataFrame, youngest: int, oldest: int) -> pl.DataFrame:
    """Those aged so at the end of the period, both included; left out where no birth date is known."""
    born = facts.children.select(*CHILD, "birth_date")
    cases = cases.join(born, on=CHILD, how="left", maintain_order="left")
    cases = leave_out(cases, pl.col("birth_date").is_null(), "age_not_known")
    inside = (birthday_at(youngest) <= pl.col("to")) & (birthday_at(oldest + 1) > pl.col("to"))
    return cases.filter(pl.col("left_out").is_not_null() | inside)


def placements(facts: Facts) -> pl.DataFrame:
    """child, since, until (null: open), stay, temporary, one_day, placement_type, same_carer, start_known.

    `stay` is one for the placements of one `placement_id`.
    """
    rows = columns(facts, "placement", _PLACEMENT)
    rows = rows.filter(pl.col("start_date").is_not_null(), ~pl.col("end_unused").fill_null(False))
    return rows.select(
        *CHILD,
        "placement_type",
        "record",
        since="start_date",
        until="end_date",
        stay=pl.coalesce("placement_id", pl.concat_str([pl.lit("record "), "record"])),
        one_day=(pl.col("start_date") == pl.col("end_date")).fill_null(False),
        **{name: pl.col(name).fill_null(False) for name in ("temporary", "same_carer")},
        start_known=pl.col("start_known").fill_null(True),
    )


def with_a_day(first: pl.Expr, last: str = "to", since: str = "since", until: str = "until") -> pl.Expr:
    """Whether a spell has a day from first to last; one of a single day has that day."""
    begun, ended = pl.col(since), pl.col(until)
    goes_on = ended.is_null() | (ended > first) | ((begun == ended) & (begun >= first))
    return (begun <= pl.col(last)) & goes_on


def of_person(cases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The cases that count, with the `start` of their care, each with every row of its child."""
    used = cases.filter(pl.col("left_out").is_null()).select(*PERSON, "start")
    return used.join(rows, on=CHILD, how="inner", maintain_order="left")


def told_of(cases: pl.DataFrame, facts_of_cases: pl.DataFrame, blank: Mapping[str, object]) -> pl.DataFrame:
    """The cases with what was worked out for some of them, and what stands for the others."""
    found = cases.join(facts_of_cases, on=PERSON, how="left", maintain_order="left")
    return found.with_columns(pl.col(name).fill_null(value) for name, value in blank.items())
