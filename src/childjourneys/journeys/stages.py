"""How far contacts go: how many reach a referral, an assessment, a plan, care.

The rule, in words: for each contact inside the coverage of contacts, the same child has an event of the
stage on that day or up to 3 (or 12) months after it, the last day included. A stage does not need the one
before it. Where those months are not wholly covered, what was seen is counted as reached so far, and what
was not seen is too recent to tell (or not covered, when the days that are missing lie earlier).
A need episode that only Annex A list 6 reports dates no plan, and does not count as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

WINDOWS = (3, 12)  # months; one Annex A can be followed for the first, a share of a year needs the second
FEWEST_FOLLOWED = 20  # a share of fewer says nothing
_SPREAD = 1_000_000  # more days than any two dates are apart: keys of two children never meet
_Days = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stage:
    """`events`: any of these reaches it. What no return covers is left out, and named in the result."""

    name: str
    label: str
    events: tuple[str, ...]


STAGES: tuple[Stage, ...] = (
    Stage("referral", "Referral", ("referral",)),
    Stage("assessment", "Assessment", ("assessment_start",)),
    Stage("plan", "Child in need or protection plan", ("cin_start", "cpp_start")),
    Stage("care", "Looked after", ("lac_start",)),
)


def stages(events: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """One row per window and stage; a window's first is where it starts: contacts, or without them referrals.

    Columns: `months` (the window), `start` (contact or referral), `stage`, `label`, `n` (contacts or
    referrals inside coverage), `covered` (whether any return tells about the stage), `counts_as` (event
    types counted, joined by spaces), `not_counted` (event types of the stage that no return covers),
    `reached` and `not_reached` (of those whose months are wholly covered), `reached_early` (seen, though the
    months are not wholly covered), `too_recent`, `not_covered`, `cannot_tell` (both), `reached_in_all`
    (reached or reached early), `followed` (reached or not reached), `percent` (reached of followed; blank
    when fewer than 20 were followed).
    """
    kinds = set(coverage["kind"])
    start = "contact" if "contact" in kinds else "referral"
    dated = events.filter(pl.col("event").is_in(["contact", *(e for s in STAGES for e in s.events)]))
    dated = without_need_episode_plans(dated).with_columns(_child_number())
    starts = inside_coverage(dated.filter(pl.col("event") == start), coverage, start)
    rows = []
    for months in WINDOWS:
        until = pl.col("date").dt.offset_by(f"{months}mo").alias("until")
        anchors = starts.select("la_code", "child", "date", until)
        found = [_start_row(start, anchors.height)]
        found += [
            _stage_row(start, stage, dated, anchors, coverage, kinds)
            for stage in STAGES
            if stage.name != start
        ]
        rows += [{"months": months, **row} for row in found]
    return pl.DataFrame(rows, infer_schema_length=None)


def inside_coverage(events: pl.DataFrame, coverage: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The events on days on which the returns of their authority tell about this kind; order is kept."""
    kept = np.zeros(events.height, dtype=bool)
    codes, days = events["la_code"].to_numpy(), _days(events["date"])
    for (la_code,), ranges in coverage.filter(pl.col("kind") == kind).group_by("la_code"):
        starts, ends = _joined(ranges)
        kept |= (codes == la_code) & _within(starts, ends, days, days)
    return events.filter(pl.Series(kept, dtype=pl.Boolean))


def without_need_episode_plans(events: pl.DataFrame) -> pl.DataFrame:
    """Without the starts and ends of need episodes that Annex A list 6 gives: they date no plan."""
    stands_for_episode = pl.col("event").is_in(["cin_start", "cin_end"]) & pl.col("attributes").str.contains(
        "need_episode", literal=True
    )
    return events.filter(~stands_for_episode.fill_null(False))


def _child_number() -> pl.Expr:
    """Children as numbers, which compare faster than text."""
    return pl.struct("la_code", "child_id").rank("dense").cast(pl.Int64).alias("child")


def _start_row(start: str, n: int) -> dict[str, object]:
    label = "Contacts" if start == "contact" else "Referrals"
    return _row(
        start, start, label, n, True, (start,), (), np.ones(n, bool), np.ones(n, bool), np.zeros(n, bool)
    )


