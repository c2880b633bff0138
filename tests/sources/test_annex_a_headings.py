"""Which sheet is which list, and which heading is which column."""

import pytest
from annex_a_making import headings, list_rows, read, row, save

from childjourneys.sources.annex_a import open_annex_a
from childjourneys.sources.annex_a.headings import find_list, list_number, match_headings, within_edits
from childjourneys.sources.annex_a.spec import lists, normalise_heading
from childjourneys.sources.mappings import Mappings


def edited(number, **changes):
    """Headings of a list, some written differently (None: left out)."""
    names = [column.name for column in lists()[number].columns]
    return [changes.get(name, heading) for name, heading in zip(names, headings(number), strict=True)]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("List_1", 1),
        ("List 1", 1),
        ("list1", 1),
        ("1", 1),
        ("List 1 Contacts", 1),
        ("List_01", 1),
        ("List 10", 10),
        ("List_11", 11),
        ("List 3 (v2)", 3),
        ("2024 list 4 v2", 4),
        ("List 12", None),
        ("Sheet", None),
        ("2024", None),
        ("LIST 8", 8),
        ("Contacts 1", 1),
    ],
)
def test_list_number(name, number):
    assert list_number(name) == number


def test_file_names_hold_dates():
    assert list_number("export 2024-03-01", need_word=True) is None
    assert list_number("list_9", need_word=True) == 9
    assert list_number("9", need_word=True) == 9


@pytest.mark.parametrize("number", range(1, 12))
@pytest.mark.parametrize("title", [True, False])
def test_every_list_is_known_by_its_headings(number, title):
    rows = list_rows(number, row(number), title=title)
    for named in (None, number):
        found = find_list(rows, named)
        assert (found.place, found.spec.number, found.name_said) == (int(title), number, None)


@pytest.mark.parametrize("number", [2, 3, 4, 9, 10, 11])
def test_lists_are_not_taken_for_list_1(number):
    found = find_list(list_rows(number, row(number)), 1)
    assert (found.spec.number, found.name_said) == (number, 1)


def test_care_leavers_of_2019_are_not_contacts():
    older = {"uasc_or_former", "pathway_plan_review_date", "allocated_personal_adviser"}
    names = [column.name for column in lists()[9].columns]
    kept = [h for n, h in zip(names, headings(9), strict=True) if n not in older]
    assert find_list([kept], None).spec.number == 9


def test_official_headings_all_match():
    for number, spec in lists().items():
        match = match_headings(spec, headings(number))
        assert list(match.places) == [column.name for column in spec.columns]
        assert {heading.how for heading in match.headings} == {"exact"}


def test_headings_as_people_have_them(tmp_path):
    written = edited(
        8,
        child_id=" Child Unique ID ",
        category_of_need="Child\u2019s  Category of Need:",
        uasc_12_months="Unaccompanied Asylum Seeking Child (UASC) within the Last\n12 Months (Y/N))",
        care_end_date="Date Ceased to be Looked After ",
        permanence_plan="WHAT IS THE PERMANENCE PLAN FOR THIS CHILD",
        number_of_missing_episodes_12_months=(
            "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months"
        ),
        repeat_period_12_months=(
            "Is this a second or subsequent episode of being a Looked After Child "
            "within the last 12 months (Y/N)"
        ),
        legal_status="Legal Status",
    )
    got = read(save(tmp_path / "a.xlsx", {"List 8": [written, row(8)]}))
    assert got.codes() == []
    assert len(got.file.content.sheets[0].match.places) == len(written)
    assert got.matching.headings["a.xlsx", "List 8", "Legal Status"] == ("legal_status", "pattern")


def test_columns_in_any_order_missing_and_extra(tmp_path):
    rows = [headings(3), row(3)]
    rows = [[line[8], "Note" if line is rows[0] else "x", *line[:5][::-1], line[5], line[6]] for line in rows]
    got = read(save(tmp_path / "a.xlsx", {"List 3": rows}))
    assert got.tables["referral"].row(0, named=True)["number_of_referrals_12_months"] == 0
    assert got.one("heading-not-taken").column == "Note"
    missing = got.one("column-missing")
    assert (missing.severity, missing.column, missing.row) == ("warning", "Referral NFA?", 1)
    assert "team" in got.tables["referral"].columns


