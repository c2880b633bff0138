"""Tables of what happened: events, months, journeys, ages, and what came of referrals and enquiries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from childjourneys.disclosure.presets import Preset
from childjourneys.disclosure.problem import Name
from childjourneys.domain.codes import code_set
from childjourneys.domain.vocabulary import EVENT_ORDER
from childjourneys.pathways.groups import GROUPS
from childjourneys.pathways.summaries import UNDECIDED
from childjourneys.reports.page_tables import kind_label
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.counts import WHOLE, Counts, Line, flat, printed

_CODES = {"ethnic_group": "ethnicity", "referral_source": "referral_source", "primary_need": "need"}
_OTHER_JOURNEYS = "other journeys"


def event_tables(
    events: pl.DataFrame, volumes: pl.DataFrame, la_code: str, period: str, preset: Preset
) -> list[SharedTable]:
    """Events by type, and of each type by month, together: months add up to their type.

    Args:
        events: la_code, event, n, children: of one authority.
        volumes: as `journeys.summaries`, of the months that are wholly covered, with `children`.
    """
    counts = Counts(preset)
    rows = {
        event: (n, children) for event, n, children in events.select("event", "n", "children").iter_rows()
    }
    kinds = [event for event in EVENT_ORDER if event in rows]
    names = {event: counts.count(("events", event), *rows[event]) for event in kinds}
    total = counts.count(("events",), sum(n for n, _ in rows.values()), weight=WHOLE)
    counts.add_up(list(names.values()), total)
    months: dict[str, list[tuple[str, Name]]] = {}
    for event, month, n, children in volumes.select("event", "month", "n", "children").iter_rows():
        # Need episodes that stand for plans are in the types only: `add_up` takes them for a rest.
        name = counts.count(("events", event, str(month)[:7]), n, children)
        months.setdefault(event, []).append((str(month)[:7], name))
    for event, lines in months.items():
        if event in names:
            counts.add_up([name for _, name in lines], names[event])
    solution = counts.protect()
    kinds_of = [Line(kind_label(event), (name,)) for event, name in names.items()]
    made = [
        SharedTable("Events by type", "events", la_code, "event", period,
                    printed(solution, ("event", "n"), [*kinds_of, Line("Total", (total,))]))
    ]  # fmt: skip
    for event, found in months.items():
        title = f"{kind_label(event)}: by month, in months that are wholly covered"
        frame = printed(solution, ("month", "n"), [Line(month, (name,)) for month, name in found])
        made.append(SharedTable(title, f"events: {event}", la_code, "month", period, frame))
    return made


def journey_table(journeys: pl.DataFrame, la_code: str, period: str, preset: Preset) -> SharedTable:
    """The most common journeys. One of few children is told apart by its very steps, so it joins the others.

    Args:
        journeys: as `common_journeys`; the last row may hold the others.
    """
    kept: dict[str, int] = {}
    rest = 0
    for journey, n in journeys.select("journey", "n").iter_rows():
        if str(journey).startswith("other (") or preset.small(n):
            rest += n
        else:
            kept[str(journey)] = n
    frame = flat(preset, kept | {_OTHER_JOURNEYS: rest}, ("journey", "n"))
    return SharedTable("Most common journeys, children", "journeys", la_code, "journey", period, frame)


def age_tables(
    ages: pl.DataFrame, sexes: Mapping[str, str], la_code: str, period: str, preset: Preset
) -> list[SharedTable]:
    """Referrals by age and by sex, which share a total.

    Args:
        ages: age, sex, n.
    """
    counts = Counts(preset)
    total = counts.count(("referrals",), int(ages["n"].sum()), weight=WHOLE)
    made = []
    for dimension in ("age", "sex"):
        found = ages.group_by(dimension, maintain_order=True).agg(pl.col("n").sum())
        names = {str(group): counts.count((dimension, str(group)), n) for group, n in found.iter_rows()}
        counts.add_up(list(names.values()), total)
        made.append((dimension, names))
    solution = counts.protect()
    tables = []
    for dimension, names in made:
        labels = sexes if dimension == "sex" else {}
        lines = [Line(labels.get(group, group), (name,)) for group, name in names.items()]
        frame = printed(solution, (dimension, "n"), [*lines, Line("Total", (total,))])
        title = f"Referrals inside coverage by {dimension}"
        tables.append(SharedTable(title, "referrals", la_code, dimension, period, frame))
    return tables


def pathway_tables(
    shares: pl.DataFrame, what: str, step: int, match: str, la_code: str, period: str, preset: Preset
) -> list[SharedTable]:
    """What came of referrals, or of enquiries: all outcomes, and by group the share with one of them.

    Args:
        shares: as `pathways.summaries`, of one authority.
        what: name of the measure in the tables.
        match: the outcome that tables of groups are about.
    """
    mine = shares.filter(pl.col("step") == step)
    whole = mine.filter(pl.col("dimension") == "all")
    if not int(whole["count"].sum()):
        return []
    counts = Counts(preset)
    total = counts.count(("all",), int(whole["count"].sum()), weight=WHOLE)
    followed = counts.count(("n",), max(whole["n"].drop_nulls().to_list(), default=0), weight=WHOLE)
    outcomes: list[tuple[str, Name]] = []
    decided = whole.filter(~pl.col("outcome").is_in(UNDECIDED))
    for outcome, matches, matching in decided.select("outcome", "matches", "matching").iter_rows():
        outcomes.append((outcome, counts.count(("outcome", outcome), int(matches), matching)))
    counts.add_up([name for _, name in outcomes], followed)
    rest = counts.count(("not followed",), counts.problem.cells[0].count - counts.problem.cells[1].count)
    counts.add_up([followed, rest], total)
    for _, name in outcomes:
        counts.share(followed, name)
    by_group = dict(_by_group(counts, mine, match, followed, ("outcome", match)))
    solution = counts.protect()
    lines = [Line(outcome, (name,), (followed, name)) for outcome, name in outcomes]
    lines += [Line("not in the shares", (rest,)), Line("Total", (total,))]
    made = [SharedTable(f"{what}: what came of them", what, la_code, "outcome", period,
                        printed(solution, ("outcome", "n"), lines))]  # fmt: skip
    for dimension, groups in by_group.items():
        title = f"{what} by {dimension.replace('_', ' ')}: {match}"
        rows = [*groups, Line("Total", (followed, ("outcome", match)), (followed, ("outcome", match)))]
        frame = printed(solution, ("group", "n", "matches"), rows)
        made.append(SharedTable(title, what, la_code, dimension, period, frame))
    return made


def _by_group(
    counts: Counts, shares: pl.DataFrame, match: str, followed: Name, matched: Name
) -> Iterator[tuple[str, list[Line]]]:
    for dimension in ("month", *GROUPS, "team"):
        mine = shares.filter(pl.col("dimension") == dimension, pl.col("outcome") == match)
        if dimension == "case" or mine.is_empty():
            continue
        labels = code_set(_CODES[dimension]).labels() if dimension in _CODES else {}
        lines, everyone, some = [], [], []
        columns = ("group", "n", "matches", "children", "matching")
        for group, n, matches, children, matching in mine.select(columns).iter_rows():
            of = counts.count(("n", dimension, str(group)), int(n), children)
            with_it = counts.count(("matches", dimension, str(group)), int(matches), matching)
            counts.share(of, with_it)
            label = f"{group} {labels[group]}" if group in labels else str(group)
            lines.append(Line(label, (of, with_it), (of, with_it)))
            everyone.append(of)
            some.append(with_it)
        counts.add_up(everyone, followed)
        counts.add_up(some, matched)
        yield dimension, lines
