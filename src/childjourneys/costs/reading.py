"""A file of unit costs as entries and settings: every key is known, every word stands where it may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from childjourneys.archetypes.errors import DefinitionError
from childjourneys.archetypes.nodes import Mapping, Node, Scalar, read_nodes
from childjourneys.archetypes.nodes import Sequence as Items
from childjourneys.costs.checking import check_entry, worker_rate
from childjourneys.costs.conditions import read_conditions
from childjourneys.costs.indices import SPECIAL
from childjourneys.costs.model import (
    AGENCIES,
    CONTRACTS,
    COVERED,
    KINDS,
    LA_TYPES,
    NEEDS,
    OF_A_PLACEMENT,
    ONCE_PER,
    PROCESSES,
    STATUSES,
    UNITS,
    YEAR_BASES,
    Entry,
    Home,
    Settings,
    Source,
    Work,
)
from childjourneys.costs.nodes import CatalogueError, Reader
from childjourneys.costs.placement_names import known_placements
from childjourneys.domain.codes import code_set

ENTRY_KEYS = (
    "id", "kind", "process", "name", "unit", "amount", "london", "out_of_london", "components", "recipe",
    "basis", "additional", "covers", "once_per", "when", "la_type", "priority", "agency", "effective_from",
    "effective_to", "price_year", "index", "year_basis", "s251_line", "provider_id", "contract", "home",
    "rate", "source", "approved_by", "approved_on", "note",
)  # fmt: skip
TOP_KEYS = ("title", "about", "invented", "extends", "sources", "settings", "entries")
SETTING_KEYS = tuple(one.name for one in fields(Settings))
SOURCE_KEYS = tuple(one.name for one in fields(Source))
WORK_KEYS = ("role", "hours", "rate_id")
HOME_KEYS = ("cost", "beds", "from", "to", "occupied_nights")
RATE_KEYS = (
    "salary", "on_costs", "direct_overheads", "indirect_overheads", "capital", "weeks", "hours",
    "client_ratio",
)  # fmt: skip
_PUBLICATION_KEYS = (
    "title", "publisher", "authors", "year", "isbn", "doi", "licence", "read_in", "note",
)  # fmt: skip


@dataclass(frozen=True)
class FileRead:
    """What one file says, before it is laid upon others."""

    entries: tuple[Entry, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    extends: tuple[str, ...] = ()
    invented: bool = False


def read_catalogue(text: str, name: str, indices: Collection[str]) -> FileRead:
    """The entries and settings of a YAML text.

    Args:
        text: the YAML.
        name: file name, for messages.
        indices: names of series that an entry may name.

    Raises:
        CatalogueError: one sentence with file, line, entry and, where there is one, the nearest spelling.
    """
    try:
        documents = read_nodes(text, name)
    except DefinitionError as error:
        raise CatalogueError(error.problem, name, error.line, error.key) from error
    if len(documents) != 1:
        raise CatalogueError("a catalogue is one YAML document with `entries:`.", name)
    reader = Reader(name)
    top = reader.mapping(documents[0], TOP_KEYS, "key of a catalogue", "a catalogue").entries
    if "entries" not in top and "settings" not in top:
        raise reader.error(documents[0].line, "a catalogue needs `entries:`, a list.", "entries")
    titles = _publications(reader, top["sources"]) if "sources" in top else {}
    nodes: tuple[Node, ...] = ()
    if "entries" in top:
        listed = top["entries"]
        if not isinstance(listed, Items):
            raise reader.error(listed.line, "`entries` is a list; begin each entry with a dash.", "entries")
        nodes = listed.items
    return FileRead(
        read_entries(nodes, name, indices, titles),
        read_settings(Reader(name, "settings"), top["settings"]) if "settings" in top else {},
        reader.texts(top["extends"], "extends") if "extends" in top else (),
        reader.truth(top["invented"], "invented") if "invented" in top else False,
    )


def read_entries(
    nodes: Collection[Node], name: str, indices: Collection[str], titles: dict[str, str]
) -> tuple[Entry, ...]:
    """Entries as nodes, checked; an id stands once in a file."""
    known = tuple(dict.fromkeys((*SPECIAL, *indices)))
    found: dict[str, Entry] = {}
    for place, node in enumerate(nodes, start=1):
        entry = _EntryReader(name, place, known, titles).entry(node)
        if entry.id in found:
            raise CatalogueError(
                f"the id `{entry.id}` stands twice; it is on line {found[entry.id].line} already.",
                name, entry.line, entry.id,
            )  # fmt: skip
        check_entry(entry)
        found[entry.id] = entry
    return tuple(found.values())


class _EntryReader(Reader):
    def __init__(self, file: str, place: int, indices: tuple[str, ...], titles: dict[str, str]) -> None:
        super().__init__(file, f"entry {place}")
        self.indices = indices
        self.titles = titles

    def entry(self, node: Node) -> Entry:
        if isinstance(node, Mapping) and "id" in node.entries:
            self.about = f"entry `{self.text(node.entries['id'], 'id')}`"
        top = self.mapping(node, ENTRY_KEYS, "key of an entry", "an entry")
        given = top.entries
        for key in ("id", "kind", "unit"):
            if key not in given:
                raise self.error(node.line, f"an entry needs `{key}`.", key)
        kind = self.choice(given["kind"], "kind", KINDS)
        source = self.source(given["source"]) if "source" in given else Source()
        found: dict[str, Any] = {
            "id": self.text(given["id"], "id"),
            "kind": kind,
            "name": self.text(given["name"], "name") if "name" in given else "",
            "unit": self.choice(given["unit"], "unit", UNITS),
            "process": "lac.3" if kind in OF_A_PLACEMENT else "",
            "source": source,
            "source_title": self.titles.get(source.publication, source.publication),
            "file": self.file,
            "line": node.line,
        }
        for key, known in (
            ("process", PROCESSES), ("basis", ("recipe", "amount")), ("once_per", ONCE_PER),
            ("la_type", LA_TYPES), ("agency", AGENCIES), ("year_basis", YEAR_BASES),
            ("contract", CONTRACTS),
        ):  # fmt: skip
            if key in given:
                found[key] = self.choice(given[key], key, known)
        for key in ("amount", "london", "out_of_london"):
            if key in given:
                found[key] = self.money(given[key], key)
        for key in ("effective_from", "effective_to"):
            if key in given:
                found[key] = self.day(given[key], key)
        for key in ("provider_id", "approved_by", "approved_on", "note"):
            if key in given:
                found[key] = self.text(given[key], key)
        if "additional" in given:
            found["additional"] = self.truth(given["additional"], "additional")
        if "covers" in given:
            found["covers"] = self.choices(given["covers"], "covers", COVERED)
        if "priority" in given:
            priority = self.number(given["priority"], "priority")
            if priority.denominator != 1:
                raise self.error(given["priority"].line, "`priority` is a whole number.", "priority")
            found["priority"] = int(priority)
        if "price_year" in given:
            found["price_year"] = self.year(given["price_year"], "price_year")
        if "components" in given:
            found["components"] = self.amounts(given["components"])
        if "recipe" in given:
            found["recipe"] = self.recipe(given["recipe"], kind)
        if "rate" in given:
            if kind != "worker_rate" or "amount" in given:
                raise self.error(
                    given["rate"].line, "`rate` stands in a worker_rate in place of `amount`.", "rate"
                )
            found["amount"] = self.rate(given["rate"])
        if "home" in given:
            found["home"] = self.home(given["home"])
        if "when" in given:
            found["when"] = read_conditions(self, given["when"])
        if "s251_line" in given:
            lines = self.mapping(given["s251_line"], None, "", "`s251_line`").entries
            found["s251_line"] = tuple((year, self.text(line, "s251_line")) for year, line in lines.items())
        return Entry(index=self.index(given.get("index")), **found)

    def amounts(self, node: Node) -> tuple[tuple[str, Fraction], ...]:
        parts = self.mapping(node, None, "", "`components`").entries
        return tuple((name, self.money(amount, name)) for name, amount in parts.items())

    def index(self, node: Node | None) -> tuple[tuple[str, str], ...]:
        """One series, or a series for each component."""
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            return (("", self.choice(node, "index", self.indices)),)
        return tuple((name, self.choice(one, "index", self.indices)) for name, one in node.entries.items())

    def recipe(self, node: Node, kind: str) -> tuple[Work, ...]:
        found = []
        for item in self.items(node):
            given = self.mapping(item, WORK_KEYS, "key of a recipe", "a line of `recipe`").entries
            # Published times stand for themselves; everything else needs the price of an hour.
            for key in ("hours",) if kind == "activity_time" else ("hours", "rate_id"):
                if key not in given:
                    raise self.error(item.line, f"a line of `recipe` needs `{key}`.", key)
            hours = self.number(given["hours"], "hours")
            if hours <= 0:
                raise self.error(item.line, "`hours` is more than 0.", "hours")
            role, rate = (self.text(given[key], key) if key in given else "" for key in ("role", "rate_id"))
            found.append(Work(role, hours, rate))
        if not found:
            raise self.error(node.line, "`recipe` is empty.", "recipe")
        return tuple(found)

    def rate(self, node: Node) -> Fraction:
        given = self.mapping(node, RATE_KEYS, "key of `rate`", "`rate`").entries
        for key in ("salary", "weeks", "hours"):
            if key not in given:
                raise self.error(node.line, f"`rate` needs `{key}`.", key)
        parts = {key: self.money(value, key) for key, value in given.items()}
        if not parts["weeks"] or not parts["hours"]:
            raise self.error(node.line, "`weeks` and `hours` are more than 0.", "weeks")
        return worker_rate(**parts)

    def home(self, node: Node) -> Home:
        given = self.mapping(node, HOME_KEYS, "key of `home`", "`home`").entries
        for key in HOME_KEYS:
            if key not in given:
                raise self.error(node.line, f"`home` needs `{key}`.", key)
        start, end = self.day(given["from"], "from"), self.day(given["to"], "to")
        if end < start:
            raise self.error(node.line, "`home` ends before it begins.", "to")
        home = Home(
            self.money(given["cost"], "cost"), self.whole(given["beds"], "beds", 1), start, end,
            self.whole(given["occupied_nights"], "occupied_nights", 1),
        )  # fmt: skip
        if home.occupied_nights > home.beds * home.days:
            raise self.error(
                given["occupied_nights"].line,
                f"`occupied_nights` is over {home.beds * home.days}, the nights that all beds together have.",
                "occupied_nights",
            )
        return home

    def source(self, node: Node) -> Source:
        if isinstance(node, Scalar):
            return Source(publication=self.text(node, "source"))
        given = self.mapping(node, SOURCE_KEYS, "key of `source`", "`source`").entries
        if "status" in given:
            self.choice(given["status"], "status", STATUSES)
        return Source(**{key: self.text(value, key) for key, value in given.items()})


def read_settings(reader: Reader, node: Node) -> dict[str, Any]:
    """The settings that a file gives, and only these."""
    given = reader.mapping(node, SETTING_KEYS, "setting", "`settings`").entries
    found: dict[str, Any] = {}
    words: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("legal", ("once", "weekly")),
        ("temporary", ("main", "own")),
    )
    for key, known in words:
        if key in given:
            found[key] = reader.choice(given[key], key, known)
    words = (("court_orders", tuple(code_set("legal_status").labels())), ("p8_exclude", NEEDS))
    for key, known in words:
        if key in given:
            found[key] = tuple(reader.choice(item, key, known) for item in reader.items(given[key]))
    if "sdq_cutoff" in given:
        found["sdq_cutoff"] = reader.whole(given["sdq_cutoff"], "sdq_cutoff")
        if found["sdq_cutoff"] > 40:
            raise reader.error(given["sdq_cutoff"].line, "`sdq_cutoff` is a score from 0 to 40.")
    if "review_estimates" in given:
        found["review_estimates"] = reader.truth(given["review_estimates"], "review_estimates")
    if "s251_map" in given:
        known = (*known_placements(), *PROCESSES, *KINDS)
        lines = reader.mapping(given["s251_map"], known, "placement, process or kind", "`s251_map`").entries
        found["s251_map"] = {name: reader.text(line, name) for name, line in lines.items()}
    return found


def _publications(reader: Reader, node: Node) -> dict[str, str]:
    """Titles of publications by their short names."""
    found = {}
    for name, one in reader.mapping(node, None, "", "`sources`").entries.items():
        given = reader.mapping(one, _PUBLICATION_KEYS, "key of a publication", f"`{name}`").entries
        found[name] = reader.text(given["title"], "title") if "title" in given else name
    return found
