"""A slow, plain reading of the census rules that say `error`, for what the generator writes."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from childjourneys.domain.codes import code_set
from childjourneys.synthetic.identifiers import check_letter

Element = ElementTree.Element


def broken_rules(path: Path, year: int) -> Counter[str]:
    """How often each rule of type error is broken in a file of a collection year."""
    root = ElementTree.parse(path).getroot()
    found: Counter[str] = Counter()
    start, end = date(year - 1, 4, 1), date(year, 3, 31)
    children = root.findall("Children/Child")
    ids = [_text(child, "ChildIdentifiers/LAchildID") for child in children]
    upns = [upn for child in children if (upn := _text(child, "ChildIdentifiers/UPN"))]
    found["8510"] += len(ids) - len(set(ids))
    found["1520"] += len(upns) - len(set(upns))
    found["100"] += _text(root, "Header/CollectionDetails/ReferenceDate") != end.isoformat()
    plans = [day for child in children for day in _dates(child, ".//CPPstartDate") if start <= day <= end]
    held = [day for child in children for day in _dates(child, ".//DateOfInitialCPC")]
    found["2883"] += len(plans) > len(held)
    for child in children:
        _child(child, year, found)
    return Counter({code: count for code, count in found.items() if count})


def _child(child: Element, year: int, found: Counter[str]) -> None:
    start, end = date(year - 1, 4, 1), date(year, 3, 31)
    born, expected = _date(child, ".//PersonBirthDate"), _date(child, ".//ExpectedPersonBirthDate")
    died = _date(child, ".//PersonDeathDate")
    upn = _text(child, ".//UPN")
    sex = _text(child, ".//Sex") if year >= 2025 else _text(child, ".//GenderCurrent")
    disabilities = [element.text for element in child.findall(".//Disability")]
    episodes = child.findall("CINdetails")
    known = {entry.code for entry in code_set("local_authority").codes}
    further = [one for one in episodes if _text(one, "ReferralNFA") == "false"]
    found["1510"] += bool(upn) and check_letter(str(upn)[1:]) != str(upn)[0]
    found["1530"] += bool(upn) and str(upn)[1:4] not in known
    found["1540"] += bool(upn) and not str(upn)[4:].isdigit()
    found["1580"] += not str(_text(child, ".//LAchildID")).isalnum()
    found["8525Q"] += (born is None) == (expected is None)
    found["4180"] += sex not in (("M", "F", "U") if year >= 2025 else ("1", "2", "0", "9"))
    found["4220"] += code_set("ethnicity").label(_text(child, ".//Ethnicity") or "") is None
    found["8520"] += bool(born and born > end)
    found["8530Q"] += bool(expected and not end - timedelta(30) <= expected <= end + timedelta(280))
    found["8535Q"] += bool(died and born and died < born)
    found["8545Q"] += bool(died and not start <= died <= end)
    found["8540"] += bool(born and further and not disabilities)
    found["8750"] += bool(expected and sex not in ("U", "0"))
    found["8772"] += _text(child, ".//UPNunknown") == "UN7" and bool(further)
    found["8790"] += "NONE" in disabilities and len(disabilities) > 1
    found["8794"] += len(disabilities) != len(set(disabilities))
    found["8590"] += not episodes
    opened = [one for one in further if not _date(one, "CINclosureDate")]
    found["8815"] += len(opened) > 1
    latest = max((_date(one, "CINreferralDate") or start for one in episodes), default=start)
    found["8816"] += bool(opened) and _date(opened[0], "CINreferralDate") != latest
    spans = sorted(
        (_date(one, "CINreferralDate"), _date(one, "CINclosureDate") or date.max) for one in further
    )
    found["8820"] += _overlaps(spans)
    conferences = set(_dates(child, ".//DateOfInitialCPC"))
    cp = _spans(child, "CPPstartDate", "CPPendDate", "ChildProtectionPlans")
    cin = _spans(child, "CINPlanStartDate", "CINPlanEndDate", "CINPlanDates")
    found["2885"] += sum(start <= begin <= end and begin not in conferences for begin, _ in cp)
    found["4004"] += sum(until == date.max for _, until in cin) > 1
    found["8935"] += sum(until == date.max for _, until in cp) > 1
    found["4014"] += _overlaps(sorted(cin))
    found["8940"] += _overlaps(sorted(cp))
    found["4016"] += sum(a <= begin < b for begin, _ in cin for a, b in cp)
    found["4017"] += sum(a <= begin < b for begin, _ in cp for a, b in cin)
    found["4001"] += any(b == date.max for _, b in cp) and any(b == date.max for _, b in cin)
    for a, b in cin:
        found["4011"] += b < a
        found["4012Q"] += b == a
        found["4013"] += b != date.max and not start <= b <= end
        found["4010"] += a > end
    for a, b in cp:
        found["8925"] += b < a
        found["8840"] += b == a
        found["8930"] += b != date.max and not start <= b <= end
        found["8720"] += a > end
        found["8920"] += bool(died and b != date.max and b > died)
    for plan in child.findall(".//ChildProtectionPlans"):
        begin, until = _date(plan, "CPPstartDate") or start, _date(plan, "CPPendDate") or date.max
        reviews = _dates(plan, ".//CPPreviewDate")
        found["8841"] += sum(day <= begin for day in reviews)
        found["4003"] += sum(a <= day <= b and day != until for day in reviews for a, b in cin)
        found["8905"] += (
            code_set("category_of_abuse").label(_text(plan, "InitialCategoryOfAbuse") or "") is None
        )
        found["8730"] += _text(plan, "NumberOfPreviousCPP") is None
    for episode in episodes:
        _episode(episode, year, born or expected or start, died, found)


def _episode(episode: Element, year: int, born: date, died: date | None, found: Counter[str]) -> None:
    start, end = date(year - 1, 4, 1), date(year, 3, 31)
    referral, closure = _date(episode, "CINreferralDate") or date.max, _date(episode, "CINclosureDate")
    reason, nfa = _text(episode, "ReasonForClosure"), _text(episode, "ReferralNFA") == "true"
    assessments = episode.findall("Assessments")
    enquiries = episode.findall("Section47")
    inside = (
        _dates(episode, ".//AssessmentActualStartDate") + _dates(episode, ".//AssessmentAuthorisationDate")
        + _dates(episode, ".//S47ActualStartDate") + _dates(episode, ".//DateOfInitialCPC")
        + _dates(episode, ".//CPPendDate") + _dates(episode, ".//CINPlanStartDate")
        + _dates(episode, ".//CINPlanEndDate")
    )  # fmt: skip
    starts = inside + _dates(episode, ".//CPPstartDate")
    found["8600"] += referral > end
    found["8606"] += referral < born - timedelta(280)
    found["8630"] += bool(closure and closure < referral)
    found["8620"] += bool(closure and not start <= closure <= end)
    found["8565"] += bool(closure and any(day > closure for day in inside))
    found["1103/1104/1105/2889/4015"] += any(day < referral for day in starts)
    found["8610"] += not nfa and _text(episode, "PrimaryNeedCode") is None
    found["8866"] += code_set("referral_source").label(_text(episode, "ReferralSource") or "") is None
    found["8805/8810"] += (closure is None) != (reason is None)
    found["8640"] += reason is not None and code_set("reason_for_closure").label(reason) is None
    found["8831/8832/4000"] += nfa and bool(starts)
    found["8569Q"] += nfa and referral < start - timedelta(4)
    found["8555Q"] += bool(died and referral > died)
    found["8585Q"] += reason == "RC2" and died is None
    heavy = [".//Section47", ".//ChildProtectionPlans", ".//CINPlanDates", "DateOfInitialCPC"]
    found["2990"] += reason in ("RC8", "RC9") and any(episode.find(path) is not None for path in heavy)
    found["8825Q"] += reason in ("RC8", "RC9") and not assessments
    found["2884"] += any(
        _date(one, "DateOfInitialCPC") in _dates(episode, "DateOfInitialCPC") for one in enquiries
        if _date(one, "DateOfInitialCPC")
    )  # fmt: skip
    spans = _spans(episode, "AssessmentActualStartDate", "AssessmentAuthorisationDate", "Assessments")
    found["8896"] += sum(until == date.max for _, until in spans) > 1
    found["8863Q"] += _overlaps(sorted(spans))
    found["8867"] += closure is not None and any(until == date.max for _, until in spans)
    found["8608"] += any(until < begin for begin, until in spans)
    found["8696"] += any(until != date.max and not start <= until <= end for _, until in spans)
    found["8736"] += any(until == date.max and not start <= begin <= end for begin, until in spans)
    for one in assessments:
        factors = [element.text for element in one.findall(".//AssessmentFactors")]
        found["8614"] += bool(factors) and _date(one, "AssessmentAuthorisationDate") is None
        found["8897Q"] += not factors and _date(one, "AssessmentAuthorisationDate") is not None
        found["8869"] += "21" in factors and len(factors) > 1
        found["8898"] += len(factors) != len(set(factors))
        old_only = year < 2022 and "24A" in factors
        found["factor of a later year"] += old_only
    pending = []
    for one in enquiries:
        begin, held = _date(one, "S47ActualStartDate") or date.max, _date(one, "DateOfInitialCPC")
        needed = _text(one, "ICPCnotRequired") == "false"
        found["8615"] += bool(held and held < begin)
        found["8875"] += bool(held and held.weekday() > 4)
        found["8870Q"] += bool((target := _date(one, "InitialCPCtarget")) and target.weekday() > 4)
        found["8715"] += bool(held and not start <= held <= end)
        found["8740"] += held is None and needed and not start <= begin <= end
        found["8868"] += bool(closure and held is None and needed)
        pending.append((begin, held or (date.max if needed else begin)))
    found["8839"] += sum(until == date.max for _, until in pending) > 1
    found["8890"] += _overlaps(sorted(pending))


def _overlaps(spans: list[tuple[date, date]]) -> int:
    return sum(after[0] < before[1] for before, after in pairwise(spans))


def _spans(element: Element, start: str, end: str, group: str) -> list[tuple[date, date]]:
    return [
        (_date(one, start) or date.min, _date(one, end) or date.max) for one in element.findall(f".//{group}")
    ]


def _text(element: Element, path: str) -> str | None:
    found = element.find(path)
    return found.text if found is not None else None


def _date(element: Element, path: str) -> date | None:
    text = _text(element, path)
    return date.fromisoformat(text) if text else None


def _dates(element: Element, path: str) -> list[date]:
    return [date.fromisoformat(one.text or "") for one in element.findall(path)]
