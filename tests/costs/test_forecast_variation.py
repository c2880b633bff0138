"""Years differ by more than chance: how much is found, and ranges of a forecast as wide as that asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from childjourneys.costs.forecast import forecast as module
from childjourneys.costs.forecast.forecast import forecast
from childjourneys.costs.forecast.rates import Rates
from childjourneys.costs.forecast.stays import BANDS, Floats, Ints, Stays
from childjourneys.costs.forecast.variation import Variation, variation_of

LA, STATES, WARM = "301", 6, 3
SHARES = np.array([0.4, 0.2, 0.12, 0.1, 0.1, 0.08])
FOREVER = 2**31 - 1
# How far the years' factors spread, by what they multiply: entries, leaving and moves, all together
# (`whole`), or by the state left or entered.
Spreads = Mapping[str, float]


def year(
    entries: Sequence[float], moves: Sequence[Sequence[float]] | None = None, nights: float = 1000.0
) -> Rates:
    """A year of two states in one band of age; the last column of moves is leaving care."""
    born = np.zeros((216, 2))
    born[30] = entries
    moved = np.zeros((len(BANDS), 2, 3))
    moved[1] = moves if moves is not None else np.zeros((2, 3))
    slept = np.zeros((len(BANDS), 2))
    slept[1] = nights
    return Rates(slept, moved, born, 12.0)


def test_a_whole_kind_of_move_by_hand() -> None:
    # 60 and 40 where 50 are expected: chi-squared 4, one degree of freedom; it grows by
    # 100 - (50^2 + 50^2) / 100 = 50 for each unit of variance. 3 / 50.
    found = variation_of([year([60, 0]), year([40, 0])])
    assert found.years == 2
    assert found.entries.whole == pytest.approx(0.06)
    # Of leaving and moving nothing is known but that.
    assert found.leaving.whole == found.moves.whole == pytest.approx(0.06)
    assert found.entries.entered == 0


def test_states_beside_what_all_share_by_hand() -> None:
    # 100 entries in each year, so nothing is shared. By state 70, 30 and 30, 70 where 50 are expected:
    # chi-squared 4 x 400 / 50 = 32, one degree of freedom; 31 / (100 x 1/2), since each state is half.
    found = variation_of([year([70, 30]), year([30, 70])])
    assert found.entries.whole == 0
    assert found.entries.entered == pytest.approx(31 / 50)
    # The same counts of moves, out of states and into them.
    one, two = [[0, 70, 0], [30, 0, 0]], [[0, 30, 0], [70, 0, 0]]
    moved = variation_of([year([0, 0], one), year([0, 0], two)]).moves
    assert (moved.left, moved.entered) == pytest.approx((31 / 50, 31 / 50))
    # Who leaves care does so out of a state; nights twice as many explain twice as many leavings.
    left = [[0, 0, 20], [0, 0, 10]], [[0, 0, 40], [0, 0, 20]]
    steady = variation_of([year([0, 0], left[0]), year([0, 0], left[1], nights=2000.0)])
    assert steady.leaving.whole == steady.leaving.left == 0


def test_one_year_tells_nothing_and_no_spread_is_below_none() -> None:
    assert variation_of([year([60, 40])]) == Variation(1)
    assert variation_of([year([50, 50]), year([50, 50]), year([50, 50])]) == Variation(3)
    assert variation_of([year([1000, 0]), year([1, 0])]).entries.whole == pytest.approx(0.99, abs=0.02)


def test_a_planted_spread_comes_back() -> None:
    """400 times four years: the mean of the spreads found is within a tenth of the planted ones."""
    chance = np.random.default_rng(4)

    def found(whole: float, states: float) -> tuple[float, float]:
        results = []
        for _ in range(400):
            shared = chance.gamma(1 / whole, whole, 4) if whole else np.ones(4)
            own = chance.gamma(1 / states, states, (4, 2)) if states else np.ones((4, 2))
            counts = chance.poisson(400 * shared[:, None] * own)
            spread = variation_of([year(list(row)) for row in counts]).entries
            results.append((spread.whole, spread.entered))
        one, other = np.mean(results, axis=0)
        return float(one), float(other)

    # What states do by themselves does not cancel out over two of them: half of it is shared by chance.
    assert found(0.04, 0.0) == pytest.approx((0.04, 0.0), abs=0.004)
    assert found(0.0, 0.04)[1] == pytest.approx(0.04, abs=0.004)
    # Where there is none, next to none is found: the variance of such counts by chance is 1 / 800.
    nothing = found(0.0, 0.0)
    assert nothing[0] < 0.5 / 800
    assert nothing[1] < 0.5 / 400


def world(seed: int, years: int, spreads: Spreads) -> tuple[Stays, date, date]:
    """Stays of an authority with about 200 children, whose rates each year multiplies by its own factors."""
    chance = np.random.default_rng(seed)
    cuts = np.array([day_of(date(2025 - back, 4, 1)) for back in range(years + WARM, -1, -1)])
    factors = {name: drawn(chance, spread, len(cuts) - 1, name) for name, spread in spreads.items()}
    share = np.tile(SHARES, (STATES, 1))
    np.fill_diagonal(share, 0)
    share /= share.sum(axis=1, keepdims=True)
    # Columns: child, birth, state, start, whether care begins.
    here: Ints = np.zeros((0, 5), np.int64)
    ended: list[Ints] = []
    children = 0
    for number, (begin, end) in enumerate(pairwise(cuts)):
        now = {name: factor[number] for name, factor in factors.items()}
        leave = (1 / 500) * now.get("leaving", 1.0) * now.get("left", np.ones(STATES))
        move = (1 / 400) * share * now.get("moves", 1.0) * now.get("entered", np.ones(STATES))
        out = np.concatenate([move, (leave * np.ones(STATES))[:, None]], axis=1)
        total = out.sum(axis=1)
        to_add = (out / total[:, None]).cumsum(axis=1)
        coming = 20 / 30.4375 * SHARES * now.get("entries", 1.0) * now.get("come", np.ones(STATES))
        for day in range(begin, end):
            adult = day - here[:, 1] >= 6575
            goes = (chance.random(len(here)) < total[here[:, 2]]) | adult
            leaving = here[goes]
            to = (chance.random(len(leaving))[:, None] > to_add[leaving[:, 2]]).sum(axis=1)
            to = np.where(adult[goes] | (to == STATES), -1, to)
            ended.append(np.c_[leaving, np.full(len(leaving), day), to])
            on = leaving[to >= 0]
            on[:, 2], on[:, 3], on[:, 4] = to[to >= 0], day, 0
            come = np.repeat(np.arange(STATES), chance.poisson(coming))
            fresh = np.c_[
                np.arange(children, children + come.size), day - chance.integers(0, 6200, come.size), come,
                np.full(come.size, day), np.ones(come.size),
            ].astype(np.int64)  # fmt: skip
            children += come.size
            here = np.concatenate([here[~goes], on, fresh])
    ended.append(np.c_[here, np.full(len(here), FOREVER), np.full(len(here), -1)])
    rows = np.concatenate(ended)
    birthdays = rows[:, 1][:, None] + np.array([0, 365, 1826, 3652, 5844, 6575])
    states = tuple((f"place {state}", "own") for state in range(STATES))
    stays = Stays(states, rows[:, 2], rows[:, 3], rows[:, 5], rows[:, 4] == 1, rows[:, 6], birthdays, 0, 0)
    return stays, date(2025 - years, 4, 1), date(2025, 3, 31)


def drawn(chance: np.random.Generator, spread: float, years: int, name: str) -> Floats:
    size = (years, STATES) if name in ("come", "left", "entered") else (years, 1)
    return chance.gamma(1 / spread**2, spread**2, size)


def day_of(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def told(worlds: Iterable[tuple[Stays, date, date]]) -> tuple[float, float, float]:
    """Of some worlds: the share of states and of totals inside the range, and the median width of it."""
    inside, whole, widths = [], [], []
    for stays, first, last in worlds:
        covered = pl.DataFrame({"la_code": [LA], "kind": ["placement"], "from": [first], "to": [last]})
        test = forecast(LA, stays, covered, months=1).test
        inside += test["inside"][:-1].to_list()
        whole.append(test["inside"][-1])
        widths += ((test["high"] - test["low"]) / test["actual"].clip(1))[:-1].to_list()
    return float(np.mean(inside)), float(np.mean(whole)), float(np.median(widths))


def told_without(
    worlds: Iterable[tuple[Stays, date, date]], monkeypatch: pytest.MonkeyPatch
) -> tuple[float, float, float]:
    """The same where nothing is known of years."""
    with monkeypatch.context() as patched:
        patched.setattr(module, "variation_of", lambda _: Variation(1))
        return told(worlds)


def test_ranges_hold_what_years_that_differ_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six worlds: 36 states, whose moves in differ by 50% between years, and entries by 30%."""
    worlds = [world(seed, 4, {"entered": 0.5, "come": 0.3}) for seed in range(6)]
    with_it, _, width = told(worlds)
    without, _, narrow = told_without(worlds, monkeypatch)
    assert with_it >= 0.85
    assert without < with_it - 0.1
    assert width > 1.3 * narrow


