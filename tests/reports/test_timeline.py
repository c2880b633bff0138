import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from childjourneys.domain.vocabulary import EVENT, EVENTS
from childjourneys.reports.palette import COLOURS, event_colour, event_shape
from childjourneys.reports.timeline import ChildJourney, default_anchor, journey_text, timeline_svg
from childjourneys.reports.timeline_layout import WIDTH, place_bars, place_marks, uncovered, window
from childjourneys.tables import DERIVED

SVG = "{http://www.w3.org/2000/svg}"
LAST = date(2025, 3, 31)


def journey(
    events: list[tuple[str, str]],
    spells: Sequence[tuple[str, str, str | None, str]] = (),
    covered: dict[str, list[tuple[str, str]]] | None = None,
    attributes: str | None = "{}",
) -> ChildJourney:
    """A child from (event, day), (kind, start, end, open) and covered ranges by kind."""
    place = {"la_code": "301", "source": "cin_census", "file": "cin.xml", "sheet": "CINdetails"}
    event_rows = [
        place
        | {
            "child_id": "A1",
            "date": date.fromisoformat(day),
            "event": event,
            "row": 10 + at,
            "attributes": attributes,
            "also_in": "a.xlsx|List 3|7" if event == "referral" else None,
        }
        for at, (event, day) in enumerate(events)
    ]
    spell_rows = [
        place
        | {
            "child_id": "A1",
            "kind": kind,
            "start": date.fromisoformat(start),
            "end": date.fromisoformat(end) if end else None,
            "open": is_open,
            "row": 50,
        }
        for kind, start, end, is_open in spells
    ]
    ranges = [
        {
            "la_code": "301",
            "kind": kind,
            "from": date.fromisoformat(first),
            "to": date.fromisoformat(last),
            "rule": "started_in",
            "source": "cin_census",
        }
        for kind, both in (covered or {}).items()
        for first, last in both
    ]
    return ChildJourney(
        "301",
        "A1",
        _frame("events", event_rows),
        _frame("spells", spell_rows),
        _frame("coverage", ranges),
        " -> ".join(f"[{day}/{event}]" for event, day in events),
        " -> ".join(EVENT[event].code for event, _ in events),
    )


