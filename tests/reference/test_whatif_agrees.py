"""A what-if and its plain reading tell the same differences of invented children, month by month."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from random import Random

import plain_costs
import pytest
from invented_costs import invented
from plain_costs_given import Run
from plain_whatif import Cells, PlainShift, dearer, net, shifted, simple
from planned import pieces_of_runs, planned_pieces

from childjourneys.costs.whatif.results import month_name

NAMES = ("residential", "foster", "kinship", "foster_agency", "independence")
TO = {"foster_la": ("U6", "PR1"), "residential_independent": ("K2", "PR4"), "U3": ("U3", None)}


def _near(exact: dict[tuple[int, str], Fraction], plain: Cells, lines: int) -> None:
    """To a fraction of a penny: the plain side is rounded at a millionth of one, line by line."""
    told = {(month_name(month), line): amount for (month, line), amount in exact.items()}
    for key in {*told, *plain}:
        assert abs(told.get(key, Fraction(0)) - plain.get(key, Fraction(0))) < Fraction(lines, 10_000), key


def _run(seed: int) -> Run:
    run = invented(seed)
    for row in run.tables["care_chain"]:
        # Stays with temporary placements are told by hand elsewhere.
        row["temporary"] = row["resumes"] = False
    return run


@pytest.mark.parametrize("seed", range(12))
def test_what_was_spent_is_the_same_before_rounding(seed: int) -> None:
    run = invented(seed)
    nothing = "  changes:\n    - {type: volume, match: {}, entrants_pct: 0}\n"
    told = planned_pieces(f"  start: {run.start}\n{nothing}", pieces_of_runs([run]))
    _near(told.found.base, net(run), 100)


def _shift(rng: Random, run: Run) -> tuple[str, PlainShift]:
    source, to = rng.choice(NAMES), rng.choice(sorted(TO))
    share, weeks = Fraction(rng.randrange(1, 10), 10), rng.choice((1, 4, 13, 26))
    start = run.start + timedelta(days=rng.randrange((run.end - run.start).days + 1))
    ages = rng.choice((None, (3, 15)))
    rate, back = rng.choice(((Fraction(0), 0), (Fraction(1, 4), 2), (Fraction(3, 10), 9)))
    text = (
        f"  start: {start}\n  changes:\n    - type: shift\n      to: {{placement: {to}}}\n"
        f"      from: {{placement: {source}{f', age: [{ages[0]}, {ages[1]}]' if ages else ''}}}\n"
        f"      share: {float(share)}\n      after_weeks: {weeks}\n"
    )
    if rate:
        text += f"      breakdown_rate: {float(rate)}\n      breakdown_after_weeks: {back}\n"
    place, provider = TO[to]
    return text, PlainShift(source, place, provider, share, weeks, start, ages, rate, back)


def _agree(seed: int) -> int:
    run = _run(seed)
    assert simple(run)
    text, shift = _shift(Random(seed), run)
    told = planned_pieces(text, pieces_of_runs([run]))
    plain, moved, meant = shifted(run, shift)
    assert (told.found.concerned, told.found.moved) == ([meant], [moved])
    _near(told.found.differences[0], plain, 100)
    return meant


def test_shifts_agree_with_care_written_anew() -> None:
    assert sum(_agree(seed) for seed in range(100, 130)) > 10


def test_prices_agree_with_a_catalogue_of_two_prices() -> None:
    different = 0
    for seed in range(300, 309):
        run, rng = invented(seed), Random(seed)
        known = [entry for entry in run.catalogue.entries if not entry.once_per and entry.kind != "grant"]
        used = {line.entry_id for line in plain_costs.cost(run).lines}
        known = [entry for entry in known if entry.id in used]
        if not known:
            continue
        start = run.start + timedelta(days=rng.randrange((run.end - run.start).days + 1))
        entry = rng.choice(known)
        match = f"match: {{entry: {entry.id}}}, change_pct: 25, from: {start}"
        text = f"  start: {run.start}\n  changes:\n    - {{type: price, {match}}}\n"
        told = planned_pieces(text, pieces_of_runs([run]))
        before, after = net(run), net(dearer(run, entry.id, start, Fraction(5, 4)))
        gain = {key: after.get(key, Fraction(0)) - before.get(key, Fraction(0)) for key in {*before, *after}}
        _near(told.found.differences[0], gain, 100)
        different += any(gain.values())
    assert different > 1


@pytest.mark.slow
def test_shifts_agree_on_many_more() -> None:
    assert sum(_agree(seed) for seed in range(2000, 2400)) > 100
