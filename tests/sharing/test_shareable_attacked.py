"""An attack on a pack as it is published, by integer programming, that shares no code with the product.

The attacker knows the rule, every published number, and which tables hold the same anchors. For every number
that the rule alone hides (1 to 5 anchors) each of the five values has to remain possible.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from shared_example import Example

OUTCOMES = ("match", "no_match", "match_early", "too_recent", "not_seen_before", "left", "unusable")
BROAD = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "C": "Asian", "O": "Other"}
Name = tuple[str, ...]


class Knowledge:
    """Numbers by name with what is known of each, and the sums between them."""

    def __init__(self) -> None:
        self.names: dict[Name, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.truth: list[int | None] = []
        self.sums: list[dict[int, int]] = []

    def number(self, name: Name, shown: Any = "c", truth: int | None = None) -> int:
        if name not in self.names:
            self.names[name] = len(self.low)
            self.low.append(0 if shown == "c" else shown)
            self.high.append(np.inf if shown == "c" else shown)
            self.truth.append(truth)
        return self.names[name]

    def add_up(self, parts: list[int], total: int) -> None:
        self.sums.append({**dict.fromkeys(parts, 1), total: -1})

    def add_up_but(self, parts: list[int], total: int, rest: Name) -> None:
        """What the parts leave is a number too, of which nothing is published."""
        self.add_up([*parts, self.number(rest)], total)

    def share(
        self, labels: Name, n: Any, matches: Any, exact: tuple[int, int] | None
    ) -> tuple[int, int, int]:
        every = self.number((*labels, "n"), n, exact and exact[0])
        some = self.number((*labels, "matches"), matches, exact and exact[1])
        others = self.number((*labels, "others"))
        self.add_up([some, others], every)
        if matches != "c" and matches > 0:
            self.low[others] = 1  # else all of them match, and matches would be hidden
        return every, some, others

    def can_be(self, place: int, value: int) -> bool:
        rows, columns, signs = [], [], []
        for row, terms in enumerate(self.sums):
            for column, sign in terms.items():
                rows.append(row)
                columns.append(column)
                signs.append(sign)
        low, high = np.array(self.low, dtype=float), np.array(self.high, dtype=float)
        low[place], high[place] = value, value
        matrix = csr_array((signs, (rows, columns)), shape=(len(self.sums), low.size))
        result = milp(np.zeros(low.size), constraints=LinearConstraint(matrix, 0, 0),
                      integrality=np.ones(low.size), bounds=Bounds(low, high))  # fmt: skip
        assert result.status in (0, 2), result.message
        return bool(result.status == 0)


def known_of(measure: dict[str, Any], example: Example) -> Knowledge:
    """What the pack says of one measure, and the exact numbers beside it, to judge by."""
    name = measure["measure"]
    exact = example.table("archetypes").row(by_predicate=pl.col("archetype") == name, named=True)
    groups = {
        (row["dimension"], row["group"]): (row["n"], row["matches"])
        for row in example.table("context").filter(measure=name).iter_rows(named=True)
    }
    months = {
        row["month"]: (row["n"], row["matches"])
        for row in example.table("trend").filter(measure=name).iter_rows(named=True)
    }
    known = Knowledge()
    whole = known.share(("all",), measure["n"], measure["matches"],
                        (exact["match"] + exact["no_match"], exact["match"]))  # fmt: skip
    known.truth[whole[2]] = exact["no_match"]
    outcomes = [whole[1], whole[2]]
    outcomes += [known.number(("outcome", one), measure["outcomes"][one], exact[one]) for one in OUTCOMES[2:]]
    shown = measure["outcomes"]["no_match"]
    if shown != "c":
        known.low[whole[2]] = known.high[whole[2]] = shown
    known.add_up(outcomes, known.number(("anchors",), measure["outcomes"]["anchors"], exact["anchors"]))
    tables: dict[str, dict[str, tuple[int, int, int]]] = {}
    for one in measure["strata"]:
        at = (one["dimension"], one["group"])
        tables.setdefault(at[0], {})[at[1]] = known.share(at, one["n"], one["matches"], groups[at])
    for one in measure["trend"]:
        tables.setdefault("trend", {})[one["month"]] = known.share(
            ("trend", one["month"]), one["n"], one["matches"], months[one["month"]]
        )
    numbers = groups | {("trend", month): counts for month, counts in months.items()}
    for dimension, shares in tables.items():
        parts = list(shares.values())
        if dimension in ("assessment_factor", "assessment_theme"):
            for group, share in shares.items():
                for kind in range(3):
                    known.add_up_but([share[kind]], whole[kind], ("not", dimension, group, str(kind)))
            continue
        complete = sum(numbers[dimension, group][0] for group in shares) == exact["match"] + exact["no_match"]
        for kind in range(3):
            places = [part[kind] for part in parts]
            if complete:
                known.add_up(places, whole[kind])
            else:
                known.add_up_but(places, whole[kind], ("elsewhere", dimension, str(kind)))
    link(known, tables)
    return known


def link(known: Knowledge, tables: dict[str, dict[str, tuple[int, int, int]]]) -> None:
    def nested(fine: str, coarse: str, of: dict[str, str]) -> None:
        for group, total in tables.get(coarse, {}).items():
            parts = [share for name, share in tables.get(fine, {}).items() if of.get(name) == group]
            for kind in range(3):
                if parts:
                    known.add_up_but(
                        [part[kind] for part in parts], total[kind], (fine, coarse, group, str(kind))
                    )

    week = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    days = dict.fromkeys(week, "Monday to Friday") | dict.fromkeys(("Saturday", "Sunday"), "weekend")
    for before in ("", "anchor_"):
        nested(f"{before}weekday", f"{before}weekend", days)
    nested("trend", "anchor_month", {month: month[-2:] for month in tables.get("trend", {})})
    ethnic = {
        code: BROAD[code[0]] for code in tables.get("ethnic_group", {}) if re.fullmatch("[A-Z]{4}", code)
    }
    nested("ethnic_group", "ethnic_group_5", ethnic | {"not known": "not known"})


def exposed(known: Knowledge, most: int | None = None) -> list[tuple[Name, int]]:
    names = {place: name for name, place in known.names.items()}
    small = [place for place, truth in enumerate(known.truth) if truth is not None and 1 <= truth <= 5]
    # The ends and what is between: tables that share totals can leave gaps.
    return [
        (names[place], value)
        for place in small[:most]
        for value in range(1, 6)
        if value != known.truth[place] and not known.can_be(place, value)
    ]


def test_the_attack_finds_what_primary_suppression_alone_gives_away(example: Example) -> None:
    """One table whose small numbers alone are hidden: the attack has to see through it."""
    measure = next(one for one in example.measures if one["strata"] and one["n"] not in ("c", 0))
    exact = example.table("context").filter(measure=measure["measure"], dimension="sex")
    rows = {row["group"]: (row["n"], row["matches"]) for row in exact.iter_rows(named=True)}
    known = Knowledge()
    n, matches = (sum(counts[at] for counts in rows.values()) for at in (0, 1))
    whole = known.share(("all",), n + 3, matches, (n + 3, matches))
    parts = [known.share(("sex", group), *counts, counts) for group, counts in rows.items()]
    parts.append(known.share(("sex", "U"), "c", 0, (3, 0)))
    for kind in range(3):
        known.add_up([part[kind] for part in parts], whole[kind])
    assert {name for name, _ in exposed(known)} >= {("sex", "U", "n")}


@pytest.mark.parametrize("part", range(4))
def test_nothing_in_a_pack_gives_a_small_number_away(example: Example, part: int) -> None:
    measures = [one for one in example.measures if one["n"] is not None][part::4]
    assert measures
    tried = 0
    for measure in measures:
        known = known_of(measure, example)
        found = exposed(known, most=25)
        tried += sum(truth is not None and 1 <= truth <= 5 for truth in known.truth)
        assert not found, f"{measure['measure']}: {found[:5]}"
    assert tried > 50
