"""What shareable/ says is what in-team/ says, but for what the rule hides; in every format alike."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from shared_example import Example, make_example

OUTCOMES = ("match", "no_match", "match_early", "too_recent", "not_seen_before", "left", "unusable")


def exact_outcomes(example: Example) -> dict[str, dict[str, Any]]:
    return {row["archetype"]: row for row in example.table("archetypes").iter_rows(named=True)}


def check(shown: object, exact: int, where: str) -> None:
    """As it is, or hidden; and hidden for sure where it is small."""
    assert shown in ("c", exact), where
    if 1 <= exact <= 5:
        assert shown == "c", where


def test_outcomes_are_exact_or_hidden(example: Example) -> None:
    exact = exact_outcomes(example)
    hidden = shown = 0
    for measure in example.measures:
        row = exact[measure["measure"]]
        if row["anchors"] is None:
            assert set(measure["outcomes"].values()) == {None}
            continue
        for outcome in (*OUTCOMES, "anchors"):
            check(measure["outcomes"][outcome], row[outcome], f"{measure['measure']} {outcome}")
            hidden += measure["outcomes"][outcome] == "c"
            shown += measure["outcomes"][outcome] != "c"
        check(measure["n"], row["match"] + row["no_match"], measure["measure"])
        check(measure["matches"], row["match"], measure["measure"])
    assert hidden > 20, "the example has too few small numbers to tell"
    assert shown > hidden


def test_groups_are_exact_or_hidden_and_their_rates_come_from_what_is_shown(example: Example) -> None:
    exact = {
        (row["measure"], row["dimension"], row["group"]): row
        for row in example.table("context").iter_rows(named=True)
    }
    seen = 0
    for measure in example.measures:
        for one in measure["strata"]:
            row = exact[measure["measure"], one["dimension"], one["group"]]
            where = f"{measure['measure']} {one['dimension']} {one['group']}"
            check(one["n"], row["n"], where)
            check(one["matches"], row["matches"], where)
            if 1 <= row["children"] <= 5:
                assert one["n"] == "c", f"{where}: few children"
            if row["n"] == row["matches"] > 0:
                assert one["matches"] == "c", f"{where}: all of them match"
            if "c" in (one["n"], one["matches"]):
                assert one["rate"] == "c", where
            elif one["n"]:
                assert one["rate"] == int(1000 * one["matches"] / one["n"] + 0.5) / 1000, where
            else:
                assert one["rate"] is None
            seen += 1
    assert seen > 500


def test_months_are_exact_or_hidden(example: Example) -> None:
    exact = {(row["measure"], row["month"]): row for row in example.table("trend").iter_rows(named=True)}
    for measure in example.measures:
        for one in measure["trend"]:
            row = exact[measure["measure"], one["month"]]
            check(one["n"], row["n"], f"{measure['measure']} {one['month']}")
            check(one["matches"], row["matches"], f"{measure['measure']} {one['month']}")
            assert one["complete"] == row["complete"]


def test_bins_hold_no_small_number_and_stand_only_beside_whole_outcomes(example: Example) -> None:
    found = 0
    for measure in example.measures:
        if not measure["bins"]:
            continue
        assert "c" not in measure["outcomes"].values()
        for one in measure["bins"]:
            numbers = [one[name] for name in ("at_risk", "events", "competing", "censored")]
            assert not any(1 <= number <= 5 for number in numbers)
        for first, then in zip(measure["bins"], measure["bins"][1:], strict=False):
            assert then["from_day"] == first["to_day"] + 1
            left = sum(first[name] for name in ("events", "competing", "censored"))
            assert then["at_risk"] == first["at_risk"] - left
        found += 1
    assert found


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def tables_of(page: str) -> dict[str, list[list[str]]]:
    """The tables of a page by caption, cells as text without commas between thousands."""
    found = {}
    for table in re.findall(r"<table.*?</table>", page, flags=re.S):
        caption = html.unescape(re.search(r"<caption.*?>(.*?)</caption>", table, flags=re.S)[1])  # type: ignore[index]
        rows = re.findall(r"<tr.*?</tr>", table, flags=re.S)[1:]
        found[caption] = [
            [
                re.sub(r"(?<=\d),(?=\d{3}\b)", "", html.unescape(re.sub(r"<[^>]+>", "", cell))).strip()
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S)
            ]
            for row in rows
        ]
    return found


def plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", str(value))


def as_number(text: str) -> str:
    return f"{float(text):g}" if re.fullmatch(r"-?\d+\.\d+", text) else text


def test_page_and_workbook_show_the_same_tables(example: Example) -> None:
    book, page = sheets(example.workbook), tables_of(example.page)
    contents = book["Contents"]
    assert contents[0] == ("sheet", "title", "measure", "la_code", "dimension", "period", "preset")
    assert {row[6] for row in contents[1:]} == {"dfe"}
    titles = [row[1] for row in contents[1:]]
    assert len(set(titles)) == len(titles) and set(titles) <= set(page)
    for sheet, title, *_ in contents[1:]:
        rows = book[str(sheet)]
        assert rows[0][0] == title
        width = len([heading for heading in rows[1] if heading is not None])
        told = [[as_number(cell) for cell in row] for row in page[str(title)]]
        assert told == [[as_number(plain(value)) for value in row[:width]] for row in rows[2:]], title


def test_tables_have_the_headings_of_the_design(example: Example) -> None:
    book = sheets(example.workbook)
    seen = set()
    for sheet, _title, measure, _la, dimension, *_ in book["Contents"][1:]:
        headings, last = book[str(sheet)][1], book[str(sheet)][-1][0]
        if dimension == "outcome" and measure in {one["measure"] for one in example.measures}:
            assert headings[:2] == ("outcome", "anchors") and last == "Total"
            seen.add("outcome")
        elif dimension in ("sex", "assessment_factor") and measure.startswith("missed"):
            assert headings[1:7] == ("n", "matches", "other", "rate %", "low %", "high %")
            assert last == ("All anchors" if dimension == "assessment_factor" else "Total")
            seen.add(dimension)
    assert seen == {"outcome", "sex", "assessment_factor"}


def test_pictures_hold_no_number_that_is_hidden(example: Example) -> None:
    """The texts of pictures, all of them, against the table that stands beside each."""
    book, pictures = sheets(example.workbook), 0
    tables = {str(row[1]): book[str(row[0])][2:] for row in book["Contents"][1:]}
    for figure in re.findall(r"<figure.*?</figure>", example.page, flags=re.S):
        title = html.unescape(re.search(r"<figcaption>(.*?)</figcaption>", figure, flags=re.S)[1])  # type: ignore[index]
        svg = re.search(r"<svg.*</svg>", figure, flags=re.S)[0]  # type: ignore[index]
        said = " ".join(re.findall(r">([^<>]+)<", svg)) + " ".join(
            re.findall(r'(?:aria-label|title)="([^"]*)"', svg)
        )
        rows = tables[title]
        if title.endswith("side by side"):
            # Places and limits of what is shown; what is hidden has no place, and no name, in the picture.
            hidden = {str(row[0]) for row in rows if row[3] == "c"}
            assert not hidden & set(re.findall(r">([^<>]+)<", svg)), title
        elif title.endswith("by outcome"):
            assert all(row[1] != "c" for row in rows), "a bar with a hidden part is not drawn"
        else:
            shown = {f"{value:.1f}%" for row in rows for value in row[1:] if isinstance(value, (int, float))}
            told = set(re.findall(r"\d+\.\d%", said)) - {"99.8%"}
            assert told <= shown, title
        pictures += 1
    assert pictures > 10


def test_nothing_shared_names_a_child_or_a_file(example: Example) -> None:
    texts = [example.page, (example.out / "shareable" / "pack.json").read_text(encoding="utf-8")]
    texts += [plain(value) for rows in sheets(example.workbook).values() for row in rows for value in row]
    whole = "\n".join(texts)
    children = example.table("journeys")["child_id"].cast(pl.String).to_list()
    files = {Path(str(name)).name for name in example.table("events")["file"].unique()}
    assert len(children) > 500 and files
    words = set(re.findall(r"[\w.-]+", whole))
    assert not words & set(children)
    assert not any(name in whole for name in files)


@pytest.mark.parametrize("preset, least", [("opensafely", 8), ("strict10", 10)])
def test_other_presets_hide_more(shared_folder: Path, example: Example, preset: str, least: int) -> None:
    other = make_example(shared_folder, preset)
    assert other.pack["preset"] == preset
    for measure in other.measures:
        counts = [measure["n"], measure["matches"], *measure["outcomes"].values()]
        counts += [one[name] for one in (*measure["strata"], *measure["trend"]) for name in ("n", "matches")]
        counts += [
            one[name] for one in measure["bins"] for name in ("at_risk", "events", "competing", "censored")
        ]
        shown = [count for count in counts if isinstance(count, int)]
        assert all(count >= least for count in shown), measure["measure"]
        if preset == "opensafely":
            assert all(count % 5 == 0 for count in shown)
    hidden = [sum(one["n"] == "c" for m in run.measures for one in m["strata"]) for run in (example, other)]
    assert hidden[1] > hidden[0]


def test_the_same_data_give_the_same_bytes(shared_folder: Path, example: Example, tmp_path: Path) -> None:
    (tmp_path / "returns").symlink_to(shared_folder / "returns")
    again = make_example(tmp_path)
    for name in ("report.html", "tables.xlsx", "pack.json"):
        assert (again.out / "shareable" / name).read_bytes() == (
            example.out / "shareable" / name
        ).read_bytes()
