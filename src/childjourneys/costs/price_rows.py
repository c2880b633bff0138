"""A file of actual prices as rows: every row is used, or its place and the reason are told."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from childjourneys.costs.model import CONTRACTS
from childjourneys.costs.price_layout import OWN, Layout, lacking, load_layout
from childjourneys.domain.identifiers import clean_identifier, is_placeholder
from childjourneys.issues import Refused, UsageError
from childjourneys.sources.contract import SheetAccount
from childjourneys.sources.values import Unreadable, as_text, is_blank, parse_date
from childjourneys.sources.workbooks import open_workbook

DATA = "cost-data"
MONEY = ("additional_package", "contribution_social_care", "contribution_health", "contribution_education")
PRICE_ROWS: dict[str, pl.DataType | type[pl.DataType]] = {
    "price_row": pl.Int64, "la_code": pl.String, "child_id": pl.String, "start": pl.Date, "end": pl.Date,
    "basis": pl.String, "price": pl.String, "period_from": pl.Date, "period_to": pl.Date,
    **dict.fromkeys(MONEY, pl.String), "provider_id": pl.String, "urn": pl.String, "contract": pl.String,
    "in_out_area": pl.String, "source_system": pl.String, "file": pl.String, "sheet": pl.String,
    "row": pl.Int64,
}  # fmt: skip
# The columns of `cost_issues.csv`, and the place in the file of prices.
FINDINGS: dict[str, pl.DataType | type[pl.DataType]] = {
    "severity": pl.String, "code": pl.String, "la_code": pl.String, "child_id": pl.String,
    "process": pl.String, "kind": pl.String, "date": pl.Date, "count": pl.Int64, "what": pl.String,
    "entry_ids": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64, "column": pl.String,
}  # fmt: skip
# The dearest placement that a survey of English authorities found cost 63,000 pounds a week; a hundred times
# an unusual price is a slip of the keys.
_UNUSUAL_WEEK = 70_000
_UNUSUAL_TOTAL = 3_650_000
_ABSURD = 100
_MONEY_TEXT = re.compile(r"£?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(\.[0-9]{1,10})?")
_HEADING_ROWS = 20


@dataclass(frozen=True)
class PriceRows:
    """What files of prices say.

    Attributes:
        frame: `PRICE_ROWS`, a row per usable row.
        findings: `FINDINGS`, what was set aside, not used or doubtful.
        accounts: of each sheet: rows in, loaded, duplicate and set aside.
        layouts: how the headings of each file were read.
    """

    frame: pl.DataFrame
    findings: pl.DataFrame
    accounts: tuple[SheetAccount, ...]
    layouts: tuple[Layout, ...]


class _Fault(ValueError):
    def __init__(self, column: str, what: str, reason: str = "value can't be used") -> None:
        super().__init__(what)
        self.column, self.what, self.reason = column, what, reason


def read_prices(
    path: Path, authorities: Collection[str], layout: Layout | str | Sequence[Layout] = ""
) -> PriceRows:
    """The rows of one file of prices, CSV or workbook.

    Args:
        path: the file.
        authorities: those of the run; with one, a row need not name it.
        layout: of the headings: our own, a preset, or a heading map; of several the first that fits counts.

    Raises:
        UsageError: the file can't be read, or has no columns that can be used; one sentence.
    """
    if isinstance(layout, str):
        layouts: Sequence[Layout] = (load_layout(layout),)
    else:
        layouts = (layout,) if isinstance(layout, Layout) else layout
    chosen, sheets = _laid_out(path, layouts)
    reader = _Rows(path.name, sorted(authorities), chosen)
    for sheet, first, rows, from_1904 in sheets:
        reader.read(sheet, first, rows, from_1904)
    if not chosen.confirmed:
        reader.say_of_layout()
    return PriceRows(
        pl.DataFrame(reader.rows, schema=PRICE_ROWS, orient="row"),
        pl.DataFrame(reader.findings, schema=FINDINGS, orient="row"),
        tuple(reader.accounts),
        (chosen,),
    )


def money_of(value: object) -> Fraction | None:
    """Pounds, exact; None where the cell is blank. A minus sign or brackets make it negative.

    Raises:
        Unreadable: it is there and no amount.

    >>> money_of("£1,234.50"), money_of("(12)"), money_of(" ")
    (Fraction(2469, 2), Fraction(-12, 1), None)
    """
    if is_blank(value):
        return None
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise Unreadable("not an amount")
        return Fraction(repr(value))
    return _money_of_text(as_text(value))


def decimal_text(amount: Fraction) -> str:
    """An exact amount as a plain decimal, without zeros at the end of its pence.

    >>> decimal_text(Fraction(2469, 2)), decimal_text(Fraction(100))
    ('1234.5', '100')
    """
    digits = 0
    while (amount * 10**digits).denominator != 1:
        digits += 1
    whole = int(amount * 10**digits)
    if not digits:
        return str(whole)
    text = f"{abs(whole):0{digits + 1}d}"
    return f"{'-' if whole < 0 else ''}{text[:-digits]}.{text[-digits:]}"


@lru_cache(maxsize=1 << 16)
def _money_of_text(text: str) -> Fraction:
    negative = text.startswith("-") or (text.startswith("(") and text.endswith(")"))
    plain = text.strip("()").lstrip("-").strip() if negative else text
    found = _MONEY_TEXT.fullmatch(plain) if plain.isascii() or plain.startswith("£") else None
    if found is None:
        raise Unreadable("not an amount")
    amount = Fraction(found[1].replace(",", "") + (found[2] or ""))
    return -amount if negative else amount


@lru_cache(maxsize=1 << 16)
def _date_of_text(text: str, from_1904: bool) -> date | None:
    return parse_date(text, from_1904)


_Sheet = tuple[str, int, list[list[Any]], bool]


def _laid_out(path: Path, layouts: Sequence[Layout]) -> tuple[Layout, Iterator[_Sheet]]:
    """The first of the layouts that a sheet of the file has, and the sheets that have it."""
    refusals: list[tuple[bool, _NotSo]] = []
    for layout in layouts:
        try:
            sheets = _sheets(path, layout)
            return layout, chain([next(sheets)], sheets)
        except _NotSo as refusal:
            refusals.append((layout.name == OWN, refusal))
    # What a layout that was asked for lacks says more than what our own does.
    raise min(refusals, key=lambda one: one[0])[1]


class _NotSo(UsageError):
    """The file is no table of this layout."""


def _sheets(path: Path, layout: Layout) -> Iterator[_Sheet]:
    """Sheets with the columns of the layout: name, number of the heading's row, rows from it on."""
    try:
        workbook = open_workbook(path)
        if workbook is None:
            raise UsageError(f"{path} is no table; prices are read from CSV or a workbook.")
        nearest: tuple[str, ...] | None = None
        found = False
        for sheet in workbook.sheets():
            for at, cells in enumerate(sheet.rows[:_HEADING_ROWS]):
                places = layout.places(cells)
                missing = layout.missing(places)
                if not missing:
                    found = True
                    yield sheet.name, sheet.first_row + at, sheet.rows[at:], workbook.date_1904
                    break
                if places and (nearest is None or len(missing) < len(nearest)):
                    nearest = missing
        if not found:
            raise _NotSo(lacking(layout, path.name, nearest or layout.missing({})))
    except Refused as error:
        raise UsageError(f"{path} can't be read: {str(error)[:1].lower()}{str(error)[1:]}") from error


