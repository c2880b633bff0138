"""Costs of one authority and price year as one problem of disclosure control.

Children and nights are counts under the preset; amounts of money come in with the children behind them. What
adds up to the same, or is part of another, is said to the problem, so that nothing hidden can be got back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from childjourneys.costs.summaries.cube import Cube, grouped
from childjourneys.costs.summaries.kinds import family, placement_label
from childjourneys.costs.summaries.nights import CODES
from childjourneys.costs.summaries.parts import of_placements, week
from childjourneys.costs.summaries.quality import unpriced
from childjourneys.disclosure import Cell, Preset, Problem, Solution, money_table, protect, same
from childjourneys.disclosure.problem import Name
from childjourneys.sharing.cost_groups import (
    WHO,
    Dimension,
    family_of,
    pence_by_child,
    pence_by_month,
)
from childjourneys.sharing.counts import GROUP, WHOLE
from childjourneys.sharing.pounds import nested_pounds, pounds_of, to_nearest, to_pounds

MEDIAN_OF = 10  # children; fewer have no median outside the team
_TO_NEAREST = 10  # pounds
# Every table of placements ends in these: where they were hidden most else would have to be.
_PLACED = 100 * WHOLE
CREDITS = ("contributions", "grant")


@dataclass
class CostProblem:
    """What is to be protected of one authority and price year, and what was learnt on the way.

    Attributes:
        problem: of the latest round.
        amounts: by dimension and group the pounds of each child; a month's, of each child in it.
        weeks: by dimension and group the median of the children's average weeks, in pounds.
        families: pounds of each family of placements. types: the family of each type of placement.
        forced: dimensions and groups whose amounts are hidden whatever the preset says.
        net_is_rest: net is what is left of gross, so they are one table; else more comes off than that.
    """

    cube: Cube
    preset: Preset
    la_code: str
    price_year: str
    problem: Problem = field(init=False)
    amounts: dict[str, dict[str, list[int]]] = field(init=False, default_factory=dict)
    weeks: dict[str, dict[str, int]] = field(init=False, default_factory=dict)
    families: dict[str, int] = field(init=False, default_factory=dict)
    types: dict[str, str] = field(init=False, default_factory=dict)
    forced: set[tuple[str, str]] = field(init=False, default_factory=set)
    net_is_rest: bool = field(init=False, default=True)

    def protected(self, made: Sequence[Dimension]) -> Solution:
        """Put the problem together for these ways to divide placements, and solve it."""
        self.problem = Problem(self.preset)
        lines, nights = self._mine
        gross = lines.filter(pl.col("part") == "gross")
        kept = gross.filter(of_placements() & ~pl.col("unpriced"))
        self._people(("children",), gross, WHOLE)
        self._people(("children", "placed"), kept, _PLACED)
        self._part_of(("children", "placed"), ("children",))
        self._credits(lines)
        for key in ("process", "month"):
            # What was divided in an earlier round stays divided.
            if key not in self.amounts:
                of_one = pl.col("process")
                tops = self.cube.tops.filter(self._is_mine)
                pence = pence_by_month(tops) if key == "month" else pence_by_child(gross, of_one)
            else:
                pence = self.amounts[key]
            self._divide(key, pence, ("children",))
            same(self.problem, ("pounds", key), ("pounds", "gross"))
        left_out = self._left_out(gross)
        self._find_families(kept, left_out)
        for one in made:
            pence = self.amounts[one.key] if one.key in self.amounts else pence_by_child(kept, one.group)
            self._divide(one.key, pence, ("children", "placed"), overlap=one.overlap)
            self._nights(one, nights)
            self._middle(one, kept, nights)
            if one is not made[0]:
                same(self.problem, ("pounds", one.key), ("pounds", made[0].key))
        if ("pounds", "process", "lac.3") in self.problem:
            parts = [("pounds", made[0].key), *([("pounds", "left_out")] if left_out else [])]
            whole = self.problem.place(("pounds", "process", "lac.3"))
            self.problem.add_sum([self.problem.place(name) for name in parts], whole)
            if left_out:
                self._part_of(("children", "placed"), ("children", "process", "lac.3"))
            else:
                same(self.problem, ("children", "placed"), ("children", "process", "lac.3"))
        self._link_families()
        self._without_a_price()
        self._populations(made)
        return protect(self.problem)

    @property
    def _is_mine(self) -> pl.Expr:
        return (pl.col("la_code") == self.la_code) & (pl.col("price_year") == self.price_year)

    @cached_property
    def _mine(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Money and nights of each child, as far as tables divide them: with texts that take little room."""
        of_nights = (*WHO, *CODES)
        of_lines = (*of_nights, "process", "part", "unpriced")
        small = [pl.col(name).cast(pl.Categorical) for name in (*WHO, "need_group")]
        parts = [pl.col(name).cast(pl.Categorical) for name in ("process", "part")]
        lines, nights = (frame.lazy().filter(self._is_mine) for frame in (self.cube.lines, self.cube.nights))
        return (
            grouped(
                lines.select(*of_lines, "pence").with_columns(*small, *parts).collect(),
                of_lines,
                pl.col("pence").sum(),
            ),
            grouped(
                nights.select(*of_nights, "nights").with_columns(small).collect(),
                of_nights,
                pl.col("nights").sum(),
            ),
        )

    def _people(self, name: Name, frame: pl.DataFrame, weight: int) -> None:
        self.problem.add(Cell(name, frame["child_id"].n_unique(), weight=weight))

    def _part_of(self, part: Name, whole: Name) -> None:
        some, every = self.problem.place(part), self.problem.place(whole)
        cells = self.problem.cells
        rest = Cell((*part, "all but", *whole), cells[every].count - cells[some].count, printed=False)
        self.problem.add_sum([some, self.problem.add(rest)], every)

    def _credits(self, lines: pl.DataFrame) -> None:
        """Gross, and as amounts above 0 what comes off it; net is the rest, unless more comes off."""
        own = lines.filter(pl.col("part") != "other_agencies")
        pence = {
            name: own.filter(pl.col("part") == name)
            .group_by(WHO)
            .agg(pl.col("pence").sum().abs())
            .filter(pl.col("pence") != 0)
            .sort(WHO)["pence"]
            .to_list()
            for name in ("gross", "contributions", "grant")
        }
        net = own.group_by(WHO).agg(pl.col("pence").sum()).filter(pl.col("pence") != 0).sort(WHO)
        whole = sum(pence["gross"])
        rounded = pounds_of({"gross": whole})
        money_table(self.problem, "gross", {"gross": to_pounds(pence["gross"], rounded["gross"])})
        # Nobody stands behind a credit that nobody got: there is nothing to hide, if the preset shows 0.
        got = [name for name in CREDITS if pence[name] or self.preset.small(0)]
        divided = {"net": net["pence"].to_list(), **{name: pence[name] for name in got}}
        self.net_is_rest = sum(divided["net"]) >= 0
        if self.net_is_rest:
            of_each = pounds_of({name: sum(amounts) for name, amounts in divided.items()})
            parts = {name: to_pounds(amounts, of_each[name]) for name, amounts in divided.items()}
            money_table(self.problem, "credits", parts)
            same(self.problem, ("pounds", "credits"), ("pounds", "gross"))
            return
        for name in got:
            of_one = pounds_of({name: sum(divided[name])})
            money_table(self.problem, name, {name: to_pounds(divided[name], of_one[name])})

    def _left_out(self, gross: pl.DataFrame) -> int:
        """What was spent on nights without a price: it can be worked out from process lac.3. In pounds."""
        kept = gross.filter(of_placements())
        found = {
            unpriced: amounts["group"]
            for unpriced in (False, True)
            if (amounts := pence_by_child(kept.filter(pl.col("unpriced") == unpriced), pl.lit("group")))
        }
        if True not in found:
            return 0
        whole = sum(self.amounts["process"]["lac.3"])
        pounds = pounds_of({str(key): sum(amounts) for key, amounts in found.items()}, whole)["True"]
        people, _ = self._unpriced()
        amounts = {"nights without a price": to_pounds(found[True], pounds)}
        money_table(self.problem, "left_out", amounts, [*amounts] if self.preset.small(people) else [])
        return pounds

    def _divide(
        self, key: str, pence: Mapping[str, Sequence[int]], whole: Name, *, overlap: bool = True
    ) -> None:
        """Children and pounds by group; each group's children and all the others make up the whole.

        Args:
            pence: by group the amount of each child; in a later round, pounds.
        """
        total = self.problem.place(whole)
        everybody = self.problem.cells[total].count
        places = []
        for name, amounts in pence.items():
            place = self.problem.add(Cell(("children", key, name), len(amounts), weight=GROUP))
            places.append(place)
            if overlap:
                others = Cell(("children", key, "all but", name), everybody - len(amounts), printed=False)
                self.problem.add_sum([place, self.problem.add(others)], total)
        if not overlap:
            self.problem.add_sum(places, total)
        if key not in self.amounts:
            rounded = self._rounded(key, {name: sum(amounts) for name, amounts in pence.items()})
            self.amounts[key] = {name: to_pounds(amounts, rounded[name]) for name, amounts in pence.items()}
        few = [
            name
            for name, amounts in pence.items()
            if self.preset.small(len(amounts)) or (key, name) in self.forced
        ]
        money_table(self.problem, key, self.amounts[key], hidden=few)

    def _rounded(self, key: str, pence: Mapping[str, int]) -> dict[str, int]:
        """Whole pounds; of placements those of process lac.3, and the same in each family of placements."""
        if key in ("process", "month"):
            return pounds_of(pence)
        if key == "kind_of_care":
            return nested_pounds(pence, {kind: family_of(kind) for kind in pence}, self.families)
        if key == "placement_type":
            return nested_pounds(pence, self.types, self.families)
        return pounds_of(pence, sum(self.families.values()))

    def _nights(self, one: Dimension, nights: pl.DataFrame) -> None:
        """Nights are small where the children behind them are few."""
        counted = nights.group_by(one.group.alias("group")).agg(
            pl.col("nights").sum(), pl.col("child_id").n_unique()
        )
        found = {str(group): (slept, people) for group, slept, people in counted.iter_rows()}
        whole = int(nights["nights"].sum())
        places = []
        for name in self.amounts[one.key]:
            slept, people = found.get(name, (0, 0))
            people = min(slept, people)
            must = None
            if (one.key, name) in self.forced and not self.preset.small(slept, people):
                must = frozenset({slept - slept // 10, slept + slept // 10 + 1})
            cell = Cell(("nights", one.key, name), slept, people, weight=GROUP, must=must)
            places.append(self.problem.add(cell))
        total = Cell(("nights",), whole, min(whole, nights["child_id"].n_unique()), weight=WHOLE)
        self.problem.add_sum(places, self.problem.add(total))

    def _middle(self, one: Dimension, kept: pl.DataFrame, nights: pl.DataFrame) -> None:
        """Median of the children's average weeks, of enough children."""
        keys = (one.group.alias("group"), *WHO)
        spent = kept.group_by(keys).agg(pl.col("pence").sum())
        slept = nights.group_by(keys).agg(pl.col("nights").sum())
        weeks = spent.join(slept, on=["group", *WHO], how="inner", nulls_equal=True)
        weeks = weeks.with_columns(week=week("pence", "nights")).filter(pl.col("week").is_not_null())
        middle = weeks.group_by("group").agg(pl.col("week").median(), pl.len())
        self.weeks[one.key] = {
            str(group): to_nearest(value, _TO_NEAREST)
            for group, value, people in middle.iter_rows()
            if people >= MEDIAN_OF
        }
        if len(weeks) and weeks["child_id"].n_unique() >= MEDIAN_OF and "Total" not in self.weeks[one.key]:
            all_of = weeks.group_by(WHO).agg(pl.col("pence", "nights").sum())
            value = all_of.select(week("pence", "nights").median()).item()
            self.weeks[one.key]["Total"] = to_nearest(value, _TO_NEAREST)

    def _find_families(self, kept: pl.DataFrame, left_out: int) -> None:
        """Pounds of each family of placements, and the family of each type."""
        labelled = kept.with_columns(label=placement_label(), family=family())
        self.types = dict(labelled.select("label", "family").unique().sort("label").iter_rows())
        pence = labelled.group_by("family").agg(pl.col("pence").sum()).sort("family")
        whole = sum(self.amounts["process"].get("lac.3", ())) - left_out
        self.families = pounds_of(dict(pence.iter_rows()), whole)

    def _link_families(self) -> None:
        """Kinds of care and types of placement that are the same, or add up to the same."""
        kinds = {kind: family_of(kind) for kind in self.amounts["kind_of_care"]}
        for name in self.families:
            mine = [kind for kind, of in kinds.items() if of == name]
            places = [label for label, of in self.types.items() if of == name]
            for what in ("pounds", "nights"):
                sides = [("kind_of_care", mine), ("placement_type", places)]
                parts = [[self.problem.place((what, key, one)) for one in names] for key, names in sides]
                count = sum(self.problem.cells[place].count for place in parts[0])
                cell = Cell(
                    (what, "family", name), count, None, False, must=frozenset(), counted=what == "nights"
                )
                both = self.problem.add(cell)
                for part in parts:
                    self.problem.add_sum(part, both)
            if len(mine) == len(places) == 1:
                one, other = ("children", "kind_of_care", mine[0]), ("children", "placement_type", places[0])
                same(self.problem, one, other)

    def _populations(self, made: Sequence[Dimension]) -> None:
        """Of a population that is small itself no number is shown."""
        printed = [place for place, cell in enumerate(self.problem.cells) if cell.printed]
        of_placements = {one.key for one in made}
        placed = [place for place in printed if self.problem.cells[place].name[1:2] and
                  self.problem.cells[place].name[1] in (*of_placements, "placed")]  # fmt: skip
        placed.append(self.problem.place(("nights",)))
        self.problem.populations[self.problem.place(("children",))] = printed
        self.problem.populations[self.problem.place(("children", "placed"))] = placed

    def _without_a_price(self) -> None:
        people, nights = self._unpriced()
        self.problem.add(Cell(("nights", "unpriced"), nights, min(nights, people)))

    def _unpriced(self) -> tuple[int, int]:
        """Children with nights without a price, and these nights."""
        row = unpriced(self.cube).filter(la_code=self.la_code).row(0, named=True)
        return int(row["unpriced_children"]), int(row["unpriced_nights"])
