"""The modules of SSDA903 beside Episodes, over all returns.

Source: the design's section on SSDA903, "Rows", "Years" and the table of modules.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care_words import warnings_at
from childjourneys.merging.care_years import (
    DECISIONS,
    MISSING,
    ORDERS,
    WORKERS,
    YearRule,
    gone_warnings,
    over_years,
    without_next,
)
from childjourneys.merging.facts import CHILD, PLACE
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.tables import REPORTED

Tables = dict[str, pl.DataFrame]
FIRST_CONTACT, LAST_CONTACT = 17, 25
# Canonical name of a date or value that the module names otherwise.
_NAMES = {
    "missing": {"missing_start_date": "start_date", "missing_end_date": "end_date"},
    "placed_decision": {
        "should_be_placed_date": "decision_date",
        "should_be_placed_reversed_date": "reversed_date",
        "should_be_placed_reversed_reason": "reversed_reason",
    },
    "social_worker_episode": {"sw_start_date": "start_date", "sw_end_date": "end_date"},
    "deprivation_of_liberty": {"dolo_start_date": "start_date", "dolo_end_date": "end_date"},
}
_DATED = (MISSING, DECISIONS, WORKERS, ORDERS)
YEARLY = ("leaver_contact", "uasc", "oc2", "adopted_child", "previous_permanence", "mother")
_PLACES = {"source": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64}


def dated_modules(
    rows: Tables, returns: Sequence[LoadedReturn], marks: pl.DataFrame
) -> tuple[Tables, list[tuple[str, int, int]], list[Issue]]:
    """Tables of the modules whose records may go on from year to year; counts of rows and facts; warnings.

    A record that was open and is not in the next return of its module ended on 1 April, on a day not known;
    a decision to place for adoption just stays.
    """
    tables: Tables = {}
    counts: list[tuple[str, int, int]] = []
    issues: list[Issue] = []
    for rule in _DATED:
        name = rule.table.name
        found = rows.get(name)
        if found is None or found.is_empty():
            tables[name] = pl.DataFrame(schema=_dated_schema(rule))
            continue
        years = over_years(found, rule, marks)
        issues += years.issues
        facts = years.facts
        gone = without_next(years, rule, returns) if rule is not DECISIONS else facts.clear()
        issues += gone_warnings(gone, rule)
        tables[name] = _dated(facts, gone, rule)
        counts.append((name, found.height, facts.height))
    return tables, counts, issues


def yearly_modules(rows: Tables) -> tuple[Tables, list[tuple[str, int, int]], list[Issue]]:
    """Tables of the modules with one row a child and return, and the counts of rows and facts."""
    tables: Tables = {}
    counts: list[tuple[str, int, int]] = []
    issues: list[Issue] = []
    for name in YEARLY:
        found = rows.get(name)
        stated = [c.name for c in REPORTED[name].stated if c.role not in ("place", "key")]
        columns = [*CHILD, *stated, "as_at", *PLACE, "also_in"]
        if found is None or found.is_empty():
            schema = REPORTED[name].schema | {"la_code": pl.String, "as_at": pl.Date, "also_in": pl.String}
            schema |= _PLACES
            tables[name] = pl.DataFrame(schema={column: schema[column] for column in columns}).with_row_index(
                "fact"
            )
            continue
        ordered = found.sort(
            *CHILD, "as_at", "file", "row", descending=[False, False, False, True, False], maintain_order=True
        )
        first = ordered.unique([*CHILD, "as_at"], keep="first", maintain_order=True)
        issues += _other_file(ordered, first, stated, name)
        first = first.with_columns(also_in=pl.lit(None, dtype=pl.String))
        tables[name] = first.select(columns).with_row_index("fact")
        if name != "mother":
            counts.append((name, found.height, first.height))
    return tables, counts, issues


def with_contact_days(contacts: pl.DataFrame, children: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Care leavers with `contact_date`, their birthday in the year of the return, and `contact_age` on it.

    Both are null without a birth date and at other ages than 17 to 25, with a warning. Someone born on 29
    February has that birthday on 1 March in a year without one.
    """
    born = pl.col("birth_date")
    month, day = born.dt.month().cast(pl.Int32), born.dt.day().cast(pl.Int32)
    ends = pl.col("as_at").dt.year()
    year = ends - (month > 3).cast(pl.Int32)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    moved = (month == 2) & (day == 29) & ~leap
    birthday = pl.date(year, pl.when(moved).then(3).otherwise(month), pl.when(moved).then(1).otherwise(day))
    age = (year - born.dt.year()).cast(pl.Int64)
    found = (
        contacts.join(children.select(*CHILD, "birth_date"), on=CHILD, how="left", maintain_order="left")
        .with_columns(contact_date=birthday, contact_age=age)
        .with_columns(
            pl.when(pl.col("contact_age").is_between(FIRST_CONTACT, LAST_CONTACT)).then(
                pl.col("contact_date", "contact_age")
            )
        )
        .drop("birth_date")
    )
    return found, warnings_at(
        found.filter(pl.col("contact_date").is_null()),
        "care-leaver-age",
        "A care leaver without a birth date, or whose birthday in the year is not the 17th to 25th; it "
        "gives no event.",
        "A birth date that makes the young person 17 to 25 in the year.",
        "Correct the birth date in Header.",
        "birth_date",
    )


