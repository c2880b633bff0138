"""Which entry wins, prices of a child's own, credits, and what stays unpriced, worked by hand.

Every case is told by the kernel and by the plain reading of the design. Prices and children are invented.
"""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from costed import Case

BOTH = pytest.mark.parametrize("how", ["plain", "kernel"])


def _entry(name: str, amount: str = "100", **given: str) -> str:
    """A line of a catalogue: a placement entry for a night of 2024/25 where nothing else is said."""
    held = {"kind": "placement", "unit": "night", "price_year": "2024/25"} | given
    words = ", ".join(f"{key}: {value}" for key, value in held.items())
    return f"  - {{id: {name}, amount: {amount}, {words}}}\n"


def _catalogue(*entries: str) -> str:
    return "entries:\n" + "".join(entries)


def _stay(case: Case, place: str = "U6", **more: str) -> Case:
    """Ten nights from 1 January 2025."""
    return case.episode("S", "2025-01-01", "2025-01-11", place=place, **more)


@BOTH
def test_the_higher_layer_wins_before_contract_priority_and_conditions(how: str) -> None:
    low = _catalogue(
        _entry("a", when="{placement: [U6], provider: [PR1]}", priority="5"), _entry("b", provider_id="SC1")
    )
    told = _stay(Case(low, higher=(_catalogue(_entry("plain", "1")),)), urn="SC1").cost(how)
    assert told.lines() == [("plain", "2025-01-01", "2025-01-10", D("10.00"))]


@BOTH
@pytest.mark.parametrize(
    ("left_out", "winner"), [(0, "contract"), (1, "priority"), (2, "specific"), (3, "london"), (4, "general")]
)
def test_in_a_layer_contract_then_priority_then_conditions(how: str, left_out: int, winner: str) -> None:
    # A list counts as one condition, whatever its length; a kind of authority as one.
    entries = (
        _entry("contract", provider_id="SC1"),
        _entry("priority", priority="1"),
        _entry("specific", when="{placement: [U6], provider: [PR1]}", la_type="out_of_london"),
        _entry("london", when="{placement: [foster, kinship, U6]}", la_type="out_of_london"),
        _entry("general", when="{placement: [foster, kinship, U4, U5, U6]}"),
    )
    told = _stay(Case(_catalogue(*entries[left_out:])), urn="SC1").cost(how)
    assert [line[0] for line in told.lines()] == [winner]


@BOTH
def test_a_contract_price_is_of_the_provider_and_never_uplifted(how: str) -> None:
    # 2 nights before 1 April 2025 and 3 after: each in the money of its own year, whatever the target.
    case = Case(_catalogue(_entry("contract", provider_id="SC1", index="local_pay")), price_year="2030/31")
    told = case.episode("S", "2025-03-30", "2025-04-04", urn="SC1").cost(how)
    assert told.lines() == [
        ("contract", "2025-03-30", "2025-03-31", D("200.00")),
        ("contract", "2025-04-01", "2025-04-03", D("300.00")),
    ]
    assert told.column("price_year", "contract") == ["2024/25", "2025/26"]
    assert told.column("price_basis", "contract") == ["contract", "contract"]


@BOTH
def test_entries_of_equal_standing_price_nothing(how: str) -> None:
    told = _stay(Case(_catalogue(_entry("x"), _entry("y"), _entry("extra", additional="true")))).cost(how)
    assert told.lines() == []
    assert told.issues() == [("lac.3", "placement", "cost-ambiguous", "2025-01-01", 10, "x y")]
    assert told.child("unpriced_nights") == 10
    assert told.child("price_year") is None


@BOTH
def test_what_no_entry_fits_is_unpriced_and_never_free(how: str) -> None:
    # Four nights of foster care are priced, six of secure are not; the allowance may be absent.
    entries = (
        _entry("foster", when="{placement: [foster]}"),
        _entry("food", "1", kind="allowance", when="{placement: [foster]}"),
    )
    case = Case(_catalogue(*entries)).episode("S", "2025-01-01", "2025-01-05")
    told = case.episode("P", "2025-01-05", "2025-01-11", place="K1").cost(how)
    assert told.lines() == [
        ("food", "2025-01-01", "2025-01-04", D("4.00")),
        ("foster", "2025-01-01", "2025-01-04", D("400.00")),
    ]
    assert told.issues() == [("lac.3", "placement", "cost-no-match", "2025-01-05", 6, "")]
    assert (told.child("nights"), told.child("unpriced_nights")) == (10, 6)


