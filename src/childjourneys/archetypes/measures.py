"""Which measures a run works out: definitions, their variants, and those that must do without a kind.

Where a return carries a kind that a definition can do without, but only from later on (care starts of one
Annex A beside five years of the census), nothing before that can be known in full. The definition is then
also measured without that kind, as a variant that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from childjourneys.archetypes.definition import PLAN_START, Archetype, kinds_of
from childjourneys.domain.vocabulary import EVENT

_MONTH = 30.4375
_CARE = {"looked_after", "lac_start"}
_CIN_PLANS = {"cin_plan", "cin_start", "cin_end"}
Range = tuple[date, date]
Coverage = Mapping[str, Sequence[Range]]


@dataclass(frozen=True)
class Measure:
    """One definition as it is worked out for some authorities.

    Attributes:
        name: `id`, `id:variant`, or `id:without_kind`.
        definition: the definition, or its variant, without variants of its own.
        without: kinds that are left out as if no return carried them.
        authorities: for which it is worked out.
        headline: for which of them it is the one to show first.
    """

    name: str
    definition: Archetype
    without: tuple[str, ...]
    authorities: tuple[str, ...]
    headline: frozenset[str]


def coverage_of(coverage: pl.DataFrame) -> dict[str, dict[str, list[Range]]]:
    """Ranges by authority and kind."""
    found: dict[str, dict[str, list[Range]]] = {}
    for la_code, kind, first, last in coverage.select("la_code", "kind", "from", "to").iter_rows():
        found.setdefault(la_code, {}).setdefault(kind, []).append((first, last))
    return found


def plan_measures(definitions: Iterable[Archetype], coverage: Mapping[str, Coverage]) -> tuple[Measure, ...]:
    """Every measure of some definitions, in their order."""
    measures: list[Measure] = []
    authorities = tuple(sorted(coverage))
    for definition in definitions:
        chosen = {la_code: _headline(definition, coverage[la_code]) for la_code in authorities}
        for one in (definition, *(definition.as_variant(variant) for variant in definition.variants)):
            mine = frozenset(code for code, name in chosen.items() if name == one.measure)
            measures.append(Measure(one.measure, one, (), authorities, mine))
        for without, some in _partly(definition, coverage).items():
            name = f"{definition.id}:without_{'_and_'.join(without) if set(without) - _CARE else 'care'}"
            mine = frozenset(code for code in some if chosen[code] == definition.id)
            measures.append(Measure(name, definition, without, some, mine))
    return _one_headline(measures)


def months_there_are(definition: Archetype, coverage: Coverage, without: Sequence[str] = ()) -> int:
    """Whole months of the longest time in which all that a definition asks about is covered."""
    asked = [kind for kind in kinds_of(definition) if kind in coverage and kind not in without]
    if not asked:
        return 0
    common = list(coverage[asked[0]])
    for kind in asked[1:]:
        common = [
            (max(a, c), min(b, d)) for a, b in common for c, d in coverage[kind] if max(a, c) <= min(b, d)
        ]
    days = max((((last - first) + timedelta(days=1)).days for first, last in common), default=0)
    return int((days + 0.5) / _MONTH)


def _headline(definition: Archetype, coverage: Coverage) -> str:
    for variant in definition.variants:
        if any(kind not in coverage for kind in variant.instead_without):
            return definition.as_variant(variant).measure
    return definition.id


def _partly(
    definition: Archetype, coverage: Mapping[str, Coverage]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Kinds that can be done without and are covered only from later on, and where."""
    found: dict[tuple[str, ...], list[str]] = {}
    for la_code in sorted(coverage):
        mine = coverage[la_code]
        kinds = tuple(kind for kind in _optional(definition) if _begins_later(kind, definition, mine))
        if kinds:
            found.setdefault(kinds, []).append(la_code)
    return {kinds: tuple(codes) for kinds, codes in found.items()}


def _optional(definition: Archetype) -> tuple[str, ...]:
    """Kinds that one of several others can stand in for: care, and what the definition says it only uses.

    Never child in need plans: a child with a plan that is not seen would count as one without.
    """
    can_do_without = (_CARE | set(definition.uses)) - _CIN_PLANS
    needed = {need for need in definition.needs if need != PLAN_START}
    start = set(definition.start.event.types) if definition.start.event else set()
    alone = {state.kinds[0] for state in definition.start.states if len(state.kinds) == 1}
    for clause in definition.clauses():
        types = clause.event.types if clause.event else (clause.spells or "",)
        if len(types) == 1:
            alone.add(types[0])
    kept = needed | start | alone
    return tuple(kind for kind in kinds_of(definition) if kind in can_do_without and kind not in kept)


def _begins_later(kind: str, definition: Archetype, coverage: Coverage) -> bool:
    """Whether a kind is covered only from a later day on than the anchors are."""
    if kind not in coverage or definition.start.event is None:
        return False
    anchors = [first for name in definition.start.event.types for first, _ in coverage.get(name, ())]
    return bool(anchors) and min(first for first, _ in coverage[kind]) > min(anchors)


def _one_headline(measures: list[Measure]) -> tuple[Measure, ...]:
    """Where a measure without some kind is the headline, the definition itself is not."""
    taken = {(m.definition.id, code) for m in measures if m.without for code in m.headline}
    return tuple(
        m
        if m.without
        else Measure(
            m.name, m.definition, m.without, m.authorities,
            frozenset(code for code in m.headline if (m.definition.id, code) not in taken),
        )
        for m in measures
    )  # fmt: skip


def in_words(kind: str) -> str:
    """A kind for a caveat."""
    return EVENT[kind].label.lower() if kind in EVENT else kind.replace("_", " ")
