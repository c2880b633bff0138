"""Indicators through disclosure control: those of one authority and year share counts, so are one problem."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from childjourneys.disclosure.presets import MARK, Preset
from childjourneys.disclosure.problem import Name
from childjourneys.disclosure.publish import percentages
from childjourneys.disclosure.suppression import Solution
from childjourneys.sharing.counts import WHOLE, Counts

_DIGITS = {"proportion": 3, "per 10,000": 1, "count": 0, "days": 1}
_WILSON = "Wilson"
# What is counted below the line, by id: equal ones are one number.
_POPULATIONS = {
    "referrals": (
        "re_referral_12m", "nfa_pct", "assessed_not_in_need_pct", "assessed_not_in_need_pct:within_6m",
        "referral_source_share:",
    ),
    "assessments": ("assessment_45wd", "assessment_45wd:clock_referral", "assessment_duration_bands:"),
    "s47": ("s47_to_icpc", "s47_to_icpc:60d"),
    "conferences": ("icpc_15wd",),
    "conferences after an enquiry": ("icpc_15wd:without_transfer_in", "icpc_to_cpp"),
    "conferences of transfers": ("icpc_to_cpp:transfer_in",),
    "plans started": ("cpp_repeat_ever", "cpp_repeat_2y", "cpp_category_share:start_"),
    "plans open": ("cpp_2y_open", "cpp_category_share:open_"),
    "in need": ("cin_open_duration:",),
    "ended": ("cin_ended_duration:",),
}  # fmt: skip
# What is counted above the line and is all of a population elsewhere.
_WHOLE = {
    "referral_count": "referrals", "referral_rate": "referrals", "s47_rate": "s47", "cpp_rate": "plans open",
    "cpp_start_rate": "plans started", "cin_rate": "in need",
    "cin_any_point": "in need in the year", "cin_any_point:rate": "in need in the year",
}  # fmt: skip
# Beginnings of ids whose numerators add up to their population.
_PARTS = (
    "referral_source_share:", "assessment_duration_bands:", "cpp_category_share:start_",
    "cpp_category_share:open_", "cin_open_duration:", "cin_ended_duration:",
)  # fmt: skip
_IN_TIME = tuple(f"assessment_duration_bands:{band}" for band in
                 ("same_day", "1-10", "11-20", "21-30", "31-40", "41-45"))  # fmt: skip
# (parts, total) among numerators; what the parts leave can be worked out too.
_SUMS: tuple[tuple[tuple[str, ...], str], ...] = (
    (_IN_TIME, "assessment_45wd"),
    (("icpc_15wd:without_transfer_in",), "icpc_15wd"),
    (("cpp_repeat_2y",), "cpp_repeat_ever"),
    (("s47_to_icpc",), "s47_to_icpc:60d"),
    (("assessed_not_in_need_pct",), "assessed_not_in_need_pct:within_6m"),
    (("time_to_re_referral:6m",), "time_to_re_referral:12m"),
    (("time_to_re_referral:12m",), "time_to_re_referral:24m"),
    (("time_to_re_referral:24m",), "time_to_re_referral:36m"),
)
_POPULATION_SUMS = ((("conferences after an enquiry", "conferences of transfers"), "conferences"),)


@dataclass(frozen=True)
class _Names:
    """The counts of one indicator; None where it has none."""

    above: Name | None
    below: Name | None
    excluded: Mapping[str, Name]


def shared_indicators(indicators: pl.DataFrame, preset: Preset) -> pl.DataFrame:
    """The rows of indicators.csv as text, hidden numbers marked.

    Values of simple proportions are worked out from the published counts, to one decimal of a per cent.
    Children behind the counts are not known here: counts are small by themselves.

    Args:
        indicators: as indicators.csv, also with further columns.
    """
    parts = [
        _year(rows, preset)
        for _, rows in indicators.with_row_index("_row").group_by("la_code", "from", maintain_order=True)
    ]
    if not parts:
        return indicators.cast(pl.String)
    return pl.concat(parts).sort(pl.col("_row").cast(pl.Int64)).drop("_row")


def _year(rows: pl.DataFrame, preset: Preset) -> pl.DataFrame:
    counts = Counts(preset)
    lines = list(rows.iter_rows(named=True))
    names = {line["indicator"]: _names(counts, line) for line in lines}
    for line in lines:
        one = names[line["indicator"]]
        if one.above and one.below and line["numerator"] <= line["denominator"]:
            counts.share(one.below, one.above)
    for start in _PARTS:
        parts = [n for name, n in names.items() if name.startswith(start) and n.above and n.below]
        if parts and parts[0].below:
            _sum(counts, [one.above for one in parts if one.above], parts[0].below)
    for few, total in _SUMS:
        found = [names[one].above for one in few if one in names]
        if found and total in names:
            _sum(counts, found, names[total].above)
    for few, total in _POPULATION_SUMS:
        _sum(counts, [("below", one) for one in few], ("below", total))
    solution = counts.protect()
    return pl.DataFrame(
        [_told(line, names[line["indicator"]], solution, preset) for line in lines],
        schema=dict.fromkeys(rows.columns, pl.String),
    )


def _sum(counts: Counts, parts: Sequence[Name | None], total: Name | None) -> None:
    known = [one for one in parts if one is not None and one in counts.problem]
    if known and len(known) == len(parts) and total is not None and total in counts.problem:
        counts.add_up(known, total)


def _names(counts: Counts, line: Mapping[str, Any]) -> _Names:
    name = str(line["indicator"])
    above = below = None
    if line["denominator"] is not None:
        population = next((p for p, ids in _POPULATIONS.items() if _among(name, ids)), name)
        below = _cell(counts, ("below", population), ("below of", name), int(line["denominator"]), WHOLE)
    if line["numerator"] is not None:
        if name in _WHOLE:
            above = _cell(counts, ("below", _WHOLE[name]), ("above", name), int(line["numerator"]), WHOLE)
        else:
            above = counts.count(("above", name), int(line["numerator"]))
    reasons = json.loads(line["excluded"] or "{}")
    excluded = {reason: counts.count(("excluded", name, reason), int(n)) for reason, n in reasons.items()}
    return _Names(above, below, excluded)


def _among(name: str, ids: Iterable[str]) -> bool:
    """Ids that end in `:` or `_` are beginnings."""
    return any(name == one or (one[-1] in ":_" and name.startswith(one)) for one in ids)


def _cell(counts: Counts, shared: Name, own: Name, n: int, weight: int) -> Name:
    """The number that it shares with others, if it is the same one in this year; else one of its own."""
    if shared in counts.problem and counts.problem.cells[counts.problem.place(shared)].count != n:
        return counts.count(own, n, weight=weight)
    return counts.count(shared, n, weight=weight)


def _told(
    line: Mapping[str, Any], names: _Names, solution: Solution, preset: Preset
) -> dict[str, str | None]:
    told = {name: None if value is None else _plain(value) for name, value in line.items()}
    above = None if names.above is None else solution.number(names.above)
    below = None if names.below is None else solution.number(names.below)
    hidden = (names.above is not None and above is None) or (names.below is not None and below is None)
    if names.above is not None:
        told["numerator"] = MARK if above is None else str(above)
    if names.below is not None:
        told["denominator"] = MARK if below is None else str(below)
    told["excluded"] = json.dumps(
        {
            reason: MARK if solution.number(name) is None else solution.number(name)
            for reason, name in names.excluded.items()
        }
    )
    values = ("value", "low", "high")
    if line["value"] is None:
        return told
    if hidden:
        return told | {name: MARK for name in values if line[name] is not None}
    if line["method"] == _WILSON and above is not None and below is not None:
        row = percentages([below], [above]).row(0)
        return told | {name: _share(text) for name, text in zip(values, row, strict=True)}
    if preset.base > 1:
        # Worked out from exact numbers: with rounded ones beside it would give them away.
        return told | {name: MARK for name in values if line[name] is not None}
    digits = _DIGITS.get(str(line["unit"]), 1)
    return told | {name: f"{line[name]:.{digits}f}" for name in values if line[name] is not None}


def _share(text: str | None) -> str | None:
    """A percentage with one decimal as a proportion."""
    return None if text is None else f"{int(text.replace('.', '')) / 1000:.3f}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