@BOTH
@pytest.mark.parametrize(("la_code", "pounds", "unpriced"), [("330", "1000.00", 0), ("302", "0.00", 10)])
def test_london_without_a_price_of_its_own_stays_unpriced(
    how: str, la_code: str, pounds: str, unpriced: int
) -> None:
    told = _stay(Case(_catalogue(_entry("out", la_type="out_of_london")), la_code=la_code)).cost(how)
    assert (told.total(), told.child("unpriced_nights")) == (D(pounds), unpriced)


@BOTH
def test_a_value_for_london_is_used_there_and_nowhere_else(how: str) -> None:
    # 30 in London, none outside.
    catalogue = "entries:\n  - {id: pair, kind: placement, unit: night, london: 30, price_year: 2024/25}\n"
    told = {la: _stay(Case(catalogue, la_code=la)).cost(how) for la in ("302", "330")}
    assert (told["302"].total(), told["330"].total()) == (D("300.00"), D("0.00"))
    assert told["330"].child("unpriced_nights") == 10


@BOTH
def test_a_fact_that_is_not_known_fulfils_no_condition(how: str) -> None:
    # No location is reported: neither in nor out of the area. No birth date: no age.
    entries = (
        _entry("in", when="{out_of_area: false}"),
        _entry("out", when="{out_of_area: true}"),
        _entry("old", when="{age_from: 0}"),
        _entry("any", "1"),
    )
    told = _stay(Case(_catalogue(*entries))).cost(how)
    assert [line[0] for line in told.lines()] == ["any"]
    told = _stay(Case(_catalogue(entries[0], entries[3])), location="IN").cost(how)
    assert [line[0] for line in told.lines()] == ["in"]


@BOTH
@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("need_group: [cwd_ebd, none]", True),
        ("need_group: [ebd, cwd]", False),
        ("needs: [ebd]", True),
        ("needs: [cwd, ebd]", True),
        ("needs: [ebd, offending]", False),
        ("ebd: true", True),
        ("ebd: false", False),
        ("ebd: true, other_factor: true", True),
        ("uasc: false", True),
    ],
)
def test_conditions_on_need(how: str, words: str, holds: bool) -> None:
    # The child has cwd and ebd: the whole combination is cwd_ebd.
    entries = (_entry("special", when="{" + words + "}"), _entry("any", "1"))
    case = _stay(Case(_catalogue(*entries))).row("needs", cwd=True, ebd=True, offending=False, uasc=None)
    assert [line[0] for line in case.cost(how).lines()] == ["special" if holds else "any"]


@BOTH
def test_agency_foster_care_out_of_the_area(how: str) -> None:
    entries = (
        _entry("out", when="{placement: [foster_agency_out_of_area]}"),
        _entry("agency", "1", when="{placement: [foster_agency]}", priority="-1"),
        _entry("any", "2", priority="-2"),
    )
    case = Case(_catalogue(*entries))
    case = case.episode("S", "2025-01-01", "2025-01-02", provider="PR4", location="OUT")
    case = case.episode("P", "2025-01-02", "2025-01-03", provider="PR4", location="IN")
    case = case.episode("P", "2025-01-03", "2025-01-04", provider="PR1", location="OUT")
    told = case.cost(how)
    assert [line[0] for line in told.lines()] == ["out", "agency", "any"]


@BOTH
def test_additions_come_on_top_of_a_base_and_not_alone(how: str) -> None:
    entries = (
        _entry("base", when="{placement: [U6]}"),
        _entry("extra", "3", additional="true"),
        _entry("fee", "5", kind="fee", additional="true"),
    )
    told = _stay(Case(_catalogue(*entries))).cost(how)
    # 10 x 100 and 10 x 3; there is no base fee for the extra one.
    assert (told.total("base"), told.total("extra"), told.total("fee")) == (
        D("1000.00"),
        D("30.00"),
        D("0.00"),
    )


@BOTH
def test_an_addition_to_keeping_a_placement_needs_a_base_of_its_own_kind(how: str) -> None:
    # Legal costs are another process, the bed another kind: neither is a base for social work's extra.
    entries = (
        _entry("legal", process="lac.7", kind="process", unit="week"),
        _entry("start", "327", process="lac.3", kind="process", unit="event", additional="true"),
        _entry("bed"),
    )
    told = _stay(Case("settings: {legal: weekly}\n" + _catalogue(*entries))).cost(how)
    # 10/7 x 100 = 142.857; 10 x 100.
    assert (told.total("legal"), told.total("bed"), told.total("start")) == (
        D("142.86"), D("1000.00"), D("0.00"),
    )  # fmt: skip
    assert told.issues() == [("lac.3", "process", "cost-no-match", "2025-01-01", 10, "")]


