"""What the reader reports and what the rules report, over one file with a fault for every rule they share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from childjourneys.issues import Issue, IssueLog
from childjourneys.quality.census_rules import CensusRules, rule_table
from childjourneys.sources.cin_census import open_cin
from childjourneys.sources.contract import Matching, ReadContext

AS_AT = date(2024, 3, 31)
HEADER = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>
<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel><LEA>301</LEA>
<SerialNo>001</SerialNo><DateTime>2024-04-02T10:00:00</DateTime></Source></Header><Children>"""
CHARACTERISTICS = """<ChildCharacteristics><Ethnicity>{ethnicity}</Ethnicity>
<Disabilities><Disability>AUT</Disability></Disabilities></ChildCharacteristics>"""
EPISODE = """<CINdetails><CINreferralDate>2023-06-01</CINreferralDate><ReferralSource>1A</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode>"""
FURTHER = "<ReferralNFA>0</ReferralNFA></CINdetails>"


def child(
    identifier: str, records: str, born: str = "2012-05-01", sex: str = "1", ethnicity: str = "WBRI"
) -> str:
    return f"""<Child><ChildIdentifiers><LAchildID>{identifier}</LAchildID>
<PersonBirthDate>{born}</PersonBirthDate><UPNunknown>UN2</UPNunknown><GenderCurrent>{sex}</GenderCurrent>
</ChildIdentifiers>{CHARACTERISTICS.format(ethnicity=ethnicity)}{records}</Child>"""


def closed(day: str) -> str:
    return f"<CINclosureDate>{day}</CINclosureDate><ReasonForClosure>RC1</ReasonForClosure>"


def dated(group: str, start: str, first: str, end: str, last: str, more: str = "") -> str:
    return f"<{group}><{start}>{first}</{start}><{end}>{last}</{end}>{more}</{group}>"


FAULTS = [
    child("", ""),
    child("A1", EPISODE + "</CINdetails>"),  # 8568
    child("A1", EPISODE + FURTHER, born="2013-01-01"),  # 8510
    child("A2", "", sex="", ethnicity=""),  # 8590, 4180, 4220
    child("A3", EPISODE.replace("2023-06-01", "2024-05-01") + FURTHER),  # 8600
    child("A4", EPISODE + closed("2023-05-01") + FURTHER),  # 8630
    child("A5", EPISODE.replace("N1", "N77")  # 8650
          + dated("Assessments", "AssessmentActualStartDate", "2023-07-01",
                  "AssessmentAuthorisationDate", "2023-06-02")  # 8608
          + dated("CINPlanDates", "CINPlanStartDate", "", "CINPlanEndDate", "2023-08-01")  # 4010
          + dated("CINPlanDates", "CINPlanStartDate", "2023-08-01", "CINPlanEndDate", "2023-07-01")  # 4011
          + dated("Section47", "S47ActualStartDate", "2023-07-03", "DateOfInitialCPC", "2023-06-30",
                  "<ICPCnotRequired>0</ICPCnotRequired>")  # 8615
          + "<ReferralNFA>0</ReferralNFA>"
          # 8905, 8910, 8730, 8842Q, 8925, then 8720
          + dated("ChildProtectionPlans", "CPPstartDate", "2023-07-10",
                  "CPPendDate", "2023-07-09", "<Reviews/>")
          + dated("ChildProtectionPlans", "CPPstartDate", "2024-07-10", "CPPendDate", "2024-07-19")
          + "</CINdetails>"),
    child("A6", EPISODE + closed("2024-04-01") + FURTHER),  # 8620, after the reference date
    child("A7", EPISODE + closed("2023-03-01") + FURTHER),  # before its start: 8630 and not 8620
    child("A8", EPISODE.replace("2023-06-01", "2023-02-01")
          + closed("2023-03-01") + FURTHER),  # 8620, before the year
]  # fmt: skip


def reported(tmp_path: Path) -> tuple[list[Issue], list[Issue]]:
    path = tmp_path / "cin.xml"
    path.write_text(HEADER + "\n".join(FAULTS) + "</Children></Message>", encoding="utf-8")
    source = open_cin(path, "cin.xml")
    assert source is not None
    by_reader, by_rules = IssueLog(), IssueLog()
    rules = CensusRules(source.info, AS_AT)
    for frames in source.read(ReadContext(AS_AT, by_reader, Matching(), [])):
        rules.check(frames, by_rules)
    rules.finish(by_rules)
    return by_reader.issues(), by_rules.issues()


def codes(issues: Iterable[Issue]) -> set[str]:
    return {issue.code for issue in issues}


def test_no_finding_is_made_twice_and_none_left_out(tmp_path: Path) -> None:
    by_reader, by_rules = reported(tmp_path)
    left_to_reader = {row["code"] for row in rule_table() if row["reported_by"] == "reader"}
    assert left_to_reader - {"8650"} <= codes(by_reader)
    assert ("not-matched", "PrimaryNeedCode") in {(i.code, i.column) for i in by_reader}  # which is 8650
    twice = {(i.code, i.sheet, i.row) for i in by_reader} & {(i.code, i.sheet, i.row) for i in by_rules}
    assert not twice


def test_a_date_after_the_reference_date_is_the_reader_s_and_one_before_the_year_a_rule_s(
    tmp_path: Path,
) -> None:
    by_reader, by_rules = reported(tmp_path)
    after = [i for i in by_reader if i.code == "8620" and i.column == "CINclosureDate"]
    before = [i for i in by_rules if i.code == "8620"]
    assert (len(after), len(before)) == (1, 1)
    assert before[0].row > after[0].row