def test_misspelt_heading(tmp_path):
    got = read(save(tmp_path / "a.xlsx", {"List 3": [edited(3, referral_source="Refferal Source"), row(3)]}))
    found = got.one("heading-misspelt")
    assert (found.severity, found.column) == ("note", "Refferal Source")
    assert got.matching.headings["a.xlsx", "List 3", "Refferal Source"] == ("referral_source", "misspelling")
    assert got.tables["referral"]["referral_source"].to_list() == ["2A"]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("gender", "gender", True),
        ("gneder", "gender", True),
        ("gendr", "gender", True),
        ("gxndxr", "gender", True),
        ("gnedre", "gender", True),
        ("gxxder", "gendxx", False),
        ("referral nfa", "referral nfas?!", False),
    ],
)
def test_edits_count_a_swap_as_one(one, other, near):
    assert within_edits(one, other, 2) is near


def test_short_headings_are_not_guessed(tmp_path):
    got = read(save(tmp_path / "a.xlsx", {"List 3": [edited(3, gender="Gendre"), row(3)]}))
    assert got.matching.headings["a.xlsx", "List 3", "Gendre"] == ("", "not taken")


def test_exact_one_of_two_candidates_wins(tmp_path):
    rows = [[*headings(1), "Date of first contact"], [*row(1), "01/01/2020"]]
    got = read(save(tmp_path / "a.xlsx", {"List 1": rows}))
    found = got.one("heading-two-candidates")
    assert (found.severity, found.column) == ("note", "Date of first contact")
    assert got.tables["contact"]["contact_date"].to_list()[0].isoformat() == "2024-03-04"


def test_two_candidates_and_neither_exact(tmp_path):
    rows = [[*edited(3, referral_source="Referral main source"), "Referral other source"], [*row(3), "6"]]
    got = read(save(tmp_path / "a.xlsx", {"List 3": rows}))
    assert [issue.severity for issue in got.issues] == ["warning", "warning"]
    assert set(got.codes()) == {"heading-contested"}
    assert got.tables["referral"]["referral_source"].to_list() == [None]


def test_superseded_heading_is_not_mapped(tmp_path):
    rows = [edited(8, permanence_plan="Plan for Child to be Reunified with Their Family"), row(8)]
    got = read(save(tmp_path / "a.xlsx", {"List 8": rows}))
    assert got.codes() == ["heading-superseded"]
    assert got.tables["period_of_care"]["permanence_plan"].to_list() == [None]


@pytest.mark.parametrize(("column", "official"), [("child_id", "Child Unique ID"), ("referral_date", None)])
def test_list_without_a_key_column_is_set_aside(tmp_path, column, official):
    rows = [edited(3, **{column: "Something"}), row(3), row(3)]
    got = read(save(tmp_path / "a.xlsx", {"List 3": rows}))
    found = got.one("list-without-key-column")
    assert (found.severity, found.column) == ("error", official or "Date of referral")
    assert got.accounts[0].reasons == {"the sheet lacks a column it needs": 2}
    assert got.tables == {}


def test_sheet_named_after_another_list(tmp_path):
    got = read(save(tmp_path / "a.xlsx", {"List 1": list_rows(3, row(3))}))
    found = got.one("sheet-name-disagrees")
    assert (found.severity, found.sheet) == ("warning", "List 1")
    assert got.tables["referral"]["sheet"].to_list() == ["List 1"]


def test_short_list_is_believed_by_its_name(tmp_path):
    short = ["Child Unique ID", "Date Started to be Looked After", "Date Ceased to be Looked After"]
    got = read(save(tmp_path / "a.xlsx", {"List 8": [short, ["1", "01/02/2024", ""]]}))
    assert got.tables["period_of_care"].height == 1
    assert "column-missing" in got.codes()


