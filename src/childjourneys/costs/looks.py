"""The facts of nights and events as small whole numbers, so that equal ones are matched once.

A look is a night or a day of a child. Conditions that change with time (age, weeks in the placement, dates
of effect) are held as the class between two thresholds that the catalogue names: nights are cut at these,
so that a stretch of nights lies in one class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.costs.days import (
    Flags,
    Ints,
    as_date,
    birthdays,
    number,
)
from childjourneys.costs.facts import NO_BIRTH, Children, need_groups
from childjourneys.costs.intervals import Intervals
from childjourneys.costs.model import Entry
from childjourneys.costs.nights import Course
from childjourneys.costs.passing import NOWHERE, Facts, Where
from childjourneys.costs.price_spans import PriceSpans, price_spans_of

_AREAS = (None, "in", "out")
_TRUTH = (None, False, True)
_LONDON = {-1: None, 0: False, 1: True}
_MOST = 1 << 60


@dataclass(frozen=True)
class Thresholds:
    """Where the conditions of some entries change, in order."""

    ages: tuple[int, ...]
    weeks: tuple[int, ...]
    days: tuple[int, ...]
    ids: tuple[str, ...]
    uses: frozenset[str]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Thresholds:
        ages, weeks, days, ids, uses = set(), set(), set(), set(), set()
        for entry in entries:
            when = entry.when
            uses |= set(when.given)
            ages |= {age for age in (when.age_under, when.age_from) if age is not None}
            if when.weeks_in_placement:
                weeks |= {week for week in when.weeks_in_placement if week}
            if entry.effective_from:
                days.add(number(entry.effective_from))
            if entry.effective_to:
                days.add(number(entry.effective_to) + 1)
            ids |= set(when.provider_id) | ({entry.provider_id} - {""})
        return cls(tuple(sorted(ages)), tuple(sorted(weeks)), tuple(sorted(days)), tuple(sorted(ids)),
                   frozenset(uses))  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """What nights and events of some children are looked at with.

    Attributes:
        course: their episodes.
        prices: prices of their own.
        plans: days on a child protection plan.
        first_referral: of each child; FAR where none is on record.
    """

    children: Children
    course: Course
    prices: PriceSpans
    plans: Intervals
    first_referral: Ints

    def copies(self, who: Ints, course: Course) -> Scene:
        """A scene of other courses for some children: copy n is of child `who[n]`, and has that number.

        Prices of single children are of the placements that were: none of them holds for another course.
        """
        nobody = self.prices.nights.child[:0]
        return Scene(
            self.children.take(who), course, price_spans_of(None, self.children),
            self.plans.copied(who) if len(self.plans) else Intervals(nobody, nobody, nobody),
            self.first_referral[who],
        )  # fmt: skip

    @cached_property
    def wheres(self) -> tuple[tuple[tuple[str | None, str | None], ...], Ints, Ints]:
        """Distinct places with providers; the code of each episode, of its temporary placement (0: none)."""
        frame = self.course.frame
        both = pl.concat(
            [
                frame.select("place", "provider"),
                frame.select(place="temporary_place", provider="temporary_provider"),
            ]
        )
        distinct = both.unique(maintain_order=True).with_row_index("code")
        codes = both.join(distinct, on=["place", "provider"], how="left", nulls_equal=True,
                          maintain_order="left")["code"].cast(pl.Int64).to_numpy()  # fmt: skip
        size = frame.height
        inside = frame["temporary_place"].is_not_null().to_numpy()
        return (
            tuple(distinct.select("place", "provider").rows()),
            codes[:size],
            np.where(inside, codes[size:] + 1, 0),
        )

    @cached_property
    def areas(self) -> tuple[Ints, Ints]:
        """In or out of area of each episode and its temporary placement: 0 not known, 1 in, 2 out."""
        frame = self.course.frame
        return _area_codes(frame["area"]), _area_codes(frame["temporary_area"])

    @cached_property
    def price_areas(self) -> Ints:
        return _area_codes(self.prices.frame["in_out_area"].str.to_lowercase())

    def id_codes(self, known: tuple[str, ...]) -> dict[str, Ints]:
        """For each source of provider numbers the place in `known` plus 1, or 0, with a 0 at the end."""
        places = {one: at for at, one in enumerate(known, start=1)}
        sources = {
            "urn": self.course.frame["urn"],
            "temporary_urn": self.course.frame["temporary_urn"],
            "price_id": self.prices.frame["provider_id"],
            "price_urn": self.prices.frame["urn"],
        }
        return {
            name: np.append(
                column.replace_strict(places, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy(), 0
            )
            if places
            else np.zeros(len(column) + 1, dtype=np.int64)
            for name, column in sources.items()
        }

    def area_of(self, episode: Ints, price: Ints, temporary: bool = False) -> Ints:
        """Of the placement or the temporary one in it: as the return says; else as the price row does."""
        own = np.append(self.areas[temporary], 0)[episode]
        return np.where(own > 0, own, np.append(self.price_areas, 0)[price])


@dataclass(frozen=True)
class Looks:
    """Nights or days of children. -1 where an episode or price row is not there.

    Attributes:
        day: on which the facts are looked at.
        episode: row of the course.
        price: row of the price spans.
        extra: `first`, `previously_known`, `cp_conference_review`, `difficult_to_place`, `cp_plan`,
            `outcome` (0 not known, 1 no, 2 yes); `temporary`, `short_break` (0, 1).
    """

    child: Ints
    day: Ints
    episode: Ints
    price: Ints
    extra: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.child)


def distinct(looks: Looks, scene: Scene, wanted: Thresholds) -> tuple[list[Facts], Ints]:
    """The distinct facts that entries can tell apart, and which of them each look has."""
    children, uses = scene.children, wanted.uses
    groups = need_groups()
    group_code = np.array(
        [groups.index(one) for one in children.frame["need_group"].to_list()], dtype=np.int64
    )
    columns: dict[str, Ints] = {"london": children.london[looks.child] + 1}
    if {"need_group", "needs", "ebd", "other_factor"} & uses:
        columns["need"] = group_code[looks.child]
    if {"age_under", "age_from"} & uses:
        columns["age"] = _age_class(children.born[looks.child], looks.day, wanted.ages)
    if wanted.days:
        columns["day"] = np.searchsorted(np.array(wanted.days), looks.day, side="right")
    if "uasc" in uses:
        columns["uasc"] = uasc_on(children, looks.child, looks.day)
    there = looks.episode >= 0
    temporary = np.where(there, np.append(scene.wheres[2], 0)[looks.episode], 0)
    with_place = {"placement", "provider", "out_of_area"} & uses
    if with_place:
        columns["where"] = np.where(there, np.append(scene.wheres[1], 0)[looks.episode] + 1, 0)
    if "temporary" in looks.extra and "placement" in uses:
        columns["temporary"] = temporary
    if with_place:
        columns["area"] = scene.area_of(looks.episode, looks.price)
        if "temporary" in columns:
            area = scene.area_of(looks.episode, looks.price, temporary=True)
            columns["temporary_area"] = np.where(temporary > 0, area, 0)
    if "weeks_in_placement" in uses:
        begun = np.append(scene.course.column("stay_start"), 0)[looks.episode]
        weeks = np.searchsorted(np.array(wanted.weeks), (looks.day - begun) // 7, side="right") + 1
        columns["weeks"] = np.where(there, weeks, 0)
    if wanted.ids:
        codes = scene.id_codes(wanted.ids)
        columns["urn"] = codes["urn"][looks.episode]
        columns["price_id"], columns["price_urn"] = (
            codes["price_id"][looks.price],
            codes["price_urn"][looks.price],
        )
        if "temporary" in columns:
            columns["temporary_urn"] = np.where(temporary > 0, codes["temporary_urn"][looks.episode], 0)
    if "framework" in uses:
        contract = scene.prices.frame["contract"]
        code = (contract == "framework").cast(pl.Int64).fill_null(-1).to_numpy() + 1
        columns["framework"] = np.append(code, 0)[looks.price]
    columns["priced"] = (looks.price >= 0).astype(np.int64) if "priced" in looks.extra else np.zeros(
        len(looks), dtype=np.int64)  # fmt: skip
    for name in (
        "first",
        "previously_known",
        "cp_conference_review",
        "difficult_to_place",
        "cp_plan",
        "outcome",
    ):
        if name in uses and name in looks.extra:
            columns[name] = looks.extra[name]
    if "short_break" in looks.extra:
        columns["short_break"] = looks.extra["short_break"]
    heads, back = _combined(list(columns.values()), len(looks))
    picked = {name: column[heads] for name, column in columns.items()}
    found = [_facts({name: int(column[at]) for name, column in picked.items()}, scene, wanted, groups)
             for at in range(len(heads))]  # fmt: skip
    return found, back


def change_points(scene: Scene, wanted: Thresholds, child: npt.ArrayLike) -> list[tuple[Ints, Ints]]:
    """Days of children on which a fact that entries ask for may change."""
    who = np.unique(np.asarray(child, dtype=np.int64))
    children, uses = scene.children, wanted.uses
    found: list[tuple[Ints, Ints]] = []
    born = children.born[who]
    dated = born != NO_BIRTH
    for age in (0, *wanted.ages) if wanted.ages else ():
        found.append((who[dated], birthdays(born[dated], age)))
    for day in wanted.days:
        found.append((who, np.full(len(who), day, dtype=np.int64)))
    if "uasc" in uses:
        found.append((who, children.uasc_until[who]))
    if "cp_plan" in uses:
        found += [(scene.plans.child, scene.plans.start), (scene.plans.child, scene.plans.end)]
    if "previously_known" in uses:
        found.append((who, scene.first_referral[who] + 1))
    if wanted.weeks:
        heads = scene.course.frame.unique("stay", keep="first", maintain_order=True)
        for week in wanted.weeks:
            found.append((heads["child_no"].to_numpy(), heads["stay_start"].to_numpy() + 7 * week))
    return found


def uasc_on(children: Children, child: Ints, day: Ints) -> Ints:
    """Whether the child is unaccompanied and seeking asylum on the day: 0 not known, 1 no, 2 yes.

    Without a birth date nobody can say whether it is before the 18th birthday.
    """
    still = children.flags("uasc")[child] & (day < children.uasc_until[child])
    return np.where(still, np.where(children.born[child] == NO_BIRTH, 0, 2), 1)


def truth(flags: Flags) -> Ints:
    """No and yes as codes of a fact that is known."""
    return np.where(flags, 2, 1)


def _age_class(born: Ints, day: Ints, thresholds: tuple[int, ...]) -> Ints:
    """0 without a birth date and before birth; else one more than the number of thresholds reached."""
    reached = np.ones(len(day), dtype=np.int64)
    for age in thresholds:
        reached += birthdays(born, age) <= day
    return np.where((born == NO_BIRTH) | (day < born), 0, reached)


def _combined(columns: list[Ints], size: int) -> tuple[Ints, Ints]:
    """A row of each distinct combination, and which combination every row has."""
    key = np.zeros(size, dtype=np.int64)
    most = 1
    for column in columns:
        values = int(column.max(initial=0)) + 1
        if most * values > _MOST:
            _, key = np.unique(key, return_inverse=True)
            most = int(key.max(initial=0)) + 1
        key = key * values + column
        most *= values
    _, heads, back = np.unique(key, return_index=True, return_inverse=True)
    return heads, back.ravel()


def _facts(code: dict[str, int], scene: Scene, wanted: Thresholds, groups: tuple[str, ...]) -> Facts:
    at_day = code.get("day", 0)
    day = wanted.days[at_day - 1] if at_day else (wanted.days[0] - 1 if wanted.days else 0)
    return Facts(
        day=as_date(day),
        london=_LONDON[code["london"] - 1],
        where=_where(code.get("where", 0), code.get("area", 0), scene),
        ids=_ids((code.get(name, 0) for name in ("urn", "price_id", "price_urn")), wanted.ids),
        need_group=groups[code.get("need", 0)],
        age=_class_value(code.get("age", 0), wanted.ages),
        weeks=_class_value(code.get("weeks", 0), wanted.weeks),
        uasc=_TRUTH[code.get("uasc", 0)],
        cp_plan=_TRUTH[code.get("cp_plan", 0)],
        difficult_to_place=_TRUTH[code.get("difficult_to_place", 0)],
        first=_TRUTH[code.get("first", 0)],
        previously_known=_TRUTH[code.get("previously_known", 0)],
        cp_conference_review=_TRUTH[code.get("cp_conference_review", 0)],
        outcome=(None, "", "no_further_action")[code.get("outcome", 0)],
        framework=_TRUTH[code.get("framework", 0)],
        priced=bool(code.get("priced", 0)),
        temporary=_where(code["temporary"], code.get("temporary_area", 0), scene)
        if code.get("temporary", 0)
        else None,
        temporary_ids=_ids([code.get("temporary_urn", 0)], wanted.ids),
        short_break=bool(code.get("short_break", 0)),
    )


def _where(code: int, area: int, scene: Scene) -> Where:
    if not code:
        return NOWHERE
    place, provider = scene.wheres[0][code - 1]
    return place, provider, _AREAS[area]


def _ids(codes: Iterable[int], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({known[code - 1] for code in codes if code}))


def _class_value(code: int, thresholds: tuple[int, ...]) -> int | None:
    """A value of the class: the threshold that it begins with; below the first, one less than that."""
    if not code:
        return None
    return thresholds[code - 2] if code > 1 else (thresholds[0] - 1 if thresholds else 0)


def _area_codes(area: pl.Series) -> Ints:
    return area.replace_strict({"in": 1, "out": 2}, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
