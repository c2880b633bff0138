"""Everything that SSDA903 tells, joined with what Annex A tells of the same: the step of the merge kernel."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care import Care, before_birth, build_care
from childjourneys.merging.care_modules import (
    adopted_without_end,
    dated_modules,
    with_contact_days,
    yearly_modules,
)
from childjourneys.merging.care_years import YearRule, over_years
from childjourneys.merging.children_903 import SOURCE, differing_values
from childjourneys.merging.facts import CHILD, PLACE, place_text
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.tables import REPORTED

Tables = dict[str, pl.DataFrame]
# Counts of children of SSDA903, and of those that another return has too.
CHILDREN_903 = "ssda903 children"
REVIEWS = YearRule("Reviews", REPORTED["review"], ("review_date",), None, "review")
# Events of Episodes whose end can't be used; the chain says for which of them that matters.
_CHAINED = "lac_end|placement_end|short_break_end"


def looked_after(
    rows: Tables,
    returns: Sequence[LoadedReturn],
    children: pl.DataFrame,
    periods: pl.DataFrame,
    placements: pl.DataFrame,
    reviews: pl.DataFrame,
) -> Care:
    """Tables, counts and warnings of care; the table `mark` holds those of SSDA903 that still matter.

    Args:
        rows: reported rows by table.
        returns: all returns loaded.
        children: one row per child.
        periods, placements, reviews: facts of Annex A list 8.
    """
    marks = rows.get("mark")
    told = marks.filter(pl.col("source") == SOURCE) if marks is not None else pl.DataFrame(schema=_MARK)
    ends = told.filter(pl.col("start").is_not_null())
    dated, counts, issues = dated_modules(rows, returns, ends)
    yearly, more_counts, more = yearly_modules(rows)
    care = build_care(rows, periods, placements, returns, ends, yearly)
    tables = {**dated, **yearly, **care.tables}
    contacts, late = with_contact_days(yearly["leaver_contact"], children)
    tables["leaver_contact"] = contacts
    tables["lac_review"], review_counts, differ = _reviews(rows, reviews)
    chained = (pl.col("start").is_not_null() & pl.col("event").str.contains(_CHAINED)).fill_null(False)
    tables["mark"] = pl.concat(
        [told.filter(~chained), _of_chain(told, care.unusable, told.filter(chained))], how="diagonal_relaxed"
    )
    return Care(
        tables,
        [*counts, *more_counts, *care.counts, *review_counts, *_children_903(rows)],
        [
            *issues,
            *more,
            *care.issues,
            *late,
            *differ,
            *adopted_without_end(yearly["adopted_child"], care.tables["period_of_care"], returns),
            *before_birth(care.tables["placement"], children),
            *differing_values(rows),
        ],
        care.unusable,
    )


_MARK = {
    "la_code": pl.String, "child_id": pl.String, "event": pl.String, "code": pl.String, "start": pl.Date,
    "source": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64,
}  # fmt: skip


def _of_chain(told: pl.DataFrame, unusable: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Marks of ends that nothing made up for, each with the start of the spell that it would have ended."""
    if unusable.is_empty() or ends.is_empty():
        return told.clear()
    place = [*CHILD, "file", "sheet", "row"]
    first = ends.unique(place, keep="first", maintain_order=True).drop("event", "start")
    return (
        first.join(unusable.select(*place, "event", "start"), on=place, maintain_order="left")
        .select(told.columns)
        .unique(maintain_order=True)
    )


def _reviews(
    rows: Tables, list8: pl.DataFrame
) -> tuple[pl.DataFrame, list[tuple[str, int, int]], list[Issue]]:
    """Reviews of SSDA903, and those of list 8; one of the same day is one."""
    found = rows.get("review")
    if found is None or found.is_empty():
        return list8, [], []
    years = over_years(found, REVIEWS, pl.DataFrame())
    own = years.facts.rename({"review_participation": "participation"})
    places = pl.concat_str([place_text(), pl.col("also_in")], separator="; ", ignore_nulls=True)
    also = list8.group_by(*CHILD, "review_date", maintain_order=True).agg(_also=places.str.join("; "))
    own = own.join(also, on=[*CHILD, "review_date"], how="left", maintain_order="left").with_columns(
        # Of several on one day the first takes the place in list 8.
        _also=pl.when(pl.struct(*CHILD, "review_date").is_first_distinct()).then("_also")
    )
    both = pl.concat_str(["also_in", "_also"], separator="; ", ignore_nulls=True)
    own = own.with_columns(also_in=pl.when(both != "").then(both))
    names = [*CHILD, "review_date", "participation", *PLACE, "also_in"]
    rest = list8.join(own.select(*CHILD, "review_date"), on=[*CHILD, "review_date"], how="anti")
    whole = pl.concat([own.select(names), rest.select(names)], how="vertical_relaxed")
    order = [*CHILD, "review_date", "source", "file", "row"]
    table = whole.sort(order, descending=[False] * 3 + [True, False, False], maintain_order=True)
    return table.with_row_index("fact"), [("review", found.height, own.height)], years.issues


def _children_903(rows: Tables) -> list[tuple[str, int, int]]:
    """How many children are in SSDA903, and how many of them in another return too; nothing without it."""
    frames = [frame.select_seq(*CHILD, "source") for frame in rows.values() if frame.height]
    if not any((frame["source"] == SOURCE).any() for frame in frames):
        return []
    seen = pl.concat([frame.unique() for frame in frames]).group_by(CHILD).agg(
        own=(pl.col("source") == SOURCE).any(), other=(pl.col("source") != SOURCE).any()
    )  # fmt: skip
    return [(CHILDREN_903, int(seen["own"].sum()), int((seen["own"] & seen["other"]).sum()))]
