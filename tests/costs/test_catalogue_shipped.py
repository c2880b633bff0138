"""The shipped catalogues: every figure is sourced, dated and the one that was published."""

# ruff: noqa: E501
from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
import yaml

from childjourneys.costs.loading import SHIPPED, facts_of, load_catalogue, shipped_text
from childjourneys.costs.model import CIN, LAC, Entry
from childjourneys.costs.placement_names import known_placements, place_codes, placement_matches
from childjourneys.costs.uplift import series_of

# id, out of London or everywhere, London where it differs, price year or first day.
GOLDEN = """
default p1_foster_0910 700 2009/10 out
default p2_foster_0910 131 2009/10 out
default p3_parents_0910 763 2009/10 out
default p3_kinship_0910 1914 2009/10 out
default p3_foster_0910 1846 2009/10 out
default p3_ifa_0910 5952 2009/10 out
default p3_resi_0910 14662 2009/10 out
default p3_indep_0910 2848 2009/10 out
default p4_foster_0910 288 2009/10 out
default p5_foster_0910 224 2009/10 out
default p5_resi_0910 506 2009/10 out
default p5_ifa_ooa_0910 786 2009/10 out
default p5_difficult_foster_0910 471 2009/10 out
default p5_difficult_resi_0910 628 2009/10 out
default p6_foster_0910 446 2009/10 out
default p7_foster_0910 3026 2009/10 out
default p8_foster_0910 1274 2009/10 out
default cin1_std 186 2008/09 224
default cin1_nfa 207 2008/09 249
default cin2_std 271 2008/09 327
default cin2_known 334 2008/09 402
default cin3_std 107 2008/09 128
default cin3_u6 192 2008/09 230
default cin3_cpp 263 2008/09 316
default cin3_u6_cpp 410 2008/09 491
default cin3_ebd 199 2008/09 238
default cin3_ebd_plus 499 2008/09 598
default cin4 195 2008/09 239
default cin6_review 222 2008/09 268
default cin6_cpcc 378 2008/09 473
default cin7_std 511 2008/09 614
default cin7_strategy 661 2008/09 795
default cin7_abe 889 2008/09 1068
default cin8 2238 2008/09 2687
default uasc_std_2020 114 2020-06-08 any
case_studies_1011 p2_case_1011 137.33 2010/11 any
case_studies_1011 p2_case_complex_1011 69 2010/11 any
case_studies_1011 p3_initial_ebd_1011 327 2010/11 any
case_studies_1011 p3_initial_ebdoff_1011 1200 2010/11 any
case_studies_1011 p3_initial_cwdebdoff_1011 1310 2010/11 any
case_studies_1011 p4_case_1011 301 2010/11 any
case_studies_1011 p5_case_ebd_1011 234 2010/11 any
case_studies_1011 p5_case_ebdoff_1011 987 2010/11 any
case_studies_1011 p5_case_cwdebdoff_1011 1432 2010/11 any
case_studies_1011 p6_case_1011 466 2010/11 any
case_studies_1011 p6_case_first_1011 13 2010/11 any
case_studies_1011 p6_case_complex_1011 931 2010/11 any
case_studies_1011 p7_case_none_1011 5.40 2010/11 any
case_studies_1011 p7_case_ebd_1011 6.60 2010/11 any
case_studies_1011 p7_case_complex_1011 3.50 2010/11 any
case_studies_1011 p8_case_1011 1328 2010/11 any
placements resi_la_1213 2964 2012/13 any
placements resi_pvi_1213 3282 2012/13 any
placements foster_la_1213 636 2012/13 any
placements foster_la_1213_london 929.76 2012/13 london
placements resi_nao_2324 318400 2023/24 any
placements resi_lincs_1819 4527 2018/19 any
placements foster_1998 190 1997/98 any
placements resi_1997 1258 1996/97 any
allowances nma_2025_0_2 170 2025-04-06 198
allowances nma_2025_3_4 176 2025-04-06 201
allowances nma_2025_5_10 194 2025-04-06 225
allowances nma_2025_11_15 220 2025-04-06 257
allowances nma_2025_16_17 258 2025-04-06 299
allowances nma_2007_babies 100 2007-04-01 116
allowances nma_2007_pre_primary 102 2007-04-01 119
allowances nma_2007_primary 113 2007-04-01 132
allowances nma_2007_11_15 129 2007-04-01 150
allowances nma_2007_16_17 151 2007-04-01 176
allowances_south_east nma_2025_0_2 189 2025-04-06 any
allowances_south_east nma_2025_3_4 196 2025-04-06 any
allowances_south_east nma_2025_5_10 216 2025-04-06 any
allowances_south_east nma_2025_11_15 247 2025-04-06 any
allowances_south_east nma_2025_16_17 288 2025-04-06 any
allowances_south_east nma_2007_babies 111 2007-04-01 any
allowances_south_east nma_2007_pre_primary 114 2007-04-01 any
allowances_south_east nma_2007_primary 127 2007-04-01 any
allowances_south_east nma_2007_11_15 144 2007-04-01 any
allowances_south_east nma_2007_16_17 169 2007-04-01 any
other_agencies ext_resi_1011 198 2010/11 any
other_agencies ext_foster_1011 64 2010/11 any
other_agencies camhs_multi_hour_1213 56 2012/13 any
other_agencies camhs_multi_case_1112 4976 2011/12 any
other_agencies camhs_targeted_case_1112 6162 2011/12 any
other_agencies camhs_cbt_1213 91 2012/13 any
other_agencies gp_consult_1213 37 2012/13 any
other_agencies mst_session_1213 118 2012/13 any
early_help caf_intent 22 2010/11 25
early_help caf_assess 204 2010/11 253
early_help caf_tac1 223 2010/11 245
early_help caf_tac_next 197 2010/11 226
early_help caf_support 165 2010/11 165
early_help caf_close 84 2010/11 93
worker_rates sw_children_2012 40 2012/13 any
worker_rates sw_teamleader_2012 50 2012/13 any
worker_rates sw_assistant_2012 30 2012/13 any
worker_rates fsw_2012 29 2012/13 any
worker_rates sw_children_2013 40 2013/14 any
worker_rates sw_children_client_2013 55 2013/14 any
"""


