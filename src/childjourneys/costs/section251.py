"""The ledger beside the finance return: what is modelled, what can't be, and what is left. Never forced.

Per line and year: modelled + not_child_level + timing + unmatched - contributions + gap = outturn. What is
modelled is gross; outturn is net current expenditure, which is gross less all income; contributions are all
that is income in the ledger, grants and what other agencies gave, written as a positive number here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from childjourneys.costs.section251_file import FinanceLine, FinanceReturn, as_cost_issues, natural
from childjourneys.costs.section251_nights import LineNights, by_line, without_price
from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.kinds import financial_years
from childjourneys.costs.summaries.parts import ADDED
from childjourneys.domain.codes import code_set
from childjourneys.tables.costs import COST_ISSUES

AMOUNTS = (
    "modelled", "not_child_level", "timing", "unmatched", "contributions", "outturn", "gap",
)  # fmt: skip
SCHEMA: dict[str, Any] = {
    "year": pl.String, "line": pl.String, **dict.fromkeys(AMOUNTS, pl.Int64), "coverage": pl.Float64,
}  # fmt: skip
# Groups of the usual map, and the words that their line's label has. Numbers: only what has been read.
WORDS: dict[str, tuple[str, ...]] = {
    "residential": ("residential care",),
    "fostering": ("fostering",),
    "fostering_other": ("fostering services", "excluding fees"),
    "fostering_fees": ("fees and allowances",),
    "family_and_friends": ("family and friends",),
    "adoption": ("adoption services",),
    "social_work": ("social work",),
    "asylum": ("asylum",),
}
READ_LINES: dict[str, dict[str, str]] = {
    "2013/14": {
        "residential": "6", "fostering": "7", "fostering_other": "7", "fostering_fees": "7", "adoption": "8",
        "family_and_friends": "12", "asylum": "15", "social_work": "18",
    },
    "2020/21": {"residential": "3.1.1", "fostering_other": "3.1.2a"},
}  # fmt: skip


@dataclass(frozen=True)
class Reconciliation:
    """What came of it.

    Attributes:
        table: year, line, AMOUNTS (pence), coverage (a proportion); every line of the return, then what the
            ledger has elsewhere, last what has no line.
        labels: by (year, line).
        checks: year, line, check, outturn_side, modelled_side (pence): two ways to look at it from above.
        questions: what only the authority can answer, in sentences.
        notes: what has to be known to read the table.
        issues: as cost_issues.csv.
    """

    table: pl.DataFrame
    labels: Mapping[tuple[str, str], str]
    checks: pl.DataFrame
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    issues: pl.DataFrame


def reconcile(
    cube: Cube,
    run: CostRun,
    returned: FinanceReturn,
    unmatched: Mapping[tuple[str, str], int] | None = None,
    looked_after: Mapping[str, int] | None = None,
    line_nights: pl.DataFrame | None = None,
) -> Reconciliation:
    """Put the ledger beside the return.

    Args:
        unmatched: pence of payments that match no placement, by year (2024/25) and line; the line is blank
            where nobody can tell.
        looked_after: children looked after on 31 March by year, for the second check.
        line_nights: as `section251_nights.line_nights`, for the first check.
    """
    notes: list[str] = []
    spent, money_of = _modelled(cube, returned.lines, notes, run.price_year)
    paid = dict(unmatched or {})
    given = {(one.year, one.line): one for one in returned.lines}
    keys = sorted(
        {*given, *spent, *paid}, key=lambda key: (key[0], key not in given, not key[1], natural(key[1]))
    )
    rows = [_row(key, given.get(key), spent.get(key), paid.get(key, 0)) for key in keys]
    notes += _period_notes(run, sorted({year for year, _ in given}))
    asked = questions(cube)
    faults = pl.DataFrame(
        [
            (*one[:2], None, None, None, None, None, 1, one[2], None)
            for one in as_cost_issues(returned.issues)
        ],
        schema=COST_ISSUES.schema,
        orient="row",
    )
    return Reconciliation(
        table=pl.DataFrame(rows, schema=SCHEMA, orient="row"),
        labels={key: one.label for key, one in given.items()},
        checks=_checks(rows, returned.lines, money_of, line_nights, looked_after or {}),
        questions=tuple(asked),
        notes=tuple(notes),
        issues=pl.concat([faults, line_issues(cube)]),
    )


def unmatched_by_year(unmatched: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Payments that match no placement, by financial year; no line, because nobody can tell it.

    Args:
        unmatched: as `costs.prices.UNMATCHED`; rows whose amount nobody can tell are left out.
    """
    known = unmatched.filter(pl.col("amount").is_not_null() & pl.col("date_from").is_not_null())
    pence = (
        (pl.col("amount").cast(pl.Decimal(20, 6)) * 100).round(0, mode="half_away_from_zero").cast(pl.Int64)
    )
    year = financial_years(pl.col("date_from").dt.to_string("%Y-%m"))
    summed = known.group_by(year.alias("year")).agg(pence.sum().alias("pence")).sort("year")
    return {(name, ""): amount for name, amount in summed.iter_rows()}


