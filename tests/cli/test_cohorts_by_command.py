"""Cohorts by any filter: the command, the files, and the same worked out line by line."""

from __future__ import annotations

import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from costs_story import CATALOGUE, command, file_in, refused, refused_here, rows_of, total
from plain_cohorts import Facts, facts_of, plain

from childjourneys import api, cohort_costs, kept_ledger
from childjourneys.costs.summaries.cohort_tables import BY

pytestmark = pytest.mark.slow
FIRST, LAST = date(2021, 4, 1), date(2025, 3, 31)
# One fostered child with a price in the money of another year; homes that are dear at one provider.
MORE = """\
  - {id: old, kind: process, process: cin.assessment, name: Old, unit: event, amount: 300, when: {age_under: 6}, price_year: "2009/10", index: none}
  - {id: clinic, kind: other_agency, name: Clinic, unit: week, amount: 33, agency: health, when: {placement: [foster]}, price_year: "2024/25", index: none}
"""  # noqa: E501
COHORTS: tuple[dict[str, tuple[str, ...]], ...] = (
    {"need": ("ebd",)},
    {"need": ("ebd", "cwd"), "placement_type": ("K2", "R1")},
    {"sex": ("F",)},
    {"age_at_start": ("10-15", "16-17"), "process": ("lac.3", "lac.6")},
    {"legal_at_start": ("C2", "V2"), "in_out_area": ("out", "")},
    {"placement_type": ("H5", "K3", "P2", "K1")},
    {"price_basis": ("child",)},
    {"price_year": ("2024/25",), "sex": ("M",)},
    {"kind_of_care": ("External residential", "Secure")},
    {"month_from": ("2023-04",), "month_to": ("2024-03",), "provider": ("PR4", "PR1")},
    {"process": ("grant", "contribution")},
    {"agency": ("health",)},
    {"ethnicity": ("WBRI", "")},
    {"need_group": ("none",), "s251_line": ("residential", "")},
    {"process": ("cin.assessment",)},
)
MONEY = ("gross", "contributions", "grant", "net", "other_agencies")


