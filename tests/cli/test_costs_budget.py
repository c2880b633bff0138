"""A budget beside costs, by command: every row worked out again by hand from the files that it rests on."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from care_chains import many_placements
from costs_story import command, file_in, refused_here, rows_of
from kept_runs import keep_run

from childjourneys.budgeting import budget_sentences
from childjourneys.cost_outputs import Told, cost_and_write
from childjourneys.reports.report import render_page
from childjourneys.workspace.runs import FOLDERS

# Returns to the end of 2024: January to March 2025 lie ahead.
FIRST, LAST = date(2020, 4, 1), date(2024, 12, 31)
AUTHORITIES = ("301", "330")
# In money of each year itself; nothing prices K3, S1, P1, A6 and what begins as a temporary placement.
PRICES = """
settings: {s251_map: {K2: "3.1.1", R1: "3.1.1"}}
entries:
  - {id: own, kind: placement, name: Own, unit: night, amount: 71.43, when: {placement: [foster_la]}, %s}
  - {id: bought, kind: placement, name: Bought, unit: night, amount: 140,
     when: {placement: [foster_agency, foster_other_public]}, %s}
  - {id: kin, kind: placement, name: Kin, unit: night, amount: 40, when: {placement: [kinship]}, %s}
  - {id: home, kind: placement, name: Home, unit: night, amount: 600, when: {placement: [residential]}, %s}
  - {id: fee, kind: allowance, name: Fee, unit: night, amount: 9.99, when: {placement: [U4, U6]}, %s}
  - {id: find, kind: process, process: lac.5, name: Find, unit: event, amount: 234, %s}
  - {id: look, kind: process, process: lac.6, name: Review, unit: event, amount: 446, %s}
  - {id: uasc, kind: grant, name: Grant, unit: night, amount: 114, when: {uasc: true}, %s}