def written(name: str, entry: Entry) -> tuple[str, str, Fraction | None, str, str]:
    amount = entry.unit_cost(entry.la_type == "london")
    dated = entry.price_year or str(entry.effective_from)
    london = {"any": "any", "out_of_london": "out", "london": "london"}[entry.la_type]
    return name, entry.id, amount, dated, str(entry.london) if entry.london is not None else london


def test_every_figure_is_the_published_one() -> None:
    found = [
        written(name, entry)
        for name in SHIPPED
        for entry in load_catalogue([name]).entries
        if entry.kind != "activity_time"
    ]
    wanted = [line.split() for line in GOLDEN.strip().splitlines()]
    assert found == [(file, one, Fraction(cost), dated, la) for file, one, cost, dated, la in wanted]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_entry_has_its_source_year_and_index(name: str) -> None:
    catalogue = load_catalogue([name])
    assert catalogue.entries and not catalogue.notes
    titles = yaml.safe_load(shipped_text(name))["sources"]
    for entry in catalogue.entries:
        assert entry.source.publication in titles and entry.source_title, entry.id
        assert entry.source.table_or_page or entry.source.via, entry.id
        assert entry.source.status in ("published", "secondary", "derived"), entry.id
        assert bool(entry.source.formula) == (entry.source.status == "derived"), entry.id
        assert entry.price_year or entry.effective_from or entry.kind == "activity_time", entry.id
        assert series_of(entry), entry.id
        assert entry.name, entry.id
    assert "/work" not in shipped_text(name) and "ucd12" not in shipped_text(name)


def test_the_default_covers_every_process_it_can() -> None:
    catalogue = load_catalogue()
    assert {process for process, kind in catalogue.slots() if kind == "process"} == {*LAC, *CIN} - {
        "cin.cp_conference"
    }
    assert [kind for _, kind in catalogue.slots() if kind != "process"] == ["grant"]
    covering = catalogue.entries_for("lac.3", "process")
    assert {one.covers for one in covering} == {("placement", "allowance", "fee")}
    assert {one.unit for one in covering} == {"month"}
    assert catalogue.by_id["p7_foster_0910"].once_per == "period_of_care"
    assert catalogue.by_id["uasc_std_2020"].when.uasc is True


def test_foster_prices_stand_for_every_placement_and_say_so() -> None:
    catalogue = load_catalogue()
    for number in (1, 2, 4, 5, 6, 7, 8):
        entry = catalogue.by_id[f"p{number}_foster_0910"]
        assert (
            entry.when.placement == ()
            and "used for every placement that has no price of its own" in entry.note
        )
    assert catalogue.by_id["p3_foster_0910"].when.placement == ("foster_la",)
    assert catalogue.by_id["p3_ifa_0910"].when.placement == ("foster_agency",)
    assert "wherever it is" in catalogue.by_id["p3_ifa_0910"].note


def test_overlapping_groups_are_ranked_by_amount() -> None:
    catalogue = load_catalogue()
    for process in ("cin.ongoing_support", "cin.s47"):
        ranked = sorted(catalogue.entries_for(process, "process"), key=lambda one: one.priority)
        amounts = [one.out_of_london for one in ranked]
        assert amounts == sorted(amounts, key=lambda amount: amount or 0)
        assert [one.priority for one in ranked] == list(range(len(ranked)))


def test_first_reviews_and_first_days_are_additional() -> None:
    cases = load_catalogue(["case_studies_1011"]).by_id
    assert cases["p6_case_first_1011"].when.first is True and cases["p6_case_first_1011"].additional
    assert all(one.additional for one in cases.values() if one.process == "lac.3")
    assert cases["p5_case_ebd_1011"].when.placement == ("foster_la",)


