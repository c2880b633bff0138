from __future__ import annotations

import random

import pytest
from disclosure_cases import found_out

from childjourneys.disclosure import (
    MARK,
    DisclosureError,
    Problem,
    Release,
    Row,
    dominated,
    join_earlier,
    money_table,
    nest,
    one_way,
    preset,
    protect,
    published,
    same,
    totals,
    variant,
)


def by_sex(female: Row, male: Row) -> Problem:
    problem = Problem(preset("dfe"))
    totals(problem, Row(female.n + male.n, female.matches + male.matches))
    one_way(problem, "sex", {"F": female, "M": male})
    return problem


def test_three_more_than_last_time_are_protected() -> None:
    before = by_sex(Row(100, 40), Row(120, 50))
    now = by_sex(Row(103, 41), Row(150, 80))
    assert protect(now).hidden == frozenset()
    join_earlier(now, Release.of(protect(before)), "2024")
    solution = protect(now)
    assert solution.safe and solution.hides(("n", "sex", "F"))
    assert not solution.hides(("n",))
    assert found_out(now, solution.hidden) == []


def test_what_was_hidden_before_stays_protected() -> None:
    before = by_sex(Row(100, 3), Row(120, 50))
    first = protect(before)
    assert first.hides(("matches", "sex", "F"))
    # Nobody new among the girls: in print now, the 3 of then would be known.
    now = by_sex(Row(100, 3), Row(160, 70))
    join_earlier(now, Release.of(first), "2024")
    solution = protect(now)
    assert solution.hides(("matches", "sex", "F")) and found_out(now, solution.hidden) == []


def test_a_release_is_read_from_what_was_printed() -> None:
    problem = by_sex(Row(100, 3), Row(120, 50))
    solution = protect(problem)
    names = [cell.name for cell in problem.cells]
    printed = {name: solution.text(name) for name in names}
    assert Release.read(problem, printed) == Release.of(solution)
    with pytest.raises(DisclosureError, match="was published with another number"):
        Release.read(problem, printed | {("n",): "221"})


def test_what_no_hiding_can_help_is_not_published() -> None:
    """Last time all was printed that now would have to be hidden."""
    before = by_sex(Row(100, 40), Row(120, 50))
    careless = Release(by_sex(Row(100, 3), Row(120, 50)), frozenset())
    now = by_sex(Row(140, 40), Row(120, 50))
    join_earlier(now, careless, "2023")
    join_earlier(now, Release.of(protect(before)), "2024")
    solution = protect(now)
    assert not solution.safe
    with pytest.raises(DisclosureError, match="can't be published"):
        solution.text(("n",))


def test_neither_part_of_the_other_is_refused() -> None:
    now = by_sex(Row(90, 40), Row(160, 50))
    with pytest.raises(DisclosureError, match="neither population is part of the other"):
        join_earlier(now, Release.of(protect(by_sex(Row(100, 40), Row(120, 50)))), "2024")


def test_a_variant_is_linked_in_every_group() -> None:
    problem = Problem(preset("dfe"))
    for prefix, less in (("wide",), 0), (("narrow",), 2):
        totals(problem, Row(300, 150 - less), prefix=prefix)
        one_way(problem, "d", {"a": Row(100, 50 - less), "b": Row(200, 100)}, prefix=prefix)
    assert protect(problem).hidden == frozenset()
    variant(problem, ("narrow",), ("wide",))
    solution = protect(problem)
    assert solution.safe and found_out(problem, solution.hidden) == []
    for labels in ((), ("d", "a")):
        names = [(*prefix, "matches", *labels) for prefix in (("wide",), ("narrow",))]
        assert any(solution.hides(name) for name in names)


def test_links_to_tables_that_are_not_there_are_refused() -> None:
    problem = by_sex(Row(100, 40), Row(120, 50))
    with pytest.raises(DisclosureError, match="no table by weekday"):
        nest(problem, "weekday", "sex", {"Mon": "F"})
    with pytest.raises(DisclosureError, match="do not add up"):
        same(problem, ("n", "sex", "F"), ("n", "sex", "M"))


@pytest.mark.parametrize(
    ("amounts", "one_stands_out"),
    [
        ([], False),
        ([0, 0], False),
        ([100], True),
        ([100, 90], True),
        ([100, 90, 10], False),
        ([100, 90, 9], True),
    ],
)
def test_dominance(amounts: list[int], one_stands_out: bool) -> None:
    assert dominated(amounts) is one_stands_out


def test_amounts_of_few_children_or_of_one_most_of_all_are_hidden() -> None:
    chance = random.Random(4)
    many = [chance.randrange(500, 3000) for _ in range(40)]
    problem = Problem(preset("dfe"))
    groups = {"few": [900, 800, 700], "one": [90_000, *[10] * 20], "many": many, "more": many * 2}
    table = money_table(problem, "placement", groups)
    solution = protect(problem)
    frame = published(solution, table)
    assert dict(frame.rows())["few"] == dict(frame.rows())["one"] == MARK
    assert dict(frame.rows())["Total"] == str(sum(sum(amounts) for amounts in groups.values()))
    assert solution.safe and found_out(problem, solution.hidden) == []


def test_an_amount_alone_with_a_printed_total_takes_another_with_it() -> None:
    problem = Problem(preset("dfe"))
    even = [1000] * 30
    money_table(problem, "placement", {"few": [900, 800], "a": even, "b": even * 2})
    solution = protect(problem)
    assert solution.hides(("pounds", "placement", "few")) and len(solution.hidden) == 2
    assert not solution.hides(("pounds", "placement"))


def test_amounts_are_hidden_where_their_counts_are() -> None:
    problem = Problem(preset("dfe"))
    even = [1000] * 30
    money_table(problem, "placement", {"a": even, "b": even * 2, "c": even}, hidden=["a"])
    assert protect(problem).hides(("pounds", "placement", "a"))
