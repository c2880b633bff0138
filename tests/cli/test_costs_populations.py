"""`childjourneys costs OUT --populations FILE`: other numbers of children, costed beside the forecast."""

from __future__ import annotations

from pathlib import Path

import pytest
from costs_story import CATALOGUE, command, file_in, refused_here, rows_of, write_returns

TYPED = """\
year,month,placement,provider,children
,2025-04,foster,private,10
2025/26,,secure,own,1
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of returns: a forecast is refused."""
    folder = tmp_path_factory.mktemp("typed")
    command("run", write_returns(folder / "in"), "--out", folder / "out")
    return folder / "out"


def test_typed_populations_are_costed_though_there_is_no_forecast(run: Path, tmp_path: Path) -> None:
    mine = file_in(tmp_path, "mine.yaml", CATALOGUE)
    typed = file_in(tmp_path, "typed.csv", TYPED)
    done = command("costs", run, "--catalogue", mine, "--populations", typed)
    # 30 x 10 and 365 nights; no night in secure care of the authority's own was in the ledger.
    assert "No forecast for 821" in done.stdout
    assert "Populations typed in for 821: 665 nights, without a price 365." in done.stdout
    assert "no cost: secure, own." in done.stdout
    rows = rows_of(run / "in-team" / "cost_forecast.csv")
    assert list(rows[0])[-1] == "basis"
    assert {row["basis"] for row in rows} == {"typed in"}
    (foster,) = (row for row in rows if row["placement"] == "foster")
    assert (foster["month"], foster["provider"], foster["nights"]) == ("2025-04", "private", "300.0")
    # LONE alone was in a foster home of an agency, 351 nights: 421 a week are 21,110.14; an allowance of 10 a
    # night 3,510.00; keeping it, 11 + 17/31 months at 300, 3,464.52; the decision 700; a leaver's plan 1,274.
    # 30,058.66 / 351 is 85.637 a night; the grant is no part of it.
    assert (foster["night"], foster["cost"], foster["price_year"]) == ("85.64", "25691.16", "2024/25")
    secure = [row for row in rows if row["placement"] == "secure"]
    assert len(secure) == 12
    assert {row["cost"] for row in secure} == {""}
    page = (run / "in-team" / "costs.html").read_text(encoding="utf-8")
    assert "Populations typed in, beside the forecast of the same months" in page
    assert "365" in page


def test_a_fault_in_the_file_is_one_sentence_before_anything_is_priced(run: Path, tmp_path: Path) -> None:
    wrong = file_in(tmp_path, "typed.csv", TYPED.replace("secure", "locked"))
    said = refused_here("costs", run, "--populations", wrong)
    assert "typed.csv, row 3: placement (locked) is not known" in said
    other = file_in(
        tmp_path, "other.csv", "la_code,month,placement,provider,children\n9,2025-04,foster,own,1\n"
    )
    assert "other.csv, row 2: la_code (9) is none of the results" in refused_here(
        "costs", run, "--populations", other
    )
    assert "none.csv can't be read" in refused_here("costs", run, "--populations", tmp_path / "none.csv")
