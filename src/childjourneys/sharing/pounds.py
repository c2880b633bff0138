"""Whole pounds of pence that still add up: what leaves the team has no pennies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def pounds_of(pence: Mapping[str, int], whole: int | None = None) -> dict[str, int]:
    """Pounds by group that add up: pennies down, the pounds left to the largest remainders.

    Args:
        whole: pounds of all groups, the exact amount rounded up or down; None: rounded half-up.

    >>> pounds_of({"a": 150, "b": 149, "c": 101})
    {'a': 2, 'b': 1, 'c': 1}
    """
    total = (sum(pence.values()) + 50) // 100 if whole is None else whole
    down = {name: amount // 100 for name, amount in pence.items()}
    left = total - sum(down.values())
    for name in sorted(pence, key=lambda one: (-(pence[one] % 100), one))[:left]:
        down[name] += 1
    return down


def nested_pounds(
    pence: Mapping[str, int], outer: Mapping[str, str], whole: Mapping[str, int]
) -> dict[str, int]:
    """The same inside each outer group, whose pounds are given.

    Args:
        outer: outer group by group.
        whole: pounds by outer group.
    """
    found: dict[str, int] = {}
    for name in dict.fromkeys(outer[group] for group in pence):
        mine = {group: amount for group, amount in pence.items() if outer[group] == name}
        found |= pounds_of(mine, whole[name])
    return {group: found[group] for group in pence}


def to_pounds(pence: Sequence[int], pounds: int) -> list[int]:
    """Pounds of each that add up to the pounds of all; nobody is a whole pound off."""
    down = [amount // 100 for amount in pence]
    left = pounds - sum(down)
    least = [-(amount % 100) for amount in pence]
    for place in sorted(range(len(pence)), key=least.__getitem__)[:left]:
        down[place] += 1
    # Amounts that are equal are one number in memory.
    known: dict[int, int] = {}
    return [known.setdefault(one, one) for one in down]


def to_nearest(pence: float, pounds: int) -> int:
    """Pounds to the nearest 10, say: half-up.

    >>> to_nearest(123_456.0, 10), to_nearest(124_500.0, 10)
    (1230, 1250)
    """
    step = 100 * pounds
    return int((pence + step / 2) // step) * pounds
