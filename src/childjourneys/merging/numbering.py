"""Who is who across the whole run, before children are merged bucket by bucket.

Two things can't be seen inside one bucket: that SSDA903 numbers children otherwise than the other returns
of an authority, and that a link file says of two identifiers that they are one person. Source: the
design's section on SSDA903, "Child".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.engine.buckets import split_all
from childjourneys.issues import Issue
from childjourneys.merging.precedence import LoadedReturn, ranks
from childjourneys.sources.staging import APART
from childjourneys.tables import REPORTED
from childjourneys.tables.links import LINKS
from childjourneys.workspace.store import StagingStore

SOURCE = "ssda903"
FEWEST_SHARED = 5
MOST_DIFFERING = 5  # one in so many
_WHO = ["la_code", "stem"]
_SAID = {
    "la_code": pl.String, "child_key": pl.String, "stem": pl.String, "zeros": pl.Int16, "source": pl.String,
    "birth_key": pl.String, "upn": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64,
    "return_no": pl.Int32,
}  # fmt: skip


@dataclass(frozen=True)
class Numbering:
    """What was decided about identifiers.

    `apart`: authorities where those of SSDA903 are shown as `903-...`. `joined`: la_code, stem, and the
    `shown_key`, `shown_stem`, `shown_zeros` of the identifier that stands for the person. `linked`: how many
    identifiers of SSDA903 a link file joined to another; `same_upn`: UPNs that stay under two identifiers.
    """

    apart: frozenset[str]
    joined: pl.DataFrame
    issues: list[Issue]
    linked: int = 0
    same_upn: int = 0


def number_children(staging: StagingStore, returns: Sequence[LoadedReturn]) -> Numbering:
    """Decide who is who. Without SSDA903 nothing is decided, and nothing read."""
    if not any(one.source == SOURCE for one in returns):
        return Numbering(frozenset(), _nobody(), [])
    said = _gathered(staging, ("child", "stated_birth"), _SAID)
    links = _gathered(staging, ("person_link",), dict.fromkeys((*_WHO, "person_id"), pl.String))
    order = ranks(returns).select("return_no", "status_rank")
    said = said.join(order, on="return_no", how="left").sort(
        "status_rank", "file", "row", maintain_order=True
    )
    apart = _numbered_apart(said)
    renamed = _apart(said, frozenset(apart))
    joined = _joined(staging, links, frozenset(apart))
    issues = [_differently(file) for file in apart.values()]
    linked = _linked(staging, joined, frozenset(apart)) if joined.height else 0
    shared, warnings = _same_upn(renamed, joined)
    return Numbering(frozenset(apart), joined, issues + warnings, linked, shared)


def renumbered(staging: StagingStore, numbering: Numbering) -> StagingStore:
    """The staged rows under the identifiers decided on, each in the bucket of its own."""
    if not numbering.apart and numbering.joined.is_empty():
        return staging
    again = StagingStore(staging.folder.with_name("renumbered"), staging.buckets)
    for number in range(staging.buckets):
        for name in (*REPORTED, *LINKS):
            frame = staging.bucket(name, number)
            if frame is None:
                continue
            moved = _shown(_apart(frame, numbering.apart), numbering.joined)
            for table, bucket, part in split_all({name: moved}, staging.buckets, "stem"):
                again.append(table, bucket, part)
    staging.remove()
    return again


def _gathered(
    staging: StagingStore, tables: Sequence[str], schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Those columns of some tables over all buckets; what a table lacks is null."""
    frames = [pl.DataFrame(schema=schema)]
    for number in range(staging.buckets):
        for name in tables:
            frame = staging.bucket(name, number)
            if frame is not None:
                frames.append(
                    frame.select(
                        pl.col(column).cast(kind) if column in frame.columns
                        else pl.lit(None, dtype=kind).alias(column)
                        for column, kind in schema.items()
                    )
                )  # fmt: skip
    return pl.concat(frames)


def _numbered_apart(said: pl.DataFrame) -> dict[str, str]:
    """Authorities where identifiers of SSDA903 have other birth dates, with the first file that shows it."""
    is_903 = pl.col("source") == SOURCE
    known = said.group_by("la_code", "child_key").agg(
        _own=pl.col("birth_key").filter(is_903).drop_nulls().first(),
        _other=pl.col("birth_key").filter(~is_903).drop_nulls().first(),
        _both=is_903.any() & (~is_903).any(),
    )
    found = (
        known.filter("_both")
        .group_by("la_code")
        .agg(shared=pl.len(), differing=(pl.col("_own") != pl.col("_other")).fill_null(False).sum())
        .filter(pl.col("shared") >= FEWEST_SHARED, pl.col("differing") * MOST_DIFFERING > pl.col("shared"))
    )
    files = said.filter(is_903).group_by("la_code").agg(pl.col("file").min())
    return dict(found.join(files, on="la_code").sort("la_code").select("la_code", "file").iter_rows())


def _apart(frame: pl.DataFrame, apart: frozenset[str]) -> pl.DataFrame:
    """With `903-` before identifiers of SSDA903 in those authorities."""
    if not apart:
        return frame
    mine = (pl.col("source") == SOURCE) & pl.col("la_code").is_in(sorted(apart))
    return frame.with_columns(
        pl.when(mine).then(pl.concat_str(pl.lit(APART), pl.col(name))).otherwise(name).alias(name)
        for name in ("child_key", "stem")
    )


