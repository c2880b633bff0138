"""Reading a CIN census: its quirks, what becomes of each record, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cin_texts import AS_AT, HEADER, Read, census, child, episode, read_file

from childjourneys.issues import Refused
from childjourneys.sources.cin_census import open_cin
from childjourneys.sources.mappings import Mappings


def read(tmp_path: Path, text: str | bytes, **more: object) -> Read:
    path = tmp_path / "census.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_file(path, **more)  # type: ignore[arg-type]


def line_of(text: str, part: str, which: int = 1) -> int:
    """The line on which a part of the text stands."""
    at = -1
    for _ in range(which):
        at = text.index(part, at + 1)
    return text.count("\n", 0, at) + 1


FULL = census(
    child(
        episode(
            """<Assessments><AssessmentActualStartDate>2023-05-02</AssessmentActualStartDate>
<AssessmentInternalReviewDate>2023-05-20</AssessmentInternalReviewDate>
<AssessmentAuthorisationDate>2023-06-12</AssessmentAuthorisationDate>
<FactorsIdentifiedAtAssessment><AssessmentFactors>3B</AssessmentFactors><AssessmentFactors>1a</AssessmentFactors>
</FactorsIdentifiedAtAssessment></Assessments>
<CINPlanDates><CINPlanStartDate>2023-06-13</CINPlanStartDate><CINPlanEndDate>2023-09-01</CINPlanEndDate></CINPlanDates>
<Section47><S47ActualStartDate>2023-08-20</S47ActualStartDate><InitialCPCtarget>2023-09-11</InitialCPCtarget>
<DateOfInitialCPC>2023-09-01</DateOfInitialCPC><ICPCnotRequired>false</ICPCnotRequired></Section47>
<ChildProtectionPlans><CPPstartDate>2023-09-01</CPPstartDate><CPPendDate>2024-02-01</CPPendDate>
<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse>
<NumberOfPreviousCPP>1</NumberOfPreviousCPP><Reviews><CPPreviewDate>2023-11-01</CPPreviewDate></Reviews>
</ChildProtectionPlans>""",
            more="<CINclosureDate>2024-03-01</CINclosureDate><ReasonForClosure>RC3</ReasonForClosure>"
            "<DateOfInitialCPC>2023-05-09</DateOfInitialCPC>",
        ),
        identifiers="<UPN>A123456789012</UPN><PersonBirthDate>2012-05-06</PersonBirthDate><GenderCurrent>2</GenderCurrent>",
        characteristics="<Ethnicity>MWBC</Ethnicity><Disabilities><Disability>LD</Disability><Disability>AUT</Disability>"
        "</Disabilities>",
    )
)


def test_a_whole_record_without_faults(tmp_path: Path) -> None:
    found = read(tmp_path, FULL)
    assert found.issues == []
    [row] = found.rows("child")
    expected = {
        "child_id": "101", "upn": "A123456789012", "birth_date": date(2012, 5, 6), "sex": "F",
        "ethnicity": "MWBC", "disability": "LD|AUT",
        "has_disability": True, "unborn": False, "death_date": None,
        "sheet": "Child", "row": line_of(FULL, "<Child>"),
    }  # fmt: skip
    assert expected.items() <= row.items()
    [row] = found.rows("need_episode")
    expected = {
        "referral_date": date(2023, 5, 1), "referral_source": "1A", "primary_need": "N1", "nfa": False,
        "closure_date": date(2024, 3, 1), "closure_reason": "RC3", "transfer_in_icpc_date": date(2023, 5, 9),
        "sheet": "CINdetails", "row": line_of(FULL, "<CINdetails>"),
    }  # fmt: skip
    assert expected.items() <= row.items()
    link = {"child_id": "101", "referral_date": date(2023, 5, 1), "parent_row": line_of(FULL, "<CINdetails>")}
    tables: dict[str, dict[str, object]] = {
        "assessment": {
            "start_date": date(2023, 5, 2), "authorised_date": date(2023, 6, 12), "factors": "3B|1A",
            "internal_review_date": date(2023, 5, 20), "row": line_of(FULL, "<Assessments>"),
        },
        "cin_plan": {"start_date": date(2023, 6, 13), "end_date": date(2023, 9, 1)},
        "s47_enquiry": {
            "start_date": date(2023, 8, 20), "icpc_target_date": date(2023, 9, 11),
            "icpc_date": date(2023, 9, 1), "icpc_not_required": False, "sheet": "Section47",
        },
        "icpc": {"icpc_date": date(2023, 5, 9), "sheet": "CINdetails", "row": line_of(FULL, "<CINdetails>")},
        "cp_plan": {
            "start_date": date(2023, 9, 1), "end_date": date(2024, 2, 1), "initial_category_of_abuse": "NEG",
            "latest_category_of_abuse": "EMO", "number_of_previous_cpp": 1,
        },
        "cp_review": {
            "review_date": date(2023, 11, 1), "cpp_start_date": date(2023, 9, 1), "sheet": "CPPreviewDate",
            "row": line_of(FULL, "<CPPreviewDate>"),
        },
    }  # fmt: skip
    for table, stated in tables.items():
        [row] = found.rows(table)
        assert (stated | link).items() <= row.items()
    assert "mark" not in found.tables
    assert list(found.accounts) == [
        "Child", "CINdetails", "Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans",
        "CPPreviewDate",
    ]  # fmt: skip
    info = found.info
    assert (info.la_code, info.as_at, info.as_at_how, info.serial_no) == ("301", AS_AT, "reference date", 2)
    assert (info.year, info.produced_at, len(info.sha256)) == (2024, "2024-06-01T10:00:00", 64)
    assert found.matching.values["CIN", "AssessmentFactors", "1a"][0] == "1A"
    assert found.matching.values["CIN", "ReferralNFA", "0"][0] == "0"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252"]
)
@pytest.mark.parametrize("chunk_size", [1, 4 << 20])
def test_encodings(tmp_path: Path, encoding: str, chunk_size: int) -> None:
    name = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(encoding, encoding)
    text = census(child(episode(), child_id="Zoë1")).replace('encoding="utf-8"', f'encoding="{name}"')
    found = read(tmp_path, text.encode(encoding), chunk_size=chunk_size)
    assert [row["child_id"] for row in found.rows("child")] == ["ZOË1"]
    assert found.rows("need_episode")[0]["row"] == line_of(text, "<CINdetails>")
    assert found.issues == []


def test_a_declared_utf_16_that_is_not(tmp_path: Path) -> None:
    found = read(tmp_path, FULL.replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-8"))
    assert len(found.rows("cp_review")) == 1


@pytest.mark.parametrize("chunk_size", [1, 4 << 20])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Message>", '<Message xmlns="urn:cin">'),
        ("<Child>", '<Child id="a > b" other=\'"\'>'),
        ("<Child>", "<Child><!-- <Child><LAchildID>9</LAchildID></Child> -->"),
        ("<Child>", "<Child><?target <Child> </Child>?>"),
        ("<LAchildID>101</LAchildID>", "<LAchildID><![CDATA[101]]></LAchildID>"),
        ("<LAchildID>101</LAchildID>", "<LAchildID>1<!-- > -->0<![CDATA[1]]></LAchildID>"),
        ("<LAchildID>101</LAchildID>", "<LAchildID>1&#48;&#x31;</LAchildID>"),
        ("<Ethnicity>", "text > text <Ethnicity >"),
        ("</Child>", "</Child >"),
        ("<UPN>", "<FormerUPN/><UPNunknown></UPNunknown><Sex />stray<UPN>"),
        ("<DateOfInitialCPC>2023-09-01", "<DateOfInitialCPC>01/09/2023"),
        ("<DateOfInitialCPC>2023-09-01", "<DateOfInitialCPC>2023-09-01T00:00:00"),
        ("<ICPCnotRequired>false", "<ICPCnotRequired>0"),
    ],
)
def test_other_ways_of_writing_the_same(tmp_path: Path, old: str, new: str, chunk_size: int) -> None:
    plain, other = read(tmp_path, FULL), read(tmp_path, FULL.replace(old, new), chunk_size=chunk_size)
    assert other.issues == []
    for table in plain.tables:
        assert plain.tables[table].equals(other.tables[table]), table


def test_prefixes(tmp_path: Path) -> None:
    text = FULL.replace("<Message>", '<Message xmlns:dfe="urn:cin">')
    text = (
        text.replace("</", "</dfe:")
        .replace("<", "<dfe:")
        .replace("<dfe:/dfe:", "</dfe:")
        .replace("<dfe:?", "<?")
    )
    plain, other = read(tmp_path, FULL), read(tmp_path, text, chunk_size=1)
    assert {name: frame.to_dicts() for name, frame in plain.tables.items()} == {
        name: frame.to_dicts() for name, frame in other.tables.items()
    }
    assert plain.info.la_code == other.info.la_code


def test_both_forms_of_reviews_and_a_group_without_a_date(tmp_path: Path) -> None:
    plan = "<ChildProtectionPlans><CPPstartDate>2023-09-01</CPPstartDate>\
<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse><NumberOfPreviousCPP>0</NumberOfPreviousCPP>{}</ChildProtectionPlans>"
    one, two = "<CPPreviewDate>2023-11-01</CPPreviewDate>", "<CPPreviewDate>2024-01-05</CPPreviewDate>"
    days = {date(2023, 11, 1), date(2024, 1, 5)}
    for reviews in (f"<Reviews>{one}{two}</Reviews>", f"<Reviews>{one}</Reviews><Reviews>{two}</Reviews>"):
        found = read(tmp_path, census(child(episode(plan.format(reviews)))))
        assert {row["review_date"] for row in found.rows("cp_review")} == days
        assert found.issues == []
    for reviews in ("<Reviews/>", "<Reviews></Reviews>", "<Reviews> </Reviews>"):
        found = read(tmp_path, census(child(episode(plan.format(reviews)))))
        assert [(i.code, i.sheet, i.column) for i in found.issues] == [
            ("8842Q", "ChildProtectionPlans", "CPPreviewDate")
        ]
    found = read(tmp_path, census(child(episode(plan.format("<Reviews><CPPreviewDate/></Reviews>")))))
    assert [(i.code, i.severity, i.sheet) for i in found.issues] == [("8842Q", "error", "CPPreviewDate")]
    assert found.accounts["CPPreviewDate"].set_aside == 1


@pytest.mark.parametrize(
    ("gender", "year", "sex"),
    [("<GenderCurrent>1</GenderCurrent>", 2024, "M"), ("<GenderCurrent>9</GenderCurrent>", 2024, "U"),
     ("<Sex>F</Sex>", 2025, "F"), ("<Sex>2</Sex>", 2025, "F"), ("<Sex>m</Sex>", 2025, "M")],
)  # fmt: skip
def test_sex_in_either_element(tmp_path: Path, gender: str, year: int, sex: str) -> None:
    text = census(child(episode(), identifiers=f"<PersonBirthDate>2012-05-06</PersonBirthDate>{gender}"))
    found = read(tmp_path, text.replace("2024-03-31", f"{year}-03-31"))
    assert found.rows("child")[0]["sex"] == sex
    assert found.issues == []


def test_an_unborn_child_is_no_fault(tmp_path: Path) -> None:
    identifiers = (
        "<ExpectedPersonBirthDate>2024-06-01</ExpectedPersonBirthDate><GenderCurrent>0</GenderCurrent>"
    )
    found = read(tmp_path, census(child(episode(), identifiers=identifiers)))
    [row] = found.rows("child")
    assert (row["unborn"], row["birth_date"], row["sex"]) == (True, None, "U")
    assert row["expected_birth_date"] == date(2024, 6, 1)
    assert found.issues == []


@pytest.mark.parametrize("root", ["Children", "List"])
def test_no_header(tmp_path: Path, root: str) -> None:
    closed = "<CINclosureDate>2023-06-30</CINclosureDate>"
    text = f"<{root}>{child(episode(), '1')}{child(episode(more=closed), '2')}</{root}>"
    found = read(tmp_path, text)
    assert found.info.as_at is None
    assert found.info.la_code is None
    assert found.info.latest_date == date(2023, 6, 30)
    assert len(found.rows("need_episode")) == 2


def test_header_after_the_children_and_several_sources(tmp_path: Path) -> None:
    text = "<Message><Children>" + child(episode()) + "</Children>"
    other = "<Source><SourceLevel>S</SourceLevel><LEA>999</LEA><SerialNo>9</SerialNo></Source>"
    header = HEADER.replace("<Source>", other + "<Source>")
    text += header.replace("<LEA>301</LEA>", "<LEA>Barking and Dagenham</LEA>") + "</Message>"
    for chunk_size in (1, 1 << 20):
        info = read(tmp_path, text, chunk_size=chunk_size).info
        assert (info.la_code, info.serial_no, info.as_at) == ("301", 2, AS_AT)


def test_year_stands_in_for_a_missing_reference_date(tmp_path: Path) -> None:
    header = HEADER.replace("<ReferenceDate>2024-03-31</ReferenceDate>", "")
    found = read(tmp_path, census(child(episode()), header))
    assert (found.info.as_at, found.info.as_at_how) == (AS_AT, "year")
    assert found.issues == []


def test_what_is_no_census(tmp_path: Path) -> None:
    for text in (
        b"DECOM,CHILD\n1,2\n",
        "DECOM,CHILD\n1,2\n".encode("utf-16"),
        b"PK\x03\x04",
        b"\xff\xfe\x00\xd8\x00\xd8",
        b"M\x00\xd8\xd8",
        b"\xd0\xcf\x11\xe0",
        b"<html><body><p>no</body></html>",
        b"<!DOCTYPE html><html></html>",
        b"<Message><Header><CollectionDetails><Collection>CLA</Collection></CollectionDetails></Header></Message>",
        b"<root><Child>not ours</Child></root>",
    ):
        path = tmp_path / "other"
        path.write_bytes(text)
        assert open_cin(path, "other") is None, text


def test_no_children(tmp_path: Path) -> None:
    found = read(tmp_path, census(""))
    assert (found.tables, found.accounts, found.issues) == ({}, {}, [])


@pytest.mark.parametrize("chunk_size", [1, 4 << 20])
def test_placeholder_identifiers(tmp_path: Path, chunk_size: int) -> None:
    inside = episode("<Section47><S47ActualStartDate>soon</S47ActualStartDate></Section47>")
    text = census("".join(child(inside, child_id) for child_id in ("", " unknown ", "000", "n/a", "-", "7")))
    found = read(tmp_path, text.replace("<LAchildID></LAchildID>", ""), chunk_size=chunk_size)
    assert [row["child_id"] for row in found.rows("child")] == ["7"]
    assert found.accounts["Child"].reasons == {"8500": 3, "placeholder-identifier": 2}
    assert found.accounts["CINdetails"].set_aside == 5
    assert found.accounts["Section47"].set_aside == 6
    about_children = [(i.code, i.row) for i in found.issues if i.sheet == "Child"]
    lines = [line_of(text, "<Child>", which) for which in range(1, 6)]
    assert about_children == list(
        zip(["8500", *["placeholder-identifier"] * 2, "8500", "8500"], lines, strict=True)
    )
    assert {i.code for i in found.issues if i.sheet == "Section47"} == {"key-date-unreadable"}
    assert [row["row"] for row in found.rows("mark")] == [line_of(text, "<Section47>", 6)]


@pytest.mark.parametrize(
    ("value", "codes", "mark"),
    [
        ("", ("8600", "key-date-blank", "4010", "8615", "8720", "8842Q"), "undated"),
        ("soon", ("key-date-unreadable",) * 6, "undated"),
        ("07/25/2023", ("key-date-unreadable",) * 6, "undated"),
        (
            "2024-04-01",
            ("8600", "key-date-future", "4010", "key-date-future", "8720", "key-date-future"),
            "future",
        ),
    ],
)
def test_key_dates_that_can_not_be_used(
    tmp_path: Path, value: str, codes: tuple[str, ...], mark: str
) -> None:
    text = census(
        child(
            episode(
                f"<Assessments><AssessmentActualStartDate>{value}</AssessmentActualStartDate></Assessments>"
                f"<CINPlanDates><CINPlanStartDate>{value}</CINPlanStartDate></CINPlanDates>"
                f"<Section47><S47ActualStartDate>{value}</S47ActualStartDate></Section47>"
                f"<ChildProtectionPlans><CPPstartDate>{value}</CPPstartDate><Reviews><CPPreviewDate>{value}</CPPreviewDate>"
                "</Reviews></ChildProtectionPlans>",
                referral=value,
            )
        )
    )
    found = read(tmp_path, text)
    sheets = (
        "CINdetails",
        "Assessments",
        "CINPlanDates",
        "Section47",
        "ChildProtectionPlans",
        "CPPreviewDate",
    )
    errors = {(i.sheet, i.code, i.column) for i in found.issues if i.severity == "error"}
    columns = ("CINreferralDate", "AssessmentActualStartDate", "CINPlanStartDate", "S47ActualStartDate",
               "CPPstartDate", "CPPreviewDate")  # fmt: skip
    assert errors == set(zip(sheets, codes, columns, strict=True))
    assert [i for i in found.issues if i.severity != "error"] == []
    assert set(found.tables) == {"child", "mark"}
    events = ["referral", "assessment_start", "cin_start", "s47", "cpp_start", "cp_review"]
    assert {(row["sheet"], row["event"], row["code"]) for row in found.rows("mark")} == {
        (sheet, event, mark) for sheet, event in zip(sheets, events, strict=True)
    }


def test_records_inside_an_episode_that_was_set_aside(tmp_path: Path) -> None:
    plan = "<ChildProtectionPlans><CPPstartDate>{}</CPPstartDate>\
<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse><NumberOfPreviousCPP>0</NumberOfPreviousCPP>\
<Reviews><CPPreviewDate>2023-11-01</CPPreviewDate></Reviews></ChildProtectionPlans>"
    inside = (
        "<Section47><S47ActualStartDate>2023-06-01</S47ActualStartDate>"
        "<ICPCnotRequired>1</ICPCnotRequired></Section47>"
    )
    more = "<DateOfInitialCPC>2023-07-01</DateOfInitialCPC><CINclosureDate>2023-08-01</CINclosureDate>"
    text = census(
        child(episode(inside + plan.format("2023-09-01"), "", more))
        + child(episode(plan.format("")), "102")
    )  # fmt: skip
    found = read(tmp_path, text)
    [row] = found.rows("s47_enquiry")
    assert (row["start_date"], row["referral_date"], row["parent_row"]) == (date(2023, 6, 1), None, None)
    first, second = found.rows("cp_review")
    assert (first["cpp_start_date"], first["parent_row"]) == (date(2023, 9, 1), None)
    assert (second["cpp_start_date"], second["referral_date"]) == (None, date(2023, 5, 1))
    assert "icpc" not in found.tables
    assert {row["event"] for row in found.rows("mark")} == {"referral|case_closed|icpc", "cpp_start"}


def test_other_dates(tmp_path: Path) -> None:
    text = census(
        child(
            episode(
                "<Assessments><AssessmentActualStartDate>2023-05-02</AssessmentActualStartDate>"
                "<AssessmentAuthorisationDate>2023-05-01</AssessmentAuthorisationDate></Assessments>\n"
                "<Assessments><AssessmentActualStartDate>2023-05-03</AssessmentActualStartDate>"
                "<AssessmentAuthorisationDate>99/99/2023</AssessmentAuthorisationDate></Assessments>\n"
                "<CINPlanDates><CINPlanStartDate>2023-06-13</CINPlanStartDate><CINPlanEndDate>2023-06-12</CINPlanEndDate>"
                "</CINPlanDates>\n<CINPlanDates><CINPlanStartDate>2023-07-13</CINPlanStartDate>"
                "<CINPlanEndDate>2024-04-01</CINPlanEndDate></CINPlanDates>\n"
                "<Section47><S47ActualStartDate>2023-08-20</S47ActualStartDate><DateOfInitialCPC>2023-08-19"
                "</DateOfInitialCPC><InitialCPCtarget>2024-05-01</InitialCPCtarget><ICPCnotRequired>0</ICPCnotRequired></Section47>"
                "<ChildProtectionPlans><CPPstartDate>2023-09-01</CPPstartDate><CPPendDate>2023-08-31</CPPendDate>"
                "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
                "<NumberOfPreviousCPP>0</NumberOfPreviousCPP></ChildProtectionPlans>",
                more="<CINclosureDate>2023-04-30</CINclosureDate><DateOfInitialCPC>2024-04-02</DateOfInitialCPC>",
            ),
            identifiers="<PersonBirthDate>2012-13-01</PersonBirthDate><GenderCurrent>1</GenderCurrent>"
            "<PersonDeathDate>2024-04-05</PersonDeathDate>",
        )
    )
    found = read(tmp_path, text)
    assert {(i.severity, i.code, i.sheet, i.column, i.row) for i in found.issues} == {
        ("warning", code, sheet, column, line_of(text, f"<{sheet}>", which))
        for code, sheet, column, which in (
            ("8608", "Assessments", "AssessmentAuthorisationDate", 1),
            ("date-unreadable", "Assessments", "AssessmentAuthorisationDate", 2),
            ("4011", "CINPlanDates", "CINPlanEndDate", 1),
            ("4013", "CINPlanDates", "CINPlanEndDate", 2),
            ("8615", "Section47", "DateOfInitialCPC", 1),
            ("8925", "ChildProtectionPlans", "CPPendDate", 1),
            ("8630", "CINdetails", "CINclosureDate", 1),
            ("date-after-extract", "CINdetails", "DateOfInitialCPC", 1),
            ("date-unreadable", "Child", "PersonBirthDate", 1),
            ("8545Q", "Child", "PersonDeathDate", 1),
        )
    }
    [row] = found.rows("child")
    assert (row["birth_date_raw"], row["death_date"], row["death_date_raw"]) == (
        "2012-13-01",
        None,
        "2024-04-05",
    )
    assert row["unborn"] is False
    assert [row["authorised_date_raw"] for row in found.rows("assessment")] == ["2023-05-01", "99/99/2023"]
    assert [(row["end_date"], row["end_date_raw"]) for row in found.rows("cin_plan")] == [
        (None, "2023-06-12"), (None, "2024-04-01")
    ]  # fmt: skip
    assert found.rows("s47_enquiry")[0]["icpc_target_date"] == date(2024, 5, 1)
    assert "icpc" not in found.tables
    assert {(row["event"], row["code"], row["start"]) for row in found.rows("mark")} == {
        ("assessment_authorised", "end_before_start", date(2023, 5, 2)),
        ("assessment_authorised", "undated", date(2023, 5, 3)),
        ("cin_end", "end_before_start", date(2023, 6, 13)),
        ("icpc", "end_before_start", date(2023, 8, 20)),
        ("cpp_end", "end_before_start", date(2023, 9, 1)),
        ("case_closed", "end_before_start", date(2023, 5, 1)),
    }


def test_missing_elements_and_groups(tmp_path: Path) -> None:
    text = census(
        "<Child><ChildIdentifiers><LAchildID>1</LAchildID></ChildIdentifiers></Child>\n"
        "<Child><ChildIdentifiers><LAchildID>2</LAchildID><GenderCurrent/></ChildIdentifiers>"
        "<ChildCharacteristics><Ethnicity/></ChildCharacteristics>"
        "<CINdetails><CINreferralDate>2023-05-01</CINreferralDate>"
        "<Section47><S47ActualStartDate>2023-08-20</S47ActualStartDate></Section47>"
        "<ChildProtectionPlans><CPPstartDate>2023-09-01</CPPstartDate></ChildProtectionPlans></CINdetails></Child>"
    )
    found = read(tmp_path, text)
    first, second = line_of(text, "<Child>"), line_of(text, "<Child>", 2)
    assert {i.severity for i in found.issues} == {"warning"}
    assert found.codes == {
        ("4180", "Child", "GenderCurrent", first),
        ("element-missing", "Child", "ChildCharacteristics", first),
        ("8590", "Child", "CINdetails", first), ("4180", "Child", "GenderCurrent", second),
        ("4220", "Child", "Ethnicity", second), ("8568", "CINdetails", "ReferralNFA", second),
        ("element-missing", "Section47", "ICPCnotRequired", second),
        ("8905", "ChildProtectionPlans", "InitialCategoryOfAbuse", second),
        ("8910", "ChildProtectionPlans", "LatestCategoryOfAbuse", second),
        ("8730", "ChildProtectionPlans", "NumberOfPreviousCPP", second),
    }  # fmt: skip


def test_codes_that_do_not_match_and_codes_of_other_years(tmp_path: Path) -> None:
    disabilities = "<Disabilities><Disability>LD</Disability><Disability>sad</Disability></Disabilities>"
    wrapper = "FactorsIdentifiedAtAssessment"
    factors = f"<{wrapper}><AssessmentFactors>18A</AssessmentFactors></{wrapper}>"
    start = "<AssessmentActualStartDate>2023-05-02</AssessmentActualStartDate>"
    text = census(
        child(episode(), "1", characteristics="<Ethnicity>Martian</Ethnicity>")
        + child(episode(), "2", characteristics="<Ethnicity>Martian</Ethnicity>" + disabilities)
        + child(episode(), "3", characteristics="<Ethnicity>White British</Ethnicity>")
        + child(episode(f"<Assessments>{start}{factors}</Assessments>"), "4")
    )
    found = read(tmp_path, text, chunk_size=1)
    assert [(i.code, i.column, i.count, i.row) for i in found.issues] == [
        ("not-matched", "Ethnicity", 2, line_of(text, "<Child>")),
        ("not-matched", "Disability", 1, line_of(text, "<Child>", 2)),
    ]
    rows = found.rows("child")
    assert [(row["ethnicity"], row["ethnicity_raw"]) for row in rows[:3]] == [
        (None, "Martian"), (None, "Martian"), ("WBRI", None)
    ]  # fmt: skip
    assert (rows[1]["disability"], rows[1]["disability_raw"], rows[1]["has_disability"]) == (
        "LD",
        "sad",
        True,
    )
    assert found.rows("assessment")[0]["factors"] == "18A"
    assert found.matching.values["CIN", "Ethnicity", "Martian"] == ["", "", "not matched", 2]
    assert "Martian" not in "".join(i.what + i.expected + i.to_do for i in found.issues)
    decided = Mappings(
        {}, {("CIN", "Ethnicity", "Martian"): "OOTH", ("CIN", "Ethnicity", "White British"): ""}
    )
    again = read(tmp_path, text, mappings=decided)
    assert [row["ethnicity"] for row in again.rows("child")] == ["OOTH", "OOTH", None, "WBRI"]
    assert again.matching.values["CIN", "Ethnicity", "Martian"][2] == "mapping"


@pytest.mark.parametrize("chunk_size", [1, 4 << 20])
def test_repeated_children(tmp_path: Path, chunk_size: int) -> None:
    enquiry = (
        "<Section47><S47ActualStartDate>2023-06-{}</S47ActualStartDate>"
        "<ICPCnotRequired>1</ICPCnotRequired></Section47>"
    )
    again = child(episode(enquiry.format("01") + enquiry.format("02")), " 101 ")
    other = child(episode(), "101", characteristics="<Ethnicity>OOTH</Ethnicity>")
    text = census(
        child(episode(enquiry.format("01"))) + child(episode(), "5") + again + child(episode(), "6") + other
    )
    found = read(tmp_path, text, chunk_size=chunk_size)
    assert sorted(row["row"] for row in found.rows("child")) == [
        line_of(text, "<Child>", which) for which in (1, 2, 4, 5)
    ]
    accounts = {name: (a.rows_in, a.loaded, a.duplicate) for name, a in found.accounts.items()}
    assert accounts == {"Child": (5, 4, 1), "CINdetails": (5, 4, 1), "Section47": (3, 2, 1)}
    assert {row["parent_row"] for row in found.rows("s47_enquiry")} == {line_of(text, "<CINdetails>")}
    assert found.codes == {
        ("8510", "Child", "LAchildID", line_of(text, "<Child>", 5)),
        ("same-key", "CINdetails", "CINreferralDate", line_of(text, "<CINdetails>", 5)),
    }


def test_records_of_one_key(tmp_path: Path) -> None:
    assessment = (
        "<Assessments><AssessmentActualStartDate>2023-05-02</AssessmentActualStartDate>{}</Assessments>\n"
    )
    end = "<AssessmentAuthorisationDate>2023-06-02</AssessmentAuthorisationDate>"
    text = census(
        child(episode(assessment.format("") + assessment.format(end) + assessment.format("")) + "\n"
              + episode(more="<CINclosureDate>2023-06-01</CINclosureDate>"))
    )  # fmt: skip
    found = read(tmp_path, text)
    assert len(found.rows("assessment")) == 2
    assert found.accounts["Assessments"].duplicate == 1
    assert found.codes == {
        ("same-key", "Assessments", "AssessmentActualStartDate", line_of(text, "<Assessments>", 2)),
        ("same-key", "CINdetails", "CINreferralDate", line_of(text, "<CINdetails>", 2)),
    }


def test_elements_that_are_not_known(tmp_path: Path) -> None:
    group = "<PreProceedingsandFGDM><PPStartDate>2023-09-01</PPStartDate></PreProceedingsandFGDM>"
    extra = "<Extra><CINreferralDate>2020-01-01</CINreferralDate></Extra>\n"
    text = census(
        child(episode(group + extra + group) + extra + "<Colour>red</Colour>"),
        HEADER.replace("<Source>", "<Source><New/>"),
    )
    found = read(tmp_path, text)
    assert [(i.severity, i.code, i.column, i.row, i.count) for i in found.issues] == [
        ("note", "element-unknown", "Extra", line_of(text, "<Extra>"), 1),
        ("note", "element-unknown", "Colour", line_of(text, "<Colour>"), 1),
        ("note", "group-not-kept", "PreProceedingsandFGDM", None, 2),
    ]
    assert [row["referral_date"] for row in found.rows("need_episode")] == [date(2023, 5, 1)]


def test_a_field_in_the_wrong_record_is_not_taken(tmp_path: Path) -> None:
    found = read(tmp_path, census(child(episode("<CPPstartDate>2023-09-01</CPPstartDate>") + "<Section47/>")))
    assert {(i.code, i.column) for i in found.issues} == {
        ("element-unknown", "CPPstartDate"), ("element-unknown", "Section47"),
    }  # fmt: skip


def test_lines_beyond_what_a_parser_counts(tmp_path: Path) -> None:
    filler = "".join(child(episode("\n" * 20), str(number)) for number in range(1, 3001))
    text = census(filler + child(episode("<Section47>\n</Section47>"), "99999"))
    last = line_of(text, "<Section47>")
    assert last > 70_000
    for chunk_size in (50_000, 4 << 20):
        found = read(tmp_path, text, chunk_size=chunk_size)
        assert [(i.code, i.row) for i in found.issues] == [("8615", last)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "empty-file"),
        (b"  \n ", "empty-file"),
        (FULL[:-30].encode(), "xml-malformed"),
        (FULL.replace("</ChildIdentifiers>", "", 1).encode(), "xml-malformed"),
        (FULL.replace("101", "Zoë").encode("latin-1"), "xml-malformed"),
        (FULL.replace("101", "\x01").encode(), "xml-malformed"),
        (FULL.replace("<Message>", "<!DOCTYPE Message [<!ENTITY a 'b'>]><Message>").encode(), "xml-doctype"),
        (FULL.replace("<Message>", "<!DOCTYPE Message SYSTEM 'x.dtd'><Message>").encode(), "xml-doctype"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "xml-too-deep"),
        (FULL.replace("<Child>", "<Child>" + "<a>" * 100_000 + "</a>" * 100_000).encode(), "xml-too-deep"),
        (FULL.encode("utf-16")[:-7], "xml-encoding"),
        (FULL.replace("utf-8", "klingon").encode(), "xml-encoding"),
        (FULL.replace("utf-8", "undefined").encode(), "xml-encoding"),
        (FULL.replace("utf-8", "windows-1252").encode().replace(b"101", b"\x81"), "xml-encoding"),
        (b"<Message>", "xml-malformed"),
    ],
)  # fmt: skip
def test_refusals(tmp_path: Path, text: bytes, code: str) -> None:
    path = tmp_path / "census.xml"
    path.write_bytes(text)
    with pytest.raises(Refused) as refused:
        open_cin(path, "census.xml")
    assert refused.value.code == code
    assert refused.value.what and refused.value.expected and refused.value.to_do


def test_a_malformed_file_is_refused_with_its_line(tmp_path: Path) -> None:
    text = FULL.replace("</Section47>", "</Section4>")
    path = tmp_path / "census.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        open_cin(path, "census.xml", 1)
    assert refused.value.row == line_of(text, "</Section4>")


def test_a_child_in_a_child_over_several_chunks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "census.xml"
    path.write_text(
        census(child() + child(child(inside=episode(), child_id="2") + episode())), encoding="utf-8"
    )
    with pytest.raises(Refused) as refused:
        open_cin(path, "census.xml", 1)
    assert refused.value.code == "xml-structure"
