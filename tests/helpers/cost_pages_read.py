"""The page of one child's costs as a person with a calculator reads it: tables by key, amounts worked again.

Nothing of the program is used but the page: the quantity is worked out of the text of its cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

Row = dict[str, str]


@dataclass
class PageRead:
    """Tables of a page by key, each its rows by heading; captions by key."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)

    def amounts(self) -> dict[str, list[Row]]:
        return {key: rows for key, rows in self.tables.items() if re.fullmatch(r"items-\d+", key)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read = PageRead()
        self.key = ""
        self.headings: list[str] = []
        self.cells: list[str] = []
        self.text: list[str] | None = None
        self.head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str | None] = dict(attrs)
        if tag == "table":
            self.key = (given["id"] or "").removeprefix("table-")
            self.read.tables[self.key] = []
        elif tag == "thead":
            self.head, self.headings = True, []
        elif tag == "tr":
            self.cells = []
        elif tag in ("th", "td", "caption"):
            self.text = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self.read.captions[self.key] = "".join(self.text or [])
            self.text = None
        elif tag in ("th", "td"):
            (self.headings if self.head else self.cells).append("".join(self.text or []).strip())
            self.text = None
        elif tag == "thead":
            self.head = False
        elif tag == "tr" and not self.head and self.cells:
            self.read.tables[self.key].append(dict(zip(self.headings, self.cells, strict=True)))

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)


def read_page(page: str) -> PageRead:
    reader = _Reader()
    reader.feed(page)
    return reader.read


def money(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def quantity(text: str) -> Fraction:
    """`5 + 14 / 31 = 5.451613 months` as 5 + 14/31; `3 nights` as 3. What is shown behind is checked too."""
    words = text.split(" = ")
    shown = words[-1].rsplit(" ", 1)[0].replace(",", "")
    if len(words) == 1:
        return Fraction(shown)
    total = Fraction(0)
    for part in words[0].split(" + "):
        top, _, bottom = part.partition(" / ")
        total += Fraction(int(top), int(bottom or 1))
    assert abs(total - Fraction(shown)) <= Fraction(1, 2_000_000), text
    return total


def worked(row: Row) -> Decimal:
    """a x b x uplift to the nearest penny, half a penny up, without its sign."""
    product = quantity(row["a: how many"]) * Fraction(row["b: unit cost £"].replace(",", ""))
    product *= Fraction(row.get("Uplift", "1"))
    return Decimal((product * 200 + 1).__floor__() // 2) / 100
