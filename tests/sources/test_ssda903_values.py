"""What the cells of SSDA903 are taken for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from ssda903_making import csv_text, read_path, read_rows, rows_of

from childjourneys.issues import Refused, UsageError
from childjourneys.sources.mappings import Mappings, load_mappings, value_coder
from childjourneys.sources.ssda903.layout import code_labels, coder_of, modules, of_another_year
from childjourneys.sources.ssda903.readings import partial_date


def test_a_header_gives_the_child_and_the_mother(tmp_path: Path) -> None:
    rows = rows_of(
        "Header",
        {"CHILD": "1", "MOTHER": "", "UPN": " a301000000018 "},
        {"CHILD": "2", "MOTHER": "1", "MC_DOB": "02/02/2024", "UPN": "un3"},
        {"CHILD": "3", "MOTHER": "9", "UPN": "UN9", "DOB": "31/02/2010", "SEX": "9", "ETHNIC": "Purple"},
        {"CHILD": "4", "MOTHER": "0", "UPN": "", "DOB": "01/05/2024", "ETHNIC": "a) WBRI"},
    )
    read = read_rows(tmp_path, "Header", rows)
    child = read.table("child")
    assert child.select(
        "child_id", "birth_date", "birth_date_raw", "sex", "ethnicity", "ethnicity_raw"
    ).rows() == [
        ("1", date(2010, 5, 3), None, "F", "WBRI", None),
        ("2", date(2010, 5, 3), None, "F", "WBRI", None),
        ("3", None, "31/02/2010", "U", None, "Purple"),
        ("4", None, "01/05/2024", "F", "WBRI", None),
    ]
    assert child.select("upn", "upn_unknown", "upn_unknown_raw").rows() == [
        ("A301000000018", None, None), (None, "UN3", None), (None, None, "UN9"), (None, None, None),
    ]  # fmt: skip
    mothers = read.table("mother").select(
        "child_id", "is_mother", "is_mother_raw", "mothers_child_birth_date"
    )
    assert mothers.rows() == [
        ("2", "1", None, date(2024, 2, 2)), ("3", None, "9", None), ("4", "0", None, None),
    ]  # fmt: skip
    assert read.codes() == [
        ("warning", "date-unreadable", 4, "DOB"),
        ("warning", "not-matched", 4, "ETHNIC"),
        ("warning", "not-matched", 4, "MOTHER"),
        ("warning", "not-matched", 4, "UPN"),
        ("warning", "date-after-extract", 5, "DOB"),
    ]


def test_an_episode(tmp_path: Path) -> None:
    change = {
        "CHILD": "0101.0", "PL_POST": "ef34gh", "HOME_POST": "AB1", "URN": "1234567.0", "PL_LOCATION": "IN",
        "PL_LA": "wal", "PL_DISTANCE": "999.9",
    }  # fmt: skip
    read = read_rows(tmp_path, "Episodes", rows_of("Episodes", change))
    assert read.codes() == []
    found = read.table("care_episode").row(0, named=True)
    assert {name: found[name] for name in found if not name.endswith("_raw")} == {
        "child_id": "0101", "episode_start_date": date(2023, 5, 1), "reason_new_episode": "S",
        "legal_status": "C2", "category_of_need": "N1", "placement_type": "U6", "placement_provider": "PR1",
        "episode_end_date": date(2023, 9, 1), "reason_episode_ceased": "X1", "reason_place_change": "CARPL",
        "home_postcode": "AB1", "placement_postcode": "EF3 4GH", "placement_urn": "1234567",
        "placement_la": "WAL", "placement_location": "IN", "placement_distance_miles": None,
        "sheet": "Episodes", "row": 2,
    }  # fmt: skip
    assert not any(found[name] for name in found if name.endswith("_raw"))


def test_distances(tmp_path: Path) -> None:
    rows = rows_of(
        "Episodes", *({"CHILD": text[:1] or "9", "PL_DISTANCE": text} for text in ("1.25", "3", "", "6x"))
    )
    read = read_rows(tmp_path, "Episodes", rows)
    assert read.table("care_episode")["placement_distance_miles"].to_list() == [1.25, 3.0, None, None]
    assert read.codes() == [("warning", "number-unreadable", 5, "PL_DISTANCE")]


def test_care_leavers(tmp_path: Path) -> None:
    rows = rows_of(
        "OC3", *({"CHILD": str(n + 1), "ACCOM": text} for n, text in enumerate(("D1", "z2", "0", "R", "Q1")))
    )
    read = read_rows(tmp_path, "OC3", rows)
    found = read.table("leaver_contact").select("accommodation", "suitability", "accommodation_raw").rows()
    assert found == [
        ("D", "1", None),
        ("Z", "2", None),
        ("0", None, None),
        ("R", None, None),
        (None, None, "Q1"),
    ]
    assert read.codes() == [("warning", "not-matched", 6, "ACCOM")]
    assert read.matching.values["OC3", "ACCOM", "D1"][1].endswith("; Suitable")  # type: ignore[union-attr]


def test_health(tmp_path: Path) -> None:
    rows = rows_of(
        "OC2",
        {"CONVICTED": "Y", "TEETH_CHECK": "false", "IMMUNISATIONS": "2", "SDQ_SCORE": "7.0"},
        {"CHILD": "102", "SDQ_SCORE": "high", "SDQ_REASON": "SDQ2"},
    )
    read = read_rows(tmp_path, "OC2", rows)
    found = read.table("oc2").select(
        "convicted", "dental_check", "immunisations_up_to_date", "sdq_score", "sdq_reason"
    )
    assert found.rows() == [(True, False, None, 7, None), (False, True, True, None, "SDQ2")]
    assert read.codes() == [
        ("warning", "not-matched", 2, "IMMUNISATIONS"),
        ("warning", "number-unreadable", 3, "SDQ_SCORE"),
    ]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("03/05/2019", "2019-05-03"), ("zz/05/2019", "2019-05"), ("ZZ/ZZ/2019", "2019"), ("zz/zz/zzzz", None),
        ("31/02/2019", "2019-02"), ("zz/13/2019", "2019"), ("about 2019", "2019"), ("xx/May/2019", "2019-05"),
        ("not known", None), ("2019-05-03", "2019-05-03"), ("12", None), ("03/05/zzzz", None),
    ],
)  # fmt: skip
def test_partial_dates(tmp_path: Path, text: str, known: str | None) -> None:
    assert partial_date(text) == known
    read = read_rows(tmp_path, "PrevPerm", rows_of("PrevPerm", {"DATE_PERM": text}))
    assert read.table("previous_permanence")["previous_permanence_date"].to_list() == [known]
    assert read.codes() == []


@pytest.mark.parametrize(
    ("module", "name", "text", "first", "last"),
    [
        ("Header", "SEX", "1", 2017, 2024), ("Header", "SEX", "F", 2025, 2027),
        ("UASC", "SEX", "2", 2017, 2024),
        ("Episodes", "PLACE", "H5", 2017, 2024), ("Episodes", "PLACE", "P2", 2017, 2024),
        ("Episodes", "PLACE", "K3", 2025, 2027), ("Episodes", "PLACE", "Z1", 2017, 2025),
        ("Episodes", "PLACE", "Z13", 2026, 2027), ("Episodes", "REC", "E45", 2019, 2027),
        ("Episodes", "REC", "E43", 2017, 2018), ("OC3", "ACTIV", "F4", 2022, 2027),
        ("OC3", "ACTIV", "P3", 2017, 2021), ("Episodes", "REASON_PLACE_CHANGE", "CUSTOD", 2019, 2027),
        ("Episodes", "PLACE", "U6", 2017, 2027),
    ],
)  # fmt: skip
def test_codes_of_another_year_are_read_with_one_warning(
    tmp_path: Path, module: str, name: str, text: str, first: int, last: int
) -> None:
    change = {name: text} | ({"DEC": "02/05/2015", "DECOM": "01/05/2015"} if module == "Episodes" else {})
    rows = rows_of(module, {"CHILD": "1", **change}, {"CHILD": "2", **change})
    column = modules()[module].fields[name].column
    code = coder_of(module, name).match(text).code  # type: ignore[union-attr]
    table = "stated_birth" if module == "UASC" else modules()[module].table
    for year in range(2017, 2028):
        read = read_rows(tmp_path, module, rows, as_at=date(year, 3, 31))
        assert read.table(table)[column].to_list() == [code, code]
        said = [(one.code, one.row, one.column, one.count) for one in read.issues("warning")
                if one.column == name]  # fmt: skip
        expected = [] if first <= year <= last else [("code-of-another-year", 2, name, 2)]
        assert said == expected, year


def test_other_modules_state_the_birth_once_for_each_thing_they_say(tmp_path: Path) -> None:
    rows = rows_of(
        "Reviews", {}, {"REVIEW": "02/06/2023"}, {"REVIEW": "03/06/2023", "DOB": "04/05/2010"},
        {"REVIEW": "04/06/2023", "DOB": ""}, {"REVIEW": "05/06/2023", "DOB": "x"},
        {"REVIEW": "", "DOB": "01/01/2011"},
    )  # fmt: skip
    read = read_rows(tmp_path, "Reviews", rows)
    found = read.table("stated_birth").select("child_id", "birth_date", "birth_date_raw", "row").rows()
    assert found == [
        ("101", date(2010, 5, 3), None, 2), ("101", date(2010, 5, 4), None, 4), ("101", None, "x", 6),
    ]  # fmt: skip
    assert "child" not in read.tables


def test_uasc_states_the_sex(tmp_path: Path) -> None:
    read = read_rows(tmp_path, "UASC", rows_of("UASC", {"DUC": "01/01/2024"}))
    assert read.table("stated_birth")["sex"].to_list() == ["F"]
    assert read.table("uasc")["uasc_ceased_date"].to_list() == [date(2024, 1, 1)]


def test_decisions_of_the_analyst_come_first(tmp_path: Path) -> None:
    mappings = Mappings(values={
        ("Episodes", "PLACE", "Fostered"): "U4", ("Episodes", "LS", "C2"): "", ("OC3", "ACCOM", "Flat"): "U1",
        ("Header", "UPN", "UN9"): "UN5",
    })  # fmt: skip
    read = read_rows(tmp_path, "Episodes", rows_of("Episodes", {"PLACE": "Fostered"}), mappings)
    found = read.table("care_episode").select("placement_type", "legal_status", "legal_status_raw").rows()
    assert found == [("U4", None, "C2")] and read.codes() == []
    read = read_rows(tmp_path, "OC3", rows_of("OC3", {"ACCOM": "Flat"}), mappings)
    assert read.table("leaver_contact").select("accommodation", "suitability").rows() == [("U", "1")]
    read = read_rows(tmp_path, "Header", rows_of("Header", {"UPN": "UN9"}), mappings)
    assert read.table("child").select("upn", "upn_unknown").rows() == [(None, "UN5")]
    taken = read.matching.values["Header", "UPN", "UN9"]
    assert (taken[0], taken[2], taken[3]) == ("UN5", "mapping", 1)


def test_coded_columns_are_known_to_the_mappings() -> None:
    for module in modules().values():
        for field in module.fields.values():
            coded = field.kind in ("code", "bool") or field.name == "UPN"
            assert (value_coder(module.name, field.name) is not None) == coded, (module.name, field.name)
            assert (value_coder(module.name, field.column) is not None) == coded
            if coded:
                assert set(code_labels(module.name, field.name)) >= set(
                    value_coder(module.name, field.name).codes  # type: ignore[union-attr]
                )
    assert value_coder("Episodes", "nothing") is None
    assert not of_another_year("Header", "UPN", "UN1", "UN1", 2017)


XML = """<?xml version="1.0" encoding="{encoding}"?>
<s:Return xmlns:s="urn:x"><s:CHILDREN>
<CHILD>
 <HEADER><CHILDID>501</CHILDID><SEX>2</SEX><DOB>03/05/2010</DOB><ETHNIC>WBRI</ETHNIC><UPN>UN2</UPN>
  <UASC>1</UASC><DUC>01/02/2024</DUC>
  <AREVIEW><REVIEW>01/06/2023</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
  <AREVIEW><REVIEW></REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
  <OC2><SDQ_SCORE>4</SDQ_SCORE></OC2>
  <PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE>
  <AMISSING><MISSING>M</MISSING><MIS_START>2023-06-01</MIS_START><MIS_END>2023-06-03</MIS_END></AMISSING>
  <ODD>1</ODD>
 </HEADER>
 <EPISODE><DECOM>01/05/2023</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U6</PL>
  <DEC>01/09/2023</DEC><REC>E11</REC></EPISODE>
