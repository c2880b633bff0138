"""The public Python names. Results are Polars frames.

>>> from childjourneys import api
>>> returns = api.read("returns/", la="301")          # doctest: +SKIP
>>> found = api.journeys(returns)                     # doctest: +SKIP
>>> found.lines.head()                                # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

import polars as pl

from childjourneys import pipeline
from childjourneys.account import Account, attrition_frame, issues_frame, returns_frame
from childjourneys.issues import ChildJourneysError, NothingUsable, UsageError
from childjourneys.journeys.spells import merge_states
from childjourneys.measuring import gathered
from childjourneys.pipeline import RunResult, Settings
from childjourneys.sources.contract import Matching
from childjourneys.sources.mappings import load_mappings
from childjourneys.workspace.store import TableStore

if TYPE_CHECKING:
    from childjourneys.child_costing import ChildCosts
    from childjourneys.cohort_costs import CostCohort
    from childjourneys.cost_outputs import Told
    from childjourneys.costs.whatif.outcome import WhatIf

Pathish = str | PathLike[str]


class Tables(Mapping[str, pl.DataFrame]):
    """Tables by name, read from disk when asked for."""

    def __init__(self, store: TableStore) -> None:
        self._store = store

    def __getitem__(self, name: str) -> pl.DataFrame:
        if not self._store.has(name):
            raise KeyError(name)
        return self._store.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.names())

    def __len__(self) -> int:
        return len(self._store.names())


@dataclass(frozen=True)
class Returns:
    """Returns as canonical tables, each fact once with its place.

    Attributes:
        tables: canonical tables by name (`child`, `need_episode`, `assessment` ...).
        issues, attrition, files: findings, the account of every row, the files (see `tables.derived`).
        matching: how headings and values were taken.
    """

    tables: Tables
    issues: pl.DataFrame
    attrition: pl.DataFrame
    files: pl.DataFrame
    matching: Matching
    _store: TableStore
    _account: Account


@dataclass(frozen=True)
class Journeys:
    """Journeys of all children: events in order, spells as reported, coverage, one line per child.

    `marks` are records whose date can't be used; archetypes need them. `school_holidays` holds la_code, start
    and end (both included) where a table of them was among the files; only grouping needs it.
    """

    events: pl.DataFrame
    spells: pl.DataFrame
    lines: pl.DataFrame
    children: pl.DataFrame
    coverage: pl.DataFrame
    marks: pl.DataFrame
    issues: pl.DataFrame
    school_holidays: pl.DataFrame | None = None


def read(
    paths: Pathish | Sequence[Pathish],
    *,
    la: str | None = None,
    as_at: date | None = None,
    mappings: Pathish | None = None,
    pseudonymise: Pathish | None = None,
    memory: int = pipeline.MEMORY_BYTES,
    workspace: Pathish | None = None,
) -> Returns:
    """Read files or folders of returns into canonical tables.

    Args:
        paths: one path or several; folders are searched recursively.
        la: three-digit authority for files that do not name theirs.
        as_at: extract date for every Annex A; by default what the file says.
        mappings: an edited matching report.
        pseudonymise: file with the key that hides identifiers; made if it does not exist.
        memory: bytes that merging must stay well inside.
        workspace: an empty folder for the tables; by default a temporary one, which lives as long as the
            result does.

    Raises:
        NothingUsable: no return could be read.
        UsageError: a path does not exist, or mappings or key can't be used.
    """
    given = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
    folder = Path(workspace) if workspace else Path(mkdtemp(prefix="childjourneys-"))
    settings = Settings(
        la=la,
        as_at=as_at,
        mappings=load_mappings(Path(mappings)) if mappings else None,
        key=pipeline.load_key(Path(pseudonymise), None) if pseudonymise else None,
        memory=memory,
    )
    try:
        store, account = pipeline.ingest([Path(path) for path in given], folder, settings)
    except ChildJourneysError:
        if not workspace:
            rmtree(folder, ignore_errors=True)
        raise
    returns = Returns(
        tables=Tables(store),
        issues=issues_frame(account),
        attrition=attrition_frame(account),
        files=returns_frame(account),
        matching=account.matching,
        _store=store,
        _account=account,
    )
    if not workspace:
        finalize(returns, rmtree, folder, ignore_errors=True)
    return returns


def journeys(returns: Returns) -> Journeys:
    """Canonical tables to events, spells, lines and coverage."""
    with TemporaryDirectory(prefix="childjourneys-") as folder:
        target = TableStore(Path(folder), returns._store.buckets)
        pipeline.build_journeys(returns._store, target, returns._account)
        names = ("events", "spells", "lines", "children", "mark")
        tables = gathered(target, names, lambda _, rows: rows)
        marks = tables.pop("mark")
        return Journeys(
            **tables,
            marks=marks,
            coverage=target.table("coverage"),
            issues=issues_frame(returns._account),
            school_holidays=returns._account.tables.get("school_holidays"),
        )


def run(paths: Pathish | Sequence[Pathish], out: Pathish, settings: Settings | None = None) -> RunResult:
    """What `childjourneys run` does: every file of `in-team/` and a workspace."""
    given = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
    return pipeline.run([Path(path) for path in given], Path(out), settings or Settings())


def costs(out: Pathish, catalogue: Sequence[Pathish] = ("default",), **options: Any) -> Told:
    """What `childjourneys costs` does: the run in `out` is costed, ledger and tables lie in its `in-team`.

    Args:
        catalogue: names of shipped catalogues and files, the later being the higher layer.
        options: as of `cost_outputs.cost_and_write`: first, last, prices, prices_layout, price_year, indices,
            section251, cohorts, populations.

    Raises:
        UsageError: there is no run, or what was asked for can't be had.
    """
    from childjourneys.cost_outputs import cost_and_write

    return cost_and_write(Path(out), [str(name) for name in catalogue], **options)


def child_costs(out: Pathish, child_id: str, la: str | None = None) -> ChildCosts:
    """What one child cost, out of the costing in `out`: `.ledger`, `.children`, `.issues`, and `.html()`.

    Args:
        child_id: as in the results, or as written in a return.
        la: three-digit authority, needed only where two have the identifier.

    Raises:
        UsageError: `out` was not costed, or holds no such child.
    """
    from childjourneys import child_costing

    return child_costing.child_costs(Path(out), child_id, la)


def cost_cohort(out: Pathish, chosen: str) -> CostCohort:
    """What some children, or some lines, cost: out of the ledger of the costing in `out`; nothing is written.

    Args:
        chosen: pairs that all hold, such as `need=ebd; placement_type=K2,R1`; see
            `costs.summaries.filters` for the columns.

    Raises:
        UsageError: `out` was not costed, or a pair means nothing.
    """
    from childjourneys.cohort_costs import cost_cohorts

    return cost_cohorts(Path(out), [chosen])[0]


def what_if(out: Pathish, scenario: Pathish) -> WhatIf:
    """A scenario against the costing in `out`; nothing is written.

    Raises:
        UsageError: `out` was not costed, or the scenario can't be, or concerns nobody.
    """
    from childjourneys import planning

    return planning.what_if(Path(out), Path(scenario))


__all__ = [
    "ChildJourneysError",
    "Journeys",
    "NothingUsable",
    "Returns",
    "RunResult",
    "Settings",
    "UsageError",
    "child_costs",
    "cost_cohort",
    "costs",
    "journeys",
    "merge_states",
    "read",
    "run",
    "what_if",
]
