"""Indicators of children looked after and care leavers, with answers worked out by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from told_care import KINDS, Care, covered, tell

from childjourneys.indicators.catalogue import catalogue
from childjourneys.indicators.periods import plan_periods

MANY = "cla_placements_3plus"
LONG = "cla_long_term_stability"
EARLY = "2020-01-01"


def moved(care: Care, child: str, *stays: tuple[str, str | None, str], **more: object) -> Care:
    for start, end, stay in stays:
        care.placed(child, start, end, f"{child} {stay}", temporary=stay == "T", **more)
    return care


def test_three_placements_with_a_day_in_the_year() -> None:
    care = Care()
    for child, stays in {
        "A": ((EARLY, "2023-04-02", "1"), ("2023-04-02", "2024-03-31", "2"), ("2024-03-31", None, "3")),
        "B": ((EARLY, "2023-04-01", "1"), ("2023-04-01", "2024-03-31", "2"), ("2024-03-31", None, "3")),
        "C": ((EARLY, "2023-05-01", "1"), ("2023-05-01", "2023-05-01", "2"), ("2023-05-01", None, "3")),
        "D": ((EARLY, "2023-05-01", "1"), ("2023-05-01", "2023-06-01", "T"), ("2023-06-01", None, "3")),
        "E": ((EARLY, "2023-05-01", "1"), ("2023-05-01", "2023-06-01", "1"), ("2023-06-01", None, "3")),
    }.items():  # fmt: skip
        moved(care.care(child, "2020-01-01"), child, *stays)
    found = tell(care)
    assert found.of(MANY) == (1, 5)
    assert found.of(f"{MANY}:with_one_day") == (2, 5)
    assert found.of(f"{MANY}:with_temporary") == (2, 5)
    assert found.of(f"{MANY}:each_counts") == (2, 5)
    assert found.of(f"{MANY}:this_care_only") == (1, 5)
    row = found.row(MANY)
    assert (row["value"], row["national_value"], row["national_year"]) == (0.2, 0.11, 2024)


def test_care_earlier_in_the_year_counts_too() -> None:
    care = Care().care("A", "2022-01-01", "2023-07-01").care("A", "2023-12-01")
    moved(care, "A", ("2022-01-01", "2023-05-01", "1"), ("2023-05-01", "2023-07-01", "2"),
          ("2023-12-01", None, "3"))  # fmt: skip
    found = tell(care)
    assert found.of(MANY) == (1, 1) and found.of(f"{MANY}:this_care_only") == (0, 1)
    assert found.of(f"{MANY}_2y") == (0, 0)


def test_two_years_need_two_years_of_care_and_of_returns() -> None:
    care = Care()
    stays = (("2022-04-01", "2022-06-01", "1"), ("2022-06-01", "2022-09-01", "2"), ("2022-09-01", None, "3"))
    moved(care.care("A", "2022-04-01"), "A", *stays)
    moved(care.care("B", "2022-04-02"), "B", *stays)
    moved(care.care("C", "2022-05-01", known=False), "C", *stays)
    moved(care.care("D", "2022-01-01", "2022-06-01").care("D", "2022-06-01"), "D", *stays)
    found = tell(care)
    assert found.of(f"{MANY}_2y") == (1, 1)
    assert found.left_out(f"{MANY}_2y") == {"care_start_not_known": 1}
    short = tell(care, 2024, 2024).row(f"{MANY}_2y")
    assert short["available"] is False and "looks back to 2022-04-01" in short["reason"]


def test_no_return_with_placements_no_number() -> None:
    row = tell(Care(), kinds=("looked_after",)).row(MANY)
    assert (row["available"], row["numerator"]) == (False, None)
    assert row["reason"] == "No return carries placement (placement); SSDA903 (Episodes) would."


@pytest.mark.parametrize(
    ("stays", "stable", "each"),
    [
        ((("2022-04-01", None, "1"),), 1, 1),
        ((("2022-04-02", None, "1"),), 0, 0),
        ((("2022-01-01", "2023-01-01", "1"), ("2023-01-01", None, "1")), 1, 0),
        ((("2022-01-01", "2024-03-01", "1"), ("2024-03-01", None, "T")), 1, 1),
        ((("2022-01-01", "2024-03-01", "1"), ("2024-03-01", None, "2")), 0, 0),
        ((("2022-01-01", "2024-03-01", "1"), ("2024-03-01", "2024-03-01", "2"), ("2024-03-01", None, "1")), 1,
         0),
        ((("2019-01-01", None, "T"),), 0, 0),
    ],
)  # fmt: skip
def test_two_years_in_one_placement(
    stays: tuple[tuple[str, str | None, str], ...], stable: int, each: int
) -> None:
    found = tell(moved(Care().care("A", "2021-10-01"), "A", *stays))
    assert found.of(LONG) == (stable, 1)
    assert found.of(f"{LONG}:each_counts") == (each, 1)


def test_placed_for_adoption_with_the_placement_before() -> None:
    for before, expected in (("2022-04-01", 1), ("2022-04-02", 0)):
        care = moved(Care().care("A", "2021-10-01", born="2021-09-01"), "A", ("2021-10-01", before, "0"),
                     (before, "2023-09-01", "1"))  # fmt: skip
        care.placed("A", "2023-09-01", None, "A 2", placement_type="A6")
        assert tell(care).of(LONG) == (expected, 1)


def test_who_is_asked_about_long_term_stability() -> None:
    care = Care()
    stay = ("2019-01-01", None, "1")
    moved(care.care("ten", "2021-10-01"), "ten", stay)
    moved(care.care("late", "2021-10-02"), "late", stay)
    moved(care.care("just 16", "2019-01-01", born="2008-03-31"), "just 16", stay)
    moved(care.care("not yet", "2019-01-01", born="2008-04-01"), "not yet", stay)
    care.care("nowhere", "2019-01-01")
    moved(care.care("unseen", "2019-01-01"), "unseen", ("2023-01-01", None, "1"), start_known=False)
    moved(care.care("carer", "2019-01-01"), "carer", ("2023-01-01", None, "1"), same_carer=True)
    found = tell(care)
    assert found.of(LONG) == (2, 2)
    assert found.left_out(LONG) == {"no_placement": 1, "placement_start_not_known": 2}


def test_far_from_home() -> None:
    care = Care()
    for child, miles, where in (("A", 20.1, "OUT"), ("B", 20.0, "OUT"), ("C", 99.0, "IN"), ("D", None, "OUT"),
                                ("E", 50.0, None)):  # fmt: skip
        care.care(child, "2023-01-01")
        early = ("2023-01-01", "2023-09-01", 200.0, "OUT")
        for start, end, far, there in (early, ("2023-09-01", None, miles, where)):
            care.add("care_chain", child, kind="care", start=start, end=end, placement_location=there,
                     placement_distance_miles=far)  # fmt: skip
    found = tell(care)
    assert found.of("cla_distance_20") == (1, 3)
    assert found.left_out("cla_distance_20") == {"distance_not_known": 2}
    assert found.of("cla_distance_20:not_known") == (2, 5)


def test_where_no_distance_is_in_the_files_there_is_no_share() -> None:
    row = tell(Care().care("A", "2023-01-01")).row("cla_distance_20")
    assert (row["value"], row["reason"]) == (None, "All cases of the period are left out.")


def test_social_workers() -> None:
    care = Care().care("A", "2024-01-01").care("B", "2023-01-01").care("C", "2023-01-01")
    for child, worker, start, end in (
        ("A", "1", "2022-01-01", "2023-04-02"), ("A", "2", "2023-04-02", "2023-06-01"),
        ("A", "3", "2023-06-01", None),
        ("B", "1", "2022-01-01", "2023-04-01"), ("B", "2", "2023-04-01", "2023-06-01"),
        ("B", "3", "2023-06-01", None),
        ("B", "2", "2023-07-01", "2023-08-01"),
    ):  # fmt: skip
        care.add("social_worker_episode", child, social_worker_id=worker, start_date=start, end_date=end)
    found = tell(care)
    assert found.of("cla_social_workers_3plus") == (1, 3)
    assert found.of("cla_social_workers_3plus:recorded") == (1, 2)


def test_a_year_whose_return_lacks_the_module() -> None:
    modules = {"SWEpisodes": {("301", 2023)}, "OC2": {("301", 2024)}}
    found = tell(Care().care("A", "2023-01-01"), modules=modules)
    row = found.row("cla_social_workers_3plus")
    assert (row["available"], row["numerator"]) == (False, None)
    assert row["reason"] == "The SSDA903 return of 2024 has no module SWEpisodes."
    assert found.row("cla_conviction")["available"]


def test_health_of_children_looked_after_for_a_year() -> None:
    care = Care()
    for child, born, start, values in (
        (
            "A",
            "2012-01-01",
            "2023-04-01",
            {"health_assessment": True, "dental_check": False, "sdq_score": 13},
        ),
        ("B", "2012-01-01", "2020-01-01", {"health_assessment": False, "sdq_score": 17, "convicted": True}),
        ("C", "2019-04-01", "2020-01-01", {"health_check_up_to_date": True, "sdq_score": 3}),
        ("D", "2019-03-31", "2020-01-01", {"health_check_up_to_date": True, "convicted": True}),
        ("E", "2012-01-01", "2023-04-02", {"health_assessment": True, "convicted": True}),
        ("F", "2012-01-01", "2020-01-01", None),
    ):
        care.care(child, start, born=born)
        if values is not None:
            care.add("oc2", child, as_at="2024-03-31", **values)
            care.add("oc2", child, as_at="2023-03-31", health_assessment=False, sdq_score=40)
    found = tell(care)
    assert found.of("cla_health:health_assessment") == (1, 2)
    assert found.left_out("cla_health:health_assessment") == {"no_oc2_row": 1, "not_recorded": 2}
    assert found.of("cla_health:dental") == (0, 1)
    assert found.of("cla_health:development_check") == (1, 1)
    assert found.of("cla_health:sdq_returned") == (2, 3)
    assert found.of("cla_health:sdq_normal") == (1, 2)
    assert found.of("cla_health:sdq_concern") == (1, 2)
    assert found.of("cla_conviction") == (1, 1)
    assert found.row("cla_health:dental")["national_value"] == 0.81


def test_missing() -> None:
    care = Care()
    for child, kind, start, end in (
        ("A", "M", "2023-03-01", "2023-04-02"), ("B", "M", "2023-03-01", "2023-04-01"),
        ("C", "M", "2023-04-01", "2023-04-01"),
        ("D", "A", "2023-05-01", None), ("E", "M", "2024-03-31", None), ("F", None, "2023-05-01", None),
    ):  # fmt: skip
        care.care(child, "2023-01-01").add(
            "missing", child, missing_type=kind, start_date=start, end_date=end
        )
    care.care("left", "2022-01-01", "2023-04-01").add(
        "missing", "left", missing_type="M", start_date="2023-05-01"
    )
    found = tell(care)
    assert found.of("cla_missing") == (3, 6)
    assert found.of("cla_missing:with_absences") == (4, 6)


def leaver(care: Care, child: str, age: int, touch: str | None, **values: str | None) -> None:
    care.add("children", child)
    care.add("leaver_contact", child, contact_date="2023-07-01", contact_age=age, in_touch=touch, **values)


def test_care_leavers() -> None:
    care = Care()
    well = {"accommodation": "U", "suitability": "1", "activity": "F1"}
    leaver(care, "18", 18, "YES", **well)
    leaver(care, "19", 19, "YES", **well)
    leaver(care, "21", 21, "YES", accommodation="D", suitability="2", activity="G5")
    leaver(care, "22", 22, "YES", **well)
    leaver(care, "lost", 20, "NO", accommodation="0", activity="0")
    leaver(care, "refuses", 20, "REFU")
    leaver(care, "died", 20, "DIED")
    leaver(care, "home", 20, "RHOM", **well)
    leaver(care, "abroad", 20, "YES", accommodation="G", suitability="1", activity="P5")
    leaver(care, "unknown", 20, "YES", accommodation="R", suitability="2", activity="P2")
    leaver(care, "blank", 20, "YES")
    found = tell(care)
    assert found.of("cl_accommodation") == (1, 4)
    assert found.left_out("cl_accommodation") == {
        "abroad_or_deported": 1, "died": 1, "home_6_months": 1, "not_recorded": 1, "residence_not_known": 1,
    }  # fmt: skip
    assert found.of("cl_eet") == (3, 6)
    assert found.of("cl_eet:neet") == (1, 6)
    assert found.of("cl_eet:higher_education") == (1, 6)
    assert found.left_out("cl_eet") == {"died": 1, "home_6_months": 1, "not_recorded": 1}


def test_list_9_is_no_year_of_care_leavers() -> None:
    of_a_day = covered(2024, 2024, "care_leaver").with_columns(
        pl.lit(date(2024, 9, 30)).alias("from"), to=date(2024, 9, 30), source=pl.lit("annex_a")
    )
    wanted = [catalogue()[name] for name in ("cl_accommodation", "cl_eet")]
    for one in plan_periods(wanted, of_a_day):
        assert one.reason == "No return carries care_leaver (care leaver); SSDA903 (OC3) would."
    both = plan_periods(wanted, pl.concat([of_a_day, covered(2023, 2024, "care_leaver")]))
    assert [(one.last, one.reason) for one in both] == [(date(y, 3, 31), "") for y in (2023, 2024)] * 2


def test_looked_after_without_short_breaks() -> None:
    care = Care().care("A", "2023-05-01").care("B", "2020-01-01", "2023-06-01")
    for child in ("A", "S"):
        care.add(
            "spells",
            child,
            kind="short_break",
            start="2023-04-10",
            end=None if child == "S" else "2023-04-12",
        )
        care.add("events", child, event="short_break_start", date="2023-04-10", source="ssda903")
    care.add("events", "A", event="lac_start", date="2023-05-01", source="ssda903")
    care.add("events", "B", event="lac_end", date="2023-06-01", source="ssda903")
    found = tell(care)
    assert found.of("cla_rate") == (1, 1000) and found.left_out("cla_rate") == {"short_break": 1}
    assert found.of("cla_start_rate") == (1, 1000) and found.left_out("cla_start_rate") == {"short_break": 1}
    assert found.of("cla_cease_rate") == (1, 1000)


def adopted(care: Care, child: str, start: str, placed: str | None, on: str, *, known: bool = True) -> Care:
    care.care(child, start, on, born="2022-01-01", known=known)
    if placed:
        care.add("events", child, event="placed_for_adoption", date=placed, source="ssda903")
    return care.add("events", child, event="adopted", date=on, source="ssda903")


def test_how_long_adoption_took() -> None:
    care = adopted(Care(), "A", "2022-04-01", "2023-04-01", "2023-12-01")
    adopted(care, "B", "2022-04-01", "2022-12-07", "2023-12-01")
    care.placed("B", "2022-05-01", "2022-12-07", "B 1", placement_type="U5")
    care.placed("B", "2022-12-07", "2023-12-01", "B 1", placement_type="A5", same_carer=True)
    adopted(care, "C", "2022-04-01", None, "2023-12-01")
    adopted(care, "D", "2022-04-01", "2023-01-01", "2023-12-01", known=False)
    for child in ("A", "L"):
        care.add(
            "adoption", child, care_start_date="2020-01-01", placed_date="2020-01-11", order_date="2023-11-30"
        )
    found = tell(care)
    name = "adoption_timeliness"
    assert found.row(f"{name}:mean")["value"] == pytest.approx((365 + 250 + 10) / 3)
    assert found.row(f"{name}:median")["value"] == 250
    assert found.row(f"{name}:foster_carer:mean")["value"] == pytest.approx((365 + 30 + 10) / 3)
    assert found.left_out(f"{name}:mean") == {"care_start_not_known": 1, "placed_not_known": 1}


def test_only_years_of_the_return_are_told() -> None:
    table = tell(Care().care("A", "2018-01-01"), 2022, 2024).table
    years = table.filter(table["indicator"] == MANY)["to"].to_list()
    assert [one.year for one in years] == [2022, 2023, 2024]
    assert set(KINDS) >= {"placement", "care_leaver"}