@BOTH
def test_a_process_that_covers_leaves_out_the_kinds_it_covers(how: str) -> None:
    entries = (
        _entry("all", "70", kind="process", process="lac.3", covers="[placement, fee]"),
        _entry("bed", "100"),
        _entry("fee", "5", kind="fee"),
        _entry("food", "1", kind="allowance"),
    )
    told = _stay(Case(_catalogue(*entries))).cost(how)
    assert [line[0] for line in told.lines()] == ["all", "food"]
    assert told.total() == D("710.00")


@BOTH
def test_a_price_of_the_childs_own_takes_the_place_of_all_three_kinds(how: str) -> None:
    # Five nights at 1,400 a week = 1,000; the other five at 70 + 100 + 1. The process that covers goes too.
    entries = (
        _entry("all", "70", kind="process", process="lac.3", covers="[placement]"),
        _entry("food", "1", kind="allowance"),
    )
    told = _stay(Case(_catalogue(*entries))).price("2025-01-01", "2025-01-06", "1400").cost(how)
    assert told.lines() == [
        ("child_price", "2025-01-01", "2025-01-05", D("1000.00")),
        ("all", "2025-01-06", "2025-01-10", D("350.00")),
        ("food", "2025-01-06", "2025-01-10", D("5.00")),
    ]
    assert told.column("price_basis", "child_price") == ["child"]
    assert told.column("unit", "child_price") == ["week"]


@BOTH
def test_social_work_stays_beside_a_price_of_the_childs_own(how: str) -> None:
    entries = (_entry("work", "70", kind="process", process="lac.3"), _entry("bed", "100"))
    told = _stay(Case(_catalogue(*entries))).price("2025-01-01", "2025-01-11", "1400").cost(how)
    assert (told.total("child_price"), told.total("work"), told.total("bed")) == (
        D("2000.00"), D("700.00"), D("0.00"),
    )  # fmt: skip


@BOTH
def test_contributions_are_credits_shared_like_their_price(how: str) -> None:
    # 18 January to 15 February: 4 weeks at 1,000 = 4,000; health gives 100.01 a week: -400.04, half and half;
    # education 0.0025 a week: 0.01, of which January gets the penny. The package is 50 a week on top.
    case = Case(_catalogue(_entry("bed"))).episode("S", "2025-01-18", "2025-02-15")
    for money, entry in (
        ("1000", "child_price"), ("50", "child_package"), ("100.01", "contribution_health"),
        ("0.0025", "contribution_education"),
    ):  # fmt: skip
        case = case.price("2025-01-18", "2025-02-15", money, entry)
    costed = case.cost(how)
    assert [line[3] for line in costed.lines("child_price")] == [D("2000.00"), D("2000.00")]
    assert [line[3] for line in costed.lines("child_package")] == [D("100.00"), D("100.00")]
    assert [line[3] for line in costed.lines("contribution_health")] == [D("-200.02"), D("-200.02")]
    assert [line[3] for line in costed.lines("contribution_education")] == [D("-0.01"), D("0.00")]
    assert set(costed.column("process", "contribution_health")) == {"contribution"}
    # 4,000 + 200 - 400.04 - 0.01.
    assert (costed.money("gross"), costed.money("contributions"), costed.money("net")) == (
        D("4200.00"), D("-400.05"), D("3799.95"),
    )  # fmt: skip


@BOTH
def test_a_total_of_a_period_is_spread_over_all_nights_of_its_row(how: str) -> None:
    # 1,000 for 30 nights, of which 15 are in the run's January: 500.00.
    case = Case(_catalogue(_entry("bed")), end="2025-01-31").episode("S", "2025-01-17", "2025-02-16")
    told = case.price("2025-01-17", "2025-02-16", "1000", unit="period").cost(how)
    assert told.lines() == [("child_price", "2025-01-17", "2025-01-31", D("500.00"))]
    assert told.column("unit", "child_price") == ["period"]
    assert told.quantities("child_price") == [D("0.500000")]


@BOTH
def test_a_price_of_the_childs_own_is_in_the_money_of_its_year(how: str) -> None:
    # 28 March to 4 April: 4 nights of 2024/25 at 70 a week, then 3: never uplifted, never added together.
    case = Case(_catalogue(_entry("bed", index="none")), price_year="2030/31")
    told = case.episode("S", "2025-03-28", "2025-04-04").price("2025-03-28", "2025-04-04", "70").cost(how)
    assert [line[3] for line in told.lines()] == [D("40.00"), D("30.00")]
    years = [(row["price_year"], row["gross"], row["nights"]) for row in told.both.children]
    assert years == [("2024/25", 4000, 7), ("2025/26", 3000, 7)]


