"""The CIN census of one year, as an authority would return it: what belongs in it, in its structure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import polars as pl

from childjourneys.synthetic.truth import World

Record = dict[str, Any]

CIN_PLANS_FROM = 2022
SEX_FROM = 2025
GENDER = {"M": "1", "F": "2", "U": "0"}
_SCHOOL_AGE_FROM = 4


@dataclass(frozen=True)
class Census:
    """The records of a world, ready for writing one year after another; dates are ISO text."""

    la: str
    children: list[Record]
    episodes: dict[str, list[Record]]
    parts: dict[str, dict[int, list[Record]]]


def census_of(world: World) -> Census:
    """The records of a world by child, and by episode below that."""
    parts = {
        "assessments": _by(world.assessments, "episode_id"),
        "s47": _by(world.s47_enquiries, "episode_id"),
        "icpc": _by(world.icpc.filter(pl.col("s47_id").is_null()), "episode_id"),
        "cin_plans": _by(world.cin_plans, "episode_id"),
        "cp_plans": _by(world.cp_plans, "episode_id"),
        "reviews": _by(world.cp_reviews.sort("cp_plan_id", "review_date"), "cp_plan_id"),
    }
    children = _records(world.children.filter("known"))
    return Census(
        world.plan.la, children, _by(world.episodes.sort("child_id", "referral_date"), "child_id"), parts
    )


def write_census(census: Census, year: int, serial: int = 1) -> str:
    """The file's text: indented, one element per line, line ends of Unix, no encoding declared but UTF-8."""
    lines: list[str] = []
    for child in census.children:
        episodes = [one for one in census.episodes.get(child["child_id"], ()) if _in_year(one, year)]
        if episodes:
            _child(lines, census, child, episodes, year)
    head = _HEADER.format(year=year, la=census.la, serial=f"{serial:03d}", day=29 + serial)
    return "\n".join([head, *lines, "  </Children>", "</Message>", ""])


