"""How many distinct children stand behind counts of anchors: of few there are few, however many anchors."""

from __future__ import annotations

import numpy as np
import polars as pl

from childjourneys.archetypes.days import SHIFT, Flags, Ints
from childjourneys.archetypes.evaluate import OUTCOMES, Decided
from childjourneys.archetypes.timing import Waits

ALL, FOLLOWED = "anchors", "followed"
ENDS = ("events", "competing", "censored")
STEP = 30
PEOPLE = {
    "la_code": pl.String,
    "of": pl.String,
    "key": pl.String,
    "children": pl.Int64,
    "matching": pl.Int64,
    "others": pl.Int64,
}


def people(decided: Decided, waited: Waits | None = None) -> pl.DataFrame:
    """Distinct children of one authority; children lie in one bucket, so rows of all buckets can be added.

    `of` is `outcome` (`key`: one of the seven, `anchors` for all, `followed` for those in the rate) or
    `month` (`key`: YYYY-MM of anchors in the rate). `matching` and `others` are those of them with an anchor
    that matches, and with one that does not; of an outcome both are blank, but for `followed`. Or it is
    `events`, `competing` or `censored`, and `key` the step of 30 days in which they came (0: days 0 to 30).
    """
    child, outcome = decided.points.child, decided.outcome
    rows: list[tuple[str, str, int, int | None, int | None]] = [
        ("outcome", ALL, _distinct(child), None, None)
    ]
    for number, name in enumerate(OUTCOMES):
        rows.append(("outcome", name, _distinct(child[outcome == number]), None, None))
    matched = outcome == OUTCOMES.index("match")
    followed = matched | (outcome == OUTCOMES.index("no_match"))
    rows.append(("outcome", FOLLOWED, _distinct(child[followed]), _distinct(child[matched]), rows[2][2]))
    rows += _by_month(decided.points.day[followed], child[followed], matched[followed])
    if waited is not None:
        rows += _by_step(waited)
    return pl.DataFrame([(decided.case.authority.la_code, *row) for row in rows], schema=PEOPLE, orient="row")


def _distinct(children: Ints) -> int:
    return int(np.unique(children).size)


def _by_month(days: Ints, child: Ints, matched: Flags) -> list[tuple[str, str, int, int | None, int | None]]:
    if not days.size:
        return []
    dates = (days - SHIFT).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    months, at = np.unique(dates, return_inverse=True)
    size = int(child.max()) + 1

    def counted(of: Flags) -> Ints:
        pairs = np.unique(at[of] * size + child[of])
        return np.bincount(pairs // size, minlength=months.size)

    every = np.ones(days.size, dtype=np.bool_)
    names = np.datetime_as_string(months.astype("datetime64[M]"))
    numbers = zip(counted(every), counted(matched), counted(~matched), strict=True)
    return [
        ("month", str(name), int(a), int(b), int(c)) for name, (a, b, c) in zip(names, numbers, strict=True)
    ]


def _by_step(waited: Waits) -> list[tuple[str, str, int, int | None, int | None]]:
    step = np.maximum(waited.day - 1, 0) // STEP
    rows: list[tuple[str, str, int, int | None, int | None]] = []
    for number, name in enumerate(ENDS):
        of = waited.kind == number
        pairs = np.unique(np.stack([step[of], waited.child[of]]), axis=1)
        steps, children = np.unique(pairs[0], return_counts=True)
        rows += [(name, str(one), int(n), None, None) for one, n in zip(steps, children, strict=True)]
    return rows


def added_people(people_of_all: pl.DataFrame) -> pl.DataFrame:
    """Rows of all buckets as one row per measure, authority and key."""
    key = ["measure", "la_code", "of", "key"]
    return people_of_all.group_by(key).agg(pl.col("children", "matching", "others").sum()).sort(key)
