"""The tables of one batch, each row with what the rules need of its child and its need episode.

Values that the reader could not use are null, with their text in `*_raw`: they count as given and take part
in no comparison, since the reader has reported them. An end after the reference date counts as open.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from childjourneys.quality import intervals
from childjourneys.quality.rule import CensusYear, blank, given, is_false, is_true
from childjourneys.tables import REPORTED

NESTED = ("assessment", "cin_plan", "s47_enquiry", "cp_plan", "cp_review")
WITH_ROWS = ("child", "need_episode", *NESTED)

_PARENT = ["child_no", "parent_row", "referral_date"]

Frames = dict[str, pl.DataFrame]


def relate(batch: Mapping[str, pl.DataFrame], year: CensusYear) -> Frames:
    """The tables of `WITH_ROWS`, with columns of the child, the episode and flags between records.

    Added to every table: `child_no`. To all but `child`: its `birth_date`, `death_date` and `death_given`. To
    nested ones: `episode` (null when its record was set aside), `closure_date`, `closure_given`,
    `closure_reason`, `nfa`. To episodes: how many `assessments`, `s47_enquiries`, `cin_plans` and `cp_plans`
    they hold. To children: `further_action`. The flags: see `_flag`.
    """
    frames = _numbered(batch)
    frames["need_episode"] = frames["need_episode"].with_row_index("episode")
    parents = _parents(frames["need_episode"])
    for name in NESTED:
        frames[name] = frames[name].join(parents, on=_PARENT, how="left")
    frames["child"] = _with_summary(frames)
    details = _details(frames["child"])
    for name in ("need_episode", *NESTED):
        frames[name] = frames[name].join(details, on="child_no", how="left")
    frames["need_episode"] = _with_counts(frames)
    return _flag(frames, year)


def _numbered(batch: Mapping[str, pl.DataFrame]) -> Frames:
    """Every child gets a number, which is cheaper to join on than an identifier."""
    frames = {name: batch[name] if name in batch else REPORTED[name].empty() for name in WITH_ROWS}
    numbers = (
        pl.concat(frame.select("child_id") for frame in frames.values()).unique().with_row_index("child_no")
    )
    return {name: frame.join(numbers, on="child_id", how="left") for name, frame in frames.items()}


def _parents(episodes: pl.DataFrame) -> pl.DataFrame:
    # In a file of one line every record has the same row: child and referral date keep them apart.
    return episodes.select(
        "child_no", "episode", "referral_date", "closure_date", "closure_reason", "nfa",
        pl.col("row").alias("parent_row"),
        given("closure_date").alias("closure_given"),
    ).unique(subset=_PARENT, keep="first", maintain_order=True)  # fmt: skip


def _with_summary(frames: Frames) -> pl.DataFrame:
    further = frames["need_episode"].filter(is_false("nfa"))["child_no"].unique()
    return frames["child"].with_columns(pl.col("child_no").is_in(further.implode()).alias("further_action"))


def _details(children: pl.DataFrame) -> pl.DataFrame:
    return children.select(
        "child_no",
        "birth_date",
        "death_date",
        given("death_date").alias("death_given"),
    ).unique(subset="child_no", keep="first", maintain_order=True)


def _with_counts(frames: Frames) -> pl.DataFrame:
    episodes = frames["need_episode"]
    counted = {
        "assessments": "assessment",
        "s47_enquiries": "s47_enquiry",
        "cin_plans": "cin_plan",
        "cp_plans": "cp_plan",
    }
    for column, name in counted.items():
        counts = frames[name].group_by("episode").agg(pl.len().alias(column)).drop_nulls("episode")
        episodes = episodes.join(counts, on="episode", how="left").with_columns(pl.col(column).fill_null(0))
    return episodes


def _flag(frames: Frames, year: CensusYear) -> Frames:
    """Flags between records of one child or episode.

    - `overlaps`: starts while an earlier one runs (plans and episodes of the child, assessments and section
      47 enquiries of the episode; open referrals without further action take no part)
    - `open_cp_plan` (CIN plan): a protection plan of its episode has no end
    - `in_cp_plan` (CIN plan), `in_cin_plan` (protection plan, review): starts, or is held, while one runs
    - `ends_cp_plan` (review): held on the day a protection plan of the child ended
    - `on_conference` (protection plan): starts on the day of a conference of the child, which is one of a
      section 47 enquiry, or of an episode that holds no enquiry
    - `repeats_s47` (episode): its conference is also a section 47 enquiry's
    """
    cin, cp, reviews = frames["cin_plan"], frames["cp_plan"], frames["cp_review"]
    episodes, s47, assessments = frames["need_episode"], frames["s47_enquiry"], frames["assessment"]

    cin_start, cin_end = _span(cin, "child_no", "start_date", _until("end_date", "start_date", year))
    cp_start, cp_end = _span(cp, "child_no", "start_date", _until("end_date", "start_date", year))
    review = intervals.keys(reviews, "child_no", "review_date")
    episode_end = pl.when(is_true("nfa") & blank("closure_date")).then(_day("referral_date")).otherwise(
        _until("closure_date", "referral_date", year)
    )  # fmt: skip
    need_start, need_end = _span(episodes, "child_no", "referral_date", episode_end)
    need_start[episodes.select(is_true("nfa") & blank("closure_date")).to_series().to_numpy()] = (
        intervals.MISSING
    )
    work_start, work_end = _span(
        assessments, "episode", "start_date", _until("authorised_date", "start_date", year)
    )
    # An enquiry that needed no conference has no end date in the census; it is taken to cover no day.
    enquiry_end = (
        pl.when(is_true("icpc_not_required") & blank("icpc_date"))
        .then(_day("start_date"))
        .otherwise(_until("icpc_date", "start_date", year))
    )
    s47_start, s47_end = _span(s47, "episode", "start_date", enquiry_end)

    own_conference = intervals.keys(s47, "child_no", "icpc_date")
    episode_conference = intervals.keys(episodes, "child_no", "transfer_in_icpc_date")
    without_s47 = episodes.select(pl.col("s47_enquiries") == 0).to_series().to_numpy()

    open_plans = cp.filter(blank("end_date"))["episode"].drop_nulls().unique()

    def flagged(frame: pl.DataFrame, **flags: intervals.Flags) -> pl.DataFrame:
        return frame.with_columns(pl.Series(name, values, dtype=pl.Boolean) for name, values in flags.items())

    def overlaps(frame: pl.DataFrame, start: intervals.Keys, end: intervals.Keys) -> intervals.Flags:
        return intervals.starts_inside_another(start, end, frame["row"].to_numpy())

    return frames | {
        "cin_plan": flagged(
            cin,
            overlaps=overlaps(cin, cin_start, cin_end),
            in_cp_plan=intervals.inside_any(cin_start, cp_start, cp_end),
            open_cp_plan=cin["episode"].is_in(open_plans.implode()).fill_null(False).to_numpy(),
        ),
        "cp_plan": flagged(
            cp,
            overlaps=overlaps(cp, cp_start, cp_end),
            in_cin_plan=intervals.inside_any(cp_start, cin_start, cin_end),
            on_conference=intervals.among(cp_start, own_conference)
            | intervals.among(cp_start, episode_conference[without_s47]),
        ),
        "cp_review": flagged(
            reviews,
            in_cin_plan=intervals.inside_any(review, cin_start, cin_end),
            ends_cp_plan=intervals.among(review, intervals.keys(cp, "child_no", "end_date")),
        ),
        "need_episode": flagged(
            episodes,
            overlaps=overlaps(episodes, need_start, need_end),
            repeats_s47=intervals.among(episode_conference, own_conference),
        ),
        "assessment": flagged(assessments, overlaps=overlaps(assessments, work_start, work_end)),
        "s47_enquiry": flagged(s47, overlaps=overlaps(s47, s47_start, s47_end)),
    }


def _span(frame: pl.DataFrame, group: str, start: str, end: pl.Expr) -> tuple[intervals.Keys, intervals.Keys]:
    # Copied, because the caller marks some starts as missing.
    return intervals.keys(frame, group, start).copy(), intervals.keys(frame, group, end)


def _until(end: str, start: str, year: CensusYear) -> pl.Expr:
    """Days since 1970 of the end; after all others when open; of the start when an end can't be used."""
    text = pl.col(f"{end}_raw").str.strip_chars().str.slice(0, 10)
    planned = pl.coalesce(
        text.str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d/%m/%Y", strict=False)
    )
    return (
        pl.when(pl.col(end).is_not_null())
        .then(_day(end))
        .when(blank(end) | (planned > year.end))
        .then(pl.lit(intervals.NEVER, dtype=pl.Int32))
        .otherwise(_day(start))
    )


def _day(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int32)
