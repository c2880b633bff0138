"""What a column of ours is called in the file it came from: the heading as written, or the XML element."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from childjourneys.issues import Issue
from childjourneys.sources.annex_a.spec import lists
from childjourneys.sources.cin_census.layout import KINDS
from childjourneys.sources.contract import Matching
from childjourneys.sources.ssda903.layout import modules


def in_their_words(issues: Iterable[Issue], matching: Matching) -> Iterator[Issue]:
    """The issues with columns named as the user sees them; those already so stay as they are."""
    elements = {(kind.name, field.column): field.element for kind in KINDS for field in kind.fields}
    for module in modules().values():
        for sheet in {module.name, module.element}:
            elements |= {(sheet, field.column): field.name for field in module.fields.values()}
    headings = _headings(matching)
    for issue in issues:
        name = elements.get((issue.sheet, issue.column)) or headings.get(
            (issue.file, issue.sheet, issue.column)
        )
        yield replace(issue, column=name) if name else issue


def _headings(matching: Matching) -> dict[tuple[str, str, str], str]:
    ours: dict[str, set[str]] = defaultdict(set)
    for spec in lists().values():
        for canonical, reported in spec.plan.keeps.items() if spec.plan else ():
            ours[canonical].add(reported)
    return {
        (file, sheet, reported): heading
        for (file, sheet, heading), (taken_as, _) in matching.headings.items()
        for reported in ours.get(taken_as, ())
    }
