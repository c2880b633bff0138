"""One colour per kind of event, the same in the report, the timeline and the legend.

Every colour has a contrast of at least 4.5 to 1 on white, so that it may also carry text. Colour is never
the only sign: events show their code and a shape too.
"""

from __future__ import annotations

from childjourneys.domain.vocabulary import EVENT

INK = "#0b0c0c"
QUIET = "#505a5f"
LINE = "#b1b4b6"
PAPER = "#ffffff"
SHADE = "#f3f2f1"
LINK = "#1d70b8"

COLOURS: dict[str, str] = {
    "contact": "#505a5f",
    "referral": "#1d70b8",
    "early_help": "#00703c",
    "assessment": "#4c2c92",
    "enquiry": "#b5460f",
    "cin_plan": "#12707a",
    "cp_plan": "#c5281c",
    "care": "#a8226f",
    "adoption": "#6b3f12",
    "case": "#383f43",
}

# Shapes say what an event is to a spell: a point of its own, a start, an end.
_KIND_OF_SPELL: dict[str, str] = {
    "early_help": "early_help",
    "need_episode": "referral",
    "assessment": "assessment",
    "s47_enquiry": "enquiry",
    "cin_plan": "cin_plan",
    "cp_plan": "cp_plan",
    "looked_after": "care",
    "placement": "care",
    "short_break": "care",
    "missing": "care",
    "care_leaver": "care",
}
_KIND_OF_EVENT: dict[str, str] = {
    "contact": "contact",
    "referral": "referral",
    "case_closed": "case",
    "icpc": "enquiry",
    "cp_review": "cp_plan",
    "lac_review": "care",
    "adoption_decision": "adoption",
    "adoption_reversed": "adoption",
    "placed_for_adoption": "adoption",
    "adopted": "adoption",
}
_SHAPES: dict[str, str] = {
    "contact": "circle",
    "referral": "diamond",
    "icpc": "square",
    "cp_review": "cross",
    "lac_review": "cross",
    "case_closed": "end",
}


def event_colour(event: str) -> str:
    """Colour of an event type; events of one spell kind share it."""
    kind = _KIND_OF_EVENT.get(event)
    if kind is None:
        spell = EVENT[event].starts or EVENT[event].ends or ""
        kind = _KIND_OF_SPELL.get(spell, "case")
    return COLOURS[kind]


def spell_colour(kind: str) -> str:
    """Colour of a spell kind."""
    return COLOURS[_KIND_OF_SPELL[kind]]


def event_shape(event: str) -> str:
    """circle, diamond, square, cross, start (pointing right) or end (a bar), or star for adoption events."""
    if event in _SHAPES:
        return _SHAPES[event]
    if EVENT[event].starts:
        return "start"
    if EVENT[event].ends:
        return "end"
    return "star"
