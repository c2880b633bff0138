"""Care of some children: the episodes of all SSDA903 returns, joined with Annex A list 8, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care_chain import chained
from childjourneys.merging.care_placements import with_placements
from childjourneys.merging.care_tables import chain_of, periods_of, placements_of, short_breaks_of
from childjourneys.merging.care_with_list8 import with_list8
from childjourneys.merging.care_words import HEADINGS, warnings_at
from childjourneys.merging.care_years import (
    EPISODES,
    Years,
    corrected,
    dates_of,
    gone_warnings,
    over_years,
    without_next,
)
from childjourneys.merging.facts import CHILD, PLACE, MergeRule
from childjourneys.merging.near import near_misses
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.merging.shaping import row_schema

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Care:
    """What came of merging.

    `tables` by name; `counts`: table, rows and facts; `unusable`: ends that can't be used and that nothing
    made up for, with their place, the `event` each would have given and the `start` of its spell.
    """

    tables: Tables
    counts: list[tuple[str, int, int]]
    issues: list[Issue]
    unusable: pl.DataFrame


def build_care(
    rows: Tables,
    list8: pl.DataFrame,
    placed8: pl.DataFrame,
    returns: Sequence[LoadedReturn],
    marks: pl.DataFrame,
    yearly: Tables,
) -> Care:
    """Care as SSDA903 and list 8 together tell it.

    Args:
        rows: reported rows by table.
        list8: facts of list 8, merged over its own returns.
        placed8: its placements, with `care_start_date`.
        returns: all returns loaded.
        marks: records whose end can't be used.
        yearly: the canonical tables uasc and previous_permanence.
    """
    reported = rows.get("care_episode")
    counts: list[tuple[str, int, int]] = []
    if reported is None:
        reported = pl.DataFrame(schema=row_schema(MergeRule(EPISODES.table, ())))
    issues: list[Issue] = []
    if reported.is_empty():
        years, used = _no_years(reported), _nothing(reported)
    else:
        years, used, issues = _episodes(reported, returns, marks)
        counts.append(("care_episode", reported.height, used.height))
    chain, more = chained(used)
    issues += more
    breaks = chain.filter(pl.col("kind") == "short_break")
    joined = with_list8(chain.filter(pl.col("kind") == "care"), list8, placed8)
    care, placed, doubts = with_placements(joined.chain)
    issues += joined.issues + doubts
    said = _said_of(care, years, returns, yearly)
    periods = periods_of(joined, list8, said)
    placements, ids = placements_of(placed, joined, periods)
    issues += _near_starts(periods, years, care)
    tables = {
        "care_chain": chain_of(care, breaks, ids, placements.filter(pl.col("placement").is_null())),
        "period_of_care": periods,
        "placement": placements,
        "short_break": short_breaks_of(breaks),
    }
    return Care(tables, counts, issues, _unusable(care, breaks, periods))


def before_birth(placements: pl.DataFrame, children: pl.DataFrame) -> list[Issue]:
    """A warning at each placement that starts before the child's birth.

    Of a birth date that is hidden but for its month only an earlier month is before it.
    """
    born = pl.col("birth_date")
    first = pl.when(pl.col("birth_precision") == "month").then(born.dt.month_start()).otherwise(born)
    known = children.select(*CHILD, _born=first).drop_nulls()
    early = placements.join(known, on=CHILD).filter(pl.col("start_date") < pl.col("_born"))
    return warnings_at(
        early,
        "placement-before-birth",
        "A placement begins before the child was born.",
        "A placement on or after the birth date.",
        "Correct the birth date or the episode in the case system.",
        "episode_start_date",
    )


def _episodes(
    reported: pl.DataFrame, returns: Sequence[LoadedReturn], marks: pl.DataFrame
) -> tuple[Years, pl.DataFrame, list[Issue]]:
    """The episodes that are used, with `gone_on`; and the warnings of putting years together."""
    years = over_years(reported, EPISODES, marks)
    gone = without_next(years, EPISODES, returns)
    replaced = corrected(years, gone)
    lost = gone.join(replaced.select("fact"), on="fact", how="anti")
    issues = [
        *years.issues,
        *gone_warnings(lost, EPISODES),
        *warnings_at(
            replaced,
            "episode-corrected",
            "This episode was open here; the next return gives it with another start, which was used.",
            "The same DECOM in every return.",
            "Nothing, if the later start is right.",
            "episode_start_date",
        ),
    ]
    used = years.facts.join(replaced.select("fact"), on="fact", how="anti", maintain_order="left").join(
        lost.select("fact", gone_on=pl.col("last_as_at").dt.offset_by("1d")),
        on="fact",
        how="left",
        maintain_order="left",
    )
    return years, used, issues


def _said_of(
    care: pl.DataFrame, years: Years, returns: Sequence[LoadedReturn], yearly: Tables
) -> pl.DataFrame:
    """Per `period`: `uasc` and `previous_permanence`, as returns that have an episode of it say.

    `uasc` is null where none of them has the module. Previous permanence is said of the latest period in a
    return; a period that is the latest in none takes what is said beside it.
    """
    of_fact = care.filter(pl.col("fact").is_not_null()).select("fact", *CHILD, "period")
    seen = (
        years.reports.select("fact", "as_at")
        .join(of_fact, on="fact")
        .select(*CHILD, "period", "as_at")
        .unique()
    )
    latest = seen.group_by(*CHILD, "as_at").agg(_latest=pl.col("period").max())
    seen = seen.join(latest, on=[*CHILD, "as_at"])
    begun = care.filter("starts_period").select("period", "start")
    carried = dates_of(returns, "UASC").select("la_code", as_at="last_as_at", _carried=pl.lit(True))
    stated = yearly["uasc"].select(*CHILD, "as_at", ceased="uasc_ceased_date", _stated=pl.lit(True))
    uasc = (
        seen.join(carried, on=["la_code", "as_at"])
        .join(begun, on="period")
        .join(stated, on=[*CHILD, "as_at"], how="left")
        .with_columns(
            _is=pl.col("_stated").is_not_null() & (pl.col("ceased") > pl.col("start")).fill_null(True)
        )
        .group_by("period")
        .agg(uasc=pl.col("_is").any())
    )
    permanence = (
        seen.join(yearly["previous_permanence"].select(*CHILD, "as_at", "previous_permanence"),
                  on=[*CHILD, "as_at"])
        .drop_nulls("previous_permanence")
        .sort("period", pl.col("period") == pl.col("_latest"), "as_at")
        .unique("period", keep="last", maintain_order=True)
        .select("period", "previous_permanence")
    )  # fmt: skip
    return (
        begun.select("period")
        .join(uasc, on="period", how="left", maintain_order="left")
        .join(permanence, on="period", how="left", maintain_order="left")
    )


def _unusable(care: pl.DataFrame, breaks: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Ends of periods, placements and short breaks that can't be used, where nothing follows."""
    known = [
        rows.filter(pl.col("bad_end").fill_null(False) & (pl.col("open") == "unknown"))
        for rows in (care, breaks)
    ]
    place = [*CHILD, "file", "sheet", "row"]
    if not any(rows.height for rows in known):
        nothing = care.select(place).clear()
        return nothing.with_columns(event=pl.lit(None, pl.String), start=pl.lit(None, pl.Date))
    begun = care.filter("starts_placement").select("placement", _placed="start")
    last = (
        known[0]
        .join(begun, on="placement", how="left", maintain_order="left")
        .join(periods.select("period", _began="start_date"), on="period", how="left", maintain_order="left")
    )
    return pl.concat(
        [
            last.select(*place, event=pl.lit("lac_end"), start="_began"),
            last.select(*place, event=pl.lit("placement_end"), start="_placed"),
            known[1].select(*place, event=pl.lit("short_break_end"), start="start"),
        ]
    )


