"""Priced spans and events as rows of the ledger, in order: what is aggregated, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.costs.amounts import MILLION, decimal_text, half_up, millionths, shared
from childjourneys.costs.days import FAR, Flags, Ints, dates, financial_years, months, year_name
from childjourneys.costs.finance_lines import finance_line
from childjourneys.costs.grouping import grouped
from childjourneys.costs.looks import Scene
from childjourneys.costs.occurrences import Occurrences
from childjourneys.costs.pricing import RULES, PricedEvents, PricedSpans
from childjourneys.costs.spans import months_of
from childjourneys.costs.terms import Money, Terms
from childjourneys.tables.costs import LEDGER, SIX_DECIMALS

_AREAS = pl.Series([None, "in", "out"], dtype=pl.String)


@dataclass(frozen=True)
class Lines:
    """Rows of the ledger as numbers. -1: not there.

    Attributes:
        first, last: first and last night, or the day.
        nights: -1 for an event.
        period: period of care.
        episode, price: rows of the course and of the price spans, for the codes that the row shows.
        money: row of `moneys`.
        estimated: 1 where a fallback fired.
    """

    child: Ints
    item: Ints
    first: Ints
    last: Ints
    nights: Ints
    millionths: Ints
    pence: Ints
    period: Ints
    episode: Ints
    price: Ints
    rule: Ints
    estimated: Ints
    money: Ints
    moneys: tuple[Money, ...]


def span_lines(priced: PricedSpans, scene: Scene, terms: Terms) -> Lines:
    """A row per span and calendar month: quantity by nights, money by largest remainder (rule R9)."""
    spans, looks = priced.spans, priced.stretches.looks
    whole = priced.pence()
    parts = months_of(spans.start, spans.end)
    of, nights = parts.span, parts.end - parts.start
    total = spans.nights
    pence = shared(whole, nights, of, total)
    stretch = spans.first[of]
    begins = priced.stretches.nights.start
    several = np.flatnonzero((spans.parts[of] > 1) & (parts.start > begins[stretch]))
    if len(several):
        stretch[several] = priced.stretches.nights.at(priced.child[of[several]], parts.start[several])
    sign = np.array([one.sign for one in terms.items], dtype=np.int64)
    item, episode = priced.item[of], looks.episode[stretch]
    return Lines(
        priced.child[of], item, parts.start, parts.end - 1, nights,
        millionths(priced.top[of] * nights, priced.bottom[of] * total[of]),
        pence * sign[item], np.append(scene.course.column("period_no"), -1)[episode], episode,
        looks.price[stretch], priced.rule[of], np.zeros(len(of), dtype=np.int64), priced.money[of],
        priced.moneys,
    )  # fmt: skip


def event_lines(priced: PricedEvents, events: Occurrences, terms: Terms) -> Lines:
    """A row per event and entry."""
    row, looks = priced.event, events.looks
    sign = np.array([one.sign for one in terms.items], dtype=np.int64)
    day = looks.day[row]
    return Lines(
        looks.child[row], priced.item, day, day, np.full(len(row), -1, dtype=np.int64),
        np.full(len(row), MILLION, dtype=np.int64), priced.pence() * sign[priced.item],
        events.period[row], looks.episode[row], looks.price[row], priced.rule,
        events.estimated[row].astype(np.int64), priced.money, priced.moneys,
    )  # fmt: skip


def together(parts: Sequence[Lines]) -> Lines:
    moneys: list[Money] = []
    arrays: dict[str, list[Ints]] = {}
    for part in parts:
        for name, array in vars(part).items():
            if name == "money":
                array = array + len(moneys)
            if name != "moneys":
                arrays.setdefault(name, []).append(array)
        moneys += part.moneys
    return Lines(**{name: np.concatenate(many) for name, many in arrays.items()}, moneys=tuple(moneys))


def ledger_frame(lines: Lines, scene: Scene, terms: Terms) -> pl.DataFrame:
    """The rows of `LEDGER` in the order of `LEDGER_ORDER`."""
    processes, ids = (
        _ranked([getattr(one, name) for one in terms.items]) for name in ("process", "entry_id")
    )
    key = (lines.child << 18) + lines.first + FAR
    key = ((key << 5) + processes[lines.item]) * len(terms.items) + ids[lines.item]
    order = np.argsort((key << 3) + lines.rule, kind="stable")
    item, child, money = lines.item[order], lines.child[order], lines.money[order]
    episode, price = lines.episode[order], lines.price[order]
    first, nights = lines.first[order], lines.nights[order]
    year = financial_years(first)
    # What is charged besides for a temporary placement shows the codes of that.
    besides = lines.rule[order] == RULES.index("R6")
    area = np.where(besides, scene.area_of(episode, price, temporary=True), scene.area_of(episode, price))
    course = scene.course.frame
    texts = {name: _texts(getattr(one, name) for one in terms.items)
             for name in ("process", "entry_id", "unit", "agency", "basis")}  # fmt: skip
    month = months(first)
    least = int(month.min(initial=0))
    rules = [f"{rule}{more}" for rule in RULES for more in ("", " estimated")]
    frame = pl.DataFrame(
        {
            "la_code": scene.children.frame["la_code"].gather(child),
            "child_id": scene.children.frame["child_id"].gather(child),
            "period_of_care": _known(lines.period[order]),
            "placement_no": _known(np.append(scene.course.column("placement_no"), -1)[episode]),
            "process": texts["process"].gather(item),
            "entry_id": texts["entry_id"].gather(item),
            "date_from": dates(first),
            "date_to": dates(lines.last[order]),
            "nights": _known(nights),
            "millionths": lines.millionths[order],
            "unit": texts["unit"].gather(item),
            "unit_cost": _texts(decimal_text(one.unit_cost) for one in lines.moneys).gather(money),
            "uplift_factor": _factors(lines.moneys).gather(money),
            "pence": lines.pence[order],
            "agency": texts["agency"].gather(item),
            "need_group": scene.children.frame["need_group"].gather(child),
            "placement_type": _or_none(course["place"], course["temporary_place"], episode, besides),
            "provider": _or_none(course["provider"], course["temporary_provider"], episode, besides),
            "in_out_area": _AREAS.gather(area),
            "s251_line": finance_lines(item, episode, besides, area, year, scene, terms),
            "month": _texts(f"{one // 12 + 1970}-{one % 12 + 1:02d}" for one in
                            range(least, int(month.max(initial=0)) + 1)).gather(month - least),
            "price_year": _price_years(lines.moneys, money, year),
            "price_basis": texts["basis"].gather(item),
            "rule": _texts(rules).gather(lines.rule[order] * 2 + lines.estimated[order]),
        }
    )  # fmt: skip
    return LEDGER.conform(frame)


def _ranked(texts: Sequence[str]) -> Ints:
    """The place of each text among the distinct ones, in their order."""
    order = {text: place for place, text in enumerate(sorted(set(texts)))}
    return np.array([order[text] for text in texts], dtype=np.int64)


def _texts(texts: object) -> pl.Series:
    return pl.Series(list(texts), dtype=pl.String)  # type: ignore[call-overload]


def _known(values: Ints) -> pl.Series:
    """Numbers, blank where they are -1."""
    column = pl.Series(values)
    return column.set(column == -1, None)


def _or_none(own: pl.Series, temporary: pl.Series, rows: Ints, besides: Flags) -> pl.Series:
    """Of each episode, or of the temporary placement in it; blank where there is no episode."""
    size = len(own)
    both = pl.concat([own, temporary, pl.Series([None], dtype=own.dtype)])
    return both.gather(np.where(rows >= 0, np.where(besides, rows + size, rows), 2 * size))


def _factors(moneys: Sequence[Money]) -> pl.Series:
    scaled = [half_up(one.factor.numerator * MILLION, one.factor.denominator) for one in moneys]
    return pl.Series(scaled, dtype=pl.Int64).cast(SIX_DECIMALS) / MILLION


def _price_years(moneys: Sequence[Money], money: Ints, year: Ints) -> pl.Series:
    """Of each row: that of its money; of a price of the child's own that of its first night."""
    least, most = int(year.min(initial=2000)), int(year.max(initial=2000))
    names = [year_name(one) for one in range(least, most + 1)]
    own = np.array([not one.year for one in moneys], dtype=bool)
    code = np.where(own[money] if len(moneys) else False, year - least, len(names) + money)
    return _texts([*names, *(one.year for one in moneys)]).gather(code)


def finance_lines(
    item: Ints, episode: Ints, besides: Flags, area: Ints, year: Ints, scene: Scene, terms: Terms
) -> pl.Series:
    wheres, codes, temporary = scene.wheres
    nowhere = len(wheres)
    where = np.append(codes, nowhere)[episode]
    where[besides] = np.append(temporary - 1, nowhere)[episode[besides]]
    least, most = int(year.min(initial=4000)), int(year.max(initial=0))
    key = ((item * (nowhere + 1) + where) * 3 + area) * (most - least + 1) + year - least
    head, back = grouped(key)
    entries = terms.matcher.entries
    said = terms.matcher.catalogue.settings.s251_map
    found = []
    for at in head.tolist():
        one = terms.items[int(item[at])]
        place, provider = wheres[int(where[at])] if where[at] < nowhere else (None, None)
        entry = entries[int(item[at])] if item[at] < len(entries) else None
        found.append(
            finance_line(
                entry, one.process, one.kind, (place, provider, _AREAS[int(area[at])]), int(year[at]), said
            )
        )
    return pl.Series(found, dtype=pl.String).gather(back)
