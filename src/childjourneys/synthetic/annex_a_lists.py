"""What lists 1 to 11 of an Annex A hold at an extract date, in canonical columns and Ofsted's wordings."""

from __future__ import annotations

from datetime import date

import polars as pl

from childjourneys.synthetic.annex_a_care import list_8, list_9, list_10, list_11
from childjourneys.synthetic.annex_a_words import Extract, worded
from childjourneys.synthetic.truth import World

NOT_IN_NEED = ("RC8", "RC9")


def annex_a_lists(world: World, as_at: date) -> dict[int, pl.DataFrame]:
    """Lists by number; columns are the canonical names of `annex_a.yaml`, in any order."""
    extract = Extract(world, as_at)
    return {
        1: _list_1(extract),
        2: _list_2(extract),
        3: _list_3(extract),
        4: _list_4(extract),
        5: _list_5(extract),
        6: _list_6(extract),
        7: _list_7(extract),
        8: list_8(extract),
        9: list_9(extract),
        10: list_10(extract),
        11: list_11(extract),
    }


def _list_1(extract: Extract) -> pl.DataFrame:
    rows = extract.in_window(extract.world.contacts, "contact_date")
    return extract.about(rows, "contact_date").with_columns(
        contact_source=worded("source", "referral_source")
    )


def _list_2(extract: Extract) -> pl.DataFrame:
    rows = extract.seen(extract.world.early_help, "start_date", "end_date")
    rows = rows.filter((pl.col("start_date") >= extract.window) | pl.col("end_date").is_null())
    return extract.about(rows, "start_date").rename(
        {"start_date": "early_help_start_date", "end_date": "early_help_end_date",
         "organisation": "early_help_organisation"}
    )  # fmt: skip


def _list_3(extract: Extract) -> pl.DataFrame:
    known = extract.seen(extract.world.episodes, "referral_date", "closure_date")
    rows = known.filter(pl.col("referral_date") >= extract.window)
    rows = rows.join(
        _earlier(known, "referral_date", "number_of_referrals_12_months"), on="child_id", how="left"
    )
    return extract.about(rows, "referral_date").with_columns(
        referral_source=worded("source", "referral_source"),
        referral_nfa=worded(pl.col("nfa").cast(pl.Int8).cast(pl.String), "yes_no"),
        allocated_team=pl.col("team"),
        allocated_worker=pl.col("worker"),
    )


def _list_4(extract: Extract) -> pl.DataFrame:
    rows = extract.seen(extract.world.assessments, "start_date", "authorised_date")
    end = pl.col("authorised_date")
    rows = rows.filter((pl.col("start_date") >= extract.window) | end.is_null() | (end >= extract.window))
    needs = pl.when(end.is_not_null()).then(pl.col("needs_support")).cast(pl.Int8).cast(pl.String)
    rows = extract.with_worker(rows).with_columns(
        child_seen=worded(pl.when(end.is_not_null()).then(pl.col("child_seen")), "yes_no_unknown"),
        assessed_needs_support=worded(needs, "yes_no"),
    )
    names = {"start_date": "assessment_start_date", "authorised_date": "assessment_end_date"}
    return extract.about(rows, "start_date").rename(names)


def _list_5(extract: Extract) -> pl.DataFrame:
    known = extract.seen(extract.world.s47_enquiries, "start_date", "icpc_date")
    held = pl.col("icpc_date")
    counts = _earlier(known, "start_date", "number_of_s47_12_months")
    conferences = extract.seen(extract.world.icpc, "icpc_date").select("child_id", "icpc_date")
    latest = known.group_by("child_id").agg(latest=pl.col("start_date").max())
    before = (
        conferences.join(latest, on="child_id")
        .filter((held < pl.col("latest")) & (held >= pl.col("latest").dt.offset_by("-12mo")))
        .group_by("child_id")
        .agg(number_of_icpc_12_months=pl.len())
    )
    pending = held.is_null() & ~pl.col("icpc_not_required")
    rows = known.filter((pl.col("start_date") >= extract.window) | pending | (held >= extract.window))
    alone = extract.in_window(extract.world.icpc.filter(pl.col("s47_id").is_null()), "icpc_date").select(
        "child_id", "episode_id", "icpc_date", "led_to_cpp"
    )
    rows = pl.concat([rows, alone], how="diagonal").join(counts, on="child_id", how="left")
    rows = extract.with_worker(rows).join(before, on="child_id", how="left")
    led = pl.when(held.is_not_null()).then(pl.col("led_to_cpp")).cast(pl.Int8).cast(pl.String)
    rows = rows.with_columns(
        pl.col("number_of_s47_12_months", "number_of_icpc_12_months").fill_null(0),
        order=pl.coalesce("start_date", "icpc_date"),
        icpc_not_required=worded(pl.col("icpc_not_required").cast(pl.Int8).cast(pl.String), "yes_no"),
        icpc_led_to_cpp=worded(led, "yes_no"),
    )
    return extract.about(rows, "order").rename({"start_date": "s47_start_date"})


