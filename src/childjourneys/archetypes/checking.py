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

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import get_args

from childjourneys.archetypes.attributes import ANY, carried_by, codes_of, kind_of
from childjourneys.archetypes.definition import (
    ATTRIBUTES,
    PLAN_START,
    RECORDS,
    START_OF,
    UNITS,
    AnyOf,
    Archetype,
    At,
    Bound,
    Clause,
    Condition,
    Event,
    Node,
    ParentTest,
    Start,
    State,
    Variant,
    Which,
    Who,
    Window,
)
from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.errors import DefinitionError, listed, unknown
from childjourneys.archetypes.phrases import (
    TESTS,
    bound_text,
    is_day_of_year,
)
from childjourneys.archetypes.possible import Tests, can_hold, follows, ways
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS

Path = tuple[str | int, ...]
Ways = list[tuple[str, Tests]]
EVENT_NAMES = (PLAN_START, *EVENT)
KIND_NAMES = tuple(dict.fromkeys((*EVENT_NAMES, *SPELL_KINDS)))
LINKS = ("need_episode", *RECORDS)
EXCLUDABLE = ("temporary", "under_a_day", "earlier_care")
NAME = re.compile(r"[a-z][a-z0-9_]*")
OLDEST = 25
_LONGEST_DAYS = 36_525


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