def looked_after_at(chain: pl.DataFrame, years: Sequence[str]) -> dict[str, int]:
    """Children looked after on 31 March, the last day of each financial year; short breaks don't count.

    Args:
        chain: as `tables.care_chain.CARE_CHAIN`.
    """
    found = {}
    for year in years:
        day = date(int(year[:4]) + 1, 3, 31)
        there = (pl.col("kind") == "care") & (pl.col("start") <= day)
        there &= pl.col("end").is_null() | (pl.col("end") > day)
        found[year] = chain.filter(there).select(pl.struct("la_code", "child_id").n_unique()).item()
    return found


def as_written(table: pl.DataFrame) -> pl.DataFrame:
    """As section251.csv: pounds with two decimals; coverage a proportion with four."""
    return table.with_columns(
        *((pl.col(name).cast(pl.Decimal(20, 2)) / 100).cast(pl.Decimal(20, 2)) for name in AMOUNTS),
        pl.col("coverage").round(4),
    )


def questions(cube: Cube) -> list[str]:
    """Codes of PLACE that have money and no line: which line they are is the authority's practice."""
    return [
        f"Which line of the finance return are placements of {place} ({label}) charged to? Write it in a"
        f" catalogue: settings: {{s251_map: {{{place}: the line}}}}. Until then {_pounds(pence)} (money of"
        f" {year}) has no line."
        for place, label, year, pence, _ in _without_line(cube)
    ]


def line_issues(cube: Cube) -> pl.DataFrame:
    """The same questions as rows of cost_issues.csv."""
    rows = [
        ("note", "cost-data", None, None, None, None, None, count, question, None)
        for question, (_, _, _, _, count) in zip(questions(cube), _without_line(cube), strict=True)
    ]
    return pl.DataFrame(rows, schema=COST_ISSUES.schema, orient="row")


def _without_line(cube: Cube) -> list[tuple[str, str, str, int, int]]:
    """PLACE, its label, price year, pence, lines of the ledger."""
    labels = code_set("placement_type").labels()
    found = (
        cube.months.filter(
            pl.col("s251_line").is_null()
            & pl.col("placement_type").is_not_null()
            & (pl.col("part") == "gross")
        )
        .group_by("placement_type", "price_year")
        .agg(pl.col("pence").sum(), pl.col("n_lines").sum())
        .sort("placement_type", "price_year")
    )
    return [
        (place, labels.get(place, "a code that is not known"), year, pence, count)
        for place, year, pence, count in found.iter_rows()
    ]


_Money = dict[str, int | None]


