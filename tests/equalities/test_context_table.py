"""The table context.csv: columns, order, references, what is tested, and verdicts, by hand."""

from __future__ import annotations

from math import exp, sqrt

import polars as pl
import pytest
from context_story import LA, Written, row, sums_frame

from childjourneys.equalities.context import context_table
from childjourneys.equalities.significance import benjamini_hochberg, n_needed, pearson
from childjourneys.equalities.sums import SUMS
from childjourneys.tables import DERIVED

COLUMNS = [
    "measure", "la_code", "dimension", "group", "n", "matches", "rate", "low", "high", "reference_group",
    "ratio", "ratio_low", "ratio_high", "difference", "difference_low", "difference_high", "p", "q",
    "verdict", "n_needed", "children",
]  # fmt: skip
COMPARED = COLUMNS[COLUMNS.index("ratio") : COLUMNS.index("n_needed") + 1]
UNTESTED = {"p": None, "q": None, "verdict": "cannot tell"}


def names(table: pl.DataFrame, column: str = "group") -> list[str]:
    return table[column].to_list()


def references(dimension: str, **groups: tuple[int, int]) -> dict[str, str | None]:
    table = context_table(sums_frame(groups, dimension))
    return dict(table.select("group", "reference_group").rows())


def known(dimension: str, groups: dict[str, tuple[int, int]]) -> pl.DataFrame:
    """Sums where the row of all holds the known groups only."""
    both = sums_frame(groups, dimension)
    some = sums_frame({name: of for name, of in groups.items() if name != "not known"}, dimension)
    return pl.concat([both.filter(pl.col("group").is_not_null()), some.filter(pl.col("group").is_null())])


def test_the_columns_are_those_of_the_file_exactly() -> None:
    table = context_table(sums_frame({"F": (30, 10), "M": (40, 20)}))
    assert table.columns == COLUMNS == list(DERIVED["context"].names())
    assert table.schema == DERIVED["context"].schema


def test_nothing_gives_an_empty_table() -> None:
    assert context_table(pl.DataFrame(schema=SUMS)).columns == COLUMNS


def test_rows_are_in_order() -> None:
    sums = pl.concat([
        sums_frame({"South": (20, 4), "North": (20, 4)}, "team"),
        sums_frame({"M": (20, 4), "F": (20, 4)}, "sex"),
        sums_frame({"WIRI": (20, 4), "OOTH": (20, 4), "WBRI": (20, 4)}, "ethnic_group"),
        sums_frame({"M": (20, 4)}, "sex", la_code="205"),
        sums_frame({"M": (20, 4)}, "sex", measure="z"),
        sums_frame({"M": (20, 4)}, "sex", measure="a"),
    ])  # fmt: skip
    found = context_table(sums, measures=["z", "m"]).select(COLUMNS[:4]).rows()
    assert found == [
        ("z", LA, "sex", "M"), ("m", "205", "sex", "M"), ("m", LA, "ethnic_group", "WBRI"),
        ("m", LA, "ethnic_group", "WIRI"), ("m", LA, "ethnic_group", "OOTH"), ("m", LA, "sex", "M"),
        ("m", LA, "sex", "F"), ("m", LA, "team", "North"), ("m", LA, "team", "South"), ("a", LA, "sex", "M"),
    ]  # fmt: skip


def test_not_known_is_last() -> None:
    sums = known("team", {"not known": (20, 4), "north": (20, 4), "zeta": (20, 4), "Alpha": (20, 4)})
    assert names(context_table(sums)) == ["Alpha", "north", "zeta", "not known"]


@pytest.mark.parametrize(
    ("dimension", "groups", "reference"),
    [
        ("ethnic_group", ("WBRI", "BCRB"), "WBRI"), ("ethnic_group_5", ("White", "Black"), "White"),
        ("sex", ("M", "F"), "M"), ("disability", ("no", "yes"), "no"),
        ("age_group", ("10 to 15", "under 1"), "10 to 15"), ("weekend", ("Monday to Friday", "weekend"),
        "Monday to Friday"), ("bank_holiday", ("other", "near"), "other"),
        ("school_holiday", ("no", "yes"), "no"), ("busy_week", ("other", "busy"), "other"),
        ("anchor_weekend", ("Monday to Friday", "weekend"), "Monday to Friday"),
        ("anchor_busy_week", ("other", "busy"), "other"),
    ],
)  # fmt: skip
def test_fixed_references(dimension: str, groups: tuple[str, str], reference: str) -> None:
    found = references(dimension, **{groups[0]: (10, 2), groups[1]: (500, 2)})
    assert found == {groups[0]: None, groups[1]: reference}


@pytest.mark.parametrize(
    "dimension",
    ["assessment_factor", "weekday", "month", "team", "anchor_weekday", "anchor_month", "primary_need",
     "referral_source", "assessment_theme"],
)  # fmt: skip
def test_dimensions_in_which_each_is_compared_with_all_others(dimension: str) -> None:
    assert set(references(dimension, one=(20, 2), two=(30, 3)).values()) == {"all others"}


