"""What must hold of every scenario: nothing changed is nothing, rows foot, pieces do not matter."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from invented_costs import invented
from plain_costs_given import Run
from planned import Planned, pieces_of_runs, planned_pieces

from childjourneys.costs.whatif.results import (
    break_even_between,
    break_even_share,
    payback,
    rounded,
    shared_out,
)
from childjourneys.costs.whatif.sums import Amounts, cells, summed
from childjourneys.costs.whatif.weights import Weights, joined_weights

SEEDS = range(200, 212)
NOTHING = """    - {type: shift, from: {}, to: {placement: foster_la}, share: 0, after_weeks: 4,
       breakdown_rate: 0.5, breakdown_after_weeks: 2}
    - {type: price, match: {}, change_pct: 0, from: 2019-06-01}
    - {type: volume, match: {}, entrants_pct: 0}
    - {type: duration, match: {}, weeks: 0}
    - {type: new_service, cost: {}, eligible: {}, effect: {type: avoid_entry, rate: 0}}
    - {type: new_service, cost: {}, eligible: {}, effect: {type: duration, rate: 0, weeks: -3}}
    - {type: inflation, index: prices, pct_by_year: {2020/21: 0}}
"""
MUCH = """    - {type: shift, from: {placement: [foster, residential]}, to: {placement: residential_la},
       share: 0.3, after_weeks: 2, breakdown_rate: 0.25, breakdown_after_weeks: 2}
    - {type: price, match: {process: lac.3}, change_pct: 7, from: 2019-08-01}
    - {type: volume, match: {}, entrants_pct: 15}
    - {type: provider_mix, placement: foster, mix: {PR1: 0.35, PR4: 0.65}}
    - {type: duration, match: {}, weeks: -1}
