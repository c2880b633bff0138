"""Price indices and uplift: exact factors, worked by hand, and what is said where a year is missing."""

# ruff: noqa: E501
from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childjourneys.costs.indices import Indices, load_indices, read_indices
from childjourneys.costs.loading import load_catalogue
from childjourneys.costs.model import Entry
from childjourneys.costs.nodes import year_name
from childjourneys.costs.uplift import check_uplift, factor
from childjourneys.issues import UsageError

SHIPPED = load_indices()
YEARS = [year_name(first) for first in range(1990, 2018)]


def entry(index: tuple[tuple[str, str], ...] = (("", "gdp_deflator"),), **given: object) -> Entry:
    return Entry("a", "process", "", "event", index, amount=Fraction(100), **given)  # type: ignore[arg-type]


def test_the_shipped_series() -> None:
    assert set(SHIPPED.series) == {"gdp_deflator_2013_06", "nhscii_pay_and_prices", "nhscii_pay"}
    gdp = SHIPPED.named("gdp_deflator")
    assert gdp is not None and gdp.name == "gdp_deflator_2013_06" and gdp.vintage == "2013-06"
    assert gdp.forecast_from == "2013/14" and list(gdp.changes) == [*YEARS]
    assert gdp.changes["1997/98"] == Fraction("-1.07") and gdp.changes["2010/11"] == Fraction("2.61")
    pay = SHIPPED.named("nhscii_pay")
    assert pay is not None and pay.changes["2022/23"] == Fraction("7.41") and pay.vintage == "2025"
    assert all(series.source for series in SHIPPED.series.values())


def test_a_compound_index_worked_by_hand() -> None:
    # 2009/10 to 2012/13: 2.61, 2.29 and 1.50 per cent in turn.
    by_hand = Fraction(10261 * 10229 * 10150, 10**12)
    assert SHIPPED.factor("gdp_deflator", "2009/10", "2012/13") == by_hand
    # 700 pounds of 2009/10 are 745.74 of 2012/13.
    assert round(float(700 * factor(entry(), "2009/10", "2012/13", SHIPPED)), 2) == 745.74
    assert SHIPPED.factor("gdp_deflator", "2012/13", "2009/10") == 1 / by_hand
    assert SHIPPED.factor("gdp_deflator", "2012/13", "2012/13") == 1
    assert SHIPPED.factor("none", "1900/01", "2099/00") == 1
    assert SHIPPED.factor("nhscii_pay", "2022/23", "2023/24") == Fraction("1.0479")


def test_the_case_studies_were_not_uprated_by_the_gdp_deflator() -> None:
    # Published: a review of 446 in 2009/10 and 466 in 2010/11.
    gdp = SHIPPED.factor("gdp_deflator", "2009/10", "2010/11")
    assert gdp == Fraction("1.0261") and round(float(446 * gdp)) == 458 != 466


def test_components_are_weighted_by_amount() -> None:
    mixed = entry(
        (("a", "gdp_deflator"), ("b", "none")), components=(("a", Fraction(60)), ("b", Fraction(40)))
    )
    # 60 x 1.0261 + 40 x 1 = 101.566.
    assert factor(mixed, "2009/10", "2010/11", SHIPPED) == Fraction("1.01566")
    assert factor(mixed, "2009/10", "", SHIPPED) == 1


@given(st.lists(st.sampled_from(YEARS), min_size=3, max_size=3))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_factors_chain_and_turn_round(years: list[str]) -> None:
    a, b, c = years
    there = SHIPPED.factor("gdp_deflator", a, b)
    assert there * SHIPPED.factor("gdp_deflator", b, c) == SHIPPED.factor("gdp_deflator", a, c)
    assert there * SHIPPED.factor("gdp_deflator", b, a) == 1


