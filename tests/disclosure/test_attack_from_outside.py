"""An attacker that shares no code with the product looks for what it gives away."""

from __future__ import annotations

import pytest
from disclosure_cases import every_table, found_out, guarded, population
from disclosure_families import FAMILIES

from childjourneys.disclosure import (
    PRESETS,
    Problem,
    Row,
    attack,
    counts_table,
    one_way,
    preset,
    protect,
    totals,
)

SEEDS = {"flat": 150, "released again": 12}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_is_given_away(name: str, family: str) -> None:
    for seed in range(SEEDS.get(family, 30)):
        problem, said = FAMILIES[family](seed, name)
        solution = protect(problem)
        assert solution.safe, seed
        assert found_out(problem, solution.hidden, said=said, seed=seed) == [], seed


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_is_given_away_by_many_tables_together(name: str) -> None:
    for seed in range(3):
        problem, _ = population(seed, name)
        solution = protect(problem)
        assert solution.safe
        assert found_out(problem, solution.hidden, seed=seed, most=20) == []


@pytest.mark.parametrize("name", PRESETS)
def test_tables_tried_one_by_one(name: str) -> None:
    """No programme at all: every table of whole numbers that agrees with what is printed."""
    tried = 0
    for counts in ((1, 4, 12), (2, 2, 11), (0, 3, 15, 1), (8, 9, 1), (10, 12, 0, 2), (5, 6, 7)):
        problem = Problem(preset(name))
        counts_table(problem, "kind", {f"g{g}": count for g, count in enumerate(counts)})
        solution = protect(problem)
        if solution.hides(("counts", "kind")):
            continue
        tried += 1
        found = every_table(problem, solution.hidden)
        for place, values in guarded(problem).items():
            assert values <= found[place], counts
    assert tried >= 4


@pytest.mark.parametrize("name", PRESETS)
def test_hiding_the_small_alone_is_found_to_be_unsafe(name: str) -> None:
    """The attacker outside and the one inside agree on it, table by table."""
    caught = 0
    for family in ("flat", "one table", "months", "nested", "crossed"):
        for seed in range(8):
            problem, said = FAMILIES[family](seed, name)
            alone = protect(problem).by_rule
            inside = attack(problem, alone)
            outside = found_out(problem, alone, said=said, seed=seed)
            assert not outside or inside
            assert {place for place, _ in outside} <= {" / ".join(each.name) for each in inside}
            caught += bool(outside)
    assert caught >= 10


@pytest.mark.parametrize("family", ["one table", "overlapping", "nested", "crossed", "with variant"])
def test_one_hidden_cell_less_is_often_too_few(family: str) -> None:
    """Every single further cell was needed: to show it again gives something away."""
    looked_at = 0
    for seed in range(25):
        problem, _ = FAMILIES[family](seed, "dfe")
        if problem.nobody_left():
            continue
        solution = protect(problem)
        further = sorted(solution.hidden - solution.by_rule)
        for place in further[:2]:
            looked_at += 1
            assert attack(problem, solution.hidden - {place})
    assert looked_at >= 10


def test_the_attack_finds_what_only_two_tables_together_give_away() -> None:
    problem = Problem(preset("dfe"))
    totals(problem, Row(100, 40))
    one_way(problem, "sex", {"F": Row(60, 25), "M": Row(40, 15)})
    one_way(problem, "factor", {"1A": Row(97, 37)}, overlap=True)
    # Nothing printed is small; the three that don't have the factor are all matches.
    assert {(each.name, each.value) for each in attack(problem, ())} >= {
        (("n", "factor", "all but", "1A"), 1),
        (("matches", "factor", "all but", "1A"), 5),
    }
    solution = protect(problem)
    assert solution.safe and not solution.hides(("n",)) and not solution.hides(("matches",))
    assert solution.hides(("n", "factor", "1A")) and not solution.hides(("n", "sex", "F"))
