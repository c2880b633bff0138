"""What a page is made of: sections, and blocks inside a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from childjourneys.reports.figures import Figure
from childjourneys.reports.page_tables import Chip, PageTable


@dataclass(frozen=True)
class Part:
    """A picture beside its table, and what is said about the two; the heading may be blank."""

    key: str
    heading: str = ""
    text: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[PageTable] = ()
    points: Sequence[str] = ()


@dataclass(frozen=True)
class Block:
    """One subject of a section: `terms` are paragraphs that begin with a word in bold."""

    key: str
    heading: str
    text: Sequence[str] = ()
    terms: Sequence[tuple[str, str]] = ()
    parts: Sequence[Part] = ()
    points: Sequence[str] = ()
    points_heading: str = ""


@dataclass(frozen=True)
class Section:
    """One part of the page: a heading, sentences, figures, tables, and then its blocks."""

    key: str
    heading: str
    text: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[PageTable] = ()
    points: Sequence[str] = ()
    legend: Sequence[Chip] = ()
    blocks: Sequence[Block] = ()