""".replace("%s", "effective_from: 2010-01-01, index: none")
HEAD = "la_code,year,line,label,budget,other,last_forecast\n"
BUDGET = HEAD + "".join(
    f"{code},{year},{line}\n"
    for code in AUTHORITIES
    for year in ("2023/24", "2024/25")
    for line in (
        "3.1.1,Residential care,900000,50000,950000",
        "3.1.2a,Fostering services (excluding fees and allowances for LA foster carers),1500000,0,",
        "3.1.2b,Fostering services (fees and allowances for LA foster carers),80000,0,",
        "3.1.4,Family and friends care,120000,,",
        "3.1.9,Asylum seeker services,-90000,0,",
        "3.3,Social work,90000,0,",
        "3.5,Commissioning,70000,,",
    )
)
MEANT = {
    "3.1.1": "3.1.1", "fostering_other": "3.1.2a", "fostering_fees": "3.1.2b", "family_and_friends": "3.1.4",
    "asylum": "3.1.9", "social_work": "3.3", "adoption": "adoption", "": "",
}  # fmt: skip
PLACES = {
    "U1": "kinship", "U2": "kinship", "U3": "kinship", "U4": "foster", "U5": "foster", "U6": "foster",
    "K2": "residential", "R1": "residential", "S1": "residential school", "K3": "supported or independent",
    "A6": "placed for adoption", "P1": "with parents",
}  # fmt: skip
WHO = {"PR1": "own", "PR2": "other public", "PR4": "private", "PR5": "voluntary"}
Key = tuple[str, str, str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("budget")
    both = [
        {
            name: table.with_columns(la_code=pl.lit(code))
            for name, table in many_placements(40, 5, seed).items()
        }
        for seed, code in enumerate(AUTHORITIES)
    ]
    tables = {name: pl.concat([one[name] for one in both]) for name in both[0]}
    keep_run(folder / "out", tables, FIRST, LAST, 2)
    blank = render_page("", (), subtitle="", tiles=(), notice=("", ""), closing="")
    for name in FOLDERS:
        file_in(folder / "out" / name, "report.html", blank)
    file_in(folder, "mine.yaml", PRICES)
    file_in(folder, "budget.csv", BUDGET)
    return folder


@pytest.fixture(scope="module")
def said(kept: Path) -> str:
    """The run costed with a budget, and what the command said of it."""
    costed = ("costs", kept / "out", "--catalogue", kept / "mine.yaml", "--from", "2023-04-01")
    told = command(*costed, "--budget", kept / "budget.csv")
    return told.stdout


def costed(kept: Path, budget: Path | None) -> Told:
    """The same without a process of its own, and without the workbook."""
    prices = [str(kept / "mine.yaml")]
    return cost_and_write(kept / "out", prices, date(2023, 4, 1), workbook=False, budget=budget)


def in_team(kept: Path, name: str) -> list[dict[str, str]]:
    return rows_of(kept / "out" / "in-team" / name)


def year_of(month: str) -> str:
    first = int(month[:4]) - (month[5:] < "04")
    return f"{first}/{(first + 1) % 100:02}"


def pence(text: str) -> int:
    return round(float(text) * 100)


def state(row: dict[str, str]) -> tuple[str, str]:
    return PLACES.get(row["placement_type"], "other"), WHO.get(row["provider"], "not known")


def is_net(row: dict[str, str]) -> bool:
    if row["process"] in ("contribution", "grant"):
        return True
    return row["agency"] == "local_authority" and row["process"] != "other_agency"


def spent(ledger: list[dict[str, str]]) -> dict[Key, int]:
    found: dict[Key, int] = defaultdict(int)
    for row in ledger:
        if is_net(row):
            found[row["la_code"], year_of(row["month"]), MEANT[row["s251_line"]]] += pence(row["amount"])
    return found


def lie_ahead(kept: Path, ledger: list[dict[str, str]]) -> dict[tuple[str, str], list[float]]:
    """By authority and line what January to March 2025 would cost: expected, low, high."""
    this_year = [row for row in ledger if year_of(row["month"]) == "2024/25" and is_net(row)]
    priced: dict[tuple[str, str, str], int] = defaultdict(int)
    money: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    nights: dict[tuple[str, str, str], set[tuple[str, date]]] = defaultdict(set)
    for row in this_year:
        if row["process"] == "lac.3" and row["placement_no"]:
            day = date.fromisoformat(row["date_from"])
            nights[(row["la_code"], *state(row))] |= {
                (row["child_id"], day + timedelta(days=at)) for at in range(int(row["nights"]))
            }
    for key, days in nights.items():
        priced[key] = len(days)
    for row in this_year:
        key = (row["la_code"], *state(row))
        # Every night of a state has a price, or none has: the nights with a price are all of them.
        if row["placement_no"] and priced[key]:
            money[key][MEANT[row["s251_line"]]] += pence(row["amount"]) / priced[key]
    found: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in in_team(kept, "cost_forecast.csv"):
        if row["month"] not in ("2025-01", "2025-02", "2025-03") or row["price_year"] not in ("", "2024/25"):
            continue
        for line, night in money[row["la_code"], row["placement"], row["provider"]].items():
            ends = sorted(night * float(row[name]) for name in ("nights_low", "nights_high"))
            for at, amount in enumerate((night * float(row["nights"]), *ends)):
                found[row["la_code"], line][at] += amount
    return found


def test_every_row_is_what_ledger_and_forecast_come_to(kept: Path, said: str) -> None:
    ledger = in_team(kept, "cost_ledger.csv")
    actual, ahead = spent(ledger), lie_ahead(kept, ledger)
    table = in_team(kept, "cost_budget.csv")
    assert len(table) >= 4 * 8 and len(ahead) >= 2 * 5
    keys = [(row["la_code"], row["year"], row["line"]) for row in table]
    assert len(set(keys)) == len(keys)
    given = {(r["la_code"], r["year"], r["line"]): r for r in csv.DictReader(BUDGET.splitlines())}
    wanted = {key for key in actual if key[1] in ("2023/24", "2024/25")} | set(given)
    assert wanted <= set(keys)
    compared = 0
    for key, row in zip(keys, table, strict=True):
        code, year, line = key
        assert pence(row["actual"]) == actual.get(key, 0)
        assert row["actual_to"] == ("2024-12" if year == "2024/25" else "2024-03")
        told = given.get(key, defaultdict(str))
        assert [row["budget"], row["other"]] == [
            f"{float(told[name]):.2f}" if told[name] else "" for name in ("budget", "other")
        ]
        if not row["outturn"]:
            assert line in ("3.5", "") and row["note"]
            continue
        sums = ahead.get((code, line), [0.0, 0.0, 0.0]) if year == "2024/25" else [0.0, 0.0, 0.0]
        other = pence(told["other"] or "0")
        # Nights stand in the file to a tenth: at £610 a night, nine states and three months.
        near = max(200, 0.01 * abs(sums[0]))
        for name, amount in zip(("", "_low", "_high"), sums, strict=True):
            assert pence(row[f"ahead{name}"]) == pytest.approx(amount, abs=near)
            assert pence(row[f"outturn{name}"]) == pence(row["actual"]) + pence(row[f"ahead{name}"]) + other
            compared += bool(amount)
        if told["budget"]:
            variance = pence(row["outturn"]) - pence(told["budget"])
            assert pence(row["variance"]) == variance
            share = 100 * variance / abs(pence(told["budget"]))
            assert float(row["variance_per_cent"]) == pytest.approx(share, abs=0.051)
        else:
            assert row["variance"] == row["variance_per_cent"] == ""
        assert (row["movement"] != "") == bool(told["last_forecast"])
        if row["movement"]:
            assert pence(row["movement"]) == pence(row["outturn"]) - 950_000_00
    assert compared >= 30


def test_ahead_is_the_money_of_the_forecast_less_credits(kept: Path, said: str) -> None:
    """In the file of the forecast prices of several years stand apart; placements are 2024/25's own."""
    ahead = dict.fromkeys(AUTHORITIES, 0)
    for row in in_team(kept, "cost_budget.csv"):
        if row["year"] == "2024/25" and row["line"] in ("3.1.1", "3.1.2a", "3.1.2b", "3.1.4"):
            ahead[row["la_code"]] += pence(row["ahead"])
    for code, amount in ahead.items():
        nights = {"foster": 0.0, "kinship": 0.0, "residential": 0.0}
        seen = set()
        for row in in_team(kept, "cost_forecast.csv"):
            key = row["month"], row["placement"], row["provider"]
            wanted = row["la_code"] == code and "2025-01" <= row["month"] <= "2025-03" and key not in seen
            if wanted and row["placement"] in nights:
                seen.add(key)
                night = {"kinship": 40.0, "residential": 600.0}.get(row["placement"])
                own = 71.43 if row["provider"] == "own" else 140.0
                nights[row["placement"]] += float(row["nights"]) * (night or own + 9.99)
        assert amount / 100 == pytest.approx(sum(nights.values()), rel=0.002)


