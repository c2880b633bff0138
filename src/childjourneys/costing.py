"""A finished run to what it cost: every bucket of children priced, then what spans them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys.costs.checking import unusual
from childjourneys.costs.facts import CHILD, children_of, in_london
from childjourneys.costs.findings import DATA, NO_MATCH
from childjourneys.costs.indices import load_indices
from childjourneys.costs.kernel import PARTIALS, LedgerKernel, not_costed
from childjourneys.costs.loading import load_catalogue
from childjourneys.costs.matching import Matcher
from childjourneys.costs.model import DEFAULT, Catalogue
from childjourneys.costs.nights import course_of
from childjourneys.costs.nodes import is_financial_year
from childjourneys.costs.price_children import PEOPLE, Known
from childjourneys.costs.price_layout import Layout, layouts_of
from childjourneys.costs.price_rows import PriceRows
from childjourneys.costs.prices import MatchedPrices, check_identifiers, match_prices, read_prices
from childjourneys.costs.uplift import check_uplift
from childjourneys.domain.calendar import england
from childjourneys.engine.local import run_kernel
from childjourneys.issues import UsageError
from childjourneys.linking import known_numbers
from childjourneys.tables.care_chain import CARE_CHAIN
from childjourneys.tables.costs import COST_ISSUES, LEDGER, LEDGER_CHILDREN
from childjourneys.workspace.runs import open_run, read_manifest
from childjourneys.workspace.store import TableStore

Tables = dict[str, pl.DataFrame]
# What the kernel reads of the run: tables, and of the journeys.
TABLES = (
    "care_chain", "lac_review", "uasc", "oc2", "child", "need_episode", "assessment", "needs",
    "leaving_care", "mother", "period_of_care", "care_leaver",
)  # fmt: skip
JOURNEYS = ("events", "spells", "children")
# Children of at most so many episodes of care are priced at once, which keeps memory small.
_EPISODES_AT_ONCE = 25_000
BEYOND_RETURNS = (
    "The period ends after the last day that the returns tell about: what is open was charged to its end."
)
# What no return tells; a local list would have to.
NO_DATA = (
    ("cin.review", "Reviews of children in need, other than of protection plans, are in no return: they are "
                   "not costed."),
    ("cin.public_law_outline", "The public law outline is in no return: it is not costed."),
    ("cin.s47", "Strategy meetings and ABE interviews are in no return: enquiries are priced without them."),
)  # fmt: skip


@dataclass(frozen=True)
class Costs:
    """What a run cost.

    Attributes:
        store: `cost_ledger` (rows of `LEDGER`) by bucket, each child in one of them and in order there.
        children: rows of `LEDGER_CHILDREN`, in order.
        issues: rows of `cost_issues`, in order; what concerns the whole run comes first.
        needs: per child which needs it has, and the rule that gave each.
        levels: price_basis (child, contract, authority, default, none), nights.
        first, last: the period, both days included.
        not_costed: processes that no entry prices.
        prices: prices of single children on their placements; None where none were given.
    """

    store: TableStore
    children: pl.DataFrame
    issues: pl.DataFrame
    needs: pl.DataFrame
    levels: pl.DataFrame
    catalogue: Catalogue
    first: date
    last: date
    price_year: str
    not_costed: tuple[str, ...]
    london: frozenset[str]
    prices: MatchedPrices | None

    def ledger(self) -> pl.DataFrame:
        """The whole ledger in the order of its file. Of a large authority it is large."""
        parts = [self.store.bucket("cost_ledger", number) for number in range(self.store.buckets)]
        return pl.concat([LEDGER.empty(), *parts]).sort(*CHILD, maintain_order=True)


def cost(
    out: Path,
    catalogue: Sequence[str] = (DEFAULT,),
    first: date | None = None,
    last: date | None = None,
    prices: Sequence[Path] = (),
    price_layout: Layout | str | Sequence[Layout | str] = "",
    price_year: str = "",
    indices: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Costs:
    """Cost every child of the run in force, and keep the ledger in the run's folder `costs`.

    Args:
        out: folder with the results of a run.
        catalogue: names of shipped catalogues, or files; the later is the higher layer.
        first, last: the period; without them what the returns cover.
        prices: files of prices of single children.
        price_layout: how they are laid out, one for all or one for each; see `price_layout.layouts_of`.
        price_year: the money that amounts are to be in; blank leaves each in its own.
        indices: a file of price indices.

    Raises:
        UsageError: there is no run, nothing to cost, or what was asked for can't be had; one sentence.
    """
    ready = prepare(out, catalogue, first, last, prices, price_layout, price_year, indices)
    kernel, matched, coverage = ready.kernel, ready.matched, ready.coverage
    entries, begin, end = kernel.catalogue, kernel.first, kernel.last
    authorities = sorted(set(coverage["la_code"]))
    shutil.rmtree(ready.run / "costs", ignore_errors=True)
    store, loader = TableStore(ready.run / "costs", ready.buckets), ready.load
    partial = run_kernel(
        kernel, loader, store.buckets, store,
        PARTIALS, progress,
    )  # fmt: skip
    try:
        _check_uplift(partial["cost_used"], kernel)
    except UsageError:
        # What was kept is in no prices that anybody asked for.
        shutil.rmtree(ready.run / "costs", ignore_errors=True)
        raise
    missing = tuple(not_costed(Matcher(entries)))
    about = [
        _about_the_run(missing, coverage, end),
        _unknown_providers(entries, set(partial["cost_providers"]["provider_id"])),
        _unusual(entries),
        partial["cost_issues"],
    ]
    if matched is not None:
        about.append(matched.cost_issues)
    return Costs(
        store,
        LEDGER_CHILDREN.conform(partial["cost_children"]).sort(*CHILD, "price_year", nulls_last=True),
        _in_order(pl.concat(about)),
        partial["cost_needs"].sort(*CHILD),
        partial["cost_levels"].group_by("price_basis", maintain_order=True).agg(pl.col("nights").sum()),
        entries, begin, end, price_year, missing,
        frozenset(code for code in authorities if in_london(code)), matched,
    )  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A run made ready to be costed, piece by piece.

    Attributes:
        load: the tables of one of the `buckets` pieces.
    """

    run: Path
    kernel: LedgerKernel
    load: Callable[[int], Tables]
    buckets: int
    coverage: pl.DataFrame
    matched: MatchedPrices | None


