"""Made-up authorities put through the real steps: returns written, read, merged, told and measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from childjourneys import pipeline
from childjourneys.archetypes.library import library
from childjourneys.issues import IssueLog
from childjourneys.measuring import Measured, measure
from childjourneys.synthetic import World
from childjourneys.synthetic.annex_a_lists import annex_a_lists
from childjourneys.synthetic.annex_a_xlsx import write_annex_a
from childjourneys.synthetic.cin_xml import census_of, write_census
from childjourneys.synthetic.example import families
from childjourneys.synthetic.ssda903_modules import write_ssda903
from childjourneys.workspace.store import TableStore

MISSED_RISK = "missed_risk_at_assessment"


def write_returns(
    world: World, folder: Path, *, annex_a: bool = False, linked: bool = True, ssda903: bool = False
) -> None:
    """The censuses of an authority, and where wanted its Annex A, its SSDA903 and the link of families."""
    folder.mkdir(parents=True, exist_ok=True)
    la = world.plan.la
    census = census_of(world)
    for year in range(world.plan.years[0], world.plan.years[1] + 1):
        text = write_census(census, year)
        (folder / f"cin_{la}_{year}.xml").write_text(text, encoding="utf-8", newline="\n")
    for as_at in world.plan.extract_dates if annex_a else ():
        write_annex_a(folder / f"annex_{la}_{as_at}.xlsx", la, as_at, annex_a_lists(world, as_at))
    if ssda903:
        write_ssda903(world, folder)
    if linked:
        families(world).write_csv(folder / f"families_{la}.csv")


def journeys_of_folder(returns: Path, folder: Path) -> TableStore:
    """Journeys of all returns in a folder, kept below `folder`."""
    store, account = pipeline.ingest([returns], folder / "read", pipeline.Settings())
    target = TableStore(folder / "journeys", store.buckets)
    pipeline.build_journeys(store, target, account)
    return target


def journeys_of_worlds(
    worlds: Iterable[World],
    folder: Path,
    *,
    annex_a: bool = False,
    linked: bool = True,
    ssda903: bool = False,
) -> TableStore:
    for world in worlds:
        write_returns(world, folder / "returns", annex_a=annex_a, linked=linked, ssda903=ssda903)
    return journeys_of_folder(folder / "returns", folder)


def measured_worlds(
    worlds: Iterable[World],
    ids: Sequence[str] = (MISSED_RISK,),
    *,
    annex_a: bool = False,
    linked: bool = True,
    ssda903: bool = False,
    log: IssueLog | None = None,
) -> Measured:
    """What some archetypes of the library come to in these authorities, side by side in one run."""
    with TemporaryDirectory() as name:
        journeys = journeys_of_worlds(worlds, Path(name), annex_a=annex_a, linked=linked, ssda903=ssda903)
        return measure(journeys, [library()[one] for one in ids], log)


def changed_store(journeys: TableStore, folder: Path, **tables: pl.DataFrame) -> TableStore:
    """A copy of journeys in one bucket, some tables replaced."""
    copy = TableStore(folder, 1)
    for name in ("events", "spells", "children", "mark"):
        copy.put(name, 0, tables[name] if name in tables else journeys.table(name))
    copy.put_whole("coverage", tables.get("coverage", journeys.table("coverage")))
    return copy
