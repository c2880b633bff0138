"""A later command's sections in a report that stands: put in, or put in anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from childjourneys.issues import UsageError
from childjourneys.reports.files import write_text
from childjourneys.reports.report import render_page
from childjourneys.reports.section import Section

_CONTENTS, _BEGIN, _END = "<!-- further contents -->", "<!-- sections -->", "<!-- further sections -->"


def insert_sections(report: Path, target: Path, name: str, sections: Sequence[Section]) -> None:
    """Write a report anew with some sections at its end; those put in under the same name before give way.

    Args:
        report: a page of `render_page`.
        target: where it is written, the same file or another.
        name: a word for them, such as `costs`.

    Raises:
        UsageError: the file is no such page.
        CannotWrite: it is open in another program.
    """
    page = report.read_text(encoding="utf-8")
    write_text(target, with_sections(page, name, sections))


def with_sections(page: str, name: str, sections: Sequence[Section]) -> str:
    """The page as text, see `insert_sections`."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    page = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}\n?", "", page, flags=re.DOTALL)
    if _CONTENTS not in page or _END not in page:
        raise UsageError("The report of the run was changed by hand; make it anew with: childjourneys run.")
    alone = render_page("", sections, subtitle="", tiles=(), notice=("", ""), closing="")
    links = _between(alone, "<ol>\n", _CONTENTS)
    body = _between(alone, _BEGIN + "\n", _END)
    page = page.replace(_CONTENTS, f"{begin}\n{links}{end}\n{_CONTENTS}", 1)
    return page.replace(_END, f"{begin}\n{body}{end}\n{_END}", 1)


def _between(text: str, first: str, last: str) -> str:
    return text.split(first, 1)[1].split(last, 1)[0]
