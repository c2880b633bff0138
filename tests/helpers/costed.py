"""Small costings for tests: care in a few words, a catalogue as text, and the answer in a few numbers.

`Case` gathers rows of one child; `Case.cost(how)` tells its costs by `plain` or by `kernel`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from both_costings import Both, costed_by
from plain_costs_given import PriceSpan, Run

from childjourneys.costs.loading import load_catalogue

LONDON = {"330": False, "302": True}
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")


@dataclass
class Case:
    """One child of one authority, and a period with both its days included.

    Attributes:
        catalogue: the text of a catalogue, or the name of a shipped one; `higher` are laid upon it.
    """

    catalogue: str
    start: str = "2025-01-01"
    end: str = "2025-12-31"
    la_code: str = "330"
    reviews_loaded: bool = True
    price_year: str | None = None
    changes: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    higher: tuple[str, ...] = ()
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    prices: list[PriceSpan] = field(default_factory=list)
    _n: dict[str, int] = field(default_factory=lambda: {"period": 0, "placement": 0, "stay": 0})

    def row(self, table: str, **given: Any) -> Case:
        """A row of a table; text that is a day becomes one."""
        held = {name: _day(value) for name, value in given.items()}
        self.tables.setdefault(table, []).append({"la_code": self.la_code, "child_id": "A", **held})
        return self

    def born(self, day: str, **given: Any) -> Case:
        return self.row("child", birth_date=day, disability=given.get("disability"))

    def episode(
        self, code: str, start: str, end: str | None, place: str = "U6", provider: str = "PR1",
        rec: str | None = None, status: str = "C2", **more: Any,
    ) -> Case:  # fmt: skip
        """The next episode of care: RNE, first day, DEC, PLACE. REC is X1 where nothing else is said."""
        chain = self.tables.get("care_chain", [])
        before = chain[-1] if chain else None
        new = code in ("S", "P", "B", "T", "U") or before is None
        if code == "S" or before is None:
            self._n["period"] += 1
            self._n["placement"] = 0
        temporary = place in TEMPORARY
        kept = [row for row in chain if not row["temporary"] and row["period_no"] == self._n["period"]]
        resumes = bool(before and before["temporary"] and kept and kept[-1]["placement_type"] == place)
        if new:
            self._n["placement"] += 1
        if new and code not in ("T", "U"):
            self._n["stay"] += 1
        stay = kept[-1]["placement_id"] if resumes else f"A-{self._n['stay']}"
        given = {"location": None, "urn": None, "need": "N1"} | more
        return self.row(
            "care_chain", kind="care", start=start, end=end, open="true" if end is None else "false",
            period_no=self._n["period"], placement_no=self._n["placement"], placement_id=stay,
            reason_new_episode=code, starts_period=code == "S" or before is None, starts_placement=new,
            temporary=temporary, same_carer=code in ("T", "U"), resumes=resumes, legal_status=status,
            category_of_need=given["need"], placement_type=place, placement_provider=provider,
            reason_episode_ceased=None if end is None else rec or "X1", placement_urn=given["urn"],
            placement_location=given["location"], placement_postcode="ZZ1 1AA",
        )  # fmt: skip

    def short_break(self, start: str, end: str, place: str = "U6", status: str = "V3") -> Case:
        return self.row(
            "care_chain", kind="short_break", start=start, end=end, open="false", period_no=None,
            placement_no=None, placement_id=None, reason_new_episode="S", starts_period=False,
            starts_placement=False, temporary=False, same_carer=False, resumes=False, legal_status=status,
            category_of_need="N1", placement_type=place, placement_provider="PR1",
            reason_episode_ceased="E8", placement_urn=None, placement_location=None,
            placement_postcode="ZZ1 1AA",
        )  # fmt: skip

    def need(self, referral: str, closed: str | None = None, nfa: bool = False) -> Case:
        return self.row(
            "need_episode", referral_date=referral, episode_start_date=referral, closure_date=closed, nfa=nfa,
            primary_need="N1", episode_id=referral + "#",
        )  # fmt: skip

    def nested(self, table: str, referral: str, **given: Any) -> Case:
        """A record of a need episode."""
        held: dict[str, Any] = {"referral_date": referral, "episode_id": referral + "#"}
        if table == "assessment":
            held |= {"start_date": referral, "factors": None}
        return self.row(table, **(held | given))

    def price(
        self, start: str, end: str, money: str, entry_id: str = "child_price", unit: str = "week",
        all_nights: int = 0,
    ) -> Case:  # fmt: skip
        a, b = date.fromisoformat(start), date.fromisoformat(end)
        nights = all_nights or (b - a).days
        self.prices.append(
            PriceSpan(self.la_code, "A", a, b, entry_id, unit, Fraction(money), nights, a.toordinal())
        )
        return self

    def run(self) -> Run:
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for number, text in enumerate((self.catalogue, *self.higher)):
                if "\n" not in text:
                    names.append(text)
                    continue
                path = Path(folder) / f"{number}.yaml"
                path.write_text(text, encoding="utf-8")
                names.append(str(path))
            catalogue = load_catalogue(names)
        modules = {"Header", "Episodes"} | ({"Reviews"} if self.reviews_loaded else set())
        return Run(
            {"care_chain": [], **self.tables}, catalogue, date.fromisoformat(self.start),
            date.fromisoformat(self.end), LONDON, {self.la_code: modules}, self.prices, self.price_year,
            self.changes,
        )  # fmt: skip

    def cost(self, how: str) -> Costed:
        return Costed(costed_by(how, self.run()))


@dataclass
class Costed:
    """The answer, in the numbers a person checks."""

    both: Both

    def lines(self, *entries: str) -> list[tuple[str, str, str, Decimal]]:
        """Entry, first and last day, pounds; of some entries or of all, in the ledger's order."""
        return [
            (line["entry_id"], str(line["date_from"]), str(line["date_to"]), pounds(line["pence"]))
            for line in self.both.lines
            if not entries or line["entry_id"] in entries
        ]

    def total(self, *entries: str) -> Decimal:
        return sum((line[3] for line in self.lines(*entries)), Decimal("0.00"))

    def days(self, entry: str) -> list[str]:
        return [line[1] for line in self.lines(entry)]

    def quantities(self, entry: str) -> list[Decimal]:
        return [
            Decimal(line["millionths"]).scaleb(-6) for line in self.both.lines if line["entry_id"] == entry
        ]

    def column(self, name: str, entry: str) -> list[Any]:
        return [line[name] for line in self.both.lines if line["entry_id"] == entry]

    def child(self, column: str) -> Any:
        assert len(self.both.children) == 1
        return self.both.children[0][column]

    def money(self, column: str) -> Decimal:
        return pounds(self.child(column))

    def issues(self) -> list[tuple[str, str, str, str, int, str]]:
        """Process, kind, code, first day, count, entries."""
        return [
            (process, kind, code, str(told["date"]), told["count"], " ".join(sorted(told["entry_ids"])))
            for (_, _, process, kind, code), told in sorted(self.both.issues.items())
        ]


def pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)


def _day(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return date.fromisoformat(value)
    return value