def test_nothing_of_a_year_is_lost(kept: Path, said: str) -> None:
    ledger, table = in_team(kept, "cost_ledger.csv"), in_team(kept, "cost_budget.csv")
    for code in AUTHORITIES:
        for year in ("2023/24", "2024/25"):
            net = sum(
                pence(row["amount"])
                for row in ledger
                if row["la_code"] == code and year_of(row["month"]) == year and is_net(row)
            )
            mine = [row for row in table if (row["la_code"], row["year"]) == (code, year)]
            assert sum(pence(row["actual"]) for row in mine) == net != 0
            assert mine[-1]["line"] == "" and int(mine[-1]["unpriced_nights"]) > 0


def test_the_command_says_a_line_a_year(kept: Path, said: str) -> None:
    lines = [one for one in said.splitlines() if one.startswith("Budget ")]
    assert [one[:22] for one in lines] == [
        f"Budget of {code} {year}: no"[:22] for code in AUTHORITIES for year in ("2023/24", "2024/25")
    ]
    assert all("1 of 7 lines has none. Line 3.5: The ledger has no money on the line" in one for one in lines)
    assert all("nights have no price and are in no amount" in one for one in lines)


def test_it_is_on_the_page_and_in_the_workbook_and_nowhere_else(kept: Path, said: str) -> None:
    team = kept / "out" / "in-team"
    page = (team / "costs.html").read_text(encoding="utf-8")
    for text in ("Beside the budget", "301, 2024/25", "Furthest from their budget: ", "Movement £", "In all"):
        assert text in page
    sheet = openpyxl.load_workbook(team / "cost_tables.xlsx", read_only=True)["Budget"]
    rows = list(sheet.iter_rows(values_only=True))
    heads = [str(head) for head in rows[1]]
    assert heads[:5] == ["la_code", "year", "line", "label", "actual_to"] and "movement" in heads
    by_hand = in_team(kept, "cost_budget.csv")
    shown = [dict(zip(heads, row, strict=True)) for row in rows[2:]]
    assert len(shown) == len(by_hand) + 4
    lines = [row for row in shown if row["line"] != "In all"]
    for row, written in zip(lines, by_hand, strict=True):
        for name in ("actual", "ahead", "outturn", "budget", "variance", "last_forecast", "movement"):
            assert row[name] == (float(written[name]) if written[name] else None)
    for row in shown:
        if row["line"] == "In all":
            mine = [r for r in lines if (r["la_code"], r["year"]) == (row["la_code"], row["year"])]
            assert row["actual"] == pytest.approx(sum(float(str(r["actual"])) for r in mine))
            assert row["outturn"] is None and str(row["note"]).startswith("No outturn in all: 1 of 7")
    shareable = "".join(
        path.read_text(encoding="utf-8")
        for path in (kept / "out" / "shareable").glob("*")
        if path.suffix != ".xlsx"
    )
    assert shareable and "udget" not in shareable


