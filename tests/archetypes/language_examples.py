"""The examples of the language's own description, and random definitions made from a seed."""

from __future__ import annotations

from random import Random

from childjourneys.archetypes.attributes import codes_of, kind_of
from childjourneys.archetypes.checking import check
from childjourneys.archetypes.definition import (
    ATTRIBUTES,
    RECORDS,
    START_OF,
    UNITS,
    AnyOf,
    Archetype,
    Bound,
    Clause,
    Condition,
    Event,
    Node,
    ParentTest,
    Start,
    State,
    Term,
    Value,
    Variant,
    Window,
)
from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.errors import DefinitionError
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS

MISSED = """\
archetype: missed_risk_at_assessment
version: 1
title: Potentially missed risk at assessment
why: >
  The first assessment did not lead to a plan, but the child was referred again
  within 6 months and that time a plan followed.
not_a_judgement: Circumstances change. Use this to choose cases to read.
needs: [referral, assessment_authorised, plan_start]   # plan_start = CIN, CP or looked after
follow:   child                    # child | family
start:
  event: assessment_authorised
  which: first                     # first | last | every   (first/last: of the child's known history)
  where: {child_age: 0 to 17}
  not while in: [cin_plan, cp_plan, looked_after]
then:
  - not followed by: plan_start                # "did not result in a plan"
    same: need_episode
    within: {from: assessment_start, to: 30 days after}   # after the anchor
  - followed by: referral
    call it: second_referral
    within: {after: 1 day, to: 6 months}
    then:                          # nested = about that referral, evaluated first
      - followed by: plan_start
        same: need_episode
        within: {after: 0 days, to: 90 days}
report by: [assessment_factor, age_group, ethnic_group, sex, disability, team, weekday, month, busy_week, la]
list for audit: match
"""
SIX = """\
archetype: s47_no_icpc            # working days + attribute + state
start: {event: s47, which: every, where: {icpc_not_required: not true}, not while in: [cp_plan]}
then:  [{not followed by: icpc, same: s47_enquiry, within: {after: 0 days, to: 15 working days}}]
---
archetype: assessment_late        # duration, decided by a limit not by an end date
start: {event: assessment_start, which: every}
then:  [{not followed by: assessment_authorised, same: assessment, within: {after: 0 days, to: 45 working days}}]
variants: [{clock: referral}]     # Working Together clock; default clock is the CIN item
---
archetype: step_down_then_up_6m   # state on the next day + any of
start: {event: cpp_end, which: every, while in: [cin_plan, need_episode], at: day after}
then:  [{followed by: {any of: [cpp_start, s47, lac_start]}, within: {after: 1 day, to: 6 months}}]
---
archetype: contacts_before_referral   # look back + count + none in the window
start: {event: referral, which: every, where: {while_open: false}}
then:
  - {preceded by: contact, at least: 3, within: {before: 1 day, to: 90 days}}
  - {not preceded by: referral, within: {before: 1 day, to: 90 days}}
---
archetype: placements_3_12m       # calendar anchor, count of spells by start/overlap
start: {calendar: 31 March, while in: [looked_after]}
then:  [{preceded by: placement, at least: 3, count: overlapping, exclude: [temporary, under_a_day], within: {before: 0 days, to: 12 months}}]
---
archetype: sibling_signal         # family, ungated by own history
follow: family
start: {event: plan_start, which: every}
then:  [{preceded by: {any of: [contact, {event: referral, where: {nfa: true}}]}, who: other child, within: {before: 1 day, to: 6 months}}]
"""
SHORT = "archetype: a\nstart: {event: referral}\nthen: [{followed by: s47, within: 6 months}]\n"
_WORDS = (
    "plain words", "No", "yes", "12", "1.5", "a: b", "c # d", "- e", "line\nbreak", " edge ", "tab\there",
    "quote \" and ' and \\", "x" * 150, "long words " * 30 + "end", "{brace}", "null", "~", "2024-01-01", "é – “ü”",
    "\x85next", "0x1f", "1:30", "<<", "=", "trailing:", "to", "missing", "not known", "1 to 2", "%x", "\u2028",
    "\U0001f600 face", "two  spaces", "end\n", "#x", "true", "false", "?", "*a", "&b", "!c",
)  # fmt: skip


