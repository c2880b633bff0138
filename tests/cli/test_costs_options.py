"""Options of `childjourneys costs`: period, layers, price years, other runs; a misuse is one sentence."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from costs_story import (
    CATALOGUE,
    PRICES,
    command,
    file_in,
    refused,
    refused_here,
    rows_of,
    total,
    write_returns,
)

from childjourneys.cli.costs import tell
from childjourneys.cost_outputs import Told

KEYS = ("child_id", "date_from", "process", "entry_id", "amount", "price_year", "uplift_factor", "rule")


@pytest.fixture(scope="module")
def plain_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was not costed; a test that costs takes a copy."""
    folder = tmp_path_factory.mktemp("options")
    command("run", write_returns(folder / "in"), "--out", folder / "out")
    file_in(folder, "mine.yaml", CATALOGUE)
    return folder / "out"


@pytest.fixture
def out(plain_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(plain_run, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def mine(plain_run: Path) -> Path:
    return plain_run.parent / "mine.yaml"


def ledger(out: Path, *keys: str, **wanted: str) -> list[tuple[str, ...]]:
    """Lines with these values, in a few columns."""
    rows = rows_of(out / "in-team" / "cost_ledger.csv")
    return [
        tuple(row[key] for key in keys)
        for row in rows
        if all(row[name] == value for name, value in wanted.items())
    ]


def test_only_the_period_is_charged_and_facts_before_it_count(out: Path, mine: Path) -> None:
    command("costs", out, "--catalogue", mine, "--from", "2024-07-01", "--to", "2024-07-31")
    # FULL: 31 nights: 421 / 7 x 31 = 1,864.43; p3 a whole month. Process 5 on the first day. LONE: 31
    # nights, and the 16th birthday with 91 nights behind, counted from before.
    assert ledger(out, "entry_id", "amount", child_id="FULL") == [
        ("fostered", "1864.43"), ("p3", "300.00"), ("pocket", "310.00"), ("p5", "234.00"),
        ("p5_hard", "471.00"),
    ]  # fmt: skip
    assert ledger(out, "date_from", child_id="LONE", process="lac.8") == [("2024-07-15",)]
    # BREAKS: the week of 1 July lies inside; the day of an end is not charged.
    nights = {row["child_id"]: row["nights"] for row in rows_of(out / "in-team" / "cost_children.csv")}
    assert nights == {"FULL": "31", "LONE": "31", "BREAKS": "7"}
    assert {month for (month,) in ledger(out, "month")} == {"2024-07"}


def test_a_period_beyond_what_the_returns_tell_is_charged_with_a_warning(out: Path, mine: Path) -> None:
    told = command("costs", out, "--catalogue", mine, "--from", "2025-03-25", "--to", "2025-04-07").stdout
    # LONE and EARLY are open: 14 nights, to the end of the period.
    assert {r["child_id"]: r["nights"] for r in rows_of(out / "in-team" / "cost_children.csv")} == {
        "EARLY": "14", "LONE": "14",
    }  # fmt: skip
    found = [r for r in rows_of(out / "in-team" / "cost_issues.csv") if not r["child_id"]]
    assert [(r["severity"], r["count"]) for r in found if "The period ends after" in r["what"]] == [
        ("warning", "7")
    ]
    page = (out / "in-team" / "costs.html").read_text(encoding="utf-8")
    for text in (told, page, (out / "shareable" / "costs.html").read_text(encoding="utf-8")):
        assert text.count("The period ends 7 days after the last that the returns tell about") == 1


@pytest.mark.parametrize("order", ["after", "before"])
def test_layers_in_either_place_of_the_command_line(out: Path, mine: Path, order: str) -> None:
    layers: list[str | Path] = ["--catalogue", "default", mine]
    command("costs", *([out, *layers] if order == "after" else [*layers, out]))
    # Every slot that mine.yaml prices is mine.yaml's; what is `additional` in both is added from both.
    assert {basis for (basis,) in ledger(out, "price_basis", process="lac.1")} == {"authority"}
    assert {entry for (entry,) in ledger(out, "entry_id", process="lac.6")} == {"p6"}
    assert {entry for (entry,) in ledger(out, "entry_id", process="grant")} == {"asylum"}


def test_a_higher_layer_replaces_an_id_and_prices_only_its_days(
    out: Path, mine: Path, tmp_path: Path
) -> None:
    higher = file_in(
        tmp_path, "higher.yaml",
        'entries:\n'
        '  - {id: p4, kind: process, process: lac.4, name: L, unit: event, amount: 300,'
        ' price_year: "2024/25", index: none}\n'
        '  - {id: dearer, kind: placement, name: D, unit: week, amount: 700, when: {placement: [foster]},'
        ' effective_from: 2024-08-01, effective_to: 2024-08-31, price_year: "2024/25", index: none}\n',
    )  # fmt: skip
    command("costs", out, "--catalogue", mine, "--catalogue", higher)
    assert ledger(out, "amount", child_id="FULL", process="lac.4") == [("300.00",)]
    # Dates cut the span: July 421 / 7 x 31 = 1,864.43; August 100 x 31; then 50 nights, 3,007.14, of which 30
    # are September: 1,804.284 and 1,202.856: the penny left goes to October.
    found = ledger(out, "date_from", "entry_id", "amount", child_id="FULL", placement_no="3")
    assert [line for line in found if line[1] in ("fostered", "dearer")] == [
        ("2024-07-01", "fostered", "1864.43"), ("2024-08-01", "dearer", "3100.00"),
        ("2024-09-01", "fostered", "1804.28"), ("2024-10-01", "fostered", "1202.86"),
    ]  # fmt: skip


def test_price_year_multiplies_by_the_product_of_the_years(out: Path, tmp_path: Path) -> None:
    catalogue = file_in(
        tmp_path, "old.yaml",
        'entries:\n'
        '  - {id: old, kind: placement, name: O, unit: week, amount: 700,'
        ' price_year: "2022/23", index: pay}\n'
        '  - {id: late, kind: process, process: lac.1, name: L, unit: event, amount: 100,'
        ' price_year: "2025/26", index: pay}\n'
        '  - {id: fixed, kind: process, process: lac.4, name: F, unit: event, amount: 50,'
        ' price_year: "2022/23", index: none}\n'
        '  - {id: own, kind: allowance, name: A, unit: night, amount: 1, effective_from: 2023-04-01,'
        ' index: pay}\n',
    )  # fmt: skip
    indices = file_in(
        tmp_path, "indices.yaml",
        "indices:\n  pay:\n    kind: percent_change_on_previous_year\n    source: invented\n"
        '    vintage: "2026"\n'
        '    values: {"2023/24": 10, "2024/25": 5, "2025/26": 25}\n',
    )  # fmt: skip
    command("costs", out, "--catalogue", catalogue, "--price-year", "2024/25", "--indices", indices)
    # 1.10 x 1.05 = 1.155 from 2022/23; back from 2025/26: 1 / 1.25; `own` is money of the night's year.
    factors = {
        entry: {(f, y) for f, y in ledger(out, "uplift_factor", "price_year", entry_id=entry)}
        for entry in ("old", "late", "fixed", "own")
    }
    assert factors == {
        "old": {("1.155000", "2024/25")},
        "late": {("0.800000", "2024/25")},
        "fixed": {("1.000000", "2024/25")},
        "own": {("1.050000", "2024/25"), ("1.000000", "2024/25")},
    }
    # AGREED: 4 weeks x 700 x 1.155; the first placement of FULL 167 x 100 x 1.155 = 19,288.50.
    assert ledger(out, "amount", child_id="AGREED", entry_id="old") == [("3234.00",)]
    first = ledger(out, "amount", child_id="FULL", entry_id="old", placement_no="1")
    assert sum(Decimal(amount) for (amount,) in first) == Decimal("19288.50")
    # 29 + 31 days of 2023/24 in the home at 1.05 a night, cut on 1 April.
    home = ledger(out, "date_from", "amount", child_id="FULL", entry_id="own", placement_no="2")
    assert home[1:4] == [("2024-02-01", "30.45"), ("2024-03-01", "32.55"), ("2024-04-01", "30.00")]


def test_without_price_year_money_of_different_years_is_never_added(out: Path) -> None:
    told = command("costs", out).stdout
    rows = rows_of(out / "in-team" / "cost_children.csv")
    years = sorted({row["price_year"] for row in rows})
    assert years == ["2008/09", "2009/10", "2024/25"]
    assert "Money of different price years is never added" in told
    lines = rows_of(out / "in-team" / "cost_ledger.csv")
    for year in years:
        mine = [row for row in lines if row["price_year"] == year]
        net = total((row for row in rows if row["price_year"] == year), "net")
        assert total(mine) == net
        assert f"Prices of {year}: " in told
    assert len({(row["child_id"], row["nights"], row["unpriced_nights"]) for row in rows}) == len(
        {row["child_id"] for row in rows}
    ), "nights are the child's and the same on each row"


def test_a_price_year_that_was_given_is_not_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("2023/24", 700_00, 0, 0, 700_00), ("2024/25", 300_00, 0, 0, 300_00)]
    told = Told(0, pl.DataFrame(rows, orient="row"), 0, 7, (), None)
    tell(Path("out"), told)
    assert "--price-year brings it to one." in capsys.readouterr().out
    tell(Path("out"), told, "2024/25")
    said = capsys.readouterr().out
    assert "--price-year brings" not in said
    assert "prices that were paid are money of their own year" in said


def test_an_authority_in_london_has_no_looked_after_prices_and_is_told_so(tmp_path: Path) -> None:
    command("run", write_returns(tmp_path / "in", la_code="301"), "--out", tmp_path / "out")
    command("costs", tmp_path / "out")
    team = tmp_path / "out" / "in-team"
    lines = rows_of(team / "cost_ledger.csv")
    # The grant is the same everywhere; the rest is the London price of children in need.
    assert {row["process"].split(".")[0] for row in lines} == {"cin", "grant"}
    amounts = {row["entry_id"]: row["unit_cost"] for row in lines}
    assert (amounts["cin1_std"], amounts["cin1_nfa"]) == ("224.00", "249.00")
    for row in rows_of(team / "cost_children.csv"):
        assert row["nights"] == row["unpriced_nights"]
    about = {row["what"] for row in rows_of(team / "cost_issues.csv") if row["severity"] == "error"}
    assert about == {"The catalogue has no price for an authority in London: nothing was charged."}
    for name in ("costs.html", "report.html"):
        assert "London has no published costs" in (team / name).read_text(encoding="utf-8"), name


def test_a_census_alone_is_costed_with_its_own_processes(tmp_path: Path) -> None:
    command("run", write_returns(tmp_path / "in", care=False), "--out", tmp_path / "out")
    mine = file_in(tmp_path, "mine.yaml", CATALOGUE)
    told = command("costs", tmp_path / "out", "--catalogue", mine).stdout
    assert "Nights in placements: 0, without a price 0." in told
    # No care is known, so support goes on: [2023-07-28, 2023-09-01) = 1 + 4/31 months at 107 = 120.81, of
    # which 4/35 are July's 13.807 and 31/35 August's 107.003. The disability of the needs file is not there.
    lines = ledger(tmp_path / "out", "date_from", "nights", "amount", entry_id="support")
    assert lines == [("2023-07-28", "4", "13.81"), ("2023-08-01", "31", "107.00")]
    children = rows_of(tmp_path / "out" / "in-team" / "cost_children.csv")
    assert [(row["child_id"], row["need_group"], row["gross"]) for row in children] == [
        ("FULL", "none", "2851.39"), ("NFA", "cwd", "220.00"),
    ]  # fmt: skip


def test_a_pseudonymised_run_is_costed_but_takes_no_prices(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    out = tmp_path / "out"
    command("run", write_returns(tmp_path / "in"), "--out", out, "--pseudonymise", key)
    prices = file_in(tmp_path, "placement_costs.csv", PRICES)
    mine = file_in(tmp_path, "mine.yaml", CATALOGUE)
    assert "--pseudonymise" in refused("costs", out, "--catalogue", mine, "--prices", prices)
    command("costs", out, "--catalogue", mine)
    children = rows_of(out / "in-team" / "cost_children.csv")
    # LONE without a price of their own: 421 / 7 x 351 = 21,110.14 and 10 x 351 instead of 52,650 and 3,510.
    assert total(children, "gross") == Decimal("185420.68")
    text = b"".join(file.read_bytes() for file in (out / "in-team").glob("cost*.csv"))
    assert not any(name in text for name in (b"LONE", b"FULL", b"AGREED"))


def test_a_run_again_takes_away_what_was_costed_from_the_one_before(out: Path, mine: Path) -> None:
    command("costs", out, "--catalogue", mine)
    assert (out / "shareable" / "cost_tables.xlsx").is_file()
    assert "begin costs" in (out / "in-team" / "report.html").read_text(encoding="utf-8")
    command("run", mine.parent / "in", "--out", out)
    for folder in ("in-team", "shareable"):
        assert not list((out / folder).glob("cost*")), folder
        assert "begin costs" not in (out / folder / "report.html").read_text(encoding="utf-8")


def test_a_costing_again_takes_the_place_of_the_one_before(out: Path, mine: Path, tmp_path: Path) -> None:
    lines = file_in(tmp_path, "s251.csv", "year,line,label,gross,income,net\n2024/25,1,Social work,9,0,9\n")
    command("costs", out, "--catalogue", mine, "--section251", lines)
    assert (out / "in-team" / "section251.csv").is_file()
    command("costs", out, "--catalogue", mine, "--to", "2023-07-31")
    assert not (out / "in-team" / "section251.csv").exists()
    assert {process.split(".")[0] for (process,) in ledger(out, "process")} == {"cin"}
    report = (out / "in-team" / "report.html").read_text(encoding="utf-8")
    assert report.count("<!-- begin costs -->") == 2


def test_strict_leaves_with_1_when_something_could_not_be_priced(out: Path, mine: Path) -> None:
    command("costs", out, "--catalogue", mine, "--strict", code=1)
    assert (out / "in-team" / "cost_ledger.csv").is_file(), "all is written all the same"
    command("costs", out, "--catalogue", mine, "--strict", "--to", "2024-03-31", code=0)


def test_what_can_not_be_had_is_one_sentence(plain_run: Path, tmp_path: Path, mine: Path) -> None:
    out = plain_run
    tested = file_in(tmp_path, "x.yaml", "entries: []\n")
    wrong: list[tuple[tuple[str | Path, ...], str]] = [
        (("nowhere",), "holds no finished run"),
        ((out.parent / "in",), "holds no finished run"),
        ((out, "--price-year", "2024/25"), "2018/19 to 2024/25"),
        ((out, "--price-year", "2024"), "--price-year is a financial year"),
        ((out, "--price-year", "2024/26"), "--price-year is a financial year"),
        ((out, "--from", "spring"), "--from needs a date"),
        ((out, "--from", "2024-04-02", "--to", "2024-04-01"), "ends on 2024-04-01 before it begins"),
        ((out, "--catalogue", "nothing.yaml"), "nothing.yaml"),
        ((out, "--catalogue", "defualt"), "defualt"),
        ((out, "--catalogue", mine, mine), "named twice"),
        ((out, tested), "after --catalogue"),
        ((out, "--prices", "nothing.csv"), "nothing.csv"),
        ((out, "--prices", mine, "--prices-layout", "mars"), "mars"),
        ((out, "--prices-layout", "london"), "--prices"),
        ((out, "--indices", "nothing.yaml"), "nothing.yaml"),
        ((out, "--indices", mine), "mine.yaml, line 1"),
        ((out, "--section251", "nothing.csv"), "there is no such file"),
        ((out, "--section251", mine), "no column"),
    ]
    for arguments, says in wrong:
        assert says in refused_here("costs", *arguments), arguments
    assert not list((out / "in-team").glob("cost*"))


def test_a_file_that_can_not_be_replaced_is_one_sentence(out: Path, mine: Path) -> None:
    (out / "in-team" / "cost_ledger.csv").mkdir()
    assert "cost_ledger.csv" in refused("costs", out, "--catalogue", mine)


def test_a_costing_that_fails_leaves_the_one_before(out: Path, mine: Path) -> None:
    command("costs", out, "--catalogue", mine)
    before = {file: file.read_bytes() for file in (out / "in-team").glob("cost*")}
    refused("costs", out, "--catalogue", mine, "--price-year", "2030/31")
    assert {file: file.read_bytes() for file in (out / "in-team").glob("cost*")} == before


def test_a_costing_that_can_not_be_written_leaves_nothing_for_the_next(
    out: Path, mine: Path, tmp_path: Path
) -> None:
    lines = file_in(tmp_path, "s251.csv", "year,line,label,gross,income,net\n2024/25,1,Social work,9,0,9\n")
    command("costs", out, "--catalogue", mine)
    before = {file: file.read_bytes() for file in (out / "in-team").glob("cost*")}
    report = out / "in-team" / "report.html"
    report.rename(report.with_suffix(".away"))
    refused("costs", out, "--catalogue", mine, "--section251", lines)
    assert {file: file.read_bytes() for file in (out / "in-team").glob("cost*")} == before
    report.with_suffix(".away").rename(report)
    command("costs", out, "--catalogue", mine)
    assert not (out / "in-team" / "section251.csv").exists()
