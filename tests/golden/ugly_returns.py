"""An ugly Annex A and two census years, written by hand for ten invented children."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

CHILD = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
EXTRACT = "annex a FINAL (2).xlsx"


def write_returns(folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    _workbook(folder / EXTRACT)
    (folder / "cin 2022-23.xml").write_text(CENSUS_2023, encoding="utf-8")
    (folder / "cin 2023-24.xml").write_text(CENSUS_2024, encoding="utf-16")


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    front = book.active
    assert front is not None
    front.title = "Front_Sheet"
    front.append(["Local authority", "Barking and Dagenham"])
    front.append(["Extract date:", date(2024, 6, 30)])

    def sheet(name: str, headings: list[str], rows: list[list[Any]], title: str | None = None) -> None:
        made = book.create_sheet(name)
        if title:
            made.append([title])
        made.append(headings)
        for row in rows:
            made.append(row)

    # No title row; columns in another order; an identifier as a number; a wrong letter; a note below.
    sheet(
        "list1",
        [
            "Contact Source ",
            "Date of  Contact",
            "Child Unique ID",
            "Gender",
            "Ethnicity",
            "Date of Birth",
            "Age",
        ],
        [
            ["q) 6: Police", "15/01/2024", 101.0, "a) Female", "a) WBRI", "03/03/2015", 8],
            [
                "Schools",
                datetime.fromisoformat("2024-05-01T09:30"),
                "505",
                "c) Not stated/recorded",
                "t) NOBT",
                "15/07/2024",
                -1,
            ],
            ["e) 2A: Schools", "31-Jan-2024", "808", "b) Female", "White British", "01.02.2019", 5],
            ["e) 2A: Schools", "31-Jan-2024", "UNKNOWN", "b) Female", "White British", None, None],
            ["Source: case system"],
        ],
    )
    sheet(
        "2",
        [*CHILD, "Assessment start date", "Assessment completion date", "Organisation completing assessment"],
        [
            [
                "808 ",
                "b) Female",
                "WBRI",
                "01/02/2019",
                5,
                "1st February 2024",
                "2024-03-01T00:00:00",
                "School",
            ]
        ],
        title="List 2: Early Help",
    )
    sheet(
        "List 3 (v2)",
        [*CHILD, "Date of\nReferral", "Referral Source", "Referral NFA", "Allocated Team"],
        [["101", "b) Female", "a) WBRI", "03/03/2015", 9, date(2024, 1, 16), "Police", "b) No", "North"]],
    )
    sheet(
        "List_4",
        [
            *CHILD, "Does the Child have a Disability", "Continuous Assessment Start Date",
            "Continuous Assessment Date of Authorisation",
            "Was the child assessed as requiring LA children’s social care support?",
        ],
        [["101", "b) Female", "a) WBRI", "03/03/2015", 9, "b) No", "16/01/2024", "05/03/2024", "a) Yes"]],
        title="List 4",
    )  # fmt: skip
    # The name says nothing: the headings decide.
    sheet(
        "Sheet2",
        [
            *CHILD, "Strategy discussion initiating Section 47 Enquiry Start Date",
            "Was an Initial Child Protection Conference deemed unnecessary?",
            "Date of Initial Child Protection Conference",
        ],
        [
            ["AB10", "a) Male", "f) MWBC", "10/10/2010", 13, "3rd April 2024", "N", "18/04/2024"],
            ["ab10", "a) Male", "f) MWBC", "10/10/2010", 13, "#N/A", "-", "20/05/2024"],
        ],
    )  # fmt: skip
    sheet(
        "List 6",
        [*CHILD, "CIN Start Date", "Primary Need Code", "CIN Closure Date", "Reason for Closure", "Case status"],
        [
            [101.0, "b) Female", "a) WBRI", "03/03/2015", 9, "16/01/2024", "N1 - Abuse or neglect", "20/05/2024",
             "RC7", "e) Closed episode"],
            ["404", "a) Male", "d) WOTH", "04/04/2012", 12, "14/02/2023", "N5", None, None,
             "c) Child in need plan"],
        ],
    )  # fmt: skip
    sheet(
        "List_7 ",
        [
            *CHILD, "Child Protection Plan Start Date", "Initial Category of Abuse", "Latest Category of Abuse",
            "Child Protection Plan End Date", "Number of Previous Child Protection Plans",
        ],
        [
            ["707", "a) Male", "k) APKN", "07/07/2017", 6, "02/10/2023", "a) Neglect", "d) Neglect",
             "05/01/2024", 0],
            ["909", "b) Female", "k) APKN", "09/09/2009", 14, "12 March 2024", "NEG", "NEG", "10/03/2024", 1.0],
        ],
        title="Child protection",
    )  # fmt: skip
    # 45296 is 5 January 2024 and 45392 is 10 April 2024, as serial numbers.
    sheet(
        "8",
        [
            *CHILD, "Date Started to be Looked After", "Child's Category of Need", "Child's Legal Status",
            "Date Ceased to be Looked After ", "Reason Ceased to be Looked After",
            "Start Date of Most Recent Placement", "Placement Type",
        ],
        [["707", "a) Male", "k) APKN", "07/07/2017", 6, 45296, "N1", "V2: Single period under S20", "45392",
          "e) E4A: Returned home to live with parents or relatives - part of planning", 45296,
          "f) U6: Foster placement - not FFA"]],
    )  # fmt: skip
    book.create_sheet("Pivot").append(["Row Labels", "Count"])
    book.save(path)


def _census(year: int, children: str) -> str:
    return f"""<Message>
