"""Scenarios from YAML: every key is known, every number is possible, and says where it comes from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from childjourneys.archetypes.errors import DefinitionError, unknown
from childjourneys.archetypes.nodes import Mapping, Node, Scalar, read_nodes
from childjourneys.costs.conditions import GROUPS
from childjourneys.costs.model import CIN, LAC, NEEDS
from childjourneys.costs.placement_names import known_placements, provider_codes
from childjourneys.costs.scenario.definition import (
    Change,
    Destination,
    Duration,
    Effect,
    Inflation,
    Match,
    NewService,
    Number,
    Price,
    Process,
    ProviderMix,
    Scenario,
    Shift,
    Volume,
)
from childjourneys.costs.scenario.values import Values
from childjourneys.issues import UsageError

TOP = (
    "id", "name", "base_run", "period", "target_price_year", "start", "ramp", "changes", "selection",
)  # fmt: skip
MATCH = (
    "placement", "provider", "provider_id", "age", "need_group", "needs", "out_of_area", "process", "entry",
)  # fmt: skip
DESTINATION = ("placement", "provider", "provider_id", "out_of_area")
KEYS: dict[str, tuple[str, ...]] = {
    "shift": ("from", "to", "share", "after_weeks", "after_months", "enhanced_support", "breakdown_rate",
              "breakdown_after_weeks", "back_to", "capacity", "cost"),
    "price": ("match", "change_pct", "new_amount", "from"),
    "volume": ("match", "entrants_pct"),
    "duration": ("match", "weeks"),
    "process": ("process", "per_year", "hours"),
    "provider_mix": ("placement", "mix"),
    "new_service": ("cost", "eligible", "effect"),
    "inflation": ("index", "pct_by_year"),
}  # fmt: skip
PROCESSES = (*LAC, *CIN)
EFFECTS = ("duration", "shift", "avoid_entry")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file.

    Raises:
        UsageError: there is no such file, or what it says can't be: one sentence with file and line.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no scenario: it is not text in UTF-8.") from error
    except OSError as error:
        raise UsageError(f"The scenario {path} can't be read: {error.strerror}.") from error
    return scenario_of(text, path.name, hashlib.sha256(content).hexdigest())


def scenario_of(text: str, name: str, sha256: str = "") -> Scenario:
    """The scenario of a YAML text; `name` is the file's, for messages.

    Raises:
        UsageError: one sentence with file and line.
    """
    documents = read_nodes(text, name)
    if len(documents) != 1:
        raise DefinitionError("a file holds one scenario; it begins with `scenario:`.", name)
    return _Reader(name).scenario(documents[0], sha256)


class _Reader(Values):
    # The whole.

    def scenario(self, node: Node, sha256: str) -> Scenario:
        outer = self.mapping(node, ("scenario",), "key of a scenario file", "a scenario file")
        if "scenario" not in outer.entries:
            raise self.error(outer.line, "a scenario file begins with `scenario:`.", "scenario")
        top = self.mapping(outer.entries["scenario"], TOP, "key of a scenario", "a scenario")
        for key in ("id", "start", "changes"):
            self.need(top, key, "a scenario")
        name = self.text(top, "id")
        if not _ID.fullmatch(name):
            raise self.error(top.lines["id"], "`id` is lower-case letters, digits, - and _.", "id")
        start = self.day(top, "start")
        period = self.period(top) if "period" in top.entries else None
        if period and not period[0] <= start <= period[1]:
            raise self.error(top.lines["start"], "`start` lies outside `period`.", "start")
        given = self.items(top.entries["changes"], "changes")
        if not given:
            raise self.error(top.lines["changes"], "a scenario needs at least one change.", "changes")
        changes = tuple(self.change(item, f"change {place}") for place, item in enumerate(given, 1))
        return Scenario(
            id=name,
            name=self.text(top, "name") if "name" in top.entries else name,
            start=start,
            changes=changes,
            ramp=self.ramp(top) if "ramp" in top.entries else (),
            base_run=self.text(top, "base_run") if "base_run" in top.entries else "",
            period=period,
            target_price_year=self.year_of(top, "target_price_year") if "target_price_year" in top.entries
            else None,
            seed=self.selection(top) if "selection" in top.entries else None,
            file=self.file,
            sha256=sha256,
            lines={f"change {place}": item.line for place, item in enumerate(given, 1)},
        )  # fmt: skip

    def period(self, top: Mapping) -> tuple[date, date]:
        """Written `[first day, last day]` or `{from: first day, to: last day}`, both included."""
        node = top.entries["period"]
        if isinstance(node, Mapping):
            given = self.mapping(node, ("from", "to"), "key of `period`", "`period`")
            for key in ("from", "to"):
                self.need(given, key, "`period`")
            ends: tuple[Node, ...] = (given.entries["from"], given.entries["to"])
        else:
            ends = self.items(node, "period")
        if len(ends) != 2:
            raise self.error(top.lines["period"], "`period` is [first day, last day].", "period")
        first, last = (self.as_day(end, "period") for end in ends)
        if last < first:
            raise self.error(top.lines["period"], "`period` ends before it begins.", "period")
        return first, last

    def ramp(self, top: Mapping) -> tuple[tuple[date, Number], ...]:
        steps: list[tuple[date, Number]] = []
        for item in self.items(top.entries["ramp"], "ramp"):
            step = self.mapping(item, ("date", "share"), "key of a step of `ramp`", "a step of `ramp`")
            for key in ("date", "share"):
                self.need(step, key, "a step of `ramp`")
            begin = self.day(step, "date")
            if steps and begin <= steps[-1][0]:
                raise self.error(step.line, "the dates of `ramp` must go up.", "ramp")
            steps.append((begin, self.number(step, "share", f"ramp from {begin}", 0, 1)))
        return tuple(steps)

    def selection(self, top: Mapping) -> int | None:
        node = top.entries["selection"]
        if isinstance(node, Scalar) and node.text == "expected_value":
            return None
        if isinstance(node, Mapping):
            one = self.mapping(node, ("sample",), "key of `selection`", "`selection`")
            if "sample" in one.entries:
                return int(self.whole(one, "sample"))
        raise self.error(
            node.line, "`selection` is `expected_value`, or `{sample: seed}` for one draw beside it."
        )

    # Changes.

    def change(self, node: Node, place: str) -> Change:
        if not isinstance(node, Mapping) or "type" not in node.entries:
            raise self.error(node.line, "a change needs a `type`.", "type")
        kind = self.text(node, "type")
        if kind not in KEYS:
            raise self.error(node.lines["type"], unknown(kind, "type of change", KEYS), "type")
        given = self.mapping(node, ("type", *KEYS[kind]), f"key of a {kind}", f"a {kind}")
        readers: dict[str, Callable[[Mapping, str], Change]] = {
            "shift": self.shift, "price": self.price, "volume": self.volume, "duration": self.duration,
            "process": self.process, "provider_mix": self.provider_mix, "new_service": self.new_service,
            "inflation": self.inflation,
        }  # fmt: skip
        return readers[kind](given, place)

    def shift(self, given: Mapping, place: str) -> Shift:
        for key in ("from", "to", "share"):
            self.need(given, key, "a shift")
        if ("after_weeks" in given.entries) == ("after_months" in given.entries):
            raise self.error(given.line, "a shift needs `after_weeks` or `after_months`, one of them.")
        if "back_to" in given.entries and self.text(given, "back_to") != "from":
            raise self.error(given.lines["back_to"], "`back_to` can only be `from`.", "back_to")
        months = "after_months" in given.entries
        key = "after_months" if months else "after_weeks"
        rate = self.optional(given, "breakdown_rate", place, 0, 1)
        again = self.optional(given, "breakdown_after_weeks", place, 0, 1000)
        if rate and not again:
            raise self.error(
                given.lines["breakdown_rate"], "with `breakdown_rate` goes `breakdown_after_weeks`."
            )
        if again and not rate:
            raise self.error(given.lines["breakdown_after_weeks"], "`breakdown_rate` is missing.")
        after = self.number(given, key, f"{place}, {key}", 0, 1000)
        if months and after.value.denominator != 1:
            raise self.error(given.lines[key], "`after_months` is a whole number.", key)
        return Shift(
            source=self.match(given, "from"),
            to=self.destination(given.entries["to"]),
            share=self.number(given, "share", f"{place}, share", 0, 1),
            after=after,
            in_months=months,
            enhanced_support=self.text(given, "enhanced_support") if "enhanced_support" in given.entries
            else None,
            breakdown_rate=rate,
            breakdown_after_weeks=again,
            capacity=self.optional(given, "capacity", place, 0, 1_000_000),
            **self.cost(given, place),
        )  # fmt: skip

    def price(self, given: Mapping, place: str) -> Price:
        for key in ("match", "from"):
            self.need(given, key, "a price change")
        if ("change_pct" in given.entries) == ("new_amount" in given.entries):
            raise self.error(given.line, "a price change needs `change_pct` or `new_amount`, one of them.")
        return Price(
            self.match(given, "match"),
            self.day(given, "from"),
            self.optional(given, "change_pct", place, -100, 1000),
            self.optional(given, "new_amount", place, 0, 100_000_000),
        )

    def volume(self, given: Mapping, place: str) -> Volume:
        self.need(given, "entrants_pct", "a volume change")
        match = self.match(given, "match") if "match" in given.entries else Match()
        return Volume(match, self.number(given, "entrants_pct", f"{place}, entrants_pct", -100, 1000))

    def duration(self, given: Mapping, place: str) -> Duration:
        for key in ("match", "weeks"):
            self.need(given, key, "a duration change")
        return Duration(
            self.match(given, "match"), self.number(given, "weeks", f"{place}, weeks", -1000, 1000)
        )

    def process(self, given: Mapping, place: str) -> Process:
        self.need(given, "process", "a process change")
        name = self.text(given, "process")
        if name not in PROCESSES:
            raise self.error(given.lines["process"], unknown(name, "process", PROCESSES), "process")
        if ("per_year" in given.entries) == ("hours" in given.entries):
            raise self.error(given.line, "a process change needs `per_year` or `hours`, one of them.")
        hours: tuple[tuple[str, Number], ...] = ()
        if "hours" in given.entries:
            roles = self.mapping(given.entries["hours"], None, "", "`hours`")
            hours = tuple(
                (role, self.number(roles, role, f"{place}, hours of {role}", 0, 10_000))
                for role in roles.entries
            )
            if not hours:
                raise self.error(given.lines["hours"], "`hours` names no role.", "hours")
        return Process(name, self.optional(given, "per_year", place, 0, 1000), hours)

    def provider_mix(self, given: Mapping, place: str) -> ProviderMix:
        for key in ("placement", "mix"):
            self.need(given, key, "a provider mix")
        shares = self.mapping(given.entries["mix"], provider_codes(), "provider", "`mix`")
        mix = tuple(
            (code, self.number(shares, code, f"{place}, share of {code}", 0, 1)) for code in shares.entries
        )
        if sum((share.value for _, share in mix), Fraction(0)) != 1:
            raise self.error(given.lines["mix"], "the shares of `mix` must sum to 1.", "mix")
        return ProviderMix(self.placement(given.entries["placement"]), mix)

    def new_service(self, given: Mapping, place: str) -> NewService:
        for key in ("cost", "eligible", "effect"):
            self.need(given, key, "a new service")
        cost = self.cost(given, place)
        nothing = Number(f"{place}, no cost", Fraction(0), Fraction(0), Fraction(0), "not given")
        effect = self.mapping(
            given.entries["effect"], ("type", "rate", "weeks", "to", "after_weeks"), "key of `effect`",
            "`effect`",
        )  # fmt: skip
        for key in ("type", "rate"):
            self.need(effect, key, "`effect`")
        kind = self.text(effect, "type")
        if kind not in EFFECTS:
            raise self.error(effect.lines["type"], unknown(kind, "type of effect", EFFECTS), "type")
        wanted = {"duration": ("weeks",), "shift": ("to", "after_weeks"), "avoid_entry": ()}[kind]
        for key in wanted:
            self.need(effect, key, f"an effect of type {kind}")
        return NewService(
            fixed=cost.get("fixed") or nothing,
            per_child=cost.get("per_child") or nothing,
            eligible=self.match(given, "eligible"),
            effect=Effect(
                kind,
                self.number(effect, "rate", f"{place}, rate", 0, 1),
                self.optional(effect, "weeks", place, -1000, 1000),
                self.destination(effect.entries["to"]) if "to" in effect.entries else None,
                self.optional(effect, "after_weeks", place, 0, 1000),
            ),
        )

    def cost(self, given: Mapping, place: str) -> dict[str, Number | None]:
        """What it costs to bring a change about: once, and for each child who takes part."""
        if "cost" not in given.entries:
            return {}
        cost = self.mapping(given.entries["cost"], ("fixed", "per_child"), "key of `cost`", "`cost`")
        most = {"fixed": 10**9, "per_child": 10**7}
        return {key: self.optional(cost, key, place, 0, top) for key, top in most.items()}

    def inflation(self, given: Mapping, place: str) -> Inflation:
        for key in ("index", "pct_by_year"):
            self.need(given, key, "an inflation change")
        years = self.mapping(given.entries["pct_by_year"], None, "", "`pct_by_year`")
        for year in years.entries:
            self.financial_year(year, years.lines[year])
        if not years.entries:
            raise self.error(given.lines["pct_by_year"], "`pct_by_year` names no year.", "pct_by_year")
        return Inflation(
            self.text(given, "index"),
            tuple((y, self.number(years, y, f"{place}, {y}", -50, 100)) for y in years.entries),
        )

    # Who and where to.

    def match(self, given: Mapping, key: str) -> Match:
        found = self.mapping(given.entries[key], MATCH, f"key of `{key}`", f"`{key}`")
        fields: dict[str, Any] = {}
        if "placement" in found.entries:
            items = self.list_or_one(found.entries["placement"], "placement")
            fields["placement"] = tuple(self.placement(item) for item in items)
        for name, known, what in (
            ("provider", provider_codes(), "provider"),
            ("need_group", GROUPS, "group of needs"),
            ("needs", NEEDS, "need"),
            ("process", PROCESSES, "process"),
        ):
            if name in found.entries:
                fields[name] = tuple(
                    self.one_of(item, known, what, name)
                    for item in self.list_or_one(found.entries[name], name)
                )
        for name in ("provider_id", "entry"):
            if name in found.entries:
                fields[name] = tuple(
                    self.scalar(item, name) for item in self.list_or_one(found.entries[name], name)
                )
        if "age" in found.entries:
            ages = self.items(found.entries["age"], "age")
            if len(ages) != 2:
                raise self.error(found.lines["age"], "`age` is [youngest, oldest], both included.", "age")
            first, last = (int(self.exact(age, "age", 0, 30)) for age in ages)
            if last < first:
                raise self.error(found.lines["age"], "`age` ends before it begins.", "age")
            fields["age"] = (first, last)
        if "out_of_area" in found.entries:
            fields["out_of_area"] = self.switch(found, "out_of_area")
        return Match(**fields)

    def destination(self, node: Node) -> Destination:
        given = self.mapping(node, DESTINATION, "key of `to`", "`to`")
        if not given.entries:
            raise self.error(given.line, "`to` says nothing.", "to")
        entries = given.entries
        provider = entries.get("provider")
        return Destination(
            self.placement(entries["placement"]) if "placement" in entries else None,
            self.one_of(provider, provider_codes(), "provider", "provider") if provider else None,
            self.text(given, "provider_id") if "provider_id" in entries else None,
            self.switch(given, "out_of_area") if "out_of_area" in entries else None,
        )

    def placement(self, node: Node) -> str:
        return self.one_of(node, known_placements(), "placement", "placement")
