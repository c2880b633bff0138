"""The steps in reading order; one short function per user task."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys import __version__
from childjourneys.account import Account, attrition_frame, issues_frame, returns_frame, step_row
from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.errors import unknown
from childjourneys.archetypes.library import library
from childjourneys.archetypes.writing import to_yaml
from childjourneys.counting import count_undated, count_unused
from childjourneys.disclosure import DEFAULT, preset
from childjourneys.domain.calendar import england
from childjourneys.domain.pseudonyms import KEY_BYTES
from childjourneys.engine.buckets import bucket_count, split_all
from childjourneys.engine.local import run_kernel
from childjourneys.equalities.logistic import need_statsmodels
from childjourneys.indicating import indicate
from childjourneys.issues import NothingUsable, Refused, UsageError
from childjourneys.journeys.coverage import build_coverage
from childjourneys.journeys.kernel import JourneyKernel
from childjourneys.linking import (
    children_step,
    keep_numbers,
    link_steps,
    nobody_linked,
    read_links,
    settle_children,
)
from childjourneys.measuring import DEFINITIONS, measure
from childjourneys.merging.kernel import COUNT_SCHEMA, MergeKernel
from childjourneys.merging.looked_after import CHILDREN_903
from childjourneys.merging.numbering import Numbering
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.outputs import write_outputs
from childjourneys.pathing import measure_pathways
from childjourneys.quality.census_in_parts import CensusInParts
from childjourneys.quality.census_rules import CensusRules
from childjourneys.quality.ssda903_rules import CareChecks
from childjourneys.sources.columns import in_their_words
from childjourneys.sources.contract import ReadContext
from childjourneys.sources.discovery import find_files, recognise
from childjourneys.sources.mappings import Mappings
from childjourneys.sources.pause import collection_paused
from childjourneys.sources.settling import SettledFile, settle
from childjourneys.sources.staging import Origin, stage
from childjourneys.tables import REPORTED
from childjourneys.tables.derived import issues_of
from childjourneys.tables.links import LINKS
from childjourneys.workspace.runs import clear_away, new_run, put_in_force, write_manifest
from childjourneys.workspace.store import StagingStore, TableStore

MEMORY_BYTES = 2 * 1024**3
# Canonical tables that journeys are made of; the store holds the others too.
CANONICAL = (
    "child", "need_episode", "contact", "early_help_assessment", "assessment", "s47_enquiry", "icpc",
    "cin_plan", "cp_plan", "cp_review", "period_of_care", "lac_review", "placement", "adoption",
    "care_leaver", "mark", "missing", "short_break", "placed_decision", "leaver_contact", "adopted_child",
)  # fmt: skip
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """What a run may be told.

    Attributes:
        la: authority for files that do not name theirs.
        as_at: extract date for every Annex A.
        mappings: the analyst's own decisions on headings and values.
        key: hides identifiers when given (32 bytes).
        memory: bytes that the merging of one bucket must stay well inside.
        archetypes: definitions by id; the library by default.
        disclosure: name of the preset for what may leave the team.
        adjust: ids of definitions whose groups are also compared given age, sex, need and deprivation.
    """

    la: str | None = None
    as_at: date | None = None
    mappings: Mappings | None = None
    key: bytes | None = None
    memory: int = MEMORY_BYTES
    archetypes: Mapping[str, Archetype] | None = None
    adjust: tuple[str, ...] = ()
    disclosure: str = DEFAULT


@dataclass(frozen=True)
class RunResult:
    """What a run found, for whoever asked: the frames as in `tables.derived`, and counts."""

    out: Path
    returns: pl.DataFrame
    attrition: pl.DataFrame
    issues: pl.DataFrame
    children: int
    events: int


def run(
    paths: Sequence[Path], out: Path, settings: Settings, *, progress: Progress | None = None
) -> RunResult:
    """The main job: from a folder of returns to the files of `in-team/` and a workspace in force.

    Raises:
        NothingUsable: no return could be read; earlier results stay as they were.
        UsageError: a path does not exist or `out` can't be written to; or what is to be adjusted is not
            known, or can't be without statsmodels.
        ChildJourneysError: an earlier result is held open by another program; nothing was changed.
    """
    say = progress or (lambda _: None)
    preset(settings.disclosure)
    _check_adjust(settings)
    find_files(paths, out)
    folder = new_run(out)
    try:
        result = _run(paths, out, folder, settings, say)
        put_in_force(out, folder)
    except BaseException:
        clear_away(out, folder)
        raise
    return result


def ingest(
    paths: Sequence[Path],
    folder: Path,
    settings: Settings,
    *,
    results: Path | None = None,
    progress: Progress | None = None,
) -> tuple[TableStore, Account]:
    """Returns to canonical tables: read, account, check, merge.

    Args:
        paths: files or folders of returns.
        folder: an empty folder for the tables; rows in between are kept in `staging` there and removed.
        settings: what the run was told.
        results: where results go; what an earlier run left there is not read.
        progress: told what is being done, in a few words.

    Raises:
        NothingUsable: no return could be read.
        UsageError: a path does not exist, or a file changed while it was read.
    """
    say = progress or (lambda _: None)
    account = Account()
    say("Looking for returns")
    with collection_paused():
        found = recognise(find_files(paths, results), account.log, settings.mappings)
    account.files = settle(found.returns, la=settings.la, as_at=settings.as_at, log=account.log)
    account.families = found.families
    account.context = found.context
    account.returns, numbers = _number(account.files)
    if not account.returns:
        raise NothingUsable(_nothing(paths, account))
    staging = StagingStore(folder / "staging", bucket_count(found.input_bytes, settings.memory))
    checks = CareChecks(account.files, account.log)
    for file in account.files:
        say(f"Reading {file.info.file}")
        try:
            with collection_paused():
                _read(file, numbers, staging, settings, account, checks)
            file.source.forget()
        except Refused as refusal:
            raise UsageError(f"{file.info.file}: {refusal.what} {refusal.to_do}") from refusal
    count_undated(found.returns, account)
    read_links(staging, settings.key, account)
    say("Bringing returns together")
    staging, numbering = settle_children(staging, account)
    keep_numbers(folder, numbering)
    store = _merge(staging, TableStore(folder / "tables", staging.buckets), account, numbering)
    staging.remove()
    return store, account


def build_journeys(store: TableStore, target: TableStore, account: Account) -> None:
    """Canonical tables to events, spells, lines, children and coverage, kept in `target`."""
    partial = run_kernel(
        JourneyKernel(england()),
        lambda number: {name: store.bucket(name, number) for name in CANONICAL},
        store.buckets,
        target,
    )
    account.log.extend(issues_of(partial["issues"]))
    events_in, events_out = (int(partial["counts"][name].sum()) for name in ("reports", "facts"))
    if events_in != events_out:
        account.steps.append(
            step_row(
                "quarantine", events_in, events_out, 0, "events of identifiers that stand for many people"
            )
        )
    target.put_whole("coverage", build_coverage(account.returns))
    for name, table in account.tables.items():
        target.put_whole(name, table)


def _check_adjust(settings: Settings) -> None:
    """Say before anything is read what can't be adjusted."""
    known = library() if settings.archetypes is None else settings.archetypes
    for name in settings.adjust:
        if name not in known:
            raise UsageError(f"--adjust: {unknown(name, 'archetype', known)}")
    if settings.adjust:
        need_statsmodels()


