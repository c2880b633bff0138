"""Canonical tables to spells as reported, and their union where a state is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.merging.facts import CHILD, PLACE

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class SpellSource:
    """Where one kind of spell comes from.

    Attributes:
        table: canonical table.
        kind: spell kind of the vocabulary.
        start, end: columns; a blank end is open.
        place: prefix of the columns that say where the start was found.
        where: which rows give one.
    """

    table: str
    kind: str
    start: str
    end: str
    place: str = ""
    where: pl.Expr | None = None


# What spells of placements carry beside their days.
PLACEMENT_FACTS = {"temporary": pl.Boolean, "under_a_day": pl.Boolean, "placement_id": pl.String}
_USABLE = ~pl.col("end_unused").fill_null(False)

SOURCES: tuple[SpellSource, ...] = (
    SpellSource("early_help_assessment", "early_help", "start_date", "end_date", where=_USABLE),
    SpellSource("need_episode", "need_episode", "episode_start_date", "closure_date", "episode_start_date_",
                _USABLE & ~pl.col("nfa").fill_null(False)),
    SpellSource("assessment", "assessment", "start_date", "authorised_date", where=_USABLE),
    SpellSource("enquiry", "s47_enquiry", "start_date", "end_date"),
    SpellSource("cin_plan", "cin_plan", "start_date", "end_date", where=_USABLE),
    SpellSource("cp_plan", "cp_plan", "start_date", "end_date", where=_USABLE),
    SpellSource("period_of_care", "looked_after", "start_date", "end_date", where=_USABLE),
    SpellSource("placement", "placement", "start_date", "end_date", where=_USABLE),
    SpellSource("missing", "missing", "start_date", "end_date", where=_USABLE),
    SpellSource("short_break", "short_break", "start_date", "end_date"),
)  # fmt: skip


def build_spells(tables: Tables) -> pl.DataFrame:
    """Spells as reported, each with its place: la_code, child_id, kind, start, end, open, episode_id, place.

    Half-open: on the end day the child is out. `end` is blank while `open` is true; `unknown` means that it
    ended, at the latest on the day given or no earlier than it, on a day not known. A section 47 enquiry
    ends at its conference, else on its start day. Placements also have `temporary`, `under_a_day` and
    `placement_id`, the stay they belong to; these are null for the other kinds.
    """
    enquiry = tables["s47_enquiry"].with_columns(
        end_date=pl.max_horizontal("icpc_date", "start_date"), open=pl.lit("false")
    )
    tables = {**tables, "enquiry": enquiry}
    spells = pl.concat([_from_source(tables[source.table], source) for source in SOURCES])
    return spells.sort(*CHILD, "kind", "start", "end", "file", "sheet", "row", nulls_last=True)


def merge_states(spells: pl.DataFrame, reopen_gap: int = 0) -> pl.DataFrame:
    """The days in each state: spells of one kind that overlap or touch become one.

    Args:
        spells: la_code, child_id, kind, start, end (null: open).
        reopen_gap: days between two spells that still count as one; 0 joins those that touch.

    Returns:
        la_code, child_id, kind, start, end (null: open), sorted; spells of one kind never overlap. Those of
        0 days are left out unless they touch another.
    """
    if spells.is_empty():
        return spells.select(*CHILD, "kind", "start", "end")
    ordered = spells.select(*CHILD, "kind", "start", "end").sort(*CHILD, "kind", "start")
    forever = np.iinfo(np.int32).max
    start = ordered["start"].to_physical().to_numpy().astype(np.int64)
    end = ordered["end"].to_physical().fill_null(forever).to_numpy().astype(np.int64)
    group = ordered.select(pl.struct(*CHILD, "kind").rle_id())
    group_no = group.to_series().to_numpy().astype(np.int64)
    span = np.int64(1) << 33
    reach = np.maximum.accumulate(end + group_no * span) - group_no * span
    fresh = np.ones(start.size, dtype=bool)
    fresh[1:] = (group_no[1:] != group_no[:-1]) | (start[1:] > reach[:-1] + reopen_gap)
    heads = np.flatnonzero(fresh)
    ends = np.maximum.reduceat(end, heads)
    merged = ordered[heads.tolist()].with_columns(
        end=pl.Series(np.where(ends == forever, 0, ends), dtype=pl.Int32).cast(pl.Date)
    )
    merged = merged.with_columns(end=pl.when(pl.Series(ends != forever)).then(pl.col("end")))
    return merged.filter(pl.col("end").is_null() | (pl.col("end") > pl.col("start")))


def _from_source(table: pl.DataFrame, source: SpellSource) -> pl.DataFrame:
    rows = table.filter(pl.col(source.start).is_not_null())
    if source.where is not None:
        rows = rows.filter(source.where)
    is_open = pl.when(pl.col(source.end).is_null()).then(pl.lit("true")).otherwise(pl.lit("false"))
    return rows.select(
        *CHILD,
        kind=pl.lit(source.kind),
        start=pl.col(source.start),
        end=pl.col(source.end),
        open=pl.col("open") if "open" in rows.columns else is_open,
        episode_id=pl.col("episode_id") if "episode_id" in rows.columns else pl.lit(None, dtype=pl.String),
        **{name: pl.col(source.place + name) for name in (*PLACE, "also_in")},
        record=pl.col("record"),
        **{
            name: pl.col(name) if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in PLACEMENT_FACTS.items()
        },
    )
