"""Who the children of SSDA903 are, and what is said of them."""

from __future__ import annotations

from care_rows import episode, places_of
from story import LA, Story


def test_a_child_of_both_returns_is_one_line() -> None:
    story = Story()
    census, made = story.census(2024), story.ssda903(2024)
    census.add("need_episode", "A", "CINdetails", referral_date="2023-04-20", nfa=False)
    episode(made, "A", "2023-05-01", "S")
    told = story.tell()
    assert told.line() == "R -> LAC"
    counted = told.tables["counts"].filter(told.tables["counts"]["table"] == "ssda903 children")
    assert counted.select("reports", "facts").rows() == [(1, 1)]


def test_leading_zeros_are_as_everywhere() -> None:
    story = Story()
    census, made = story.census(2024), story.ssda903(2024)
    census.add("need_episode", "0012", "CINdetails", referral_date="2023-04-20", nfa=False)
    row = episode(made, "12", "2023-05-01", "S")
    told = story.tell()
    assert told.line("0012") == "R -> LAC"
    assert places_of(told, "leading-zeros-linked") == [("903_2024", row, "CHILD")]


def test_the_latest_header_says_who_the_child_is_and_others_are_warned_about() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    old = first.add(
        "child", "A", "Header", birth_date="2010-01-01", sex="M", ethnicity="WBRI", upn="A301000000018"
    )
    new = second.add(
        "child", "A", "Header", birth_date="2010-01-02", sex="F", ethnicity="WBRI", upn_unknown="UN4"
    )
    third = second.add("stated_birth", "A", "OC2", birth_date="2010-01-01")
    told = story.tell()
    child = told.children.row(0, named=True)
    assert (str(child["birth_date"]), child["sex"], child["upn"]) == ("2010-01-02", "F", "A301000000018")
    assert places_of(told, "child-differs") == [
        ("903_2023", old, "DOB"), ("903_2023", old, "SEX"), ("903_2024", third, "DOB"),
    ]  # fmt: skip
    assert new not in {row for file, row, _ in places_of(told, "child-differs") if file == "903_2024"}


def test_without_a_header_the_latest_other_module_says_it() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    early = first.add("stated_birth", "A", "OC3", birth_date="2005-01-01")
    second.add("stated_birth", "A", "OC3", birth_date="2005-01-02", sex="F")
    told = story.tell()
    child = told.children.row(0, named=True)
    assert (str(child["birth_date"]), child["sex"], child["birth_precision"]) == ("2005-01-02", "F", "day")
    assert places_of(told, "child-differs") == [("903_2023", early, "DOB")]
    hidden = story.tell(b"k" * 32).children.row(0, named=True)
    assert (str(hidden["birth_date"]), hidden["birth_precision"]) == ("2005-01-15", "month")


def test_between_census_and_annex_nothing_is_contradicted() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    census.add("child", "A", "Child", birth_date="2010-01-01")
    annex.add("child", "A", "List_3", birth_date="2010-01-02")
    assert story.tell().codes() == []


def test_a_census_that_loses_to_a_header_is_warned_about() -> None:
    story = Story()
    census, made = story.census(2023), story.ssda903(2024)
    row = census.add("child", "A", "Child", birth_date="2010-01-01")
    made.add("child", "A", "Header", birth_date="2010-01-02")
    assert places_of(story.tell(), "child-differs") == [("cin_2023.xml", row, "DOB")]


def test_of_two_headers_of_one_year_the_later_path_counts() -> None:
    story = Story()
    one, two = story.ssda903(2024, "a/header.csv"), story.ssda903(2024, "b/header.csv")
    two.add("child", "A", "Header", birth_date="2010-01-02")
    one.add("child", "A", "Header", birth_date="2010-01-01")
    told = story.tell()
    assert str(told.children["birth_date"].item()) == "2010-01-02"
    assert [file for file, _, _ in places_of(told, "child-differs")] == ["a/header.csv"]


def test_a_child_of_another_authority_is_another_child() -> None:
    story = Story()
    made, other = story.ssda903(2024), story.ssda903(2024, "other", la="302")
    episode(made, "A", "2023-05-01", "S")
    episode(other, "A", "2023-06-01", "S")
    told = story.tell()
    assert told.line("A", LA) == told.line("A", "302") == "LAC"
