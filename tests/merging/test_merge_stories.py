"""Several returns about one child: what is one fact, what wins, what stays open."""

from __future__ import annotations

import json

import polars as pl
from story import Story


def attributes(event: dict[str, object]) -> dict[str, object]:
    return dict(json.loads(str(event["attributes"])))


def test_a_case_open_on_31_march_is_one_case_in_two_censuses() -> None:
    story = Story()
    first, second = story.census(2023), story.census(2024)
    row = first.add("need_episode", "A", referral_date="2023-02-01", nfa=False)
    later = second.add(
        "need_episode", "A", referral_date="2023-02-01", nfa=False, closure_date="2023-06-01",
        closure_reason="RC7",
    )  # fmt: skip
    told = story.tell()
    assert told.dated() == ["2023-02-01 referral", "2023-06-01 case_closed"]
    assert told.spells_of("need_episode") == [("2023-02-01", "2023-06-01", "false")]
    referral = told.event("referral")
    assert (referral["file"], referral["row"]) == ("cin_2024.xml", later)
    assert referral["also_in"] == f"cin_2023.xml|need_episode|{row}"
    assert told.event("case_closed")["also_in"] is None
    assert told.codes() == []


def test_a_later_blank_never_reopens_an_older_end() -> None:
    story = Story()
    first, second = story.census(2023), story.census(2024)
    first.add("cp_plan", "A", start_date="2022-05-01", end_date="2022-12-01")
    row = second.add("cp_plan", "A", start_date="2022-05-01")
    told = story.tell()
    assert told.spells_of("cp_plan") == [("2022-05-01", "2022-12-01", "false")]
    assert told.codes() == ["end-taken-back"]
    assert told.issues.select("file", "row").row(0) == ("cin_2024.xml", row)


def test_gone_from_the_next_census_ends_on_1_april_on_a_day_not_known() -> None:
    story = Story()
    first = story.census(2023)
    story.census(2024)
    row = first.add("need_episode", "A", referral_date="2023-02-01", nfa=False)
    first.add("need_episode", "B", referral_date="2023-02-01", nfa=True)
    told = story.tell()
    assert told.spells_of("need_episode") == [("2023-02-01", "2023-04-01", "unknown")]
    assert told.spells_of("need_episode", "B") == []
    assert told.dated() == ["2023-02-01 referral"], "a day not known is no event"
    assert told.issues.select("code", "file", "row").rows() == [("gone-without-end", "cin_2023.xml", row)]


def test_a_case_of_the_last_census_is_open() -> None:
    story = Story()
    story.census(2023).add("need_episode", "A", referral_date="2023-02-01", nfa=False)
    assert story.tell().spells_of("need_episode") == [("2023-02-01", None, "true")]


def test_a_list_6_row_replaced_by_a_newer_one_ended_no_later_than_that_one_started() -> None:
    story = Story()
    first, second = story.annex("2024-06-30"), story.annex("2024-12-31")
    first.add("need_episode", "A", "List_6", referral_date="2024-02-01")
    second.add("need_episode", "A", "List_6", referral_date="2024-10-01")
    told = story.tell()
    assert told.spells_of("need_episode") == [
        ("2024-02-01", "2024-10-01", "unknown"), ("2024-10-01", None, "true"),
    ]  # fmt: skip
    assert told.line() == "CIN -> CIN"
    assert "CIN|" not in told.line()


def test_a_list_7_row_that_is_gone_ends_the_day_after_the_extract_on_a_day_not_known() -> None:
    story = Story()
    first = story.annex("2024-06-30")
    story.annex("2024-12-31")
    first.add("cp_plan", "A", "List_7", start_date="2024-02-01")
    told = story.tell()
    assert told.spells_of("cp_plan") == [("2024-02-01", "2024-07-01", "unknown")]
    assert told.line() == "CPP"


def test_an_extract_without_the_list_closes_nothing() -> None:
    story = Story()
    first = story.annex("2024-06-30")
    story.annex("2024-12-31", lists=(1, 2, 3))
    first.add("cp_plan", "A", "List_7", start_date="2024-02-01")
    assert story.tell().spells_of("cp_plan") == [("2024-02-01", None, "true")]


def test_annex_a_fills_blanks_of_the_census_and_loses_contradictions() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    census_row = census.add(
        "need_episode", "A", "CINdetails", referral_date="2024-02-01", nfa=False, primary_need="N1",
        referral_source="6",
    )  # fmt: skip
    list6 = annex.add(
        "need_episode",
        "A",
        "List_6",
        referral_date="2024-02-01",
        closure_date="2024-05-01",
        primary_need="N5",
    )
    list3 = annex.add("referral", "A", "List_3", referral_date="2024-02-01", referral_source="6", nfa=False)
    told = story.tell()
    assert told.dated() == ["2024-02-01 referral", "2024-05-01 case_closed"]
    referral = told.event("referral")
    assert (referral["source"], referral["row"]) == ("cin_census", census_row)
    assert referral["also_in"] == f"annex_2024-06-30.xlsx|List_3|{list3}"
    assert attributes(referral)["primary_need"] == "N1"
    assert told.event("case_closed")["sheet"] == "List_6"
    conflict = told.issues.filter(pl.col("code") == "contradicts-census")
    assert conflict.select("file", "sheet", "row", "column").rows() == [
        ("annex_2024-06-30.xlsx", "List_6", list6, "primary_need")
    ]
    assert f"row {census_row}" in conflict["what"].item()


