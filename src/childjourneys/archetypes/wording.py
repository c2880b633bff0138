"""Events in words, for explanations."""

from __future__ import annotations

from datetime import date

from childjourneys.archetypes.days import as_date
from childjourneys.archetypes.definition import PLAN_START, Clause, Condition, Event

# What happened, as the beginning of a sentence.
VERBS = {
    "contact": "Contact",
    "early_help_assessment_start": "Early help assessment started",
    "early_help_assessment_end": "Early help ended",
    "referral": "Referred",
    "s47": "Section 47 enquiry started",
    "assessment_start": "Assessment started",
    "icpc": "Initial conference held",
    "assessment_authorised": "Assessed",
    "cp_review": "Child protection review held",
    "lac_review": "Looked-after review held",
    "missing_end": "Found after going missing",
    "placement_end": "Placement ended",
    "short_break_end": "Short break ended",
    "cin_end": "Child in need plan ended",
    "cpp_end": "Child protection plan ended",
    "lac_end": "Ceased to be looked after",
    "cin_start": "Child in need plan started",
    "cpp_start": "Child protection plan started",
    "lac_start": "Started to be looked after",
    "placement_start": "Placement started",
    "missing_start": "Went missing",
    "short_break_start": "Short break started",
    "case_closed": "Case closed",
    "care_leaver": "Care leaver contact",
    "adoption_decision": "Decision to place for adoption",
    "adoption_reversed": "Adoption decision reversed",
    "placed_for_adoption": "Placed for adoption",
    "adopted": "Adopted",
}
# What is looked for, one and several.
NOUNS = {
    PLAN_START: ("plan", "plans"),
    "contact": ("contact", "contacts"),
    "referral": ("referral", "referrals"),
    "s47": ("section 47 enquiry", "section 47 enquiries"),
    "assessment_start": ("assessment", "assessments"),
    "assessment_authorised": ("assessment completed", "assessments completed"),
    "icpc": ("initial conference", "initial conferences"),
    "cin_start": ("child in need plan", "child in need plans"),
    "cpp_start": ("child protection plan", "child protection plans"),
    "lac_start": ("start of care", "starts of care"),
    "cpp_end": ("end of the child protection plan", "ends of child protection plans"),
    "cin_end": ("end of the child in need plan", "ends of child in need plans"),
    "lac_end": ("end of care", "ends of care"),
    "case_closed": ("closure", "closures"),
    "cin_plan": ("child in need plan", "child in need plans"),
    "cp_plan": ("child protection plan", "child protection plans"),
    "looked_after": ("period of care", "periods of care"),
    "placement": ("placement", "placements"),
    "placement_start": ("placement", "placements"),
    "placement_end": ("end of a placement", "ends of placements"),
    "missing_start": ("missing incident", "missing incidents"),
    "care_leaver": ("care leaver contact", "care leaver contacts"),
}
# What the returns show, as a plural.
KINDS = {name: many for name, (_, many) in NOUNS.items()} | {
    "assessment_authorised": "completed assessments",
    "need_episode": "open cases",
    "s47_enquiry": "section 47 enquiries",
    "early_help": "early help",
    "assessment": "assessments",
    "missing": "missing incidents",
    "early_help_assessment_start": "starts of early help",
    "early_help_assessment_end": "ends of early help",
}
FAULTS = {
    "no_link": "a record that this rests on belongs to no need episode (or other record) that is known",
    "calendar": "a window reaches beyond the years whose bank holidays are held",
    "undated": "a record that could decide it has no readable date",
    "future": "a record that could decide it is dated after the return",
    "end_before_start": "a record that could decide it ends before it starts",
    "before_birth": "a record that could decide it is dated long before birth",
    "unknown_end": "a plan or period that could decide it ended on a day not known",
}
_TEMPORARY = Condition("temporary", "is", (True,))
_CARER = Condition("same_carer", "is", (True,))
# What a referral is unless a definition says otherwise.
_NEW = Condition("while_open", "is", (False,))
SOURCES = {"annex_a": "Annex A", "cin_census": "CIN census", "ssda903": "SSDA903"}


def said(day: int) -> str:
    """`3 May 2023`."""
    found: date = as_date(day)
    return f"{found.day} {found:%B} {found.year}"


def noun(clause: Clause, many: bool = False) -> str:
    """What a clause looks for, in words."""
    names = [clause.spells] if clause.spells else _named(clause.event)
    words = [NOUNS.get(name, (_plain(name), _plain(name)))[many] for name in names]
    where = clause.event.where if clause.event else ()
    kind = "temporary " if _TEMPORARY in where else ""
    carer = " with the same carer" if _CARER in where else ""
    return kind + " or ".join(dict.fromkeys(words)) + carer


def narrowed(clause: Clause) -> bool:
    """Whether only some events of the type that `noun` names are looked for."""
    terms = clause.event.terms if clause.event else ()
    told = (*(clause.event.where if clause.event else ()), *(test for term in terms for test in term.where))
    return any(test not in (_TEMPORARY, _CARER, _NEW) for test in told)


def _named(event: Event | None) -> list[str]:
    return [term.event for term in event.terms] if event else []


def _plain(name: str) -> str:
    return name.replace("_", " ")


def place(source: str | None, file: str | None, sheet: str | None, row: int | None) -> str:
    """Where a fact was found: `Annex A, List_4 row 118`."""
    if sheet is None:
        return ""
    where = SOURCES.get(source or "", file or "")
    line = "line" if source == "cin_census" else "row"
    return f"{where}, {sheet} {line} {row}" if where else f"{sheet} {line} {row}"
