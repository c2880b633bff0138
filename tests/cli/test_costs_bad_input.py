"""What is wrong with prices and catalogues, by the command: one sentence or one issue, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from costs_story import CATALOGUE, command, file_in, refused_here, rows_of, write_returns

X = 'id: x, kind: placement, name: X, unit: week, price_year: "2024/25", index: gdp_deflator'
RING = """\
entries:
  - {id: a, kind: process, process: lac.1, name: A, unit: event, price_year: "2024/25", index: none,
     recipe: [{role: worker, hours: 2, rate_id: r}]}
  - {id: r, kind: worker_rate, name: R, unit: hour, price_year: "2024/25", index: none,
     recipe: [{role: worker, hours: 1, rate_id: s}]}
  - {id: s, kind: worker_rate, name: S, unit: hour, price_year: "2024/25", index: none,
     recipe: [{role: worker, hours: 1, rate_id: r}]}
"""
HEAD = (
    "child_id,placement_start,placement_end,weekly_price,period_total,period_from,period_to,"
    "contribution_health,urn,contract"
)
ROWS = """\
LONE,2024-04-15,2024-08-01,-1050,,,,,,
LONE,2024-04-15,2024-08-01,99999999,,,,,,
LONE,2024-04-15,2024-06-01,1000,,,,,,
LONE,2024-05-15,2024-06-15,2000,,,,,,
LONE,2024-09-01,2024-09-10,90000,,,,,,
LONE,2024-09-12,2024-09-10,900,,,,,,
LONE,2024-10-01,2024-11-01,700,3100,2024-10-01,2024-10-31,,,
LONE,2024-11-01,2024-12-01,,,,,,,
LONE,2024-12-01,2025-01-01,0,,,,,,
LONE,2025-01-01,2025-01-31,,3000,2025-01-01,2025-01-30,,,sometimes
LONE,soon,2025-01-31,10,,,,,,
,2025-02-01,2025-02-03,10,,,,,,
FULL,2024-01-15,2024-07-01,12x,,,,,,
FULL,2024-01-15,2024-07-01,3000,,,,,SC999999,
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    command("run", write_returns(folder / "in"), "--out", folder / "out")
    return folder / "out"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{X}, amount: -5", "line 2: entry `x`: `amount` is negative"),
        (f"{X}, amount: 99999999999", "can't be right"),
        (f"{X}, amount: lots", "line 2: entry `x`: `amount`"),
        (f"{X}, amount: 100, components: {{a: 60, b: 50}}", "the components come to 110.00"),
        ("id: x, kind: placement, name: X, unit: week, amount: 5, index: none", "it needs `price_year`"),
        (f"{X}, amount: 5, colour: red", "`colour`"),
        (f"{X}, amount: 5, when: {{placement: [igloo]}}", "`igloo`"),
        (f"{X}, amount: 5, process: lac.9", "`lac.9`"),
        (X.replace("gdp_deflator", "rain") + ", amount: 5", "`rain`"),
        (X, "no price"),
    ],
)
def test_a_faulty_entry_stops_with_its_place(out: Path, tmp_path: Path, text: str, says: str) -> None:
    path = file_in(tmp_path, "mine.yaml", f"entries:\n  - {{{text}}}\n")
    told = refused_here("costs", out, "--catalogue", path)
    assert "mine.yaml, line 2" in told
    assert says in told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RING, "`r` to `s` to `r`"),
        (f"entries:\n  - {{{X}, amount: 5}}\n  - {{{X}, amount: 6}}\n", "line 3: the id `x` stands twice"),
        ("entries:\n  - {id: a\n", "not YAML"),
        ("", "entries"),
        ("entries: []\nsettings: {legal: sometimes}\n", "`sometimes`"),
    ],
)
def test_a_faulty_catalogue_stops_with_its_place(out: Path, tmp_path: Path, text: str, says: str) -> None:
    path = file_in(tmp_path, "mine.yaml", text)
    told = refused_here("costs", out, "--catalogue", path)
    assert "mine.yaml" in told
    assert says in told


