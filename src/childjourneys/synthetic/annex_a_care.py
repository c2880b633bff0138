"""Lists 8 to 11 of an Annex A: children in care, care leavers, adoption, adopters."""

from __future__ import annotations

from datetime import date

import polars as pl

from childjourneys.domain.codes import authority_name, code_set
from childjourneys.domain.dates import add_months
from childjourneys.synthetic.annex_a_words import Extract, worded, wording

_NUMBER = pl.col("child_id").cast(pl.Int64)


def list_8(extract: Extract) -> pl.DataFrame:
    """One row per child: the latest period of care, with its latest placement and legal status."""
    world, as_at = extract.world, extract.as_at
    periods = extract.seen(world.care_periods, "start_date", "end_date").sort("child_id", "start_date")
    before = pl.col("end_date").shift(1).over("child_id")
    periods = periods.with_columns(
        again=(before >= pl.col("start_date").dt.offset_by("-12mo")).fill_null(False)
    )
    rows = extract.open_or_ended(periods)
    rows = rows.join(_latest(extract, world.placements), on="care_id", how="left")
    rows = rows.join(_latest(extract, world.legal_statuses), on="care_id", how="left", suffix="_of_status")
    moves = extract.seen(world.placements, "start_date", "end_date")
    year_ago = add_months(as_at, -12)
    recent = moves.filter(pl.col("end_date").is_null() | (pl.col("end_date") >= year_ago))
    recent = recent.filter(~pl.col("placement_type").str.starts_with("T"))
    rows = rows.join(
        recent.group_by("care_id").agg(moves=pl.col("stay_id").n_unique()), on="care_id", how="left"
    )
    rows = rows.join(_reviews(extract), on="care_id", how="left")
    rows = rows.join(_gone(extract, year_ago), on="child_id", how="left")
    day = pl.min_horizontal(pl.col("end_date").fill_null(as_at), pl.lit(as_at))
    stay = (day - pl.col("start_date")).dt.total_days()
    plans = pl.Series(["a", "f", "f", "c", "f", "e", "a", "d", "b"])
    missing = pl.col("M").fill_null(0)
    visit = day - pl.duration(days=_NUMBER % 40)
    health = pl.when(stay > 28).then(day - pl.duration(days=_NUMBER % 28))
    location = pl.when("outside").then(pl.lit("OUT")).otherwise(pl.lit("IN"))
    reason = pl.when(pl.col("end_date").is_not_null()).then("reason_ceased")
    rows = extract.with_worker(rows).with_columns(
        uasc_12_months=worded(pl.col("uasc").cast(pl.Int8).cast(pl.String), "yes_no"),
        care_start_date=pl.col("start_date"),
        category_of_need=worded("category_of_need", "need"),
        repeat_period_12_months=worded(pl.col("again").cast(pl.Int8).cast(pl.String), "yes_no"),
        legal_status_start_date=pl.col("start_date_of_status"),
        legal_status=worded("legal_status", "legal_status"),
        latest_review_date=pl.col("review_date"),
        last_visit_date=pl.max_horizontal(visit, pl.col("start_date")).cast(pl.Date),
        permanence_plan=worded(
            (_NUMBER % len(plans)).replace_strict(list(range(len(plans))), plans, return_dtype=pl.String),
            "aa_permanence_plan",
        ),
        last_iro_contact_date=pl.col("review_date"),
        last_health_assessment_date=health.cast(pl.Date),
        last_dental_check_date=pl.when(stay > 120).then(day - pl.duration(days=_NUMBER % 110)).cast(pl.Date),
        number_of_placements_12_months=pl.col("moves").fill_null(1),
        care_end_date=pl.col("end_date"),
        care_end_reason=worded(reason, "reason_episode_ceased"),
        placement_start_date=pl.col("start_date_right"),
        placement_type=worded("placement_type", "placement_type"),
        placement_provider=worded("provider", "placement_provider"),
        placement_postcode=pl.col("postcode"),
        placement_urn=pl.col("urn"),
        placement_location=worded(location, "placement_location"),
        placement_la=_placement_la(world.plan.la),
        number_of_missing_episodes_12_months=missing,
        number_of_absent_episodes_12_months=pl.col("A").fill_null(0),
        return_interview_offered=worded(pl.when(missing > 0).then(pl.lit("1")), "yes_no_unknown"),
        return_interview_accepted=worded(
            pl.when(missing > 0).then((_NUMBER % 2).cast(pl.String)), "yes_no_unknown"
        ),
    )  # fmt: skip
    return extract.about(rows, "care_start_date")


