"""How much rates differ from one year to the next, beyond what counts of that size do by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from childjourneys.costs.forecast.rates import Rates
from childjourneys.costs.forecast.stays import Floats

# Few years hardly tell how wide the spread is: no factor is drawn with one above 100%.
_WIDEST = 1.0
# Narrower than any draw could show.
_NARROWEST = 1e-12


@dataclass(frozen=True)
class Spread:
    """Variances of the factors, of mean 1, by which a year multiplies the rates of one kind of move.

    Attributes:
        whole: of the one factor for all moves of the kind.
        left: of the factors of the states that are left, each of its own; 0 where none is left.
        entered: of the factors of the states that are entered.
    """

    whole: float = 0.0
    left: float = 0.0
    entered: float = 0.0


@dataclass(frozen=True)
class Variation:
    """Spreads between whole years.

    Attributes:
        years: how many were compared; the fewer, the less is known of the spreads.
        entries, leaving, moves: coming into care, leaving it before 18, moving within it.
    """

    years: int
    entries: Spread = Spread()
    leaving: Spread = Spread()
    moves: Spread = Spread()


def variation_of(years: Sequence[Rates]) -> Variation:
    """Spreads between years, given what was counted in each.

    The method is that of moments: Pearson's chi-squared of the yearly counts against those expected at the
    rates of all years, less its degrees of freedom (DerSimonian and Laird, 1986). It is taken for all moves
    of a kind together; then for the states, all with one spread, beside what the whole kind did that year.
    Few years tell little of what a whole kind does. So the three kinds are also taken together, and of the
    two spreads the larger counts.
    """
    if len(years) < 2:
        return Variation(len(years))
    entered, left, moved = _entries(years), _moves(years, slice(-1, None)), _moves(years, slice(0, -1))
    wholes = [_excess(*(part.sum(axis=(1, 2))[:, None] for part in kind)) for kind in (entered, left, moved)]
    together = _variance(wholes)
    whole = [max(_variance([one]), together) for one in wholes]
    return Variation(
        len(years),
        Spread(whole[0], entered=_of_states(entered, 1)),
        Spread(whole[1], left=_of_states(left, 2)),
        Spread(whole[2], left=_of_states(moved, 2), entered=_of_states(moved, 1)),
    )


def _entries(years: Sequence[Rates]) -> tuple[Floats, Floats]:
    """Counted and expected by year, nothing (nobody leaves a state), and state entered."""
    counted = np.stack([one.entries.sum(axis=0) for one in years])[:, None, :]
    share = np.array([one.months for one in years]) / sum(one.months for one in years)
    return counted, counted.sum(axis=0) * share[:, None, None]


def _moves(years: Sequence[Rates], to: slice) -> tuple[Floats, Floats]:
    """Counted and expected by year, state left and state entered; expected at the rates of each age."""
    counted = np.stack([one.moves[:, :, to] for one in years])
    nights = np.stack([one.nights for one in years])
    slept = nights.sum(axis=0)
    share = np.divide(nights, slept, out=np.zeros_like(nights), where=slept > 0)
    expected = share[:, :, :, None] * counted.sum(axis=0)
    return counted.sum(axis=1), expected.sum(axis=1)


def _of_states(kind: tuple[Floats, Floats], over: int) -> float:
    """Variance of the factors of states, once each year is brought to the level of the whole kind."""
    counted, expected = (part.sum(axis=over) for part in kind)
    level = np.divide(
        counted.sum(axis=1), expected.sum(axis=1), out=np.ones(len(counted)), where=expected.sum(axis=1) > 0
    )
    expected = expected * level[:, None]
    # Each state keeps its count of all years.
    there = expected.sum(axis=0)
    expected = expected * np.divide(counted.sum(axis=0), there, out=np.zeros_like(there), where=there > 0)
    excess, room = _excess(counted, expected)
    states = int((expected.sum(axis=0) > 0).sum())
    if states < 2:
        return 0.0
    share = expected / np.maximum(expected.sum(axis=1, keepdims=True), 1e-9)
    # The year's level took a degree of freedom from each year, and from a large state more than from a small.
    excess += len(counted) - 1
    return _variance([(excess, room * float((expected * (1 - share)).sum() / expected.sum()))])


def _excess(counted: Floats, expected: Floats) -> tuple[float, float]:
    """Chi-squared beyond its degrees of freedom, and by how much it grows with the variance of a factor.

    Args:
        counted, expected: by year and part; over the years they agree in each part.
    """
    some = expected > 0
    off = np.divide((counted - expected) ** 2, expected, out=np.zeros_like(expected), where=some)
    part = expected.sum(axis=0)
    free = float((some.sum(axis=0) - 1).clip(min=0).sum())
    squares = np.divide((expected**2).sum(axis=0), part, out=np.zeros_like(part), where=part > 0)
    return float(off.sum()) - free, float(part.sum() - squares.sum())


def _variance(found: Sequence[tuple[float, float]]) -> float:
    room = sum(one for _, one in found)
    return min(max(sum(excess for excess, _ in found) / room, 0.0), _WIDEST) if room > 0 else 0.0


@dataclass(frozen=True)
class Factors:
    """Factors of one kind of move, by draw, year ahead, and state left or entered."""

    entries: Floats
    moves: Floats


def factors(
    variation: Variation, states: int, draws: int, years: int, chance: np.random.Generator
) -> Factors:
    """Draw what the years ahead multiply the rates by.

    The rates themselves are a mean of the years known, and so off by a share of the same spread.

    Returns:
        entries by draw, year ahead and state; moves by draw, year ahead, state left and state entered, the
        last being out of care.
    """

    def drawn(variance: float, parts: int, known: int) -> Floats:
        if variance < _NARROWEST:
            return np.ones((draws, 1, 1))
        # A spread out of few counts is itself uncertain, as a variance of so many degrees of freedom is.
        spread = variance * np.ones((draws, 1, 1))
        if known:
            spread = np.minimum(spread * known / chance.chisquare(known, (draws, 1, 1)), _WIDEST)
        mean = spread / variation.years
        return (
            chance.standard_gamma(np.broadcast_to(1 / mean, (draws, 1, parts))) * mean
            * chance.standard_gamma(np.broadcast_to(1 / spread, (draws, years, parts))) * spread
        )  # fmt: skip

    free = 3 * (variation.years - 1)
    kinds = variation.entries, variation.leaving, variation.moves
    entries, leaving, moves = (drawn(kind.whole, 1, free) for kind in kinds)
    moved = np.ones((draws, years, states, states + 1))
    moved[..., -1] = leaving * drawn(variation.leaving.left, states, 0)
    moved[..., :-1] = (
        (moves * drawn(variation.moves.left, states, 0))[..., None]
        * drawn(variation.moves.entered, states, 0)[..., None, :]
    )  # fmt: skip
    entered = np.broadcast_to(entries * drawn(variation.entries.entered, states, 0), (draws, years, states))
    return Factors(entered, moved)
