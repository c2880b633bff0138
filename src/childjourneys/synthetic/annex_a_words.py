"""The view of an extract: windows, what was known by its day, and Ofsted's wordings of codes."""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.domain.dates import add_months
from childjourneys.synthetic.truth import World

_CENSUS_ONLY = ("RC8", "RC9")


@cache
def wording(name: str) -> dict[str, str]:
    """Code to the official wording; the code itself where no wording is known."""
    return {entry.code: entry.annex_a[0] if entry.annex_a else entry.code for entry in code_set(name).codes}


def worded(column: str | pl.Expr, name: str) -> pl.Expr:
    """A column of codes in Ofsted's words."""
    expression = pl.col(column) if isinstance(column, str) else column
    return expression.replace_strict(wording(name), default=None, return_dtype=pl.String)


def age_at(day: date) -> pl.Expr:
    """Completed years at a day; -1 for the unborn."""
    born = pl.col("birth_date")
    day_of_year = born.dt.month().cast(pl.Int32) * 100 + born.dt.day().cast(pl.Int32)
    before = day_of_year > day.month * 100 + day.day
    years = pl.lit(day.year, dtype=pl.Int32) - born.dt.year() - before.cast(pl.Int32)
    return pl.when(born > day).then(-1).otherwise(years)


class Extract:
    """A world as seen on the day of an extract."""

    def __init__(self, world: World, as_at: date) -> None:
        self.world = world
        self.as_at = as_at
        self.window = add_months(as_at, -6)
        unborn = pl.col("birth_date") > as_at
        gender = {"M": "a) Male", "F": "b) Female", "U": "c) Not stated/recorded"}
        disabled = pl.when(unborn).then(pl.lit("U")).when(pl.col("disability") == "NONE").then(pl.lit("0"))
        self.children = world.children.select(
            "child_id",
            age_years=age_at(as_at),
            gender=pl.when(unborn).then(pl.lit(gender["U"])).otherwise(pl.col("sex").replace_strict(gender)),
            ethnicity=worded("ethnicity", "ethnicity"),
            has_disability=worded(disabled.otherwise(pl.lit("1")), "yes_no_unknown"),
            birth_date=pl.when(unborn).then("expected_birth_date").otherwise("birth_date"),
        )

    def seen(self, frame: pl.DataFrame, start: str, *ends: str) -> pl.DataFrame:
        """Records begun by the day; an end after it is not known yet."""
        frame = frame.filter(pl.col(start) <= self.as_at)
        return frame.with_columns(pl.when(pl.col(end) <= self.as_at).then(pl.col(end)) for end in ends)

    def in_window(self, frame: pl.DataFrame, day: str) -> pl.DataFrame:
        """Records of the six months before the day, both ends included."""
        return frame.filter(pl.col(day).is_between(self.window, self.as_at))

    def open_or_ended(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One row per child: the latest that is open or ended in the window."""
        frame = self.seen(frame, "start_date", "end_date")
        frame = frame.filter(pl.col("end_date").is_null() | (pl.col("end_date") >= self.window))
        return frame.sort("child_id", "start_date").unique("child_id", keep="last", maintain_order=True)

    def about(self, rows: pl.DataFrame, order: str) -> pl.DataFrame:
        """Add the child's own columns; rows in order of date, then child."""
        rows = rows.drop(
            [name for name in self.children.columns if name in rows.columns and name != "child_id"]
        )
        keys = [
            name for name in rows.columns if name.endswith("_id") and name not in ("child_id", "family_id")
        ]
        return rows.sort(order, "child_id", *keys).join(
            self.children, on="child_id", how="left", maintain_order="left"
        )

    def with_worker(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add team and worker of the record's need episode."""
        episodes = self.world.episodes.select("episode_id", allocated_team="team", allocated_worker="worker")
        return rows.join(episodes, on="episode_id", how="left")

    def latest_episodes(self) -> pl.DataFrame:
        """List 6: the latest need episode per child, open or closed in the window, not one assessed away.

        Care leavers are left out: those who were 18 before the window began.
        """
        born = self.world.children.select("child_id", "birth_date")
        rows = self.world.episodes.filter(~pl.col("nfa")).join(born, on="child_id")
        rows = rows.filter(pl.col("birth_date").dt.offset_by("18y") >= self.window).drop("birth_date")
        rows = self.seen(rows, "referral_date", "closure_date")
        closed = pl.col("closure_date")
        rows = rows.filter(closed.is_null() | (closed >= self.window))
        rows = rows.filter(closed.is_null() | ~pl.col("closure_reason").is_in(_CENSUS_ONLY))
        rows = rows.with_columns(closure_reason=pl.when(closed.is_not_null()).then("closure_reason"))
        return rows.sort("child_id", "referral_date").unique("child_id", keep="last", maintain_order=True)

    def case_status(self) -> pl.Expr:
        """Looked after, protection plan, plan, under assessment or closed, on the day of the extract."""
        return (
            pl.when(pl.col("closure_date").is_not_null()).then(pl.lit("e"))
            .when(pl.col("episode_id").is_in(self._running(self.world.care_periods))).then(pl.lit("a"))
            .when(pl.col("episode_id").is_in(self._running(self.world.cp_plans))).then(pl.lit("b"))
            .when(pl.col("episode_id").is_in(self._running(self.world.cin_plans))).then(pl.lit("c"))
            .otherwise(pl.lit("d"))
        )  # fmt: skip

    def _running(self, frame: pl.DataFrame) -> pl.Series:
        running = self.seen(frame, "start_date", "end_date").filter(pl.col("end_date").is_null())
        return running["episode_id"].implode()
