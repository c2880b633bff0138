"""The same truth told otherwise: every child twice, or the children divided between two authorities."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from childjourneys.synthetic import World

_APART = 10_000_000


def doubled(world: World) -> World:
    """Every child and all that happened to it once more, under other names and in a family of its own."""
    copies = {name: pl.concat([frame, _copied(frame)]) for name, frame in world.tables().items()}
    return replace(world, **copies)  # type: ignore[arg-type]


def divided(world: World, codes: tuple[str, str]) -> tuple[World, World]:
    """Every second family in another authority."""
    odd = pl.col("family_id").str.slice(-1).is_in(list("13579"))
    parts = []
    for code, mine in zip(codes, (odd, ~odd), strict=True):
        children = world.children.filter(mine)
        kept = {
            name: frame.join(children, on="child_id", how="semi", maintain_order="left")
            for name, frame in world.tables().items()
        }
        parts.append(replace(world, plan=replace(world.plan, la=code), **kept))
    return parts[0], parts[1]


def copy_of(child_id: str) -> str:
    return f"5{child_id[1:]}"


def _copied(frame: pl.DataFrame) -> pl.DataFrame:
    numbered = [name for name, kind in frame.schema.items() if name.endswith("_id") and kind == pl.Int64]
    changed = [
        pl.format("5{}", pl.col("child_id").str.slice(1)).alias("child_id"),
        *(pl.col(name) + _APART for name in numbered),
    ]
    if "family_id" in frame.columns:
        changed.append(pl.format("G{}", pl.col("family_id").str.slice(1)).alias("family_id"))
    if "upn" in frame.columns:
        # A number of its own is nobody else's.
        none = pl.lit(None, dtype=pl.String)
        changed += [none.alias("upn"), pl.coalesce("no_upn", pl.lit("UN2")).alias("no_upn")]
    return frame.with_columns(changed)
