"""All optional tables at once and messy: what a run makes of them, in the open and pseudonymised."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from childjourneys import api, pipeline
from childjourneys.archetypes.library import library
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.workspace.runs import open_run
from childjourneys.workspace.store import TableStore

BANDS = ((0, 4), (5, 9), (10, 14), (15, 17))
CANARY = "CANARY77"


def write_messy(returns: Path) -> list[str]:
    """Replace the clean tables by messy ones; gives the children that have deciles 1 to 10 in turn."""
    families = pl.read_csv(returns / "deprivation.csv", infer_schema=False)
    children = families["child_id"].to_list()
    for name in ("population", "school_holidays", "deprivation"):
        (returns / f"{name}.csv").unlink()
    rows = [f"0301.0;{child};{place % 10 + 1}" for place, child in enumerate(children)]
    rows = [row.replace("0301", "301") for row in rows]
    rows += [f"301;{children[0]};1", f"301;{children[1]};11", f"301;{children[2]};7", f"301;{CANARY};4"]
    rows += ["301;;4", "999;5;5", "305;5;5", ";;", f"301;{CANARY}9;"]
    text = "la_code;child_id;decile\r\n" + "\r\n".join(rows) + "\r\n"
    (returns / "a.csv").write_text("\ufeff" + text, encoding="utf-8")
    population = [
        f'301,{year},{first},{last},"12,500"' for year in range(2023, 2025) for first, last in BANDS
    ]
    population += ["301,2024,3,6,100", "301,2024,0,4,-5", '301,2024,0,4,"12,500"', "305,2024,0,17,1"]
    (returns / "b.csv").write_text(
        "la_code,year,age_from,age_to,population\n" + "\n".join(population), encoding="utf-8"
    )
    (returns / "sub").mkdir()
    (returns / "sub" / "c.csv").write_bytes(
        "LA code\tstart\tend\n301\t24/07/2024\t03/09/2024\n301\t23/12/2024\t03/01/2025\n"
        "301\t1/2/2025\t1/1/2025\n".encode("utf-16")
    )  # fmt: skip
    (returns / "d.csv").write_text(
        f"la_code,child_id,person_id\n301,{children[0]},{CANARY}P\n301,{CANARY},{CANARY}Q\n", encoding="utf-8"
    )
    (returns / "e.csv").write_text("la_code,area,decile\n301,E01000001,3\n", encoding="utf-8")
    (returns / "f.csv").write_text("la_code,decile\n301,3\n", encoding="utf-8")
    return children


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("given")
    write_example(simulate(Plan(children=80, years=(2024, 2025), seed=6)), folder)
    return folder / "returns", write_messy(folder / "returns")


@pytest.fixture(scope="module")
def ran(given: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(given[0], tmp_path_factory.mktemp("ran") / "out")


@pytest.fixture(scope="module")
def hidden(given: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hidden")
    return run(given[0], folder / "out", pipeline.load_key(folder / "key", folder / "out"))


def run(returns: Path, out: Path, key: bytes | None = None) -> Path:
    """Two archetypes are enough here: one of assessments, one of referrals."""
    some = {name: library()[name] for name in ("missed_risk_at_assessment", "re_referral_12m_back")}
    api.run(returns, out, api.Settings(key=key, archetypes=some))
    return out


def rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "in-team" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def children(out: Path) -> pl.DataFrame:
    return TableStore(open_run(out) / "journeys", 1).table("children")


def test_every_row_is_in_the_account(ran: Path, given: tuple[Path, list[str]]) -> None:
    read = {row["file"]: row for row in rows(ran, "attrition") if row["step"] == "read"}
    columns = ("rows_in", "rows_out", "duplicate", "set_aside")
    found = {
        file: (read[file]["sheet"], *(int(read[file][name]) for name in columns))
        for file in ("a.csv", "b.csv", "sub/c.csv", "d.csv", "e.csv")
    }
    known = len(given[1])
    assert found == {
        "a.csv": ("deprivation", known + 8, known + 2, 1, 5),
        "b.csv": ("population", 12, 8, 1, 3),
        "sub/c.csv": ("school_holidays", 3, 2, 0, 1),
        "d.csv": ("person_link", 2, 2, 0, 0),
        "e.csv": ("deprivation_areas", 1, 1, 0, 0),
    }


def test_children_in_the_table_and_in_the_returns_are_counted(
    ran: Path, given: tuple[Path, list[str]]
) -> None:
    steps = {row["step"]: row for row in rows(ran, "attrition")}
    with_decile = children(ran).filter(pl.col("deprivation_decile").is_not_null())
    assert int(steps["deprivation"]["rows_in"]) == len(given[1]) + 1
    assert int(steps["deprivation"]["rows_out"]) == with_decile.height > 50
    assert steps["person links"]["rows_out"] == "1"


def test_findings_have_their_place(ran: Path) -> None:
    found = {
        (row["severity"], row["code"], row["file"], row["column"])
        for row in rows(ran, "issues")
        if row["file"] in ("a.csv", "b.csv", "sub/c.csv", "d.csv", "e.csv", "f.csv")
    }
    assert found == {
        ("error", "context-value", "a.csv", "decile"),
        ("error", "placeholder-identifier", "a.csv", "child_id"),
        ("error", "context-authority", "a.csv", "la_code"), ("note", "context-other-authority", "a.csv", ""),
        ("note", "context-duplicate", "a.csv", ""), ("note", "context-blank", "a.csv", "decile"),
        ("warning", "two-deciles", "a.csv", "decile"),
        ("error", "context-overlap", "b.csv", "age_from"), ("error", "context-value", "b.csv", "population"),
        ("note", "context-duplicate", "b.csv", ""), ("note", "context-other-authority", "b.csv", ""),
        ("error", "context-value", "sub/c.csv", "end"),
        ("note", "person-links-kept", "d.csv", ""), ("note", "area-not-carried", "e.csv", ""),
        ("note", "not-a-return", "f.csv", ""),
    }  # fmt: skip


def test_each_child_has_the_decile_of_its_first_row(ran: Path, given: tuple[Path, list[str]]) -> None:
    found = dict(children(ran).select("child_id", "deprivation_decile").rows())
    for place, child in enumerate(given[1]):
        assert found.get(child, place % 10 + 1) == place % 10 + 1
    assert found[given[1][2]] == 3, "the second row of this child said 7"


def test_dimensions_of_the_tables_are_there(ran: Path) -> None:
    found = {(row["dimension"], row["group"]) for row in rows(ran, "context")}
    assert {("deprivation", f"{n} to {n + 1}") for n in (1, 3, 5, 7, 9)} <= found
    assert {("school_holiday", "yes"), ("anchor_school_holiday", "no")} <= found
    mine = [row for row in rows(ran, "context") if row["dimension"] == "deprivation"]
    assert {row["reference_group"] for row in mine if int(row["n"]) > 200} <= {"9 to 10", ""}


def test_rates_stand_on_the_population(ran: Path) -> None:
    found = [row for row in rows(ran, "indicators") if row["indicator"] == "referral_rate"]
    assert [(row["to"], row["available"], row["denominator"]) for row in found] == [
        ("2024-03-31", "true", "50000"), ("2025-03-31", "true", "50000"),
    ]  # fmt: skip


def test_without_the_tables_there_is_none_of_this(
    given: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("without")
    for file in given[0].glob("cin_census_*.xml"):
        (folder / file.name).write_bytes(file.read_bytes())
    out = run(folder, folder / "out")
    assert not {"deprivation", "school_holiday"} & {row["dimension"] for row in rows(out, "context")}
    rate = [row for row in rows(out, "indicators") if row["indicator"] == "referral_rate"]
    assert {row["available"] for row in rate} == {"false"}
    assert children(out)["deprivation_decile"].null_count() == children(out).height


def test_indicators_by_group_add_up_to_the_indicator(ran: Path) -> None:
    whole = {
        row["indicator"]: (int(row["denominator"]), int(row["numerator"]))
        for row in rows(ran, "indicators")
        if row["to"] == "2025-03-31" and row["unit"] == "proportion" and row["denominator"]
    }
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows(ran, "context"):
        if row["measure"] in whole and not row["dimension"].startswith("assessment_"):
            n, matches = sums.get((row["measure"], row["dimension"]), (0, 0))
            sums[row["measure"], row["dimension"]] = n + int(row["n"]), matches + int(row["matches"])
    names = {"re_referral_12m", "nfa_pct", "assessment_45wd", "s47_to_icpc", "icpc_15wd", "cpp_repeat_ever"}
    assert names <= {measure for measure, _ in sums}
    assert len(sums) > 100
    for (measure, dimension), counts in sums.items():
        assert counts == whole[measure], (measure, dimension)


def test_pseudonyms_link_as_plain_identifiers_do(ran: Path, hidden: Path) -> None:
    assert rows(ran, "attrition") == rows(hidden, "attrition")
    counts = ("indicator", "to", "numerator", "denominator")
    plain, other = (
        [[row[name] for name in counts] for row in rows(out, "indicators")] for out in (ran, hidden)
    )
    assert plain == other
    columns = ("measure", "group", "n", "matches", "verdict")
    plain, other = (
        [[row[name] for name in columns] for row in rows(out, "context") if row["dimension"] == "deprivation"]
        for out in (ran, hidden)
    )
    assert plain == other and len(plain) > 30


def test_no_plain_identifier_is_left(hidden: Path, given: tuple[Path, list[str]]) -> None:
    texts = []
    for file in sorted(hidden.rglob("*")):
        if file.suffix == ".parquet":
            texts.append(pl.read_parquet(file).cast(pl.String, strict=False).write_csv())
        elif file.suffix in (".csv", ".json", ".html", ".yaml", ".txt"):
            texts.append(file.read_text(encoding="utf-8"))
    left = "\n".join(texts)
    assert CANARY not in left
    # Seven digits of an identifier may stand in a longer number by chance, so only whole words count.
    words = set(left.replace('"', " ").replace(",", " ").replace("\n", " ").replace(">", " ").split())
    assert not words & set(given[1])
    assert "person_id" in left, "the links are kept"