class _Checker:
    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.file = file
        self.lines = lines
        self.called: set[str] = set()

    def error(self, path: Path, problem: str, key: object = "") -> DefinitionError:
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return DefinitionError(problem, self.file, self.lines[path[:length]], str(key))
        return DefinitionError(problem, self.file, None, str(key))

    # The whole.

    def whole(self, definition: Archetype) -> None:
        self.name(("archetype",), definition.id, "archetype")
        if not _is_whole(definition.version) or definition.version < 1:
            raise self.error(("version",), "`version` is a whole number from 1.", "version")
        self.one_of(("follow",), definition.follow, ("child", "family"), "value of `follow`")
        self.one_of(("clock",), definition.clock, ("anchor", "referral"), "value of `clock`")
        self.one_of(
            ("list for audit",), definition.list_for_audit, ("match", "all"), "value of `list for audit`"
        )
        if not _is_whole(definition.until_age) or not 18 <= definition.until_age <= OLDEST:
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
        self.nodes(at("then"), definition.then, _Parent(parents, definition, outer=True))

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

    # Events and tests.

    def event(self, path: Path, event: Event) -> None:
        """An event and its tests; `path` is what it and `where` stand in."""
        here = (*path, "event")
        if not event.terms:
            raise self.error(here, "`any of` needs a type of event.", "any of")
        for place, term in enumerate(event.terms):
            if term.event not in EVENT_NAMES:
                hint = "; spells are counted with `count: overlapping`" if term.event in SPELL_KINDS else ""
                problem = unknown(term.event, "type of event", EVENT_NAMES)
                raise self.error((*here, place), problem.removesuffix(".") + hint + ".", term.event)
            if term in event.terms[:place]:
                raise self.error((*here, place), f"`{term.event}` stands twice.", term.event)
            self.tests((*here, place, "where"), term.where, term.types)
        self.tests((*path, "where"), event.where, event.types)
        if not ways(event):
            raise self.error((*path, "where"), "no event can pass these tests together.", "where")

    def tests(self, path: Path, tests: tuple[Condition, ...], types: tuple[str, ...] | None) -> None:
        """Tests of one event; `types` None leaves out who carries them."""
        seen: set[str] = set()
        for test in tests:
            here, name = (*path, test.attribute), test.attribute
            if name not in ATTRIBUTES:
                raise self.error(here, unknown(name, "attribute of an event", ATTRIBUTES), name)
            if types is not None and not carried_by(name, types):
                carriers = f"{listed(ATTRIBUTES[name])} {'has' if len(ATTRIBUTES[name]) == 1 else 'have'} it"
                lack = f"{listed(types)} {'has' if len(types) == 1 else 'have'} no `{name}`"
                raise self.error(here, f"{lack}; {carriers}.", name)
            if name in seen:
                raise self.error(here, f"`{name}` is tested twice; write one test.", name)
            seen.add(name)
            self.test(here, test)

    def test(self, path: Path, test: Condition) -> None:
        name, values = test.attribute, test.values
        if test.test not in TESTS:
            raise self.error(path, unknown(test.test, "test", TESTS), name)
        if not _number_of_values(test):
            raise self.error(path, f"`{test.test}` needs another number of values.", name)
        if len(set(values)) < len(values) and test.test != "between":
            raise self.error(path, f"a value of `{name}` stands twice.", name)
        if name == "while_open" and ANY in values:
            if test.test != "is":
                raise self.error(path, "`while_open: any` stands alone.", name)
            return
        kind = kind_of(name)
        for value in values:
            if kind == "flag" and not isinstance(value, bool):
                raise self.error(path, f"`{name}` is true or false.", name)
            if kind == "number" and (not _is_whole(value) or int(value) < 0):
                raise self.error(path, f"`{name}` is a whole number from 0.", name)
            if kind in ("code", "date", "text") and not isinstance(value, str):
                raise self.error(path, f"`{name}` is a text.", name)
            if kind == "code" and value not in codes_of(name):
                raise self.error(path, unknown(str(value), f"code of `{name}`", codes_of(name)), value)
        if test.test == "between":
            if kind not in ("number", "date"):
                raise self.error(path, f"`{name}` has no order, so nothing lies between; write a list.", name)
            low, high = values
            if (str(low) > str(high)) if kind == "date" else (int(low) > int(high)):
                raise self.error(path, f"nothing lies between {low} and {high}.", name)
        if name == "basis" and test.test in ("is", "in"):
            raise self.error(
                path, "an event with basis need_episode dates no plan, so it is never looked at.", name
            )

    # Clauses.

    def nodes(self, path: Path, nodes: tuple[Node, ...], parent: _Parent, key: str = "then") -> None:
        """Clauses that must all hold (`then`), or of which one must (`any of`)."""
        together = "all" if key == "then" else "any"
        for place, node in enumerate(nodes):
            here = (*path, place)
            if isinstance(node, Clause):
                self.clause(here, node, parent)
                opposite = replace(node, negated=not node.negated, name=None)
                if any(isinstance(n, Clause) and replace(n, name=None) == opposite for n in nodes[:place]):
                    said = "never" if together == "all" else "always"
                    raise self.error(
                        here, f"this clause and its opposite stand together, so that is {said} so."
                    )
            elif isinstance(node, AnyOf):
                if not node.clauses:
                    raise self.error(here, "`any of` needs a clause.", "any of")
                self.nodes((*here, "any of"), node.clauses, parent, "any of")
            else:
                self.parent_test(here, node, parent)
        if together == "all":
            tests = tuple(test for node in nodes if isinstance(node, ParentTest) for test in node.where)
            if tests and not any(can_hold(name, given + tests) for name, given in parent.ways):
                raise self.error(path, "no event can pass all these tests, so nothing can match.", "where")

    def parent_test(self, path: Path, node: ParentTest, parent: _Parent) -> None:
        if not parent.ways:
            raise self.error(path, "a calendar date has no attributes to test.", "where")
        if not node.where:
            raise self.error(path, "`where` needs a test.", "where")
        types = tuple(dict.fromkeys(name for name, _ in parent.ways))
        self.tests((*path, "where"), node.where, types)
        if not any(can_hold(name, given + node.where) for name, given in parent.ways):
            raise self.error(
                (*path, "where"),
                "the event can't pass this test beside those it has passed already.",
                "where",
            )
        if all(follows(name, given, node.where) for name, given in parent.ways):
            raise self.error((*path, "where"), "every such event passes this test; leave it out.", "where")

    def clause(self, path: Path, clause: Clause, parent: _Parent) -> None:
        if clause.direction not in ("followed", "preceded"):
            raise self.error(path, "a clause looks at what `followed` or `preceded`.")
        if (clause.event is None) == (clause.spells is None):
            raise self.error(path, "a clause needs a type of event, or a kind of spell that is counted.")
        if clause.event:
            self.event(path, clause.event)
            if clause.by_record:
                raise self.error(path, "events are not counted by record; spells are.", "count")
            if clause.exclude:
                raise self.error(
                    (*path, "exclude"), "`exclude` goes with `count: overlapping` only.", "exclude"
                )
        else:
            self.spells(path, clause)
        if clause.name is not None:
            self.name((*path, "call it"), clause.name, "name")
            if clause.name in self.called:
                raise self.error((*path, "call it"), f"two clauses are called `{clause.name}`.", clause.name)
            self.called.add(clause.name)
        self.counts(path, clause)
        self.window((*path, "within"), clause, parent)
        self.who(path, clause, parent)
        if clause.same is not None:
            self.same((*path, "same"), clause, parent)
        if clause.then and clause.event:
            inner = _Parent(ways(clause.event), parent.definition, outer=False)
            self.nodes((*path, "then"), clause.then, inner)

    def spells(self, path: Path, clause: Clause) -> None:
        if clause.spells not in SPELL_KINDS:
            problem = unknown(str(clause.spells), "kind of spell", SPELL_KINDS)
            raise self.error((*path, "event"), problem, clause.spells)
        self.names((*path, "exclude"), clause.exclude, EXCLUDABLE, "value of `exclude`")
        for name, said in (("temporary", "be temporary"), ("earlier_care", "be of earlier care")):
            if name in clause.exclude and clause.spells != "placement":
                raise self.error((*path, "exclude"), f"only a placement can {said}.", name)
        for key, given in (("same", clause.same is not None), ("then", bool(clause.then))):
            if given:
                raise self.error((*path, key), f"`{key}` can't stand beside `count: overlapping`.", key)

    def counts(self, path: Path, clause: Clause) -> None:
        least, most = clause.at_least, clause.at_most
        for key, count in (("at least", least), ("at most", most)):
            if count is not None and (not _is_whole(count) or count < 0):
                raise self.error((*path, key), f"`{key}` is a whole number.", key)
        if least == 0:
            raise self.error((*path, "at least"), "`at least: 0` is always so; leave it out.", "at least")
        if least is not None and most is not None and least > most:
            raise self.error(
                (*path, "at least"), f"nothing is at least {least} and at most {most}.", "at least"
            )

    def who(self, path: Path, clause: Clause, parent: _Parent) -> None:
        self.one_of((*path, "who"), clause.who, get_args(Who), "value of `who`")
        if clause.who == "self":
            return
        here = (*path, "who")
        if parent.definition.follow != "family":
            raise self.error(here, f"`who: {clause.who}` needs `follow: family`.", "who")
        if not parent.outer:
            raise self.error(here, "`who` can't stand in a nested clause.", "who")
        if clause.same is not None:
            raise self.error(here, "records are one child's, so `same` can't stand beside `who`.", "who")
        if clause.then:
            raise self.error(here, "a nested `then` can't stand under `who`.", "who")

    def same(self, path: Path, clause: Clause, parent: _Parent) -> None:
        link = str(clause.same)
        if link not in LINKS:
            raise self.error(path, unknown(link, "kind of record that `same` can name", LINKS), link)
        if not parent.ways:
            raise self.error(path, "a calendar date belongs to no record, so it has no `same`.", "same")
        if link == "need_episode" or clause.event is None:
            return
        types = tuple(dict.fromkeys(name for name, _ in parent.ways))
        for name in (*types, *clause.event.types):
            if name not in RECORDS[link]:
                raise self.error(
                    path, f"`{name}` can't belong to `same: {link}`; {listed(RECORDS[link])} do.", link
                )
        one_only = link != "placement"  # several placements can be one stay
        if one_only and set(clause.event.types) <= set(types) and len(types) == 1:
            raise self.error(path, f"one {link} has one `{types[0]}`, so there is no other.", link)

    # Windows.

    def window(self, path: Path, clause: Clause, parent: _Parent) -> None:
        window, back = clause.window, clause.direction == "preceded"
        near = "before" if back else "after"
        self.bound((*path, near), window.near)
        if window.near.under:
            raise self.error((*path, near), "`under` goes with `to` only.", near)
        if window.far is None and not back:
            raise self.error((*path, "to"), "`to: ever` is for looking back only.", "to")
        if window.far is not None:
            self.bound((*path, "to"), window.far)
        if window.since is not None:
            self.since((*path, "from"), clause, parent)
        else:
            self.near_before_far((*path, "to"), window, clause.direction)
        includes_day = window.near.amount == 0 or window.since is not None
        if window.same_day_any and not includes_day:
            raise self.error(
                (*path, "same_day"),
                f"`same_day: any` needs `{near}: 0 days`, so that the day counts.",
                "same_day",
            )
        units = {window.near.unit, window.far.unit if window.far else "days"}
        if window.count_from == "day1" and "working days" not in units:
            raise self.error((*path, "count_from"), "`count_from` is for working days only.", "count_from")
        self.one_of((*path, "count_from"), window.count_from, ("day0", "day1"), "value of `count_from`")

    def since(self, path: Path, clause: Clause, parent: _Parent) -> None:
        since = str(clause.window.since)
        if clause.direction == "preceded":
            raise self.error(path, "`from` is for looking forward only.", "from")
        if since not in START_OF:
            raise self.error(path, unknown(since, "start of a spell that `from` can name", START_OF), since)
        if not parent.outer:
            raise self.error(
                path, "`from` can't stand in a nested clause: it is about the anchor's spell.", "from"
            )
        if any(name != START_OF[since] for name, _ in parent.ways) or not parent.ways:
            raise self.error(
                path,
                f"`from: {since}` needs a start event `{START_OF[since]}`, the end of that spell.",
                "from",
            )
        if clause.window.near != Window().near:
            raise self.error(path, "`after` and `from` can't stand together.", "from")

    def bound(self, path: Path, bound: Bound) -> None:
        if bound.unit not in UNITS:
            raise self.error(path, unknown(bound.unit, "unit of time", UNITS), bound.unit)
        if not _is_whole(bound.amount) or bound.amount < 0:
            raise self.error(path, "a length of time is a whole number, 0 or more.")
        if bound.under and not bound.amount:
            raise self.error(path, f"nothing is `{bound_text(bound)}`.", "under")
        if shortest(bound) > _LONGEST_DAYS:
            raise self.error(path, f"`{bound_text(bound)}` is more than 100 years.")

    def near_before_far(self, path: Path, window: Window, direction: str) -> None:
        if window.far is None or window.since is not None:
            return
        if shortest(window.near) > longest(window.far):
            near = "before" if direction == "preceded" else "after"
            raise self.error(
                path,
                f"`to: {bound_text(window.far)}` is over before `{near}: {bound_text(window.near)}`, "
                "so no day is in the window.",
                "to",
            )

    # Small things.

    def name(self, path: Path, name: str, what: str) -> None:
        if not NAME.fullmatch(name):
            raise self.error(
                path, f"the {what} `{name}` is not written in small letters a to z, digits and _ alone.", name
            )

    def names(self, path: Path, names: Iterable[str], known: Iterable[str], what: str) -> None:
        seen: set[str] = set()
        for place, name in enumerate(names):
            if name not in known:
                raise self.error((*path, place), unknown(name, what, known), name)
            if name in seen:
                raise self.error((*path, place), f"`{name}` stands twice.", name)
            seen.add(name)

    def one_of(self, path: Path, value: str, known: Iterable[str], what: str) -> None:
        if value not in tuple(known):
            raise self.error(path, unknown(str(value), what, known), value)


