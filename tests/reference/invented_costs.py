"""Invented costings: children, a catalogue of random entries, prices, a period. Seeded, and never real."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from invented_care import LAS, Chain, beside_care, case_of_need
from plain_costs_care import care_of
from plain_costs_given import PriceSpan, Run
from plain_costs_match import NAMES

from childjourneys.costs.model import CIN, Catalogue, CatalogueFile, Conditions, Entry, Home, Settings

INDICES = {
    name: {f"{year}/{(year + 1) % 100:02d}": Fraction(first * (year % 7), 10) for year in range(2004, 2030)}
    for name, first in (("pay", 13), ("prices", -4))
}
LONDON = {"330": False, "302": True, "830": False}
KINDS = ("placement", "allowance", "fee")
_NIGHTLY = ("night", "week", "week", "month", "month", "year")


def invented(seed: int) -> Run:
    """Seven children of one or two authorities, one catalogue, one period."""
    rng = Random(seed)
    tables: dict[str, list[dict[str, Any]]] = {}
    for number in range(7):
        la_code, child_id = rng.choice(LAS[:2] if seed % 2 else LAS[:1]), f"c{number}"
        chain = Chain(rng, la_code, child_id).tell() if rng.random() < 0.85 else []
        parts = [{"care_chain": chain}, beside_care(rng, la_code, child_id, chain)]
        if rng.random() < 0.8:
            parts.append(case_of_need(rng, la_code, child_id))
        for part in parts:
            for name, rows in part.items():
                tables.setdefault(name, []).extend(rows)
    start = date(2019, 6, 1) + timedelta(days=rng.randrange(700))
    end = start + timedelta(days=rng.choice((0, 20, 60, 200, 400, 400)))
    modules = {la: {"Header", "Episodes"} | ({"Reviews"} if rng.random() < 0.5 else set()) for la in LAS}
    run = Run(
        tables, invented_catalogue(rng), start, end, LONDON, modules,
        price_year=rng.choice((None, "2011/12", "2022/23")), indices=INDICES,
    )  # fmt: skip
    if rng.random() < 0.5:
        run.prices = _prices(rng, run)
    return run


def invented_catalogue(rng: Random) -> Catalogue:
    entries: list[Entry] = []

    def add(process: str, kind: str, units: tuple[str, ...], **more: Any) -> None:
        entry = _entry(rng, f"e{len(entries)}", process, kind, rng.choice(units), more)
        alike = [e for e in entries if (e.process, e.kind, e.additional) == (process, kind, False)]
        if not alike and not entry.additional and not more and rng.random() < 0.6:
            # One without conditions, so that not too much stays without a price.
            entry = replace(entry, when=Conditions(), la_type="any", provider_id="", effective_to=None)
            entry = replace(entry, effective_from=None, price_year=entry.price_year or "2018/19")
        entries.append(entry)

    for process in ("lac.1", "lac.2", "lac.4", "lac.5", "lac.6", "lac.7", "lac.8"):
        for _ in range(rng.choice((0, 1, 2, 3))):
            add(process, "process", ("event",))
        if rng.random() < 0.4:
            add(process, "process", ("event",), additional=True)
    for _ in range(rng.randrange(3)):
        add("lac.7", "process", _NIGHTLY)
    for kind in ("process", *KINDS):
        for _ in range(rng.choice((0, 1, 2, 4))):
            add("lac.3", kind, _NIGHTLY)
        if rng.random() < 0.4:
            add("lac.3", kind, _NIGHTLY, additional=True)
        if rng.random() < 0.4:
            add("lac.3", kind, ("event",), additional=True)
    for kind in ("grant", "other_agency"):
        for _ in range(rng.choice((0, 1, 2))):
            add("lac.3", kind, _NIGHTLY)
    for process in CIN[:-1]:
        units = _NIGHTLY if process == "cin.ongoing_support" else ("event",)
        for _ in range(rng.choice((0, 1, 2, 3))):
            add(process, "process", units)
        if rng.random() < 0.2:
            add(process, "process", units, additional=True)
    settings = Settings(
        legal=rng.choice(("once", "weekly")), temporary=rng.choice(("main", "main", "own")),
        p8_exclude=rng.choice(((), ("cwd",), ("cwd", "uasc"))), sdq_cutoff=rng.choice((17, 17, 14)),
        review_estimates=rng.random() < 0.9,
        s251_map=rng.choice(({}, {"K1": "secure homes", "U4": "own line"})),
    )  # fmt: skip
    files = tuple(CatalogueFile(f"{layer}", "0", layer, 0, shipped=layer == 0) for layer in range(3))
    return Catalogue(tuple(sorted(entries, key=lambda e: e.layer)), settings, files, "invented")


def _entry(rng: Random, name: str, process: str, kind: str, unit: str, more: dict[str, Any]) -> Entry:
    layer = rng.choice((0, 0, 0, 1, 1, 2))
    held: dict[str, Any] = {
        "index": (("", rng.choice(("pay", "prices", "none"))),), "process": process, "layer": layer,
        "shipped": layer == 0, "priority": rng.choice((0, 0, 0, 1)), "price_year": "2012/13",
        "year_basis": rng.choice(("actual", "365", "52_weeks")), "when": _when(rng, process, kind, unit),
        "s251_line": rng.choice(((), (("2020/21", "3.1.1"),))), "file": f"{layer}",
    }  # fmt: skip
    money = Fraction(rng.randrange(1, 400_000), 100)
    if rng.random() < 0.2:
        pair = {"out_of_london": money, "london": money + 7}
        held |= {key: value for key, value in pair.items() if rng.random() < 0.9} or pair
    elif kind == "placement" and unit == "night" and not more and rng.random() < 0.5:
        home = Home(Fraction(rng.randrange(10**6)), 4, date(2020, 4, 1), date(2021, 3, 31), 1117)
        held |= {"home": home, "amount": home.night}
    else:
        held["amount"] = money
        held["la_type"] = rng.choice(("any", "any", "any", "london", "out_of_london"))
        if rng.random() < 0.3 and money > 1:
            held["components"] = (("part", money - 1), ("rest", Fraction(1)))
            if rng.random() < 0.7:
                held["index"] = (("part", rng.choice(("pay", "none"))), ("rest", "prices"))
    if rng.random() < 0.35:
        held["effective_from"] = date(2017, 4, 1) + timedelta(days=rng.randrange(1500))
        held["price_year"] = rng.choice(("", "", "2019/20"))
        if rng.random() < 0.4:
            held["effective_to"] = held["effective_from"] + timedelta(days=rng.randrange(30, 900))
    elif rng.random() < 0.3:
        held["price_year"] = rng.choice(("2009/10", "2023/24"))
    if process.startswith("lac.") and kind != "grant" and rng.random() < 0.08:
        held["provider_id"] = rng.choice(("SC1", "SC2", "P9"))
    if unit == "event" and rng.random() < 0.2:
        units = ("child",) if process.startswith("cin.") else ("child", "period_of_care", "placement")
        held["once_per"] = rng.choice(units)
    if (process, kind) == ("lac.3", "process") and unit != "event" and not more and rng.random() < 0.4:
        held["covers"] = rng.choice((KINDS, KINDS, ("placement",), ("allowance", "fee")))
    if kind == "other_agency":
        held["agency"] = rng.choice(("health", "education"))
    elif rng.random() < 0.05 and kind not in ("grant",):
        held["agency"] = "health"
    return Entry(name, kind, f"invented {name}", unit, **(held | more))


def _when(rng: Random, process: str, kind: str, unit: str) -> Conditions:
    care = process.startswith("lac.")
    pick: dict[str, Any] = {
        "need_group": lambda: tuple(rng.sample(("none", "ebd", "cwd", "cwd_ebd", "ebd_offending"), 2)),
        "needs": lambda: tuple(rng.sample(("cwd", "ebd", "offending"), rng.choice((1, 1, 2)))),
        "ebd": lambda: rng.random() < 0.6,
        "other_factor": lambda: rng.random() < 0.6,
        "uasc": lambda: rng.random() < 0.6,
        "age_under": lambda: rng.choice((1, 5, 10, 16)),
        "age_from": lambda: rng.choice((1, 5, 10, 16)),
        "cp_plan": lambda: rng.random() < 0.6,
    }
    if care:
        names = [*sorted(NAMES), "U4", "K2", "U6", "A3"]
        pick |= {
            "placement": lambda: tuple(rng.sample(names, 2)),
            "provider": lambda: tuple(rng.sample(("PR1", "PR2", "PR4", "PR5"), 2)),
            "out_of_area": lambda: rng.random() < 0.5,
            "weeks_in_placement": lambda: rng.choice(((0, 13), (13, None), (4, 52), (0, 1))),
        }
        if kind == "fee":
            pick["placement"] = lambda: tuple(rng.sample(("T0", "T1", "T4", "foster"), 2))
    if care and process != "lac.3" and unit == "event":
        pick["first"] = lambda: rng.random() < 0.7
    if process == "lac.5":
        pick["difficult_to_place"] = lambda: rng.random() < 0.7
    if process.startswith("cin."):
        pick["previously_known"] = lambda: rng.random() < 0.7
    if process == "cin.contact_referral":
        pick["outcome"] = lambda: "no_further_action"
    if process == "cin.review":
        pick["cp_conference_review"] = lambda: True
    if kind == "grant" and rng.random() < 0.6:
        return Conditions(uasc=True, given=("uasc",))
    given = rng.sample(sorted(pick), rng.choice((0, 0, 1, 1, 2)))
    return replace(Conditions(), **{key: pick[key]() for key in given}, given=tuple(given))


def _prices(rng: Random, run: Run) -> list[PriceSpan]:
    """Money for some nights of some placements, each span inside one placement as costs count them."""
    found: list[PriceSpan] = []
    row = 1
    for la_code, child_id in sorted({(r["la_code"], r["child_id"]) for r in run.tables["care_chain"]}):
        chain = [r for r in run.tables["care_chain"] if (r["la_code"], r["child_id"]) == (la_code, child_id)]
        care = care_of(chain, run.end + timedelta(days=90))
        spans: dict[tuple[int | None, int | None], list[date]] = {}
        for day, episode in sorted(care.nights.items()):
            spans.setdefault((episode.period, episode.placement), []).append(day)
        for days in spans.values():
            if rng.random() < 0.6:
                continue
            row += 1
            low = rng.randrange(len(days)) if rng.random() < 0.5 else 0
            high = rng.randrange(low, len(days)) if rng.random() < 0.5 else len(days) - 1
            start, end = days[low], days[high] + timedelta(days=1)
            unit = rng.choice(("week", "week", "period"))
            more = {
                "provider_id": rng.choice((None, "P9")), "contract": rng.choice((None, "framework", "spot")),
                "in_out": rng.choice((None, "in", "out")),
            }  # fmt: skip
            for entry_id in ("child_price", "child_package", "contribution_health", "contribution_education"):
                if entry_id == "child_price" or rng.random() < 0.3:
                    money = Fraction(rng.randrange(1, 900_000), 100)
                    found.append(PriceSpan(
                        la_code, child_id, start, end, entry_id, unit, money, high - low + 1, row, **more
                    ))  # fmt: skip
    return found
