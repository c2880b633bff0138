"""The tables about archetypes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from childjourneys.archetypes.findings import Finding
from childjourneys.reports.archetype_words import MEANINGS, interval, percent, way_of_counting
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.wording import listed, number

_SHOWN = ("match_early", "too_recent", "not_seen_before", "left", "unusable")


def title_of(finding: Finding) -> str:
    return finding.definition.title or finding.definition.id


def summary_table(
    findings: Sequence[Finding], names: Mapping[str, str], links: Mapping[str, str]
) -> PageTable:
    """One row per archetype and authority.

    Args:
        names: of the authorities; they have a column where there are several.
        links: keys of blocks on the page, by id of the archetype.
    """
    rows = []
    for finding in findings:
        outcomes = finding.outcomes
        counts = [number(outcomes[name]) if outcomes else "" for name in _SHOWN]
        texts = [
            *_authority(finding, names),
            *_rate_cells(finding),
            *counts,
            number(finding.months_needed),
            number(finding.months) if outcomes else "",
        ]
        link = links.get(finding.definition.id, "")
        way = way_of_counting(finding.measure)
        title = Cell(title_of(finding), link=link, note=f", counted {way}" if way else "")
        rows.append([title, *(Cell(text) for text in texts)])
    headings = (
        "Pattern", *_authority_heading(names), *_RATE_HEADINGS, "Already there, not in the rate",
        "Too recent", "Not seen before", "Left", "Not decided", "Months needed", "Months there",
    )  # fmt: skip
    first = 2 if len(names) > 1 else 1
    return PageTable(
        "archetypes",
        "Patterns: how many could be followed in full, and how many of these show the pattern",
        headings,
        rows,
        frozenset(range(first, len(headings))),
        whole=len(names) == 1,
    )


def missing_table(findings: Sequence[Finding], names: Mapping[str, str]) -> PageTable | None:
    """What is not available and what would bring it; authorities that lack the same share a row."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        if not finding.outcomes:
            what = "; ".join(finding.missing) or "some of what it asks about is in no return"
            found = lacking.setdefault((title_of(finding), what), [])
            found.append(names.get(finding.la_code, finding.la_code))
    if not lacking:
        return None
    several = len(names) > 1
    rows = [
        [Cell(title), *([Cell(listed(where))] if several else ()), Cell(what)]
        for (title, what), where in lacking.items()
    ]
    return PageTable(
        "archetypes-missing",
        "Not available: what no return here shows, and the return that would bring it",
        ("Pattern", *_authority_heading(names), "Missing (the return that brings it)"),
        rows,
    )


def outcome_table(key: str, caption: str, outcomes: Mapping[str, int]) -> PageTable:
    """The numbers of an outcome bar."""
    rows = [[Cell(name), Cell(number(n)), Cell(MEANINGS[name])] for name, n in outcomes.items()]
    rows.append([Cell("Total"), Cell(number(sum(outcomes.values()))), Cell("")])
    return PageTable(key, caption, ("outcome", "anchors", "what it means"), rows, frozenset({1}))


def other_ways_table(findings: Sequence[Finding], names: Mapping[str, str]) -> PageTable:
    rows = [
        [
            Cell(title_of(finding)),
            *(Cell(text) for text in _authority(finding, names)),
            Cell(_way(finding)),
            Cell(finding.measure),
            *(Cell(text) for text in _rate_cells(finding)),
        ]
        for finding in findings
    ]
    headings = (
        "Pattern", *_authority_heading(names), "Counted", "Measure in archetypes.csv", *_RATE_HEADINGS
    )  # fmt: skip
    return PageTable(
        "archetypes-other",
        "Measures that are not shown first: how many were followed in full, and how many show the pattern",
        headings,
        rows,
        frozenset(range(len(headings) - len(_RATE_HEADINGS), len(headings))),
    )


_RATE_HEADINGS = ("Followed in full", "Show the pattern", "Rate %", "95% interval")


def _rate_cells(finding: Finding) -> tuple[str, ...]:
    if not finding.outcomes:
        return "not available", "", "", ""
    rate = percent(finding.rate) if finding.rate is not None else "no rate"
    return number(finding.n), number(finding.matches), rate, interval(finding)


def _way(finding: Finding) -> str:
    return way_of_counting(finding.measure) or "as the definition says"


def _authority_heading(names: Mapping[str, str]) -> tuple[str, ...]:
    return ("Authority",) if len(names) > 1 else ()


def _authority(finding: Finding, names: Mapping[str, str]) -> tuple[str, ...]:
    return (names.get(finding.la_code, finding.la_code),) if len(names) > 1 else ()