</CHILD>
<CHILD>
 <EPISODE><DECOM>01/05/2023</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>Ü?</PL></EPISODE>
 <HEADER><CHILDID>502</CHILDID><SEX>1</SEX><DOB>03/05/2005</DOB><ETHNIC>WBRI</ETHNIC><UPN>UN2</UPN>
  <UASC>0</UASC><DUC/><IN_TOUCH>YES</IN_TOUCH><ACTIV>F1</ACTIV><ACCOM>B1</ACCOM>
  <DATE_INT/><DATE_MATCH/>
  <AD_PLACED><DATE_PLACED>01/07/2023</DATE_PLACED></AD_PLACED></HEADER>
</CHILD>
</s:CHILDREN></s:Return>
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_xml(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(XML.format(encoding=encoding), encoding=encoding)
    read = read_path(path)
    info = read.opened.files[0].info
    assert set(info.modules) == {"Header", "Episodes", "Reviews", "UASC", "OC2", "OC3", "PlacedAdoption",
                                 "PrevPerm", "Missing"}  # fmt: skip
    assert info.dated == ((2024, 3),)
    assert {one.sheet: (one.rows_in, one.loaded, one.set_aside) for one in read.accounts} == {
        "HEADER": (2, 2, 0), "EPISODE": (2, 2, 0), "AREVIEW": (2, 1, 1), "UASC": (1, 1, 0), "OC2": (1, 1, 0),
        "OC3": (1, 1, 0), "AD_PLACED": (1, 1, 0), "PERMANENCE": (1, 1, 0), "AMISSING": (1, 1, 0),
    }  # fmt: skip
    episodes = read.table("care_episode").select(
        "child_id", "placement_type", "placement_type_raw", "sheet", "row"
    )
    assert episodes.rows() == [("501", "U6", None, "EPISODE", 13), ("502", None, "Ü?", "EPISODE", 17)]
    assert read.table("review").select("child_id", "sheet", "row").rows() == [("501", "AREVIEW", 6)]
    assert read.table("uasc").select("child_id", "uasc_ceased_date").rows() == [("501", date(2024, 2, 1))]
    assert read.table("mother").select("child_id", "uasc_status").rows() == [("501", "1"), ("502", "0")]
    assert read.table("leaver_contact").select("child_id", "suitability").rows() == [("502", "1")]
    assert read.table("mark").select("event", "sheet", "row").rows() == [("lac_review", "AREVIEW", 7)]
    assert "stated_birth" not in read.tables
    assert read.codes() == [
        ("note", "element-unknown", 11, "ODD"),
        ("note", "layout-not-confirmed", None, ""),
        ("error", "key-date-blank", 7, "REVIEW"),
        ("warning", "not-matched", 17, "PL"),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("</s:Return>", ""), "xml-malformed"),
        (("<s:Return", "<!DOCTYPE x><s:Return"), "xml-doctype"),
        (("<ODD>", "<ODD>" + "<a>" * 150 + "</a>" * 150), "xml-too-deep"),
    ],
)
def test_xml_that_is_refused(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(XML.format(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_path(path)
    assert refused.value.code == code


def test_a_child_whose_identifier_is_blank_in_xml_is_set_aside_with_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(XML.format(encoding="utf-8").replace("<CHILDID>501", "<CHILDID>"), encoding="utf-8")
    read = read_path(path)
    assert set(read.table("child")["child_id"]) == {"502"}
    assert read.table("review").is_empty() and read.table("missing").is_empty()
    assert sum(one.set_aside for one in read.accounts) == 8


def test_mappings_name_the_module_and_its_codes(tmp_path: Path) -> None:
    def saved(list_name: str, column: str, taken_as: str) -> Path:
        path = tmp_path / "m.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            book.add_worksheet("Headings").write_row(0, 0, ["file", "sheet", "heading", "taken_as"])
            values = book.add_worksheet("Values")
            values.write_row(0, 0, ["list", "column", "raw", "taken_as"])
            values.write_row(1, 0, [list_name, column, "Odd", taken_as])
        return path

    assert load_mappings(saved("Episodes", "PLACE", "k2")).value("Episodes", "PLACE", "Odd") == "K2"
    assert load_mappings(saved("OC3", "ACCOM", "D2")).value("OC3", "ACCOM", "Odd") == "D2"
    with pytest.raises(UsageError, match="no code of the set"):
        load_mappings(saved("Episodes", "PLACE", "Q9"))
    with pytest.raises(UsageError, match="no coded column"):
        load_mappings(saved("Episodes", "URN", "1"))


def test_no_value_stands_in_a_message(tmp_path: Path) -> None:
    odd = "SECRET77"
    for module in modules().values():
        row = dict.fromkeys(module.fields, odd)
        for changed in (row, row | ({module.key_date: "01/05/2023"} if module.key_date else {})):
            (tmp_path / "x.csv").write_text(csv_text([changed]), encoding="utf-8")
            for one in read_path(tmp_path / "x.csv").issues():
                assert odd not in f"{one.what}{one.expected}{one.to_do}{one.column}"
