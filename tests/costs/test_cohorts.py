"""Cohorts as they are asked for, and what is told of ledgers small enough to add up by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from invented_ledgers import FIRST, LA, LAST, chain_of, event, ledger_of, line, unpriced_of, without_price

from childjourneys.costs.summaries.cohort_tables import (
    CohortFound,
    cohort_found,
    cohorts_table,
    groups_table,
    month_costs,
)
from childjourneys.costs.summaries.cohorts import read_cohort, read_cohorts
from childjourneys.costs.summaries.cube import add_up
from childjourneys.costs.summaries.filters import Filter, people
from childjourneys.costs.summaries.parts import part
from childjourneys.costs.summaries.weeks import providers_of
from childjourneys.issues import UsageError
from childjourneys.tables.costs import LEDGER_CHILDREN

Line = dict[str, object]


def found(
    *lines: Line, without: tuple[Line, ...] = (), text: str = "agency=local_authority", urn: str = "SC1"
) -> CohortFound:
    ledger, unpriced = ledger_of(lines), unpriced_of(without)
    cohort = read_cohort(text)
    nobody = pl.DataFrame(schema={"la_code": pl.String, "child_id": pl.String})
    mine, lacking = cohort.filter.cohort(ledger, nobody), cohort.filter.unpriced(unpriced, nobody)
    gross = pl.col("pence").filter(part() == "gross").sum()
    whole = ledger.group_by("la_code", "price_year").agg(gross=gross)
    return cohort_found(
        cohort, add_up(mine, LEDGER_CHILDREN.empty(), lacking), month_costs(mine, lacking), whole,
        providers_of(chain_of({"start": FIRST, "placement_urn": urn})), FIRST, LAST,
    )  # fmt: skip


def only(told: CohortFound, **which: object) -> Line:
    return told.summary.filter(**which).row(0, named=True)


def test_a_name_stands_before_the_pairs_or_is_the_filter() -> None:
    one, other = read_cohorts(["Dear homes: placement_type = K2,R1 ;provider=PR4;", "need=cwd; need=ebd"])
    assert (one.name, one.chosen) == ("Dear homes", "placement_type = K2, R1; provider = PR4")
    assert one.title == "Dear homes (placement_type = K2, R1; provider = PR4)"
    assert other.name == other.chosen == other.title == "need = cwd; need = ebd"
    assert read_cohort("provider=").chosen == "provider = blank"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["colour=red"], "write column=value with one of la, need_group, need,"),
        (["placement_type"], "write column=value"),
        (["need=xyz"], "need=xyz: there is no such value; it is one of cwd, ebd, offending, uasc."),
        (["placement_type=K2,K9"], "placement_type=K9: there is no such value; it is one of U1, U2"),
        (["provider=PR9"], "it is one of PR0, PR1, PR2, PR3, PR4, PR5."),
        (["need_group=ebd_cwd"], "it is one of none, cwd, ebd, offending, uasc, cwd_ebd"),
        (["age_at_start=4-5"], "it is one of 0-4, 5-9, 10-15, 16-17, 18-25."),
        (["kind_of_care=Fostering"], "it is one of In-house fostering, Agency fostering"),
        (["price_year=2024"], "it is a financial year such as 2024/25."),
        (["month_from=2024-13"], "it is one month, such as month_from=2024-04."),
        (["month_from="], "month_from= needs a value"),
        (["month_to=2024-04,2024-05"], "it is one month"),
        (["process="], "process= needs a value: it is never blank."),
        (["Homes:"], "chooses nothing"),
        ([" ; "], "chooses nothing"),
        ([": sex=F"], "has 1 to 60 characters"),
        (["A: sex=F", "a: sex=M"], "Two cohorts are called a; put another name"),
        (["sex=F", "sex = F;"], "Two cohorts are called sex = F"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(texts: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_cohorts(texts)
    assert said in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("column", ["la=301", "need_group=cwd_ebd", "price_year=2031/32", "s251_line=3.1.1",
                                    "legal_at_start=C2", "ethnicity=WBRI", "in_out_area=", "sex=U",
                                    "process=grant", "kind_of_care=Other placements"])  # fmt: skip
def test_what_can_be_but_is_not_is_no_misuse(column: str) -> None:
    assert read_cohort(column).filter.pairs


def test_a_night_without_a_price_is_neither_priced_nor_in_an_average_and_its_child_in_no_mean() -> None:
    # a: 7 nights at 700.00, and 7 with 70.00 of social work but no price. b: 14 nights at 900.00 a week.
    told = found(
        line(),
        line(entry_id="work", pence=70_00, date_from=date(2024, 4, 8), date_to=date(2024, 4, 14)),
        line(child_id="b", pence=1_800_00, nights=14, date_to=date(2024, 4, 14)),
        event("lac.6", 44_600, child_id="b"),
        without=(without_price(date(2024, 4, 8), 7), without_price(date(2024, 4, 1), 3, child_id="c")),
    )
    row = only(told)
    assert {name: row[name] for name in ("children", "all_nights", "priced_nights", "unpriced_nights")} == {
        "children": 2, "all_nights": 31, "priced_nights": 21, "unpriced_nights": 10,
    }  # fmt: skip
    assert (row["unpriced_children"], row["fully_priced_children"]) == (2, 1)
    assert (row["gross"], row["placement_cost"], row["left_out"]) == (3_016_00, 2_500_00, 70_00)
    assert (row["average_week"], row["median_week"]) == (833_33, 800_00)
    assert row["mean_per_child"] == 2_246_00
    assert told.told == (
        "agency = local_authority: in no amount are 10 of its 31 nights, of 2 children, which have no price.",
    )
    month = told.groups.filter(by="Month").row(0, named=True)
    assert (month["placement_cost"], month["left_out"], month["average_week"]) == (2_500_00, 70_00, 833_33)


def test_two_lines_of_one_night_are_one_night() -> None:
    row = only(found(line(), line(entry_id="work", pence=70_00)))
    assert (row["priced_nights"], row["average_week"]) == (7, 770_00)


def test_money_of_two_years_has_two_rows_and_nights_are_told_once() -> None:
    told = found(line(), line(entry_id="old", pence=77_00, price_year="2009/10"))
    assert told.summary.select("price_year", "gross", "priced_nights", "all_nights").rows() == [
        ("2009/10", 77_00, 7, 7), ("2024/25", 700_00, 7, 7),
    ]  # fmt: skip


def test_shares_are_of_the_authority_and_of_nights() -> None:
    told = found(
        line(price_basis="child"), line(placement_no=2, placement_type="K2", pence=2_100_00),
        line(child_id="b", date_from=date(2024, 5, 1)), text="placement_type=U6",
    )  # fmt: skip
    row = only(told)
    assert (row["share_of_gross"], row["paid_share"]) == (0.4, 0.5)
    assert told.groups.filter(by="Provider").select("group", "nights").rows() == [
        ("SC1", 7),
        ("not known", 7),
    ]


def test_nights_without_a_price_where_there_is_no_money_at_all() -> None:
    told = found(line(), without=(without_price(FIRST, 5, placement_type="H5"),), text="placement_type=H5")
    row = only(told)
    assert (row["la_code"], row["price_year"], row["children"], row["unpriced_nights"]) == (LA, None, 0, 5)
    assert row["gross"] is None and row["all_nights"] == 5 and not told.empty
    assert set(told.groups.group_by("by").agg(pl.col("unpriced_nights").sum())["unpriced_nights"]) == {5}
    table = groups_table(1, told)
    assert table.totals is not None and set(table.totals["unpriced_nights"]) == {5}


def test_nobody_is_an_empty_row() -> None:
    told = found(line(), text="Boarders: placement_type=S1")
    assert told.empty and told.told == ("The cohort Boarders (placement_type = S1) has nobody in it.",)
    assert only(told)["children"] == 0 and only(told)["gross"] is None
    both = cohorts_table([told, found(line())])
    assert both.totals is None and both.frame["cohort"].to_list() == ["Boarders", "agency = local_authority"]
    assert any("not to be added" in note for note in both.notes)


@pytest.mark.parametrize(
    ("pair", "nights"),
    [
        ("process=lac.3", 5), ("process=lac.6", 0), ("agency=local_authority", 5), ("agency=health", 0),
        ("price_basis=child", 5), ("price_year=2009/10", 5), ("s251_line=", 5), ("placement_type=K2", 5),
        ("placement_type=U6", 0), ("month_to=2024-03", 0), ("kind_of_care=External residential", 5),
    ],
)  # fmt: skip
def test_which_nights_without_a_price_stand_beside_a_cohort(pair: str, nights: int) -> None:
    facts = pl.DataFrame(schema={"la_code": pl.String, "child_id": pl.String})
    rows = unpriced_of([without_price(FIRST, 5, placement_type="K2", provider="PR4")])
    assert Filter.of([pair]).unpriced(rows, facts)["nights"].sum() == nights


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2008, 12, 31), "10-15"), (date(2008, 4, 2), "10-15"), (date(2008, 4, 1), "16-17"),
        (date(2008, 1, 31), "16-17"), (date(2014, 11, 2), "5-9"), (date(1990, 1, 1), None), (None, None),
        (date(2024, 12, 1), "0-4"),
    ],
)  # fmt: skip
def test_ages_are_completed_years_on_the_first_night(born: date | None, band: str | None) -> None:
    ledger = ledger_of([line()])
    child = pl.DataFrame(
        {"la_code": [LA], "child_id": ["a"], "birth_date": [born], "sex": ["F"], "ethnicity": ["WBRI"]},
        schema_overrides={"birth_date": pl.Date},
    )
    needs = ledger.select("la_code", "child_id", "need_group")
    facts = people(child, needs, ledger, chain_of({"start": FIRST}), FIRST, LAST)
    assert facts["age_at_start"].to_list() == [band]


def test_the_legal_status_is_that_of_the_first_night_in_the_period() -> None:
    ledger = ledger_of([event("cin.s47", 511_00)])
    child = pl.DataFrame(
        {"la_code": [LA], "child_id": ["a"], "birth_date": [FIRST], "sex": ["F"], "ethnicity": ["WBRI"]}
    )
    needs = ledger.select("la_code", "child_id", "need_group")

    def legal(*episodes: tuple[date, date | None, str]) -> str | None:
        chain = chain_of(
            *({"start": start, "end": end, "legal_status": status} for start, end, status in episodes)
        )
        facts = people(child, needs, ledger, chain, FIRST, LAST)
        return str(facts["legal_at_start"][0]) if facts["legal_at_start"][0] else None

    before, day, after = date(2020, 1, 1), date(2024, 6, 1), date(2025, 4, 1)
    assert legal((before, FIRST, "V2"), (FIRST, None, "C2")) == "C2"
    assert legal((before, None, "V2")) == "V2"
    # An episode that ends on the day it began has no night.
    assert legal((day, day, "L2"), (day, None, "C1")) == "C1"
    assert legal((after, None, "C1")) is None
