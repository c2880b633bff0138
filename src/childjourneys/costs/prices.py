"""Actual prices matched to placements: which row prices which nights, and what is left over.

A row belongs to the one placement of its child with which it shares most nights, of equal ones the earlier;
without an end, to the placement of the night it starts, else the next to begin. It prices only the nights
shared. Where two rows hold one night, the later start goes first, then the later row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from childjourneys.costs.price_children import WAYS, Known, with_children
from childjourneys.costs.price_left_over import (
    FAR,
    UNMATCHED,
    as_date,
    as_unmatched,
    findings_of,
    left_columns,
    left_over,
    other_urn,
)
from childjourneys.costs.price_rows import FINDINGS, PRICE_ROWS, PriceRows, read_prices
from childjourneys.issues import Issue, UsageError
from childjourneys.tables.costs import COST_ISSUES

__all__ = ["PRICE_SPANS", "UNMATCHED", "MatchedPrices", "check_identifiers", "issues_of", "match_prices",
           "read_prices"]  # fmt: skip
_PLACEMENT = ("la_code", "child_id", "period_no", "placement_no")
_CARRIED = (
    "additional_package", "contribution_health", "contribution_education", "contribution_social_care",
    "provider_id", "urn", "contract", "in_out_area", "file", "sheet", "row",
)  # fmt: skip
PRICE_SPANS: dict[str, pl.DataType | type[pl.DataType]] = {
    "la_code": pl.String, "child_id": pl.String, "period_no": pl.Int64, "placement_no": pl.Int64,
    "date_from": pl.Date, "date_to": pl.Date, "price_row": pl.Int64, "basis": pl.String, "price": pl.String,
    "row_nights": pl.Int64, **{name: PRICE_ROWS[name] for name in _CARRIED},
}  # fmt: skip


@dataclass(frozen=True)
class MatchedPrices:
    """Rows of prices on the nights of placements.

    Attributes:
        spans: `PRICE_SPANS`: nights [date_from, date_to) of one placement at the price of one row; date_to
            is blank while the placement lasts. `row_nights` are all nights that the row shares, blank
            while they have no end; a `period` price is the total over all of them. `price` is blank in a
            row that has only a package or contributions.
        unmatched: `UNMATCHED`: rows, and nights of rows, that match no placement or lost it to another row.
        findings: `cost_issues` with the place in the file of prices.
        ways: rows that price a night, by how their child was found (of `price_children.WAYS`).
        without: rows that price none.
        set_aside: rows of the files that were not taken: faulty ones, and repetitions of others.
    """

    spans: pl.DataFrame
    unmatched: pl.DataFrame
    findings: pl.DataFrame
    ways: Mapping[str, int]
    without: int
    set_aside: int = 0

    @property
    def sentence(self) -> str:
        """How many rows price something, by how their child was found, and what became of the others."""
        used = sum(self.ways.values())
        how = "; ".join(f"{count:,} {WAYS[way]}" for way, count in self.ways.items())
        aside = f"; set aside, faulty or repeated: {self.set_aside:,}" if self.set_aside else ""
        return (
            f"Rows of actual prices used: {used:,}{f' ({how})' if how else ''}; not used:"
            f" {self.without:,}{aside}."
        )

    @property
    def cost_issues(self) -> pl.DataFrame:
        """The findings as rows of `cost_issues.csv`."""
        return COST_ISSUES.conform(self.findings.select(*COST_ISSUES.schema))


def match_prices(
    rows: PriceRows | pl.DataFrame, placements: pl.DataFrame, known: Known | None = None
) -> MatchedPrices:
    """Every row of prices on the placement it belongs to.

    Args:
        rows: as read; or their frame, `PRICE_ROWS`.
        placements: la_code, child_id, period_no, placement_no, start, end (excluded; blank while it lasts)
            and urn; those of one child do not overlap.
        known: who the children of the run are; without it only those with a placement are known.
    """
    read = rows if isinstance(rows, pl.DataFrame) else rows.frame
    given = _numbered(read)
    places = _places(placements)
    given = with_children(given, places, known)
    paired = _paired(given.filter(~pl.col("several")), places)
    spans, lost = _without_overlaps(paired.filter(pl.col("to") > pl.col("from")))
    left = left_over(given, paired, known is not None)
    used = paired.filter(pl.col("to") > pl.col("from"))
    counts = dict(used.group_by("way").len().iter_rows())
    ways = {way: counts[way] for way in WAYS if way in counts}
    found = [findings_of(left), findings_of(lost), other_urn(paired), _said_of(ways)]
    aside = 0
    if not isinstance(rows, pl.DataFrame):
        found.insert(0, rows.findings)
        aside = sum(one.set_aside + one.duplicate for one in rows.accounts)
    return MatchedPrices(
        _as_spans(spans),
        as_unmatched(pl.concat([left, lost])),
        pl.concat(found).sort("file", "sheet", "row", "column", "code", "what", nulls_last=True),
        ways,
        given.height - used.height,
        aside,
    )


def _said_of(ways: Mapping[str, int]) -> pl.DataFrame:
    """Children that were found otherwise than by the identifier that the run shows."""
    rows = [
        {"severity": "note", "code": "cost-data", "process": "lac.3", "kind": "placement", "count": count,
         "what": f"Rows of actual prices whose child was found {WAYS[way]}.", "entry_ids": "child_price",
         "file": "", "sheet": ""}
        for way, count in ways.items()
        if way != "same"
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=FINDINGS)


def check_identifiers(manifest: Mapping[str, Any]) -> None:
    """A file of prices names children by the identifiers of the returns, which a run may have hidden.

    Args:
        manifest: of the run.

    Raises:
        UsageError: it hid them.
    """
    if manifest.get("settings", {}).get("pseudonymised"):
        raise UsageError(
            "This run hid the children's identifiers (--pseudonymise), so the children of a file of prices "
            "can't be found in it; run without --pseudonymise, or cost without --prices."
        )


def issues_of(findings: pl.DataFrame) -> list[Issue]:
    """Findings on a file of prices as issues with their place."""
    return [
        Issue(
            one["severity"], one["code"], file=one["file"], sheet=one["sheet"] or "", row=one["row"],
            column=one["column"] or "", what=one["what"].split(": ", 1)[-1], count=1,
            expected="Rows as in docs/cost_catalogue.md, each for a placement of the child.",
            to_do="Correct the file of prices and run again.",
        )
        for one in findings.iter_rows(named=True)
    ]  # fmt: skip


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with whole days: `first`, `last` (FAR without an end) and the nights a total is of."""
    return rows.with_columns(
        first=_day("start"),
        last=_day("end").fill_null(FAR),
        window_from=_day("period_from").fill_null(-FAR),
        window_to=(_day("period_to") + 1).fill_null(FAR),
    )


