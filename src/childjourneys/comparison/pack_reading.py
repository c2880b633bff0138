"""Packs from JSON. They come from other authorities: nothing in one is trusted before it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.reading import read_definitions
from childjourneys.archetypes.writing import definition_hash
from childjourneys.comparison import pack_values as must_be
from childjourneys.comparison.pack import (
    FORMAT,
    FORMAT_VERSION,
    HIDDEN,
    AuthorityPart,
    Bin,
    Count,
    IndicatorRow,
    MeasurePart,
    Number,
    Pack,
    Stratum,
    TrendMonth,
)
from childjourneys.comparison.pack_values import Refused
from childjourneys.issues import UsageError
from childjourneys.tables import DERIVED

T = TypeVar("T")
LARGEST_FILE = 200_000_000
_INDICATOR = DERIVED["indicators"].names()
_PACK = ("format", "format_version", *(field.name for field in fields(Pack)))


class NoPack(UsageError):
    """A file is no pack of this program; its text is one sentence with the file."""


def read_pack(path: Path) -> Pack:
    """The pack of a file.

    Raises:
        NoPack: it is a file of another kind.
        UsageError: it can't be read, or is not as a pack must be; one sentence with the place.
    """
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise UsageError(f"{path} is too large for a pack: it has more than {LARGEST_FILE:,} bytes.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise NoPack(f"{path} is no pack: it is no UTF-8 text.") from error
    return pack_of(text, str(path))


def pack_of(text: str, name: str) -> Pack:
    """The pack of a text.

    Args:
        name: file name, for messages.

    Raises:
        NoPack, UsageError: as `read_pack`.
    """
    if f'"{FORMAT}"' not in text:
        raise NoPack(f"{name} is no pack: a pack names the format {FORMAT}.")
    try:
        content = must_be.json_of(text)
    except Refused as error:
        raise UsageError(f"{name} can't be used: {error}") from None
    except RecursionError:
        raise UsageError(f"{name} can't be used: it is nested too deeply.") from None
    except ValueError:
        raise UsageError(f"{name} can't be used: it is not JSON, or not the whole of it.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NoPack(f"{name} is no pack: a pack names the format {FORMAT}.")
    version = content.get("format_version")
    if version != FORMAT_VERSION or isinstance(version, bool):
        raise UsageError(
            f"{name} is a pack of another version: this program reads format_version {FORMAT_VERSION}."
            " Make it anew with the same version of childjourneys."
        )
    try:
        return _pack(_Place(name, "the pack", content))
    except Refused as error:
        raise UsageError(f"{name}: {error}") from None


@lru_cache(maxsize=1000)
def definition_of(text: str) -> tuple[Archetype, str]:
    """The definition that stands in a pack, and its hash; packs of many authorities hold few different ones.

    Raises:
        UsageError: it is no definition, or more than one.
    """
    definitions = read_definitions(text, "definition")
    if len(definitions) != 1:
        raise UsageError("There is more than one definition.")
    return definitions[0], definition_hash(definitions[0])


@dataclass(frozen=True)
class _Place:
    """A mapping of a pack, and where it stands."""

    file: str
    where: str
    content: Mapping[str, Any]

    def take(self, key: str, how: Callable[[object], T]) -> T:
        """A value read by `how`, which says what it must be when it is not."""
        try:
            return how(self.content[key])
        except Refused as error:
            raise Refused(f"{self.where}, {key}: {error}") from None

    def parts(self, key: str, names: Iterable[str], how: Callable[[_Place], T]) -> tuple[T, ...]:
        """A list of mappings with these keys, each read by `how`."""
        items = self.take(key, must_be.a_list)
        names = tuple(names)
        return tuple(
            how(_place(self.file, f"{self.where}, {key} {number}", item, names))
            for number, item in enumerate(items, start=1)
        )


def _place(file: str, where: str, content: object, names: Iterable[str]) -> _Place:
    """A mapping that has these keys and no other."""
    if not isinstance(content, dict):
        raise Refused(f"{where} must be an object.")
    names = tuple(names)
    for key in names:
        if key not in content:
            raise Refused(f"{where} lacks the key {key}.")
    if len(content) > len(names):
        raise Refused(f"{where} has a key that packs don't have; known are {', '.join(names)}.")
    return _Place(file, where, content)


def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _pack(found: _Place) -> Pack:
    top = _place(found.file, "the pack", found.content, _PACK)
    authorities = top.parts("authorities", _names(AuthorityPart), _authority)
    if not authorities:
        raise Refused("the pack holds no authority.")
    codes = [part.la_code for part in authorities]
    if len(set(codes)) < len(codes):
        raise Refused("the pack holds an authority twice.")
    made_with, preset, calendar, tie_rule = (
        top.take(name, must_be.text) for name in ("made_with", "preset", "calendar", "tie_rule")
    )
    return Pack(made_with, preset, calendar, tie_rule, authorities)


def _authority(found: _Place) -> AuthorityPart:
    part = AuthorityPart(
        la_code=found.take("la_code", must_be.text),
        as_at=found.take("as_at", must_be.month),
        coverage=found.take("coverage", must_be.coverage),
        carried=found.take("carried", must_be.carried),
        measures=found.parts("measures", _names(MeasurePart), _measure),
        indicators=found.parts("indicators", _INDICATOR, _indicator),
    )
    names = [one.measure for one in part.measures]
    if len(set(names)) < len(names):
        raise Refused(f"{found.where} holds a measure twice.")
    if set(part.coverage) != set(part.carried):
        raise Refused(f"{found.where}: coverage and carried must name the same types and kinds.")
    return part


def _measure(found: _Place) -> MeasurePart:
    part = MeasurePart(
        measure=found.take("measure", must_be.text),
        version=found.take("version", must_be.whole_number),
        definition=found.take("definition", must_be.definition_text),
        hash=found.take("hash", must_be.sha256),
        needs_months=found.take("needs_months", must_be.whole_number),
        months=found.take("months", must_be.whole_number),
        outcomes=found.take("outcomes", must_be.outcomes),
        n=found.take("n", must_be.count),
        matches=found.take("matches", must_be.count),
        **{name: found.take(name, must_be.number) for name in ("rate", "low", "high")},
        caveats=found.take("caveats", must_be.counts),
        strata=found.parts("strata", _names(Stratum), _stratum),
        trend=found.parts("trend", _names(TrendMonth), _trend_month),
        bins=found.parts("bins", _names(Bin), _bin),
    )
    _check_rate(found, part.n, part.matches, part.rate, part.low, part.high)
    _check_definition(found, part)
    return part


def _check_definition(found: _Place, part: MeasurePart) -> None:
    """The definition is one, is that of the measure, and has the hash that the pack says it has."""
    try:
        definition, its_hash = definition_of(part.definition)
    except UsageError:
        raise Refused(f"{found.where}, definition: it is none that this version can read.") from None
    if definition.id != part.measure.partition(":")[0]:
        raise Refused(f"{found.where}, definition: it is not that of the measure.")
    if its_hash != part.hash:
        raise Refused(f"{found.where}, hash: it is not that of the definition beside it.")


def _check_rate(found: _Place, n: Count, matches: Count, *derived: Number) -> None:
    """A part is not larger than the whole, and nothing is worked out from a hidden number."""
    if isinstance(n, int) and isinstance(matches, int) and matches > n:
        raise Refused(f"{found.where}: matches can't be more than n.")
    if HIDDEN in (n, matches) and any(isinstance(number, float) for number in derived):
        raise Refused(f"{found.where}: a rate stands beside a hidden count.")


def _stratum(found: _Place) -> Stratum:
    dimension, group = found.take("dimension", must_be.text), found.take("group", must_be.text)
    part = Stratum(dimension, group, *_three(found))
    _check_rate(found, part.n, part.matches, part.rate)
    return part


def _trend_month(found: _Place) -> TrendMonth:
    part = TrendMonth(
        found.take("month", must_be.month), *_three(found), found.take("complete", must_be.true_or_false)
    )
    _check_rate(found, part.n, part.matches, part.rate)
    return part


def _three(found: _Place) -> tuple[Count, Count, Number]:
    return (
        found.take("n", must_be.count),
        found.take("matches", must_be.count),
        found.take("rate", must_be.number),
    )


def _bin(found: _Place) -> Bin:
    days = (found.take(name, must_be.whole_number) for name in ("from_day", "to_day"))
    return Bin(*days, *(found.take(name, must_be.count) for name in _names(Bin)[2:]))


def _indicator(found: _Place) -> IndicatorRow:
    month, text, number = must_be.month, must_be.text, must_be.number
    count, or_none = must_be.count, must_be.or_none
    how: dict[str, Callable[[object], Any]] = {
        "indicator": text, "la_code": text, "from": or_none(month), "to": or_none(month),
        "numerator": count, "denominator": count, "value": number, "unit": text, "low": number,
        "high": number, "method": or_none(text), "excluded": must_be.counts,
        "available": must_be.true_or_false, "reason": or_none(text), "national_value": or_none(number),
        "national_year": or_none(must_be.whole_number),
    }  # fmt: skip
    return {name: found.take(name, how[name]) for name in _INDICATOR}
