"""Twelve made-up authorities send their packs, and nothing else; the one that differs stands out."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import polars as pl
from twelve_authorities import CODES, DIFFERENT, twelve_measured
from typer.testing import CliRunner

from childjourneys.archetypes.findings import findings
from childjourneys.cli import build_app
from childjourneys.disclosure import PRESETS
from childjourneys.domain.calendar import england
from childjourneys.sharing.build import Material, Shared
from childjourneys.sharing.measures import Exact, share_measures
from childjourneys.sharing.packing import pack_of
from childjourneys.tables import DERIVED

MISSED = "missed_risk_at_assessment"


def write_pack(folder: Path, code: str) -> None:
    """The pack of one authority, from what its own run would find."""
    measured, rule = twelve_measured(), PRESETS["dfe"]
    mine = pl.col("la_code") == code
    found = {
        name: getattr(measured, name).filter(mine)
        for name in ("groups", "people", "trend", "causes", "bins", "table")
    }
    ranges = {code: measured.coverage[code]}
    of_all = findings(measured.measures, measured.table, measured.causes, measured.coverage)
    told = [one for one in of_all if one.la_code == code]
    blank = {field.name: pl.DataFrame() for field in fields(Material)}
    table = found.pop("table")
    assert table.height == len(told)
    material = Material(**{**blank, **found, "findings": told})  # type: ignore[arg-type]
    exact = [
        Exact(one, *(found[name].filter(measure=one.measure) for name in ("groups", "people", "trend")))
        for one in told
    ]
    shared = tuple(measure for one in exact for measure in share_measures([one], rule))
    whole = Shared(rule.name, {}, shared, (), (), DERIVED["indicators"].empty().cast(pl.String))
    pack = pack_of(whole, material, ranges, rule, "childjourneys", england().version)
    (folder / f"{code}.json").write_text(pack.to_json(), encoding="utf-8")


def test_the_different_one_of_twelve_stands_out_from_packs_alone(tmp_path: Path) -> None:
    """By what `twelve_authorities` says of its chances, three others beyond the widest limits in less than 1
    of 1,000 seeds."""
    packs = tmp_path / "packs"
    packs.mkdir()
    for code in CODES:
        write_pack(packs, code)
    done = CliRunner().invoke(build_app(), ["compare", str(packs), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    table = pl.read_csv(tmp_path / "out" / "comparison.csv", infer_schema_length=0)
    mine = table.filter(measure=MISSED)
    assert mine["unit"].to_list() == sorted(CODES), "by unit, never by rate"
    beyond = set(mine.filter(outside="99.8")["unit"])
    assert DIFFERENT in beyond
    assert len(beyond) <= 3
    placed = mine.filter(pl.col("rate") != "c")
    rates = dict(placed.select("unit", pl.col("rate").cast(pl.Float64)).iter_rows())
    assert max(rates, key=rates.__getitem__) == DIFFERENT
    estimated = len(rates) >= 12
    assert placed["dispersion"].is_not_null().all() == estimated, "of twelve that are shown it is estimated"
