"""The reference page about events, spells and the attributes that travel with events."""

from __future__ import annotations

from collections.abc import Iterable

from reference_rows import rows

from childjourneys.domain.vocabulary import EVENTS, LANES, SPELL_KINDS, SPELL_LABELS

# Attribute, the events that have it, and its meaning.
_ATTRIBUTES = (
    (
        "child_age",
        "every event",
        "completed years on the day; not there before birth or without a birth date",
    ),
    ("team", "most events", "allocated team, as Annex A gives it"),
    ("contact_source", "contact", "code of the set referral_source"),
    ("referral_source", "referral", "code of the set referral_source"),
    ("nfa", "referral", "no further action was taken"),
    ("primary_need", "referral", "N0 to N9"),
    ("while_open", "referral", "another need episode of the child was open on that day"),
    ("icpc_not_required", "s47", "a conference was not required"),
    ("factors", "assessment_authorised", "list of factor codes"),
    (
        "assessed_needs_support",
        "assessment_authorised",
        "list 4's own answer; in the census false where the episode closed RC8 or RC9, true where a plan of "
        "the episode follows, else not there",
    ),
    ("category_of_abuse", "cpp_start", "initial category"),
    ("number_of_previous_cpp", "cpp_start", "earlier plans in this authority"),
    ("basis", "cin_start, cin_end", "`need_episode`: from list 6 of Annex A, so it dates no plan"),
    ("closure_reason", "case_closed", "RC1 to RC9"),
    ("legal_status", "lac_start, placement_start", "SSDA903 code"),
    ("category_of_need", "lac_start", "N1 to N8"),
    ("uasc", "lac_start", "unaccompanied asylum-seeking"),
    ("previous_permanence", "lac_start", "P1 to P4, or Z1 for none"),
    ("reason_ceased", "lac_end, placement_end", "SSDA903 code"),
    ("placement_type", "placement_start", "SSDA903 code"),
    ("placement_provider", "placement_start", "PR0 to PR5"),
    ("temporary", "placement_start", "a temporary placement"),
    ("same_carer", "placement_start", "the placement changed and the carer did not (RNE T or U)"),
    ("resumes", "placement_start", "back in the same place after temporary placements only"),
    ("reason_place_change", "placement_end", "why the placement changed, SSDA903 code"),
    ("missing_type", "missing_start", "M missing, A away without authorisation"),
    ("participation", "lac_review", "PN0 to PN7"),
    ("reversed_reason", "adoption_reversed", "RD1 to RD4"),
    ("best_interest_date", "adopted", "decided that adoption is best, from AD1"),
    ("match_date", "adopted", "matched with adopters, from AD1"),
    ("foster_carer", "adopted", "1 adopted by a former foster carer, from AD1"),
    ("contact_age", "care_leaver", "age on the birthday, 17 to 25"),
    ("in_touch", "care_leaver", "YES, NO, DIED, REFU, NREQ or RHOM"),
    ("activity", "care_leaver", "SSDA903 code; 0 where not in touch"),
    ("accommodation", "care_leaver", "letter of the SSDA903 code; 0 where not in touch"),
    ("suitability", "care_leaver", "1 suitable, 2 unsuitable"),
)
# Event, and the returns that give it.
_GIVEN_BY = {
    "contact": "Annex A 1", "early_help_assessment_start": "Annex A 2",
    "early_help_assessment_end": "Annex A 2", "referral": "Annex A 3; CIN census",
    "s47": "Annex A 5; CIN census", "assessment_start": "Annex A 4; CIN census",
    "icpc": "Annex A 5; CIN census", "assessment_authorised": "Annex A 4; CIN census",
    "cp_review": "CIN census; Annex A 7 (the latest)",
    "lac_review": "SSDA903 Reviews; Annex A 8 (the latest)",
    "cin_end": "CIN census from 2022; Annex A 6 (`basis`)", "cpp_end": "Annex A 7; CIN census",
    "lac_end": "SSDA903; Annex A 8", "cin_start": "CIN census from 2022; Annex A 6 (`basis`)",
    "cpp_start": "Annex A 7; CIN census", "lac_start": "SSDA903; Annex A 8",
    "placement_start": "SSDA903; Annex A 8 (the latest)", "case_closed": "Annex A 6; CIN census",
    "placement_end": "SSDA903", "short_break_start": "SSDA903", "short_break_end": "SSDA903",
    "missing_start": "SSDA903 Missing", "missing_end": "SSDA903 Missing", "care_leaver": "SSDA903 OC3",
    "adoption_decision": "SSDA903 PlacedAdoption; Annex A 10",
    "adoption_reversed": "SSDA903 PlacedAdoption; Annex A 10",
    "placed_for_adoption": "SSDA903; Annex A 10", "adopted": "SSDA903; Annex A 10",
}  # fmt: skip
_NOT_YET = "no return that is read yet"


def events() -> Iterable[str]:
    """Events in their order within a day; kinds of spell; attributes."""
    yield "# Events and spells\n"
    yield (
        "In the order in which they stand inside one day. Ends come before starts, so a step down reads "
        "`CPP| -> CIN`; only the end of a spell that starts and ends on one day follows its own start.\n"
    )
    yield from rows(
        ("Rank", "Event", "Code", "In lines", "Lane of the timeline", "Meaning", "Given by"),
        [
            (
                e.rank, f"`{e.name}`", f"`{e.code}`", "yes" if e.in_lines else "no", LANES[e.lane], e.label,
                _GIVEN_BY.get(e.name, _NOT_YET),
            )
            for e in EVENTS
        ],
    )  # fmt: skip
    yield "\n## Spells\n"
    yield "Half-open: on the end day the child is out.\n"
    yield from rows(
        ("Kind", "Meaning", "Starts with", "Ends with"),
        [
            (
                f"`{kind}`", SPELL_LABELS[kind],
                ", ".join(f"`{e.name}`" for e in EVENTS if e.starts == kind),
                ", ".join(f"`{e.name}`" for e in EVENTS if e.ends == kind),
            )
            for kind in SPELL_KINDS
        ],
    )  # fmt: skip
    yield (
        "\nA `need_episode` starts at its referral (or list 6's start). "
        "`care_leaver` spells are dated by no return that is read yet.\n"
    )
    yield "## Attributes\n"
    yield "What travels with an event, in the column `attributes` of `events.csv` (JSON).\n"
    yield from rows(("Attribute", "Events", "Meaning"), [(f"`{n}`", e, m) for n, e, m in _ATTRIBUTES])
