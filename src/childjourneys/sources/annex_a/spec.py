"""The lists of Annex A: their columns as `annex_a.yaml` states them, and what each becomes here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from childjourneys.domain.codes import load_yaml


@dataclass(frozen=True)
class ListColumn:
    """One column of a list.

    Attributes:
        name: canonical name, as in the matching report.
        heading: official wording.
        type: `text`, `date`, `int`, `code`, `bool` or `bool3`.
        exact: the official wording and its variants, normalised.
        patterns: searched for in a normalised heading.
        superseded: normalised headings of older editions that meant something else.
        codes: its code set.
        never_blank: the return expects it in every row.
        staff: it names a member of staff, and is never read.
    """

    name: str
    heading: str
    type: str
    exact: frozenset[str]
    patterns: tuple[re.Pattern[str], ...] = ()
    superseded: frozenset[str] = frozenset()
    codes: str | None = None
    never_blank: bool = False
    staff: bool = False


@dataclass(frozen=True)
class Plan:
    """What a list gives: the reported table, its columns by canonical name, and the events in them.

    Attributes:
        key_dates: a row needs one of these; a sheet needs the heading of one.
        start, end: canonical names of the dates that start and end what a row is about.
        start_events, end_events: event types that these dates give.
        other_events: event types that other dates of the row give.
    """

    table: str
    keeps: Mapping[str, str]
    key_dates: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    start_events: tuple[str, ...] = ()
    end_events: tuple[str, ...] = ()
    other_events: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListSpec:
    """One list. `identifier` is the column that names whom a row is about."""

    number: int
    title: str
    columns: tuple[ListColumn, ...]
    plan: Plan | None

    @property
    def identifier(self) -> str:
        return "child_id" if self.plan else "adopter_id"

    @property
    def telling(self) -> tuple[str, ...]:
        """Columns of which a heading row of this list has one: the key dates, or what stands in for them."""
        if self.plan is None:
            return ("adopter_id",)
        return self.plan.key_dates or ("eligibility", "in_touch", "accommodation_type", "activity")

    def column(self, name: str) -> ListColumn:
        return next(column for column in self.columns if column.name == name)


# The child's own columns, restated on every list.
CHILD_COLUMNS = ("gender", "ethnicity", "birth_date", "age_years", "has_disability")
TEAM_COLUMN = "allocated_team"

_ADOPTION_DATES = {
    "adoption_decision_date": "decision_date",
    "care_start_date": "care_start_date",
    "placement_order_date": "placement_order_date",
    "match_date": "match_date",
    "placed_for_adoption_date": "placed_date",
    "adoption_order_date": "order_date",
    "adoption_reversed_date": "reversed_date",
    "ffa_placement_date": "ffa_placement_date",
}

# List 11 is about adults and becomes nothing.
PLANS: dict[int, Plan] = {
    1: Plan(
        "contact",
        {"contact_date": "contact_date", "contact_source": "contact_source"},
        key_dates=("contact_date",),
        start="contact_date",
        start_events=("contact",),
    ),
    2: Plan(
        "early_help_assessment",
        {
            "early_help_start_date": "start_date",
            "early_help_end_date": "end_date",
            "early_help_organisation": "organisation",
        },
        key_dates=("early_help_start_date",),
        start="early_help_start_date",
        end="early_help_end_date",
        start_events=("early_help_assessment_start",),
        end_events=("early_help_assessment_end",),
    ),
    3: Plan(
        "referral",
        {
            "referral_date": "referral_date",
            "referral_source": "referral_source",
            "referral_nfa": "nfa",
            "number_of_referrals_12_months": "number_of_referrals_12_months",
            "allocated_team": "team",
        },
        key_dates=("referral_date",),
        start="referral_date",
        start_events=("referral",),
    ),
    4: Plan(
        "assessment",
        {
            "assessment_start_date": "start_date",
            "assessment_end_date": "authorised_date",
            "child_seen": "child_seen",
            "assessed_needs_support": "assessed_needs_support",
            "allocated_team": "team",
        },
        key_dates=("assessment_start_date",),
        start="assessment_start_date",
        end="assessment_end_date",
        start_events=("assessment_start",),
        end_events=("assessment_authorised",),
    ),
    # The conference ends the enquiry. With no enquiry date it stands alone, as a row of `icpc`.
    5: Plan(
        "s47_enquiry",
        {
            "s47_start_date": "start_date",
            "icpc_date": "icpc_date",
            "icpc_not_required": "icpc_not_required",
            "icpc_led_to_cpp": "icpc_led_to_cpp",
            "allocated_team": "team",
        },
        key_dates=("s47_start_date", "icpc_date"),
        start="s47_start_date",
        end="icpc_date",
        start_events=("s47",),
        end_events=("icpc",),
    ),
    # The list calls it CIN start; it is the referral that opened the episode of need.
    6: Plan(
        "need_episode",
        {
            "cin_start_date": "referral_date",
            "primary_need": "primary_need",
            "cin_closure_date": "closure_date",
            "closure_reason": "closure_reason",
            "last_seen_date": "last_seen_date",
            "case_status": "case_status",
            "allocated_team": "team",
        },
        key_dates=("cin_start_date",),
        start="cin_start_date",
        end="cin_closure_date",
        start_events=("cin_start",),
        end_events=("cin_end", "case_closed"),
    ),
    7: Plan(
        "cp_plan",
        {
            "cpp_start_date": "start_date",
            "cpp_end_date": "end_date",
            "initial_category_of_abuse": "initial_category_of_abuse",
            "latest_category_of_abuse": "latest_category_of_abuse",
            "number_of_previous_cpp": "number_of_previous_cpp",
            "latest_review_date": "latest_review_date",
            "last_statutory_visit_date": "last_statutory_visit_date",
            "allocated_team": "team",
        },
        key_dates=("cpp_start_date",),
        start="cpp_start_date",
        end="cpp_end_date",
        start_events=("cpp_start",),
        end_events=("cpp_end",),
        other_events={"latest_review_date": "cp_review"},
    ),
    8: Plan(
        "period_of_care",
        {
            "care_start_date": "start_date",
            "care_end_date": "end_date",
            "care_end_reason": "reason_ceased",
            "category_of_need": "category_of_need",
            "uasc_12_months": "uasc",
            "legal_status": "legal_status",
            "legal_status_start_date": "legal_status_start_date",
            "latest_review_date": "latest_review_date",
            "permanence_plan": "permanence_plan",
            "placement_start_date": "placement_start_date",
            "placement_type": "placement_type",
            "placement_provider": "placement_provider",
            "placement_postcode": "placement_postcode",
            "placement_urn": "placement_urn",
            "placement_location": "placement_location",
            "placement_la": "placement_la",
            "number_of_placements_12_months": "number_of_placements_12_months",
            "number_of_missing_episodes_12_months": "number_of_missing_episodes_12_months",
            "allocated_team": "team",
        },
        key_dates=("care_start_date",),
        start="care_start_date",
        end="care_end_date",
        start_events=("lac_start",),
        end_events=("lac_end",),
        other_events={"latest_review_date": "lac_review", "placement_start_date": "placement_start"},
    ),
    9: Plan(
        "care_leaver",
        {
            "eligibility": "eligibility",
            "in_touch": "in_touch",
            "accommodation_type": "accommodation_type",
            "accommodation_suitability": "accommodation_suitability",
            "activity": "activity",
            "latest_contact_date": "latest_contact_date",
            "pathway_plan_review_date": "pathway_plan_review_date",
            "uasc_or_former": "uasc",
            "allocated_team": "team",
        },
    ),
    10: Plan(
        "adoption",
        _ADOPTION_DATES | {"adoption_reversed_reason": "reversed_reason"},
        key_dates=tuple(_ADOPTION_DATES),
        other_events={
            "adoption_decision_date": "adoption_decision",
            "adoption_reversed_date": "adoption_reversed",
            "placed_for_adoption_date": "placed_for_adoption",
            "adoption_order_date": "adopted",
        },
    ),
}


@cache
def lists() -> dict[int, ListSpec]:
    """All eleven lists by number."""
    entries = load_yaml("childjourneys.sources.specs", "annex_a.yaml")["lists"]
    return {
        entry["list"]: ListSpec(
            number=entry["list"],
            title=entry["title"],
            columns=tuple(_column(item) for item in entry["columns"]),
            plan=PLANS.get(entry["list"]),
        )
        for entry in entries
    }


_TRAILING = " ?:.\u00a0"
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "`": "'"})
_HEADING_DASHES = re.compile("[\u2010-\u2015\u2212]")
_HEADING_SPACES = re.compile(r"\s+")
_BRACKETS = {")": "(", "]": "["}


@lru_cache(maxsize=4096)
def normalise_heading(text: str) -> str:
    """Lower case, single spaces, plain quotes and hyphens, without trailing marks or unmatched brackets.

    >>> normalise_heading(" Child\u2019s  Legal\\nStatus) : ")
    "child's legal status"
    """
    plain = _HEADING_DASHES.sub("-", _HEADING_SPACES.sub(" ", text.translate(_QUOTES)))
    return _without_unmatched(plain.strip()).rstrip(_TRAILING).strip().lower()


def _without_unmatched(text: str) -> str:
    open_at: list[int] = []
    drop: set[int] = set()
    for place, letter in enumerate(text):
        if letter in "([":
            open_at.append(place)
        elif letter in _BRACKETS:
            if open_at and text[open_at[-1]] == _BRACKETS[letter]:
                open_at.pop()
            else:
                drop.add(place)
    drop.update(open_at)
    return "".join(letter for place, letter in enumerate(text) if place not in drop) if drop else text


def _column(item: dict[str, object]) -> ListColumn:
    def texts(key: str) -> list[str]:
        found = item.get(key, [])
        return [str(text) for text in found] if isinstance(found, list) else []

    heading = str(item["heading"])
    codes = item.get("codes")
    return ListColumn(
        name=str(item["canonical"]),
        heading=heading,
        type=str(item["type"]),
        exact=frozenset(normalise_heading(text) for text in [heading, *texts("variants")]),
        patterns=tuple(re.compile(text, re.IGNORECASE) for text in texts("patterns")),
        superseded=frozenset(normalise_heading(text) for text in texts("superseded")),
        codes=str(codes) if codes else None,
        never_blank=item.get("blank") == "never",
        staff=item.get("sensitive") == "staff name",
    )
