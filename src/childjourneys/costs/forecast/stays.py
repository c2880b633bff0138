"""Care as stays in a state: a kind of placement with a kind of provider, half-open in days."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# First completed year of each band; the last ends at the 18th birthday. Source: the DfE's bands of age.
BANDS = (0, 1, 5, 10, 16)
BAND_NAMES = ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 to 17")
ADULT = 18
PLACEMENTS: dict[str, tuple[str, ...]] = {
    "kinship": ("U1", "U2", "U3"),
    "foster": ("U4", "U5", "U6"),
    "residential": ("K2", "R1"),
    "secure": ("K1",),
    "residential school": ("S1",),
    "supported or independent": ("P2", "H5", "K3"),
    "placed for adoption": ("A3", "A4", "A5", "A6"),
    "with parents": ("P1",),
}
OTHER = "other"
PROVIDERS = {"PR0": "parents", "PR1": "own", "PR2": "other public", "PR3": "other public",
             "PR4": "private", "PR5": "voluntary"}  # fmt: skip
NOT_KNOWN = "not known"
# All names that a state can have.
PLACEMENT_NAMES = (*PLACEMENTS, OTHER)
PROVIDER_NAMES = (*dict.fromkeys(PROVIDERS.values()), NOT_KNOWN)
_FOREVER = 2**31 - 1


@dataclass(frozen=True)
class Stays:
    """Stays of the children of one authority, one place each in every array.

    Attributes:
        states: (placement, provider) by number.
        state: number of the state.
        start, end: days since 1970, half-open; an open stay ends far ahead. None goes on past the 18th
            birthday.
        entry: care begins with it: no stay of the child touches it before.
        following: state of the stay that touches it after; -1: none, the child leaves.
        birthdays: days of the birthdays that begin the bands, and of the 18th; one row a stay.
        no_birth_date: children left out because their birth date is not known.
        unsure: ends that are not known to the day.
    """

    states: tuple[tuple[str, str], ...]
    state: Ints
    start: Ints
    end: Ints
    entry: npt.NDArray[np.bool_]
    following: Ints
    birthdays: Ints
    no_birth_date: int
    unsure: int

    def before(self, day: int) -> Stays:
        """As it would have been seen the day before `day`: later stays are gone, later ends are open."""
        seen = self.only(self.start < day)
        ended = seen.end < day
        return replace(
            seen, end=np.where(ended, seen.end, _FOREVER), following=np.where(ended, seen.following, -1)
        )

    def only(self, chosen: npt.NDArray[np.bool_]) -> Stays:
        """Some of the stays."""
        return replace(
            self,
            state=self.state[chosen],
            start=self.start[chosen],
            end=self.end[chosen],
            entry=self.entry[chosen],
            following=self.following[chosen],
            birthdays=self.birthdays[chosen],
        )

    def nights(self, first: int, until: int) -> Floats:
        """Nights by state in [first, until), nobody counted after the 18th birthday."""
        end = np.minimum(np.minimum(self.end, self.birthdays[:, -1]), until)
        nights = np.maximum(end - np.maximum(self.start, first), 0)
        return np.bincount(self.state, nights, len(self.states)).astype(np.float64)


def state_names() -> tuple[pl.Expr, pl.Expr]:
    """`placement` and `provider` of rows with placement_type and placement_provider (or provider)."""
    known = {code: name for name, codes in PLACEMENTS.items() for code in codes}
    return (
        pl.col("placement_type").replace_strict(known, default=OTHER).alias("placement"),
        pl.col("placement_provider").replace_strict(PROVIDERS, default=NOT_KNOWN).alias("provider"),
    )


def stays_of(chain: pl.DataFrame, children: pl.DataFrame) -> Stays:
    """The stays of one authority.

    Args:
        chain: rows of `care_chain`; short breaks are left out. A temporary placement belongs to the stay
            before it.
        children: child_id and birth_date.
    """
    rows = (
        chain.filter(pl.col("kind") == "care")
        .join(children.select("child_id", "birth_date"), on="child_id", how="left")
        .sort("child_id", "start", "end", nulls_last=True)
    )
    unborn = rows.filter(pl.col("birth_date").is_null())["child_id"].n_unique()
    rows = rows.filter(pl.col("birth_date").is_not_null())
    main = ~pl.col("temporary").fill_null(False)
    period = ["child_id", "period_no"]
    rows = (
        rows.with_columns(
            pl.when(main).then(name).forward_fill().over(period).fill_null(default).alias(alias)
            for name, default, alias in zip(
                state_names(), (OTHER, NOT_KNOWN), ("placement", "provider"), strict=True
            )
        )
        .with_columns(
            _start=pl.col("start").to_physical().cast(pl.Int64),
            _end=pl.col("end").to_physical().cast(pl.Int64).fill_null(_FOREVER),
        )
        .filter(pl.col("_end") > pl.col("_start"))
    )
    unsure = rows.filter((pl.col("open") == "unknown") & pl.col("end").is_not_null()).height
    # Touching episodes in one state are one stay.
    fresh = (
        (pl.col("child_id") != pl.col("child_id").shift(1))
        | (pl.col("_start") != pl.col("_end").shift(1))
        | (pl.col("placement") != pl.col("placement").shift(1))
        | (pl.col("provider") != pl.col("provider").shift(1))
    ).fill_null(True)
    merged = (
        rows.with_columns(_stay=fresh.cum_sum())
        .group_by("_stay", maintain_order=True)
        .agg(
            pl.col("child_id", "placement", "provider", "birth_date").first(),
            pl.col("_start").min(),
            pl.col("_end").max(),
        )
    )
    known = merged.select("placement", "provider").unique().sort("placement", "provider")
    states = tuple(known.iter_rows())
    state = (
        merged.join(
            known.with_row_index("_state"), on=["placement", "provider"], how="left", maintain_order="left"
        )["_state"]
        .to_numpy()
        .astype(np.int64)
    )
    same = pl.col("child_id") == pl.col("child_id").shift(1)
    at_once = pl.col("_start") == pl.col("_end").shift(1)
    touches = merged.select((same & at_once).fill_null(False)).to_series().to_numpy()
    following = np.full(state.size, -1, dtype=np.int64)
    after = np.flatnonzero(touches)
    following[after - 1] = state[after]
    return Stays(
        states,
        state,
        merged["_start"].to_numpy(),
        merged["_end"].to_numpy(),
        ~touches,
        following,
        _birthdays(merged["birth_date"]),
        unborn,
        unsure,
    )


def _birthdays(births: pl.Series) -> Ints:
    """The days on which the bands begin, and the 18th birthday; someone of 29 February ages on 1 March."""
    frame = births.alias("born").to_frame()
    leap = (pl.col("born").dt.month() == 2) & (pl.col("born").dt.day() == 29)
    columns = []
    for years in (*BANDS, ADULT):
        day = pl.col("born").dt.offset_by(f"{years}y")
        clipped = leap & (day.dt.day() == 28)
        columns.append(
            (day + pl.duration(days=clipped.cast(pl.Int64))).to_physical().cast(pl.Int64).alias(str(years))
        )
    return frame.select(columns).to_numpy().astype(np.int64)
