"""The optional tables of an example authority: population, school holidays, deprivation. All invented."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import holidays
import polars as pl

from childjourneys.synthetic.chance import Chance, Choice
from childjourneys.synthetic.truth import World

# Referrals a year per 10,000 children, about as in England.
REFERRALS_PER_10K = 520
LEAST_OF_AN_AGE = 20
# Families known to children's services live in the more deprived areas far more often.
DECILE_WEIGHTS = {str(decile): 0.25 * 0.82 ** (decile - 1) for decile in range(1, 11)}
OTHER_DECILE, NOT_FOUND = 0.06, 0.04
_MONDAY, _FRIDAY = 0, 4


def write_context_files(world: World, folder: Path) -> None:
    """Write the three tables; the same world gives the same bytes."""
    population(world).write_csv(folder / "population.csv")
    school_holidays(world).write_csv(folder / "school_holidays.csv")
    deprivation(world).write_csv(folder / "deprivation.csv")


def population(world: World) -> pl.DataFrame:
    """Children by single year of age at mid-year: la_code, year, age_from, age_to, population."""
    chance = Chance(world.plan.seed, "population")
    first, last = world.plan.years
    inside = pl.col("referral_date").is_between(world.plan.first_day, world.plan.last_census_day)
    referrals = world.episodes.filter(inside).height / (last - first + 1)
    of_an_age = referrals * 10_000 / REFERRALS_PER_10K / 18 * (0.9 + 0.2 * chance.u())
    rows = []
    born = [1 + 0.06 * (chance.u() - 0.5) for _ in range(18 + last - first + 1)]
    for year in range(first - 1, last):
        for age in range(18):
            # A year group keeps its size as it grows older.
            people = max(LEAST_OF_AN_AGE, round(of_an_age * born[year - age - (first - 18)]))
            rows.append((world.plan.la, year, age, age, people))
    columns = ("la_code", "year", "age_from", "age_to", "population")
    return pl.DataFrame(rows, schema=list(columns), orient="row")


def school_holidays(world: World) -> pl.DataFrame:
    """The holidays of every school year that the returns touch: la_code, start, end, both included."""
    chance = Chance(world.plan.seed, "school holidays")
    first = world.plan.first_day.year - 1
    rows = []
    for year in range(first, world.plan.extract_dates[1].year + 1):
        rows += [(world.plan.la, start, end) for start, end in _school_year(year, chance)]
    return pl.DataFrame(rows, schema=["la_code", "start", "end"], orient="row")


def deprivation(world: World) -> pl.DataFrame:
    """Deciles, 1 the most deprived: la_code, child_id, decile. One home a family, mostly; a few not found."""
    chance, deciles = Chance(world.plan.seed, "deprivation"), Choice(DECILE_WEIGHTS)
    homes: dict[str, str] = {}
    rows = []
    for child, family in world.children.filter("known").select("child_id", "family_id").iter_rows():
        home = homes.setdefault(family, deciles.draw(chance))
        own = deciles.draw(chance) if chance.yes(OTHER_DECILE) else home
        if not chance.yes(NOT_FOUND):
            rows.append((world.plan.la, child, int(own)))
    return pl.DataFrame(rows, schema=["la_code", "child_id", "decile"], orient="row")


def _school_year(year: int, chance: Chance) -> list[tuple[date, date]]:
    """Half-terms, Christmas, Easter and the summer of the school year that begins in a September."""
    late = timedelta(weeks=int(chance.u() < 0.2))
    half_terms = [
        _week(date(year, 10, 25) - late),
        _week(date(year + 1, 2, 17) - late),
        # The week of the bank holiday on the last Monday of May.
        _week(date(year + 1, 5, 31)),
    ]
    christmas = _week(date(year, 12, 24))[0], _week(date(year + 1, 1, 2))[1]
    easter = _week(_good_friday(year + 1))[0], _week(_good_friday(year + 1) + timedelta(weeks=1))[1]
    summer = _week(date(year + 1, 7, 25))[0], _week(date(year + 1, 9, 1))[1]
    return sorted([*half_terms, christmas, easter, summer])


def _week(day: date) -> tuple[date, date]:
    """Monday and Friday of the week of a day."""
    monday = day - timedelta(days=day.weekday() - _MONDAY)
    return monday, monday + timedelta(days=_FRIDAY)


def _good_friday(year: int) -> date:
    days = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return next(day for day, name in sorted(days.items()) if name == "Good Friday")