def list_9(extract: Extract) -> pl.DataFrame:
    """Young people of 16 to 24 who were looked after for 13 weeks or more, also at 16."""
    world, as_at = extract.world, extract.as_at
    periods = extract.seen(world.care_periods, "start_date", "end_date").join(
        world.children.select("child_id", "birth_date"), on="child_id"
    )
    until = pl.col("end_date").fill_null(as_at)
    sixteen = pl.col("birth_date").dt.offset_by("16y")
    periods = periods.filter((until > sixteen) & ((until - pl.col("start_date")).dt.total_days() >= 91))
    rows = periods.sort("child_id", "start_date").unique("child_id", keep="last", maintain_order=True)
    rows = extract.about(extract.with_worker(rows), "child_id").filter(pl.col("age_years").is_between(16, 24))
    in_care, age = pl.col("end_date").is_null(), pl.col("age_years")
    category = pl.when(in_care).then(pl.lit("d")).when(age < 18).then(pl.lit("a")).otherwise(pl.lit("b"))
    rows = rows.join(_contacts(extract), on="child_id", how="left", maintain_order="left")
    touch = pl.col("in_touch").fill_null("YES")
    told = pl.col("in_touch").is_not_null()
    homes = pl.Series(["U", "D", "B", "E", "Z", "D", "U", "C"])
    doing = pl.Series(["F2", "F5", "G5", "F2", "F1", "G4", "F4", "P5", "G6"])
    home = (_NUMBER % len(homes)).replace_strict(list(range(len(homes))), homes, return_dtype=pl.String)
    doing_now = (_NUMBER % len(doing)).replace_strict(list(range(len(doing))), doing, return_dtype=pl.String)
    suitable = pl.when(_NUMBER % 9 == 0).then(pl.lit("2")).otherwise(pl.lit("1"))
    return rows.with_columns(
        uasc_or_former=worded(pl.col("uasc").cast(pl.Int8).cast(pl.String), "yes_no"),
        allocated_personal_adviser=pl.format("PA{}", _NUMBER % 12 + 1),
        eligibility=worded(category, "aa_eligibility"),
        pathway_plan_review_date=pl.lit(as_at) - pl.duration(days=_NUMBER % 180),
        in_touch=worded(touch, "in_touch"),
        latest_contact_date=pl.lit(as_at) - pl.duration(days=_NUMBER % 55),
        accommodation_type=worded(_either(told, "accommodation", home), "accommodation"),
        accommodation_suitability=worded(_either(told, "suitability", suitable), "accommodation_suitability"),
        activity=worded(_either(told, "activity", doing_now), "activity"),
    ).with_columns(pl.col("pathway_plan_review_date", "latest_contact_date").cast(pl.Date))


def _either(told: pl.Expr, name: str, otherwise: pl.Expr) -> pl.Expr:
    """What a contact told, for those who had one; those still in care, or just out of it, have none."""
    return pl.when(told).then(pl.col(f"told_{name}")).otherwise(otherwise)


def list_10(extract: Extract) -> pl.DataFrame:
    """Adoption decisions of the last 12 months, and earlier ones still on their way or ended since."""
    dates = ("placement_order_date", "match_date", "placed_date", "order_date", "reversed_date")
    rows = extract.seen(extract.world.adoptions, "decision_date", *dates)
    year_ago = add_months(extract.as_at, -12)
    ended = pl.coalesce("order_date", "reversed_date")
    rows = rows.filter((pl.col("decision_date") >= year_ago) | ended.is_null() | (ended >= year_ago))
    periods = extract.world.care_periods.select("care_id", care_start_date="start_date")
    rows = rows.join(periods, on="care_id").sort("child_id", "decision_date")
    rows = rows.unique("child_id", keep="last", maintain_order=True)
    reason = pl.when(pl.col("reversed_date").is_not_null()).then("reversed_reason")
    matched = pl.when(pl.col("match_date").is_not_null()).then("adoptive_family_id").cast(pl.String)
    return extract.about(rows, "decision_date").with_columns(
        adoptive_family_id=matched,
        adoption_decision_date=pl.col("decision_date"),
        placed_for_adoption_date=pl.col("placed_date"),
        adoption_order_date=pl.col("order_date"),
        adoption_reversed_date=pl.col("reversed_date"),
        adoption_reversed_reason=worded(reason, "reason_placed_ceased"),
        ffa_placement_date=pl.lit(None, dtype=pl.Date),
    )


