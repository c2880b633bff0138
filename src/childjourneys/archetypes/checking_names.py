"""Names that a definition may use, and the checks that every part of one needs: each gives its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from childjourneys.archetypes.definition import PLAN_START, RECORDS
from childjourneys.archetypes.errors import DefinitionError, unknown
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS

Path = tuple[str | int, ...]
EVENT_NAMES = (PLAN_START, *EVENT)
KIND_NAMES = tuple(dict.fromkeys((*EVENT_NAMES, *SPELL_KINDS)))
LINKS = ("need_episode", *RECORDS)
EXCLUDABLE = ("temporary", "under_a_day", "earlier_care")
NAME = re.compile(r"[a-z][a-z0-9_]*")
OLDEST = 25


class NameChecker:
    """Names, alone and in lists, and where a fault stands.

    Args:
        file: name for messages.
        lines: line of each part, by its path of keys and places in lists.
    """

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.file = file
        self.lines = lines

    def error(self, path: Path, problem: str, key: object = "") -> DefinitionError:
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return DefinitionError(problem, self.file, self.lines[path[:length]], str(key))
        return DefinitionError(problem, self.file, None, str(key))

    def name(self, path: Path, name: str, what: str) -> None:
        if not NAME.fullmatch(name):
            raise self.error(
                path, f"the {what} `{name}` is not written in small letters a to z, digits and _ alone.", name
            )

    def names(self, path: Path, names: Iterable[str], known: Iterable[str], what: str) -> None:
        seen: set[str] = set()
        for place, name in enumerate(names):
            if name not in known:
                raise self.error((*path, place), unknown(name, what, known), name)
            if name in seen:
                raise self.error((*path, place), f"`{name}` stands twice.", name)
            seen.add(name)

    def one_of(self, path: Path, value: str, known: Iterable[str], what: str) -> None:
        if value not in tuple(known):
            raise self.error(path, unknown(str(value), what, known), value)


def is_whole(value: object) -> bool:
    """A whole number; `True` is none."""
    return isinstance(value, int) and not isinstance(value, bool)
