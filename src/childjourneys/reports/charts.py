"""Charts drawn by Altair: months and ages. Given numbers that are ready; nothing is worked out here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from childjourneys.reports.palette import INK, LINE, QUIET
from childjourneys.reports.svg import FONT, adopt

WIDTH, HEIGHT = 430, 150


def month_bars(
    key: str,
    months: Sequence[tuple[date, int, bool]],
    span: tuple[date, date],
    colour: str,
    heading: str,
    description: str,
) -> str:
    """A bar a month; months that are not wholly covered are hollow. `span`: both ends of the axis."""
    import altair as alt

    values = [{"month": m.isoformat(), "n": n, "complete": complete} for m, n, complete in months]
    whole = alt.datum.complete
    chart = (
        alt.Chart(alt.Data(values=values), width=WIDTH, height=HEIGHT)
        .mark_bar(strokeWidth=1, binSpacing=1)
        .encode(
            x=alt.X(
                "utcyearmonth(month):T",
                title=None,
                scale=alt.Scale(type="utc", domain=[_utc(span[0]), _utc(span[1])]),
                axis=alt.Axis(format="%b %Y", tickCount=5, labelOverlap=True, labelFlush=True, grid=False),
            ),
            y=alt.Y(
                "n:Q",
                title="a month",
                scale=alt.Scale(zero=True),
                axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d"),
            ),
            fill=alt.condition(whole, alt.value(colour), alt.value("#ffffff")),
            stroke=alt.value(colour),
            strokeDash=alt.condition(whole, alt.value([1, 0]), alt.value([3, 2])),
        )
    )
    return _draw(key, chart, heading, description)


def age_bars(
    key: str, ages: Sequence[tuple[str, int]], highest: int, colour: str, heading: str, description: str
) -> str:
    """A bar an age, with its number above it. `highest` makes the scales of several such charts one."""
    import altair as alt

    values = [{"age": age, "n": n} for age, n in ages]
    base = alt.Chart(alt.Data(values=values), width=WIDTH, height=HEIGHT + 20).encode(
        x=alt.X(
            "age:O",
            sort=[age for age, _ in ages],
            title="age in completed years on the day of the referral",
            axis=alt.Axis(labelAngle=0, labelExpr=_SHORT_AGES, labelFontSize=11),
        ),
        y=alt.Y(
            "n:Q",
            title="referrals",
            scale=alt.Scale(domain=[0, max(highest, 1)], nice=True),
            axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d"),
        ),
    )
    labels = base.mark_text(dy=-6, fontSize=9, color=INK).encode(text=alt.Text("n:Q", format=",d"))
    return _draw(key, base.mark_bar(color=colour) + labels, heading, description)


# Ends of the axis in two lines, so that ages stand upright.
_SHORT_AGES = (
    "datum.value == 'Unborn' ? ['un-', 'born'] : datum.value == '18 and over' ? '18+'"
    " : datum.value == 'Unknown' ? ['not', 'known'] : datum.value"
)


def _draw(key: str, chart: Any, heading: str, description: str) -> str:
    import vl_convert

    spec = chart.configure(
        aria=False, background="#ffffff", font=FONT, padding={"left": 4, "right": 14, "top": 6, "bottom": 4}
    ).configure_view(stroke=None).configure_axis(
        labelColor=INK, titleColor=QUIET, titleFontWeight="normal", labelFontSize=12, titleFontSize=12,
        domainColor=QUIET, tickColor=QUIET, gridColor=LINE, gridOpacity=0.5, titlePadding=6,
    )  # fmt: skip
    return adopt(key, vl_convert.vegalite_to_svg(spec.to_dict()), heading, description)


def _utc(day: date) -> Any:
    import altair as alt

    return alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True)
