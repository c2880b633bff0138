"""The ledger kernel: tables of some children to what their care and support cost, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from childjourneys.costs.days import Ints, number
from childjourneys.costs.facts import CHILD, Children, children_of
from childjourneys.costs.findings import DATA, as_issues, findings
from childjourneys.costs.in_need import InNeed, in_need_of, need_occurrences
from childjourneys.costs.indices import Indices
from childjourneys.costs.intervals import union
from childjourneys.costs.looks import Scene, Thresholds
from childjourneys.costs.matching import Matcher
from childjourneys.costs.model import CIN, LAC, NEEDS, Catalogue
from childjourneys.costs.nights import course_of
from childjourneys.costs.occurrences import Window, care_occurrences, stay_starts
from childjourneys.costs.price_spans import price_spans_of
from childjourneys.costs.pricer import Pricer
from childjourneys.costs.pricing import PricedSpans
from childjourneys.costs.terms import Terms
from childjourneys.costs.unpriced_nights import unpriced_nights
from childjourneys.domain.calendar import WorkingDays
from childjourneys.tables.care_chain import CARE_CHAIN
from childjourneys.tables.costs import LEDGER_CHILDREN

Tables = dict[str, pl.DataFrame]
# Of each bucket: what could not be priced, needs with their rules, entries with the year whose money they are
# in, nights by level of price, providers with a price of their own.
PARTIALS = (
    "cost_children", "cost_issues", "cost_needs", "cost_used", "cost_levels", "cost_providers",
)  # fmt: skip
LEVELS = ("child", "contract", "authority", "default", "none")


@dataclass(frozen=True)
class LedgerKernel:
    """Prices one bucket's children. Picklable; needs only what it is given.

    Attributes:
        first, last: the period, both days included.
        reviewed: authorities with a list of reviews; elsewhere reviews are worked out.
        prices_given: the run has prices of single children (in the table `price_spans`).
    """

    catalogue: Catalogue
    first: date
    last: date
    calendar: WorkingDays
    reviewed: frozenset[str] = frozenset()
    price_year: str = ""
    indices: Indices = field(default_factory=lambda: Indices({}))
    prices_given: bool = False

    @property
    def window(self) -> Window:
        return Window(number(self.first), number(self.last) + 1)

    def terms(self) -> Terms:
        return Terms(Matcher(self.catalogue, self.prices_given), self.price_year, self.indices)

    def __call__(self, tables: Tables) -> Tables:
        """`cost_ledger`, `cost_unpriced`, and the partials of PARTIALS.

        Args:
            tables: `care_chain`, `lac_review`, `uasc`, `oc2`, `child`, `need_episode`, `assessment`, `needs`,
                `leaving_care`; of the journeys `events`, `spells`, `children`; and `price_spans`. One that
                nobody reported may be missing.
        """
        settings, window = self.catalogue.settings, self.window
        children = children_of(tables, settings)
        scene, need, said = scene_of(tables, children, settings.temporary)
        pricer = Pricer(scene, self.terms(), window)
        nights, ongoing = pricer.nights(), pricer.ongoing(need, tables, children)
        lines = [pricer.span_lines(nights), pricer.span_lines(ongoing)]
        used = [pricer.terms.used(one.item, one.year) for one in (nights, ongoing)]
        events, reviews = care_occurrences(scene, window, settings, tables, self.reviewed, self.calendar)
        said += [nights.faults, ongoing.faults, reviews, _not_parted(nights), _before_birth(nights, children)]
        for occurrences in (*events, *need_occurrences(need, scene), stay_starts(scene, window)):
            priced = pricer.events(occurrences)
            lines.append(pricer.event_lines(priced, occurrences))
            used.append(pricer.terms.used(priced.item, priced.year))
            said.append(priced.faults)
        ledger = pricer.ledger(lines)
        return {
            "cost_ledger": ledger,
            "cost_children": _per_child(ledger, nights, children),
            "cost_issues": as_issues(pl.concat(said), children),
            "cost_needs": children.frame.select(
                *CHILD, "need_group", *(name for need_ in NEEDS for name in (need_, f"{need_}_rule"))
            ),
            "cost_used": pl.concat(used).unique().sort("entry_id", "money_year"),
            "cost_levels": _levels(nights, pricer.terms),
            "cost_providers": _providers(scene, self.catalogue),
            "cost_unpriced": unpriced_nights(nights, scene),
        }


def scene_of(tables: Tables, children: Children, temporary: str) -> tuple[Scene, InNeed, list[pl.DataFrame]]:
    """What the children's nights and events are looked at with, and findings about their episodes."""
    chain = tables.get("care_chain", CARE_CHAIN.empty())
    course, said = course_of(chain, children, temporary)
    need = in_need_of(tables, children)
    prices = price_spans_of(tables.get("price_spans"), children)
    return Scene(children, course, prices, need.plans, need.first_referral), need, [said]


