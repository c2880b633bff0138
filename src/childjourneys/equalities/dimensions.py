"""What anchors are grouped by: the groups of each dimension in order, and what they are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from childjourneys.domain.codes import code_set

NOT_KNOWN = "not known"
ALL_OTHERS = "all others"
# Codes that say that nothing is known.
UNKNOWN_CODES = {"ethnicity": ("REFU", "NOBT"), "need": ("N0",), "referral_source": ("10",)}
ETHNIC_GROUPS_5 = ("White", "Mixed", "Asian", "Black", "Other")
AGES = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"))
OLDEST = "16 and over"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple(f"{month:02}" for month in range(1, 13))
# Pairs of deciles, from the most to the least deprived.
DEPRIVATION = {pair: f"{2 * pair - 1} to {2 * pair}" for pair in range(1, 6)}
ANCHOR = "anchor_"


@dataclass(frozen=True)
class Dimension:
    """One way to group anchors.

    Attributes:
        groups: in order, `not known` apart; none where groups are free text, in the order of the alphabet.
        reference: the group that others are compared with; None: each with all others that are known.
        overlapping: whether an anchor may stand in several groups.
    """

    name: str
    groups: tuple[str, ...] = ()
    reference: str | None = None
    overlapping: bool = False

    def in_order(self, found: Iterable[str]) -> list[str]:
        """Groups that were found, in the order of tables."""
        place = {group: number for number, group in enumerate(self.groups)}
        last = len(place)
        return sorted(set(found), key=lambda group: (group == NOT_KNOWN, place.get(group, last), group))


def _known_codes(name: str) -> tuple[str, ...]:
    return tuple(code for code in code_set(name).labels() if code not in UNKNOWN_CODES.get(name, ()))


def ethnic_group_5() -> dict[str, str]:
    """The broad group of each ethnic group; Chinese is Asian, as in newer statistics.

    Source: GSS harmonised principles, ethnicity (England, 2021).
    """
    groups = {code.code: str(code.group) for code in code_set("ethnicity").codes}
    return {code: {"Chinese": "Asian"}.get(groups[code], groups[code]) for code in _known_codes("ethnicity")}


def factor_themes() -> dict[str, str]:
    """The theme of each assessment factor."""
    return {code.code: str(code.extra["theme"]) for code in code_set("assessment_factors").codes}


def _of_a_day(prefix: str) -> tuple[Dimension, ...]:
    return (
        Dimension(f"{prefix}weekday", WEEKDAYS),
        Dimension(f"{prefix}month", MONTHS),
        Dimension(f"{prefix}weekend", ("weekend", "Monday to Friday"), "Monday to Friday"),
        Dimension(f"{prefix}bank_holiday", ("near", "other"), "other"),
        Dimension(f"{prefix}school_holiday", ("yes", "no"), "no"),
        Dimension(f"{prefix}busy_week", ("busy", "other"), "other"),
    )


DIMENSIONS: dict[str, Dimension] = {
    one.name: one
    for one in (
        Dimension("ethnic_group", _known_codes("ethnicity"), "WBRI"),
        Dimension("ethnic_group_5", ETHNIC_GROUPS_5, "White"),
        Dimension("sex", ("M", "F"), "M"),
        Dimension("disability", ("yes", "no"), "no"),
        Dimension("age_group", ("unborn", *(name for _, name in AGES), OLDEST), "10 to 15"),
        Dimension("primary_need", _known_codes("need")),
        Dimension("referral_source", _known_codes("referral_source")),
        Dimension("assessment_factor", _known_codes("assessment_factors"), overlapping=True),
        Dimension("assessment_theme", tuple(dict.fromkeys(factor_themes().values())), overlapping=True),
        *_of_a_day(""),
        *_of_a_day(ANCHOR),
        Dimension("team"),
        Dimension("deprivation", tuple(DEPRIVATION.values()), DEPRIVATION[5]),
    )
}
