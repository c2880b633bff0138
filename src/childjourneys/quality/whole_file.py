"""Rules about a whole authority: repeated pupil numbers, and counts that look wrong for a census."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from childjourneys.issues import Issue, IssueLog
from childjourneys.quality.related import Frames
from childjourneys.quality.rule import CensusYear, blank, given, remedy, verdict

MOST_WITHOUT_SEX = 0.02
FEWEST_DISABILITIES = 8
_NO_REPEAT = "One child for each UPN."


@dataclass
class WholeFile:
    """What is remembered from batch to batch: counts, and for each UPN its hash and line (16 bytes)."""

    year: CensusYear
    children: int = 0
    born: int = 0
    without_sex: int = 0
    disabilities: set[str] = field(default_factory=set)
    several_disabilities: bool = False
    plans_started: int = 0
    conferences: int = 0
    _upns: list[np.ndarray] = field(default_factory=list)
    _lines: list[np.ndarray] = field(default_factory=list)

    def add(self, frames: Frames) -> None:
        child = frames["child"]
        born = child.filter(~(given("expected_birth_date") & blank("birth_date")))
        self.children += child.height
        self.born += born.height
        # 9 (neither) of the years to 2024 is read as U like 0, so it counts here too.
        self.without_sex += born.filter(blank("sex") | (pl.col("sex") == "U")).height
        self._add_disabilities(child["disability"].drop_nulls())
        self.plans_started += frames["cp_plan"].filter(self.year.holds("start_date")).height
        self.conferences += frames["s47_enquiry"].filter(given("icpc_date")).height
        self.conferences += frames["need_episode"].filter(given("transfer_in_icpc_date")).height
        with_upn = child.filter(pl.col("upn").is_not_null()).select(
            pl.col("upn").str.to_uppercase().hash(), "row"
        )
        self._upns.append(with_upn["upn"].to_numpy())
        self._lines.append(with_upn["row"].to_numpy())

    def _add_disabilities(self, stated: pl.Series) -> None:
        codes = stated.str.split("|").list.unique()
        actual = codes.list.set_difference(pl.Series([["NONE"]], dtype=pl.List(pl.String)))
        self.several_disabilities = self.several_disabilities or bool((actual.list.len() > 1).any())
        self.disabilities.update(actual.explode().drop_nulls().unique().to_list())

    def report(self, file: str, codes: frozenset[str], log: IssueLog) -> None:
        """Log what the codes given find. A file without children finds nothing."""
        for code, what, expected in self._counts():
            if code in codes and self.children:
                log.add(Issue("warning", code, file, verdict(code, what), expected, remedy(code)))
        if "1520" in codes:
            what = verdict("1520", "Two or more children have the same UPN.")
            template = Issue(
                "warning", "1520", file, what, _NO_REPEAT, remedy("1520"), sheet="Child", column="UPN"
            )
            log.add_rows(template, self.lines_with_repeated_upn())

    def lines_with_repeated_upn(self) -> list[int]:
        if not self._upns:
            return []
        upns, lines = np.concatenate(self._upns), np.concatenate(self._lines)
        _, which, counts = np.unique(upns, return_inverse=True, return_counts=True)
        return [int(line) for line in lines[counts[which] > 1]]

    def _counts(self) -> Iterator[tuple[str, str, str]]:
        if self.plans_started > self.conferences:
            yield (
                "2883",
                "More child protection plans started in the year than there are initial conferences.",
                "At least as many conferences, at enquiries and episodes together, as plans that started.",
            )
        if self.without_sex > MOST_WITHOUT_SEX * self.born:
            element = "sex" if self.year.number >= 2025 else "gender"
            yield (
                "2886Q",
                f"More than 2 per cent of the children born have no {element} recorded.",
                "At most 2 per cent without it.",
            )
        if len(self.disabilities) < FEWEST_DISABILITIES:
            yield (
                "2887Q",
                "Fewer than 8 different disability codes are used in the file, NONE aside.",
                "8 or more codes over all the children of an authority.",
            )
        if not self.several_disabilities:
            yield (
                "2888Q",
                "No child in the file has more than one disability.",
                "Some children with two or more codes over all the children of an authority.",
            )
