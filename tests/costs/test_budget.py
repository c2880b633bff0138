"""Spend and forecast beside a budget: what adds up, what is left blank, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from invented_ledgers import LA, chain_of, event, invented_ledger, ledger_of, line, unpriced_of, without_price

from childjourneys.costs.budget import Budget, Known, as_written, beside_budget
from childjourneys.costs.budget_file import read_budget
from childjourneys.costs.budget_ledger import line_money
from childjourneys.costs.budget_total import YearTotal, sentence
from childjourneys.costs.forecast.forecast import Forecast

FIRST, LAST = date(2024, 4, 1), date(2024, 9, 30)
HEAD = "year,line,label,budget,other\n"
MONTHS = [(date(2024, 4, 1), 30), (date(2024, 5, 1), 31), (date(2024, 6, 1), 30), (date(2024, 7, 1), 31),
          (date(2024, 8, 1), 31), (date(2024, 9, 1), 30)]  # fmt: skip
AHEAD = [("2024-10", 31), ("2024-11", 30), ("2024-12", 31), ("2025-01", 31), ("2025-02", 28), ("2025-03", 31)]
Line = dict[str, Any]


def half_a_year(**values: Any) -> list[Line]:
    """183 nights of one child in foster care at 100 pounds, on a line, in money of 2024/25."""
    given = {"s251_line": "3.1.2", **values}
    night = given.pop("night", 100_00)
    return [
        line(date_from=day, date_to=day.replace(day=nights), nights=nights, pence=night * nights, **given)
        for day, nights in MONTHS
    ]


def months_ahead(
    ahead: Sequence[tuple[str, int]] = AHEAD, children: float = 2.0, **state: str
) -> list[dict[str, Any]]:
    """`children` in foster care in each month, give or take one child."""
    where = {"placement": "foster", "provider": "own"} | state
    return [
        {"la_code": LA, "month": month, **where, "children": children, "nights": children * days,
         "nights_low": (children - 1) * days, "nights_high": (children + 1) * days}
        for month, days in ahead
    ]  # fmt: skip


def known(months: Sequence[Mapping[str, Any]] | None = None, **values: Any) -> Known:
    one = Forecast(LA, months=pl.DataFrame(months_ahead() if months is None else months))
    covered = {"first": FIRST, "last": LAST} | values.pop("covered", {})
    coverage = pl.DataFrame(
        [(LA, kind, covered["first"], covered["last"]) for kind in ("looked_after", "placement", "referral")],
        schema=["la_code", "kind", "from", "to"], orient="row",
    )  # fmt: skip
    given: dict[str, Any] = {
        "first": FIRST, "last": LAST, "coverage": coverage, "forecasts": [one],
        "chain": chain_of({"start": date(2024, 1, 1), "end": None, "temporary": False}),
        "children": pl.DataFrame({"la_code": [LA], "child_id": ["a"], "birth_date": [date(2014, 1, 1)]}),
    }  # fmt: skip
    return Known(**(given | values))


def beside(
    tmp_path: Path,
    rows: Sequence[str],
    lines: Sequence[Line],
    about: Known | None = None,
    *,
    head: str = HEAD,
    unpriced: Sequence[Line] = (),
) -> Budget:
    path = tmp_path / "budget.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    spent = line_money([(ledger_of(lines), unpriced_of(unpriced))])
    return beside_budget(read_budget(path, [LA]), spent, about or known())


def told(done: Budget, name: str, year: str = "2024/25") -> dict[str, Any]:
    return done.table.filter(line=name, year=year).row(0, named=True)


def total(done: Budget) -> YearTotal:
    (one,) = done.totals
    return one


def test_actual_ahead_and_other_make_up_the_outturn(tmp_path: Path) -> None:
    # 91.50 of social work over 183 nights is 50p a night; ahead are 2 x 182 nights.
    lines = [*half_a_year(), event("lac.6", 91_50, s251_line="3.3")]
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,60000,1000", "2024/25,3.3,Social work,200,0"], lines)
    foster, work = told(done, "3.1.2"), told(done, "3.3")
    assert foster["actual_to"] == "2024-09" and foster["actual"] == 18_300_00
    assert (foster["ahead"], foster["ahead_low"], foster["ahead_high"]) == (36_400_00, 18_200_00, 54_600_00)
    assert (foster["outturn"], foster["outturn_low"], foster["outturn_high"]) == (
        55_700_00, 37_500_00, 73_900_00,
    )  # fmt: skip
    assert foster["variance"] == -4_300_00
    assert foster["variance_per_cent"] == pytest.approx(-100 * 4_300 / 60_000)
    assert (work["actual"], work["ahead"], work["outturn"], work["variance"]) == (
        91_50,
        182_00,
        273_50,
        73_50,
    )
    assert foster["note"] == work["note"] == ""
    assert sentence(total(done)) == (
        "outturn £55,973.50 (£37,682.50 to £74,264.50) against a budget of £60,200.00: £4,226.50 (7.0%)"
        " under."
    )
    written = as_written(done.table).row(0, named=True)
    assert str(written["variance"]) == "-4300.00" and written["variance_per_cent"] == -7.2
    assert done.notes == () and done.issues.is_empty() and not done.moves


def test_credits_go_with_the_nights_ahead(tmp_path: Path) -> None:
    lines = [
        *half_a_year(),
        *half_a_year(process="contribution", agency="health", night=-20_00, entry_id="h"),
        *half_a_year(process="grant", night=-30_00, entry_id="g", s251_line="3.1.9"),
        *half_a_year(agency="health", night=7_00, entry_id="o", process="other_agency"),
    ]
    rows = ["2024/25,3.1.2,Fostering,1,0", "2024/25,3.1.9,Asylum seekers,-1,0"]
    done = beside(tmp_path, rows, lines)
    foster, asylum = told(done, "3.1.2"), told(done, "3.1.9")
    assert (foster["actual"], foster["ahead"]) == (183 * 80_00, 364 * 80_00)
    # More children bring more grant: the low end is what comes of the most.
    assert (asylum["actual"], asylum["ahead"]) == (-183 * 30_00, -364 * 30_00)
    assert (asylum["ahead_low"], asylum["ahead_high"]) == (-546 * 30_00, -182 * 30_00)
    assert asylum["variance_per_cent"] == pytest.approx(100 * asylum["variance"] / 100)


def test_what_a_price_holds_goes_to_each_of_its_lines(tmp_path: Path) -> None:
    lines = [
        *half_a_year(s251_line="fostering_other", night=60_00),
        *half_a_year(s251_line="fostering_fees", night=40_00, entry_id="fee"),
    ]
    done = beside(
        tmp_path,
        [
            "2024/25,3.1.2a,Fostering services (excluding fees and allowances for LA foster carers),1,0",
            "2024/25,3.1.2b,Fostering services (fees and allowances for LA foster carers),1,0",
        ],
        lines,
    )
    assert done.table["line"].to_list() == ["3.1.2a", "3.1.2b"]
    assert done.table["ahead"].to_list() == [364 * 60_00, 364 * 40_00]


def test_a_complete_year_needs_no_forecast(tmp_path: Path) -> None:
    whole = known([], last=date(2025, 3, 31), covered={"last": date(2025, 3, 31)},
                  forecasts=[Forecast(LA, "Too short.")])  # fmt: skip
    lines = [*half_a_year(), event("cin.s47", 500_00, s251_line="3.1.2")]
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,18800,0"], lines, whole)
    row = told(done, "3.1.2")
    assert (row["actual_to"], row["ahead"], row["outturn"], row["variance"]) == ("2025-03", 0, 18_800_00, 0)
    assert sentence(total(done)) == "outturn £18,800.00 against a budget of £18,800.00: as budgeted."


def test_without_a_forecast_there_is_no_outturn_and_the_reason_stands_there(tmp_path: Path) -> None:
    refused = known(forecasts=[Forecast(LA, "A forecast needs 3 years or more.")])
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,1,0"], half_a_year(), refused)
    row = told(done, "3.1.2")
    assert row["actual"] == 18_300_00
    assert [row[name] for name in ("ahead", "ahead_low", "outturn", "variance", "variance_per_cent")] == [
        None
    ] * 5
    assert "no forecast of the days from 2024-10-01. A forecast needs 3 years or more." in row["note"]
    assert "no outturn in all: 1 of 1 lines has none. Line 3.1.2: There is no forecast" in sentence(
        total(done)
    )
    nobody = beside(tmp_path, ["2024/25,3.1.2,Fostering,1,0"], half_a_year(), known(forecasts=[]))
    assert "No return carries placements." in told(nobody, "3.1.2")["note"]


@pytest.mark.parametrize(
    ("months", "covered"),
    [(AHEAD[:5], LAST), (AHEAD[1:], date(2024, 10, 31)), ([("2024-12", 31)], LAST)],
)
def test_a_forecast_that_lacks_days_of_the_year_adds_nothing(
    tmp_path: Path, months: list[tuple[str, int]], covered: date
) -> None:
    about = known(months_ahead(months), covered={"last": covered})
    row = told(beside(tmp_path, ["2024/25,3.1.2,Fostering,1,0"], half_a_year(), about), "3.1.2")
    assert row["ahead"] is None and row["outturn"] is None
    assert "does not hold every day from 2024-10-01 to 2025-03-31" in row["note"]


def test_months_that_do_not_begin_with_a_month_are_shared_by_days(tmp_path: Path) -> None:
    # The returns end on 15 September: months ahead run from the 16th to the 15th.
    names = ["2024-09", *(month for month, _ in AHEAD)]
    about = known(
        months_ahead([(month, 1) for month in names], children=31.0),
        last=date(2024, 9, 15), covered={"last": date(2024, 9, 15)},
    )  # fmt: skip
    lines = [one for one in half_a_year() if one["month"] != "2024-09"]
    lines.append(
        line(
            date_from=date(2024, 9, 1),
            date_to=date(2024, 9, 15),
            nights=15,
            pence=1_500_00,
            s251_line="3.1.2",
        )
    )
    row = told(beside(tmp_path, ["2024/25,3.1.2,Fostering,1,0"], lines, about), "3.1.2")
    # Six whole months of 31 nights, and of the seventh, of 31 days, the 16 to the end of March.
    assert row["ahead"] == (6 * 31 + 16) * 100_00


def test_a_year_that_the_ledger_begins_in_has_no_outturn(tmp_path: Path) -> None:
    about = known(first=date(2024, 5, 1), last=date(2025, 3, 31), covered={"last": date(2025, 3, 31)})
    lines = [one for one in half_a_year() if one["month"] != "2024-04"]
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,1,0", "2023/24,3.1.2,Fostering,1,0"], lines, about)
    row, before = told(done, "3.1.2"), told(done, "3.1.2", "2023/24")
    assert row["actual"] == 15_300_00 and row["outturn"] is None
    assert "begins on 2024-05-01: what was spent in the year before that is not in it" in row["note"]
    assert before["actual"] is None and before["actual_to"] is None and before["outturn"] is None
    assert "after the year" in before["note"]


def test_days_that_no_return_tells_of_are_no_outturn(tmp_path: Path) -> None:
    whole: dict[str, Any] = {"last": date(2025, 3, 31)}
    lines = [*half_a_year(), event("cin.s47", 500_00, s251_line="3.3")]
    rows = ["2024/25,3.1.2,Fostering,1,0", "2024/25,3.3,Social work,1,0"]
    late = beside(tmp_path, rows, lines, known(**whole, covered={"last": date(2025, 2, 28)}))
    assert "do not tell of care on every day from 2024-04-01 to 2025-03-31" in told(late, "3.1.2")["note"]
    assert "do not tell of children in need on every day" in told(late, "3.3")["note"]
    assert told(late, "3.1.2")["outturn"] is None and told(late, "3.1.2")["actual"] == 18_300_00
    fine = beside(tmp_path, rows, lines, known(**whole, covered=whole))
    assert told(fine, "3.1.2")["outturn"] == 18_300_00 and told(fine, "3.3")["outturn"] == 500_00


def test_children_in_need_have_no_forecast(tmp_path: Path) -> None:
    lines = [
        *half_a_year(),
        event("lac.6", 91_50, s251_line="3.3"),
        event("cin.s47", 500_00, s251_line="3.3"),
        event("cin.assessment", 300_00, s251_line="3.4"),
    ]
    rows = ["2024/25,3.1.2,Fostering,1,0", "2024/25,3.3,Social work,1,0", "2024/25,3.4,Other,1,0"]
    done = beside(tmp_path, rows, lines)
    both, only = told(done, "3.3"), told(done, "3.4")
    assert (both["actual"], both["ahead"], both["outturn"]) == (591_50, 182_00, None)
    assert "What is ahead is of children looked after alone" in both["note"]
    assert (only["actual"], only["ahead"], only["outturn"]) == (300_00, None, None)
    assert told(done, "3.1.2")["outturn"] is not None
    one = total(done)
    assert one.outturn is None and (one.both, one.both_outturn) == (1, 54_700_00)
    assert "2 of 3 lines have none" in sentence(one) and "(1): outturn £54,700.00 against" in sentence(one)


def test_short_breaks_are_said_to_have_no_forecast(tmp_path: Path) -> None:
    breaks = line(child_id="b", placement_no=None, period_of_care=None, s251_line="3.1.2", pence=70_00)
    row = told(beside(tmp_path, ["2024/25,3.1.2,Fostering,1,0"], [*half_a_year(), breaks]), "3.1.2")
    assert row["actual"] == 18_370_00 and row["ahead"] == 36_400_00
    assert "£70.00 so far) have no forecast" in row["note"]


def test_money_of_other_price_years_is_neither_compared_nor_added(tmp_path: Path) -> None:
    lines = [
        *half_a_year(s251_line="1", price_year="2009/10"),
        *half_a_year(s251_line="2", child_id="b"),
        event("lac.6", 5_00, s251_line="2", price_year="2009/10"),
        event("lac.1", 6_00, s251_line="3"),
        event("cin.s47", 7_00, s251_line="4", price_year="2008/09"),
    ]
    whole = known(last=date(2025, 3, 31), covered={"last": date(2025, 3, 31)})
    rows = [f"2024/25,{number},Line,100,0" for number in (1, 2, 3, 4)]
    done = beside(tmp_path, rows, lines, whole)
    assert done.table["actual"].to_list() == [None, None, 6_00, None]
    assert done.table["outturn"].to_list() == [None, None, 6_00, None]
    assert done.table["variance"].to_list() == [None, None, -94_00, None]
    assert "£5.00 in prices of 2009/10, £18,300.00 in prices of 2024/25" in told(done, "2")["note"]
    assert "--price-year 2024/25 brings" in told(done, "1")["note"]
    # A year ahead of the ledger has no prices of its own, and is not given older ones.
    ahead = known(months_ahead([(f"{2024 + (at + 9) // 12}-{(at + 9) % 12 + 1:02}", 30) for at in range(18)]))
    later = told(beside(tmp_path, ["2025/26,3.1.2,Fostering,1,0"], half_a_year(), ahead), "3.1.2", "2025/26")
    assert later["ahead"] is None and later["outturn"] is None and later["actual_to"] is None
    assert "not in prices of 2025/26" in later["note"]


def test_nights_ahead_cost_what_they_did_in_money_of_the_year(tmp_path: Path) -> None:
    # Prices are each year's own: the winter before cost 50 a night, and lasted as long again.
    before = [
        line(date_from=date(2023, month, 1), date_to=date(2023, month, 30), nights=30, pence=30 * 50_00,
             price_year="2023/24", s251_line="3.1.2")
        for month in (10, 11, 12)
    ]  # fmt: skip
    about = known(first=date(2023, 10, 1), covered={"first": date(2023, 10, 1)})
    work = event("lac.6", 91_50, s251_line="3.3")
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,1,0", "2024/25,3.3,Social work,1,0"],
                  [*before, *half_a_year(), work], about)  # fmt: skip
    assert told(done, "3.1.2")["ahead"] == 36_400_00 and told(done, "3.3")["ahead"] == 182_00
    # All brought to 2025/26: the next year is priced by all the months there are.
    moved = [one | {"price_year": "2025/26"} for one in (*before, *half_a_year(), work)]
    months = [(f"{2024 + (at + 9) // 12}-{(at + 9) % 12 + 1:02}", 30) for at in range(18)]
    winter = known(
        months_ahead(months), first=date(2023, 10, 1), covered={"first": date(2023, 10, 1)},
        chain=chain_of({"start": date(2023, 10, 1), "end": None, "temporary": False}),
    )  # fmt: skip
    rows = ["2025/26,3.1.2,Fostering,1,0", "2025/26,3.3,Social work,1,0"]
    later = beside(tmp_path, rows, moved, winter)
    night = (90 * 50_00 + 183 * 100_00) / 273
    assert told(later, "3.1.2", "2025/26")["ahead"] == pytest.approx(12 * 60 * night, abs=1)
    # The child was in care all the time, also from January to March, when nothing had a price.
    assert told(later, "3.3", "2025/26")["ahead"] == pytest.approx(12 * 60 * 91_50 / 366, abs=1)
    assert told(later, "3.1.2", "2025/26")["actual"] == 0


def test_nights_without_a_price_are_counted_and_never_nothing(tmp_path: Path) -> None:
    # In September nothing was known of the price: 30 nights. Another 10 were in a place without a line.
    lines = [one for one in half_a_year() if one["month"] != "2024-09"]
    lines.append(event("lac.6", 91_50, s251_line="3.3"))
    lacking = [
        without_price(date(2024, 9, 1), 30),
        without_price(date(2024, 9, 1), 10, child_id="b", placement_type="H5"),
    ]
    ahead = [*months_ahead(), *months_ahead(placement="secure", children=3.0)]
    rows = ["2024/25,3.1.2,Fostering services,1,0", "2024/25,3.3,Social work,1,0"]
    done = beside(tmp_path, rows, lines, known(ahead), unpriced=lacking)
    foster, work, blank = (told(done, name) for name in ("3.1.2", "3.3", ""))
    assert (foster["unpriced_nights"], work["unpriced_nights"], blank["unpriced_nights"]) == (30, 0, 10)
    assert foster["actual"] == 15_300_00
    # What keeps the placement is over 153 nights with a price, the social work over all 183.
    assert foster["ahead"] == 36_400_00 and work["ahead"] == 182_00
    assert "30 nights have no price and are in no amount" in foster["note"]
    assert "546 nights ahead have no price and are in no amount" in blank["note"]
    assert total(done).later == 546 and "546 nights ahead have no price" in sentence(total(done))
    assert total(done).outturn is not None, "what is only nights has no outturn, and hides that of no other"
    assert total(done).lines == 2 and "40 nights have no price" in sentence(total(done))


def test_lines_of_either_side_appear_and_nothing_is_lost(tmp_path: Path) -> None:
    lines = [*half_a_year(s251_line="residential"), *half_a_year(child_id="b", s251_line=None, night=1_00),
             *half_a_year(child_id="c", s251_line="3.9", night=2_00)]  # fmt: skip
    rows = ["2024/25,3.1.1,Residential care,10,0", "2024/25,3.5,Commissioning,90,",
            "2024/25,3.6,Recruitment,50,40", "2024/25,9,Total children looked after,190,"]  # fmt: skip
    whole = known(last=date(2025, 3, 31), covered={"last": date(2025, 3, 31)})
    done = beside(tmp_path, rows, lines, whole)
    assert done.table["line"].to_list() == ["3.1.1", "3.5", "3.6", "9", "3.9", ""]
    assert done.table["actual"].to_list() == [18_300_00, 0, 0, None, 366_00, 183_00]
    assert done.table["outturn"].to_list() == [18_300_00, None, 40_00, None, 366_00, 183_00]
    assert done.table["actual"].sum() == sum(one["pence"] for one in lines)
    notes = dict(done.table.select("line", "note").iter_rows())
    assert "no money on the line, and what no child causes (other) is blank" in notes["3.5"]
    assert "the outturn is what no child causes" in notes["3.6"]
    assert notes["9"] == "A sum of other lines: it is added to nothing."
    assert notes["3.9"] == "The budget has no such line."
    assert "s251_map says" in notes[""]
    one = total(done)
    # The total line is in no sum: 10 + 90 + 50.
    assert (one.lines, one.budget, one.unbudgeted, one.both_budget) == (5, 150_00, 549_00, 60_00)


def test_two_lines_that_could_be_meant_are_asked_about(tmp_path: Path) -> None:
    rows = ["2024/25,1,Fostering services (own),1,0", "2024/25,2,Fostering services (agency),1,0"]
    done = beside(tmp_path, rows, half_a_year(s251_line="fostering"))
    assert told(done, "fostering")["outturn"] is not None and told(done, "1")["actual"] == 0
    (note,) = done.notes
    assert "lines 1, 2 could be meant" in note and "of the budget" in note


def test_other_that_is_not_known_is_said(tmp_path: Path) -> None:
    row = told(beside(tmp_path, ["2024/25,3.1.2,Fostering,1,"], half_a_year()), "3.1.2")
    assert row["other"] is None and row["outturn"] == 54_700_00
    assert row["note"] == "What no child causes (other) is not known, and not in the outturn."


def test_movement_since_an_earlier_forecast(tmp_path: Path) -> None:
    head = "year,line,label,budget,other,last_forecast\n"
    rows = ["2024/25,3.1.2,Fostering,50000,0,55000.5", "2024/25,3.3,Social work,1,0,"]
    done = beside(tmp_path, rows, [*half_a_year(), event("lac.6", 1, s251_line="3.3")], head=head)
    assert done.moves and done.table["movement"].to_list() == [-300_50, None]


def test_a_budget_in_other_prices_has_no_variance(tmp_path: Path) -> None:
    head = "year,line,label,budget,other,price_year\n"
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,50000,0,2023/24"], half_a_year(), head=head)
    row = told(done, "3.1.2")
    assert (row["outturn"], row["variance"], row["budget"]) == (54_700_00, None, 50_000_00)
    assert "in prices of 2023/24" in row["note"]
    assert "no variance in all: lines of the budget are in prices of another year" in sentence(total(done))


def test_rows_set_aside_leave_no_budget_in_all(tmp_path: Path) -> None:
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,60000,0", "2024/25,3.3,Work,lots,0"], half_a_year())
    assert total(done).outturn == 54_700_00 and total(done).budget is None
    assert "rows of the budget could not be used" in sentence(total(done))
    (what,) = done.issues["what"]
    assert what.startswith("budget.csv, row 3, column budget: The amount is not a number of pounds.")


def test_a_budget_of_nothing_has_no_share(tmp_path: Path) -> None:
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,0,0"], half_a_year())
    assert told(done, "3.1.2")["variance_per_cent"] is None
    assert sentence(total(done)).endswith("against a budget of £0.00: £54,700.00 over.")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_penny_of_the_year_is_on_a_line(tmp_path: Path, seed: int) -> None:
    ledger = invented_ledger(80, seed)
    path = tmp_path / "budget.csv"
    path.write_text(f"{HEAD}2024/25,3.1.1,Residential care,1,0\n", encoding="utf-8")
    halves = [(part, unpriced_of([])) for part in (ledger[:200], ledger[200:])]
    children = pl.DataFrame({"la_code": [LA], "child_id": ["c00000"], "birth_date": [date(2014, 1, 1)]})
    whole = known(last=date(2025, 3, 31), covered={"last": date(2025, 3, 31)}, children=children)
    done = beside_budget(read_budget(path, [LA]), line_money(halves), whole)
    own = [
        row["pence"]
        for row in ledger.iter_rows(named=True)
        if row["process"] in ("contribution", "grant")
        or (row["agency"] == "local_authority" and row["process"] != "other_agency")
    ]
    assert done.table["actual"].sum() == sum(own) != 0
    assert set(done.table["line"]) == {"3.1.1", ""}


def test_a_line_in_other_prices_hides_no_other_line(tmp_path: Path) -> None:
    # What was paid is in money of the year; social work stands in research figures.
    lines = [*half_a_year(), event("lac.6", 91_50, s251_line="3.3", price_year="2009/10")]
    rows = ["2024/25,3.1.2,Fostering,1,0", "2024/25,3.3,Social work,1,0"]
    done = beside(tmp_path, rows, lines)
    foster, work = told(done, "3.1.2"), told(done, "3.3")
    assert (foster["ahead"], foster["outturn"]) == (36_400_00, 54_700_00)
    assert (work["actual"], work["ahead"], work["outturn"]) == (None, None, None)
    assert "not in prices of 2024/25" in work["note"] and "£91.50 in prices of 2009/10" in work["note"]


def test_a_line_of_which_only_a_part_can_be_priced_has_nothing_ahead(tmp_path: Path) -> None:
    # The year has not begun in the ledger. Own foster homes are in its money, agencies' are not.
    lines = [
        *half_a_year(s251_line="fostering_other", price_year="2025/26"),
        *half_a_year(s251_line="fostering_fees", price_year="2023/24", child_id="b"),
        *half_a_year(s251_line="residential", price_year="2025/26", placement_type="K2", child_id="c"),
    ]
    months = [(f"{2024 + (at + 9) // 12}-{(at + 9) % 12 + 1:02}", 30) for at in range(18)]
    about = known(
        [*months_ahead(months), *months_ahead(months, placement="residential")],
        chain=chain_of(
            {"start": date(2024, 1, 1), "temporary": False},
            {"start": date(2024, 1, 1), "temporary": False, "child_id": "b"},
            {"start": date(2024, 1, 1), "temporary": False, "child_id": "c", "placement_type": "K2"},
        ),
        children=pl.DataFrame(
            {"la_code": [LA] * 3, "child_id": list("abc"), "birth_date": [date(2014, 1, 1)] * 3}
        ),
    )
    rows = ["2025/26,7,Fostering services: fees and allowances,1,0", "2025/26,6,Residential care,1,0"]
    head = f"{HEAD}2025/26,8,Fostering (excluding) allowances,1,0\n"
    done = beside(tmp_path, rows, lines, about, head=head)
    fees, home = told(done, "7", "2025/26"), told(done, "6", "2025/26")
    assert fees["ahead"] is None and fees["outturn"] is None and "not in prices of 2025/26" in fees["note"]
    assert home["ahead"] == 12 * 60 * 100_00 == home["outturn"]


def test_a_ledger_of_nothing_leaves_a_budget_to_look_at(tmp_path: Path) -> None:
    nobody = known(chain=known().chain.clear(), children=known().children.clear())
    done = beside(tmp_path, ["2024/25,3.1.2,Fostering,60000,5"], [], nobody)
    row = told(done, "3.1.2")
    assert (row["actual"], row["outturn"], row["budget"]) == (0, None, 60_000_00)
    assert row["note"].startswith("No night of care has a price in the ledger")
