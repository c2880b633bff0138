from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from childjourneys.disclosure import DEFAULT, MARK, PRESETS, Problem, Row, one_way, preset, protect, totals
from childjourneys.disclosure import protect_counts as counts
from childjourneys.issues import UsageError


@pytest.mark.parametrize(
    ("name", "hidden", "shown"),
    [
        ("dfe", (1, 2, 3, 4, 5), (0, 6, 7, 9, 10)),
        ("opensafely", (0, 1, 6, 7), (8, 9, 10)),
        ("strict10", (0, 1, 8, 9), (10, 11)),
    ],
)
def test_which_counts_are_small(name: str, hidden: tuple[int, ...], shown: tuple[int, ...]) -> None:
    rule = preset(name)
    assert all(rule.small(count) for count in hidden)
    assert not any(rule.small(count) for count in shown)
    # In a table that has enough else to give, the same.
    for count in (*hidden, *shown):
        printed = counts(name, {"a": count, "b": 300, "c": 200})
        assert (printed["a"] == MARK) is (count in hidden)


def test_there_are_three_and_dfe_is_used_unless_set() -> None:
    assert list(PRESETS) == ["dfe", "opensafely", "strict10"]
    assert (DEFAULT, MARK) == ("dfe", "c")


def test_another_name_is_refused() -> None:
    with pytest.raises(UsageError, match="choose one of dfe, opensafely, strict10"):
        preset("none")


def test_few_children_with_many_anchors_are_few() -> None:
    rule = preset("dfe")
    assert rule.small(40, 5) and not rule.small(40, 6) and not rule.small(0, 0)
    assert counts("dfe", {"a": 40, "b": 50}, {"a": 5}) == {"a": MARK, "b": MARK, "Total": "90"}
    problem = Problem(rule)
    totals(problem, Row(300, 100, 200, 70, 160))
    one_way(problem, "d", {"a": Row(40, 20, 12, 5, 9), "b": Row(260, 80, 190, 66, 155)})
    solution = protect(problem)
    assert solution.hides(("matches", "d", "a")) and not solution.hides(("n", "d", "a"))


def test_of_few_children_the_matches_are_few_too() -> None:
    problem = Problem(preset("dfe"))
    totals(problem, Row(300, 100))
    one_way(problem, "d", {"a": Row(40, 20, 4), "b": Row(260, 80)})
    solution = protect(problem)
    assert all(solution.hides((kind, "d", "a")) for kind in ("n", "matches", "other"))


def test_where_all_match_matches_and_complement_are_hidden_under_dfe_alone() -> None:
    for name, hidden in (("dfe", True), ("opensafely", True), ("strict10", True)):
        problem = Problem(preset(name))
        totals(problem, Row(300, 100))
        one_way(problem, "d", {"a": Row(40, 40), "b": Row(160, 30), "c": Row(100, 30)})
        solution = protect(problem)
        # The others, 0 of them, are small under the two presets that hide 0.
        assert solution.hides(("other", "d", "a")) is hidden
        assert solution.hides(("matches", "d", "a")) or solution.hides(("n", "d", "a")) or name != "dfe"
        assert (problem.place(("matches", "d", "a")) in solution.by_rule) is (name == "dfe")


def test_where_none_match_0_is_shown_under_dfe() -> None:
    problem = Problem(preset("dfe"))
    totals(problem, Row(300, 60))
    one_way(problem, "d", {"a": Row(40, 0), "b": Row(260, 60)})
    solution = protect(problem)
    assert solution.hidden == frozenset() and solution.text(("matches", "d", "a")) == "0"


@pytest.mark.parametrize(
    ("count", "printed", "least", "most"),
    [(8, 10, 8, 12), (12, 10, 8, 12), (13, 15, 13, 17), (17, 15, 13, 17), (18, 20, 18, 22)],
)
def test_rounding_classes(count: int, printed: int, least: int, most: int) -> None:
    rule = preset("opensafely")
    assert rule.rounded(count) == printed
    assert rule.possible(count) == (least, most)


@given(st.integers(8, 10**6))
def test_every_number_of_a_class_is_printed_alike(count: int) -> None:
    rule = preset("opensafely")
    least, most = rule.possible(count)
    assert least <= count <= most
    assert {rule.rounded(each) for each in range(least, most + 1)} == {rule.rounded(count)}


@given(st.integers(0, 10**6), st.sampled_from(["dfe", "strict10"]))
def test_without_rounding_numbers_are_printed_as_they_are(count: int, name: str) -> None:
    rule = preset(name)
    assert rule.rounded(count) == count and rule.possible(count) == (count, count)
