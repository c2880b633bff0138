"""What makes an event of a definition, and tests of its attributes, legal."""

from __future__ import annotations

from childjourneys.archetypes.attributes import ANY, carried_by, codes_of, kind_of
from childjourneys.archetypes.checking_names import EVENT_NAMES, NameChecker, Path, is_whole
from childjourneys.archetypes.definition import ATTRIBUTES, Condition, Event
from childjourneys.archetypes.errors import listed, unknown
from childjourneys.archetypes.phrases import TESTS
from childjourneys.archetypes.possible import ways
from childjourneys.domain.vocabulary import SPELL_KINDS


class EventChecker(NameChecker):
    """Events, and tests that stand beside them or alone."""

    def event(self, path: Path, event: Event) -> None:
        """An event and its tests; `path` is what it and `where` stand in."""
        here = (*path, "event")
        if not event.terms:
            raise self.error(here, "`any of` needs a type of event.", "any of")
        for place, term in enumerate(event.terms):
            if term.event not in EVENT_NAMES:
                hint = "; spells are counted with `count: overlapping`" if term.event in SPELL_KINDS else ""
                problem = unknown(term.event, "type of event", EVENT_NAMES)
                raise self.error((*here, place), problem.removesuffix(".") + hint + ".", term.event)
            if term in event.terms[:place]:
                raise self.error((*here, place), f"`{term.event}` stands twice.", term.event)
            self.tests((*here, place, "where"), term.where, term.types)
        self.tests((*path, "where"), event.where, event.types)
        if not ways(event):
            raise self.error((*path, "where"), "no event can pass these tests together.", "where")

    def tests(self, path: Path, tests: tuple[Condition, ...], types: tuple[str, ...] | None) -> None:
        """Tests of one event; `types` None leaves out who carries them."""
        seen: set[str] = set()
        for test in tests:
            here, name = (*path, test.attribute), test.attribute
            if name not in ATTRIBUTES:
                raise self.error(here, unknown(name, "attribute of an event", ATTRIBUTES), name)
            if types is not None and not carried_by(name, types):
                carriers = f"{listed(ATTRIBUTES[name])} {'has' if len(ATTRIBUTES[name]) == 1 else 'have'} it"
                lack = f"{listed(types)} {'has' if len(types) == 1 else 'have'} no `{name}`"
                raise self.error(here, f"{lack}; {carriers}.", name)
            if name in seen:
                raise self.error(here, f"`{name}` is tested twice; write one test.", name)
            seen.add(name)
            self.test(here, test)

    def test(self, path: Path, test: Condition) -> None:
        name, values = test.attribute, test.values
        if test.test not in TESTS:
            raise self.error(path, unknown(test.test, "test", TESTS), name)
        if not _number_of_values(test):
            raise self.error(path, f"`{test.test}` needs another number of values.", name)
        if len(set(values)) < len(values) and test.test != "between":
            raise self.error(path, f"a value of `{name}` stands twice.", name)
        if name == "while_open" and ANY in values:
            if test.test != "is":
                raise self.error(path, "`while_open: any` stands alone.", name)
            return
        kind = kind_of(name)
        for value in values:
            if kind == "flag" and not isinstance(value, bool):
                raise self.error(path, f"`{name}` is true or false.", name)
            if kind == "number" and (not is_whole(value) or int(value) < 0):
                raise self.error(path, f"`{name}` is a whole number from 0.", name)
            if kind in ("code", "date", "text") and not isinstance(value, str):
                raise self.error(path, f"`{name}` is a text.", name)
            if kind == "code" and value not in codes_of(name):
                raise self.error(path, unknown(str(value), f"code of `{name}`", codes_of(name)), value)
        if test.test == "between":
            if kind not in ("number", "date"):
                raise self.error(path, f"`{name}` has no order, so nothing lies between; write a list.", name)
            low, high = values
            if (str(low) > str(high)) if kind == "date" else (int(low) > int(high)):
                raise self.error(path, f"nothing lies between {low} and {high}.", name)
        if name == "basis" and test.test in ("is", "in"):
            raise self.error(
                path, "an event with basis need_episode dates no plan, so it is never looked at.", name
            )


def _number_of_values(test: Condition) -> bool:
    if test.test in ("is", "not"):
        return len(test.values) == 1
    if test.test == "between":
        return len(test.values) == 2
    return bool(test.values) == (test.test in ("in", "not in"))
