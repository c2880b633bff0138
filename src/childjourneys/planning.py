"""A scenario against the costing in force: what would have been spent, month by month and line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl

from childjourneys.costing import Prepared, prepare
from childjourneys.costs.days import months, number
from childjourneys.costs.scenario.definition import NewService, Number, Scenario, Shift
from childjourneys.costs.scenario.reading import read_scenario
from childjourneys.costs.terms import Terms
from childjourneys.costs.uplift import check_uplift
from childjourneys.costs.whatif.numbers import goes_straight, numbers_of, tried, with_number
from childjourneys.costs.whatif.outcome import Tried, WhatIf
from childjourneys.costs.whatif.piece import Piece, piece_of
from childjourneys.costs.whatif.plan import Plan, name_of, plan_of, refused
from childjourneys.costs.whatif.prices import Prices
from childjourneys.costs.whatif.pricing import Rules, Told
from childjourneys.costs.whatif.results import (
    break_even_between,
    break_even_share,
    month_name,
    payback,
    rounded,
    rows_of,
    shared_out,
)
from childjourneys.costs.whatif.running import Found, run_scenario
from childjourneys.issues import UsageError
from childjourneys.kept_costs import Asked, kept
from childjourneys.reports.csv_files import write_csv
from childjourneys.reports.files import write_text
from childjourneys.reports.scenario_page import render_scenario
from childjourneys.reports.scenario_tables import scenario_as_written
from childjourneys.reports.scenario_workbook import write_scenario_workbook
from childjourneys.tables.costs import POUNDS
from childjourneys.tables.scenario import SCENARIO
from childjourneys.workspace.runs import open_run, publish

_NONE = Fraction(0)
_AT_NONE, _AT_ALL = "share 0", "share 1"
# Where places are limited the net does not go by the share in a straight line: it is worked out at so many
# parts of the whole, and read between them.
_PARTS = 20
_ENDS = ("low", "high")
_LIMITED = f"worked out at shares a {_PARTS}th apart, as places are limited"


def what_if(out: Path, scenario_file: Path, progress: Callable[[int, int], None] | None = None) -> WhatIf:
    """Work a scenario out against the costing of a run: same catalogue, same children, same prices.

    Raises:
        UsageError: there is no costing, the scenario can't be, does not fit to it, or refers to nothing.
    """
    scenario = read_scenario(scenario_file)
    asked = kept(out)
    ready = _prepared(out, scenario, asked)
    terms = ready.kernel.terms()
    plan = plan_of(scenario, terms)
    others = _others(scenario, terms)
    told = Told()
    found = run_scenario(_pieces(ready, terms, told, progress), plan, others, told)
    _check(scenario, found, ready)
    return _put_together(scenario, plan, found, ready, _of_the_ledger(out, ready, asked))


def _prepared(out: Path, scenario: Scenario, asked: Asked) -> Prepared:
    """The base: as it was costed, in the period and money that the scenario asks for."""
    first, last = scenario.period or (asked.first, asked.last)
    if first < asked.first or last > asked.last:
        raise UsageError(
            f"{scenario.file}: its period goes beyond that of the costing, {asked.first} to {asked.last}; "
            "cost that period first, or leave `period` out."
        )
    if not first <= scenario.start <= last:
        raise UsageError(
            f"{scenario.file}: it starts on {scenario.start}, outside the period {first} to {last}."
        )
    ready = prepare(
        out, asked.catalogue, first, last, [Path(path) for path in asked.prices], asked.price_layouts,
        scenario.target_price_year or asked.price_year, Path(asked.indices) if asked.indices else None,
    )  # fmt: skip
    version = ready.kernel.catalogue.version
    wanted = scenario.base_run
    if wanted and wanted not in (out.name, str(out), ready.run.name, asked.version, version):
        raise UsageError(
            f"{scenario.file}: `base_run` is {wanted}, and this is another: its folder is {out.name}, its "
            f"catalogue version {version}."
        )
    if asked.version and asked.version != version:
        raise UsageError(
            f"The catalogue is no longer the one that was costed with (version {asked.version}, now "
            f"{version}); cost again with: childjourneys costs"
        )
    return ready


def _pieces(
    ready: Prepared, terms: Terms, told: Told, progress: Callable[[int, int], None] | None
) -> Iterator[Piece]:
    rules = Rules(Prices(terms), ready.kernel.window)
    for at in range(ready.buckets):
        yield piece_of(ready.load(at), ready.kernel, rules, told)
        if progress:
            progress(at + 1, ready.buckets)


def _others(scenario: Scenario, terms: Terms) -> dict[str, Plan]:
    """The scenario with one number at its low and high, and with nothing and all of the first shift."""
    found = {}
    share = _first_share(scenario)
    if share is not None and _limited(scenario):
        for part in _some_shares():
            if part != share.value:
                found[f"share {part}"] = plan_of(with_number(scenario, share.name, part), terms)
    elif share is not None:
        for name, value in ((_AT_NONE, _NONE), (_AT_ALL, Fraction(1))):
            if value != share.value:
                found[name] = plan_of(with_number(scenario, share.name, value), terms)
    for one in numbers_of(scenario):
        ends = [(end, value) for end, value in zip(_ENDS, tried(one), strict=True) if value != one.value]
        if one == share and not _limited(scenario):
            continue
        if goes_straight(scenario, one):
            # Two points make a straight line.
            ends = ends[:1]
        for end, value in ends:
            found[f"{one.name} {end}"] = plan_of(with_number(scenario, one.name, value), terms)
    return found


def _first_share(scenario: Scenario) -> Number | None:
    for change in scenario.changes:
        if isinstance(change, Shift):
            return change.share
        if isinstance(change, NewService) and change.effect.type == "shift":
            return change.effect.rate
    return None


def _some_shares() -> list[Fraction]:
    return [Fraction(part, _PARTS) for part in range(_PARTS + 1)]


def _limited(scenario: Scenario) -> bool:
    return any(isinstance(change, Shift) and change.capacity for change in scenario.changes)


def _check(scenario: Scenario, found: Found, ready: Prepared) -> None:
    """Refuse what means nothing, what can't be brought to one money, and money of several years."""
    kernel = ready.kernel
    pairs = found.used.iter_rows()
    check_uplift(
        ((kernel.catalogue.by_id[one], year) for one, year in pairs), kernel.price_year, kernel.indices
    )
    for at, count in enumerate(found.concerned):
        if not count:
            raise refused(scenario, at, "it concerns no child of this run: no stay or price is what it says.")
    if len(found.years) > 1:
        raise UsageError(
            f"The costing holds money of several price years ({', '.join(sorted(found.years))}), which is "
            "never added: give the scenario a `target_price_year`, or, where the prices were paid for single "
            "children or under a contract, a `period` inside one financial year."
        )