def _modelled(
    cube: Cube, lines: Sequence[FinanceLine], notes: list[str], price_year: str
) -> tuple[dict[tuple[str, str], _Money], dict[tuple[str, str], str]]:
    """Gross, contributions and grants by (year, line of the return), None where money of several years met;
    and the price year of the money."""
    months = cube.months.with_columns(year=financial_years(pl.col("month"))).filter(
        pl.col("part") != "other_agencies"
    )
    names = sorted(
        {(year, line) for year, line in months.select("year", "s251_line").unique().iter_rows() if line}
    )
    where = {key: line_of(*key, lines, notes) for key in names}
    found: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    summed = months.group_by("year", "s251_line", "price_year", "part").agg(pl.col("pence").sum())
    for year, line, money_of, part, pence in summed.sort(
        "year", "s251_line", "price_year", "part"
    ).iter_rows():
        key = year, where[year, line] if line else ""
        by_year = found.setdefault(key, {}).setdefault(money_of, dict.fromkeys(ADDED, 0))
        by_year[part] += pence
    money = {key: _one_money(key, by_year, notes, price_year) for key, by_year in found.items()}
    chosen = {
        key: key[0] if key[0] in by_year else next(iter(by_year))
        for key, by_year in found.items()
        if key[0] in by_year or len(by_year) == 1
    }
    for key, one in money.items():
        if one["grant"]:
            notes.append(
                f"{key[0]}, {f'line {key[1]}' if key[1] else 'no line'}: of the contributions"
                f" {_pounds(-one['grant'])} are grants."
            )
    return money, chosen


def _one_money(
    key: tuple[str, str], found: dict[str, dict[str, int]], notes: list[str], price_year: str
) -> _Money:
    """Money of one price year; of several, that of the year itself, and what is left out is told."""
    year, line = key
    remedy = (
        "What was really paid stays in the money of its own year."
        if price_year
        else "Give --price-year to bring what is not a price that was paid to one year."
    )
    shown = f"line {line}" if line else "no line"
    if len(found) == 1:
        (money_of, money), *_ = found.items()
        if money_of != year:
            notes.append(f"{year}, {shown}: modelled in prices of {money_of}, not of the year itself.")
        return dict(money)
    if year in found:
        others = ", ".join(
            f"{_pounds(one['gross'])} of {name}" for name, one in found.items() if name != year
        )
        notes.append(
            f"{year}, {shown}: only money of {year} is modelled. In other prices, which can't be added:"
            f" {others}. {remedy}"
        )
        return dict(found[year])
    notes.append(
        f"{year}, {shown}: nothing is modelled, because money of {', '.join(found)} can't be added. {remedy}"
    )
    return dict.fromkeys(ADDED)


def line_of(
    year: str, name: str, lines: Sequence[FinanceLine], notes: list[str], file: str = "return"
) -> str:
    """The line of the return that a name of the ledger means: its number, or a group by what was read.

    Args:
        file: what the lines are of, as the notes call it.
    """
    mine = [one for one in lines if one.year == year]
    for one in mine:
        if one.line.casefold() == name.casefold():
            return one.line
    group = name.strip().casefold().replace(" ", "_")
    read = READ_LINES.get(year, {}).get(group)
    if read is not None and (not mine or any(one.line == read for one in mine)):
        return read
    words = WORDS.get(group, (name.casefold(),))
    meant = [
        one.line
        for one in mine
        if not one.is_total
        and all(word in one.label.casefold() for word in words)
        and not (group == "fostering_fees" and "excluding" in one.label.casefold())
    ]
    if len(meant) == 1:
        return meant[0]
    if mine:
        why = f"lines {', '.join(meant)} could be meant" if meant else f"no line of the {file} says so"
        notes.append(
            f"{year}: money of {name!r} is beside no line of the {file}, because {why}: s251_map says."
        )
    return name


