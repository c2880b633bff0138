"""Definitions that are well written and can't be meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from childjourneys.archetypes.checking import check
from childjourneys.archetypes.checking_windows import longest, shortest
from childjourneys.archetypes.definition import (
    Archetype,
    Bound,
    Clause,
    Condition,
    Event,
    Start,
    Term,
    Window,
)
from childjourneys.archetypes.errors import DefinitionError
from childjourneys.archetypes.reading import read_definitions


def one(start: str, *clauses: str, more: str = "") -> str:
    then = "".join(f"  - {clause}\n" for clause in clauses)
    return f"archetype: a\n{more}start: {start}\nthen:\n{then}"


R = "{event: referral}"
REFUSED = [
    (one(R, "{followed by: s47, within: {after: 40 days, to: 30 days}}"), 4, "so no day is in the window"),
    (one(R, "{followed by: s47, within: {after: 32 days, to: 1 month}}"), 4, "so no day is in the window"),
    (one(R, "{followed by: s47, within: {after: 1 day, to: under 1 day}}"), 4, "so no day is in the window"),
    (one(R, "{followed by: s47, within: {after: 0 days, to: under 0 days}}"), 4, "nothing is `under 0 days`"),
    (one(R, "{followed by: s47, within: {after: under 2 days, to: 9 days}}"), 4, "`under` goes with `to` only"),
    (one(R, "{followed by: s47, within: 101 years}"), 4, "more than 100 years"),
    (one(R, "{followed by: s47, at least: 3, at most: 2, within: 9 days}"), 4, "at least 3 and at most 2"),
    (one(R, "{followed by: s47, at least: 0, within: 9 days}"), 4, "`at least: 0` is always so"),
    (one(R, "{followed by: s47, within: {from: assessment_start, to: 9 days}}"), 4,
     "needs a start event `assessment_authorised`"),
    (one("{event: {any of: [assessment_authorised, icpc]}}",
         "{followed by: s47, within: {from: assessment_start, to: 9 days}}"), 4, "needs a start event"),
    (one("{event: assessment_authorised}",
         "{followed by: s47, within: 9 days, then: [{followed by: icpc, within: {from: s47, to: 9 days}}]}"),
     4, "`from` can't stand in a nested clause"),
    (one("{event: assessment_authorised}", "{followed by: s47, within: {from: contact, to: 9 days}}"), 4,
     "`contact` is no start of a spell"),
    (one(R, "{followed by: cpp_start, same: cp_plan, within: 9 days}"), 4,
     "`referral` can't belong to `same: cp_plan`; `cpp_start` and `cpp_end` do."),
    (one("{event: cpp_start}", "{followed by: {any of: [cpp_end, case_closed]}, same: cp_plan, within: 9 days}"),
     4, "`case_closed` can't belong to"),
    (one("{event: cpp_start}", "{followed by: cpp_start, same: cp_plan, within: 9 days}"), 4, "no other"),
    (one(R, "{preceded by: missing, count: overlapping, exclude: earlier_care, within: 9 days}"), 4,
     "only a placement can be of earlier care"),
    (one(R, "{preceded by: missing, count: overlapping, exclude: temporary, within: 9 days}"), 4,
     "only a placement can be temporary"),
    (one(R, "{preceded by: placement, count: overlapping record, within: 9 days}"), 4, "`overlapping records`"),
    (one("{calendar: 31 March, while in: [cp_plan]}", "{preceded by: s47, same: need_episode, within: 9 days}"),
     4, "a calendar date belongs to no record"),
    (one("{calendar: 31 March, while in: [cp_plan]}", "{where: {team: A}}"), 4, "a calendar date has no attributes"),
    (one("{calendar: 31 March}", "{preceded by: s47, within: 9 days}"), 2, "a calendar date needs `while in`"),
    (one("{calendar: 31 March, which: first, while in: [cp_plan]}", "{preceded by: s47, within: 9 days}"), 2,
     "`which: every`"),
    (one("{calendar: 31 March, while in: [cp_plan]}", "{preceded by: s47, within: 9 days}",
         more="clock: referral\n"), 2, "`clock: referral` can't be"),
    (one(R, "{followed by: s47, who: other child, within: 9 days}"), 4, "needs `follow: family`"),
    (one(R, "{followed by: s47, who: any child, same: need_episode, within: 9 days}", more="follow: family\n"),
     5, "`same` can't stand beside `who`"),
    (one(R, "{followed by: s47, who: any child, within: 9 days, then: [{followed by: icpc, within: 9 days}]}",
         more="follow: family\n"), 5, "a nested `then` can't stand under `who`"),
    (one(R, "{followed by: s47, within: 9 days, then: [{followed by: icpc, who: any child, within: 9 days}]}",
         more="follow: family\n"), 5, "`who` can't stand in a nested clause"),
    (one("{event: referral, while in: [cp_plan], not while in: [cp_plan, missing]}",
         "{followed by: s47, within: 9 days}"), 2, "there is no anchor"),
    (one(R, "{followed by: s47, call it: x, within: 9 days}", "{not followed by: s47, within: 9 days}"), 5,
     "never so"),
    (one(R, "{any of: [{followed by: s47, within: 9 days}, {not followed by: s47, within: 9 days}]}"), 4,
     "always so"),
    (one("{event: referral, where: {nfa: true}}", "{where: {nfa: false}}"), 4, "can't pass this test"),
    (one("{event: referral, where: {nfa: true}}", "{where: {nfa: not missing}}"), 4, "leave it out"),
    (one("{event: referral, where: {child_age: 3 to 5}}", "{where: {child_age: 6 to 9}}"), 4, "can't pass"),
    (one(R, "{where: {while_open: true}}"), 4, "can't pass this test"),
    (one(R, "{where: {nfa: true}}", "{any of: [{where: {nfa: false}}, {followed by: s47, within: 9 days}]}",
         "{where: {nfa: not true}}"), 3, "no event can pass all these tests"),
    (one("{event: {any of: [contact, {event: referral, where: {nfa: true}}]}, where: {nfa: false}}",
         "{followed by: s47, within: 9 days}"), 2, "no event can pass these tests together"),
    (one("{event: referral, where: {child_age: 18 to 20}}", "{followed by: s47, within: 9 days}"), 2,
     "children leave at 18"),
    (one("{event: cin_start, where: {basis: need_episode}}", "{followed by: s47, within: 9 days}"), 2,
     "dates no plan"),
    (one("{event: referral, where: {while_open: [any, true]}}", "{followed by: s47, within: 9 days}"), 2,
     "`while_open: any` stands alone"),
    (one("{event: referral, where: {primary_need: [N1, N1]}}", "{followed by: s47, within: 9 days}"), 2, "twice"),
    (one(R, "{preceded by: missing, count: overlapping, exclude: [temporary], within: 9 days}"), 4,
     "only a placement can be temporary"),
    (one(R, "{preceded by: missing, count: overlapping, same: missing, within: 9 days}"), 4,
     "`same` can't stand beside"),
    (one(R, "{followed by: s47, exclude: [under_a_day], within: 9 days}"), 4, "`exclude` goes with"),
    (one(R, "{followed by: s47, within: {to: 9 days, same_day: any}}"), 4, "needs `after: 0 days`"),
    (one(R, "{followed by: s47, within: {to: 9 days, count_from: day1}}"), 4, "for working days only"),
    (one("{event: referral, strict_first: true}", "{followed by: s47, within: 9 days}"), 2,
     "goes with `which: first` only"),
    (one("{event: referral, which: first, lookback: 9 working days}", "{followed by: s47, within: 9 days}"), 2,
     "`lookback` is a number of"),
    (one(R, "{followed by: s47, call it: x, within: 9 days}", "{followed by: icpc, call it: x, within: 9 days}"),
     5, "two clauses are called `x`"),
    (one(R, "{followed by: s47, within: 9 days}", more="needs: [s47]\nuses: [s47]\n"), 3,
     "stands under `needs` and `uses`"),
    (one(R, "{followed by: s47, within: 9 days}", more="until_age: 40\n"), 2, "from 18 to 25"),
    (one(R, "{followed by: s47, call it: x, within: {after: 40 days, to: 90 days}}")
     + "sensitivity:\n  x: [30 days]\n", 6, "so no day is in the window"),
    (one(R, "{followed by: s47, within: 9 days}")
     + "variants:\n  - {variant: b, then: [{followed by: s47, who: any child, within: 9 days}]}\n", 6, "family"),
    (one(R, "{followed by: s47, within: 9 days}") + "variants:\n  - {variant: b, clock: referral}\n"
     "  - {variant: b, needs: [s47]}\n", 7, "two variants are called `b`"),
    ("archetype: a\nstart: {event: s47}\nthen: []\n", 3, "`then` needs a clause"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "said"), REFUSED, ids=range(len(REFUSED)))
def test_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_definitions(text, "mine.yaml")
    assert said in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        one(R, "{followed by: s47, within: {after: 30 days, to: 1 month}}"),
        one(R, "{followed by: s47, within: {after: 10 working days, to: 12 days}}"),
        one(R, "{followed by: s47, at most: 2, within: 9 days}"),
        one("{event: referral, while in: [cp_plan, missing], not while in: [cp_plan]}", "{followed by: s47, within: 9 days}"),
        one("{event: referral, where: {while_open: any}}", "{where: {while_open: true}}"),
        one("{event: assessment_authorised, where: {factors: 1A}}", "{where: {factors: 2A}}"),
        one("{event: plan_start, where: {legal_status: V2}}", "{followed by: s47, within: 9 days}"),
        one("{event: care_leaver, where: {child_age: 19 to 21}}", "{followed by: s47, within: 9 days}", more="until_age: 25\n"),
        one("{event: placement_end}", "{followed by: placement_start, within: {from: placement_start, to: 2 weeks after}}"),
    ],
)  # fmt: skip
def test_taken(text: str) -> None:
    assert read_definitions(text, "mine.yaml")


def test_a_definition_made_in_python_is_refused_without_a_place() -> None:
    clause = Clause("followed", Window(far=Bound(-1)), Event((Term("s47"),)))
    with pytest.raises(DefinitionError, match=r"^a length of time is a whole number, 0 or more\.$"):
        check(Archetype("a", Start(Event((Term("s47"),))), (clause,)))
    wrong = Start(Event((Term("referral"),), (Condition("nfa", "is", (1,)),)))
    with pytest.raises(DefinitionError, match="`nfa` is true or false"):
        check(Archetype("a", wrong, (clause,)))


@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years", "working days"])
def test_bounds_of_lengths_hold_for_every_day(unit: str) -> None:
    for amount in range(26):
        bound = Bound(amount, unit)  # type: ignore[arg-type]
        for start in range(0, 1500, 11):
            first = date(2023, 1, 1) + timedelta(days=start)
            if unit == "working days":
                lasting = 0
                left = amount
                while left:
                    lasting += 1
                    left -= (first + timedelta(days=lasting)).weekday() < 5
                assert shortest(bound) <= lasting <= longest(bound)
                continue
            if unit in ("days", "weeks"):
                assert shortest(bound) == longest(bound)
                break
            month = first.year * 12 + first.month - 1 + amount * (12 if unit == "years" else 1)
            day = first.day
            while True:
                try:
                    last = date(month // 12, month % 12 + 1, day)
                    break
                except ValueError:
                    day -= 1
            assert shortest(bound) <= (last - first).days <= longest(bound)
