"""Steps towards adoption as SSDA903 and Annex A list 10 tell them; one of the same day is one event.

SSDA903 dates the decision in PlacedAdoption, the placing and the adoption by the episodes of care; the
details of an adoption come from AD1. Source: the design's section on SSDA903.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from childjourneys.merging.facts import CHILD, PLACE, place_text

Tables = Mapping[str, pl.DataFrame]
ADOPTED = ("E11", "E12")
_FOUND = (*PLACE, "also_in")


def adoption_steps(tables: Tables) -> dict[str, pl.DataFrame]:
    """Per type of event its rows: la_code, child_id, date, place, record and attributes.

    Dates of list 10 that contradict SSDA903 are left out.
    """
    decisions = tables["placed_decision"]
    order = _adopted(tables["period_of_care"], tables["adopted_child"])
    listed = tables["adoption"].with_columns(
        pl.when(~pl.col(f"{name}_contradicts").fill_null(False)).then(name)
        for name in ("reversed_date", "order_date")
    )
    reversed_of = _own(decisions, "reversed_date", "reversed_date_", "reversed_reason")
    return {
        "adoption_decision": _both(_own(decisions, "decision_date"), _listed(listed, "decision_date")),
        "adoption_reversed": _both(
            reversed_of, _listed(listed, "reversed_date", "reversed_reason"), "reversed_reason"
        ),
        "placed_for_adoption": _both(_placed(tables["placement"]), _listed(listed, "placed_date")),
        "adopted": _both(order, _listed(listed, "order_date")),
    }


def _own(table: pl.DataFrame, date: str, place: str = "", *attributes: str) -> pl.DataFrame:
    return table.filter(pl.col(date).is_not_null()).select(
        *CHILD,
        "record",
        *attributes,
        date=pl.col(date),
        **{part: pl.col(place + part) for part in _FOUND},
    )


def _listed(table: pl.DataFrame, date: str, *attributes: str) -> pl.DataFrame:
    return _own(table, date, f"{date}_", *attributes)


def _placed(placements: pl.DataFrame) -> pl.DataFrame:
    begun = placements.filter(
        pl.col("for_adoption").fill_null(False), "start_known", pl.col("source") == "ssda903"
    )
    return _own(begun, "start_date")


def _adopted(periods: pl.DataFrame, details: pl.DataFrame) -> pl.DataFrame:
    """Periods that ended in adoption, with what AD1 of that year, else the latest, says of it."""
    ended = periods.filter(
        pl.col("reason_ceased").is_in(list(ADOPTED)),
        pl.col("open") == "false",
        pl.col("end_date_source") == "ssda903",
    )
    after_march = (pl.col("date").dt.month() > 3).cast(pl.Int32)
    own = _own(ended, "end_date", "end_date_").with_columns(_year=pl.col("date").dt.year() + after_march)
    known = details.select(
        *CHILD, "as_at",
        best_interest_date=pl.col("adoption_best_interest_date").dt.to_string("%Y-%m-%d"),
        match_date=pl.col("adoption_match_date").dt.to_string("%Y-%m-%d"),
        foster_carer="adopted_by_foster_carer",
    )  # fmt: skip
    best = (
        own.select(*CHILD, "record", "_year")
        .join(known, on=CHILD)
        .sort("record", pl.col("as_at").dt.year() == pl.col("_year"), "as_at", maintain_order=True)
        .unique("record", keep="last", maintain_order=True)
        .drop("as_at", "_year", *CHILD)
    )
    return own.drop("_year").join(best, on="record", how="left", maintain_order="left")


def _both(own: pl.DataFrame, listed: pl.DataFrame, *filled: str) -> pl.DataFrame:
    """Rows of SSDA903, with the places of list 10 that give the same day; and list 10's other rows."""
    day = [*CHILD, "date"]
    if own.is_empty():
        return pl.concat([own.clear(), listed], how="diagonal_relaxed")
    if listed.is_empty():
        return own
    places = pl.concat_str([place_text(), pl.col("also_in")], separator="; ", ignore_nulls=True)
    also = listed.group_by(day, maintain_order=True).agg(
        places.str.join("; ").alias("_also"), *(pl.col(name).first().alias(f"_{name}") for name in filled)
    )
    first = pl.struct(day).is_first_distinct()
    both = pl.concat_str(["also_in", pl.when(first).then("_also")], separator="; ", ignore_nulls=True)
    joined = own.join(also, on=day, how="left", maintain_order="left").with_columns(
        *(pl.coalesce(name, f"_{name}") for name in filled), also_in=pl.when(both != "").then(both)
    )
    rest = listed.join(own.select(day), on=day, how="anti", maintain_order="left")
    return pl.concat([joined.select(own.columns), rest], how="diagonal_relaxed")
