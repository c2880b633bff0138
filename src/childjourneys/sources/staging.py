"""Rows on their way from a reader to the disk: identifiers are split for matching, and hidden if asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from childjourneys.domain.pseudonyms import month_only, postcode_area, pseudonym
from childjourneys.tables import REPORTED
from childjourneys.tables.links import HIDDEN, LINKS

# Never kept when identifiers are hidden: text that a person typed, and dates as found.
_TYPED = ("organisation", "placement_la")
_BIRTHS = ("child", "stated_birth")
_MONTHS = ("birth_date", "expected_birth_date", "mothers_child_birth_date")
_POSTCODES = ("home_postcode", "placement_postcode")
# Before an identifier that only SSDA903 numbers so; tables beside the returns may name a child by it.
APART = "903-"
# Numbers of people, and the kind of their pseudonym.
_PSEUDONYMS = {"upn": "upn", "former_upn": "upn", "social_worker_id": "worker",
               "placement_postcode_key": "postcode"}  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from."""

    la_code: str
    source: str
    file: str
    return_no: int


def stage(name: str, frame: pl.DataFrame, origin: Origin, key: bytes | None) -> pl.DataFrame:
    """A reported table ready to be kept: `child_id` becomes `child_key`, `stem` and `zeros`.

    `stem` is the identifier without leading zeros, `zeros` how many there were. With a key, `child_key`,
    `stem` and pupil numbers become pseudonyms, birth dates keep only their month, postcodes their area, and
    typed text and unusable dates as found are dropped. `child` and `stated_birth` gain `birth_key`, text that
    is equal for equal birth dates, and `birth_precision`, day or month; `care_episode` gains
    `placement_postcode_key`, equal for equal postcodes. In a table beside the returns an identifier may begin
    with `903-`: what follows is the one in SSDA903.
    """
    if name in LINKS:
        apart = pl.when(pl.col("child_id").str.starts_with(APART)).then(pl.lit(APART)).otherwise(pl.lit(""))
        frame = frame.with_columns_seq(child_id=pl.col("child_id").str.strip_prefix(APART), _apart=apart)
    stem = pl.col("child_id").str.strip_chars_start("0")
    zeros = (pl.col("child_id").str.len_bytes() - stem.str.len_bytes()).cast(pl.Int16)
    added = {
        "la_code": pl.col("la_code") if name in LINKS else pl.lit(origin.la_code),
        "stem": stem,
        "zeros": zeros,
        "source": pl.lit(origin.source),
        "file": pl.lit(origin.file),
        "return_no": pl.lit(origin.return_no, dtype=pl.Int32),
    }
    if name in _BIRTHS:
        added["birth_key"] = pl.col("birth_date").dt.to_string("%Y-%m-%d")
        dates = [column for column in ("birth_date", "expected_birth_date") if column in frame.columns]
        born = pl.coalesce(dates).is_not_null()
        added["birth_precision"] = pl.when(born).then(pl.lit("month" if key else "day"))
    if name == "care_episode":
        post = pl.col("placement_postcode").str.replace_all(r"\s", "").str.to_uppercase()
        added["placement_postcode_key"] = post
    frame = frame.select_seq(
        pl.col("child_id").alias("child_key"), pl.all().exclude("child_id", *added), **added
    )
    frame = _hidden(name, frame, key) if key else frame
    if name not in LINKS:
        return frame
    own = frame.with_columns_seq(pl.concat_str("_apart", name).alias(name) for name in ("child_key", "stem"))
    return own.drop("_apart")


def _hidden(name: str, frame: pl.DataFrame, key: bytes) -> pl.DataFrame:
    frame = _replaced(frame, "child_key", lambda text: pseudonym(text, key, "child"))
    frame = _replaced(frame, "stem", lambda text: pseudonym(text, key, "stem"))
    if name in _BIRTHS:
        frame = _replaced(frame, "birth_key", lambda text: pseudonym(text, key, "birth"))
    for column, kind in _PSEUDONYMS.items():
        if column in frame.columns:
            frame = _replaced(frame, column, _pseudonyms(key, kind))
    frame = frame.with_columns_seq(
        pl.col(column).map_elements(_month, return_dtype=pl.Date)
        for column in _MONTHS
        if column in frame.columns
    )
    for column in _POSTCODES:
        if column in frame.columns:
            frame = _replaced(frame, column, postcode_area)
    if name in LINKS:
        column, kind = HIDDEN.get(name, ("", ""))
        return _replaced(frame, column, lambda text: pseudonym(text, key, kind)) if column else frame
    dates = [f"{c.name}_raw" for c in REPORTED[name].stated if c.type == pl.Date]
    dropped = [column for column in (*_TYPED, *dates) if column in frame.columns]
    return frame.with_columns_seq(pl.lit(None, dtype=pl.String).alias(column) for column in dropped)


def _pseudonyms(key: bytes, kind: str) -> Callable[[str], str]:
    return lambda text: pseudonym(text, key, kind)


def _month(day: date) -> date:
    return month_only(day)


def _replaced(frame: pl.DataFrame, column: str, change: Callable[[str], str]) -> pl.DataFrame:
    values = frame[column].drop_nulls().unique(maintain_order=True)
    if values.is_empty():
        return frame
    changed = pl.DataFrame({column: values, "_new": [change(value) for value in values]})
    return (
        frame.join(changed, on=column, how="left", maintain_order="left")
        .with_columns_seq(pl.col("_new").alias(column))
        .drop("_new")
    )
