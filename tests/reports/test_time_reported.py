"""Over time, how soon, other thresholds, adjusted groups: pictures, tables, and hidden numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from invented_findings import some_findings
from invented_run import invented_frames
from report_made import Tables, report_of

from childjourneys.archetypes.incidence import INCIDENCE
from childjourneys.archetypes.sensitivity import SENSITIVITY
from childjourneys.domain.proportions import proportion
from childjourneys.reports.chart_parts import scale_of
from childjourneys.reports.incidence_chart import incidence_svg, within_days
from childjourneys.reports.palette import INK, LINK, PAPER, QUIET
from childjourneys.reports.report import ReportData, render_report
from childjourneys.reports.time_section import incidence_table, trend_table
from childjourneys.reports.trend_chart import described, trend_svg
from childjourneys.tables import DERIVED

FIRST, OTHER = "missed_risk_at_assessment:without_care", "re_referral_12m_back"
SPACE = "{http://www.w3.org/2000/svg}"
Rows = list[dict[str, Any]]


def months(many: int, incomplete: int = 3, start: int = 2019 * 12) -> Rows:
    """Months with another rate each; the last ones are incomplete, the very last of all without an anchor."""
    rows: Rows = []
    for at in range(many):
        year, month = divmod(start + at, 12)
        n = 0 if at == many - 1 else 100 + at
        rows.append({"month": f"{year}-{month + 1:02}", "n": n, "matches": min(n, 5 + at % 11),
                     "complete": at < many - incomplete})  # fmt: skip
    frame = pl.DataFrame(rows).with_columns(**proportion(pl.col("matches"), pl.col("n")))
    return list(frame.iter_rows(named=True))


def days() -> Rows:
    numbers = ((30, 1204, 0.021, 0.014, 0.03, 0.004), (90, 1100, 0.064, 0.051, 0.08, 0.011),
               (180, 947, 0.143, 0.124, 0.164, 0.05))  # fmt: skip
    names = ("day", "at_risk", "incidence", "low", "high", "competing")
    return [dict(zip(names, one, strict=True)) for one in numbers]


def hidden(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("month", "day", "complete")
    return {name: value if name in kept else "c" for name, value in row.items()}


def framed(rows: Rows, table: str) -> pl.DataFrame:
    whole = [{**row, "measure": name, "la_code": "301"} for name in (FIRST, OTHER) for row in rows]
    return DERIVED[table].conform(pl.DataFrame(whole))


def sensitivity() -> pl.DataFrame:
    counts = {"anchors": 1530, "match": 172, "no_match": 1032, "match_early": 2, "too_recent": 85,
              "not_seen_before": 214, "left": 22, "unusable": 3, "n": 1204}  # fmt: skip
    row = {"measure": FIRST, "la_code": "301", "clause": "re_referral", "window": "6 months",
           "as_defined": True, "rate": 0.1429, "low": 0.1243, "high": 0.1637, **counts}  # fmt: skip
    longer = {**row, "window": "12 months", "as_defined": False, "too_recent": 321, "n": 968, "match": 151}
    every = {**row, "clause": "which", "window": "every", "as_defined": False}
    return pl.DataFrame([row, longer, every], schema=SENSITIVITY)


def adjusted() -> pl.DataFrame:
    row = {"measure": FIRST, "la_code": "301", "dimension": "ethnic_group_5", "group": "Asian",
           "reference_group": "White", "n": 240, "matches": 40, "raw_ratio": 1.5, "raw_low": 1.1,
           "raw_high": 2.04, "adjusted_ratio": 1.42, "adjusted_low": 1.03, "adjusted_high": 1.95,
           "adjusted_difference": 0.049, "difference_low": 0.004, "difference_high": 0.094,
           "adjusted_for": "age_group sex", "method": "m", "note": None}  # fmt: skip
    further = {**row, "adjusted_for": "age_group sex primary_need", "adjusted_ratio": 1.01,
               "adjusted_low": 0.72, "adjusted_high": 1.41, "adjusted_difference": 0.002,
               "difference_low": -0.041, "difference_high": 0.045}  # fmt: skip
    numbers = [
        name for name in row if name.startswith(("adjusted_", "difference_")) and name != "adjusted_for"
    ]
    few = {**row, "group": "Black", **dict.fromkeys(numbers), "note": "cannot tell: fewer than 10 anchors"}
    noted = {
        **row,
        "group": "Mixed",
        "note": "small levels put together: age_group; too few matches for: sex",
    }
    return pl.DataFrame([row, further, few, noted], schema=DERIVED["adjusted"].schema)


@pytest.fixture(scope="module")
def data() -> ReportData:
    return report_of(
        invented_frames(20),
        archetypes=some_findings(),
        trend=framed(months(63), "trend"),
        incidence=framed(days(), "incidence"),
        sensitivity=sensitivity(),
        adjusted=adjusted(),
    )


@pytest.fixture(scope="module")
def page(data: ReportData) -> str:
    return render_report(data)


def shares(drawn: str) -> list[float]:
    """Numbers that a picture draws, as words say them."""
    return [float(one) for one in re.findall(r"(\d+\.\d)%", drawn)]


def block(page: str, name: str) -> str:
    found = page[page.index(f'<h3 id="archetype-{name}"') :]
    return found[: found.index('<div class="block">') if '<div class="block">' in found else None]


def test_the_tables_say_what_the_files_say(page: str) -> None:
    tables = Tables(page).found
    rows = tables["table-archetype-missed-risk-at-assessment-301-trend"][1:]
    assert len(rows) == 63
    for row, month in zip(rows, months(63), strict=True):
        rate = "" if month["rate"] is None else f"{100 * month['rate']:.1f}"
        limits = "" if not rate else f"{100 * month['low']:.1f} to {100 * month['high']:.1f}"
        whole = "yes" if month["complete"] else "incomplete"
        assert row[1:] == [str(month["n"]), str(month["matches"]), rate, limits, whole]
    assert rows[0][0] == "Jan 2019" and rows[-1][0] == "Mar 2024"
    soon = tables["table-archetype-missed-risk-at-assessment-301-soon"]
    assert soon[1:] == [
        ["30", "1,204", "2.1", "1.4 to 3.0", "0.4"],
        ["90", "1,100", "6.4", "5.1 to 8.0", "1.1"],
        ["180", "947", "14.3", "12.4 to 16.4", "5.0"],
    ]


def test_long_tables_and_those_of_other_patterns_are_folded(page: str) -> None:
    first, other = block(page, "missed-risk-at-assessment"), block(page, "re-referral-12m-back")
    assert (
        first.count("<details>") == 1
        and "soon" not in first[first.index("<details>") :].split("</details>")[0]
    )
    assert other.count("<details>") == other.count("</details>") == 2
    assert 'viewBox="0 0 940 270"' in first and 'viewBox="0 0 450 150"' in other
    assert len(other) < 0.7 * len(first) + 20_000


def test_a_sentence_tells_how_soon(page: str) -> None:
    sentence = (
        "Within 180 days of the anchor, 14.3% show the pattern (12.4 to 16.4); 5.0% left or were ruled out."
    )
    assert page.count(sentence) == 2
    none = {**days()[0], "incidence": 0.0, "low": None, "high": None}
    assert within_days([none]).startswith("Within 30 days of the anchor, 0.0% show the pattern; 0.4%")
    assert within_days([*days()[:2], hidden(days()[2])]).startswith("Within 90 days")
    assert within_days([hidden(days()[0])]) == "How soon can't be told."


def test_every_picture_has_a_title_a_description_and_its_table(page: str) -> None:
    part = page[page.index('<section aria-labelledby="archetypes">') :]
    figures = re.findall(r'<figure[^>]*aria-describedby="caption-([^"]+)">(.*?)</figure>', part, re.S)
    kinds = [key.rpartition("-")[2] for key, _ in figures]
    assert kinds.count("trend") == kinds.count("soon") == 2
    for key, figure in figures:
        assert f'id="table-{key}"' in page and "<title" in figure and "<desc" in figure
        assert 'role="img"' in figure
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'(?:href="#|url\(#|aria-(?:labelledby|describedby)=")([^")]+)', page):
        assert target in ids
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    body = page[page.index("<body>") : page.index("</body>") + len("</body>")]
    ElementTree.fromstring(body.replace("&nbsp;", " "))


def marks(drawn: str) -> dict[str, list[str]]:
    """Paths by how they are drawn: hollow marks are drawn over in the colour of the paper."""
    found: dict[str, list[str]] = {"filled": [], "paper": [], "line": [], "dashed": []}
    for path in ElementTree.fromstring(drawn).iter(f"{SPACE}path"):
        look = path.attrib
        if look.get("stroke-linecap") == "round":
            found["paper" if look["stroke"] == PAPER else "filled"].append(look["d"])
        elif look.get("stroke-dasharray"):
            found["dashed"].append(look["d"])
        elif look.get("stroke") == LINK:
            found["line"].append(look["d"])
    return found


def test_incomplete_months_are_hollow_hatched_and_named_and_never_joined() -> None:
    rows = months(12)
    found = marks(trend_svg("k", rows, "H"))
    points = [d.count("M") for d in found["filled"]]
    # Complete months; incomplete ones with an anchor; then one of each in the key.
    assert points == [9, 2, 1, 1]
    assert [d.count("M") for d in found["paper"]] == [2, 1]
    assert [d.count("L") + 1 for d in found["line"]] == [9]
    assert found["dashed"] and "incomplete</text>" in trend_svg("k", rows, "H")
    assert "url(#k-hatch)" in trend_svg("k", rows, "H")
    whole = trend_svg("k", [{**row, "complete": True} for row in rows], "H", small=True)
    assert "incomplete" not in whole and not marks(whole)["dashed"]


def test_a_hidden_month_breaks_the_line_and_stands_nowhere() -> None:
    rows = months(24, incomplete=0)[:-1]
    odd = {"n": 777, "matches": 700, "rate": 0.9009, "low": 0.8777, "high": 0.9199}
    secret = {**rows[10], **odd}
    shown = trend_svg("k", [*rows[:10], secret, *rows[11:]], "H")
    assert "100%" in shown and "90.1%" in shown
    for row in (hidden(secret), {**hidden(secret), "rate": "c", "low": 0.8777, "high": 0.9199}):
        drawn = trend_svg("k", [*rows[:10], row, *rows[11:]], "H")
        assert [d.count("L") + 1 for d in marks(drawn)["line"]] == [10, 12]
        assert ">c</text>" in drawn and "1 month is hidden (c)" in drawn
        for number in ("90.", "87.", "91.9", "92.0", "777", "700", "100%", "60%"):
            assert number not in re.sub(r'(?:d|x|y|width|height|viewBox)="[^"]*"', "", drawn), number
        # Nothing else in the picture depends on what is hidden.
        other = trend_svg("k", [*rows[:10], hidden(rows[10]), *rows[11:]], "H")
        assert drawn == other
    table = trend_table("k", "C", [hidden(secret)])
    assert [cell.text for cell in table.rows[0][1:]] == ["c", "c", "c", "c", "yes"]


def test_hidden_days_stand_nowhere_either() -> None:
    secret = {**days()[1], "at_risk": 7777, "incidence": 0.8123, "low": 0.78, "high": 0.85, "competing": 0.11}
    rows = [days()[0], hidden(secret), days()[2]]
    for small in (False, True):
        drawn = incidence_svg("k", rows, "H", small=small)
        assert drawn == incidence_svg("k", [days()[0], hidden(days()[1]), days()[2]], "H", small=small)
        assert "by day 90 hidden (c)" in drawn and drawn.count(">c</text>") == 2
        assert {2.1, 14.3} <= set(shares(drawn)) and not {81.2, 78.0, 85.0, 11.0} & set(shares(drawn))
    table = incidence_table("k", "C", rows)
    assert [cell.text for cell in table.rows[1]] == ["90", "c", "c", "c", "c"]


def test_texts_of_numbers_draw_as_numbers_do() -> None:
    def written(rows: Rows) -> Rows:
        return [{k: None if v is None else str(v) for k, v in row.items()} for row in rows]

    assert trend_svg("k", written(months(30)), "H") == trend_svg("k", months(30), "H")
    assert incidence_svg("k", written(days()), "H") == incidence_svg("k", days(), "H")
    assert trend_table("k", "C", written(months(9))) == trend_table("k", "C", months(9))


def test_the_description_is_made_of_the_numbers() -> None:
    rows = months(12)
    said = described(rows)
    assert said.startswith("A point for each month from Jan 2019 to Dec 2019; 9 months of 12 can be followed")
    assert "lies between 5.0% (Jan 2019) and 12.0% (Sep 2019)" in said
    assert "The last of them: 12.0% (Sep 2019, 7.2 to 19.5)." in said
    assert described([]) == "No month is covered."
    blank = {**rows[0], "n": 0, "rate": None, "low": None, "high": None, "complete": False}
    assert described([blank]).endswith("0 months of 1 can be followed in full.")


@pytest.mark.parametrize("many", [1, 2, 13, 63, 240])
@pytest.mark.parametrize("small", [False, True])
def test_words_stay_inside_the_picture_and_apart(many: int, small: bool) -> None:
    root = ElementTree.fromstring(trend_svg("k", months(many, incomplete=min(3, many - 1)), "H", small=small))
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    boxes = []
    for text in root.iter(f"{SPACE}text"):
        size, words = float(text.attrib["font-size"]), text.text or ""
        long, at = len(words) * size * 0.52, float(text.attrib["x"])
        left = {"middle": at - long / 2, "end": at - long}.get(text.attrib.get("text-anchor", ""), at)
        assert left >= -1 and left + long <= width + 2 and float(text.attrib["y"]) <= height, words
        boxes.append((left, float(text.attrib["y"]), left + long, size, words))
    for one in boxes:
        for other in boxes:
            if one < other and abs(one[1] - other[1]) < min(one[3], other[3]) * 0.9:
                assert one[2] <= other[0] + 1 or other[2] <= one[0] + 1, (one[4], other[4])


def test_a_scale_holds_its_values_and_starts_at_nothing() -> None:
    assert scale_of([]) == (0.05, 0.01) and scale_of([0.05]) == (0.05, 0.01)
    assert scale_of([0.051])[0] == 0.1 and scale_of([1.0]) == (1.0, 0.2)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_marks_stand_out_from_the_paper() -> None:
    for colour in (LINK, QUIET, INK):
        assert (luminance(PAPER) + 0.05) / (luminance(colour) + 0.05) >= 3


def test_other_thresholds_stand_in_a_table(page: str, data: ReportData) -> None:
    rows = Tables(page).found["table-archetype-missed-risk-at-assessment-301-windows"]
    assert rows[0][-2:] == ["Too recent", "Not seen before"]
    assert rows[1] == ["re-referral", "6 months (as defined)", "1,530", "1,204", "172", "14.3",
                       "12.4 to 16.4", "85", "214"]  # fmt: skip
    assert rows[2][1] == "12 months" and rows[2][-2] == "321"
    assert rows[3][:2] == ["which anchors of a child", "every"]
    assert "A longer window leaves more recent cases out" in page
    assert "archetype-re-referral-12m-back-301-windows" not in page
    assert "looks back farther" not in page
    back = sensitivity().with_columns(not_seen_before=pl.Series([214, 300, 214]))
    assert "looks back farther" in render_report(replace(data, sensitivity=back))


def test_adjusted_groups_stand_beside_raw_ones_with_the_choice_they_make(page: str) -> None:
    rows = Tables(page).found["table-archetype-missed-risk-at-assessment-301-adjusted"]
    assert rows[1] == ["ethnic group 5: Asian", "240", "40", "White", "1.50 (1.10 to 2.04)",
                       "1.42 (1.03 to 1.95)", "1.01 (0.72 to 1.41)", "0.2 (-4.1 to 4.5)", ""]  # fmt: skip
    assert rows[2][5:] == ["cannot tell", "", "", "fewer than 10 anchors"]
    assert rows[3][-1] == "too few matches for: sex"
    assert "Equal rates given recorded need: need is recorded by the same services" in page
    assert "Not known here, so not adjusted for: deprivation decile." in page


def test_a_report_without_these_frames_says_nothing_of_them(data: ReportData) -> None:
    bare = replace(data, trend=None, incidence=None, sensitivity=None, adjusted=None)
    page = render_report(bare)
    section = page[page.index('<section aria-labelledby="archetypes">') :]
    for words in ("-trend", "-soon", "-windows", "Equal rates given", "<details>"):
        assert words not in section
    empty = pl.DataFrame(schema=INCIDENCE)
    assert "-soon" not in render_report(replace(bare, incidence=empty))


def test_several_authorities_are_named_in_headings(data: ReportData) -> None:
    assert data.trend is not None
    both = pl.concat([data.trend, data.trend.with_columns(la_code=pl.lit("302"))])
    findings = [one for code in ("301", "302") for one in some_findings(code)]
    names = {"301": "Alderton", "302": "Beckford"}
    page = render_report(replace(data, archetypes=findings, authorities=names, trend=both))
    assert "<h4>Alderton: over time</h4>" in page and "<h4>Beckford: over time</h4>" in page
    assert "Potentially missed risk at assessment, Beckford: rate by month" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
