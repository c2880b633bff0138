import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from invented_findings import finding, some_findings
from invented_run import CANARY, invented_frames
from report_made import BARKING, Row, Tables, report_of

from childjourneys.archetypes.evaluate import OUTCOMES
from childjourneys.archetypes.findings import Finding
from childjourneys.reports.archetype_words import MEANINGS, rate_sentences, way_of_counting
from childjourneys.reports.outcome_bar import outcome_bar_svg
from childjourneys.reports.report import ReportData, render_report


def data_of(findings: list[Finding], authorities: dict[str, str]) -> ReportData:
    return report_of(invented_frames(20), authorities, archetypes=findings)


@pytest.fixture(scope="module")
def data() -> ReportData:
    return data_of(some_findings(), BARKING)


@pytest.fixture(scope="module")
def page(data: ReportData) -> str:
    return render_report(data)


def section(page: str) -> str:
    return page[page.index('<section aria-labelledby="archetypes">') :]


def row(rows: list[Row], first: str) -> Row:
    [found] = [one for one in rows if one[0].startswith(first)]
    return found


def test_nothing_is_said_without_archetypes(data: ReportData) -> None:
    page = render_report(replace(data, archetypes=()))
    assert 'id="archetypes"' not in page and "archetype-" not in page


def test_it_stands_after_the_journeys_and_missed_risk_is_first(page: str) -> None:
    links = re.findall(r'<li><a href="#([a-z-]+)">', page)
    assert links.index("archetypes") > links.index("common")
    rows = Tables(page).found["table-archetypes"]
    assert rows[1][0] == "Potentially missed risk at assessment, counted without care"
    blocks = re.findall(r'<h3 id="(archetypes?-[a-z0-9-]+)">', page)
    assert blocks == [
        "archetype-missed-risk-at-assessment",
        "archetype-re-referral-12m-back",
        "archetype-nfa-then-re-referral",
        "archetypes-other-ways",
    ]


def test_the_summary_has_every_number_beside_its_rate(page: str) -> None:
    rows = Tables(page).found["table-archetypes"]
    assert rows[0] == [
        "Pattern", "Followed in full", "Show the pattern", "Rate %", "95% interval",
        "Already there, not in the rate", "Too recent", "Not seen before", "Left", "Not decided",
        "Months needed", "Months there",
    ]  # fmt: skip
    missed = row(rows, "Potentially missed risk")
    assert missed[1:] == [
        "1,204", "172", "14.3", "12.4 to 16.4", "2", "85", "214", "22", "3", "9", "48",
    ]  # fmt: skip
    assert len(rows) == 7


def test_a_measure_that_is_not_available_is_never_a_zero(page: str) -> None:
    tables = Tables(page).found
    found = row(tables["table-archetypes"], "Three or more placements")
    assert found[1:] == ["not available", "", "", "", "", "", "", "", "", "9", ""]
    lacking = tables["table-archetypes-missing"]
    assert row(lacking, "Three or more placements")[1] == "placements (SSDA903)"
    assert "archetype-placements" not in page
    assert "missing_repeat:with_absences" not in page


def test_without_anchors_followed_in_full_there_is_no_rate(page: str) -> None:
    rows = Tables(page).found["table-archetypes"]
    assert row(rows, "No further action")[1:5] == ["0", "0", "no rate", ""]
    assert row(rows, "Care leaver")[1:5] == ["0", "0", "no rate", ""]
    assert (
        "There is no rate: of 74 referrals, none could be followed in full. One anchor needs 9 months of"
        " returns, and 48 months are there without a break. audit_list.xlsx offers the cases: it lists the 5"
        " that show the pattern already."
    ) in page
    assert "archetype-care-leaver" not in page


@pytest.mark.parametrize(
    ("changes", "early", "told"),
    [
        ({}, 1, "it lists the one that shows the pattern already."),
        ({}, 0, "audit_list.xlsx offers cases once they show the pattern; none does so far."),
        ({"list_for_audit": "all"}, 0, "it lists every one."),
    ],
)
def test_the_audit_list_is_pointed_to_as_it_is(changes: dict[str, object], early: int, told: str) -> None:
    found = finding("nfa_then_re_referral", (0, 0, early, 7, 0, 0, 0), **changes)  # type: ignore[arg-type]
    assert rate_sentences(found)[0].endswith(told)


def test_the_sentence_says_the_numbers_and_how_they_were_counted(page: str) -> None:
    assert (
        "Of 1,204 first completed assessments that we could follow in full, 172 (14.3%, 95% interval 12.4 to"
        " 16.4) show the pattern."
    ) in page
    assert (
        "Of all 1,530, these are not in the rate: 2 already there but not followed in full, 85 too recent,"
        " 214 reaching back before the returns begin, 22 of children who left first and 3 with a fault in the"
        " data."
    ) in page
    assert (
        "Shown here: counted without care (missed_risk_at_assessment:without_care in archetypes.csv)." in page
    )
    assert "<strong>Not a judgement.</strong> Circumstances change." in page
    assert "<li>Counted without starts of care.</li>" in page


