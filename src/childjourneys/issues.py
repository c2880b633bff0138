"""Everything a user can be told: faults in the data as issues, faults in what was asked as exceptions.

Values of children's data stay out of every message: name the place, not the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

SEVERITIES = ("error", "warning", "note")
PLACES_LISTED = 100


class ChildJourneysError(Exception):
    """Base of what this package raises on purpose. Its text is one clear sentence for the user."""


class UsageError(ChildJourneysError):
    """The command or call was wrong; exit code 2."""


class NothingUsable(ChildJourneysError):
    """Nothing that could be read was found; exit code 1."""


class Refused(ChildJourneysError):
    """A whole file can't be read. The rest of the folder still runs.

    Attributes:
        code: the issue's code, such as `xml-malformed`.
        what: what is wrong with the file, in one sentence.
        expected: what would have been right.
        to_do: what the user can do next.
        row: the line or row where it showed, if known.
    """

    def __init__(self, code: str, what: str, expected: str, to_do: str, row: int | None = None) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.expected = expected
        self.to_do = to_do
        self.row = row


@dataclass(frozen=True)
class Issue:
    """One finding, at one place.

    Attributes:
        severity: `error` (a row, sheet or file was set aside), `warning` (loaded; a value was not used
            or is doubtful), `note` (a choice was made, nothing lost).
        code: ours, or the code of the DfE rule where the finding is one.
        file: path below the folder given.
        sheet: sheet name, or the XML record element; blank for a whole file.
        row: the spreadsheet's row, or the line in XML; blank for a whole sheet or file.
        column: heading as written, or the XML element.
        what, expected, to_do: sentences for the user.
        count: 1, or how many places this line stands for.
    """

    severity: str
    code: str
    file: str
    what: str
    expected: str = ""
    to_do: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    count: int = 1


class IssueLog:
    """Collects issues. Beyond 100 places of one code, sheet and column, one more line holds the rest."""

    def __init__(self) -> None:
        self._listed: list[Issue] = []
        self._seen: dict[tuple[str, str, str, str, str], int] = {}
        self._rest: dict[tuple[str, str, str, str, str], Issue] = {}

    def add(self, issue: Issue) -> None:
        key = (issue.severity, issue.code, issue.file, issue.sheet, issue.column)
        seen = self._seen.get(key, 0)
        if issue.count != 1 or seen < PLACES_LISTED:
            self._listed.append(issue)
        else:
            rest = self._rest.get(key)
            count = (rest.count if rest else 0) + 1
            self._rest[key] = replace(issue, row=None, count=count)
        self._seen[key] = seen + 1

    def add_rows(self, template: Issue, rows: Iterable[int]) -> None:
        """The same finding at many rows. `template.row` and `template.count` are not used."""
        key = (template.severity, template.code, template.file, template.sheet, template.column)
        places = sorted(rows)
        room = max(0, PLACES_LISTED - self._seen.get(key, 0))
        for row in places[:room]:
            self._listed.append(replace(template, row=int(row), count=1))
        more = len(places) - room
        if more > 0:
            rest = self._rest.get(key)
            self._rest[key] = replace(template, row=None, count=(rest.count if rest else 0) + more)
        self._seen[key] = self._seen.get(key, 0) + len(places)

    def extend(self, issues: Iterable[Issue]) -> None:
        for issue in issues:
            self.add(issue)

    def issues(self) -> list[Issue]:
        """All issues in a fixed order: file, sheet, row, column, severity, code."""
        everything = self._listed + list(self._rest.values())
        return sorted(
            everything,
            key=lambda i: (i.file, i.sheet, i.row is None, i.row or 0, i.column, i.severity, i.code, i.what),
        )

    def count(self, severity: str | None = None) -> int:
        """How many places, of one severity or of all."""
        return sum(i.count for i in self._listed + list(self._rest.values())
                   if severity is None or i.severity == severity)  # fmt: skip
