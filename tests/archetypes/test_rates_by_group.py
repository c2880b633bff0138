"""`Result.rate(by=[...])`: outcomes and rates by group, for archetypes in Python."""

from __future__ import annotations

import polars as pl
import pytest

from childjourneys import api
from childjourneys.archetypes.builder import after, archetype, days, event, later, months
from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.evaluate import OUTCOMES
from childjourneys.archetypes.result import Result
from childjourneys.domain.proportions import proportion
from childjourneys.equalities import dimensions
from childjourneys.issues import UsageError
from childjourneys.synthetic import Plan, simulate, write_example

BACK = (
    archetype("back", title="Referred again", needs=["referral"])
    .start(event("referral"))
    .later(
        event("referral"),
        window=after(days(1)).to(months(6)),
        name="again",
        having=later(event("assessment_start"), window=after(days(0)).to(days(60))),
    )
)
CARE = (
    archetype("care", title="Missing in care", needs=["missing_start"])
    .start(event("missing_start"))
    .later(event("missing_start"), window=after(days(1)).to(months(6)), name="again")
)
COUNTS = ("anchors", *OUTCOMES)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> api.Journeys:
    folder = tmp_path_factory.mktemp("rates")
    write_example(simulate(Plan(children=150, years=(2024, 2025), seed=3)), folder)
    return api.journeys(api.read(folder / "returns"))


@pytest.fixture(scope="module")
def result(found: api.Journeys) -> Result:
    return BACK.run(found)


def summed(table: pl.DataFrame) -> list[int]:
    return [int(table[name].sum()) for name in COUNTS]


def test_without_groups_it_is_as_before(result: Result) -> None:
    assert result.rate(by=[]).equals(result.rate())
    assert result.rate(by=["la"]).equals(result.rate()), "rows are per authority anyway"
    assert result.rate()["anchors"].item() > 150


@pytest.mark.parametrize("name", [name for name in DIMENSIONS if name != "la"])
def test_every_dimension_of_a_report_can_be_asked_for(result: Result, name: str) -> None:
    table = result.rate(by=[name])
    assert table.columns == ["la_code", name, "available", *COUNTS, "rate", "low", "high"]
    assert table[name].is_unique().all() and table[name].null_count() == 0
    assert table[name].to_list() == dimensions.DIMENSIONS[name].in_order(table[name].to_list())
    total = summed(result.rate())
    if dimensions.DIMENSIONS[name].overlapping:
        assert all(mine >= whole for mine, whole in zip(summed(table), total, strict=True))
        assert summed(table)[0] > total[0], "some anchor has two factors"
    else:
        assert summed(table) == total


def test_dimensions_of_reports_and_of_context_are_the_same() -> None:
    assert set(DIMENSIONS) - {"la"} == set(dimensions.DIMENSIONS)


def test_groups_are_those_of_the_children(result: Result, found: api.Journeys) -> None:
    """Anchors counted without any of the code that groups."""
    about = found.children.select("la_code", "child_id", "sex", "ethnicity", "deprivation_decile")
    anchors = result.anchors.join(about, on=["la_code", "child_id"], how="left")
    table = result.rate(by=["sex", "deprivation"])
    known = pl.col("sex").is_in(["M", "F"])
    for sex, pair, n, matches in table.select("sex", "deprivation", "anchors", "match").iter_rows():
        mine = anchors.filter(pl.col("sex") == sex if sex != "not known" else ~known)
        if pair == "not known":
            mine = mine.filter(pl.col("deprivation_decile").is_null())
        else:
            low, high = (int(text) for text in pair.split(" to "))
            mine = mine.filter(pl.col("deprivation_decile").is_between(low, high))
        assert (n, matches) == (mine.height, (mine["outcome"] == "match").sum())
    assert table.height >= 10
    assert table["sex"].to_list() == sorted(table["sex"], key=["M", "F", "not known"].index)


def test_rates_are_of_those_followed_in_full(result: Result) -> None:
    table = result.rate(by=["age_group"])
    again = table.with_columns(**proportion(pl.col("match"), pl.col("match") + pl.col("no_match")))
    assert table.equals(again) and table["rate"].drop_nulls().len() >= 4
    assert (table["anchors"] == table.select(pl.sum_horizontal(OUTCOMES)).to_series()).all()


def test_several_dimensions_are_crossed(result: Result) -> None:
    both = result.rate(by=["sex", "la", "age_group", "sex"])
    assert both.columns[:4] == ["la_code", "sex", "age_group", "available"]
    one = both.group_by("la_code", "sex", maintain_order=True).agg(pl.col(COUNTS).sum())
    assert one.equals(result.rate(by="sex").select("la_code", "sex", *COUNTS))


def test_overlapping_groups_repeat_an_anchor(result: Result) -> None:
    """Two overlapping dimensions together: an anchor with 2 factors of 2 themes stands in 4 rows."""
    both = result.rate(by=["assessment_factor", "assessment_theme"])
    assert summed(both)[0] > summed(result.rate(by=["assessment_factor"]))[0]


def test_what_rests_on_no_table_is_not_known(found: api.Journeys) -> None:
    class Bare:
        """Journeys of before there were such tables."""

        events, spells, coverage, marks = found.events, found.spells, found.coverage, found.marks
        children = found.children.drop("deprivation_decile")

    table = BACK.run(Bare()).rate(by=["school_holiday", "deprivation"])
    assert table.select("school_holiday", "deprivation").rows() == [("not known", "not known")]


def test_what_no_return_carries_has_a_row_without_counts(found: api.Journeys) -> None:
    class Uncarried:
        """The same journeys without a return that tells of missing incidents."""

        events, spells, children, marks = found.events, found.spells, found.children, found.marks
        coverage = found.coverage.filter(~pl.col("kind").str.starts_with("missing"))

    table = CARE.run(Uncarried()).rate(by=["sex"])
    assert table.select("la_code", "sex", "available", "anchors", "rate").rows() == [
        ("301", None, False, None, None)
    ]


def test_a_dimension_that_is_none_is_refused_with_the_nearest(result: Result) -> None:
    with pytest.raises(UsageError, match=r"`ethnic_grup` is no dimension.*`ethnic_group`"):
        result.rate(by=["sex", "ethnic_grup"])
    with pytest.raises(UsageError, match="need the journeys"):
        Result(result.evaluation).rate(by=["sex"])


def test_a_period_bounds_the_anchors(found: api.Journeys) -> None:
    late = BACK.run(found, period=("2024-04-01", "2024-09-30"), as_at="2025-03-31")
    assert summed(late.rate(by=["weekday"])) == summed(late.rate())
    assert 0 < late.rate()["anchors"].item() < BACK.run(found).rate()["anchors"].item()
