"""Invented CIN census files for tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import polars as pl

from childjourneys.issues import Issue, IssueLog
from childjourneys.sources.cin_census import open_cin
from childjourneys.sources.contract import Matching, ReadContext, ReturnInfo, SheetAccount
from childjourneys.tables import REPORTED

AS_AT = date(2024, 3, 31)
HEADER = """<Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>
<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>301</LEA><SoftwareCode>x</SoftwareCode><Release>1</Release>
<SerialNo>002</SerialNo><DateTime>2024-06-01T10:00:00</DateTime></Source></Header>
"""


def census(children: str, header: str = HEADER) -> str:
    start = '<?xml version="1.0" encoding="utf-8"?>\n<Message>\n'
    return f"{start}{header}<Children>\n{children}\n</Children>\n</Message>\n"


def child(
    inside: str = "", child_id: str = "101", identifiers: str = "", characteristics: str | None = None
) -> str:
    """A child without faults, with `inside` after its characteristics."""
    if characteristics is None:
        characteristics = (
            "<Ethnicity>WBRI</Ethnicity><Disabilities><Disability>NONE</Disability></Disabilities>"
        )
    identifiers = (
        identifiers or "<PersonBirthDate>2012-05-06</PersonBirthDate><GenderCurrent>1</GenderCurrent>"
    )
    return (
        f"<Child>\n<ChildIdentifiers><LAchildID>{child_id}</LAchildID>{identifiers}</ChildIdentifiers>\n"
        f"<ChildCharacteristics>{characteristics}</ChildCharacteristics>\n{inside}\n</Child>\n"
    )


def episode(inside: str = "", referral: str = "2023-05-01", more: str = "") -> str:
    """An open episode without faults."""
    return (
        f"<CINdetails>\n<CINreferralDate>{referral}</CINreferralDate><ReferralSource>1A</ReferralSource>"
        f"<PrimaryNeedCode>N1</PrimaryNeedCode>{more}\n{inside}\n<ReferralNFA>0</ReferralNFA></CINdetails>"
    )


@dataclass
class Read:
    """All that reading a file gave."""

    info: ReturnInfo
    tables: dict[str, pl.DataFrame]
    issues: list[Issue]
    accounts: dict[str, SheetAccount]
    matching: Matching
    batches: int = 0
    codes: set[tuple[str, str, str, int | None]] = field(default_factory=set)

    def rows(self, table: str) -> list[dict[str, object]]:
        return self.tables[table].to_dicts() if table in self.tables else []


def read_file(
    path: Path, chunk_size: int = 4 << 20, as_at: date | None = None, mappings: object = None
) -> Read:
    """Open and read a file that must be a census."""
    source = open_cin(path, path.name, chunk_size)
    assert source is not None
    log, matching, accounts = IssueLog(), Matching(), []
    settled = as_at or source.info.as_at or AS_AT
    context = ReadContext(settled, log, matching, accounts, mappings)  # type: ignore[arg-type]
    batches: dict[str, list[pl.DataFrame]] = {}
    count = 0
    for batch in source.read(context):
        count += 1
        for name, frame in batch.items():
            assert dict(frame.schema) == REPORTED[name].schema
            batches.setdefault(name, []).append(frame)
    tables = {name: pl.concat(frames) for name, frames in batches.items()}
    issues = log.issues()
    for account in accounts:
        assert account.rows_in == account.loaded + account.duplicate + account.set_aside
        assert account.set_aside == sum(account.reasons.values())
    return Read(
        source.info, tables, issues, {a.sheet: a for a in accounts}, matching, count,
        {(i.code, i.sheet, i.column, i.row) for i in issues},
    )  # fmt: skip


def random_census(random: Random) -> str:
    """Children with every fault that has a rule, in any order, some written twice."""
    children: list[str] = []
    for number in range(random.randrange(7)):
        if children and random.random() < 0.2:
            children.append(random.choice(children))
            continue
        child_id = random.choice([f"{number}A", "7", " 7 ", "0", "", "UNKNOWN", "a7.0", "12.0", "B&amp;1"])
        children.append("".join(_child(random, child_id)))
    return census("\n".join(children))


def _child(random: Random, child_id: str) -> Iterator[str]:
    yield "<Child>"
    identifiers = [
        f"<LAchildID>{child_id}</LAchildID>",
        _date(random, "PersonBirthDate"),
        _date(random, "ExpectedPersonBirthDate", 0.2),
        _date(random, "PersonDeathDate", 0.1),
        _one(random, "GenderCurrent", ["1", "2", "9", "x", ""]),
        _one(random, "Sex", ["M", "f", "2", "?", ""], 0.5),
        _one(random, "UPN", ["a12345678901b", "", " A1 "]),
        _one(random, "UPNunknown", ["UN1", "un4", "none"], 0.3),
    ]
    characteristics = [
        _one(random, "Ethnicity", ["WBRI", "wbri", "White British", "nonsense", ""]),
        "<Disabilities>" + _several(random, "Disability", ["NONE", "LD", "AUT", "odd"]) + "</Disabilities>",
    ]
    parts = [
        "<ChildIdentifiers>" + _shuffled(random, identifiers) + "</ChildIdentifiers>\n",
        "<ChildCharacteristics>" + _shuffled(random, characteristics) + "</ChildCharacteristics>",
    ]
    parts += _repeatedly(random, _episode, 3)
    yield _shuffled(random, parts)
    yield "</Child>\n"


def _episode(random: Random) -> str:
    parts = [
        _date(random, "CINreferralDate"),
        _one(random, "ReferralSource", ["1A", "5d", "6", "zz"]),
        _one(random, "PrimaryNeedCode", ["N1", "n9", ""]),
        _date(random, "CINclosureDate", 0.5),
        _one(random, "ReasonForClosure", ["RC1", "rc8", "RC99"], 0.5),
        _date(random, "DateOfInitialCPC", 0.2),
        _one(random, "ReferralNFA", ["0", "1", "true", "False", "perhaps"]),
    ]
    parts += _repeatedly(random, _assessment, 3) + _repeatedly(random, _enquiry, 3)
    parts += _repeatedly(random, _cin_plan, 2) + _repeatedly(random, _cp_plan, 3)
    return "<CINdetails>\n" + _shuffled(random, parts) + "</CINdetails>\n"


def _assessment(random: Random) -> str:
    factors = _several(random, "AssessmentFactors", ["1A", "2B", "21", "zz"])
    wrapped = random.choice([f"<FactorsIdentifiedAtAssessment>{factors}</FactorsIdentifiedAtAssessment>", ""])
    parts = [
        _date(random, "AssessmentActualStartDate"),
        _date(random, "AssessmentAuthorisationDate", 0.7),
        _date(random, "AssessmentInternalReviewDate", 0.2),
        wrapped,
    ]
    return "<Assessments>" + _shuffled(random, parts) + "</Assessments>"


def _enquiry(random: Random) -> str:
    parts = [
        _date(random, "S47ActualStartDate"),
        _date(random, "InitialCPCtarget", 0.5),
        _date(random, "DateOfInitialCPC", 0.7),
        _one(random, "ICPCnotRequired", ["0", "1", "true"]),
    ]
    return "<Section47>\n" + _shuffled(random, parts) + "</Section47>"


def _cin_plan(random: Random) -> str:
    start, end = _date(random, "CINPlanStartDate"), _date(random, "CINPlanEndDate", 0.6)
    return f"<CINPlanDates>{start}{end}</CINPlanDates>\n"


def _cp_plan(random: Random) -> str:
    dates = [_date(random, "CPPreviewDate") for _ in range(random.randrange(3))]
    if random.random() < 0.5:
        reviews = "<Reviews>" + "".join(dates) + "</Reviews>"
    else:
        reviews = "".join(f"<Reviews>\n{day}</Reviews>" for day in dates)
    parts = [
        _date(random, "CPPstartDate"),
        _date(random, "CPPendDate", 0.6),
        _one(random, "InitialCategoryOfAbuse", ["NEG", "mul", "bad"]),
        _one(random, "LatestCategoryOfAbuse", ["NEG", "SAB", ""]),
        _one(random, "NumberOfPreviousCPP", ["0", "2", "1.0", "two"]),
        reviews,
    ]
    return "<ChildProtectionPlans>" + _shuffled(random, parts) + "</ChildProtectionPlans>"


def _date(random: Random, element: str, chance: float = 0.9) -> str:
    written = [
        "2023-05-01", "2023-06-12", "2023-06-12", "2023-09-30", "2023-11-02T00:00:00", "02/11/2023",
        "2024-03-31",         "2024-04-01", "2025-01-01", "2023-02-30",
        "soon", "", "-", "3rd July 2023", "1999-12-31", "45123",
    ]  # fmt: skip
    return _one(random, element, written, chance)


def _one(random: Random, element: str, values: list[str], chance: float = 0.9) -> str:
    if random.random() > chance:
        return ""
    value = random.choice(values)
    if not value and random.random() < 0.5:
        return f"<{element}/>"
    space = random.choice(["", "", "", " ", "\n   "])
    return f"<{element}>{space}{value}{space}</{element}>" + random.choice(["", "\n", " stray "])


def _several(random: Random, element: str, values: list[str]) -> str:
    return "".join(_one(random, element, values) for _ in range(random.randrange(4)))


def _repeatedly(random: Random, make: object, most: int) -> list[str]:
    parts = [make(random) for _ in range(random.randrange(most))]  # type: ignore[operator]
    if parts and random.random() < 0.3:
        parts.append(parts[0])
    return parts


def _shuffled(random: Random, parts: list[str]) -> str:
    random.shuffle(parts)
    return "".join(parts)