def _of_the_ledger(out: Path, ready: Prepared, asked: Asked) -> int | None:
    """Net pence of the costing's own lines, where they are of the same period and money."""
    kernel, file = ready.kernel, out / "in-team" / "cost_children.csv"
    same = (kernel.first, kernel.last, kernel.price_year) == (asked.first, asked.last, asked.price_year)
    if not same or not file.is_file():
        return None
    amounts = pl.read_csv(file, columns=["net"], schema_overrides={"net": POUNDS})
    return int((amounts["net"].sum() or 0) * 100)


def _put_together(
    scenario: Scenario, plan: Plan, found: Found, ready: Prepared, ledger: int | None
) -> WhatIf:
    names = tuple(name_of(scenario, at) for at in range(len(scenario.changes)))
    rows = rows_of(found.base, found.differences, names)
    implementation = _implementation(plan, found, names)
    days = np.array([plan.start, number(ready.kernel.last)], dtype=np.int64)
    start, end = months(days).tolist()
    by_month = dict.fromkeys((month_name(month) for month in range(start, end + 1)), 0)
    for row in rows:
        if row.month in by_month:
            by_month[row.month] += row.difference
        elif row.difference:
            by_month[row.month] = row.difference
    for _, month, amount in implementation:
        by_month[month] = by_month.get(month, 0) + amount
    net = tuple(sorted(by_month.items()))
    total = sum(amount for _, amount in net)
    share, words = _break_even(scenario, found, total)
    return WhatIf(
        scenario, ready.kernel.catalogue, ready.kernel.first, ready.kernel.last,
        next(iter(found.years), ready.kernel.price_year), names, tuple(rows),
        rounded(sum(found.base.values(), _NONE)), implementation, net, payback(net), share, words,
        _children(sum(row.difference for row in rows), sum(one for _, _, one in implementation), found),
        _tornado(scenario, found, total), tuple(found.concerned), tuple(found.moved),
        {names[step - 1]: amount for step, amount in sorted(found.cut.items()) if amount}, found.faults,
        None if scenario.seed is None else round(sum(row.difference for row in rows) + found.sampled), ledger,
    )  # fmt: skip


