"""Suppression and rounding: every count that may be published passes through here."""

from childjourneys.disclosure.earlier import Release, join_earlier
from childjourneys.disclosure.flat import protect_counts
from childjourneys.disclosure.links import nest, same, subset, variant
from childjourneys.disclosure.money import dominated, money_table
from childjourneys.disclosure.presets import DEFAULT, MARK, PRESETS, Preset, preset
from childjourneys.disclosure.problem import Cell, DisclosureError, Problem
from childjourneys.disclosure.proving import Exposure, attack
from childjourneys.disclosure.publish import hidden_log, mark, percentages, published
from childjourneys.disclosure.suppression import Solution, protect
from childjourneys.disclosure.tables import (
    Row,
    Table,
    counts_table,
    one_way,
    outcome_bar,
    totals,
    trend,
)
from childjourneys.disclosure.twoway import two_way

__all__ = [
    "DEFAULT",
    "MARK",
    "PRESETS",
    "Cell",
    "DisclosureError",
    "Exposure",
    "Preset",
    "Problem",
    "Release",
    "Row",
    "Solution",
    "Table",
    "attack",
    "counts_table",
    "dominated",
    "hidden_log",
    "join_earlier",
    "mark",
    "money_table",
    "nest",
    "one_way",
    "outcome_bar",
    "percentages",
    "preset",
    "protect",
    "protect_counts",
    "published",
    "same",
    "subset",
    "totals",
    "trend",
    "two_way",
    "variant",
]
