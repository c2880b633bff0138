"""Care of many children out of arrays of numbers, without any return: canonical frames of one authority."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from childjourneys.tables import REPORTED
from childjourneys.tables.care_chain import CARE_CHAIN

LA = "301"
LAST_DAY = date(2025, 3, 31)
_MEAN_DAYS = 260.0
_SHORT_BREAK_SHARE = 0.01
# What happens where an episode ends: the next one's RNE; out and on to a temporary placement; care ends.
_NEXT = ("P", "L", "B", "T", "U", "out", "end")
_NEXT_SHARES = (0.52, 0.27, 0.05, 0.04, 0.02, 0.04, 0.06)
_PLACES = ("U6", "U3", "U4", "U1", "K2", "K3", "P1", "R1", "S1", "A6")
_PLACE_SHARES = (0.42, 0.12, 0.14, 0.06, 0.12, 0.05, 0.05, 0.01, 0.01, 0.02)
_PROVIDERS = ("PR1", "PR4", "PR5", "PR2")
_PROVIDER_SHARES = (0.47, 0.46, 0.05, 0.02)
_STATUSES = ("V2", "C1", "C2", "E1")
_STATUS_SHARES = (0.3, 0.2, 0.45, 0.05)
_WHY = ("CARPL", "OTHER", "CREQB", "CREQO", "CHILD", "STAND")

Array = np.ndarray[Any, Any]


def many_placements(children: int, years: int, seed: int) -> dict[str, pl.DataFrame]:
    """The frames `care_chain`, `child`, `lac_review`, `uasc` and `oc2`, in canonical form.

    Every child is looked after in each of the years, up to 31 March 2025, with about 14 episodes in ten
    years: moves, changes of legal status, placements on with the same carer, temporary ones with a return,
    returns home with a new start. One in a hundred has short breaks only.
    """
    rng = np.random.default_rng(seed)
    last = np.datetime64(LAST_DAY, "D").astype(int)
    first = np.datetime64(date(LAST_DAY.year - years, 4, 1), "D").astype(int)
    begun = first + rng.integers(0, 90, children)
    born = begun - rng.integers(0, max(30, int((17.9 - years) * 365.25)), children)
    chain = _chain(rng, begun, int(last), years)
    return {
        "care_chain": chain,
        "child": _children(rng, children, born),
        "lac_review": _reviews(begun, int(last), years),
        "uasc": _uasc(rng, children, begun, int(last)),
        "oc2": _oc2(rng, children, years),
    }


def _chain(rng: np.random.Generator, begun: Array, last: int, years: int) -> pl.DataFrame:
    """Told one episode after the other, for all children at once."""
    children = len(begun)
    steps = int(years * 365 / _MEAN_DAYS * 1.7) + 12
    breaks = rng.random(children) < _SHORT_BREAK_SHARE
    start, period = begun.copy(), np.ones(children, int)
    placement, stay, stays = period.copy(), period.copy(), period.copy()
    here = _placed(rng, children)
    before = dict(here)
    stay_before = stay.copy()
    status = rng.choice(len(_STATUSES), children, p=_STATUS_SHARES)
    code, temporary, resumes = np.full(children, "S"), np.zeros(children, bool), np.zeros(children, bool)
    told = []
    for _ in range(steps):
        length = np.where(temporary, rng.integers(1, 8, children), rng.exponential(_MEAN_DAYS, children) + 3)
        length = np.where(breaks, rng.integers(1, 4, children), length).astype(int)
        end = start + length
        following = rng.choice(_NEXT, children, p=_NEXT_SHARES)
        following = np.where(temporary, "back", np.where(breaks, "end", following))
        ends, open_ = following == "end", end > last
        leaves = ~np.isin(following, ["L"])
        told.append({
            "child": np.arange(children), "start": start, "end": end, "still": open_, "period_no": period,
            "placement_no": placement, "stay": stay, "reason_new_episode": code, "temporary": temporary,
            "resumes": resumes, "legal_status": np.where(breaks, "V3", np.array(_STATUSES)[status]),
            "placement_type": np.where(temporary, "T4", here["place"]),
            "placement_provider": np.where(temporary, "", here["provider"]),
            "postcode": here["postcode"] + temporary * 1000, "urn": here["urn"],
            "reason_episode_ceased": np.where(ends, "E4A", "X1"), "outside": here["outside"],
            "reason_place_change": np.where(leaves & ~ends, rng.choice(_WHY, children), ""),
            "short": breaks,
        })  # fmt: skip
        gap = np.where(breaks, rng.integers(9, 20, children), rng.integers(20, 120, children))
        start = end + np.where(ends, gap, 0)
        back, out = following == "back", following == "out"
        before = {name: np.where(out, here[name], before[name]) for name in here}
        stay_before = np.where(out, stay, stay_before)
        fresh = _placed(rng, children)
        moves = np.isin(following, ["P", "B", "end"])
        here = {name: np.where(moves, fresh[name], np.where(back, before[name], here[name])) for name in here}
        same = np.isin(following, ["T", "U"])
        here["place"] = np.where(same & (here["place"] != "U4"), "U4", np.where(same, "U6", here["place"]))
        stays = stays + (moves | out)
        stay = np.where(back, stay_before, np.where(moves | out, stays, stay))
        period = period + ends
        placement = np.where(ends, 1, placement + leaves)
        changes = np.isin(following, ["L", "B", "U", "end"])
        status = (status + changes * rng.integers(1, len(_STATUSES), children)) % len(_STATUSES)
        code = np.where(ends, "S", np.where(back | out, "P", following))
        temporary, resumes = out, back
    flat = {name: np.concatenate([step[name] for step in told]) for name in told[0]}
    return _canonical_chain(pl.DataFrame(flat).filter(pl.col("start") <= last))


def _canonical_chain(rows: pl.DataFrame) -> pl.DataFrame:
    care = ~pl.col("short")
    code = pl.col("reason_new_episode")
    closed = ~pl.col("still")
    rows = rows.sort("child", "start").select(
        la_code=pl.lit(LA), child_id=_named("child"),
        kind=pl.when("short").then(pl.lit("short_break")).otherwise(pl.lit("care")),
        start=_day("start"), end=pl.when(closed).then(_day("end")), open=pl.col("still").cast(pl.String),
        period_no=pl.when(care).then("period_no"), placement_no=pl.when(care).then("placement_no"),
        placement_id=pl.when(care).then(pl.format("{}-{}-{}", _named("child"), "period_no", "stay")),
        reason_new_episode=code, starts_period=code == "S", starts_placement=code != "L",
        temporary="temporary", same_carer=code.is_in(["T", "U"]), resumes="resumes",
        end_replaced=pl.lit(False),
        legal_status="legal_status", category_of_need=pl.lit("N1"), placement_type="placement_type",
        placement_provider=pl.col("placement_provider").replace({"": None}),
        reason_episode_ceased=pl.when(closed).then("reason_episode_ceased"),
        reason_place_change=pl.when(closed).then(pl.col("reason_place_change").replace({"": None})),
        home_postcode=pl.format("ZZ{} 1AA", pl.col("child") % 90 + 1),
        placement_postcode=pl.format("ZZ{} {}AB", pl.col("postcode") % 90 + 1, pl.col("postcode") % 9 + 1),
        placement_urn=pl.when(pl.col("placement_type").is_in(["K2", "K3"])).then(pl.format("SC{}", "urn")),
        placement_la=pl.when("outside").then(pl.lit("302")).otherwise(pl.lit(LA)),
        placement_location=pl.when("outside").then(pl.lit("OUT")).otherwise(pl.lit("IN")),
        placement_distance_miles=(pl.col("postcode") % 400) / 10.0,
        source=pl.lit("ssda903"), file=pl.lit("ssda903/Episodes.csv"), sheet=pl.lit("Episodes"),
        row=pl.int_range(2, pl.len() + 2), also_in=pl.lit(None, pl.String),
    )  # fmt: skip
    return rows.cast({name: kind for name, kind in CARE_CHAIN.schema.items() if name in rows.columns})


def _placed(rng: np.random.Generator, children: int) -> dict[str, Array]:
    return {
        "place": rng.choice(_PLACES, children, p=_PLACE_SHARES),
        "provider": rng.choice(_PROVIDERS, children, p=_PROVIDER_SHARES),
        "postcode": rng.integers(0, 1000, children),
        "urn": rng.integers(300_000, 300_400, children),
        "outside": rng.random(children) < 0.4,
    }


def _children(rng: np.random.Generator, children: int, born: Array) -> pl.DataFrame:
    disabled = rng.random(children) < 0.12
    frame = pl.DataFrame({"child": np.arange(children), "born": born, "disabled": disabled})
    frame = frame.select(
        la_code=pl.lit(LA), child_id=_named("child"), birth_date=_day("born"),
        sex=pl.Series(rng.choice(["M", "F"], children)),
        ethnicity=pl.Series(rng.choice(["WBRI", "MWBC", "BAFR", "APKN", "OOTH"], children)),
        disability=pl.when("disabled").then(pl.lit("LD")).otherwise(pl.lit("NONE")),
        has_disability="disabled", source=pl.lit("ssda903"),
        file=pl.lit("ssda903/Header.csv"), sheet=pl.lit("Header"), row=pl.int_range(2, pl.len() + 2),
        also_in=pl.lit(None, pl.String), family_id=pl.lit(None, pl.String),
        deprivation_decile=pl.lit(None, pl.Int64),
    )  # fmt: skip
    rest = [
        pl.lit(None, kind).alias(name)
        for name, kind in REPORTED["child"].schema.items()
        if name not in frame.columns and name != "unborn"
    ]
    return frame.with_columns(*rest)


def _reviews(begun: Array, last: int, years: int) -> pl.DataFrame:
    """After four weeks, three months later, then every six months."""
    days = np.array([27, 118, *(118 + 182 * step for step in range(1, 2 * years + 1))])
    found = begun[:, None] + days[None, :]
    child = np.repeat(np.arange(len(begun)), len(days))
    frame = pl.DataFrame({"child": child, "day": found.ravel()}).filter(pl.col("day") <= last)
    return frame.select(
        la_code=pl.lit(LA), child_id=_named("child"), review_date=_day("day"), participation=pl.lit("PN1"),
        **_found("Reviews"),
    )  # fmt: skip


def _uasc(rng: np.random.Generator, children: int, begun: Array, last: int) -> pl.DataFrame:
    unaccompanied = np.flatnonzero(rng.random(children) < 0.05)
    ceased = begun[unaccompanied] + rng.integers(100, 2000, len(unaccompanied))
    frame = pl.DataFrame({"child": unaccompanied, "ceased": ceased})
    return frame.select(
        la_code=pl.lit(LA), child_id=_named("child"),
        uasc_ceased_date=pl.when(pl.col("ceased") <= last).then(_day("ceased")), as_at=pl.lit(LAST_DAY),
        **_found("UASC"),
    )  # fmt: skip


def _oc2(rng: np.random.Generator, children: int, years: int) -> pl.DataFrame:
    """One row per child and year after the first; four in five have a score."""
    after = np.arange(1, years) if years > 1 else np.array([0])
    number = np.repeat(np.arange(children), len(after))
    year = np.tile(LAST_DAY.year - years + 1 + after, children)
    size = len(number)
    scored = rng.random(size) < 0.8
    frame = pl.DataFrame(
        {"child": number, "year": year, "score": rng.integers(3, 31, size), "scored": scored}
    )
    return frame.select(
        la_code=pl.lit(LA), child_id=_named("child"), sdq_score=pl.when("scored").then("score"),
        sdq_reason=pl.when(~pl.col("scored")).then(pl.lit("SDQ4")),
        convicted=pl.Series(rng.random(size) < 0.02), health_check_up_to_date=pl.lit(None, pl.Boolean),
        immunisations_up_to_date=pl.Series(rng.random(size) < 0.84),
        dental_check=pl.Series(rng.random(size) < 0.81),
        health_assessment=pl.Series(rng.random(size) < 0.9),
        substance_misuse=pl.Series(rng.random(size) < 0.03), intervention_received=pl.lit(None, pl.Boolean),
        intervention_offered=pl.lit(None, pl.Boolean), as_at=pl.date("year", 3, 31), **_found("OC2"),
    )  # fmt: skip


def _found(sheet: str) -> dict[str, pl.Expr]:
    return {
        "source": pl.lit("ssda903"), "file": pl.lit(f"ssda903/{sheet}.csv"), "sheet": pl.lit(sheet),
        "row": pl.int_range(2, pl.len() + 2), "also_in": pl.lit(None, pl.String),
    }  # fmt: skip


def _named(column: str) -> pl.Expr:
    return pl.format("c{}", pl.col(column).cast(pl.String).str.zfill(7))


def _day(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int32).cast(pl.Date)
