"""What an archetype came to in one authority, as a report tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.archetypes.definition import PLAN_START, PLAN_STARTS, Archetype, kinds_of
from childjourneys.archetypes.evaluate import OUTCOMES
from childjourneys.archetypes.measures import Coverage, Measure, months_there_are
from childjourneys.archetypes.months import months_needed
from childjourneys.archetypes.wording import FAULTS, KINDS

_RETURNS = {
    "contact": "Annex A list 1", "early_help": "Annex A list 2", "looked_after": "Annex A list 8 or SSDA903",
    "early_help_assessment_start": "Annex A list 2", "early_help_assessment_end": "Annex A list 2",
    "lac_start": "Annex A list 8 or SSDA903", "lac_end": "Annex A list 8 or SSDA903",
    "placement": "SSDA903", "placement_start": "SSDA903", "placement_end": "SSDA903",
    "missing": "SSDA903", "missing_start": "SSDA903", "missing_end": "SSDA903",
    "care_leaver": "SSDA903", "adopted": "Annex A list 10 or SSDA903",
    "cin_plan": "the CIN census of 2022 or later", "cin_start": "the CIN census of 2022 or later",
    "cin_end": "the CIN census of 2022 or later",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One measure in one authority.

    Attributes:
        outcomes: anchors by the seven outcomes, in their order; empty where it is not available.
        n: anchors that were followed in full; None where it is not available.
        matches, rate, low, high: of these; the rate and its Wilson 95% interval are None without any.
        headline: the one of its archetype to show first there.
        missing: what no return of the authority shows and what would bring it, where not available.
        months_needed, months: months of returns that one anchor needs, and that there are.
        caveats: sentences worked out for these anchors, then those of the definition.
    """

    definition: Archetype
    measure: str
    la_code: str
    headline: bool
    outcomes: dict[str, int]
    n: int | None
    matches: int | None
    rate: float | None
    low: float | None
    high: float | None
    months_needed: int
    months: int
    missing: tuple[str, ...]
    caveats: tuple[str, ...]


def findings(
    measures: Sequence[Measure], table: pl.DataFrame, causes: pl.DataFrame, coverage: Mapping[str, Coverage]
) -> list[Finding]:
    """Every measure and authority, in the order of the definitions.

    Args:
        table: as `rates.outcome_table`, with `available`.
        causes: measure, la_code, cause, anchors: why anchors are unusable.
        coverage: ranges by authority and kind.
    """
    rows = {(row["archetype"], row["la_code"]): row for row in table.iter_rows(named=True)}
    why = _by_measure(causes)
    return [
        _finding(one, code, rows[one.name, code], coverage[code], why.get((one.name, code), {}))
        for one in measures
        for code in one.authorities
    ]


def _finding(
    one: Measure, la_code: str, row: Mapping[str, object], coverage: Coverage, causes: Mapping[str, int]
) -> Finding:
    known = bool(row["available"])
    outcomes = {name: int(str(row[name])) for name in OUTCOMES} if known else {}
    n = outcomes["match"] + outcomes["no_match"] if known else None
    rate, low, high = (
        None if row[name] is None else float(str(row[name])) for name in ("rate", "low", "high")
    )
    definition = one.definition
    return Finding(
        definition=definition,
        measure=one.name,
        la_code=la_code,
        headline=la_code in one.headline,
        outcomes=outcomes,
        n=n,
        matches=outcomes.get("match"),
        rate=rate,
        low=low,
        high=high,
        months_needed=months_needed(definition),
        months=months_there_are(definition, coverage, one.without),
        missing=() if known else _missing(definition, coverage),
        caveats=(*_worked_out(one, coverage, outcomes, causes), *definition.caveats),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _missing(definition: Archetype, coverage: Coverage) -> tuple[str, ...]:
    """What is not carried and stands in the way, with the return that would bring it."""
    absent = [kind for kind in kinds_of(definition) if kind not in coverage]
    for need in definition.needs:
        if need not in coverage and (need != PLAN_START or not any(k in coverage for k in PLAN_STARTS)):
            absent.append(need)
    if not absent and definition.follow == "family":
        return ("a table of families (la_code, child_id, family_id)",)
    named = dict.fromkeys(absent)
    return tuple(f"{KINDS.get(k, k.replace('_', ' '))} ({_RETURNS.get(k, 'the CIN census')})" for k in named)


def _worked_out(
    one: Measure, coverage: Coverage, outcomes: Mapping[str, int], causes: Mapping[str, int]
) -> list[str]:
    """Sentences about these anchors."""
    told = []
    left_out = [kind for kind in kinds_of(one.definition) if kind not in coverage]
    if left_out and outcomes:
        told.append(f"Counted without {_listed(left_out)}: no return here shows them.")
    if one.without:
        told.append(
            f"Counted without {_listed(one.without)}: the returns show them for part of the time only."
        )
    total = sum(outcomes.values())
    total = sum(outcomes.values())
    for cause, n in sorted(causes.items()):
        told.append(f"{n:,} of {total:,} can't be decided: {FAULTS.get(cause, cause)}.")
    return told


def _listed(kinds: Sequence[str]) -> str:
    words = list(dict.fromkeys(KINDS.get(kind, kind.replace("_", " ")) for kind in kinds))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _by_measure(causes: pl.DataFrame) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for name, code, cause, n in causes.select("measure", "la_code", "cause", "anchors").iter_rows():
        found.setdefault((name, code), {})[cause] = n
    return found
