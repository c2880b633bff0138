"""One flat table of counts, without any ceremony."""

from __future__ import annotations

from collections.abc import Mapping

from childjourneys.disclosure.presets import preset
from childjourneys.disclosure.problem import Problem
from childjourneys.disclosure.suppression import protect
from childjourneys.disclosure.tables import counts_table


def protect_counts(
    rule: str, groups: Mapping[str, int], children: Mapping[str, int] | None = None
) -> dict[str, str]:
    """Counts by group as they are printed, with `Total` as the last.

    >>> protect_counts("dfe", {"CIN": 210, "CPP": 31, "LAC": 4})
    {'CIN': '210', 'CPP': 'c', 'LAC': 'c', 'Total': '245'}
    """
    problem = Problem(preset(rule))
    table = counts_table(problem, "group", groups, children)
    solution = protect(problem)
    return {label: solution.text(names[0]) for label, names in table.rows}
