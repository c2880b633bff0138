"""What one child cost in a few lines of text, for a terminal."""

from __future__ import annotations

import polars as pl

from childjourneys.costs.summaries.given import CostRun
from childjourneys.reports.cost_words import invented_sentence, period, pounds
from childjourneys.reports.wording import count

_MONEY = (("gross", "gross"), ("contributions", "contributions"), ("grant", "grants"), ("net", "net"))


def child_cost_text(children: pl.DataFrame, run: CostRun) -> str:
    """A short account of one child.

    Args:
        children: as LEDGER_CHILDREN, of this child only.
    """
    said = [f"Costs, {period(run)}, catalogue version {run.catalogue.version}"]
    made_up = invented_sentence(run.invented)
    if made_up:
        said.append(made_up)
    if not children.height:
        return "\n".join([*said, "No cost and no night in a placement."])
    for row in children.iter_rows(named=True):
        if row["price_year"] is not None:
            told = ", ".join(f"{word} {signed_pounds(row[f'{name}_pence'])}" for name, word in _MONEY)
            said.append(f"Prices of {row['price_year']}: {told}.")
    if children["price_year"].drop_nulls().len() > 1:
        brought = "--price-year of costs brings it to one."
        own = "prices that were paid are money of their own year."
        said.append(f"Money of different price years is never added; {own if run.price_year else brought}")
    first = children.row(0, named=True)
    said.append(f"Nights in placements: {first['nights']:,}, without a price {first['unpriced_nights']:,}.")
    said.append(f"Need group: {first['need_group']}.")
    return "\n".join(said)


def nights_without(nights: int, unpriced: int) -> str:
    """How many nights lack a price, and what that means for the amounts beside them."""
    if not nights:
        return "The child has no night in a placement in the period."
    told = f"Nights in placements: {nights:,}"
    if not unpriced:
        return f"{told}; each of them has a price."
    return (
        f"{told}; {count(unpriced, 'night lacks', 'nights lack')} the price of the placement or of its social"
        " work, and is never priced at nothing for it. What else is due for such a night is charged all the"
        " same: half a price is not what a night costs."
    )


def signed_pounds(pence: int) -> str:
    """-£1,755.00 of -175500 pence."""
    return f"-£{pounds(-pence)}" if pence < 0 else f"£{pounds(pence)}"
