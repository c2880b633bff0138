"""The effects that the demonstration plants, and a plain list of what was planted and where it shows."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from childjourneys.synthetic.plan import WEEKEND, Effect

PLANTED_EFFECTS = {
    "effect": pl.String,
    "dimension": pl.String,
    "group": pl.String,
    "ratio": pl.Float64,
    "measure": pl.String,
    "ratio_measured": pl.Float64,
    "about": pl.String,
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DIMENSIONS = {"ethnicity": "ethnic_group", "source": "referral_source"}


@dataclass(frozen=True)
class Shown:
    """A planted effect that a run is to find.

    Attributes:
        measure: where it shows, in the returns that the demonstration has.
        ratio_measured: what that measure's ratio comes to in the long run, between the group and what
            context.csv compares it with. It is below the effect's own ratio: the measure also holds anchors
            that the effect does not touch.
        about: what was done, in a sentence.
    """

    effect: Effect
    measure: str
    ratio_measured: float
    about: str


# Large, so that one authority of 5,000 children shows them. The ratios measured are those of authorities of
# 50,000 children, `tests/truth/test_ratios_of_the_demo.py`.
SHOWN = (
    Shown(
        Effect("missed_risk", 5.0, "source", "6"),
        "missed_risk_at_assessment",
        2.5,
        "Children referred by the police and assessed as not in need are more often referred again within "
        "six months and then given a plan.",
    ),
    Shown(
        Effect("missed_risk", 10.0, weekdays=WEEKEND),
        "missed_risk_at_assessment",
        4.1,
        "The same after referrals that were received on a Saturday or Sunday.",
    ),
    Shown(
        Effect("late_assessment", 2.5, "team", "Family Support 2"),
        "assessment_late",
        2.3,
        "This team's first assessments more often take more than 45 working days.",
    ),
)
DEMO_EFFECTS = tuple(one.effect for one in SHOWN)


def planted_effects(effects: tuple[Effect, ...]) -> pl.DataFrame:
    """A row per planted effect, in order: see `PLANTED_EFFECTS`.

    `ratio` is of the probability in the story (of `recorded_later` a share). `measure` and `ratio_measured`
    are blank for effects that the demonstration does not have.
    """
    known = {one.effect: one for one in SHOWN}
    rows = []
    for effect in effects:
        shown = known.get(effect)
        found = (shown.measure, shown.ratio_measured, shown.about) if shown else (None, None, None)
        rows.append((effect.kind, *_group(effect), effect.ratio, *found))
    return pl.DataFrame(rows, schema=PLANTED_EFFECTS, orient="row")


def _group(effect: Effect) -> tuple[str, str]:
    """Dimension and group as context.csv names them; where there are several conditions all are told."""
    parts = []
    if effect.column is not None:
        parts.append((_DIMENSIONS.get(effect.column, effect.column), effect.value or ""))
    if effect.weekdays == WEEKEND:
        parts.append(("weekend", "weekend"))
    elif effect.weekdays:
        parts.append(("weekday", "|".join(_WEEKDAYS[day] for day in sorted(effect.weekdays))))
    if effect.days_before_holiday:
        parts.append(("days_before_holiday", str(effect.days_before_holiday)))
    if effect.after is not None:
        parts.append(("after", effect.after.isoformat()))
    return " and ".join(name for name, _ in parts), " and ".join(group for _, group in parts)
