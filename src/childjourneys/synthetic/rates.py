"""The figures that drive the story: published ones from `national_aggregates.yaml`, the rest assumptions.

What is published at one level (stock at 31 March, plans ended in a year) comes out of a flow. The assumptions
below are set so that it does; `tests/synthetic/test_calibration.py` says how near each comes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from childjourneys.domain.codes import load_yaml
from childjourneys.synthetic.chance import Choice

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@cache
def national(figure: str) -> Any:
    """The value of a published figure by its id, such as `referrals.nfa_pct.2024`.

    Raises:
        KeyError: no figure has that id.
    """
    return _aggregates()[figure]


@cache
def _aggregates() -> dict[str, Any]:
    loaded = load_yaml("childjourneys.synthetic", "national_aggregates.yaml")
    return {entry["id"]: entry["value"] for entry in loaded["aggregates"]}


def month_index() -> tuple[float, ...]:
    """Referrals per working day against the year's mean, January first."""
    index = national("referrals.month_index_per_working_day.2024")
    return tuple(float(index[month]) for month in MONTHS)


# --- children and families (assumptions unless named) -------------------------------------------------
BURN_IN_YEARS = 12
FAMILY_SIZE = {"1": 50.0, "2": 28.0, "3": 14.0, "4": 8.0}
AGE_AT_FIRST_REFERRAL = {
    "unborn": 12.0, "0": 9.0, "1-4": 15.0, "5-9": 20.0, "10-15": 29.0, "16-17": 17.0,
}  # fmt: skip
AGE_BANDS = {
    "unborn": (-1, -1),
    "0": (0, 0),
    "1-4": (1, 4),
    "5-9": (5, 9),
    "10-15": (10, 15),
    "16-17": (16, 17),
}
SIBLING_INCLUDED = 0.75
SIBLING_FOLLOWS = 0.6
# Unaccompanied young people, most of them male, bring it to the published share.
MALE_SHARE = 0.533
SEX_UNKNOWN = 0.002
DISABLED_AT_ENTRY = 0.091
UASC_SHARE_OF_FAMILIES = 0.031
UASC_ETHNICITY = {"OOTH": 30.0, "BAFR": 38.0, "AOTH": 22.0, "WOTH": 6.0, "NOBT": 4.0}
WHITE_BRITISH_MORE = 1.15  # unaccompanied young people come on top
ETHNICITY_NOT_KNOWN = {"REFU": 0.006, "NOBT": 0.03}
GYPSY_SPLIT = {"WIRT": 0.35, "WROM": 0.65}

# --- front door ----------------------------------------------------------------------------------------
CONTACTS_PER_REFERRAL = 3.0  # no national figure is published
NFA = 0.063
NOT_IN_NEED = 0.303
RC9_SHARE = 0.18
SOURCES = {
    "1A": 4.2, "1B": 1.3, "1C": 1.2, "1D": 1.3, "2A": 20.3, "2B": 1.7, "3A": 1.5, "3B": 2.1, "3C": 0.6,
    "3D": 3.0, "3E": 4.2, "3F": 3.3, "4": 1.2, "5A": 6.6, "5B": 3.4, "5C": 4.1, "6": 28.5, "7": 4.4,
    "8": 4.2, "9": 1.6, "10": 1.2,
}  # fmt: skip
EARLY_HELP_SHARE_OF_LA_SERVICES = 0.3
PRIMARY_NEED = {
    "N1": 62.0, "N2": 0.8, "N3": 2.3, "N4": 10.5, "N5": 14.0, "N6": 2.3, "N7": 0.35, "N8": 0.5, "N9": 1.2,
    "N0": 3.4,
}  # fmt: skip
AGAIN_SOON = {"nfa": 0.165, "not_in_need": 0.142, "in_need": 0.145}
AGAIN_SOON_MEAN_DAYS = 95.0
AGAIN_LATE = 0.30
AGAIN_LATE_MEAN_DAYS = 900.0
MISSED_RISK = 0.05
MISSED_RISK_DAYS = 184

# --- inside a case -------------------------------------------------------------------------------------
S47_AT_START = {"N1": 0.65, "N4": 0.28, "N5": 0.40, "N6": 0.40, "N8": 0.2}
S47_AT_START_OTHER = 0.14
ICPC_AFTER_S47 = 0.31
ICPC_AFTER_S47_AGAIN = 0.5
CPP_AFTER_ICPC = 0.86
CIN_PLAN = 0.455
CIN_PLAN_DISABLED = 0.93
STEP_DOWN = 0.65
STEP_UP = 0.22
TRANSFER_IN = 0.012
CARE_AFTER_CPP = 0.17
CARE_OTHER = 0.034
CARE_BY_AGE = {"unborn": 3.0, "0": 3.0, "1-4": 0.9, "5-9": 0.75, "10-15": 0.75, "16-17": 2.4}
LEAVER_STAYS_OPEN = 0.85
STAYS_OPEN = 0.053
STAYS_OPEN_MEAN_DAYS = 1500.0
CLOSURES = {"RC7": 95.0, "RC5": 4.4, "RC2": 0.3, "RC3": 0.1}
CATEGORIES = {"NEG": 49.8, "PHY": 7.7, "SAB": 3.5, "EMO": 37.3, "MUL": 1.7}
CHANGED_CATEGORY = 0.1
ASSESSMENT_BUCKETS = {
    "same_day": (0, 0), "1-10": (1, 10), "11-20": (11, 20), "21-30": (21, 30), "31-40": (31, 40),
    "41-45": (41, 45), "46-50": (46, 50), "51-60": (51, 60), "61+": (61, 110),
}  # fmt: skip
CPP_DURATION = {"<=3m": 11.5, ">3m-6m": 8.0, ">6m-<1y": 45.5, "1y-<2y": 25.5, "2y+": 3.8}
ICPC_BUCKETS = {"0-10": (2, 10), "11-15": (11, 15), "16-20": (16, 20), "21+": (21, 40)}
CPP_DAYS = {
    "<=3m": (20, 91),
    ">3m-6m": (92, 182),
    ">6m-<1y": (184, 364),
    "1y-<2y": (366, 729),
    "2y+": (731, 1300),
}

