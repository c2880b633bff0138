"""What becomes of a row: every case of the design, at its place."""

from datetime import date, datetime

import pytest
from annex_a_making import AS_AT, headings, list_rows, read, read_list, row, save

ENDS = [
    (2, "early_help_end_date", "early_help_assessment", "end_date", "early_help_assessment_end"),
    (4, "assessment_end_date", "assessment", "authorised_date", "assessment_authorised"),
    (5, "icpc_date", "s47_enquiry", "icpc_date", "icpc"),
    (6, "cin_closure_date", "need_episode", "closure_date", "cin_end|case_closed"),
    (7, "cpp_end_date", "cp_plan", "end_date", "cpp_end"),
    (8, "care_end_date", "period_of_care", "end_date", "lac_end"),
]
STARTS = {
    1: ("contact_date", "contact"),
    2: ("early_help_start_date", "early_help_assessment_start|early_help_assessment_end"),
    3: ("referral_date", "referral"),
    4: ("assessment_start_date", "assessment_start|assessment_authorised"),
    6: ("cin_start_date", "cin_start|cin_end|case_closed"),
    7: ("cpp_start_date", "cpp_start|cpp_end|cp_review"),
    8: ("care_start_date", "lac_start|lac_review|placement_start"),
}


def marks(got):
    frame = got.tables.get("mark")
    return [] if frame is None else frame.select("row", "event", "code", "start").rows()


@pytest.mark.parametrize(
    "identifier", ["", " ", "-", "UNKNOWN", "tbc", "Not  recorded", "000", "#N/A", 0, "n/a"]
)
def test_placeholder_identifiers_are_set_aside(tmp_path, identifier):
    got = read_list(tmp_path, 3, row(3), row(3, child_id=identifier, referral_date="07/03/2024"))
    found = got.one("placeholder-identifier")
    assert (found.severity, found.row, found.column) == ("error", 4, "Child Unique ID")
    account = got.accounts[0]
    assert (account.rows_in, account.loaded, account.set_aside) == (2, 1, 1)
    assert account.reasons == {"identifier is a placeholder": 1}
    assert "mark" not in got.tables


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        (1111.0, "1111"),
        ("1111.0", "1111"),
        ("00123", "00123"),
        (" ab12 ", "AB12"),
        ("\u00a01001\u00a0", "1001"),
    ],
)
def test_identifiers(tmp_path, written, cleaned):
    got = read_list(tmp_path, 3, row(3, child_id=written))
    assert got.tables["referral"]["child_id"].to_list() == [cleaned]
    assert got.codes() == []


@pytest.mark.parametrize(
    ("value", "code", "mark"),
    [
        ("", "key-date-blank", "undated"),
        ("#N/A", "key-date-blank", "undated"),
        ("07/25/2024", "key-date-unreadable", "undated"),
        ("05/03/24", "key-date-unreadable", "undated"),
        ("01/07/2024", "key-date-future", "future"),
    ],
)
@pytest.mark.parametrize("number", sorted(STARTS))
def test_key_date_at_fault(tmp_path, number, value, code, mark):
    column, events = STARTS[number]
    got = read_list(tmp_path, number, row(number, **{column: value}))
    found = got.one(code)
    heading = next(c.heading for c in got.file.content.sheets[0].spec.columns if c.name == column)
    assert (found.severity, found.sheet, found.row, found.column) == ("error", f"List_{number}", 3, heading)
    assert got.accounts[0].set_aside == 1
    assert marks(got) == [(3, events, mark, None)]
    assert set(got.tables) == {"mark"}


def test_extract_date_itself_is_not_after_it(tmp_path):
    assert read_list(tmp_path, 3, row(3, referral_date="30/06/2024")).codes() == []


@pytest.mark.parametrize(("number", "column", "table", "reported", "events"), ENDS)
def test_end_before_start(tmp_path, number, column, table, reported, events):
    got = read_list(tmp_path, number, row(number, **{column: "01/01/2024"}))
    found = got.one("end-before-start")
    assert (found.severity, found.row) == ("warning", 3)
    line = got.tables[table].row(0, named=True)
    assert (line[reported], line[f"{reported}_raw"]) == (None, "01/01/2024")
    start = line["referral_date"] if number == 6 else line["start_date"]
    assert marks(got) == [(3, events, "end_before_start", start)]
    assert got.accounts[0].loaded == 1


