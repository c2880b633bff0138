"""The funnel plot: rates by size, the limits that chance keeps to, and units told apart by shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from childjourneys.comparison.funnel import Z95, Z998, Funnel, Placed
from childjourneys.reports import svg
from childjourneys.reports.chart_parts import LETTER, Plot, scale_of
from childjourneys.reports.palette import INK, LINK, PAPER, QUIET, SHADE
from childjourneys.reports.wording import number

LABELLED = 40
_WIDTH, _BOTTOM, _HEIGHT = 940.0, 360.0, 470.0
_POINTS = 48
_SIZE = 13.0
_ROUND = "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z"
_DIAMOND = "M0 -7.5L7.5 0L0 7.5L-7.5 0Z"
_LIMITS = {"99.8": (Z998, None), "95": (Z95, "6 4")}
_Box = tuple[float, float, float, float]


def funnel_svg(
    key: str, funnel: Funnel, names: Mapping[str, str], short: frozenset[str], heading: str, description: str
) -> str:
    """Units by the anchors that were followed in full, from left to right, and their rates.

    Args:
        key: makes the ids of this picture unique on a page.
        names: what to call units; those without one go by their own.
        short: units that are drawn in grey.
    """
    most = max(unit.n for unit in funnel.units)
    right, ticks = _axis(most)
    plot = Plot(62, _WIDTH - 24, 16, _BOTTOM, *scale_of(_to_show(funnel, most)), size=_SIZE)
    parts = [*plot.scale(), *_sizes(plot, right, ticks)]
    parts += _curves(plot, funnel, right)
    places = [(_x(plot, unit.n, right), plot.y(unit.rate)) for unit in funnel.units]
    taken: list[_Box] = [(x - 7, y - 7, x + 7, y + 7) for x, y in places]
    # Those that stand out are drawn, and get their label, last and first.
    order = sorted(range(len(places)), key=lambda at: funnel.units[at].outside != "none")
    parts += [_mark(funnel.units[at], *places[at], names, short) for at in order]
    for at in reversed(order):
        unit = funnel.units[at]
        if len(places) <= LABELLED or unit.outside != "none":
            parts += _label(plot, unit, *places[at], taken, must=unit.outside != "none")
    parts += _key(bool(short))
    return svg.picture(key, _WIDTH, _HEIGHT, heading, description, "".join(parts), role="group")


def _to_show(funnel: Funnel, most: int) -> list[float]:
    """What the scale must hold: every rate, and the limits of all but the smallest units."""
    sizes = sorted(unit.n for unit in funnel.units)
    ordinary = sizes[len(sizes) // 4]
    return [*(unit.rate for unit in funnel.units), funnel.limits(ordinary, Z95)[1],
            funnel.limits(most, Z998)[1]]  # fmt: skip


def _axis(most: int) -> tuple[float, list[int]]:
    """Where the axis of sizes ends, and its ticks."""
    step = next(
        factor * 10**power for power in range(12) for factor in (1, 2, 5) if most / (factor * 10**power) <= 6
    )
    return most * 1.06 + 1, list(range(0, most + step // 2 + 1, step))


def _x(plot: Plot, n: float, right: float) -> float:
    return plot.left + n / right * (plot.right - plot.left)


def _sizes(plot: Plot, right: float, ticks: Sequence[int]) -> list[str]:
    parts = []
    for tick in ticks:
        x = _x(plot, tick, right)
        if x <= plot.right:
            parts.append(svg.text(x, plot.bottom + 20, number(tick), _SIZE, text_anchor="middle"))
            parts.append(svg.tag("path", d=f"M{x:.1f} {plot.bottom:.1f}v5", stroke=QUIET))
    parts.append(svg.text((plot.left + plot.right) / 2, plot.bottom + 42, "anchors followed in full", 14,
                          text_anchor="middle"))  # fmt: skip
    return parts


def _curves(plot: Plot, funnel: Funnel, right: float) -> list[str]:
    """The rate of all, and both pairs of limits; what is above the scale is left out."""
    smallest = min(unit.n for unit in funnel.units)
    first, last = max(1.0, smallest * 0.6), right
    # Closer together where the limits bend.
    sizes = [first * (last / first) ** (at / (_POINTS - 1)) for at in range(_POINTS)]
    middle = plot.y(funnel.rate)
    parts = [svg.tag("path", d=f"M{plot.left:.1f} {middle:.1f}H{plot.right:.1f}", stroke=INK, stroke_width=2)]
    for z, dashes in _LIMITS.values():
        for side in (0, 1):
            places = [
                f"{_x(plot, n, right):.1f} {plot.y(share):.1f}"
                for n in sizes
                if (share := funnel.limits(n, z)[side]) <= plot.highest
            ]
            if len(places) > 1:
                parts.append(svg.tag("path", d="M" + "L".join(places), fill="none", stroke=QUIET,
                                     stroke_width=1.5, stroke_dasharray=dashes))  # fmt: skip
    return parts


def _mark(unit: Placed, x: float, y: float, names: Mapping[str, str], short: frozenset[str]) -> str:
    name = names.get(unit.name, unit.name)
    where = {"none": "inside the limits", "95": "beyond the 95% limits", "99.8": "beyond the 99.8% limits"}
    words = (
        f"{name}: {number(100 * unit.rate, 1)}% ({number(unit.matches)} of {number(unit.n)}),"
        f" {where[unit.outside]}"
    )
    if unit.name in short:
        words += ", its returns are too short"
    drawn = _shape(unit.outside, unit.name in short, x, y)
    return svg.tag("g", svg.title(words) + drawn, tabindex=0, role="img", aria_label=words)


def _shape(outside: str, grey: bool, x: float, y: float) -> str:
    style: dict[str, Any] = {"fill": LINK, "stroke": PAPER, "stroke_width": 1}
    if outside == "95":
        style = {"fill": PAPER, "stroke": INK, "stroke_width": 2}
    elif outside == "99.8":
        style = {"fill": INK, "stroke": PAPER, "stroke_width": 1}
    if grey:
        style = {"fill": SHADE, "stroke": QUIET, "stroke_width": 1.5, "stroke_dasharray": "2.5 2"}
    outline = _ROUND if outside == "none" else _DIAMOND
    return svg.tag("path", d=outline, transform=f"translate({x:.1f} {y:.1f})", **style)


def _label(plot: Plot, unit: Placed, x: float, y: float, taken: list[_Box], *, must: bool) -> list[str]:
    """The unit's own name beside its mark, where there is room."""
    words = unit.name if len(unit.name) <= 24 else unit.name[:23] + "…"
    width = len(words) * _SIZE * LETTER
    for left, down in ((10.0, 4.0), (-10 - width, 4.0), (-width / 2, -11.0), (-width / 2, 20.0)):
        box = (x + left, y + down - 11, x + left + width, y + down + 3)
        inside = box[0] >= plot.left and box[2] <= plot.right + 20 and box[3] <= plot.bottom + 2
        if inside and not any(_meet(box, other) for other in taken if other != (x - 7, y - 7, x + 7, y + 7)):
            taken.append(box)
            return [_halo(box[0], y + down, words)]
    if not must:
        return []
    left = 10.0 if x + 10 + width <= _WIDTH else -10 - width
    return [_halo(x + left, y + 4, words)]


