"""What events, lines, spells and links come of a child's records."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from story import Story, Told


def attributes(told: Told, event: str, child: str = "A") -> dict[str, Any]:
    return dict(json.loads(told.event(event, child)["attributes"]))


def test_list_6_states_the_need_episode_not_a_plan() -> None:
    story = Story()
    annex = story.annex("2024-06-30")
    annex.add("need_episode", "A", "List_6", referral_date="2024-02-01", closure_date="2024-05-01")
    told = story.tell()
    assert told.line() == "CIN -> CIN|"
    assert told.dated() == ["2024-02-01 cin_start", "2024-05-01 cin_end", "2024-05-01 case_closed"]
    assert attributes(told, "cin_start")["basis"] == attributes(told, "cin_end")["basis"] == "need_episode"
    assert told.spells_of("cin_plan") == []
    assert told.spells_of("need_episode") == [("2024-02-01", "2024-05-01", "false")]


def test_plans_of_a_census_from_2022_take_the_place_of_list_6() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    line = census.add("need_episode", "A", "CINdetails", referral_date="2024-02-01", nfa=False)
    census.add("cin_plan", "A", referral_date="2024-02-01", start_date="2024-03-01", parent_row=line)
    row = annex.add("need_episode", "A", "List_6", referral_date="2024-02-01", closure_date="2024-05-01")
    told = story.tell()
    assert told.line() == "R -> CIN -> CIN|"
    assert "basis" not in attributes(told, "cin_start")
    assert told.spells_of("cin_plan") == [("2024-03-01", "2024-05-01", "false")]
    assert (told.event("cin_end")["sheet"], told.event("cin_end")["row"]) == ("List_6", row)


def test_a_census_before_2022_knows_no_plans_so_list_6_speaks() -> None:
    story = Story()
    story.census(2021).add("need_episode", "A", "CINdetails", referral_date="2021-02-01", nfa=False)
    story.annex("2021-06-30").add("need_episode", "A", "List_6", referral_date="2021-02-01")
    told = story.tell()
    assert told.line() == "R -> CIN"
    assert attributes(told, "cin_start")["basis"] == "need_episode"


def test_ends_come_before_starts_and_after_their_own_start() -> None:
    story = Story()
    census = story.census(2024)
    line = census.add("need_episode", "A", referral_date="2023-05-01", nfa=False)
    census.add("cp_plan", "A", start_date="2023-06-01", end_date="2023-09-01", parent_row=line)
    census.add("cin_plan", "A", start_date="2023-09-01", parent_row=line)
    census.add("cp_plan", "B", start_date="2023-06-01", end_date="2023-06-01")
    census.add("cp_plan", "C", start_date="2023-06-01", end_date="2023-07-01")
    census.add("cp_plan", "C", start_date="2023-07-01", end_date="2023-07-01")
    census.add("cp_plan", "C", start_date="2023-07-01", end_date="2023-08-01")
    told = story.tell()
    assert told.line() == "R -> CPP -> CPP| -> CIN"
    assert told.line("B") == "CPP -> CPP|"
    assert told.line("C") == "CPP -> CPP| -> CPP -> CPP| -> CPP -> CPP|"


def test_the_order_inside_one_day() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-03-31")
    annex.add("contact", "A", "List_1", contact_date="2024-01-08")
    annex.add("period_of_care", "A", "List_8", start_date="2024-01-08", end_date="2024-01-08")
    line = census.add("need_episode", "A", referral_date="2024-01-08", nfa=False, closure_date="2024-01-08")
    census.add("assessment", "A", start_date="2024-01-08", authorised_date="2024-01-08", parent_row=line)
    census.add("s47_enquiry", "A", start_date="2024-01-08", icpc_date="2024-01-08", parent_row=line)
    census.add("cp_plan", "A", start_date="2023-01-08", end_date="2024-01-08")
    told = story.tell()
    assert told.line() == "CPP -> C -> R -> S47 -> AS -> ICPC -> AA -> CPP| -> LAC -> LAC|"
    assert told.dated()[-1] == "2024-01-08 case_closed"


def test_what_an_assessment_led_to_travels_with_its_authorisation() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    for child, reason in (("A", "RC8"), ("B", "RC9"), ("C", "RC7")):
        line = census.add("need_episode", child, referral_date="2023-05-01", nfa=False,
                          closure_date="2023-09-01", closure_reason=reason)  # fmt: skip
        census.add("assessment", child, referral_date="2023-05-01", start_date="2023-05-02",
                   authorised_date="2023-06-01", factors="3B|4B", parent_row=line)  # fmt: skip
        if child == "C":
            census.add("cp_plan", child, start_date="2023-06-01", end_date="2023-09-01", parent_row=line)
    annex.add("assessment", "D", "List_4", start_date="2024-05-02", authorised_date="2024-06-01",
              assessed_needs_support=False, team="North")  # fmt: skip
    line = census.add("need_episode", "E", referral_date="2023-05-01", nfa=False)
    census.add("assessment", "E", start_date="2023-05-02", authorised_date="2023-06-01", parent_row=line)
    told = story.tell()
    support = {c: attributes(told, "assessment_authorised", c).get("assessed_needs_support") for c in "ABCDE"}
    assert support == {"A": False, "B": False, "C": True, "D": False, "E": None}
    assert attributes(told, "assessment_authorised")["factors"] == ["3B", "4B"]
    assert attributes(told, "assessment_authorised", "D")["team"] == "North"


def test_a_conference_at_two_levels_is_one() -> None:
    story = Story()
    census = story.census(2024)
    line = census.add("need_episode", "A", "CINdetails", referral_date="2023-05-01", nfa=False,
                      transfer_in_icpc_date="2023-05-20")  # fmt: skip
    census.add("icpc", "A", "CINdetails", row=line, icpc_date="2023-05-20", parent_row=line)
    row = census.add("s47_enquiry", "A", "Section47", start_date="2023-05-02", icpc_date="2023-05-20",
                     parent_row=line)  # fmt: skip
    told = story.tell()
    assert told.line() == "R -> S47 -> ICPC"
    assert told.event("icpc")["row"] == row
    assert told.event("icpc")["also_in"] == f"cin_2024.xml|CINdetails|{line}"


def test_a_referral_while_a_case_is_open_says_so() -> None:
    story = Story()
    census = story.census(2024)
    census.add("need_episode", "A", referral_date="2023-05-01", nfa=False, closure_date="2023-08-01")
    census.add("need_episode", "A", referral_date="2023-08-01", nfa=False, closure_date="2023-09-01")
    census.add("need_episode", "A", referral_date="2023-08-15", nfa=True)
    told = story.tell()
    flags = [json.loads(text)["while_open"] for text in
             told.events.filter(pl.col("event") == "referral")["attributes"]]  # fmt: skip
    assert flags == [False, False, True]


def test_links_nesting_first_then_the_covering_episode_then_nearness() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    first = census.add("need_episode", "A", referral_date="2023-05-01", nfa=False)
    census.add("need_episode", "A", referral_date="2023-07-01", nfa=False)
    census.add("assessment", "A", start_date="2023-07-05", parent_row=first)
    annex.add("contact", "A", "List_1", contact_date="2024-02-01")
    annex.add("referral", "B", "List_3", referral_date="2024-01-02")
    annex.add("contact", "B", "List_1", contact_date="2024-03-06")
    annex.add("contact", "B", "List_1", contact_date="2024-03-05")
    annex.add("contact", "B", "List_1", contact_date="2024-01-01")
    told = story.tell()
    found = {
        (child, str(date)): (episode, link)
        for child, date, episode, link in told.events.filter(pl.col("event") != "referral")
        .select("child_id", "date", "episode_id", "link")
        .iter_rows()
    }
    assert found["A", "2023-07-05"] == ("2023-05-01", "nested")
    assert found["A", "2024-02-01"] == ("2023-07-01", "covering")
    assert found["B", "2024-03-05"] == ("2024-01-02", "nearness"), "45 working days from Tuesday 2 January"
    assert found["B", "2024-03-06"] == (None, None), "46 working days"
    assert found["B", "2024-01-01"] == (None, None)


def test_an_enquiry_ends_at_its_conference_else_on_its_first_day() -> None:
    story = Story()
    census = story.census(2024)
    census.add("s47_enquiry", "A", start_date="2023-05-02", icpc_date="2023-05-20")
    census.add("s47_enquiry", "A", start_date="2023-06-02", icpc_not_required=True)
    assert story.tell().spells_of("s47_enquiry") == [
        ("2023-05-02", "2023-05-20", "false"), ("2023-06-02", "2023-06-02", "false"),
    ]  # fmt: skip


def test_an_unusable_end_builds_no_spell_and_keeps_the_start() -> None:
    story = Story()
    census = story.census(2024)
    row = census.add("cp_plan", "A", start_date="2023-05-02", end_date_raw="2023-05-01")
    census.add("mark", "A", sheet="cp_plan", row=row, event="cpp_end", code="end_before_start",
               start="2023-05-02")  # fmt: skip
    told = story.tell()
    assert told.line() == "CPP"
    assert told.spells_of("cp_plan") == []


def test_ages_are_completed_years_and_the_unborn_have_none() -> None:
    story = Story()
    census = story.census(2025)
    census.add("child", "A", birth_date="2012-02-29")
    census.add("need_episode", "A", referral_date="2025-02-28", nfa=False)
    census.add("child", "B", expected_birth_date="2025-06-01", unborn=True)
    census.add("need_episode", "B", referral_date="2025-02-28", nfa=False)
    told = story.tell()
    assert attributes(told, "referral")["child_age"] == 12
    assert "child_age" not in attributes(told, "referral", "B")


def test_reviews_and_placements_are_events_that_lines_leave_out() -> None:
    story = Story()
    annex = story.annex("2024-06-30")
    annex.add("cp_plan", "A", "List_7", start_date="2024-01-05", latest_review_date="2024-04-01")
    annex.add("period_of_care", "A", "List_8", start_date="2024-02-05", placement_start_date="2024-03-01",
              placement_type="U6", latest_review_date="2024-05-01", legal_status="C2")  # fmt: skip
    told = story.tell()
    assert told.line() == "CPP -> LAC"
    assert told.lines["n_events"].item() == 2
    assert told.dated() == [
        "2024-01-05 cpp_start", "2024-02-05 lac_start", "2024-03-01 placement_start", "2024-04-01 cp_review",
        "2024-05-01 lac_review",
    ]  # fmt: skip
    assert attributes(told, "placement_start") == {
        "placement_type": "U6", "legal_status": "C2", "temporary": False,
    }  # fmt: skip


def test_team_names_with_quotes_stay_valid_json() -> None:
    story = Story()
    annex = story.annex("2024-06-30")
    annex.add("referral", "A", "List_3", referral_date="2024-02-01", team='Team "A"\\B\n2')
    assert attributes(story.tell(), "referral")["team"] == 'Team "A"\\B 2'


def test_coverage_joins_years_and_keeps_gaps() -> None:
    story = Story()
    for year in (2019, 2020, 2022):
        story.census(year)
    story.annex("2022-06-30", lists=(1, 3))
    covered = {
        kind: [(str(a), str(b)) for a, b in rows.select("from", "to").iter_rows()]
        for (kind,), rows in story.tell_coverage().partition_by("kind", as_dict=True).items()
    }
    assert covered["referral"] == [("2018-04-01", "2020-03-31"), ("2021-04-01", "2022-06-30")]
    assert covered["contact"] == [("2021-12-30", "2022-06-30")]
    assert covered["cin_start"] == [("2021-04-01", "2022-03-31")]
    assert "looked_after" not in covered and "early_help" not in covered
