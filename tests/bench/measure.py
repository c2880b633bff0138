"""One measured piece of work in a process of its own; prints processor seconds and peak memory in MB."""

from __future__ import annotations

import pickle
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import psutil
from inputs import BUCKETS

from childjourneys.archetypes.evaluate import evaluate
from childjourneys.archetypes.journeys import dated_coverage, journeys_of
from childjourneys.archetypes.kernel import ArchetypeKernel
from childjourneys.archetypes.library import library
from childjourneys.archetypes.measures import coverage_of, plan_measures
from childjourneys.cost_outputs import cost_and_write
from childjourneys.costing import cost
from childjourneys.domain.calendar import england
from childjourneys.equalities.about import authority_days, families_apart
from childjourneys.equalities.context import context_table
from childjourneys.equalities.kernel import GroupSums
from childjourneys.equalities.workload import referral_days
from childjourneys.journeys.lines import build_lines
from childjourneys.journeys.spells import merge_states
from childjourneys.measuring import NEEDED, in_families, measure, of_families
from childjourneys.pipeline import Settings, ingest
from childjourneys.planning import what_if, write_what_if
from childjourneys.sharing.write import write_shareable
from childjourneys.workspace.runs import open_run
from childjourneys.workspace.store import TableStore


def lxml_stream(path: Path) -> None:
    """lxml streaming through a census and doing nothing."""
    from lxml import etree

    for _, element in etree.iterparse(str(path), events=("end",), tag="Child"):
        element.clear(keep_tail=True)
        while element.getprevious() is not None:
            del element.getparent()[0]


def calamine_read(path: Path) -> None:
    """The bare read of every sheet."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def canonical(path: Path) -> None:
    """A return to canonical tables on disk."""
    with tempfile.TemporaryDirectory() as folder:
        ingest([path], Path(folder), Settings())


def read_and_sort(path: Path) -> None:
    """A bare Polars read and sort of events."""
    pl.read_parquet(path).sort("la_code", "child_id", "date", "place_in_day")


def lines_and_spells(path: Path) -> None:
    """Events in no order to journey lines, and spells to states."""
    events = pl.read_parquet(path).sort("la_code", "child_id", "date", "place_in_day")
    build_lines(events)
    merge_states(pl.read_parquet(path.with_name("spells.parquet")))


def sort_events(folder: Path) -> None:
    """A bare Polars read and sort of the events of a folder, which lie there in no order."""
    read_and_sort(folder / "unsorted.parquet")


def load_journeys(folder: Path) -> None:
    """Journeys made ready for archetypes."""
    _evaluate(folder, [])


def missed_risk(folder: Path) -> None:
    """One archetype with the outcomes of all its anchors."""
    _evaluate(folder, ["missed_risk_at_assessment"])


def all_archetypes(folder: Path) -> None:
    """Every archetype of the library with the outcomes of all anchors."""
    _evaluate(folder, list(library()))


def breakdowns(folder: Path) -> None:
    """The library's measures with every unadjusted breakdown: outcomes, groups, ratios and verdicts."""
    store = TableStore(folder / "store", BUCKETS)
    definitions = list(library().values())
    coverage = dated_coverage(store.table("coverage"))
    measures = plan_measures(definitions, coverage_of(coverage))
    days = referral_days(store.table("events"), store.table("children"))
    buckets = range(BUCKETS)
    apart = families_apart(store.bucket("children", number) for number in buckets)
    of_buckets = GroupSums(authority_days(coverage, days, england()), apart=apart, without_apart=True)
    kernel = ArchetypeKernel(measures, coverage, england(), of_buckets)
    whole = ArchetypeKernel(measures, coverage, england(), replace(of_buckets, apart={}, without_apart=False))
    parts = [kernel.group_sums({name: store.bucket(name, number) for name in NEEDED}) for number in buckets]
    parts += [whole.group_sums(of_families(tables, apart)) for tables in in_families(store)]
    context_table(pl.concat(part["groups"] for part in parts), [one.name for one in measures])


def whole_library(folder: Path) -> None:
    """All that a run does with the library: also months, curves, other thresholds, every case explained."""
    measure(TableStore(folder / "store", BUCKETS), list(library().values()))


def shareable(folder: Path) -> None:
    """Disclosure control of a report, with page, workbook and pack; from `Material` as a run had it."""
    with tempfile.TemporaryDirectory() as name:
        write_shareable(Path(name), *pickle.loads((folder / "material").read_bytes()))


def ledger(folder: Path) -> pl.DataFrame:
    """Not measured: the ledger that `write_ledger` writes."""
    run = open_run(folder)
    return pl.concat([pl.read_parquet(path) for path in TableStore(run / "costs", 1).parts("cost_ledger")])


def write_ledger(frame: pl.DataFrame) -> None:
    """A bare Polars write of a ledger to Parquet."""
    with tempfile.TemporaryDirectory() as name:
        frame.write_parquet(Path(name) / "ledger.parquet")


def cost_all(folder: Path) -> None:
    """Placements to the ledger and every table, the workbook apart."""
    cost_and_write(folder, ["invented_local"], workbook=False)


def cost_alone(folder: Path) -> None:
    """Placements to the ledger."""
    cost(folder, ["invented_local"])


def scenario(folder: Path) -> None:
    """A what-if against the costing that is kept, with its files."""
    write_what_if(folder, what_if(folder, folder / "scenario.yaml"))


def _evaluate(folder: Path, names: list[str]) -> None:
    tables = {name: pl.read_parquet(folder / f"{name}.parquet")
              for name in ("events", "spells", "children", "marks", "coverage")}  # fmt: skip
    journeys, definitions, calendar = journeys_of(**tables), library(), england()
    for la_code in journeys.la_codes:
        journeys.authority(la_code)
    for name in names:
        evaluate(definitions[name], journeys, calendar=calendar)


WORK: dict[str, Callable[[Path], None]] = {
    "lxml_stream": lxml_stream,
    "calamine_read": calamine_read,
    "canonical": canonical,
    "read_and_sort": read_and_sort,
    "lines_and_spells": lines_and_spells,
    "sort_events": sort_events,
    "load_journeys": load_journeys,
    "missed_risk": missed_risk,
    "all_archetypes": all_archetypes,
    "breakdowns": breakdowns,
    "shareable": shareable,
    "whole_library": whole_library,
    "cost_all": cost_all,
    "cost_alone": cost_alone,
    "scenario": scenario,
}
# What is made ready before the clock starts.
READY: dict[str, tuple[Callable[[Path], pl.DataFrame], Callable[[pl.DataFrame], None]]] = {
    "write_ledger": (ledger, write_ledger),
}


def main() -> None:
    name, path, warm_up = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    if name in READY:
        load, work = READY[name]
        given = load(path)
        started = time.process_time()
        work(given)
    else:
        for small in warm_up:
            WORK[name](Path(small))
        started = time.process_time()
        WORK[name](path)
    seconds = time.process_time() - started
    memory = psutil.Process().memory_info()
    peak = getattr(memory, "peak_wset", None) or _peak()
    sys.stdout.write(f"{seconds:.3f} {peak / 1024**2:.0f}\n")


def _peak() -> int:
    """Peak resident memory on systems that keep it per process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
