"""Placements that are one, placements that are left out: vectors worked out by hand, and at random."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from plain_archetypes import plain_order, plain_outcomes
from test_archetype_boundaries import Case, Run, _fast, define, followed, preceded, told, what

from childjourneys.archetypes.definition import Archetype, Condition, Event, Start, State, Term
from childjourneys.archetypes.evaluate import evaluate
from childjourneys.archetypes.explain import explain
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.library import library

COUNTED = library()["placements_3_12m"]
YEAR = (date(2024, 3, 31), date(2024, 3, 31))
Stay = tuple[str, str | None, str]


@pytest.fixture(params=["plain", "fast"])
def decide(request: pytest.FixtureRequest) -> Run:
    """Rows of one of the two evaluations."""
    if request.param == "plain":
        return lambda definition, case, **how: plain_outcomes(definition, **case.frames(), **how)
    return _fast


def in_care(*stays: Stay, since: str = "2020-01-01") -> Case:
    """A child looked after, in placements: first day, last day (excluded), and which stay each is."""
    case = Case().spell("looked_after", since, record="care").event(since, "lac_start", record="care")
    return placed(case, *stays)


def placed(case: Case, *stays: Stay) -> Case:
    for start, end, stay in stays:
        record = f"p{case.number}"
        temporary = stay.startswith("T")
        case.event(start, "placement_start", record=record, stay=stay, temporary=temporary or None)
        case.spell("placement", start, end, record=record, stay=stay, temporary=temporary)
        if end:
            case.event(end, "placement_end", record=record, stay=stay)
    return case


def answers(decide: Run, case: Case) -> dict[str, str]:
    """The definition and its variants on 31 March 2024."""
    found = {}
    for one in (COUNTED, *(COUNTED.as_variant(variant) for variant in COUNTED.variants)):
        (found[one.variant or "main"],) = told(decide(one, case, period=YEAR))
    return found


NO = dict.fromkeys(
    ("main", "with_temporary", "with_one_day", "each_counts", "this_care_only"), "no_match"
)  # fmt: skip


def matching(*names: str) -> dict[str, str]:
    return NO | dict.fromkeys(names, "match")


def test_three_placements_the_first_of_years_ago(decide: Run) -> None:
    stays = (("2020-01-01", "2023-04-02", "a"), ("2023-04-02", "2024-03-31", "b"), ("2024-03-31", None, "c"))
    assert answers(decide, in_care(*stays)) == matching(*NO)
    ended = (("2020-01-01", "2023-04-01", "a"), *stays[1:2], ("2024-03-31", None, "c"))
    assert answers(decide, in_care(*ended)) == NO


def test_on_with_the_same_carer_is_no_new_placement(decide: Run) -> None:
    case = in_care(
        ("2020-01-01", "2023-06-01", "a"), ("2023-06-01", "2023-09-01", "a"), ("2023-09-01", None, "b")
    )
    assert answers(decide, case) == matching("each_counts")


def test_back_after_a_temporary_placement(decide: Run) -> None:
    case = in_care(
        ("2020-01-01", "2023-06-01", "a"), ("2023-06-01", "2023-06-15", "T"),
        ("2023-06-15", "2023-09-01", "a"),
        ("2023-09-01", None, "b"),
    )  # fmt: skip
    assert answers(decide, case) == matching("with_temporary", "each_counts")


def test_a_placement_of_one_day(decide: Run) -> None:
    case = in_care(
        ("2020-01-01", "2023-06-01", "a"), ("2023-06-01", "2023-06-01", "b"), ("2023-06-01", None, "c")
    )
    assert answers(decide, case) == matching("with_one_day")


def test_all_periods_of_care_of_the_year_count(decide: Run) -> None:
    case = Case().spell("looked_after", "2022-01-01", "2023-07-01").spell("looked_after", "2023-12-01")
    case.event("2022-01-01", "lac_start").event("2023-12-01", "lac_start")
    placed(
        case, ("2022-01-01", "2023-05-01", "a"), ("2023-05-01", "2023-07-01", "b"), ("2023-12-01", None, "c")
    )
    assert answers(decide, case) == matching("main", "with_temporary", "with_one_day", "each_counts")


def test_periods_of_care_that_touch_are_two(decide: Run) -> None:
    case = Case().spell("looked_after", "2022-01-01", "2023-12-01").spell("looked_after", "2023-12-01")
    placed(
        case, ("2022-01-01", "2023-05-01", "a"), ("2023-05-01", "2023-12-01", "b"), ("2023-12-01", None, "c")
    )
    assert answers(decide, case)["main"] == "match"
    assert answers(decide, case)["this_care_only"] == "no_match"


def test_a_stay_counts_once_however_often_it_goes_on(decide: Run) -> None:
    start = Start(calendar=(31, 3), states=(State(("looked_after",)),))
    case = in_care(
        ("2023-01-01", "2023-05-01", "a"), ("2023-06-01", "2023-07-01", "b"),
        ("2023-08-01", "2023-09-01", "a"),
        ("2023-10-01", "2023-11-01", "b"), ("2023-12-01", None, "a"),
    )  # fmt: skip
    for months, least, expected in ((12, 2, "match"), (12, 3, "no_match"), (5, 1, "match"),
                                    (5, 2, "no_match"),
                                    (6, 2, "match"), (12, 1, "match")):  # fmt: skip
        clause = preceded(None, f"{months} months", "0 days", spells="placement", at_least=least)
        assert told(decide(define(start, clause), case, period=YEAR)) == [expected], (months, least)
    # The window of 10 to 20 November lies in the gaps of both.
    gap = preceded(None, "20 days", "10 days", spells="placement")
    day = define(Start(calendar=(30, 11), states=(State(("looked_after",)),)), gap)
    assert told(decide(day, case, period=(date(2023, 11, 30), date(2023, 11, 30)))) == ["no_match"]


# One placement, several records


BROKE = library()["placement_break_early"]
BLANK = BROKE.as_variant(BROKE.variants[0])


def ending(
    start: str, end: str, stay: str, reason: str | None, case: Case | None = None, **known: object
) -> Case:
    case = case or Case().spell("looked_after", "2022-12-01").event("2022-12-01", "lac_start")
    record = f"p{case.number}"
    case.event(start, "placement_start", record=record, stay=stay, **known)
    case.event(end, "placement_end", record=record, stay=stay, reason_place_change=reason)
    return case.spell("placement", start, end, record=record, stay=stay)


@pytest.mark.parametrize(
    ("end", "reason", "outcome", "blank"),
    [
        ("2023-01-01", "CHILD", "match", "no_match"),
        ("2023-04-01", "LAREQ", "match", "no_match"),
        ("2023-04-02", "LAREQ", "no_match", "no_match"),
        ("2023-02-01", "CARPL", "no_match", "no_match"),
        ("2023-02-01", "CUSTOD", "no_match", "no_match"),
        ("2023-02-01", None, "no_match", "match"),
    ],
)
def test_a_placement_that_broke(decide: Run, end: str, reason: str | None, outcome: str, blank: str) -> None:
    case = ending("2023-01-01", end, "a", reason)
    assert told(decide(BROKE, case)) == [outcome]
    assert told(decide(BLANK, case)) == [blank]


@pytest.mark.parametrize("attribute", ["temporary", "same_carer", "resumes"])
def test_what_is_no_new_placement_is_no_anchor(decide: Run, attribute: str) -> None:
    assert told(decide(BROKE, ending("2023-01-01", "2023-02-01", "a", "CHILD", **{attribute: True}))) == []


def test_the_end_of_a_stay_is_that_of_its_last_record(decide: Run) -> None:
    case = ending("2023-01-01", "2023-02-01", "a", "PLACE")
    ending("2023-02-01", "2023-03-01", "a", "CREQB", case, same_carer=True)
    assert told(decide(BROKE, case)) == ["match"]
    other = ending("2023-01-01", "2023-02-01", "a", "PLACE")
    ending("2023-02-01", "2023-03-01", "b", "CREQB", other, same_carer=True)
    assert told(decide(BROKE, other)) == ["no_match"]


def test_on_with_the_same_carer_the_placement_has_not_ended(decide: Run) -> None:
    case = ending("2023-01-01", "2023-02-01", "a", "OTHER")
    ending("2023-02-01", "2023-08-01", "a", "PLACE", case, same_carer=True)
    assert told(decide(BROKE, case)) == ["no_match"]
    blank = ending("2023-01-01", "2023-02-01", "a", None)
    ending("2023-02-01", "2023-08-01", "a", "PLACE", blank, same_carer=True)
    assert told(decide(BLANK, blank)) == ["no_match"]


def test_a_day_with_the_same_carer_and_then_away_is_a_break(decide: Run) -> None:
    case = ending("2023-01-01", "2023-02-01", "a", "PLACE")
    ending("2023-02-01", "2023-02-01", "a", "CREQB", case, same_carer=True)
    ending("2023-02-01", "2023-08-01", "b", "PLACE", case)
    assert told(decide(BROKE, case))[0] == "match"


def test_a_move_to_a_temporary_placement_is_no_break(decide: Run) -> None:
    case = ending("2023-01-01", "2023-02-01", "a", "OTHER")
    ending("2023-02-01", "2023-02-20", "T", "PLACE", case, temporary=True)
    assert told(decide(BROKE, case)) == ["no_match"]
    ending("2023-02-20", "2023-03-20", "a", "OTHER", case, resumes=True)
    assert told(decide(BROKE, case)) == ["match"]  # it broke after the child had come back


def test_care_that_ended_is_no_break(decide: Run) -> None:
    case = ending("2023-01-01", "2023-02-01", "a", "OTHER").event("2023-02-01", "lac_end")
    assert told(decide(BROKE, case)) == ["no_match"]


def test_marks_of_a_stay_fit_by_the_start_of_any_of_its_records(decide: Run) -> None:
    linked = Event((Term("placement_end"),), (Condition("reason_place_change", "not missing"),))
    definition = define(
        what("placement_start", same_carer=False), followed(linked, same="placement")
    )  # fmt: skip
    for start, expected in (("2023-02-01", "unusable: undated"), ("2023-02-02", "no_match")):
        case = Case().event("2023-01-01", "placement_start", record="1", stay="a", same_carer=False)
        case.event("2023-01-20", "placement_end", record="1", stay="a")
        case.event("2023-02-01", "placement_start", record="2", stay="a")
        case.mark("placement_end", start=start)
        assert told(decide(definition, case)) == [expected]


def test_ids_are_of_one_child(decide: Run) -> None:
    definition = define("placement_start", followed("placement_end", same="placement"))
    case = Case().event("2023-01-01", "placement_start", child="A", record="1", stay="x")
    case.event("2023-01-05", "placement_end", child="B", record="1", stay="x")
    assert told(decide(definition, case)) == ["no_match"]


# Why


def why(definition: Archetype, case: Case) -> str:
    found = evaluate(definition, journeys_of(**case.frames()), period=YEAR if definition is COUNTED else None)
    return explain(found.decided["301"], 0).text


def test_placements_are_named_with_their_rows() -> None:
    case = in_care(
        ("2020-01-01", "2023-06-01", "a"), ("2023-06-01", "2023-09-01", "a"),
        ("2023-09-01", "2023-09-01", "b"),
        ("2023-09-01", "2023-12-01", "c"), ("2023-12-01", None, "d"),
    )  # fmt: skip
    assert why(COUNTED, case) == (
        "On 31 March 2024. 3 placements from 1 April 2023 to 31 March 2024: 1 January 2020 to 1 September"
        " 2023 (Annex A, List row 5); 1 September 2023 to 1 December 2023 (Annex A, List row 14); from 1"
        " December 2023 (Annex A, List row 17)."
    )


def test_why_a_placement_broke() -> None:
    case = ending("2023-01-01", "2023-02-01", "a", "OTHER")
    assert why(BROKE, case) == (
        "Placement started 1 January 2023 (Annex A, List row 4). Placement ended 1 February 2023 (31 days"
        " later; limit 1 April 2023; Annex A, List row 5). No temporary placement on 1 February 2023. No end"
        " of care on 1 February 2023. No placement with the same carer on 1 February 2023."
    )
    ending("2023-02-01", "2023-02-20", "T", "PLACE", case, temporary=True)
    assert "Placement started 1 February 2023 (0 days later; Annex A, List row 7)" in why(BROKE, case)


def test_a_care_leaver_who_is_out_of_touch() -> None:
    definition = library()["care_leaver_out_of_touch"]
    (kept,) = (definition.as_variant(variant) for variant in definition.variants)
    case = Case().child("A", "2004-02-03")
    case.event("2022-02-03", "care_leaver", contact_age=18, in_touch="YES")
    case.event("2023-02-03", "care_leaver", contact_age=19, in_touch="REFU")
    case.event("2024-02-03", "care_leaver", contact_age=20, in_touch="NO")
    case.event("2025-02-03", "care_leaver", contact_age=21, in_touch="RHOM")
    case.event("2026-02-03", "care_leaver", contact_age=22, in_touch="YES")
    for run in (_fast, lambda one, rows: plain_outcomes(one, **rows.frames())):
        assert told(run(definition, case)) == ["no_match", "match", "no_match"]
        assert told(run(kept, case)) == ["no_match", "match", "no_match", "no_match"]


def test_within_366_days_of_a_leap_year(decide: Run) -> None:
    definition = library()["care_leaver_out_of_touch"]
    for before, expected in (("2023-02-28", "match"), ("2023-02-27", "no_match")):
        case = Case().child("A", "2004-02-29").event(before, "care_leaver", contact_age=17, in_touch="YES")
        case.event("2024-02-29", "care_leaver", contact_age=20, in_touch="NO")
        assert told(decide(definition, case)) == [expected]


def test_missing_again(decide: Run) -> None:
    main = library()["missing_repeat"]
    forms = {"main": main} | {variant.name: main.as_variant(variant) for variant in main.variants}
    case = Case().child("A", "2010-01-01")
    for when, kind in (("2023-01-01", "M"), ("2023-02-01", "A"), ("2023-05-02", "M"), ("2023-07-31", "M")):
        case.event(when, "missing_start", missing_type=kind)
    found = {name: told(decide(form, case)) for name, form in forms.items()}
    assert found == {
        "main": ["no_match", "match", "no_match"],
        "with_absences": ["match", "match", "match", "no_match"],
        "two_more_12m": ["match", "no_match", "no_match"],
        "two_more_12m_with_absences": ["match", "match", "no_match", "no_match"],
    }


@pytest.mark.parametrize(
    ("reason", "again", "outcome"),
    [
        ("E4A", "2023-06-01", "no_match"),
        ("E4A", "2023-06-02", "match"),
        ("E4B", "2024-06-01", "match"),
        ("E4B", "2024-06-02", "no_match"),
        ("E13", "2023-06-02", None),
    ],
)
def test_home_then_care(decide: Run, reason: str, again: str, outcome: str | None) -> None:
    case = Case().event("2023-06-01", "lac_end", reason_ceased=reason).event(again, "lac_start")
    assert told(decide(library()["home_then_care_12m"], case)) == ([outcome] if outcome else [])


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [
        ("2023-01-01", "2023-03-03", "no_match"),
        ("2023-01-01", "2023-03-04", "match_on_plan"),
        ("2023-06-01", None, "match_on_plan"),
        ("2023-06-02", None, "no_match"),
    ],
)
def test_care_without_a_plan(decide: Run, start: str, end: str | None, outcome: str) -> None:
    # 90 days before 1 June 2023 is 3 March; a plan that ends that day has its last day on the 2nd.
    case = Case().spell("cp_plan", start, end).event("2023-06-01", "lac_start", legal_status="C1", uasc=False)
    main = library()["cla_without_plan"]
    expected = "no_match" if outcome == "match_on_plan" else "match"
    assert told(decide(main, case)) == [expected]
    split = {variant.name: told(decide(main.as_variant(variant), case)) for variant in main.variants}
    assert split["court_order"] == [expected]
    assert split["section_20"] == split["uasc"] == split["youth_justice"] == []


def test_journeys_without_stays_take_records_and_the_word_of_the_start() -> None:
    case = in_care(
        ("2020-01-01", "2023-06-01", "a"), ("2023-06-01", "2023-09-01", "a"), ("2023-09-01", None, "T")
    )
    frames = case.frames()
    frames["spells"] = frames["spells"].drop("placement_id", "temporary", "under_a_day")
    frames["events"] = frames["events"].drop("placement_id")
    start = Start(calendar=(31, 3), states=(State(("looked_after",)),))
    for least, expected in ((2, "match"), (3, "no_match")):
        clause = preceded(
            None, "12 months", "0 days", spells="placement", exclude=("temporary",), at_least=least
        )
        found = evaluate(define(start, clause), journeys_of(**frames), period=YEAR).anchors
        assert found["outcome"].to_list() == [expected]


# At random


def crowded(seed: int) -> Case:
    """Children with many placements of few stays, in no order."""
    random = Random(seed)
    case = Case()
    for child in ("A", "B", "C"):
        begin = date(2022, 6, 1)
        for _ in range(random.randint(1, 3)):
            start = begin + timedelta(days=random.randint(0, 500))
            case.spell("looked_after", str(start), str(start + timedelta(days=400)), child=child)
        for number in range(random.randint(1, 14)):
            start = begin + timedelta(days=random.randint(0, 800))
            end = start + timedelta(days=random.choice((0, 1, 5, 30, 200)))
            stay = random.choice(("a", "b", "c", None))
            record = random.choice((f"p{number}", None))
            case.spell("placement", str(start), str(end) if random.random() < 0.9 else None, child=child,
                       record=record, stay=stay, temporary=random.random() < 0.2)  # fmt: skip
            case.event(start, "placement_start", child=child, record=record, stay=stay)
    return case


def counting(random: Random) -> Archetype:
    exclude = tuple(name for name in ("temporary", "under_a_day", "earlier_care") if random.random() < 0.4)
    clause = preceded(
        None, random.choice(("1 day", "20 days", "3 months", "12 months")),
        random.choice(("0 days", "1 day")),
        spells="placement", exclude=exclude, at_least=random.randint(1, 4), by_record=random.random() < 0.3,
    )  # fmt: skip
    start: Start | str = Start(calendar=(31, 3), states=(State(("looked_after",)),))
    if random.random() < 0.6:
        start = "placement_start"
    return define(start, clause)


@pytest.mark.parametrize("tens", range(4))
def test_both_evaluations_count_the_same(tens: int) -> None:
    outcomes = set()
    for seed in range(tens * 10, tens * 10 + 10):
        case, random = crowded(seed), Random(f"definition {seed}")
        for _ in range(6):
            definition = counting(random)
            found = _fast(definition, case)
            expected = sorted(plain_outcomes(definition, **case.frames()), key=plain_order)
            assert found == expected, (seed, definition)
            outcomes |= {row.outcome for row in found}
    assert {"match", "no_match"} <= outcomes
