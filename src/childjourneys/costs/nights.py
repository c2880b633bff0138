"""The nights of care that are charged, placement by placement: rules R1, R2 and R6.

One row per used episode, in order. An episode in a temporary placement that follows a placement belongs to
it: it has the number, the stay and, unless temporary nights are priced by their own code, the codes of that
placement. A gap of days between episodes ends placement and stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Flags, Ints, dates, numbers
from childjourneys.costs.facts import CHILD, Children
from childjourneys.costs.findings import DATA, findings
from childjourneys.costs.intervals import Intervals

# What is written of a placement, as it prices a night; `area` is `in` or `out`.
CODES = ("place", "provider", "urn", "area")
_SOURCES = {"place": "placement_type", "provider": "placement_provider", "urn": "placement_urn"}
# The code changed, and not the place.
_RECODED = {("H5", "K3"), ("P2", "K3")}
_SHORT_BREAK = "short_break"


@dataclass(frozen=True)
class Course:
    """Episodes of children, by child and start, none overlapping; some have no night.

    Attributes:
        frame: a row per episode: `child_no`, `start`, `end` (days; FAR while it goes on), `short_break`,
            `period_no`, `placement_no` (-1 for short breaks), `placement` (a number of its own for every
            placement of the children), `stay`, `stay_start`, `place`, `provider`, `urn`, `area` (as they
            price the night), `legal_status`, `reason_new_episode`, `reason_episode_ceased`, `starts`
            (`period`, `move`: a new placement by RNE P or B, or taken as such; else blank), `turned`: it
            follows a short break without a day between; `turns`: a short break follows it so; and for
            nights in a temporary placement priced as another, `temporary_place`, `temporary_provider`,
            `temporary_urn`, `temporary_area`.
    """

    frame: pl.DataFrame

    def column(self, name: str) -> Ints:
        return self.frame[name].to_numpy()

    def nights(self) -> tuple[Intervals, Ints]:
        """The episodes with a night, and their rows."""
        start, end = self.column("start"), self.column("end")
        rows = np.flatnonzero(end > start)
        return Intervals(self.column("child_no")[rows], start[rows], end[rows]), rows

    def placements(self, children: Children) -> pl.DataFrame:
        """One row per placement, short breaks as period 0, as prices of single children are matched to it.

        Columns: la_code, child_id, period_no, placement_no, start, end (blank while it lasts), urn.
        """
        spans = self.frame.group_by("placement", maintain_order=True).agg(
            pl.col("child_no").first(),
            pl.col("period_no", "placement_no", "urn").first(),
            pl.col("start").min(),
            pl.col("end").max(),
        )
        own_number = pl.int_range(1, pl.len() + 1).over("child_no", "period_no")
        broken = pl.col("period_no") == -1
        days = {name: dates(spans[name].to_numpy()) for name in ("start", "end")}
        names = children.frame.select(*CHILD)[spans["child_no"].to_numpy()]
        return spans.select(
            *names,
            period_no=pl.when(broken).then(0).otherwise("period_no"),
            placement_no=pl.when(broken).then(own_number).otherwise("placement_no").cast(pl.Int64),
            start=days["start"],
            end=pl.when(pl.col("end") < FAR).then(days["end"]),
            urn="urn",
        )

    def care(self) -> Course:
        """Without short breaks."""
        return Course(self.frame.filter(~pl.col("short_break")))

    def periods(self) -> pl.DataFrame:
        """One row per period of care: child_no, period_no, start, end, `starts_with` (RNE of its first)."""
        care = self.frame.filter(~pl.col("short_break"))
        return care.group_by("child_no", "period_no", maintain_order=True).agg(
            pl.col("start").min(),
            pl.col("end").max(),
            starts_with=pl.col("reason_new_episode").first(),
        )


def course_from(frame: pl.DataFrame) -> Course:
    """A course that might have been: `child_no`, `start`, `end`; what else a Course has is filled in.

    Without `placement`, each row is a placement and a stay of its own; without `stay_start`, the stay begins
    with the first row of it.
    """
    filled = {
        "short_break": pl.lit(False), "period_no": pl.lit(1), "placement_no": pl.lit(1),
        **dict.fromkeys(
            (*CODES, *(f"temporary_{name}" for name in CODES), "legal_status", "reason_new_episode",
             "reason_episode_ceased", "starts"),
            pl.lit(None, dtype=pl.String),
        ),
        "turned": pl.lit(False), "turns": pl.lit(False), "placement": pl.int_range(1, pl.len() + 1),
    }  # fmt: skip
    rows = frame.sort("child_no", "start", "end", maintain_order=True)
    rows = rows.with_columns(**{name: one for name, one in filled.items() if name not in frame.columns})
    if "stay" not in frame.columns:
        rows = rows.with_columns(stay=pl.col("placement"))
    if "stay_start" not in frame.columns:
        rows = rows.with_columns(stay_start=pl.col("start").min().over("stay"))
    whole = [name for name, kind in rows.schema.items() if kind.is_integer()]
    return Course(rows.with_columns(pl.col(whole).cast(pl.Int64)))


def course_of(chain: pl.DataFrame, children: Children, temporary: str) -> tuple[Course, pl.DataFrame]:
    """Episodes as they are charged, with what is to be said of the data.

    Args:
        chain: `care_chain` of the children.
        temporary: the setting: `main` or `own`.

    Returns:
        The course, short breaks V4 left out; and findings: overlaps, gaps, agreements that are not charged.
    """
    rows = _ordered(chain, children)
    child, start = rows["child_no"].to_numpy(), rows["start"].to_numpy()
    end, cut = _truncated(child, start, rows["end"].to_numpy())
    rows = rows.with_columns(end=pl.Series(end))
    if "end_replaced" in chain.columns:
        cut = cut | rows["end_replaced"].fill_null(False).to_numpy()
    said = [
        findings(rows.filter(pl.Series(cut)), DATA, "start", 1, process="lac.3",
                 what="Two placements overlap: the one that began earlier was ended where the later began.")
    ]  # fmt: skip
    agreement = (rows["short_break"] & (rows["legal_status"] == "V4").fill_null(False)).to_numpy()
    said.append(_agreements(rows.filter(pl.Series(agreement))))
    turned, turns = _turns(child, start, end, rows["short_break"].to_numpy())
    rows = rows.with_columns(turned=pl.Series(turned), turns=pl.Series(turns)).filter(pl.Series(~agreement))
    rows = _placements(rows, temporary)
    said.append(_gaps(rows))
    return Course(rows.drop("gap", "end_replaced", strict=False)), pl.concat(said)


def _ordered(chain: pl.DataFrame, children: Children) -> pl.DataFrame:
    rows = children.number(chain)
    kept = ["end_replaced"] if "end_replaced" in chain.columns else []
    area = pl.col("placement_location").str.to_lowercase()
    rows = rows.select(
        "child_no", "period_no", "reason_new_episode", "legal_status", "reason_episode_ceased",
        "placement_id", "temporary", "resumes", "starts_placement",
        *kept, pl.Series("start", numbers(rows["start"], FAR)), pl.Series("end", numbers(rows["end"], FAR)),
        short_break=pl.col("kind") == _SHORT_BREAK,
        **{name: pl.col(source) for name, source in _SOURCES.items()},
        area=pl.when(area.is_in(["in", "out"])).then(area),
        _no=pl.col("placement_no"),
    )  # fmt: skip
    return rows.sort("child_no", "start", "end", "period_no", "_no", maintain_order=True).drop("_no")


def _truncated(child: Ints, start: Ints, end: Ints) -> tuple[Ints, Flags]:
    """Ends that are not after the child's next start, and which had to be cut though they were given."""
    limit = np.full(len(child), FAR, dtype=np.int64)
    same = child[1:] == child[:-1]
    limit[:-1][same] = start[1:][same]
    return np.minimum(end, limit), end > limit


