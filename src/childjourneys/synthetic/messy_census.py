"""Ugly CIN census files: odd encodings and forms, faults at known lines, submissions sent twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from childjourneys.synthetic.cin_xml import census_of, write_census
from childjourneys.synthetic.planted import Planted
from childjourneys.synthetic.truth import World

_GROUPS = ("Child", "CINdetails", "Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans")
_ELEMENT = re.compile(r"\s*<(\w+)>([^<]*)</\w+>$")
_GROUP = re.compile(r"\s*<(/?)(\w+)>$")


@dataclass(eq=False)
class Line:
    """One line of a file; its number is known when the file is whole."""

    text: str


@dataclass(eq=False)
class Node:
    """A record in the file: where it opens, its own elements by name, records inside it."""

    tag: str
    opening: Line
    inside: Node | None = None
    elements: dict[str, Line] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def value(self, element: str) -> str:
        found = _ELEMENT.match(self.elements[element].text) if element in self.elements else None
        return found[2] if found else ""

    def all(self, tag: str) -> Iterator[Node]:
        for node in self.nodes:
            if node.tag == tag:
                yield node
            yield from node.all(tag)

    def set(self, element: str, value: str) -> None:
        line = self.elements[element]
        line.text = re.sub(r">[^<]*<", f">{value}<", line.text)


class CensusFile:
    """A census file as lines and records."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = [Line(line) for line in text.split("\n")]
        self.children: list[Node] = []
        self._pending: list[tuple[Node, str, str, str, str, str]] = []
        at: Node | None = None
        for line in self.lines:
            group = _GROUP.match(line.text)
            if group and group[2] in _GROUPS:
                if group[1]:
                    assert at is not None
                    at.lines.append(line)
                    closed, at = at, at.inside
                    if at is not None:
                        at.lines.extend(closed.lines)
                    continue
                node = Node(group[2], line, at)
                (self.children if at is None else at.nodes).append(node)
                at = node
            if at is not None:
                at.lines.append(line)
                element = _ELEMENT.match(line.text)
                if element:
                    at.elements.setdefault(element[1], line)

    def say(
        self, node: Node, column: str, fault: str, severity: str, also: str = "", about: str = ""
    ) -> None:
        """Plant at the line where a record opens."""
        self._pending.append((node, column, fault, severity, also, about))

    def planted(self) -> list[Planted]:
        numbers = {id(line): number for number, line in enumerate(self.lines, start=1)}
        return [
            Planted(self.name, node.tag, numbers[id(node.opening)], column, fault, severity, also, about)
            for node, column, fault, severity, also, about in self._pending
        ]

    def remove(self, node: Node) -> None:
        gone = {id(line) for line in node.lines}
        self.lines = [line for line in self.lines if id(line) not in gone]

    def insert(self, after: dict[int, Sequence[str]]) -> None:
        """New lines after the lines with these `id`s."""
        lines = []
        for line in self.lines:
            lines += [line, *(Line(text) for text in after.get(id(line), ()))]
        self.lines = lines

    def after(self, line: Line, *texts: str) -> None:
        self.insert({id(line): texts})

    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def plant_census(world: World, returns: Path) -> list[Planted]:
    """Write the messy census files; returns what was planted."""
    census = census_of(world)
    first, last = world.plan.years
    years = list(range(first, last + 1))
    files = {year: CensusFile(f"cin_census_{year}.xml", write_census(census, year)) for year in years}
    faulty = years[1] if len(years) > 1 else years[0]
    seen = _years_seen(files)
    _record_faults(files[faulty], [one for one in files[faulty].children if _only_here(one, seen)])
    if len(years) > 1:
        _gone(files[years[-2]], files[years[-1]], world)
        _end_taken_back(files[years[-2]], files[years[-1]])
    planted = []
    if len(years) > 2:
        _without_header(files[years[2]])
        planted += [
            Planted(files[years[2]].name, "", None, "", fault, "note", "100", "no header")
            for fault in ("reference-date-guessed", "authority-taken-from-others")
        ]
    for place, year in enumerate(years):
        bend, encode, name = _FORMS[place % len(_FORMS)]
        bend(files[year])
        planted.append(Planted(files[year].name, "", None, "", name, "none"))
        planted += files[year].planted()
        (returns / files[year].name).write_bytes(encode(files[year].text()))
    if faulty != first:
        again = CensusFile(f"cin_census_{first}_resubmitted.xml", write_census(census, first, serial=2))
        (returns / again.name).write_bytes(again.text().encode("utf-8"))
        planted.append(Planted(files[first].name, "", None, "", "replaced-submission", "note"))
    return planted


def _years_seen(files: dict[int, CensusFile]) -> dict[str, int]:
    seen: dict[str, int] = {}
    for file in files.values():
        for child in file.children:
            seen[child.value("LAchildID")] = seen.get(child.value("LAchildID"), 0) + 1
    return seen


