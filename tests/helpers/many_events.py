"""Journeys of many children out of arrays of numbers, without any return, for one authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from childjourneys.archetypes.evaluate import Evaluation, evaluate
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.reading import read_definitions

LA = "301"
# Days are counted from here.
DAY_0 = date(2000, 1, 1)
BORN = date(2010, 1, 1)
Days = Any  # an array, or anything numpy makes one of


def many(
    events: Mapping[str, tuple[Days, Days]],
    covered: tuple[int, int],
    *,
    children: int | None = None,
    spells: Sequence[tuple[int, str, int, int | None]] = (),
    undated: Mapping[str, Days] | None = None,
    born: Days | date | None = BORN,
    died: Days | None = None,
    attributes: Mapping[str, str] | None = None,
    kinds: Sequence[str] = (),
) -> dict[str, pl.DataFrame]:
    """The frames that `journeys_of` takes.

    Args:
        events: by type the number of the child and the day of each.
        covered: first and last day, of all types that there are and of `kinds`.
        children: how many there are; by default up to the last that has an event.
        spells: child, kind, start and end (None: open).
        undated: by type the children with a record of it that has no date.
        born: day of each child, or one for all; None: not known, so that nobody grows up.
        died: day of each child; negative: alive.
        attributes: by type what is known of every event, as JSON.
    """
    known, marks, told = attributes or {}, undated or {}, []
    for name, (child, day) in events.items():
        text = known.get(name, '{"while_open": false}' if name == "referral" else "{}")
        frame = pl.DataFrame({"child": np.asarray(child, np.int64), "day": np.asarray(day, np.int64)})
        told.append(frame.with_columns(event=pl.lit(name), attributes=pl.lit(text)))
    rows = pl.concat(told)
    most = children or int(rows["child"].max() or 0) + 1  # type: ignore[arg-type]
    everyone = pl.DataFrame({"child": np.arange(most)})
    if born is None or isinstance(born, date):
        birth = pl.lit(born, pl.Date)
    else:
        birth = _dated(pl.lit(pl.Series(np.asarray(born, np.int64))))
    death = pl.Series(np.asarray(died if died is not None else np.full(most, -1), np.int64))
    marked = [
        pl.DataFrame({"child": np.asarray(child, np.int64)}).with_columns(event=pl.lit(name))
        for name, child in marks.items()
    ]
    nobody = pl.DataFrame(schema={"child": pl.Int64, "event": pl.String})
    spans = pl.DataFrame(
        spells, schema={"child": pl.Int64, "kind": pl.String, "a": pl.Int64, "b": pl.Int64}, orient="row"
    )
    first, last = (DAY_0 + timedelta(days=day) for day in covered)
    names = dict.fromkeys((*events, *marks, *(kind for _, kind, _, _ in spells), *kinds))
    return {
        "events": rows.sort("child", "day", maintain_order=True).select(
            la_code=pl.lit(LA), child_id=_named("child"), date=_dated(pl.col("day")), event="event",
            episode_id=pl.lit(None, pl.String), record=pl.lit(None, pl.Int64), attributes="attributes",
            place_in_day=pl.lit(0), source=pl.lit("x"), file=pl.lit("f"), sheet=pl.lit("s"),
            row=pl.int_range(pl.len()),
        ),
        "spells": spans.select(
            la_code=pl.lit(LA), child_id=_named("child"), kind="kind", start=_dated(pl.col("a")),
            end=_dated(pl.col("b")), open=pl.col("b").is_null().cast(pl.String),
            record=pl.lit(None, pl.Int64), source=pl.lit("x"), file=pl.lit("f"), sheet=pl.lit("s"),
            row=pl.int_range(pl.len()),
        ),
        "children": everyone.select(
            la_code=pl.lit(LA), child_id=_named("child"), birth_date=birth,
            expected_birth_date=pl.lit(None, pl.Date),
            death_date=pl.when(pl.lit(death) >= 0).then(_dated(pl.lit(death))),
            family_id=pl.lit(None, pl.String),
        ),
        "coverage": pl.DataFrame(
            [(LA, name, first, last, "started_in") for name in names],
            schema=["la_code", "kind", "from", "to", "rule"], orient="row",
        ),
        "marks": pl.concat([nobody, *marked]).select(
            la_code=pl.lit(LA), child_id=_named("child"), event="event", code=pl.lit("undated"),
            start=pl.lit(None, pl.Date),
        ),
    }  # fmt: skip


def outcomes(definition: str, frames: Mapping[str, pl.DataFrame], **how: Any) -> dict[str, int]:
    """How many anchors came to what."""
    counted = evaluated(definition, frames, **how).anchors["outcome"].value_counts()
    return dict(counted.iter_rows())


def evaluated(definition: str, frames: Mapping[str, pl.DataFrame], **how: Any) -> Evaluation:
    return evaluate(read_definitions(definition, "test")[0], journeys_of(**frames), **how)


def number_of(child_ids: pl.Series) -> np.ndarray:
    """The numbers of children again."""
    return child_ids.str.slice(1).cast(pl.Int64).to_numpy()


def _named(column: str) -> pl.Expr:
    return pl.format("c{}", pl.col(column).cast(pl.String).str.zfill(7))


def _dated(days: pl.Expr) -> pl.Expr:
    return pl.lit(DAY_0) + pl.duration(days=days)