def _halo(x: float, y: float, words: str) -> str:
    """Words that lines do not run through."""
    return svg.text(x, y, words, _SIZE, stroke=PAPER, stroke_width=3, paint_order="stroke")


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _key(grey: bool) -> list[str]:
    """What lines and shapes mean."""
    top, parts = _BOTTOM + 72, []
    entries = [("none", "inside the limits"), ("95", "beyond 95%"), ("99.8", "beyond 99.8%")]
    x = 62.0
    for outside, words in entries:
        parts += [_shape(outside, False, x, top), svg.text(x + 14, top + 5, words, 14)]
        x += 40 + len(words) * 14 * LETTER
    if grey:
        parts += [_shape("none", True, x, top), svg.text(x + 14, top + 5, "grey: returns too short", 14)]
    x = 62.0
    lines = [("all together", INK, 2.0, None), ("95% limits", QUIET, 1.5, "6 4"),
             ("99.8% limits", QUIET, 1.5, None)]  # fmt: skip
    for words, colour, thick, dashes in lines:
        line = svg.tag("path", d=f"M{x - 8:.1f} {top + 26:.1f}h30", stroke=colour, stroke_width=thick,
                       stroke_dasharray=dashes)  # fmt: skip
        parts += [line, svg.text(x + 30, top + 31, words, 14)]
        x += 56 + len(words) * 14 * LETTER
    return parts
