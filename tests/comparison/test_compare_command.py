"""`childjourneys compare` as people type it: from packs alone to files, or one sentence why not."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from invented_packs import MISSED, authority, pack, part, write
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from childjourneys.cli import build_app
from childjourneys.comparison.pack import Count
from childjourneys.issues import ChildJourneysError, NothingUsable, UsageError

CODES = [f"{number}" for number in range(301, 313)]
HIGH = "307"
COLUMNS = [
    "measure", "unit", "n", "matches", "rate", "shrunk_rate", "low95", "high95", "low998", "high998",
    "dispersion", "outside",
]  # fmt: skip


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), ["compare", *map(str, arguments)])


def refused(*arguments: str | Path) -> ChildJourneysError:
    found = run(*arguments).exception
    assert isinstance(found, ChildJourneysError), found
    assert "\n" not in str(found)
    return found


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "comparison.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve authorities whose rates differ a little, as authorities do, and one with twice the rate."""
    folder = tmp_path_factory.mktemp("twelve")
    random = np.random.default_rng(20)
    for code in CODES:
        n = int(random.integers(300, 4000))
        rate = 0.36 if code == HIGH else 0.18 + random.normal(0, 0.01)
        few: Count = "c" if code == "305" else 60
        parts = [part(n, int(random.binomial(n, rate))), part(few, "c" if code == "305" else 12, MISSED)]
        parts[0] = part(4321, 777) if code == "301" else parts[0]
        short = part(90, 20, MISSED, months=5)
        made = authority(code, parts[0], short if code == "309" else parts[1])
        write(folder / code / "shareable", pack=pack(made))
    return folder


