"""What must hold of an entry beyond its words: amounts that sum, units that fit, rates that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from childjourneys.archetypes.errors import unknown
from childjourneys.costs.model import CIN, LAC, Entry
from childjourneys.costs.nodes import CatalogueError

_TIMES = ("night", "week", "month", "year")
_WORK = ("hour", "session")
# What one unit may cost before it deserves a second look: 10,000 pounds a night is more than the dearest
# placement that a survey of English authorities found (63,000 a week).
UNUSUAL: dict[str, int] = {
    "night": 10_000, "week": 70_000, "month": 300_000, "year": 3_650_000,
    "event": 250_000, "hour": 1_000, "session": 5_000,
}  # fmt: skip
# A hundred times that is no price but a slip of the keys.
_ABSURD = 100


def worker_rate(
    salary: Fraction,
    weeks: Fraction,
    hours: Fraction,
    on_costs: Fraction = Fraction(0),
    direct_overheads: Fraction = Fraction(0),
    indirect_overheads: Fraction = Fraction(0),
    capital: Fraction = Fraction(0),
    client_ratio: Fraction = Fraction(1),
) -> Fraction:
    """The price of an hour worked; with a ratio of all time to client time, of an hour with clients.

    Args:
        salary, on_costs, direct_overheads, indirect_overheads, capital: pounds a year.
        weeks: weeks worked a year.
        hours: hours worked a week.

    >>> worker_rate(Fraction(30000), Fraction(40), Fraction(30), Fraction(18000))
    Fraction(40, 1)
    """
    year = salary + on_costs + direct_overheads + indirect_overheads + capital
    return year / (weeks * hours) * client_ratio


def check_entry(entry: Entry) -> None:
    """What one entry says for itself.

    Raises:
        CatalogueError: it can't be used; one sentence.
    """
    _amounts(entry)
    _parts(entry)
    _dates(entry)
    _place(entry)
    _size(entry)


def resolved(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Entries with the amounts of their recipes, which need the rates of all files.

    Raises:
        CatalogueError: a rate is not there, is of another price year, or leads back to itself.
    """
    found: dict[str, Entry] = {}
    for entry in entries.values():
        _resolve(entry, entries, found, ())
    return {key: found[key] for key in entries}


def _resolve(
    entry: Entry, entries: Mapping[str, Entry], found: dict[str, Entry], above: tuple[str, ...]
) -> Entry:
    if entry.id in found:
        return found[entry.id]
    if entry.id in above:
        ring = " to ".join(f"`{one}`" for one in (*above[above.index(entry.id) :], entry.id))
        raise _error(entry, f"its recipe leads back to itself: {ring}.")
    if not entry.recipe or entry.kind == "activity_time":
        found[entry.id] = entry
        return entry
    work = []
    for line in entry.recipe:
        rate = entries.get(line.rate_id)
        if rate is None:
            rates = [one.id for one in entries.values() if one.kind == "worker_rate"]
            raise _error(entry, unknown(line.rate_id, "worker_rate of the catalogue", rates))
        if rate.kind != "worker_rate" or rate.unit != "hour":
            raise _error(entry, f"`{rate.id}` is no worker_rate for an hour.")
        if rate.price_year != entry.price_year:
            raise _error(
                entry,
                f"the rate `{rate.id}` is of {rate.price_year or 'no stated price year'}; "
                f"a recipe takes rates of its own price year, {entry.price_year or 'none stated'}.",
            )
        priced = _resolve(rate, entries, found, (*above, entry.id))
        if priced.amount is None:
            raise _error(entry, f"the rate `{rate.id}` has no `amount`.")
        work.append(replace(line, rate=priced.amount))
    total = sum((line.hours * line.rate for line in work), Fraction(0))
    if entry.amount is not None and not entry.basis and total != entry.amount:
        raise _error(
            entry,
            f"the recipe comes to {pounds(total)} and `amount` is {pounds(entry.amount)}; "
            "say with `basis` which is used.",
        )
    used = entry.amount if entry.basis == "amount" else total
    found[entry.id] = made = replace(entry, recipe=tuple(work), amount=used)
    _parts(made)
    _size(made)
    return made


def unusual(entry: Entry) -> str:
    """A sentence on an amount far out of the ordinary, or on one of 0; blank for an ordinary one."""
    amounts = _all_amounts(entry)
    if any(amount > UNUSUAL[entry.unit] for amount in amounts):
        return (
            f"{entry.file}, line {entry.line}: entry `{entry.id}` is over {UNUSUAL[entry.unit]:,} "
            f"a {entry.unit}; check it."
        )
    if any(amount == 0 for amount in amounts):
        return f"{entry.file}, line {entry.line}: entry `{entry.id}` is 0 a {entry.unit}; is it free?"
    return ""