def _implementation(plan: Plan, found: Found, names: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """What it costs to bring about, by change and month; each change rounded once."""
    first = int(months(np.array([plan.start], dtype=np.int64))[0])
    rows = []
    for step, name in enumerate(names, 1):
        cells = {(month, ""): amount * 100 for (of, month), amount in found.paid.items() if of == step}
        cells[(first, "")] = cells.get((first, ""), _NONE) + plan.fixed[step - 1] * 100
        rows += [(name, month_name(month), pence) for (month, _), pence in shared_out(cells).items() if pence]
    return tuple(rows)


def _break_even(scenario: Scenario, found: Found, total: int) -> tuple[float | None, str]:
    share = _first_share(scenario)
    if share is None:
        return None, "no change is a shift"
    if _limited(scenario):
        nets = {part: found.others.get(f"share {part}", float(total)) for part in _some_shares()}
        answer = break_even_between(sorted((nets | {share.value: float(total)}).items()))
        return answer, f"{'about, ' if answer is not None else 'no share from 0 to 1, '}{_LIMITED}"
    ends = [found.others.get(name, float(total)) for name in (_AT_NONE, _AT_ALL)]
    answer = break_even_share(*ends)
    return answer, "" if answer is not None else "no share from 0 to 1"


def _children(difference: int, spent: int, found: Found) -> int | None:
    """How many children have to take part for what is saved to make up for what is spent first."""
    moved = sum(found.moved, _NONE)
    if not moved or difference >= 0 or spent <= 0:
        return None
    return -int(-spent * moved // -difference)


def _tornado(scenario: Scenario, found: Found, total: int) -> tuple[Tried, ...]:
    rows = [Tried(one, *tried(one), *_nets(scenario, one, found, total)) for one in numbers_of(scenario)]
    return tuple(sorted(rows, key=lambda row: (-abs(row.net_high - row.net_low), row.number.name)))


def _nets(scenario: Scenario, one: Number, found: Found, total: int) -> tuple[int, int]:
    """The net at the low and the high of a number."""
    at = {one.value: float(total)}
    at |= {
        value: found.others[f"{one.name} {end}"]
        for end, value in zip(_ENDS, tried(one), strict=True)
        if f"{one.name} {end}" in found.others
    }
    if one == _first_share(scenario):
        known = ((Fraction(0), _AT_NONE), (Fraction(1), _AT_ALL))
        at |= {value: found.others[name] for value, name in known if name in found.others}
    nets = []
    for value in tried(one):
        if value not in at:
            # In a straight line through two points.
            (x, y), (other, its) = list(at.items())[:2]
            at_value = y + (its - y) / float(other - x) * float(value - x)
        else:
            at_value = at[value]
        nets.append(round(at_value))
    return nets[0], nets[1]


def write_what_if(out: Path, found: WhatIf) -> Path:
    """Write `scenario_ID.csv`, `.xlsx` and `.html` to in-team/, in the place of earlier ones of that name.

    Raises:
        ChildJourneysError: a file can't be written.
    """
    run = open_run(out)
    team = run / "in-team"
    team.mkdir(exist_ok=True)
    stem = f"scenario_{found.scenario.id}"
    write_csv(team / f"{stem}.csv", scenario_as_written(found.rows), SCENARIO.names())
    write_scenario_workbook(team / f"{stem}.xlsx", found)
    write_text(team / f"{stem}.html", render_scenario(found))
    publish(run, out)
    return out / "in-team" / f"{stem}.html"
