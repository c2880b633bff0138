"""The groups of anchors as numbers: what rests on a child, a day or an event is worked out once for each.

Coding takes the whole of an authority's bucket, so that every measure only gathers from it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.archetypes.authority import TYPE, Authority
from childjourneys.archetypes.case import Points
from childjourneys.archetypes.days import DAY_BITS, NEVER, Flags, Ints, birthdays
from childjourneys.equalities.about import About
from childjourneys.equalities.dimensions import (
    AGES,
    ANCHOR,
    DEPRIVATION,
    DIMENSIONS,
    NOT_KNOWN,
    ethnic_group_5,
    factor_themes,
)

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Coded:
    """One dimension of some anchors.

    Attributes:
        names: its groups, `not known` last.
        code: the place of each row's group among the names.
        anchor: of each row; None where every anchor has one row, in turn.
    """

    dimension: str
    names: tuple[str, ...]
    code: Codes
    anchor: Ints | None = None


@dataclass(frozen=True)
class _Lists:
    """Groups in lists, one after the other: where each begins, how many it has, and all of them."""

    names: tuple[str, ...]
    first: Ints
    size: Ints
    code: Codes


@dataclass
class Coding:
    """Finds the groups of anchors of one authority.

    Attributes:
        here: the authority; what it carries does not matter.
    """

    here: Authority
    about: About
    _days: dict[str, tuple[Codes, Codes]] = field(default_factory=dict)
    _from: int = 0
    _to: int = -1

    def is_of(self, here: Authority) -> bool:
        """Whether it fits an authority, which may carry less."""
        return self.here.source is here.source and self.here.day is here.day

    def groups(self, points: Points) -> list[Coded]:
        """Every dimension of some points, in any order."""
        opening = self._opening(points)
        referred = np.append(self.here.day, -1)[opening]
        found = {name: code[points.child] for name, code in self._of_children.items()}
        found["age_group"] = self._age_group(points)
        found["primary_need"] = self._primary_need[opening]
        found["referral_source"] = self._referral_source[opening]
        found |= self._of_days(referred, self._is_new[opening])
        of_anchor = self._of_days(points.day, self._is_new[points.event])
        found |= {f"{ANCHOR}{name}": code for name, code in of_anchor.items()}
        coded = [Coded(name, names_of(name), code) for name, code in found.items()]
        names, teams = self._team
        team = np.where(teams[points.event] < 0, teams[opening], teams[points.event])
        coded.append(Coded("team", names, np.where(team < 0, len(names) - 1, team).astype(np.int32)))
        return coded + self._factors(points)

    def _opening(self, points: Points) -> Ints:
        """The row of the referral (the first if several) of each point's need episode; -1 where none is."""
        return self._in_episode("referral", points, np.zeros(len(points), dtype=np.int64), latest=False)

    def _in_episode(self, event: str, points: Points, by: Ints, *, latest: bool) -> Ints:
        """Of some events the first of each point's need episode, or the latest by a day; -1 where none is."""
        rows, key = self._referrals if event == "referral" else self._authorised
        if not rows.size:
            return np.full(len(points), -1, dtype=np.int64)
        # Whole days: up to and with this day is before the next one.
        at = np.searchsorted(key, (points.episode << DAY_BITS | by) + int(latest)) - int(latest)
        inside = (points.episode >= 0) & (at >= 0) & (at < rows.size)
        found = np.where(inside, rows[np.where(inside, at, 0)], -1)
        return np.where(inside & (self.here.episode[found] == points.episode), found, -1)

    @cached_property
    def _referrals(self) -> tuple[Ints, Ints]:
        return self._by_episode("referral")

    @cached_property
    def _authorised(self) -> tuple[Ints, Ints]:
        return self._by_episode("assessment_authorised")

    def _by_episode(self, event: str) -> tuple[Ints, Ints]:
        """Events of a type that have an episode, in the order of these and of days; and what orders them."""
        here = self.here
        rows = here.rows(event)
        rows = rows[here.episode[rows] >= 0]
        rows = rows[np.lexsort((rows, here.day[rows], here.episode[rows]))]
        return rows, here.episode[rows] << DAY_BITS | here.day[rows]

    @cached_property
    def _texts(self) -> tuple[Ints, Ints]:
        """Rows with the first of all attributes that are alike, and which of these each event has."""
        texts = self.here.source["attributes"].to_frame("text").with_row_index("row")
        first = texts.select(pl.col("row").min().over("text").cast(pl.Int64))["row"].to_numpy()
        own = first == np.arange(first.size)
        return np.flatnonzero(own), (np.cumsum(own) - 1)[first]

    def _attribute(self, name: str) -> pl.Series:
        """An attribute of the rows of `_texts`."""
        return self.here.attribute_at(self._texts[0], name).cast(pl.String)

    def _of_rows(self, of_text: npt.NDArray[np.int32], blank: int) -> Codes:
        """From distinct attributes to all events; the last one, which -1 finds, is for where none is."""
        return np.append(of_text[self._texts[1]], np.int32(blank)).astype(np.int32)

    @cached_property
    def _primary_need(self) -> Codes:
        return self._listed("primary_need")

    @cached_property
    def _referral_source(self) -> Codes:
        return self._listed("referral_source")

    def _listed(self, name: str) -> Codes:
        names = names_of(name)
        return self._of_rows(_coded(self._attribute(name), names), len(names) - 1)

    @cached_property
    def _team(self) -> tuple[tuple[str, ...], Codes]:
        """The teams by name, and that of each event; -1 where it is blank."""
        texts = self._attribute("team").str.strip_chars().replace("", None)
        names = (*sorted({*texts.drop_nulls().unique().to_list()} - {NOT_KNOWN}), NOT_KNOWN)
        code = np.where(texts.is_null().to_numpy(), np.int32(-1), _coded(texts, names))
        return names, self._of_rows(code.astype(np.int32), -1)

    @cached_property
    def _is_new(self) -> Flags:
        """The events that are new referrals, and False for where there is none."""
        new = (self._attribute("while_open") == "false").fill_null(False).to_numpy()
        return np.append(new[self._texts[1]] & (self.here.kind == TYPE["referral"]), False)

    @cached_property
    def _of_children(self) -> dict[str, Codes]:
        mine = self.about.children.filter(pl.col("la_code") == self.here.la_code)
        pairs = {}
        if self.about.has_deciles:
            pair = (pl.col("deprivation_decile") + 1) // 2
            pairs["deprivation"] = pair.replace_strict(DEPRIVATION, default=None, return_dtype=pl.String)
        codes = pl.col("disability")
        disabled = codes.str.replace_all("NONE", "", literal=True).str.contains(r"\w")
        details = mine.select(
            "child_id",
            ethnic_group="ethnicity",
            ethnic_group_5=pl.col("ethnicity").replace_strict(ethnic_group_5(), default=NOT_KNOWN),
            sex="sex",
            disability=pl.when(disabled | pl.col("has_disability"))
            .then(pl.lit("yes"))
            .when(codes.str.contains("NONE", literal=True) | ~pl.col("has_disability"))
            .then(pl.lit("no")),
            **pairs,
        )
        ids = self.here.child_ids.alias("child_id").to_frame()
        found = ids.join(details, on="child_id", how="left", maintain_order="left")
        names = ("ethnic_group", "ethnic_group_5", "sex", "disability", *pairs)
        return {name: _coded(found[name], names_of(name)) for name in names}

    @cached_property
    def _birthdays(self) -> list[Ints]:
        """Of each child the days on which it leaves the groups of ages; `NEVER` where birth is not known."""
        birth = self.here.birth
        born = birth != NEVER
        found = []
        for below, _ in AGES:
            days = np.full(birth.size, NEVER, dtype=np.int64)
            days[born] = birthdays(birth[born], below)
            found.append(days)
        return found

    def _age_group(self, points: Points) -> Codes:
        """Completed years on the anchor day; a child with only an expected date of birth is unborn."""
        names = names_of("age_group")
        birth, known_from = self.here.birth[points.child], self.here.known_from[points.child]
        born = birth != NEVER
        unborn = np.where(born, birth > points.day, known_from > 0)
        code = np.full(len(points), names.index(AGES[0][1]), dtype=np.int32)
        for days in self._birthdays:
            code += points.day >= days[points.child]
        code[~born] = len(names) - 1
        code[unborn] = names.index("unborn")
        return code

    def _of_days(self, days: Ints, is_referral: Flags) -> dict[str, Codes]:
        """`AuthorityDays.groups` from a table of days, the first of which stands for none."""
        some = days >= 0
        seen = days[some]
        if seen.size or not self._days:
            self._reach(*((int(seen.min()), int(seen.max())) if seen.size else (0, -1)))
        at = np.where(some, days - self._from + 1, 0)
        return {
            name: plain[at] if plain is own else np.where(is_referral, own[at], plain[at])
            for name, (plain, own) in self._days.items()
        }

    def _reach(self, first: int, last: int) -> None:
        """Have a table of days that holds these."""
        if self._days and self._from <= first and last <= self._to:
            return
        if self._from <= self._to:
            first, last = min(first, self._from), max(last, self._to)
        self._from, self._to = first, last
        days = np.append(-1, np.arange(self._from, self._to + 1))
        plain, own = (
            {
                name: _coded(texts, names_of(name))
                for name, texts in self.about.days.groups(days, flags).items()
            }
            for flags in (np.zeros(days.size, dtype=np.bool_), np.ones(days.size, dtype=np.bool_))
        )
        self._days = {
            name: (code, code if np.array_equal(code, own[name]) else own[name])
            for name, code in plain.items()
        }

    def _factors(self, points: Points) -> list[Coded]:
        """The factors and themes of the anchor's own assessment, or of the last one of its episode so far."""
        last = self._in_episode("assessment_authorised", points, points.day, latest=True)
        rows = np.where(points.type == TYPE["assessment_authorised"], points.event, last)
        coded = []
        of_rows, lists = self._factor_lists
        which = of_rows[rows]
        for dimension, table in lists.items():
            size = table.size[which]
            anchor = np.repeat(np.arange(len(points)), size)
            before = np.cumsum(size) - size
            at = np.arange(anchor.size) + np.repeat(table.first[which] - before, size)
            coded.append(Coded(dimension, table.names, table.code[at], anchor))
        return coded

    @cached_property
    def _factor_lists(self) -> tuple[Codes, dict[str, _Lists]]:
        """Which list of factors each event has; and by dimension, the groups of each list."""
        themes = factor_themes()
        texts = self._attribute("factors").fill_null("")
        places = {text: place for place, text in enumerate(dict.fromkeys(["", *texts.to_list()]))}
        of_text = np.array([places[text] for text in texts.to_list()], dtype=np.int32)
        listed = [_factor_codes(text, themes) for text in places]
        lists = {}
        for dimension, named in (("assessment_factor", dict.fromkeys(themes)), ("assessment_theme", themes)):
            names = names_of(dimension)
            place = {name: number for number, name in enumerate(names)}
            groups = [
                list(dict.fromkeys(place[named[code] or code] for code in codes)) or [len(names) - 1]
                for codes in listed
            ]
            size = np.array([len(one) for one in groups], dtype=np.int64)
            every = np.array([code for one in groups for code in one], dtype=np.int32)
            lists[dimension] = _Lists(names, np.cumsum(size) - size, size, every)
        return self._of_rows(of_text, 0), lists


def names_of(dimension: str) -> tuple[str, ...]:
    """The groups of a dimension that are not free text, `not known` last."""
    named = DIMENSIONS[dimension].groups
    return (*named, NOT_KNOWN)


def _coded(texts: pl.Series, names: tuple[str, ...]) -> Codes:
    """The place of each text among the names, the last where it is none of them."""
    place = dict(zip(names, range(len(names)), strict=True))
    found = texts.cast(pl.String).replace_strict(place, default=len(names) - 1, return_dtype=pl.Int32)
    return np.asarray(found.to_numpy(), dtype=np.int32)


def _factor_codes(text: str, known: dict[str, str]) -> list[str]:
    """The codes of a list as it stands among attributes, those that are known."""
    if not text:
        return []
    codes = json.loads(text) if text.startswith("[") else [text]
    return [code for code in dict.fromkeys(codes) if code in known]
