"""One child's journey in words and rows: the text that stands for the timeline, and for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from childjourneys.domain.codes import authority_name, code_set
from childjourneys.domain.vocabulary import EVENT, SPELL_LABELS
from childjourneys.reports.wording import KINDS_OF_RETURN, count, short_day

EVENT_HEADINGS = (
    "Date",
    "Days since first",
    "Code",
    "Event",
    "Episode",
    "What is known",
    "Found in",
    "Also in",
)
SPELL_HEADINGS = ("Kind", "From", "To", "Days", "Episode", "Found in")
_WIDEST = 36
COVERAGE_HEADINGS = ("Kind", "From", "To", "Comes from")

# Code sets that give attributes their words.
_CODE_SETS: dict[str, str] = {
    "contact_source": "referral_source",
    "referral_source": "referral_source",
    "primary_need": "need",
    "category_of_need": "need",
    "category_of_abuse": "category_of_abuse",
    "closure_reason": "reason_for_closure",
    "factors": "assessment_factors",
    "legal_status": "legal_status",
    "reason_ceased": "reason_episode_ceased",
    "placement_type": "placement_type",
    "placement_provider": "placement_provider",
    "reversed_reason": "reason_placed_ceased",
    "previous_permanence": "previous_permanence",
    "reason_place_change": "reason_place_change",
    "participation": "review_participation",
    "missing_type": "missing_type",
    "in_touch": "in_touch",
    "activity": "activity",
    "accommodation": "accommodation",
    "suitability": "accommodation_suitability",
    "foster_carer": "foster_carer_adopter",
}
_WORDS: dict[str, str] = {
    "nfa": "no further action",
    "icpc_not_required": "conference not required",
    "assessed_needs_support": "assessed as needing support",
    "number_of_previous_cpp": "earlier protection plans",
    "child_age": "age",
    "uasc": "unaccompanied asylum-seeking",
    "foster_carer": "adopters",
    "resumes": "return to an earlier placement",
    "reason_place_change": "why the placement changed",
    "missing_type": "missing or away",
}
# What tells spells of one kind apart, from the event that starts them: attribute and event.
_TOLD_BY: dict[str, tuple[str, str]] = {
    "placement": ("placement_type", "placement_start"),
    "missing": ("missing_type", "missing_start"),
}


@dataclass(frozen=True)
class ChildJourney:
    """All that is known of one child in one authority.

    Attributes:
        events, spells: frames as declared in `tables.derived`, of this child only, in order.
        coverage: that of the authority.
        line, journey_reduced: the journey line, long and as codes; blank if no event is shown in lines.
    """

    la_code: str
    child_id: str
    events: pl.DataFrame
    spells: pl.DataFrame
    coverage: pl.DataFrame
    line: str
    journey_reduced: str


@dataclass(frozen=True)
class JourneyText:
    """The journey as text: a heading, the two lines, and rows of words under headings.

    `str()` of it is all of that laid out in columns for a terminal.
    """

    heading: str
    line: str
    reduced: str
    summary: str
    event_headings: tuple[str, ...]
    events: tuple[tuple[str, ...], ...]
    spell_headings: tuple[str, ...]
    spells: tuple[tuple[str, ...], ...]
    coverage_headings: tuple[str, ...]
    coverage: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        parts = [self.heading, self.summary]
        if self.line:
            parts += ["", self.reduced, "", self.line]
        for headings, rows in (
            (self.event_headings, self.events),
            (self.spell_headings, self.spells),
            (self.coverage_headings, self.coverage),
        ):
            if rows:
                parts += ["", *_columns(headings, rows)]
        return "\n".join(parts)


def journey_text(journey: ChildJourney) -> JourneyText:
    """The journey in words. Rows have the order of the journey; nothing in them is cut."""
    first = journey.events["date"].min()
    return JourneyText(
        heading=f"Child {journey.child_id}, {authority_name(journey.la_code)} ({journey.la_code})",
        line=journey.line,
        reduced=journey.journey_reduced,
        summary=_summary(journey),
        event_headings=EVENT_HEADINGS,
        events=tuple(_event_row(row, first) for row in journey.events.iter_rows(named=True)),
        spell_headings=SPELL_HEADINGS,
        spells=tuple(_spell_row(row, told) for row, told in spells_told(journey)),
        coverage_headings=COVERAGE_HEADINGS,
        coverage=tuple(
            (
                kind_in_words(row["kind"]),
                row["from"].isoformat(),
                row["to"].isoformat(),
                _sources(row["source"]),
            )
            for row in journey.coverage.sort("kind", "from").iter_rows(named=True)
        ),
    )


def spells_told(journey: ChildJourney) -> Iterator[tuple[dict[str, Any], str]]:
    """The spells in order, each with the code that tells what it was: PLACE of a placement, say; blank where
    none is known."""
    codes: dict[tuple[str, Any], str] = {}
    for kind, (attribute, event) in _TOLD_BY.items():
        for day, attributes in (
            journey.events.filter(pl.col("event") == event).select("date", "attributes").iter_rows()
        ):
            code = json.loads(attributes or "{}").get(attribute)
            # Two on one day can't be told apart.
            codes[kind, day] = "" if (kind, day) in codes else code or ""
    for row in journey.spells.sort("start", "kind").iter_rows(named=True):
        yield row, codes.get((row["kind"], row["start"]), "")


def code_in_words(kind: str, code: str) -> str:
    """What the code of a spell means; blank where it has none."""
    return code_set(_CODE_SETS[_TOLD_BY[kind][0]]).label(code) or "" if code else ""


def attributes_in_words(attributes: str | None) -> str:
    """`{"nfa": false, "referral_source": "6"}` as `no further action: no; referral source: Police (6)`."""
    known: Mapping[str, Any] = json.loads(attributes) if attributes else {}
    words = [f"{_WORDS.get(key, key.replace('_', ' '))}: {_value(key, value)}"
             for key, value in known.items() if value not in (None, "", [])]  # fmt: skip
    return "; ".join(words)


def spell_end_in_words(end: date | None, is_open: str) -> str:
    """The end of a spell, or why there is none."""
    if is_open == "true":
        return "still open"
    if is_open == "unknown":
        return f"ended by {short_day(end)}, on a day not known" if end else "ended on a day not known"
    return short_day(end) if end else ""


def kind_in_words(kind: str) -> str:
    """An event type or spell kind."""
    return EVENT[kind].label if kind in EVENT else SPELL_LABELS.get(kind, kind)


def _summary(journey: ChildJourney) -> str:
    if not journey.events.height:
        return "No dated event of this child is known."
    first, last = journey.events["date"].min(), journey.events["date"].max()
    assert isinstance(first, date) and isinstance(last, date)
    still = journey.spells.filter((pl.col("open") == "true") & (pl.col("kind") != "need_episode"))
    open_kinds = [SPELL_LABELS[kind].lower() for kind in still["kind"].unique(maintain_order=True)]
    span = f" from {short_day(first)} to {short_day(last)}" if first != last else f" on {short_day(first)}"
    ends = f" Still open: {', '.join(open_kinds)}." if open_kinds else ""
    return f"{count(journey.events.height, 'event')}{span}.{ends}"


def _event_row(row: Mapping[str, Any], first: Any) -> tuple[str, ...]:
    event = EVENT[row["event"]]
    label = event.label
    if "need_episode" in (row["attributes"] or "") and row["event"] in ("cin_start", "cin_end"):
        label = f"Need episode {'starts' if row['event'] == 'cin_start' else 'ends'} (dates no plan)"
    return (
        row["date"].isoformat(),
        str((row["date"] - first).days),
        event.code,
        label,
        row["episode_id"] or "",
        attributes_in_words(row["attributes"]),
        _place(row),
        (row["also_in"] or "").replace("|", ", "),
    )


def _spell_row(row: Mapping[str, Any], code: str) -> tuple[str, ...]:
    ended = row["open"] == "false" and row["end"]
    days = str((row["end"] - row["start"]).days) if ended else ""
    return (
        f"{SPELL_LABELS[row['kind']]} {code}".strip(),
        row["start"].isoformat(),
        row["end"].isoformat()
        if row["open"] == "false" and row["end"]
        else spell_end_in_words(row["end"], row["open"]),
        days,
        row["episode_id"] or "",
        _place(row),
    )


def _columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of text in columns; one blank in every row is left out, and a long text pushes the rest aside."""
    used = [at for at in range(len(headings)) if any(row[at] for row in rows)]
    widths = {at: min(max(len(headings[at]), *(len(row[at]) for row in rows)), _WIDEST) for at in used}
    for row in (headings, *rows):
        yield "  ".join(row[at].ljust(widths[at]) for at in used).rstrip()


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['file']}, {row['sheet']}, {row['row']}"


def _sources(sources: str | None) -> str:
    return ", ".join(KINDS_OF_RETURN.get(source, source) for source in (sources or "").split("; ") if source)


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value(key, item) for item in value)
    if key == "child_age" and isinstance(value, int) and value < 0:
        return "not yet born"
    text = str(value)
    codes = _CODE_SETS.get(key)
    if codes is None:
        return text
    if "|" in text:
        return ", ".join(_value(key, part) for part in text.split("|"))
    label = code_set(codes).label(text)
    return f"{label} ({text})" if label else text