def _turns(child: Ints, start: Ints, end: Ints, short: Flags) -> tuple[Flags, Flags]:
    """Care that follows a short break without a day between, and care that one follows so."""
    touch = (child[1:] == child[:-1]) & (start[1:] == end[:-1])
    turned, turns = np.zeros(len(child), dtype=bool), np.zeros(len(child), dtype=bool)
    turned[1:] = touch & short[:-1] & ~short[1:]
    turns[:-1] = touch & ~short[:-1] & short[1:]
    return turned, turns


def _placements(rows: pl.DataFrame, temporary: str) -> pl.DataFrame:
    """Numbers placements and stays, and gives temporary nights the codes of the placement they belong to."""
    size = rows.height
    child, start, end = (rows[name].to_numpy() for name in ("child_no", "start", "end"))
    care = ~rows["short_break"].to_numpy()
    period = rows["period_no"].fill_null(-1).to_numpy()
    starts = rows["starts_placement"].fill_null(True).to_numpy()
    stay_id = rows["placement_id"]
    first_of_period = np.ones(size, dtype=bool)
    first_of_period[1:] = (child[1:] != child[:-1]) | (period[1:] != period[:-1]) | ~care[1:] | ~care[:-1]
    touch = np.zeros(size, dtype=bool)
    touch[1:] = ~first_of_period[1:] & (start[1:] == end[:-1])
    at = np.arange(size)
    belongs = _belonging(rows["temporary"].fill_null(False).to_numpy() & touch, starts, at)
    main = np.maximum.accumulate(np.where(belongs, 0, at)) if size else at
    before = np.zeros(size, dtype=np.int64)
    before[1:] = main[:-1]
    via_temporary = ~belongs & touch & (before != at - 1)
    same_id = (stay_id == stay_id.gather(before)).fill_null(False).to_numpy()
    resumed = via_temporary & rows["resumes"].fill_null(False).to_numpy() & same_id
    joined = touch & ~belongs & (resumed | (~via_temporary & ~starts))
    same_stay = joined | (touch & ~belongs & same_id)
    new_placement, new_stay = ~(belongs | joined), ~(belongs | same_stay)
    placement, stay = np.cumsum(new_placement), np.cumsum(new_stay)
    heads = np.flatnonzero(new_stay)
    period_head = np.maximum.accumulate(np.where(first_of_period, at, 0)) if size else at
    elsewhere = _elsewhere(rows["place"])
    rne = rows["reason_new_episode"]
    moved = (
        rne.is_in(["P", "B"]).fill_null(False).to_numpy()
        | ((rne == "L").fill_null(False).to_numpy() & starts & elsewhere)
    ) & care & ~belongs & ~resumed  # fmt: skip
    moved &= ~(first_of_period & (rne == "L").fill_null(False).to_numpy())
    priced = main if temporary == "main" else at
    own = belongs & (temporary == "main")
    return rows.drop("placement_id", "temporary", "resumes", "starts_placement").with_columns(
        *(rows[name].gather(priced).alias(name) for name in CODES),
        *(
            pl.when(pl.Series(own)).then(rows[name]).otherwise(None).alias(f"temporary_{name}")
            for name in CODES
        ),
        period_no=pl.Series(np.where(care, period, -1)),
        placement_no=pl.Series(np.where(care, placement - placement[period_head] + 1, -1)),
        placement=pl.Series(placement),
        stay=pl.Series(stay),
        stay_start=pl.Series(start[heads][stay - 1] if size else start),
        starts=pl.when(pl.Series(moved))
        .then(pl.lit("move"))
        .when(pl.Series(care) & (rne == "S").fill_null(False))
        .then(pl.lit("period")),
        gap=pl.Series(np.where(~first_of_period & ~touch, start - np.roll(end, 1), 0)),
    )