@dataclass
class _Rows:
    file: str
    authorities: Sequence[str]
    layout: Layout
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    findings: list[tuple[Any, ...]] = field(default_factory=list)
    accounts: list[SheetAccount] = field(default_factory=list)
    _seen: set[tuple[Any, ...]] = field(default_factory=set)

    def read(self, sheet: str, first: int, rows: list[list[Any]], from_1904: bool) -> None:
        self.from_1904 = from_1904
        self.account = SheetAccount(self.file, sheet or "prices")
        self.accounts.append(self.account)
        places = self.layout.places(rows[0])
        fixed = self.layout.fixed
        for number, cells in enumerate(rows[1:], start=first + 1):
            if all(is_blank(cell) for cell in cells):
                continue
            self.account.rows_in += 1
            self.place = (sheet, number)
            row: dict[str, Any] = {
                name: cells[at] if at < len(cells) else None for name, at in places.items()
            } | dict(fixed)
            self.who = ("", "")
            try:
                values = self.checked(row)
            except _Fault as fault:
                self.account.set_aside += 1
                self.account.reasons[fault.reason] += 1
                self.find("error", fault.column, f"{fault.what}; the row was set aside.")
                continue
            if values in self._seen:
                self.account.duplicate += 1
                self.account.reasons["as an earlier row"] += 1
                self.find("note", "", "an earlier row says the same; this one counts as a duplicate.")
                continue
            self._seen.add(values)
            self.account.loaded += 1
            self.rows.append((len(self.rows) + 1, *values, self.file, sheet, number))

    def say_of_layout(self) -> None:
        what = f"{self.file}: the headings of the layout {self.layout.name} are not confirmed; compare them."
        self.findings.append(
            ("note", DATA, None, None, "lac.3", "placement", None, len(self.rows), what, "child_price",
             self.file, "", None, "")
        )  # fmt: skip

    def checked(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values of a row in the order of `PRICE_ROWS`, without its number and place."""
        child = clean_identifier(as_text(row.get("child_id")))
        if is_placeholder(child):
            raise _Fault("child_id", "the identifier is blank or names nobody", "no identifier")
        self.who = ("", child)
        la_code = self.authority(row)
        self.who = (la_code, child)
        start = self.day(row, "placement_start")
        if start is None:
            raise _Fault("placement_start", "the placement's first day is blank", "no start")
        end = self.day(row, "placement_end")
        if end is not None and end <= start:
            raise _Fault("placement_end", "the placement has no night: it ends on or before its first day")
        week, total = self.price(row, "weekly_price"), self.price(row, "period_total")
        if week is not None and total is not None:
            raise _Fault("period_total", "there are a weekly price and a total of a period; one is wanted")
        price = total if week is None else week
        first, last = self.day(row, "period_from"), self.day(row, "period_to")
        basis = "period" if total is not None or (week is None and first is not None) else "week"
        side = [self.side_money(row, name) for name in MONEY]
        if price is not None:
            self.size(price, basis)
        elif not any(side):
            raise _Fault("weekly_price", "there is no price", "no price")
        else:
            self.find("note", "weekly_price", "there is no price; the row's other money was used.")
        if basis == "period":
            if first is None or last is None:
                raise _Fault("period_from", "a total needs the first and last day it is of", "no period")
            if last < first:
                raise _Fault("period_to", "the period ends before it begins")
        return (
            la_code, child, start, end, basis, None if price is None else decimal_text(price),
            *((first, last) if basis == "period" else (None, None)), *side,
            *(self.text(row, name) for name in ("provider_id", "urn")),
            self.word(row, "contract", CONTRACTS), self.word(row, "in_out_area", ("in", "out")),
            self.text(row, "source_system"),
        )  # fmt: skip

    def authority(self, row: Mapping[str, Any]) -> str:
        la_code = clean_identifier(as_text(row.get("la_code")))
        if not la_code and len(self.authorities) == 1:
            return self.authorities[0]
        if not la_code:
            raise _Fault("la_code", "the run has several authorities and the row names none", "no authority")
        if la_code not in self.authorities:
            raise _Fault("la_code", "the authority is none of the run's", "authority of no return")
        return la_code

    def day(self, row: Mapping[str, Any], name: str) -> date | None:
        value = row.get(name)
        try:
            if isinstance(value, str):
                return _date_of_text(value, self.from_1904)
            return parse_date(value, self.from_1904)
        except Unreadable:
            raise _Fault(name, "the date can't be read") from None

    def price(self, row: Mapping[str, Any], name: str) -> Fraction | None:
        try:
            amount = money_of(row.get(name))
        except Unreadable:
            raise _Fault(name, "the amount can't be read") from None
        if amount is None:
            return None
        if amount < 0:
            raise _Fault(name, "the price is negative")
        if amount == 0:
            raise _Fault(name, "the price is 0, which says as little as a blank", "price of 0")
        return amount

    def size(self, price: Fraction, basis: str) -> None:
        usual = _UNUSUAL_WEEK if basis == "week" else _UNUSUAL_TOTAL
        column = "weekly_price" if basis == "week" else "period_total"
        if price > usual * _ABSURD:
            raise _Fault(column, f"the price is over {usual * _ABSURD:,} and can't be right")
        if price > usual:
            self.find("warning", column, f"the price is over {usual:,}; it was used, check it.")

    def side_money(self, row: Mapping[str, Any], name: str) -> str | None:
        """A package or a contribution; one that can't be used costs the row nothing."""
        try:
            amount = money_of(row.get(name))
        except Unreadable:
            self.find("warning", name, "the amount can't be read and was not used.")
            return None
        if amount is None or amount == 0:
            return None
        if amount < 0 or amount > _UNUSUAL_TOTAL * _ABSURD:
            self.find("warning", name, "the amount is negative or absurd and was not used.")
            return None
        return decimal_text(amount)

    def text(self, row: Mapping[str, Any], name: str) -> str | None:
        value = row.get(name)
        return None if is_blank(value) else as_text(value)

    def word(self, row: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str | None:
        text = self.text(row, name)
        if text is None:
            return None
        if text.lower() not in known:
            self.find("warning", name, f"the word is none of {', '.join(known)} and was not used.")
            return None
        return text.lower()

    def find(self, severity: str, column: str, what: str) -> None:
        sheet, number = self.place
        where = place_of(self.file, sheet, number, column)
        self.findings.append(
            (severity, DATA, *self.who, "lac.3", "placement", None, 1, f"{where}: {what}", "child_price",
             self.file, sheet, number, column)
        )  # fmt: skip


def place_of(file: str, sheet: str, row: int, column: str = "") -> str:
    """A place in words.

    >>> place_of("prices.csv", "", 12, "weekly_price")
    'prices.csv, row 12, column weekly_price'
    """
    named = [file, *([f"sheet {sheet}"] if sheet else []), f"row {row}"]
    return ", ".join([*named, *([f"column {column}"] if column else [])])
