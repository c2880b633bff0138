"""Who is who inside one authority: spellings that differ only in leading zeros."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from childjourneys.issues import Issue
from childjourneys.tables.ssda903 import SSDA903

# What the identifier is called in the census and in the modules of SSDA903.
_COLUMNS = {"Child": "LAchildID"} | dict.fromkeys(("Header", *SSDA903), "CHILD")
# What every staged row has in place of child_id.
STAGED = {
    "la_code": pl.String,
    "child_key": pl.String,
    "stem": pl.String,
    "zeros": pl.Int16,
    "source": pl.String,
    "file": pl.String,
    "return_no": pl.Int32,
}
IDENTITY_SCHEMA = {"la_code": pl.String, "child_key": pl.String, "child_id": pl.String}


def resolve(spellings: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Bring spellings of one identifier together.

    Two spellings that differ only in leading zeros are the same child, shown with the zeros, unless both
    have birth dates and these differ: then they are two children.

    Args:
        spellings: rows with la_code, stem (identifier without leading zeros), zeros (how many it had),
            child_key (as returned, or its pseudonym), birth_key (text that is equal for equal birth dates;
            null when unknown), status_rank (lowest: the return whose birth date counts), file, sheet, row.

    Returns:
        la_code, child_key, child_id: the identifier each spelling is shown under; and the warnings, one at
        the first row of each shorter spelling.
    """
    keys = spellings.select("la_code", "stem", "child_key", "zeros").unique(maintain_order=True)
    several = keys.filter(pl.struct("la_code", "stem").is_duplicated())
    single = keys.select("la_code", "child_key", child_id="child_key")
    if several.is_empty():
        return single, []
    rows = spellings.join(several.select("la_code", "child_key"), on=["la_code", "child_key"], how="semi")
    summary = (
        rows.sort("status_rank", "file", "sheet", "row", nulls_last=True, maintain_order=True)
        .group_by("la_code", "stem", "child_key", "zeros", maintain_order=True)
        .agg(
            pl.col("birth_key").drop_nulls().first(),
            *(pl.col(name).sort_by("file", "sheet", "row").first() for name in ("file", "sheet", "row")),
        )
        .sort("la_code", "stem", "zeros", descending=[False, False, True])
    )
    shown: dict[tuple[str, str], str] = {}
    issues: list[Issue] = []
    for group in summary.partition_by("la_code", "stem", maintain_order=True):
        people: list[tuple[str, str | None]] = []
        for spelling in group.iter_rows(named=True):
            born = spelling["birth_key"]
            same = next((key for key, other in people if born is None or other in (None, born)), None)
            if people:
                issues.append(_warning(spelling, linked=same is not None))
            if same is None:
                people.append((spelling["child_key"], born))
            elif born is not None:
                people = [(key, born if key == same else other) for key, other in people]
            shown[spelling["la_code"], spelling["child_key"]] = same or spelling["child_key"]
    linked = pl.DataFrame(
        [(la, key, child) for (la, key), child in shown.items()], schema=IDENTITY_SCHEMA, orient="row"
    )
    rest = single.join(linked, on=["la_code", "child_key"], how="anti")
    return pl.concat([rest, linked]), issues


def _warning(spelling: dict[str, object], *, linked: bool) -> Issue:
    what = "This identifier is also written with more leading zeros"
    decided = (
        "; both were taken as one child, shown with the zeros."
        if linked
        else ", with another birth date; they were taken as two children."
    )
    row = spelling["row"]
    return Issue(
        "warning",
        "leading-zeros-linked" if linked else "leading-zeros-two-children",
        file=str(spelling["file"]),
        sheet=str(spelling["sheet"]),
        row=int(row) if isinstance(row, int) else None,
        column=_COLUMNS.get(str(spelling["sheet"]), "Child Unique ID"),
        what=what + decided,
        expected="One spelling of each identifier in every return.",
        to_do="Export identifiers as text, so that a spreadsheet does not drop leading zeros.",
    )


def spellings_of(staged: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Every spelling of an identifier in the rows, with what `resolve` needs."""
    wanted = ["la_code", "child_key", "stem", "zeros", "birth_key", "status_rank", "file", "sheet", "row"]
    frames = [
        (frame if "birth_key" in frame.columns else frame.with_columns_seq(birth_key=pl.lit(None, pl.String)))
        .select_seq(wanted)
        .group_by([name for name in wanted if name != "row"], maintain_order=True)
        .agg(pl.col("row").min())
        for frame in staged
    ]
    empty = pl.DataFrame(
        schema={
            **STAGED,
            "birth_key": pl.String,
            "status_rank": pl.Int32,
            "sheet": pl.String,
            "row": pl.Int64,
        }
    )
    return pl.concat([empty.select_seq(wanted), *frames])


def identified(frame: pl.DataFrame, identity: pl.DataFrame) -> pl.DataFrame:
    """Rows under the identifiers that `resolve` settled."""
    return frame.join(identity, on=["la_code", "child_key"], how="left", maintain_order="left").drop(
        "child_key", "stem", "zeros"
    )
