"""Definitions in Python are those in YAML."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest
from language_examples import MISSED, SIX

from childjourneys.archetypes import builder, errors, phrases
from childjourneys.archetypes.builder import (
    after,
    any_of,
    archetype,
    attribute,
    before,
    child,
    days,
    earlier,
    event,
    ever,
    has,
    later,
    months,
    no,
    plan_start,
    since,
    spells,
    to,
    under,
    weeks,
    working_days,
    years,
)
from childjourneys.archetypes.definition import Bound, Clause, Condition, Window
from childjourneys.archetypes.errors import DefinitionError
from childjourneys.archetypes.reading import read_definitions
from childjourneys.archetypes.writing import definition_hash


def test_the_example_equals_its_yaml() -> None:
    missed = (
        archetype(
            "missed_risk_at_assessment", version=1, title="Potentially missed risk at assessment",
            why="The first assessment did not lead to a plan, but the child was referred again within 6 months "
            "and that time a plan followed.",
            not_a_judgement="Circumstances change. Use this to choose cases to read.",
            needs=["referral", "assessment_authorised", "plan_start"],
            report_by=["assessment_factor", "age_group", "ethnic_group", "sex", "disability", "team", "weekday",
                       "month", "busy_week", "la"],
        )
        .start(event("assessment_authorised"), which="first", where=child.age.between(0, 17))
        .not_while_in("cin_plan", "cp_plan", "looked_after")
        .never(event("plan_start"), same="need_episode", window=since("assessment_start").until(days(30)))
        .later(event("referral"), window=after(days(1)).to(months(6)), name="second_referral",
               having=later(event("plan_start"), same="need_episode", window=to(days(90))))
    )  # fmt: skip
    (written,) = read_definitions(MISSED, "missed.yaml")
    assert missed.definition == written
    assert read_definitions(missed.to_yaml(), "again") == [written]


def test_the_six_examples_equal_their_yaml() -> None:
    nfa = attribute("nfa").is_(True)
    made = [
        archetype("s47_no_icpc")
        .start(event("s47", attribute("icpc_not_required").is_not(True)))
        .not_while_in("cp_plan")
        .never("icpc", same="s47_enquiry", window=to(working_days(15))),
        archetype("assessment_late")
        .start("assessment_start")
        .never("assessment_authorised", same="assessment", window=to(working_days(45)))
        .variant("clock_referral", clock="referral"),
        archetype("step_down_then_up_6m")
        .start("cpp_end")
        .while_in("cin_plan", "need_episode", at="day after")
        .later(["cpp_start", "s47", "lac_start"], window=after(days(1)).to(months(6))),
        archetype("contacts_before_referral")
        .start("referral", where=attribute("while_open").is_(False))
        .earlier("contact", at_least=3, window=before(days(1)).to(days(90)))
        .never_earlier("referral", window=before(days(1)).to(days(90))),
        archetype("placements_3_12m")
        .start(calendar="31 March")
        .while_in("looked_after")
        .earlier(
            spells("placement", exclude=["temporary", "under_a_day"]), at_least=3, window=to(months(12))
        ),
        archetype("sibling_signal", follow="family")
        .start(plan_start)
        .earlier(
            ["contact", event("referral", nfa)], who="other child", window=before(days(1)).to(months(6))
        ),
    ]
    assert [draft.definition for draft in made] == read_definitions(SIX, "six.yaml")


def test_counting_records() -> None:
    draft = (
        archetype("a")
        .start("lac_end")
        .earlier(
            spells("placement", exclude=["earlier_care"], by_record=True), at_most=2, window=to(months(3))
        )
        .later("placement_start", same="need_episode", window=to(days(9)))
    )
    text = draft.to_yaml()
    assert "count: overlapping records" in text and "exclude: [earlier_care]" in text
    assert read_definitions(text, "a.yaml") == [draft.definition]
    stay = archetype("b").start("placement_start")
    assert stay.later("placement_start", same="placement", window=to(days(9))).definition.then
    each = replace(draft.definition.then[0], by_record=False)
    assert definition_hash(draft.definition) != definition_hash(replace(draft.definition, then=(each,)))


def test_a_draft_never_changes() -> None:
    first = archetype("a").start("referral")
    second = first.later("s47", window=to(days(9)))
    assert first.unchecked.then == () and len(second.unchecked.then) == 1
    assert second.hash == first.later("s47", window=to(days(9))).hash
    with pytest.raises(DefinitionError, match="`then` needs a clause"):
        _ = first.definition
    with pytest.raises(DefinitionError, match="`start` needs an `event`"):
        _ = archetype("a").later("s47", window=to(days(9))).definition


def test_other_words() -> None:
    draft = (
        archetype("a", sensitivity={"x": [months(3)]})
        .while_in("need_episode")
        .start(event("referral"), which="first", lookback=years(3), strict_first=True)
        .any_of(later("s47", window=to(weeks(2))), no(earlier("contact", window=ever)))
        .has(child.age.in_(1, 2))
        .later("s47", where=[attribute("team").missing()], window=to(under(years(2))), name="x",
               having=[has(attribute("icpc_not_required").is_(True)), any_of(later("icpc", window=to(days(9))))])
    )  # fmt: skip
    definition = draft.definition
    assert definition.start.lookback == Bound(3, "years") and len(definition.start.states) == 1
    clause = definition.then[2]
    assert isinstance(clause, Clause)
    assert clause.window == Window(Bound(0), Bound(2, "years", True)) and len(clause.then) == 2
    assert clause.event and clause.event.where == (Condition("team", "missing"),)
    assert read_definitions(draft.to_yaml(), "again") == [definition]


def test_a_variant_takes_what_differs() -> None:
    main = archetype("a").start("referral").later("s47", window=to(days(9)))
    other = main.start("contact")
    told = main.variant("contacts", other, instead_without=["referral"]).definition
    assert told.variants[0].then is None and told.variants[0].start == other.unchecked.start


def test_spells_have_no_attributes() -> None:
    with pytest.raises(DefinitionError, match="spells have no attributes"):
        earlier(spells("placement"), window=ever, where=child.age.is_(3))
    with pytest.raises(DefinitionError, match="no day of the year"):
        archetype("a").start(calendar="31 June")


@pytest.mark.parametrize("module", [builder, errors, phrases])
def test_examples_in_the_source(module) -> None:  # type: ignore[no-untyped-def]
    assert doctest.testmod(module).failed == 0
