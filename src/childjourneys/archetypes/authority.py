"""One authority's journeys as sorted arrays, which the evaluation searches.

A key holds the child (or episode, record, family), the day and the place in the day in one number;
everything is found by binary search in sorted keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.archetypes.days import NEVER, Flags, Ints, birthdays
from childjourneys.archetypes.definition import RECORDS
from childjourneys.domain.vocabulary import EVENTS

EXPECTED_DAYS = 280
# Attributes that are true, false or a whole number.
_PLAIN = frozenset(
    {"nfa", "while_open", "assessed_needs_support", "icpc_not_required", "number_of_previous_cpp", "uasc",
     "temporary", "same_carer", "resumes", "contact_age", "child_age"}
)  # fmt: skip
# The kind of record of which several may be one: placements on with the same carer, or resumed.
STAYS = "placement"
TYPE = {event.name: number for number, event in enumerate(EVENTS)}
CODES = ("", "no_link", "calendar", "undated", "future", "end_before_start", "before_birth", "unknown_end")
CODE = {name: number for number, name in enumerate(CODES)}
# The event whose rank decides whether a spell that starts on the anchor day counts, and the one that ends it.
START_EVENT = {kind: events[0] for kind, events in RECORDS.items()} | {
    "need_episode": "referral",
    "care_leaver": "care_leaver",
}
END_EVENT = {kind: events[1] for kind, events in RECORDS.items()} | {"need_episode": "case_closed"}


@dataclass(frozen=True)
class Marks:
    """Records without a usable date. `start` is -1 where the start of the record is not known."""

    child: Ints
    types: list[frozenset[str]]
    code: Ints
    start: Ints


@dataclass(frozen=True)
class Spells:
    """Spells of one kind as reported, sorted by child and start. Open ones end `NEVER`.

    Attributes:
        stay: of placements, one number for those of one `placement_id`; else as `record`.
        temporary: placements that were temporary.
        place: rows of the authority's spells as reported, which say where each was found.
    """

    child: Ints
    start: Ints
    end: Ints
    unknown: Flags
    record: Ints
    stay: Ints
    temporary: Flags
    place: Ints


@dataclass
class Authority:
    """One authority's journeys, as seen on a day.

    Events are in the order of their keys. Children are numbered from 0; -1 stands for none.

    Attributes:
        source: the rows of the events, in their order.
        spell_source: where spells were found.
        rank: twice the place in the day; odd for the end of a spell that starts on its own day.
        birth: day of birth; `NEVER` when not known or not born yet.
        known_from: 280 days before the actual or expected birth; 0 when that is not known.
        coverage: by event type and spell kind, first and last days of its ranges, gaps kept.
        as_at: the last day that is seen.
        stay: of the start and end of a placement, one number for those of one `placement_id`; else as
            `record`.
    """

    la_code: str
    as_at: int
    child_ids: pl.Series
    birth: Ints
    known_from: Ints
    death: Ints
    family: Ints
    source: pl.DataFrame
    child: Ints
    day: Ints
    kind: npt.NDArray[np.int16]
    rank: Ints
    episode: Ints
    record: Ints
    stay: Ints
    before_birth: Flags
    marks: Marks
    spells: Mapping[str, Spells]
    spell_source: pl.DataFrame
    coverage: Mapping[str, tuple[Ints, Ints]]
    _attributes: dict[tuple[str, str], pl.Series] = field(default_factory=dict)
    _rows: dict[str, Ints] = field(default_factory=dict)

    def rows(self, event: str) -> Ints:
        """The events of a type, those before birth left out, in order."""
        if event not in self._rows:
            self._rows[event] = np.flatnonzero((self.kind == TYPE[event]) & ~self.before_birth)
        return self._rows[event]

    def attribute(self, event: str, name: str) -> pl.Series:
        """An attribute of `rows(event)` as text; null where blank."""
        if (event, name) not in self._attributes:
            self._attributes[event, name] = self.attribute_at(self.rows(event), name)
        return self._attributes[event, name]

    def attribute_at(self, rows: Ints, name: str) -> pl.Series:
        """An attribute of some events as text; a list as JSON; null where blank."""
        texts = self.source["attributes"][rows]
        if name in _PLAIN:
            # Quotes inside a text are escaped, so this can only be the key. It takes a third of the time.
            return texts.str.extract(rf'"{name}":\s*(true|false|-?\d+)')
        return texts.str.json_path_match(f"$.{name}")

    @cached_property
    def exit(self) -> Ints:
        """The first day on which a child is no longer followed, birthdays aside; `NEVER` if none."""
        found = np.where(self.death <= self.as_at, self.death, NEVER)
        for event, reasons in (("case_closed", ("RC1", "RC2", "RC5")), ("adopted", None)):
            rows = self.rows(event)
            if reasons is not None and rows.size:
                reason = self.attribute(event, "closure_reason")
                left = reason.is_in(["RC1", "RC2"]).fill_null(False).to_numpy()
                moved = (reason == "RC5").fill_null(False).to_numpy()
                last = np.zeros(len(found), dtype=np.int64)
                seen = ~self.before_birth
                np.maximum.at(last, self.child[seen], self.day[seen])
                rows = rows[left | (moved & (last[self.child[rows]] <= self.day[rows]))]
            np.minimum.at(found, self.child[rows], self.day[rows])
        return found

    def exit_at(self, until_age: int) -> Ints:
        """`exit`, or the birthday at which a child leaves, whichever comes first."""
        known = self.birth != NEVER
        birthday = np.full(self.birth.size, NEVER, dtype=np.int64)
        birthday[known] = birthdays(self.birth[known], until_age)
        return np.minimum(self.exit, birthday)

    def without(self, kinds: Collection[str]) -> Authority:
        """The same as if no return carried some event types and spell kinds."""
        if not kinds:
            return self
        return replace(self, coverage={k: v for k, v in self.coverage.items() if k not in kinds})

    def links(self, rows: Ints, same: str) -> Ints:
        """The number of the record, stay or need episode that some events belong to; -1 for none."""
        if same == "need_episode":
            return self.episode[rows]
        return self.stay[rows] if same == STAYS else self.record[rows]

    def carries(self, kind: str) -> bool:
        return kind in self.coverage

    @cached_property
    def states(self) -> dict[str, tuple[Ints, Ints, Ints]]:
        """By kind, child, start and end of the days in it; spells that overlap or touch are one."""
        return {kind: _union(spells) for kind, spells in self.spells.items()}


def _union(spells: Spells) -> tuple[Ints, Ints, Ints]:
    """Child, start, end of spells that overlap or touch as one; those of 0 days that touch none are out."""
    child, start, end = spells.child, spells.start, spells.end
    span = np.int64(1) << 41
    reach = np.maximum.accumulate(end + child * span) - child * span
    fresh = np.ones(child.size, dtype=bool)
    fresh[1:] = (child[1:] != child[:-1]) | (start[1:] > reach[:-1])
    heads = np.flatnonzero(fresh)
    ends = np.maximum.reduceat(end, heads)
    some = ends > start[heads]
    return child[heads][some], start[heads][some], ends[some]