def test_unusual_prices_and_unknown_providers_of_a_catalogue_are_issues(out: Path, tmp_path: Path) -> None:
    path = file_in(
        tmp_path,
        "mine.yaml",
        f"entries:\n  - {{{X}, amount: 80000}}\n"
        f"  - {{{X.replace('id: x', 'id: free')}, amount: 0, when: {{placement: [foster]}}}}\n"
        f"  - {{{X.replace('id: x', 'id: nobody')}, amount: 5, provider_id: SC000000}}\n",
    )
    command("costs", out, "--catalogue", path)
    found = {
        (row["severity"], row["code"], row["entry_ids"], row["what"])
        for row in rows_of(out / "in-team" / "cost_issues.csv")
        if row["entry_ids"]
    }
    assert found == {
        ("warning", "cost-data", "x", "mine.yaml, line 2: entry `x` is over 70,000 a week; check it."),
        ("warning", "cost-data", "free", "mine.yaml, line 3: entry `free` is 0 a week; is it free?"),
        ("warning", "cost-data", "nobody", "No placement on record is with the provider of this price."),
    }


def test_every_bad_row_of_prices_has_one_issue_with_its_place(out: Path, tmp_path: Path) -> None:
    prices = file_in(tmp_path, "paid.csv", f"{HEAD}\n{ROWS}")
    command("costs", out, "--catalogue", file_in(tmp_path, "mine.yaml", CATALOGUE), "--prices", prices)
    found = {}
    for row in rows_of(out / "in-team" / "cost_issues.csv"):
        if row["what"].startswith("paid.csv, row "):
            number = int(row["what"].removeprefix("paid.csv, row ").split(",")[0].split(":")[0])
            assert number not in found
            found[number] = row["severity"], row["child_id"], row["what"].split(": ", 1)[1]
    aside = "the row was set aside."
    assert {number: one[:2] for number, one in found.items()} == {
        2: ("error", "LONE"), 3: ("error", "LONE"), 4: ("warning", "LONE"), 6: ("warning", "LONE"),
        7: ("error", "LONE"), 8: ("error", "LONE"), 9: ("error", "LONE"), 10: ("error", "LONE"),
        11: ("warning", "LONE"), 12: ("error", "LONE"), 13: ("error", ""), 14: ("error", "FULL"),
        15: ("warning", "FULL"),
    }  # fmt: skip
    assert all(one[2].endswith(aside) == (one[0] == "error") for one in found.values())
    assert "negative" in found[2][2]
    assert "can't be right" in found[3][2]
    assert "another row holds these nights too" in found[4][2]
    assert "another URN" in found[15][2]
    # Two prices of one night: the later start. Nights whose rows were set aside keep the catalogue's price.
    lines = [
        (row["date_from"], row["date_to"], row["entry_id"], row["amount"])
        for row in rows_of(out / "in-team" / "cost_ledger.csv")
        if row["child_id"] == "LONE" and row["entry_id"] in ("child_price", "fostered")
    ]
    # 16 nights at 1000 a week 2,285.714, 14 nights 2,000: one span, 4,285.71; 2000 x 31/7 = 8,857.14.
    assert lines[:4] == [
        ("2024-04-15", "2024-04-30", "child_price", "2285.71"),
        ("2024-05-01", "2024-05-14", "child_price", "2000.00"),
        ("2024-05-15", "2024-05-31", "child_price", "4857.14"),
        ("2024-06-01", "2024-06-14", "child_price", "4000.00"),
    ]
    assert {line[2] for line in lines if "2024-10" <= line[0] < "2025-01"} == {"fostered"}
    assert all(float(line[3]) > 0 for line in lines), "nothing is priced at zero for want of a price"


def test_no_night_is_priced_at_zero_for_want_of_a_price(out: Path, tmp_path: Path) -> None:
    path = file_in(tmp_path, "mine.yaml", CATALOGUE)
    command("costs", out, "--catalogue", path)
    team = out / "in-team"
    lines = rows_of(team / "cost_ledger.csv")
    assert not [row for row in lines if row["amount"] in ("0.00", "-0.00")]
    without = {row["child_id"]: row["unpriced_nights"] for row in rows_of(team / "cost_children.csv")
               if row["unpriced_nights"] != "0"}  # fmt: skip
    assert without == {"NOPRICE": "40", "TWICE": "10"}
    told = {row["child_id"]: row["count"] for row in rows_of(team / "cost_issues.csv")
            if row["severity"] == "error"}  # fmt: skip
    assert told == without
    for name in ("costs.html", "report.html"):
        page = (team / name).read_text(encoding="utf-8")
        assert "50 of 1,065 nights in placements, of 2 children, have no price" in page, name
