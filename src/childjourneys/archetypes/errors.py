"""What is said when a definition is refused."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from childjourneys.issues import UsageError

_LISTED = 14


class DefinitionError(UsageError):
    """A definition is refused; its text is one sentence with the file and the line, where these are known.

    Attributes:
        problem: what is wrong, without the place.
        file: name of the file; blank for a definition made in Python.
        line: counted from 1, if known.
        key: the key or word at fault; blank if none is.
    """

    def __init__(self, problem: str, file: str = "", line: int | None = None, key: str = "") -> None:
        place = ", ".join([*([file] if file else []), *([f"line {line}"] if line else [])])
        super().__init__(f"{place}: {problem}" if place else problem)
        self.problem = problem
        self.file = file
        self.line = line
        self.key = key


def unknown(word: str, what: str, known: Iterable[str]) -> str:
    """The sentence for a word that is not among the known ones, with the nearest of them.

    >>> unknown("refferal", "type of event", ["contact", "referral"])
    '`refferal` is no type of event; the nearest is `referral`.'
    """
    names = list(known)
    near = get_close_matches(word, names, 1, 0.6) or get_close_matches(word.lower(), names, 1, 0.6)
    if near:
        return f"`{word}` is no {what}; the nearest is `{near[0]}`."
    if len(names) <= _LISTED:
        return f"`{word}` is no {what}; known are {listed(names)}."
    return f"`{word}` is no {what}."


def listed(names: Iterable[str]) -> str:
    """
    >>> listed(["a", "b", "c"])
    '`a`, `b` and `c`'
    """
    quoted = [f"`{name}`" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