def load_key(path: Path, out: Path | None) -> bytes:
    """The key for pseudonyms; made and written when the file does not exist yet.

    Raises:
        UsageError: the file is no key, or lies where the results go.
    """
    if out is not None and path.resolve().is_relative_to(out.resolve()):
        raise UsageError(f"Keep the key outside the results: {path} lies in {out}.")
    try:
        if path.exists():
            key = path.read_bytes()
        else:
            key = secrets.token_bytes(KEY_BYTES)
            path.write_bytes(key)
            path.chmod(0o600)
    except OSError as error:
        raise UsageError(f"The key file {path} can't be used: {error.strerror}.") from error
    if len(key) != KEY_BYTES:
        raise UsageError(f"{path} is no key: it must hold {KEY_BYTES} bytes and holds {len(key)}.")
    return key


def _number(files: Sequence[SettledFile]) -> tuple[tuple[LoadedReturn, ...], dict[str, int]]:
    """Number the returns: one authority and year of a census or SSDA903, or extract date of an Annex A."""
    lists: dict[tuple[str, str, date], set[int]] = {}
    modules: dict[tuple[str, str, date], set[str]] = {}
    members: dict[tuple[str, str, date], list[str]] = {}
    for file in files:
        if file.status == "read":
            key = (file.info.kind, file.la_code, file.as_at)
            lists.setdefault(key, set()).update(file.info.lists)
            modules.setdefault(key, set()).update(file.info.modules)
            members.setdefault(key, []).append(file.info.file)
    returns = tuple(
        LoadedReturn(number, *key, tuple(sorted(lists[key])), tuple(sorted(modules[key])))
        for number, key in enumerate(sorted(lists))
    )
    numbers = {
        name: loaded.number
        for loaded in returns
        for name in members[loaded.source, loaded.la_code, loaded.as_at]
    }
    return returns, numbers


