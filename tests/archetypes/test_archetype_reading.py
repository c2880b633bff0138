"""Reading definitions: what is taken, and what is said of what is not."""

from __future__ import annotations

import random

import pytest
import yaml
from language_examples import MISSED, SHORT, SIX

from childjourneys.archetypes import nodes
from childjourneys.archetypes.definition import (
    AnyOf,
    Bound,
    Clause,
    Condition,
    Event,
    ParentTest,
    Start,
    State,
    Term,
    Variant,
    Window,
)
from childjourneys.archetypes.errors import DefinitionError
from childjourneys.archetypes.reading import read_definitions
from childjourneys.issues import UsageError


def one(
    start: str = "{event: referral}", clause: str = "{followed by: s47, within: 6 months}", more: str = ""
) -> str:
    return f"archetype: a\nstart: {start}\nthen:\n  - {clause}\n{more}"


def read(text: str):  # type: ignore[no-untyped-def]
    return read_definitions(text, "mine.yaml")[0]


def refused(text: str) -> str:
    with pytest.raises(DefinitionError) as caught:
        read_definitions(text, "mine.yaml")
    assert isinstance(caught.value, UsageError)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("mine.yaml")
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_the_example_in_full() -> None:
    found = read(MISSED)
    assert found.why == (
        "The first assessment did not lead to a plan, but the child was referred again within 6 months and "
        "that time a plan followed."
    )
    assert found.start == Start(
        Event((Term("assessment_authorised"),), (Condition("child_age", "between", (0, 17)),)),
        which="first",
        states=(State(("cin_plan", "cp_plan", "looked_after"), negated=True),),
    )
    no_plan, again = found.then
    assert no_plan == Clause(
        "followed", Window(far=Bound(30), since="assessment_start"), Event((Term("plan_start"),)),
        negated=True, same="need_episode",
    )  # fmt: skip
    plan = Clause("followed", Window(Bound(0), Bound(90)), Event((Term("plan_start"),)), same="need_episode")
    assert again == Clause(
        "followed", Window(Bound(1), Bound(6, "months")), Event((Term("referral"),)), name="second_referral",
        then=(plan,),
    )  # fmt: skip
    assert found.report_by[-1] == "la" and found.list_for_audit == "match" and found.follow == "child"


def test_the_six_short_examples() -> None:
    s47, late, step, contacts, placements, sibling = read_definitions(SIX, "six.yaml")
    assert s47.start.event and s47.start.event.where == (Condition("icpc_not_required", "not", (True,)),)
    assert s47.then[0].window.far == Bound(15, "working days")
    assert late.variants == (Variant("clock_referral", clock="referral"),)
    assert step.start.states == (State(("cin_plan", "need_episode"), at="day after"),)
    assert step.then[0].event.types == ("cpp_start", "s47", "lac_start")
    assert contacts.then[0].least == 3 and contacts.then[1].negated
    assert placements.start == Start(calendar=(31, 3), states=(State(("looked_after",)),))
    assert placements.then[0].spells == "placement"
    assert placements.then[0].exclude == ("temporary", "under_a_day")
    assert sibling.then[0].event.terms == (
        Term("contact"),
        Term("referral", (Condition("nfa", "is", (True,)),)),
    )
    assert sibling.then[0].who == "other child"


@pytest.mark.parametrize(
    ("written", "test"),
    [
        ("{nfa: true}", Condition("nfa", "is", (True,))),
        ("{nfa: not false}", Condition("nfa", "not", (False,))),
        ("{while_open: any}", Condition("while_open", "is", ("any",))),
        ("{referral_source: [1A, 4, 10]}", Condition("referral_source", "in", ("1A", "4", "10"))),
        ("{referral_source: 6}", Condition("referral_source", "is", ("6",))),
        ("{primary_need: {not in: [N1, N2]}}", Condition("primary_need", "not in", ("N1", "N2"))),
        ("{primary_need: missing}", Condition("primary_need", "missing")),
        ("{primary_need: not missing}", Condition("primary_need", "not missing")),
        ("{team: A to B}", Condition("team", "is", ("A to B",))),
        ("{team: not Missing and Return}", Condition("team", "not", ("Missing and Return",))),
        ("{team: {is: missing}}", Condition("team", "is", ("missing",))),
        ("{child_age: 5}", Condition("child_age", "is", (5,))),
        ("{child_age: [1, 2]}", Condition("child_age", "in", (1, 2))),
    ],
)
def test_tests_of_attributes(written: str, test: Condition) -> None:
    assert read(one(f"{{event: referral, where: {written}}}")).start.event.where == (test,)