def _places(placements: pl.DataFrame) -> pl.DataFrame:
    return placements.select(
        pl.col("la_code").cast(pl.String),
        pl.col("child_id").cast(pl.String),
        pl.col("period_no").cast(pl.Int64),
        pl.col("placement_no").cast(pl.Int64),
        begins=_day("start"),
        ends=_day("end").fill_null(FAR),
        placement_urn=pl.col("urn").cast(pl.String),
    ).filter(pl.col("ends") > pl.col("begins"))


def _paired(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """One row per row with its placement, if it has one: `from` and `to` are the nights shared."""
    shared = pl.min_horizontal("last", "ends") - pl.max_horizontal("first", "begins")
    pairs = rows.join(places, on=["la_code", "child_id"], how="inner").with_columns(shared=shared)
    ended = pairs.filter(pl.col("end").is_not_null() & (pl.col("shared") > 0)).sort(
        "price_row", "shared", "begins", descending=[False, True, False]
    )
    # Without an end: the placement of that night, else the next to begin. None overlap, so it begins first.
    going_on = pairs.filter(pl.col("end").is_null() & (pl.col("ends") > pl.col("first"))).sort(
        "price_row", "begins"
    )
    chosen = pl.concat([ended, going_on]).unique("price_row", keep="first", maintain_order=True)
    start = pl.max_horizontal("first", "begins", "window_from")
    stop = pl.min_horizontal("last", "ends", "window_to")
    return chosen.with_columns(**{"from": start, "to": pl.max_horizontal(start, stop)}).with_columns(
        row_nights=pl.when(pl.col("to") < FAR).then(pl.col("to") - pl.col("from"))
    )


def _without_overlaps(spans: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Spans of which none shares a night with another of its placement, and the nights that rows lost."""
    spans = spans.sort(*_PLACEMENT, "from", "price_row")
    reach = pl.col("to").cum_max().shift(1).over(_PLACEMENT)
    crowded = spans.filter((pl.col("from") < reach).fill_null(False)).select(_PLACEMENT).unique()
    if crowded.is_empty():
        return spans, left_columns().clear()
    alone = spans.join(crowded, on=_PLACEMENT, how="anti")
    kept: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    rest = spans.join(crowded, on=_PLACEMENT, how="semi").sort(*_PLACEMENT, "from", "price_row")
    for _, group in rest.group_by(_PLACEMENT, maintain_order=True):
        mine = group.to_dicts()
        for number, (start, stop) in _won(mine):
            kept.append(mine[number] | {"from": start, "to": stop})
        lost += _lost(mine)
    return (
        pl.concat([alone, pl.DataFrame(kept, schema=spans.schema)]),
        pl.DataFrame(lost, schema=left_columns().schema, orient="row"),
    )


def _won(spans: Sequence[Mapping[str, Any]]) -> list[tuple[int, tuple[int, int]]]:
    """The nights that each row keeps, in runs: the later start first, then the later row."""
    edges = sorted({edge for span in spans for edge in (span["from"], span["to"])})
    found: list[tuple[int, tuple[int, int]]] = []
    for start, stop in pairwise(edges):
        active = [n for n, span in enumerate(spans) if span["from"] <= start and stop <= span["to"]]
        if not active:
            continue
        best = max(active, key=lambda n: _rank(spans[n]))
        if found and found[-1][0] == best and found[-1][1][1] == start:
            found[-1] = (best, (found[-1][1][0], stop))
        else:
            found.append((best, (start, stop)))
    return found


def _rank(span: Mapping[str, Any]) -> tuple[bool, int, int]:
    """Which of two rows holds a night; one without a price never before one with."""
    return span["price"] is not None, span["first"], span["price_row"]


def _lost(spans: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each row lost to another."""
    kept: dict[int, list[tuple[int, int]]] = {}
    for number, run in _won(spans):
        kept.setdefault(number, []).append(run)
    found = []
    for number, span in enumerate(spans):
        at = span["from"]
        for start, stop in [*kept.get(number, []), (span["to"], span["to"])]:
            if start > at:
                endless = start >= FAR
                found.append(
                    {
                        **{name: span[name] for name in left_columns().columns if name in span},
                        "day": at,
                        "nights": None if endless else start - at,
                        "reason": "another row",
                        "share_of": span["row_nights"],
                    }
                )
            at = stop
    return found


def _as_spans(spans: pl.DataFrame) -> pl.DataFrame:
    return (
        spans.with_columns(
            date_from=as_date(pl.col("from")),
            date_to=pl.when(pl.col("to") < FAR).then(as_date(pl.col("to"))),
        )
        .select(pl.col(name).cast(kind) for name, kind in PRICE_SPANS.items())
        .sort("la_code", "child_id", "date_from", "period_no", "placement_no")
    )


def _day(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Date).to_physical().cast(pl.Int64)