def _only_here(child: Node, seen: dict[str, int]) -> bool:
    """A child in one file only, with one episode."""
    return seen[child.value("LAchildID")] == 1 and len(child.nodes) == 1


def _record_faults(file: CensusFile, children: list[Node]) -> None:
    """One fault per child, each where no other file contradicts it."""
    closed = [
        one
        for one in children
        if one.nodes[0].value("CINclosureDate") and len(list(one.all("Assessments"))) == 1
    ]
    nfa = iter([one for one in children if one.nodes[0].value("ReferralNFA") == "true"])
    not_in_need = (one for one in closed if one.nodes[0].value("ReasonForClosure") in ("RC8", "RC9"))
    assessed = (one for one in not_in_need if _untouched(one))
    for value, fault in (("", "8500"), ("UNKNOWN", "placeholder-identifier")):
        if child := next(assessed, None):
            child.set("LAchildID", value)
            file.say(child, "LAchildID", fault, "error")
    dates = (("", "8600"), ("31/31/2021", "key-date-unreadable"), ("2031-01-01", "8600"))
    for value, fault in dates:
        if child := next(nfa, None):
            child.nodes[0].set("CINreferralDate", value)
            file.say(child.nodes[0], "CINreferralDate", fault, "error")
    for tag, start, end, fault in _ENDS:
        child = next((one for one in closed if _untouched(one) and _has_end(one, tag, start, end)), None)
        if child is not None:
            node = child.nodes[0] if tag == "CINdetails" else next(child.all(tag))
            node.set(end, str(date.fromisoformat(node.value(start)) - timedelta(days=9)))
            file.say(node, end, fault, "warning", _MAY_FOLLOW)
            child.elements["touched"] = child.opening
    _value_faults(file, assessed)
    _two_levels(file, [one for one in closed if _untouched(one)])
    if child := next(assessed, None):
        file.after(child.lines[-1], *(line.text for line in child.lines))
        place = next(number for number, line in enumerate(file.lines) if line is child.lines[-1]) + 1
        file.say(Node("Child", file.lines[place]), "LAchildID", "duplicate-record", "none")


# An end that is not used leaves a record open beside what came after it.
_MAY_FOLLOW = "gone-without-end 8565 8867 8896 8935 4001 4003 4014 4016 4017 8940"
_ENDS = (
    ("CINdetails", "CINreferralDate", "CINclosureDate", "8630"),
    ("Assessments", "AssessmentActualStartDate", "AssessmentAuthorisationDate", "8608"),
    ("ChildProtectionPlans", "CPPstartDate", "CPPendDate", "8925"),
    ("CINPlanDates", "CINPlanStartDate", "CINPlanEndDate", "4011"),
)


def _untouched(child: Node) -> bool:
    return "touched" not in child.elements and child.value("LAchildID") not in ("", "UNKNOWN")


def _has_end(child: Node, tag: str, start: str, end: str) -> bool:
    node = child.nodes[0] if tag == "CINdetails" else next(child.all(tag), None)
    return node is not None and bool(node.value(start)) and bool(node.value(end))


def _value_faults(file: CensusFile, children: Iterator[Node]) -> None:
    if child := next(children, None):
        next(child.all("Assessments")).set("AssessmentAuthorisationDate", "not known")
        file.say(next(child.all("Assessments")), "AssessmentAuthorisationDate", "date-unreadable", "warning",
                 "8867 8614")  # fmt: skip
    if child := next(children, None):
        child.set("Ethnicity", "ZZZZ")
        file.say(child, "Ethnicity", "not-matched", "warning", "4220")
    if child := next(children, None):
        child.nodes[0].set("ReferralSource", "99")
        file.say(child.nodes[0], "ReferralSource", "not-matched", "warning", "8866")
    if child := next(children, None):
        child.nodes[0].set("ReferralNFA", "")
        file.say(child.nodes[0], "ReferralNFA", "8568", "warning")


def _two_levels(file: CensusFile, children: list[Node]) -> None:
    for child in children:
        held = next(
            (
                one.value("DateOfInitialCPC")
                for one in child.all("Section47")
                if one.value("DateOfInitialCPC")
            ),
            "",
        )
        if held and "DateOfInitialCPC" not in child.nodes[0].elements:
            line = child.nodes[0].elements["ReasonForClosure"]
            file.after(line, f"        <DateOfInitialCPC>{held}</DateOfInitialCPC>")
            file.say(
                child.nodes[0],
                "DateOfInitialCPC",
                "2884",
                "warning",
                about="the same conference at both levels",
            )
            return


