"""Exact money: rounded once, half-up, and shared to months by largest remainder (rule R9).

Amounts are fractions until they are rounded: a quantity, numerator and denominator, times a price in pence.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from childjourneys.costs.days import Ints

MILLION = 1_000_000
_ROOM = 2**61


def half_up(top: int, bottom: int) -> int:
    """A fraction of 0 or more to the nearest whole number, a half upwards.

    >>> half_up(5, 2), half_up(7, 3), half_up(0, 1)
    (3, 2, 0)
    """
    return (2 * top + bottom) // (2 * bottom)


def rounded(top: Ints, bottom: Ints, price: Ints, prices: Sequence[Fraction]) -> Ints:
    """Quantity times price, each row rounded half-up by itself.

    Args:
        top, bottom: the quantity as a fraction of whole numbers, 0 or more.
        price: row of the price in `prices`, each 0 or more.
    """
    found = np.zeros(len(top), dtype=np.int64)
    if not len(top):
        return found
    most, least = int(top.max()), int(bottom.max())
    small = np.array(
        [
            2 * most * one.numerator + least * one.denominator < _ROOM and 2 * least * one.denominator < _ROOM
            for one in prices
        ],
        dtype=bool,
    )
    easy = small[price]
    if easy.any():
        held = [one if fits else Fraction(0) for one, fits in zip(prices, small, strict=True)]
        above = np.array([one.numerator for one in held], dtype=np.int64)[price[easy]] * top[easy]
        below = np.array([one.denominator for one in held], dtype=np.int64)[price[easy]] * bottom[easy]
        found[easy] = (2 * above + below) // (2 * below)
    hard = np.flatnonzero(~easy)
    if len(hard):
        # Long fractions (a price brought over many years) repeat a lot: each is worked out once.
        triples = np.stack([price[hard], top[hard], bottom[hard]], axis=1)
        distinct, back = np.unique(triples, axis=0, return_inverse=True)
        answers = [
            half_up(above * prices[which].numerator, below * prices[which].denominator)
            for which, above, below in distinct.tolist()
        ]
        found[hard] = np.array(answers, dtype=np.int64)[back.ravel()]
    return found


def shared(whole: Ints, part: Ints, of: Ints, total: Ints) -> Ints:
    """Whole amounts shared out in proportion, rounded down, the rest to the largest remainders.

    Args:
        whole: the amount of each thing shared, 0 or more.
        of: for each part the row of the thing it is of, in order.
        part: the weight of each part.
        total: the weights of each thing together.

    Returns:
        Whole amounts that add up to `whole`; of equal remainders the earlier part comes first.
    """
    exact = whole[of] * part
    shares = exact // total[of]
    left = exact - shares * total[of]
    missing = whole - np.bincount(of, weights=shares, minlength=len(whole)).astype(np.int64)
    open_ = np.flatnonzero(missing[of] > 0)
    if len(open_):
        some = of[open_]
        order = open_[np.lexsort((-left[open_], some))]
        some = of[order]
        starts = np.flatnonzero(np.concatenate([[True], some[1:] != some[:-1]]))
        place = np.arange(len(some)) - np.repeat(starts, np.diff(np.append(starts, len(some))))
        shares[order[place < missing[some]]] += 1
    return shares


def millionths(top: Ints, bottom: Ints) -> Ints:
    """Fractions in millionths, half-up. `top` may be up to some 10^12."""
    whole, rest = top // bottom, top % bottom
    return whole * MILLION + (2 * rest * MILLION + bottom) // (2 * bottom)


def decimal_text(value: Fraction, places: int = 6, least: int = 2) -> str:
    """A decimal: at most so many places, half-up, and at least two.

    >>> decimal_text(Fraction(700)), decimal_text(Fraction("5.4")), decimal_text(Fraction(1, 3))
    ('700.00', '5.40', '0.333333')
    """
    scaled = half_up(abs(value.numerator) * 10**places, value.denominator)
    text = str(scaled).zfill(places + 1)
    whole, rest = text[:-places], text[-places:].rstrip("0").ljust(least, "0")
    return f"{'-' if value < 0 and scaled else ''}{whole}.{rest}"
