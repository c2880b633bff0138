"""Two years of invented looked-after returns, a census, prices and a catalogue, written by hand.

Nine children of authority 821; each is there for one thing, said beside it. Amounts that tests expect are
worked by hand there.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from childjourneys.cli import run_command

NO_NETWORK = str(Path(__file__).parents[1] / "helpers" / "no_network")
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE"
UASC = "CHILD,SEX,DOB,DUC"

LEDGER = (
    "la_code,child_id,period_of_care,placement_no,process,entry_id,date_from,date_to,nights,quantity,unit,"
    "unit_cost,uplift_factor,amount,agency,need_group,placement_type,provider,in_out_area,s251_line,month,"
    "price_year,price_basis,rule"
)
CHILDREN = "la_code,child_id,need_group,price_year,nights,gross,contributions,grant,net,unpriced_nights"
ISSUES = "severity,code,la_code,child_id,process,kind,date,count,what,entry_ids"
SECTION251 = "year,line,modelled,not_child_level,timing,unmatched,contributions,outturn,gap,coverage"

# Who they are: birth dates. FULL went through everything; LONE came without parents and has a price of
# their own; NOPRICE lived where no entry fits; TWICE where two fit alike; AGREED with a provider who has a
# contract; BREAKS had short breaks; EARLY has a birth date after the placement began.
BORN = {
    "FULL": "20/02/2008", "LONE": "01/06/2008", "NOPRICE": "11/11/2007", "TWICE": "05/05/2010",
    "AGREED": "06/07/2012", "BREAKS": "08/09/2014", "EARLY": "20/10/2024",
}  # fmt: skip

# child, DECOM, RNE, LS, PLACE, PROVIDER, DEC, REC, URN
_2024 = (
    "FULL 01/08/2023 S V2 U6 PR1 09/11/2023 X1 -",
    "FULL 09/11/2023 L C1 U6 PR1 15/01/2024 X1 -",
    "FULL 15/01/2024 P C2 K2 PR4 - - SC100001",
)
_2025 = (
    "FULL 15/01/2024 P C2 K2 PR4 01/07/2024 X1 SC100001",
    "FULL 01/07/2024 P C2 U6 PR1 21/10/2024 E4A -",
    "LONE 15/04/2024 S V2 U6 PR4 - - SC200002",
    "NOPRICE 01/05/2024 S V2 H5 PR4 10/06/2024 E8 -",
    "TWICE 01/09/2024 S V2 K1 PR2 11/09/2024 E8 -",
    "AGREED 01/06/2024 S V2 K2 PR4 29/06/2024 E8 SC300003",
    "BREAKS 01/07/2024 S V3 U6 PR1 08/07/2024 E8 -",
    "BREAKS 01/08/2024 S V4 U6 PR1 03/08/2024 E8 -",
    "EARLY 01/10/2024 S V2 U6 PR1 - - -",
)
_REVIEWS_2024 = ("FULL 25/08/2023 PN1", "FULL 22/11/2023 PN1")
_REVIEWS_2025 = ("FULL 10/05/2024 PN1",)

CATALOGUE = """\
title: Prices of a test
entries:
  - {id: p1, kind: process, process: lac.1, name: Decide, unit: event, amount: 700, price_year: "2024/25", index: gdp_deflator}
  - {id: p2, kind: process, process: lac.2, name: Plan, unit: event, amount: 131, price_year: "2024/25", index: gdp_deflator}
  - {id: p3, kind: process, process: lac.3, name: Keep, unit: month, amount: 300, price_year: "2024/25", index: gdp_deflator}
  - {id: fostered, kind: placement, name: Foster home, unit: week, amount: 421, when: {placement: [foster]}, price_year: "2024/25", index: gdp_deflator}
  - {id: home, kind: placement, name: Home, unit: week, amount: 3500, when: {placement: [residential]}, price_year: "2024/25", index: gdp_deflator}
  - {id: locked_a, kind: placement, name: Locked, unit: night, amount: 900, when: {placement: [secure]}, price_year: "2024/25", index: gdp_deflator}
  - {id: locked_b, kind: placement, name: Locked too, unit: night, amount: 950, when: {placement: [K1]}, price_year: "2024/25", index: gdp_deflator}
  - {id: agreed, kind: placement, name: Agreed, unit: week, amount: 4000, provider_id: SC300003, contract: framework, price_year: "2023/24", index: gdp_deflator}
  - {id: pocket, kind: allowance, name: Allowance, unit: night, amount: 10, when: {placement: [foster]}, price_year: "2024/25", index: gdp_deflator}
  - {id: p4, kind: process, process: lac.4, name: Leave, unit: event, amount: 288, price_year: "2024/25", index: gdp_deflator}
  - {id: p5, kind: process, process: lac.5, name: Find, unit: event, amount: 234, price_year: "2024/25", index: gdp_deflator}
  - {id: p5_home, kind: process, process: lac.5, name: Find a home, unit: event, amount: 528, when: {placement: [residential]}, price_year: "2024/25", index: gdp_deflator}
  - {id: p5_hard, kind: process, process: lac.5, name: Hard, unit: event, amount: 471, additional: true, when: {difficult_to_place: true, placement: [foster]}, price_year: "2024/25", index: gdp_deflator}
  - {id: p5_hard_home, kind: process, process: lac.5, name: Hard, unit: event, amount: 628, additional: true, when: {difficult_to_place: true, placement: [residential]}, price_year: "2024/25", index: gdp_deflator}
  - {id: p6, kind: process, process: lac.6, name: Review, unit: event, amount: 446, price_year: "2024/25", index: gdp_deflator}
  - {id: p7, kind: process, process: lac.7, name: Court, unit: event, amount: 3026, price_year: "2024/25", index: gdp_deflator}
  - {id: p8, kind: process, process: lac.8, name: Leaver, unit: event, amount: 1274, price_year: "2024/25", index: gdp_deflator}
  - {id: referred, kind: process, process: cin.contact_referral, name: Referral, unit: event, amount: 200, price_year: "2024/25", index: gdp_deflator}
  - {id: referred_nfa, kind: process, process: cin.contact_referral, name: NFA, unit: event, amount: 220, when: {outcome: no_further_action}, price_year: "2024/25", index: gdp_deflator}
  - {id: assessed, kind: process, process: cin.assessment, name: Assessment, unit: event, amount: 300, price_year: "2024/25", index: gdp_deflator}
  - {id: support, kind: process, process: cin.ongoing_support, name: Support, unit: month, amount: 107, price_year: "2024/25", index: gdp_deflator}
  - {id: support_plan, kind: process, process: cin.ongoing_support, name: Plan, unit: month, amount: 263, when: {cp_plan: true}, price_year: "2024/25", index: gdp_deflator}
  - {id: closed, kind: process, process: cin.close_case, name: Close, unit: event, amount: 195, price_year: "2024/25", index: gdp_deflator}
  - {id: enquiry, kind: process, process: cin.s47, name: Enquiry, unit: event, amount: 511, price_year: "2024/25", index: gdp_deflator}
  - {id: conference, kind: process, process: cin.cp_conference, name: Conference, unit: event, amount: 400, price_year: "2024/25", index: gdp_deflator}
  - {id: plan_review, kind: process, process: cin.review, name: Review, unit: event, amount: 378, when: {cp_conference_review: true}, price_year: "2024/25", index: gdp_deflator}
  - {id: asylum, kind: grant, name: Asylum grant, unit: night, amount: 114, when: {uasc: true}, price_year: "2024/25", index: none}
