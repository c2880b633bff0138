"""The published figures of the shipped catalogue, entered as an invented child, come out to the penny."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction

import pytest
from costed import Case

BOTH = pytest.mark.parametrize("how", ["plain", "kernel"])
DEFLATOR = {"gdp_deflator": {"2010/11": Fraction("2.61"), "2011/12": Fraction("2.29")}}


def _in_care(la_code: str = "330", **given: object) -> Case:
    """Six months of foster care, two and a half of a residential unit, home; reviewed twice."""
    case = Case("default", start="2009-04-01", end="2010-03-31", la_code=la_code, **given)  # type: ignore[arg-type]
    case = case.born("1998-02-10").episode("S", "2009-05-01", "2009-11-01")
    case = case.episode("P", "2009-11-01", "2010-01-15", place="K2", provider="PR4", rec="E4A")
    return case.row("lac_review", review_date="2009-05-28").row("lac_review", review_date="2009-08-20")


@BOTH
def test_eight_processes_of_a_child_in_care(how: str) -> None:
    told = _in_care().cost(how)
    sums = {process: D("0.00") for process in ("lac.1", "lac.2", "lac.3", "lac.4", "lac.5", "lac.6", "lac.7")}
    for line in told.both.lines:
        sums[line["process"]] += D(line["pence"]).scaleb(-2)
    assert sums == {
        "lac.1": D("700.00"),
        # Two reviews, two updates of the plan at 131.
        "lac.2": D("262.00"),
        # 6 months x 1,846 = 11,076; 2 months and 14 of 31 days at 14,662: 29,324 + 6,621.548 = 35,945.55.
        "lac.3": D("47021.55"),
        "lac.4": D("288.00"),
        # Into a residential unit, and not difficult to place.
        "lac.5": D("506.00"),
        "lac.6": D("892.00"),
        "lac.7": D("3026.00"),
    }
    assert told.money("net") == D("52695.55")
    assert (told.child("price_year"), told.child("unpriced_nights")) == ("2009/10", 0)


@BOTH
def test_difficult_to_place_adds_to_finding_the_placement(how: str) -> None:
    # A score of 17 and a disability: 506 and 628.
    case = _in_care().row("oc2", sdq_score=17, convicted=False, as_at="2010-03-31")
    told = case.row("needs", cwd=True, ebd=None, offending=None, uasc=None).cost(how)
    assert told.total("p5_resi_0910", "p5_difficult_resi_0910") == D("1134.00")
    assert told.child("need_group") == "cwd_ebd"


@BOTH
def test_london_has_no_published_costs_of_care_and_none_is_made_up(how: str) -> None:
    # 184 nights of foster care and 75 of the unit; every process of care is without a price.
    told = _in_care(la_code="302").cost(how)
    assert told.lines() == []
    assert (told.child("nights"), told.child("unpriced_nights")) == (259, 259)
    assert {(issue[0], issue[2]) for issue in told.issues()} == {
        (f"lac.{number}", "cost-no-match") for number in range(1, 8)
    }


@BOTH
def test_uplift_by_the_shipped_deflator(how: str) -> None:
    # 700 x 1.0261 x 1.0229 = 734.718.
    told = _in_care(price_year="2011/12", changes=DEFLATOR).cost(how)
    assert told.total("p1_foster_0910") == D("734.72")
    assert told.column("factor", "p1_foster_0910") == [1_049_598]


@BOTH
@pytest.mark.parametrize(("la_code", "pounds"), [("330", "2381.00"), ("302", "2886.00")])
def test_a_child_in_need(how: str, la_code: str, pounds: str) -> None:
    # Referral 186, enquiry 511, assessment 271; from 1 June one month at 107 and two under a protection
    # plan at 263, its review at 378, closed at 195: 2,174. The second referral, without further action, 207.
    # In London 224 + 614 + 327 + 128 + 2 x 316 + 473 + 239 = 2,637, and 249.
    case = Case("default", start="2009-04-01", end="2010-03-31", la_code=la_code).born("1998-02-10")
    case = case.need("2009-05-11", "2009-09-01").need("2009-12-01", "2009-12-02", nfa=True)
    case = case.nested("s47_enquiry", "2009-05-11", start_date="2009-05-20", icpc_date=None)
    case = case.nested("assessment", "2009-05-11", authorised_date="2009-06-01")
    case = case.nested("cp_plan", "2009-05-11", start_date="2009-07-01", end_date="2009-09-01")
    case = case.nested("cp_review", "2009-05-11", review_date="2009-08-15", cpp_start_date="2009-07-01")
    assert case.cost(how).total() == D(pounds)


@BOTH
def test_the_grant_for_unaccompanied_children_begins_with_its_announcement(how: str) -> None:
    # 8 to 30 June 2020: 23 nights at 114, in the money of 2020/21; the month's care in that of 2009/10.
    case = Case("default", start="2020-06-01", end="2020-06-30").born("2005-02-10")
    case = case.row("uasc", uasc_ceased_date=None, as_at="2021-03-31")
    told = case.episode("S", "2020-05-01", None, status="V2").cost(how)
    assert told.lines("uasc_std_2020") == [("uasc_std_2020", "2020-06-08", "2020-06-30", D("-2622.00"))]
    years = [(row["price_year"], row["gross"], row["grant"]) for row in told.both.children]
    assert years == [("2009/10", 184600, 0), ("2020/21", 0, -262200)]