def prepare(
    out: Path,
    catalogue: Sequence[str] = (DEFAULT,),
    first: date | None = None,
    last: date | None = None,
    prices: Sequence[Path] = (),
    price_layout: Layout | str | Sequence[Layout | str] = "",
    price_year: str = "",
    indices: Path | None = None,
) -> Prepared:
    """What `cost` and a what-if begin with; arguments and errors as of `cost`."""
    run = open_run(out)
    loaded = load_indices(indices)
    entries = load_catalogue(catalogue or (DEFAULT,), loaded)
    if price_year and not is_financial_year(price_year):
        raise UsageError("--price-year is a financial year such as 2024/25.")
    journeys = _store(run / "journeys", "events")
    tables = TableStore(run / "tables", journeys.buckets)
    coverage = journeys.table("coverage")
    begin, end = _period(coverage, first, last)
    authorities = sorted(set(coverage["la_code"]))
    matched = None
    if prices:
        check_identifiers(read_manifest(run))
        layouts = layouts_of(len(prices), price_layout)
        rows = _one_list(
            [read_prices(path, authorities, one) for path, one in zip(prices, layouts, strict=True)]
        )
        matched = _matched(rows, tables, journeys, entries, known_numbers(run))
    kernel = LedgerKernel(
        entries, begin, end, england(),
        frozenset(coverage.filter(pl.col("kind") == "lac_review")["la_code"]),
        price_year, loaded, matched is not None,
    )  # fmt: skip
    pieces = _pieces(tables, journeys)
    loader = _Loader(tables, journeys, pieces, matched.spans if matched else None)
    return Prepared(run, kernel, loader, journeys.buckets * pieces, coverage, matched)