def test_a_fixed_reference_with_n_under_10_gives_way_to_the_largest_group_ties_the_first() -> None:
    found = references("ethnic_group", WBRI=(9, 2), BCRB=(20, 2), WIRI=(20, 2), OOTH=(15, 1))
    assert found == {"WBRI": "WIRI", "WIRI": None, "BCRB": "WIRI", "OOTH": "WIRI"}
    assert references("ethnic_group", BCRB=(3, 1), OOTH=(5, 1)) == {"BCRB": "OOTH", "OOTH": None}
    # `not known` never is the reference.
    sums = known("sex", {"F": (12, 3), "M": (2, 1), "not known": (90, 1)})
    assert row(context_table(sums), "sex", "not known")["reference_group"] == "F"


def test_the_references_own_row_is_blank_from_ratio_to_n_needed() -> None:
    table = context_table(sums_frame({"F": (3000, 1000), "M": (4000, 2000)}))
    reference, other = row(table, "sex", "M"), row(table, "sex", "F")
    assert reference["reference_group"] is None
    assert all(reference[name] is None for name in COMPARED)
    assert all(other[name] is not None for name in COMPARED)
    assert (reference["n"], reference["rate"], reference["children"]) == (4000, 0.5, 4000)


def test_rates_ratios_and_differences_by_hand() -> None:
    """20 of 100 girls, 10 of 100 boys: ratio 2, se 0.360555; chi-squared 200 (20 x 90 - 80 x 10)^2 / ..."""
    girls = row(context_table(sums_frame({"F": (100, 20), "M": (100, 10)})), "sex", "F")
    assert (girls["rate"], girls["ratio"], girls["difference"]) == (0.2, 2.0, 0.1)
    half = 1.959963984540054 * sqrt(0.13)
    assert (girls["ratio_low"], girls["ratio_high"]) == pytest.approx((2 * exp(-half), 2 * exp(half)))
    # Wilson: (0.1334, 0.2888) and (0.0552, 0.1744).
    assert (round(girls["low"], 4), round(girls["high"], 4)) == (0.1334, 0.2888)
    low = 0.1 - sqrt((0.2 - 0.13337) ** 2 + (0.17437 - 0.1) ** 2)
    high = 0.1 + sqrt((0.28883 - 0.2) ** 2 + (0.1 - 0.05523) ** 2)
    assert girls["difference_low"] == pytest.approx(low, abs=2e-5)
    assert girls["difference_high"] == pytest.approx(high, abs=2e-5)
    assert girls["p"] == pytest.approx(0.04767, abs=1e-5)  # chi-squared 3.9216
    assert girls["q"] == girls["p"]
    assert girls["verdict"] == "higher"
    assert girls["n_needed"] is None  # the reference is too small: 0.9 / (0.1 x 100)


def test_all_others_are_the_known_groups_but_this() -> None:
    sums = known(
        "weekday", {"Monday": (40, 10), "Tuesday": (30, 3), "Friday": (30, 6), "not known": (99, 99)}
    )
    monday = row(context_table(sums), "weekday", "Monday")
    assert (monday["rate"], monday["ratio"]) == (0.25, pytest.approx(0.25 / (9 / 60)))
    unknown = row(context_table(sums), "weekday", "not known")
    assert unknown["ratio"] == pytest.approx(1 / 0.19)


def test_all_others_of_overlapping_groups_are_those_with_a_factor_recorded_but_not_this_one() -> None:
    """Four assessments: A 1B and 3B (enquired), B 3B, C 16A (enquired), D none recorded."""
    from context_story import AUTHORISED

    written = Written()
    for name, factors in {"A": ["1B", "3B"], "B": ["3B"], "C": ["16A"], "D": []}.items():
        written.event(name, "assessment_authorised", "2022-03-01", name, factors=factors)
        if name in "AC":
            written.event(name, "s47", "2022-03-04", name)
    found = row(written.table(AUTHORISED), "assessment_factor", "3B")
    assert (found["n"], found["matches"], found["rate"], found["children"]) == (2, 1, 0.5, 2)
    assert (found["difference"], found["ratio"]) == (-0.5, 0.5)  # C alone is the others: 1 of 1


def test_effective_counts_where_children_have_several_anchors() -> None:
    """50 girls with two anchors each, both or none match (10 girls): the design effect is 2."""
    sums = sums_frame({"F": (100, 20), "M": (100, 10)})
    girl = pl.col("group") == "F"
    sums = sums.with_columns(
        children=pl.when(girl).then(50).otherwise(pl.col("children")),
        **{name: pl.when(girl).then(pl.col(name) * 2).otherwise(pl.col(name)) for name in ("mm", "mn", "nn")},
    )
    found, plain = row(context_table(sums), "sex", "F"), sums_frame({"F": (50, 10), "M": (100, 10)})
    halved = row(context_table(plain), "sex", "F")
    for name in ("rate", "low", "high", "ratio", "ratio_low", "ratio_high", "difference", "difference_low",
                 "difference_high", "p"):  # fmt: skip
        assert found[name] == pytest.approx(halved[name]), name
    assert (found["n"], found["matches"], found["children"]) == (100, 20, 50)


