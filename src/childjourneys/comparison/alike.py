"""Which measures of which packs may stand side by side, and why others may not. Nothing is pooled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from childjourneys.archetypes.definition import Archetype, kinds_of
from childjourneys.archetypes.wording import KINDS
from childjourneys.comparison.funnel import Unit
from childjourneys.comparison.pack import HIDDEN, MeasurePart, Pack
from childjourneys.comparison.pack_reading import definition_of

_SHOWN = 12


@dataclass(frozen=True)
class Likeness:
    """What must be equal for two rates to be comparable, beside the name of the measure.

    Attributes:
        carried: of the types and kinds that the definition asks about, those that a return carries.
    """

    hash: str
    tie_rule: str
    calendar: str
    carried: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A measure of one authority, as its pack tells it."""

    la_code: str
    preset: str
    likeness: Likeness
    part: MeasurePart

    @property
    def definition(self) -> Archetype:
        return definition_of(self.part.definition)[0]

    @property
    def hidden(self) -> bool:
        """n or matches is hidden: it is listed, not placed."""
        return HIDDEN in (self.part.n, self.part.matches)

    @property
    def short(self) -> bool:
        """Its returns cover fewer months than one anchor needs."""
        return self.part.needs_months > self.part.months

    @property
    def unit(self) -> Unit | None:
        """As a unit of a funnel; None where a number is hidden or no anchor was followed in full."""
        n, matches = self.part.n, self.part.matches
        if isinstance(n, int) and isinstance(matches, int) and n:
            return Unit(self.la_code, n, matches)
        return None


@dataclass(frozen=True)
class LeftOut:
    """An authority that can't be put beside the others, and why, as a sentence.

    `reasons`: definition, tie_rule, calendar, kinds; alone: no other authority has a rate; not available.
    """

    la_code: str
    reasons: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Side:
    """Authorities whose measure is counted alike, two or more, in the order of their codes."""

    entries: tuple[Entry, ...]

    @property
    def units(self) -> list[Unit]:
        return [unit for entry in self.entries if (unit := entry.unit)]

    @property
    def missing(self) -> tuple[str, ...]:
        """Types and kinds that the definition asks about and no return of these authorities carries."""
        first = self.entries[0]
        return tuple(kind for kind in kinds_of(first.definition) if kind not in first.likeness.carried)

    @property
    def instead(self) -> str:
        """The variant that these authorities show first, because their returns lack a kind; blank if none."""
        first = self.entries[0]
        name, _, told_another_way = first.part.measure.partition(":")
        for variant in () if told_another_way else first.definition.variants:
            if set(variant.instead_without).intersection(self.missing):
                return f"{name}:{variant.name}"
        return ""


@dataclass(frozen=True)
class Compared:
    """One measure over some packs.

    Attributes:
        sides: groups of authorities that count alike, the largest first. Two groups are never mixed.
        left_out: those that stand in none of them, and those that are in a smaller one, with the difference
            from the first.
    """

    measure: str
    title: str
    sides: tuple[Side, ...]
    left_out: tuple[LeftOut, ...]


def compare(packs: Sequence[Pack]) -> list[Compared]:
    """Every measure of some packs, in the order in which they name them."""
    entries: dict[str, list[Entry]] = {}
    for pack in packs:
        for authority in pack.authorities:
            carried = set(authority.carried)
            for part in authority.measures:
                asked = kinds_of(definition_of(part.definition)[0])
                used = tuple(sorted(carried.intersection(asked)))
                like = Likeness(part.hash, pack.tie_rule, pack.calendar, used)
                entries.setdefault(part.measure, []).append(Entry(authority.la_code, pack.preset, like, part))
    return [_compared(name, sorted(some, key=lambda e: e.la_code)) for name, some in entries.items()]


def _compared(measure: str, entries: Sequence[Entry]) -> Compared:
    title = next((e.definition.title for e in entries if e.definition.title), measure)
    left_out = [
        LeftOut(e.la_code, ("not available",), "The returns do not carry what this pattern needs.")
        for e in entries
        if e.part.n is None
    ]
    groups: dict[Likeness, list[Entry]] = {}
    for entry in entries:
        if entry.part.n is not None:
            groups.setdefault(entry.likeness, []).append(entry)
    ordered = sorted(groups.values(), key=lambda group: (-len(group), group[0].la_code))
    for group in ordered[1:]:
        left_out += [_unlike(entry, ordered[0][0]) for entry in group]
    if len(ordered) == 1 and len(ordered[0]) == 1:
        said = "No other authority of these packs has a rate for this pattern."
        left_out.append(LeftOut(ordered[0][0].la_code, ("alone",), said))
    sides = tuple(Side(tuple(group)) for group in ordered if len(group) > 1)
    return Compared(measure, title, sides, tuple(sorted(left_out, key=lambda one: one.la_code)))


def _unlike(entry: Entry, other: Entry) -> LeftOut:
    """Why a measure of an authority can't stand beside that of another."""
    mine, theirs = entry.likeness, other.likeness
    reasons: list[tuple[str, str]] = []
    if mine.hash != theirs.hash:
        reasons.append(
            (
                "definition",
                f"it counts by another definition ({mine.hash[:_SHOWN]}, not {theirs.hash[:_SHOWN]})",
            )
        )
    if mine.tie_rule != theirs.tie_rule:
        reasons.append(
            ("tie_rule", f"events of one day are in another order ({mine.tie_rule}, not {theirs.tie_rule})")
        )
    if mine.calendar != theirs.calendar:
        reasons.append(
            ("calendar", f"it counts with another calendar ({mine.calendar}, not {theirs.calendar})")
        )
    if mine.carried != theirs.carried and mine.hash == theirs.hash:
        more, less = set(mine.carried) - set(theirs.carried), set(theirs.carried) - set(mine.carried)
        told = []
        if less:
            told.append(f"its returns do not show {listed_kinds(less)}, as those of {other.la_code} do")
        if more:
            told.append(f"its returns show {listed_kinds(more)}, and those of {other.la_code} do not")
        reasons.append(("kinds", "; ".join(told)))
    said = "; ".join(text for _, text in reasons)
    return LeftOut(entry.la_code, tuple(name for name, _ in reasons), said[0].upper() + said[1:] + ".")


def listed_kinds(kinds: Iterable[str]) -> str:
    """Types and kinds in words: a and b."""
    words = list(dict.fromkeys(KINDS.get(kind, kind.replace("_", " ")) for kind in sorted(kinds)))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
