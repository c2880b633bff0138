"""How far a rate hangs on a threshold: the same anchors again, with another end of one clause's window.

A definition names a clause and other ends for it (`sensitivity:`). Where it takes only the first (or last)
event of a child as an anchor, it is also run with every one. Only the outcomes are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from childjourneys.archetypes.definition import AnyOf, Archetype, Bound, Clause, Node, ParentTest
from childjourneys.archetypes.evaluate import OUTCOMES, Decided, decide
from childjourneys.archetypes.writing import bound_text
from childjourneys.domain.proportions import proportion

Declared = Sequence[tuple[str, Sequence[Bound]]]
WHICH = "which"
RERUNS = {
    "la_code": pl.String,
    "clause": pl.String,
    "window": pl.String,
    "as_defined": pl.Boolean,
    "place": pl.Int64,
    **dict.fromkeys(OUTCOMES, pl.Int64),
}
_KEY = ("measure", "la_code", "clause", "window", "as_defined", "place")
SENSITIVITY = {
    "measure": pl.String,
    "la_code": pl.String,
    "clause": pl.String,
    "window": pl.String,
    "as_defined": pl.Boolean,
    "anchors": pl.Int64,
    **dict.fromkeys(OUTCOMES, pl.Int64),
    "n": pl.Int64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


@dataclass(frozen=True)
class Rerun:
    """A definition with one thing changed.

    Attributes:
        clause: name of the clause, or `which` where the choice of anchors is changed.
        window: its farther end as a definition writes it (`6 months`), or `first`, `every`.
        definition: None where nothing is changed.
    """

    clause: str
    window: str
    definition: Archetype | None = None


def reruns(definition: Archetype, declared: Declared) -> tuple[Rerun, ...]:
    """What to run again, and the definition's own windows among it, in the order of the definition.

    Args:
        definition: a main definition or a variant of it.
        declared: `sensitivity` of the main definition; clauses that this one lacks are left out.
    """
    found: list[Rerun] = []
    clauses = {clause.name: clause for clause in definition.clauses() if clause.name}
    for name, ends in declared:
        if name not in clauses:
            continue
        own = clauses[name].window.far
        for end in ends if own in ends or own is None else (own, *ends):
            changed = replace(definition, then=_with_end(definition.then, name, end))
            found.append(Rerun(name, bound_text(end), None if end == own else changed))
    if found and definition.start.which != "every":
        every = replace(definition, start=replace(definition.start, which="every"))
        found += [Rerun(WHICH, definition.start.which), Rerun(WHICH, "every", every)]
    return tuple(found)


def rerun_counts(decided: Decided, declared: Declared) -> pl.DataFrame:
    """Anchors by outcome of one authority for every re-run: see `RERUNS`.

    Args:
        decided: the definition as it is. What was found out about events and children is used again.
    """
    rows = []
    for place, one in enumerate(reruns(decided.case.definition, declared)):
        outcome = decided.outcome
        if one.definition is not None:
            outcome = decide(replace(decided.case, definition=one.definition)).outcome
        counts = np.bincount(outcome, minlength=len(OUTCOMES)).tolist()
        la_code = decided.case.authority.la_code
        rows.append((la_code, one.clause, one.window, one.definition is None, place, *counts))
    return pl.DataFrame(rows, schema=RERUNS, orient="row")


def sensitivity_table(counts: pl.DataFrame) -> pl.DataFrame:
    """The counts of all buckets as one row per measure, authority, clause and window: see `SENSITIVITY`."""
    added = counts.group_by(_KEY).agg(pl.col(name).sum() for name in OUTCOMES)
    return (
        added.with_columns(anchors=pl.sum_horizontal(OUTCOMES), n=pl.col("match") + pl.col("no_match"))
        .with_columns(**proportion(pl.col("match"), pl.col("n")))
        .sort("measure", "la_code", "place")
        .select(pl.col(name).cast(kind) for name, kind in SENSITIVITY.items())
    )


def declared_by_id(definitions: Sequence[Archetype]) -> Mapping[str, Declared]:
    """`sensitivity` of each definition that has some; its variants are run again with the same."""
    return {one.id: one.sensitivity for one in definitions if one.sensitivity}


def _with_end(nodes: tuple[Node, ...], name: str, end: Bound) -> tuple[Node, ...]:
    """The same nodes with another farther end in the clause so named."""
    return tuple(_changed(node, name, end) for node in nodes)


def _changed(node: Node, name: str, end: Bound) -> Node:
    if isinstance(node, ParentTest):
        return node
    if isinstance(node, AnyOf):
        return AnyOf(_with_end(node.clauses, name, end))
    changed: Clause = replace(node, then=_with_end(node.then, name, end))
    return replace(changed, window=replace(changed.window, far=end)) if node.name == name else changed
