"""A slow, plain reading of a CIN census, written from the rules, to hold the fast one against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from xml.parsers import expat

from childjourneys.domain.identifiers import clean_identifier, is_placeholder
from childjourneys.sources.coding import coder, sex_coder
from childjourneys.sources.values import Unreadable, is_blank, parse_date, parse_integer

WRAPPERS = {
    "ChildIdentifiers", "ChildCharacteristics", "Disabilities", "FactorsIdentifiedAtAssessment", "Reviews",
}  # fmt: skip
PARENT = {
    "Child": None, "CINdetails": "Child", "Assessments": "CINdetails", "CINPlanDates": "CINdetails",
    "Section47": "CINdetails", "ChildProtectionPlans": "CINdetails", "CPPreviewDate": "ChildProtectionPlans",
}  # fmt: skip
# element: (column, type); per record element. The first date is the key.
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "Child": {
        "LAchildID": ("child_id", "id"), "UPN": ("upn", "text"), "FormerUPN": ("former_upn", "text"),
        "UPNunknown": ("upn_unknown", "upn_unknown"), "PersonBirthDate": ("birth_date", "date"),
        "ExpectedPersonBirthDate": ("expected_birth_date", "date"), "GenderCurrent": ("gender", "sex"),
        "Sex": ("sex", "sex"), "PersonDeathDate": ("death_date", "date"),
        "Ethnicity": ("ethnicity", "ethnicity"),
        "Disability": ("disability", "disability*"),
    },
    "CINdetails": {
        "CINreferralDate": ("referral_date", "date"),
        "ReferralSource": ("referral_source", "referral_source"),
        "PrimaryNeedCode": ("primary_need", "need"), "CINclosureDate": ("closure_date", "date"),
        "ReasonForClosure": ("closure_reason", "reason_for_closure"),
        "DateOfInitialCPC": ("transfer_in_icpc_date", "date"), "ReferralNFA": ("nfa", "yes_no"),
    },
    "Assessments": {
        "AssessmentActualStartDate": ("start_date", "date"),
        "AssessmentInternalReviewDate": ("internal_review_date", "date"),
        "AssessmentAuthorisationDate": ("authorised_date", "date"),
        "AssessmentFactors": ("factors", "assessment_factors*"),
    },
    "CINPlanDates": {"CINPlanStartDate": ("start_date", "date"), "CINPlanEndDate": ("end_date", "date")},
    "Section47": {
        "S47ActualStartDate": ("start_date", "date"), "InitialCPCtarget": ("icpc_target_date", "date"),
        "DateOfInitialCPC": ("icpc_date", "date"), "ICPCnotRequired": ("icpc_not_required", "yes_no"),
    },
    "ChildProtectionPlans": {
        "CPPstartDate": ("start_date", "date"), "CPPendDate": ("end_date", "date"),
        "InitialCategoryOfAbuse": ("initial_category_of_abuse", "category_of_abuse"),
        "LatestCategoryOfAbuse": ("latest_category_of_abuse", "category_of_abuse"),
        "NumberOfPreviousCPP": ("number_of_previous_cpp", "int"),
    },
    "CPPreviewDate": {"CPPreviewDate": ("review_date", "date")},
}  # fmt: skip
ENDS = {
    "CINdetails": ("CINclosureDate", "case_closed"),
    "Assessments": ("AssessmentAuthorisationDate", "assessment_authorised"),
    "CINPlanDates": ("CINPlanEndDate", "cin_end"),
    "Section47": ("DateOfInitialCPC", "icpc"),
    "ChildProtectionPlans": ("CPPendDate", "cpp_end"),
}
STARTS = {
    "CINdetails": "referral", "Assessments": "assessment_start", "CINPlanDates": "cin_start",
    "Section47": "s47", "ChildProtectionPlans": "cpp_start", "CPPreviewDate": "cp_review",
}  # fmt: skip
TABLES = {
    "Child": "child", "CINdetails": "need_episode", "Assessments": "assessment", "CINPlanDates": "cin_plan",
    "Section47": "s47_enquiry", "ChildProtectionPlans": "cp_plan", "CPPreviewDate": "cp_review",
}  # fmt: skip
FACTS = {"CINclosureDate", "DateOfInitialCPC", "AssessmentAuthorisationDate", "CINPlanEndDate", "CPPendDate",
         "PersonDeathDate"}  # fmt: skip


@dataclass
class Node:
    name: str
    line: int
    text: str = ""
    inside: list[Node] = field(default_factory=list)


@dataclass
class Record:
    kind: str
    line: int
    fields: dict[str, list[str]]
    inside: list[Record]
    values: dict[str, Any] = field(default_factory=dict)
    status: str = "loaded"


@dataclass
class Plain:
    """Rows of each table as (column, value) sets without nulls, and rows counted by sheet and status."""

    tables: dict[str, list[dict[str, Any]]]
    accounts: Counter[tuple[str, str]]


def read_plain(text: bytes, as_at: date) -> Plain:
    result = Plain({}, Counter())
    children: list[Record] = []
    _find_children(_parse(text), children)
    seen_children: dict[object, list[dict[object, Any]]] = {}
    for child in children:
        _read_child(child, as_at, result, seen_children)
    return result


def _parse(text: bytes) -> Node:
    root = Node("", 0)
    stack = [root]
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        node = Node(name.rpartition(":")[2], parser.CurrentLineNumber)
        stack[-1].inside.append(node)
        stack.append(node)

    def characters(data: str) -> None:
        stack[-1].text += data

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: stack.pop()
    parser.CharacterDataHandler = characters
    parser.Parse(text, True)
    return root


def _find_children(node: Node, children: list[Record]) -> None:
    for inside in node.inside:
        if inside.name == "Child":
            children.append(_record(inside))
        else:
            _find_children(inside, children)


def _record(node: Node) -> Record:
    record = Record(node.name, node.line, {}, [])
    if node.name == "CPPreviewDate":
        record.fields["CPPreviewDate"] = ["" if node.inside else node.text]
    else:
        _gather(node, record)
    return record


def _gather(node: Node, record: Record) -> None:
    for inside in node.inside:
        if inside.name in PARENT and PARENT[inside.name] == record.kind:
            record.inside.append(_record(inside))
        elif inside.name in WRAPPERS:
            _gather(inside, record)
        elif inside.name in FIELDS[record.kind] and not inside.inside:
            record.fields.setdefault(inside.name, []).append(inside.text)


def _said(text: str) -> str:
    text = text.strip()
    return "" if is_blank(text) else text


def _type(record: Record, as_at: date) -> None:
    """Fill `values`; a value that can't be used leaves its text in `*_raw`."""
    values = record.values
    for element, (column, kind) in FIELDS[record.kind].items():
        texts = [_said(text) for text in record.fields.get(element, [])]
        texts = [text for text in texts if text]
        if kind.endswith("*"):
            found = [(text, coder(kind[:-1]).match(text).code) for text in texts]
            values[column] = "|".join(code for _, code in found if code) or None
            values[f"{column}_raw"] = "|".join(text for text, code in found if code is None) or None
            values[f"{column}_signature"] = tuple(code or (text,) for text, code in found)
            continue
        text = texts[0] if texts else ""
        if kind == "id":
            values[column] = clean_identifier(text) or None
        elif not text:
            values[column] = None
        elif kind == "text":
            values[column] = text.upper()
        elif kind == "date":
            try:
                values[column] = parse_date(text)
            except Unreadable:
                values[column], values[f"{column}_raw"] = None, text
        elif kind == "int":
            try:
                values[column] = parse_integer(text)
            except Unreadable:
                values[column] = None
        else:
            code = (sex_coder() if kind == "sex" else coder(kind)).match(text).code
            values[column] = (None if code is None else code == "1") if kind == "yes_no" else code
            if code is None:
                values[f"{column}_raw"] = text
    record.values["texts"] = {e: next((s for s in map(_said, t) if s), "") for e, t in record.fields.items()}