class _Loader:
    """The tables of one piece of a bucket: pieces of a bucket are asked for one after the other."""

    def __init__(
        self, tables: TableStore, journeys: TableStore, pieces: int, prices: pl.DataFrame | None
    ) -> None:
        self.tables, self.journeys, self.pieces, self.prices = tables, journeys, pieces, prices
        self._bucket = -1
        self._loaded: Tables = {}

    def __call__(self, number: int) -> Tables:
        bucket, piece = divmod(number, self.pieces)
        if bucket != self._bucket:
            self._loaded, self._bucket = tables_of(self.tables, self.journeys, bucket), bucket
            if self.prices is not None:
                self._loaded["price_spans"] = self.prices
        if self.pieces == 1 and self.prices is None:
            return self._loaded
        children = self._loaded["children"].select(CHILD).unique().sort(CHILD)
        size = -(-children.height // self.pieces)
        mine = children.slice(piece * size, size)
        return {
            name: table.join(mine, on=CHILD, how="semi", maintain_order="left")
            for name, table in self._loaded.items()
        }


def tables_of(tables: TableStore, journeys: TableStore, bucket: int) -> Tables:
    """What the kernel reads of one bucket."""
    found = {name: tables.bucket(name, bucket) for name in TABLES if tables.has(name)}
    return found | {name: journeys.bucket(name, bucket) for name in JOURNEYS}


def _store(folder: Path, table: str) -> TableStore:
    return TableStore(folder, len(list((folder / table).iterdir())))


def _pieces(tables: TableStore, journeys: TableStore) -> int:
    episodes = tables.rows("care_chain") if tables.has("care_chain") else 0
    events = journeys.rows("events") // 20
    return max(1, -(-max(episodes, events) // (_EPISODES_AT_ONCE * journeys.buckets)))


def _period(coverage: pl.DataFrame, first: date | None, last: date | None) -> tuple[date, date]:
    """What was asked for, else what the returns cover of care, without SSDA903 of referrals."""
    ranges = _told_of(coverage)
    if ranges.is_empty() and not (first and last):
        raise UsageError(
            "The run has no SSDA903 and no census, so there is nothing to cost; give a period with --from "
            "and --to if it should be costed all the same."
        )
    begin = first or ranges["from"].min()
    end = last or ranges["to"].max()
    assert isinstance(begin, date) and isinstance(end, date)
    if begin > end:
        raise UsageError(f"The period ends on {end} before it begins on {begin}; check --from and --to.")
    return begin, end


def _told_of(coverage: pl.DataFrame) -> pl.DataFrame:
    """The days that costs rest on: those of care by SSDA903, without it those of referrals."""
    of_903 = pl.col("source").str.contains("ssda903", literal=True)
    ranges = coverage.filter((pl.col("kind") == "looked_after") & of_903)
    return ranges if ranges.height else coverage.filter(pl.col("kind") == "referral")


def _one_list(files: Sequence[PriceRows]) -> PriceRows:
    """The rows of several files as one list, numbered through; a later file's rows are the later ones."""
    frames, before = [], 0
    for one in files:
        frames.append(one.frame.with_columns(pl.col("price_row") + before))
        highest = one.frame["price_row"].max()
        before += int(highest) + 1 if isinstance(highest, int) else 0
    return PriceRows(
        pl.concat(frames),
        pl.concat([one.findings for one in files]),
        tuple(account for one in files for account in one.accounts),
        tuple(layout for one in files for layout in one.layouts),
    )


def _matched(
    rows: PriceRows, tables: TableStore, journeys: TableStore, entries: Catalogue, numbers: pl.DataFrame
) -> MatchedPrices:
    """The rows of all files on the placements of all children."""
    placements, people = [], [pl.DataFrame(schema=PEOPLE)]
    for bucket in range(journeys.buckets):
        found = tables_of(tables, journeys, bucket)
        chain = found.get("care_chain", CARE_CHAIN.empty())
        children = children_of({"children": found["children"], "care_chain": chain}, entries.settings)
        course, _ = course_of(chain, children, entries.settings.temporary)
        placements.append(course.placements(children))
        people += [found["children"].select(CHILD), found["child"].select(list(PEOPLE))]
    everybody = pl.concat(people, how="diagonal").group_by(CHILD).agg(pl.col("upn", "former_upn").max())
    return match_prices(rows, pl.concat(placements), Known(everybody, numbers))


def _check_uplift(used: pl.DataFrame, kernel: LedgerKernel) -> None:
    by_id = kernel.catalogue.by_id
    pairs = used.unique().sort("entry_id", "money_year").iter_rows()
    check_uplift(((by_id[one], year) for one, year in pairs), kernel.price_year, kernel.indices)


def days_beyond_returns(issues: pl.DataFrame) -> int:
    """How many days the period goes on after the last that the returns tell about.

    Args:
        issues: as `Costs.issues`.
    """
    return int(issues.filter(pl.col("what") == BEYOND_RETURNS)["count"].sum())


def _about_the_run(missing: Sequence[str], coverage: pl.DataFrame, end: date) -> pl.DataFrame:
    """What concerns no single child: processes that are not costed, a period that nobody can tell about."""
    rows = [
        {"severity": "note", "code": NO_MATCH, "process": process, "kind": "process", "count": 1,
         "what": "No entry of the catalogue prices this process: it is not costed."}
        for process in missing
    ]  # fmt: skip
    rows += [
        {
            "severity": "note",
            "code": NO_MATCH,
            "process": process,
            "kind": "process",
            "count": 1,
            "what": what,
        }
        for process, what in NO_DATA
        if process not in missing
    ]
    covered = _told_of(coverage)["to"].max()
    if isinstance(covered, date) and end > covered:
        rows.append(
            {"severity": "warning", "code": DATA, "count": (end - covered).days, "date": end,
             "what": BEYOND_RETURNS}
        )  # fmt: skip
    return COST_ISSUES.conform(
        pl.DataFrame(rows, schema_overrides={"date": pl.Date}, infer_schema_length=None)
    )


def _unknown_providers(entries: Catalogue, known: set[str]) -> pl.DataFrame:
    """Prices agreed with providers that no placement is with."""
    rows = [
        {"severity": "warning", "code": DATA, "process": entry.process, "kind": entry.kind, "count": 1,
         "what": "No placement on record is with the provider of this price.", "entry_ids": entry.id}
        for entry in entries.entries
        if (named := {entry.provider_id, *entry.when.provider_id} - {""}) and not named & known
    ]  # fmt: skip
    return COST_ISSUES.conform(pl.DataFrame(rows)) if rows else COST_ISSUES.empty()


def _unusual(entries: Catalogue) -> pl.DataFrame:
    """Prices far out of the ordinary, or of 0: they were used, and want a second look."""
    rows = [
        {"severity": "warning", "code": DATA, "process": entry.process, "kind": entry.kind, "count": 1,
         "what": said, "entry_ids": entry.id}
        for entry in entries.entries
        if (said := unusual(entry))
    ]  # fmt: skip
    return COST_ISSUES.conform(pl.DataFrame(rows)) if rows else COST_ISSUES.empty()


def _in_order(issues: pl.DataFrame) -> pl.DataFrame:
    return issues.sort("la_code", "child_id", "date", "code", "process", "kind", "what", nulls_last=False)
