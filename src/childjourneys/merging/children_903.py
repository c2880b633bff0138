"""What SSDA903 adds to the children: births that only other modules state, and values that differ.

Source: the design's section on SSDA903, "Child".
"""

from __future__ import annotations

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care_words import warnings_at
from childjourneys.merging.facts import CHILD

SOURCE = "ssda903"
_STATED = ("birth_date", "sex", "ethnicity", "upn")


def by_path(rows: pl.DataFrame) -> pl.Expr:
    """Order of the files of a return: of SSDA903 the one later in the order of paths comes first."""
    number = {name: at for at, name in enumerate(sorted(rows["file"].unique()))}
    place = pl.col("file").replace_strict(number, return_dtype=pl.Int64)
    return pl.when(pl.col("source") == SOURCE).then(-place).otherwise(place)


def with_stated_births(children: pl.DataFrame, rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The children with birth dates and sexes that no Header and no other return gives, the latest first."""
    stated = rows.get("stated_birth")
    if stated is None or stated.is_empty():
        return children
    ordered = _ordered(stated)
    births = _firsts(ordered, "birth_date", "birth_precision")
    sexes = _firsts(ordered, "sex")
    filled = children.join(births, on=CHILD, how="left", maintain_order="left", suffix="_stated").join(
        sexes, on=CHILD, how="left", maintain_order="left", suffix="_stated"
    )
    blank = pl.col("birth_date").is_null() & pl.col("birth_date_stated").is_not_null()
    return filled.with_columns(
        birth_date=pl.when(blank).then("birth_date_stated").otherwise("birth_date"),
        birth_precision=pl.when(blank).then("birth_precision_stated").otherwise("birth_precision"),
        expected_birth_date=pl.when(~blank).then("expected_birth_date"),
        sex=pl.coalesce("sex", "sex_stated"),
    ).select(children.columns)


def differing_values(rows: dict[str, pl.DataFrame]) -> list[Issue]:
    """A warning at each row whose birth date, sex, ethnicity or UPN is not the one used.

    Only where SSDA903 has part in it: between other returns these say how things stood, and contradict
    nothing.
    """
    stated, others = rows.get("child"), rows.get("stated_birth")
    frames = [frame for frame in (stated, others) if frame is not None and frame.height]
    if not any((frame["source"] == SOURCE).any() for frame in frames):
        return []
    issues: list[Issue] = []
    for name in _STATED:
        value = "birth_key" if name == "birth_date" else name
        said = [
            _ordered(frame).filter(pl.col(value).is_not_null()).select(
                *CHILD, "source", "file", "sheet", "row", _value=pl.col(value)
            )
            for frame in frames
            if value in frame.columns
        ]  # fmt: skip
        if not said:
            continue
        every = pl.concat(said)
        used = every.unique(CHILD, keep="first", maintain_order=True).select(
            *CHILD, _used="_value", _by="source"
        )
        differs = every.join(used, on=CHILD, maintain_order="left").filter(
            pl.col("_value") != pl.col("_used"), (pl.col("source") == SOURCE) | (pl.col("_by") == SOURCE)
        )
        issues += warnings_at(
            differs,
            "child-differs",
            "Another row gives another value for this child; the latest return's Header counts.",
            "The same value for a child in every module and return.",
            "Find out which is right and correct the case system.",
            name,
        )
    return issues


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """By child, the row whose value counts first."""
    return rows.with_columns(_path=by_path(rows)).sort(
        *CHILD, "status_rank", "_path", "sheet", "row", maintain_order=True
    )


def _firsts(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    return (
        rows.filter(pl.col(names[0]).is_not_null())
        .unique(CHILD, keep="first", maintain_order=True)
        .select(*CHILD, *names)
    )
