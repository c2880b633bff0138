"""Running again, with more buckets or with hidden identifiers tells the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from told import Told, tell, unplaced

from childjourneys import api, pipeline
from childjourneys.domain.pseudonyms import pseudonym
from childjourneys.workspace.runs import current_run

KEY = bytes(range(32))


def test_running_again_gives_the_same_bytes(messy: Path, tmp_path: Path) -> None:
    first = _run(messy, tmp_path / "first")
    assert _different(first, _run(messy, tmp_path / "second")) == []
    assert _different(first, _run(messy, tmp_path / "first")) == [], "and replaces what was there"
    assert {"events.csv", "report.html", "journeys/coverage/all.parquet"} <= set(first)


@pytest.mark.parametrize("buckets", [4, 16])
def test_the_number_of_buckets_changes_nothing(
    messy: Path, told_messy: Told, monkeypatch: pytest.MonkeyPatch, buckets: int
) -> None:
    asked: list[int] = []

    def count(input_bytes: int, memory_bytes: int) -> int:
        asked.append(input_bytes)
        return buckets

    monkeypatch.setattr(pipeline, "bucket_count", count)
    many = tell(messy)
    assert asked, "the number of buckets was asked for"
    order = {"events": ["la_code", "child_id", "date", "place_in_day"],
             "spells": ["la_code", "child_id", "kind", "start", "end", "file", "sheet", "row"]}  # fmt: skip
    for name, by in order.items():
        one, other = (
            getattr(told, name).sort(by, nulls_last=True, maintain_order=True) for told in (told_messy, many)
        )
        # Records are numbered by bucket.
        assert one.drop("record").equals(other.drop("record")), name
    for name in ("lines", "children", "coverage", "issues", "attrition", "files"):
        assert getattr(told_messy, name).equals(getattr(many, name)), name


def test_hidden_identifiers_give_the_same_journeys(messy: Path, told_messy: Told, tmp_path: Path) -> None:
    """But for birthdays: only the month of a hidden child's birth is kept, so care leavers' contacts move."""
    key = tmp_path / "key"
    key.write_bytes(KEY)
    hidden = tell(messy, key)
    names = {child: pseudonym(child, KEY, "child") for child in told_messy.children["child_id"]}
    left_care = hidden.events.filter(pl.col("event") == "care_leaver")["child_id"].unique().implode()
    for name in ("lines", "spells"):
        before = getattr(told_messy, name).with_columns(pl.col("child_id").replace(names))
        after = getattr(hidden, name)
        if name == "spells":
            before, after = unplaced(before), unplaced(after)
        else:
            before, after = (frame.filter(~pl.col("child_id").is_in(left_care)) for frame in (before, after))
        assert before.sort(before.columns).equals(after.sort(before.columns)), name
    about = ["child_id", "date", "event", "episode_id", "link", "file", "sheet", "row", "also_in"]
    birthday = pl.col("event") == "care_leaver"
    day = (
        pl.when(birthday).then(pl.col("date").dt.truncate("1mo")).otherwise("date").alias("date"),
        *(pl.when(~birthday).then(name).alias(name) for name in ("episode_id", "link")),
    )
    before = told_messy.events.with_columns(pl.col("child_id").replace(names), *day).select(about)
    after = hidden.events.with_columns(*day).select(about)
    assert before.sort(about).equals(after.sort(about))
    assert before["event"].is_in(["care_leaver"]).any()
    assert not set(told_messy.children["child_id"]) & set(hidden.children["child_id"])


def _run(returns: Path, out: Path) -> dict[str, bytes]:
    """Every file of `in-team/` by name, and of the workspace the content of each table."""
    api.run(returns, out)
    found = {path.name: path.read_bytes() for path in sorted((out / "in-team").iterdir())}
    run = current_run(out)
    assert run is not None
    for path in sorted(run.rglob("*.parquet")):
        found[path.relative_to(run).as_posix()] = pl.read_parquet(path).write_json().encode()
    return found


def _different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
