"""Sums of groups: clusters by hand, and buckets that add up to the whole."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from context_story import AUTHORISED, CLOSED, ENQUIRED, LA, Written, decide
from polars.testing import assert_frame_equal

from childjourneys.domain.calendar import england
from childjourneys.domain.codes import code_set
from childjourneys.equalities.about import About, authority_days
from childjourneys.equalities.context import context_table
from childjourneys.equalities.sums import SUMS, added_up, context_sums
from childjourneys.equalities.workload import referral_days

DEFINITIONS = {text.split()[1]: text for text in (ENQUIRED, AUTHORISED, CLOSED)}


def told(families: bool = False) -> Written:
    """Girls A (2 referrals, 2 enquired), B (2, none); boys C (1, 1), D (1, none). A and C are one family."""
    written = Written()
    for name, sex in zip("ABCD", "FFMM", strict=True):
        linked = {"family_id": "f1" if name in "AC" else f"f{name}"} if families and name != "D" else {}
        written.child(name, sex=sex, **linked)
    for name, on, enquired in (
        ("A", "2022-03-01", True), ("A", "2022-09-01", True), ("B", "2022-03-01", False),
        ("B", "2022-09-01", False), ("C", "2022-03-01", True), ("D", "2022-03-01", False),
    ):  # fmt: skip
        written.referral(name, on, f"{name}{on}")
        if enquired:
            written.event(name, "s47", on, f"{name}{on}")
    return written


def of(sums: pl.DataFrame, group: str | None, dimension: str = "sex") -> tuple[int, ...]:
    found = added_up(sums).filter(pl.col("dimension") == dimension, pl.col("group").eq_missing(group))
    return found.drop("measure", "la_code", "dimension", "group", "matching", "others").row(0)


def behind(sums: pl.DataFrame, group: str) -> tuple[int, ...]:
    return added_up(sums).filter(group=group, dimension="sex").select("matching", "others").row(0)


def test_children_behind_matches_and_others_are_distinct() -> None:
    """Girls: A matches twice, B never. Boys: C matches, D does not."""
    for families in (False, True):
        sums = told(families).sums()
        assert behind(sums, "F") == behind(sums, "M") == (1, 1)


def test_clusters_are_children() -> None:
    sums = told().sums()
    assert sums.schema == SUMS
    # n, matches, children; sums of m m, m n, n n; and what leaving the group out changes in those of all.
    assert of(sums, "F") == (4, 2, 2, 4, 4, 8, -4, -4, -8)
    assert of(sums, "M") == (2, 1, 2, 1, 1, 2, -1, -1, -2)
    assert of(sums, None)[:6] == (6, 3, 4, 5, 5, 10)


def test_families_are_clusters_where_they_are_linked() -> None:
    """f1 holds A (2 of 2, girl) and C (1 of 1, boy); leaving girls out makes (3, 3) to (1, 1): -8, -8, -8."""
    sums = told(families=True).sums()
    assert of(sums, "F") == (4, 2, 2, 4, 4, 8, -8, -8, -12)
    assert of(sums, "M") == (2, 1, 2, 1, 1, 2, -5, -5, -6)
    assert of(sums, None)[:6] == (6, 3, 4, 9, 9, 14)


def test_an_anchor_in_two_groups_counts_once_in_all_that_are_known() -> None:
    written = Written()
    written.event("A", "assessment_authorised", "2022-03-01", "1", factors=["1B", "3B"])
    written.event("B", "assessment_authorised", "2022-03-01", "2", factors=["3B"])
    written.event("C", "assessment_authorised", "2022-03-01", "3")
    sums = written.sums(AUTHORISED)
    assert of(sums, None, "assessment_factor")[0] == 2
    assert [of(sums, group, "assessment_factor")[0] for group in ("1B", "3B", "not known")] == [1, 2, 1]


def invented(seed: int, children: int = 90, families: bool = True) -> Written:
    random, written = Random(seed), Written()
    ethnic = [*code_set("ethnicity").labels(), None]
    factors = list(code_set("assessment_factors").labels())
    for number in range(children):
        name = f"K{number:03}"
        born = date(2004, 1, 1) + timedelta(days=random.randrange(6500))
        family = f"f{random.randrange(30)}" if families and random.random() < 0.7 else None
        written.child(
            name, str(born) if random.random() < 0.95 else None, sex=random.choice("MFU"),
            ethnicity=random.choice(ethnic), family_id=family,
            disability=random.choice(("NONE", "AUT", None)),
        )  # fmt: skip
        for visit in range(random.randrange(4)):
            on, key = date(2018, 1, 1) + timedelta(days=random.randrange(2000)), f"{name}.{visit}"
            written.referral(
                name, str(on), key, team=random.choice(("North", "South", " ")),
                primary_need=random.choice(("N1", "N4", "N0")), while_open=random.random() < 0.1,
            )  # fmt: skip
            chosen = random.sample(factors, random.randrange(4))
            later = [str(on + timedelta(days=random.randrange(1, 60))) for _ in range(3)]
            written.event(name, "assessment_authorised", later[0], key, factors=chosen)
            written.event(name, "case_closed", later[1], random.choice((key, None)))
            if random.random() < 0.4:
                written.event(name, "s47", later[2], key)
    return written


def table(frames: dict[str, pl.DataFrame], buckets: int = 1, key: str = "child_id") -> pl.DataFrame:
    """The table as a run makes it: a first pass for the load of all, then bucket by bucket."""
    bucket = pl.col("child_id").str.tail(2).cast(pl.Int64) % buckets
    parts = [
        {name: frame.filter(bucket == b) for name, frame in frames.items() if name != "coverage"}
        for b in range(buckets)
    ]
    counted = pl.concat(referral_days(part["events"], part["children"]) for part in parts)
    days = authority_days(frames["coverage"], counted, england())[LA]
    sums = [
        context_sums(
            {
                name: decide({**part, "coverage": frames["coverage"]}, text)[LA]
                for name, text in DEFINITIONS.items()
            },
            About(days, part["children"]),
        )
        for part in parts
    ]
    return context_table(pl.concat(sums))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("families", [True, False])
def test_buckets_add_up_also_where_families_lie_in_several(seed: int, families: bool) -> None:
    frames = invented(seed, families=families).frames()
    whole = table(frames)
    assert whole.height > 150
    assert_frame_equal(table(frames, 7), whole, rel_tol=1e-12)


def test_the_order_and_the_names_of_children_change_nothing() -> None:
    frames = invented(3).frames()
    whole = table(frames)
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=5) for name, frame in frames.items()}
    assert_frame_equal(table(shuffled), whole, rel_tol=1e-12)
    number = pl.col("child_id").str.tail(2).cast(pl.Int64)
    renamed = {
        name: frame
        if name == "coverage"
        else frame.with_columns(child_id=pl.format("X{}", (99 - number).cast(pl.String).str.zfill(2)))
        for name, frame in frames.items()
    }
    renamed["children"] = renamed["children"].with_columns(
        pl.concat_str(pl.lit("z"), "family_id").alias("family_id")
    )
    assert_frame_equal(table(renamed, 3), whole, rel_tol=1e-12)


def test_groups_of_a_dimension_that_do_not_overlap_add_up_to_the_anchors_in_the_rate() -> None:
    frames = invented(4).frames()
    found = table(frames).filter(~pl.col("dimension").is_in(["assessment_factor", "assessment_theme"]))
    totals = found.group_by("measure", "dimension").agg(pl.col("n", "matches").sum())
    assert totals.group_by("measure").agg(pl.col("n", "matches").n_unique()).select(
        "n", "matches"
    ).unique().rows() == [(1, 1)]


def test_clusters_by_plain_counting() -> None:
    """The design effects behind the intervals, from the anchors one by one."""
    written = invented(6)
    sums = added_up(written.sums(CLOSED)).filter(pl.col("dimension") == "team")
    decided = written.decided(CLOSED)[LA]
    here = decided.case.authority
    family_of = {child["child_id"]: child["family_id"] for child in written.children.values()}
    from childjourneys.equalities.groups import dimension_groups, in_rate

    kept = in_rate(decided)
    groups = dimension_groups(decided, written.about()).filter(pl.col("dimension") == "team")
    clusters: dict[str, dict[str, list[int]]] = {}
    for anchor, _, group in groups.iter_rows():
        child = here.child_ids[int(kept.points.child[anchor])]
        name = family_of[child] or f"child {child}"
        m, n = clusters.setdefault(group, {}).get(name, [0, 0])
        clusters[group][name] = [m + int(kept.match[anchor]), n + 1]
    known = [group for group in clusters if group != "not known"]
    assert len(known) == 2
    for group, other in (known, known[::-1]):
        mine = sums.filter(pl.col("group") == group).row(0, named=True)
        every = sums.filter(pl.col("group").is_null()).row(0, named=True)
        own, rest = clusters[group].values(), clusters[other].values()
        assert mine["mm"] == sum(m * m for m, _ in own)
        assert mine["mn"] == sum(m * n for m, n in own)
        assert mine["nn"] == sum(n * n for _, n in own)
        assert every["mm"] + mine["rest_mm"] == sum(m * m for m, _ in rest)
        assert every["mn"] + mine["rest_mn"] == sum(m * n for m, n in rest)
        assert every["nn"] + mine["rest_nn"] == sum(n * n for _, n in rest)