def _read_child(
    child: Record, as_at: date, result: Plain, seen: dict[object, list[dict[object, Any]]]
) -> None:
    _type(child, as_at)
    values = child.values
    child_id = values["child_id"]
    if child_id is None or is_placeholder(child_id):
        _count_all(child, result)
        return
    _not_after(child, as_at)
    home = next((s for s in seen.get(child_id, []) if s["is"] == _signature(child)), None)
    if home is None:
        home = {"is": _signature(child), "records": {}}
        seen.setdefault(child_id, []).append(home)
        if values["gender"] and not child.values["texts"].get("Sex"):
            values["sex"] = values["gender"]
        if not child.values["texts"].get("Sex") and "gender_raw" in values:
            values["sex_raw"] = values["gender_raw"]
        codes = set((values["disability"] or "").split("|")) - {""}
        values["has_disability"] = bool(codes - {"NONE"}) if codes else None
        texts = values["texts"]
        born, expected = texts.get("PersonBirthDate"), texts.get("ExpectedPersonBirthDate")
        values["unborn"] = False if born else True if expected else None
        _load(child, result, {"child_id": child_id})
        result.accounts["Child", "loaded"] += 1
    else:
        result.accounts["Child", "duplicate"] += 1
    for episode in child.inside:
        _read_nested(episode, as_at, result, child_id, home, None, None)


