"""The groups of deprivation: pairs of deciles, and only where a table gave some."""

from __future__ import annotations

import polars as pl
import pytest
from context_story import LA, Written

from childjourneys.equalities.about import About, with_deciles
from childjourneys.equalities.context import context_table
from childjourneys.equalities.dimensions import DIMENSIONS, NOT_KNOWN
from childjourneys.equalities.groups import dimension_groups
from childjourneys.equalities.kernel import GroupSums


def told(deciles: dict[str, int | None]) -> tuple[Written, pl.DataFrame]:
    written = Written()
    for child in deciles:
        written.referral(child, "2022-03-01", f"{child}1")
    known = pl.DataFrame(
        {"child_id": list(deciles), "deprivation_decile": list(deciles.values())},
        schema_overrides={"deprivation_decile": pl.Int64},
    )
    return written, written.frames()["children"].join(known, on="child_id", how="left", maintain_order="left")


def groups(deciles: dict[str, int | None], has_deciles: bool) -> list[str]:
    written, children = told(deciles)
    found = dimension_groups(written.decided()[LA], About(written.about().days, children, has_deciles))
    return found.filter(pl.col("dimension") == "deprivation").sort("anchor")["group"].to_list()


def test_pairs_of_deciles_from_the_most_deprived() -> None:
    assert groups({f"K{n:02}": n for n in range(1, 11)}, True) == [
        "1 to 2", "1 to 2", "3 to 4", "3 to 4", "5 to 6", "5 to 6", "7 to 8", "7 to 8", "9 to 10", "9 to 10",
    ]  # fmt: skip
    assert groups({"A": None, "B": 3}, True) == [NOT_KNOWN, "3 to 4"]


def test_without_the_table_there_is_no_such_dimension() -> None:
    assert groups({"A": 1, "B": None}, False) == []
    about = Written()
    about.referral("A", "2022-03-01", "1")
    assert "deprivation" not in about.table()["dimension"].to_list()


def test_an_authority_has_deciles_when_one_child_does() -> None:
    children = pl.DataFrame(
        {"la_code": ["301", "301", "205"], "deprivation_decile": [None, 4, None]},
        schema_overrides={"deprivation_decile": pl.Int64},
    )
    assert with_deciles(children) == {"301"}
    assert with_deciles(children.drop("deprivation_decile")) == frozenset()
    days = told({"A": 1})[0].about().days
    sums = GroupSums({"301": days, "205": days}, with_deciles(children))
    assert sums.about("301", children).has_deciles and not sums.about("205", children).has_deciles


@pytest.mark.parametrize(("affluent", "reference"), [(10, "9 to 10"), (9, "1 to 2")])
def test_the_least_deprived_are_the_reference_if_they_are_ten(affluent: int, reference: str) -> None:
    deciles: dict[str, int | None] = {f"A{n:02}": 1 for n in range(20)}
    deciles |= {f"Z{n:02}": 10 for n in range(affluent)}
    written, children = told(deciles)
    sums = GroupSums({LA: written.about().days}, frozenset({LA}))(LA, {"m": written.decided()[LA]}, children)
    mine = context_table(sums).filter(pl.col("dimension") == "deprivation")
    assert mine["group"].to_list() == ["1 to 2", "9 to 10"]
    assert mine.filter(pl.col("reference_group").is_null())["group"].to_list() == [reference]


def test_it_is_the_last_dimension() -> None:
    assert list(DIMENSIONS)[-1] == "deprivation"
    assert DIMENSIONS["deprivation"].groups == ("1 to 2", "3 to 4", "5 to 6", "7 to 8", "9 to 10")
