"""The outcome bar: what became of every anchor, as one bar of seven parts, to stand beside a rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from childjourneys.reports import svg
from childjourneys.reports.palette import INK, LINK, PAPER, QUIET
from childjourneys.reports.wording import number

_WIDTH = 940.0
_FULL = _WIDTH - 2
_LETTER = 7.6  # width of a letter at size 14
_TOP, _HEIGHT = 26.0, 40.0
IN_RATE = ("match", "no_match")


@dataclass(frozen=True)
class _Look:
    """A part of the bar: its ground, what is drawn on it, and the colour of words on the bare ground."""

    ground: str
    ink: str = INK
    drawn: str = ""
    size: int = 8


# Parts differ by what is drawn on them, so that they are told apart without colour.
_LOOKS: dict[str, _Look] = {
    "match": _Look(LINK, PAPER),
    "no_match": _Look(PAPER),
    "match_early": _Look(PAPER, drawn=svg.tag("path", d="M0 8L8 0M-2 2L2 -2M6 10L10 6", stroke=LINK,
                                              stroke_width=3)),
    "too_recent": _Look(PAPER, drawn=svg.tag("path", d="M0 0L8 8M-2 6L2 10M6 -2L10 2", stroke=QUIET,
                                             stroke_width=1.5)),
    "not_seen_before": _Look(PAPER, drawn=svg.tag("circle", cx=4, cy=4, r=1.7, fill=QUIET)),
    "left": _Look(PAPER, drawn=svg.tag("path", d="M0 4H8", stroke=QUIET, stroke_width=2)),
    "unusable": _Look(PAPER, drawn=svg.tag("path", d="M0 4H8M4 0V8", stroke=INK, stroke_width=1.5)),
}  # fmt: skip


def outcome_label(outcome: str) -> str:
    """`too recent`."""
    return outcome.replace("_", " ")


def outcome_bar_svg(key: str, outcomes: Mapping[str, int], heading: str) -> str:
    """A bar whose widths are shares of all anchors, with a key that gives every number.

    Args:
        key: makes the ids of this picture unique on a page.
        outcomes: anchors by the seven outcomes, in the order in which they are drawn.
        heading: title of the picture; its description is made of the numbers.
    """
    patterns = "".join(
        svg.tag("pattern", svg.tag("rect", width=look.size, height=look.size, fill=look.ground) + look.drawn,
                id=f"{key}-{name}", width=look.size, height=look.size, patternUnits="userSpaceOnUse")
        for name, look in _LOOKS.items() if look.drawn
    )  # fmt: skip
    parts = [svg.tag("defs", patterns), *_brackets(outcomes), *_bar(key, outcomes), *_key(key, outcomes)]
    said = ", ".join(f"{outcome_label(name)} {number(n)}" for name, n in outcomes.items())
    description = f"A bar in parts. {said}; {number(sum(outcomes.values()))} in all."
    bottom = _TOP + _HEIGHT + 14 + 26 * -(-len(outcomes) // 4)
    return svg.picture(key, _WIDTH, bottom, heading, description, "".join(parts))


def _brackets(outcomes: Mapping[str, int]) -> list[str]:
    """Above the bar: which of it is in the rate."""
    total = max(sum(outcomes.values()), 1)
    inside = sum(outcomes.get(name, 0) for name in IN_RATE)
    outside = sum(outcomes.values()) - inside
    cut = 1 + inside / total * _FULL
    parts = []
    for n, words, left, right, anchor in (
        (inside, "in the rate", 1.0, cut, "start"),
        (outside, "not in the rate", cut, 1 + _FULL, "end"),
    ):
        if not n:
            continue
        path = f"M{left + 1:.1f} {_TOP - 2:.0f}V{_TOP - 7:.0f}H{right - 1:.1f}V{_TOP - 2:.0f}"
        parts.append(svg.tag("path", d=path, fill="none", stroke=QUIET, stroke_width=1.5))
        at = left if anchor == "start" else right
        parts.append(svg.text(at, 13, f"{number(n)} {words}", 14, text_anchor=anchor))
    return parts


def _bar(key: str, outcomes: Mapping[str, int]) -> list[str]:
    total = max(sum(outcomes.values()), 1)
    parts, left = [], 1.0
    for name, n in outcomes.items():
        if not n:
            continue
        look, width = _LOOKS[name], n / total * _FULL
        label = f"{outcome_label(name)} {number(n)}"
        part = svg.tag("rect", x=left, y=_TOP, width=width, height=_HEIGHT, fill=_fill(key, name),
                       stroke=INK, stroke_width=1)  # fmt: skip
        parts.append(svg.tag("g", svg.title(label) + part))
        fitting = next((w for w in (label, number(n)) if len(w) * _LETTER + 14 < width), "")
        if fitting:
            room = len(fitting) * _LETTER + 6
            if look.drawn:
                parts.append(svg.tag("rect", x=left + 5, y=_TOP + 10, width=room, height=20, fill=PAPER))
            parts.append(svg.text(left + 8, _TOP + 25, fitting, 14, fill=look.ink))
        left += width
    return parts


def _key(key: str, outcomes: Mapping[str, int]) -> list[str]:
    parts = []
    for at, (name, n) in enumerate(outcomes.items()):
        x, y = 1 + (at % 4) * _FULL / 4, _TOP + _HEIGHT + 14 + 26 * (at // 4)
        parts.append(
            svg.tag("rect", x=x, y=y, width=26, height=16, fill=_fill(key, name), stroke=INK, stroke_width=1)
        )
        parts.append(svg.text(x + 33, y + 13, f"{outcome_label(name)} {number(n)}", 14))
    return parts


def _fill(key: str, name: str) -> str:
    look = _LOOKS[name]
    return f"url(#{key}-{name})" if look.drawn else look.ground