def text_of(pairs: dict[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{column}={', '.join(values)}" for column, values in pairs.items())


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated authority, costed with prices of every third placement, and with the cohorts above."""
    folder = tmp_path_factory.mktemp("cohorts")
    size = ("--children", "150", "--la", "821", "--seed", "5")
    command("synth", "--messy", *size, "--out", folder / "made")
    command("run", folder / "made", "--out", folder / "out")
    mine = file_in(folder, "mine.yaml", CATALOGUE + MORE)
    placements = [
        row for row in rows_of(folder / "out" / "in-team" / "spells.csv") if row["kind"] == "placement"
    ]
    prices = ["child_id,placement_start,placement_end,weekly_price,contribution_health,provider_id"]
    prices += [
        f"{row['child_id']},{row['start']},{row['end']},{900 + 37 * at},{at * 3},Home {at % 4}"
        for at, row in enumerate(placements[::3])
    ]
    file_in(folder, "placement_costs.csv", "\n".join(prices) + "\n")
    asked = [part for pairs in COHORTS for part in ("--cohort", text_of(pairs))]
    command(
        "costs", folder / "out", "--catalogue", mine, "--prices", folder / "placement_costs.csv",
        "--from", FIRST.isoformat(), "--to", LAST.isoformat(), *asked,
        "--cohort", "Nobody: sex=U; age_at_start=18-25", "--cohort", "Homes: placement_type=K2,R1",
    )  # fmt: skip
    return folder / "out"


@pytest.fixture(scope="module")
def table(out: Path) -> list[dict[str, str]]:
    return rows_of(out / "in-team" / "cost_cohorts.csv")


@pytest.fixture(scope="module")
def facts(out: Path) -> Facts:
    return facts_of(out, FIRST, LAST)


def test_the_generated_authority_has_what_cohorts_can_get_wrong(facts: Facts) -> None:
    assert facts.unpriced and {line["price_year"] for line in facts.lines} >= {"2009/10", "2024/25"}
    assert {line["price_basis"] for line in facts.lines} >= {"child", "authority"}
    assert {"contribution", "grant", "other_agency"} <= {line["process"] for line in facts.lines}


@pytest.mark.parametrize("pairs", COHORTS, ids=text_of)
def test_a_cohort_is_what_its_lines_add_up_to(
    table: list[dict[str, str]], facts: Facts, pairs: dict[str, tuple[str, ...]]
) -> None:
    chosen = "; ".join(f"{k} = {', '.join(v or 'blank' for v in values)}" for k, values in pairs.items())
    mine = {(row["la_code"], row["price_year"] or None): row for row in table if row["chosen"] == chosen}
    expected = plain(facts, pairs)
    assert expected and set(mine) == set(expected)
    for key, row in expected.items():
        assert {name: read(name, mine[key][name]) for name in row} == {
            name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()
        }


def read(name: str, text: str) -> object:
    if text == "":
        return None
    if name in ("share_of_gross", "paid_share"):
        return float(text)
    return Decimal(text) if "." in text else int(text)


@pytest.mark.parametrize("pair", ["sex=F", "need=ebd"])
def test_a_cohort_of_children_costs_what_cost_children_says(
    out: Path, table: list[dict[str, str]], facts: Facts, pair: str
) -> None:
    column, value = pair.split("=")
    who = {
        child
        for (_, child), person in facts.people.items()
        if value in ([person["sex"]] if column == "sex" else str(person["need_group"]).split("_"))
    }
    children = [row for row in rows_of(out / "in-team" / "cost_children.csv") if row["child_id"] in who]
    rows = [row for row in table if row["chosen"] == f"{column} = {value}"]
    assert len(rows) >= 2
    for row in rows:
        of_year = [child for child in children if child["price_year"] == row["price_year"]]
        assert [Decimal(row[name]) for name in MONEY[:4]] == [total(of_year, name) for name in MONEY[:4]]
    slept = {row["child_id"]: (int(row["nights"]), int(row["unpriced_nights"])) for row in children}
    nights = tuple(sum(one) for one in zip(*slept.values(), strict=True))
    assert {(int(row["all_nights"]), int(row["unpriced_nights"])) for row in rows} == {nights}


def test_both_sexes_and_the_unknown_make_up_the_ledger(out: Path) -> None:
    found = [api.cost_cohort(out, f"sex={sex}").summary for sex in ("F", "M", "U", "")]
    added = (
        pl.concat(found)
        .drop_nulls("price_year")
        .group_by("price_year")
        .agg(pl.col("gross", "other_agencies").sum())
    )
    ledger = rows_of(out / "in-team" / "cost_ledger.csv")
    for year, gross, others in added.iter_rows():
        mine = [line for line in ledger if line["price_year"] == year]
        credits = [line for line in mine if line["process"] in ("grant", "contribution")]
        assert gross + others == total(mine) - total(credits)
    shares = pl.concat(found).group_by("price_year").agg(pl.col("share_of_gross").sum())
    assert all(abs(share - 1) < 1e-5 for _, share in shares.drop_nulls().iter_rows())


def test_without_costing_again_it_is_the_same(out: Path, table: list[dict[str, str]], tmp_path: Path) -> None:
    texts = [text_of(pairs) for pairs in COHORTS]
    save, groups = tmp_path / "saved.csv", tmp_path / "groups.csv"
    told = command("cohort", out, *texts, "--save", save, "--groups", groups).stdout
    assert "1 April 2021 to 31 March 2025" in told and "prices of 2009/10" in told
    assert "Cohorts may overlap: they are not to be added." in told and "gross £" in told
    assert rows_of(save) == [row for row in table if row["cohort"] not in ("Nobody", "Homes")]
    one = api.cost_cohort(out, f"  Named : {texts[1]} ;")
    assert (one.name, one.chosen) == ("Named", "need = ebd, cwd; placement_type = K2, R1")
    assert (one.first, one.last, one.invented) == (FIRST, LAST, ())
    of_one = [row for row in rows_of(groups) if row["cohort"] == one.chosen]
    assert one.groups.height == len(of_one) > 10


def test_a_ledger_read_in_small_parts_gives_the_same(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text_of(pairs) for pairs in COHORTS]
    whole = cohort_costs.cost_cohorts(out, texts)
    monkeypatch.setattr(kept_ledger, "LINES_AT_ONCE", 400)
    for one, same in zip(whole, cohort_costs.cost_cohorts(out, texts), strict=True):
        assert one.summary.equals(same.summary) and one.groups.equals(same.groups), one.name


def test_what_a_cohort_divides_into_makes_it_up(out: Path) -> None:
    for text in (text_of(pairs) for pairs in COHORTS):
        found = api.cost_cohort(out, text)
        whole = {row["price_year"]: row for row in found.summary.iter_rows(named=True)}
        sums: dict[tuple[str, str | None], dict[str, Any]] = defaultdict(lambda: defaultdict(Decimal))
        for row in found.groups.iter_rows(named=True):
            for name in (*MONEY, "placement_cost", "left_out", "nights"):
                sums[row["by"], row["price_year"]][name] += row[name] or 0
        assert {by for by, _ in sums} == set(BY)
        for (_, year), added in sums.items():
            assert [added[name] for name in (*MONEY, "placement_cost", "left_out")] == [
                whole[year][name] or 0 for name in (*MONEY, "placement_cost", "left_out")
            ]
            assert added["nights"] == whole[year]["priced_nights"]


def test_nights_without_a_price_stand_beside_every_way_to_divide(out: Path) -> None:
    found = api.cost_cohort(out, "placement_type=H5,K3,P2,K1")
    nights = found.summary["unpriced_nights"][0]
    assert nights > 0 and any("which have no price" in sentence for sentence in found.told)
    for by in BY:
        mine = found.groups.filter(by=by, price_year="2024/25")
        assert mine["unpriced_nights"].sum() == nights, by


def test_the_workbook_and_the_page_show_them_and_add_up(out: Path, table: list[dict[str, str]]) -> None:
    book = openpyxl.load_workbook(out / "in-team" / "cost_tables.xlsx", data_only=True)
    rows = list(book["Cohorts"].iter_rows(values_only=True))
    assert (
        "not to be added" in rows[0][0]
        and "For the team only" in rows[0][0]
        and "31 March 2025" in rows[0][0]
    )
    head = list(rows[1])
    assert [row[head.index("cohort")] for row in rows[2:]] == [row["cohort"] for row in table]
    assert "Total" not in {cell for row in rows for cell in row}
    homes = f"Cohort {len(COHORTS) + 2}"
    assert f"Cohort {len(COHORTS) + 1}" not in book.sheetnames
    divided = list(book[homes].iter_rows(values_only=True))
    assert divided[0][0].startswith("Cohort Homes (placement_type = K2, R1), divided by one thing at a time.")
    names = list(divided[1])
    (row,) = (row for row in table if row["cohort"] == "Homes" and row["price_year"] == "2024/25")
    totals = [
        dict(zip(names, cells, strict=True)) for cells in divided if cells[names.index("group")] == "Total"
    ]
    of_year = [one for one in totals if one["price_year"] == "2024/25"]
    assert [one["by"] for one in of_year] == list(BY)
    for one in of_year:
        assert Decimal(repr(one["gross"])).quantize(Decimal("0.01")) == Decimal(row["gross"])
        assert one["children"] == int(row["children"])
    page = (out / "in-team" / "costs.html").read_text(encoding="utf-8")
    assert "Cohorts that were asked for" in page and "Homes (placement_type = K2, R1)" in page
    assert "The cohort Nobody (sex = U; age_at_start = 18-25) has nobody in it." in page


def test_nothing_of_a_cohort_is_shareable(out: Path, tmp_path: Path) -> None:
    assert not list((out / "shareable").glob("*cohort*"))
    for file in (out / "shareable").glob("*.html"):
        assert "ohorts that were asked for" not in file.read_text(encoding="utf-8")
    said = refused("cohort", out, "sex=F", "--save", out / "shareable" / "f.csv")
    assert "for the team only" in said and not (out / "shareable" / "f.csv").exists()
    assert "named twice" in refused(
        "cohort", out, "sex=F", "--save", tmp_path / "f.csv", "--groups", tmp_path / "f.csv"
    )


def test_a_cohort_of_nobody_is_an_empty_row_and_a_sentence(out: Path, table: list[dict[str, str]]) -> None:
    (row,) = (row for row in table if row["cohort"] == "Nobody")
    assert {name: row[name] for name in ("la_code", "price_year", "children", "all_nights", "gross")} == {
        "la_code": "", "price_year": "", "children": "0", "all_nights": "0", "gross": "",
    }  # fmt: skip
    assert row["date_from"] == FIRST.isoformat()
    said = command("cohort", out, "Nobody: sex=U; age_at_start=18-25").stdout
    assert "The cohort Nobody (sex = U; age_at_start = 18-25) has nobody in it." in said
    assert "gross" not in said
    found = api.cost_cohort(out, "la=999")
    assert found.summary["children"].to_list() == [0] and found.groups.is_empty()
    assert found.told[-1] == "la = 999: nothing in this costing has la=999; it has 821."


def test_a_misuse_is_one_sentence_before_anything_is_priced(out: Path) -> None:
    before = (out / "in-team" / "cost_ledger.csv").stat().st_mtime_ns
    for command_name in ("cohort", "costs"):
        option = ["--cohort"] if command_name == "costs" else []
        said = refused_here(command_name, out, *option, "need=xyz")
        assert said.endswith("need=xyz: there is no such value; it is one of cwd, ebd, offending, uasc.")
        said = refused_here(command_name, out, *option, "A: sex=F", *option, "a: sex=M")
        assert "Two cohorts are called a;" in said
    assert (out / "in-team" / "cost_ledger.csv").stat().st_mtime_ns == before


def test_a_run_that_was_not_costed_or_not_to_the_end_is_refused(out: Path, tmp_path: Path) -> None:
    other = tmp_path / "out"
    shutil.copytree(out, other)
    written = other / "in-team" / "cost_children.csv"
    lines = written.read_text(encoding="utf-8").splitlines()
    written.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    assert "did not get to its end" in refused_here("cohort", other, "sex=F")
    (ledger,) = (other / "workspace" / "runs").glob("*/costs")
    shutil.rmtree(ledger)
    assert "did not get to its end" in refused_here("cohort", other, "sex=F")
    shutil.rmtree(ledger.parent / "costs_asked")
    assert "was not costed yet" in refused_here("cohort", other, "sex=F")


def test_costing_again_takes_the_cohorts_away(out: Path, tmp_path: Path) -> None:
    other = tmp_path / "out"
    shutil.copytree(out, other)
    done = command(
        "costs", other, "--from", "2025-01-01", "--to", "2025-03-31", "--cohort", "Girls: sex=F"
    ).stdout
    assert "Girls, prices of 2009/10: " in done
    assert [row["cohort"] for row in rows_of(other / "in-team" / "cost_cohorts.csv")] != []
    command("costs", other, "--from", "2025-01-01", "--to", "2025-03-31")
    assert not (other / "in-team" / "cost_cohorts.csv").exists()
    assert "ohorts that were asked for" not in (other / "in-team" / "costs.html").read_text(encoding="utf-8")
