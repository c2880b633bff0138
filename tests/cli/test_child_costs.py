"""`childjourneys journey --costs`: a child's ledger is checked with a calculator, from the page alone."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from cost_pages_read import PageRead, money, read_page, worked
from costs_story import CATALOGUE, PRICES, file_in, refused_here, rows_of, total, write_returns

from childjourneys import api, costing
from childjourneys.cli import run_command

CENT = Decimal("0.01")
INDICES = """\
indices:
  pay:
    kind: percent_change_on_previous_year
    source: invented
    values: {"2010/11": 2.2, "2011/12": 1.3, "2012/13": -0.7, "2013/14": 2.9, "2014/15": 3.1, "2015/16": 1.7}
"""
# Every unit, components that go by different indices, credits, another agency, a home of the authority's own.
EVERY_UNIT = """\
title: Every unit
entries:
  - {id: night, kind: allowance, name: By night, unit: night, amount: 10.37, price_year: "2009/10", index: pay}
  - {id: week, kind: placement, name: By week, unit: week, amount: 421.33, price_year: "2012/13", index: pay}
  - {id: home, kind: placement, name: A home, unit: night, when: {placement: [residential]}, price_year: "2015/16", index: none, home: {cost: 1234567, beds: 4, from: "2023-04-01", to: "2024-03-31", occupied_nights: 1171}}
  - {id: month, kind: process, process: lac.3, name: By month, unit: month, amount: 300, components: {people: 211.10, rent: 88.90}, price_year: "2009/10", index: {people: pay, rent: none}}
  - {id: year, kind: fee, name: By year, unit: year, amount: 318400, price_year: "2013/14", index: pay}
  - {id: p1, kind: process, process: lac.1, name: Decide, unit: event, amount: 700.55, price_year: "2009/10", index: pay}
  - {id: p4, kind: process, process: lac.4, name: Leave, unit: event, amount: 288, price_year: "2009/10", index: pay}
  - {id: p6, kind: process, process: lac.6, name: Review, unit: event, amount: 446, price_year: "2009/10", index: pay}
  - {id: support, kind: process, process: cin.ongoing_support, name: Support, unit: month, amount: 107, price_year: "2009/10", index: pay}
  - {id: asylum, kind: grant, name: Grant, unit: night, amount: 114, when: {uasc: true}, price_year: "2015/16", index: none}
  - {id: nurse, kind: other_agency, name: Nurse, process: lac.3, unit: week, amount: 33.33, agency: health, price_year: "2009/10", index: pay}