@BOTH
def test_a_night_without_a_price_where_prices_were_given_is_unpriced(how: str) -> None:
    # The catalogue has social work only; prices were given, so each placement night needs one: 5 have none.
    case = _stay(Case(_catalogue(_entry("work", kind="process", process="lac.3"))))
    told = case.price("2025-01-01", "2025-01-06", "700").cost(how)
    assert told.total("child_price") == D("500.00")
    assert told.issues() == [("lac.3", "placement", "cost-no-match", "2025-01-06", 5, "")]
    assert told.child("unpriced_nights") == 5


@BOTH
def test_where_neither_slot_exists_every_night_is_unpriced(how: str) -> None:
    told = _stay(Case(_catalogue(_entry("food", "1", kind="allowance")))).cost(how)
    assert told.total() == D("10.00")
    assert told.child("unpriced_nights") == 10


@BOTH
def test_a_grant_is_a_credit_for_the_nights_its_conditions_hold(how: str) -> None:
    # Unaccompanied until 21 January (DUC): 20 nights x 114 = 2,280. 31 nights at 100 = 3,100.
    grant = _entry("grant", "114", kind="grant", when="{uasc: true}")
    case = Case(_catalogue(_entry("bed"), grant)).born("2010-06-01").episode("S", "2025-01-01", "2025-02-01")
    told = case.row("uasc", uasc_ceased_date="2025-01-21", as_at="2025-03-31").cost(how)
    assert told.lines("grant") == [("grant", "2025-01-01", "2025-01-20", D("-2280.00"))]
    assert (told.money("gross"), told.money("grant"), told.money("net")) == (
        D("3100.00"), D("-2280.00"), D("820.00"),
    )  # fmt: skip
    assert told.child("need_group") == "uasc"


@BOTH
def test_without_a_birth_date_nobody_knows_whether_the_grant_has_ended(how: str) -> None:
    grant = _entry("grant", "114", kind="grant", when="{uasc: true}")
    case = Case(_catalogue(_entry("bed"), grant)).episode("S", "2025-01-01", "2025-02-01")
    told = case.row("uasc", uasc_ceased_date=None, as_at="2025-03-31").cost(how)
    assert told.total("grant") == D("0.00")
    assert told.child("need_group") == "uasc"


@BOTH
def test_the_grant_ends_at_eighteen(how: str) -> None:
    # 18 on 11 January: 10 nights.
    grant = _entry("grant", "114", kind="grant", when="{uasc: true}")
    case = Case(_catalogue(_entry("bed"), grant)).born("2007-01-11").episode("S", "2025-01-01", "2025-02-01")
    told = case.row("uasc", uasc_ceased_date=None, as_at="2025-03-31").cost(how)
    assert told.total("grant") == D("-1140.00")


@BOTH
def test_other_agencies_are_in_the_ledger_and_not_in_the_childs_sums(how: str) -> None:
    other = _entry("nhs", "7", kind="other_agency", process="lac.3", agency="health")
    told = _stay(Case(_catalogue(_entry("bed"), other))).cost(how)
    assert told.total("nhs") == D("70.00")
    assert told.column("process", "nhs") == ["other_agency"]
    assert (told.money("gross"), told.money("net")) == (D("1000.00"), D("1000.00"))


@BOTH
@pytest.mark.parametrize(
    ("scores", "factors", "group"),
    [
        # Any score at the cut-off of 17; where there is a score, factor 4A is not asked.
        ((16, 17), None, "ebd"),
        ((16,), "4A", "none"),
        ((None,), "4A|2B", "ebd"),
        ((), None, "none"),
    ],
)
def test_need_groups_name_the_whole_combination(
    how: str, scores: tuple[int | None, ...], factors: str | None, group: str
) -> None:
    case = _stay(Case(_catalogue(_entry("bed")))).need("2024-01-01", "2024-02-01")
    case = case.nested("assessment", "2024-01-01", authorised_date=None, factors=factors)
    for number, score in enumerate(scores):
        case = case.row("oc2", sdq_score=score, convicted=False, as_at=f"{2023 + number}-03-31")
    assert case.cost(how).child("need_group") == group
    case = case.row("oc2", sdq_score=None, convicted=True, as_at="2025-03-31").born(
        "2015-01-01", disability="LD"
    )
    assert case.cost(how).child("need_group") == {"none": "cwd_offending", "ebd": "cwd_ebd_offending"}[group]
    # The file of needs decides what it gives.
    case = case.row("needs", cwd=False, ebd=None, offending=None, uasc=True)
    assert case.cost(how).child("need_group") == {
        "none": "offending_uasc", "ebd": "ebd_offending_uasc",
    }[group]  # fmt: skip