def test_allowances_cover_every_age_once() -> None:
    bands = [one for one in load_catalogue(["allowances"]).entries if one.id.startswith("nma_2025")]
    ages = Counter(
        age for one in bands for age in range(one.when.age_from or 0, one.when.age_under or 0)
    )  # fmt: skip
    assert ages == Counter(range(18))
    layered = load_catalogue(["allowances", "allowances_south_east"])
    assert len(layered.entries) == len(load_catalogue(["allowances"]).entries)
    assert {one.unit_cost(None) for one in layered.entries if one.id == "nma_2025_0_2"} == {189}


def test_the_invented_example_says_so_everywhere_and_prices_every_place() -> None:
    catalogue = load_catalogue(["invented_local"])
    assert facts_of(catalogue).invented == ("invented_local",)
    assert all("Invented" in entry.name and entry.id.startswith("invented_") for entry in catalogue.entries)
    assert {entry.price_year for entry in catalogue.entries} == {"2024/25"}
    assert all(entry.unit_cost(None) is not None for entry in catalogue.entries)
    named = [name for one in catalogue.entries_for("lac.3", "placement") for name in one.when.placement]
    for place in place_codes():
        assert any(placement_matches(name, place, None, None) for name in named), place
    assert {process for process, kind in catalogue.slots() if kind == "process"} == {*LAC, *CIN}


def fits(entry: Entry, place: str, provider: str, area: str, age: int, weeks: int) -> bool:
    """The conditions that placements decide, as the page on the catalogue words them."""
    when = entry.when
    first, last = when.weeks_in_placement or (0, None)
    return (
        (not when.placement or any(placement_matches(one, place, provider, area) for one in when.placement))
        and (not when.provider or provider in when.provider)
        and (when.out_of_area is None or when.out_of_area == (area == "out"))
        and (when.age_from or 0) <= age < (when.age_under or 99)
        and first <= weeks < (last or 999)
    )


@pytest.mark.parametrize(
    "names", [("default",), ("placements",), ("allowances",), ("default", "invented_local")]
)
@pytest.mark.parametrize("london", [False, True])
def test_no_night_and_no_move_has_two_equal_prices(names: tuple[str, ...], london: bool) -> None:
    catalogue = load_catalogue(names)
    priced = 0
    for process, kind in (("lac.3", one) for one in ("process", "placement", "allowance", "fee")):
        base = [
            one for one in catalogue.entries_for(process, kind)
            if not (one.additional or one.when.needs)
            and one.unit_cost(london) is not None
            and one.effective_on(date(2025, 5, 1))
        ]  # fmt: skip
        for place, provider, area, age, weeks in product(
            place_codes(), ("PR1", "PR2", "PR4"), ("in", "out"), (1, 17), (0, 60)
        ):
            found = [one for one in base if fits(one, place, provider, area, age, weeks)]
            top = [(one.layer, one.of_contract, one.priority, one.conditions) for one in found]
            assert not top or top.count(max(top)) == 1, (place, provider, [one.id for one in found])
            priced += bool(found)
    assert priced or (london and names == ("default",)), "something is priced"


TABLE = [
    ("kinship", "U1", None, None, True), ("kinship", "U4", "PR1", "in", False),
    ("foster", "U6", None, None, True), ("foster", "K2", None, None, False),
    ("foster_la", "U4", "PR1", None, True), ("foster_la", "U1", "PR1", None, False),
    ("foster_la", "U5", "PR4", None, False), ("foster_la", "U5", None, None, None),
    ("foster_agency", "U6", "PR5", None, True), ("foster_agency", "U6", "PR2", None, False),
    ("foster_agency_in_area", "U6", "PR4", "in", True), ("foster_agency_in_area", "U6", "PR4", None, None),
    ("foster_agency_out_of_area", "U6", "PR4", "OUT", True),
    ("foster_agency_out_of_area", "U6", "PR4", "in", False),
    ("foster_agency_out_of_area", "K2", None, None, False),
    ("foster_other_public", "U4", "PR3", None, True), ("placed_for_adoption", "A5", None, None, True),
    ("secure", "K1", None, None, True), ("residential", "R1", None, None, True),
    ("residential_unit", "K2", "PR4", None, True), ("residential_la", "K2", "PR1", None, True),
    ("residential_la", "K2", "PR4", None, False), ("residential_independent", "R1", "PR5", None, True),
    ("residential_private_voluntary", "K2", "PR4", None, True), ("residential_school", "S1", None, None, True),
    ("independence", "P2", None, None, True), ("independence", "H5", None, None, True),
    ("independence", "K3", None, None, True), ("placed_with_parents", "P1", None, None, True),
    ("K2", "K2", None, None, True), ("K2", "R1", None, None, False), ("K2", None, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "place", "provider", "area", "answer"), TABLE)
def test_placement_names(
    name: str, place: str | None, provider: str | None, area: str | None, answer: bool | None
) -> None:
    assert placement_matches(name, place, provider, area) is answer
    assert name in known_placements()
