"""What one child cost, out of the costing in force: only the child's rows are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys import __version__
from childjourneys.costing import Costs
from childjourneys.costs.facts import in_london
from childjourneys.costs.indices import Indices, load_indices
from childjourneys.costs.kernel import not_costed
from childjourneys.costs.loading import load_catalogue
from childjourneys.costs.matching import Matcher
from childjourneys.costs.model import Catalogue
from childjourneys.costs.summaries.given import CostRun, need_sentences
from childjourneys.domain.codes import authority_name
from childjourneys.issues import UsageError
from childjourneys.kept_costs import kept
from childjourneys.lookup import find_child, journeys_of_run
from childjourneys.reports.child_cost_page import child_cost_page
from childjourneys.reports.child_cost_text import child_cost_text
from childjourneys.tables.care_chain import CARE_CHAIN
from childjourneys.tables.costs import (
    COST_UNPRICED,
    LEDGER,
    children_as_written,
    ledger_as_written,
)
from childjourneys.workspace.runs import open_run
from childjourneys.workspace.store import TableStore

# What a costing tells of each child besides the ledger, kept beside it.
_KEPT = ("cost_children", "cost_issues", "cost_needs")


@dataclass(frozen=True)
class ChildCosts:
    """What one child cost.

    Attributes:
        la_code, child_id: who it is.
        ledger: the child's lines, with the columns of cost_ledger.csv.
        children: the child's rows of cost_children.csv, one for each price year; none where nothing is due.
        issues: the child's rows of cost_issues.csv.
        run: period, catalogue and price year of the costing.
    """

    la_code: str
    child_id: str
    ledger: pl.DataFrame
    children: pl.DataFrame
    issues: pl.DataFrame
    run: CostRun
    _tables: Mapping[str, pl.DataFrame]
    _indices: Indices

    def html(self) -> str:
        """The page of the child: placements with the running cost, each amount as quantity x unit cost, where
        each price is from, and what has none. For the team only."""
        return child_cost_page(
            (self.la_code, self.child_id),
            self._tables["cost_ledger"],
            self._tables["care_chain"],
            self._tables["cost_children"],
            self.run,
            self.issues,
            self._tables["cost_unpriced"],
            self._indices,
        )

    def text(self) -> str:
        """A short account: per price year gross, contributions, grant and net; nights, and those without a
        price."""
        return child_cost_text(self._tables["cost_children"], self.run)


def child_costs(out: Path, identifier: str, la_code: str | None = None) -> ChildCosts:
    """What a child of the run in force cost.

    Args:
        identifier, la_code: as of `lookup.child_journey`.

    Raises:
        UsageError: there is no run, no such child or more than one, the run was not costed, or the shipped
            catalogue has changed since.
    """
    journeys = journeys_of_run(out)
    la, child = find_child(journeys, identifier, la_code)
    run = open_run(out)
    store = TableStore(run / "costs", journeys.buckets)
    if not all(store.has(name) for name in _KEPT):
        raise UsageError(
            f"{out} was not costed yet, or not to the end; do that first with: childjourneys costs {out}"
        )
    asked = kept(out)
    indices = load_indices(Path(asked.indices) if asked.indices else None)
    catalogue = load_catalogue(asked.catalogue, indices)
    if asked.version and asked.version != catalogue.version:
        raise UsageError(
            f"The catalogue is no longer the one that was costed with (version {asked.version}, now "
            f"{catalogue.version}); cost again with: childjourneys costs {out}"
        )
    bucket = _bucket(journeys, la, child)
    whole = {name: _rows(store.parts(name), la, child) for name in _KEPT}
    tables = {
        "cost_ledger": LEDGER.conform(_rows(_priced_parts(store, "cost_ledger", bucket), la, child)),
        "cost_unpriced": COST_UNPRICED.conform(
            _rows(_priced_parts(store, "cost_unpriced", bucket), la, child)
        ),
        "care_chain": _chain(TableStore(run / "tables", journeys.buckets), bucket, la, child),
        "cost_children": whole["cost_children"],
    }
    return ChildCosts(
        la,
        child,
        ledger_as_written(tables["cost_ledger"]),
        children_as_written(tables["cost_children"]),
        whole["cost_issues"],
        cost_run(
            asked.first, asked.last, catalogue, asked.price_year, [la], not_costed(Matcher(catalogue)),
            whole["cost_needs"],
        ),
        tables,
        indices,
    )  # fmt: skip


def was_costed(out: Path) -> bool:
    """Whether the run in force was costed.

    Raises:
        UsageError: there is no run.
    """
    return TableStore(open_run(out) / "costs", 1).has(_KEPT[-1])


def keep_for_children(costs: Costs) -> None:
    """Keep beside the ledger what a costing tells of each child; the last step of a costing."""
    for name, frame in zip(_KEPT, (costs.children, costs.issues, costs.needs), strict=True):
        costs.store.put_whole(name, frame)


def cost_run(
    first: date,
    last: date,
    catalogue: Catalogue,
    price_year: str,
    codes: Collection[str],
    missing: Collection[str],
    needs: pl.DataFrame,
) -> CostRun:
    """What was asked for and what was used, as tables and pages tell it.

    Args:
        codes: authorities that were costed.
        missing: processes that no entry prices.
        needs: as `Costs.needs`.
    """
    return CostRun(
        first=first,
        last=last,
        catalogue=catalogue,
        price_year=price_year,
        made_with=f"childjourneys {__version__}",
        authorities={code: authority_name(code) for code in sorted(codes)},
        london=frozenset(code for code in codes if in_london(code)),
        not_costed=tuple(missing),
        need_rules=need_sentences(needs),
    )


def _bucket(journeys: TableStore, la_code: str, child_id: str) -> int:
    """Where the child's rows are: buckets go by identifiers as the returns write them."""
    holds = [path for path in journeys.parts("children") if _rows([path], la_code, child_id).height]
    return _number(holds[0])


def _priced_parts(store: TableStore, table: str, bucket: int) -> list[Path]:
    """The files in which a child of a bucket can be: costing may price a bucket in several pieces."""
    parts = store.parts(table)
    pieces = (max(map(_number, parts)) + 1) // store.buckets
    return [path for path in parts if _number(path) // pieces == bucket]


def _number(part: Path) -> int:
    return int(part.parent.name.partition("=")[2])


def _chain(tables: TableStore, bucket: int, la_code: str, child_id: str) -> pl.DataFrame:
    if not tables.has("care_chain"):
        return CARE_CHAIN.empty()
    files = [path for path in tables.parts("care_chain") if _number(path) == bucket]
    return CARE_CHAIN.conform(_rows(files, la_code, child_id))


def _rows(files: list[Path], la_code: str, child_id: str) -> pl.DataFrame:
    """The child's rows of some files."""
    mine = (pl.col("la_code").cast(pl.String) == la_code) & (pl.col("child_id").cast(pl.String) == child_id)
    return pl.concat([pl.scan_parquet(file).filter(mine).collect() for file in files])
