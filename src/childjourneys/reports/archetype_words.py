"""What archetypes came to, in sentences."""

from __future__ import annotations

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.findings import Finding
from childjourneys.archetypes.phrases import calendar_text
from childjourneys.archetypes.wording import KINDS, NOUNS
from childjourneys.reports.wording import count, listed, number

MEANINGS = {
    "match": "followed in full, and the pattern is there: in the rate",
    "no_match": "followed in full, and the pattern is not there: in the rate",
    "match_early": "the pattern is there already, but not followed in full",
    "too_recent": "not there so far, and the time is not over",
    "not_seen_before": "not there so far, and the returns begin too late to tell",
    "left": "not there so far; the child came of age, died, was adopted or moved away first",
    "unusable": "not there so far, and a fault in the data stands in the way",
}
_NOT_IN_RATE = {
    "match_early": "already there but not followed in full",
    "too_recent": "too recent",
    "not_seen_before": "reaching back before the returns begin",
    "left": "of children who left first",
    "unusable": "with a fault in the data",
}
_WAYS = {"by_decision": "by what assessments decided, in place of dated child in need plans"}
OPENING = (
    "An archetype is a pattern of dates, such as an assessment that led to no plan and a new referral soon"
    " after it. It starts from an anchor: an event, or a day of the year.",
    "A match is not a judgement of a child, a family or anyone's work: it is a case to read. Only anchors"
    " that could be followed in full, for all the time that the pattern asks about, are in a rate.",
)
TERMS = (
    "Already there: the pattern can be seen, but the anchor is not followed in full. A case to read"
    " (match_early in audit_list.xlsx) and in no rate, as others of its time can't be told yet.",
    "Too recent: not there so far, and the time is not over. Not seen before: the returns begin too late to"
    " tell. Left: the child came of age, died, was adopted or moved away first. Not decided: a fault in the"
    " data stands in the way.",
    "The 95% interval says how far chance alone may move a rate: the fewer anchors, the wider. One child can"
    " have several anchors.",
    "Months needed: how long one anchor has to be followed. Months there: the longest time that the returns"
    " cover without a break.",
)


def percent(share: float | None) -> str:
    """14.3 for 0.143; blank when there is none."""
    return "" if share is None else number(100 * share, 1)


def interval(finding: Finding) -> str:
    """12.4 to 16.4; blank where there is no rate."""
    return "" if finding.rate is None else f"{percent(finding.low)} to {percent(finding.high)}"


def way_of_counting(measure: str) -> str:
    """How a measure differs from the definition it belongs to; blank for the definition itself."""
    way = measure.partition(":")[2]
    if way.startswith("without_"):
        kinds = way.removeprefix("without_").split("_and_")
        return f"without {listed([KINDS.get(kind, kind.replace('_', ' ')) for kind in kinds])}"
    return _WAYS.get(way, way.replace("_", " "))


def anchors_in_words(definition: Archetype, n: int) -> str:
    """`1,204 first completed assessments`."""
    return f"{number(n)} {_noun(definition, n != 1)}"


def rate_sentences(finding: Finding) -> list[str]:
    """The rate with its numbers, or why there is none; then what is not in it."""
    total = sum(finding.outcomes.values())
    told = [_rate(finding) if finding.n else _no_rate(finding, total)]
    if finding.n:
        told.append(_beside_the_rate(finding, total))
    way = way_of_counting(finding.measure)
    if way:
        told.append(f"Shown here: counted {way} ({finding.measure} in archetypes.csv).")
    return told


def _rate(finding: Finding) -> str:
    assert finding.n is not None and finding.matches is not None
    show = "shows" if finding.matches == 1 else "show"
    return (
        f"Of {anchors_in_words(finding.definition, finding.n)} that we could follow in full,"
        f" {number(finding.matches)} ({percent(finding.rate)}%, 95% interval {interval(finding)}) {show} the"
        " pattern."
    )


def _beside_the_rate(finding: Finding, total: int) -> str:
    outside = [
        f"{number(finding.outcomes[name])} {words}"
        for name, words in _NOT_IN_RATE.items()
        if finding.outcomes[name] or name == "too_recent"
    ]
    return f"Of all {number(total)}, these are not in the rate: {listed(outside)}. {_months(finding)}"


def _no_rate(finding: Finding, total: int) -> str:
    who = anchors_in_words(finding.definition, total)
    early = finding.outcomes["match_early"]
    told = f"There is no rate: of {who}, none could be followed in full. {_months(finding)}"
    if finding.definition.list_for_audit == "all":
        return f"{told} audit_list.xlsx offers the cases: it lists every one."
    if early:
        it = "it lists the one that shows" if early == 1 else f"it lists the {number(early)} that show"
        return f"{told} audit_list.xlsx offers the cases: {it} the pattern already."
    return f"{told} audit_list.xlsx offers cases once they show the pattern; none does so far."


def _months(finding: Finding) -> str:
    there = count(finding.months, "month")
    if not finding.months_needed:
        return f"The returns cover {there} without a break."
    return (
        f"One anchor needs {count(finding.months_needed, 'month')} of returns, and {there}"
        f" {'is' if finding.months == 1 else 'are'} there without a break."
    )


def _noun(definition: Archetype, many: bool) -> str:
    start = definition.start
    if start.calendar:
        return f"{'children' if many else 'child'} on a {calendar_text(start.calendar)}"
    terms = [term.event for term in start.event.terms] if start.event else []
    known = KINDS if many else {name: one for name, (one, _) in NOUNS.items()}
    if not terms or any(name not in known for name in terms):
        return "anchors" if many else "anchor"
    words = " or ".join(dict.fromkeys(known[name] for name in terms))
    return words if start.which == "every" else f"{start.which} {words}"
