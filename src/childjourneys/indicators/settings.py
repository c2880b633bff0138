"""What an analyst may decide about indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class IndicatorSettings:
    """Choices that the definitions leave open; the defaults are those of the published measures.

    Attributes:
        count_nfa_previous: an earlier referral with no further action makes a later one a re-referral.
        end_inclusive: what ends on the last day of a period is still open on it.
        icpc_tolerance_days: days after a conference on which its plan may start, 0 to 5.
        review_clock: time limits of reviews in calendar months, or as 91 and 183 days.
    """

    count_nfa_previous: bool = True
    end_inclusive: bool = False
    icpc_tolerance_days: int = 0
    review_clock: Literal["months", "days"] = "months"

    def __post_init__(self) -> None:
        if not 0 <= self.icpc_tolerance_days <= 5:
            raise ValueError("icpc_tolerance_days is 0 to 5")
        if self.review_clock not in ("months", "days"):
            raise ValueError("review_clock is months or days")