def _list_6(extract: Extract) -> pl.DataFrame:
    rows = extract.latest_episodes()
    closed = pl.col("closure_date")
    day = pl.min_horizontal(closed.fill_null(extract.as_at), pl.lit(extract.as_at))
    seen = day - pl.duration(days=pl.col("child_id").cast(pl.Int64) % 34)
    rows = rows.with_columns(
        cin_start_date=pl.col("referral_date"),
        primary_need=worded("primary_need", "need"),
        last_seen_date=pl.when(seen > pl.col("referral_date"))
        .then(seen)
        .otherwise("referral_date")
        .cast(pl.Date),
        cin_closure_date=closed,
        closure_reason=worded("closure_reason", "reason_for_closure"),
        case_status=worded(extract.case_status(), "aa_case_status"),
        allocated_team=pl.col("team"),
        allocated_worker=pl.col("worker"),
    )
    rows = extract.about(rows, "referral_date")
    unborn = pl.col("age_years") < 0
    return rows.with_columns(last_seen_date=pl.when(~unborn).then("last_seen_date"))


def _list_7(extract: Extract) -> pl.DataFrame:
    plans = extract.open_or_ended(extract.world.cp_plans)
    reviews = extract.seen(extract.world.cp_reviews, "review_date")
    latest = reviews.group_by("cp_plan_id").agg(latest_review_date=pl.col("review_date").max())
    day = pl.min_horizontal(pl.col("end_date").fill_null(extract.as_at), pl.lit(extract.as_at))
    visit = day - pl.duration(days=pl.col("child_id").cast(pl.Int64) % 12)
    powers = extract.world.legal_statuses.filter(
        pl.col("legal_status").is_in(["L1", "L2"])
        & pl.col("start_date").is_between(extract.window, extract.as_at)
    )
    under_powers = pl.col("child_id").is_in(powers["child_id"].implode())
    rows = extract.with_worker(plans.join(latest, on="cp_plan_id", how="left")).with_columns(
        initial_category_of_abuse=worded("initial_category", "category_of_abuse"),
        latest_category_of_abuse=worded("latest_category", "category_of_abuse"),
        last_statutory_visit_date=pl.max_horizontal(visit, pl.col("start_date")).cast(pl.Date),
        epo_or_police_protection_6_months=worded(under_powers.cast(pl.Int8).cast(pl.String), "yes_no"),
        number_of_previous_cpp=pl.col("number_of_previous"),
    )
    rows = extract.about(rows, "start_date").with_columns(
        child_seen_alone=worded(
            pl.when(pl.col("age_years") >= 4).then(pl.lit("1")).otherwise(pl.lit("0")), "yes_no_unknown"
        )
    )
    return rows.rename({"start_date": "cpp_start_date", "end_date": "cpp_end_date"})


def _earlier(known: pl.DataFrame, day: str, name: str) -> pl.DataFrame:
    """How many there were in the 12 months before a child's latest one, that one left out."""
    latest = pl.col(day).max().over("child_id")
    return (
        known.filter((pl.col(day) < latest) & (pl.col(day) >= latest.dt.offset_by("-12mo")))
        .group_by("child_id")
        .agg(pl.len().alias(name))
        .join(known.select("child_id").unique(), on="child_id", how="right")
        .with_columns(pl.col(name).fill_null(0))
    )
