"""What an analyst brings beside the returns: family links and optional tables, read and accounted for."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from childjourneys.account import Account, step_row
from childjourneys.engine.buckets import split_all
from childjourneys.merging.looked_after import CHILDREN_903
from childjourneys.merging.numbering import Numbering, number_children, renumbered
from childjourneys.sources.context_inputs import read_context, together
from childjourneys.sources.staging import Origin, stage
from childjourneys.tables.links import LINKS
from childjourneys.workspace.store import StagingStore, TableStore

# Folder and table of identifiers that a link file joined.
NUMBERS = "child_numbers"
# Tables that are not about single children.
_WHOLE = ("population", "school_holidays")
_STEPS = {
    "family": ("families", "family links of children who are in no return"),
    "deprivation": ("deprivation", "children with a decile who are in no return"),
    "person_link": ("person links", "person links of children who are in no return"),
    "needs": ("needs", "needs of children who are in no return"),
    "leaving_care": ("leaving care", "leaving care dates of children who are in no return"),
}


def read_links(staging: StagingStore, key: bytes | None, account: Account) -> None:
    """Tables about children are staged like what returns say; the others are kept in the account.

    Args:
        key: hides identifiers when given.
    """
    for link in account.families:
        origin = Origin("", "family_link", link.file, -1)
        _stage("family", link.read(account.log, account.sheets), origin, staging, key)
    authorities = {one.la_code for one in account.returns}
    read = read_context(account.context, authorities, account.log, account.sheets)
    for kind in _WHOLE:
        table = together(read, kind)
        if table is not None:
            account.tables[kind] = table
    for one, frame in read:
        if one.kind in LINKS:
            _stage(one.kind, frame, Origin("", one.kind, one.file, -1), staging, key)


def settle_children(staging: StagingStore, account: Account) -> tuple[StagingStore, Numbering]:
    """The staged rows under the identifiers that children are shown by, and what was decided on them."""
    numbering = number_children(staging, account.returns)
    account.log.extend(numbering.issues)
    return renumbered(staging, numbering), numbering


def keep_numbers(folder: Path, numbering: Numbering) -> None:
    """Keep which identifiers a link file joined to a child's, for tables that name children by them later."""
    if numbering.joined.height:
        frame = numbering.joined.select("la_code", given="stem", child_id="shown_key")
        TableStore(folder / NUMBERS, 1).put_whole(NUMBERS, frame)


def known_numbers(run: Path) -> pl.DataFrame:
    """la_code, given (without leading zeros, of SSDA903 perhaps with `903-`), child_id of a finished run."""
    store = TableStore(run / NUMBERS, 1)
    if store.has(NUMBERS):
        return store.table(NUMBERS)
    return pl.DataFrame(schema=dict.fromkeys(("la_code", "given", "child_id"), pl.String))


def children_step(counts: pl.DataFrame, numbering: Numbering, account: Account) -> None:
    """A step that says how children of SSDA903 were found in the other returns; none without SSDA903.

    Args:
        counts: table, reports and facts, of all buckets.
        numbering: what was decided on identifiers.
    """
    found = counts.filter(pl.col("table") == CHILDREN_903)
    children, elsewhere = int(found["reports"].sum()), int(found["facts"].sum())
    if not children:
        return
    linked = min(numbering.linked, elsewhere)
    told = {
        "joined by a link file": linked,
        "under the same identifier in another return": elsewhere - linked,
        "in SSDA903 only": children - elsewhere,
        "UPNs left under two identifiers": numbering.same_upn,
    }
    step = step_row("SSDA903 children", children, children, 0, "")
    account.steps.append(step | {"reason": "; ".join(f"{why}: {n}" for why, n in told.items())})


def nobody_linked(account: Account) -> dict[str, pl.DataFrame]:
    """An empty staged table for each kind given, for the buckets in which it links nobody."""
    given = {one.kind for one in account.context if one.kind in LINKS}
    return {
        kind: stage(kind, pl.DataFrame(schema=LINKS[kind]), Origin("", kind, "", -1), None)
        for kind in sorted(given)
    }


def link_steps(counts: pl.DataFrame, account: Account) -> None:
    """A step for each kind of link: how many were given, and how many fit a child of a return.

    Args:
        counts: table, reports and facts, of all buckets.
    """
    links = counts.filter(pl.col("table").is_in(list(LINKS))).group_by("table").agg(pl.all().sum())
    summed = {name: (int(given), int(known)) for name, given, known in links.iter_rows()}
    for name, (step, why) in _STEPS.items():
        if name in summed:
            account.steps.append(step_row(step, *summed[name], 0, why))


def _stage(name: str, frame: pl.DataFrame, origin: Origin, staging: StagingStore, key: bytes | None) -> None:
    kept = stage(name, frame, origin, key)
    for table, number, part in split_all({name: kept}, staging.buckets, "stem"):
        staging.append(table, number, part)
