"""Choosing a cohort: `column=value` pairs, of which all have to hold.

| Column | Picks | Values |
|---|---|---|
| la | children | code of the authority |
| need_group | children | none, or needs joined by _ as in the ledger, such as cwd_ebd |
| need | children | one of cwd, ebd, offending, uasc, whatever else the child has |
| age_at_start | children | 0-4, 5-9, 10-15, 16-17 or 18-25: completed years at the start, 0-4 before birth |
| sex | children | M, F or U |
| ethnicity | children | census code |
| legal_at_start | children | LS on the first night in the period |
| placement_type | lines | code of PLACE |
| kind_of_care | lines | as in the table Average week |
| provider | lines | PR0 to PR5 |
| in_out_area | lines | in or out |
| process | lines | lac.1 to lac.8, cin.* and so on |
| price_basis | lines | child, contract, authority or default |
| price_year | lines | such as 2024/25 |
| agency | lines | local_authority, health and so on |
| s251_line | lines | line of the finance return |
| month_from, month_to | lines | such as 2024-04, both included |

A column that picks children keeps all that such a child cost; one that picks lines keeps these lines of all
children. Several values are separated by commas; blank, as in `provider=`, is what the return leaves blank.

A night without a price belongs to process lac.3 and is borne by the authority. It has no level of price, no
price year and no line of the finance return: such pairs leave it in, so that it is counted beside the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from childjourneys.costs.summaries.kinds import kind_of_care
from childjourneys.issues import UsageError

AGE_BANDS = ((0, 4), (5, 9), (10, 15), (16, 17), (18, 25))
OF_CHILDREN = ("la", "need_group", "need", "age_at_start", "sex", "ethnicity", "legal_at_start")
OF_LINES = (
    "placement_type", "kind_of_care", "provider", "in_out_area", "process", "price_basis", "price_year",
    "agency", "s251_line", "month_from", "month_to",
)  # fmt: skip
_NAMES = {"la": "la_code"}
# What a night without a price is, of what only a price says.
_OF_UNPRICED = {"process": "lac.3", "agency": "local_authority"}
_ONLY_PRICED = ("price_basis", "price_year", "s251_line")
_WHO = ["la_code", "child_id"]


@dataclass(frozen=True)
class Filter:
    """Pairs of a column and the values that it may have."""

    pairs: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, texts: Sequence[str]) -> Filter:
        """From texts such as `need_group=ebd` and `placement_type=K2,R1`.

        Raises:
            UsageError: a text is no such pair, or there is no such column.
        """
        pairs = []
        for text in texts:
            column, sign, values = text.partition("=")
            column = column.strip()
            if not sign or column not in (*OF_CHILDREN, *OF_LINES):
                raise UsageError(
                    f"{text!r} chooses nothing: write column=value with one of"
                    f" {', '.join((*OF_CHILDREN, *OF_LINES))}."
                )
            pairs.append((column, tuple(value.strip() for value in values.split(","))))
        return cls(tuple(pairs))

    def told(self) -> str:
        """In words, for the head of a table."""
        return "; ".join(
            f"{column} = {', '.join(v or 'blank' for v in values)}" for column, values in self.pairs
        )

    def cohort(self, ledger: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        """The ledger's lines of the cohort.

        Args:
            people: as `people`; children that it does not hold have no facts, and fulfil no condition.
        """
        kept = ledger
        for column, values in self.pairs:
            if column not in OF_CHILDREN:
                kept = kept.filter(_line_is(column, values))
        return self._of_chosen(kept, people)

    def unpriced(self, unpriced: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        """The nights without a price that stand beside the cohort.

        Args:
            unpriced: as `tables.costs.COST_UNPRICED`.
            people: as of `cohort`.
        """
        kept = unpriced
        for column, values in self.pairs:
            if column in _OF_UNPRICED:
                if _OF_UNPRICED[column] not in values:
                    return unpriced.clear()
            elif column not in (*OF_CHILDREN, *_ONLY_PRICED):
                kept = kept.filter(_line_is(column, values))
        return self._of_chosen(kept, people)

    def children(self, children: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        """Rows of cost_children of the children that the filter picks; lines have no say in it."""
        return children.join(self._chosen(people), on=_WHO, how="semi")

    def _of_chosen(self, rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        if not any(column in OF_CHILDREN for column, _ in self.pairs):
            return rows
        return rows.join(self._chosen(people), on=_WHO, how="semi", maintain_order="left")

    def _chosen(self, people: pl.DataFrame) -> pl.DataFrame:
        chosen = people
        for column, values in self.pairs:
            if column in OF_CHILDREN:
                chosen = chosen.filter(_child_is(column, values))
        return chosen.select(_WHO)


def people(
    children: pl.DataFrame,
    cost_children: pl.DataFrame,
    ledger: pl.DataFrame,
    chain: pl.DataFrame,
    first: date,
    last: date | None = None,
) -> pl.DataFrame:
    """What filters ask of a child: need_group, sex, ethnicity, age_at_start and legal_at_start.

    The start is the child's first night or day in the period that the ledger knows, else the first night in
    care in it. A child who was not yet born then is of the youngest band.

    Args:
        children: as `tables.derived` children. cost_children: as LEDGER_CHILDREN, any child with a row.
        chain: as CARE_CHAIN. first, last: the period; without `last` it has no end.
    """
    nights = chain.with_columns(day=pl.max_horizontal(pl.col("start"), pl.lit(first)))
    care = nights.filter(pl.col("end").is_null() | (pl.col("end") > pl.col("day")))
    if last is not None:
        care = care.filter(pl.col("day") <= last)
    legal = care.sort(*_WHO, "start").group_by(_WHO).agg(
        pl.col("legal_status").first().alias("legal_at_start"), pl.col("day").first()
    )  # fmt: skip
    began = ledger.group_by(_WHO).agg(pl.col("date_from").min().alias("began"))
    facts = children.select(*_WHO, "birth_date", "sex", "ethnicity").unique(_WHO)
    found = (
        cost_children.select(*_WHO, "need_group")
        .unique(_WHO)
        .join(began, on=_WHO, how="left")
        .join(legal, on=_WHO, how="left")
        .join(facts, on=_WHO, how="left")
        .with_columns(day=pl.min_horizontal("began", "day"))
    )
    birth, day = pl.col("birth_date"), pl.col("day")
    in_year = [one.dt.month().cast(pl.Int32) * 100 + one.dt.day() for one in (day, birth)]
    not_yet = in_year[0] < in_year[1]
    age = (day.dt.year() - birth.dt.year() - not_yet.cast(pl.Int32)).clip(lower_bound=0)
    band = pl.lit(None, dtype=pl.String)
    for low, high in AGE_BANDS:
        band = pl.when(age.is_between(low, high)).then(pl.lit(f"{low}-{high}")).otherwise(band)
    return found.select(*_WHO, "need_group", "sex", "ethnicity", "legal_at_start", age_at_start=band).sort(
        _WHO
    )


def _child_is(column: str, values: tuple[str, ...]) -> pl.Expr:
    if column == "need":
        return pl.any_horizontal(pl.col("need_group").str.split("_").list.contains(value) for value in values)
    return _is_any(pl.col(_NAMES.get(column, column)), values)


def _line_is(column: str, values: tuple[str, ...]) -> pl.Expr:
    if column in ("month_from", "month_to"):
        month = pl.col("month").cast(pl.String)
        return month >= values[0] if column == "month_from" else month <= values[0]
    if column == "kind_of_care":
        return _is_any(kind_of_care(), values) & pl.col("placement_type").is_not_null()
    return _is_any(pl.col(column).cast(pl.String), values)


def _is_any(value: pl.Expr, values: tuple[str, ...]) -> pl.Expr:
    named = value.is_in([one for one in values if one]).fill_null(False)
    return (named | value.is_null()) if "" in values else named
