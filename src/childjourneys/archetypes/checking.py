"""What makes a definition legal, beyond being well written.

Refused is what names nothing that exists, what the language leaves out, and what can't be meant:

- a window without days, or one that the counting of events can never or must always meet;
- a link (`same:`) or a start (`from:`) that one of the two events can't have;
- tests of attributes that no event can pass together, also those of the start with those of `- where:`, and a
  `- where:` that every anchor passes;
- a state and its opposite on one day, a clause and its opposite side by side.

Not looked for: contradictions that only show by comparing windows of several clauses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from childjourneys.archetypes.checking_clauses import ClauseChecker
from childjourneys.archetypes.checking_names import KIND_NAMES, OLDEST, Path, is_whole
from childjourneys.archetypes.checking_windows import Parent
from childjourneys.archetypes.definition import Archetype, At, Condition, Event, Start, State, Variant, Which
from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.errors import listed, unknown
from childjourneys.archetypes.phrases import is_day_of_year
from childjourneys.archetypes.possible import Tests, can_hold, ways
from childjourneys.domain.vocabulary import SPELL_KINDS


def check(definition: Archetype, file: str = "", lines: Mapping[Path, int] | None = None) -> None:
    """Refuse a definition that is not legal.

    Args:
        definition: from YAML or from Python.
        file: name for messages.
        lines: line of each part, by its path of keys and places in lists.

    Raises:
        DefinitionError: with the line of the part at fault, or of what it stands in.
    """
    _Checker(file, lines or {}).whole(definition)


class _Checker(ClauseChecker):
    """A whole definition: what stands at its top, its start, its clauses, and its variants."""

    def whole(self, definition: Archetype) -> None:
        self.name(("archetype",), definition.id, "archetype")
        if not is_whole(definition.version) or definition.version < 1:
            raise self.error(("version",), "`version` is a whole number from 1.", "version")
        self.one_of(("follow",), definition.follow, ("child", "family"), "value of `follow`")
        self.one_of(("clock",), definition.clock, ("anchor", "referral"), "value of `clock`")
        self.one_of(
            ("list for audit",), definition.list_for_audit, ("match", "all"), "value of `list for audit`"
        )
        if not is_whole(definition.until_age) or not 18 <= definition.until_age <= OLDEST:
            raise self.error(
                ("until_age",), f"`until_age` is a whole number from 18 to {OLDEST}.", "until_age"
            )
        self.names(("needs",), definition.needs, KIND_NAMES, "type of event or kind of spell")
        self.names(("uses",), definition.uses, KIND_NAMES, "type of event or kind of spell")
        for place, name in enumerate(definition.uses):
            if name in definition.needs:
                raise self.error(("uses", place), f"`{name}` stands under `needs` and `uses`.", name)
        self.names(("report by",), definition.report_by, DIMENSIONS, "dimension of the report")
        self.told(definition, ())
        self.sensitivity(definition)
        self.variants(definition)

    def told(self, definition: Archetype, root: Path) -> None:
        """One way of telling it: the main one, or a variant at `root`."""

        def at(key: str) -> Path:
            return (*root, key) if (*root, key) in self.lines or not root else (key,)

        where = at("start")
        self.start(where, definition)
        if definition.clock == "referral" and definition.start.calendar:
            raise self.error(
                at("clock"), "a calendar date has no referral, so `clock: referral` can't be.", "clock"
            )
        parents = ways(definition.start.event) if definition.start.event else []
        if not definition.then:
            raise self.error(at("then"), "`then` needs a clause; without one every anchor matches.", "then")
        self.called = set()
        self.nodes(at("then"), definition.then, Parent(parents, definition, outer=True))

    def sensitivity(self, definition: Archetype) -> None:
        clauses = {clause.name: clause for clause in definition.clauses() if clause.name}
        seen: set[str] = set()
        for name, bounds in definition.sensitivity:
            path: Path = ("sensitivity", name)
            if name not in clauses:
                raise self.error(path, unknown(name, "name of a clause (`call it`)", clauses), name)
            if not bounds or name in seen:
                raise self.error(path, f"`{name}` needs a list of lengths of time, once.", name)
            seen.add(name)
            for bound in bounds:
                self.bound(path, bound)
                window = replace(clauses[name].window, far=bound)
                self.near_before_far(path, window, clauses[name].direction)

    def variants(self, definition: Archetype) -> None:
        names: list[str] = []
        instead: dict[str, str] = {}
        for place, variant in enumerate(definition.variants):
            path: Path = ("variants", place)
            self.name((*path, "variant"), variant.name, "variant")
            if variant.name in names:
                raise self.error(
                    (*path, "variant"), f"two variants are called `{variant.name}`.", variant.name
                )
            names.append(variant.name)
            if not _differs(variant):
                raise self.error(path, "a variant says what differs: `start`, `then`, `clock` or `needs`.")
            without = (*path, "instead without")
            self.names(without, variant.instead_without, KIND_NAMES, "type of event or kind of spell")
            for name in variant.instead_without:
                if name in instead:
                    raise self.error(
                        without, f"`{instead[name]}` is the headline without `{name}` already.", name
                    )
                instead[name] = variant.name
            if variant.needs is not None:
                self.names((*path, "needs"), variant.needs, KIND_NAMES, "type of event or kind of spell")
            if variant.clock is not None:
                self.one_of((*path, "clock"), variant.clock, ("anchor", "referral"), "value of `clock`")
            self.told(definition.as_variant(variant), path)

    # The start.

    def start(self, path: Path, definition: Archetype) -> None:
        start = definition.start
        self.one_of((*path, "which"), start.which, get_args(Which), "value of `which`")
        if (start.event is None) == (start.calendar is None):
            raise self.error(path, "`start` needs an `event`, or a `calendar` date.", "start")
        if start.calendar:
            self.calendar(path, start)
        else:
            self.start_event(path, definition)
        self.states(path, start.states)
        self.bound((*path, "lookback"), start.lookback)
        if start.lookback.under or not start.lookback.amount or start.lookback.unit == "working days":
            raise self.error(
                (*path, "lookback"), "`lookback` is a number of days, weeks, months or years.", "lookback"
            )
        for key, given in (
            ("lookback", start.lookback != Start().lookback),
            ("strict_first", start.strict_first),
        ):
            if given and start.which != "first":
                raise self.error((*path, key), f"`{key}` goes with `which: first` only.", key)

    def calendar(self, path: Path, start: Start) -> None:
        day, month = start.calendar or (0, 0)
        if not is_day_of_year(day, month):
            raise self.error(
                (*path, "calendar"), "`calendar` is a day and a month that there is.", "calendar"
            )
        if start.which != "every":
            raise self.error(
                (*path, "which"), "a calendar date is taken every year: `which: every`.", "which"
            )
        if all(state.negated for state in start.states):
            raise self.error(
                path, "a calendar date needs `while in`: the state that makes an anchor.", "calendar"
            )

    def start_event(self, path: Path, definition: Archetype) -> None:
        event = definition.start.event or Event(())
        self.event(path, event)
        if not any(_young_enough(name, tests, definition.until_age) for name, tests in ways(event)):
            raise self.error(
                (*path, "where"),
                f"children leave at {definition.until_age}, so no anchor has that age; see `until_age`.",
                "child_age",
            )

    def states(self, path: Path, states: tuple[State, ...]) -> None:
        for place, state in enumerate(states):
            here = (*path, "state", place)
            self.one_of((*here, "at"), state.at, get_args(At), "value of `at`")
            self.names(here, state.kinds, SPELL_KINDS, "kind of spell")
            if not state.kinds:
                raise self.error(here, "a state needs a kind of spell.", "while in")
            for other in states[:place]:
                if other == state:
                    raise self.error(here, "this state stands twice.", "while in")
                yes, no = (state, other) if other.negated else (other, state)
                if no.negated and not yes.negated and yes.at == no.at and set(yes.kinds) <= set(no.kinds):
                    raise self.error(
                        here,
                        f"`while in` and `not while in` both name {listed(yes.kinds)}: there is no anchor.",
                        "not while in",
                    )


def _young_enough(name: str, tests: Tests, until_age: int) -> bool:
    young = Condition("child_age", "in", tuple(range(until_age)))
    unknown_age = Condition("child_age", "missing")
    about_age = any(test.attribute == "child_age" for test in tests)
    return not about_age or can_hold(name, (*tests, young)) or can_hold(name, (*tests, unknown_age))


def _differs(variant: Variant) -> bool:
    return any(part is not None for part in (variant.start, variant.then, variant.clock, variant.needs))
