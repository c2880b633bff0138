"""Sentences about a scenario: what it comes to, when it pays back, what it does not claim."""

from __future__ import annotations

from childjourneys.costs.whatif.outcome import WhatIf
from childjourneys.reports.cost_words import pounds
from childjourneys.reports.scenario_tables import plain_number
from childjourneys.reports.wording import day

NO_PAYBACK = "not within the period"


def headline(found: WhatIf) -> list[str]:
    """What it comes to, in a few sentences."""
    net = found.difference + found.spent
    base, after = found.base, found.base + found.difference
    said = [
        f"From {day(found.first)} to {day(found.last)} the children of this run cost £{pounds(base)} net in "
        f"prices of {found.price_year}; under the scenario they would have cost £{pounds(after)}: "
        f"{_more_or_less(found.difference)}.",
        f"To bring it about costs £{pounds(found.spent)}. Net: {_more_or_less(net)}.",
        f"Payback: {payback_words(found)}. Break-even share: {share_words(found)}. "
        f"Break-even number of children: {children_words(found)}.",
    ]
    if found.ledger is not None:
        off = found.base - found.ledger
        said.append(
            f"The ledger, whose lines are each rounded by themselves, comes to £{pounds(found.ledger)}: "
            f"{_more_or_less(-off)} than the base here, which is rounded once."
            if off
            else "The ledger comes to the same to the penny."
        )
    if found.sampled is not None:
        said.append(
            f"One draw with seed {found.scenario.seed}, in which each stay moves or does not: "
            f"{_more_or_less(found.sampled)}. Another seed gives another amount."
        )
    for name, amount in found.cut.items():
        said.append(
            f"Change {name}: there was no place for {plain_number(round(amount, 2))} expected children, who "
            "stayed where they were."
        )
    if not found.faults.is_empty():
        said.append(
            "Some of what the scenario brings about has no price in the catalogue, and was counted as "
            "nothing: see what has no price before using the result."
        )
    return said


def without_price_words(found: WhatIf) -> list[str]:
    """What the scenario brings about and no price fits, a sentence each."""
    return [
        f"Without a price, in change {found.names[row['step'] - 1]}: {row['process'] or row['kind']}"
        f"{', ' + row['kind'] if row['process'] else ''}, {row['count']:,} nights or events before shares. "
        f"{row['what']}{' Prices concerned: ' + row['entry_ids'] + '.' if row['entry_ids'] else ''}"
        for row in found.faults.iter_rows(named=True)
    ]


def payback_words(found: WhatIf) -> str:
    return found.payback or NO_PAYBACK


def share_words(found: WhatIf) -> str:
    if found.break_even_share is None:
        return found.break_even_words
    if found.break_even_words:
        return f"{found.break_even_share:.2f} ({found.break_even_words})"
    return f"{found.break_even_share:.4f}"


def children_words(found: WhatIf) -> str:
    if found.break_even_children is not None:
        return f"{found.break_even_children:,}"
    return (
        "none, as nothing has to be spent first" if found.spent <= 0 else "none, as no child saves anything"
    )


def _more_or_less(pence: int) -> str:
    if not pence:
        return "no difference"
    return f"£{pounds(abs(pence))} {'more' if pence > 0 else 'less'}"
