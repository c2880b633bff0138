"""Severity and words of the issues of one return, by their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from childjourneys.issues import Issue

CORRECT = "Correct it in the case system and export again."
SEE_MATCHING = "See matching_report.xlsx; edit taken_as there and pass the file to --mappings to change this."


@dataclass(frozen=True)
class Messages:
    """What a return can be told about.

    Attributes:
        words: by code: severity, what was found, what was expected, what to do. Words in braces are
            filled in.
    """

    words: Mapping[str, tuple[str, str, str, str]]

    def issue(
        self,
        code: str,
        file: str,
        sheet: str = "",
        row: int | None = None,
        column: str = "",
        count: int = 1,
        **words: str,
    ) -> Issue:
        """The issue of a code at a place. `words` fill its sentences; none may be a value about a child."""
        severity, what, expected, to_do = self.words[code]
        return Issue(
            severity=severity,
            code=code,
            file=file,
            what=what.format(**words),
            expected=expected.format(**words),
            to_do=to_do.format(**words),
            sheet=sheet,
            row=row,
            column=column,
            count=count,
        )
