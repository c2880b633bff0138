"""Words for what a line is of: kinds of care as commissioners ask for them, labels of codes, years."""

from __future__ import annotations

import polars as pl

from childjourneys.domain.codes import code_set

NOT_KNOWN = "not known"
NO_PLACEMENT = "no placement"

_CARERS = ("U4", "U5", "U6")
_HOMES = ("K2", "R1")
# Kind of care: codes of PLACE, codes of PLACE_PROVIDER (none: whoever provides it).
KINDS_OF_CARE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("In-house fostering", _CARERS, ("PR1",)),
    ("Agency fostering", _CARERS, ("PR4", "PR5")),
    ("Fostering by other public bodies", _CARERS, ("PR2", "PR3")),
    ("Fostering by a provider not known", _CARERS, ()),
    ("Fostering by relatives and friends", ("U1", "U2", "U3"), ()),
    ("In-house residential", _HOMES, ("PR1",)),
    ("External residential", _HOMES, ("PR4", "PR5")),
    ("Residential by other public bodies", _HOMES, ("PR2", "PR3")),
    ("Residential by a provider not known", _HOMES, ()),
    ("Supported and independent living", ("P2", "H5", "K3"), ()),
    ("Secure", ("K1",), ()),
    ("Residential school", ("S1",), ()),
    ("Placed for adoption", ("A3", "A4", "A5", "A6"), ()),
    ("Placed with parents", ("P1",), ()),
)
OTHER_CARE = "Other placements"
# What providers are compared within: the same kinds whoever provides them.
FAMILIES: dict[str, str] = {
    place: "Fostering" if places == _CARERS else "Residential" if places == _HOMES else name
    for name, places, _ in KINDS_OF_CARE
    for place in places
}


def kind_of_care() -> pl.Expr:
    """The kind of care of a line of a placement, by its codes."""
    found = pl.lit(OTHER_CARE)
    for name, places, providers in reversed(KINDS_OF_CARE):
        meant = pl.col("placement_type").is_in(list(places))
        if providers:
            meant &= pl.col("provider").is_in(list(providers)).fill_null(False)
        found = pl.when(meant).then(pl.lit(name)).otherwise(found)
    return found


def family() -> pl.Expr:
    """The kind of placement whoever provides it: what providers are compared within."""
    return pl.col("placement_type").replace_strict(FAMILIES, default=OTHER_CARE, return_dtype=pl.String)


def placement_label() -> pl.Expr:
    """`K2 Children's home`; lines of no placement say so."""
    return _labelled("placement_type", "placement_type", NO_PLACEMENT)


def provider_label() -> pl.Expr:
    """`PR4 Private`; where the return leaves it blank, `not known`, and lines of no placement say so."""
    return (
        pl.when(pl.col("placement_type").is_null())
        .then(pl.lit(NO_PLACEMENT))
        .otherwise(_labelled("provider", "placement_provider", NOT_KNOWN))
    )


def area() -> pl.Expr:
    """in, out, `not known`, or `no placement`."""
    return (
        pl.when(pl.col("placement_type").is_null())
        .then(pl.lit(NO_PLACEMENT))
        .otherwise(pl.col("in_out_area").str.to_lowercase().fill_null(NOT_KNOWN))
    )


def financial_years(month: pl.Expr) -> pl.Expr:
    """`2024/25` of a month such as `2024-04`."""
    number = month.str.slice(0, 4).cast(pl.Int32) - (month.str.slice(5, 2).cast(pl.Int8) < 4).cast(pl.Int32)
    after = ((number + 1) % 100).cast(pl.String).str.zfill(2)
    return pl.concat_str(number.cast(pl.String), pl.lit("/"), after)


def quarters(month: pl.Expr) -> pl.Expr:
    """`2024/25 Q1` of a month such as `2024-04`: quarters of the financial year."""
    quarter = ((month.str.slice(5, 2).cast(pl.Int8) + 8) % 12) // 3 + 1
    return pl.concat_str(financial_years(month), pl.lit(" Q"), quarter.cast(pl.String))


def _labelled(column: str, codes: str, blank: str) -> pl.Expr:
    labels = {code: f"{code} {label}" for code, label in code_set(codes).labels().items()}
    return pl.col(column).replace(labels).fill_null(blank)