@pytest.mark.slow
@pytest.mark.parametrize(
    "spreads",
    [
        {"entries": 0.2},
        {"leaving": 0.2, "entries": 0.15},
        {"come": 0.3, "left": 0.3},
        {"entered": 0.4},
        {"entries": 0.15, "come": 0.3, "left": 0.3, "entered": 0.4, "leaving": 0.15},
    ],
    ids=lambda spreads: "-".join(spreads),
)
@pytest.mark.parametrize("years", [3, 5])
def test_the_year_held_back_lies_inside_about_as_often_as_said(years: int, spreads: Spreads) -> None:
    """40 worlds with 6 states each: 95% inside, less four standard errors of worlds at the most.

    States of a world hang together, so a standard error is taken as that of 40 x 3 states: 2 points.
    """
    inside, whole, _ = told(world(seed, years, spreads) for seed in range(40))
    assert 0.88 <= inside <= 0.995
    assert whole >= 0.83


@pytest.mark.slow
@pytest.mark.parametrize("years", [3, 4, 5])
def test_where_years_do_not_differ_ranges_hardly_widen(years: int, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = [world(seed, years, {}) for seed in range(40)]
    inside, _, width = told(worlds)
    _, _, narrow = told_without(worlds, monkeypatch)
    assert 0.92 <= inside <= 0.995
    assert narrow <= width < (1.25 if years == 3 else 1.15) * narrow