@pytest.mark.parametrize(
    ("verb", "written", "window"),
    [
        ("followed by", "6 months", Window(Bound(1), Bound(6, "months"))),
        ("followed by", "under 2 weeks", Window(Bound(1), Bound(2, "weeks", True))),
        ("followed by", "{to: 1 working day}", Window(Bound(1), Bound(1, "working days"))),
        ("followed by", "{after: 0 days, to: 1 year, same_day: any}",
         Window(Bound(0), Bound(1, "years"), same_day_any=True)),
        ("followed by", "{to: 5 working days, count_from: day1}",
         Window(Bound(1), Bound(5, "working days"), count_from="day1")),
        ("preceded by", "ever", Window()),
        ("preceded by", "{before: 0 days, to: ever}", Window(Bound(0))),
    ],
)  # fmt: skip
def test_windows(verb: str, written: str, window: Window) -> None:
    assert read(one(clause=f"{{{verb}: s47, within: {written}}}")).then[0].window == window


def test_clauses_of_other_sorts_and_states() -> None:
    found = read(
        "archetype: a\n"
        "until_age: 25\n"
        "start:\n"
        "  event: cpp_end\n"
        "  which: first\n"
        "  lookback: 3 years\n"
        "  strict_first: true\n"
        "  while in: need_episode\n"
        "  states:\n"
        "    - {not while in: [missing, placement], at: day before}\n"
        "then:\n"
        "  - where: {team: North}\n"
        "  - any of:\n"
        "    - {followed by: s47, at least: 1, at most: 2, within: {to: 1 month}}\n"
        "    - {not followed by: referral, where: {nfa: false, while_open: any}, within: 2 months}\n"
    )
    assert found.start.states == (
        State(("need_episode",)), State(("missing", "placement"), negated=True, at="day before"),
    )  # fmt: skip
    assert found.start.lookback == Bound(3, "years") and found.start.strict_first and found.until_age == 25
    assert found.then[0] == ParentTest((Condition("team", "is", ("North",)),))
    assert isinstance(found.then[1], AnyOf) and len(found.then[1].clauses) == 2


def test_variants_sensitivity_and_lists() -> None:
    found = read(
        one(clause="{followed by: s47, call it: enquiry, within: 6 months}")
        + "sensitivity: {enquiry: [3 months, under 1 year]}\n"
        "caveats: One only.\n"
        "uses: [s47, cp_plan]\n"
        "report by: [anchor_weekday, la]\n"
        "variants:\n"
        "  - {variant: other, instead without: [cin_start], needs: [s47], start: {event: contact}}\n"
    )
    assert found.sensitivity == (("enquiry", (Bound(3, "months"), Bound(1, "years", True))),)
    assert found.caveats == ("One only.",)
    assert found.variants == (
        Variant("other", Start(Event((Term("contact"),))), needs=("s47",), instead_without=("cin_start",)),
    )
    assert found.as_variant(found.variants[0]).measure == "a:other"


