"""Each rule of the census on a small batch that breaks it and on a neighbouring one that does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as d
from typing import Any

import pytest
from census_batches import CLEAN, PLAN, REFERRAL, Changes, batch, found

from childjourneys.issues import Issue
from childjourneys.quality.census_rules import rules_of
from childjourneys.quality.rule import CensusYear

CLOSED = {"closure_date": d(2024, 3, 1), "closure_reason": "RC7"}
NO_WORK: Changes = {name: [] for name in ("assessment", "s47_enquiry", "cp_plan", "cp_review", "cin_plan")}


@dataclass(frozen=True)
class Case:
    code: str
    sheet: str
    column: str
    rows: tuple[int, ...]
    fires: Changes
    quiet: Changes
    year: int = 2024


def case(
    code: str, column: str, fires: Changes, quiet: Changes, *, at: str, rows: Any = None, year: int = 2024
) -> Case:
    clean = CLEAN[at]
    return Case(code, clean["sheet"], column, rows or (clean["row"],), fires, quiet, year)


def one(name: str, **values: Any) -> Changes:
    return {name: [values]}


def simple(
    code: str, at: str, column: str, field: str, fires: Any, quiet: Any, year: int = 2024, **more: Any
) -> Case:
    """A rule that one value of one record breaks."""
    return case(
        code, column, one(at, **{field: fires}, **more), one(at, **{field: quiet}, **more), at=at, year=year
    )


def after(closure: d, name: str, column: str, **values: Any) -> Case:
    def closed(on: d) -> Changes:
        return {
            "need_episode": [{"closure_date": on, "closure_reason": "RC7"}],
            "cin_plan": [{"end_date": on}],
        }

    fires = closed(closure)
    fires[name] = [fires.get(name, [{}])[0] | values]
    quiet = closed(d(2024, 3, 1))
    quiet[name] = [quiet.get(name, [{}])[0] | values]
    return case("8565", column, fires, quiet, at=name)


BEFORE_REFERRAL = [
    simple("1103", "assessment", "AssessmentActualStartDate", "start_date", d(2023, 5, 31), REFERRAL),
    simple("1104", "s47_enquiry", "DateOfInitialCPC", "icpc_date", d(2023, 5, 31), REFERRAL),
    simple("1105", "cp_plan", "CPPstartDate", "start_date", d(2023, 5, 31), REFERRAL),
    simple("2889", "s47_enquiry", "S47ActualStartDate", "start_date", d(2023, 5, 31), REFERRAL),
    simple("4015", "cin_plan", "CINPlanStartDate", "start_date", d(2023, 5, 31), REFERRAL),
]

AFTER_DEATH = [
    case("4008", "CINPlanStartDate", one("child", death_date=d(2024, 1, 14)),
         one("child", death_date=d(2024, 1, 15)), at="cin_plan"),
    case("4009Q", "CINPlanEndDate", one("child", death_date=d(2024, 2, 1)) | one("cin_plan",
         end_date=d(2024, 2, 2)),
         one("child", death_date=d(2024, 2, 2)) | one("cin_plan", end_date=d(2024, 2, 2)), at="cin_plan"),
    simple("8535Q", "child", "PersonDeathDate", "death_date", d(2012, 4, 30), d(2012, 5, 1)),
    case("8555Q", "CINreferralDate", one("child", death_date=d(2023, 5, 31)), one("child",
         death_date=REFERRAL),
         at="need_episode"),
    case("8915", "CPPstartDate", one("child", death_date=d(2023, 7, 31)), one("child", death_date=PLAN),
         at="cp_plan"),
    case("8920", "CPPendDate", one("child", death_date=d(2024, 1, 14)), one("child", death_date=d(2024, 1,
         15)),
         at="cp_plan"),
]  # fmt: skip

AFTER_CLOSURE = [
    after(d(2023, 6, 4), "assessment", "AssessmentActualStartDate"),
    after(d(2023, 7, 9), "assessment", "AssessmentAuthorisationDate"),
    after(d(2023, 7, 11), "s47_enquiry", "S47ActualStartDate"),
    after(d(2023, 7, 31), "s47_enquiry", "DateOfInitialCPC"),
    after(d(2023, 7, 31), "need_episode", "DateOfInitialCPC", transfer_in_icpc_date=PLAN),
    after(d(2024, 1, 14), "cp_plan", "CPPendDate"),
    after(d(2024, 1, 14), "cin_plan", "CINPlanStartDate"),
    after(d(2024, 2, 1), "cin_plan", "CINPlanEndDate", end_date=d(2024, 2, 2)),
]

PLANS = [
    case("2884", "DateOfInitialCPC", one("need_episode", transfer_in_icpc_date=PLAN),
         one("need_episode", transfer_in_icpc_date=d(2023, 8, 2)), at="need_episode"),
    simple("2885", "cp_plan", "CPPstartDate", "start_date", d(2023, 8, 2), PLAN),
    # Before the year: its conference was in last year's census.
    simple("2885", "cp_plan", "CPPstartDate", "start_date", d(2023, 8, 2), d(2023, 3, 31)),
    # Without an enquiry the episode's own conference counts.
    case("2885", "CPPstartDate",
         {"s47_enquiry": [], "need_episode": [{"transfer_in_icpc_date": d(2023, 7, 31)}]},
         {"s47_enquiry": [], "need_episode": [{"transfer_in_icpc_date": PLAN}]}, at="cp_plan"),
    simple("4012Q", "cin_plan", "CINPlanEndDate", "end_date", d(2024, 1, 15), d(2024, 1, 16)),
    simple("8840", "cp_plan", "CPPendDate", "end_date", PLAN, d(2023, 8, 2)),
    simple("8841", "cp_review", "CPPreviewDate", "review_date", PLAN, d(2023, 8, 2)),
]  # fmt: skip

IN_THE_YEAR = [
    simple("4013", "cin_plan", "CINPlanEndDate", "end_date", d(2024, 4, 1), d(2024, 3, 31)),
    simple("8545Q", "child", "PersonDeathDate", "death_date", d(2023, 3, 31), d(2023, 4, 1)),
    simple("8620", "need_episode", "CINclosureDate", "closure_date", d(2023, 3, 31), d(2023, 4, 1)),
    simple("8620", "need_episode", "CINclosureDate", "closure_date", d(2024, 4, 1), d(2024, 3, 31)),
    simple("8696", "assessment", "AssessmentAuthorisationDate", "authorised_date", d(2023, 3, 31), d(2023,
         4, 1)),
    simple("8715", "s47_enquiry", "DateOfInitialCPC", "icpc_date", d(2023, 3, 31), d(2023, 4, 1)),
    simple("8930", "cp_plan", "CPPendDate", "end_date", d(2024, 4, 1), d(2024, 3, 31)),
    simple("8736", "assessment", "AssessmentActualStartDate", "start_date", d(2023, 3, 31), d(2023, 4, 1),
           authorised_date=None),
    simple("8736", "assessment", "AssessmentActualStartDate", "authorised_date", None, d(2023, 4, 1),
           start_date=d(2023, 3, 31)),
    simple("8740", "s47_enquiry", "S47ActualStartDate", "start_date", d(2023, 3, 31), d(2023, 4, 1),
         icpc_date=None),
    simple("8740", "s47_enquiry", "S47ActualStartDate", "icpc_not_required", None, True, icpc_date=None,
           start_date=d(2023, 3, 31)),
    simple("8870Q", "s47_enquiry", "InitialCPCtarget", "icpc_target_date", d(2023, 8, 5), d(2023, 8, 4)),
    simple("8875", "s47_enquiry", "DateOfInitialCPC", "icpc_date", d(2023, 8, 6), d(2023, 8, 7)),
]  # fmt: skip

# 31 March 2023 is a Friday, with no bank holiday in the 45 working days before it.
WORKING_DAYS = [
    simple("8670Q", "assessment", "AssessmentActualStartDate", "start_date", d(2023, 1, 29), d(2023, 1, 30),
           year=2023, authorised_date=None),
    simple("8670Q", "assessment", "AssessmentActualStartDate", "authorised_date", None, d(2023, 3, 31),
           year=2023, start_date=d(2023, 1, 27)),
    simple("8675Q", "s47_enquiry", "DateOfInitialCPC", "start_date", d(2023, 3, 9), d(2023, 3, 10),
           year=2023, icpc_date=None),
    simple("8675Q", "s47_enquiry", "DateOfInitialCPC", "icpc_not_required", False, True,
           year=2023, start_date=d(2023, 3, 9), icpc_date=None),
    # 1 April 2023 is a Saturday: the Thursday is one working day before it.
    simple("8569Q", "need_episode", "CINreferralDate", "referral_date", d(2023, 3, 29), d(2023, 3, 30),
         nfa=True),
    simple("8569Q", "need_episode", "CINreferralDate", "nfa", True, False, referral_date=d(2023, 3, 1)),
]  # fmt: skip

AGES = [
    simple("8520", "child", "PersonBirthDate", "birth_date", d(2024, 4, 1), d(2024, 3, 31)),
    simple("8530Q", "child", "ExpectedPersonBirthDate", "expected_birth_date", d(2024, 2, 29), d(2024, 3, 1)),
    simple("8530Q", "child", "ExpectedPersonBirthDate", "expected_birth_date", d(2025, 1, 1), d(2024, 12,
         31)),
    case("8775Q", "CINclosureDate", one("child", birth_date=d(1999, 3, 30)), one("child",
         birth_date=d(1999, 3, 31)),
         at="need_episode"),
    case("8775Q", "CINclosureDate",
         one("child", birth_date=d(1998, 7, 1)) | one("need_episode", closure_date=d(2023, 7, 2)),
         one("child", birth_date=d(1998, 7, 1)) | one("need_episode", closure_date=d(2023, 7, 1)),
         at="need_episode"),
]  # fmt: skip

CHILDREN = [
    simple("8525Q", "child", "PersonBirthDate", "expected_birth_date", d(2024, 5, 1), None),
    simple("8525Q", "child", "PersonBirthDate", "birth_date", None, d(2024, 1, 1)),
    simple("8540", "child", "Disability", "disability", None, "NONE"),
    simple("8540", "child", "Disability", "birth_date", d(2024, 3, 1), None, disability=None),
    case("8540", "Disability", one("child", disability=None),
         one("child", disability=None) | one("need_episode", nfa=True), at="child"),
    simple("8770Q", "child", "UPN", "upn_unknown", None, "UN2", upn=None),
    simple("8770Q", "child", "UPN", "upn_unknown", "UN1", "UN2", upn=None, year=2025),
    simple("8770Q", "child", "UPN", "upn_unknown", None, "UN1", upn=None),
    simple("8770Q", "child", "UPN", "birth_date", d(2019, 3, 31), d(2019, 4, 1), upn=None),
    simple("8770Q", "child", "UPN", "birth_date", d(2008, 4, 1), d(2008, 3, 31), upn=None),
    simple("8772", "child", "UPNunknown", "upn_unknown", "UN7", "UN5"),
    case("8772", "UPNunknown", one("child", upn_unknown="UN7"),
         one("child", upn_unknown="UN7") | one("need_episode", nfa=True), at="child"),
]  # fmt: skip

EPISODES = [
    simple("2990", "need_episode", "ReasonForClosure", "closure_reason", "RC8", "RC7"),
    *(case("2990", "ReasonForClosure",
           NO_WORK | {name: [{}]} | one("need_episode", closure_reason="RC9"),
           NO_WORK | one("need_episode", closure_reason="RC9"), at="need_episode")
      for name in ("s47_enquiry", "cp_plan", "cin_plan")),
    case("2990", "ReasonForClosure",
         NO_WORK | one("need_episode", closure_reason="RC9", transfer_in_icpc_date=PLAN),
         NO_WORK | one("need_episode", closure_reason="RC9"), at="need_episode"),
    case("2991Q", "AssessmentActualStartDate", {"assessment": []}, {}, at="need_episode"),
    case("2991Q", "AssessmentActualStartDate", {"assessment": []}, {"assessment": [], "s47_enquiry": []},
         at="need_episode"),
    case("8585Q", "ReasonForClosure", one("need_episode", closure_reason="RC2"),
         one("need_episode", closure_reason="RC2") | one("child", death_date=d(2024, 3, 1)),
         at="need_episode"),
    simple("8805", "need_episode", "ReasonForClosure", "closure_reason", None, "RC7", closure_date=d(2024,
         3, 1)),
    simple("8810", "need_episode", "CINclosureDate", "closure_date", None, d(2024, 3, 1),
         closure_reason="RC7"),
    case("8825Q", "ReasonForClosure", {"assessment": []} | one("need_episode", closure_reason="RC8"),
         one("need_episode", closure_reason="RC8"), at="need_episode"),
    case("4000", "CINPlanStartDate", one("need_episode", nfa=True), one("need_episode", nfa=None),
         at="cin_plan"),
    simple("8610", "need_episode", "PrimaryNeedCode", "primary_need", None, "N0"),
    simple("8610", "need_episode", "PrimaryNeedCode", "nfa", False, True, primary_need=None),
    *(case("8831", "ReferralNFA", NO_WORK | {name: [{}]} | one("need_episode", nfa=True),
           NO_WORK | one("need_episode", nfa=True), at="need_episode") for name in ("assessment",
               "s47_enquiry")),
    case("8831", "ReferralNFA", NO_WORK | one("need_episode", nfa=True, transfer_in_icpc_date=PLAN),
         NO_WORK | one("need_episode", transfer_in_icpc_date=PLAN), at="need_episode"),
    case("8832", "CPPstartDate", one("need_episode", nfa=True), {}, at="cp_plan"),
    simple("8614", "assessment", "AssessmentFactors", "authorised_date", None, d(2023, 7, 10)),
    simple("8614", "assessment", "AssessmentFactors", "factors", "3A", None, authorised_date=None),
    simple("8897Q", "assessment", "AssessmentFactors", "factors", None, "21"),
    simple("8897Q", "assessment", "AssessmentFactors", "authorised_date", d(2023, 7, 10), None, factors=None),
    case("8867", "AssessmentAuthorisationDate", one("need_episode", **CLOSED) | one("assessment",
         authorised_date=None),
         one("assessment", authorised_date=None), at="assessment"),
    case("8868", "ICPCnotRequired", one("need_episode", **CLOSED) | one("s47_enquiry", icpc_date=None),
         one("need_episode", **CLOSED) | one("s47_enquiry", icpc_date=None, icpc_not_required=True),
         at="s47_enquiry"),
]  # fmt: skip

CODES = [
    simple("8640", "need_episode", "ReasonForClosure", "closure_reason", "RC9", "RC8", year=2022),
    case("8866", "ReferralSource", one("need_episode", referral_source=None), {}, at="need_episode"),
    simple("8866", "need_episode", "ReferralSource", "referral_date", d(2013, 4, 1), d(2013, 3, 31),
           referral_source=None),
    simple("8866", "need_episode", "ReferralSource", "referral_source", "5D", "5A", year=2022),
    simple("1570", "child", "LAchildID", "child_id", "A" * 21, "A" * 20, year=2025),
    simple("1580", "child", "LAchildID", "child_id", "AB-1", "AB1", year=2025),
    simple("8750", "child", "GenderCurrent", "sex", "M", "U", birth_date=None, expected_birth_date=d(2024,
         5, 1)),
    simple("8750", "child", "Sex", "sex", "F", "U", birth_date=None, expected_birth_date=d(2025, 5, 1),
         year=2025),
    simple("8790", "child", "Disability", "disability", "NONE|AUT", "LD|AUT"),
    simple("8794", "child", "Disability", "disability", "AUT|LD|AUT", "AUT|LD"),
    simple("8869", "assessment", "AssessmentFactors", "factors", "3A|21", "21"),
    case("8873Q", "AssessmentFactors", one("need_episode", **CLOSED) | one("assessment", factors="21"),
         one("need_episode", **CLOSED | {"closure_reason": "RC8"}) | one("assessment", factors="21"),
         at="assessment"),
    case("8873Q", "AssessmentFactors", one("need_episode", **CLOSED) | one("assessment", factors="21"),
         one("need_episode", **CLOSED) | {"assessment": [{"factors": "21"}, {"factors": "21", "row": 31}]},
         at="assessment"),
    simple("8898", "assessment", "AssessmentFactors", "factors", "3A|4B|3A", "3A|4B"),
    simple("8945Q", "assessment", "AssessmentFactors", "factors", "3A|18A", "3A|18B", year=2025),
    simple("8950Q", "assessment", "AssessmentFactors", "factors", "19A", "19C", year=2025),
]  # fmt: skip


def two(name: str, first: dict[str, Any], second: dict[str, Any]) -> Changes:
    return {name: [first, {"row": CLEAN[name]["row"] + 1} | second]}


FIRST_HALF, SECOND_HALF = d(2023, 9, 1), d(2023, 12, 1)

OPEN_AND_OVERLAPPING = [
    case("4004", "CINPlanEndDate", two("cin_plan", {}, {}), two("cin_plan", {}, {"end_date": d(2024, 2, 1)}),
         at="cin_plan", rows=(70, 71)),
    case("8815", "CINclosureDate", two("need_episode", {}, {"referral_date": d(2023, 7, 1)}),
         two("need_episode", {}, {"referral_date": d(2023, 7, 1), "nfa": True}), at="need_episode",
         rows=(20, 21)),
    case("8816", "CINclosureDate", two("need_episode", {}, {"referral_date": d(2023, 7, 1)} | CLOSED),
         two("need_episode", CLOSED, {"referral_date": d(2023, 7, 1)}), at="need_episode"),
    case("8839", "DateOfInitialCPC", two("s47_enquiry", {"icpc_date": None}, {"icpc_date": None}),
         two("s47_enquiry", {"icpc_date": None}, {"icpc_date": None, "icpc_not_required": True}),
         at="s47_enquiry", rows=(40, 41)),
    case("8896", "AssessmentAuthorisationDate",
         two("assessment", {"authorised_date": None}, {"authorised_date": None}),
         two("assessment", {"authorised_date": None}, {}), at="assessment", rows=(30, 31)),
    case("8935", "CPPendDate", two("cp_plan", {"end_date": None}, {"end_date": None}),
         two("cp_plan", {"end_date": None}, {}), at="cp_plan", rows=(50, 51)),
    case("4014", "CINPlanStartDate", two("cin_plan", {"end_date": d(2024, 2, 2)}, {"start_date": d(2024, 2,
         1)}),
         two("cin_plan", {"end_date": d(2024, 2, 2)}, {"start_date": d(2024, 2, 2)}), at="cin_plan",
         rows=(71,)),
    # A planned end, after the reference date, was not used: the plan is running until then.
    case("4014", "CINPlanStartDate", two("cin_plan", {"end_date_raw": "2024-06-01"}, {"start_date": d(2024,
         2, 1)}),
         two("cin_plan", {"end_date_raw": "2023-01-01"}, {"start_date": d(2024, 2, 1)}),
         at="cin_plan", rows=(71,)),
    case("8820", "CINreferralDate",
         two("need_episode", {"closure_date": d(2023, 9, 2)}, {"referral_date": d(2023, 9, 1)}),
         two("need_episode", {"closure_date": d(2023, 9, 2)}, {"referral_date": d(2023, 9, 2)}),
         at="need_episode", rows=(21,)),
    case("8820", "CINreferralDate", two("need_episode", {}, {"referral_date": d(2023, 9, 1)}),
         two("need_episode", {}, {"referral_date": d(2023, 9, 1), "nfa": True}), at="need_episode",
         rows=(21,)),
    case("8863Q", "AssessmentActualStartDate", two("assessment", {}, {"start_date": d(2023, 7, 9)}),
         two("assessment", {}, {"start_date": d(2023, 7, 10), "authorised_date": None}),
         at="assessment", rows=(31,)),
    case("8890", "S47ActualStartDate", two("s47_enquiry", {}, {"start_date": d(2023, 7, 31)}),
         two("s47_enquiry", {}, {"start_date": PLAN}), at="s47_enquiry", rows=(41,)),
    case("8890", "S47ActualStartDate", two("s47_enquiry", {"icpc_date": None}, {"start_date": d(2023, 7,
         31)}),
         two("s47_enquiry", {"icpc_date": None, "icpc_not_required": True}, {"start_date": d(2023, 7, 31)}),
         at="s47_enquiry", rows=(41,)),
    case("8940", "CPPstartDate", two("cp_plan", {}, {"start_date": d(2024, 1, 14)}),
         two("cp_plan", {}, {"start_date": d(2024, 1, 15), "end_date": None}), at="cp_plan", rows=(51,)),
    case("4001", "CINPlanEndDate", one("cp_plan", end_date=None), {}, at="cin_plan"),
    case("4001", "CINPlanEndDate", one("cp_plan", end_date=None),
         one("cp_plan", end_date=None) | one("cin_plan", end_date=d(2024, 3, 1)), at="cin_plan"),
    case("4003", "CPPreviewDate", one("cin_plan", start_date=d(2023, 10, 20)),
         one("cin_plan", start_date=d(2023, 10, 21)), at="cp_review"),
    case("4003", "CPPreviewDate", one("cin_plan", start_date=d(2023, 10, 20)),
         one("cin_plan", start_date=d(2023, 10, 20)) | one("cp_plan", end_date=d(2023, 10, 20)),
         at="cp_review"),
    case("4016", "CINPlanStartDate", one("cin_plan", start_date=d(2024, 1, 14)), {}, at="cin_plan"),
    case("4016", "CINPlanStartDate", one("cin_plan", start_date=PLAN),
         one("cin_plan", start_date=d(2023, 7, 31)), at="cin_plan"),
    case("4017", "CPPstartDate", one("cin_plan", start_date=d(2023, 7, 20), end_date=d(2023, 8, 2)),
         one("cin_plan", start_date=d(2023, 7, 20), end_date=PLAN), at="cp_plan"),
]  # fmt: skip

UPNS = [
    simple("1510", "child", "UPN", "upn", "A801200005001", "B801200005001"),
    simple("1510", "child", "UPN", "upn", "I801200005001", "B801200005001"),
    # 8*2 + 1*4 + 2*5 + 5*10 = 80, and 80 modulo 23 is 11: M. The last A counts 0.
    simple("1510", "child", "UPN", "upn", "A80120000500A", "M80120000500A"),
    simple("1530", "child", "UPN", "upn", "E999200005001", "E820200005001"),
    simple("1530", "child", "UPN", "upn", "E942200005001", "E941200005001", year=2023),
    simple("1530", "child", "UPN", "upn", "E999200005001", "E942200005001", year=2024),
    simple("1530", "child", "UPN", "upn", "E999200005001", "E001200005001"),
    simple("1540", "child", "UPN", "upn", "B80120000X001", "B801200005001"),
    simple("1540", "child", "UPN", "upn", "B8012000", "B80120000500A"),
    simple("1550", "child", "UPN", "upn", "B80120000500S", "B80120000500T"),
    simple("1550", "child", "UPN", "upn", "B8012000050011", "B801200005001"),
    simple("1560Q", "child", "FormerUPN", "former_upn", "801200005001", "B801200005001"),
]

CASES = [
    *BEFORE_REFERRAL, *AFTER_DEATH, *AFTER_CLOSURE, *PLANS, *IN_THE_YEAR, *WORKING_DAYS, *AGES, *CHILDREN,
         *EPISODES,
    *CODES, *OPEN_AND_OVERLAPPING, *UPNS,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.column}")
def test_a_rule_fires_at_its_line_and_not_at_its_neighbour(case: Case) -> None:
    def fired(changes: Changes) -> list[Issue]:
        place = (case.code, case.sheet, case.column)
        return [i for i in found(batch(changes), year=case.year) if (i.code, i.sheet, i.column) == place]

    issues = fired(case.fires)
    assert tuple(issue.row for issue in issues) == case.rows
    assert all(i.severity == "warning" and i.file == "cin.xml" and i.expected and i.to_do for i in issues)
    kind = "a query" if case.code.endswith("Q") else "an error"
    assert all(i.what.endswith(f"The DfE counts this as {kind} (rule {case.code}).") for i in issues)
    assert fired(case.quiet) == []


def test_every_rule_and_place_has_a_case() -> None:
    rules = {
        (rule.code, CLEAN[rule.table]["sheet"], rule.column)
        for year in (2024, 2025)
        for rule in rules_of(CensusYear(year))
    }
    assert rules == {(case.code, case.sheet, case.column) for case in CASES}