DISABILITIES = {
    "AUT": "autism", "BEH": "behaviour", "COMM": "communication", "CON": "consciousness",
    "HAND": "hand_function", "HEAR": "hearing", "INC": "incontinence", "LD": "learning_difficulties",
    "MOB": "mobility", "PC": "personal_care", "VIS": "vision", "DDA": "other",
}  # fmt: skip
FACTORS = {
    "1A": "Alcohol_Misuse_child", "1B": "Alcohol_Misuse_parent", "1C": "Alcohol_Misuse_person",
    "2A": "Drug_Misuse_child", "2B": "Drug_Misuse_parent", "2C": "Drug_Misuse_person",
    "3A": "Domestic_Abuse_child", "3B": "Domestic_Abuse_parent", "3C": "Domestic_Abuse_person",
    "4A": "Mental_Health_child", "4B": "Mental_Health_parent", "4C": "Mental_Health_person",
    "5A": "Learning_Disability_child", "5B": "Learning_Disability_parent", "5C": "Learning_Disability_person",
    "6A": "Physical_Disability_child", "6B": "Physical_Disability_parent", "6C": "Physical_Disability_person",
    "7A": "Young_Carer", "8F": "Privately_fostered", "9A": "Unaccompanied_asylum_seeker",
    "10A": "Going_missing", "11A": "Child_sexual_exploitation", "12A": "Trafficking", "13A": "Gangs",
    "14A": "Socially_unacceptable_behaviour", "15A": "Self_harm", "16A": "Neglect", "17A": "Emotional_Abuse",
    "18B": "Physical_Abuse_child_on_child", "18C": "Physical_Abuse_adult_on_child",
    "19B": "Sexual_Abuse_child_on_child", "19C": "Sexual_Abuse_adult_on_child",
    "22A": "Female_Genital_Mutilation", "23A": "Faith_linked_abuse", "24A": "Child_criminal_exploitation",
    "20": "Other",
}  # fmt: skip
OLDER_CHILD_FACTORS = frozenset({"1A", "2A", "7A", "10A", "11A", "12A", "13A", "14A", "15A", "24A"})
OLDER_CHILD_FROM_AGE = 8


@cache
def late_assessments() -> float:
    """Proportion of assessments that take more than 45 working days."""
    shares = national("assessments.duration_share_pct.2024")
    late = sum(shares[name] for name, (low, _) in ASSESSMENT_BUCKETS.items() if low > 45)
    return float(late / sum(shares.values()))


@cache
def disability_shares() -> dict[str, float]:
    """How many of the children with a disability have each kind, as a proportion."""
    published = national("cin.disability_type_pct.2024")
    return {code: published[name] / 100 for code, name in DISABILITIES.items()}


def ethnicity_weights() -> dict[str, float]:
    """Ethnic groups of children in need, shares of those whose group is known."""
    share = national("cin.ethnicity_pct.2024")
    codes = {
        "WBRI": "White British", "WIRI": "White Irish", "WOTH": "Any other White background",
        "MWBC": "White and Black Caribbean", "MWBA": "White and Black African", "MWAS": "White and Asian",
        "MOTH": "Any other mixed background", "AIND": "Indian", "APKN": "Pakistani", "ABAN": "Bangladeshi",
        "AOTH": "Any other Asian background", "BAFR": "Black African", "BCRB": "Black Caribbean",
        "BOTH": "Any other Black background", "CHNE": "Chinese", "OOTH": "Any other ethnic group",
    }  # fmt: skip
    weights = {code: float(share[name]) for code, name in codes.items()}
    for code, part in GYPSY_SPLIT.items():
        weights[code] = part * float(share["Gypsy or Irish Traveller"])
    weights["WBRI"] *= WHITE_BRITISH_MORE
    return weights


class Choices:
    """The weighted choices of the story, made once."""

    def __init__(self) -> None:
        self.family_size = Choice(FAMILY_SIZE)
        self.age = Choice(AGE_AT_FIRST_REFERRAL)
        self.ethnicity = Choice(ethnicity_weights())
        self.uasc_ethnicity = Choice(UASC_ETHNICITY)
        self.source = Choice(SOURCES)
        self.need = Choice(PRIMARY_NEED)
        self.assessment = Choice(national("assessments.duration_share_pct.2024"))
        self.icpc = Choice(national("icpc.duration_share_pct.2024"))
        self.cpp = Choice(CPP_DURATION)
        self.category = Choice(CATEGORIES)
        self.closure = Choice(CLOSURES)