<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>
<ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>301</LEA><SerialNo>001</SerialNo>
<DateTime>{year}-06-01T09:00:00</DateTime></Source></Header>
<Children>
{children}</Children>
</Message>
"""


def _child(identifier: str, birth: str, episodes: str, expected: bool = False) -> str:
    tag = "ExpectedPersonBirthDate" if expected else "PersonBirthDate"
    return f"""<Child>
<ChildIdentifiers><LAchildID>{identifier}</LAchildID><{tag}>{birth}</{tag}>
<GenderCurrent>{0 if expected else 1}</GenderCurrent></ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity>
<Disabilities><Disability>NONE</Disability></Disabilities></ChildCharacteristics>
{episodes}</Child>
"""


def _episode(referral: str, inside: str = "", closed: str = "", reason: str = "", nfa: str = "false") -> str:
    closure = f"<CINclosureDate>{closed}</CINclosureDate><ReasonForClosure>{reason}</ReasonForClosure>"
    return f"""<CINdetails>
<CINreferralDate>{referral}</CINreferralDate><ReferralSource>6</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>
{closure if closed else "<CINclosureDate/>"}
{inside}<ReferralNFA>{nfa}</ReferralNFA>
</CINdetails>
"""


def _assessment(start: str, end: str = "") -> str:
    factors = "<AssessmentFactors>3B</AssessmentFactors>" if end else ""
    return f"""<Assessments><AssessmentActualStartDate>{start}</AssessmentActualStartDate>
<AssessmentAuthorisationDate>{end}</AssessmentAuthorisationDate>
<FactorsIdentifiedAtAssessment>{factors}</FactorsIdentifiedAtAssessment></Assessments>
"""


def _plan(kind: str, start: str, end: str = "", more: str = "") -> str:
    group, first, last = {
        "CIN": ("CINPlanDates", "CINPlanStartDate", "CINPlanEndDate"),
        "CPP": ("ChildProtectionPlans", "CPPstartDate", "CPPendDate"),
    }[kind]
    return f"<{group}><{first}>{start}</{first}><{last}>{end}</{last}>{more}</{group}>\n"


_ABUSE = (
    "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
    "<NumberOfPreviousCPP>0</NumberOfPreviousCPP>"
)
_S47 = """<Section47><S47ActualStartDate>2022-05-12</S47ActualStartDate>
<DateOfInitialCPC>2022-05-26</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired></Section47>
"""

CENSUS_2023 = _census(
    2023,
    _child("A202", "2014-02-02", _episode(
        "2022-05-10",
        _assessment("2022-05-10", "2022-06-20") + _S47 + _plan(
            "CPP", "2022-05-26", "", _ABUSE
            + "<Reviews><CPPreviewDate>2022-08-20</CPPreviewDate><CPPreviewDate>2023-02-20</CPPreviewDate></Reviews>"
        ),
    ))
    + _child("404", "2012-04-04",
             _episode("2022-09-01", _assessment("2022-09-02", "2022-10-10"), "2022-10-12", "RC8")
             + _episode("2023-02-14", _assessment("2023-02-15")))
    + _child("606", "2016-06-06", _episode("2023-01-09", _assessment("2023-01-10", "2023-02-20"))),
)  # fmt: skip

CENSUS_2024 = _census(
    2024,
    _child("00101", "2015-03-03", _episode(
        "2024-01-16", _assessment("2024-01-16", "2024-03-05") + _plan("CIN", "2024-03-06"),
    ))
    + _child("A202", "2014-02-02", _episode(
        "2022-05-10",
        _plan("CPP", "2022-05-26", "2023-06-30", _ABUSE) + _plan("CIN", "2023-06-30", "2023-07-15"),
        "2023-07-15", "RC7",
    ))
    + _child("303", "2013-03-03", _episode("2023-11-03", nfa="1"))
    + _child("404", "2012-04-04", _episode(
        "2023-02-14", _assessment("2023-02-15", "2023-04-20") + _plan("CIN", "2023-05-01"),
    ))
    + _child("505", "2024-07-15", _episode("2024-02-20", _assessment("2024-02-21")), expected=True)
    + _child("707", "2017-07-07", _episode("2023-09-01", _plan("CPP", "2023-10-02", "2024-01-05", _ABUSE))),
)  # fmt: skip