def _row(
    key: tuple[str, str], line: FinanceLine | None, money: _Money | None, unmatched: int
) -> tuple[Any, ...]:
    year, name = key
    if line is not None and line.is_total and money is None:
        return (year, name, None, None, None, None, None, line.net, None, None)
    spent = money or dict.fromkeys(ADDED, 0)
    modelled = spent["gross"]
    given = _credits(spent)
    other, timing = (line.not_child_level, line.timing) if line else (0, 0)
    outturn = line.net if line else None
    gap = coverage = None
    if outturn is not None and modelled is not None and given is not None:
        gap = outturn - modelled - other - timing - unmatched + given
        # Of nothing modelled beside a net income: 0, not -0.
        coverage = (modelled - given) / outturn + 0.0 if outturn else None
    return (year, name, modelled, other, timing, unmatched, given, outturn, gap, coverage)


def _credits(money: _Money) -> int | None:
    """Grants and contributions as a positive number: outturn is net of both."""
    contributions, grant = money["contributions"], money["grant"]
    return None if contributions is None or grant is None else -contributions - grant


def _period_notes(run: CostRun, years: Sequence[str]) -> list[str]:
    notes = []
    for year in years:
        start, end = date(int(year[:4]), 4, 1), date(int(year[:4]) + 1, 3, 31)
        inside = (min(end, run.last) - max(start, run.first)).days + 1
        whole = (end - start).days + 1
        if inside < whole:
            notes.append(
                f"{year}: the run covers {max(inside, 0)} of its {whole} days, so that the gap holds the rest"
                " of the year."
            )
    return notes


_CHECK = {"year": pl.String, "line": pl.String, "check": pl.String, "outturn_side": pl.Int64,
          "modelled_side": pl.Int64}  # fmt: skip


def _checks(
    rows: Sequence[tuple[Any, ...]],
    lines: Sequence[FinanceLine],
    money_of: Mapping[tuple[str, str], str],
    line_nights: pl.DataFrame | None,
    looked_after: Mapping[str, int],
) -> pl.DataFrame:
    found: list[tuple[str, str, str, int | None, int | None]] = []
    nights = (
        by_line(line_nights, lambda year, name: line_of(year, name, lines, []))
        if line_nights is not None
        else {}
    )
    lacking = without_price(line_nights) if line_nights is not None else {}
    for year, line, modelled, _, _, _, credits, outturn, _, _ in rows:
        slept = nights.get((year, line), LineNights())
        whole = slept.slept + slept.without
        if not whole or outturn is None:
            continue
        what = "an average week: / nights x 7"
        if slept.without:
            what += f"; outturn over {whole:,} nights, "
            what += f"modelled over the {slept.slept:,} of them that have a price"
        money = money_of.get((year, line), "")
        priced = slept.nights.get(money, 0)
        week = None
        if modelled is not None and credits is not None and priced:
            # The outturn is net, and so is this.
            week = _a_week(modelled - credits - slept.left_out.get(money, 0), priced)
        found.append((year, line, what, _a_week(outturn, whole), week))
    for year in sorted({one.year for one in lines}):
        care = _first(lines, year, "total children looked after", "children looked after")
        safe = _first(lines, year, "total safeguarding", "safeguarding")
        children = looked_after.get(year, 0)
        if care is None or not children:
            continue
        half = 0 if safe is None else safe // 2
        spent = [row[2] - (row[6] or 0) for row in rows if row[0] == year and row[2] is not None]
        what = "a child looked after: (children looked after + half of safeguarding) / children"
        if safe is None:
            what += "; the return has no line of safeguarding"
        if lacking.get(year):
            what += f"; {lacking[year]:,} nights without a price are not in what is modelled"
        found.append((year, "", what, (care + half) // children, sum(spent) // children))
    return pl.DataFrame(found, schema=_CHECK, orient="row")


def _first(lines: Sequence[FinanceLine], year: str, *labels: str) -> int | None:
    for label in labels:
        for one in lines:
            if one.year == year and one.label.casefold().startswith(label) and one.net is not None:
                return one.net
    return None


def _a_week(pence: int, nights: int) -> int:
    return (14 * pence + nights) // (2 * nights)


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"
