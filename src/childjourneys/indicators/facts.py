"""The facts of some children that indicators count, each once, with what keeps it out of the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from childjourneys.domain.calendar import WorkingDays
from childjourneys.journeys.prepare import NOT_IN_NEED, prepare
from childjourneys.merging.facts import CHILD

Tables = Mapping[str, pl.DataFrame]
SHORT_BREAKS = ("V3", "V4")
_NOT = pl.lit(None, pl.String)


@dataclass(frozen=True)
class Facts:
    """What happened to the children, one row per fact; `left_out` says why one does not count.

    Attributes:
        tables: canonical tables of the children that have journeys, prepared as for events.
        events, spells, children: their journeys.
    """

    tables: Tables
    events: pl.DataFrame
    spells: pl.DataFrame
    children: pl.DataFrame
    calendar: WorkingDays

    @classmethod
    def of(cls, tables: Tables, calendar: WorkingDays) -> Facts:
        """Args: canonical tables and, under their own names, `events`, `spells` and `children`."""
        journeys = {name: tables[name] for name in ("events", "spells", "children")}
        known = journeys["children"].select(CHILD)
        # Numbered before children without journeys go, so that records are those of the events.
        prepared = prepare({name: frame for name, frame in tables.items() if name not in journeys})
        kept = {
            name: frame.join(known, on=CHILD, how="semi", maintain_order="left")
            for name, frame in prepared.items()
            if "la_code" in frame.columns
        }
        return cls(kept, journeys["events"], journeys["spells"], journeys["children"], calendar)

    @cached_property
    def referrals(self) -> pl.DataFrame:
        """child, date, nfa, referral_source, closure_date, closure_reason, episode_id, left_out."""
        rows = self.tables["need_episode"].filter(pl.col("referral_event_date").is_not_null())
        rows = rows.select(
            *CHILD, "nfa", "referral_source", "while_open", "closure_date", "closure_reason", "open",
            "episode_id", date=pl.col("referral_event_date"),
        ).sort(*CHILD, "date", "nfa", "episode_id", nulls_last=True)  # fmt: skip
        return rows.with_columns(
            left_out=pl.when(pl.col("while_open").fill_null(False))
            .then(pl.lit("while_case_open"))
            .when(_again(*CHILD, "date"))
            .then(pl.lit("duplicate"))
        )

    @cached_property
    def new_referrals(self) -> pl.DataFrame:
        """child, date, nfa of every new referral, sorted by date."""
        rows = self.referrals.filter(pl.col("left_out").is_null())
        return rows.select(*CHILD, "date", "nfa").sort("date", *CHILD)

    @cached_property
    def assessments(self) -> pl.DataFrame:
        """child, start, end, end_unused, factors, record, left_out; episode_id and its dates."""
        need = self.tables["need_episode"].select(
            *CHILD, "episode_id", "referral_date", episode_closed="closure_date"
        )
        return (
            self.tables["assessment"]
            .select(*CHILD, "end_unused", "factors", "record", start="start_date", end="authorised_date")
            .sort(*CHILD, "start", "end_unused", "end", "record", nulls_last=True)
            .with_columns(left_out=pl.when(_again(*CHILD, "start", "end")).then(pl.lit("duplicate")))
            .join(self._links("assessment_start"), on=[*CHILD, "record"], how="left", maintain_order="left")
            .join(need, on=[*CHILD, "episode_id"], how="left", maintain_order="left")
        )

    @cached_property
    def enquiries(self) -> pl.DataFrame:
        """child, date, left_out of every section 47 enquiry."""
        rows = self.tables["s47_enquiry"].select(*CHILD, "record", date="start_date")
        return rows.sort(*CHILD, "date", "record").with_columns(
            left_out=pl.when(_again(*CHILD, "date")).then(pl.lit("duplicate"))
        )

    @cached_property
    def conferences(self) -> pl.DataFrame:
        """child, date, enquiry (start of its own one, null: none), record, left_out."""
        enquiries = self.tables["s47_enquiry"].select(*CHILD, "record", enquiry="start_date")
        return (
            self.tables["conference"]
            .select(*CHILD, "record", date="icpc_date")
            .join(enquiries, on=[*CHILD, "record"], how="left", maintain_order="left")
            # Of two enquiries with one conference the latest before it counts.
            .sort(
                *CHILD, "date", pl.col("enquiry") > pl.col("date"), "enquiry", "record",
                descending=[False, False, False, False, True, False], nulls_last=True,
            )
            .with_columns(left_out=pl.when(_again(*CHILD, "date")).then(pl.lit("duplicate")))
        )  # fmt: skip

    @cached_property
    def cp_plans(self) -> pl.DataFrame:
        """child, start, end, open, end_unused, initial, latest, previous, record, left_out."""
        rows = self.tables["cp_plan"].select(
            *CHILD, "open", "end_unused", "record", start="start_date", end="end_date",
            initial="initial_category_of_abuse", latest="latest_category_of_abuse",
            previous="number_of_previous_cpp",
        )  # fmt: skip
        return rows.sort(*CHILD, "start", "end_unused", "end", "record", nulls_last=True).with_columns(
            left_out=_NOT
        )

    @cached_property
    def planned_episodes(self) -> pl.DataFrame:
        """child, episode_id of need episodes with a child in need or child protection plan."""
        plans = [self.tables[name].select(*CHILD, "record") for name in ("cin_plan", "cp_plan")]
        links = pl.concat([self._links("cin_start"), self._links("cpp_start")])
        found = links.join(pl.concat(plans), on=[*CHILD, "record"], how="semi")
        return found.drop_nulls("episode_id").select(*CHILD, "episode_id").unique()

    @cached_property
    def need_episodes(self) -> pl.DataFrame:
        """child, start, end, open, closed_not_in_need, end_unused, left_out; none with no further action."""
        rows = self.tables["need_episode"].filter(
            pl.col("episode_start_date").is_not_null(), ~pl.col("nfa").fill_null(False)
        )
        rows = rows.select(
            *CHILD, "open", "end_unused", "episode_id", start="episode_start_date", end="closure_date",
            closed_not_in_need=pl.col("closure_reason").is_in(NOT_IN_NEED).fill_null(False),
        )  # fmt: skip
        return rows.sort(*CHILD, "start", "end_unused", "end", "episode_id", nulls_last=True).with_columns(
            left_out=_NOT
        )

    @cached_property
    def closures(self) -> pl.DataFrame:
        """child, date, open, left_out of every need episode that ended, also those with no further action."""
        rows = self.tables["need_episode"].filter(pl.col("closure_date").is_not_null())
        rows = rows.select(*CHILD, "open", "episode_id", date="closure_date")
        return rows.sort(*CHILD, "date", "open", "episode_id").with_columns(
            left_out=pl.when(pl.col("open") == "unknown")
            .then(pl.lit("end_not_known"))
            .when(_again(*CHILD, "date"))
            .then(pl.lit("duplicate"))
        )

    @cached_property
    def exits(self) -> pl.DataFrame:
        """child, exit: the day from which the child can't come back, of children who have one.

        The earliest of the 18th birthday, death, adoption, and a closure after which the authority saw the
        child no more because it moved away.
        """
        closed = self.tables["need_episode"].filter(pl.col("open") == "false")
        last = self.events.group_by(CHILD).agg(last=pl.col("date").max())
        moved = closed.filter(pl.col("closure_reason") == "RC5").join(last, on=CHILD, how="left")
        birthday = pl.col("birth_date").dt.offset_by("18y")
        leap = (pl.col("birth_date").dt.month() == 2) & (pl.col("birth_date").dt.day() == 29)
        days = [
            self.children.select(
                *CHILD, exit=pl.when(leap).then(birthday + pl.duration(days=1)).otherwise(birthday)
            ),
            self.children.select(*CHILD, exit="death_date"),
            closed.filter(pl.col("closure_reason").is_in(["RC1", "RC2"])).select(*CHILD, exit="closure_date"),
            moved.filter(pl.col("last") <= pl.col("closure_date")).select(*CHILD, exit="closure_date"),
            self.events.filter(pl.col("event") == "adopted").select(*CHILD, exit="date"),
        ]
        return pl.concat(days).drop_nulls().group_by(CHILD).agg(pl.col("exit").min())

    @cached_property
    def care(self) -> pl.DataFrame:
        """child, start, end, start_known, left_out of every spell looked after, and of short breaks."""
        return self._without_short_breaks(
            self.spells.filter(pl.col("kind").is_in(["looked_after", "short_break"])), "kind", "start", "end"
        )

    def care_events(self, event: str) -> pl.DataFrame:
        """child, date, left_out of every start, or end, of being looked after, and of short breaks."""
        same = {"lac_start": "short_break_start", "lac_end": "short_break_end"}[event]
        return self._without_short_breaks(
            self.events.filter(pl.col("event").is_in([event, same])), "event", "date"
        )

    def _without_short_breaks(self, rows: pl.DataFrame, kind: str, *days: str) -> pl.DataFrame:
        """SSDA903 gives short breaks as spells of their own; in list 8 their legal status tells them."""
        care = self.tables["period_of_care"]
        known = pl.col("start_known") if "start_known" in care.columns else pl.lit(None, dtype=pl.Boolean)
        status = care.select(
            *CHILD, "record", "legal_status", known.fill_null(True).alias("start_known"),
            placements="number_of_placements_12_months",
        )  # fmt: skip
        short = pl.col("legal_status").is_in(SHORT_BREAKS) | pl.col(kind).str.starts_with("short_break")
        rows = rows.select(*CHILD, kind, *days, "record")
        return rows.join(status, on=[*CHILD, "record"], how="left", maintain_order="left").with_columns(
            start_known=pl.col("start_known").fill_null(True),
            left_out=pl.when(short).then(pl.lit("short_break")),
        )

    def _links(self, event: str) -> pl.DataFrame:
        """child, record, episode_id: the need episode that the events of one type belong to."""
        rows = self.events.filter(pl.col("event") == event)
        return rows.select(*CHILD, "record", "episode_id").unique(
            [*CHILD, "record"], keep="first", maintain_order=True
        )


def _again(*key: str) -> pl.Expr:
    """Not the first row with its key, in the order of the frame."""
    return pl.int_range(pl.len()).over(*key) > 0
