"""What is known of each child: need, birth, being unaccompanied, and whether its authority is in London.

Need is one combination for the child over the run, out of everything loaded. Unknown counts as absent.
Source: the design of costs, section 6.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, LONG_AGO, Ints, birthdays, numbers
from childjourneys.costs.model import NEEDS, Settings
from childjourneys.domain.codes import code_set

Tables = Mapping[str, pl.DataFrame]
CHILD = ("la_code", "child_id")
NO_BIRTH = LONG_AGO
_NOTHING = "nothing on record"
# Tables whose children may have costs or a need.
_ABOUT = ("care_chain", "children", "child", "events", "leaving_care", "needs", "price_spans")


@dataclass(frozen=True)
class Children:
    """The children of a bucket, in order; a child's number is its row.

    Attributes:
        frame: la_code, child_id, need_group, a boolean column for each need, and `<need>_rule`.
        born: day of birth; NO_BIRTH where it is not known.
        london: 1 in London, 0 not, -1 the authority is not known.
        uasc_until: first day on which the child is no longer unaccompanied; FAR: never so far.
    """

    frame: pl.DataFrame
    born: Ints
    london: Ints
    uasc_until: Ints

    def __len__(self) -> int:
        return self.frame.height

    def flags(self, need: str) -> np.ndarray:
        return self.frame[need].to_numpy()

    def take(self, who: Ints) -> Children:
        """These children, in this order and as often as they are named: for courses that might have been."""
        return Children(self.frame[who], self.born[who], self.london[who], self.uasc_until[who])

    def number(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with `child_no`; those of no child in here are left out, the order is kept."""
        known = self.frame.select(*CHILD, child_no=pl.int_range(pl.len(), dtype=pl.Int64))
        return rows.join(known, on=CHILD, how="inner", maintain_order="left")


def in_london(la_code: str) -> bool | None:
    """Whether an authority lies in Inner or Outer London; None for one that is not listed."""
    region = _regions().get(la_code)
    return None if region is None else region in ("Inner London", "Outer London")


def children_of(tables: Tables, settings: Settings) -> Children:
    """The children of some tables with their facts.

    Args:
        tables: canonical tables of the children; one that nobody reported may be missing. Where `children`
            is there, those that are not in it (an identifier used for many) are left out.
        settings: `sdq_cutoff`.
    """
    found = [tables[name].select(CHILD) for name in _ABOUT if name in tables]
    empty = pl.DataFrame(schema=dict.fromkeys(CHILD, pl.String))
    frame = pl.concat([empty, *found]).unique().sort(CHILD)
    if "children" in tables:
        frame = frame.join(tables["children"].select(CHILD), on=CHILD, how="semi", maintain_order="left")
    frame = _needs(frame, tables, settings)
    births = [tables[name].select(*CHILD, "birth_date") for name in ("children", "child") if name in tables]
    dated = pl.concat(births).drop_nulls("birth_date").unique(CHILD, keep="first", maintain_order=True) \
        if births else empty.with_columns(birth_date=pl.lit(None, pl.Date))  # fmt: skip
    with_birth = frame.join(dated, on=CHILD, how="left", maintain_order="left")
    born = numbers(with_birth["birth_date"], NO_BIRTH)
    codes = frame["la_code"].unique().to_list()
    london = {code: {True: 1, False: 0, None: -1}[in_london(code)] for code in codes}
    return Children(
        frame,
        born,
        frame["la_code"].replace_strict(london, return_dtype=pl.Int64).to_numpy()
        if codes
        else np.zeros(0, dtype=np.int64),
        _uasc_until(frame, born, tables),
    )


def need_groups() -> tuple[str, ...]:
    """All combinations of needs, `none` first: a group's place has a bit for each need in their order."""
    return tuple(
        "_".join(need for bit, need in enumerate(NEEDS) if place & (1 << bit)) or "none"
        for place in range(1 << len(NEEDS))
    )


def _needs(frame: pl.DataFrame, tables: Tables, settings: Settings) -> pl.DataFrame:
    """A column per need and one with the rule that gave it."""
    given = tables.get("needs")
    for need in NEEDS:
        frame = _from_returns(frame, need, tables, settings)
        if given is not None:
            stated = given.select(*CHILD, _given=pl.col(need)).drop_nulls("_given").unique(CHILD)
            frame = (
                frame.join(stated, on=CHILD, how="left", maintain_order="left")
                .with_columns(
                    pl.coalesce("_given", need).alias(need),
                    pl.when(pl.col("_given").is_not_null())
                    .then(pl.lit("needs file"))
                    .otherwise(f"{need}_rule")
                    .alias(f"{need}_rule"),
                )
                .drop("_given")
            )
    place = pl.sum_horizontal(pl.col(need).cast(pl.Int64) * (1 << bit) for bit, need in enumerate(NEEDS))
    groups = dict(enumerate(need_groups()))
    return frame.with_columns(need_group=place.replace_strict(groups, return_dtype=pl.String))


