"""Every published figure comes out by the command, to the penny: a child or two for each, worked by hand.

Amounts are those of the published tables (2008/09, 2009/10, 2010/11, 2020); children and days are invented.
Returns of today are priced with them in their own price years, until a price year is asked for.
"""

# ruff: noqa: E501
from __future__ import annotations

import csv
from decimal import Decimal as D
from pathlib import Path

import pytest
from costs_story import EPISODES, HEADER, REVIEWS, UASC, command, file_in, rows_of, total

# child, DECOM, RNE, LS, PLACE, PROVIDER, DEC, REC; everybody was born on 1 February 2012 unless BORN says so.
CARE = """\
PARENTS 10/06/2024 S V2 P1 PR0 10/07/2024 E4A
KIN 10/06/2024 S V2 U1 PR1 17/07/2024 E4A
SIXMONTHS 15/05/2024 S C2 U6 PR1 15/11/2024 E4A
PART 31/05/2024 S V2 U6 PR1 15/07/2024 E4A
AGENCY 10/06/2024 S V2 U6 PR4 10/07/2024 E4A
UNIT 10/06/2024 S V2 K2 PR4 24/07/2024 E4A
HOSTEL 10/06/2024 S V2 H5 PR4 10/08/2024 E4A
ALONE 10/06/2024 S V2 P2 PR4 10/07/2024 E4A
SECURE 10/06/2024 S V2 K1 PR2 20/06/2024 E4A
MOVED 10/06/2024 S V2 U1 PR1 10/07/2024 X1
MOVED 10/07/2024 P V2 U6 PR1 10/08/2024 E4A
HARD 10/06/2024 S V2 U1 PR1 10/07/2024 X1
HARD 10/07/2024 P V2 U6 PR1 10/08/2024 E4A
TOUNIT 10/06/2024 S V2 U1 PR1 10/07/2024 X1
TOUNIT 10/07/2024 P V2 K2 PR4 10/08/2024 E4A
HARDUNIT 10/06/2024 S V2 U1 PR1 10/07/2024 X1
HARDUNIT 10/07/2024 P V2 K2 PR4 10/08/2024 E4A
FAR 10/06/2024 S V2 U1 PR1 10/07/2024 X1
FAR 10/07/2024 P V2 U6 PR4 07/08/2024 E4A
THREE 01/05/2024 S V2 U1 PR1 01/06/2024 X1
THREE 01/06/2024 P V2 U1 PR1 01/07/2024 X1
THREE 01/07/2024 P V2 U1 PR1 01/08/2024 X1
THREE 01/08/2024 P V2 U6 PR1 01/09/2024 E4A
LEAVER 01/04/2024 S V2 U6 PR1 01/10/2024 E4A
LONE 01/06/2024 S V2 U6 PR1 11/06/2024 E4A
"""
BORN = {"LEAVER": "15/08/2008", "LONE": "01/02/2009"}
REVIEWED = ("SIXMONTHS 10/06/2024 PN1", "SIXMONTHS 09/09/2024 PN1", "KIN 01/07/2024 PN1")
NEEDS = "la_code,child_id,cwd,ebd,offending,uasc\n" + "".join(
    f"821,{child},{cwd},{ebd},{offending},\n"
    for child, cwd, ebd, offending in (
        ("HARD", "true", "true", ""), ("HARDUNIT", "true", "true", ""), ("THREE", "", "true", ""),
        ("EBD", "", "true", ""), ("EBDPLUS", "", "true", "true"),
    )
)  # fmt: skip
# Two months of support, from the assessment on 10 June to the closure on 10 August 2023.
IN_NEED = {
    "STD": ("2012-02-01", ""), "UNDER6": ("2019-02-01", ""), "CPP": ("2012-02-01", "plan"),
    "UNDER6CPP": ("2019-02-01", "plan"), "EBD": ("2012-02-01", ""), "EBDPLUS": ("2012-02-01", ""),
}  # fmt: skip
PUBLISHED_SUPPORT = {
    "STD": (107, 128), "UNDER6": (192, 230), "CPP": (263, 316), "UNDER6CPP": (410, 491), "EBD": (199, 238),
    "EBDPLUS": (499, 598),
}  # fmt: skip


