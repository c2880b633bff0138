"""Cohorts as they are asked for: a name, and pairs of a column and values, all of which have to hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from childjourneys.costs.conditions import GROUPS
from childjourneys.costs.model import AGENCIES, NEEDS, PROCESSES
from childjourneys.costs.nodes import is_financial_year
from childjourneys.costs.summaries.filters import AGE_BANDS, Filter
from childjourneys.costs.summaries.kinds import KINDS_OF_CARE, OTHER_CARE
from childjourneys.costs.summaries.nights import LEVELS
from childjourneys.domain.codes import code_set
from childjourneys.issues import UsageError

_LONGEST_NAME = 60
# Columns of which only the ledger itself knows the values.
OF_THE_RUN = ("la", "price_year", "s251_line")
_NEVER_BLANK = (
    "la", "need_group", "need", "kind_of_care", "process", "price_basis", "price_year", "agency",
    "month_from", "month_to",
)  # fmt: skip
_MONTHS = ("month_from", "month_to")


@dataclass(frozen=True)
class Cohort:
    """Some children, or some lines, and what they are called."""

    name: str
    filter: Filter

    @property
    def chosen(self) -> str:
        """The filter in words."""
        return self.filter.told()

    @property
    def title(self) -> str:
        """Name and filter, where the two differ."""
        return self.chosen if self.name == self.chosen else f"{self.name} ({self.chosen})"


def read_cohort(text: str) -> Cohort:
    """A cohort of a text such as `need=ebd; placement_type=K2,R1`, with a name and a colon before it or not.

    Raises:
        UsageError: it holds no pair, names no column, or a value that no child or line can have.

    >>> read_cohort("Homes: placement_type=K2, R1").title
    'Homes (placement_type = K2, R1)'
    """
    before, colon, after = text.partition(":")
    named = bool(colon) and "=" not in before
    name, pairs = (before.strip(), after) if named else ("", text)
    if named and not 0 < len(name) <= _LONGEST_NAME:
        raise UsageError(
            f"The name of a cohort, before its colon, has 1 to {_LONGEST_NAME} characters: {text!r}."
        )
    parts = [part.strip() for part in pairs.split(";") if part.strip()]
    if not parts:
        raise UsageError(
            f'The cohort {text!r} chooses nothing: write pairs such as "need=ebd; placement_type=K2".'
        )
    found = Filter.of(parts)
    for column, values in found.pairs:
        _check(column, values)
    return Cohort(name or found.told(), found)


def read_cohorts(texts: Sequence[str]) -> tuple[Cohort, ...]:
    """Several cohorts, in the order given.

    Raises:
        UsageError: as of `read_cohort`, or two have one name.
    """
    found = tuple(read_cohort(text) for text in texts)
    names = [cohort.name.casefold() for cohort in found]
    for at, cohort in enumerate(found):
        if names.index(cohort.name.casefold()) != at:
            raise UsageError(
                f"Two cohorts are called {cohort.name}; put another name and a colon before one of them."
            )
    return found


def _check(column: str, values: Sequence[str]) -> None:
    """Refuse a value that nothing can have; one that this run does not hold makes an empty cohort."""
    if column in _NEVER_BLANK and "" in values:
        raise UsageError(f"{column}= needs a value: it is never blank.")
    if column in _MONTHS:
        if len(values) > 1 or not _is_month(values[0]):
            raise UsageError(f"{column}={', '.join(values)}: it is one month, such as {column}=2024-04.")
        return
    if column == "price_year":
        known: Callable[[str], bool] = is_financial_year
        words = "a financial year such as 2024/25"
    elif column in OF_THE_RUN:
        return
    else:
        possible = _possible(column)
        known, words = possible.__contains__, f"one of {', '.join(possible)}"
    for value in values:
        if value and not known(value):
            raise UsageError(f"{column}={value}: there is no such value; it is {words}.")


def _possible(column: str) -> Sequence[str]:
    """The values that a column may have, of those that have a list of them."""
    if column in ("sex", "ethnicity", "placement_type"):
        return tuple(code_set(column).labels())
    return {
        "need_group": GROUPS,
        "need": NEEDS,
        "age_at_start": tuple(f"{low}-{high}" for low, high in AGE_BANDS),
        "legal_at_start": tuple(code_set("legal_status").labels()),
        "kind_of_care": (*(name for name, _, _ in KINDS_OF_CARE), OTHER_CARE),
        "provider": tuple(code_set("placement_provider").labels()),
        "in_out_area": ("in", "out"),
        "process": (*PROCESSES, "grant", "contribution", "other_agency"),
        "price_basis": LEVELS,
        "agency": AGENCIES,
    }[column]


def _is_month(text: str) -> bool:
    year, dash, month = text.partition("-")
    return (
        bool(dash) and len(year) == 4 and len(month) == 2 and (year + month).isdecimal()
        and (year + month).isascii() and 1 <= int(month) <= 12
    )  # fmt: skip
