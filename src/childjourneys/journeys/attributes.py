"""What travels with an event, as one JSON text per event."""

from __future__ import annotations

import polars as pl


def text(name: str, column: str | None = None) -> pl.Expr:
    """`"name": "value"`; null where the value is."""
    value = pl.col(column or name).str.replace_all(r"\p{Cc}", " ")
    value = value.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.concat_str(pl.lit(f'"{name}": "'), value, pl.lit('"'))


def number(name: str, column: str | None = None) -> pl.Expr:
    return pl.concat_str(pl.lit(f'"{name}": '), pl.col(column or name).cast(pl.String))


def flag(name: str, column: str | None = None) -> pl.Expr:
    value = pl.col(column or name)
    return pl.when(value).then(pl.lit(f'"{name}": true')).when(~value).then(pl.lit(f'"{name}": false'))


def codes(name: str, column: str | None = None) -> pl.Expr:
    """A list of codes that stand joined by | in the table."""
    inner = pl.col(column or name).str.replace_all("|", '", "', literal=True)
    return pl.concat_str(pl.lit(f'"{name}": ["'), inner, pl.lit('"]'))


def joined(parts: list[pl.Expr]) -> pl.Expr:
    """The parts that are not null as the inside of a JSON object; empty text when there are none."""
    if not parts:
        return pl.lit("")
    return pl.concat_str(parts, separator=", ", ignore_nulls=True)


def age_in_years(born: str, day: str) -> pl.Expr:
    """Completed years of age on a day; null before birth and where no birth date is known."""
    b, d = pl.col(born), pl.col(day)
    birthday_to_come = (d.dt.month() < b.dt.month()) | (
        (d.dt.month() == b.dt.month()) & (d.dt.day() < b.dt.day())
    )
    years = d.dt.year() - b.dt.year() - birthday_to_come.cast(pl.Int32)
    return pl.when(d >= b).then(years)
