"""Which list a sheet is, and which column each heading is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from childjourneys.sources.annex_a.spec import ListColumn, ListSpec, lists, normalise_heading
from childjourneys.sources.values import is_blank

_ROWS_LOOKED_AT = 10
_LONGEST_HEADING = 300
_LETTERS_FOR_SPELLING = 8
_EDITS = 2
# A sheet's name is believed unless the headings fit another list this much better.
_CLEARLY_BETTER = 1.25


@dataclass(frozen=True)
class Found:
    """A heading row: its place among the rows given, the list, and what the sheet's name said if not that."""

    place: int
    spec: ListSpec
    name_said: int | None = None


@dataclass(frozen=True)
class Heading:
    """One heading of a sheet and what it was taken for (`taken_as` blank: not taken).

    `how`: exact, pattern, misspelling, mapping, two candidates, superseded, not taken.
    """

    place: int
    text: str
    taken_as: str
    how: str
    candidate_for: str = ""


@dataclass(frozen=True)
class HeadingMatch:
    """All headings of a sheet, the place of each matched column, columns lost to two candidates."""

    headings: tuple[Heading, ...]
    places: Mapping[str, int]
    contested: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def list_number(name: str, need_word: bool = False) -> int | None:
    """The list a sheet name speaks of: its first whole number 1 to 11, after the word `list` if there.

    Args:
        need_word: a number counts only after the word, or when it is the whole name (file names hold dates).

    >>> list_number("List 3 (v2)"), list_number("list10"), list_number("1"), list_number("Sheet 2024")
    (3, 10, 1, None)
    """
    word = re.search(r"list", name, re.IGNORECASE)
    if word is None and need_word and not name.strip().isdecimal():
        return None
    for number in re.findall(r"[0-9]+", name[word.end() :] if word else name):
        if len(number) <= 9 and 1 <= int(number) <= 11:
            return int(number)
    return None


def find_list(
    rows: Sequence[Sequence[Any]], named: int | None, decided: Mapping[str, str] | None = None
) -> Found | None:
    """The first row, of the first ten filled ones, that is a heading row of a list.

    Args:
        rows: the sheet from its first filled row.
        named: the list its name speaks of.
        decided: the analyst's decisions on this sheet's headings.
    """
    looked_at = 0
    for place, row in enumerate(rows):
        cells = [cell for cell in row if isinstance(cell, str) and not is_blank(cell)]
        if not cells and all(map(is_blank, row)):
            continue
        looked_at += 1
        if looked_at > _ROWS_LOOKED_AT:
            return None
        spec = _list_of(cells, named, decided or {}) if len(cells) > 1 else None
        if spec is not None:
            return Found(place, spec, named if named not in (None, spec.number) else None)
    return None


def match_headings(
    spec: ListSpec, row: Sequence[Any], decided: Mapping[str, str] | None = None
) -> HeadingMatch:
    """What every heading of a list's heading row is.

    Exact wordings first, then patterns, then misspellings; of two candidates for one column a single exact
    one wins, else neither is used.

    Args:
        decided: heading to canonical column, or "" for none. These decide; `how` says `mapping` where that
            changed something.
    """
    texts = {
        place: cell.strip() for place, cell in enumerate(row) if isinstance(cell, str) and not is_blank(cell)
    }
    alone = _match(spec, texts)
    decided = {text: name for text, name in (decided or {}).items() if text in texts.values()}
    if not decided:
        return alone
    by_itself = {heading.place: heading.taken_as for heading in alone.headings}
    names = {column.name for column in spec.columns}
    claimed: dict[str, list[int]] = {}
    for place, text in texts.items():
        if decided.get(text) in names:
            claimed.setdefault(decided[text], []).append(place)
    rest = {place: text for place, text in texts.items() if text not in decided}
    match = _match(spec, rest, frozenset(claimed))
    headings = list(match.headings)
    places = dict(match.places)
    contested = dict(match.contested)
    for place, text in texts.items():
        if text not in decided:
            continue
        name = decided[text] if decided[text] in names else ""
        if name and len(claimed[name]) > 1:
            contested[name] = tuple(claimed[name])
            headings.append(Heading(place, text, "", "two candidates", name))
            continue
        if name:
            places[name] = place
        unchanged = name == by_itself[place]
        how = next(h.how for h in alone.headings if h.place == place) if unchanged else "mapping"
        headings.append(Heading(place, text, name, how))
    return HeadingMatch(tuple(sorted(headings, key=lambda h: h.place)), places, contested)


def _list_of(cells: Sequence[str], named: int | None, decided: Mapping[str, str]) -> ListSpec | None:
    scores: dict[int, float] = {}
    halves: dict[int, bool] = {}
    keyed: dict[int, bool] = {}
    fitting: dict[int, int] = {}
    found = [_candidates_decided(cell, decided) for cell in cells]
    for number, spec in lists().items():
        matched = {name for candidates in found for at, name in candidates if at == number}
        halves[number] = 2 * len(matched) >= len(spec.columns)
        keyed[number] = spec.identifier in matched and any(name in matched for name in spec.telling)
        fitting[number] = len(matched)
        scores[number] = 2 * len(matched) / (len(cells) + len(spec.columns))
    by_headings = [number for number in scores if halves[number] and keyed[number]]
    best = max(by_headings, key=lambda number: scores[number], default=None)
    # The name decides, unless another list is clearly better; one whose key heading is missing or misspelt
    # also gives way to a list with its own that more of the headings fit.
    if named is not None and _name_holds(named, best, halves, keyed, fitting, scores):
        return lists()[named]
    if best is not None:
        return lists()[best]
    # No name and no key column: only a sheet that is nearly a whole list is called one, with an error.
    nearest = max(scores, key=lambda number: scores[number])
    return lists()[nearest] if scores[nearest] >= 0.8 else None


