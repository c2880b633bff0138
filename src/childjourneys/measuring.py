"""Journeys to measures: every archetype over every bucket of children, and the cases to read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from childjourneys.archetypes.days import Flags, Ints
from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.evaluate import case_of
from childjourneys.archetypes.incidence import incidence_table
from childjourneys.archetypes.journeys import dated_coverage, journeys_of
from childjourneys.archetypes.kernel import ArchetypeKernel
from childjourneys.archetypes.measures import Coverage, Measure, coverage_of, plan_measures
from childjourneys.archetypes.people import added_people
from childjourneys.archetypes.rates import outcome_table
from childjourneys.archetypes.sensitivity import declared_by_id, sensitivity_table
from childjourneys.archetypes.timing import followed_days
from childjourneys.archetypes.trend import trend_table
from childjourneys.comparison.bins import bins_table
from childjourneys.comparison.of_a_run import MeasureFunnel, comparison_table, run_funnels
from childjourneys.domain.calendar import england
from childjourneys.engine.buckets import bucket_of
from childjourneys.engine.local import run_kernel
from childjourneys.equalities.about import authority_days, families_apart, with_deciles
from childjourneys.equalities.adjusted import adjusted_table
from childjourneys.equalities.anchor_rows import AnchorRows, anchor_rows
from childjourneys.equalities.context import context_table
from childjourneys.equalities.entry_dates import heaped_entry_dates, heaping_caveats
from childjourneys.equalities.kernel import GroupSums
from childjourneys.equalities.sums import SUMS, added_up
from childjourneys.equalities.workload import ReferralDaysKernel
from childjourneys.issues import IssueLog
from childjourneys.tables import DERIVED, REPORTED
from childjourneys.workspace.store import TableStore

NEEDED = ("events", "spells", "children", "mark")
# A bucket has fewer records than this many bits can number.
_BUCKET_BITS = 24
FAMILY_ANCHORS = "anchors_of_families"
# The definitions of a run, beside its tables.
DEFINITIONS = "archetypes.yaml"


@dataclass(frozen=True)
class Measured:
    """What archetypes came to.

    Attributes:
        measures: every definition and variant that was worked out.
        table: one row per measure and authority: archetypes.csv, with `headline` and `available`.
        audit: the cases to read, as audit_list.csv.
        causes: measure, la_code, cause, anchors: why anchors are unusable.
        trend, incidence, context: as the files of that name.
        heaped: per authority, sentences for beside every table of weekdays.
        groups: the sums behind `context`, with the distinct children of matches and of the others.
        people: distinct children by outcome and by month, as `archetypes.people`.
        bins: how soon, in steps of 30 days, as `comparison.bins.bins_table`.
        funnels: authorities, and teams of each, side by side: what comparison.csv says of archetypes.
        sensitivity: headline measures with other windows, as `archetypes.sensitivity`.
        by_group: what adds up groups, for other measures in context.
        adjusted: as adjusted.csv; None where nothing was named to be adjusted.
    """

    measures: tuple[Measure, ...]
    table: pl.DataFrame
    audit: pl.DataFrame
    causes: pl.DataFrame
    coverage: Mapping[str, Coverage]
    trend: pl.DataFrame
    incidence: pl.DataFrame
    context: pl.DataFrame
    heaped: Mapping[str, Sequence[str]]
    groups: pl.DataFrame
    people: pl.DataFrame
    bins: pl.DataFrame
    funnels: tuple[MeasureFunnel, ...]
    sensitivity: pl.DataFrame
    by_group: GroupSums
    adjusted: pl.DataFrame | None = None

    @property
    def comparison(self) -> pl.DataFrame:
        """The rows of comparison.csv about archetypes."""
        return comparison_table(self.funnels)


def measure(
    journeys: TableStore,
    definitions: Sequence[Archetype],
    log: IssueLog | None = None,
    adjust: Collection[str] = (),
) -> Measured:
    """Work out archetypes and keep their anchors in the store, as `anchors` and `anchors_of_families`.

    Args:
        log: told where referrals are entered on Mondays or Fridays.
        adjust: ids of definitions whose groups are also compared given age, sex, need and deprivation.
    """
    coverage = dated_coverage(journeys.table("coverage"))
    ranges = coverage_of(coverage)
    measures = plan_measures(definitions, ranges)
    own = tuple(one for one in measures if one.definition.follow == "child")
    families = tuple(one for one in measures if one.definition.follow == "family")
    partials = ("audit", "available", "counts", "days", "times", "people", "sensitivity")
    referrals = _referral_days(journeys)
    groups = _group_sums(journeys, coverage, referrals)
    heaped = heaped_entry_dates(referrals, coverage, england())
    again = declared_by_id(definitions)
    rows = AnchorRows(groups, frozenset(adjust)) if adjust else None
    if log is not None:
        log.extend([one.issue for one in heaped])
    found = run_kernel(
        ArchetypeKernel(own, coverage, england(), replace(groups, without_apart=True), again, rows),
        lambda number: {name: journeys.bucket(name, number) for name in NEEDED},
        journeys.buckets,
        journeys,
        (*partials, "groups", "rows"),
    )
    # Families are whole there.
    whole = replace(groups, apart={})
    kernel_of_families = ArchetypeKernel(families, coverage, england(), whole, again, rows)
    of_apart = ArchetypeKernel(own, coverage, england(), whole)
    together, apart = [], []
    for tables in in_families(journeys):
        together.append(kernel_of_families(tables))
        if some := of_families(tables, groups.apart or {}):
            apart.append(of_apart.group_sums(some))
    journeys.put_whole(FAMILY_ANCHORS, pl.concat(part["anchors"] for part in together))
    audit, available, counts, days, waits, behind, rerun = (
        pl.concat([found[name], *(part[name] for part in together)]) for name in partials
    )
    sums = pl.concat(
        [part["groups"] for part in (found, *together, *apart) if "groups" in part] or [no_groups()]
    )
    asked = _asked(measures, available)
    order = ["archetype", "la_code", "child_id", "anchor_date"]
    table = outcome_table(asked, counts)
    context = context_table(sums, [one.name for one in measures])
    return Measured(
        measures=measures,
        table=table,
        audit=DERIVED["audit_list"].conform(audit.sort(*order, "file", "sheet", "row", nulls_last=True)),
        causes=counts.filter(pl.col("cause") != "")
        .group_by("measure", "la_code", "cause")
        .agg(anchors=pl.col("n").sum())
        .sort("measure", "la_code", "cause"),
        coverage=ranges,
        context=context,
        by_group=groups,
        adjusted=adjusted_table(anchor_rows(found, *together), context) if adjust else None,
        groups=added_up(sums).filter(pl.col("group").is_not_null()),
        people=added_people(behind),
        sensitivity=sensitivity_table(rerun),
        heaped=heaping_caveats(heaped),
        trend=trend_table(days, _followed(measures, coverage, available)),
        incidence=incidence_table(waits.sort("measure", "la_code", "day")),
        bins=bins_table(waits.sort("measure", "la_code", "day")),
        funnels=run_funnels(measures, table, context, ranges),
    )


def _asked(measures: Sequence[Measure], available: pl.DataFrame) -> pl.DataFrame:
    """A row per measure and authority, with whether any part of the data could answer."""
    rows = [
        (one.name, one.definition.version, code, code in one.headline)
        for one in measures
        for code in one.authorities
    ]
    asked = pl.DataFrame(
        rows,
        schema={"archetype": pl.String, "version": pl.Int64, "la_code": pl.String, "headline": pl.Boolean},
        orient="row",
    )
    known = available.group_by(archetype="measure", la_code="la_code").agg(pl.col("available").any())
    return asked.join(known, on=["archetype", "la_code"], how="left", maintain_order="left").with_columns(
        pl.col("available").fill_null(False)
    )


def no_groups() -> pl.DataFrame:
    return pl.DataFrame(schema=SUMS)


def _group_sums(journeys: TableStore, coverage: pl.DataFrame, referrals: pl.DataFrame) -> GroupSums:
    """What groups are made with; school holidays and deprivation only where a table of them was given."""
    holidays = journeys.table("school_holidays") if journeys.has("school_holidays") else None
    deciles = (with_deciles(journeys.bucket("children", number)) for number in range(journeys.buckets))
    days = authority_days(coverage, referrals, england(), holidays)
    apart = families_apart(journeys.bucket("children", number) for number in range(journeys.buckets))
    return GroupSums(days, frozenset().union(*deciles), apart)


def _referral_days(journeys: TableStore) -> pl.DataFrame:
    """New referrals a day of every authority, over all buckets."""
    found = run_kernel(
        ReferralDaysKernel(),
        lambda number: {name: journeys.bucket(name, number) for name in ("events", "children")},
        journeys.buckets,
        journeys,
        ("referral_days",),
    )
    return found["referral_days"]


def _followed(
    measures: Sequence[Measure], coverage: pl.DataFrame, available: pl.DataFrame
) -> dict[tuple[str, str], tuple[Ints, Flags]]:
    """Per measure and authority that can answer, which days of anchors are followed in full."""
    known = set(available.filter("available").select("measure", "la_code").iter_rows())
    empty = {name: DERIVED[name].empty() for name in ("events", "spells", "children")}
    nobody = journeys_of(
        events=empty["events"].with_columns(record=pl.lit(None, dtype=pl.Int64), place_in_day=pl.lit(0)),
        spells=empty["spells"].with_columns(record=pl.lit(None, dtype=pl.Int64)),
        children=empty["children"],
        coverage=coverage,
        marks=REPORTED["mark"].empty().with_columns(la_code=pl.lit("")),
    )
    return {
        (one.name, code): followed_days(
            case_of(one.definition, nobody.authority(code).without(one.without), None, england())
        )
        for one in measures
        for code in one.authorities
        if (one.name, code) in known
    }


def gathered(
    journeys: TableStore, names: Iterable[str], keep: Callable[[int, pl.DataFrame], pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Tables of journeys out of all buckets, what `keep` leaves of each; records keep numbers of their own.

    Args:
        keep: from a bucket's number and table to the rows that are wanted.
    """
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in names}
    for number in range(journeys.buckets):
        for name, frames in parts.items():
            rows = keep(number, journeys.bucket(name, number))
            if "record" in rows.columns:
                rows = rows.with_columns(pl.col("record") + (number << _BUCKET_BITS))
            frames.append(rows)
    # Columns of marks stand in another order in a bucket where spellings were brought together.
    return {name: pl.concat(frames, how="diagonal") for name, frames in parts.items()}