"""  # noqa: E501


def here(*arguments: str | Path) -> str:
    """What a command prints, without a process of its own."""
    typed, said = sys.argv, io.StringIO()
    sys.argv = ["childjourneys", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(said):
            run_command()
    except SystemExit as left:
        assert not left.code, said.getvalue()
    finally:
        sys.argv = typed
    return said.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("child")
    size = ("--children", "80", "--la", "821", "--seed", "7", "--years", "2024-2025")
    here("synth", *size, "--out", folder / "made")
    api.run(folder / "made", folder / "out")
    return folder / "out"


def _prices(out: Path, path: Path) -> Path:
    """Prices of some placements: by week in rows that follow one another, and by period."""
    chance, lines = random.Random(11), ["child_id,placement_start,placement_end,weekly_price,period_total,"
                                        "period_from,period_to,contribution_health"]  # fmt: skip
    spells = [row for row in rows_of(out / "in-team" / "spells.csv") if row["kind"] == "placement"]
    for row in spells[::3]:
        start = date.fromisoformat(row["start"])
        end = date.fromisoformat(row["end"]) if row["end"] else date(2025, 3, 31)
        if (end - start).days < 60:
            continue
        if chance.random() < 0.5:
            middle = start + timedelta(days=(end - start).days // 2)
            middle = middle.replace(day=1) if middle.replace(day=1) > start else middle
            lines += [
                f"{row['child_id']},{a},{b},812.57,,,,11.19" for a, b in ((start, middle), (middle, end))
            ]
        else:
            last = end - timedelta(days=1)
            lines.append(f"{row['child_id']},{start},{end},,123456.78,{start},{last},")
    return file_in(path.parent, path.name, "\n".join(lines) + "\n")


@pytest.fixture(scope="module", params=["default", "every unit, uplifted", "prices of children"])
def costed(made: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("costing")
    catalogue, indices = file_in(folder, "mine.yaml", EVERY_UNIT), file_in(folder, "indices.yaml", INDICES)
    if request.param == "default":
        api.costs(made, workbook=False)
    elif request.param == "prices of children":
        prices = _prices(made, folder / "placement_costs.csv")
        api.costs(made, [catalogue], prices=[prices], indices=indices, workbook=False)
    else:
        api.costs(made, [catalogue], price_year="2015/16", indices=indices, workbook=False)
    return made


def _thirty(out: Path) -> list[str]:
    """Children with the most lines, and some of all others."""
    lines = pl.read_csv(out / "in-team" / "cost_ledger.csv", columns=["child_id"], infer_schema=False)
    by_lines = lines["child_id"].value_counts(sort=True).sort("count", "child_id", descending=True)
    ids = by_lines["child_id"].to_list()
    return [*ids[:15], *random.Random(3).sample(ids[15:], 15)]


def test_thirty_children_can_be_checked_with_a_calculator(costed: Path) -> None:
    ledger = rows_of(costed / "in-team" / "cost_ledger.csv")
    children = rows_of(costed / "in-team" / "cost_children.csv")
    rows, forms = 0, set()
    for child in _thirty(costed):
        page = read_page(api.child_costs(costed, child).html())
        mine = [row for row in ledger if row["child_id"] == child]
        for key, table in page.amounts().items():
            *amounts, last = table
            for row in amounts:
                assert worked(row) == abs(money(row["a x b £"])), (page.captions[key], row)
                forms.add(row["a: how many"].rsplit(" ", 1)[-1])
            rows += len(amounts)
            assert money(last["a x b £"]) == sum(money(row["a x b £"]) for row in amounts)
        _foots(page, mine, [row for row in children if row["child_id"] == child])
    assert rows > 200 and {"nights", "event"} <= forms | {"nights"} and forms & {"months", "weeks"}


def _foots(page: PageRead, ledger: list[dict[str, str]], children: list[dict[str, str]]) -> None:
    """All tables of the page come to the files, to the penny."""
    written = sum((money(table[-1]["a x b £"]) for table in page.amounts().values()), Decimal(0))
    assert written == total(ledger)
    shown = {row["Prices of"]: row for row in page.tables["child-totals"]}
    sums = {row["Prices of"]: row for row in page.tables["items-sums"] if row["Table"] == "Total"}
    assert len(children) == len(shown) == len(sums)
    for row in children:
        here, there = shown[row["price_year"]], sums[row["price_year"]]
        for name, heading in (("gross", "Gross £"), ("contributions", "Contributions £"),
                              ("grant", "Grants £"), ("net", "Net £")):  # fmt: skip
            assert money(here[heading]) == money(there[heading]) == Decimal(row[name])
    running = {row["Prices of"]: row["Net so far £"] for row in page.tables["running"]}
    assert {year: money(text) for year, text in running.items()} == {
        row["price_year"]: Decimal(row["net"]) for row in children
    }
    lines = page.tables["child-lines"]
    assert [money(row["Amount £"]) for row in lines] == [Decimal(row["amount"]) for row in ledger]


def test_the_api_gives_the_rows_of_the_files(costed: Path) -> None:
    for child in _thirty(costed)[::6]:
        found = api.child_costs(costed, f" {child}.0")
        for frame, name in ((found.ledger, "cost_ledger"), (found.children, "cost_children"),
                            (found.issues, "cost_issues")):  # fmt: skip
            path = costed / "in-team" / f"{name}.csv"
            whole = pl.read_csv(path, infer_schema=False).filter(pl.col("child_id") == child)
            assert frame.write_csv().splitlines() == whole.write_csv().splitlines()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Children written by hand, not costed."""
    folder = tmp_path_factory.mktemp("story")
    api.run(write_returns(folder / "in"), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def priced(story: Path) -> Iterator[Path]:
    mine = file_in(story.parent, "mine.yaml", CATALOGUE)
    prices = file_in(story.parent, "prices.csv", PRICES)
    assert "not costed yet" in refused_here("journey", story, "FULL", "--costs", story.parent / "no.html")
    assert not (story.parent / "no.html").exists()
    assert "Costs" not in here("journey", story, "FULL")
    api.costs(story, [mine], prices=[prices], workbook=False)
    yield story


def test_before_a_costing_one_sentence_says_what_to_run(priced: Path, tmp_path: Path) -> None:
    api.run(priced.parent / "in", tmp_path / "again")
    said = refused_here("journey", tmp_path / "again", "FULL", "--costs", tmp_path / "a.html")
    assert f"childjourneys costs {tmp_path / 'again'}" in said
    assert not (tmp_path / "a.html").exists()


def test_the_journey_ends_with_a_short_account(priced: Path) -> None:
    told = here("journey", priced, "LONE")
    end = told[told.index("\nCosts, ") :]
    # As worked by hand beside the story: 351 nights at 1,050 and 70 a week, 5 a night from health.
    assert (
        "Prices of 2024/25: gross £61,598.52, contributions -£1,755.00, grants -£40,014.00, net £19,829.52."
        in end
    )
    assert "Nights in placements: 351, without a price 0." in end
    assert "add --costs FILE.html" in end and "INVENTED" not in told


def test_the_page_has_the_fractions_and_the_price_that_was_paid(priced: Path, tmp_path: Path) -> None:
    told = here("journey", priced, "FULL", "--costs", tmp_path / "full.html")
    assert told.rstrip().endswith(f"The costs: {tmp_path / 'full.html'}") and "add --costs" not in told
    page = (tmp_path / "full.html").read_text(encoding="utf-8")
    rows = [row for table in read_page(page).amounts().values() for row in table]
    told = [(row["Price"], row["a: how many"], row["b: unit cost £"], row["a x b £"]) for row in rows]
    assert ("fostered", "167 / 7 = 23.857143 weeks", "421.00", "10,043.86") in told
    assert ("p3", "5 + 14 / 31 = 5.451613 months", "300.00", "1,635.48") in told
    assert ("home", "168 / 7 = 24 weeks", "3,500.00", "84,000.00") in told
    assert "LONE" not in page and "<script" not in page
    lone = api.child_costs(priced, "LONE").html()
    assert "child_price" in lone and "as the list of prices of single children has it" in lone


def test_a_night_that_lacks_one_price_and_has_another_amount_is_told_so(priced: Path) -> None:
    page = api.child_costs(priced, "TWICE").html()
    read = read_page(page)
    # Ten nights in secure care, where two prices fit alike: the social work is charged all the same.
    assert read.tables["child-unpriced"][0]["Nights"] == "10"
    assert read.tables["child-unpriced"][-1] == {
        "First night": "Total",
        "Last night": "",
        "Nights": "10",
        "Placement": "",
    }
    assert "10 nights lack the price of the placement or of its social work" in page
    assert "no amount" not in page and money(read.tables["child-totals"][0]["Gross £"]) > 0
    issues = read.tables["child-issues"]
    assert [(row["Kind"], row["Nights or times"], row["Prices"]) for row in issues] == [
        ("placement", "10", "locked_a, locked_b")
    ]


def test_a_child_without_any_cost_has_a_page(priced: Path) -> None:
    mine = file_in(priced.parent, "other.yaml", CATALOGUE)
    api.costs(priced, [mine], first=date(2025, 1, 1), last=date(2025, 1, 31), workbook=False)
    found = api.child_costs(priced, "BREAKS")
    assert found.ledger.is_empty() and "no line in the ledger" in found.html()
    assert found.text().endswith("No cost and no night in a placement.")


def test_a_catalogue_that_has_changed_since_is_not_taken_for_the_one_used(
    priced: Path, tmp_path: Path
) -> None:
    mine = file_in(tmp_path, "mine.yaml", CATALOGUE)
    api.costs(priced, [mine], workbook=False)
    mine.write_text(CATALOGUE.replace("amount: 421", "amount: 999"), encoding="utf-8")
    assert "£999.00" not in api.child_costs(priced, "FULL").html(), "the copy that was kept counts"
    copy = next((priced / "workspace").rglob("costs_asked/**/mine.yaml"))
    copy.write_text(CATALOGUE.replace("amount: 421", "amount: 999"), encoding="utf-8")
    assert "no longer the one" in refused_here("journey", priced, "FULL", "--costs", tmp_path / "x.html")
    assert "Costs are left out." in here("journey", priced, "FULL")


def test_a_child_is_found_in_whichever_bucket_and_piece_it_was_priced(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.run(story.parent / "in", tmp_path / "out", api.Settings(memory=40_000))
    mine = file_in(tmp_path, "mine.yaml", CATALOGUE)
    monkeypatch.setattr(costing, "_EPISODES_AT_ONCE", 1)
    api.costs(tmp_path / "out", [mine], workbook=False)
    folders = {path.parent.name for path in (tmp_path / "out").rglob("cost_ledger/*/*.parquet")}
    assert len(folders) > 8, "buckets in several pieces"
    ledger = rows_of(tmp_path / "out" / "in-team" / "cost_ledger.csv")
    for child in sorted({row["child_id"] for row in ledger}):
        found = api.child_costs(tmp_path / "out", child)
        assert found.ledger["amount"].sum() == total(row for row in ledger if row["child_id"] == child)
        assert found.children.height == 1 and found.children["child_id"].item() == child


def test_invented_prices_say_so_on_the_page_and_in_the_account(story: Path, tmp_path: Path) -> None:
    shutil.copytree(story, tmp_path / "out")
    made_up = file_in(tmp_path, "mine.yaml", CATALOGUE.replace("title:", "invented: true\ntitle:", 1))
    api.costs(tmp_path / "out", [made_up], workbook=False)
    assert "INVENTED PRICES: mine.yaml is made up" in here("journey", tmp_path / "out", "FULL")
    page = api.child_costs(tmp_path / "out", "FULL").html()
    assert "<strong>INVENTED PRICES</strong>" in page and "(invented prices)</title>" in page
    assert "INVENTED PRICES, made up for an example" in page
    assert "INVENTED PRICES" in read_page(page).captions["child-totals"]