_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>{year}</Year>
      <ReferenceDate>{year}-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel>
      <LEA>{la}</LEA>
      <SoftwareCode>Example</SoftwareCode>
      <Release>1.0</Release>
      <SerialNo>{serial}</SerialNo>
      <DateTime>{year}-05-{day}T09:00:00</DateTime>
    </Source>
  </Header>
  <Children>"""


def _in_year(episode: Record, year: int) -> bool:
    start, end = f"{year - 1}-04-01", f"{year}-03-31"
    if episode["referral_date"] > end:
        return False
    if episode["nfa"]:
        return bool(episode["referral_date"] >= start)
    return episode["closure_date"] is None or bool(episode["closure_date"] >= start)


def _child(lines: list[str], census: Census, child: Record, episodes: list[Record], year: int) -> None:
    end = f"{year}-03-31"
    born = child["birth_date"] <= end
    sex = child["sex"] if born else "U"
    add = lines.append
    add("    <Child>")
    add("      <ChildIdentifiers>")
    add(f"        <LAchildID>{child['child_id']}</LAchildID>")
    fourth = f"{int(child['birth_date'][:4]) + _SCHOOL_AGE_FROM}{child['birth_date'][4:]}"
    if fourth <= end and not child["no_upn"]:
        add(f"        <UPN>{child['upn']}</UPN>")
    else:
        add(f"        <UPNunknown>{child['no_upn'] if fourth <= end else 'UN1'}</UPNunknown>")
    if born:
        add(f"        <PersonBirthDate>{child['birth_date']}</PersonBirthDate>")
    else:
        add(f"        <ExpectedPersonBirthDate>{child['expected_birth_date']}</ExpectedPersonBirthDate>")
    add(
        f"        <Sex>{sex}</Sex>"
        if year >= SEX_FROM
        else f"        <GenderCurrent>{GENDER[sex]}</GenderCurrent>"
    )
    if child["death_date"] and f"{year - 1}-04-01" <= child["death_date"] <= end:
        add(f"        <PersonDeathDate>{child['death_date']}</PersonDeathDate>")
    add("      </ChildIdentifiers>")
    add("      <ChildCharacteristics>")
    add(f"        <Ethnicity>{child['ethnicity']}</Ethnicity>")
    if born:
        add("        <Disabilities>")
        lines.extend(f"          <Disability>{code}</Disability>" for code in child["disability"].split("|"))
        add("        </Disabilities>")
    add("      </ChildCharacteristics>")
    for episode in episodes:
        _episode(lines, census, episode, year)
    add("    </Child>")


def _episode(lines: list[str], census: Census, episode: Record, year: int) -> None:
    start, end = f"{year - 1}-04-01", f"{year}-03-31"
    number = episode["episode_id"]
    add = lines.append
    add("      <CINdetails>")
    add(f"        <CINreferralDate>{episode['referral_date']}</CINreferralDate>")
    add(f"        <ReferralSource>{episode['source']}</ReferralSource>")
    if not episode["nfa"]:
        add(f"        <PrimaryNeedCode>{episode['primary_need']}</PrimaryNeedCode>")
    if episode["closure_date"] and episode["closure_date"] <= end:
        add(f"        <CINclosureDate>{episode['closure_date']}</CINclosureDate>")
        add(f"        <ReasonForClosure>{episode['closure_reason']}</ReasonForClosure>")
    for row in census.parts["icpc"].get(number, ()):
        if start <= row["icpc_date"] <= end:
            add(f"        <DateOfInitialCPC>{row['icpc_date']}</DateOfInitialCPC>")
    for row in census.parts["assessments"].get(number, ()):
        _assessment(lines, row, start, end)
    if year >= CIN_PLANS_FROM:
        for row in census.parts["cin_plans"].get(number, ()):
            if _running(row, start, end):
                add("        <CINPlanDates>")
                add(f"          <CINPlanStartDate>{row['start_date']}</CINPlanStartDate>")
                if row["end_date"] and row["end_date"] <= end:
                    add(f"          <CINPlanEndDate>{row['end_date']}</CINPlanEndDate>")
                add("        </CINPlanDates>")
    for row in census.parts["s47"].get(number, ()):
        _enquiry(lines, row, start, end)
    add(f"        <ReferralNFA>{'true' if episode['nfa'] else 'false'}</ReferralNFA>")
    for row in census.parts["cp_plans"].get(number, ()):
        if _running(row, start, end):
            _protection(lines, row, census.parts["reviews"].get(row["cp_plan_id"], ()), start, end)
    add("      </CINdetails>")


def _assessment(lines: list[str], row: Record, start: str, end: str) -> None:
    done = row["authorised_date"] is not None and row["authorised_date"] <= end
    if (done and row["authorised_date"] < start) or (not done and not start <= row["start_date"] <= end):
        return
    lines.append("        <Assessments>")
    lines.append(f"          <AssessmentActualStartDate>{row['start_date']}</AssessmentActualStartDate>")
    if done:
        lines.append(
            f"          <AssessmentAuthorisationDate>{row['authorised_date']}</AssessmentAuthorisationDate>"
        )
        lines.append("          <FactorsIdentifiedAtAssessment>")
        lines.extend(
            f"            <AssessmentFactors>{factor}</AssessmentFactors>"
            for factor in row["factors"].split("|")
        )
        lines.append("          </FactorsIdentifiedAtAssessment>")
    lines.append("        </Assessments>")


def _enquiry(lines: list[str], row: Record, start: str, end: str) -> None:
    held = row["icpc_date"] if row["icpc_date"] and row["icpc_date"] <= end else None
    if (held and held < start) or (not held and not start <= row["start_date"] <= end):
        return
    lines.append("        <Section47>")
    lines.append(f"          <S47ActualStartDate>{row['start_date']}</S47ActualStartDate>")
    lines.append(f"          <InitialCPCtarget>{row['icpc_target_date']}</InitialCPCtarget>")
    if held:
        lines.append(f"          <DateOfInitialCPC>{held}</DateOfInitialCPC>")
    lines.append(
        f"          <ICPCnotRequired>{'true' if row['icpc_not_required'] else 'false'}</ICPCnotRequired>"
    )
    lines.append("        </Section47>")


def _protection(lines: list[str], row: Record, reviews: Any, start: str, end: str) -> None:
    lines.append("        <ChildProtectionPlans>")
    lines.append(f"          <CPPstartDate>{row['start_date']}</CPPstartDate>")
    if row["end_date"] and row["end_date"] <= end:
        lines.append(f"          <CPPendDate>{row['end_date']}</CPPendDate>")
    lines.append(f"          <InitialCategoryOfAbuse>{row['initial_category']}</InitialCategoryOfAbuse>")
    lines.append(f"          <LatestCategoryOfAbuse>{row['latest_category']}</LatestCategoryOfAbuse>")
    lines.append(f"          <NumberOfPreviousCPP>{row['number_of_previous']}</NumberOfPreviousCPP>")
    days = [one["review_date"] for one in reviews if start <= one["review_date"] <= end]
    if days:
        lines.append("          <Reviews>")
        lines.extend(f"            <CPPreviewDate>{day}</CPPreviewDate>" for day in days)
        lines.append("          </Reviews>")
    lines.append("        </ChildProtectionPlans>")


def _running(row: Record, start: str, end: str) -> bool:
    return bool(row["start_date"] <= end and (row["end_date"] is None or row["end_date"] >= start))


def _records(frame: pl.DataFrame) -> list[Record]:
    dates = [name for name, kind in frame.schema.items() if kind == pl.Date]
    return frame.with_columns(pl.col(dates).cast(pl.String)).to_dicts()


def _by(frame: pl.DataFrame, key: str) -> dict[Any, list[Record]]:
    groups: dict[Any, list[Record]] = defaultdict(list)
    for record in _records(frame):
        groups[record[key]].append(record)
    return groups
