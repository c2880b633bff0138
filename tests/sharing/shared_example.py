"""A run on an invented authority, with what it found exactly and what it shares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from childjourneys import pipeline
from childjourneys.synthetic import Plan, simulate, write_example

CHILDREN, SEED = 700, 5


@dataclass(frozen=True)
class Example:
    """A finished run."""

    out: Path

    @cached_property
    def pack(self) -> dict[str, Any]:
        return dict(json.loads((self.out / "shareable" / "pack.json").read_text(encoding="utf-8")))

    @cached_property
    def page(self) -> str:
        return (self.out / "shareable" / "report.html").read_text(encoding="utf-8")

    @property
    def workbook(self) -> Path:
        return self.out / "shareable" / "tables.xlsx"

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_csv(
            self.out / "in-team" / f"{name}.csv",
            infer_schema_length=None,
            schema_overrides={"la_code": pl.String},
        )

    @property
    def measures(self) -> list[dict[str, Any]]:
        return list(self.pack["authorities"][0]["measures"])


def make_example(folder: Path, disclosure: str = "dfe") -> Example:
    if not (folder / "returns").exists():
        write_example(simulate(Plan(children=CHILDREN, seed=SEED)), folder, messy=False)
    pipeline.run([folder / "returns"], folder / disclosure, pipeline.Settings(disclosure=disclosure))
    return Example(folder / disclosure)