def _name_holds(
    named: int,
    best: int | None,
    halves: Mapping[int, bool],
    keyed: Mapping[int, bool],
    fitting: Mapping[int, int],
    scores: Mapping[int, float],
) -> bool:
    if best is None:
        return halves[named] or keyed[named]
    if keyed[named]:
        return scores[best] <= _CLEARLY_BETTER * scores[named]
    return halves[named] and fitting[named] >= fitting[best]


def _candidates_decided(cell: str, decided: Mapping[str, str]) -> frozenset[tuple[int, str]]:
    name = decided.get(cell.strip())
    if name is None:
        return _candidates(cell)
    return frozenset((number, name) for number, spec in lists().items() if name and _has(spec, name))


def _has(spec: ListSpec, name: str) -> bool:
    return any(column.name == name for column in spec.columns)


def _match(spec: ListSpec, texts: Mapping[int, str], taken: frozenset[str] = frozenset()) -> HeadingMatch:
    columns = [column for column in spec.columns if column.name not in taken]
    normal = {place: normalise_heading(text) for place, text in texts.items()}
    how: dict[int, tuple[str, str, str]] = {}
    places: dict[str, int] = {}
    contested: dict[str, tuple[int, ...]] = {}
    superseded = frozenset().union(*(column.superseded for column in columns)) if columns else frozenset()
    for place, text in normal.items():
        if text in superseded:
            how[place] = ("", "superseded", "")
    for column in columns:
        exact = [place for place, text in normal.items() if place not in how and text in column.exact]
        if len(exact) == 1:
            places[column.name] = exact[0]
            how[exact[0]] = (column.name, "exact", "")
        elif exact:
            contested[column.name] = tuple(exact)
            how.update(dict.fromkeys(exact, ("", "two candidates", column.name)))
    fits = {
        place: [column for column in columns if any(p.search(text) for p in column.patterns)]
        for place, text in normal.items()
        if place not in how and len(text) <= _LONGEST_HEADING
    }
    for column in columns:
        here = [place for place, fitting in fits.items() if place not in how and column in fitting]
        # A heading that fits the patterns of several free columns is evidence for none of them.
        free = [
            place
            for place in here
            if all(
                other is column or other.name in places or other.name in contested for other in fits[place]
            )
        ]
        if column.name in places or column.name in contested:
            how.update(
                {place: ("", "two candidates", column.name) for place in here if len(fits[place]) == 1}
            )
        elif len(here) == 1 and free == here:
            places[column.name] = here[0]
            how[here[0]] = (column.name, "pattern", "")
        elif len(here) > 1:
            contested[column.name] = tuple(here)
            how.update(dict.fromkeys(here, ("", "two candidates", column.name)))
    _take_misspelt(columns, normal, how, places, contested)
    headings = (Heading(place, text, *how.get(place, ("", "not taken", ""))) for place, text in texts.items())
    return HeadingMatch(tuple(headings), places, contested)


def _take_misspelt(
    columns: Sequence[ListColumn],
    normal: Mapping[int, str],
    how: dict[int, tuple[str, str, str]],
    places: dict[str, int],
    contested: Mapping[str, tuple[int, ...]],
) -> None:
    """One unclaimed heading within two edits of one unmatched column's official wording."""
    free = [column for column in columns if column.name not in places and column.name not in contested]
    near: list[tuple[int, ListColumn]] = [
        (place, column)
        for place, text in normal.items()
        if place not in how and sum(map(str.isalpha, text)) >= _LETTERS_FOR_SPELLING
        for column in free
        if within_edits(text, normalise_heading(column.heading), _EDITS)
    ]
    for place, column in near:
        alone = sum(p == place for p, _ in near) == 1 and sum(c is column for _, c in near) == 1
        if alone:
            places[column.name] = place
            how[place] = (column.name, "misspelling", "")


def within_edits(one: str, other: str, most: int) -> bool:
    """Whether inserting, deleting, changing or swapping neighbours at most so often makes them equal.

    >>> within_edits("date of refferal", "date of referral", 2), within_edits("abc", "xyz", 2)
    (True, False)
    """
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        current = [i]
        for j, b in enumerate(other, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return False
        before, previous = previous, current
    return previous[-1] <= most


@cache
def _patterns() -> dict[re.Pattern[str], frozenset[tuple[int, str]]]:
    found: dict[re.Pattern[str], set[tuple[int, str]]] = {}
    for number, spec in lists().items():
        for column in spec.columns:
            for pattern in column.patterns:
                found.setdefault(pattern, set()).add((number, column.name))
    return {pattern: frozenset(columns) for pattern, columns in found.items()}


@cache
def _exact() -> dict[str, frozenset[tuple[int, str]]]:
    found: dict[str, set[tuple[int, str]]] = {}
    for number, spec in lists().items():
        for column in spec.columns:
            for text in column.exact:
                found.setdefault(text, set()).add((number, column.name))
    return {text: frozenset(columns) for text, columns in found.items()}


def _candidates(cell: str) -> frozenset[tuple[int, str]]:
    """Columns, over all lists, that a heading could be: exactly, or by a pattern."""
    return _fitting(normalise_heading(cell)) if len(cell) <= _LONGEST_HEADING else frozenset()


@lru_cache(maxsize=4096)
def _fitting(text: str) -> frozenset[tuple[int, str]]:
    found = set(_exact().get(text, frozenset()))
    for pattern, columns in _patterns().items():
        if pattern.search(text):
            found |= columns
    return frozenset(found)