@pytest.mark.parametrize(("number", "column", "table", "reported", "events"), ENDS)
def test_end_unreadable(tmp_path, number, column, table, reported, events):
    got = read_list(tmp_path, number, row(number, **{column: "soon"}))
    assert got.one("date-unreadable").severity == "warning"
    line = got.tables[table].row(0, named=True)
    assert (line[reported], line[f"{reported}_raw"]) == (None, "soon")
    assert [mark[1:3] for mark in marks(got)] == [(events, "undated")]


@pytest.mark.parametrize(("number", "column", "table", "reported", "events"), ENDS)
def test_end_after_the_extract_date_is_a_plan(tmp_path, number, column, table, reported, events):
    got = read_list(tmp_path, number, row(number, **{column: "01/07/2024"}))
    assert got.one("date-after-extract").severity == "warning"
    line = got.tables[table].row(0, named=True)
    assert (line[reported], line[f"{reported}_raw"]) == (None, "01/07/2024")
    assert marks(got) == []


def test_end_on_the_start_is_no_fault(tmp_path):
    assert read_list(tmp_path, 4, row(4, assessment_end_date="07/03/2024")).codes() == []


def test_other_dates(tmp_path):
    got = read_list(tmp_path, 7, row(7, latest_review_date="bad", last_statutory_visit_date="01/01/2025"))
    line = got.tables["cp_plan"].row(0, named=True)
    assert (line["latest_review_date"], line["latest_review_date_raw"]) == (None, "bad")
    assert (line["last_statutory_visit_date"], line["last_statutory_visit_date_raw"]) == (None, "01/01/2025")
    assert sorted(got.codes()) == ["date-after-extract", "date-unreadable"]
    assert marks(got) == []


def test_birth_date_unreadable(tmp_path):
    got = read_list(tmp_path, 1, row(1, birth_date="31/02/2012"))
    assert got.one("date-unreadable").column == "Date of Birth"
    child = got.tables["child"].row(0, named=True)
    assert (child["birth_date"], child["birth_date_raw"]) == (None, "31/02/2012")


def test_conference_without_an_enquiry_stands_alone(tmp_path):
    got = read_list(tmp_path, 5, row(5), row(5, s47_start_date="", icpc_date="02/04/2024"))
    assert got.tables["s47_enquiry"].height == 1
    conference = got.tables["icpc"].row(0, named=True)
    assert (conference["icpc_date"], conference["row"]) == (date(2024, 4, 2), 4)
    assert conference["icpc_led_to_cpp"] is True
    assert got.codes() == []


@pytest.mark.parametrize(
    ("conference", "code", "column", "mark"),
    [
        (
            "",
            "key-date-blank",
            "Strategy discussion initiating Section 47 Enquiry Start Date",
            ("s47", "undated"),
        ),
        ("??", "key-date-unreadable", "Date of Initial Child Protection Conference", ("icpc", "undated")),
        ("01/08/2024", "key-date-future", "Date of Initial Child Protection Conference", ("icpc", "future")),
    ],
)
def test_no_enquiry_and_no_usable_conference(tmp_path, conference, code, column, mark):
    got = read_list(tmp_path, 5, row(5, s47_start_date="", icpc_date=conference))
    assert got.one(code).column == column
    assert [found[1:3] for found in marks(got)] == [mark]


def test_enquiry_unreadable_is_set_aside_with_its_conference(tmp_path):
    got = read_list(tmp_path, 5, row(5, s47_start_date="??"))
    assert [found[1:3] for found in marks(got)] == [("s47|icpc", "undated")]
    assert set(got.tables) == {"mark"}


def test_adoption_needs_any_of_its_dates(tmp_path):
    none = dict.fromkeys(
        ("adoption_decision_date", "care_start_date", "placement_order_date", "match_date"), ""
    )
    got = read_list(
        tmp_path,
        10,
        row(10, **none),
        row(10, **none, placed_for_adoption_date=""),
        row(10, **none, placed_for_adoption_date="?", child_id="1002"),
    )
    assert got.tables["adoption"]["row"].to_list() == [3]
    assert sorted(code for code in got.codes() if code.startswith("key")) == [
        "key-date-blank",
        "key-date-unreadable",
    ]
    assert marks(got) == [
        (4, "adoption_decision", "undated", None),
        (5, "placed_for_adoption", "undated", None),
    ]


