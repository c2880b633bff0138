"""How long an answer may take, and whether the returns show all of that time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
# Whether all days of a window are seen: all; all but those after the end of coverage; or others are missing.
SEEN, TOO_RECENT, NOT_COVERED = 0, 1, 2
_Ranges = Mapping[str, tuple[Ints, Ints]]


@dataclass(frozen=True)
class Windows:
    """Until which day an answer counts; the first is always day 0, and the last is included.

    Attributes:
        referral: days from a referral to an assessment or an enquiry.
        conference_to_plan: days from a conference to a child protection plan.
        enquiry_to_plan: days from an enquiry to a child protection plan.

    Raises:
        ValueError: a window ends before it begins.
    """

    referral: int = 30
    conference_to_plan: int = 45
    enquiry_to_plan: int = 60

    def __post_init__(self) -> None:
        if min(self.referral, self.conference_to_plan, self.enquiry_to_plan) < 0:
            raise ValueError("a window has 0 days or more")


AS_DESIGNED = Windows()


class Seen:
    """What days the returns of each authority show, kind by kind."""

    def __init__(self, coverage: pl.DataFrame) -> None:
        self._ranges: dict[str, _Ranges] = {
            str(la_code): _by_kind(mine) for (la_code,), mine in coverage.group_by("la_code")
        }

    def window(self, kinds: Sequence[str], la_code: pl.Series, first: Ints, last: Ints) -> Ints:
        """`SEEN`, `TOO_RECENT` or `NOT_COVERED` for the days from first to last, both included.

        A day is seen when the returns show all the kinds for it. The end of coverage is the last day that
        they show for any of them. A kind that no return of the authority carries leaves nothing seen.
        """
        found = np.full(len(la_code), NOT_COVERED, dtype=np.int64)
        codes = la_code.to_numpy()
        for code in la_code.unique():
            ranges = self._ranges.get(code, {})
            if any(kind not in ranges for kind in kinds):
                continue
            here = np.flatnonzero(codes == code)
            end = max(int(ranges[kind][1][-1]) for kind in kinds)
            reached = np.minimum(last[here], end)
            whole = np.ones(here.size, dtype=bool)
            for kind in kinds:
                whole &= _within(ranges[kind], first[here], reached)
            found[here] = np.where(~whole, NOT_COVERED, np.where(last[here] > end, TOO_RECENT, SEEN))
        return found

    def on(self, kind: str, la_code: pl.Series, day: Ints) -> npt.NDArray[np.bool_]:
        """Whether the returns show a kind on a day."""
        seen: npt.NDArray[np.bool_] = self.window((kind,), la_code, day, day) == SEEN
        return seen

    def days(self, la_code: str, kind: str) -> tuple[Ints, Ints]:
        """First and last days of the ranges in which a kind is shown, in order; gaps are kept."""
        nothing = np.zeros(0, dtype=np.int64)
        return self._ranges.get(la_code, {}).get(kind, (nothing, nothing))

    @property
    def la_codes(self) -> list[str]:
        return sorted(self._ranges)


def days_of(dates: pl.Series) -> Ints:
    """Days since 1 January 1970; of a null, one before all others."""
    numbers: Ints = dates.to_physical().cast(pl.Int64).fill_null(-(1 << 40)).to_numpy()
    return numbers


def _by_kind(coverage: pl.DataFrame) -> _Ranges:
    return {str(kind): _joined(ranges) for (kind,), ranges in coverage.group_by("kind")}


def _joined(ranges: pl.DataFrame) -> tuple[Ints, Ints]:
    """Ranges in order, joined where they overlap or follow on without a missing day."""
    ranges = ranges.sort("from", "to")
    starts, ends = days_of(ranges["from"]), np.maximum.accumulate(days_of(ranges["to"]))
    new = np.ones(starts.size, dtype=bool)
    new[1:] = starts[1:] > ends[:-1] + 1
    return starts[new], np.append(ends[:-1][new[1:]], ends[-1])


def _within(ranges: tuple[Ints, Ints], first: Ints, last: Ints) -> npt.NDArray[np.bool_]:
    """Whether one range holds all the days; no days are in any."""
    starts, ends = ranges
    at = np.searchsorted(starts, first, side="right") - 1
    held: npt.NDArray[np.bool_] = ((at >= 0) & (last <= ends[np.maximum(at, 0)])) | (first > last)
    return held