def _belonging(follows: Flags, starts: Flags, at: Ints) -> Flags:
    """Temporary episodes that belong to the placement before: not those that only go on in a temporary one.

    Args:
        follows: temporary, and no day lies between it and the episode before.
    """
    begun = np.maximum.accumulate(np.where(follows & starts, at, -1)) if len(at) else at
    lasting = np.maximum.accumulate(np.where(follows, -1, at)) if len(at) else at
    return follows & (begun > lasting)


def _elsewhere(place: pl.Series) -> Flags:
    """Whether PLACE is another than in the row before; not where either is blank, or the code was changed."""
    pairs = pl.DataFrame({"now": place, "before": place.shift(1)}).with_columns(
        recoded=pl.any_horizontal(
            (pl.col("before") == old) & (pl.col("now") == new) for old, new in sorted(_RECODED)
        )
    )
    other = (pl.col("now") != pl.col("before")) & ~pl.col("recoded")
    return pairs.select(other.fill_null(False)).to_series().to_numpy()


def _gaps(rows: pl.DataFrame) -> pl.DataFrame:
    """Days inside a period of care without a placement."""
    return findings(rows.filter(pl.col("gap") > 0), DATA, "start", "gap", process="lac.3",
                    what="No placement is on record for days inside a period of care: they are not charged.",
                    first=pl.col("start") - pl.col("gap"))  # fmt: skip


def _agreements(rows: pl.DataFrame) -> pl.DataFrame:
    return findings(rows, DATA, "start", 1, severity="note", process="lac.3",
                    what="An agreement for short breaks (V4) has no nights: it is not charged.")  # fmt: skip
