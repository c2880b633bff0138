"""The picture of a scenario's sensitivity: a bar for each number, from its low to its high."""

from __future__ import annotations

from childjourneys.costs.whatif.outcome import WhatIf
from childjourneys.reports import svg
from childjourneys.reports.chart_parts import LETTER
from childjourneys.reports.cost_words import whole_pounds
from childjourneys.reports.palette import COLOURS, LINK, QUIET
from childjourneys.reports.scenario_tables import plain_number

_WIDTH, _LABELS, _ROW = 940.0, 300.0, 30.0
_MOST = 20
_WORDS = 150.0


def tornado_svg(key: str, found: WhatIf, heading: str) -> str:
    """The widest first; a line where the net of the scenario lies. The table has every number."""
    shown = found.tornado[:_MOST]
    net = found.difference + found.spent
    ends = [net, *(one.net_low for one in shown), *(one.net_high for one in shown)]
    least, most = min(ends), max(ends)
    left, right = _LABELS + _WORDS, _WIDTH - _WORDS
    wide = (right - left) / ((most - least) or 1)

    def x(pence: int) -> float:
        return left + (pence - least) * wide

    parts, said = [], []
    for at, one in enumerate(shown):
        y = 6 + _ROW * at
        drawn = []
        for pence, colour in ((one.net_low, LINK), (one.net_high, COLOURS["cp_plan"])):
            begin, end = sorted((x(net), x(pence)))
            drawn.append(
                svg.tag("rect", x=begin, y=y, width=max(end - begin, 0.5), height=_ROW - 10, fill=colour)
            )
        words = (
            f"{one.number.name}: {whole_pounds(one.net_low)} at {plain_number(one.low)}, "
            f"{whole_pounds(one.net_high)} at {plain_number(one.high)}"
        )
        said.append(words)
        parts.append(svg.text(_LABELS - 10, y + 15, _fitted(one.number.name), 13, text_anchor="end"))
        parts.append(svg.tag("g", svg.title(words) + "".join(drawn)))
        first, last = sorted(((one.net_low, one.low), (one.net_high, one.high)))
        if first[0] != last[0]:
            for (pence, value), away, anchor in ((first, -6, "end"), (last, 6, "start")):
                label = f"{whole_pounds(pence)} at {plain_number(value)}"
                parts.append(svg.text(x(pence) + away, y + 15, label, 11, text_anchor=anchor))
    bottom = 6 + _ROW * len(shown)
    parts.append(svg.tag("path", d=f"M{x(net):.1f} 2V{bottom:.0f}", stroke=QUIET))
    return svg.picture(key, _WIDTH, bottom + 6, heading, f"Bars. {'; '.join(said)}.", "".join(parts))


def _fitted(label: str) -> str:
    most = int(_LABELS / (13 * LETTER)) - 1
    return label if len(label) <= most else f"{label[: most - 1]}…"
