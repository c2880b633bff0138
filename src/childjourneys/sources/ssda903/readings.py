"""Cells of one column as typed values, each distinct text read once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from childjourneys.domain.identifiers import clean_identifier, is_placeholder
from childjourneys.sources.annex_a.cells import Cells, Flags, match_values
from childjourneys.sources.coding import Match
from childjourneys.sources.mappings import Mappings
from childjourneys.sources.ssda903.layout import CHILD, UPN, Field, coder_of
from childjourneys.sources.values import Unreadable, as_text, parse_date, parse_integer

NOT_KNOWN_DISTANCE = 999.9
_UPN_REASON = re.compile(r"UN[0-9]+")
_POSTCODE = re.compile(r"[A-Z0-9]{5,7}")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?")
_PARTED = r"\s*[/.\- ]\s*"
_PARTIAL = re.compile(
    rf"([0-9]{{1,2}}|[a-z?*]+){_PARTED}([0-9]{{1,2}}|[a-z?*]+){_PARTED}([0-9]{{4}}|[a-z?*]+)"
)
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TYPES: dict[str, type[pl.DataType]] = {"bool": pl.Boolean, "int": pl.Int64, "number": pl.Float64}


@dataclass(frozen=True)
class Reading:
    """One column that is no date.

    Attributes:
        values: per distinct cell its typed value; None where blank or not usable.
        unusable: per distinct cell, whether something is there that can't be used.
        matches: of a coded column, per distinct cell what it was taken for; None where blank or no code.
    """

    cells: Cells
    kind: str
    values: tuple[Any, ...]
    unusable: tuple[bool, ...]
    matches: tuple[Match | None, ...] = ()

    def series(self, where: Flags | None = None) -> pl.Series:
        return self.cells.series(self.values, _TYPES.get(self.kind, pl.String), where)

    def faulty(self) -> Flags:
        """The rows with something that can't be used."""
        return self.cells.spread(self.unusable)


def read_field(cells: Cells, module: str, field: Field, mappings: Mappings | None) -> Reading:
    """A column as its field says."""
    if field.name == UPN:
        return _read_upn(cells, module, mappings)
    coder = coder_of(module, field.name)
    if coder is not None:
        matches = tuple(match_values(cells, coder, module, field.name, mappings))
        codes = [match.code if match else None for match in matches]
        unusable = tuple(match is not None and match.code is None for match in matches)
        truth = field.kind == "bool"
        values = tuple(code == "1" if truth and code is not None else code for code in codes)
        return Reading(cells, field.kind, values, unusable, matches)
    return _parsed(cells, field.kind, _PARSERS.get(_special(field), _text))


def partial_date(text: str) -> str | None:
    """As much of a date as is known: `2019-05-03`, `2019-05` or `2019`; None where nothing is.

    >>> [partial_date(text) for text in ("03/05/2019", "zz/05/2019", "zz/zz/2019", "zz/zz/zzzz")]
    ['2019-05-03', '2019-05', '2019', None]
    """
    try:
        whole = parse_date(text)
    except Unreadable:
        whole = None
    if whole:
        return whole.isoformat()
    parts = _PARTIAL.fullmatch(text.strip().lower())
    if parts is None:
        year = _YEAR.search(text)
        return year[1] if year else None
    if not parts[3].isdigit():
        return None
    month = int(parts[2]) if parts[2].isdigit() else 1 + _month_named(parts[2])
    return f"{parts[3]}-{month:02}" if 1 <= month <= 12 else parts[3]


def _month_named(text: str) -> int:
    return _MONTHS.index(text[:3]) if text[:3] in _MONTHS else -1


def _special(field: Field) -> str:
    return field.name if field.name in _PARSERS else field.kind


def _parsed(cells: Cells, kind: str, parse: Callable[[str], Any]) -> Reading:
    values: list[Any] = []
    unusable: list[bool] = []
    for text in cells.values.texts:
        try:
            values.append(None if text is None else parse(text))
            unusable.append(False)
        except Unreadable:
            values.append(None)
            unusable.append(True)
    return Reading(cells, kind, tuple(values), tuple(unusable))


def _read_upn(cells: Cells, module: str, mappings: Mappings | None) -> Reading:
    """Pupil numbers, and the codes that say why there is none: these have a match."""
    coder = coder_of(module, UPN)
    values: list[str | None] = []
    matches: list[Match | None] = []
    for text in cells.values.texts:
        cleaned = "".join((text or "").split()).upper()
        match = coder.match(cleaned) if coder and _UPN_REASON.fullmatch(cleaned) else None
        decided = mappings.value(module, UPN, text) if mappings and text and match else None
        if decided is not None and match and (decided or None) != match.code:
            match = Match(decided or None, "mapping")
        matches.append(match)
        values.append((match.code if match else cleaned) or None)
    unusable = tuple(match is not None and match.code is None for match in matches)
    return Reading(cells, "text", tuple(values), unusable, tuple(matches))


def _identifier(text: str) -> str | None:
    cleaned = clean_identifier(text)
    return None if is_placeholder(cleaned) else cleaned


def _text(text: str) -> str:
    return clean_identifier(as_text(text))


def _postcode(text: str) -> str:
    """In capitals, with one space before the last three characters where it is a whole postcode."""
    joined = "".join(text.split()).upper()
    return f"{joined[:-3]} {joined[-3:]}" if _POSTCODE.fullmatch(joined) else " ".join(text.split()).upper()


def _number(text: str) -> float:
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        raise Unreadable("not a number")
    return float(text)


def _distance(text: str) -> float | None:
    number = _number(text)
    return None if number == NOT_KNOWN_DISTANCE else number


def _whole(text: str) -> int | None:
    return parse_integer(text)


_PARSERS: dict[str, Callable[[str], Any]] = {
    CHILD: _identifier, "text": _text, "postcode": _postcode, "number": _number, "int": _whole,
    "PL_DISTANCE": _distance, "DATE_PERM": partial_date,
}  # fmt: skip
