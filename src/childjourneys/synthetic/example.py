"""Write an example authority to a folder: its returns, and beside them the truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from childjourneys.synthetic.annex_a_lists import annex_a_lists
from childjourneys.synthetic.annex_a_xlsx import write_annex_a
from childjourneys.synthetic.cin_xml import census_of, write_census
from childjourneys.synthetic.context_files import write_context_files
from childjourneys.synthetic.messy_annex_a import plant_annex_a
from childjourneys.synthetic.messy_census import plant_census
from childjourneys.synthetic.messy_ssda903 import plant_ssda903
from childjourneys.synthetic.planted import planted_frame
from childjourneys.synthetic.planted_effects import planted_effects
from childjourneys.synthetic.ssda903_modules import write_ssda903
from childjourneys.synthetic.truth import World


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        returns: folder with the returns; give it to `childjourneys run`.
        truth: folder with the truth as CSV.
        files: every file, below the folder asked for, with forward slashes, sorted.
    """

    returns: Path
    truth: Path
    files: tuple[str, ...]


def write_example(world: World, out: Path, messy: bool = False) -> Written:
    """Write returns and truth; the same world gives the same bytes. `out` is best a new folder.

    Two Annex A workbooks six months apart, a CIN census and an SSDA903 return per year, the families and the
    optional tables.
    `messy` plants faults in the returns and writes `truth/planted.csv`, which says where they are and what
    should be said of them.
    Where the plan has effects, `truth/planted_effects.csv` lists them.
    """
    returns, truth = out / "returns", out / "truth"
    returns.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    if messy:
        planted = plant_annex_a(world, returns) + plant_census(world, returns)
        planted += plant_ssda903(world, returns)
        planted_frame(planted).write_csv(truth / "planted.csv")
    else:
        _write_clean(world, returns)
    families(world).write_csv(returns / "families.csv")
    write_context_files(world, returns)
    for name, frame in world.tables().items():
        frame.write_csv(truth / f"{name}.csv")
    if world.plan.effects:
        planted_effects(world.plan.effects).write_csv(truth / "planted_effects.csv")
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return Written(returns, truth, tuple(files))


def _write_clean(world: World, returns: Path) -> None:
    for as_at in world.plan.extract_dates:
        write_annex_a(returns / f"annex_a_{as_at}.xlsx", world.plan.la, as_at, annex_a_lists(world, as_at))
    census = census_of(world)
    for year in range(world.plan.years[0], world.plan.years[1] + 1):
        text = write_census(census, year)
        (returns / f"cin_census_{year}.xml").write_text(text, encoding="utf-8", newline="\n")
    write_ssda903(world, returns)


def families(world: World) -> pl.DataFrame:
    """The family link: la_code, child_id, family_id."""
    return world.children.select(pl.lit(world.plan.la).alias("la_code"), "child_id", "family_id")
