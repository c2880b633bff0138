"""The part of the report about archetypes: a summary, then each pattern with its outcome bar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from childjourneys.archetypes.findings import Finding
from childjourneys.reports.archetype_tables import (
    missing_table,
    other_ways_table,
    outcome_table,
    summary_table,
    title_of,
)
from childjourneys.reports.archetype_words import OPENING, TERMS, anchors_in_words, rate_sentences
from childjourneys.reports.figures import Figure
from childjourneys.reports.outcome_bar import outcome_bar_svg
from childjourneys.reports.section import Block, Part, Section

AUTHORITIES_TOLD = 3
FIRST = "missed_risk_at_assessment"
_NEVER_COMPARED = (
    "The same patterns, counted in another way or for a part of the anchors. These rates answer other"
    " questions: they are never compared with each other, nor with those above."
)


Further = Callable[[Finding, str], Sequence[Part]]


def archetype_section(
    findings: Sequence[Finding], authorities: Mapping[str, str], further: Further | None = None
) -> Section | None:
    """None where no archetype was asked for.

    Args:
        further: more parts of a block, of one finding and the name of its authority (blank with only one).
    """
    if not findings:
        return None
    codes = sorted({finding.la_code for finding in findings})
    names = {code: authorities.get(code, code) for code in codes}
    headline = _by_archetype([finding for finding in findings if finding.headline])
    told = {
        name: some
        for name, group in headline.items()
        if len(codes) <= AUTHORITIES_TOLD and (some := [one for one in group if sum(one.outcomes.values())])
    }
    first = [finding for group in headline.values() for finding in group]
    missing = missing_table(first, names)
    tables = [summary_table(first, names, {name: _key(name) for name in told})]
    text = list(OPENING)
    if len(codes) > AUTHORITIES_TOLD:
        text.append(f"With more than {AUTHORITIES_TOLD} authorities this page has the summary only.")
    return Section(
        "archetypes",
        "Patterns that should not generally happen",
        text,
        tables=[*tables, *([missing] if missing else ())],
        points=TERMS,
        blocks=[
            *(_block(name, group, names, further) for name, group in told.items()),
            *_other_ways(findings, first, names),
        ],
    )


def _by_archetype(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings by id: the first archetype first, the others in the order in which they came."""
    found: dict[str, list[Finding]] = {FIRST: []}
    for finding in findings:
        found.setdefault(finding.definition.id, []).append(finding)
    return {
        name: sorted(group, key=lambda finding: finding.la_code) for name, group in found.items() if group
    }


def _block(name: str, group: Sequence[Finding], names: Mapping[str, str], further: Further | None) -> Block:
    """One pattern: with several authorities, what is true of all of them first."""
    definition = group[0].definition
    terms = (
        ("Why it is counted.", definition.why),
        ("What is counted.", definition.definition),
        ("Not a judgement.", definition.not_a_judgement),
        ("Source.", definition.source),
    )
    several = len(names) > 1
    return Block(
        _key(name),
        title_of(group[0]),
        text=() if several else rate_sentences(group[0]),
        terms=[(term, words) for term, words in terms if words],
        parts=[
            part
            for finding in group
            for part in _parts(finding, names[finding.la_code] if several else "", further)
        ],
        points=definition.caveats if several else group[0].caveats,
        points_heading="What to bear in mind",
    )


def _parts(finding: Finding, authority: str, further: Further | None) -> list[Part]:
    return [_part(finding, authority), *(further(finding, authority) if further else ())]


def part_key(finding: Finding) -> str:
    """Of what is told of one pattern and authority, unique on the page."""
    return f"{_key(finding.definition.id)}-{re.sub(r'[^a-z0-9]', '-', finding.la_code.lower())}"


def _part(finding: Finding, authority: str) -> Part:
    key = part_key(finding)
    total = sum(finding.outcomes.values())
    what = f"{title_of(finding)}, {authority}" if authority else title_of(finding)
    heading = f"{what}: what became of {anchors_in_words(finding.definition, total)}"
    picture = outcome_bar_svg(f"picture-{key}", finding.outcomes, heading)
    return Part(
        key,
        authority,
        text=rate_sentences(finding) if authority else (),
        figures=[Figure(heading, Markup(picture), key)],
        tables=[outcome_table(key, f"{what}: anchors by outcome", finding.outcomes)],
        points=[c for c in finding.caveats if c not in finding.definition.caveats] if authority else (),
    )


def _other_ways(
    findings: Sequence[Finding], first: Sequence[Finding], names: Mapping[str, str]
) -> list[Block]:
    """Measures that are not shown first; without those of patterns that are not available at all."""
    known = {(finding.definition.id, finding.la_code) for finding in first if finding.outcomes}
    others = [
        finding
        for group in _by_archetype([finding for finding in findings if not finding.headline]).values()
        for finding in group
        if finding.outcomes or (finding.definition.id, finding.la_code) in known
    ]
    if not others:
        return []
    part = Part("archetypes-others", tables=[other_ways_table(others, names)])
    return [Block("archetypes-other-ways", "Other ways of counting", [_NEVER_COMPARED], parts=[part])]


def _key(name: str) -> str:
    """Of a block on the page, by id of the archetype."""
    return f"archetype-{name.replace('_', '-')}"