"""  # noqa: E501

# LONE's price for as long as the placement lasts; a row of somebody unknown, and one of a week after care.
PRICES = """\
child_id,placement_start,placement_end,weekly_price,additional_package,contribution_health,provider_id,contract,in_out_area
LONE,2024-04-15,,1050.00,70,35,SC200002,spot,out
NOBODY,2024-05-01,2024-05-15,700,,,,,
FULL,2024-11-04,2024-11-11,777.77,,,,,
"""
NEEDS = "la_code,child_id,cwd,ebd,offending,uasc\n821,FULL,true,true,false,\n"

CENSUS = """<?xml version="1.0" encoding="utf-8"?>
<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>
<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel>
<LEA>821</LEA><SoftwareCode>x</SoftwareCode><Release>1</Release><SerialNo>001</SerialNo>
<DateTime>2024-06-01T10:00:00</DateTime></Source></Header><Children>
<Child><ChildIdentifiers><LAchildID>FULL</LAchildID><PersonBirthDate>2008-02-20</PersonBirthDate>
<GenderCurrent>1</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>
<Disabilities><Disability>NONE</Disability></Disabilities></ChildCharacteristics>
<CINdetails><CINreferralDate>2023-04-10</CINreferralDate><ReferralSource>1A</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode><CINclosureDate>2023-09-01</CINclosureDate>
<ReasonForClosure>RC7</ReasonForClosure><DateOfInitialCPC>2023-05-02</DateOfInitialCPC>
<Assessments><AssessmentActualStartDate>2023-04-11</AssessmentActualStartDate>
<AssessmentAuthorisationDate>2023-05-09</AssessmentAuthorisationDate>
<FactorsIdentifiedAtAssessment><AssessmentFactors>1A</AssessmentFactors></FactorsIdentifiedAtAssessment>
</Assessments><Section47><S47ActualStartDate>2023-04-12</S47ActualStartDate>
<InitialCPCtarget>2023-05-03</InitialCPCtarget><DateOfInitialCPC>2023-05-02</DateOfInitialCPC>
<ICPCnotRequired>0</ICPCnotRequired></Section47><ReferralNFA>0</ReferralNFA>
<ChildProtectionPlans><CPPstartDate>2023-05-02</CPPstartDate><CPPendDate>2023-07-28</CPPendDate>
<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>
<NumberOfPreviousCPP>0</NumberOfPreviousCPP><Reviews><CPPreviewDate>2023-07-25</CPPreviewDate></Reviews>
</ChildProtectionPlans></CINdetails></Child>
<Child><ChildIdentifiers><LAchildID>NFA</LAchildID><PersonBirthDate>2015-01-02</PersonBirthDate>
<GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>
<Disabilities><Disability>AUT</Disability></Disabilities></ChildCharacteristics>
<CINdetails><CINreferralDate>2023-06-01</CINreferralDate><ReferralSource>1A</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode><CINclosureDate>2023-06-03</CINclosureDate>
<ReasonForClosure>RC8</ReasonForClosure><ReferralNFA>1</ReferralNFA></CINdetails></Child>
</Children></Message>
"""


def write_returns(folder: Path, *, census: bool = True, care: bool = True, la_code: str = "821") -> Path:
    """The returns, in a folder each, and the needs that the authority states."""
    folder.mkdir(parents=True, exist_ok=True)
    if care:
        _return(folder / "ssda903_2024", 2024, _2024, _REVIEWS_2024)
        _return(folder / "ssda903_2025", 2025, _2025, _REVIEWS_2025)
        (folder / "needs.csv").write_text(NEEDS.replace("821", la_code), encoding="utf-8")
    if census:
        text = CENSUS.replace("<LEA>821</LEA>", f"<LEA>{la_code}</LEA>")
        (folder / "census.xml").write_text(text, encoding="utf-8")
    return folder


def _return(folder: Path, year: int, episodes: Iterable[str], reviews: Iterable[str]) -> None:
    folder.mkdir()
    rows = [line.replace(" -", " ").split(" ") for line in episodes]
    children = list(dict.fromkeys(row[0] for row in rows))
    sex = "1" if year < 2025 else "M"
    _csv(folder / "header.csv", HEADER, ([c, sex, BORN[c], "WBRI", "UN1"] for c in children))
    _csv(
        folder / "episodes.csv",
        EPISODES,
        (
            [child, decom, rne, ls, "N1", place, provider, dec, rec,
             "OTHER" if rec == "X1" else "", "LU1 1AA", "LU2 2BB", urn]
            for child, decom, rne, ls, place, provider, dec, rec, urn in rows
        ),
    )  # fmt: skip
    told = [line.split() for line in reviews]
    _csv(folder / "reviews.csv", REVIEWS, ([c, BORN[c], day, code] for c, day, code in told))
    lone = [["LONE", sex, BORN["LONE"], ""]] if "LONE" in children else []
    _csv(folder / "uasc.csv", UASC, lone)


def _csv(path: Path, heading: str, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading.split(","))
        writer.writerows(rows)


def file_in(folder: Path, name: str, text: str) -> Path:
    """A small file of a test."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def command(*arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run `python -m childjourneys` with connections refused; the exit code must be the one expected."""
    done = subprocess.run(
        [sys.executable, "-m", "childjourneys", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": NO_NETWORK},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def refused(*arguments: str | Path, code: int = 2) -> str:
    """What the command says when it can't do what was asked: one line on stderr, and nothing else there."""
    done = command(*arguments, code=code)
    lines = [line for line in done.stderr.splitlines() if line.startswith("childjourneys: ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def refused_here(*arguments: str | Path) -> str:
    """The same without a process of its own, which is quicker where many misuses are tried."""
    said = io.StringIO()
    typed = sys.argv
    sys.argv = ["childjourneys", *map(str, arguments)]
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            run_command()
    except SystemExit as left:
        assert left.code == 2, said.getvalue()
    finally:
        sys.argv = typed
    lines = [line for line in said.getvalue().splitlines() if line.startswith("childjourneys: ")]
    assert len(lines) == 1, said.getvalue()
    return lines[0]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def heading_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n", 1)[0]


def total(rows: Iterable[Mapping[str, str]], column: str = "amount") -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))
