import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from invented_run import CANARY, invented_frames
from report_made import report_of

from childjourneys.journeys.accounts import summarise_account
from childjourneys.reports.report import ReportData, render_report, write_report
from childjourneys.tables import DERIVED


def report_data(frames: dict[str, pl.DataFrame]) -> ReportData:
    return report_of(frames, notes=["A note of the run."])


@pytest.fixture(scope="module")
def data() -> ReportData:
    return report_data(invented_frames(300))


@pytest.fixture(scope="module")
def page(data: ReportData) -> str:
    return render_report(data)


class Elements(HTMLParser):
    """Every start tag in order, and the text in each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_it_runs_nothing_and_fetches_nothing(page: str) -> None:
    for tag, attributes in Elements(page).found:
        assert tag not in {
            "script",
            "link",
            "iframe",
            "object",
            "embed",
            "img",
            "base",
            "form",
            "image",
            "use",
        }
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"src", "srcset", "data", "action"}
            if name in {"href", "xlink:href"}:
                assert value and value.startswith("#")
    without_names = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    assert "://" not in without_names
    assert "@import" not in page
    assert "javascript:" not in page
    assert not re.search(r"url\((?!#)", page)


def test_it_holds_no_identifier(page: str) -> None:
    assert CANARY not in page
    assert CANARY.lower() not in page.lower()


def test_every_picture_has_a_title_a_description_and_a_table(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == page.count("<svg") >= 10
    for figure in figures:
        described_by = re.search(r'<figure[^>]* aria-describedby="caption-([a-z0-9-]+)"', figure)
        assert described_by and f'<table id="table-{described_by[1]}">' in page
        heading = re.search(r"<h3>(.+?)</h3>", figure)
        assert heading and re.search(r"\d", heading[1])
        opening = re.search(r"<svg[^>]*>", figure)
        assert opening and 'role="img"' in opening[0]
        assert re.search(r'<title id="[^"]+">[^<]+</title><desc id="[^"]+">[^<]+</desc>', figure)


def test_tables_have_captions_and_scopes(page: str) -> None:
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert len(tables) >= 8
    for table in tables:
        assert "<caption" in table
        assert all('scope="' in cell for cell in re.findall(r"<th(?: [^>]*)?>", table))
        assert re.search(r'<tr[^>]*><th scope="row">', table)


def test_ids_are_unique_and_every_reference_has_its_target(page: str) -> None:
    elements = Elements(page).found
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in elements:
        for name in ("aria-labelledby", "aria-describedby"):
            for target in (attributes.get(name) or "").split():
                assert target in ids
        if (attributes.get("href") or "").startswith("#"):
            assert str(attributes["href"])[1:] in ids
    for target in re.findall(r"url\(#([^)]+)\)", page):
        assert target in ids


def test_headings_are_in_order_and_landmarks_are_there(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Elements(page).found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    names = [tag for tag, _ in Elements(page).found]
    assert [names.count(name) for name in ("header", "main", "nav", "footer")] == [1, 1, 1, 1]
    assert Elements(page).all("html") == [{"lang": "en-GB"}]
    assert 'href="#main">Skip to main content' in page


def test_the_numbers_are_there(page: str, data: ReportData) -> None:
    total = data.summaries["reading_total"].row(0, named=True)
    assert f"Of {total['rows_in']:,} rows, {total['rows_out']:,} were loaded" in page
    assert "This adds up for every file and sheet." in page
    stages = data.summaries["stages"]
    for months in (3, 12):
        assert f"Within {months} months of {stages['n'][0]:,} contacts, as far as seen: a referral" in page
    assert "1 error (a row, sheet or file was set aside), 226 warnings" in page
    assert "A note of the run." in page
    assert "Contact: no return covers the days between 31 Mar 2024 and 30 Sep 2024." in page
    assert "Made with childjourneys 0.1.0 from returns up to 31 March 2025." in page


def test_rows_that_do_not_add_up_are_said_so(data: ReportData) -> None:
    wrong = data.attrition.with_columns(pl.col("rows_in") + pl.int_range(pl.len()).clip(0, 1))
    summaries = data.summaries | summarise_account(data.returns, wrong, data.issues)
    assert "This does NOT add up" in render_report(replace(data, attrition=wrong, summaries=summaries))


def test_two_runs_give_the_same_bytes(tmp_path: Path, data: ReportData) -> None:
    write_report(tmp_path / "a.html", data)
    write_report(tmp_path / "b.html", data)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_what_files_say_is_escaped(data: ReportData) -> None:
    bad = '<script>alert("x")</script>'
    issues = data.issues.with_columns(pl.lit(bad).alias("what"), pl.lit(bad).alias("column"))
    returns = data.returns.with_columns(pl.lit(bad).alias("file"))
    attrition = data.attrition.with_columns(pl.lit(bad).alias("sheet"))
    summaries = data.summaries | summarise_account(returns, attrition, issues)
    page = render_report(
        replace(
            data,
            title=bad,
            notes=[bad],
            returns=returns,
            issues=issues,
            summaries=summaries,
            authorities={"301": bad},
        )
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_run_that_found_nothing_still_has_a_report() -> None:
    page = render_report(report_data({name: table.empty() for name, table in DERIVED.items()}))
    assert "0 files were read." in page
    assert "No referral is inside coverage." in page
    assert "Nothing was found." in page


def test_without_contacts_it_starts_at_the_referral() -> None:
    frames = invented_frames(60)
    frames["coverage"] = frames["coverage"].filter(pl.col("source") != "annex_a")
    frames["returns"] = frames["returns"].filter(pl.col("kind") == "cin_census")
    page = render_report(report_data(frames))
    assert "What followed referrals" in page
    assert "No contacts are covered, so this starts at the referral." in page
    assert "The CIN census carries no contacts and no early help" in page
    assert "No return here tells when children started or ceased to be looked after." in page


def test_annex_a_alone_says_that_it_dates_no_plans() -> None:
    frames = invented_frames(60)
    frames["coverage"] = frames["coverage"].filter(~pl.col("kind").str.starts_with("cin_"))
    frames["returns"] = frames["returns"].filter(pl.col("kind") == "annex_a")
    page = render_report(report_data(frames))
    assert "No return here dates child in need plans." in page
    assert "One Annex A covers the six months up to 31 March 2025" in page
    assert "In no return here, so not counted: child in need plan starts." in page


def test_many_authorities_are_listed_and_not_drawn() -> None:
    frames = invented_frames(40)
    codes = [str(code) for code in range(301, 309)]
    for name in ("events", "spells", "lines", "children", "coverage"):
        frames[name] = pl.concat([frames[name].with_columns(pl.lit(code).alias("la_code")) for code in codes])
    data = replace(report_data(frames), authorities={code: f"Authority {code}" for code in codes})
    page = render_report(data)
    assert "picture-coverage" not in page
    assert "8 authorities" in page
    assert "Children and events by authority" in page
    assert CANARY not in page
