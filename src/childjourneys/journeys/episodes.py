"""Which need episode an event belongs to, and how that is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.domain.calendar import WorkingDays

LINK_MAX_WORKING_DAYS = 45
CHILD = ("la_code", "child_id")
_FAR = np.iinfo(np.int64).max // 4
Ints = npt.NDArray[np.int64]


def link(events: pl.DataFrame, episodes: pl.DataFrame, calendar: WorkingDays) -> pl.DataFrame:
    """Fill `episode_id` where the return gave no nesting, and say how in `link`.

    The return's own nesting first (`nested`); else the need episode covering the date, the one referred
    latest if several (`covering`); else the nearest referral before, within 45 working days (`nearness`).
    An event joins at most one episode; one with none keeps a blank `episode_id`.

    Args:
        events: rows with la_code, child_id, date, episode_id.
        episodes: rows with la_code, child_id, episode_id, referral_date, and `covers_to`: the last day
            covered (closure date included), null when the episode covers nothing.
        calendar: working days; a date outside it is near nothing.
    """
    nested = pl.col("episode_id").is_not_null()
    if events.is_empty() or episodes.is_empty():
        return events.with_columns(link=pl.when(nested).then(pl.lit("nested")))
    episodes = episodes.sort(*CHILD, "referral_date", "episode_id")
    children = episodes.select(CHILD).unique(maintain_order=True).with_row_index("_child")
    starts = episodes.join(children, on=CHILD, how="left", maintain_order="left")
    open_events = (
        events.with_row_index("_row").filter(~nested).join(children, on=CHILD, how="inner").sort("_row")
    )
    found, how = _search(
        _numbers(open_events["_child"]),
        _days(open_events["date"]),
        _numbers(starts["_child"]),
        _days(starts["referral_date"]),
        np.where(starts["covers_to"].is_null().to_numpy(), -_FAR, _days(starts["covers_to"])),
        calendar,
    )
    linked = open_events.select("_row").with_columns(
        pl.Series("_episode", np.where(found < 0, 0, found), dtype=pl.Int64),
        pl.Series("_link", how, dtype=pl.String),
    )
    linked = linked.filter(pl.col("_link") != "").with_columns(
        _id=episodes["episode_id"].gather(linked.filter(pl.col("_link") != "")["_episode"])
    )
    return (
        events.with_row_index("_row")
        .join(linked.select("_row", "_id", "_link"), on="_row", how="left", maintain_order="left")
        .with_columns(
            link=pl.when(nested).then(pl.lit("nested")).otherwise(pl.col("_link")),
            episode_id=pl.coalesce("episode_id", "_id"),
        )
        .drop("_row", "_id", "_link")
    )


def _search(
    child: Ints, day: Ints, ep_child: Ints, ep_start: Ints, ep_end: Ints, calendar: WorkingDays
) -> tuple[Ints, npt.NDArray[np.str_]]:
    """Per event the index of its episode and how it was found; '' and -1 when there is none."""
    span = 1 << 40
    offset = 1 << 24
    keys = ep_child * span + ep_start + offset
    latest = np.searchsorted(keys, child * span + day + offset, side="right") - 1
    same = (latest >= 0) & (ep_child[np.maximum(latest, 0)] == child)
    latest = np.where(same, latest, -1)
    first = np.searchsorted(ep_child, child, side="left")
    reach = _running_max(ep_child, ep_end)
    found = np.full(child.size, -1, dtype=np.int64)
    candidate = latest.copy()
    pending = np.flatnonzero(candidate >= 0)
    while pending.size:
        at = candidate[pending]
        covers = ep_end[at] >= day[pending]
        found[pending[covers]] = at[covers]
        pending = pending[~covers]
        candidate[pending] -= 1
        at = candidate[pending]
        pending = pending[(at >= first[pending]) & (reach[np.maximum(at, 0)] >= day[pending])]
    how = np.where(found >= 0, "covering", "").astype("<U9")
    near = np.flatnonzero((found < 0) & (latest >= 0))
    near = near[_within(ep_start[latest[near]], day[near], calendar)]
    found[near] = latest[near]
    how[near] = "nearness"
    return found, how


def _running_max(group: Ints, values: Ints) -> Ints:
    """The largest value so far inside each group; groups are runs."""
    frame = pl.DataFrame({"g": group, "v": values})
    return frame.select(pl.col("v").cum_max().over("g"))["v"].to_numpy()


def _within(starts: Ints, ends: Ints, calendar: WorkingDays) -> npt.NDArray[np.bool_]:
    first, last = (np.datetime64(day, "D").astype(np.int64) for day in (calendar.first, calendar.last))
    inside = (starts >= first) & (ends <= last) & (ends - starts <= 2 * LINK_MAX_WORKING_DAYS)
    near = np.zeros(starts.size, dtype=bool)
    counted = calendar.count_many(
        starts[inside].astype("datetime64[D]"), ends[inside].astype("datetime64[D]")
    )
    near[inside] = counted <= LINK_MAX_WORKING_DAYS
    return near


def _numbers(series: pl.Series) -> Ints:
    return series.to_numpy().astype(np.int64)


def _days(series: pl.Series) -> Ints:
    """Days since 1970; 0 where a date is missing."""
    return series.to_physical().fill_null(0).to_numpy().astype(np.int64)
