"""The DfE's rules of SSDA903 that one return can be checked against and that change journeys or costs.

What the reader or the merging of returns finds out anyway is not repeated here: dates that can't be read,
codes that are not listed, ends before starts, chains of episodes that do not fit, births. Rules are those
held for 2023; they stand in for earlier years, in which some may not have been. The source does not say
which of them are errors and which are queries. A length is only checked of an episode that has ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from childjourneys.domain.dates import year_start
from childjourneys.issues import Issue, IssueLog
from childjourneys.quality.rule import blank, given
from childjourneys.sources.settling import SettledFile
from childjourneys.sources.ssda903.layout import modules

LAST_YEAR = 2026
Batch = Mapping[str, pl.DataFrame]
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
SHORT_BREAKS = ("V3", "V4")
ADOPTED = ("E11", "E12")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")
UNDER_ORDER = ("A5", "A6")
LONG_TERM_FOSTER = ("U1", "U4")
PREVIOUS_PERMANENCE_FROM = date(2016, 4, 1)
# Modules of children who have an episode in the year (rule 1012).
_WITH_EPISODES = ("Reviews", "UASC", "OC2", "AD1", "PlacedAdoption", "PrevPerm", "Missing")
_PLACE = ("child_id", "file", "sheet", "row")
_CORRECT = "Correct it in the case system and export again, or be ready to explain it."


@dataclass(frozen=True, eq=False)
class EpisodeRule:
    """One rule at one episode: fires where `when` is true; null counts as not."""

    code: str
    column: str
    when: pl.Expr
    what: str
    expected: str


def episode_rules(year: int) -> list[EpisodeRule]:
    """The rules that one episode shows by itself, as they read in a collection year."""
    place, status, need = pl.col("placement_type"), pl.col("legal_status"), pl.col("category_of_need")
    reason, ceased = pl.col("reason_new_episode"), pl.col("reason_episode_ceased")
    other = ("Z11", "Z12", "Z13", "Z14") if year >= 2026 else ("Z1",)
    days = (pl.col("episode_end_date") - pl.col("episode_start_date")).dt.total_days()
    return [
        EpisodeRule(
            "145", "CIN", need.is_in(["N9", "N0"]),
            "The category of need is one that the return does not have.", "N1 to N8.",
        ),
        EpisodeRule(
            "148", "REC", given("episode_end_date") & blank("reason_episode_ceased"),
            "The episode has an end and no reason for ceasing.", "Both DEC and REC, or neither.",
        ),
        EpisodeRule(
            "178", "PLACE_PROVIDER", blank("placement_provider") & ~place.is_in([*TEMPORARY, "Z1", *other]),
            "The placement has no provider, so it can't be told who pays whom.", "PR0 to PR5.",
        ),
        EpisodeRule(
            "213", "PLACE_PROVIDER", given("placement_provider") & place.is_in([*TEMPORARY, *other]),
            "A provider is given for a kind of placement that has none.", "A blank.",
        ),
        EpisodeRule(
            "365", "DEC", (status == "V3") & (days > 17),
            "A short break is longer than 17 days.", "An end within 17 days.",
        ),
        EpisodeRule(
            "375", "DEC", (place == "T1") & (days > 42),
            "A temporary stay in hospital is longer than six weeks.", "An end within 42 days.",
        ),
        EpisodeRule(
            "376", "DEC", (place == "T3") & (days > 21),
            "A temporary stay while the carer is on holiday is longer than three weeks.",
            "An end within 21 days.",
        ),
        EpisodeRule(
            "379", "DEC", (place == "T4") & (days > 7),
            "A temporary stay of the kind up to seven days is longer.", "An end within seven days.",
        ),
        EpisodeRule(
            "378", "LS", (place == "P1") & (status == "V2"),
            "The child is placed with parents while accommodated under section 20.",
            "Another placement or legal status.",
        ),
        EpisodeRule(
            "380", "PLACE", (reason == "S") & place.is_in(TEMPORARY),
            "A period of care begins with a temporary placement.", "The child's usual placement.",
        ),
        EpisodeRule(
            "381", "PLACE", given("episode_end_date") & (ceased != "X1") & place.is_in(TEMPORARY),
            "A period of care ends with a temporary placement.", "The child's usual placement.",
        ),
        EpisodeRule(
            "382", "PLACE", status.is_in(SHORT_BREAKS) & place.is_in(TEMPORARY),
            "A short break is in a temporary placement.", "The placement of the short break.",
        ),
        EpisodeRule(
            "384", "PLACE", status.is_in(SHORT_BREAKS) & place.is_in(LONG_TERM_FOSTER),
            "A short break is in a long-term foster placement.", "A placement that is not long-term.",
        ),
        EpisodeRule(
            "390", "PLACE", ceased.is_in(ADOPTED) & ~place.is_in(FOR_ADOPTION),
            "The child was adopted from a placement that is none for adoption.", "A3, A4, A5 or A6.",
        ),
        EpisodeRule(
            "408", "LS", place.is_in(UNDER_ORDER) & (status != "E1"),
            "A placement for adoption under a placement order has another legal status.", "E1.",
        ),
    ]  # fmt: skip


class CareReturn:
    """Gathers one return, file by file, and reports what its modules say against each other."""

    def __init__(self, year: int) -> None:
        self._year = year
        self._present: set[str] = set()
        self._rows: dict[str, list[pl.DataFrame]] = {}

    def add(self, file: str, held: Sequence[str], batch: Batch, log: IssueLog) -> None:
        """One file.

        Args:
            held: the modules it has, also those without rows.
        """
        self._present |= set(held)
        for name, module in modules().items():
            # Header gives `child`.
            frame = batch.get(module.table)
            if frame is None or name not in held:
                continue
            kept = ("reason_episode_ceased", "reason_new_episode", "legal_status", "episode_start_date")
            # Spellings that differ in leading zeros are brought together later, with a warning of their own.
            frame = frame.with_columns(pl.col("child_id").str.strip_chars_start("0"), file=pl.lit(file))
            if name == "Episodes":
                self._check_episodes(frame, log)
            self._rows.setdefault(name, []).append(
                frame.select(*_PLACE, *(kept if name == "Episodes" else ()))
            )

    def finish(self, log: IssueLog) -> None:
        """What needs all modules. A module that the return does not have says nothing of any child."""
        found = {name: pl.concat(frames) for name, frames in self._rows.items()}
        nobody = pl.DataFrame(
            schema=dict.fromkeys(("child_id", "file", "sheet"), pl.String) | {"row": pl.Int64}
        )
        children = {name: frame.select("child_id").unique() for name, frame in found.items()}
        none = nobody.select("child_id")

        def without(name: str, *others: str) -> pl.DataFrame:
            known = pl.concat([none, *(children[other] for other in others if other in children)])
            left = found.get(name, nobody).join(known, on="child_id", how="anti", maintain_order="left")
            return left.unique("child_id", keep="first", maintain_order=True)

        if "Header" in self._present:
            for name in found:
                if name != "Header":
                    self._say(without(name, "Header"), log, *_NOT_IN_HEADER)
        if "Episodes" not in self._present:
            return
        if "OC3" in self._present:
            self._say(without("Header", "Episodes", "OC3"), log, *_NO_EPISODES)
        for name in _WITH_EPISODES:
            self._say(without(name, "Episodes"), log, *_OTHER_MODULE)
        episodes = found.get("Episodes")
        if episodes is None:
            return
        found |= {
            "adopted": episodes.filter(pl.col("reason_episode_ceased").is_in(ADOPTED)),
            "started": episodes.filter(
                (pl.col("reason_new_episode") == "S")
                & ~pl.col("legal_status").is_in(SHORT_BREAKS).fill_null(False)
                & (pl.col("episode_start_date") >= max(PREVIOUS_PERMANENCE_FROM, year_start(self._year)))
            ),
        }
        if "AD1" in self._present:
            self._say(without("adopted", "AD1"), log, *_NO_ADOPTION_DATA)
        if "PrevPerm" in self._present:
            self._say(without("started", "PrevPerm"), log, *_NO_PERMANENCE)
        both = (
            episodes.filter(pl.col("legal_status").is_in(SHORT_BREAKS))
            .filter(pl.col("legal_status").n_unique().over("child_id") > 1)
            .filter(pl.col("legal_status") != pl.col("legal_status").first().over("child_id"))
        )
        self._say(both.unique("child_id", keep="first", maintain_order=True), log, *_BOTH_SHORT_BREAKS)

    def _check_episodes(self, frame: pl.DataFrame, log: IssueLog) -> None:
        rules = episode_rules(self._year)
        fired = frame.select(rule.when.fill_null(False).alias(rule.code) for rule in rules)
        for rule in rules:
            if fired[rule.code].any():
                rows = frame.filter(fired[rule.code])
                self._say(rows, log, rule.code, rule.column, rule.what, rule.expected)

    def _say(
        self, rows: pl.DataFrame, log: IssueLog, code: str, column: str, what: str, expected: str
    ) -> None:
        named = f"{what} (DfE rule {code})" if code[:1].isdigit() or code == "EPI" else what
        for (file, sheet), group in rows.group_by("file", "sheet", maintain_order=True):
            issue = Issue(
                "warning", code, file=str(file), sheet=str(sheet), column=column, what=named,
                expected=expected, to_do=_CORRECT,
            )  # fmt: skip
            log.add_rows(issue, group["row"].to_list())


def rule_table() -> list[dict[str, str]]:
    """Code, module, column and condition of each rule of the DfE that is reported here."""
    rules = [("Episodes", rule.code, rule.column, rule.what) for rule in episode_rules(LAST_YEAR)]
    rules += [
        (module, *words[:3])
        for module, words in (
            ("Header", _NO_EPISODES), (", ".join(_WITH_EPISODES), _OTHER_MODULE),
            ("Episodes", _NO_ADOPTION_DATA), ("Episodes", _NO_PERMANENCE), ("Episodes", _BOTH_SHORT_BREAKS),
        )
    ]  # fmt: skip
    return [
        {"code": code, "module": module, "column": column, "condition": what}
        for module, code, column, what in sorted(rules, key=lambda rule: (len(rule[1]), rule[1]))
    ]


class CareChecks:
    """The rules over every SSDA903 return of a run; each is reported when its last file was read."""

    def __init__(self, files: Sequence[SettledFile], log: IssueLog) -> None:
        used = [file for file in files if file.info.kind == "ssda903" and file.status == "read"]
        self._left = Counter((file.la_code, file.as_at) for file in used)
        self._returns: dict[tuple[str, date], CareReturn] = {}
        self._log = log

    def add(self, file: SettledFile, batch: Batch) -> None:
        """One file, whole."""
        key = (file.la_code, file.as_at)
        found = self._returns.setdefault(key, CareReturn(file.as_at.year))
        found.add(file.info.file, file.info.modules, batch, self._log)
        self._left[key] -= 1
        if self._left[key] == 0:
            self._returns.pop(key).finish(self._log)


_NOT_IN_HEADER = (
    "child-not-in-header", "CHILD", "The child is not in Header.",
    "Every child of the other modules in Header.",
)  # fmt: skip
_NO_EPISODES = (
    "EPI", "CHILD", "The child is in Header and has neither an episode nor a row in OC3.",
    "An episode, or a row in OC3.",
)  # fmt: skip
_OTHER_MODULE = (
    "1012", "CHILD", "The child has no episode in this return.", "An episode of every child of this module.",
)  # fmt: skip
_NO_ADOPTION_DATA = (
    "601", "REC", "The child was adopted and is not in AD1.", "A row in AD1 for every child adopted.",
)  # fmt: skip
_NO_PERMANENCE = (
    "630", "RNE", "A period of care starts, and the child is not in PrevPerm.",
    "A row in PrevPerm for every period of care that starts from April 2016.",
)  # fmt: skip
_BOTH_SHORT_BREAKS = (
    "426", "LS", "The child has short breaks of both kinds, V3 and V4, in one return.", "One of the two.",
)  # fmt: skip
