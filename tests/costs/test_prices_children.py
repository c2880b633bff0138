"""Whose price a row is: every identifier that the run knows finds the child, and one of two finds nobody."""

# ruff: noqa: E501

from __future__ import annotations

import polars as pl
import pytest
from test_prices_matching import placements, rows_of, week

from childjourneys.costs.price_children import NUMBERS, PEOPLE, Known
from childjourneys.costs.prices import MatchedPrices, match_prices

LA = "301"


def known(
    *people: tuple[str, str | None] | tuple[str, str | None, str | None],
    linked: tuple[tuple[str, str], ...] = (),
) -> Known:
    """Children with their UPN and former UPN; and identifiers that a link file joined, with whose they are."""
    rows = [(LA, child, upn, *(former or (None,))) for child, upn, *former in people]
    return Known(
        pl.DataFrame(rows, schema=PEOPLE, orient="row"),
        pl.DataFrame([(LA, *one) for one in linked], schema=NUMBERS, orient="row"),
    )


def matched(given: str, in_care: tuple[str, ...], who: Known) -> MatchedPrices:
    """One row of a week, in a run where these children have a placement each."""
    places = pl.concat([placements((0, 10)).with_columns(child_id=pl.lit(child)) for child in in_care])
    return match_prices(rows_of(week(0, 7, child_id=given)), places, who)


@pytest.mark.parametrize(
    ("given", "way"),
    [("A1", "same"), ("903-0017", "same"), ("0017", "ssda903"), ("17", "ssda903"), ("903-17", "zeros"),
     ("88", "link"), ("903-88", "link"), ("00088", "link"), ("U234567890123", "upn"), ("V1", "upn")],
)  # fmt: skip
def test_each_identifier_of_a_child_finds_it(given: str, way: str) -> None:
    who = known(("A1", "U1", "V1"), ("903-0017", "U234567890123"), ("B2", None), linked=(("903-88", "A1"),))
    found = matched(given, ("A1", "903-0017", "B2"), who)
    wanted = "903-0017" if given.endswith("17") or given == "U234567890123" else "A1"
    assert found.spans["child_id"].to_list() == [wanted]
    assert (dict(found.ways), found.without) == ({way: 1}, 0)
    notes = found.findings.filter(severity="note")
    assert notes["count"].to_list() == ([] if way == "same" else [1])


def test_an_identifier_of_two_children_finds_nobody_and_is_told() -> None:
    # SSDA903 numbers otherwise: its 17 is another child than the census's.
    who = known(("17", None), ("903-17", None))
    for in_care in (("903-17",), ("17", "903-17")):
        found = matched("17", in_care, who)
        assert found.spans.is_empty() and (dict(found.ways), found.without) == ({}, 1)
        assert found.unmatched.select("child_id", "amount", "reason").rows() == [
            ("17", "700", "several children")
        ]
        (told,) = found.findings.select("severity", "code", "what").rows()
        assert told[:2] == ("warning", "cost-unmatched-price") and "several children" in told[2]
    assert matched("903-17", ("17", "903-17"), who).spans["child_id"].to_list() == ["903-17"]
    # Of a link file, and of another child of the census, with and without the zeros.
    who = known(("017", None), ("A1", None), linked=(("903-17", "A1"),))
    for given in ("017", "17"):
        assert matched(given, ("A1", "017"), who).unmatched["reason"].to_list() == ["several children"]
    # Two children with one pupil number.
    who = known(("A1", "U1"), ("B2", "U1"))
    assert matched("U1", ("A1", "B2"), who).spans.is_empty()


def test_a_child_of_the_census_is_found_in_care_by_the_upn_alone() -> None:
    who = known(("A1", "U1"), ("903-17", "U1"), ("903-18", "U2"), ("C3", "U2", "U1"))
    found = matched("A1", ("903-17", "903-18"), who)
    assert found.spans["child_id"].to_list() == ["903-17"] and dict(found.ways) == {"upn": 1}
    # In care under both: the one that the row names.
    assert matched("A1", ("A1", "903-17"), who).spans["child_id"].to_list() == ["A1"]
    # Two in care are the same pupil by some number or other: nobody.
    assert matched("C3", ("903-17", "903-18"), who).spans.is_empty()
    # Nobody's number leads nowhere.
    assert matched("A1", ("903-17",), known(("A1", None), ("903-17", None))).spans.is_empty()


def test_one_pupil_under_one_identifier_of_two_numberings() -> None:
    """17 of the census and 17 of SSDA903 have one UPN: one of the two is in care, and it is meant."""
    who = known(("17", "U1"), ("903-17", "U1"))
    assert matched("17", ("903-17",), who).spans["child_id"].to_list() == ["903-17"]
    assert matched("17", ("17", "903-17"), who).spans.is_empty(), "both are in care: nobody can tell"


def test_the_mark_of_ssda903_may_stand_where_all_returns_number_the_same() -> None:
    found = matched("903-17", ("17",), known(("17", None), ("18", None)))
    assert found.spans["child_id"].to_list() == ["17"] and dict(found.ways) == {"ssda903": 1}
    # Where they do not, 17 is the census's, and 903-17 is nobody in care.
    assert matched("903-17", ("17", "903-18"), known(("17", None), ("903-18", None))).spans.is_empty()


def test_another_authority_has_its_own_identifiers() -> None:
    who = Known(
        pl.DataFrame([("302", "17", None, None)], schema=PEOPLE, orient="row"), pl.DataFrame(schema=NUMBERS)
    )
    assert matched("17", ("903-17",), who).spans["child_id"].to_list() == ["903-17"]


def test_the_sentence_counts_rows_by_the_way() -> None:
    who = known(("A1", "U1"), ("903-17", None))
    places = pl.concat(
        [placements((0, 10)).with_columns(child_id=pl.lit(child)) for child in ("A1", "903-17")]
    )
    rows = rows_of(
        week(0, 7, child_id="A1"), week(7, 10, child_id="A1"), week(0, 7, child_id="17"),
        week(0, 7, child_id="Z"), week(40, 47, child_id="A1"),
    )  # fmt: skip
    assert match_prices(rows, places, who).sentence == (
        "Rows of actual prices used: 3 (2 by the identifier that the run shows; 1 by the identifier in "
        "SSDA903, with 903- in one of the two); not used: 2."
    )


def test_a_row_says_whether_it_lacks_a_child_or_a_placement() -> None:
    who = known(("A1", None), ("B2", None))
    nobody = matched("Z", ("A1",), who)
    assert nobody.unmatched["reason"].to_list() == ["no child"]
    assert "no child of this run" in nobody.findings["what"][0]
    unplaced = matched("B2", ("A1",), who)
    assert unplaced.unmatched["reason"].to_list() == ["no placement"]
    assert "no placement of the child" in unplaced.findings["what"][0]
    assert nobody.unmatched["amount"].to_list() == unplaced.unmatched["amount"].to_list() != [None]
