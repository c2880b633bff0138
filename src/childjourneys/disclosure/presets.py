"""The three presets: which counts are hidden by themselves, and how the rest is printed."""

from __future__ import annotations

from dataclasses import dataclass

from childjourneys.issues import UsageError

MARK = "c"
DEFAULT = "dfe"


@dataclass(frozen=True)
class Preset:
    """One rule.

    Attributes:
        least, most: counts from `least` to `most`, both included, are small.
        base: what is printed is rounded to the nearest multiple of it (odd; 1: not rounded).
        hides_all: where all of a group match, its matches and its complement are hidden too.

    >>> preset("dfe").small(0), preset("dfe").small(5), preset("opensafely").small(0)
    (False, True, True)
    >>> preset("opensafely").rounded(12), preset("opensafely").possible(12)
    (10, (8, 12))
    """

    name: str
    least: int
    most: int
    base: int = 1
    hides_all: bool = False

    def small(self, count: int, children: int | None = None) -> bool:
        """By the count itself, or by the distinct children in it (None: not known apart from the count)."""
        return self.least <= count <= self.most or (
            children is not None and self.least <= children <= self.most
        )

    def rounded(self, count: int) -> int:
        return (count + self.base // 2) // self.base * self.base

    def possible(self, count: int) -> tuple[int, int]:
        """The least and the most that a count may be, to someone who sees it printed."""
        middle, half = self.rounded(count), self.base // 2
        low, high = middle - half, middle + half
        return (max(low, self.most + 1) if high > self.most else low), high

    @property
    def hidden_values(self) -> range:
        return range(self.least, self.most + 1)


PRESETS = {
    each.name: each
    for each in (
        Preset("dfe", 1, 5, hides_all=True),
        Preset("opensafely", 0, 7, base=5),
        Preset("strict10", 0, 9),
    )
}


def preset(name: str) -> Preset:
    """By its name.

    Raises:
        UsageError: there is no such preset.
    """
    if name not in PRESETS:
        raise UsageError(f"There is no disclosure preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]
