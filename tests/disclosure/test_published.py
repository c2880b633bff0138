from __future__ import annotations

import polars as pl
import pytest

from childjourneys.disclosure import (
    MARK,
    DisclosureError,
    Problem,
    Row,
    hidden_log,
    mark,
    one_way,
    percentages,
    preset,
    protect,
    published,
    totals,
)
from childjourneys.disclosure.tables import Table


def two_groups(name: str) -> tuple[Problem, Table]:
    problem = Problem(preset(name))
    totals(problem, Row(263, 100))
    return problem, one_way(problem, "d", {"a": Row(203, 71), "b": Row(50, 26), "c": Row(10, 3)})


def test_headings_rows_and_the_mark() -> None:
    problem, table = two_groups("dfe")
    frame = published(protect(problem), table)
    assert frame.columns == ["group", "n", "matches", "other", "rate %", "low %", "high %"]
    assert frame["group"].to_list() == ["a", "b", "c", "Total"]
    assert frame.row(0) == ("a", "203", "71", "132", "35.0", "28.7", "41.8")
    assert frame.row(2) == ("c", "10", MARK, MARK, MARK, MARK, MARK)
    assert frame.row(1)[4:] == (MARK,) * 3
    assert set(frame.dtypes) == {pl.String}


def test_under_rounding_percentages_come_from_rounded_counts() -> None:
    problem, table = two_groups("opensafely")
    frame = published(protect(problem), table)
    # 70 of 205, not 71 of 203.
    assert frame.row(0)[:5] == ("a", "205", "70", "130", "34.1")
    assert frame.row(2)[1:] == ("10", *[MARK] * 5)


def test_no_exact_hidden_number_stands_in_the_table() -> None:
    problem, table = two_groups("dfe")
    solution = protect(problem)
    texts = [text for row in published(solution, table).rows() for text in row]
    hidden = {problem.cells[place].count for place in solution.hidden}
    assert hidden and not hidden & {int(text) for text in texts if text and text.isdigit()}


def test_overlapping_groups_end_in_all_anchors() -> None:
    problem, _ = two_groups("dfe")
    table = one_way(problem, "f", {"1A": Row(100, 40)}, overlap=True)
    assert published(protect(problem), table)["group"].to_list() == ["1A", "All anchors"]


def test_percentages_of_nobody_are_blank() -> None:
    assert percentages([0, 8, None], [0, 1, None]).rows() == [
        (None, None, None),
        ("12.5", "2.2", "47.1"),
        (MARK, MARK, MARK),
    ]
    # 12.25 per cent is 12.3, though no binary fraction says so.
    assert percentages([400], [49])["rate %"].to_list() == ["12.3"]


def test_the_log_of_what_was_hidden() -> None:
    problem, table = two_groups("dfe")
    assert hidden_log(protect(problem), [table]).rows() == [("d", "dfe", 12, 1, 3)]


def test_any_frame_can_be_marked() -> None:
    problem, _ = two_groups("dfe")
    frame = pl.DataFrame(
        {
            "dimension": "d",
            "group": ["a", "c"],
            "n": [203, 10],
            "m": [71, 3],
            "rate": [0.35, 0.3],
            "p": [0.1, 0.2],
        }
    )
    solution = protect(problem)
    counts = {"n": ("n", "{dimension}", "{group}"), "m": ("matches", "{dimension}", "{group}")}
    derived = {"p": [counts["n"], counts["m"]]}
    rates = {"rate": ("n", "m")}
    marked = mark(frame, solution, ["dimension", "group"], counts, derived, rates)
    assert marked.rows() == [
        ("d", "a", "203", "71", "35.0", "0.1"),
        ("d", "c", "10", MARK, MARK, MARK),
    ]
    with pytest.raises(DisclosureError, match="has to be named once, with what it comes from: p"):
        mark(frame, solution, ["dimension", "group"], counts, {}, rates)
    rounded = protect(two_groups("opensafely")[0])
    with pytest.raises(DisclosureError, match="worked out from exact counts"):
        mark(frame, rounded, ["dimension", "group"], counts, derived, rates)


def test_a_table_that_was_not_protected_is_refused() -> None:
    problem, table = two_groups("dfe")
    other, _ = two_groups("dfe")
    late = one_way(other, "late", {"a": Row(263, 100)})
    with pytest.raises(DisclosureError, match="No table of this problem"):
        published(protect(problem), late)
    assert published(protect(problem), table).height == 4