def random_definition(seed: int) -> Archetype:
    """A legal definition; of every part of the language sooner or later."""
    for attempt in range(1000):
        definition = _Maker(Random(f"{seed} {attempt}")).whole()
        try:
            check(definition)
        except DefinitionError:
            continue
        return definition
    raise AssertionError(f"no legal definition from seed {seed}")


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.names = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, words: tuple[str, ...], most: int = 3) -> tuple[str, ...]:
        return tuple(self.random.sample(words, self.random.randint(0, min(most, len(words)))))

    def whole(self) -> Archetype:
        pick = self.random.choice
        family = self.chance(0.2)
        start = self.start()
        then = tuple(self.node(start.event, 0, family) for _ in range(pick((1, 1, 2, 3))))
        named = [clause for clause in then if isinstance(clause, Clause) and clause.name]
        needs = self.some((*EVENT, "plan_start"))
        return Archetype(
            "a_definition", start, then, pick((1, 2, 30)), *(self.text() for _ in range(5)),
            caveats=tuple(self.text() or "x" for _ in range(pick((0, 1, 2)))), needs=needs,
            uses=tuple(word for word in self.some(SPELL_KINDS) if word not in needs),
            follow="family" if family else "child", until_age=pick((18, 25)),
            clock="anchor" if start.calendar else pick(("anchor", "referral")),
            sensitivity=tuple(
                (str(clause.name), (Bound(7, "years"), Bound(8, "years", True))) for clause in named[:1]
            ),
            variants=self.variants(family), report_by=self.some(tuple(DIMENSIONS), 12),
            list_for_audit=pick(("match", "all")),
        )  # fmt: skip

    def variants(self, family: bool) -> tuple[Variant, ...]:
        if self.chance(0.6):
            return ()
        start = self.start()
        told = Variant("told", start, (self.node(start.event, 0, family),), instead_without=("cin_start",))
        return (told, Variant("other_needs", needs=self.some(SPELL_KINDS)))

    def text(self) -> str:
        return self.random.choice(("", "A short text.", self.random.choice(_WORDS)))

    def start(self) -> Start:
        pick = self.random.choice
        if self.chance(0.15):
            more = (self.state(),) if self.chance(0.5) else ()
            return Start(calendar=pick(((31, 3), (29, 2), (1, 12))), states=(State(("cp_plan",)), *more))
        which = pick(("first", "last", "every"))
        states = tuple(self.state() for _ in range(pick((0, 0, 1, 2, 3))))
        if which == "first":
            return Start(self.event(), None, which, states, Bound(pick((2, 3)), "years"), self.chance(0.5))
        return Start(self.event(), None, which, states)

    def state(self) -> State:
        at = self.random.choice(("anchor", "anchor", "day after", "day before"))
        return State(self.some(SPELL_KINDS) or ("missing",), self.chance(0.5), at)

    def event(self) -> Event:
        names = self.random.sample((*EVENT, "plan_start"), self.random.choice((1, 1, 1, 2, 3)))
        terms = tuple(Term(name, self.tests(Term(name).types)) for name in names)
        types = Event(terms).types
        return Event(terms, self.tests(types))

    def tests(self, types: tuple[str, ...]) -> tuple[Condition, ...]:
        known = [
            name for name, carriers in ATTRIBUTES.items() if set(carriers) & set(types) and name != "basis"
        ]
        names = self.random.sample(known, self.random.choice((0, 0, 0, 1, min(2, len(known)))))
        return tuple(self.test(name) for name in names)

    def test(self, name: str) -> Condition:
        kind = self.random.choice(("is", "in", "not", "not in", "between", "missing", "not missing"))
        values = self.random.sample(self.values(name), 2)
        if name == "while_open" and self.chance(0.3):
            return Condition(name, "is", ("any",))
        if kind == "between" and kind_of(name) in ("number", "date"):
            return Condition(
                name, kind, tuple(sorted(values, key=str)) if kind_of(name) == "date" else (3, 9)
            )
        if kind in ("missing", "not missing"):
            return Condition(name, kind)
        if kind in ("in", "not in"):
            return Condition(name, kind, tuple(values))
        return Condition(name, self.random.choice(("is", "not")), (values[0],))

    def values(self, name: str) -> list[Value]:
        kind = kind_of(name)
        if kind == "flag":
            return [True, False]
        if kind == "number":
            return [0, 5, 17]
        if kind == "date":
            return ["2024-01-01", "2025-03-31"]
        return list(codes_of(name) if kind == "code" else _WORDS)

    def node(self, parent: Event | None, depth: int, family: bool) -> Node:
        if self.chance(0.15):
            return AnyOf(
                tuple(self.node(parent, depth, family) for _ in range(self.random.choice((1, 2, 3))))
            )
        if parent and self.chance(0.1):
            return ParentTest(self.tests(parent.types) or (self.test("team"),))
        return self.clause(parent, depth, family)

    def clause(self, parent: Event | None, depth: int, family: bool) -> Clause:
        pick = self.random.choice
        back, negated = self.chance(0.4), self.chance(0.3)
        least, most = pick(((None, None), (2, None), (None, 0), (1, 4)))
        who = pick(("self", "other child", "any child")) if family and not depth else "self"
        self.names += 1
        name = f"c{self.names}" if self.chance(0.4) else None
        window = self.window(back, parent if not depth else None)
        direction = "preceded" if back else "followed"
        if self.chance(0.15):
            kind = pick(SPELL_KINDS)
            exclude = pick(((), ("under_a_day",), ("under_a_day", "temporary")))
            return Clause(direction, window, None, negated, kind, exclude, least, most, who=who, name=name)
        event = self.event()
        same = pick((None, "need_episode", pick(tuple(RECORDS)))) if parent and who == "self" else None
        if same in RECORDS:
            event = Event((Term(pick(RECORDS[same])),))
        then: tuple[Node, ...] = ()
        if depth < 2 and who == "self" and self.chance(0.4):
            then = tuple(self.node(event, depth + 1, family) for _ in range(pick((1, 2))))
        return Clause(direction, window, event, negated, None, (), least, most, same, who, name, then)

    def window(self, back: bool, anchor: Event | None) -> Window:
        pick = self.random.choice
        far = None if back and self.chance(0.2) else Bound(pick((1, 2, 30)), pick(UNITS), self.chance(0.2))
        near = Bound(pick((0, 1, 2)), pick(UNITS))
        ends = anchor.types if anchor else ()
        if not back and len(ends) == 1 and ends[0] in START_OF.values() and self.chance(0.7):
            since = next(first for first, last in START_OF.items() if last == ends[0])
            return Window(far=far, since=since, same_day_any=self.chance(0.2))
        working = "working days" in (near.unit, far.unit if far else "")
        day1 = working and self.chance(0.5)
        return Window(near, far, None, near.amount == 0 and self.chance(0.3), "day1" if day1 else "day0")