def pounds(amount: Fraction) -> str:
    """An amount for a message, to the penny.

    >>> pounds(Fraction(12345, 10))
    '1,234.50'
    """
    return f"{float(amount):,.2f}"


def _amounts(entry: Entry) -> None:
    """One price, given in one way."""
    pair = entry.london is not None or entry.out_of_london is not None
    ways = [name for name, there in (("amount", entry.amount is not None), ("london", pair),
                                     ("home", entry.home is not None)) if there]  # fmt: skip
    if len(ways) > 1:
        raise _error(
            entry, "give `amount`, or `london` and `out_of_london`, or `home`; one of these and no two."
        )
    if not ways and not entry.recipe:
        raise _error(
            entry, "it has no price: give `amount`, `london` and `out_of_london`, `recipe` or `home`."
        )
    if pair and entry.la_type != "any":
        raise _error(entry, "an entry with `london` or `out_of_london` is for both; leave `la_type` out.")
    if pair and entry.recipe:
        raise _error(entry, "a recipe gives one `amount`; make two entries with `la_type` for two.")
    if entry.home is not None and entry.recipe:
        raise _error(entry, "an entry has a recipe or a `home`, not both.")
    if entry.basis and not entry.recipe:
        raise _error(entry, "`basis` is for an entry with a recipe.")
    if entry.basis == "amount" and entry.amount is None:
        raise _error(entry, "`basis: amount` needs `amount`.")
    if entry.home is not None and entry.unit != "night":
        raise _error(entry, "a `home` gives the price of a night; write `unit: night`.")
    if entry.home is not None and entry.kind != "placement":
        raise _error(entry, "a `home` is an entry of kind `placement`.")


def _parts(entry: Entry) -> None:
    """Components sum to the amount; series are named for each of them."""
    if entry.components:
        if entry.amount is None:
            if entry.recipe:
                return
            raise _error(entry, "`components` go with `amount`.")
        total = sum((amount for _, amount in entry.components), Fraction(0))
        if total != entry.amount:
            raise _error(
                entry, f"the components come to {pounds(total)}, and `amount` is {pounds(entry.amount)}."
            )
    names = [name for name, _ in entry.index if name]
    if names and not entry.components:
        raise _error(entry, "an `index` by component needs `components`.")
    for name in names:
        if name not in dict(entry.components):
            raise _error(entry, unknown(name, "component", [one for one, _ in entry.components]))
    if names and len(names) < len(entry.components):
        missing = next(name for name, _ in entry.components if name not in names)
        raise _error(entry, f"`index` names some components; `{missing}` is missing.")


def _dates(entry: Entry) -> None:
    if entry.effective_from and entry.effective_to and entry.effective_to < entry.effective_from:
        raise _error(entry, "`effective_to` is before `effective_from`.")
    if not entry.price_year and not entry.effective_from and entry.kind != "activity_time":
        raise _error(entry, "it needs `price_year`, such as 2024/25, or `effective_from`.")


def _place(entry: Entry) -> None:
    """Units and kinds where the calculation can use them."""
    if entry.kind == "process" and not entry.process:
        raise _error(entry, "an entry of kind `process` needs `process`.")
    if entry.covers and (entry.kind, entry.process) != ("process", "lac.3"):
        raise _error(entry, "`covers` is for entries of kind `process` and process `lac.3`.")
    if entry.process not in (*LAC, *CIN) or entry.kind in ("worker_rate", "activity_time"):
        return
    if entry.unit in _WORK:
        raise _error(
            entry,
            f"`{entry.unit}` is for recipes and scenarios; `{entry.process}` has other units.",
        )
    if entry.process == "lac.3":
        if entry.unit == "event" and not entry.additional:
            raise _error(entry, "a `lac.3` entry for an `event` is an extra: write `additional: true`.")
    elif entry.process == "cin.ongoing_support":
        if entry.unit not in _TIMES:
            raise _error(entry, "`cin.ongoing_support` is priced by time, such as `month`.")
    elif entry.kind == "process" and entry.unit != "event" and entry.process != "lac.7":
        raise _error(entry, f"`{entry.process}` is priced by `event`.")


def _size(entry: Entry) -> None:
    for amount in _all_amounts(entry):
        if amount > _ABSURD * UNUSUAL[entry.unit]:
            raise _error(
                entry,
                f"a price over {_ABSURD * UNUSUAL[entry.unit]:,} a {entry.unit} can't be right.",
            )


def _all_amounts(entry: Entry) -> list[Fraction]:
    given = [entry.amount, entry.london, entry.out_of_london, entry.home.night if entry.home else None]
    return [amount for amount in given if amount is not None]


def _error(entry: Entry, problem: str) -> CatalogueError:
    return CatalogueError(f"entry `{entry.id}`: {problem}", entry.file, entry.line, entry.id)