def _shown(frame: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    if joined.is_empty():
        return frame
    shown = frame.join(joined, on=_WHO, how="left", maintain_order="left")
    return shown.with_columns(
        child_key=pl.coalesce("shown_key", "child_key"),
        stem=pl.coalesce("shown_stem", "stem"),
        zeros=pl.coalesce("shown_zeros", "zeros"),
    ).select(frame.columns)


def _joined(staging: StagingStore, links: pl.DataFrame, apart: frozenset[str]) -> pl.DataFrame:
    """Identifiers of one authority that a link file gives to one person, with the one that is shown.

    That is one of the census or Annex A if there is one, else the first in order. At least one of them
    stands in SSDA903: identifiers of other returns alone are left as they are.
    """
    several = links.unique().filter(pl.struct("la_code", "person_id").is_duplicated())
    if several.is_empty():
        return _nobody()
    known = _identifiers(staging, apart).join(several.select(_WHO).unique(), on=_WHO, how="semi")
    known = (
        known.group_by(_WHO)
        .agg(
            pl.col("child_key", "zeros").sort_by("zeros", "child_key", descending=[True, False]).first(),
            only=(pl.col("source") == SOURCE).all(),
            has_903=(pl.col("source") == SOURCE).any(),
        )
        .sort("la_code", "only", "child_key")
    )
    people = several.join(known.select(_WHO), on=_WHO, how="semi").sort("la_code", "person_id", "stem")
    heads = _components(people)
    groups = known.join(heads, on=_WHO).sort("la_code", "only", "child_key", maintain_order=True)
    groups = groups.filter(pl.col("has_903").any().over("la_code", "head"))
    shown = groups.unique(["la_code", "head"], keep="first", maintain_order=True).select(
        "la_code", "head", shown_key="child_key", shown_stem="stem", shown_zeros="zeros"
    )
    return (
        groups.join(shown, on=["la_code", "head"])
        .filter(pl.col("stem") != pl.col("shown_stem"))
        .select(_nobody().columns)
        .sort(_WHO)
    )


def _components(people: pl.DataFrame) -> pl.DataFrame:
    """For each identifier that shares a person with another the first identifier of its group, as `head`."""
    head: dict[tuple[str, str], tuple[str, str]] = {}

    def find(one: tuple[str, str]) -> tuple[str, str]:
        while head.setdefault(one, one) != one:
            one = head[one]
        return one

    first: dict[tuple[str, str], tuple[str, str]] = {}
    for la, stem, person in people.select("la_code", "stem", "person_id").iter_rows():
        other = find(first.setdefault((la, person), (la, stem)))
        mine = find((la, stem))
        head[max(mine, other)] = min(mine, other)
    rows = [(la, stem, find((la, stem))[1]) for la, stem in head]
    return pl.DataFrame(rows, schema={**dict.fromkeys(_WHO, pl.String), "head": pl.String}, orient="row")


def _identifiers(staging: StagingStore, apart: frozenset[str]) -> pl.DataFrame:
    """Every identifier of the returns, with its sources."""
    wanted = {name: _SAID[name] for name in ("la_code", "child_key", "stem", "zeros", "source")}
    return _apart(_gathered(staging, tuple(REPORTED), wanted).unique(), apart)


def _linked(staging: StagingStore, joined: pl.DataFrame, apart: frozenset[str]) -> int:
    """How many identifiers of SSDA903 stand for the same person as another identifier."""
    both = pl.concat([joined.select(_WHO), joined.select("la_code", stem="shown_stem")]).unique()
    own = _identifiers(staging, apart).filter(pl.col("source") == SOURCE).select(_WHO).unique()
    return own.join(both, on=_WHO, how="semi").height


def _same_upn(said: pl.DataFrame, joined: pl.DataFrame) -> tuple[int, list[Issue]]:
    """Pupil numbers that stand under two identifiers of an authority, one of them of SSDA903."""
    rows = said.filter(pl.col("upn").is_not_null())
    shown = _shown(rows, joined)
    many = (
        shown.group_by("la_code", "upn")
        .agg(n=pl.col("stem").n_unique(), of_903=(pl.col("source") == SOURCE).any())
        .filter(pl.col("n") > 1, "of_903")
    )
    places = (
        rows.filter(pl.col("source") == SOURCE)
        .join(many.select("la_code", "upn"), on=["la_code", "upn"], how="semi", maintain_order="left")
        .sort("la_code", "upn", "child_key", "file", "row")
        .unique(["la_code", "upn", "child_key"], keep="first", maintain_order=True)
        .sort("file", "sheet", "row")
    )
    return many.height, [
        Issue(
            "warning",
            "one-upn-two-children",
            file=file,
            sheet=sheet,
            row=row,
            column="UPN",
            what="This UPN also stands under another identifier of the authority; both were kept.",
            expected="One identifier for each child.",
            to_do="If they are one child, say so in a link file: la_code, child_id, person_id.",
        )
        for file, sheet, row in places.select("file", "sheet", "row").iter_rows()
    ]


def _differently(file: str) -> Issue:
    return Issue(
        "error",
        "numbered-differently",
        file=file,
        what="SSDA903 numbers children otherwise than the other returns of this authority: over a fifth of "
        "the identifiers in both have other birth dates. Those of SSDA903 are shown as 903-... and were not "
        "joined to the others.",
        expected="CHILD and LAchildID that are the same for the same child.",
        to_do="Give a link file (la_code, child_id, person_id) with 903- before the identifiers of SSDA903.",
    )


def _nobody() -> pl.DataFrame:
    kinds = {"shown_key": pl.String, "shown_stem": pl.String, "shown_zeros": pl.Int16}
    return pl.DataFrame(schema={"la_code": pl.String, "stem": pl.String, **kinds})