def adopted_without_end(
    adopted: pl.DataFrame, periods: pl.DataFrame, returns: Sequence[LoadedReturn]
) -> list[Issue]:
    """A warning at each row of AD1 whose child has no episode that ended in adoption."""
    ended = periods.filter(pl.col("reason_ceased").is_in(["E11", "E12"])).select(CHILD).unique()
    carries = pl.DataFrame(
        sorted({(r.la_code, r.as_at) for r in returns if "Episodes" in r.modules}),
        schema={"la_code": pl.String, "as_at": pl.Date},
        orient="row",
    )
    left = adopted.join(ended, on=CHILD, how="anti").join(carries, on=["la_code", "as_at"], how="semi")
    return warnings_at(
        left,
        "adopted-without-end",
        "AD1 says that the child was adopted, and no episode ends with E11 or E12.",
        "An episode that ends with E11 or E12.",
        "Check which of the two is right.",
        "CHILD",
    )


def with_contradictions(
    adoptions: pl.DataFrame, decisions: pl.DataFrame, periods: pl.DataFrame
) -> tuple[pl.DataFrame, list[Issue]]:
    """List 10 with `reversed_date_contradicts` and `order_date_contradicts`, and a warning at each.

    SSDA903 tells otherwise when the same decision was reversed, or on what day the child was adopted.
    """
    told = decisions.drop_nulls("reversed_date").unique([*CHILD, "decision_date"], maintain_order=True)
    days = periods.filter(
        pl.col("reason_ceased").is_in(["E11", "E12"]),
        pl.col("open") == "false",
        pl.col("end_date_source") == "ssda903",
    ).select(*CHILD, order_date="end_date")
    adopted = days.select(*CHILD, _adopted=pl.lit(True)).unique()
    compared = (
        adoptions.join(
            told.select(*CHILD, "decision_date", _reversed="reversed_date"),
            on=[*CHILD, "decision_date"],
            how="left",
            maintain_order="left",
        )
        .join(adopted, on=CHILD, how="left", maintain_order="left")
        .join(days.unique().with_columns(_same=pl.lit(True)), on=[*CHILD, "order_date"], how="left",
              maintain_order="left")
    )  # fmt: skip
    shown = compared.with_columns(
        reversed_date_contradicts=(pl.col("reversed_date") != pl.col("_reversed")).fill_null(False),
        order_date_contradicts=pl.col("order_date").is_not_null()
        & pl.col("_adopted").is_not_null()
        & pl.col("_same").is_null(),
    ).drop("_reversed", "_adopted", "_same")
    issues: list[Issue] = []
    for name in ("reversed_date", "order_date"):
        issues += warnings_at(
            shown.filter(f"{name}_contradicts"),
            "contradicts-care-return",
            "SSDA903 gives another date for this step towards adoption; its date was used.",
            "The same in both returns.",
            "Find out which is right and correct the case system.",
            name,
        )
    return shown, issues


def _dated(facts: pl.DataFrame, gone: pl.DataFrame, rule: YearRule) -> pl.DataFrame:
    names = _NAMES[rule.table.name]
    end = names[rule.end or ""]
    lost = gone.select("fact", _on=pl.col("last_as_at").dt.offset_by("1d"))
    renamed = facts.rename({**names, **{f"end_{part}": f"{end}_{part}" for part in (*PLACE, "also_in")}})
    shown = (
        renamed.join(lost, on="fact", how="left", maintain_order="left")
        .with_columns(
            open=pl.when(pl.col("_on").is_not_null())
            .then(pl.lit("unknown"))
            .when(pl.col(end).is_null())
            .then(pl.lit("true"))
            .otherwise(pl.lit("false")),
            end_unused=pl.col("bad_end"),
        )
        .with_columns(pl.coalesce(end, "_on"))
    )
    return shown.select(*_dated_schema(rule))


def _dated_schema(rule: YearRule) -> dict[str, pl.DataType | type[pl.DataType]]:
    names = _NAMES[rule.table.name]
    end = names[rule.end or ""]
    stated = {
        names.get(c.name, c.name): c.type for c in rule.table.stated if c.name not in ("child_id", *_PLACES)
    }
    return {
        "fact": pl.UInt32, "la_code": pl.String, "child_id": pl.String, **stated, "open": pl.String,
        "end_unused": pl.Boolean, **_PLACES, "also_in": pl.String,
        **{f"{end}_{part}": kind for part, kind in _PLACES.items()}, f"{end}_also_in": pl.String,
    }  # fmt: skip


def _other_file(rows: pl.DataFrame, first: pl.DataFrame, stated: list[str], name: str) -> list[Issue]:
    """A warning at rows of another file of the same year that differ from the one used."""
    if rows.height == first.height:
        return []
    used = first.select(*CHILD, "as_at", _file="file", **{f"_{column}": column for column in stated})
    others = rows.join(used, on=[*CHILD, "as_at"], maintain_order="left").filter(
        pl.col("file") != pl.col("_file")
    )
    issues: list[Issue] = []
    for column in stated:
        differs = others.filter((pl.col(column) != pl.col(f"_{column}")).fill_null(False))
        issues += warnings_at(
            differs,
            "two-files-differ",
            "Another file of the same year gives another value; the later in the order of paths was used.",
            "One row for each child and year.",
            "Leave out the file that is not the last one sent.",
            column,
        )
    return issues
