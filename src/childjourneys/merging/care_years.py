"""One fact out of the rows that the SSDA903 returns of several years give of it: the later return wins.

Other than in the census a later blank end wins too: the row stands in the later return only because the
episode was still open in its year. Source: the design's section on SSDA903, "Years".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care_words import HEADINGS, warnings_at
from childjourneys.merging.facts import CHILD, PLACE, place_text
from childjourneys.merging.groups import Groups
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.tables import REPORTED
from childjourneys.tables.schema import Table

RUN_OFF = ("H5", "P2")
SUPPORTED = "K3"
_ROW = [*CHILD, "file", "sheet", "row"]


@dataclass(frozen=True)
class YearRule:
    """How one module is read over several years.

    Attributes:
        module: its name in the guide.
        table: its declaration.
        key: columns that, with the child, make two rows the same fact; the first is the start.
        end: the end, if it has one.
        tied: columns that are said of the end and go with it.
        what: the fact in words.
    """

    module: str
    table: Table
    key: tuple[str, ...]
    end: str | None
    what: str
    tied: tuple[str, ...] = ()

    @property
    def start(self) -> str:
        return self.key[0]


EPISODES = YearRule(
    "Episodes", REPORTED["care_episode"], ("episode_start_date",), "episode_end_date", "episode of care",
    ("reason_episode_ceased", "reason_place_change"),
)  # fmt: skip
MISSING = YearRule(
    "Missing", REPORTED["missing"], ("missing_start_date", "missing_type"), "missing_end_date",
    "missing incident",
)  # fmt: skip
DECISIONS = YearRule(
    "PlacedAdoption", REPORTED["placed_decision"], ("should_be_placed_date",),
    "should_be_placed_reversed_date", "decision to place for adoption", ("should_be_placed_reversed_reason",),
)  # fmt: skip
WORKERS = YearRule(
    "SWEpisodes", REPORTED["social_worker_episode"], ("sw_start_date",), "sw_end_date",
    "time with a social worker", ("sw_reason",),
)  # fmt: skip
ORDERS = YearRule(
    "DoLo", REPORTED["deprivation_of_liberty"], ("dolo_start_date",), "dolo_end_date",
    "deprivation of liberty order",
)  # fmt: skip


@dataclass(frozen=True)
class Years:
    """Facts of one module over all returns.

    `facts`: one row per fact, with `fact`, `turn` (0 for the last of several that start on one day in one
    file, and more for those before it), the values, the place of the latest row and `also_in`; the place of
    the end as `end_*`; `bad_end` where an end was given that can't be used; `last_as_at`, the latest return
    that has it. `reports`: every row with the number of its fact. Both are in order of child, start and turn.
    """

    facts: pl.DataFrame
    reports: pl.DataFrame
    issues: list[Issue]


def over_years(rows: pl.DataFrame, rule: YearRule, marks: pl.DataFrame) -> Years:
    """The facts of a module, the later return winning, with warnings at the earlier rows.

    Args:
        rows: reported rows of all returns with la_code, child_id, source, file, as_at, fact_rank,
            status_rank. There must be at least one.
        rule: of the module.
        marks: places (la_code, child_id, file, sheet, row) and `start` of records whose end can't be used.
    """
    group = [*CHILD, *rule.key, "turn"]
    rows = _turned(_with_bad_ends(rows, rule, marks), rule).sort(
        *group, "fact_rank", "file", "row", nulls_last=True, maintain_order=True,
        descending=[False] * (len(group) - 1) + [True, False, True, False],
    )  # fmt: skip
    groups = Groups(rows.with_columns_seq(place=place_text()), group, "status_rank")
    rows = rows.with_columns_seq(fact=pl.Series(groups.number, dtype=pl.UInt32))
    head = pl.Series(groups.heads, dtype=pl.UInt32)
    if rule.end:
        # What is said of an end counts where the row gives the end that is used.
        used = rows[rule.end].gather(head[groups.number])
        bad = rows["bad_end"].gather(head[groups.number])
        same = (rows[rule.end] == used).fill_null(False) | (rows["bad_end"] & bad)
        rows = rows.with_columns_seq(pl.when(same).then(pl.col(name)) for name in rule.tied)
    groups.rows = rows.with_columns_seq(place=place_text())
    own = (rule.end, *rule.tied, *rule.key)
    values = [name for name in (*rule.table.names("value", "status"), *_extra(rows)) if name not in own]
    chosen = groups.firsts(dict.fromkeys((*values, *rule.tied), False))
    picks = {name: (name, head) for name in (*group, *PLACE, "bad_end", "return_no")}
    picks |= {name: (name, chosen[name]) for name in (*values, *rule.tied)}
    picks["last_as_at"] = ("as_at", head)
    if rule.end:
        picks[rule.end] = (rule.end, head)
        picks |= {f"end_{part}": (part, head) for part in PLACE}
    columns = groups.pick(picks)
    columns["also_in"] = groups.others(head)
    if rule.end:
        columns["end_also_in"] = groups.others(head, like=rule.end)
    facts = pl.DataFrame(columns).with_row_index("fact")
    return Years(facts, rows, _differences(rows, facts, rule))


def dates_of(returns: Sequence[LoadedReturn], module: str) -> pl.DataFrame:
    """la_code, as_at and `next`, the date of the next return that has the module; null after the last."""
    found = sorted({(r.la_code, r.as_at) for r in returns if r.source == "ssda903" and module in r.modules})
    frame = pl.DataFrame(found, schema={"la_code": pl.String, "last_as_at": pl.Date}, orient="row")
    return frame.with_columns(next=pl.col("last_as_at").shift(-1).over("la_code"))


def without_next(years: Years, rule: YearRule, returns: Sequence[LoadedReturn]) -> pl.DataFrame:
    """Facts that were open in the last return that has them and are not in the next one of the module.

    An episode is open on 31 March when its own return has none of the child after it.
    """
    facts = years.facts.join(
        dates_of(returns, rule.module), on=["la_code", "last_as_at"], how="left", maintain_order="left"
    )
    gone = facts.filter(pl.col(rule.end or "").is_null(), ~pl.col("bad_end"), pl.col("next").is_not_null())
    if rule is not EPISODES or gone.is_empty():
        return gone
    latest = years.reports.group_by(*CHILD, "as_at").agg(_latest=pl.col(rule.start).max())
    return gone.join(
        latest, left_on=[*CHILD, "last_as_at"], right_on=[*CHILD, "as_at"], how="left", maintain_order="left"
    ).filter(pl.col(rule.start) == pl.col("_latest"), pl.col("turn") == 0)


def corrected(years: Years, gone: pl.DataFrame) -> pl.DataFrame:
    """Of the episodes that are gone, those that the next return gives with another start.

    It has one of the child that starts otherwise, not after the 31 March on which this one was open, runs
    on past that day and was not in the return of that year.
    """
    if gone.is_empty():
        return gone
    start, end = EPISODES.start, EPISODES.end or ""
    mine = years.reports.join(gone.select(CHILD).unique(), on=CHILD, how="semi", maintain_order="left")
    mine = mine.unique([*CHILD, "fact", "as_at"], keep="first", maintain_order=True)
    within = [*CHILD, "as_at"]
    mine = mine.with_columns(_following=pl.col(start).shift(-1).over(within))
    stated = pl.col(end).is_not_null() & ((pl.col(end) <= pl.col("_following")).fill_null(True))
    mine = mine.with_columns(_until=pl.when(stated).then(end).otherwise("_following"))
    candidates = gone.select("fact", *CHILD, "next", "last_as_at", _own=pl.col(start)).join(
        mine.select(*CHILD, "as_at", _other=pl.col("fact"), _start=pl.col(start), _until=pl.col("_until")),
        left_on=[*CHILD, "next"],
        right_on=[*CHILD, "as_at"],
    )
    known = mine.select(_other="fact", last_as_at="as_at").unique()
    fitting = candidates.filter(
        pl.col("_start") != pl.col("_own"),
        pl.col("_start") <= pl.col("last_as_at"),
        (pl.col("_until") > pl.col("last_as_at")).fill_null(True),
    ).join(known, on=["_other", "last_as_at"], how="anti")
    return gone.join(fitting.select("fact").unique(), on="fact", how="semi", maintain_order="left")


def gone_warnings(gone: pl.DataFrame, rule: YearRule) -> list[Issue]:
    """A warning at the last row of each fact that a later return lost."""
    return warnings_at(
        gone,
        "gone-without-end",
        f"This {rule.what} was open here and is not in the next return; when it ended is not known.",
        "An end date in this or the next return, or the record again while it is open.",
        "Look the record up: it was ended late, deleted, or given another start.",
        rule.end or "",
    )


def _with_bad_ends(rows: pl.DataFrame, rule: YearRule, marks: pl.DataFrame) -> pl.DataFrame:
    """With `bad_end`; an end before its start is one, and what is said of an end counts only beside one."""
    if rule.end is None:
        return rows.with_columns_seq(bad_end=pl.lit(False))
    on = [*_ROW, rule.start]
    if marks.is_empty():
        marked = pl.lit(False)
    else:
        found = marks.select(*_ROW, **{rule.start: pl.col("start")}, _marked=pl.lit(True)).unique()
        rows = rows.join(found, on=on, how="left", maintain_order="left")
        marked = pl.col("_marked").fill_null(False)
    before = (pl.col(rule.end) < pl.col(rule.start)).fill_null(False)
    rows = rows.with_columns_seq(bad_end=(marked & pl.col(rule.end).is_null()) | before)
    rows = rows.with_columns_seq(pl.when(~pl.col("bad_end")).then(pl.col(rule.end)).alias(rule.end))
    ended = pl.col(rule.end).is_not_null() | pl.col("bad_end")
    return rows.with_columns_seq(pl.when(ended).then(pl.col(name)).alias(name) for name in rule.tied).drop(
        "_marked", strict=False
    )


def _turned(rows: pl.DataFrame, rule: YearRule) -> pl.DataFrame:
    """With `turn`: rows of one key in one file, counted back; one that ends at once is not the last."""
    unit = ["file", "sheet", *CHILD, *rule.key]
    if not rows.select(pl.struct(unit).is_duplicated().any()).item():
        return rows.with_columns_seq(turn=pl.lit(0, dtype=pl.UInt32))
    end = [pl.col(rule.end) > pl.col(rule.start), pl.col(rule.end)] if rule.end else []
    content = [name for name in rule.table.names("value", "status") if name not in rule.key]
    ordered = rows.sort(*unit, *end, *content, "row", nulls_last=True, maintain_order=True)
    behind = pl.len() - 1 - pl.int_range(pl.len())
    return ordered.with_columns(turn=behind.over(unit).cast(pl.UInt32))


def _extra(rows: pl.DataFrame) -> list[str]:
    return [name for name in ("placement_postcode_key",) if name in rows.columns]


def _differences(rows: pl.DataFrame, facts: pl.DataFrame, rule: YearRule) -> list[Issue]:
    """A warning at each row that gives another value than the one used, or an end that was taken back."""
    fact = rows["fact"]
    if rows.height == facts.height:
        return []
    here = {part: facts[part].gather(fact) for part in ("file", "sheet", "row")}
    latest = facts["last_as_at"].gather(fact)
    names = [name for name in rule.table.names("value", "status", "end") if name not in rule.key]
    issues: list[Issue] = []
    for name in names:
        used = facts[name].gather(fact)
        differs = (rows[name].is_not_null() & (rows[name] != used)).fill_null(False)
        if name == "placement_type":
            differs &= ~(rows[name].is_in(RUN_OFF) & (used == SUPPORTED)).fill_null(False)
        back = rows[name].is_not_null() & used.is_null() if name == rule.end else differs & False
        for rows_found, code in (
            (differs & (rows["as_at"] != latest), "later-return-differs"),
            (differs & (rows["as_at"] == latest), "two-files-differ"),
            (back, "end-reopened"),
        ):
            if rows_found.any():
                places = {f"_{part}": value for part, value in here.items()}
                found = rows.with_columns(**places).filter(rows_found).sort("file", "sheet", "row")
                issues += [_difference(row, code, name, rule.what) for row in found.iter_rows(named=True)]
    return issues


_SAID = {
    "later-return-differs": "A later return gives another value for this {what} ({place}); it was used.",
    "two-files-differ": "Another file of the same year gives another value for this {what} ({place}); the "
    "one later in the order of paths was used.",
    "end-reopened": "This {what} ends here and is without a usable end in a later file ({place}); the later "
    "was used.",
}


def _difference(row: dict[str, object], code: str, column: str, what: str) -> Issue:
    place = f"{row['_file']}, {row['_sheet']}, row {row['_row']}"
    return Issue(
        "warning",
        code,
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        row=int(str(row["row"])),
        column=HEADINGS.get(column, column),
        what=_SAID[code].format(what=what, place=place),
        expected="The same value in every return, unless it was corrected.",
        to_do="Nothing, if the later one is right; else correct the case system.",
    )