def test_one_and_none_are_said_well() -> None:
    one = rate_sentences(finding("icpc_late", (1, 0, 0, 0, 0, 0, 0)))
    assert one[0].startswith("Of 1 initial conference that we could follow in full, 1 (100.0%,")
    assert one[0].endswith("shows the pattern.")
    assert "0 too recent" in one[1]
    none = rate_sentences(finding("cpp_2y_open", (0, 9, 0, 0, 0, 0, 0)))
    assert none[0].startswith("Of 9 children on a 31 March that we could follow in full, 0 (0.0%,")


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("a", ""),
        ("a:without_care", "without care"),
        ("a:without_cin_plan_and_lac_start", "without child in need plans and starts of care"),
        ("a:by_decision", "by what assessments decided, in place of dated child in need plans"),
        ("a:then_plan", "then plan"),
    ],
)
def test_ways_of_counting_have_words(measure: str, words: str) -> None:
    assert way_of_counting(measure) == words


def test_the_bar_says_what_its_table_says(page: str) -> None:
    tables = Tables(page).found
    figures = re.findall(
        r'<figure aria-describedby="caption-([a-z0-9-]+)">(.*?)</figure>', section(page), re.S
    )
    assert [key for key, _ in figures] == [
        "archetype-missed-risk-at-assessment-301",
        "archetype-re-referral-12m-back-301",
        "archetype-nfa-then-re-referral-301",
    ]
    for key, figure in figures:
        rows = tables[f"table-{key}"]
        assert rows[0] == ["outcome", "anchors", "what it means"]
        assert [one[0] for one in rows[1:]] == [*OUTCOMES, "Total"]
        assert sum(int(one[1].replace(",", "")) for one in rows[1:-1]) == int(rows[-1][1].replace(",", ""))
        said = re.findall(r"<text[^>]*>([^<]+)</text>", figure)
        described = re.search(r"<desc[^>]*>([^<]+)</desc>", figure)
        assert described
        for outcome, n, _ in rows[1:-1]:
            label = f"{outcome.replace('_', ' ')} {n}"
            assert label in said and label in described[1]


def test_the_bar_is_as_wide_as_its_numbers() -> None:
    drawn = outcome_bar_svg("k", dict(zip(OUTCOMES, (25, 50, 0, 25, 0, 0, 0), strict=True)), "Heading")
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    bars = [group.find(f"{space}rect") for group in root.findall(f"{space}g")]
    widths = [float(bar.attrib["width"]) for bar in bars if bar is not None]
    assert widths == pytest.approx([234.5, 469, 234.5])
    fills = {bar.attrib["fill"] for bar in bars if bar is not None}
    assert len(fills) == 3 and "url(#k-too_recent)" in fills
    texts = [text.text for text in root.iter(f"{space}text")]
    assert "75 in the rate" in texts and "25 not in the rate" in texts


def test_a_bar_of_nothing_is_drawn() -> None:
    assert "match 0" in outcome_bar_svg("k", dict.fromkeys(OUTCOMES, 0), "Heading")


def test_every_outcome_has_a_meaning() -> None:
    assert tuple(MEANINGS) == OUTCOMES


def test_other_ways_stand_at_the_end_and_are_not_compared(page: str) -> None:
    rows = Tables(page).found["table-archetypes-other"]
    assert [one[2] for one in rows[1:]] == ["missed_risk_at_assessment", "nfa_then_re_referral:then_plan"]
    assert rows[1][1] == "as the definition says" and rows[1][3:] == ["0", "0", "no rate", ""]
    assert rows[2][3:6] == ["20", "4", "20.0"]
    assert "they are never compared with each other" in page


def test_the_page_is_still_whole_and_runs_nothing(page: str) -> None:
    assert "<script" not in page and "javascript:" not in page and CANARY not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'(?:href="#|url\(#|aria-(?:labelledby|describedby)=")([^")]+)', page):
        assert target in ids
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    body = page[page.index("<body>") : page.index("</body>") + len("</body>")]
    ElementTree.fromstring(body.replace("&nbsp;", " "))
    for table in re.findall(r"<table.*?</table>", page, re.S):
        assert "<caption" in table and 'scope="col"' in table


def test_the_words_of_a_definition_are_escaped() -> None:
    bad = "<script>alert(1)</script>"
    found = finding("icpc_late", (1, 2, 0, 0, 0, 0, 0), title=bad, why=bad, definition=bad, caveats=(bad,))
    other = finding("icpc_late", title=bad, measure="icpc_late:x", headline=False, missing=(bad,))
    page = render_report(data_of([found, other], {"301": "A"}))
    assert "<script" not in page and "&lt;script&gt;" in page


def test_a_few_authorities_have_a_part_each() -> None:
    findings = [one for code in ("301", "302") for one in some_findings(code)]
    page = render_report(data_of(findings, {"301": "Alderton", "302": "Beckford"}))
    rows = Tables(page).found["table-archetypes"]
    assert rows[0][:2] == ["Pattern", "Authority"]
    assert [one[1] for one in rows[1:3]] == ["Alderton", "Beckford"]
    missed = page[page.index('id="archetype-missed-risk-at-assessment"') :]
    assert re.findall(r"<h4>([^<]+)</h4>", missed)[:3] == ["Alderton", "Beckford", "What to bear in mind"]
    assert row(Tables(page).found["table-archetypes-missing"], "Three")[1] == "Alderton and Beckford"
    assert page.count("First means the first that the returns show") == 1
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_many_authorities_have_the_summary_only() -> None:
    codes = ("301", "302", "303", "304")
    page = render_report(data_of([one for code in codes for one in some_findings(code)], {}))
    assert "this page has the summary only" in page
    assert "picture-archetype" not in page and 'href="#archetype-' not in page
    assert len(Tables(page).found["table-archetypes"]) == 1 + 6 * 4