def _stage_row(
    start: str,
    stage: Stage,
    dated: pl.DataFrame,
    anchors: pl.DataFrame,
    coverage: pl.DataFrame,
    kinds: set[str],
) -> dict[str, object]:
    counted = tuple(event for event in stage.events if event in kinds)
    left_out = tuple(event for event in stage.events if event not in kinds)
    n = anchors.height
    if not counted:
        nothing = np.zeros(n, bool)
        return _row(start, stage.name, stage.label, n, False, counted, left_out, nothing, nothing, nothing)
    happened = dated.filter(pl.col("event").is_in(counted))
    key = np.sort(happened["child"].to_numpy() * _SPREAD + _days(happened["date"]))
    child, day, until = anchors["child"].to_numpy(), _days(anchors["date"]), _days(anchors["until"])
    seen = np.searchsorted(key, child * _SPREAD + until, "right") > np.searchsorted(
        key, child * _SPREAD + day, "left"
    )
    whole, recent = _followed(anchors, day, until, coverage, counted)
    return _row(start, stage.name, stage.label, n, True, counted, left_out, seen, whole, recent)


def _followed(
    anchors: pl.DataFrame, day: _Days, until: _Days, coverage: pl.DataFrame, counted: tuple[str, ...]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Per anchor: are its months wholly covered for every type counted; do they end after the last day."""
    whole = np.ones(len(day), dtype=bool)
    recent = np.zeros(len(day), dtype=bool)
    codes = anchors["la_code"].to_numpy()
    for event in counted:
        covered = np.zeros(len(day), dtype=bool)
        last = np.full(len(day), np.iinfo(np.int64).min)
        for (la_code,), ranges in coverage.filter(pl.col("kind") == event).group_by("la_code"):
            here = codes == la_code
            starts, ends = _joined(ranges)
            covered |= here & _within(starts, ends, day, until)
            last[here] = ends[-1]
        whole &= covered
        recent |= (until > last) & (last > np.iinfo(np.int64).min)
    return whole, recent


def _joined(ranges: pl.DataFrame) -> tuple[_Days, _Days]:
    """Ranges in order, joined where they overlap or follow on without a missing day."""
    ranges = ranges.sort("from")
    starts, ends = _days(ranges["from"]), np.maximum.accumulate(_days(ranges["to"]))
    new = np.ones(len(starts), dtype=bool)
    new[1:] = starts[1:] > ends[:-1] + 1
    return starts[new], np.append(ends[:-1][new[1:]], ends[-1])


def _within(starts: _Days, ends: _Days, first: _Days, last: _Days) -> npt.NDArray[np.bool_]:
    at = np.searchsorted(starts, first, "right") - 1
    inside: npt.NDArray[np.bool_] = (at >= 0) & (last <= ends[np.maximum(at, 0)])
    return inside


def _days(dates: pl.Series) -> _Days:
    days: _Days = dates.cast(pl.Int32).to_numpy().astype(np.int64)
    return days


def _row(
    start: str,
    name: str,
    label: str,
    n: int,
    covered: bool,
    counted: tuple[str, ...],
    left_out: tuple[str, ...],
    seen: npt.NDArray[np.bool_],
    whole: npt.NDArray[np.bool_],
    recent: npt.NDArray[np.bool_],
) -> dict[str, object]:
    reached = int((seen & whole).sum())
    not_reached = int((~seen & whole).sum())
    followed = reached + not_reached
    early = int((seen & ~whole).sum())
    too_recent = int((~seen & ~whole & recent).sum())
    return {
        "start": start,
        "stage": name,
        "label": label,
        "n": n,
        "covered": covered,
        "counts_as": " ".join(counted),
        "not_counted": " ".join(left_out),
        "reached": reached,
        "not_reached": not_reached,
        "reached_early": early,
        "too_recent": too_recent,
        "not_covered": n - reached - not_reached - early - too_recent,
        "cannot_tell": n - reached - not_reached - early,
        "reached_in_all": reached + early,
        "followed": followed,
        "percent": 100 * reached / followed if followed >= FEWEST_FOLLOWED else None,
    }
