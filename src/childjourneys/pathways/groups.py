"""What referrals and enquiries can be counted by: who the child is, and what the referral says."""

from __future__ import annotations

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.journeys.attributes import age_in_years

CHILD = ("la_code", "child_id")
NOT_KNOWN = "not known"
NO_CASE, CASE = "no case open", "case open"
_ETHNICITY_NOT_KNOWN = ("REFU", "NOBT")
_AGES = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"))
_OLDEST = 16


def _codes(name: str, *without: str) -> tuple[str, ...]:
    return (*(code for code in code_set(name).labels() if code not in without), NOT_KNOWN)


# Groups in the order of tables; those of a dimension that is not here are in the order of the alphabet.
GROUPS: dict[str, tuple[str, ...]] = {
    "age_group": ("unborn", *(name for _, name in _AGES), "16 and over", NOT_KNOWN),
    "sex": ("M", "F", NOT_KNOWN),
    "ethnic_group": _codes("ethnicity", *_ETHNICITY_NOT_KNOWN),
    "referral_source": _codes("referral_source"),
    "primary_need": _codes("need"),
    "case": (NO_CASE, CASE),
}
OF_CHILD = ("age_group", "sex", "ethnic_group")
OF_REFERRAL = ("referral_source", "team", "primary_need")


def with_child(rows: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """With age_group, sex, ethnic_group and `age` in completed years on `date`.

    `age` is blank before birth and where no birth date is known. A child with only an expected date of birth
    is unborn.
    """
    details = children.select(*CHILD, "birth_date", "expected_birth_date", "sex", "ethnicity")
    known = rows.join(details, on=CHILD, how="left", maintain_order="left").with_columns(
        age=age_in_years("birth_date", "date").cast(pl.Int64)
    )
    unborn = (pl.col("birth_date") > pl.col("date")) | (
        pl.col("birth_date").is_null() & pl.col("expected_birth_date").is_not_null()
    )
    age = pl.col("age")
    born: pl.Expr = pl.when(age >= _OLDEST).then(pl.lit("16 and over"))
    for below, name in reversed(_AGES):
        born = pl.when(age < below).then(pl.lit(name)).otherwise(born)
    return known.with_columns(
        age_group=pl.when(unborn.fill_null(False))
        .then(pl.lit("unborn"))
        .otherwise(born)
        .fill_null(NOT_KNOWN),
        sex=_one_of(pl.col("sex"), GROUPS["sex"]),
        ethnic_group=_one_of(pl.col("ethnicity"), GROUPS["ethnic_group"]),
    ).drop("birth_date", "expected_birth_date", "ethnicity")


def attribute(name: str) -> pl.Expr:
    """An attribute of an event as text; null where blank."""
    return pl.col("attributes").str.json_path_match(f"$.{name}")


def flag(name: str) -> pl.Expr:
    """An attribute that is true or false; null where blank."""
    return attribute(name).replace_strict(
        {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
    )


def of_referral() -> dict[str, pl.Expr]:
    """referral_source, team and primary_need of a referral event; null where blank."""
    return {name: attribute(name) for name in OF_REFERRAL}


def named(name: str) -> pl.Expr:
    """The group of a coded or free text, `not known` where there is none."""
    if name in GROUPS:
        return _one_of(pl.col(name), GROUPS[name]).alias(name)
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text).otherwise(pl.lit(NOT_KNOWN)).alias(name)


def _one_of(text: pl.Expr, groups: tuple[str, ...]) -> pl.Expr:
    return pl.when(text.is_in(groups)).then(text).otherwise(pl.lit(NOT_KNOWN))