def test_adoption_event_date_unreadable_in_a_loaded_row(tmp_path):
    got = read_list(tmp_path, 10, row(10, adoption_order_date="?"))
    assert got.one("date-unreadable").column == "Date of Adoption Order"
    assert marks(got) == [(3, "adopted", "undated", None)]


def test_care_leavers_need_no_date(tmp_path):
    got = read_list(tmp_path, 9, row(9, latest_contact_date=""))
    assert (got.accounts[0].loaded, got.codes()) == (1, [])


def test_adopters_are_counted_and_not_kept(tmp_path):
    got = read_list(tmp_path, 11, row(11), row(11, adopter_id="A2"))
    assert got.tables == {}
    assert got.one("adopters-not-kept").severity == "note"
    assert got.accounts[0].reasons == {"list 11 is about adults": 2}


def test_empty_rows_notes_and_repeated_headings(tmp_path):
    got = read_list(
        tmp_path,
        3,
        row(3),
        [],
        ["-", "", "#N/A"],
        headings(3),
        ["", "Printed from the case system"],
        row(3, child_id="1002"),
    )
    account = got.accounts[0]
    assert (account.rows_in, account.loaded, account.set_aside) == (4, 2, 2)
    assert got.one("heading-repeated").row == 6
    assert got.one("row-is-a-note").row == 7
    assert got.tables["referral"]["row"].to_list() == [3, 8]


def test_duplicates(tmp_path):
    got = read_list(
        tmp_path,
        3,
        row(3),
        row(
            3,
            referral_date=datetime.fromisoformat("2024-03-06"),
            allocated_team="Team 9",
            allocated_worker="Other",
        ),
        row(3, referral_source="2A", gender="Male", ethnicity="b) WIRI", birth_date="", age_years=3),
        row(3, referral_source="q) 6: Police"),
    )
    account = got.accounts[0]
    assert (account.rows_in, account.loaded, account.duplicate) == (4, 2, 2)
    found = got.one("duplicate-rows")
    assert (found.severity, found.row, found.count) == ("note", 4, 2)
    assert got.tables["referral"]["row"].to_list() == [3, 6]
    same = got.one("same-key")
    assert (same.severity, same.row, same.column) == ("warning", 6, "Date of referral")
    assert got.tables["referral"]["team"].to_list() == ["Team 1", "Team 1"]


def test_contacts_of_one_day_from_two_sources_are_two(tmp_path):
    got = read_list(tmp_path, 1, row(1), row(1, contact_source="9"))
    assert (got.codes(), got.tables["contact"].height) == ([], 2)


def test_values_not_matched_are_kept_as_found(tmp_path):
    got = read_list(
        tmp_path,
        6,
        row(6),
        row(6, child_id="2", primary_need="Family support"),
        row(6, child_id="3", primary_need="Family support"),
        row(6, child_id="4", primary_need="Other"),
    )
    found = got.one("not-matched")
    assert (found.severity, found.row, found.count, found.column) == ("warning", 4, 3, "Primary Need Code")
    need = got.tables["need_episode"].select("primary_need", "primary_need_raw").rows()
    assert need == [("N1", None), (None, "Family support"), (None, "Family support"), (None, "Other")]
    assert got.matching.values["6", "primary_need", "Family support"] == ["", "", "not matched", 2]


def test_source_that_is_not_matched_is_kept(tmp_path):
    line = read_list(tmp_path, 1, row(1, contact_source="Front desk")).tables["contact"].row(0, named=True)
    assert (line["contact_source"], line["contact_source_raw"]) == (None, "Front desk")


def test_wrong_letter(tmp_path):
    got = read_list(
        tmp_path, 1, row(1, gender="a) Female"), row(1, child_id="2", contact_source="a) 6: Police")
    )
    assert [(i.row, i.column) for i in got.issues] == [(3, "Gender"), (4, "Contact Source")]
    assert set(got.codes()) == {"letter-mismatch"}
    assert got.tables["child"]["sex"].to_list() == ["F", "F"]
    assert got.tables["contact"]["contact_source"].to_list() == ["6", "6"]


def test_codes_as_people_write_them(tmp_path):
    sources = ["6", 6, 6.0, "q) 6: Police", "Police", "police ", "q) 6 - Police", "6: Police"]
    rows = [row(1, child_id=str(i + 1), contact_source=source) for i, source in enumerate(sources)]
    ethnicities = ["a) WBRI", "WBRI", "White British", "WBRI - White British", "A1", "wbri", "WENG", " WBRI "]
    for line, ethnicity in zip(rows, ethnicities, strict=True):
        line[2] = ethnicity
    got = read_list(tmp_path, 1, *rows)
    assert got.codes() == []
    assert got.tables["contact"]["contact_source"].to_list() == ["6"] * 8
    assert got.tables["child"]["ethnicity"].to_list() == ["WBRI"] * 8