def list_11(extract: Extract) -> pl.DataFrame:
    """Invented adopters: two for each adoptive family matched by the day."""
    rows = extract.seen(extract.world.adoptions, "match_date", "placed_date", "order_date")
    rows = rows.filter(pl.col("adoptive_family_id").is_not_null()).sort("adoption_id")
    rows = rows.select(
        "adoptive_family_id", "match_date", child_placed_date="placed_date", adoption_order_date="order_date"
    )
    both = pl.concat([rows.with_columns(person=pl.lit(one)) for one in (1, 2)]).sort(
        "adoptive_family_id", "person"
    )
    matched = pl.col("match_date")
    return both.with_columns(
        adopter_id=pl.format("AD{}{}", pl.col("adoptive_family_id"), pl.col("person")),
        gender=pl.when(pl.col("person") == 1).then(pl.lit("b) Female")).otherwise(pl.lit("a) Male")),
        ethnicity=pl.lit(wording("ethnicity")["WBRI"]),
        has_disability=pl.lit(wording("yes_no_unknown")["0"]),
        fostering_for_adoption=pl.lit(wording("yes_no")["0"]),
        enquiry_date=matched.dt.offset_by("-420d"),
        stage1_start_date=matched.dt.offset_by("-390d"),
        stage1_end_date=matched.dt.offset_by("-320d"),
        stage2_start_date=matched.dt.offset_by("-310d"),
        stage2_end_date=matched.dt.offset_by("-190d"),
        application_date=matched.dt.offset_by("-200d"),
        approval_date=matched.dt.offset_by("-180d"),
        number_of_children_placed=pl.when(pl.col("child_placed_date").is_not_null()).then(1).otherwise(0),
        left_process_date=pl.lit(None, dtype=pl.Date),
        left_process_reason=pl.lit(None, dtype=pl.String),
        adoptive_family_id=pl.col("adoptive_family_id").cast(pl.String),
    )


def _latest(extract: Extract, frame: pl.DataFrame) -> pl.DataFrame:
    frame = extract.seen(frame, "start_date", "end_date").sort("care_id", "start_date")
    return frame.unique("care_id", keep="last", maintain_order=True).drop("child_id", "end_date")


def _reviews(extract: Extract) -> pl.DataFrame:
    """The latest review of each period of care."""
    held = extract.seen(extract.world.lac_reviews, "review_date")
    return held.group_by("care_id").agg(pl.col("review_date").max())


def _gone(extract: Extract, since: date) -> pl.DataFrame:
    """How often each child was missing (`M`), and away without leave (`A`), since a day."""
    gone = extract.seen(extract.world.missing, "start_date").filter(pl.col("start_date") >= since)
    kind = pl.col("missing_type")
    return gone.group_by("child_id").agg(M=(kind == "M").sum(), A=(kind == "A").sum())


def _contacts(extract: Extract) -> pl.DataFrame:
    """What was known of each care leaver about the latest birthday; blanks where they were not in touch."""
    found = extract.seen(extract.world.leaver_contacts, "contact_date").sort("child_id", "contact_date")
    found = found.unique("child_id", keep="last", maintain_order=True)
    names = ("activity", "accommodation", "suitability")
    known = [pl.when(pl.col("in_touch") == "YES").then(pl.col(name)).alias(f"told_{name}") for name in names]
    return found.select("child_id", "in_touch", *known)


def _placement_la(own: str) -> pl.Expr:
    others = [entry.code for entry in code_set("local_authority").codes if entry.code != own][:9]
    names = {place: authority_name(code) for place, code in enumerate(others)}
    elsewhere = (_NUMBER % len(names)).replace_strict(names, return_dtype=pl.String)
    return pl.when("outside").then(elsewhere).otherwise(pl.lit(authority_name(own)))
