"""SSDA903 from files to events, spells, lines and warnings, on the command line, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from care_returns import Left, Returns, Told, run, stories

Ran = tuple[Left, Returns]
SHOWN = {"777": "00777", "888.0": "888"}


def ran(folder: Path, name: str) -> Ran:
    returns = Returns(folder / "in")
    for told in stories(name):
        returns.add(*told.rows)
    returns.add_headers()
    return run(folder / "out", returns.write()), returns


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Returns of 2023 and 2024."""
    return ran(tmp_path_factory.mktemp("two"), "two_years")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Returns of 2023 to 2025; that of 2024 has no Missing."""
    return ran(tmp_path_factory.mktemp("three"), "three_years")


def check(left: Left, returns: Returns, told: Told) -> None:
    shown = SHOWN.get(told.child, told.child)
    assert left.events(shown) == told.events
    assert left.spells(shown) == told.spells
    assert left.said(returns, told.child) == told.said


@pytest.mark.parametrize("told", stories("two_years"), ids=lambda told: f"{told.child}: {told.about}")
def test_two_years(two: Ran, told: Told) -> None:
    check(*two, told)


@pytest.mark.parametrize("told", stories("three_years"), ids=lambda told: f"{told.child}: {told.about}")
def test_three_years(three: Ran, told: Told) -> None:
    check(*three, told)


@pytest.mark.parametrize("name", ["two", "three"])
def test_every_row_is_accounted_for(name: str, request: pytest.FixtureRequest) -> None:
    left, returns = request.getfixturevalue(name)
    left.accounted()
    read = {row["file"]: int(row["rows_in"]) for row in left.table("attrition") if row["step"] == "read"}
    assert sum(read.values()) == sum(len(rows) for rows in returns.files.values())
    placed = {
        (file, str(row))
        for child, where in returns.places
        for file, row in [returns.at(child, where, n + 1) for n in range(len(returns.places[child, where]))]
    }
    assert {(row["file"], row["row"]) for row in left.table("events")} <= placed
    assert {row["source"] for row in left.table("events")} == {"ssda903"}


ATTRIBUTES = {
    ("EASY", "lac_start"): [{"legal_status": "C2", "category_of_need": "N1", "uasc": False}],
    ("EASY", "lac_end"): [{"reason_ceased": "E4A"}],
    ("EASY", "placement_start"): [
        {"placement_type": "U6", "placement_provider": "PR1", "legal_status": "C2", "temporary": False,
         "same_carer": False, "resumes": False},
        {"placement_type": "K2", "placement_provider": "PR4", "legal_status": "C2", "temporary": False,
         "same_carer": False, "resumes": False},
    ],
    ("EASY", "placement_end"): [
        {"reason_place_change": "CARPL", "reason_ceased": "X1"}, {"reason_ceased": "E4A"},
    ],
    ("BLANKDEC", "placement_end"): [{}],
    ("AWAY", "missing_start"): [{"missing_type": "M"}, {"missing_type": "A"}, {"missing_type": "M"}],
    ("AWAY", "missing_end"): [{}, {}],
    ("REVIEWED", "lac_review"): [{"participation": "PN3"}],
    ("DECIDED", "adoption_decision"): [{}],
    ("DECIDED", "adoption_reversed"): [{"reversed_reason": "RD3"}],
    ("ADOPTED", "placed_for_adoption"): [{}],
    ("ADOPTED", "adopted"): [
        {"best_interest_date": "2023-05-10", "match_date": "2023-05-20", "foster_carer": "1"}
    ],
    ("E12ONLY", "adopted"): [{}],
    ("CL18", "care_leaver"): [
        {"contact_age": 18, "in_touch": "NO", "activity": "G5", "accommodation": "S", "suitability": "2"}
    ],
    ("CL29", "care_leaver"): [
        {"contact_age": 19, "in_touch": "YES", "activity": "F1", "accommodation": "D", "suitability": "1"},
        {"contact_age": 20, "in_touch": "YES", "activity": "P2", "accommodation": "0"},
    ],
    ("PERM", "lac_start"): [
        {"legal_status": "C2", "category_of_need": "N1", "uasc": False, "previous_permanence": "P2"}
    ],
    ("BREAKS", "short_break_start"): [{}, {}],
    ("BREAKS", "short_break_end"): [{}, {}],
}  # fmt: skip


@pytest.mark.parametrize(("child", "event"), list(ATTRIBUTES))
def test_attributes(two: Ran, child: str, event: str) -> None:
    assert two[0].attributes(child, event) == ATTRIBUTES[child, event]


def flags(left: Left, child: str, name: str) -> list[object]:
    return [one[name] for one in left.attributes(child, "placement_start")]


@pytest.mark.parametrize(
    ("story", "child", "name", "expected"),
    [
        ("two", "TSAME", "same_carer", [False, True, True]),
        ("two", "TSAME", "resumes", [False, False, False]),
        ("two", "TEMP", "temporary", [False, True, False]),
        ("two", "TEMP", "resumes", [False, False, True]),
        ("two", "TEMP", "same_carer", [False, False, False]),
        ("two", "TEMPNO", "resumes", [False, False, False]),
        ("two", "TEMP2", "resumes", [False, False, False, True]),
        ("two", "TEMPURN", "resumes", [False, False, False]),
        ("three", "TBACK", "resumes", [False, False, True]),
        ("three", "TFIRST", "resumes", [False, False]),
        ("three", "TCARE", "resumes", [False, False, False]),
        ("three", "TT", "resumes", [False, False, True]),
        ("three", "TT", "same_carer", [False, False, True]),
        ("three", "TK", "resumes", [False, False, False, False]),
        ("three", "PAT", "resumes", [False, False, True]),
        ("three", "BACK", "legal_status", ["C2"]),
    ],
)
def test_what_a_placement_is(
    story: str, child: str, name: str, expected: list[object], request: pytest.FixtureRequest
) -> None:
    left, _ = request.getfixturevalue(story)
    assert flags(left, child, name) == expected


@pytest.mark.parametrize(
    ("story", "child", "expected"),
    [
        ("two", "ALONE", [True]), ("two", "ALONE2", [False]), ("two", "ALONE3", [True]),
        ("two", "ALONE4", [True, False]), ("three", "UASCLATE", [True]), ("three", "UASCCHG", [True, False]),
        ("three", "MAKER", [None]),
    ],
)  # fmt: skip
def test_unaccompanied_is_said_of_a_period(
    story: str, child: str, expected: list[object], request: pytest.FixtureRequest
) -> None:
    """Null where no return of the period has the module."""
    left, _ = request.getfixturevalue(story)
    assert [one.get("uasc") for one in left.attributes(child, "lac_start")] == expected


def test_previous_permanence_is_said_of_the_period_of_its_return(three: Ran) -> None:
    said = {
        child: [one.get("previous_permanence") for one in three[0].attributes(child, "lac_start")]
        for child in ("PERMOLD", "PERMLATE")
    }
    assert said == {"PERMOLD": ["P2", None], "PERMLATE": ["P3"]}


@pytest.mark.parametrize(
    ("child", "event", "used", "also"),
    [
        ("CARRY", "lac_start", "2024E", "2023E"),
        ("CARRY", "placement_start", "2024E", "2023E"),
        ("CARRY", "lac_end", "2024E", ""),
        ("DIFFER", "placement_start", "2024E", "2023E"),
        ("TWOFILE", "lac_start", "2024Eb", "2024E"),
        ("GONE", "lac_start", "2023E", ""),
        ("CORRECT", "lac_start", "2024E", ""),
        ("NOTCORR", "lac_end", "2024E", ""),
        ("AWAY", "missing_start", "2024M", ""),
        ("CL18", "care_leaver", "2024L", ""),
        ("ADOPTED", "adopted", "2024E", ""),
        ("DECIDED", "adoption_reversed", "2024D", ""),
    ],
)
def test_the_place_of_a_fact_and_the_other_places(
    two: Ran, child: str, event: str, used: str, also: str
) -> None:
    left, returns = two
    found = next(row for row in left.of("events", child) if row["event"] == event)
    if (child, event) == ("ADOPTED", "adopted"):
        assert int(found["row"]) == returns.at(child, used, 3)[1], "the row of the last DEC"
    else:
        assert (found["file"], int(found["row"])) == returns.at(child, used)
    file, row = returns.at(child, also) if also else ("", 0)
    assert found["also_in"] == (f"{file}|{Path(file).stem[:8]}|{row}" if also else "")


def test_three_returns_are_named_latest_first(three: Ran) -> None:
    left, returns = three
    start = left.of("events", "MISMOD")[0]
    places = [returns.at("MISMOD", where) for where in ("2025E", "2024E", "2023E")]
    assert (start["file"], int(start["row"])) == places[0]
    assert start["also_in"] == "; ".join(f"{file}|Episodes|{row}" for file, row in places[1:])


LINES = {
    "EASY": "LAC -> LAC|", "GAP": "LAC", "TOUCHS": "LAC -> LAC| -> LAC", "BREAKS": None,
    "VTURN": "LAC -> LAC|",
    "AWAY": "LAC", "REVIEWED": "LAC", "DECIDED": "LAC", "ADOPTED": "LAC -> PA -> LAC| -> AD",
    "CL29": "CL -> CL",
    "FIRSTP": "LAC|", "CL16": None, "GONE": "LAC",
}  # fmt: skip


@pytest.mark.parametrize("child", list(LINES))
def test_lines_leave_out_what_is_off_by_default(two: Ran, child: str) -> None:
    """P, M, SB, LACR, ADD and ADR are off; a child with no other event has no line."""
    found = [row["journey_reduced"] for row in two[0].of("journeys", child)]
    assert found == ([] if LINES[child] is None else [LINES[child]])


def test_a_line_counts_its_own_events(two: Ran) -> None:
    found = two[0].of("journeys", "ADOPTED")[0]
    assert found["journey"] == (
        "[2023-05-01/lac_start] -> [2023-06-01/placed_for_adoption] -> [2023-12-01/lac_end] -> "
        "[2023-12-01/adopted]"
    )
    assert (found["first_date"], found["last_date"], found["n_events"]) == ("2023-05-01", "2023-12-01", "4")


def test_one_warning_for_a_file_and_column_of_codes_of_another_year(three: Ran) -> None:
    found = [one for one in three[0].table("issues") if one["code"] == "code-of-another-year"]
    places = {(one["file"], one["column"]) for one in found}
    assert len(found) == len(places)
    assert ("2025/Header.csv", "SEX") in places and ("2024/Header.csv", "SEX") in places


def test_identifiers_are_shown_once(two: Ran) -> None:
    shown = {row["child_id"] for row in two[0].table("events")}
    assert {"00777", "888", "TWIN1", "TWIN2"} <= shown
    assert not {"777", "888.0"} & shown


def test_age_travels_with_an_event(two: Ran) -> None:
    ages = [row["attributes"] for row in two[0].of("events", "EASY")]
    assert '"child_age": 12' in ages[0] and '"child_age": 13' in ages[-1], "a birthday on 3 May"
