"""From cases to partial counts, which add up over buckets."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from childjourneys.domain.calendar import WorkingDays

PERIOD = ("la_code", "from", "to")
PERSON = (*PERIOD, "child_id")
PARTIAL_SCHEMA = {
    "la_code": pl.String, "from": pl.Date, "to": pl.Date, "part": pl.String, "key": pl.String,
    "day": pl.Int64, "n": pl.Int64,
}  # fmt: skip


def in_period(rows: pl.DataFrame, periods: pl.DataFrame, day: str = "date") -> pl.DataFrame:
    """The rows dated in each period, with its columns; both ends are in."""
    found = rows.join(periods.drop("indicator"), on="la_code", how="inner", maintain_order="left")
    return found.filter(pl.col(day).is_between(pl.col("from"), pl.col("to")))


def open_at_end(rows: pl.DataFrame, periods: pl.DataFrame, end_inclusive: bool) -> pl.DataFrame:
    """The rows with `start` and `end` (null: open) that are open at the close of each period's last day."""
    found = rows.join(periods.drop("indicator"), on="la_code", how="inner", maintain_order="left")
    last = pl.col("to")
    goes_on = (pl.col("end") >= last) if end_inclusive else (pl.col("end") > last)
    found = found.filter(pl.col("start") <= last, pl.col("end").is_null() | goes_on)
    if "end_unused" in found.columns:
        found = leave_out(found, pl.col("end_unused"), "end_not_usable")
    return once(found, "start")


def once(cases: pl.DataFrame, day: str) -> pl.DataFrame:
    """Of the cases of one child, period and day the first that counts; the others are left out."""
    nth = pl.col("left_out").is_null().cum_sum().over(*PERSON, day)
    return leave_out(cases, nth > 1, "duplicate")


def each_child(cases: pl.DataFrame) -> pl.DataFrame:
    """One case for each child and period: one that counts, if there is any."""
    ordered = cases.sort("left_out", nulls_last=False, maintain_order=True)
    return ordered.unique(PERSON, keep="first", maintain_order=True)


def leave_out(cases: pl.DataFrame, where: pl.Expr, reason: str) -> pl.DataFrame:
    """Further cases that do not count; the first reason stays."""
    return cases.with_columns(
        left_out=pl.coalesce("left_out", pl.when(where.fill_null(False)).then(pl.lit(reason)))
    )


def within(calendar: WorkingDays, rows: pl.DataFrame, start: str, end: str) -> pl.Series:
    """Working days from one date to the other, the start being day 0.

    Null where a date is missing or outside the calendar.
    """
    days = rows.select(pl.col(start, end).dt.epoch("d").cast(pl.Int64))
    inside = days.select(
        pl.all_horizontal(
            pl.col(start, end).is_not_null(), pl.col(start, end).is_between(*_limits(calendar))
        ).fill_null(False)
    ).to_series()
    known = rows.filter(inside)
    counts = calendar.count_many(
        known[start].to_numpy().astype("datetime64[D]"), known[end].to_numpy().astype("datetime64[D]")
    )
    values = pl.DataFrame({"_i": inside.arg_true(), "_days": pl.Series(counts, dtype=pl.Int64)})
    every = pl.DataFrame({"_i": pl.int_range(rows.height, dtype=pl.UInt32, eager=True)})
    return every.join(values, on="_i", how="left", maintain_order="left")["_days"]


def _limits(calendar: WorkingDays) -> tuple[int, int]:
    first, last = (pl.Series([day]).dt.epoch("d").item() for day in (calendar.first, calendar.last))
    return int(first), int(last)


def counted(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases that have no denominator of their own: how many, and how many were left out by reason."""
    return pl.concat([_number(_used(cases), "numerator"), _excluded(cases)])


def proportion(cases: pl.DataFrame, counts: pl.Expr | None = None) -> pl.DataFrame:
    """Of the cases that are not left out, those for which `counts` (a column by default) is true."""
    used = _used(cases)
    which = pl.col("counts") if counts is None else counts
    fitting = used.filter(which.fill_null(False))
    return pl.concat([_number(used, "denominator"), _number(fitting, "numerator"), _excluded(cases)])


def shares(cases: pl.DataFrame, groups: dict[str, pl.Expr], row: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """A proportion for each group, all of the same cases; `row` has `{}` where the group's name goes."""
    used = _used(cases)
    same = pl.concat([_number(used, "denominator"), _excluded(cases)])
    fitting = used.group_by(PERIOD).agg(
        fits.fill_null(False).sum().cast(pl.Int64).alias(name) for name, fits in groups.items()
    )
    for name in groups:
        yield row.format(name), pl.concat([_shaped(fitting.select(*PERIOD, n=name), "numerator"), same])


def lengths(cases: pl.DataFrame, day: str) -> pl.DataFrame:
    """How many cases of each length, and how many left out by reason."""
    used = _used(cases).with_columns(pl.col(day).cast(pl.Int64).alias("day"))
    by_day = used.group_by(*PERIOD, "day").agg(n=pl.len().cast(pl.Int64))
    return pl.concat([_shaped(by_day, "length"), _number(used, "denominator"), _excluded(cases)])


def endings(cases: pl.DataFrame) -> pl.DataFrame:
    """How many cases were followed to each `day`, by how that ended (`ending`), and how many left out."""
    used = _used(cases)
    by_day = used.group_by(*PERIOD, "day", part="ending").agg(n=pl.len().cast(pl.Int64))
    return pl.concat([_shaped(by_day), _number(used, "denominator"), _excluded(cases)])


def _used(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.filter(pl.col("left_out").is_null())


def _number(cases: pl.DataFrame, part: str) -> pl.DataFrame:
    return _shaped(cases.group_by(PERIOD).agg(n=pl.len().cast(pl.Int64)), part)


def _excluded(cases: pl.DataFrame) -> pl.DataFrame:
    out = cases.filter(pl.col("left_out").is_not_null())
    return _shaped(out.group_by(*PERIOD, key="left_out").agg(n=pl.len().cast(pl.Int64)), "excluded")


def _shaped(rows: pl.DataFrame, part: str | None = None) -> pl.DataFrame:
    given = {"part": pl.lit(part)} if part else {}
    blank = {"key": pl.lit(""), "day": pl.lit(0, dtype=pl.Int64)}
    missing = {name: value for name, value in blank.items() if name not in rows.columns}
    return rows.with_columns(**given, **missing).select(
        pl.col(name).cast(kind) for name, kind in PARTIAL_SCHEMA.items()
    )
