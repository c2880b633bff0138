"""Values of result files as pictures and tables take them: numbers, blanks, and numbers that are hidden.

A row is a line of a result file. In the team's own report its values are numbers and None. In what may leave
the team a hidden number is the text `c`, and so is all that is derived from it; other numbers may be texts.
"""

from __future__ import annotations

from collections.abc import Mapping

from childjourneys.reports.wording import number

HIDDEN = "c"
Row = Mapping[str, object]


def as_number(value: object) -> float | None:
    """The number of a value; None where there is none to show.

    >>> as_number("0.25"), as_number(7), as_number("c"), as_number(None)
    (0.25, 7.0, None, None)
    """
    if value is None or isinstance(value, bool) or value in ("", HIDDEN):
        return None
    return float(str(value))


def is_hidden(value: object) -> bool:
    return value == HIDDEN


def is_true(value: object) -> bool:
    """Of true and false, as such or as text."""
    return value is True or str(value).lower() == "true"


def whole(value: object) -> str:
    """1,204; `c` where it is hidden; blank where there is none."""
    found = as_number(value)
    return HIDDEN if is_hidden(value) else number(None if found is None else round(found))


def percentage(value: object) -> str:
    """14.3 for 0.143; `c` where it is hidden; blank where there is none."""
    found = as_number(value)
    return HIDDEN if is_hidden(value) else number(None if found is None else 100 * found, 1)


def between(low: object, high: object) -> str:
    """12.4 to 16.4; `c` where either is hidden; blank where either is missing."""
    if is_hidden(low) or is_hidden(high):
        return HIDDEN
    words = (percentage(low), percentage(high))
    return " to ".join(words) if all(words) else ""