@pytest.fixture(scope="module")
def compared(twelve: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "below"
    found = run(twelve, "--out", out)
    assert found.exit_code == 0, found.output
    assert "12 authorities from 12 packs: 2 of 2 measures compared." in found.output
    assert f"Beyond the 99.8% limits: {HIGH}, re_referral_12m_back" in found.output
    return out


def test_one_with_twice_the_rate_stands_out_and_no_other_does(compared: Path) -> None:
    found = [row for row in rows(compared) if row["measure"] == "re_referral_12m_back"]
    assert [row["unit"] for row in found] == CODES, "by authority, never by rate"
    assert [row["unit"] for row in found if row["outside"] == "99.8"] == [HIGH]
    assert all(row["dispersion"] == found[0]["dispersion"] and row["shrunk_rate"] for row in found)


def test_the_same_packs_give_the_same_files(twelve: Path, compared: Path, tmp_path: Path) -> None:
    packs = sorted(twelve.rglob("*.json"), reverse=True)
    assert run(*packs, "--out", tmp_path).exit_code == 0
    for name in ("comparison.csv", "comparison.html", "comparison.xlsx"):
        assert (tmp_path / name).read_bytes() == (compared / name).read_bytes(), name


def test_hidden_numbers_are_listed_and_stay_hidden(compared: Path) -> None:
    (row,) = [r for r in rows(compared) if r["unit"] == "305" and r["measure"] == MISSED.id]
    assert {name: row[name] for name in COLUMNS[2:5]} == {"n": "c", "matches": "c", "rate": "c"}
    assert row["low95"] == row["high998"] == row["outside"] == "c"
    page = (compared / "comparison.html").read_text(encoding="utf-8")
    assert "Its numbers are hidden" in page
    block = page[page.index('id="measure-2"') :]
    picture = block[block.index("<svg") : block.index("</svg>")]
    assert "Barnet: 20.0% (12 of 60)" in picture
    assert "Bromley" not in picture and ">305<" not in picture


class Page(HTMLParser):
    """What a page loads or runs, and its tables by caption."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.risky: list[str] = []
        self.figures = self.tables = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.figures += tag == "figure"
        self.tables += tag == "table"
        for name, value in attributes:
            if (
                name.startswith("on")
                or name in ("src", "srcset")
                or (name == "href" and (value or "#")[0] != "#")
            ):
                self.risky.append(f"{tag} {name}={value}")


def test_the_page_runs_nothing_and_loads_nothing(compared: Path) -> None:
    text = (compared / "comparison.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.risky == []
    assert not page.tags & {"script", "link", "iframe", "object", "img", "form"}
    assert "@import" not in text and "url(http" not in text
    assert page.figures == 2 and page.tables == 5, "each picture has its table; packs, summary, not beside"
    assert len(re.findall(r"<svg[^>]*aria-labelledby", text)) == text.count("<desc") == 2
    assert "nothing here is ranked" in text
    assert "Grey: 309 Haringey. The returns there cover fewer months" in text


def test_numbers_of_the_page_are_published_ones(compared: Path) -> None:
    table = (compared / "comparison.html").read_text(encoding="utf-8")
    assert "4,321" in table and "18.0" in table
    for inside in ("undated", "2024-04", "621,880", "referral_count"):
        assert inside not in table, "only what is compared is taken over"


def test_the_workbook_has_the_same_rows(compared: Path) -> None:
    book = CalamineWorkbook.from_path(compared / "comparison.xlsx")
    assert book.sheet_names == ["Comparison", "Not beside the others", "Packs", "Read me"]
    sheet = book.get_sheet_by_name("Comparison").to_python()
    assert sheet[0] == COLUMNS
    assert [[row[0], row[1]] for row in sheet[1:]] == [
        [row["measure"], row["unit"]] for row in rows(compared)
    ]


def test_unlike_packs_are_refused_with_the_reason(tmp_path: Path) -> None:
    one, two = pack(authority("301")), pack(authority("302"), tie_rule="as written")
    error = refused(*write(tmp_path, one=one, two=two), "--out", tmp_path / "out")
    assert isinstance(error, NothingUsable)
    assert "302: Events of one day are in another order (as written, not " in str(error)
    assert not (tmp_path / "out").exists()
    three = pack(authority("303"))
    assert run(*write(tmp_path, one=one, two=two, three=three), "--out", tmp_path / "out").exit_code == 0
    assert [row["unit"] for row in rows(tmp_path / "out")] == ["301", "303"]
    assert "as written, not " in (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")


def test_a_spread_that_is_given_widens_the_limits(tmp_path: Path) -> None:
    packs = write(
        tmp_path, one=pack(authority("301", part(900, 100))), two=pack(authority("302", part(900, 300)))
    )
    for options, outside in (
        ([], {"99.8"}), (["--spread", "0.05,0.6"], {"none"}),
        (["--spread", "re_referral_12m_back=0.05,0.6"], {"none"}),
    ):  # fmt: skip
        assert run(*packs, "--out", tmp_path, *options).exit_code == 0
        assert {row["outside"] for row in rows(tmp_path)} == outside
    assert "that was given" in (tmp_path / "comparison.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wrong", ["0.3,0.1", "10,30", "0.1", "x,y", "nan,0.3", "0.1,0.2,0.3", "nothing=0.1,0.3"]
)
def test_a_wrong_spread_is_one_sentence(wrong: str, tmp_path: Path) -> None:
    packs = write(tmp_path, one=pack(authority("301")), two=pack(authority("302")))
    error = refused(*packs, "--out", tmp_path, "--spread", wrong)
    assert isinstance(error, UsageError) and "--spread" in str(error)


def test_the_same_authority_twice_is_refused(tmp_path: Path) -> None:
    packs = write(tmp_path, one=pack(authority("301")), two=pack(authority("301")))
    error = refused(*packs, "--out", tmp_path)
    assert isinstance(error, UsageError) and "give each once" in str(error)
    assert (
        run(
            packs[0], packs[0], write(tmp_path / "b", b=pack(authority("302")))[0], "--out", tmp_path
        ).exit_code
        == 0
    )


def test_one_authority_is_no_comparison(tmp_path: Path) -> None:
    error = refused(*write(tmp_path, one=pack(authority("301"))), "--out", tmp_path)
    assert isinstance(error, UsageError) and "only 301" in str(error)


def test_what_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"made_with": "x"}', encoding="utf-8")
    assert isinstance(refused(tmp_path, "--out", tmp_path / "out"), NothingUsable)
    error = refused(tmp_path / "manifest.json", "--out", tmp_path / "out")
    assert isinstance(error, UsageError) and "is no pack" in str(error)
    assert "does not exist" in str(refused(tmp_path / "none", "--out", tmp_path / "out"))
    write(tmp_path / "packs", one=pack(authority("301")), two=pack(authority("302")))
    found = run(tmp_path, "--out", tmp_path / "out")
    assert found.exit_code == 0
    assert "manifest.json is no pack and was left alone." in found.output


def test_names_that_look_like_formulas_or_tags_are_text(tmp_path: Path) -> None:
    names = ["<b>x</b>", "=1+1", "@SUM(A1)"]
    packs = {
        f"p{at}": pack(authority(name), made_with="<script>alert(1)</script>")
        for at, name in enumerate(names)
    }
    assert run(*write(tmp_path, **packs), "--out", tmp_path / "out").exit_code == 0
    assert [row["unit"] for row in rows(tmp_path / "out")] == ["<b>x</b>", "'=1+1", "'@SUM(A1)"]
    text = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "<b>" not in text and "<script" not in text
    with (tmp_path / "out" / "comparison.xlsx").open("rb") as file:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_name("Comparison").to_python()
    assert [row[1] for row in sheet[1:]] == ["<b>x</b>", "=1+1", "@SUM(A1)"]


def test_a_broken_pack_in_a_folder_is_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path, one=pack(authority("301")), two=pack(authority("302")))
    text = pack(authority("303")).to_json()
    (tmp_path / "three.json").write_text(text[:-40], encoding="utf-8")
    error = refused(tmp_path, "--out", tmp_path / "out")
    assert isinstance(error, UsageError) and "three.json" in str(error)


def test_exit_codes(tmp_path: Path) -> None:
    one, two = write(tmp_path, one=pack(authority("301")), two=pack(authority("302")))
    (other,) = write(tmp_path, other=pack(authority("302"), calendar="none"))
    for packs, code in (((one, two), 0), ((one, other), 1), ((one,), 2)):
        done = subprocess.run(
            [sys.executable, "-m", "childjourneys", "compare", *packs, "--out", tmp_path / "out"],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
