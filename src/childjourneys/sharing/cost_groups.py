"""How shareable tables of costs divide children, nights and money."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from childjourneys.costs.summaries.kinds import area, kind_of_care, placement_label, provider_label

WHO = ("la_code", "child_id")


@dataclass(frozen=True)
class Dimension:
    """A way to divide: its key, words for titles, and the group of a line of a placement."""

    key: str
    words: str
    group: pl.Expr
    overlap: bool = True


def ways_to_divide() -> tuple[Dimension, ...]:
    """The ways to divide nights and the cost of placements."""
    return (
        Dimension("kind_of_care", "kind of care", kind_of_care()),
        Dimension("placement_type", "type of placement", placement_label()),
        Dimension("provider_type", "type of provider", provider_label()),
        Dimension("in_out_area", "in or out of area", area()),
        Dimension("need_group", "need group", pl.col("need_group"), overlap=False),
    )


def pence_by_child(frame: pl.DataFrame, group: pl.Expr) -> dict[str, list[int]]:
    """Pence of each child by group."""
    by_child = (
        frame.group_by(group.alias("group"), *WHO)
        .agg(pl.col("pence").sum())
        .sort("group", *WHO)
        .group_by("group", maintain_order=True)
        .agg(pl.col("pence"))
    )
    return {str(name): amounts for name, amounts in by_child.iter_rows()}


def pence_by_month(tops: pl.DataFrame) -> dict[str, list[int]]:
    """By month the two highest amounts of a child, and the others each at their average: what the rule of
    dominance looks at.

    Args:
        tops: of a `Cube`, of one authority and price year.
    """
    found = {}
    for month, children, gross, first, second in (
        tops.sort("month").select("month", "children", "gross", "first", "second").iter_rows()
    ):
        others = max(children - 2, 0)
        each, more = divmod(gross - first - second, others) if others else (0, 0)
        two = [first, *([second] if children > 1 else [])]
        found[month] = [*two, *[each + 1] * more, *[each] * (others - more)]
    return found


def family_of(kind: str) -> str:
    if "ostering" in kind and "relatives" not in kind:
        return "Fostering"
    return "Residential" if "esidential" in kind and "school" not in kind else kind