def test_tested_where_group_and_reference_have_10_or_more() -> None:
    table = context_table(sums_frame({"WBRI": (10, 2), "WIRI": (10, 9), "BCRB": (9, 9)}, "ethnic_group"))
    assert row(table, "ethnic_group", "WIRI")["p"] is not None
    small = row(table, "ethnic_group", "BCRB")
    assert {name: small[name] for name in UNTESTED} == UNTESTED
    assert small["ratio"] == 5.0
    nobody = context_table(sums_frame({"F": (40, 9), "M": (9, 1)}))
    assert row(nobody, "sex", "M")["p"] is None


def test_not_known_has_a_row_and_no_test() -> None:
    found = row(context_table(known("sex", {"F": (50, 20), "M": (50, 10), "not known": (50, 40)})), "sex",
                "not known")  # fmt: skip
    assert {name: found[name] for name in UNTESTED} == UNTESTED
    assert (found["n"], found["ratio"]) == (50, 4.0)


def test_a_reference_without_a_match_has_no_ratio_but_a_difference_and_a_verdict() -> None:
    girls = row(context_table(sums_frame({"F": (100, 30), "M": (100, 0)})), "sex", "F")
    assert [girls[name] for name in ("ratio", "ratio_low", "ratio_high", "n_needed")] == [None] * 4
    assert (girls["difference"], girls["verdict"]) == (0.3, "higher")
    boys = row(context_table(sums_frame({"F": (100, 0), "M": (100, 30)})), "sex", "F")
    assert (boys["ratio"], boys["ratio_low"], boys["verdict"]) == (0.0, 0.0, "lower")


def test_q_is_over_all_dimensions_of_a_measure_and_authority_and_of_no_other() -> None:
    sums = pl.concat([
        sums_frame({"F": (100, 30), "M": (100, 15)}, "sex"),
        sums_frame({"yes": (100, 22), "no": (100, 15)}, "disability"),
        sums_frame({"weekend": (100, 16), "Monday to Friday": (100, 15)}, "weekend"),
        sums_frame({"near": (9, 9), "other": (100, 15)}, "bank_holiday"),
        sums_frame({"F": (100, 30), "M": (100, 15)}, "sex", measure="other"),
        sums_frame({"F": (100, 22), "M": (100, 15)}, "sex", la_code="999"),
    ])  # fmt: skip
    table = context_table(sums)
    mine = table.filter(pl.col("measure") == "m", pl.col("la_code") == LA, pl.col("p").is_not_null())
    p = [pearson(30, 100, 15, 100), pearson(22, 100, 15, 100), pearson(16, 100, 15, 100)]
    assert mine["p"].to_list() == pytest.approx(p)
    assert mine["q"].to_list() == pytest.approx(benjamini_hochberg(mine["p"].to_numpy()).tolist())
    assert mine["q"][0] == pytest.approx(3 * p[0])
    apart = table.filter((pl.col("measure") == "other") | (pl.col("la_code") == "999")).drop_nulls("p")
    assert apart["q"].to_list() == apart["p"].to_list()


def test_verdicts() -> None:
    groups = {"WBRI": (20000, 3000), "WIRI": (1421, 213), "APKN": (1420, 213), "BCRB": (1421, 320),
              "AIND": (1421, 110)}  # fmt: skip
    table = context_table(sums_frame(groups, "ethnic_group"))
    said = dict(table.select("group", "verdict").rows())
    assert said == {"WBRI": None, "WIRI": "no difference shown", "APKN": "cannot tell", "BCRB": "higher",
                    "AIND": "lower"}  # fmt: skip
    assert row(table, "ethnic_group", "WIRI")["n_needed"] == n_needed(1.0, 0.15, 20000, 1.0) == 1421


def test_a_dimension_with_one_known_group_compares_nothing() -> None:
    alone = row(context_table(sums_frame({"North": (50, 5)}, "team")), "team", "North")
    assert (alone["ratio"], alone["difference"], alone["n_needed"]) == (None, None, None)
    assert alone["verdict"] == "cannot tell"
    assert references("sex", F=(50, 5)) == {"F": None}


def test_a_block_per_authority() -> None:
    both = pl.concat([
        sums_frame({"F": (50, 25), "M": (50, 5)}), sums_frame({"F": (50, 5), "M": (50, 25)}, la_code="999")
    ])  # fmt: skip
    found = context_table(both)
    assert found.filter(pl.col("group") == "F")["ratio"].to_list() == [5.0, 0.2]
