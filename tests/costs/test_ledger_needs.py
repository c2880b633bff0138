"""Which need each child has, and which rule gave it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from childjourneys.costs.days import FAR, number
from childjourneys.costs.facts import NO_BIRTH, children_of, in_london, need_groups
from childjourneys.costs.model import Settings

LA = "330"
Rows = list[dict[str, object]]


def _frame(*rows: dict[str, object], **types: object) -> pl.DataFrame:
    told = [{"la_code": LA, "child_id": "A", **row} for row in rows]
    return pl.DataFrame(told, schema_overrides=types or None, infer_schema_length=None)


def _needs(settings: Settings | None = None, **tables: pl.DataFrame) -> dict[str, object]:
    child = {"child": _frame({"birth_date": date(2010, 1, 1), "disability": None}, disability=pl.String)}
    return children_of({**child, **tables}, settings or Settings()).frame.row(0, named=True)


def _oc2(score: int | None, convicted: bool | None = None) -> pl.DataFrame:
    return _frame(
        {"sdq_score": score, "convicted": convicted, "as_at": date(2024, 3, 31)},
        sdq_score=pl.Int64, convicted=pl.Boolean,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "rule"), [("AUT|LD", "disability"), ("NONE", "nothing on record"), (None, "nothing on record")]
)
def test_a_disability_of_the_census(codes: str | None, rule: str) -> None:
    told = _needs(
        child=_frame({"birth_date": None, "disability": codes}, birth_date=pl.Date, disability=pl.String)
    )
    assert (told["cwd"], told["cwd_rule"]) == (rule == "disability", rule)


def test_need_code_n2_of_either_return() -> None:
    care = _frame({"category_of_need": "N2"})
    assert _needs(care_chain=care)["cwd_rule"] == "need code N2"
    assert _needs(need_episode=_frame({"primary_need": "N2"}))["need_group"] == "cwd"


def test_a_score_goes_before_the_factor() -> None:
    factor = _frame({"factors": "1A|4A"})
    assert _needs(assessment=factor)["ebd_rule"] == "factor 4A"
    low = _needs(assessment=factor, oc2=_oc2(5))
    assert (low["ebd"], low["ebd_rule"]) == (False, "SDQ score")
    assert _needs(oc2=_oc2(17))["ebd"] is True
    assert _needs(Settings(sdq_cutoff=18), oc2=_oc2(17))["ebd"] is False
    # A row without a score says nothing: the factor counts.
    assert _needs(assessment=factor, oc2=_oc2(None))["ebd"] is True
    assert _needs(assessment=_frame({"factors": "14A"}))["ebd"] is False


def test_any_score_at_the_cut_off_is_enough() -> None:
    assert _needs(oc2=pl.concat([_oc2(3), _oc2(20), _oc2(4)]))["ebd"] is True


def test_offending_and_being_unaccompanied() -> None:
    row = _frame({"uasc_ceased_date": None, "as_at": date(2024, 3, 31)}, uasc_ceased_date=pl.Date)
    told = _needs(oc2=_oc2(None, True), uasc=row)
    assert told["need_group"] == "offending_uasc"
    assert (told["offending_rule"], told["uasc_rule"]) == ("conviction", "UASC row")
    assert _needs(mother=_frame({"uasc_status": "1"}))["uasc_rule"] == "UASC flag"
    assert _needs(mother=_frame({"uasc_status": "0"}))["uasc"] is False


def test_the_needs_file_decides_what_it_gives() -> None:
    given = {"cwd": False, "ebd": True, "offending": None, "uasc": None}
    needs = _frame(given, **dict.fromkeys(given, pl.Boolean))
    disabled = _frame({"birth_date": None, "disability": "LD"}, birth_date=pl.Date)
    told = _needs(child=disabled, needs=needs, oc2=_oc2(3, True))
    assert told["need_group"] == "ebd_offending"
    assert [told[f"{need}_rule"] for need in ("cwd", "ebd", "offending")] == [
        "needs file", "needs file", "conviction",
    ]  # fmt: skip


def test_all_sixteen_combinations_in_the_order_of_names() -> None:
    assert len(set(need_groups())) == 16
    assert need_groups()[0] == "none"
    assert {"cwd", "cwd_ebd", "cwd_ebd_offending_uasc", "ebd_uasc"} <= set(need_groups())


def test_unaccompanied_until_the_date_said_or_eighteen() -> None:
    rows = [
        {"uasc_ceased_date": None, "as_at": date(2023, 3, 31)},
        {"uasc_ceased_date": date(2023, 9, 1), "as_at": date(2024, 3, 31)},
    ]
    child = _frame({"birth_date": date(2008, 2, 29), "disability": None}, disability=pl.String)
    told = children_of({"child": child, "uasc": _frame(*rows, uasc_ceased_date=pl.Date)}, Settings())
    assert told.uasc_until.tolist() == [number(date(2023, 9, 1))]
    # Born on 29 February: eighteen on 1 March.
    still = children_of({"child": child, "uasc": _frame(rows[0], uasc_ceased_date=pl.Date)}, Settings())
    assert still.uasc_until.tolist() == [number(date(2026, 3, 1))]
    unknown = children_of(
        {"needs": _frame(dict.fromkeys(("cwd", "ebd", "offending", "uasc"), True))}, Settings()
    )
    assert unknown.born.tolist() == [NO_BIRTH]
    assert unknown.uasc_until.tolist() == [FAR]


def test_london_is_inner_and_outer() -> None:
    assert in_london("202") is True
    assert in_london("302") is True
    assert in_london("330") is False
    assert in_london("unknown") is None
