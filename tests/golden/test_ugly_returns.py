"""Ten journeys worked out by hand from the files of `ugly_returns`."""

from __future__ import annotations

import polars as pl
import pytest
from ugly_returns import EXTRACT, write_returns

from childjourneys import api

# Read by hand off the three files. 101 and 00101 are one child, shown with the zeros.
LINES = {
    "00101": "[2024-01-15/contact] -> [2024-01-16/referral] -> [2024-01-16/assessment_start] -> "
    "[2024-03-05/assessment_authorised] -> [2024-03-06/cin_start] -> [2024-05-20/cin_end]",
    "A202": "[2022-05-10/referral] -> [2022-05-10/assessment_start] -> [2022-05-12/s47] -> [2022-05-26/icpc] -> "
    "[2022-05-26/cpp_start] -> [2022-06-20/assessment_authorised] -> [2023-06-30/cpp_end] -> "
    "[2023-06-30/cin_start] -> [2023-07-15/cin_end]",
    "303": "[2023-11-03/referral]",
    "404": "[2022-09-01/referral] -> [2022-09-02/assessment_start] -> [2022-10-10/assessment_authorised] -> "
    "[2023-02-14/referral] -> [2023-02-15/assessment_start] -> [2023-04-20/assessment_authorised] -> "
    "[2023-05-01/cin_start]",
    "505": "[2024-02-20/referral] -> [2024-02-21/assessment_start] -> [2024-05-01/contact]",
    "606": "[2023-01-09/referral] -> [2023-01-10/assessment_start] -> [2023-02-20/assessment_authorised]",
    "707": "[2023-09-01/referral] -> [2023-10-02/cpp_start] -> [2024-01-05/cpp_end] -> [2024-01-05/lac_start] -> "
    "[2024-04-10/lac_end]",
    "808": "[2024-01-31/contact] -> [2024-02-01/early_help_assessment_start] -> "
    "[2024-03-01/early_help_assessment_end]",
    "909": "[2024-03-12/cpp_start]",
    "AB10": "[2024-04-03/s47] -> [2024-04-18/icpc] -> [2024-05-20/icpc]",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> api.Journeys:
    folder = tmp_path_factory.mktemp("ugly")
    write_returns(folder)
    return api.journeys(api.read(folder))


def test_ten_journeys_are_as_read_by_hand(told: api.Journeys) -> None:
    assert dict(told.lines.select("child_id", "journey").iter_rows()) == LINES


def test_spells_are_as_read_by_hand(told: api.Journeys) -> None:
    found = {
        (child, kind, str(start), str(end) if end else None, state)
        for child, kind, start, end, state in told.spells.select(
            "child_id", "kind", "start", "end", "open"
        ).iter_rows()
    }
    assert ("00101", "need_episode", "2024-01-16", "2024-05-20", "false") in found
    assert ("00101", "cin_plan", "2024-03-06", "2024-05-20", "false") in found, "closed with its case"
    assert ("A202", "cp_plan", "2022-05-26", "2023-06-30", "false") in found
    assert ("404", "need_episode", "2023-02-14", None, "true") in found
    assert ("606", "need_episode", "2023-01-09", "2023-04-01", "unknown") in found, (
        "gone from the next census"
    )
    assert ("707", "looked_after", "2024-01-05", "2024-04-10", "false") in found
    assert not [spell for spell in found if spell[0] == "303"], "no further action has no spell"
    assert not [spell for spell in found if spell[0] == "909"], "its end lies before its start"


def test_places_are_the_rows_of_the_files(told: api.Journeys) -> None:
    referral = told.events.filter(pl.col("child_id") == "00101", pl.col("event") == "referral").row(
        0, named=True
    )
    assert (referral["source"], referral["file"], referral["sheet"]) == (
        "cin_census",
        "cin 2023-24.xml",
        "CINdetails",
    )
    assert referral["also_in"] == f"{EXTRACT}|List 3 (v2)|2"
    end = told.events.filter(pl.col("child_id") == "00101", pl.col("event") == "cin_end").row(0, named=True)
    assert (end["file"], end["sheet"], end["row"]) == (EXTRACT, "List 6", 2)
    contact = told.events.filter(pl.col("child_id") == "505", pl.col("event") == "contact").row(0, named=True)
    assert (contact["sheet"], contact["row"]) == ("list1", 3)


def test_what_is_wrong_in_the_files_is_found_at_its_place(told: api.Journeys) -> None:
    found = set(told.issues.select("severity", "code", "sheet", "row").iter_rows())
    assert ("error", "placeholder-identifier", "list1", 5) in found
    assert ("note", "row-is-a-note", "list1", 6) in found
    assert ("warning", "letter-mismatch", "list1", 2) in found, "a) is Male, the word says Female"
    assert ("warning", "letter-mismatch", "List_7 ", 3) in found, "d) is Emotional, the word says Neglect"
    assert ("warning", "end-before-start", "List_7 ", 4) in found
    assert ("note", "sheet-not-a-list", "Pivot", None) in found
    assert "leading-zeros-linked" in set(told.issues["code"])
    assert "gone-without-end" in set(told.issues["code"])
    assert set(told.issues.filter(pl.col("severity") == "error")["code"]) == {"placeholder-identifier"}
