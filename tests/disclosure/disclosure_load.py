"""A made-up report: measures with an outcome bar, a trend of 60 months and twenty tables each."""

from __future__ import annotations

import numpy as np

from childjourneys.disclosure import (
    Problem,
    Row,
    Table,
    nest,
    one_way,
    outcome_bar,
    preset,
    totals,
    trend,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Groups per table, from tables of two to all 18 ethnic groups with "not known".
SIZES = (2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 12, 12, 15, 19, 25)
FACTORS = 31


def report_measure(seed: int, name: str = "dfe", size: int | None = None) -> tuple[Problem, list[Table]]:
    """One measure of a report: 22 tables."""
    chance = np.random.default_rng(seed)
    size = int(chance.choice([30, 150, 500, 1200, 4000])) if size is None else size
    match = chance.random(size) < chance.choice([0.01, 0.05, 0.15, 0.3, 0.6])
    child = chance.integers(0, max(1, int(size * 0.7)), size)
    problem = Problem(preset(name))

    def row(inside: np.ndarray) -> Row:
        return Row(
            int(inside.sum()),
            int((inside & match).sum()),
            len(np.unique(child[inside])),
            len(np.unique(child[inside & match])),
            len(np.unique(child[inside & ~match])),
        )

    def groups(labels: list[str], skew: float = 1.5) -> tuple[np.ndarray, dict[str, Row]]:
        weights = (1 + np.arange(len(labels))) ** -skew
        drawn = chance.choice(len(labels), size, p=chance.permutation(weights / weights.sum()))
        return drawn, {label: row(drawn == number) for number, label in enumerate(labels)}

    totals(problem, row(np.ones(size, dtype=bool)))
    rest = {
        outcome: int(chance.choice([0, 2, 7, 60, 300]))
        for outcome in ("match_early", "too_recent", "not_seen_before", "left", "unusable")
    }
    made = [outcome_bar(problem, {"match": int(match.sum()), "no_match": int((~match).sum()), **rest})]
    month, months = groups([f"{2018 + m // 12}-{m % 12 + 1:02}" for m in range(60)], skew=0.2)
    made.append(trend(problem, months))
    made.append(one_way(problem, "anchor_month", {f"{m + 1:02}": row(month % 12 == m) for m in range(12)}))
    nest(problem, "trend", "anchor_month", {label: label[-2:] for label in months})
    day, days = groups(list(WEEKDAYS), skew=1.0)
    made.append(one_way(problem, "weekday", days))
    made.append(one_way(problem, "weekend", {"weekend": row(day >= 5), "Monday to Friday": row(day < 5)}))
    nest(
        problem,
        "weekday",
        "weekend",
        {d: "weekend" if d.startswith("S") else "Monday to Friday" for d in WEEKDAYS},
    )
    for number, count in enumerate(SIZES):
        made.append(one_way(problem, f"d{number}", groups([f"g{g}" for g in range(count)])[1]))
    factors = {f"{f}": row(chance.random(size) < 0.4 / (f + 1)) for f in range(FACTORS)}
    made.append(one_way(problem, "assessment_factor", factors, overlap=True))
    return problem, made