def care(folder: Path) -> Path:
    """SSDA903 of 2024/25 of an authority outside London, and needs that it states."""
    lines = [line.split() for line in CARE.splitlines()]
    children = list(dict.fromkeys(line[0] for line in lines))
    made = folder / "ssda903_2025"
    made.mkdir(parents=True)
    born = {child: BORN.get(child, "01/02/2012") for child in children}
    tables = {
        "header": (HEADER, [[child, "M", born[child], "WBRI", "UN1"] for child in children]),
        "episodes": (
            EPISODES,
            [
                [child, decom, rne, status, "N1", place, provider, dec, rec, "OTHER" if rec == "X1" else "",
                 "LU1 1AA", "LU2 2BB", ""]
                for child, decom, rne, status, place, provider, dec, rec in lines
            ],
        ),
        "reviews": (REVIEWS, [[one[0], born[one[0]], *one[1:]] for one in map(str.split, REVIEWED)]),
        "uasc": (UASC, [["LONE", "M", born["LONE"], ""]]),
    }  # fmt: skip
    for name, (heading, rows) in tables.items():
        with (made / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(heading.split(","))
            writer.writerows(rows)
    return made


def census(la: str) -> str:
    """Children in need with two months of support each, and one referred again and looked into."""
    children = [
        f"""<Child><ChildIdentifiers><LAchildID>{name}</LAchildID><PersonBirthDate>{born}</PersonBirthDate>
<GenderCurrent>1</GenderCurrent></ChildIdentifiers><CINdetails><CINreferralDate>2023-06-01</CINreferralDate>
<CINclosureDate>2023-08-10</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>
<Assessments><AssessmentActualStartDate>2023-06-02</AssessmentActualStartDate>
<AssessmentAuthorisationDate>2023-06-10</AssessmentAuthorisationDate></Assessments>
<ReferralNFA>0</ReferralNFA>{_PLAN if plan else ""}</CINdetails></Child>"""
        for name, (born, plan) in IN_NEED.items()
    ]
    children.append(_AGAIN)
    return (
        "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>"
        "<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><LEA>"
        f"{la}</LEA></Source></Header><Children>{''.join(children)}</Children></Message>"
    )


_PLAN = """<ChildProtectionPlans><CPPstartDate>2023-06-10</CPPstartDate><CPPendDate>2023-08-10</CPPendDate>
<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>
<NumberOfPreviousCPP>0</NumberOfPreviousCPP><Reviews><CPPreviewDate>2023-07-25</CPPreviewDate></Reviews>
</ChildProtectionPlans>"""
_AGAIN = """<Child><ChildIdentifiers><LAchildID>AGAIN</LAchildID><PersonBirthDate>2012-02-01</PersonBirthDate>
<GenderCurrent>1</GenderCurrent></ChildIdentifiers>
<CINdetails><CINreferralDate>2023-04-20</CINreferralDate><CINclosureDate>2023-04-25</CINclosureDate>
<ReasonForClosure>RC8</ReasonForClosure><ReferralNFA>1</ReferralNFA></CINdetails>
<CINdetails><CINreferralDate>2023-09-01</CINreferralDate><Assessments>
<AssessmentActualStartDate>2023-09-02</AssessmentActualStartDate>
<AssessmentAuthorisationDate>2023-10-10</AssessmentAuthorisationDate></Assessments><Section47>
<S47ActualStartDate>2023-09-12</S47ActualStartDate><InitialCPCtarget>2023-10-03</InitialCPCtarget>
<ICPCnotRequired>1</ICPCnotRequired></Section47><CINclosureDate>2023-10-10</CINclosureDate>
<ReasonForClosure>RC7</ReasonForClosure><ReferralNFA>0</ReferralNFA></CINdetails></Child>"""

# By process; nights of lac.3 x the monthly price: k months, then days over the days of the next.
PER_CHILD = {
    "PARENTS": {"lac.1": 700, "lac.3": 763, "lac.4": 288},
    # A month and 7 of the 31 days from 10 July: 1,914 + 432.1935. A review and the update of the plan.
    "KIN": {"lac.1": 700, "lac.2": 131, "lac.3": D("2346.19"), "lac.4": 288, "lac.6": 446},
    "SIXMONTHS": {"lac.1": 700, "lac.2": 262, "lac.3": 6 * 1846, "lac.4": 288, "lac.6": 892, "lac.7": 3026},
    # From 31 May a month ends on 30 June; 15 of the 31 days to 31 July are left: 1,846 x (1 + 15/31).
    "PART": {"lac.1": 700, "lac.3": D("2739.23"), "lac.4": 288},
    "AGENCY": {"lac.1": 700, "lac.3": 5952, "lac.4": 288},
    # A month and 14 of 31 days: 14,662 + 6,621.548.
    "UNIT": {"lac.1": 700, "lac.3": D("21283.55"), "lac.4": 288},
    "HOSTEL": {"lac.1": 700, "lac.3": 5696, "lac.4": 288},
    "ALONE": {"lac.1": 700, "lac.3": 2848, "lac.4": 288},
    # No figure for a secure home was read: its nights have no price, its other processes have.
    "SECURE": {"lac.1": 700, "lac.4": 288},
    "MOVED": {"lac.1": 700, "lac.3": 1914 + 1846, "lac.4": 288, "lac.5": 224},
    "HARD": {"lac.1": 700, "lac.3": 1914 + 1846, "lac.4": 288, "lac.5": 224 + 471},
    "TOUNIT": {"lac.1": 700, "lac.3": 1914 + 14_662, "lac.4": 288, "lac.5": 506},
    "HARDUNIT": {"lac.1": 700, "lac.3": 1914 + 14_662, "lac.4": 288, "lac.5": 506 + 628},
    # Three stays in the 12 months before the last move, and EBD: that search is difficult. Of the two before,
    # into kinship care, neither.
    "THREE": {"lac.1": 700, "lac.3": 3 * 1914 + 1846, "lac.4": 288, "lac.5": 3 * 224 + 471},
    "LEAVER": {"lac.1": 700, "lac.3": 6 * 1846, "lac.4": 288, "lac.8": 1274},
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    care(folder / "in")
    file_in(folder / "in", "census.xml", census("821"))
    file_in(folder / "in", "needs.csv", NEEDS)
    command("run", folder / "in", "--out", folder / "out")
    return folder / "out"


def lines(out: Path, **wanted: str) -> list[dict[str, str]]:
    rows = rows_of(out / "in-team" / "cost_ledger.csv")
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def by_process(out: Path, child: str) -> dict[str, D]:
    mine = [row for row in lines(out, child_id=child) if not row["process"].startswith("cin.")]
    return {
        process: total(row for row in mine if row["process"] == process)
        for process in sorted({row["process"] for row in mine})
    }


def test_processes_of_children_in_care(runs: Path) -> None:
    command("costs", runs)
    assert {child: by_process(runs, child) for child in PER_CHILD} == PER_CHILD
    assert {row["price_year"] for row in lines(runs, child_id="THREE")} == {"2009/10"}
    rows = {row["child_id"]: row for row in rows_of(runs / "in-team" / "cost_children.csv")}
    assert [rows[child]["unpriced_nights"] for child in ("SECURE", "KIN")] == ["10", "0"]


@pytest.mark.parametrize(("la", "column"), [("821", 0), ("301", 1)])
def test_processes_of_children_in_need_outside_london_and_in_it(tmp_path: Path, la: str, column: int) -> None:
    file_in(tmp_path / "in", "census.xml", census(la))
    file_in(tmp_path / "in", "needs.csv", NEEDS.replace("821,", f"{la},"))
    command("run", tmp_path / "in", "--out", tmp_path / "out")
    command("costs", tmp_path / "out")
    out = tmp_path / "out"
    for child, months in PUBLISHED_SUPPORT.items():
        spent = by_need(out, child)
        wanted = {
            "cin.assessment": (271, 327), "cin.close_case": (195, 239), "cin.contact_referral": (186, 224),
            "cin.ongoing_support": (2 * months[0], 2 * months[1]),
        }  # fmt: skip
        if IN_NEED[child][1]:
            wanted["cin.review"] = (378, 473)
        assert spent == {process: both[column] for process, both in wanted.items()}, child
    # Referred without further action, then again: an assessment of a child who is known, an enquiry.
    assert by_need(out, "AGAIN") == {
        "cin.assessment": (334, 402)[column], "cin.close_case": (195, 239)[column],
        "cin.contact_referral": (207 + 186, 249 + 224)[column], "cin.s47": (511, 614)[column],
    }  # fmt: skip


def by_need(out: Path, child: str) -> dict[str, D]:
    mine = lines(out, child_id=child)
    return {
        process: total(row for row in mine if row["process"] == process)
        for process in sorted({row["process"] for row in mine})
    }


def test_the_grant_a_night_at_both_rates(runs: Path, tmp_path: Path) -> None:
    # Ten nights at 114; the higher rate is entered under the same id.
    command("costs", runs)
    assert total(lines(runs, child_id="LONE", process="grant")) == -1140
    high = file_in(
        tmp_path, "high.yaml",
        "entries:\n  - {id: uasc_std_2020, kind: grant, name: Higher rate, unit: night, amount: 143,"
        " when: {uasc: true}, effective_from: 2020-06-08, index: none}\n",
    )  # fmt: skip
    command("costs", runs, "--catalogue", "default", high)
    assert total(lines(runs, child_id="LONE", process="grant")) == -1430
    assert {row["price_year"] for row in lines(runs, process="grant")} == {"2024/25"}


def test_a_move_out_of_the_area_to_an_agency(runs: Path, tmp_path: Path) -> None:
    # Where a home lies is in no CSV of the return: the prices say it. 28 nights at 1,000 a week in the place of
    # the month that has the fee in it.
    prices = file_in(
        tmp_path, "placement_costs.csv",
        "child_id,placement_start,placement_end,weekly_price,in_out_area\nFAR,2024-07-10,2024-08-07,1000,out\n",
    )  # fmt: skip
    command("costs", runs, "--prices", prices)
    assert by_process(runs, "FAR") == {"lac.1": 700, "lac.3": 1914 + 4000, "lac.4": 288, "lac.5": 786}
    assert {row["in_out_area"] for row in lines(runs, entry_id="child_price")} == {"out"}


def test_the_deflator_brings_them_all_to_a_later_year(runs: Path) -> None:
    # From 2009/10 to 2017/18: 1.0261 x 1.0229 x 1.015 x 1.023 x 1.019 x 1.018 x 1.017 x 1.017 = 1.169 276...
    # From 2008/09 that x 1.0276.
    factor = D(1)
    for change in ("2.61", "2.29", "1.50", "2.30", "1.90", "1.80", "1.70", "1.70"):
        factor *= 1 + D(change) / 100
    command("costs", runs, "--price-year", "2017/18", "--to", "2024-05-31")
    found = {row["entry_id"]: row for row in lines(runs, child_id="LEAVER", process="lac.1")}
    assert found["p1_foster_0910"]["uplift_factor"] == str(factor.quantize(D("0.000001")))
    assert D(found["p1_foster_0910"]["amount"]) == (700 * factor).quantize(D("0.01"))
    # Two whole months of the span, 1 April to 31 May: 2 x 1,846.
    assert total(lines(runs, child_id="LEAVER", process="lac.3")) == (2 * 1846 * factor).quantize(D("0.01"))
    need = total(lines(runs, child_id="STD", process="cin.ongoing_support"))
    assert need == 0, "the period begins with the care that is returned"
    command("costs", runs, "--price-year", "2017/18", "--from", "2023-04-01", "--to", "2024-03-31")
    need = total(lines(runs, child_id="STD", process="cin.ongoing_support"))
    assert need == (2 * 107 * factor * D("1.0276")).quantize(D("0.01"))
    assert {row["price_year"] for row in lines(runs)} == {"2017/18"}


@pytest.mark.parametrize(
    ("basis", "pounds"), [("52_weeks", "24492.31"), ("365", "24425.21"), ("actual", "24425.21")]
)
def test_a_year_s_price_by_weeks_of_52_and_by_days(
    runs: Path, tmp_path: Path, basis: str, pounds: str
) -> None:
    # 318,400 for a child and year: 28 nights are 28/364 = 24,492.31 of a year of 52 weeks, else 28/365.
    mine = file_in(
        tmp_path, "year.yaml",
        "entries:\n  - {id: year, kind: placement, name: A year, unit: year, amount: 318400,"
        f' year_basis: {basis}, price_year: "2023/24", index: none, when: {{placement: [U6], provider: [PR4]}}}}\n',
    )  # fmt: skip
    command("costs", runs, "--catalogue", mine)
    assert total(lines(runs, child_id="FAR", entry_id="year")) == D(pounds)


def test_the_case_studies(runs: Path, tmp_path: Path) -> None:
    """Figures of 2010/11, which are published with their groups of need and legal costs by the week."""
    weekly = file_in(tmp_path, "weekly.yaml", "settings: {legal: weekly}\nentries: []\n")
    command("costs", runs, "--catalogue", "case_studies_1011", weekly)
    # Without needs: two reviews at 466, 13 more for the first; two updates at 412 / 3; 184 nights at 5.40 a
    # week: 141.94.
    assert by_process(runs, "SIXMONTHS") == {
        "lac.2": D("274.66"), "lac.6": 945, "lac.7": D("141.94"),
    }  # fmt: skip
    assert by_process(runs, "LEAVER")["lac.8"] == 1328
    # EBD: 327 at the start of a stay with the authority's foster carers, 234 to find it; at 6.60 a week placements
    # of 31, 30, 31 and 31 nights: 3 x 29.23 + 28.29.
    # An addition wants something to be added to: a price of placements.
    homes = file_in(
        tmp_path, "homes.yaml",
        "entries:\n  - {id: home, kind: process, process: lac.3, name: H, unit: night, amount: 1,"
        ' price_year: "2010/11", index: none}\n',
    )  # fmt: skip
    command("costs", runs, "--catalogue", "case_studies_1011", weekly, homes)
    assert by_process(runs, "THREE") == {
        "lac.3": 123 + 327, "lac.5": 234, "lac.7": D("115.98"),
    }  # fmt: skip
