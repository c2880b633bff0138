"""Episodes of care in order: where each ends, and which of them are one period of care.

Source: the design's section on SSDA903, "Chain" and "Short breaks".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care_words import warnings_at
from childjourneys.merging.facts import CHILD, PLACE

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SHORT_BREAKS = ("V3", "V4")
NOT_CEASED = "X1"
NEVER = np.int64(np.iinfo(np.int32).max)
_END = ("end_source", "end_file", "end_sheet", "end_row", "end_also_in")


def chained(episodes: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """The episodes with their ends as used, their kind and their period of care.

    Args:
        episodes: facts of the module Episodes in order of child, start and turn, as `over_years` gives
            them, without those that were corrected; `gone_on` is the day on which one that a later return
            lost ended, else null.

    Returns:
        The episodes with `start`, `end`, `open`, `end_replaced` (it went on after the next began), `kind`
        (care, short_break), `period` (a number that grows along the frame; null for short breaks),
        `starts_period`, `start_known` (false for a first known
        episode that continues care), `after_gap` (days in care without a placement lie before it),
        `nowhere` (ended by X1 with nothing after it), `is_last` of the child, and the place of the end; and
        the warnings.
    """
    starts = _days(episodes["episode_start_date"])
    child = _runs(episodes)
    same = np.r_[child[1:] == child[:-1], False] if child.size else np.zeros(0, dtype=np.bool_)
    following = np.where(same, np.r_[starts[1:], NEVER][: starts.size], NEVER)
    given = _days(episodes["episode_end_date"])
    gone = _days(episodes["gone_on"])
    bad = episodes["bad_end"].to_numpy()
    stated = np.minimum(given, gone)
    replaced = same & (bad | (stated > following))
    end = np.where(replaced, following, np.where(bad, starts, stated))
    unknown = ~replaced & (bad | (gone < NEVER))
    frame = episodes.with_columns(
        start=pl.col("episode_start_date"),
        end=_dates(end),
        open=pl.Series(np.where(unknown, "unknown", np.where(end == NEVER, "true", "false"))),
        _replaced=pl.Series(replaced),
        end_replaced=pl.Series(replaced & ~bad & (given < NEVER) & (given > following)),
        **{
            f"end_{part}": pl.when(pl.Series(replaced)).then(pl.col(part).shift(-1)).otherwise(f"end_{part}")
            for part in PLACE
        },
        end_also_in=pl.when(~pl.Series(replaced)).then("end_also_in"),
    )
    issues = _end_warnings(frame, replaced, given < NEVER, bad)
    frame, more = _with_periods(frame, child, same, starts, end)
    return frame, issues + more


def _with_periods(
    frame: pl.DataFrame, child: Ints, same: Flags, starts: Ints, end: Ints
) -> tuple[pl.DataFrame, list[Issue]]:
    """Which episodes are care without a break; a short break in between is a break."""
    is_break = _among(frame["legal_status"], SHORT_BREAKS)
    new = _among(frame["reason_new_episode"], ("S",))
    left = _among(frame["reason_episode_ceased"], (NOT_CEASED,))
    ceased = frame["reason_episode_ceased"].is_not_null().to_numpy() & ~left
    before = np.r_[False, same[:-1]] if same.size else same
    after_ceased, after_left = _shifted(ceased), _shifted(left)
    goes_on = before & ~after_ceased & ~new
    turns = goes_on & (is_break != _shifted(is_break))
    care = ~is_break
    joined = goes_on & care & ~turns
    gap = joined & (_moved(end) < starts)
    disagrees = before & ((after_left & new) | (after_ceased & ~new))
    touches = before & care & ~_shifted(is_break) & ~joined & ~disagrees & (_moved(end) == starts)
    first_of_period = care & ~joined
    nothing_after = ~same
    nowhere = left & nothing_after & care & (frame["open"] == "false").to_numpy()
    period = np.cumsum(first_of_period)
    framed = frame.with_columns(
        kind=pl.when(pl.Series(is_break)).then(pl.lit("short_break")).otherwise(pl.lit("care")),
        period=pl.when(pl.Series(care)).then(pl.Series(period, dtype=pl.Int64)),
        starts_period=pl.Series(first_of_period),
        start_known=pl.Series(before | new),
        first_known=pl.Series(~before),
        after_gap=pl.Series(gap),
        nowhere=pl.Series(nowhere),
        is_last=pl.Series(nothing_after),
    )
    return framed, [
        *_warn(framed, gap, "care-gap", "Care goes on after days for which there is no episode; they count "
               "as looked after, without a placement.", "Each episode begins the day the last one ended.",
               "DECOM"),
        *_warn(framed, disagrees, "care-chain-disagrees", "Why this episode began and why the last one ended "
               "do not fit together; a new period of care was begun.",
               "RNE S after an end other than X1, another RNE after X1.", "RNE"),
        *_warn(framed, touches, "care-starts-again", "A period of care begins on the day on which the last "
               "one ended.", "A later day, or X1 and an RNE other than S if care went on.", "DECOM"),
        *_warn(framed, turns, "short-break-turns", "Care turns into short breaks (V3, V4), or back, without "
               "an end; a period of care ends or begins that day.",
               "An end of care before short breaks, a start with RNE S after them.", "LS"),
        *_warn(framed, nowhere, "care-goes-nowhere", "This episode says that care goes on, and none "
               "follows; when care ended is not known.", "The next episode, or the reason why care ended.",
               "REC"),
    ]  # fmt: skip


def _end_warnings(frame: pl.DataFrame, replaced: Flags, given: Flags, bad: Flags) -> list[Issue]:
    expected = "DEC of one episode equals DECOM of the next."
    return [
        *_warn(frame, replaced & ~given & ~bad, "episode-end-blank", "This episode has no end though another "
               "follows; it was ended on the day the next one begins.", expected, "DEC"),
        *_warn(frame, replaced & given, "episode-end-late", "This episode ends after the next one begins; "
               "it was ended on that day.", expected, "DEC"),
        *_warn(frame, replaced & bad, "episode-end-unusable", "The end of this episode can't be used; it was "
               "ended on the day the next one begins.", expected, "DEC"),
        *_warn(frame, ~replaced & bad, "episode-end-unusable", "The end of this episode can't be used; when "
               "it ended is not known.", "An end on or after DECOM, written day/month/year.", "DEC"),
    ]  # fmt: skip


def _warn(frame: pl.DataFrame, where: Flags, code: str, what: str, expected: str, column: str) -> list[Issue]:
    if not where.any():
        return []
    found = frame.filter(pl.Series(where))
    return warnings_at(found, code, what, expected, "Correct the episodes in the case system.", column)


def _runs(frame: pl.DataFrame) -> Ints:
    """The number of each row's child; rows of a child lie together."""
    if frame.is_empty():
        return np.zeros(0, dtype=np.int64)
    return frame.select(pl.struct(CHILD).rle_id()).to_series().to_numpy().astype(np.int64)


def _among(values: pl.Series, codes: tuple[str, ...]) -> Flags:
    found: Flags = values.is_in(list(codes)).fill_null(False).to_numpy()
    return found


def _shifted(flags: Flags) -> Flags:
    """Of the row before; false for the first."""
    return np.r_[False, flags[:-1]] if flags.size else flags


def _moved(days: Ints) -> Ints:
    """Of the row before."""
    return np.r_[NEVER, days[:-1]] if days.size else days


def _days(dates: pl.Series) -> Ints:
    return dates.to_physical().cast(pl.Int64).fill_null(int(NEVER)).to_numpy()


def _dates(days: Ints) -> pl.Series:
    known = pl.Series(days < NEVER)
    return pl.Series(np.where(days < NEVER, days, 0), dtype=pl.Int32).cast(pl.Date).set(~known, None)