def not_costed(matcher: Matcher) -> list[str]:
    """Processes that no entry of the catalogue prices, and what no return tells."""
    return matcher.not_costed((*LAC, *CIN))


def _not_parted(priced: PricedSpans) -> pl.DataFrame:
    nights = priced.stretches.nights
    some = np.flatnonzero(priced.no_social_work > 0)
    rows = pl.DataFrame(
        {"child_no": nights.child[some], "day": nights.start[some], "nights": priced.no_social_work[some]}
    )
    return findings(rows, DATA, "day", "nights", severity="note", process="lac.3", kind="process",
                    what="The child's own price took the place of one that holds social work too, which "
                         "can't be parted from it: these nights have no social work of LAC 3.")  # fmt: skip


def _before_birth(priced: PricedSpans, children: Children) -> pl.DataFrame:
    nights = priced.stretches.nights
    born = children.born[nights.child]
    count = np.minimum(nights.end, born) - nights.start
    some = np.flatnonzero(count > 0)
    rows = pl.DataFrame({"child_no": nights.child[some], "day": nights.start[some], "nights": count[some]})
    return findings(rows, DATA, "day", "nights", process="lac.3",
                    what="A placement begins before the child was born: one of the two dates is wrong. Its "
                         "nights were charged.")  # fmt: skip


def _providers(scene: Scene, catalogue: Catalogue) -> pl.DataFrame:
    """The providers of placements and prices that entries name."""
    wanted = Thresholds.of(catalogue.entries).ids
    found = (scene.course.frame["urn"], scene.prices.frame["provider_id"], scene.prices.frame["urn"])
    known = pl.concat([column.cast(pl.String) for column in found]).unique()
    return known.filter(known.is_in(list(wanted))).sort().to_frame("provider_id")


def _per_child(ledger: pl.DataFrame, priced: PricedSpans, children: Children) -> pl.DataFrame:
    """One row per child with a line or a night, and price year."""
    nights = priced.stretches.nights
    size = len(children)
    length = nights.end - nights.start
    counts: Sequence[Ints] = [
        np.bincount(nights.child, weights=weight, minlength=size).astype(np.int64)
        for weight in (length, priced.unpriced)
    ]
    facts = children.frame.select(*CHILD, "need_group").with_columns(
        nights=pl.Series(counts[0]), unpriced_nights=pl.Series(counts[1])
    )
    pence, process = pl.col("pence"), pl.col("process")
    money = ledger.group_by(*CHILD, "price_year").agg(
        gross_pence=pence.filter((pence > 0) & (pl.col("agency") == "local_authority")).sum(),
        contributions_pence=pence.filter(process == "contribution").sum(),
        grant_pence=pence.filter(process == "grant").sum(),
    )
    money = money.with_columns(
        net_pence=pl.col("gross_pence") + pl.col("contributions_pence") + pl.col("grant_pence")
    )
    joined = facts.join(money, on=CHILD, how="left").filter(
        (pl.col("nights") > 0) | pl.col("price_year").is_not_null()
    )
    names = [name for name in money.columns if name.endswith("_pence")]
    return LEDGER_CHILDREN.conform(
        joined.with_columns(pl.col(names).fill_null(0)).sort(*CHILD, "price_year", nulls_last=True)
    )


def _levels(priced: PricedSpans, terms: Terms) -> pl.DataFrame:
    """Nights by the most particular price that keeps the placement: child, contract, authority, default; of
    a night that lacks its social work or its placement, none."""
    spans = priced.spans
    keeps = np.array([one.process == "lac.3" for one in terms.items], dtype=bool)[priced.item]
    rank = np.array([LEVELS.index(one.basis) for one in terms.items], dtype=np.int64)[priced.item]
    nights = priced.stretches.nights
    best = np.full(len(nights), len(LEVELS) - 1, dtype=np.int64)
    for level in range(len(LEVELS) - 1):
        some = keeps & (rank == level)
        covered = union(priced.child[some], spans.start[some], spans.end[some])
        here = covered.at(nights.child, nights.start) >= 0
        best = np.where(here & (priced.unpriced == 0), np.minimum(best, level), best)
    total = np.bincount(best, weights=nights.end - nights.start, minlength=len(LEVELS)).astype(np.int64)
    return pl.DataFrame({"price_basis": list(LEVELS), "nights": total})