def test_two_reports_with_one_key_in_one_sheet_are_two_facts() -> None:
    story = Story()
    annex = story.annex("2024-06-30")
    annex.add("referral", "A", "List_3", referral_date="2024-02-01", referral_source="6")
    annex.add("referral", "A", "List_3", referral_date="2024-02-01", referral_source="2A")
    told = story.tell()
    assert told.line() == "R -> R"
    assert told.tables["need_episode"]["episode_id"].to_list() == ["2024-02-01", "2024-02-01#2"]


def test_keys_one_to_three_days_apart_in_two_returns_are_kept_and_named() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    census.add("need_episode", "A", "CINdetails", referral_date="2024-02-01", nfa=False)
    row = annex.add("referral", "A", "List_3", referral_date="2024-02-04")
    census.add("need_episode", "B", "CINdetails", referral_date="2024-02-01", nfa=False)
    annex.add("referral", "B", "List_3", referral_date="2024-02-05")
    told = story.tell()
    assert told.line() == "R -> R"
    assert told.issues.select("code", "file", "row").rows() == [("near-date", "annex_2024-06-30.xlsx", row)]


def test_spellings_that_differ_in_leading_zeros_are_one_child_unless_birth_dates_differ() -> None:
    story = Story()
    annex, census = story.annex("2024-06-30"), story.census(2024)
    short = annex.add("contact", "123", "List_1", contact_date="2024-02-01")
    census.add("need_episode", "00123", "CINdetails", referral_date="2024-02-02", nfa=False)
    annex.add("child", "45", "List_1", birth_date="2010-01-01")
    annex.add("contact", "45", "List_1", contact_date="2024-02-01")
    census.add("child", "045", "Child", birth_date="2011-01-01")
    census.add("need_episode", "045", "CINdetails", referral_date="2024-02-02", nfa=False)
    told = story.tell()
    assert told.line("00123") == "C -> R"
    assert (told.line("45"), told.line("045")) == ("C", "R")
    warned = told.issues.filter(pl.col("code") == "leading-zeros-linked")
    assert warned.select("sheet", "row").rows() == [("List_1", short)]
    assert "leading-zeros-two-children" in told.codes()


def test_pseudonyms_link_the_same_child_before_and_after() -> None:
    def tell(key: bytes | None) -> list[tuple[str, str]]:
        story = Story()
        story.annex("2024-06-30").add("contact", "123", "List_1", contact_date="2024-02-01")
        story.census(2024).add("need_episode", "00123", "CINdetails", referral_date="2024-02-02", nfa=False)
        told = story.tell(key)
        return list(told.lines.select("child_id", "journey_reduced").iter_rows())

    [(plain, line)] = tell(None)
    [(hidden, hidden_line)] = tell(bytes(32))
    assert line == hidden_line == "C -> R"
    assert plain == "00123" and len(hidden) == 24 and hidden != "123"


def test_status_comes_from_the_later_return() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    census.add("child", "A", "Child", ethnicity="WBRI", birth_date="2012-03-04")
    annex.add("child", "A", "List_3", ethnicity="MOTH")
    census.add("cp_plan", "A", start_date="2024-01-01", latest_category_of_abuse="NEG")
    annex.add("cp_plan", "A", "List_7", start_date="2024-01-01", latest_category_of_abuse="EMO")
    told = story.tell()
    assert told.tables["child"].select("ethnicity", "birth_date").row(0)[0] == "MOTH"
    assert told.tables["cp_plan"]["latest_category_of_abuse"].item() == "EMO"
    assert told.codes() == []


def test_one_identifier_for_many_is_quarantined_and_a_long_history_is_not() -> None:
    story = Story()
    census = story.census(2024)
    for number in range(501):
        on = f"2023-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        census.add("cp_review", "LONG", review_date=on, cpp_start_date="2020-01-01")
        census.add("need_episode", "CROWD", referral_date=on)
    census.add("need_episode", "A", referral_date="2023-05-05", nfa=False)
    told = story.tell()
    assert set(told.events["child_id"]) == {"A", "LONG"}
    assert {"placeholder-by-volume", "many-events"} <= set(told.codes())
    severities = dict(told.issues.select("code", "severity").iter_rows())
    assert (severities["placeholder-by-volume"], severities["many-events"]) == ("error", "warning")
