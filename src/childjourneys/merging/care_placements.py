"""Which episodes of a period of care are one placement, and which placements are one stay.

Source: the design's section on SSDA903, "Placements".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care_words import warnings_at
from childjourneys.merging.care_years import RUN_OFF, SUPPORTED
from childjourneys.merging.facts import CHILD, PLACE

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")
_SAME = ("placement_type", "placement_provider", "_post", "placement_urn")
_START = ("placement_type", "placement_provider", "legal_status", "temporary", "same_carer")
_LAST = (
    "end", "open", "reason_place_change", "reason_episode_ceased", "end_source", "end_file", "end_sheet",
    "end_row", "end_also_in",
)  # fmt: skip


def with_placements(care: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, list[Issue]]:
    """The episodes with their placement, and one row per placement.

    Args:
        care: episodes of kind care, as `chained` gives them.

    Returns:
        The episodes with `placement`, a number that grows along the frame, `starts_placement`, `temporary`,
        `same_carer`, `resumes` and `stay` (the number of the first placement of the stay); per placement
        its start, its last episode's end and reasons, the codes it began with, `start_known`, `resumes`,
        `under_a_day`, `for_adoption` (placed for adoption, after none such) and `stay`; and the warnings.
    """
    post = pl.col(
        "placement_postcode_key" if "placement_postcode_key" in care.columns else "placement_postcode"
    )
    care = care.with_columns(_post=post)
    starts, issues = _starts(care)
    reason = pl.col("reason_new_episode")
    number = np.cumsum(starts) - 1
    care = care.with_columns(
        placement=pl.Series(number, dtype=pl.Int64),
        starts_placement=pl.Series(starts),
        temporary=pl.col("placement_type").is_in(TEMPORARY),
        same_carer=reason.is_in(["T", "U"]).fill_null(False),
    )
    placements = _summed(care)
    stay, resumes = _stays(placements)
    placements = placements.with_columns(
        stay=pl.Series(stay, dtype=pl.Int64),
        resumes=pl.Series(resumes),
        under_a_day=(pl.col("start") == pl.col("end")) & (pl.col("open") == "false"),
    )
    placements = placements.with_columns(for_adoption=_for_adoption(placements))
    of_placement = placements.select("placement", "stay", "resumes", _carer="same_carer")
    care = (
        care.drop("same_carer")
        .join(of_placement, on="placement", how="left", maintain_order="left")
        .rename({"_carer": "same_carer"})
        .drop("_post")
    )
    return care, placements.drop("_post", "_last_type", "_last_post", "_last_urn"), issues


def _starts(care: pl.DataFrame) -> tuple[Flags, list[Issue]]:
    """Which episodes begin a placement; an L with another place or provider is doubtful."""
    on = ~(care["starts_period"] | care["after_gap"] | (care["source"] != "ssda903")).to_numpy()
    before = care.select(pl.col(_SAME).shift(1))
    reason = care["reason_new_episode"]
    legal_only, blank = (reason == "L").fill_null(False).to_numpy(), reason.is_null().to_numpy()
    same = {name: care[name].eq_missing(before[name]).to_numpy() for name in _SAME}
    twice = {name: (care[name].is_not_null() & before[name].is_not_null()).to_numpy() for name in _SAME}
    differ = {name: twice[name] & ~same[name] for name in _SAME}
    elsewhere = differ["placement_type"] & ~_recoded(before["placement_type"], care["placement_type"])
    all_same = np.logical_and.reduce([same[name] for name in _SAME])
    goes_on = on & ((legal_only & ~elsewhere) | (blank & all_same))
    moved = on & legal_only & elsewhere
    odd = on & legal_only & ~elsewhere & np.logical_or.reduce([differ[name] for name in _SAME[1:]])
    expected = "RNE P, T, B or U where the placement changes; L where only the legal status does."
    to_do = "Correct the episodes in the case system."
    issues = [
        *warnings_at(care.filter(pl.Series(moved)), "legal-change-moves", "Only the legal status is said to "
                     "change, and the placement is another type; a placement was begun.", expected, to_do,
                     "placement_type"),
        *warnings_at(care.filter(pl.Series(odd)), "legal-change-differs", "Only the legal status is said to "
                     "change, and provider, postcode or URN differ; the placement was taken to go on.",
                     expected, to_do, "reason_new_episode"),
    ]  # fmt: skip
    return ~goes_on, issues


def _summed(care: pl.DataFrame) -> pl.DataFrame:
    """One row per placement: what it began with, and how it ended."""
    heads = np.flatnonzero(care["starts_placement"].to_numpy())
    last = np.r_[heads[1:], care.height] - 1 if heads.size else heads
    first_rows, last_rows = care[heads.tolist()], care[last.tolist()]
    begun_by_law = (pl.col("reason_new_episode") == "L").fill_null(False)
    began = first_rows.select(
        *CHILD, "placement", "period", "start", *_START, "placement_urn", "placement_postcode", "_post",
        *PLACE, "also_in", "return_no", "after_gap", "starts_period",
        start_known=~(pl.col("first_known") & begun_by_law),
    )  # fmt: skip
    ended = last_rows.select(
        *_LAST, _last_type="placement_type", _last_post="_post", _last_urn="placement_urn"
    ).rename({"reason_episode_ceased": "reason_ceased"})
    return pl.concat([began, ended], how="horizontal")


def _stays(placements: pl.DataFrame) -> tuple[Ints, Flags]:
    """The first placement of each one's stay, and which are a return after temporary ones."""
    count = placements.height
    here = np.arange(count)
    if not count:
        return here, np.zeros(0, dtype=np.bool_)
    broken = (placements["starts_period"] | placements["after_gap"]).to_numpy()
    run = np.maximum.accumulate(np.where(broken, here, 0))
    temporary = placements["temporary"].fill_null(False).to_numpy()
    lasting = np.maximum.accumulate(np.where(temporary, -1, here))
    earlier = np.r_[-1, lasting[:-1]]
    possible = ~temporary & (earlier >= run) & (earlier < here - 1)
    then = placements.select(pl.col("_last_type", "_last_post", "_last_urn").gather(np.maximum(earlier, 0)))
    now = placements["placement_type"]
    place = (now == then["_last_type"]).fill_null(False).to_numpy() | _recoded(then["_last_type"], now)
    post = placements["_post"].eq_missing(then["_last_post"]).to_numpy()
    urns = (placements["placement_urn"] == then["_last_urn"]).fill_null(True).to_numpy()
    resumes = possible & place & post & urns
    carer = placements["same_carer"].to_numpy() & ~broken
    stay = np.where(resumes, earlier, np.where(carer, here - 1, here))
    while True:
        root = stay[stay]
        if np.array_equal(root, stay):
            return stay, resumes
        stay = root


def _for_adoption(placements: pl.DataFrame) -> pl.Series:
    """Placements A3 to A6 that follow none such in their period and are no return to one."""
    kind = placements["placement_type"].is_in(list(FOR_ADOPTION)).fill_null(False)
    before = kind.shift(1).fill_null(False) & ~placements["starts_period"]
    return kind & ~before & ~placements["resumes"]


def _recoded(before: pl.Series, now: pl.Series) -> Flags:
    """H5 or P2 that is K3 now: the code changed, not the place."""
    found: Flags = (before.is_in(list(RUN_OFF)) & (now == SUPPORTED)).fill_null(False).to_numpy()
    return found
