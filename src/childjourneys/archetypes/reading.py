"""Definitions from YAML: every key is known, every word stands where it may."""

from __future__ import annotations

from typing import Any, get_args

from childjourneys.archetypes.checking import check
from childjourneys.archetypes.checking_names import Path
from childjourneys.archetypes.definition import Archetype, At, Bound, Start, State, Variant, Which
from childjourneys.archetypes.errors import DefinitionError
from childjourneys.archetypes.nodes import Mapping, read_nodes
from childjourneys.archetypes.nodes import Node as Yaml
from childjourneys.archetypes.phrases import parse_calendar
from childjourneys.archetypes.reading_clauses import ClauseReader
from childjourneys.archetypes.reading_keys import START_KEYS, STATE_KEYS, TEXTS, TOP_KEYS, VARIANT_KEYS


def read_definitions(text: str, name: str) -> list[Archetype]:
    """The definitions of a YAML text, one a document, in its order.

    Args:
        text: the YAML.
        name: file name, for messages.

    Raises:
        DefinitionError: one sentence with file, line, key and, where there is one, the nearest spelling.
    """
    found: list[Archetype] = []
    for node in read_nodes(text, name):
        reader = _Reader(name)
        definition = reader.definition(node)
        check(definition, name, reader.lines)
        if any(other.id == definition.id for other in found):
            raise DefinitionError(
                f"archetype `{definition.id}` stands twice.", name, reader.lines["archetype",], definition.id
            )
        found.append(definition)
    if not found:
        raise DefinitionError("it holds no definition; one begins with `archetype:`.", name)
    return found


class _Reader(ClauseReader):
    """One definition: what stands at its top, its variants and its start."""

    def definition(self, node: Yaml) -> Archetype:
        top = self.mapping(node, (), TOP_KEYS, "key of a definition", "a definition")
        for key in ("archetype", "start", "then"):
            if key not in top.entries:
                raise self.error(top.line, f"a definition needs `{key}`.", key)
        given: dict[str, Any] = {
            "id": self.word(top, "archetype"),
            "start": self.start(top.entries["start"], ("start",)),
            "then": self.nodes(top.entries["then"], ("then",)),
        }
        for key in TEXTS:
            if key in top.entries:
                given[key] = self.text(top.entries[key], key)
        for key in ("version", "until_age"):
            if key in top.entries:
                given[key] = self.whole(top, key)
        for key in ("needs", "uses"):
            if key in top.entries:
                given[key] = self.names(top.entries[key], (key,), key)
        for key, field in (("follow", "follow"), ("clock", "clock"), ("list for audit", "list_for_audit")):
            if key in top.entries:
                given[field] = self.word(top, key)
        if "caveats" in top.entries:
            given["caveats"] = tuple(
                self.text(item, "caveats") for item in self.items(top.entries["caveats"])
            )
        if "report by" in top.entries:
            given["report_by"] = self.names(top.entries["report by"], ("report by",), "report by")
        if "sensitivity" in top.entries:
            given["sensitivity"] = self.sensitivity(top.entries["sensitivity"])
        if "variants" in top.entries:
            entries = self.sequence(top.entries["variants"], "variants").items
            given["variants"] = tuple(
                self.variant(entry, ("variants", place)) for place, entry in enumerate(entries)
            )
        return Archetype(**given)

    def sensitivity(self, node: Yaml) -> tuple[tuple[str, tuple[Bound, ...]], ...]:
        entries = self.mapping(node, ("sensitivity",), None, "", "`sensitivity`").entries
        return tuple(
            (name, tuple(self.bound(item, "sensitivity") for item in self.items(windows)))
            for name, windows in entries.items()
        )

    def variant(self, node: Yaml, path: Path) -> Variant:
        given = self.mapping(node, path, VARIANT_KEYS, "key of a variant", "a variant")
        entries = given.entries
        clock = self.word(given, "clock") if "clock" in entries else None
        if "variant" in entries:
            name = self.word(given, "variant")
        elif clock and not entries.keys() & {"start", "then", "needs"}:
            name = f"clock_{clock}"
        else:
            raise self.error(given.line, "a variant needs a name: `variant: name`.", "variant")
        without: tuple[str, ...] = ()
        if "instead without" in entries:
            without = self.names(entries["instead without"], (*path, "instead without"), "instead without")
        return Variant(
            name,
            start=self.start(entries["start"], (*path, "start")) if "start" in entries else None,
            then=self.nodes(entries["then"], (*path, "then")) if "then" in entries else None,
            clock=self.choice(clock, ("anchor", "referral"), "clock", given) if clock else None,
            needs=self.names(entries["needs"], (*path, "needs"), "needs") if "needs" in entries else None,
            instead_without=without,
        )

    # The start.

    def start(self, node: Yaml, path: Path) -> Start:
        given = self.mapping(node, path, START_KEYS, "key of `start`", "`start`")
        entries = given.entries
        if ("event" in entries) == ("calendar" in entries):
            raise self.error(given.line, "`start` needs an `event`, or a `calendar` date.", "start")
        if "calendar" in entries and "where" in entries:
            raise self.error(given.lines["where"], "a calendar date has no attributes to test.", "where")
        fields: dict[str, Any] = {}
        if "event" in entries:
            fields["event"] = self.event(given, "event", path)
        else:
            fields["calendar"] = self.phrase(entries["calendar"], "calendar", parse_calendar)
        if "which" in entries:
            fields["which"] = self.choice(self.word(given, "which"), get_args(Which), "which", given)
        if "lookback" in entries:
            fields["lookback"] = self.bound(entries["lookback"], "lookback")
        if "strict_first" in entries:
            fields["strict_first"] = self.true_or_false(entries["strict_first"], "strict_first")
        return Start(states=self.states(given, path), **fields)

    def states(self, given: Mapping, path: Path) -> tuple[State, ...]:
        """States beside `start`, those of the short form first."""
        found = list(self.state(given, path, 0))
        if "at" in given.entries and not found:
            raise self.error(given.lines["at"], "`at` goes with `while in` or `not while in`.", "at")
        if "states" in given.entries:
            for item in self.sequence(given.entries["states"], "states").items:
                one = self.mapping(
                    item, (*path, "state", len(found)), STATE_KEYS, "key of a state", "a state"
                )
                states = self.state(one, path, len(found))
                if len(states) != 1:
                    raise self.error(item.line, "a state has `while in` or `not while in`, one of them.")
                found += states
        return tuple(found)

    def state(self, given: Mapping, path: Path, place: int) -> list[State]:
        at: At = "anchor"
        if "at" in given.entries:
            at = self.choice(self.word(given, "at"), get_args(At), "at", given)
        found: list[State] = []
        for key, negated in (("while in", False), ("not while in", True)):
            if key in given.entries:
                here = (*path, "state", place + len(found))
                self.lines[here] = given.lines[key]
                found.append(State(self.names(given.entries[key], here, key), negated, at))
        return found
