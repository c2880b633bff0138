"""Costs that leave the team, attacked with nothing but what is printed."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from invented_ledgers import (
    FIRST,
    LA,
    children_of,
    entry,
    event,
    invented_ledger,
    invented_run,
    ledger_of,
    line,
    unpriced_of,
    without_price,
)
from scipy.optimize import linprog

from childjourneys.costs.summaries.cube import Cube, add_up
from childjourneys.disclosure import preset
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.cost_page import render_shareable_costs, write_shareable_costs
from childjourneys.sharing.costs import SharedCosts, share_costs
from childjourneys.sharing.counts import WHOLE
from childjourneys.sharing.pounds import nested_pounds, pounds_of, to_pounds

Cells = dict[tuple[str, str, str], float | None]


def cube_of(ledger: pl.DataFrame, unpriced: dict[str, tuple[int, int]] | None = None) -> Cube:
    return add_up(ledger, children_of(ledger, unpriced))


def shared(ledger: pl.DataFrame, rule: str = "dfe") -> list[SharedCosts]:
    return share_costs(cube_of(ledger), invented_run(), preset(rule))


def table(one: SharedCosts, dimension: str) -> dict[str, dict[str, str | None]]:
    frame = next(each for each in one.tables if each.dimension == dimension).frame
    return {row[frame.columns[0]]: row for row in frame.iter_rows(named=True)}


def many(count: int, **values: object) -> list[dict[str, object]]:
    """So many children with much the same week."""
    name = values.pop("name", "m")
    return [line(child_id=f"{name}{at}", **({"pence": 700_00 + at * 100} | values)) for at in range(count)]


def printed_cells(tables: tuple[SharedTable, ...], column: str) -> Cells:
    """Every number of a column as a reader has it: None where it is hidden."""
    found: Cells = {}
    for one in tables:
        if column in one.frame.columns:
            for row in one.frame.iter_rows(named=True):
                text = row[column]
                found[column, one.dimension, row[one.frame.columns[0]]] = (
                    None if text == "c" else float(text or 0)
                )
    return found


def range_of(cells: Cells, wanted: tuple[str, str, str]) -> tuple[float, float]:
    """The least and the most of a hidden number, from sums that anyone can see.

    Each table adds up to its total; tables of placements have one total, and the others another; process
    lac.3 is the total of placements; a kind of care that is one code of PLACE is the row of that code.
    """
    names = list(cells)
    at = {name: place for place, name in enumerate(names)}
    rows, right = [], []

    def equal(plus: list[tuple[str, str, str]], minus: list[tuple[str, str, str]]) -> None:
        row = np.zeros(len(names))
        for name in plus:
            row[at[name]] += 1
        for name in minus:
            row[at[name]] -= 1
        rows.append(row)
        right.append(0.0)

    column = wanted[0]
    dimensions = sorted({name[1] for name in names})
    for dimension in dimensions:
        groups = [name for name in names if name[1] == dimension and name[2] != "Total"]
        equal(groups, [(column, dimension, "Total")])
    placed = [one for one in dimensions if one not in ("credits", "process", "month")]
    whole = [one for one in dimensions if one not in placed]
    for some in (placed, whole):
        for one in some[1:]:
            equal([(column, some[0], "Total")], [(column, one, "Total")])
    if (column, "process", "lac.3") in at:
        equal([(column, "process", "lac.3")], [(column, placed[0], "Total")])
    for kind, code in (("Secure", "K1"), ("Placed with parents", "P1"), ("Residential school", "S1")):
        match = [name for name in names if name[1] == "placement_type" and name[2].startswith(code)]
        if (column, "kind_of_care", kind) in at and match:
            equal([(column, "kind_of_care", kind)], match)
    carers = [name for name in names if name[1] == "placement_type" and name[2][:2] in ("U4", "U5", "U6")]
    kinds = ("In-house fostering", "Agency fostering")
    equal([(column, "kind_of_care", kind) for kind in kinds if (column, "kind_of_care", kind) in at], carers)
    bounds = [(0, None) if value is None else (value, value) for value in cells.values()]
    ends = []
    for sign in (1, -1):
        aim = np.zeros(len(names))
        aim[at[wanted]] = sign
        answer = linprog(aim, A_eq=np.array(rows), b_eq=np.array(right), bounds=bounds, method="highs")
        assert answer.status in (0, 3), answer.message
        ends.append(float("inf") if answer.status == 3 else sign * answer.fun)
    return ends[0], ends[1]


def few_in_each(ledger: pl.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """True children and pence of each code of PLACE with fewer than six children."""
    kept = ledger.filter((pl.col("process") == "lac.3") & (pl.col("agency") == "local_authority"))
    found = kept.group_by("placement_type").agg(pl.col("child_id").n_unique(), pl.col("pence").sum())
    return {("placement_type", code): (n, pence) for code, n, pence in found.iter_rows() if n < 6}


@pytest.mark.parametrize("seed", range(1, 9))
def test_what_few_children_cost_cannot_be_worked_out(seed: int) -> None:
    ledger = invented_ledger(14, seed)
    (one,) = shared(ledger)
    cells = printed_cells(one.tables, "pounds")
    attacked = 0
    for (dimension, code), (_, pence) in few_in_each(ledger).items():
        name = next(cell for cell in cells if cell[1] == dimension and cell[2].startswith(code))
        assert cells[name] is None
        low, high = range_of(cells, name)
        true = pence / 100
        assert low <= 0.91 * true and high >= 1.09 * true, (name, low, true, high)
        attacked += 1
    assert attacked


def test_types_of_placement_do_not_give_away_a_kind_of_care() -> None:
    """In-house fostering of three would be U4 and U6 less agency fostering, were all of these in print."""
    three = many(3, name="i", placement_type="U4", provider="PR1", pence=800_00)
    agency = many(10, name="a", placement_type="U4", provider="PR4", pence=950_00)
    more = many(20, name="b", placement_type="U6", provider="PR4", pence=900_00)
    fewest = many(8, name="h", placement_type="H5", provider="PR4", pence=90_00)
    (one,) = shared(ledger_of([*three, *agency, *more, *fewest, *many(30, name="k", placement_type="U1")]))
    cells = printed_cells(one.tables, "pounds")
    wanted = ("pounds", "kind_of_care", "In-house fostering")
    assert cells[wanted] is None
    low, high = range_of(cells, wanted)
    assert low <= 0.91 * 2_403 and high >= 1.09 * 2_403


@pytest.mark.parametrize("seed", range(1, 5))
def test_nights_of_few_children_cannot_be_worked_out(seed: int) -> None:
    ledger = invented_ledger(16, seed)
    (one,) = shared(ledger)
    cells = printed_cells(one.tables, "nights")
    for dimension, code in few_in_each(ledger):
        name = next(cell for cell in cells if cell[1] == dimension and cell[2].startswith(code))
        assert cells[name] is None
        low, high = range_of(cells, name)
        assert high - low >= 4, (name, low, high)


def test_one_child_who_makes_up_most_of_an_amount_is_hidden() -> None:
    dear = [line(child_id="x", placement_type="K1", pence=900_000_00)]
    cheap = many(9, name="k", placement_type="K1", pence=10_00)
    ledger = ledger_of([*dear, *cheap, *many(40), *many(30, name="h", placement_type="H5")])
    (one,) = shared(ledger)
    secure = next(row for name, row in table(one, "placement_type").items() if name.startswith("K1"))
    assert secure["children"] == "10" and secure["pounds"] == secure["average week"] == "c"
    assert secure["median week"] == "c"
    cells = printed_cells(one.tables, "pounds")
    name = next(cell for cell in cells if cell[2].startswith("K1"))
    low, high = range_of(cells, name)
    assert low <= 0.91 * 900_090 and high >= 1.09 * 900_090


def test_where_children_are_hidden_their_amounts_and_nights_are() -> None:
    """At a known price pounds tell nights, and often children."""
    hidden = 0
    for seed in range(1, 6):
        for one in shared(invented_ledger(25, seed)):
            for each in one.tables:
                if "children" not in each.frame.columns:
                    continue
                for row in each.frame.iter_rows(named=True):
                    if row["children"] == "c" or row.get("nights") == "c":
                        assert row["pounds"] == "c"
                        hidden += 1
                    if row["pounds"] == "c":
                        assert row.get("average week", "c") == "c" and row.get("median week", "c") == "c"
    assert hidden > 5


@pytest.mark.parametrize("rule", ["dfe", "opensafely", "strict10"])
def test_tables_add_up_where_nothing_is_hidden(rule: str) -> None:
    ledger = invented_ledger(400, 5)
    (one,) = shared(ledger, rule)
    gross = ledger.filter(
        (pl.col("agency") == "local_authority") & ~pl.col("process").is_in(["grant", "contribution"])
    )
    for dimension in ("process", "month", "placement_type", "kind_of_care", "need_group", "in_out_area"):
        rows = table(one, dimension)
        pounds = [int(str(row["pounds"])) for row in rows.values()]
        assert sum(pounds[:-1]) == pounds[-1]
    assert int(str(table(one, "process")["Total"]["pounds"])) == round(gross["pence"].sum() / 100)
    if rule != "opensafely":
        assert table(one, "need_group")["Total"]["children"] == "400"


def test_medians_are_of_ten_children_or_more_and_rounded() -> None:
    ledger = ledger_of([*many(30, pence=701_23), *many(8, name="h", placement_type="H5", pence=1_234_56)])
    rows = table(shared(ledger)[0], "placement_type")
    (h5,) = (row for name, row in rows.items() if name.startswith("H5"))
    (u6,) = (row for name, row in rows.items() if name.startswith("U6"))
    assert h5["average week"] == "1235" and h5["median week"] == "c"
    assert u6["median week"] == "700" and u6["average week"] == "701"
    headings = {name for one in shared(ledger)[0].tables for name in one.frame.columns}
    assert not any("min" in name or "max" in name or "quartile" in name for name in headings)


def test_money_of_each_price_year_has_its_own_tables() -> None:
    old = many(20, name="o", price_year="2009/10")
    found = shared(ledger_of([*old, *many(20)]))
    assert [one.price_year for one in found] == ["2009/10", "2024/25"]
    assert all(one.price_year in each.title for one in found for each in one.tables)


def test_no_hidden_number_and_no_child_is_in_any_file(tmp_path: Path) -> None:
    """Every small amount is a number that stands nowhere else."""
    few = [line(child_id=f"CANARY{at}", placement_type="K1", pence=7_654_321_00 + at) for at in range(3)]
    rest = [event("cin.s47", 8_765_432, child_id="CANARY9")]
    ledger = ledger_of([*few, *rest, *many(40), *many(30, name="CANARYh", placement_type="H5")])
    write_shareable_costs(tmp_path, cube_of(ledger, {"CANARYz": (777, 777)}), invented_run(), preset("dfe"))
    texts = [(tmp_path / "costs.html").read_text(encoding="utf-8")]
    book = openpyxl.load_workbook(tmp_path / "cost_tables.xlsx")
    texts += [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    whole = "\n".join(texts).replace(",", "")
    for number in ("7654321", "22962963", "22962964", "87654", "777", "CANARY"):
        assert number not in whole, number
    assert "c" in texts[1:]
    assert book.sheetnames[:2] == ["Contents", "T1"]


def test_the_page_is_made_of_published_numbers() -> None:
    run = invented_run(entry("price", "2009/10"), invented=False)
    found = share_costs(cube_of(ledger_of(many(40))), run, preset("dfe"))
    page = render_shareable_costs(found, run, preset("dfe"))
    shown = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))
    assert "100% of the gross money in prices of 2024/25 rests on research figures of 2008 to 2013" in shown
    assert "preset dfe" in shown and "no row" not in shown.lower()
    made_up = invented_run(entry("price"), invented=True)
    again = render_shareable_costs(
        share_costs(cube_of(ledger_of(many(40))), made_up, preset("dfe")), made_up, preset("dfe")
    )
    assert again.count("INVENTED PRICES") > 8


def test_a_small_authority_shows_nothing() -> None:
    (one,) = shared(ledger_of(many(4)))
    for each in one.tables:
        for row in each.frame.iter_rows():
            assert set(row[1:]) <= {"c", "0", None}, (each.title, row)


def test_more_grant_than_cost_is_told_below_nothing() -> None:
    grants = [line(child_id=f"m{at}", process="grant", entry_id="uasc", pence=-998_00) for at in range(30)]
    rows = table(shared(ledger_of([*many(30), *grants]))[0], "credits")
    assert rows["grant"]["pounds"] == "29940" and rows["Total"]["pounds"] == "21435"
    assert rows["net"]["pounds"] == "-8505"
    (only,) = shared(ledger_of(grants))
    assert table(only, "credits")["net"]["pounds"] == "-29940"


def test_what_was_spent_on_nights_without_a_price_is_in_no_average_and_not_given_away() -> None:
    work = [line(child_id=f"w{at}", placement_type="K1", pence=90_00) for at in range(20)]
    ledger = ledger_of([*many(30), *work])
    lacking = unpriced_of(
        [without_price(FIRST, 7, child_id=f"w{at}", placement_type="K1") for at in range(20)]
    )
    told = {f"w{at}": (7, 7) for at in range(20)}
    cube = add_up(ledger, children_of(ledger, told), lacking)
    run = invented_run()
    (one,) = share_costs(cube, run, preset("dfe"))
    assert one.unpriced_nights == "140" and one.left_out == "1800"
    kinds = table(one, "kind_of_care")
    assert "Secure" not in kinds
    assert kinds["Total"] == {"group": "Total", "children": "30", "nights": "210", "pounds": "21435",
                              "average week": "715", "median week": "710"}  # fmt: skip
    processes = table(one, "process")
    assert processes["lac.3"]["pounds"] == "23235" and processes["lac.3"]["children"] == "50"
    page = render_shareable_costs([one], run, preset("dfe"))
    assert "Spent on them all the same, such as on social work: 1,800 pounds." in page
    # Of few children it is hidden, and does not come out of process lac.3 less what kept placements.
    few = add_up(ledger, children_of(ledger, {"w0": (7, 7)}), lacking.head(1))
    (hidden,) = share_costs(few, run, preset("dfe"))
    assert hidden.left_out == "c"
    shown = [table(hidden, "kind_of_care")["Total"]["pounds"], table(hidden, "process")["lac.3"]["pounds"]]
    assert "c" in shown


def few_in_a_home() -> pl.DataFrame:
    """Nine children in homes, of three groups of need, and three who were not placed in the period.

    Three is few: either the count of all children is hidden, or that of all who were placed.
    """
    groups = (("u", "uasc", 3, 3_000_00), ("e", "ebd", 2, 900_00), ("c", "cwd", 4, 3_000_00))
    placed = [
        line(child_id=f"{name}{at}", need_group=need, placement_type="K2", provider="PR4", in_out_area=None,
             pence=pence)
        for name, need, count, pence in groups
        for at in range(count)
    ]  # fmt: skip
    longer = {**placed[1], "date_from": date(2024, 5, 6), "date_to": date(2024, 5, 12), "month": "2024-05"}
    others = [
        event("lac.6", 100_00, child_id="x0", date_from=date(2024, 4, 9)),
        event("lac.6", 100_00, child_id="x2", date_from=date(2024, 4, 9)),
        event("lac.4", 100_00, child_id="x1", date_from=date(2024, 6, 9)),
    ]
    return ledger_of([*placed, longer, *others])


def test_totals_of_placements_give_way_last(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, tables = few_in_a_home(), ("kind_of_care", "need_group")
    (one,) = shared(ledger)
    for dimension in tables:
        total = table(one, dimension)["Total"]
        assert (total["children"], total["nights"], total["pounds"]) == ("9", "70", "25800"), dimension
    assert table(one, "process")["Total"]["children"] == "c"
    # Were they worth no more than the count of all children, they would be what is hidden.
    monkeypatch.setattr("childjourneys.sharing.cost_problem._PLACED", WHOLE)
    (other,) = shared(ledger)
    assert [table(other, dimension)["Total"]["children"] for dimension in tables] == ["c", "c"]


def test_a_credit_that_nobody_got_is_0() -> None:
    # Of four children all amounts are hidden but those that are nobody's.
    credits = table(shared(ledger_of(many(4)))[0], "credits")
    assert (credits["net"]["pounds"], credits["Total"]["pounds"]) == ("c", "c")
    assert (credits["grant"]["pounds"], credits["contributions"]["pounds"]) == ("0", "0")


def test_a_price_year_of_grants_alone_has_no_empty_tables_and_says_no_share() -> None:
    grants = [line(child_id=f"g{at}", process="grant", entry_id="uasc", pence=-998_00, price_year="2020/21")
              for at in range(30)]  # fmt: skip
    run = invented_run(entry("price", "2009/10"), london=frozenset({LA}))
    found = share_costs(cube_of(ledger_of([*many(30), *grants])), run, preset("dfe"))
    assert [(one.price_year, one.research, len(one.tables)) for one in found] == [
        ("2020/21", "", 1), ("2024/25", "100", 8),
    ]  # fmt: skip
    page = unescape(re.sub(r"\s+", " ", render_shareable_costs(found, run, preset("dfe"))))
    assert "Exampleshire: London has no published costs of the processes of looked-after children" in page
    # Of few children the amount is hidden; the page says so.
    (few,) = share_costs(cube_of(ledger_of(many(4))), run, preset("dfe"))
    assert few.research == "c"
    page = unescape(re.sub(r"\s+", " ", render_shareable_costs([few], run, preset("dfe"))))
    assert "what share of the gross money in prices of 2024/25 rests on research figures" in page


def test_few_contributions_are_hidden_and_do_not_come_out_of_net() -> None:
    given = [
        line(child_id=f"m{at}", process="contribution", agency="health", pence=-100_00) for at in range(3)
    ]
    rows = table(shared(ledger_of([*many(30), *given]))[0], "credits")
    assert rows["contributions"]["pounds"] == "c" and rows["net"]["pounds"] == "c"
    assert rows["Total"]["pounds"] == "21435"


def test_pounds_add_up_at_every_level() -> None:
    pence = {"a": 199, "b": 150, "c": 151, "d": 0}
    whole = pounds_of(pence)
    assert sum(whole.values()) == 5 and whole["d"] == 0
    inside = nested_pounds(pence, {"a": "x", "b": "x", "c": "y", "d": "y"}, {"x": 3, "y": 2})
    assert inside == {"a": 2, "b": 1, "c": 2, "d": 0}
    assert to_pounds([133, 133, 133], 4) == [2, 1, 1]
