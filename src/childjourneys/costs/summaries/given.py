"""What the tables of costs are made of besides the ledger: the facts of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from childjourneys.costs.model import Catalogue, CatalogueFile, Entry

# Figures of these price years are what research found then: no authority pays them today.
RESEARCH_YEARS = (2008, 2013)


@dataclass(frozen=True)
class CostRun:
    """What was asked for and what was used.

    Attributes:
        first, last: the period, both days included.
        catalogue: entries and files of the run, with their hashes.
        price_year: the target, such as 2024/25; blank: every amount is in its own price year.
        made_with: name and version of the program.
        authorities: name by code.
        london: codes of authorities in London.
        not_costed: processes without any entry, once for the run.
        need_rules: per child (la_code, child_id) which rule gave which need, in a sentence.
        notes: further sentences for the first page of the tables.
    """

    first: date
    last: date
    catalogue: Catalogue
    price_year: str = ""
    made_with: str = "childjourneys"
    authorities: Mapping[str, str] = field(default_factory=dict)
    london: frozenset[str] = frozenset()
    not_costed: Sequence[str] = ()
    need_rules: Mapping[tuple[str, str], str] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def invented(self) -> list[CatalogueFile]:
        """Files whose prices are made up for an example."""
        return [file for file in self.catalogue.files if file.invented]

    def research_ids(self) -> list[str]:
        """Ids of the entries that rest on figures of 2008 to 2013."""
        return sorted(entry.id for entry in self.catalogue.entries if is_research(entry, self._made_up))

    @property
    def _made_up(self) -> frozenset[str]:
        return frozenset(file.name for file in self.invented)


def need_sentences(needs: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Which rule gave each child which need, in a sentence.

    Args:
        needs: la_code, child_id, and for each need a column `<need>_rule`, as costing tells them.
    """
    rules = [name for name in needs.columns if name.endswith("_rule")]
    return {
        (row["la_code"], row["child_id"]): "; ".join(
            f"{name.removesuffix('_rule')}: {row[name]}" for name in rules if row[name]
        )
        for row in needs.iter_rows(named=True)
    }


def is_research(entry: Entry, invented: frozenset[str] = frozenset()) -> bool:
    """Whether a price is a published figure of 2008 to 2013, whatever it was brought to since."""
    first = entry.price_year[:4]
    if not first.isdecimal() or entry.file in invented:
        return False
    return RESEARCH_YEARS[0] <= int(first) <= RESEARCH_YEARS[1]