def _read(
    file: SettledFile,
    numbers: dict[str, int],
    staging: StagingStore,
    settings: Settings,
    account: Account,
    checks: CareChecks,
) -> None:
    if file.status != "read":
        count_unused(file, account)
        return
    context = ReadContext(file.as_at, account.log, account.matching, account.sheets, settings.mappings)
    of_census = file.info.kind == "cin_census"
    rules = CensusInParts(CensusRules(file.info, file.as_at), account.log) if of_census else None
    origin = Origin(file.la_code, file.info.kind, file.info.file, numbers[file.info.file])
    for batch in file.source.read(context):
        if rules:
            rules.add(batch)
        elif file.info.kind == "ssda903":
            checks.add(file, batch)
        kept = {name: stage(name, frame, origin, settings.key) for name, frame in batch.items()}
        for name, number, part in split_all(kept, staging.buckets, "stem"):
            staging.append(name, number, part)
    if rules:
        rules.finish()


def _merge(staging: StagingStore, store: TableStore, account: Account, numbering: Numbering) -> TableStore:
    empty = nobody_linked(account)

    def staged(number: int) -> dict[str, pl.DataFrame]:
        tables = {name: staging.bucket(name, number) for name in (*REPORTED, *LINKS)}
        return empty | {name: frame for name, frame in tables.items() if frame is not None}

    partial = run_kernel(MergeKernel(account.returns), staged, staging.buckets, store)
    account.log.extend(in_their_words(issues_of(partial["issues"]), account.matching))
    counts = partial.get("counts", pl.DataFrame(schema=COUNT_SCHEMA))
    links = counts
    counts = counts.filter(~pl.col("table").is_in(["child", "mark", CHILDREN_903, *LINKS]))
    reports, facts = int(counts["reports"].sum()), int(counts["facts"].sum())
    account.steps.append(
        step_row(
            "merge", reports, facts, reports - facts, "the same fact in several places", as_duplicate=True
        )
    )
    children_step(links, numbering, account)
    link_steps(links, account)
    return store


def _nothing(paths: Sequence[Path], account: Account) -> str:
    errors = [issue for issue in account.log.issues() if issue.severity == "error"]
    where = ", ".join(str(path) for path in paths)
    if errors:
        first = errors[0]
        return f"No return could be read in {where}. {first.file}: {first.what} {first.to_do}"
    return f"There is no Annex A, no CIN census and no SSDA903 in {where}."


def _run(paths: Sequence[Path], out: Path, folder: Path, settings: Settings, say: Progress) -> RunResult:
    store, account = ingest(paths, folder, settings, results=out, progress=say)
    say("Building journeys")
    journeys = TableStore(folder / "journeys", store.buckets)
    build_journeys(store, journeys, account)
    _lines_step(journeys, account)
    say("Following archetypes")
    definitions = list((library() if settings.archetypes is None else settings.archetypes).values())
    (folder / DEFINITIONS).write_text("---\n".join(map(to_yaml, definitions)), encoding="utf-8", newline="\n")
    measured = measure(journeys, definitions, account.log, settings.adjust)
    pathways = measure_pathways(journeys)
    population, returned = account.tables.get("population"), account.returns
    indicated = indicate(store, journeys, population, groups=measured.by_group, returns=returned)
    # Of two measures of one id the archetype's rows stand.
    others = indicated.context.join(measured.context, on="measure", how="anti", maintain_order="left")
    measured = replace(measured, context=pl.concat([measured.context, others]))
    returns, attrition, issues = returns_frame(account), attrition_frame(account), issues_frame(account)
    for name, frame in (("returns", returns), ("attrition", attrition), ("issues", issues)):
        journeys.put_whole(name, frame)
    say("Writing the report")
    write_outputs(
        folder / "in-team",
        journeys,
        returns=returns,
        attrition=attrition,
        issues=issues,
        matching=account.matching,
        measured=measured,
        pathways=pathways,
        indicators=indicated.table,
        preset=preset(settings.disclosure),
    )
    write_manifest(folder, _manifest(settings, returns, store, journeys))
    return RunResult(out, returns, attrition, issues, journeys.rows("lines"), journeys.rows("events"))


def _lines_step(journeys: TableStore, account: Account) -> None:
    children, lines = journeys.rows("children"), journeys.rows("lines")
    account.steps.append(step_row("lines", children, lines, 0, "children with no event that lines show"))


def _manifest(
    settings: Settings, returns: pl.DataFrame, store: TableStore, journeys: TableStore
) -> dict[str, object]:
    return {
        "made_with": f"childjourneys {__version__}",
        "calendar": england().version,
        "buckets": store.buckets,
        "inputs": returns.select("file", "kind", "sha256", "status").to_dicts(),
        "settings": {
            "la": settings.la,
            "as_at": settings.as_at.isoformat() if settings.as_at else None,
            "mappings": settings.mappings is not None,
            "pseudonymised": settings.key is not None,
            "disclosure": settings.disclosure,
            "adjust": list(settings.adjust),
        },
        "rows": {name: part.rows(name) for part in (store, journeys) for name in part.names()},
    }