REFUSED = [
    (SHORT + "tittle: x\n", "mine.yaml, line 4: `tittle` is no key of a definition; the nearest is `title`."),
    ("start: {event: referral}\nthen: []\n", "mine.yaml, line 1: a definition needs `archetype`."),
    (one("{event: refferal}"), "line 2: `refferal` is no type of event; the nearest is `referral`."),
    (one("{event: cp_plan}"), "spells are counted with `count: overlapping`"),
    (one("{event: referral, where: {nfaa: true}}"),
     "line 2: `nfaa` is no attribute of an event; the nearest is `nfa`."),
    (one("{event: contact, where: {nfa: true}}"), "line 2: `contact` has no `nfa`; `referral` has it."),
    (one("{event: referral, where: {primary_need: N11}}"), "`N11` is no code of `primary_need`; the nearest is"),
    (one("{event: referral, where: {nfa: 1}}"), "line 2: nfa: `nfa` is true or false; not `1`."),
    (one("{event: referral, where: {nfa: 'true'}}"), "line 2: write true without quotes."),
    (one("{event: referral, where: {child_age: young}}"), "`child_age` is a whole number; not `young`."),
    (one("{event: referral, where: {child_age: 17 to 3}}"), "nothing lies between 17 and 3."),
    (one("{event: referral, where: {primary_need: {nott: [N1]}}}"), "the nearest is `not`."),
    (one("{event: referral, while in: [cpplan]}"), "`cpplan` is no kind of spell; the nearest is `cp_plan`."),
    (one("{event: referral, at: day after}"), "`at` goes with `while in`"),
    (one("{calendar: 31 Marsh, while in: [cp_plan]}"), "`Marsh` is no month; the nearest is `March`."),
    (one("{calendar: 30 February, while in: [cp_plan]}"), "`30 February` is no day of the year"),
    (one("{event: [referral, contact]}"), "several types under `event` are written `{any of: [...]}`."),
    (one("{event: {event: referral, where: {nfa: true}}}"), "`where` stands beside it."),
    (one(clause="{folowed by: s47, within: 6 months}"),
     "line 4: `folowed by` is no key of a clause; the nearest is `followed by`."),
    (one(clause="{followed by: s47}"), "line 4: `followed by` needs a window"),
    (one(clause="{followed by: s47, within: 6 mnths}"), "`mnths` is no unit of time; the nearest is `months`."),
    (one(clause="{followed by: s47, within: six months}"), "`six months` is no length of time"),
    (one(clause="{followed by: s47, within: {before: 1 day, to: 6 months}}"),
     "`before` is no key of a window that looks forward; known are"),
    (one(clause="{followed by: s47, within: {to: ever}}"), "`to: ever` is for looking back only."),
    (one(clause="{followed by: s47, preceded by: contact, within: 6 months}"), "a clause has one of"),
    (one(clause="{any of: [], where: {nfa: true}}"), "`where` can't stand beside `any of`"),
    (one(clause="{followed by: s47, same: needepisode, within: 6 months}"), "the nearest is `need_episode`."),
    (one(clause="{preceded by: placment, count: overlapping, within: ever}"), "the nearest is `placement`."),
    (one(clause="{followed by: s47, at least: many, within: ever}"), "`at least` is a whole number; not `many`."),
    (one(clause="[s47]"), "line 4: a clause is written as keys with their values."),
    (one(more="report by: [ethnicgroup]\n"),
     "line 5: `ethnicgroup` is no dimension of the report; the nearest is `ethnic_group`."),
    (one(more="needs:\n  - s47\n  - plan_stat\n"), "line 7: `plan_stat` is no type"),
    (one(more="sensitivity: {back: [3 months]}\n"), "line 5: `back` is no name of a clause"),
    (one(more="variants: [{start: {event: s47}}]\n"), "a variant needs a name"),
    (one(more="variants: [{variant: b}]\n"), "a variant says what differs"),
    (one(more="version: one\n"), "`version` is a whole number; not `one`."),
    (one(more="title:\n"), "line 5: `title` has no value."),
    (one(more="title: No\n"), "line 5: `No` without quotes is true or false to some readers"),
    (one(more="on: x\n"), "line 5: `on` without quotes"),
    (one(more="list for audit: non\n"), "line 5: `non` is no value of `list for audit`; known are `match` and `all`."),
    (one(more="start: {event: s47}\n"), "line 5: `start` stands twice; it is on line 2 already."),
    (one("&x {event: referral}"), "line 2: anchors (`&`) are not taken"),
    (one(more="title: *x\n"), "line 5: aliases (`*`) are not taken"),
    (one(more="title: !!str x\n"), "line 5: tags (`!`) are not taken"),
    (one(more="? [a]\n: b\n"), "line 5: a key is one word or phrase, no list."),
    (one(more="why: [a\n"), "this is not YAML"),
    (one(more="why: \x07\n"), "it holds characters that YAML does not allow."),
    (SHORT + "---\n" + SHORT, "line 5: archetype `a` stands twice."),
    ("archetype: Äh\nstart: {event: s47}\nthen: [{followed by: icpc, within: 1 day}]", "small letters a to z"),
    ("[1, 2]\n", "mine.yaml, line 1: a definition is written as keys with their values."),
    ("# nothing\n", "mine.yaml: it holds no definition; one begins with `archetype:`."),
    ("a: " + "[" * 90 + "]" * 90, "nested too deeply"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[said[:60] for _, said in REFUSED])
def test_refused_in_one_sentence_with_line_and_nearest_spelling(text: str, said: str) -> None:
    assert said in refused(text)


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[said[:60] for _, said in REFUSED])
def test_the_same_without_the_faster_library(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_Loader", yaml.SafeLoader)
    assert said in refused(text)


def test_quoted_words_are_texts() -> None:
    found = read(one('{event: care_leaver, where: {in_touch: "NO"}}', more='title: "No"\n'))
    assert found.title == "No" and found.start.event.where[0].values == ("NO",)


def test_anything_else_is_refused_too_and_nothing_else_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    source = random.Random(11)
    pieces = [
        *MISSED.split(),
        "\n",
        "  ",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "\x00",
        "\ud800",
    ]
    for number in range(2000):
        if number == 1500:
            monkeypatch.setattr(nodes, "_Loader", yaml.SafeLoader)
        characters = list(source.choice((MISSED, SIX, SHORT)))
        for _ in range(source.randint(1, 4)):
            place = source.randrange(len(characters))
            characters[place : place + source.randint(0, 8)] = source.choice(pieces)
        try:
            read_definitions("".join(characters), "mine.yaml")
        except DefinitionError as error:
            assert str(error).startswith("mine.yaml")
