"""What a rule of the CIN census is: an expression over one table, and the words for who it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from childjourneys.domain.calendar import WorkingDays, england
from childjourneys.domain.dates import year_end, year_start

CORRECT = "Correct it in the case system and export again."
CHECK = (
    "Check the record. Correct it and export again if it is wrong; if it is right, be ready to explain it."
)


@dataclass(frozen=True)
class CensusYear:
    """One collection year, as the rules see it: `start` and `end` (the reference date) are included."""

    number: int
    calendar: WorkingDays = field(default_factory=england)

    @property
    def start(self) -> date:
        return year_start(self.number)

    @property
    def end(self) -> date:
        return year_end(self.number)

    @property
    def sex_element(self) -> str:
        return "Sex" if self.number >= 2025 else "GenderCurrent"

    @property
    def has_working_days(self) -> bool:
        """Whether the calendar reaches from a year before the year to its end."""
        return self.calendar.covers(year_start(self.number - 1), self.end)

    def holds(self, column: str) -> pl.Expr:
        return pl.col(column).is_between(self.start, self.end)

    def excludes(self, column: str) -> pl.Expr:
        """A date is there, and it lies outside the year."""
        return (pl.col(column) < self.start) | (pl.col(column) > self.end)


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule of the DfE at one kind of record; a rule that looks at several has one `Rule` for each.

    Attributes:
        code: the DfE's own; a Q at its end marks a query.
        table: the table at whose rows it fires, as `related.relate` prepares it.
        column: the XML element the finding is about.
        when: true on the rows at fault; null counts as not.
        what, expected, to_do: sentences for the user, without values. Blank `to_do`: the usual one.
    """

    code: str
    table: str
    column: str
    when: pl.Expr
    what: str
    expected: str
    to_do: str = ""

    @property
    def is_query(self) -> bool:
        return is_query(self.code)


def is_query(code: str) -> bool:
    return code.endswith("Q")


def verdict(code: str, what: str) -> str:
    """The finding, and what the DfE makes of it."""
    return f"{what} The DfE counts this as {'a query' if is_query(code) else 'an error'} (rule {code})."


def remedy(code: str, to_do: str = "") -> str:
    return to_do or (CHECK if is_query(code) else CORRECT)


def given(column: str) -> pl.Expr:
    """Something was written there, whether or not it could be used."""
    return pl.col(column).is_not_null() | pl.col(f"{column}_raw").is_not_null()


def blank(column: str) -> pl.Expr:
    return pl.col(column).is_null() & pl.col(f"{column}_raw").is_null()


def is_true(column: str) -> pl.Expr:
    return pl.col(column).fill_null(False)


def is_false(column: str) -> pl.Expr:
    """Said to be false; a blank says nothing."""
    return ~pl.col(column).fill_null(True)