"""


def _worked(run: Run, changes: str, pieces: int = 1, others: tuple[str, ...] = ()) -> Planned:
    head = f"  start: {run.start}\n  changes:\n"
    runs = [run]
    if pieces > 1:
        whole = sorted({row["child_id"] for rows in run.tables.values() for row in rows})
        runs = []
        for part in range(pieces):
            mine = set(whole[part::pieces])
            tables = {
                name: [row for row in rows if row["child_id"] in mine] for name, rows in run.tables.items()
            }
            runs.append(replace(run, tables={"care_chain": [], **tables}))
    return planned_pieces(head + changes, pieces_of_runs(runs), [head + other for other in others])


def _with_prices_index(seed: int) -> Run:
    run = invented(seed)
    entry = replace(run.catalogue.entries[0], index=(("", "prices"),), components=())
    return replace(run, catalogue=replace(run.catalogue, entries=(entry, *run.catalogue.entries[1:])))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_changed_is_the_base_to_the_penny(seed: int) -> None:
    told = _worked(_with_prices_index(seed), NOTHING)
    assert all(amount == 0 for step in told.found.differences for amount in step.values())
    assert all(row.base == row.scenario for row in told.rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_foot_to_totals_that_were_rounded_once(seed: int) -> None:
    told = _worked(invented(seed), MUCH)
    exact = sum(told.found.base.values(), Fraction(0))
    for at, name in enumerate(dict.fromkeys(row.change for row in told.rows)):
        mine = [row for row in told.rows if row.change == name]
        assert sum(row.base for row in mine) == rounded(exact)
        exact += sum(told.found.differences[at].values(), Fraction(0))
        assert sum(row.scenario for row in mine) == rounded(exact)
    # The scenario of a change is the base of the next, row by row: differences add up.
    names = list(dict.fromkeys(row.change for row in told.rows))
    for before, after in pairwise(names):
        ends = {(row.month, row.line): row.scenario for row in told.rows if row.change == before}
        begins = {(row.month, row.line): row.base for row in told.rows if row.change == after}
        assert {key: value for key, value in ends.items() if value} == {
            key: value for key, value in begins.items() if value
        }


@pytest.mark.parametrize("seed", SEEDS)
def test_pieces_and_runs_change_nothing(seed: int) -> None:
    run = replace(invented(seed), prices=[])
    one, three = _worked(run, MUCH), _worked(run, MUCH, 3)
    assert one.rows == three.rows == _worked(run, MUCH).rows
    assert one.found.differences == three.found.differences


def test_scenarios_with_another_number_come_to_what_they_come_to_by_themselves() -> None:
    other = {
        "share": MUCH.replace("share: 0.3", "share: 0.7"), "rate": MUCH.replace("rate: 0.25", "rate: 0.9"),
        "weeks": MUCH.replace("after_weeks: 2,", "after_weeks: 5,", 1),
        "price": MUCH.replace("change_pct: 7", "change_pct: -20"),
        "mix": MUCH.replace("0.35", "0.8").replace("0.65", "0.2"),
        "volume": MUCH.replace("entrants_pct: 15", "entrants_pct: 40"),
        "length": MUCH.replace("weeks: -1", "weeks: -3"),
    }  # fmt: skip
    different = 0
    for seed in SEEDS[:5]:
        run = invented(seed)
        told = _worked(run, MUCH, others=tuple(other.values()))
        for at, text in enumerate(other.values()):
            alone = _worked(run, text)
            exact = float(sum((sum(step.values()) for step in alone.found.differences), Fraction(0)))
            assert told.found.others[str(at)] == pytest.approx(exact, abs=0.01)
            different += exact != float(told.difference() * 100)
    assert different > 12


def test_a_sample_moves_whole_stays_and_is_the_same_for_its_seed() -> None:
    run = invented(203)
    sampled = [
        planned_pieces(
            f"  start: {run.start}\n  selection: {{sample: {seed}}}\n  changes:\n{MUCH.splitlines(True)[0]}"
            f"{MUCH.splitlines(True)[1]}",
            pieces_of_runs([run]),
        ).found.sampled
        for seed in (1, 1, 2, 3, 4, 5)
    ]
    assert sampled[0] == sampled[1]
    assert len(set(sampled)) > 1


def test_pennies_go_to_the_largest_remainders_and_of_equal_ones_to_the_earlier_month() -> None:
    third = Fraction(1, 3)
    assert shared_out({(2, "a"): third, (0, "b"): third, (1, "a"): third}) == {
        (0, "b"): 1, (1, "a"): 0, (2, "a"): 0,
    }  # fmt: skip
    # 10.6 less 3.7: 6.9 is 7. Down they are 10 and -3: nothing is missing.
    assert shared_out({(0, "a"): Fraction("10.6"), (0, "b"): Fraction("-3.7")}) == {
        (0, "a"): 10,
        (0, "b"): -3,
    }
    # 10.1 less 3.9: 6.2 is 6; 10 and -3 are 7, so the credit has another penny.
    assert shared_out({(0, "a"): Fraction("10.1"), (0, "b"): Fraction("-3.9")}) == {
        (0, "a"): 10,
        (0, "b"): -4,
    }
    assert shared_out({}) == {}
    rng = Random(5)
    for _ in range(300):
        given = {(at, "x"): Fraction(rng.randrange(-900, 900), rng.randrange(1, 40)) for at in range(9)}
        told = shared_out(given)
        assert sum(told.values()) == rounded(sum(given.values(), Fraction(0)))
        assert all(abs(told[key] - given[key]) <= 1 for key in given)


def test_payback_is_the_first_month_from_which_the_net_stays_below() -> None:
    assert payback([("a", 10), ("b", -4), ("c", -6), ("d", -1)]) == "c"
    assert payback([("a", -1), ("b", 5), ("c", -5)]) == "c"
    assert payback([("a", -1), ("b", 5)]) == ""
    assert payback([("a", 0)]) == "a"


def test_between_shares_the_first_that_comes_to_nothing_counts() -> None:
    half, all_of = Fraction(1, 2), Fraction(1)
    assert break_even_between([(Fraction(0), 100.0), (half, 50.0), (all_of, -50.0)]) == 0.75
    assert break_even_between([(Fraction(0), 100.0), (half, -100.0), (all_of, 100.0)]) == 0.25
    assert break_even_between([(Fraction(0), -10.0), (half, 10.0), (all_of, 20.0)]) == 0.25
    assert break_even_between([(Fraction(0), 0.2), (half, 50.0)]) == 0
    assert break_even_between([(Fraction(0), 100.0), (half, 50.0), (all_of, 50.0)]) is None


def test_the_break_even_share_lies_on_a_straight_line() -> None:
    # 1,000 to begin with, 4,000 saved if all move.
    assert break_even_share(1000.0, -3000.0) == 0.25
    assert break_even_share(1000.0, 2000.0) is None
    assert break_even_share(0.0, -10.0) == 0
    assert break_even_share(5.0, 5.0) is None
    assert break_even_share(1000.0, 0.0) == 1


def test_sums_are_exact_whatever_the_rates() -> None:
    rng = Random(1)
    import numpy as np

    size = 400
    rates = tuple(
        Fraction(rng.randrange(-(10**6), 10**6), rng.choice((1, 7, 10**9))) * Fraction(1021, 1000) ** power
        for power in range(40)
    )
    columns = {
        name: np.array([rng.randrange(1, high) for _ in range(size)], dtype=np.int64)
        for name, high in (("unit", 5), ("month", 4), ("top", 3650), ("bottom", 365 * 366 * 30))
    }
    rate = np.array([rng.randrange(40) for _ in range(size)], dtype=np.int64)
    line = np.array([rng.randrange(2) for _ in range(size)], dtype=np.int64)
    amounts = Amounts(**columns, line=line, rate=rate, rates=rates, lines=("a", "b"))
    weight = Weights.of([Fraction(one, 7) for one in range(5)])
    plain: dict[tuple[int, str], Fraction] = {}
    for at in range(size):
        key = int(columns["month"][at]), "ab"[line[at]]
        part = Fraction(int(columns["top"][at]), int(columns["bottom"][at])) * rates[rate[at]]
        plain[key] = plain.get(key, Fraction(0)) + part * Fraction(int(columns["unit"][at]), 7)
    assert cells(summed(amounts.weighted(weight), 1))[1] == plain


def test_weights_of_many_things_are_those_of_each() -> None:
    rng = Random(2)
    each = [[Fraction(rng.randrange(9), rng.choice((2, 3, 5))) for _ in range(50)] for _ in range(2)]
    one, other = (Weights.of(values) for values in each)
    pairs = list(zip(*each, strict=True))
    assert (one * other).each() == [a * b for a, b in pairs]
    assert (one - other).each() == [a - b for a, b in pairs]
    assert (one + other).each() == [a + b for a, b in pairs]
    assert joined_weights([one, other]).each() == each[0] + each[1]
    assert one.total() == sum(each[0])
    assert one.scaled(Fraction(1, 3)).each() == [a / 3 for a in each[0]]
