"""From what each night is charged to lines of the ledger: the plain reading of 5.3, R3, R9 and R11."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from plain_costs_events import Child
from plain_costs_finance import finance_line
from plain_costs_given import PriceSpan
from plain_costs_match import Facts
from plain_costs_money import financial_year, half_up, millionths, months_of, quantity, share

from childjourneys.costs.model import Entry

DAY = timedelta(days=1)
CREDITS = ("grant", "contribution")


@dataclass
class Charge:
    """One night priced by one entry. Nights that touch and are alike in `alike` are one span."""

    day: date
    alike: tuple[Any, ...]
    place: tuple[Any, ...]
    facts: Facts
    entry_id: str
    process: str
    unit: str
    year_basis: str
    money: Fraction
    factor: Fraction
    price_year: str
    agency: str
    basis: str
    rule: str
    kind: str
    entry: Entry | None = None
    all_nights: int = 0

    @classmethod
    def of_entry(
        cls, day: date, place: tuple[Any, ...], facts: Facts, entry: Entry, money: Fraction,
        factor: Fraction, price_year: str,
    ) -> Charge:  # fmt: skip
        process = entry.kind if entry.kind in ("grant", "other_agency") else entry.process
        own = "" if entry.price_year else financial_year(day)
        return cls(
            day, (place, entry.id, money, factor, price_year, own), place, facts, entry.id, process,
            entry.unit, entry.year_basis, money, factor, price_year, entry.agency, basis_of(entry),
            "R6" if "besides" in place else "R10" if entry.home else "R3", entry.kind, entry,
        )  # fmt: skip

    @classmethod
    def of_price(cls, day: date, place: tuple[Any, ...], facts: Facts, price: PriceSpan) -> Charge:
        year = financial_year(day)
        process = "contribution" if price.entry_id.startswith("contribution") else "lac.3"
        return cls(
            day, (place, price.entry_id, price.row, year), place, facts, price.entry_id, process,
            price.unit, "", price.money, Fraction(1), year, "local_authority", "child", "R3",
            "fee" if price.entry_id == "child_package" else "placement",
            all_nights=price.all_nights,
        )  # fmt: skip


@dataclass
class Line:
    """One line of the ledger."""

    la_code: str
    child_id: str
    period_of_care: int | None
    placement_no: int | None
    process: str
    entry_id: str
    date_from: date
    date_to: date
    nights: int | None
    millionths: int
    unit: str
    unit_cost: Fraction
    factor: int
    pence: int
    agency: str
    need_group: str
    placement_type: str | None
    provider: str | None
    in_out_area: str | None
    month: str
    price_year: str
    price_basis: str
    rule: str
    s251_line: str | None

    def order(self) -> tuple[Any, ...]:
        first = (self.la_code, self.child_id, self.date_from, self.process, self.entry_id)
        return (*first, self.placement_no or 0, self.date_to, self.pence)

    @classmethod
    def of_event(
        cls, child: Child, entry: Entry, facts: Facts, period: int | None, placement: int | None,
        money: Fraction, factor: Fraction, price_year: str, note: str, said: Mapping[str, str],
    ) -> Line:  # fmt: skip
        day = facts.day
        return cls(
            child.la_code, child.child_id, period, placement, entry.process, entry.id, day, day, None,
            1_000_000, "event", money, millionths(factor), half_up(money * factor), entry.agency, facts.group,
            facts.place, facts.provider, facts.in_out, f"{day:%Y-%m}", price_year, basis_of(entry),
            f"R4{note}", finance_line(entry, entry.process, entry.kind, facts.place, day, said),
        )  # fmt: skip


def basis_of(entry: Entry) -> str:
    if entry.provider_id or entry.when.provider_id:
        return "contract"
    return "default" if entry.shipped else "authority"


def lines_of(charges: list[Charge], child: Child, said: Mapping[str, str]) -> list[Line]:
    alike: dict[tuple[Any, ...], list[Charge]] = {}
    for charge in charges:
        alike.setdefault(charge.alike, []).append(charge)
    lines = []
    for held in alike.values():
        held.sort(key=lambda charge: charge.day)
        run = [held[0]]
        for charge in held[1:]:
            if charge.day != run[-1].day + DAY:
                lines += _lines_of_span(run, child, said)
                run = []
            run.append(charge)
        lines += _lines_of_span(run, child, said)
    return lines


def _lines_of_span(span: list[Charge], child: Child, said: Mapping[str, str]) -> list[Line]:
    one = span[0]
    start, end = one.day, span[-1].day + DAY
    sign = -1 if one.process in CREDITS else 1
    if one.unit == "period":
        whole = Fraction((end - start).days, one.all_nights)
    else:
        whole = quantity(one.unit, one.year_basis, start, end)
    pence = sign * half_up(whole * one.money * one.factor)
    parts = months_of(start, end)
    nights = [(b - a).days for a, b in parts]
    facts = {charge.day: charge.facts for charge in span}
    in_care = one.place[0] == "care"
    return [
        Line(
            child.la_code, child.child_id, one.place[1] if in_care else None,
            one.place[2] if in_care else None, one.process, one.entry_id, a, b - DAY, (b - a).days,
            millionths(whole * (b - a).days / len(span)), one.unit, one.money, millionths(one.factor), part,
            one.agency, facts[a].group, facts[a].place, facts[a].provider, facts[a].in_out, f"{a:%Y-%m}",
            one.price_year, one.basis, "R11" if sign < 0 else one.rule,
            finance_line(one.entry, one.process, one.kind, facts[a].place, a, said),
        )
        for (a, b), part in zip(parts, share(pence, nights), strict=True)
    ]  # fmt: skip
