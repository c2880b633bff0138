"""What stands in the block of a pattern below its outcome bar: over time, thresholds, adjusted groups."""

from __future__ import annotations

import polars as pl

from childjourneys.archetypes.findings import Finding
from childjourneys.reports.adjusted_tables import adjusted_parts
from childjourneys.reports.archetype_section import FIRST, Further, part_key
from childjourneys.reports.archetype_tables import title_of
from childjourneys.reports.section import Part
from childjourneys.reports.sensitivity_tables import sensitivity_parts
from childjourneys.reports.time_section import rows_of, time_parts


def further_parts(
    trend: pl.DataFrame | None,
    incidence: pl.DataFrame | None,
    sensitivity: pl.DataFrame | None,
    adjusted: pl.DataFrame | None,
) -> Further:
    """Parts of one pattern and authority, from frames as in the result files; None where there is none."""

    def parts(finding: Finding, place: str) -> list[Part]:
        key, title, small = part_key(finding), title_of(finding), finding.definition.id != FIRST
        mine = [
            rows_of(frame, finding.measure, finding.la_code)
            for frame in (trend, incidence, sensitivity, adjusted)
        ]
        return [
            *time_parts(key, title, mine[0], mine[1], place=place, small=small),
            *sensitivity_parts(key, title, mine[2], place=place, folded=small),
            *adjusted_parts(key, title, mine[3], place=place),
        ]

    return parts
