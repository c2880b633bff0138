"""Packs with invented numbers, as the tests of comparisons need them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from childjourneys.archetypes.definition import Archetype, kinds_of
from childjourneys.archetypes.library import library
from childjourneys.comparison.pack import (
    ANCHORS,
    AuthorityPart,
    Bin,
    Count,
    MeasurePart,
    Number,
    Pack,
    Stratum,
    TrendMonth,
    authority_part,
    measure_part,
    tie_rule,
)

RE_REFERRAL = library()["re_referral_12m_back"]
MISSED = library()["missed_risk_at_assessment"]
COVERED = ((date(2020, 4, 1), date(2025, 3, 31)),)
CALENDAR = "England, 2010 to 2030, invented"


def part(
    n: Count = 400,
    matches: Count = 80,
    definition: Archetype = RE_REFERRAL,
    measure: str = "",
    months: int = 60,
) -> MeasurePart:
    """A measure with a stratum, a month and a bin; hidden where a count is."""
    rest: Count = None if n is None else "c"
    rate: Number = None if n in (None, 0) else "c"
    if isinstance(n, int) and isinstance(matches, int):
        rest, rate = n - matches, matches / n if n else None
    outcomes: dict[str, Count] = dict.fromkeys(ANCHORS, None if n is None else 0)
    outcomes |= {"anchors": n, "match": matches, "no_match": rest}
    low, high = (0.1, 0.9) if isinstance(rate, float) else (rate, rate)
    return measure_part(
        measure or definition.measure, definition, months, outcomes=outcomes, n=n, matches=matches,
        rate=rate, low=low, high=high,
        caveats={"undated": 7, "calendar": "c"},
        strata=[Stratum("sex", "M", 200, 40, 0.2), Stratum("sex", "F", "c", "c", "c")],
        trend=[TrendMonth("2024-04", 30, 6, 0.2, True), TrendMonth("2024-05", 0, 0, None, False)],
        bins=[Bin(0, 60, 400, 60, 0, 40), Bin(61, 365, 300, 20, "c", "c")],
    )  # fmt: skip


def authority(code: str, *measures: MeasurePart, without: tuple[str, ...] = ()) -> AuthorityPart:
    """An authority whose returns carry all that its measures ask about, but for some kinds."""
    asked = {kind for one in (RE_REFERRAL, MISSED) for kind in kinds_of(one)}
    coverage = dict.fromkeys(asked - set(without), COVERED)
    return authority_part(code, coverage, measures or (part(),), [indicator(code)])


def indicator(code: str) -> Mapping[str, Any]:
    return {
        "indicator": "referral_count", "la_code": code, "from": "2024-04", "to": "2025-03",
        "numerator": 1200, "denominator": None, "value": 1200.0, "unit": "count", "low": 1133.0,
        "high": 1270.0, "method": "Byar", "excluded": {"no date": "c"}, "available": True, "reason": None,
        "national_value": 621880.0, "national_year": 2024,
    }  # fmt: skip


def pack(*authorities: AuthorityPart, **changed: str) -> Pack:
    made = Pack("childjourneys 0.1.0", "dfe", CALENDAR, tie_rule(), authorities)
    return replace(made, **changed)  # type: ignore[arg-type]


def write(folder: Path, **packs: Pack) -> list[Path]:
    """Each pack in a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in packs.items():
        (folder / f"{name}.json").write_text(one.to_json(), encoding="utf-8")
    return [folder / f"{name}.json" for name in packs]


def content(one: Pack) -> dict[str, Any]:
    """What stands in a pack, to be spoilt."""
    return dict(json.loads(one.to_json()))