def test_sheets_that_are_no_lists(tmp_path):
    sheets = {
        "Sheet1": [["Row Labels", "Count"], ["Team 1", 4]],
        "FAQ_and_changes": [["Question"]],
        "List 3": list_rows(3, row(3)),
        "Empty": [],
    }
    got = read(save(tmp_path / "a.xlsx", sheets))
    assert got.one("sheet-not-a-list").sheet == "Sheet1"
    assert got.file.info.lists == (3,)


def test_workbook_without_lists_is_no_annex_a(tmp_path):
    assert open_annex_a(save(tmp_path / "a.xlsx", {"Sheet1": [["a", "b"], [1, 2]]}), "a.xlsx") is None


def test_two_sheets_of_one_list(tmp_path):
    sheets = {"List 3": list_rows(3, row(3)), "List 3 (2)": list_rows(3, row(3, child_id="2"))}
    got = read(save(tmp_path / "a.xlsx", sheets))
    assert [account.sheet for account in got.accounts] == ["List 3", "List 3 (2)"]
    assert got.tables["referral"]["child_id"].to_list() == ["1001", "2"]


def test_headings_further_down(tmp_path):
    rows = [["Extract"], [], ["for", "inspection"], [], *list_rows(3, row(3))]
    got = read(save(tmp_path / "a.xlsx", {"List 3": rows}))
    assert got.tables["referral"]["row"].to_list() == [7]
    eleven = [[f"line {n}", "x"] for n in range(10)] + list_rows(3, row(3), title=False)
    assert open_annex_a(save(tmp_path / "b.xlsx", {"List 3": eleven}), "b.xlsx") is None


def test_mapped_headings(tmp_path):
    path = save(tmp_path / "a.xlsx", {"List 3": [edited(3, referral_source="Who rang"), row(3)]})
    decided = Mappings(
        {("a.xlsx", "List 3", "Who rang"): "referral_source", ("a.xlsx", "List 3", "Allocated Team"): ""}
    )
    got = read(path, mappings=decided)
    line = got.tables["referral"].row(0, named=True)
    assert (line["referral_source"], line["team"]) == ("2A", None)
    assert got.matching.headings["a.xlsx", "List 3", "Who rang"] == ("referral_source", "mapping")
    assert got.matching.headings["a.xlsx", "List 3", "Allocated Team"] == ("", "mapping")
    assert got.matching.headings["a.xlsx", "List 3", "Gender"] == ("gender", "exact")
    assert got.codes() == []


def test_mapping_that_changes_nothing_is_not_called_one(tmp_path):
    path = save(tmp_path / "a.xlsx", {"List 3": list_rows(3, row(3))})
    decided = Mappings(
        {("a.xlsx", "List 3", "Gender"): "gender"}, {("3", "referral_source", "e) 2A: Schools"): "2A"}
    )
    got = read(path, mappings=decided)
    assert got.matching.headings["a.xlsx", "List 3", "Gender"] == ("gender", "exact")
    assert got.matching.values["3", "referral_source", "e) 2A: Schools"][2] == "embedded code"


def test_mapped_values(tmp_path):
    rows = [row(6, primary_need="Family support"), row(6, child_id="2", case_status="e) Closed episode")]
    path = save(tmp_path / "a.xlsx", {"List 6": list_rows(6, *rows)})
    decided = Mappings(
        {}, {("6", "primary_need", "Family support"): "N4", ("6", "case_status", "e) Closed episode"): ""}
    )
    got = read(path, mappings=decided)
    assert got.codes() == []
    need = got.tables["need_episode"]
    assert need["primary_need"].to_list() == ["N4", "N1"]
    assert need["case_status"].to_list() == [None, None]
    assert need["case_status_raw"].to_list() == ["e) Closed episode"] * 2
    assert got.matching.values["6", "primary_need", "Family support"] == [
        "N4",
        "Family in acute stress",
        "mapping",
        1,
    ]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" A\u00a0 B\r\nC ", "a b c"),
        ("X (Y/N))", "x (y/n)"),
        ("X (Y/N)?", "x (y/n)"),
        ("What?:.", "what"),
        ("((x)", "(x)"),
        ("A \u2013 B", "a - b"),
        ("Child\u2019s", "child's"),
    ],
)
def test_normalise_heading(written, normal):
    assert normalise_heading(written) == normal
