"""A clean workbook of all lists becomes the reported tables, without a finding."""

from datetime import date
from pathlib import Path

import pytest
from annex_a_making import AS_AT, list_rows, read, read_list, row, save

from childjourneys.sources.annex_a.spec import PLANS, lists
from childjourneys.tables import REPORTED


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("clean") / "Annex A.xlsx"
    sheets = {
        "Front_Sheet": [
            ["Annex A"],
            [],
            ["Name of local authority", "Camden"],
            ["Date of extract", date(2024, 6, 30)],
        ],
        "Guidance": [["Extract", date(2001, 1, 1)]],
        "Codes_used": [["Gender"], ["a) Male"]],
    }
    sheets |= {f"List_{number}": list_rows(number, row(number)) for number in range(1, 12)}
    return read(save(path, sheets))


def test_only_finding_is_that_adopters_are_not_kept(whole):
    assert whole.codes() == ["adopters-not-kept"]
    assert [a.loaded for a in whole.accounts] == [1] * 10 + [0]
    assert whole.accounts[-1].set_aside == 1


def test_says_what_it_is(whole):
    info = whole.file.info
    assert (info.kind, info.la_code, info.as_at, info.as_at_how) == ("annex_a", "202", AS_AT, "front sheet")
    assert info.lists == tuple(range(1, 12))
    assert info.latest_date == date(2024, 3, 8)
    assert len(info.sha256) == 64


def test_every_table_conforms(whole):
    expected = {plan.table for plan in PLANS.values()} | {"child"}
    assert set(whole.tables) == expected
    for name, frame in whole.tables.items():
        assert dict(frame.schema) == REPORTED[name].schema


def test_values_of_each_list(whole):
    def first(name):
        return whole.tables[name].row(0, named=True)

    assert first("contact")["contact_source"] == "6"
    assert first("contact")["contact_date"] == date(2024, 3, 4)
    assert first("early_help_assessment")["organisation"] == "School"
    assert first("referral")["nfa"] is False
    assert first("referral")["number_of_referrals_12_months"] == 0
    assert first("assessment")["child_seen"] == "1"
    assert first("assessment")["assessed_needs_support"] is True
    assert first("s47_enquiry")["icpc_date"] == date(2024, 3, 20)
    need = first("need_episode")
    assert (need["referral_date"], need["closure_reason"]) == (date(2024, 3, 6), "RC7")
    assert (need["primary_need"], need["case_status"]) == ("N1", "e")
    plan = first("cp_plan")
    assert (plan["initial_category_of_abuse"], plan["number_of_previous_cpp"]) == ("NEG", 1)
    care = first("period_of_care")
    assert (care["legal_status"], care["placement_type"], care["placement_location"]) == ("C2", "U6", "IN")
    assert (care["placement_la"], care["end_date"], care["uasc"]) == ("Camden", None, False)
    leaver = first("care_leaver")
    assert (leaver["in_touch"], leaver["accommodation_type"], leaver["activity"]) == ("YES", "U", "F1")
    assert first("adoption")["placed_date"] == date(2024, 4, 2)


def test_place_of_a_row_is_the_spreadsheets(whole):
    assert whole.tables["contact"].select("sheet", "row").row(0) == ("List_1", 3)


def test_child_is_stated_once_however_often_it_is_said(whole):
    children = whole.tables["child"]
    child = children.filter(has_disability=False).row(0, named=True)
    assert (child["sex"], child["ethnicity"], child["birth_date"]) == ("F", "WBRI", date(2012, 5, 3))
    assert child["unborn"] is False
    stated = children.drop("sheet", "row")
    assert 1 < children.height == stated.unique().height < 10


def test_staff_names_are_never_read(whole):
    for frame in whole.tables.values():
        assert "Not To Be Read" not in str(frame.rows())
    assert all("Not To Be Read" not in key[2] for key in whole.matching.values)
    for sheet in whole.file.content.sheets:
        assert not {"allocated_worker", "allocated_personal_adviser"} & set(sheet.columns)


def test_matching_report(whole):
    assert whole.matching.headings["Annex A.xlsx", "List_6", "CIN Start Date"] == ("cin_start_date", "exact")
    assert whole.matching.values["1", "contact_source", "q) 6: Police"] == ["6", "Police", "embedded code", 1]
    assert whole.matching.values["3", "gender", "b) Female"] == ["F", "Female", "label", 1]


def test_what_a_list_keeps_is_declared_by_its_table():
    for number, plan in PLANS.items():
        names = {column.name for column in lists()[number].columns}
        assert set(plan.keeps) | set(plan.key_dates) | set(plan.other_events) <= names
        assert set(plan.keeps.values()) <= set(REPORTED[plan.table].schema)


def test_child_row_again_only_when_it_differs(tmp_path):
    rows = [
        row(1),
        row(1, contact_date="05/03/2024"),
        row(1, contact_date="06/03/2024", ethnicity="b) WIRI"),
        row(1, contact_date="07/03/2024"),
    ]
    child = read_list(tmp_path, 1, *rows).tables["child"]
    assert child.select("row", "ethnicity").rows() == [(3, "WBRI"), (5, "WIRI")]


@pytest.mark.parametrize(
    ("age", "born", "birth", "expected", "unborn"),
    [
        (-1, "01/09/2024", None, date(2024, 9, 1), True),
        ("-1", "", None, None, True),
        ("", "01/09/2024", None, date(2024, 9, 1), True),
        (0, "01/05/2024", date(2024, 5, 1), None, False),
        (11.6, "01/09/2012", date(2012, 9, 1), None, False),
    ],
)
def test_unborn_children_are_no_fault(tmp_path, age, born, birth, expected, unborn):
    got = read_list(tmp_path, 1, row(1, age_years=age, birth_date=born))
    child = got.tables["child"].row(0, named=True)
    assert (child["birth_date"], child["expected_birth_date"], child["unborn"]) == (birth, expected, unborn)
    assert got.codes() == []


def test_one_csv_a_list(tmp_path: Path):
    path = tmp_path / "List 3.csv"
    lines = [list_rows(3, row(3))[1], row(3)]
    path.write_text(
        "\r\n".join(";".join(f'"{cell}"' for cell in line) for line in lines), encoding="utf-8-sig"
    )
    got = read(path)
    assert got.tables["referral"].select("sheet", "row").rows() == [("List_3", 2)]
    assert got.codes() == []
    assert got.file.info.lists == (3,)
