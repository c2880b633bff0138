"""The numbers of the report: how much happened when, which journeys are common, who was referred.

Everything is worked out here, so that reports only lay out. How far contacts went is in `stages`, the
account of files and findings in `accounts`.
"""

from __future__ import annotations

import polars as pl

from childjourneys.domain.vocabulary import EVENT_ORDER, EVENTS
from childjourneys.journeys.stages import inside_coverage, stages, without_need_episode_plans

TOP_JOURNEYS = 20
SEXES = {"F": "Female", "M": "Male", "U": "Unknown or not stated"}
OLDEST_SHOWN = 18
AGE_GROUPS = ("Unborn", *(str(age) for age in range(OLDEST_SHOWN)), "18 and over", "Unknown")

# Events whose numbers a reader asks for; ends and reviews follow from them.
VOLUME_EVENTS: tuple[str, ...] = (
    "contact", "early_help_assessment_start", "referral", "assessment_start", "s47", "icpc",
    "cin_start", "cpp_start", "lac_start",
)  # fmt: skip


def summarise(
    events: pl.DataFrame,
    spells: pl.DataFrame,
    lines: pl.DataFrame,
    children: pl.DataFrame,
    coverage: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """The summaries by name.

    - `counts`: one row per authority, and one with a blank authority for all: how many children, children
      with a line, events, events shown in lines, spells, spells still open.
    - `volumes`: one row per authority, event type and month: n, days of the month that are covered, and
      whether all are (`complete`). Covered months without an event are there, with n = 0. Need episodes of
      Annex A list 6 are not counted as plans.
    - `volumes_all`: the same for all authorities together; complete when it is in each that covers the type.
    - `volume_totals`: one row per event type that is covered: complete months, events in them, the least and
      most in one of them, events in months that are partly covered, events outside coverage.
    - `volumes_outside`: one row: n, events of `VOLUME_EVENTS` in months that no return covers for them.
    - `common_journeys`: one row per journey, most common first, with repeats collapsed; the last row holds
      the others.
    - `journey_totals`: one row: lines, different journeys, of them shown.
    - `stages`: one row per window and stage that contacts (or, without them, referrals) can reach.
    - `ages`: one row per age group and sex: referrals inside coverage.
    - `age_totals`: one row per sex: referrals, of them under 1 or unborn, of unknown age.
    """
    volumes = _volumes(events, coverage)
    volumes_all = _volumes_all(volumes)
    common, totals = _common_journeys(lines)
    ages = _ages(events, children, coverage)
    return {
        "counts": _counts(events, spells, lines, children),
        "volumes": volumes,
        "volumes_all": volumes_all,
        "volume_totals": _volume_totals(volumes_all),
        "volumes_outside": _volumes_outside(volumes_all),
        "common_journeys": common,
        "journey_totals": totals,
        "stages": stages(events, coverage),
        "ages": ages,
        "age_totals": _age_totals(ages),
    }


def _counts(
    events: pl.DataFrame, spells: pl.DataFrame, lines: pl.DataFrame, children: pl.DataFrame
) -> pl.DataFrame:
    shown = [event.name for event in EVENTS if event.in_lines]
    parts = [
        children.group_by("la_code").agg(pl.len().alias("children")),
        lines.group_by("la_code").agg(pl.len().alias("children_with_line")),
        events.group_by("la_code").agg(
            pl.len().alias("events"), pl.col("event").is_in(shown).sum().alias("events_in_lines")
        ),
        spells.group_by("la_code").agg(
            pl.len().alias("spells"), (pl.col("open") == "true").sum().alias("open_spells")
        ),
    ]
    counts = parts[0]
    for part in parts[1:]:
        counts = counts.join(part, on="la_code", how="full", coalesce=True)
    number = pl.exclude("la_code")
    counts = counts.with_columns(number.fill_null(0).cast(pl.Int64)).sort("la_code")
    total = counts.select(pl.lit(None, pl.String).alias("la_code"), number.sum())
    return pl.concat([counts, total])


def _volumes(events: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    happened = (
        without_need_episode_plans(events)
        .group_by("la_code", "event", pl.col("date").dt.truncate("1mo").alias("month"))
        .agg(pl.len().alias("n"))
    )
    covered = (
        coverage.filter(pl.col("kind").is_in(list(EVENT_ORDER)))
        .select("la_code", pl.col("kind").alias("event"), pl.date_ranges("from", "to").alias("day"))
        .explode("day")
        .unique()
        .group_by("la_code", "event", pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(pl.len().alias("covered_days"))
    )
    return (
        covered.join(happened, on=["la_code", "event", "month"], how="full", coalesce=True)
        .with_columns(
            pl.col("n", "covered_days").fill_null(0).cast(pl.Int64),
            pl.col("month").dt.days_in_month().cast(pl.Int64).alias("days"),
            pl.col("event").replace_strict(EVENT_ORDER, return_dtype=pl.Int64).alias("order"),
        )
        .with_columns((pl.col("covered_days") == pl.col("days")).alias("complete"))
        .sort("la_code", "order", "month")
        .select("la_code", "event", "month", "n", "covered_days", "days", "complete")
    )


def _volumes_all(volumes: pl.DataFrame) -> pl.DataFrame:
    """Authorities that never cover a type don't make its months incomplete, and their events don't count."""
    covers = volumes.group_by("la_code", "event").agg((pl.col("covered_days") > 0).any().alias("covers"))
    covering = covers.group_by("event").agg(pl.col("covers").sum().alias("authorities"))
    return (
        volumes.join(covers, on=["la_code", "event"])
        .join(covering, on="event")
        .group_by("event", "month")
        .agg(
            pl.col("n").sum(),
            (pl.col("covered_days") > 0).any().alias("covered"),
            (pl.col("complete").sum() == pl.col("authorities").first()).alias("complete"),
        )
        .with_columns((pl.col("complete") & pl.col("covered")).alias("complete"))
        .with_columns(pl.col("event").replace_strict(EVENT_ORDER, return_dtype=pl.Int64).alias("order"))
        .sort("order", "month")
        .select("event", "month", "n", "covered", "complete")
    )


def _volume_totals(volumes: pl.DataFrame) -> pl.DataFrame:
    whole = pl.col("complete")
    partly = pl.col("covered") & ~whole
    n = pl.col("n")
    return (
        volumes.group_by("event", maintain_order=True)
        .agg(
            whole.sum().cast(pl.Int64).alias("months"),
            n.filter(whole).sum().alias("n"),
            n.filter(whole).min().alias("least"),
            n.filter(whole).max().alias("most"),
            n.filter(whole).median().alias("median"),
            pl.col("month").filter(whole).min().alias("first_month"),
            pl.col("month").filter(whole).max().alias("last_month"),
            n.filter(partly).sum().alias("n_partly"),
            n.filter(~pl.col("covered")).sum().alias("n_outside"),
        )
        .filter(pl.col("months") + pl.col("n_partly") + pl.col("n_outside") > 0)
    )


def _volumes_outside(volumes: pl.DataFrame) -> pl.DataFrame:
    return volumes.filter(pl.col("event").is_in(VOLUME_EVENTS) & ~pl.col("covered")).select(pl.col("n").sum())


def _common_journeys(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Repeats of one code in a row count as one, shown as `C ×3`."""
    reduced = (
        lines.group_by("journey_reduced")
        .agg(
            pl.len().alias("n"),
            (pl.col("last_date") - pl.col("first_date")).dt.total_days().alias("days"),
        )
        .with_row_index("which")
    )
    runs = (
        reduced.select("which", pl.col("journey_reduced").str.split(" -> ").alias("code"))
        .explode("code")
        .with_columns(pl.struct("which", "code").rle_id().alias("run"))
        .group_by("which", "run")
        .agg(pl.col("code").first(), pl.len().alias("times"))
        .sort("run")
    )
    times = (
        pl.when(pl.col("times") > 1)
        .then(pl.lit(" ×") + pl.col("times").cast(pl.String))
        .otherwise(pl.lit(""))
    )
    collapsed = (
        runs.with_columns(times.alias("times"))
        .group_by("which", maintain_order=True)
        .agg((pl.col("code") + pl.col("times")).alias("steps"))
        .with_columns(pl.col("steps").list.join(" -> ").alias("journey"))
    )
    journeys = (
        reduced.join(collapsed, on="which")
        .group_by("journey")
        .agg(pl.col("n").sum(), pl.col("days").explode())
        .sort(["n", "journey"], descending=[True, False])
    )
    total = lines.height
    top = journeys.head(TOP_JOURNEYS).with_columns(pl.lit(1, pl.Int64).alias("kinds"))
    rest = journeys.slice(TOP_JOURNEYS)
    if rest.height:
        other = rest.select(
            pl.lit(f"other ({rest.height})").alias("journey"),
            pl.col("n").sum(),
            pl.col("days").explode().implode(),
            pl.lit(rest.height, pl.Int64).alias("kinds"),
        )
        top = pl.concat([top, other], how="vertical_relaxed")
    shown = top.select(
        "journey",
        pl.col("n").cast(pl.Int64),
        (pl.col("n") / max(total, 1) * 100).alias("percent"),
        pl.col("days").list.median().alias("median_days"),
        "kinds",
    )
    totals = pl.DataFrame(
        {"lines": [total], "different": [journeys.height], "shown": [min(journeys.height, TOP_JOURNEYS)]}
    )
    return shown, totals


def _ages(events: pl.DataFrame, children: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """Completed years on the day of each referral; someone born on 29 February ages on 1 March."""
    day, born = pl.col("date"), pl.col("birth_date")
    before_birthday = (day.dt.month().cast(pl.Int32) * 100 + day.dt.day()) < (
        born.dt.month().cast(pl.Int32) * 100 + born.dt.day()
    )
    age = day.dt.year() - born.dt.year() - before_birthday.cast(pl.Int32)
    group = (
        pl.when(born.is_null() & pl.col("expected_birth_date").is_null())
        .then(pl.lit("Unknown"))
        .when(born.is_null() | (day < born))
        .then(pl.lit("Unborn"))
        .when(age >= OLDEST_SHOWN)
        .then(pl.lit("18 and over"))
        .otherwise(age.cast(pl.String))
    )
    known = pl.when(pl.col("sex").is_in(["F", "M"])).then(pl.col("sex")).otherwise(pl.lit("U"))
    found = (
        inside_coverage(events.filter(pl.col("event") == "referral"), coverage, "referral")
        .join(
            children.select("la_code", "child_id", "birth_date", "expected_birth_date", "sex"),
            on=["la_code", "child_id"],
            how="left",
        )
        .group_by(group.alias("age"), known.alias("sex"))
        .agg(pl.len().cast(pl.Int64).alias("n"))
    )
    grid = pl.DataFrame({"age": AGE_GROUPS}).join(pl.DataFrame({"sex": list(SEXES)}), how="cross")
    return grid.join(found, on=["age", "sex"], how="left", maintain_order="left").with_columns(
        pl.col("n").fill_null(0)
    )


def _age_totals(ages: pl.DataFrame) -> pl.DataFrame:
    n, age = pl.col("n"), pl.col("age")
    return ages.group_by("sex", maintain_order=True).agg(
        n.sum().alias("n"),
        n.filter(age.is_in(["Unborn", "0"])).sum().alias("under_1_or_unborn"),
        n.filter(age.is_in([str(a) for a in range(1, 10)])).sum().alias("aged_1_to_9"),
        n.filter(age.is_in([str(a) for a in range(10, OLDEST_SHOWN)])).sum().alias("aged_10_to_17"),
        n.filter(age == "Unknown").sum().alias("age_unknown"),
    )
