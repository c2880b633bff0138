"""How a table is declared: its columns, types, key, and what a blank means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

DATE = pl.Date
TEXT = pl.String
INT = pl.Int64
BOOL = pl.Boolean
NUMBER = pl.Float64


@dataclass(frozen=True)
class Column:
    """One column. `blank` says what a missing value means; dates are whole days.

    Attributes:
        role: `key` (part of the natural key), `value` (a fact that a later return may correct), `end` (an
            end that a later blank never reopens), `status` (how things stood on the return's own day: the
            later return wins and contradicts nothing), `place` (where it was found), `raw` (text kept
            as found, because it could not be used).
        codes: the code set its values come from.
    """

    name: str
    type: pl.DataType | type[pl.DataType]
    meaning: str
    role: str = "value"
    blank: str = "not reported"
    codes: str | None = None


@dataclass(frozen=True)
class Table:
    """One table. `grain` says what a row is.

    `reported` tables are what readers produce, one row per record of a file; canonical tables add
    `la_code`, `source`, `file` and `also_in` and hold each fact once.
    """

    name: str
    grain: str
    stated: tuple[Column, ...]
    keeps_raw: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """The stated columns, and beside each coded one and each date outside the key its `*_raw`.

        A coded column of the key has one too: a source that fits no code is still part of what was said.
        """
        raw = tuple(
            Column(
                f"{c.name}_raw", TEXT, f"{c.name} as found, when it could not be used", "raw", "was usable"
            )
            for c in self.stated
            if self.keeps_raw
            and (
                (c.codes and c.role == "key")
                or ((c.codes or c.type == DATE) and c.role in ("value", "end", "status"))
            )
        )
        return self.stated + raw

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.role == "key")

    def names(self, *roles: str) -> tuple[str, ...]:
        """Column names, of the roles given or of all."""
        return tuple(c.name for c in self.columns if not roles or c.role in roles)

    @cached_property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        return {column.name: column.type for column in self.columns}

    def empty(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with exactly this table's columns, in order; missing ones are null.

        Raises:
            ValueError: the frame holds a column that the table does not declare.
        """
        unknown = [name for name in frame.columns if name not in self.schema]
        if unknown:
            raise ValueError(f"table {self.name} does not declare {unknown}")
        return frame.select_seq(
            pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in self.schema.items()
        )


def derived_table(name: str, grain: str, columns: tuple[Column, ...]) -> Table:
    """A table that the product works out: nothing in it is kept as found."""
    return Table(name, grain, columns, keeps_raw=False)


# Of tables of several authorities.
LA_CODE = Column("la_code", TEXT, "three-digit authority code, or unknown", "key", "never")
CHILD_OF_LA = Column("child_id", TEXT, "identifier of the child in that authority", "key", "never")
# Of what readers produce.
CHILD_ID = Column("child_id", TEXT, "identifier of the child in its authority, cleaned", "key", "never")
PLACE: tuple[Column, ...] = (
    Column("sheet", TEXT, "sheet as written; in XML the record element", "place", "never"),
    Column(
        "row", INT, "row the spreadsheet shows; in XML the line where the record starts", "place", "never"
    ),
)
PARENT = Column(
    "parent_row",
    INT,
    "line of the CINdetails record it is nested in",
    "place",
    "not nested (Annex A), or its parent was set aside",
)
REFERRAL_LINK = Column(
    "referral_date",
    DATE,
    "referral date of the need episode it is nested in",
    "place",
    "not nested (Annex A), or its parent was set aside",
)