def _frame(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    table = DERIVED[name]
    if not rows:
        return table.empty()
    given = {key for row in rows for key in row}
    return table.conform(
        pl.DataFrame(rows, schema={key: kind for key, kind in table.schema.items() if key in given})
    )


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_it_is_a_picture_with_a_title_and_the_same_events_in_words() -> None:
    svg = timeline_svg(
        journey(
            [("contact", "2024-09-01"), ("referral", "2024-10-02"), ("cpp_start", "2025-01-05")],
            [("cp_plan", "2025-01-05", None, "true")],
        )
    )
    root = parsed(svg)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == "Journey of child A1, 5 Jul 2023 to 5 Jan 2025"
    assert description is not None and description.text is not None
    assert (
        "1 Sep 2024: Contact; 2 Oct 2024: Referral; 5 Jan 2025: Child protection plan starts"
        in description.text
    )
    assert "Child protection plan from 5 Jan 2025, still open" in description.text
    assert "<script" not in svg


def test_every_mark_and_bar_can_be_reached_and_says_what_it_is() -> None:
    root = parsed(
        timeline_svg(
            journey(
                [("s47", "2025-01-05"), ("icpc", "2025-01-20")],
                [("s47_enquiry", "2025-01-05", "2025-01-20", "false")],
            )
        )
    )
    reached = [group for group in root.iter(f"{SVG}g") if group.get("tabindex") == "0"]
    assert [group.get("aria-label") for group in reached] == [
        "5 Jan 2025: Section 47 enquiry starts",
        "20 Jan 2025: Initial child protection conference",
        "Section 47 enquiry from 5 Jan 2025, to 20 Jan 2025",
    ]
    for group in reached:
        title = group.find(f"{SVG}title")
        assert title is not None and title.text == group.get("aria-label")


def test_codes_of_one_day_stand_in_different_rows() -> None:
    same_day = journey([("cin_end", "2025-01-05"), ("cpp_start", "2025-01-05"), ("cp_review", "2025-01-07")])
    marks = place_marks(same_day.events, window(date(2024, 6, 1)))["plan"]
    assert [mark.row for mark in marks] == [0, 1, 2]
    apart = journey([("cin_end", "2024-08-05"), ("cpp_start", "2025-01-05")])
    assert [mark.row for mark in place_marks(apart.events, window(date(2024, 6, 1)))["plan"]] == [0, 0]


def test_labels_stay_inside_the_picture() -> None:
    shown = window(date(2024, 6, 1))
    edge = journey([("icpc", "2025-06-01")], [("s47_enquiry", "2025-05-30", "2025-06-01", "false")])
    mark = place_marks(edge.events, shown)["enquiry"][0]
    assert mark.label_left
    assert place_bars(edge, shown)["enquiry"][0].place == "left"
    assert all(
        float(text.get("x", "0")) < WIDTH
        for text in parsed(timeline_svg(edge, shown.anchor)).iter(f"{SVG}text")
    )


def test_spells_are_cut_at_the_window_and_open_ones_run_to_the_end_of_coverage() -> None:
    child = journey(
        [("referral", "2025-03-01")],
        [
            ("looked_after", "2020-01-01", "2026-01-01", "false"),
            ("cp_plan", "2024-12-01", None, "true"),
            ("need_episode", "2024-10-01", "2025-01-01", "unknown"),
            ("assessment", "2019-01-01", "2019-02-01", "false"),
            ("assessment", "2024-12-01", "2024-12-01", "false"),
        ],
        {"cp_plan": [("2020-04-01", "2025-01-15")]},
    )
    shown = window(date(2024, 8, 1))
    bars = place_bars(child, shown)
    care = bars["care"][0]
    assert (care.left, care.right) == (shown.at(shown.first), shown.at(shown.last))
    assert care.cut_left and care.open == "cut"
    assert bars["plan"][0].right == shown.at(date(2025, 1, 15))
    assert bars["front_door"][0].open == "unknown"
    assert "ended by 1 Jan 2025, on a day not known" in bars["front_door"][0].words
    assert [bar.right - bar.left for bar in bars["assessment"]] == [3]
    assert "stroke-dasharray" in timeline_svg(child, shown.anchor)


def test_days_outside_coverage_are_shaded_whole_or_in_part() -> None:
    child = journey(
        [("referral", "2025-03-01")],
        covered={
            "referral": [("2023-04-01", "2024-06-30"), ("2024-08-01", "2025-03-31")],
            "contact": [("2024-10-01", "2025-03-31")],
        },
    )
    shown = window(date(2024, 3, 1))
    nothing, some = uncovered("front_door", child.coverage, shown)
    assert nothing == [(date(2024, 7, 1), date(2024, 7, 31))]
    assert some == [(date(2023, 9, 1), date(2024, 6, 30)), (date(2024, 8, 1), date(2024, 9, 30))]
    assert uncovered("care", child.coverage, shown) == ([(shown.first, shown.last)], [])
    svg = timeline_svg(child, shown.anchor)
    assert "No return tells about this lane: 1 Jul 2024 to 31 Jul 2024" in svg
    assert "Returns tell about a part of this lane only: 1 Aug 2024 to 30 Sep 2024" in svg
    assert "No return tells about these days" in svg


def test_a_window_in_which_nothing_happened_says_so() -> None:
    svg = timeline_svg(journey([("referral", "2025-03-01")]), anchor=date(2010, 1, 1))
    parsed(svg)
    assert "Nothing happened or was open in these 18 months." in svg
    assert "Events: none. Spells: none." in svg


def test_a_child_without_any_date_has_a_picture_that_says_so() -> None:
    nobody = journey([])
    assert default_anchor(nobody) is None
    assert "No event of this child has a date." in timeline_svg(nobody)
    assert journey_text(nobody).events == ()


def test_the_default_window_ends_at_the_last_event() -> None:
    child = journey([("contact", "2019-01-01"), ("referral", "2025-02-28")])
    assert default_anchor(child) == date(2024, 2, 28)
    assert window(date(2024, 2, 28)).last == date(2025, 2, 28)
    assert "12 months before the last event" in timeline_svg(child)
    given = timeline_svg(child, anchor=date(2025, 2, 28))
    assert "Day 0: 28 Feb 2025, Referral" in given


def test_the_same_child_gives_the_same_bytes() -> None:
    child = journey([("contact", "2024-09-01"), ("adopted", "2025-01-05")])
    assert timeline_svg(child) == timeline_svg(child)


def test_identifiers_and_attributes_are_escaped() -> None:
    child = journey([("contact", "2024-09-01")], attributes='{"team": "<b>&"}')
    svg = timeline_svg(ChildJourney("301", "<A&1>", child.events, child.spells, child.coverage, "", ""))
    assert "&lt;A&amp;1&gt;" in svg and "<b>" not in svg
    parsed(svg)


def test_every_event_type_can_be_drawn_in_a_colour_that_can_be_read() -> None:
    child = journey([(event.name, f"2024-{1 + at % 12:02d}-01") for at, event in enumerate(EVENTS)])
    svg = timeline_svg(child, anchor=date(2024, 1, 1))
    parsed(svg)
    for event in EVENTS:
        assert event_colour(event.name) in COLOURS.values()
        assert f">{event.code}</text>" in svg
        assert event_shape(event.name) in {"circle", "diamond", "square", "cross", "start", "end", "star"}
    for colour in COLOURS.values():
        assert contrast_on_white(colour) >= 4.5


def contrast_on_white(colour: str) -> float:
    """Contrast as WCAG 2 defines it."""
    channels = [int(part, 16) / 255 for part in re.findall("..", colour[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_the_text_has_every_event_with_its_place() -> None:
    child = journey(
        [("referral", "2025-03-01"), ("cin_start", "2025-03-01"), ("cin_end", "2025-03-11")],
        [("need_episode", "2025-03-01", None, "true"), ("assessment", "2025-03-02", "2025-03-09", "false")],
        attributes='{"referral_source": "6", "nfa": false, "basis": "need_episode", "child_age": -1}',
    )
    text = journey_text(child)
    assert text.heading == "Child A1, Barking and Dagenham (301)"
    assert text.reduced == "R -> CIN -> CIN|"
    assert [row[:4] for row in text.events] == [
        ("2025-03-01", "0", "R", "Referral"),
        ("2025-03-01", "0", "CIN", "Need episode starts (dates no plan)"),
        ("2025-03-11", "10", "CIN|", "Need episode ends (dates no plan)"),
    ]
    known = "referral source: Police (6); no further action: no; basis: need_episode; age: not yet born"
    assert text.events[0][5:] == (known, "cin.xml, CINdetails, 10", "a.xlsx, List 3, 7")
    assert text.spells == (
        ("Need episode (referral to closure)", "2025-03-01", "still open", "", "", "cin.xml, CINdetails, 50"),
        ("Assessment", "2025-03-02", "2025-03-09", "7", "", "cin.xml, CINdetails, 50"),
    )
    said = str(text)
    assert said.startswith("Child A1, Barking and Dagenham (301)\n3 events from 1 Mar 2025 to 11 Mar 2025.")
    for row in (*text.events, *text.spells):
        assert all(cell in said for cell in row)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        (None, ""),
        ("{}", ""),
        ('{"factors": ["NEG", "4B"]}', "factors: NEG, Mental health: a parent or carer (4B)"),
        ('{"category_of_abuse": "NEG"}', "category of abuse: Neglect (NEG)"),
        ('{"category_of_abuse": "ZZZ"}', "category of abuse: ZZZ"),
        ('{"child_age": 0, "number_of_previous_cpp": 0}', "age: 0; earlier protection plans: 0"),
    ],
)
def test_attributes_in_words(attributes: str | None, words: str) -> None:
    child = journey([("contact", "2025-03-01")], attributes=attributes)
    assert journey_text(child).events[0][5] == words


def in_care() -> ChildJourney:
    """Two placements, of which the second is known by its code, and a night away."""
    events = [
        ("placement_start", "2024-09-01"),
        ("missing_start", "2024-10-02"),
        ("lac_review", "2024-11-05"),
    ]
    spells = [
        ("placement", "2024-09-01", "2024-12-01", "false"),
        ("missing", "2024-10-02", "2024-10-04", "false"),
        ("placement", "2024-12-01", None, "true"),
    ]
    known = '{"placement_type": "K2", "missing_type": "A", "participation": "PN1"}'
    return journey(events, spells, attributes=known)


def test_bars_of_care_say_which_placement_it_was() -> None:
    bars = place_bars(in_care(), window(date(2024, 6, 1)))["care"]
    assert [bar.label for bar in bars] == ["Placement K2", "Missing A", "Placement"]
    assert bars[0].words == "Placement K2 (Children's home) from 1 Sep 2024, to 1 Dec 2024"
    assert "Away from placement without authorisation" in bars[1].words
    assert [row[0] for row in journey_text(in_care()).spells] == ["Placement K2", "Missing A", "Placement"]


def test_two_placements_that_began_on_one_day_have_no_code() -> None:
    child = journey(
        [("placement_start", "2024-09-01"), ("placement_start", "2024-09-01")],
        [("placement", "2024-09-01", "2024-09-01", "false"), ("placement", "2024-09-01", None, "true")],
        attributes='{"placement_type": "K2"}',
    )
    assert {bar.label for bar in place_bars(child, window(date(2024, 6, 1)))["care"]} == {"Placement"}


def test_the_words_of_a_picture_have_the_days_since_day_0_and_the_lane() -> None:
    svg = timeline_svg(in_care(), anchor=date(2024, 9, 1))
    description = parsed(svg).find(f"{SVG}desc")
    assert description is not None and description.text is not None
    assert description.text.endswith(
        "Placement starts, day 0, in Care; Missing episode starts, day 31, in Care;"
        " Looked-after review, day 65, in Care."
    )
    lanes = [group.get("aria-label") for group in parsed(svg).iter(f"{SVG}g") if group.get("role") == "group"]
    assert lanes == ["Care"]


def test_a_care_lane_is_covered_in_part_where_only_care_itself_is() -> None:
    whole = [("2024-01-01", "2025-12-31")]
    shown = window(date(2024, 9, 1))
    part = journey([("lac_start", "2024-09-01")], covered={"looked_after": whole})
    assert uncovered("care", part.coverage, shown) == ([], [(shown.first, shown.last)])
    care = {"looked_after": whole, "placement": whole, "missing": whole}
    assert uncovered("care", journey([], covered=care).coverage, shown) == ([], [])


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        (
            '{"in_touch": "YES", "activity": "F1", "accommodation": "U", "suitability": "1"}',
            "in touch: In touch (YES); activity: Full time higher education (F1);"
            " accommodation: Independent living (U); suitability: Suitable (1)",
        ),
        ('{"participation": "PN1"}', "participation: Attends and speaks for self (PN1)"),
        (
            '{"reason_place_change": "CREQB"}',
            "why the placement changed: Carer asked to end it because of behaviour (CREQB)",
        ),
    ],
)
def test_codes_of_care_and_leaving_care_are_in_words(attributes: str, words: str) -> None:
    child = journey([("care_leaver", "2025-03-01")], attributes=attributes)
    assert journey_text(child).events[0][5] == words