def _gone(older: CensusFile, newer: CensusFile, world: World) -> None:
    """A case open on 31 March that the next census does not hold; no Annex A tells of it."""
    window = str(world.plan.extract_dates[0] - timedelta(days=190))
    for child in newer.children:
        episode = child.nodes[0]
        simple = len(child.nodes) == 1 and not any(True for tag in _GROUPS[3:] for _ in child.all(tag))
        start = f"{int(newer.name[11:15]) - 1}-04-01"
        if simple and episode.value("CINclosureDate") and episode.value("CINclosureDate") < window:
            if episode.value("CINreferralDate") >= start or episode.value("ReferralNFA") == "true":
                continue
            same = next(
                (one for one in older.children if one.value("LAchildID") == child.value("LAchildID")), None
            )
            if same is None or any(True for tag in _GROUPS[3:] for _ in same.all(tag)):
                continue
            newer.remove(child)
            older.say(same.nodes[-1], "", "gone-without-end", "warning")
            return


def _end_taken_back(older: CensusFile, newer: CensusFile) -> None:
    """A CIN plan that ended in one census and is open in the next."""
    opened = {
        (child.value("LAchildID"), plan.value("CINPlanStartDate")): plan
        for child in newer.children for plan in child.all("CINPlanDates")
        if not plan.value("CINPlanEndDate") and len(list(child.all("CINPlanDates"))) == 1
        and not any(True for _ in child.all("ChildProtectionPlans"))
    }  # fmt: skip
    end = f"{older.name[11:15]}-03-20"
    for child in older.children:
        for plan in child.all("CINPlanDates"):
            key = (child.value("LAchildID"), plan.value("CINPlanStartDate"))
            if key in opened and key[1] < f"{older.name[11:15]}-02-01":
                older.after(
                    plan.elements["CINPlanStartDate"], f"          <CINPlanEndDate>{end}</CINPlanEndDate>"
                )
                newer.say(opened[key], "CINPlanEndDate", "end-taken-back", "warning")
                return


def _without_header(file: CensusFile) -> None:
    first = next(place for place, line in enumerate(file.lines) if "<Header>" in line.text)
    last = next(place for place, line in enumerate(file.lines) if "</Header>" in line.text)
    del file.lines[first : last + 1]


def _as_it_is(file: CensusFile) -> None:
    """No change to the lines."""


def _reviews_apart(file: CensusFile) -> None:
    """Every other group of reviews becomes groups of one date each."""
    after: dict[int, Sequence[str]] = {}
    seen = 0
    for child in file.children:
        for plan in child.all("ChildProtectionPlans"):
            dates = [line for line in plan.lines if "<CPPreviewDate>" in line.text]
            seen += bool(dates)
            if seen % 2:
                parted = ("          </Reviews>", "          <Reviews>")
                after.update({id(line): parted for line in dates[:-1]})
    file.insert(after)


def _empty_elements(file: CensusFile) -> None:
    """1 and 0 for true and false; elements that are there and empty."""
    for line in file.lines:
        line.text = line.text.replace(">true<", ">1<").replace(">false<", ">0<")
    empty = ("        <FormerUPN/>", "        <PersonDeathDate></PersonDeathDate>")
    file.insert({
        id(child.elements["LAchildID"]): empty[: 1 if "PersonDeathDate" in child.elements else 2]
        for child in file.children[:500]
    })  # fmt: skip


def _stray_text(file: CensusFile) -> None:
    """Words between records, where no text belongs."""
    file.insert({id(child.lines[-1]): ("    checked",) for child in file.children[:40]})


def _namespace(text: str) -> bytes:
    text = text.replace("<Message>", '<Message xmlns="http://www.example.org/cin">', 1)
    return b"\xef\xbb\xbf" + text.encode("utf-8")


def _prefix_latin_1(text: str) -> bytes:
    text = re.sub(r"<(/?)([A-Z])", r"<\1c:\2", text)
    text = text.replace("<c:Message>", '<c:Message xmlns:c="http://www.example.org/cin">', 1)
    text = text.replace("<c:SoftwareCode>Example<", "<c:SoftwareCode>Ex\u00e4mple<")
    return text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"', 1).encode("latin-1")


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8")


def _utf_16(text: str) -> bytes:
    # Little-endian with its mark, whatever machine writes it.
    return b"\xff\xfe" + text.replace('encoding="UTF-8"', 'encoding="UTF-16"', 1).encode("utf-16-le")


_FORMS: tuple[tuple[Callable[[CensusFile], None], Callable[[str], bytes], str], ...] = (
    (_as_it_is, _namespace, "xml-namespace-and-bom"),
    (_as_it_is, _prefix_latin_1, "xml-prefix-and-latin-1"),
    (_reviews_apart, _utf_8, "xml-both-forms-of-reviews"),
    (_empty_elements, _utf_16, "xml-utf-16-empty-elements-1-0"),
    (_stray_text, _utf_8, "xml-stray-text"),
)