def _from_returns(frame: pl.DataFrame, need: str, tables: Tables, settings: Settings) -> pl.DataFrame:
    """The need as the returns tell it, with the rule that fired; of several the first."""
    seen: list[tuple[str, pl.DataFrame]] = []
    against: list[tuple[str, pl.DataFrame]] = []
    if need == "cwd":
        seen = [("disability", _disabled(tables)), ("need code N2", _coded_n2(tables))]
    elif need == "uasc":
        seen = [("UASC row", _who(tables.get("uasc"))), ("UASC flag", _flagged_uasc(tables))]
    elif need == "offending":
        seen = [("conviction", _who(tables.get("oc2"), pl.col("convicted")))]
    else:
        scored = _who(tables.get("oc2"), pl.col("sdq_score").is_not_null())
        high = _who(tables.get("oc2"), pl.col("sdq_score") >= settings.sdq_cutoff)
        factor = pl.col("factors").str.split("|").list.contains("4A")
        shown = _who(tables.get("assessment"), factor).join(scored, on=CHILD, how="anti")
        seen, against = [("SDQ score", high), ("factor 4A", shown)], [("SDQ score", scored)]
    marks: list[pl.DataFrame] = []
    for rank, (rule, who) in enumerate([*seen, *against]):
        is_need = rank < len(seen)
        marks.append(who.with_columns(_rank=pl.lit(rank), _has=pl.lit(is_need), _rule=pl.lit(rule)))
    first = pl.concat(marks).sort("_rank", maintain_order=True).unique(CHILD, keep="first").drop("_rank")
    joined = frame.join(first, on=CHILD, how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("_has").fill_null(False).alias(need), pl.col("_rule").fill_null(_NOTHING).alias(f"{need}_rule")
    ).drop("_has", "_rule")


def _who(table: pl.DataFrame | None, where: pl.Expr | None = None) -> pl.DataFrame:
    """The children with a row, or with one that fulfils a condition."""
    if table is None:
        return pl.DataFrame(schema=dict.fromkeys(CHILD, pl.String))
    rows = table if where is None else table.filter(where.fill_null(False))
    return rows.select(CHILD).unique()


def _disabled(tables: Tables) -> pl.DataFrame:
    """Disability as the census codes it, other than NONE."""
    codes = pl.col("disability").str.split("|").list.eval(pl.element().filter(pl.element() != "NONE"))
    found = [_who(tables.get(name), codes.list.len() > 0) for name in ("child", "children")]
    return pl.concat(found).unique()


def _coded_n2(tables: Tables) -> pl.DataFrame:
    return pl.concat(
        [
            _who(tables.get("care_chain"), pl.col("category_of_need") == "N2"),
            _who(tables.get("need_episode"), pl.col("primary_need") == "N2"),
        ]
    ).unique()


def _flagged_uasc(tables: Tables) -> pl.DataFrame:
    """The flag of a Header in XML, and of Annex A lists 8 and 9."""
    found = [_who(None)]
    for name, column in (("mother", "uasc_status"), ("period_of_care", "uasc"), ("care_leaver", "uasc")):
        table = tables.get(name)
        if table is not None and column in table.columns:
            found.append(_who(table, pl.col(column).cast(pl.String).is_in(["1", "true"])))
    return pl.concat(found).unique()


def _uasc_until(frame: pl.DataFrame, born: Ints, tables: Tables) -> Ints:
    """The first day after: DUC of the latest return that has a row, or the 18th birthday if sooner."""
    until = np.full(frame.height, FAR, dtype=np.int64)
    rows = tables.get("uasc")
    if rows is not None:
        latest = (
            rows.sort("as_at", "uasc_ceased_date", nulls_last=False)
            .unique(CHILD, keep="last")
            .select(*CHILD, "uasc_ceased_date")
        )
        joined = frame.select(CHILD).join(latest, on=CHILD, how="left", maintain_order="left")
        until = numbers(joined["uasc_ceased_date"], FAR)
    known = born != NO_BIRTH
    grown = np.full(frame.height, FAR, dtype=np.int64)
    grown[known] = birthdays(born[known], 18)
    return np.minimum(until, grown)


@cache
def _regions() -> Mapping[str, str]:
    return {one.code: str(one.extra.get("region", "")) for one in code_set("local_authority").codes}
