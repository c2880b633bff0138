"""Courses that might have been are priced as a run would price them, exact until they are rounded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl
from both_costings import frames_of
from costed import Case

from childjourneys.costs.days import FAR, number
from childjourneys.costs.facts import children_of
from childjourneys.costs.kernel import LedgerKernel, scene_of
from childjourneys.costs.nights import course_from
from childjourneys.costs.occurrences import Window
from childjourneys.costs.pricer import Pricer
from childjourneys.domain.calendar import england

PRICES = """
entries:
  - {id: home, kind: placement, unit: week, amount: 5000, price_year: 2024/25, when: {placement: [K2]}}
  - {id: young, kind: placement, unit: week, amount: 333.33, price_year: 2024/25,
     when: {placement: [foster_la], age_under: 10}}
  - {id: old, kind: placement, unit: week, amount: 444.44, price_year: 2024/25,
     when: {placement: [foster_la], age_from: 10}}
  - {id: settling, kind: process, process: lac.3, unit: week, amount: 70, price_year: 2024/25,
     when: {weeks_in_placement: [0, 13]}}
  - {id: settled, kind: process, process: lac.3, unit: week, amount: 7, price_year: 2024/25,
     when: {weeks_in_placement: [13, null]}}
  - {id: search, kind: process, process: lac.5, unit: event, amount: 200, price_year: 2024/25}
  - {id: search_hard, kind: process, process: lac.5, unit: event, amount: 50, additional: true,
     price_year: 2024/25, when: {difficult_to_place: true}}
"""


def _pricer() -> Pricer:
    """One child in a home since 1 January 2025, who turns ten on 1 March; disabled, with a high score."""
    case = Case(PRICES, start="2025-01-01", end="2025-06-30").born("2015-03-01", disability="LD")
    case.row("oc2", sdq_score=30, as_at="2025-03-31").price("2025-01-01", "2025-02-01", "9999")
    run = case.episode("S", "2025-01-01", None, "K2", "PR4").run()
    tables = frames_of(run)
    kernel = LedgerKernel(run.catalogue, run.start, run.end, england(), prices_given=True)
    children = children_of(tables, run.catalogue.settings)
    scene, _, _ = scene_of(tables, children, "main")
    return Pricer(scene, kernel.terms(), kernel.window)


def _amounts(pricer: Pricer) -> dict[str, Fraction]:
    priced = pricer.nights()
    found: dict[str, Fraction] = {}
    for row in range(len(priced.spans)):
        entry = pricer.terms.items[int(priced.item[row])].entry_id
        found[entry] = found.get(entry, Fraction(0)) + priced.exact(row)
    return found


def test_what_was_has_the_price_of_its_own() -> None:
    found = _amounts(_pricer())
    # 31 nights at 9,999 a week, then 150 nights at 5,000.
    assert found["child_price"] == Fraction(31, 7) * 999_900
    assert found["home"] == Fraction(150, 7) * 500_000


def test_two_other_courses_of_one_child_side_by_side() -> None:
    moved = pl.DataFrame(
        {
            "child_no": [0, 0, 1],
            "start": [number(date(2025, 1, 1)), number(date(2025, 2, 12)), number(date(2025, 1, 1))],
            "end": [number(date(2025, 2, 12)), FAR, FAR],
            "place": ["K2", "U6", "U6"],
            "provider": ["PR4", "PR1", "PR1"],
        }
    )
    pricer = _pricer().copies(np.array([0, 0]), course_from(moved))
    priced = pricer.nights()
    by_copy: list[dict[str, Fraction]] = [{}, {}]
    for row in range(len(priced.spans)):
        held = by_copy[int(priced.child[row])]
        entry = pricer.terms.items[int(priced.item[row])].entry_id
        held[entry] = held.get(entry, Fraction(0)) + priced.exact(row)
    # Six weeks in the home, at the catalogue's price: his own was for the placement that was. Then foster
    # care to 30 June: 17 nights before his birthday, 122 from it on.
    assert by_copy[0]["home"] == 6 * 500_000
    assert by_copy[0]["young"] == Fraction(17, 7) * 33_333
    assert by_copy[0]["old"] == Fraction(122, 7) * 44_444
    # The new placement begins a new stay: 6 weeks, and 13 more, at the rate of the beginning.
    assert by_copy[0]["settling"] == 19 * 7000
    assert by_copy[0]["settled"] == Fraction(139 - 91, 7) * 700
    assert by_copy[1]["young"] == Fraction(59, 7) * 33_333
    assert by_copy[1]["settling"] == 13 * 7000
    assert "child_price" not in by_copy[0] | by_copy[1]


def test_pence_are_the_exact_amounts_rounded_once() -> None:
    priced = _pricer().nights()
    exact = [priced.exact(row) for row in range(len(priced.spans))]
    assert priced.pence().tolist() == [int(one + Fraction(1, 2)) for one in exact]
    assert any(one.denominator > 1 for one in exact)


def test_a_search_for_another_placement_on_a_day() -> None:
    pricer = _pricer()
    priced = pricer.events_on("lac.5", np.array([0]), np.array([number(date(2025, 4, 1))]))
    told = {
        pricer.terms.items[int(item)].entry_id: pence
        for item, pence in zip(priced.item, priced.pence(), strict=True)
    }
    assert told == {"search": 20_000, "search_hard": 5_000}
    outside = pricer.events_on("lac.5", np.array([0]), np.array([number(date(2025, 7, 1))]))
    assert len(outside.event) == 0


def test_the_same_course_as_it_was_costs_the_same() -> None:
    pricer = replace(_pricer(), window=Window(number(date(2025, 2, 1)), number(date(2025, 7, 1))))
    same = pricer.copies(np.array([0]), pricer.scene.course)
    assert _amounts(same) == _amounts(pricer)