def _read_nested(
    record: Record,
    as_at: date,
    result: Plain,
    child_id: str,
    home: dict[object, Any],
    episode: Record | None,
    plan: Record | None,
) -> None:
    _type(record, as_at)
    kind = record.kind
    _, (key_column, _) = next(iter(FIELDS[kind].items()))
    day, texts, values = record.values[key_column], record.values["texts"], record.values
    if day is None or day > as_at:
        record.status = "set aside"
        events = [STARTS[kind]]
        if kind in ENDS and texts.get(ENDS[kind][0]):
            events.append(ENDS[kind][1])
        if kind == "CINdetails" and texts.get("DateOfInitialCPC"):
            events.append("icpc")
        _mark(result, record, child_id, "|".join(events), "future" if day else "undated", None)
    else:
        before = False
        if kind in ENDS:
            end_column = FIELDS[kind][ENDS[kind][0]][0]
            end = values[end_column]
            if end is not None and end < day:
                before = True
                values[end_column], values[f"{end_column}_raw"] = None, texts[ENDS[kind][0]]
        unreadable = {e for e, (c, t) in FIELDS[kind].items() if t == "date" and f"{c}_raw" in values}
        _not_after(record, as_at)
    signature = (kind, _signature(record))
    first = home["records"].setdefault(signature, record)
    here = first.values.setdefault("home", {"records": {}})
    if first is not record and record.status == "loaded":
        record.status = "duplicate"
    result.accounts[kind, record.status] += 1
    link: dict[str, Any] = {}
    if episode is not None and episode.status != "set aside":
        link = {"referral_date": episode.values["referral_date"], "parent_row": episode.line}
    if plan is not None and plan.status != "set aside":
        link["cpp_start_date"] = plan.values["start_date"]
    if record.status == "loaded":
        _load(record, result, {"child_id": child_id} | link)
        if kind in ENDS:
            if before:
                _mark(result, record, child_id, ENDS[kind][1], "end_before_start", day)
            elif ENDS[kind][0] in unreadable:
                _mark(result, record, child_id, ENDS[kind][1], "undated", day)
        if kind == "CINdetails":
            if "DateOfInitialCPC" in unreadable:
                _mark(result, record, child_id, "icpc", "undated", None)
            if values["transfer_in_icpc_date"]:
                row = {
                    "child_id": child_id, "icpc_date": values["transfer_in_icpc_date"], "referral_date": day,
                    "parent_row": record.line, "sheet": kind, "row": record.line,
                }  # fmt: skip
                result.tables.setdefault("icpc", []).append(row)
    for inside in record.inside:
        if kind == "CINdetails":
            _read_nested(inside, as_at, result, child_id, here, first, None)
        else:
            _read_nested(inside, as_at, result, child_id, here, episode, first)


def _not_after(record: Record, as_at: date) -> None:
    for element in FACTS & set(FIELDS[record.kind]):
        column = FIELDS[record.kind][element][0]
        if record.values[column] is not None and record.values[column] > as_at:
            record.values[column] = None
            record.values[f"{column}_raw"] = record.values["texts"][element]


def _signature(record: Record) -> tuple[object, ...]:
    columns = [column for column, _ in FIELDS[record.kind].values()]
    return tuple(
        record.values.get(f"{column}{end}") for column in columns for end in ("", "_raw", "_signature")
    )


def _count_all(record: Record, result: Plain) -> None:
    result.accounts[record.kind, "set aside"] += 1
    for inside in record.inside:
        _count_all(inside, result)


def _load(record: Record, result: Plain, more: dict[str, Any]) -> None:
    row = {name: value for name, value in record.values.items() if value is not None}
    for name in ("gender", "gender_raw", "texts", "home"):
        row.pop(name, None)
    row = {name: value for name, value in row.items() if not name.endswith("_signature")}
    row |= more | {"sheet": record.kind, "row": record.line}
    result.tables.setdefault(TABLES[record.kind], []).append(row)


def _mark(result: Plain, record: Record, child_id: str, event: str, code: str, start: date | None) -> None:
    row = {"child_id": child_id, "event": event, "code": code, "sheet": record.kind, "row": record.line}
    if start:
        row["start"] = start
    result.tables.setdefault("mark", []).append(row)
