"""The tables of the report, as words and numbers that a template only has to lay out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from childjourneys.domain.vocabulary import EVENT, EVENTS, SPELL_LABELS
from childjourneys.journeys.summaries import SEXES
from childjourneys.reports.palette import event_colour
from childjourneys.reports.wording import KINDS_OF_RETURN, RULES, day, month, number

LONG_TABLE = 22  # rows from which a table scrolls in a box of its own on screen (it prints whole)

PLAN_LABELS = {"cin_start": "Child in need plan starts", "cin_end": "Child in need plan ends"}

Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Chip:
    """One step of a journey: a code, its colour, what it means, and `×3` where it repeats."""

    code: str
    colour: str
    label: str
    times: str


@dataclass(frozen=True)
class Cell:
    """`bar`: width of a bar before the text, in per cent; `chips`: a journey instead of plain text.

    `link`: key of what the text leads to on the page; `note` stands after the text, outside the link.
    """

    text: str
    bar: float | None = None
    chips: tuple[Chip, ...] = ()
    link: str = ""
    note: str = ""


@dataclass(frozen=True)
class PageTable:
    """A table: `numeric` says which columns align right; the first cell of a row is its heading.

    `whole`: shown in full however long it is; `folded`: behind its caption until someone opens it.
    """

    key: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: frozenset[int] = field(default_factory=frozenset)
    whole: bool = False
    folded: bool = False

    @property
    def long(self) -> bool:
        return not self.whole and len(self.rows) >= LONG_TABLE


def files_table(returns: pl.DataFrame, authorities: dict[str, str]) -> PageTable:
    rows = []
    for row in returns.iter_rows(named=True):
        kind = KINDS_OF_RETURN.get(row["kind"], row["kind"])
        if row["year"]:
            kind = f"{kind} {row['year']}"
        what = _lists(row["lists"])
        how = f" ({row['as_at_how']})" if row["as_at_how"] else ""
        rows.append(
            (
                row["file"],
                kind,
                *_authority(row["la_code"], authorities),
                day(row["as_at"]) + how,
                what,
                row["status"],
                number(row["rows_in"]),
                number(row["rows_loaded"]),
            )
        )
    return _table(
        "files",
        "Files read",
        (
            "File",
            "What it is",
            *_authority_heading(authorities),
            "As at",
            "Holds",
            "Status",
            "Rows",
            "Loaded",
        ),
        rows,
        {len(rows[0]) - 2, len(rows[0]) - 1} if rows else set(),
    )


def coverage_table(coverage: pl.DataFrame, authorities: dict[str, str]) -> PageTable:
    rows = [
        (
            kind_label(row["kind"]),
            *_authority(row["la_code"], authorities),
            day(row["from"]),
            day(row["to"]),
            RULES.get(row["rule"], row["rule"]),
            ", ".join(KINDS_OF_RETURN.get(s, s) for s in (row["source"] or "").split("; ") if s),
        )
        for row in coverage.sort("la_code", "from", "kind").iter_rows(named=True)
    ]
    return _table(
        "coverage",
        "Days that the returns can tell about, by kind (both days included)",
        ("Kind", *_authority_heading(authorities), "From", "To", "Tells", "Comes from"),
        rows,
        set(),
    )


def reading_table(summaries: Frames) -> PageTable:
    rows: list[tuple[str, ...]] = [
        (
            row["file"] or "",
            row["sheet"] or "",
            number(row["rows_in"]),
            number(row["rows_out"]),
            number(row["duplicate"]),
            number(row["set_aside"]),
            "yes" if row["adds_up"] else "NO",
            row["reason"] or "",
        )
        for row in summaries["reading"].iter_rows(named=True)
    ]
    total = summaries["reading_total"].row(0, named=True)
    rows.append(
        (
            "Total", "", number(total["rows_in"]), number(total["rows_out"]), number(total["duplicate"]),
            number(total["set_aside"]), "NO" if total["wrong"] else "yes", "",
        )
    )  # fmt: skip
    return _table(
        "reading",
        "What became of every row: rows in = loaded + duplicate + set aside",
        ("File", "Sheet or element", "Rows in", "Loaded", "Duplicate", "Set aside", "Adds up", "Why"),
        rows,
        {2, 3, 4, 5},
    )


def later_steps_table(summaries: Frames) -> PageTable:
    rows = [
        (row["step"], number(row["rows_in"]), number(row["rows_out"]), row["reason"] or "")
        for row in summaries["later_steps"].iter_rows(named=True)
    ]
    return _table("later", "Steps after reading", ("Step", "Rows in", "Rows out", "Why"), rows, {1, 2})


def findings_table(summaries: Frames) -> PageTable:
    rows = []
    for row in summaries["findings"].iter_rows(named=True):
        more = " (and other wordings)" if row["wordings"] > 1 else ""
        rows.append(
            (
                row["severity"],
                row["code"],
                number(row["places"]),
                row["what"] + more,
                row["to_do"] or "",
                row["first_place"],
            )
        )
    return _table(
        "findings",
        "Findings by severity and code",
        ("Severity", "Code", "Places", "What was found (first)", "What to do", "First place"),
        rows,
        {2},
    )


def volumes_table(summaries: Frames, shown: Sequence[str]) -> PageTable:
    """Months by event types; a month that no return covers has a dash, a part of one says so."""
    months = summaries["volumes_all"].filter(pl.col("event").is_in(shown) & pl.col("covered"))
    cells = {(row["month"], row["event"]): row for row in months.iter_rows(named=True)}
    rows = []
    for when in sorted({key[0] for key in cells}):
        row = [month(when)]
        for event in shown:
            found = cells.get((when, event))
            if found is None:
                row.append("–")
            else:
                row.append(number(found["n"]) + ("" if found["complete"] else " (part)"))
        rows.append(row)
    return _table(
        "volumes",
        "Events by month. A dash: no return covers the month. (part): covered for some of its days only.",
        ("Month", *(kind_label(event) for event in shown)),
        rows,
        set(range(1, len(shown) + 1)),
    )


def journeys_table(summaries: Frames) -> PageTable:
    rows = []
    frame = summaries["common_journeys"]
    widest = frame.filter(pl.col("kinds") == 1)["percent"].to_list()[0] if frame.height else 100
    for row in frame.iter_rows(named=True):
        steps = () if row["kinds"] > 1 else chips(row["journey"])
        label = f"{row['kinds']:,} other journeys" if row["kinds"] > 1 else row["journey"]
        rows.append(
            (
                Cell(label, chips=steps),
                Cell(number(row["n"])),
                Cell(
                    f"{number(row['percent'], 1)}%",
                    bar=0.0 if row["kinds"] > 1 else round(100 * row["percent"] / widest, 1),
                ),
                Cell(number(row["median_days"])),
            )
        )
    return PageTable(
        "journeys",
        "The most common journeys. ×3: the same event three times running.",
        ("Journey", "Children", "Share of children", "Days from first to last event (median)"),
        rows,
        frozenset({1, 3}),
    )


def stages_tables(stages: pl.DataFrame) -> list[PageTable]:
    """One for each window, shortest first."""
    windows = stages["months"].unique(maintain_order=True)
    return [_stages_table(months, stages.filter(pl.col("months") == months)) for months in windows]


def _stages_table(months: int, stages: pl.DataFrame) -> PageTable:
    rows = []
    for row in stages.slice(1).iter_rows(named=True):
        if not row["covered"]:
            rows.append((row["label"], "not in these returns", *[""] * 6))
            continue
        rows.append(
            (
                row["label"],
                number(row["reached_in_all"]),
                number(row["reached"]),
                number(row["not_reached"]),
                f"{number(row['percent'], 1)}%" if row["percent"] is not None else "too few",
                number(row["reached_early"]),
                number(row["too_recent"]),
                number(row["not_covered"]),
            )
        )
    return _table(
        f"stages-{months}",
        f"What followed within {months} months",
        (
            "Stage",
            "Reached, in all",
            f"Followed for {months} months: reached",
            f"Followed for {months} months: not reached",
            "Share reached of those followed",
            "Not followed for so long: reached so far",
            "Not reached yet: too recent to tell",
            "Not seen: months without a return",
        ),
        rows,
        set(range(1, 8)),
    )


def ages_table(summaries: Frames) -> PageTable:
    wide = summaries["ages"].pivot(on="sex", index="age", values="n", maintain_order=True)
    shown = [sex for sex in SEXES if sex in wide.columns]
    rows = [(row["age"], *(number(row[sex]) for sex in shown)) for row in wide.iter_rows(named=True)]
    totals = {row["sex"]: row["n"] for row in summaries["age_totals"].iter_rows(named=True)}
    rows.append(("Total", *(number(totals.get(sex, 0)) for sex in shown)))
    return _table(
        "ages",
        "Referrals by age in completed years on the day, and sex",
        ("Age", *(SEXES[sex] for sex in shown)),
        rows,
        set(range(1, len(shown) + 1)),
    )


def authorities_table(summaries: Frames, authorities: dict[str, str]) -> PageTable:
    rows = [
        (
            authorities.get(row["la_code"], row["la_code"]) if row["la_code"] else "Total",
            number(row["children"]),
            number(row["children_with_line"]),
            number(row["events"]),
            number(row["spells"]),
        )
        for row in summaries["counts"].iter_rows(named=True)
    ]
    return _table(
        "authorities",
        "Children and events by authority",
        ("Authority", "Children", "With a journey line", "Events", "Spells"),
        rows,
        {1, 2, 3, 4},
    )


def chips(journey: str) -> tuple[Chip, ...]:
    """The steps of a reduced journey, such as `C ×2 -> R`."""
    by_code = {event.code: event for event in EVENTS}
    found = []
    for step in journey.split(" -> "):
        code, _, times = step.partition(" ×")
        event = by_code.get(code)
        found.append(
            Chip(
                code,
                event_colour(event.name) if event else "#383f43",
                event.label if event else code,
                f"×{times}" if times else "",
            )
        )
    return tuple(found)


def kind_label(kind: str) -> str:
    """An event type or a spell kind in words, for numbers that leave out what dates no plan."""
    if kind in PLAN_LABELS:
        return PLAN_LABELS[kind]
    return EVENT[kind].label if kind in EVENT else SPELL_LABELS.get(kind, kind)


def legend() -> tuple[Chip, ...]:
    """Every code that a journey line can show."""
    return tuple(chip for event in EVENTS if event.in_lines for chip in chips(event.code))


def _authority_heading(authorities: dict[str, str]) -> tuple[str, ...]:
    return ("Authority",) if len(authorities) > 1 else ()


def _authority(la_code: str | None, authorities: dict[str, str]) -> tuple[str, ...]:
    """A cell where there are several authorities; one is named at the head of the page."""
    return (authorities.get(la_code or "", la_code or ""),) if len(authorities) > 1 else ()


def _lists(numbers: str | None) -> str:
    """`1 2 3 5` is lists 1 to 3, 5."""
    if not numbers:
        return ""
    runs: list[list[int]] = []
    for value in sorted(int(part) for part in numbers.split()):
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    words = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return f"lists {', '.join(words)}"


def _table(
    key: str, caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], numeric: set[int]
) -> PageTable:
    return PageTable(
        key, caption, headings, [[Cell(text) for text in row] for row in rows], frozenset(numeric)
    )