def test_a_costing_without_a_budget_takes_the_file_away(kept: Path, said: str, tmp_path: Path) -> None:
    out = kept / "out"
    before = (out / "in-team" / "cost_budget.csv").read_bytes()
    costed(kept, kept / "budget.csv")
    assert (out / "in-team" / "cost_budget.csv").read_bytes() == before
    told = costed(kept, None)
    assert not (out / "in-team" / "cost_budget.csv").exists()
    assert told.budget is None
    assert "Beside the budget" not in (out / "in-team" / "costs.html").read_text(encoding="utf-8")


def test_what_can_not_be_used_is_one_sentence_and_changes_nothing(
    kept: Path, said: str, tmp_path: Path
) -> None:
    ledger = (kept / "out" / "in-team" / "cost_ledger.csv").read_bytes()
    for text, expected in (
        ("year,line,budget\n2024/25,1,1\n", "budget.csv has no column la_code"),
        ("la_code,year,line,budget\n999,2024/25,1,1\n", "row 2, column la_code: The run has no authority"),
    ):
        path = file_in(tmp_path, "budget.csv", text)
        assert expected in refused_here("costs", kept / "out", "--budget", path)
    assert "no such file" in refused_here("costs", kept / "out", "--budget", tmp_path / "none.csv")
    assert (kept / "out" / "in-team" / "cost_ledger.csv").read_bytes() == ledger


def test_a_row_that_is_set_aside_is_told(kept: Path, tmp_path: Path) -> None:
    path = file_in(tmp_path, "budget.csv", HEAD + "301,2023/24,3.1.1,R,1,0,\n301,2023/24,3.3,S,x,0,\n")
    told = costed(kept, path)
    assert told.budget is not None
    (first, second) = budget_sentences(told.budget)
    assert "no variance in all: rows of the budget could not be used" in first
    assert second.startswith("budget.csv, row 3, column budget: The amount is not a number of pounds.")
    assert any("row 3, column budget" in row["what"] for row in in_team(kept, "cost_issues.csv"))
    assert told.errors > 0