class _Parent:
    """What a clause stands under: the ways in which its event can be met, none for a calendar date."""

    def __init__(self, found: Ways, definition: Archetype, outer: bool) -> None:
        self.ways = found
        self.definition = definition
        self.outer = outer


def shortest(bound: Bound) -> int:
    """The fewest days that a distance can be."""
    n = bound.amount
    if bound.unit == "working days":
        return n + 2 * ((n - 1) // 5) if n else 0
    if bound.unit == "months":
        return 28 if n == 1 else max(0, 304 * n // 10 - 3)
    return n * {"days": 1, "weeks": 7, "years": 365}[bound.unit]


def longest(bound: Bound) -> int:
    """The most days that a distance can be, less one for `under`; of working days, with room for holidays."""
    n = bound.amount
    days = {
        "days": n, "weeks": 7 * n, "months": 31 * n, "years": 366 * n, "working days": 12 + n * 9 // 5,
    }[bound.unit]  # fmt: skip
    return days - (1 if bound.under else 0)


def _young_enough(name: str, tests: Tests, until_age: int) -> bool:
    young = Condition("child_age", "in", tuple(range(until_age)))
    unknown_age = Condition("child_age", "missing")
    about_age = any(test.attribute == "child_age" for test in tests)
    return not about_age or can_hold(name, (*tests, young)) or can_hold(name, (*tests, unknown_age))


def _differs(variant: Variant) -> bool:
    return any(part is not None for part in (variant.start, variant.then, variant.clock, variant.needs))


def _number_of_values(test: Condition) -> bool:
    if test.test in ("is", "not"):
        return len(test.values) == 1
    if test.test == "between":
        return len(test.values) == 2
    return bool(test.values) == (test.test in ("in", "not in"))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
