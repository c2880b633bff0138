"""A result pack: the aggregates of one run, with all that says whether two of them count alike.

A pack holds no identifier, no row about a child and no date below the month. Its numbers are published ones:
what disclosure control hides stands as the text `c`, and what does not apply as null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.evaluate import OUTCOMES
from childjourneys.archetypes.measures import Coverage
from childjourneys.archetypes.months import months_needed
from childjourneys.archetypes.writing import definition_hash, to_yaml
from childjourneys.domain.vocabulary import EVENTS

FORMAT = "childjourneys-pack"
FORMAT_VERSION = 1
HIDDEN: Literal["c"] = "c"
# A count; hidden; None: does not apply, or not available.
Count = int | Literal["c"] | None
Number = float | Literal["c"] | None
# First and last month of a range, both YYYY-MM.
Months = tuple[str, str]
ANCHORS = ("anchors", *OUTCOMES)
# A value of indicators.csv; `from` and `to` are months, `excluded` holds counts by reason.
IndicatorRow = Mapping[str, str | int | float | bool | Mapping[str, Count] | None]


@dataclass(frozen=True)
class Stratum:
    """One group of one dimension, as context.csv."""

    dimension: str
    group: str
    n: Count
    matches: Count
    rate: Number


@dataclass(frozen=True)
class TrendMonth:
    """One month of anchors, as trend.csv."""

    month: str
    n: Count
    matches: Count
    rate: Number
    complete: bool


@dataclass(frozen=True)
class Bin:
    """Days since the anchor, both ends included: how many were at risk at the start, and how they left."""

    from_day: int
    to_day: int
    at_risk: Count
    events: Count
    competing: Count
    censored: Count


@dataclass(frozen=True)
class MeasurePart:
    """One measure of one authority.

    Attributes:
        measure: `id`, `id:variant` or `id:without_kind`.
        definition: the definition as YAML, of a variant with what it changes put in.
        hash: of that definition.
        needs_months, months: months of returns that one anchor needs, and that there are.
        outcomes: anchors, and the seven outcomes; None where the measure is not available.
        caveats: counts by code, such as anchors that can't be decided by cause.
    """

    measure: str
    version: int
    definition: str
    hash: str
    needs_months: int
    months: int
    outcomes: Mapping[str, Count]
    n: Count
    matches: Count
    rate: Number
    low: Number
    high: Number
    caveats: Mapping[str, Count]
    strata: tuple[Stratum, ...] = ()
    trend: tuple[TrendMonth, ...] = ()
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True)
class AuthorityPart:
    """One authority.

    Attributes:
        as_at: last month that the data can tell about.
        coverage: ranges of months by event type or spell kind.
        carried: types and kinds that a return carries, in the order of the alphabet.
        indicators: rows as indicators.csv.
    """

    la_code: str
    as_at: str
    coverage: Mapping[str, tuple[Months, ...]]
    carried: tuple[str, ...]
    measures: tuple[MeasurePart, ...]
    indicators: tuple[IndicatorRow, ...] = ()


@dataclass(frozen=True)
class Pack:
    """The aggregates of one run.

    Attributes:
        preset: of disclosure control.
        calendar: the table of bank holidays that working days were counted with.
        tie_rule: how events of one day are put in order; see `tie_rule`.
    """

    made_with: str
    preset: str
    calendar: str
    tie_rule: str
    authorities: tuple[AuthorityPart, ...]

    def to_json(self) -> str:
        """The pack as text: the same for the same values. Keys in the order of the fields above."""
        content = {"format": FORMAT, "format_version": FORMAT_VERSION, **_plain(self)}
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def tie_rule() -> str:
    """The order of events inside one day, as a name that changes when the order does."""
    ranks = json.dumps([[event.name, event.rank] for event in EVENTS], separators=(",", ":"))
    return f"rank of the event type, then source row; ranks {sha256(ranks.encode()).hexdigest()[:12]}"


def authority_part(
    la_code: str,
    coverage: Coverage,
    measures: Iterable[MeasurePart],
    indicators: Iterable[IndicatorRow] = (),
) -> AuthorityPart:
    """An authority's part, with its coverage in months.

    Args:
        coverage: ranges of days by event type or spell kind; one at least.
    """
    months = {
        kind: tuple((month_of(first), month_of(last)) for first, last in sorted(ranges))
        for kind, ranges in sorted(coverage.items())
    }
    last = max(last for ranges in coverage.values() for _, last in ranges)
    return AuthorityPart(la_code, month_of(last), months, tuple(months), tuple(measures), tuple(indicators))


def measure_part(
    measure: str,
    definition: Archetype,
    months: int,
    *,
    outcomes: Mapping[str, Count],
    n: Count,
    matches: Count,
    rate: Number,
    low: Number,
    high: Number,
    caveats: Mapping[str, Count],
    strata: Sequence[Stratum] = (),
    trend: Sequence[TrendMonth] = (),
    bins: Sequence[Bin] = (),
) -> MeasurePart:
    """A measure's part, from numbers that have passed disclosure control.

    Args:
        definition: as it was worked out: of a variant what `as_variant` gives.
        months: whole months of coverage there are of all that it asks about.
        outcomes: anchors and the seven; what is not given does not apply.
    """
    return MeasurePart(
        measure, definition.version, to_yaml(definition), definition_hash(definition),
        months_needed(definition), months, {name: outcomes.get(name) for name in ANCHORS},
        n, matches, rate, low, high, dict(sorted(caveats.items())), tuple(strata), tuple(trend), tuple(bins),
    )  # fmt: skip


def month_of(day: date) -> str:
    """YYYY-MM."""
    return f"{day.year:04}-{day.month:02}"


def _plain(value: object) -> Any:
    """Dataclasses as mappings in the order of their fields, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]
    return value
