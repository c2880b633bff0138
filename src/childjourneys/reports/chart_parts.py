"""What pictures of rates share: a plot with a scale in per cent, and marks told apart by shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from childjourneys.reports import svg
from childjourneys.reports.palette import INK, LINE, LINK, PAPER, QUIET

# Highest value of a scale, and how far apart its lines are.
_SCALES = (
    (0.05, 0.01), (0.1, 0.02), (0.2, 0.05), (0.3, 0.1), (0.4, 0.1), (0.5, 0.1), (0.6, 0.2), (0.8, 0.2),
    (1.0, 0.2),
)  # fmt: skip
LETTER = 0.56  # width of a letter of size 1


@dataclass(frozen=True)
class Plot:
    """Where a picture is drawn: its edges in the picture, and the share at the top of the scale."""

    left: float
    right: float
    top: float
    bottom: float
    highest: float
    step: float
    size: float = 13

    def y(self, share: float) -> float:
        """The height of a share; above the scale it stays at the top."""
        return self.bottom - min(share / self.highest, 1.0) * (self.bottom - self.top)

    def scale(self, *, few: bool = False) -> list[str]:
        """Grid lines with their per cent; `few`: the lowest and highest only."""
        steps = round(self.highest / self.step)
        parts, lines = [], []
        for number in range(steps + 1):
            share = number * self.step
            lines.append(f"M{self.left:.0f} {self.y(share):.1f}H{self.right:.0f}")
            if not few or number in (0, steps):
                parts.append(svg.text(self.left - 6, self.y(share) + self.size / 3, f"{100 * share:.0f}%",
                                      self.size, text_anchor="end"))  # fmt: skip
        axis = svg.tag("path", d=f"M{self.left:.0f} {self.bottom:.0f}H{self.right:.0f}", stroke=QUIET)
        return [svg.tag("path", d="".join(lines), stroke=LINE, stroke_width=0.7), axis, *parts]


def scale_of(values: Iterable[float]) -> tuple[float, float]:
    """The highest share of a scale that holds all values, and its step."""
    most = max(values, default=0.0)
    return next((one for one in _SCALES if most <= one[0]), _SCALES[-1])


def whiskers(plot: Plot, marks: Sequence[tuple[float, float, float]]) -> str:
    """Intervals as upright lines (x, low, high); one that goes on above the scale has an arrow head."""
    drawn = []
    for x, low, high in marks:
        drawn.append(f"M{x:.1f} {plot.y(low):.1f}V{plot.y(high):.1f}")
        if high > plot.highest:
            drawn.append(
                f"M{x - 3:.1f} {plot.top + 4:.1f}L{x:.1f} {plot.top:.1f}L{x + 3:.1f} {plot.top + 4:.1f}"
            )
    if not drawn:
        return ""
    return svg.tag("path", d="".join(drawn), stroke=QUIET, stroke_width=1.5, fill="none")


def dots(places: Sequence[tuple[float, float]], size: float, *, hollow: bool = False) -> str:
    """Round marks at (x, y); hollow ones are white inside."""
    if not places:
        return ""
    path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places)
    drawn = svg.tag("path", d=path, stroke=LINK, stroke_width=size, stroke_linecap="round")
    if hollow:
        drawn += svg.tag("path", d=path, stroke=PAPER, stroke_width=size * 0.5, stroke_linecap="round")
    return drawn


def squares(places: Sequence[tuple[float, float]], size: float) -> str:
    """Square marks at (x, y), white inside."""
    half = size / 2
    path = "".join(f"M{x - half:.1f} {y - half:.1f}h{size}v{size}h-{size}z" for x, y in places)
    return svg.tag("path", d=path, fill=PAPER, stroke=INK, stroke_width=1.5) if places else ""


def line(places: Sequence[tuple[float, float]], *, dashed: bool = False, colour: str = LINK) -> str:
    """A line through places; nothing through fewer than two."""
    if len(places) < 2:
        return ""
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dashes = "5 4" if dashed else None
    return svg.tag("path", d=path, stroke=colour, stroke_width=2, fill="none", stroke_dasharray=dashes)
