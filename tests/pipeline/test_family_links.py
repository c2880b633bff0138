"""Family links: who is linked, and what becomes of links that fit nobody."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from cin_texts import census, child, episode

from childjourneys import api


def test_every_link_is_accounted_for(tmp_path: Path) -> None:
    (tmp_path / "cin.xml").write_text(census(child(episode(), child_id="0101")), encoding="utf-8")
    (tmp_path / "families.csv").write_text(
        "la_code,child_id,family_id\n301.0,101,F1\n301,999,F2\n301,UNKNOWN,F3\n", encoding="utf-8"
    )
    returns = api.read(tmp_path)
    [la_code] = set(returns.files.drop_nulls("la_code")["la_code"])
    assert la_code == "301"
    assert returns.tables["child"].select("child_id", "family_id").rows() == [("0101", "F1")]
    read = returns.attrition.filter(pl.col("sheet") == "families")
    assert read.select("rows_in", "rows_out", "set_aside").rows() == [(3, 2, 1)]
    later = returns.attrition.filter(pl.col("step") == "families")
    assert later.select("rows_in", "rows_out", "set_aside").rows() == [(2, 1, 1)]
    assert "in no return: 1" in later["reason"].item()