def _near_starts(periods: pl.DataFrame, years: Years, care: pl.DataFrame) -> list[Issue]:
    """Starts of care 1 to 3 days apart: of SSDA903 and of list 8, or each in one SSDA903 return only."""
    known = periods.filter("start_known").with_columns(as_at=pl.lit(None, dtype=pl.Date))
    own = known.filter(pl.col("period").is_not_null())
    if own.is_empty():
        return []
    both = known.with_columns(n_returns=pl.lit(1), return_no=(pl.col("source") == "annex_a").cast(pl.Int32))
    issues = near_misses(both, "start_date", "start of care")
    firsts = care.filter("starts_period").select("period", "fact")
    found = (
        years.reports.join(firsts, on="fact")
        .group_by("period")
        .agg(
            n_returns=pl.col("return_no").n_unique(),
            return_no=pl.col("return_no").first(),
            as_at=pl.col("as_at").first(),
        )
    )
    near = near_misses(
        own.filter(pl.col("source") == "ssda903").drop("as_at").join(found, on="period"),
        "start_date",
        "start of care",
    )
    return issues + [replace(one, column=HEADINGS["episode_start_date"]) for one in near]


def _no_years(reported: pl.DataFrame) -> Years:
    facts = reported.select(pl.lit(0, dtype=pl.UInt32).alias("fact"), "as_at", "return_no").clear()
    return Years(facts, facts, [])


def _nothing(reported: pl.DataFrame) -> pl.DataFrame:
    """No episodes, with the columns that the chain needs."""
    nothing = reported.clear()
    return nothing.with_columns(
        *(pl.col(part).alias(f"end_{part}") for part in PLACE),
        *(pl.lit(None, pl.String).alias(name) for name in ("also_in", "end_also_in")),
        *(pl.lit(None, pl.UInt32).alias(name) for name in ("fact", "turn")),
        *(pl.lit(None, pl.Date).alias(name) for name in ("gone_on", "last_as_at")),
        bad_end=pl.lit(False),
    )
