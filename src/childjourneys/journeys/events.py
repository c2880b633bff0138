"""Canonical tables to events: one dated thing that happened to one child, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.domain.vocabulary import EVENT_ORDER
from childjourneys.journeys import attributes as att
from childjourneys.merging.facts import CHILD, PLACE

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class EventSource:
    """Where one type of event comes from.

    Attributes:
        table: canonical table.
        event: type of the vocabulary.
        date: column with its date; rows where it is null give no event.
        place: prefix of the columns that say where the date was found; blank for the record's own.
        attributes: what travels with it.
        where: which rows give it.
        after_start: for ends: the column with the start of the same spell, so that an end on the day of
            its own start follows it.
        start_event: the event of that start.
        ends_at: for starts: the column with the end of the same spell. Of several spells that start on one
            day, those of 0 days come first, so that the order of rows in a file does not matter.
    """

    table: str
    event: str
    date: str
    place: str = ""
    attributes: tuple[pl.Expr, ...] = ()
    where: pl.Expr | None = None
    after_start: str | None = None
    start_event: str | None = None
    ends_at: str | None = None


_TEAM = att.text("team")
_ENDED = pl.col("open") == "false"
_BY_903 = pl.col("end_date_source") == "ssda903"
_BASIS = pl.lit('"basis": "need_episode"')
_LIST6 = pl.col("list6_start_date").is_not_null() & ~pl.col("dated_plans")

SOURCES: tuple[EventSource, ...] = (
    EventSource("contact", "contact", "contact_date", attributes=(att.text("contact_source"),)),
    EventSource("early_help_assessment", "early_help_assessment_start", "start_date"),
    EventSource("early_help_assessment", "early_help_assessment_end", "end_date", "end_date_"),
    EventSource("need_episode", "referral", "referral_event_date", "referral_event_date_",
                (att.text("referral_source"), att.flag("nfa"), att.text("primary_need"),
                 att.flag("while_open"), att.text("team", "referral_team"))),
    EventSource("s47_enquiry", "s47", "start_date", attributes=(att.flag("icpc_not_required"), _TEAM)),
    EventSource("assessment", "assessment_start", "start_date", attributes=(_TEAM,)),
    EventSource("conference", "icpc", "icpc_date"),
    EventSource("assessment", "assessment_authorised", "authorised_date", "authorised_date_",
                (att.codes("factors"), att.flag("assessed_needs_support"), _TEAM)),
    EventSource("cp_review", "cp_review", "review_date"),
    EventSource("lac_review", "lac_review", "review_date", attributes=(att.text("participation"),)),
    EventSource("missing", "missing_end", "end_date", "end_date_", (), _ENDED, "start_date", "missing_start"),
    EventSource("placement", "placement_end", "end_date", "end_date_", (
        att.text("reason_place_change"), att.text("reason_ceased")), _ENDED & _BY_903, "start_date",
        "placement_start"),
    EventSource("short_break", "short_break_end", "end_date", "end_date_", (), _ENDED, "start_date",
                "short_break_start"),
    EventSource("cin_plan", "cin_end", "end_date", "end_date_", where=_ENDED, after_start="start_date",
                start_event="cin_start"),
    EventSource("need_episode", "cin_end", "closure_date", "closure_date_", (_BASIS, _TEAM), _ENDED & _LIST6,
                "list6_start_date", "cin_start"),
    EventSource("cp_plan", "cpp_end", "end_date", "end_date_", (_TEAM,), _ENDED, "start_date", "cpp_start"),
    EventSource("period_of_care", "lac_end", "end_date", "end_date_", (att.text("reason_ceased"), _TEAM),
                _ENDED, "start_date", "lac_start"),
    EventSource("cin_plan", "cin_start", "start_date", ends_at="end_date"),
    EventSource("need_episode", "cin_start", "list6_start_date", "list6_start_date_", (_BASIS, _TEAM),
                _LIST6, ends_at="closure_date"),
    EventSource("cp_plan", "cpp_start", "start_date", attributes=(
        att.text("category_of_abuse", "initial_category_of_abuse"), att.number("number_of_previous_cpp"),
        _TEAM), ends_at="end_date"),
    EventSource("period_of_care", "lac_start", "start_date", attributes=(
        att.text("legal_status"), att.text("category_of_need"), att.flag("uasc"),
        att.text("previous_permanence"), _TEAM), where=pl.col("start_known"), ends_at="end_date"),
    EventSource("placement", "placement_start", "start_date", attributes=(
        att.text("placement_type"), att.text("placement_provider"), att.text("legal_status"),
        att.flag("temporary"), att.flag("same_carer"), att.flag("resumes")), where=pl.col("start_known"),
        ends_at="end_date"),
    EventSource("missing", "missing_start", "start_date", attributes=(att.text("missing_type"),),
                ends_at="end_date"),
    EventSource("short_break", "short_break_start", "start_date", ends_at="end_date"),
    EventSource("need_episode", "case_closed", "closure_date", "closure_date_",
                (att.text("closure_reason"), _TEAM), _ENDED),
    EventSource("leaver_contact", "care_leaver", "contact_date", attributes=(
        att.number("contact_age"), att.text("in_touch"), att.text("activity"), att.text("accommodation"),
        att.text("suitability"))),
    EventSource("adoption_decision", "adoption_decision", "date"),
    EventSource("adoption_reversed", "adoption_reversed", "date", attributes=(att.text("reversed_reason"),)),
    EventSource("placed_for_adoption", "placed_for_adoption", "date"),
    EventSource("adopted", "adopted", "date", attributes=(
        att.text("best_interest_date"), att.text("match_date"), att.text("foster_carer"))),
)  # fmt: skip


def build_events(tables: Tables) -> pl.DataFrame:
    """All events of the children in the tables, unlinked ones with a blank `episode_id`.

    Args:
        tables: canonical tables, prepared by `prepare`.

    Returns:
        la_code, child_id, date, event, episode_id, source, file, sheet, row, also_in, attributes, and
        `record`: the same number for the events of one record, such as a plan's start and end; and
        `place_in_day`: the order of the events of one child on one day; `placement_id`: of starts and ends
        of placements, the stay that they belong to. In order of journey.
    """
    frames = [_from_source(tables[source.table], source) for source in SOURCES]
    events = pl.concat(frames)
    births = tables["child"].select(*CHILD, "birth_date")
    age = pl.concat_str(pl.lit('"child_age": '), att.age_in_years("birth_date", "date").cast(pl.String))
    inside = pl.when(pl.col("attributes") != "").then(pl.col("attributes"))
    events = events.join(births, on=CHILD, how="left", maintain_order="left").with_columns(
        attributes=pl.concat_str(
            pl.lit("{"), pl.concat_str([inside, age], separator=", ", ignore_nulls=True), pl.lit("}")
        )
    )
    events = events.sort(
        *CHILD, "date", "_order", "_lasts", "_file", "_sheet", "_row", "_is_end", "file", "sheet", "row",
        nulls_last=True, maintain_order=True,
    )  # fmt: skip
    return events.with_columns(place_in_day=pl.int_range(pl.len()).over(*CHILD, "date")).select(
        *CHILD,
        "date",
        "event",
        "episode_id",
        *PLACE,
        "also_in",
        "attributes",
        "record",
        "place_in_day",
        "placement_id",
    )


def _from_source(table: pl.DataFrame, source: EventSource) -> pl.DataFrame:
    rows = table.filter(pl.col(source.date).is_not_null())
    if source.where is not None:
        rows = rows.filter(source.where)
    order = pl.lit(EVENT_ORDER[source.event], dtype=pl.Int32)
    is_end = pl.lit(False)
    lasts = pl.lit(True)
    if source.ends_at:
        lasts = ~((pl.col(source.ends_at) == pl.col(source.date)) & _ENDED).fill_null(False)
    if source.after_start and source.start_event:
        at_once = pl.col(source.after_start) == pl.col(source.date)
        order = (
            pl.when(at_once).then(pl.lit(EVENT_ORDER[source.start_event], dtype=pl.Int32)).otherwise(order)
        )
        is_end = at_once.fill_null(False)
        lasts = ~is_end
    return rows.select(
        *CHILD,
        date=pl.col(source.date),
        event=pl.lit(source.event),
        episode_id=pl.col("episode_id") if "episode_id" in rows.columns else pl.lit(None, dtype=pl.String),
        **{name: pl.col(source.place + name) for name in (*PLACE, "also_in")},
        attributes=att.joined(list(source.attributes)),
        record=pl.col("record"),
        placement_id=pl.col("placement_id") if "placement_id" in rows.columns else pl.lit(None, pl.String),
        _order=order,
        _lasts=lasts,
        _file=pl.col("file"),
        _sheet=pl.col("sheet"),
        _row=pl.col("row"),
        _is_end=is_end,
    )