def test_missing_years_are_named_with_what_to_give() -> None:
    with pytest.raises(UsageError, match=r"2018/19 to 2024/25 of the series gdp_deflator.*--indices FILE"):
        factor(entry(), "2009/10", "2024/25", SHIPPED)
    with pytest.raises(UsageError, match=r"lack the series local_pay\. Give a file"):
        factor(entry((("", "local_pay"),)), "2009/10", "2010/11", SHIPPED)
    with pytest.raises(UsageError, match=r"lack 1989/90 of the series gdp_deflator\."):
        factor(entry(), "1988/89", "1990/91", SHIPPED)
    with pytest.raises(UsageError, match="names no `index`"):
        factor(entry(()), "2009/10", "2010/11", SHIPPED)
    assert factor(entry(()), "2009/10", "2009/10", SHIPPED) == 1


def test_everything_missing_is_said_at_once() -> None:
    used = [(entry(), "2009/10"), (entry((("", "local_pay"),)), "2012/13"), (entry(), "2024/25")]
    with pytest.raises(UsageError) as error:
        check_uplift(used, "2019/20", SHIPPED)
    assert "2018/19 to 2024/25 of the series gdp_deflator; the series local_pay" in str(error.value)
    check_uplift(used, "", SHIPPED)
    check_uplift([(entry(()), "2019/20")], "2019/20", SHIPPED)
    with pytest.raises(UsageError, match="a of the catalogue names no `index`"):
        check_uplift([(entry(()), "2009/10")], "2019/20", SHIPPED)


def load(tmp_path: Path, text: str) -> Indices:
    (tmp_path / "i.yaml").write_text(text, encoding="utf-8")
    return load_indices(tmp_path / "i.yaml")


def test_a_users_file_wins(tmp_path: Path) -> None:
    values = "{values: {2010/11: 5, 2018/19: 2}}"
    for name in ("gdp_deflator", "gdp_deflator_2025_03", "gdp_deflator_2012_01"):
        found = load(tmp_path, f"indices:\n  {name}: {values}\n  local_pay: {values}\n")
        assert found.factor("gdp_deflator", "2009/10", "2010/11") == Fraction("1.05"), name
        assert found.factor("local_pay", "2017/18", "2018/19") == Fraction("1.02")
        assert found.factor("nhscii_pay", "2022/23", "2023/24") == Fraction("1.0479")
        assert found.file == "i.yaml" and len(found.sha256) == 64
    both = load(
        tmp_path, f"gdp_deflator_2024_03: {{values: {{2010/11: 1}}}}\ngdp_deflator_2025_03: {values}\n"
    )
    assert both.factor("gdp_deflator", "2009/10", "2010/11") == Fraction("1.05"), "the latest vintage"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "one YAML document"),
        ("indices: {}\n", "it holds no series"),
        ("indices: {a: {kind: level, values: {2010/11: 1}}}\n", "`level` is no value of `kind`"),
        ("a: {value: {2010/11: 1}}\n", "line 1: series `a`: `value` is no key of a series; the nearest is `values`"),
        ("a: {}\n", "a series needs `values`"),
        ("a: {values: {2010: 1}}\n", "`2010` is no financial year"),
        ("a: {values: {2010/12: 1}}\n", "no financial year"),
        ("a: {values: {2010/11: 2%}}\n", "plain number"),
        ("a: {values: {2010/11: 1026.1}}\n", "can't be right"),
        ("none: {values: {2010/11: 1}}\n", "another name"),
        ("other: 3\na: {values: {2010/11: 1}}\n", "series `other`: a series is written as keys"),
        ("a: [\n", "not YAML"),
    ],
)  # fmt: skip
def test_a_faulty_file_of_indices(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        load(tmp_path, text)
    assert said in str(error.value) and str(error.value).startswith("i.yaml")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        load_indices(tmp_path / "none.yaml")


def test_the_default_can_be_brought_to_every_year_its_series_has() -> None:
    catalogue = load_catalogue()
    for target in ("2008/09", "2012/13", "2017/18"):
        check_uplift([(one, one.price_year or "2024/25") for one in catalogue.entries], target, SHIPPED)


@given(st.text(max_size=60))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_no_text_gives_anything_but_series_or_a_refusal(text: str) -> None:
    try:
        assert read_indices(text, "i.yaml")
    except UsageError as error:
        assert str(error)