def of_families(
    tables: Mapping[str, pl.DataFrame], families: Mapping[str, Collection[str]]
) -> dict[str, pl.DataFrame]:
    """The children of some families, by authority; nothing where there are none."""
    pairs = [(code, family) for code, names in families.items() for family in names]
    wanted = pl.DataFrame(pairs, schema={"la_code": pl.String, "family_id": pl.String}, orient="row")
    children = tables["children"].join(wanted, on=["la_code", "family_id"], how="semi")
    if children.is_empty():
        return {}
    on = ["la_code", "child_id"]
    return {
        name: rows.join(children, on=on, how="semi", maintain_order="left") for name, rows in tables.items()
    }


def in_families(journeys: TableStore) -> Iterator[dict[str, pl.DataFrame]]:
    """Everything about the children who have a family, whole families at a time: as many parts as buckets."""
    children = journeys.table("children").filter(pl.col("family_id").is_not_null())
    families = bucket_of(children["la_code"], children["family_id"], journeys.buckets)
    on = ["la_code", "child_id"]
    for number in range(journeys.buckets):
        mine = children.filter(pl.Series(families, dtype=pl.Int64) == number).select(on)

        def kept(_: int, rows: pl.DataFrame, mine: pl.DataFrame = mine) -> pl.DataFrame:
            return rows.join(mine, on=on, how="semi", maintain_order="left")

        yield gathered(journeys, NEEDED, kept)
