"""Which child a row of prices is about: by every identifier that the run knows, and never by a guess.

Finance systems name children as SSDA903 does, or as the census does; the run may show a third name: the one
that a link file led to, or that of SSDA903 with `903-` before it. A name that two children have finds nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

# How a row found its child, the surest first, and how that is said.
WAYS = {
    "same": "by the identifier that the run shows",
    "ssda903": "by the identifier in SSDA903, with 903- in one of the two",
    "link": "by an identifier that a link file joins to the child's",
    "zeros": "by an identifier that lacks leading zeros",
    "upn": "by the UPN",
}
_RANK = {name: rank for rank, name in enumerate(WAYS)}
_APART = "903-"
_CHILD = ["la_code", "child_id"]
_NAMES = {"la_code": pl.String, "given": pl.String, "child_id": pl.String, "rank": pl.Int8}
NUMBERS = {"la_code": pl.String, "given": pl.String, "child_id": pl.String}
PEOPLE = {"la_code": pl.String, "child_id": pl.String, "upn": pl.String, "former_upn": pl.String}


@dataclass(frozen=True)
class Known:
    """What the run knows of who its children are.

    Attributes:
        people: `PEOPLE`, every child of the run, in care or not.
        numbers: `NUMBERS`: other identifiers that a link file joined to a child's.
    """

    people: pl.DataFrame
    numbers: pl.DataFrame


def with_children(rows: pl.DataFrame, places: pl.DataFrame, known: Known | None = None) -> pl.DataFrame:
    """The rows under the identifiers that the run shows.

    Args:
        rows: la_code, child_id as the file has it, price_row.
        places: la_code, child_id of children with a placement.
        known: without it only children with a placement are known.

    Returns:
        The rows; `way` (of WAYS) by which the child was found, `several` where several children could be
        meant: such a row keeps its identifier and is about nobody.
    """
    in_care = places.select(_CHILD).unique()
    people = in_care if known is None else known.people
    people = pl.concat([people, in_care.join(people, on=_CHILD, how="anti")], how="diagonal")
    pupils = _pupils(people)
    names = _names(people, pupils, known)
    found = _candidates(rows.select("price_row", *_CHILD), names)
    settled = _settled(found, in_care, pupils)
    return (
        rows.join(settled, on="price_row", how="left", maintain_order="left")
        .with_columns(
            child_id=pl.coalesce("_known", "child_id"),
            way=pl.col("_rank").replace_strict(
                {rank: name for name, rank in _RANK.items()}, default=None, return_dtype=pl.String
            ),
            several=pl.col("several").fill_null(False),
        )
        .drop("_known", "_rank")
    )


def _pupils(people: pl.DataFrame) -> pl.DataFrame:
    """la_code, number, child_id: pupil numbers that children have or had."""
    columns = [name for name in ("upn", "former_upn") if name in people.columns]
    empty = pl.DataFrame(schema={"la_code": pl.String, "number": pl.String, "child_id": pl.String})
    return pl.concat(
        [empty, *(people.select("la_code", pl.col(n).alias("number"), "child_id") for n in columns)]
    ).drop_nulls().unique()  # fmt: skip


def _names(people: pl.DataFrame, pupils: pl.DataFrame, known: Known | None) -> pl.DataFrame:
    """Every identifier with the child it is of; of two ways to the same child the surer."""
    shown = people.select("la_code", pl.col("child_id").alias("given"), "child_id")
    linked = known.numbers.select(list(NUMBERS)) if known is not None else shown.clear()
    plain = pl.col("given").str.strip_prefix(_APART)
    apart = pl.col("given").str.starts_with(_APART)
    found = [
        _ranked(shown, "same"),
        _ranked(shown.filter(apart).with_columns(given=plain), "ssda903"),
        _ranked(linked, "link"),
        _ranked(linked.filter(apart).with_columns(given=plain), "link"),
        _ranked(pupils.rename({"number": "given"}), "upn"),
    ]
    return (
        pl.concat(found)
        .group_by("la_code", "given", "child_id")
        .agg(pl.col("rank").min())
        .sort("la_code", "given", "child_id")
    )


def _ranked(frame: pl.DataFrame, way: str) -> pl.DataFrame:
    return frame.with_columns(rank=pl.lit(_RANK[way], dtype=pl.Int8)).select(list(_NAMES))


def _candidates(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """price_row, la_code, child_id, rank: every child that a row may be about.

    A file may have any of the numberings, so each is looked at by itself: the very identifier there, else
    one that differs in leading zeros only. Those of a link file are known without leading zeros.
    """
    asked = _of_one_numbering(rows.rename({"child_id": "given"}), names).with_columns(stem=_stem())
    found = []
    for way, rank in _RANK.items():
        mine = names.filter(pl.col("rank") == rank).with_columns(stem=_stem())
        exact = asked.join(mine.drop("stem"), on=["la_code", "given"], how="inner")
        found.append(exact)
        if way != "upn":
            rest = asked if way == "link" else asked.join(exact, on="price_row", how="anti")
            near = rest.join(mine.drop("given"), on=["la_code", "stem"], how="inner")
            lacking = pl.lit(_RANK["zeros"] if way == "same" else rank, dtype=pl.Int8)
            found.append(near.with_columns(rank=lacking))
    columns = ["price_row", "la_code", "child_id", "rank"]
    of_903 = pl.lit(_RANK["ssda903"], dtype=pl.Int8)
    return (
        pl.concat([one.with_columns(rank=pl.when("bare").then(of_903).otherwise("rank")) for one in found])
        .select(columns)
        .group_by("price_row", "la_code", "child_id")
        .agg(pl.col("rank").min())
    )


def _of_one_numbering(asked: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Without `903-`, as `bare` says, in authorities whose returns all number children the same."""
    apart = names.filter(pl.col("given").str.starts_with(_APART))["la_code"].unique().to_list()
    bare = pl.col("given").str.starts_with(_APART) & ~pl.col("la_code").is_in(apart)
    return asked.with_columns(
        given=pl.when(bare).then(pl.col("given").str.strip_prefix(_APART)).otherwise("given"), bare=bare
    )


