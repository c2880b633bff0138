"""SSDA903 in XML, by the elements that are known: HEADER and EPISODE, and the groups inside HEADER."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NoReturn
from xml.parsers import expat

import numpy as np

from childjourneys.issues import Refused
from childjourneys.sources.annex_a.cells import encode
from childjourneys.sources.cin_census.text import encoding_of, malformed, of_another_encoding
from childjourneys.sources.ssda903.layout import CHILD, Module, modules, presence_tests, xml_renames
from childjourneys.sources.ssda903.sheets import ModuleSheet
from childjourneys.sources.values import is_blank

HEADER, EPISODE = "HEADER", "EPISODE"
DEEPEST = 100
_BLOCK = 1 << 20
_LOOKED_AT = 1 << 18
_CONTAINER = re.compile(r"<(?:[\w.-]+:)?(?:HEADER|EPISODE)[\s/>]")
_KNOWN = re.compile(r"<(?:[\w.-]+:)?(?:CHILDID|CHILD|DECOM|AREVIEW|AMISSING)[\s/>]")


@dataclass
class Record:
    """One record element: its line, and the text of the elements directly inside, by the return's name.

    Attributes:
        parent: number of the element around it.
        header: the HEADER that it stands in, if any.
    """

    element: str
    line: int
    parent: int
    header: Record | None
    texts: dict[str, str] = field(default_factory=dict)


@dataclass
class Records:
    """What a file holds: records in the order they start, and unknown elements with their first line."""

    found: list[Record] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)


def is_ssda903(data: bytes) -> bool:
    """Whether XML has the elements of SSDA903 in its first part."""
    encoding, mark = encoding_of(data[:400])
    text = data[mark:_LOOKED_AT].decode(encoding, "replace")
    return bool(_CONTAINER.search(text) and _KNOWN.search(text))


def read_records(data: bytes) -> Records:
    """Every record of a file.

    Raises:
        Refused: it is not whole or not well-formed, declares a document type, is nested too deep, or is not
            in the encoding it names.
    """
    encoding, mark = encoding_of(data[:400])
    try:
        text = data[mark:].decode(encoding).encode("utf-8")
    except UnicodeError:
        raise of_another_encoding() from None
    taker = _Taker()
    parser = taker.parser
    try:
        for start in range(0, len(text), _BLOCK):
            parser.Parse(text[start : start + _BLOCK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise malformed(error) from error
    _name_children(taker.records.found)
    return taker.records


def sheets_of_records(records: Iterable[Record]) -> list[ModuleSheet]:
    """The records as sheets, in the order of the modules; only those of which there are records."""
    by_element: dict[str, list[Record]] = {}
    for record in records:
        by_element.setdefault(record.element, []).append(record)
    sheets = []
    for module in modules().values():
        if module.name in presence_tests():
            telling = presence_tests()[module.name]
            own = [r for r in by_element.get(HEADER, []) if _is_one(r.texts, module, telling)]
            name = module.name
        else:
            own, name = by_element.get(module.element, []), module.element
        if own:
            sheets.append(_sheet(own, module, name))
    return sheets


def _is_one(texts: Mapping[str, str], module: Module, telling: str) -> bool:
    """Whether a HEADER holds a record of a module: the element that tells is there, and says something."""
    if telling not in texts:
        return False
    if telling == module.name:
        # A status: 0 says that the child is none.
        return texts[telling] != "0" and not is_blank(texts[telling])
    return any(not is_blank(texts.get(name, "")) for name in module.fields if name not in _SHARED)


def _sheet(records: list[Record], module: Module, name: str) -> ModuleSheet:
    there = {text for record in records for text in record.texts}
    if module.name in presence_tests():
        # The birth date is the one in the same HEADER.
        there -= _SHARED - {CHILD}
    columns = [one for one in module.fields if one in there or one == CHILD or one == module.key_date]
    none = np.zeros(len(records), dtype=np.bool_)
    return ModuleSheet(
        module=module,
        name=name,
        heading_row=None,
        written={one: _SPELT.get(one, one) for one in columns},
        columns={one: encode([record.texts.get(one, "") for record in records]) for one in columns},
        numbers=np.asarray([record.line for record in records], dtype=np.int64),
        one_cell=none,
        repeats_heading=none,
    )


def _name_children(records: list[Record]) -> None:
    """Records without an identifier of their own are about the child of the HEADER around or beside them."""
    beside: dict[int, list[tuple[int, Record]]] = {}
    for place, record in enumerate(records):
        if record.element == HEADER:
            beside.setdefault(record.parent, []).append((place, record))
    for place, record in enumerate(records):
        if record.element == HEADER or not is_blank(record.texts.get(CHILD, "")):
            continue
        header = record.header
        if header is None:
            others = beside.get(record.parent, [])
            before = [other for at, other in others if at < place]
            header = before[-1] if before else others[0][1] if others else None
        if header is not None and CHILD in header.texts:
            record.texts[CHILD] = header.texts[CHILD]


class _Taker:
    """Takes elements as the parser meets them."""

    def __init__(self) -> None:
        self.records = Records()
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        # Name, number, whether something is inside, and the record around or that it is.
        self._open: list[tuple[str, int, Record | None]] = []
        self._leaf = False
        self._pieces: list[str] = []
        self._count = 0

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if len(self._open) >= DEEPEST:
            raise Refused(
                "xml-too-deep",
                f"Elements are nested more than {DEEPEST} deep.",
                "The structure of the return, which has a few levels.",
                "Check the export.",
            )
        parent, around = self._open[-1][1:] if self._open else (0, None)
        self._count += 1
        header = around if around is not None and around.element == HEADER else None
        if local in _record_elements() and (around is None or header is not None):
            around = Record(local, self.parser.CurrentLineNumber, parent, header)
            self.records.found.append(around)
        self._open.append((local, self._count, around))
        self._leaf = True
        self._pieces.clear()

    def _end(self, _: str) -> None:
        local, _number, record = self._open.pop()
        is_record = record is not None and (not self._open or self._open[-1][2] is not record)
        if self._leaf and not is_record:
            self._take(local, record)
        self._leaf = False
        self._pieces.clear()

    def _text(self, text: str) -> None:
        self._pieces.append(text)

    def _take(self, local: str, record: Record | None) -> None:
        name = xml_renames().get(local, local)
        if record is not None and name in _names_in(record.element):
            text = "".join(self._pieces).strip()
            if is_blank(record.texts.get(name, "")):
                record.texts[name] = text
        elif record is not None:
            self.records.unknown.setdefault(local, self.parser.CurrentLineNumber)

    def _refuse(self, *_: object) -> NoReturn:
        raise Refused(
            "xml-doctype",
            "The file declares a document type, which can define entities; such files are not read.",
            "A return without a DOCTYPE.",
            "Remove the DOCTYPE, or export the return again.",
            row=self.parser.CurrentLineNumber,
        )


@cache
def _record_elements() -> frozenset[str]:
    return frozenset(one.element for one in modules().values() if one.name not in presence_tests())


@cache
def _names_in(element: str) -> frozenset[str]:
    """The columns that the elements inside a record are."""
    names = {
        name
        for module in modules().values()
        if module.element == element or (element == HEADER and module.name in presence_tests())
        for name in module.fields
    }
    return frozenset(names | {CHILD})


_SHARED = frozenset({CHILD, "DOB", "SEX"})
_SPELT = {name: element for element, name in xml_renames().items() if name != CHILD}
