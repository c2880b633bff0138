"""The one list of events and spell kinds that lines, timelines, files and definitions share.

Source: design of the event vocabulary (rank orders the events of one child on one day; ends come
before starts, so that a step down reads ``CPP| -> CIN``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventType:
    """One type of event.

    Attributes:
        name: as in ``events.csv``, the long journey line and definitions.
        code: as in the reduced journey line.
        rank: order inside one day; types of one rank keep the order of `EVENTS`.
        in_lines: whether journey lines show it.
        lane: the timeline lane it is drawn in.
        label: in plain words, for legends and reports.
        ends: spell kind that this event ends, if any.
        starts: spell kind that this event starts, if any.
    """

    name: str
    code: str
    rank: int
    in_lines: bool
    lane: str
    label: str
    starts: str | None = None
    ends: str | None = None


EVENTS: tuple[EventType, ...] = (
    EventType("contact", "C", 10, True, "front_door", "Contact"),
    EventType(
        "early_help_assessment_start",
        "EH",
        20,
        True,
        "early_help",
        "Early help assessment starts",
        starts="early_help",
    ),
    EventType(
        "early_help_assessment_end",
        "EH|",
        21,
        True,
        "early_help",
        "Early help assessment ends",
        ends="early_help",
    ),
    EventType("referral", "R", 30, True, "front_door", "Referral"),
    EventType("s47", "S47", 40, True, "enquiry", "Section 47 enquiry starts", starts="s47_enquiry"),
    EventType("assessment_start", "AS", 50, True, "assessment", "Assessment starts", starts="assessment"),
    EventType("icpc", "ICPC", 60, True, "enquiry", "Initial child protection conference", ends="s47_enquiry"),
    EventType(
        "assessment_authorised", "AA", 70, True, "assessment", "Assessment authorised", ends="assessment"
    ),
    EventType("cp_review", "CPR", 75, False, "plan", "Child protection review"),
    EventType("lac_review", "LACR", 75, False, "care", "Looked-after review"),
    EventType("missing_end", "M|", 80, False, "care", "Missing episode ends", ends="missing"),
    EventType("placement_end", "P|", 80, False, "care", "Placement ends", ends="placement"),
    EventType("short_break_end", "SB|", 80, False, "care", "Short break ends", ends="short_break"),
    EventType(
        "cin_end", "CIN|", 81, True, "plan", "Child in need plan or need episode ends", ends="cin_plan"
    ),
    EventType("cpp_end", "CPP|", 82, True, "plan", "Child protection plan ends", ends="cp_plan"),
    EventType("lac_end", "LAC|", 83, True, "care", "Ceases to be looked after", ends="looked_after"),
    EventType(
        "cin_start", "CIN", 90, True, "plan", "Child in need plan or need episode starts", starts="cin_plan"
    ),
    EventType("cpp_start", "CPP", 91, True, "plan", "Child protection plan starts", starts="cp_plan"),
    EventType("lac_start", "LAC", 92, True, "care", "Starts to be looked after", starts="looked_after"),
    EventType("placement_start", "P", 93, False, "care", "Placement starts", starts="placement"),
    EventType("missing_start", "M", 93, False, "care", "Missing episode starts", starts="missing"),
    EventType("short_break_start", "SB", 93, False, "care", "Short break starts", starts="short_break"),
    EventType("case_closed", "X", 95, False, "front_door", "Case closed", ends="need_episode"),
    EventType("care_leaver", "CL", 96, True, "care", "Care leaver", starts="care_leaver"),
    EventType("adoption_decision", "ADD", 96, False, "care", "Decision to place for adoption"),
    EventType("adoption_reversed", "ADR", 96, False, "care", "Adoption decision reversed"),
    EventType("placed_for_adoption", "PA", 96, True, "care", "Placed for adoption"),
    EventType("adopted", "AD", 96, True, "care", "Adopted"),
)

EVENT: dict[str, EventType] = {event.name: event for event in EVENTS}
EVENT_ORDER: dict[str, int] = {event.name: order for order, event in enumerate(EVENTS)}

SPELL_KINDS: tuple[str, ...] = (
    "early_help", "need_episode", "assessment", "s47_enquiry", "cin_plan", "cp_plan",
    "looked_after", "placement", "short_break", "missing", "care_leaver",
)  # fmt: skip

SPELL_LABELS: dict[str, str] = {
    "early_help": "Early help",
    "need_episode": "Need episode (referral to closure)",
    "assessment": "Assessment",
    "s47_enquiry": "Section 47 enquiry",
    "cin_plan": "Child in need plan",
    "cp_plan": "Child protection plan",
    "looked_after": "Looked after",
    "placement": "Placement",
    "short_break": "Short break",
    "missing": "Missing",
    "care_leaver": "Care leaver",
}

LANES: dict[str, str] = {
    "front_door": "Contact and referral",
    "early_help": "Early help",
    "assessment": "Assessment",
    "enquiry": "Section 47 and conference",
    "plan": "Plans",
    "care": "Care",
}

SPELL_LANES: dict[str, str] = {
    "early_help": "early_help",
    "need_episode": "front_door",
    "assessment": "assessment",
    "s47_enquiry": "enquiry",
    "cin_plan": "plan",
    "cp_plan": "plan",
    "looked_after": "care",
    "placement": "care",
    "short_break": "care",
    "missing": "care",
    "care_leaver": "care",
}

# Highest first: the status of a child on a day.
STATUS_ORDER: tuple[str, ...] = ("looked_after", "cp_plan", "cin_plan", "need_episode")
