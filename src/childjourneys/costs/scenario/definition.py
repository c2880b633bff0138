"""What a scenario says: changes in order, each with its numbers and where these come from.

Source: the design's section on what-if.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Number:
    """A number that the scenario rests on.

    Attributes:
        name: where it stands, such as `change 1, share`.
        value: as written, exact.
        low, high: what it might be as well; None: 0.8 and 1.2 times the value are tried.
        source: where it comes from; `assumption` where nobody says.
    """

    name: str
    value: Fraction
    low: Fraction | None = None
    high: Fraction | None = None
    source: str = ASSUMPTION


@dataclass(frozen=True)
class Match:
    """Which stays, entries or periods of care are meant: all that is given must hold; blank: any.

    Attributes:
        placement: codes or names of placements.
        provider: PR0 to PR5.
        provider_id: numbers of providers.
        age: completed years, both ends included.
        need_group: whole combinations of needs, such as `ebd` or `none`.
        needs: needs that must all be there.
        out_of_area: whether the placement is outside the authority.
        process: process of a ledger line, such as `lac.3`.
        entry: identifiers of catalogue entries.
    """

    placement: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    provider_id: tuple[str, ...] = ()
    age: tuple[int, int] | None = None
    need_group: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    out_of_area: bool | None = None
    process: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()


@dataclass(frozen=True)
class Destination:
    """Where a stay moves on to; what is None stays as it was."""

    placement: str | None = None
    provider: str | None = None
    provider_id: str | None = None
    out_of_area: bool | None = None


@dataclass(frozen=True)
class Shift:
    """A share of stays moves on to another placement after some time.

    Attributes:
        after: weeks, or months where `in_months`.
        capacity: the most children in the new places at once; None: no limit.
        fixed, per_child: what it costs to bring about: once, and for each child who moves.
    """

    source: Match
    to: Destination
    share: Number
    after: Number
    in_months: bool = False
    enhanced_support: str | None = None
    breakdown_rate: Number | None = None
    breakdown_after_weeks: Number | None = None
    capacity: Number | None = None
    fixed: Number | None = None
    per_child: Number | None = None


@dataclass(frozen=True)
class Price:
    """Unit costs change from a day; one of the two numbers is given."""

    match: Match
    start: date
    change_pct: Number | None = None
    new_amount: Number | None = None


@dataclass(frozen=True)
class Volume:
    """More or fewer periods of care begin."""

    match: Match
    entrants_pct: Number


@dataclass(frozen=True)
class Duration:
    """Stays that end become shorter (negative) or longer."""

    match: Match
    weeks: Number


@dataclass(frozen=True)
class Process:
    """A process happens so often a year, or takes so many hours by role."""

    process: str
    per_year: Number | None = None
    hours: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True)
class ProviderMix:
    """Nights of a placement are priced as a mix of providers; shares sum to 1."""

    placement: str
    mix: tuple[tuple[str, Number], ...]


@dataclass(frozen=True)
class Effect:
    """What a new service does: `duration` (weeks), `shift` (to, after) or `avoid_entry`; at a rate."""

    type: str
    rate: Number
    weeks: Number | None = None
    to: Destination | None = None
    after: Number | None = None


@dataclass(frozen=True)
class NewService:
    """A service that costs something and changes what follows for those eligible."""

    fixed: Number
    per_child: Number
    eligible: Match
    effect: Effect


@dataclass(frozen=True)
class Inflation:
    """Entries of an index rise by so much a year: (financial year, per cent)."""

    index: str
    pct_by_year: tuple[tuple[str, Number], ...]


Change = Shift | Price | Volume | Duration | Process | ProviderMix | NewService | Inflation


@dataclass(frozen=True)
class Scenario:
    """One scenario.

    Attributes:
        start: first day on which anything changes.
        ramp: (day, share) in order of days; a step: before the first 0, without any 1.
        period: first and last day costed; None: those of the base.
        target_price_year: None: that of the base.
        seed: for one seeded sample beside the expected value; None: none is drawn.
    """

    id: str
    name: str
    start: date
    changes: tuple[Change, ...]
    ramp: tuple[tuple[date, Number], ...] = ()
    base_run: str = ""
    period: tuple[date, date] | None = None
    target_price_year: str | None = None
    seed: int | None = None
    file: str = ""
    sha256: str = ""
    lines: dict[str, int] = field(default_factory=dict, compare=False)

    def ramp_on(self, day: date) -> Fraction:
        """The share of the ramp on a day: that of the last date not after it."""
        if not self.ramp:
            return Fraction(1)
        reached = [share.value for begin, share in self.ramp if begin <= day]
        return reached[-1] if reached else Fraction(0)
