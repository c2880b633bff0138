"""Findings made by hand: what archetypes came to in an invented authority."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.evaluate import OUTCOMES
from childjourneys.archetypes.findings import Finding
from childjourneys.archetypes.library import library
from childjourneys.domain.proportions import proportion


def finding(
    name: str,
    outcomes: tuple[int, ...] = (),
    la_code: str = "301",
    headline: bool = True,
    measure: str = "",
    missing: tuple[str, ...] = (),
    told: tuple[str, ...] = (),
    **changes: object,
) -> Finding:
    """Of a shipped definition, with `changes` to it; no outcomes: not available."""
    definition: Archetype = replace(library()[name], **changes)  # type: ignore[arg-type]
    n = outcomes[0] + outcomes[1] if outcomes else None
    rate, low, high = _rate(outcomes[0], n) if n else (None, None, None)
    return Finding(
        definition=definition,
        measure=measure or name,
        la_code=la_code,
        headline=headline,
        outcomes=dict(zip(OUTCOMES, outcomes, strict=True)) if outcomes else {},
        n=n,
        matches=outcomes[0] if outcomes else None,
        rate=rate,
        low=low,
        high=high,
        months_needed=9,
        months=48,
        missing=missing,
        caveats=(*told, *definition.caveats),
    )


def _rate(matches: int, n: int) -> tuple[float, float, float]:
    found = pl.select(**proportion(pl.lit(matches), pl.lit(n))).row(0)
    return float(found[0]), float(found[1]), float(found[2])


def some_findings(la_code: str = "301") -> list[Finding]:
    """A rate, one without a rate, one without anchors, one not available, and other ways of counting."""
    return [
        finding("re_referral_12m_back", (195, 758, 41, 0, 175, 0, 0), la_code),
        finding("missed_risk_at_assessment", (0, 0, 0, 67, 640, 0, 3), la_code, headline=False),
        finding(
            "missed_risk_at_assessment",
            (172, 1032, 2, 85, 214, 22, 3),
            la_code,
            measure="missed_risk_at_assessment:without_care",
            told=("Counted without starts of care.",),
        ),
        finding(
            "nfa_then_re_referral",
            (4, 16, 0, 2, 0, 0, 0),
            la_code,
            headline=False,
            measure="nfa_then_re_referral:then_plan",
        ),
        finding("nfa_then_re_referral", (0, 0, 5, 58, 0, 11, 0), la_code),
        finding("care_leaver_out_of_touch", (0, 0, 0, 0, 0, 0, 0), la_code),
        finding("placements_3_12m", la_code=la_code, missing=("placements (SSDA903)",)),
        finding(
            "missing_repeat", la_code=la_code, headline=False, measure="missing_repeat:with_absences",
            missing=("missing incidents (SSDA903)",),
        ),
        finding("missing_repeat", la_code=la_code, missing=("missing incidents (SSDA903)",)),
    ]  # fmt: skip
