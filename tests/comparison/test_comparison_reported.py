"""Funnels in the report of a run."""

from __future__ import annotations

import re

from childjourneys.comparison.funnel import Unit, funnel
from childjourneys.comparison.of_a_run import MeasureFunnel
from childjourneys.reports.comparison_section import comparison_section
from childjourneys.reports.report import render_page

NAMES = {"301": "Barking and Dagenham", "302": "Barnet"}
TITLES = {"repeat_cpp": "A further plan", "icpc_late": "Late conference"}
TWO = MeasureFunnel(
    "repeat_cpp", "", funnel([Unit("301", 400, 40), Unit("302", 100, 30)]), frozenset({"302"})
)
TEAMS = MeasureFunnel("repeat_cpp", "301", funnel([Unit("<b>North</b>", 60, 9), Unit("South", 40, 6)]))
SMALL = MeasureFunnel("icpc_late", "301", funnel([Unit("North", 60, 9), Unit("South", 4, 1)]))


def test_authorities_then_teams_each_with_a_table() -> None:
    section = comparison_section([TWO, TEAMS, SMALL], TITLES, NAMES)
    assert section is not None
    (block,) = section.blocks
    first, second = block.parts
    assert first.figures[0].heading == (
        "A further plan, 2 authorities: 1 beyond the 99.8% limits and 1 more beyond the 95% limits"
    )
    assert second.figures[0].heading == (
        "A further plan, 2 teams of Barking and Dagenham: none beyond the limits"
    )
    assert [cell.text for cell in first.tables[0].rows[1]] == [
        "302 Barnet", "100", "30", "30.0", "7.9 to 21.4", "5.2 to 26.3",
        "beyond 99.8%, grey: returns too short",
    ]  # fmt: skip
    assert "Plain limits, for chance alone" in first.text[0]
    assert section.tables[0].caption == "1 mark of 6 beyond the 99.8% limits, all patterns together"
    assert "Too few anchors for a picture: Late conference." in section.text[-1]


def test_of_teams_those_pictures_that_have_something_to_show() -> None:
    far = MeasureFunnel("icpc_late", "301", funnel([Unit("North", 400, 40), Unit("South", 100, 30)]))
    near = MeasureFunnel("cin_drift", "301", funnel([Unit("North", 60, 9), Unit("South", 40, 6)]))
    section = comparison_section([TEAMS, far, near], TITLES, NAMES)
    assert section is not None
    assert [block.heading for block in section.blocks] == ["A further plan", "Late conference"]
    assert "none of them is beyond the 99.8% limits: cin_drift." in section.text[-1]


def test_with_many_authorities_teams_are_left_to_the_file() -> None:
    many = {str(code): str(code) for code in range(301, 306)}
    section = comparison_section([TWO, TEAMS], TITLES, many)
    assert section is not None
    assert len(section.blocks[0].parts) == 1
    assert "teams are in comparison.csv only" in section.text[-1]


def test_nothing_gives_no_part() -> None:
    assert comparison_section([], TITLES, NAMES) is None


def test_marks_can_be_reached_and_names_are_text() -> None:
    section = comparison_section([TWO, TEAMS], TITLES, NAMES)
    assert section is not None
    page = render_page("Title", [section], subtitle="", tiles=[], notice=("a", "b"), closing="c")
    assert len(re.findall(r'<g tabindex="0" role="img" aria-label=', page)) == 4
    assert "<b>North" not in page and "&lt;b&gt;North" in page
    assert (
        'aria-label="Barnet: 30.0% (30 of 100), beyond the 99.8% limits, its returns are too short"' in page
    )


def test_rates_of_none_and_one_anchor_can_be_drawn() -> None:
    edge = MeasureFunnel(
        "repeat_cpp", "", funnel([Unit("301", 10, 0), Unit("302", 10, 0), Unit("303", 1, 1)])
    )
    section = comparison_section([edge], TITLES, NAMES)
    assert section is not None
    picture = str(section.blocks[0].parts[0].figures[0].picture)
    assert "nan" not in picture and "inf" not in picture.replace("inside", "")
