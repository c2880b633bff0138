"""Costs that may leave the team: one-way tables, each number through disclosure control.

Children and nights are counts under the preset. Amounts are hidden where few children stand behind them, or
where one or two make up most of them, and with them what would give them back. All tables of one authority
and price year are one problem. There is no lowest and no highest value; a median only of enough children, to
the nearest 10 pounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from childjourneys.costs.summaries.cube import Cube, grouped
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.kinds import family, placement_label
from childjourneys.costs.summaries.nights import CODES
from childjourneys.costs.summaries.parts import of_placements, week
from childjourneys.costs.summaries.quality import research_share, unpriced
from childjourneys.disclosure import (
    MARK,
    Cell,
    Preset,
    Problem,
    Solution,
    dominated,
    money_table,
    protect,
    same,
)
from childjourneys.disclosure.problem import Name
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.cost_groups import (
    WHO,
    Dimension,
    family_of,
    pence_by_child,
    pence_by_month,
    ways_to_divide,
)
from childjourneys.sharing.counts import GROUP, WHOLE
from childjourneys.sharing.pounds import nested_pounds, pounds_of, to_nearest, to_pounds

MEDIAN_OF = 10  # children; fewer have no median outside the team
_TO_NEAREST = 10  # pounds
# Every table of placements ends in these: where they were hidden most else would have to be.
_PLACED = 100 * WHOLE
_CREDITS = ("contributions", "grant")


@dataclass(frozen=True)
class SharedCosts:
    """What may leave the team of one authority and price year.

    Attributes:
        unpriced_nights: as printed.
        left_out: pounds spent on these, as printed: they are in gross and in no table of placements.
        research: per cent of gross that rests on figures of 2008 to 2013, to a whole one; the mark where it
            is hidden; blank: there is no gross.
        tables: `SharedTable`s by dimension; totals first.
    """

    la_code: str
    price_year: str
    unpriced_nights: str
    left_out: str
    research: str
    tables: tuple[SharedTable, ...]


def share_costs(cube: Cube, run: CostRun, preset: Preset) -> list[SharedCosts]:
    """Protect the costs of each authority and price year."""
    period = f"{run.first:%Y-%m} to {run.last:%Y-%m}"
    keys = cube.lines.select("la_code", "price_year").unique().sort("la_code", "price_year").iter_rows()
    several = cube.lines["la_code"].n_unique() > 1
    return [_Sharing(cube, run, preset, code, year, several).shared(period) for code, year in keys]


@dataclass
class _Sharing:
    """One authority and price year on its way out."""

    cube: Cube
    run: CostRun
    preset: Preset
    la_code: str
    price_year: str
    several: bool
    problem: Problem = field(init=False)
    amounts: dict[str, dict[str, list[int]]] = field(init=False, default_factory=dict)
    weeks: dict[str, dict[str, int]] = field(init=False, default_factory=dict)
    families: dict[str, int] = field(init=False, default_factory=dict)
    types: dict[str, str] = field(init=False, default_factory=dict)
    forced: set[tuple[str, str]] = field(init=False, default_factory=set)
    net_is_rest: bool = field(init=False, default=True)

    def shared(self, period: str) -> SharedCosts:
        """Protect, and again until no amount or night is left beside a hidden count that it would give away:
        at a known price, pounds tell nights, and often children."""
        made = ways_to_divide()
        solution = self._protected(made)
        while new := self._beside_hidden(solution) - self.forced:
            self.forced |= new
            solution = self._protected(made)
        return SharedCosts(
            self.la_code,
            self.price_year,
            solution.text(("nights", "unpriced")),
            solution.text(("pounds", "left_out")) if ("pounds", "left_out") in self.problem else "0",
            self._research(solution),
            tuple(self._tables(solution, made, period)),
        )

    def _beside_hidden(self, solution: Solution) -> set[tuple[str, str]]:
        """Groups whose children or nights are hidden, for whatever reason."""
        found = set()
        for key, groups in self.amounts.items():
            for name in groups:
                counts = [(what, key, name) for what in ("children", "nights")]
                if any(one in self.problem and solution.hides(one) for one in counts):
                    found.add((key, name))
        return found

    def _protected(self, made: Sequence[Dimension]) -> Solution:
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
        got = [name for name in _CREDITS if pence[name] or self.preset.small(0)]
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

    def _research(self, solution: Solution) -> str:
        found = research_share(self.cube, self.run.research_ids())
        row = found.filter(la_code=self.la_code, price_year=self.price_year)
        shown = solution.number(("pounds", "gross")) is not None
        if not row.height or row["share"][0] is None:
            return ""
        return f"{100 * row['share'][0]:.0f}" if shown else MARK

    def _tables(self, solution: Solution, made: Sequence[Dimension], period: str) -> list[SharedTable]:
        credits = self._credit_rows(solution)
        tables = [self._named("Gross cost: net, and what others gave towards it", "credits", period,
                              _frame(("group", "pounds"), credits))]  # fmt: skip
        for key, words in (("process", "process"), ("month", "month")):
            if not self.amounts[key]:
                continue
            rows = [
                (name, solution.text(("children", key, name)), solution.text(("pounds", key, name)))
                for name in self.amounts[key]
            ]
            rows.append(("Total", solution.text(("children",)), solution.text(("pounds", key))))
            frame = _frame(("month" if key == "month" else "group", "children", "pounds"), rows)
            tables.append(self._named(f"Gross cost by {words}", key, period, frame))
        for one in made:
            if not self.amounts[one.key]:
                continue
            rows_of = [self._week_row(solution, one.key, name) for name in self.amounts[one.key]]
            headings = ("group", "children", "nights", "pounds", "average week", "median week")
            frame = _frame(headings, [*rows_of, self._week_row(solution, one.key, "Total")])
            tables.append(self._named(f"Cost of placements by {one.words}", one.key, period, frame))
        return tables

    def _credit_rows(self, solution: Solution) -> list[tuple[str, str]]:
        """Net, contributions, grant, and gross as their total; all worked out from what is printed."""
        gross = solution.text(("pounds", "gross"))
        if self.net_is_rest:
            names = ("net", *_CREDITS)
            told = {name: ("pounds", "credits", name) for name in names}
            return [
                *(
                    (name, solution.text(cell) if cell in self.problem else "0")
                    for name, cell in told.items()
                ),
                ("Total", gross),
            ]
        cells: dict[str, Name] = {name: ("pounds", name) for name in _CREDITS}
        given = {name: solution.number(cell) if cell in self.problem else 0 for name, cell in cells.items()}
        known = [solution.number(("pounds", "gross")), *(None if n is None else -n for n in given.values())]
        net = MARK if None in known else str(sum(number or 0 for number in known))
        return [
            ("net", net),
            *((name, MARK if number is None else str(number)) for name, number in given.items()),
            ("Total", gross),
        ]

    def _week_row(self, solution: Solution, key: str, name: str) -> tuple[str | None, ...]:
        whole = name == "Total"
        children = solution.text(("children", "placed") if whole else ("children", key, name))
        nights = solution.number(("nights",) if whole else ("nights", key, name))
        pounds = solution.number(("pounds", key) if whole else ("pounds", key, name))
        amounts = self.amounts[key].get(name, [])
        average: str | None
        middle: str | None
        if nights is None or pounds is None:
            average = middle = MARK
        else:
            average = str((14 * pounds + nights) // (2 * nights)) if nights else None
            hidden = children == MARK or (not whole and dominated(amounts))
            value = self.weeks[key].get(name)
            middle = MARK if hidden or value is None else str(value)
        if nights == 0:
            average = middle = None
        return (
            name, children, MARK if nights is None else str(nights), MARK if pounds is None else str(pounds),
            average, middle,
        )  # fmt: skip

    def _named(self, title: str, key: str, period: str, frame: pl.DataFrame) -> SharedTable:
        where = f", {self.la_code}" if self.several else ""
        made_up = " (INVENTED PRICES)" if self.run.invented else ""
        title = f"{title}, prices of {self.price_year}{where}{made_up}"
        return SharedTable(title, "costs", self.la_code, key, period, frame)


def _frame(headings: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(headings, pl.String), orient="row")