def _stem() -> pl.Expr:
    """An identifier without leading zeros, behind `903-` too."""
    bare = pl.col("given").str.strip_prefix(_APART).str.strip_chars_start("0")
    return pl.when(pl.col("given").str.starts_with(_APART)).then(pl.lit(_APART) + bare).otherwise(bare)


def _settled(found: pl.DataFrame, in_care: pl.DataFrame, pupils: pl.DataFrame) -> pl.DataFrame:
    """price_row, `_known`, `_rank`, `several`: one child for a row, or the word that there are several."""
    cared = found.join(in_care.with_columns(cared=pl.lit(True)), on=_CHILD, how="left").with_columns(
        pl.col("cared").fill_null(False)
    )
    counted = cared.with_columns(count=pl.len().over("price_row"))
    sure = counted.filter((pl.col("count") == 1) & pl.col("cared"))
    # A child without a placement, or several: the one pupil that all of them are may have one elsewhere.
    unsure = counted.filter((pl.col("count") > 1) | ~pl.col("cared"))
    others = (
        unsure.join(pupils, on=_CHILD, how="inner")
        .join(pupils.rename({"child_id": "other"}), on=["la_code", "number"], how="inner")
        .join(in_care.rename({"child_id": "other"}), on=["la_code", "other"], how="semi")
        .unique(["price_row", "child_id", "other"])
    )
    reached = others.group_by("price_row", "count").agg(
        pl.col("other").unique(), pl.col("child_id").n_unique().alias("from")
    )
    by_upn = reached.filter((pl.col("other").list.len() == 1) & (pl.col("from") == pl.col("count"))).select(
        "price_row", _known=pl.col("other").list.first(), _rank=pl.lit(_RANK["upn"], dtype=pl.Int8)
    )
    left = unsure.join(by_upn, on="price_row", how="anti")
    alone = left.filter(pl.col("count") == 1)
    columns = ["price_row", "_known", "_rank", "several"]
    told = pl.lit(False).alias("several")
    return pl.concat(
        [
            pl.concat([sure, alone]).select("price_row", _known="child_id", _rank="rank").with_columns(told),
            by_upn.with_columns(told),
            left.filter(pl.col("count") > 1)
            .select("price_row")
            .unique()
            .with_columns(
                _known=pl.lit(None, dtype=pl.String), _rank=pl.lit(None, dtype=pl.Int8), several=pl.lit(True)
            ),
        ]
    ).select(columns)
