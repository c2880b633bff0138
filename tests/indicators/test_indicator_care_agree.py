"""On invented care: the indicators tell what a plain reading tells, and what their archetype tells."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from plain_care import ANSWERS, Year
from told_care import LA, Care, covered, tell

from childjourneys.archetypes.evaluate import evaluate
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.library import library

FIRST, LAST = 2021, 2025
ERA = date(2020, 3, 1)


def invented(seed: int, children: int = 40) -> Care:
    """Children in and out of care, in few places and with ends that fall on others' starts."""
    random, care = Random(seed), Care()
    for number in range(children):
        _in_care(random, care, f"C{number:02}")
        _leaver(random, care, f"L{number:02}")
    return care


def _in_care(random: Random, care: Care, child: str) -> None:
    start = ERA + timedelta(days=random.choice((0, 30, 31, 214, 365, 396, 397, 760)))
    born = date(random.randint(2007, 2019), random.choice((3, 4)), random.choice((1, 30)))
    for again in range(random.choice((1, 1, 2))):
        stays = random.random() < (0.3 if again else 0.6)
        end = None if stays else start + timedelta(days=random.choice((0, 200, 365, 900)))
        care.care(child, str(start), str(end) if end else None, born=str(born))
        _placements(random, care, child, start, end)
        if end is None:
            break
        start = end + timedelta(days=random.choice((0, 1, 40)))
    for _ in range(random.randint(0, 5)):
        begun = ERA + timedelta(days=random.randint(0, 1800))
        until = begun + timedelta(days=random.choice((0, 1, 20, 300))) if random.random() < 0.8 else None
        days = {"start_date": str(begun), "end_date": str(until) if until else None}
        care.add("missing", child, missing_type=random.choice(("M", "A", None)), **days)
        care.add("social_worker_episode", child, social_worker_id=random.choice("1234"), **days)
    for year in range(FIRST, LAST + 1):
        if random.random() < 0.8:
            care.add("oc2", child, as_at=f"{year}-03-31", sdq_score=random.choice((None, 13, 14, 16, 17)),
                     **{name: random.choice((None, True, False)) for name in
                        ("convicted", "health_assessment", "health_check_up_to_date")})  # fmt: skip


def _placements(random: Random, care: Care, child: str, start: date, end: date | None) -> None:
    day, stay = start, 0
    while random.random() < 0.8:
        until = day + timedelta(days=random.choice((0, 1, 30, 61, 200, 731)))
        kind = random.choice(("U6", "U6", "T1", "A6"))
        stay = random.choice((stay, stay + 1, stay + 1)) if kind != "T1" else stay
        last = end is not None and until >= end
        if last or random.random() < 0.1:
            until = end if end is not None else date.max
        name = f"{child} {start} {'T' if kind == 'T1' else stay}"
        care.placed(child, str(day), None if until == date.max else str(until), name,
                    temporary=kind == "T1", placement_type=kind, same_carer=random.random() < 0.1,
                    start_known=random.random() < 0.9)  # fmt: skip
        if last or until == date.max:
            return
        day = until


def _leaver(random: Random, care: Care, child: str) -> None:
    care.add("children", child)
    for age in range(random.randint(17, 20), 23):
        place = random.choice(("U", "D", "G", "R", "0", None))
        day = f"{2003 + age}-0{random.choice((3, 4))}-01"
        care.add("leaver_contact", child, contact_date=day, contact_age=age, accommodation=place,
                 in_touch=random.choice(("YES", "YES", "NO", "REFU", "DIED", "RHOM", None)),
                 suitability=random.choice(("1", "2", None)) if place != "0" else None,
                 activity=random.choice(("F1", "P5", "G4", "0", None)))  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_the_kernel_agrees_with_a_plain_reading(seed: int) -> None:
    care = invented(seed)
    table = tell(care, FIRST, LAST).table
    compared, counted = 0, set()
    for name, answer in ANSWERS.items():
        for row in table.filter(pl.col("indicator") == name, "available").iter_rows(named=True):
            found = answer(Year(care, row["to"].year))
            assert (row["numerator"], row["denominator"]) == found, (name, row["to"])
            compared += 1
            if 0 < found[0] < found[1]:
                counted.add(name)
    assert compared > 80
    wanted = ("cla_placements_3plus", "cla_missing", "cl_")
    assert counted >= {name for name in ANSWERS if name.startswith(wanted)}


def test_the_order_of_rows_does_not_matter() -> None:
    care, other = invented(1), invented(1)
    for rows in other.rows.values():
        Random(5).shuffle(rows)
    names = list(ANSWERS)
    first, second = (
        tell(one, FIRST, LAST).table.filter(pl.col("indicator").is_in(names)) for one in (care, other)
    )
    assert first.equals(second)


@pytest.mark.parametrize("seed", range(3))
def test_three_placements_are_those_of_the_archetype(seed: int) -> None:
    care = invented(seed)
    frames = care.frames()
    children = frames["children"].unique("child_id", maintain_order=True)
    young = children.filter(pl.col("birth_date") > date(2008, 4, 1))["child_id"].to_list()
    care.rows = {name: [row for row in rows if row["child_id"] in young] for name, rows in care.rows.items()}
    journeys = _journeys(care)
    table = tell(care, FIRST, LAST).table
    definition = library()["placements_3_12m"]
    compared = 0
    for one in (definition, *(definition.as_variant(variant) for variant in definition.variants)):
        anchors = evaluate(one, journeys).anchors
        name = ":".join(part for part in ("cla_placements_3plus", one.variant) if part)
        for row in table.filter(pl.col("indicator") == name, "available").iter_rows(named=True):
            mine = anchors.filter(pl.col("anchor_date") == row["to"])["outcome"]
            assert set(mine) <= {"match", "no_match"}
            assert (row["numerator"], row["denominator"]) == ((mine == "match").sum(), mine.len())
            compared += row["numerator"] > 0
    assert compared > 10


def _journeys(care: Care):  # type: ignore[no-untyped-def]
    frames = care.frames()
    placements = frames["placement"].select(
        "la_code", "child_id", "record", "placement_id", "temporary", kind=pl.lit("placement"),
        start="start_date", end="end_date",
    )  # fmt: skip
    blank = dict.fromkeys(("episode_id", "source", "file", "sheet"), pl.String) | {"row": pl.Int64}
    spells = pl.concat([frames["spells"], placements], how="diagonal").with_columns(
        open=pl.when(pl.col("end").is_null()).then(pl.lit("true")).otherwise(pl.lit("false")),
        **{name: pl.lit(None, dtype=kind) for name, kind in blank.items()},
    )
    events = pl.DataFrame(
        schema={"la_code": pl.String, "child_id": pl.String, "date": pl.Date, "event": pl.String,
                "attributes": pl.String, "record": pl.Int64, "place_in_day": pl.Int64, **blank}
    )  # fmt: skip
    children = frames["children"].with_columns(
        expected_birth_date=pl.lit(None, dtype=pl.Date), death_date=pl.lit(None, dtype=pl.Date),
        family_id=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    texts = dict.fromkeys(("la_code", "child_id", "event", "code"), pl.String)
    marks = pl.DataFrame(schema={**texts, "start": pl.Date})
    assert LA == "301"
    return journeys_of(
        events=events, spells=spells, children=children, coverage=covered(FIRST, LAST), marks=marks
    )
