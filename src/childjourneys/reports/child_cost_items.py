"""The amounts of one child as quantity times unit cost, each to be checked with a calculator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

import polars as pl

from childjourneys.costs.amounts import decimal_text
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.worked import Worked
from childjourneys.domain.codes import code_set
from childjourneys.reports.cost_words import pounds, process_name
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Section
from childjourneys.reports.wording import days_in_words, listed, number

# So many decimals of a unit cost or an uplift that has no end; the ledger's file has six.
_DECIMALS = 10
_SAID = (
    "Each row is one amount: quantity (a) times unit cost (b), times the uplift where prices were brought to"
    " another year, rounded to the nearest penny, half a penny up. Work it out with a calculator: a row is"
    " one event, or one unbroken stretch of nights at one price, and is rounded once.",
    "A night is 1, a week is nights / 7, a month is counted from its own day (whole months, then the days"
    " left over the days of that month), a year by its days. The night that begins on the last day is the"
    " last one charged. Contributions and grants are taken off: their amounts are below 0.",
)
_KINDS = ("gross", "contributions", "grant", "others")


def items_section(amounts: Sequence[Worked], run: CostRun) -> Section:
    """Per placement and price year: (a) how many, (b) what one costs, and a x b; then what these come to."""
    uplifted = any(one.factor != 1 for one in amounts)
    others = any(one.line["agency"] != "local_authority" for one in amounts)
    tables, sums = [], []
    for at, (name, year, mine) in enumerate(_groups(amounts)):
        caption = f"{name}, {days_in_words(mine[0].first, max(one.last for one in mine))}, prices of {year}"
        tables.append(_table(f"items-{at}", caption, mine, run, uplifted, others))
        sums.append((name, year, mine))
    tables.append(_sums(sums))
    return Section("child-items", "How each amount is made", list(_SAID), tables=tables)


def _groups(amounts: Sequence[Worked]) -> Iterator[tuple[str, str, list[Worked]]]:
    """By placement, then price year, as they begin; what is of no placement comes first."""
    labels = code_set("placement_type").labels()

    def key(one: Worked) -> tuple[int, int, str]:
        line = one.line
        return line["period_of_care"] or 0, line["placement_no"] or 0, line["price_year"]

    for (care, placement, year), group in groupby(sorted(amounts, key=key), key):
        mine = sorted(group, key=lambda one: (one.first, one.line["process"], one.line["entry_id"]))
        codes = dict.fromkeys(str(one.line["placement_type"] or "") for one in mine)
        kinds = listed([labels.get(code, code) for code in codes if code])
        if placement:
            name = f"Placement {care}.{placement}, {kinds}"
        else:
            name = f"Short breaks, {kinds}" if kinds else "Not of a placement"
        yield name, year, mine


def _table(
    key: str, caption: str, amounts: Sequence[Worked], run: CostRun, uplifted: bool, others: bool
) -> PageTable:
    headings = ["Process", "Price", "When", "a: how many", "b: unit cost £",
                *(["Uplift"] if uplifted else []), "a x b £", *(["Borne by"] if others else []),
                "Rule"]  # fmt: skip
    rows = [_row(one, run, uplifted, others) for one in amounts]
    total = Cell(pounds(sum(one.pence for one in amounts)))
    rows.append([Cell("Total"), *[Cell("")] * (4 + uplifted), total, *[Cell("")] * (1 + others)])
    return PageTable(key, caption, headings, rows, frozenset(range(3, 6 + uplifted)), whole=True)


def _row(one: Worked, run: CostRun, uplifted: bool, others: bool) -> list[Cell]:
    line = one.line
    return [
        Cell(process_name(line["process"])),
        Cell(line["entry_id"], link=f"price-{slug(line['entry_id'])}"),
        Cell(days_in_words(one.first, one.last)),
        Cell(quantity_in_words(one)),
        Cell(_grouped(decimal_text(one.unit_cost, _DECIMALS))),
        *([Cell(_factor(one.factor))] if uplifted else []),
        Cell(pounds(one.pence)),
        *([Cell(line["agency"].replace("_", " "))] if others else []),
        Cell(line["rule"]),
    ]


def quantity_in_words(one: Worked) -> str:
    """`167 / 7 = 23.857143 weeks`; `1 event`; without the fractions where they are not known."""
    unit = one.line["unit"]
    units = unit if one.quantity == 1 else f"{unit}s"
    shown = _grouped(decimal_text(one.quantity, 6, 0).removesuffix("."))
    if not one.told or all(bottom == 1 for _, bottom in one.parts):
        return f"{shown} {units}"
    sums = " + ".join(f"{top}" if bottom == 1 else f"{top} / {bottom}" for top, bottom in one.parts)
    return f"{sums} = {shown} {units}"


def _factor(factor: Fraction) -> str:
    return decimal_text(factor, _DECIMALS, 0).removesuffix(".")


def _grouped(decimal: str) -> str:
    whole, dot, rest = decimal.partition(".")
    return f"{int(whole):,}{dot}{rest}"


def _sums(groups: Sequence[tuple[str, str, Sequence[Worked]]]) -> PageTable:
    """The totals of the tables above, told apart; they foot to what was spent."""
    shown = list(_KINDS[:3])
    if any(_sum(amounts, "others") for _, _, amounts in groups):
        shown.append("others")
    words = {"gross": "Gross £", "contributions": "Contributions £", "grant": "Grants £",
             "others": "Other agencies £"}  # fmt: skip
    rows = []
    years = list(dict.fromkeys(year for _, year, _ in groups))
    for year in sorted(years):
        mine = [(name, amounts) for name, of, amounts in groups if of == year]
        for name, amounts in mine:
            rows.append(_sum_row(name, year, amounts, shown))
        rows.append(_sum_row("Total", year, [one for _, amounts in mine for one in amounts], shown))
    return PageTable(
        "items-sums",
        "What the tables above come to; net is gross, contributions and grants together",
        ("Table", "Prices of", *(words[name] for name in shown), "Net £"),
        rows,
        frozenset(range(2, 3 + len(shown))),
        whole=True,
    )


def _sum_row(name: str, year: str, amounts: Sequence[Worked], shown: Sequence[str]) -> list[Cell]:
    sums = {kind: _sum(amounts, kind) for kind in _KINDS}
    net = sums["gross"] + sums["contributions"] + sums["grant"]
    return [Cell(name), Cell(year), *(Cell(pounds(sums[kind])) for kind in shown), Cell(pounds(net))]


def _sum(amounts: Sequence[Worked], kind: str) -> int:
    return sum(one.pence for one in amounts if _kind(one.line) == kind)


def _kind(line: Mapping[str, object]) -> str:
    """In which of the totals an amount is."""
    if line["process"] in ("contribution", "grant"):
        return "contributions" if line["process"] == "contribution" else "grant"
    return "gross" if line["agency"] == "local_authority" else "others"


def lines_section(ledger: pl.DataFrame, run: CostRun) -> Section:
    """The child's lines as they are in the ledger: an amount of several months shared out to them."""
    rows = [
        [Cell(days_in_words(row["date_from"], row["date_to"])), Cell(process_name(row["process"])),
         Cell(row["entry_id"]), Cell(number(row["nights"])), Cell(pounds(row["pence"])),
         Cell(row["price_year"]), Cell(row["price_basis"]), Cell(row["s251_line"] or "")]
        for row in ledger.iter_rows(named=True)
    ]  # fmt: skip
    headings = ("When", "Process", "Price", "Nights", "Amount £", "Prices of", "Level", "Line of the return")
    said = (
        "The ledger has a line per month. The amount of a stretch is shared to its months by their nights, in"
        " whole pennies down, and the pennies left go to the largest remainders: months therefore add up to"
        " the amounts above, to the penny."
    )
    table = PageTable(
        "child-lines", f"The {number(len(rows))} lines of the ledger", headings, rows, frozenset({3, 4}),
        whole=True, folded=True,
    )  # fmt: skip
    return Section("child-ledger", "The same amounts by month", [said], tables=[table])


def slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())
