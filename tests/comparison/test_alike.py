"""Which measures may stand side by side, and what is said of those that may not."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from invented_packs import MISSED, RE_REFERRAL, authority, pack, part

from childjourneys.archetypes.definition import Bound, Clause
from childjourneys.comparison.alike import Compared, compare
from childjourneys.comparison.funnel import variance_between
from childjourneys.comparison.pack import Pack
from childjourneys.comparison.placing import place, placed_table

ANOTHER = replace(
    RE_REFERRAL,
    then=tuple(
        replace(node, window=replace(node.window, far=Bound(6, "months")))
        if isinstance(node, Clause)
        else node
        for node in RE_REFERRAL.then
    ),
)


def one(*packs: Pack) -> Compared:
    (found,) = compare(packs)
    return found


def codes(found: Compared) -> list[list[str]]:
    return [[entry.la_code for entry in side.entries] for side in found.sides]


def test_equal_packs_stand_side_by_side() -> None:
    found = one(pack(authority("302")), pack(authority("301")), pack(authority("303")))
    assert codes(found) == [["301", "302", "303"]]
    assert found.left_out == ()
    assert found.title == RE_REFERRAL.title


def test_words_about_a_definition_do_not_keep_it_apart() -> None:
    told = replace(RE_REFERRAL, title="Back again", caveats=("Mind the gap.",))
    assert codes(one(pack(authority("301")), pack(authority("302", part(definition=told))))) == [
        ["301", "302"]
    ]


def test_another_definition_is_left_out_with_both_hashes() -> None:
    other = pack(authority("303", part(definition=ANOTHER)))
    found = one(pack(authority("301")), pack(authority("302")), other)
    assert codes(found) == [["301", "302"]]
    (left,) = found.left_out
    assert (left.la_code, left.reasons) == ("303", ("definition",))
    assert other.authorities[0].measures[0].hash[:12] in left.sentence


def test_another_tie_rule_or_calendar_is_left_out() -> None:
    found = one(
        pack(authority("301")), pack(authority("302")), pack(authority("303"), tie_rule="as written"),
        pack(authority("304"), calendar="none", tie_rule="as written"),
    )  # fmt: skip
    assert codes(found) == [["301", "302"]]
    assert [left.reasons for left in found.left_out] == [("tie_rule",), ("tie_rule", "calendar")]
    assert "another order (as written, not " in found.left_out[0].sentence
    assert "another calendar (none, not " in found.left_out[1].sentence


def test_other_kinds_that_the_definition_asks_about_are_left_out() -> None:
    found = one(
        *(pack(authority(code, part(definition=MISSED))) for code in ("301", "302", "303")),
        pack(authority("304", part(definition=MISSED), without=("cin_start", "cin_plan"))),
    )
    assert codes(found) == [["301", "302", "303"]]
    (left,) = found.left_out
    assert left.reasons == ("kinds",)
    assert left.sentence == "Its returns do not show child in need plans, as those of 301 do."


def test_kinds_that_the_definition_does_not_ask_about_do_not_matter() -> None:
    found = one(
        pack(authority("301")), pack(authority("302", without=("cin_start", "lac_start", "cpp_start")))
    )
    assert codes(found) == [["301", "302"]]


def test_two_groups_are_each_for_themselves() -> None:
    lacking = [
        pack(authority(code, part(definition=MISSED), without=("cin_start",))) for code in ("301", "302")
    ]
    full = [pack(authority(code, part(definition=MISSED))) for code in ("303", "304", "305")]
    found = one(*lacking, *full)
    assert codes(found) == [["303", "304", "305"], ["301", "302"]]
    assert [left.la_code for left in found.left_out] == ["301", "302"]
    first, second = place(found, {}).sides
    assert first.notes == ()
    assert "Counted without child in need plans" in second.notes[0]
    assert "missed_risk_at_assessment:by_decision is the measure to read" in second.notes[1]
    assert first.funnel and second.funnel
    assert [unit.name for unit in second.funnel.funnel.units] == ["301", "302"]


def test_variants_are_never_beside_the_main_definition() -> None:
    variant = MISSED.as_variant(MISSED.variants[0])
    packs = [
        pack(authority("301", part(definition=MISSED))),
        pack(authority("302", part(definition=variant))),
    ]
    found = compare(packs)
    assert [each.measure for each in found] == ["missed_risk_at_assessment", variant.measure]
    assert [each.sides for each in found] == [(), ()]
    assert {left.reasons for each in found for left in each.left_out} == {("alone",)}


def test_what_is_not_available_is_said_so() -> None:
    found = one(pack(authority("301")), pack(authority("302")), pack(authority("303", part(None, None))))
    assert codes(found) == [["301", "302"]]
    assert [(left.la_code, left.reasons) for left in found.left_out] == [("303", ("not available",))]


def test_hidden_units_are_listed_and_neither_placed_nor_in_the_limits() -> None:
    shown = [pack(authority("301", part(400, 80))), pack(authority("302", part(200, 50)))]
    others = [
        pack(authority("303", part("c", "c"))), pack(authority("304", part(900, "c"))),
        pack(authority("305", part(0, 0))),
    ]  # fmt: skip
    found = place(one(*shown, *others), {})
    (side,) = found.sides
    assert (
        side.funnel and side.funnel.funnel == (place(one(*shown), {}).sides[0].funnel or side.funnel).funnel
    )
    assert [code for code, _ in found.not_placed] == ["303", "304", "305"]
    assert "hidden" in found.not_placed[0][1] and "followed in full" in found.not_placed[2][1]
    table = placed_table([found])
    assert table["unit"].to_list() == ["301", "302", "303", "304"], "n 0 is left out"
    hidden = table.row(by_predicate=pl.col("unit") == "304", named=True)
    assert (hidden["n"], hidden["matches"], hidden["rate"], hidden["low95"]) == ("900", "c", "c", "c")
    assert table["n"].to_list() == ["400", "200", "c", "900"]


def test_short_coverage_is_marked() -> None:
    found = one(pack(authority("301")), pack(authority("302", part(months=RE_REFERRAL_MONTHS - 1))))
    (side,) = place(found, {}).sides
    assert side.funnel and side.funnel.short == {"302"}


def test_a_spread_of_one_measure_goes_before_that_of_all() -> None:
    found = one(pack(authority("301")), pack(authority("302", part(400, 120))))
    wide, narrow = variance_between(0.1, 0.4), variance_between(0.2, 0.21)
    for spread, wanted in (
        ({"": wide}, wide), ({"": wide, "re_referral_12m_back": narrow}, narrow), ({"other": wide}, 0.0),
    ):  # fmt: skip
        (side,) = place(found, spread).sides
        assert side.funnel and side.funnel.funnel.between == wanted


RE_REFERRAL_MONTHS = part().needs_months