def test_census_codes_in_the_disability_column(tmp_path):
    answers = ["AUT", "NONE", "c) Unknown", "Y", ""]
    rows = [row(4, child_id=str(i + 1), has_disability=answer) for i, answer in enumerate(answers)]
    got = read_list(tmp_path, 4, *rows)
    assert got.tables["child"]["has_disability"].to_list() == [True, False, None, True, None]
    assert got.codes() == []


def test_numbers(tmp_path):
    got = read_list(
        tmp_path,
        7,
        row(7, number_of_previous_cpp="1.0"),
        row(7, child_id="2", number_of_previous_cpp="one"),
        row(7, child_id="3", number_of_previous_cpp="-"),
    )
    assert got.tables["cp_plan"]["number_of_previous_cpp"].to_list() == [1, None, None]
    assert got.one("number-unreadable").row == 4


def test_dates_in_every_form(tmp_path):
    forms = [
        "2024-03-06",
        "2024-03-06T09:30:00",
        "6/3/2024",
        "06-03-2024",
        "06.03.2024",
        "6 March 2024",
        "6 Mar 2024",
        "6th March 2024",
        "06/03/2024 14:05",
        date(2024, 3, 6),
        datetime.fromisoformat("2024-03-06T14:05"),
        45357,
        "45357",
        45357.6,
    ]
    got = read_list(tmp_path, 3, *(row(3, child_id=str(i + 1), referral_date=f) for i, f in enumerate(forms)))
    assert got.codes() == []
    assert set(got.tables["referral"]["referral_date"]) == {date(2024, 3, 6)}
    assert got.accounts[0].loaded == len(forms)


def test_serials_of_1904(tmp_path):
    rows = [row(3, referral_date=43895), row(3, child_id="2", referral_date="43895"), row(3, child_id="3")]
    rows[2][rows[2].index("06/03/2024")] = date(2024, 3, 6)
    path = save(tmp_path / "b.xlsx", {"List 3": list_rows(3, *rows)}, date_1904=True)
    got = read(path)
    assert got.codes() == []
    assert got.tables["referral"]["referral_date"].to_list() == [date(2024, 3, 6)] * 3


def test_no_value_of_a_child_is_in_any_message(tmp_path):
    secret = "Zebra"
    lines = [
        row(6, child_id=f"{secret}1", primary_need=secret, last_seen_date=secret, ethnicity=secret),
        row(6, child_id=f"{secret}2", cin_start_date=secret),
        row(6, child_id=f"{secret}3", cin_closure_date=secret, gender=secret, birth_date=secret),
        [secret],
    ]
    got = read_list(tmp_path, 6, *lines)
    assert len(got.issues) >= 7
    assert secret not in repr(got.issues)
    assert secret not in repr(got.accounts)


def test_as_at_moves_what_is_future(tmp_path):
    rows = [row(3), row(3, child_id="2", referral_date="01/07/2024")]
    assert read_list(tmp_path, 3, *rows, as_at=AS_AT).accounts[0].loaded == 1
    assert read_list(tmp_path, 3, *rows, as_at=date(2024, 7, 1)).accounts[0].loaded == 2


def test_empty_list_is_present_with_no_rows(tmp_path):
    got = read_list(tmp_path, 7)
    assert got.file.info.lists == (7,)
    assert (got.accounts[0].rows_in, got.tables, got.codes()) == (0, {}, [])


def test_ragged_text(tmp_path):
    path = tmp_path / "list 3.csv"
    lines = [headings(3), row(3)[:9], [*row(3, child_id="2"), "beyond", "the headings"]]
    path.write_text("\n".join(",".join(map(str, line)) for line in lines), encoding="utf-8")
    got = read(path)
    assert got.tables["referral"]["team"].to_list() == [None, "Team 1"]


def test_reading_twice_gives_the_same(tmp_path):
    path = save(tmp_path / "a.xlsx", {"List 3": list_rows(3, row(3), row(3), row(3, child_id=""))})
    once, again = read(path), read(path)
    assert once.issues == again.issues
    assert all(frame.equals(again.tables[name]) for name, frame in once.tables.items())
