"""The prices that one child's amounts rest on, each with its provenance."""

from __future__ import annotations

from collections.abc import Sequence

from childjourneys.costs.amounts import decimal_text
from childjourneys.costs.model import Entry
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.worked import Worked
from childjourneys.reports.child_cost_items import slug
from childjourneys.reports.cost_words import INVENTED, file_sentences, source_of
from childjourneys.reports.section import Block, Section
from childjourneys.reports.wording import listed

_OWN = {
    "child_price": "What the placement costs, as the list of prices of single children has it.",
    "child_package": "What is paid besides the placement, as the list of prices of single children has it.",
    "contribution_health": "What health gives, as the list of prices of single children has it.",
    "contribution_education": "What education gives, as the list of prices of single children has it.",
}


def prices_section(amounts: Sequence[Worked], run: CostRun) -> Section:
    """Each price that was used, and the files they are in with their hashes."""
    blocks = []
    for id_ in sorted({one.line["entry_id"] for one in amounts}):
        mine = [one for one in amounts if one.line["entry_id"] == id_]
        entry = run.catalogue.by_id.get(id_)
        if entry is not None:
            blocks.append(_block(entry, mine, run))
        else:
            terms = [("Source.", _OWN.get(id_, "")), ("Uplift.", "None: it is what was paid.")]
            named = [(term, words) for term, words in terms if words]
            blocks.append(Block(f"price-{slug(id_)}", id_, terms=named))
    said = [f"Catalogue version {run.catalogue.version}."]
    return Section(
        "child-prices", "Where the prices are from", said, points=file_sentences(run), blocks=blocks
    )


def _block(entry: Entry, amounts: Sequence[Worked], run: CostRun) -> Block:
    made_up = any(file.name == entry.file for file in run.invented)
    costs = listed(list(dict.fromkeys(f"£{decimal_text(one.unit_cost)}" for one in amounts)))
    parts = listed([f"{name} £{decimal_text(amount)}" for name, amount in entry.components])
    factors = listed(list(dict.fromkeys(decimal_text(one.factor, 10) for one in amounts if one.factor != 1)))
    terms = [
        ("Amount.", f"{costs} for one {entry.unit}" + (f": {parts}" if parts else "")),
        ("Source.", f"{INVENTED}, made up for an example" if made_up else source_of(entry)),
        ("Price year.", entry.price_year or "NO PRICE YEAR: in the money of the day it prices"),
        ("Index.", listed(sorted({f"{part}: {name}" if part else name for part, name in entry.index}))),
        ("Uplift.", f"{factors}, from {entry.price_year} to {run.price_year}" if factors else ""),
        ("Level.", amounts[0].line["price_basis"]),
        ("File.", entry.file),
        ("Approved.", " ".join(part for part in (entry.approved_by, entry.approved_on) if part)),
        ("Note.", entry.note),
    ]
    name = f"{entry.id}: {entry.name}" if entry.name else entry.id
    return Block(f"price-{slug(entry.id)}", name, terms=[(term, words) for term, words in terms if words])
