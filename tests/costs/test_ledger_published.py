"""Published figures of the shipped default catalogue come out to the pound, for invented children."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction

import pytest
from costed import Case

from childjourneys.costs.loading import load_catalogue

# Ongoing support per month, out of London and in London (2008/09).
ONGOING = {"cin3_std": (107, 128), "cin3_u6": (192, 230), "cin3_cpp": (263, 316), "cin3_u6_cpp": (410, 491),
           "cin3_ebd": (199, 238), "cin3_ebd_plus": (499, 598)}  # fmt: skip


class Shipped(Case):
    """A case priced by the shipped default catalogue."""

    def run(self):  # type: ignore[no-untyped-def]
        self.catalogue = "settings: {legal: once}\n"
        run = super().run()
        run.catalogue = load_catalogue()
        return run


def _case(start: str = "2010-01-01", end: str = "2010-12-31", la: str = "330") -> Shipped:
    return Shipped("", start=start, end=end, la_code=la)


def test_a_placement_of_six_months_with_every_process() -> None:
    # LA foster care from 15 January to 15 July 2010 under a care order, two reviews.
    case = _case().born("2000-05-01").episode("S", "2010-01-15", "2010-07-15", rec="E4A")
    case.row("lac_review", review_date="2010-02-10").row("lac_review", review_date="2010-05-10")
    told = case.cost("kernel")
    assert told.total("p1_foster_0910") == 700
    assert told.total("p2_foster_0910") == 2 * 131
    assert told.total("p3_foster_0910") == 6 * 1846
    assert told.total("p4_foster_0910") == 288
    assert told.total("p6_foster_0910") == 2 * 446
    assert told.total("p7_foster_0910") == 3026
    assert told.total() == 700 + 262 + 11_076 + 288 + 892 + 3026
    assert told.child("nights") == 181
    assert told.child("unpriced_nights") == 0
    assert told.issues() == []


@pytest.mark.parametrize(
    ("place", "provider", "area", "entry", "month"),
    [
        ("P1", "PR0", None, "p3_parents_0910", 763),
        ("U1", "PR1", None, "p3_kinship_0910", 1914),
        ("U6", "PR1", None, "p3_foster_0910", 1846),
        ("U6", "PR4", "IN", "p3_ifa_0910", 5952),
        ("U6", "PR4", "OUT", "p3_ifa_0910", 5952),
        ("K2", "PR4", None, "p3_resi_0910", 14_662),
        ("K3", "PR4", None, "p3_indep_0910", 2848),
    ],
)
def test_a_month_of_each_placement(
    place: str, provider: str, area: str | None, entry: str, month: int
) -> None:
    told = _case().episode("S", "2010-03-10", "2010-04-10", place, provider, location=area).cost("kernel")
    assert told.total(entry) == month


@pytest.mark.parametrize(
    ("place", "provider", "area", "plain", "additional"),
    [
        ("U6", "PR1", None, 224, 471),
        ("K2", "PR4", None, 506, 628),
        ("U6", "PR4", "OUT", 786, 0),
    ],
)
def test_the_search_for_another_placement(
    place: str, provider: str, area: str | None, plain: int, additional: int
) -> None:
    for disability, expected in (("NONE", plain), ("LD", plain + additional)):
        case = _case().born("2000-05-01", disability=disability)
        case.row("oc2", sdq_score=30, as_at="2010-03-31")
        case.episode("S", "2010-01-15", "2010-07-15", "U1").episode(
            "P", "2010-07-15", None, place, provider, location=area
        )
        told = case.cost("kernel")
        found = sum(line[3] for line in told.lines() if line[0].startswith("p5_"))
        assert found == expected


def test_the_move_to_leaving_care() -> None:
    # 16 on 1 June 2010, with far more than 91 nights since 14.
    told = _case().born("1994-06-01").episode("S", "2008-01-01", None).cost("kernel")
    assert told.lines("p8_foster_0910") == [("p8_foster_0910", "2010-06-01", "2010-06-01", D("1274.00"))]


@pytest.mark.parametrize(("la", "column"), [("330", 0), ("302", 1)])
def test_children_in_need_in_and_outside_london(la: str, column: int) -> None:
    # Three months of support from the authorised assessment, then closed; an enquiry and a review conference.
    case = _case("2009-01-01", "2009-12-31", la).born("1999-03-01")
    case.need("2009-02-01", "2009-05-10").nested("assessment", "2009-02-01", authorised_date="2009-02-10")
    case.nested("s47_enquiry", "2009-02-01", start_date="2009-03-02", icpc_date=None)
    case.nested("cp_review", "2009-02-01", review_date="2009-04-01", cpp_start_date="2009-03-01")
    case.need("2009-07-01", None, nfa=True)
    told = case.cost("kernel")
    expected = {
        "cin1_std": (186, 224), "cin1_nfa": (207, 249), "cin2_std": (271, 327), "cin3_std": (321, 384),
        "cin4": (195, 239), "cin7_std": (511, 614), "cin6_cpcc": (378, 473),
    }  # fmt: skip
    assert {entry: told.total(entry) for entry in expected} == {
        entry: both[column] for entry, both in expected.items()
    }
    assert told.total() == sum(both[column] for both in expected.values())


@pytest.mark.parametrize("entry", ONGOING)
@pytest.mark.parametrize("column", [0, 1])
def test_each_condition_of_support(entry: str, column: int) -> None:
    case = _case("2009-01-01", "2009-12-31", ("330", "302")[column])
    case.born("2006-01-01" if "u6" in entry else "1999-03-01", disability="LD" if "plus" in entry else None)
    case.need("2009-02-01", "2009-04-10").nested(
        "assessment", "2009-02-01", authorised_date="2009-02-10", factors="4A" if "ebd" in entry else "1A"
    )
    if "cpp" in entry:
        case.nested("cp_plan", "2009-02-01", start_date="2009-02-10", end_date=None)
    told = case.cost("kernel")
    assert told.total(entry) == 2 * ONGOING[entry][column]


def test_a_child_known_before_is_assessed_at_the_higher_rate() -> None:
    case = _case("2009-01-01", "2009-12-31").born("1999-03-01").need("2008-03-01", "2008-04-01")
    case.need("2009-02-01", "2009-05-10").nested("assessment", "2009-02-01", authorised_date="2009-02-10")
    assert case.cost("kernel").total("cin2_known") == 334


def test_the_deflator_brings_a_month_of_foster_care_to_later_prices() -> None:
    # 1,846 of 2009/10 x 1.0261 x 1.0229 x 1.0150 = 1,966.62 (2010/11 to 2012/13).
    case = _case().episode("S", "2010-03-10", "2010-04-10")
    case.price_year = "2012/13"
    changes = {"2010/11": "2.61", "2011/12": "2.29", "2012/13": "1.50"}
    case.changes = {"gdp_deflator": {year: Fraction(change) for year, change in changes.items()}}
    told = case.cost("kernel")
    assert told.total("p3_foster_0910") == D("1966.62")
    assert set(told.column("price_year", "p3_foster_0910")) == {"2012/13"}


def test_london_has_no_published_figures_for_looked_after_children() -> None:
    told = (
        _case(la="302").born("2000-05-01").episode("S", "2010-01-15", "2010-07-15", rec="E4A").cost("kernel")
    )
    assert told.lines() == []
    assert told.child("unpriced_nights") == told.child("nights") == 181
    assert {(process, kind) for process, kind, *_ in told.issues()} >= {
        ("lac.1", "process"),
        ("lac.3", "process"),
    }
