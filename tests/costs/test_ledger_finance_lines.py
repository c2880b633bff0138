"""Lines of the finance return: the entry's own, the authority's, the usual map, in that order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from childjourneys.costs.finance_lines import finance_line
from childjourneys.costs.model import Entry

ENTRY = Entry("e", "placement", "invented", "week", (("", "none"),), "lac.3", Fraction(1))
WHOLE = replace(ENTRY, kind="process", covers=("placement", "allowance", "fee"))
Where = tuple[str | None, str | None, str | None]


def _line(
    entry: Entry | None,
    where: Where,
    process: str = "lac.3",
    kind: str = "placement",
    year: int = 2024,
    **said: str,
) -> str | None:
    return finance_line(entry, process, kind, where, year, said)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("K2", "residential"), ("R1", "residential"), ("U1", "family_and_friends"),
        ("U3", "family_and_friends"), ("P1", "family_and_friends"), ("A6", "adoption"), ("A3", "adoption"),
        ("K1", None), ("H5", None), ("P2", None), ("K3", None), ("S1", None), ("R2", None), ("Z1", None),
        ("T0", None), (None, None),
    ],
)  # fmt: skip
def test_the_usual_map_by_place(place: str | None, line: str | None) -> None:
    assert _line(ENTRY, (place, "PR1", "in")) == line
    assert _line(ENTRY, (place, "PR1", "in"), kind="allowance") == line


def test_fostering_is_split_where_it_can_be() -> None:
    where = ("U6", "PR1", "in")
    assert _line(ENTRY, where) == "fostering_other"
    assert _line(replace(ENTRY, kind="allowance"), where, kind="allowance") == "fostering_fees"
    assert _line(replace(ENTRY, kind="fee"), where, kind="fee") == "fostering_fees"
    assert _line(WHOLE, where, kind="process") == "fostering"
    assert _line(None, where) == "fostering"


def test_social_work_grants_and_other_agencies() -> None:
    where = ("K2", "PR1", "in")
    assert _line(ENTRY, where, "lac.6", "process") == "social_work"
    assert _line(ENTRY, (None, None, None), "cin.ongoing_support", "process") == "social_work"
    assert _line(ENTRY, where, "grant", "grant") == "asylum"
    assert _line(ENTRY, where, "other_agency", "other_agency") is None
    assert _line(None, where, "contribution", "contribution") == "residential"


def test_the_authoritys_answer_goes_before_the_map_and_the_entrys_line_before_both() -> None:
    where = ("K1", "PR3", "out")
    assert _line(ENTRY, where, K1="3.1.9") == "3.1.9"
    assert _line(ENTRY, where, secure="3.1.8") == "3.1.8"
    assert _line(ENTRY, ("K2", "PR4", None), K2="3.1.1") == "3.1.1"
    assert _line(ENTRY, where, "lac.6", "process", **{"lac.6": "x"}) == "x"
    assert _line(ENTRY, where, "grant", "grant", grant="y") == "y"
    own = replace(ENTRY, s251_line=(("2023/24", "old"), ("2024/25", "new")))
    assert _line(own, where, K1="3.1.9") == "new"
    assert _line(own, where, year=2023, K1="3.1.9") == "old"
    assert _line(own, where, year=2025, K1="3.1.9") == "3.1.9"
