"""Reference pages about costs: the shipped unit costs, figure by figure, and what a costing leaves."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import yaml
from reference_rows import rows

from childjourneys.costs.indices import load_indices
from childjourneys.costs.loading import INVENTED_EXAMPLE, SHIPPED, badges_of, load_catalogue, shipped_text
from childjourneys.costs.model import Entry
from childjourneys.tables.cost_reports import BUDGET, COST_COHORTS, COST_FORECAST, SECTION251
from childjourneys.tables.costs import COST_CHILDREN, COST_ISSUES, COST_LEDGER
from childjourneys.tables.scenario import SCENARIO
from childjourneys.tables.schema import Table

# File of `in-team/`, its table, and what there is to say of it.
FILES: tuple[tuple[str, Table, str], ...] = (
    (
        "cost_ledger.csv", COST_LEDGER,
        "In the order of la_code, child_id, date_from, process, entry_id. Every other amount is a sum of "
        "these lines. The rules: [costs](../costs.md#the-rules-in-words).",
    ),
    (
        "cost_children.csv", COST_CHILDREN,
        "Money of different price years is never added, so a child may have several rows.",
    ),
    ("cost_issues.csv", COST_ISSUES, "Errors say what was left without a price."),
    (
        "cost_forecast.csv", COST_FORECAST,
        "Empty where there are under three years of placements (the page of costs says why) and no "
        "populations were typed in. How to read it: [costs](../costs.md#nights-ahead).",
    ),
    (
        "cost_cohorts.csv", COST_COHORTS,
        "Written with `--cohort` only, and by `childjourneys cohort --save`. For the team only. How to read "
        "it: [costs](../costs.md#choosing-a-cohort).",
    ),
    (
        "section251.csv", SECTION251,
        "Written with `--section251` only. How to read it: [costs](../costs.md#beside-the-finance-return).",
    ),
    (
        "cost_budget.csv", BUDGET,
        "Written with `--budget` only. How to read it: [costs](../costs.md#beside-the-budget).",
    ),
    (
        "scenario_ID.csv", SCENARIO,
        "Written by `childjourneys what-if`; ID is that of the scenario. The same with net, payback, "
        "break-even and assumptions as `scenario_ID.xlsx` and `scenario_ID.html`. No row is about a child. "
        "How to read it: [what-if](../what_if.md).",
    ),
)  # fmt: skip
# What a costing leaves besides, and whether it may leave the team.
PAGES = (
    (
        "in-team/costs.html",
        "Costs on one page, for the team: what the money rests on, totals, how nights were priced, "
        "placements, needs, processes, months, providers. No row is about one child; small numbers are not "
        "hidden.",
    ),
    (
        "in-team/cost_tables.xlsx",
        "Every table on a sheet, with a formula behind each total; sheets about single children; the "
        "ledger as far as a sheet holds it. What each sheet answers: [costs](../costs.md#the-tables).",
    ),
    (
        "shareable/costs.html",
        "One-way tables of costs through disclosure control. What may be in it: "
        "[costs](../costs.md#what-may-leave-the-team).",
    ),
    ("shareable/cost_tables.xlsx", "The tables of that page."),
)  # fmt: skip


def catalogues() -> Iterable[str]:
    """Every unit cost that ships, by file."""
    yield "# Shipped catalogues\n"
    yield (
        "Every unit cost that comes with the program: pounds as published, each with its source. How they "
        "are used, and what was left out: [the catalogue](../cost_catalogue.md). A blank amount means that "
        "there is none: nothing is scaled from one kind of authority to another.\n"
    )
    yield (
        "*Status*: `published` was read where it was published, `secondary` as another publication quotes "
        "it, `derived` was computed from published figures. *Research* marks prices of 2008 to 2013.\n"
    )
    yield from rows(
        ("Catalogue", "Title", "Entries"),
        [
            (f"[{name}](#{name})", _head(name)["title"], len(_own(name)))
            for name in SHIPPED
        ],
    )  # fmt: skip
    yield f"\n`{INVENTED_EXAMPLE}` ships too. Every figure in it is invented, so it is not listed here.\n"
    for name in SHIPPED:
        yield from _catalogue(name)
    yield from _indices()


def _catalogue(name: str) -> Iterable[str]:
    head = _head(name)
    whens = {entry["id"]: entry.get("when", {}) for entry in head["entries"]}
    yield f"## {name}\n"
    yield f"{head['about'].strip()}\n"
    yield from rows(
        ("Entry", "What", "Process or kind", "When", "Unit", "Out of London", "London", "Price year",
         "Status", "Source"),
        [
            (
                f"`{entry.id}`", entry.name, _of(entry), _when(whens.get(entry.id, {})), f"`{entry.unit}`",
                _amount(entry, False), _amount(entry, True), _money_of(entry),
                _status(entry), _source(entry),
            )
            for entry in _own(name)
        ],
    )  # fmt: skip
    yield ""


def _indices() -> Iterable[str]:
    yield "## Price indices\n"
    yield "Change in per cent on the year before. `--indices FILE` adds others and goes before these.\n"
    yield from rows(
        ("Series", "Years", "Source"),
        [
            (f"`{name}`", f"{min(series.changes)} to {max(series.changes)}", series.source)
            for name, series in sorted(load_indices().series.items())
        ],
    )


def _head(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(shipped_text(name))
    return found


def _own(name: str) -> list[Entry]:
    return [entry for entry in load_catalogue((name,)).entries if entry.file == name]


def _of(entry: Entry) -> str:
    words = [entry.process, *([] if entry.kind == "process" else [entry.kind])]
    if entry.agency != "local_authority":
        words.append(entry.agency)
    if entry.additional:
        words.append("on top")
    return ", ".join(word for word in words if word)


def _when(when: dict[str, Any]) -> str:
    """The conditions as the file writes them."""
    return "; ".join(
        f"{key} {', '.join(map(str, value)) if isinstance(value, list) else str(value).lower()}"
        for key, value in when.items()
    )


def _amount(entry: Entry, london: bool) -> str:
    """Pounds for one unit; of a published time the hours of each role."""
    if entry.kind == "activity_time":
        return "; ".join(
            f"{_pounds(work.hours)} hours, {work.role.replace('_', ' ')}" for work in entry.recipe
        )
    return _pounds(entry.unit_cost(london))


def _pounds(amount: Fraction | None) -> str:
    """Pounds without needless noughts; as exact as the catalogue, up to six decimals.

    >>> _pounds(Fraction(186)), _pounds(Fraction(13733, 100)), _pounds(None)
    ('186', '137.33', '')
    """
    if amount is None:
        return ""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return f"{round(exact, 6):f}".rstrip("0").rstrip(".") if exact % 1 else f"{exact:.0f}"


def _money_of(entry: Entry) -> str:
    """The price year; without one, the days that the entry is for; of hours nothing."""
    if entry.price_year or entry.effective_from is None:
        return entry.price_year
    return f"of the day, from {entry.effective_from}" + (
        f" to {entry.effective_to}" if entry.effective_to else ""
    )


def _status(entry: Entry) -> str:
    research = ["research"] if "research default" in badges_of(entry) else []
    return ", ".join([word for word in (entry.source.status,) if word] + research)


def _source(entry: Entry) -> str:
    source = entry.source
    parts = (
        entry.source_title or source.publication,
        source.year,
        source.table_or_page,
        source.via,
        source.formula,
    )
    return "; ".join(part for part in parts if part)
