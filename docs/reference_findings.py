"""The reference pages about findings: the DfE's rules, and the issue codes of our own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from reference_rows import rows

from childjourneys.quality import ssda903_rules
from childjourneys.quality.census_rules import rule_table

_ISSUE_CODES = Path(__file__).parent / "issue_codes.yaml"


def rules() -> Iterable[str]:
    """The rules of the CIN census and of SSDA903."""
    found = rule_table()
    held = [row for row in found if row["implemented"]]
    yield "# Rules of the DfE\n"
    yield "## CIN census\n"
    yield (
        f"{len(held)} of {len(found)} validation rules of the DfE are checked. A finding carries the DfE's "
        "code; its severity here is a warning where the row was loaded, an error where it was set aside. "
        "The earliest rules held are those of 2023: censuses before that are checked against them as far as "
        "their elements existed.\n"
    )
    yield from rows(
        ("Code", "DfE", "Fires when", "From", "Reported by"),
        [
            (
                f"`{r['code']}`", r["type"], r["condition"], r["from"],
                r["reported_by"] if r["implemented"] else "not checked",
            )
            for r in found
        ],
    )  # fmt: skip
    yield "\n## SSDA903\n"
    yield (
        "Checked in every return by itself, as they read for 2023 to 2026. Whether the DfE calls one an "
        "error or a query is not known here: all are warnings. What fits no code, dates that can't be right "
        "and chains of episodes that do not fit are reported when they are read or joined, under codes of "
        "[our own](issues.md).\n"
    )
    yield from rows(
        ("Code", "Module", "Column", "Fires when"),
        [
            (f"`{r['code']}`", r["module"], f"`{r['column']}`", r["condition"])
            for r in ssda903_rules.rule_table()
        ],
    )


def issues() -> Iterable[str]:
    """Issue codes by what they are about, and what to do about each."""
    yield "# Issue codes\n"
    yield (
        "Findings that are a rule of the DfE carry its code ([rules.md](rules.md)); all others carry one of "
        "these. **error**: a row, sheet or file was set aside. **warning**: the row was loaded; a value was "
        "not used or is doubtful. **note**: a choice was made, nothing was lost.\n"
    )
    for part in issue_codes():
        yield f"## {part['about']}\n"
        yield from rows(
            ("Code", "Severity", "Meaning", "What to do"),
            [(f"`{i['code']}`", i["severity"], i["meaning"], i["to_do"]) for i in part["codes"]],
        )
        yield ""


def issue_codes() -> list[dict[str, Any]]:
    """The hand-written table of issue codes, in groups; a test compares it with the source."""
    text = _ISSUE_CODES.read_text(encoding="utf-8")
    parts: list[dict[str, Any]] = yaml.safe_load(text)
    return parts
