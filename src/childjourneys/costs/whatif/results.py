"""What a scenario comes to in pennies: each total rounded once and shared out, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from childjourneys.costs.amounts import half_up
from childjourneys.costs.whatif.sums import Cells

_PENNY = 0.5
Pennies = dict[tuple[int, str], int]


@dataclass(frozen=True)
class Row:
    """Pence of one change, month and finance line (blank: nobody has said which)."""

    change: str
    month: str
    line: str
    base: int
    scenario: int

    @property
    def difference(self) -> int:
        return self.scenario - self.base


def rounded(amount: Fraction) -> int:
    """To a whole penny, a half away from 0."""
    size = half_up(abs(amount.numerator), amount.denominator)
    return size if amount >= 0 else -size


def shared_out(cells: Mapping[tuple[int, str], Fraction]) -> Pennies:
    """The sum rounded once, shared by largest remainder; of equal ones the earlier month, then line.

    Every amount is rounded down, those below 0 by their absolute value; what is missing then goes, a penny
    each, to the largest remainders.

    >>> shared_out({(0, "a"): Fraction(1, 2), (1, "a"): Fraction(1, 2)})
    {(0, 'a'): 1, (1, 'a'): 0}
    """
    down = {key: int(amount) for key, amount in sorted(cells.items())}
    missing = rounded(sum(cells.values(), Fraction(0))) - sum(down.values())
    sign = 1 if missing > 0 else -1
    rest = {key: (amount - down[key]) * sign for key, amount in sorted(cells.items())}
    order = sorted((key for key, left in rest.items() if left > 0), key=lambda key: (-rest[key], key))
    for key in order[: abs(missing)]:
        down[key] += sign
    return down


def rows_of(base: Cells, differences: Sequence[Cells], names: Sequence[str]) -> list[Row]:
    """Base and scenario of each change, by month and line; the base of one is the result of those before."""
    now, before = dict(base), shared_out(base)
    found = []
    for name, difference in zip(names, differences, strict=True):
        for key, amount in difference.items():
            now[key] = now.get(key, Fraction(0)) + amount
        after = shared_out(now)
        for key in sorted({*before, *after}):
            pair = before.get(key, 0), after.get(key, 0)
            if any(pair):
                found.append(Row(name, month_name(key[0]), key[1], *pair))
        before = after
    return found


def month_name(month: int) -> str:
    """
    >>> month_name(0)
    '1970-01'
    """
    return f"{month // 12 + 1970}-{month % 12 + 1:02d}"


def payback(net: Sequence[tuple[str, int]]) -> str:
    """The first month at whose end the net so far is 0 or less and stays so; blank: there is none.

    Args:
        net: every month from the scenario's start, in order, with its net in pence.
    """
    found, so_far = "", 0
    for month, amount in net:
        so_far += amount
        if so_far > 0:
            found = ""
        elif not found:
            found = month
    return found


def break_even_between(nets: Sequence[tuple[Fraction, float]]) -> float | None:
    """The smallest share at which the net is 0, in straight lines between those that were worked out.

    Args:
        nets: share and net, the lower share first.
    """
    for at, (share, net) in enumerate(nets):
        if abs(net) < _PENNY:
            return float(share)
        if at and (nets[at - 1][1] > 0) != (net > 0):
            earlier, before = nets[at - 1]
            return float(earlier) + before / (before - net) * float(share - earlier)
    return None


def break_even_share(at_none: float, at_all: float) -> float | None:
    """The smallest share from 0 to 1 at which the net is 0; None where there is none.

    Args:
        at_none, at_all: the net where the share is 0, and 1. It goes by the share in a straight line.
    """
    if abs(at_none) < _PENNY:
        return 0.0
    share = at_none / (at_none - at_all) if at_none != at_all else 2.0
    return share if 0 <= share <= 1 else None
