"""What a report can be split by."""

from __future__ import annotations

# Of the child, of the anchor, and of the referral that opened the anchor's need episode.
_CALENDAR = {
    "weekday": "day of the week",
    "month": "month of the year",
    "weekend": "weekend or not",
    "bank_holiday": "at most two working days from a bank holiday, or not",
    "school_holiday": "in the school holidays or not, where a table of them is given",
    "busy_week": "whether the week before it was a busy one for referrals",
}
_OPENING = "of the referral that opened the need episode"
DIMENSIONS: dict[str, str] = {
    "assessment_factor": "factors of the assessment; groups overlap",
    "age_group": "age on the day of the anchor",
    "ethnic_group": "ethnic group of the child",
    "sex": "sex of the child",
    "disability": "disability of the child",
    "team": "team of the anchor, else of the opening referral",
    **{name: f"{meaning}, {_OPENING}" for name, meaning in _CALENDAR.items()},
    **{f"anchor_{name}": f"{meaning}, of the anchor" for name, meaning in _CALENDAR.items()},
    "la": "authority",
    "ethnic_group_5": "broad ethnic group of the child",
    "primary_need": "primary need by the referral that opened the need episode",
    "referral_source": "who made the referral that opened the need episode",
    "assessment_theme": "themes of the factors of the assessment; groups overlap",
    "deprivation": "deciles of deprivation of the child in pairs, where a table of them is given",
}
