"""The sums of groups against a count of anchors one by one."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest
from context_story import AUTHORISED, CLOSED, ENQUIRED, LA, Written

from childjourneys.domain.codes import code_set
from childjourneys.equalities.coding import Coded
from childjourneys.equalities.dimensions import factor_themes
from childjourneys.equalities.groups import groups_of, in_rate
from childjourneys.equalities.sums import SUMS, Clusters, added_up, sums_of_groups

NAMES = {"single": ("a", "b", "c", "not known"), "many": ("x", "y", "not known"), "one": ("not known",)}
Counted = dict[tuple[str, str | None], tuple[int, ...]]


class Invented:
    """Anchors in any order, each in one group of `single` and in some of `many`."""

    def __init__(self, seed: int, anchors: int, children: int, families: int) -> None:
        random = Random(seed)
        self.family = [random.choice([None, *range(families)]) if families else None for _ in range(children)]
        self.child = [random.randrange(children) for _ in range(anchors)]
        self.match = [random.random() < 0.4 for _ in range(anchors)]
        known = random.random() < 0.3
        self.groups: dict[str, list[list[int]]] = {
            "single": [[random.randrange(3 if known else 4)] for _ in range(anchors)],
            "many": [random.choice(([0], [1], [0, 1], [1, 0], [2])) for _ in range(anchors)],
            "one": [[0] for _ in range(anchors)],
        }

    def sums(self, buckets: int = 1) -> pl.DataFrame:
        """The fast sums, of children in some buckets."""
        parts = [pl.DataFrame(schema=SUMS)]
        for bucket in range(buckets):
            rows = [row for row, child in enumerate(self.child) if child % buckets == bucket]
            child = np.array([self.child[row] for row in rows], dtype=np.int64)
            match = np.array([self.match[row] for row in rows], dtype=np.bool_)
            dimensions = [self._coded(name, rows) for name in NAMES]
            parts.append(sums_of_groups("m", child, match, dimensions, self._clusters()))
        return pl.concat(parts)

    def _coded(self, name: str, rows: list[int]) -> Coded:
        listed = [self.groups[name][row] for row in rows]
        code = np.array([code for codes in listed for code in codes], dtype=np.int32)
        anchor = np.repeat(np.arange(len(rows)), np.array([len(codes) for codes in listed], dtype=np.int64))
        return Coded(name, NAMES[name], code, anchor if name == "many" else None)

    def _clusters(self) -> Clusters:
        named = sorted({family for family in self.family if family is not None})
        unit = [
            len(named) + child if family is None else named.index(family)
            for child, family in enumerate(self.family)
        ]
        names = pl.Series([*(f"f{family}" for family in named), None], dtype=pl.String)
        return Clusters("301", np.array(unit, dtype=np.int64), names.cast(pl.Categorical))

    def counted(self) -> Counted:
        """The same one anchor at a time, in sums over clusters as they are defined."""
        found: Counted = {}
        for name, names in NAMES.items():
            every = range(len(self.child))
            of_group: dict[str | None, list[int]] = {
                group: [a for a in every if place in self.groups[name][a]]
                for place, group in enumerate(names)
            }
            of_group[None] = [a for a in every if self.groups[name][a] != [len(names) - 1]]
            whole = self._by_cluster(of_group[None])
            for group, anchors in of_group.items():
                own = self._by_cluster(anchors)
                if anchors:
                    found[name, group] = (*self._counts(anchors), *self._squares(own, whole))
        return found

    def _counts(self, anchors: list[int]) -> tuple[int, ...]:
        matching = {self.child[a] for a in anchors if self.match[a]}
        others = {self.child[a] for a in anchors if not self.match[a]}
        matches = sum(self.match[a] for a in anchors)
        return len(anchors), matches, len(matching | others), len(matching), len(others)

    def _by_cluster(self, anchors: list[int]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for a in anchors:
            family = self.family[self.child[a]]
            cluster = found[f"child {self.child[a]}" if family is None else f"family {family}"]
            cluster[0] += self.match[a]
            cluster[1] += 1
        return found

    @staticmethod
    def _squares(own: dict[str, list[int]], whole: dict[str, list[int]]) -> tuple[int, ...]:
        sums, rests = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
        for cluster, (m, n) in own.items():
            all_m, all_n = whole.get(cluster, (0, 0))
            m_left, n_left = all_m - m, all_n - n
            sums += [m * m, m * n, n * n]
            rests += [m_left**2 - all_m**2, m_left * n_left - all_m * all_n, n_left**2 - all_n**2]
        return (*sums.tolist(), *rests.tolist())


def rows(sums: pl.DataFrame) -> Counted:
    return {(row[2], row[3]): row[4:] for row in added_up(sums).iter_rows()}


@pytest.mark.parametrize("families", [0, 1, 6, 200])
@pytest.mark.parametrize(("anchors", "children"), [(1, 1), (2, 1), (40, 3), (60, 60), (400, 90), (30, 5000)])
def test_sums_are_those_of_anchors_counted_one_by_one(anchors: int, children: int, families: int) -> None:
    for seed in range(8):
        invented = Invented(seed, anchors, children, families)
        wanted = invented.counted()
        assert wanted["one", "not known"][0] == anchors
        assert rows(invented.sums()) == wanted
        assert rows(invented.sums(buckets=3)) == wanted


def test_of_no_anchors_nothing_is_added_up() -> None:
    nothing = Invented(1, 0, 4, 2).sums()
    assert nothing.schema == SUMS
    assert not nothing.height


def test_only_families_have_rows_of_their_own() -> None:
    """So that few rows are kept of many children: at most one per group where none has a family."""
    alone = Invented(2, 300, 100, 0).sums()
    assert alone["family"].null_count() == alone.height == len(Invented(2, 300, 100, 0).counted())
    linked = Invented(2, 300, 100, 5).sums()
    assert linked["family"].drop_nulls().n_unique() == 5
    assert not linked.filter(pl.col("family").is_not_null()).select("mm", "nn", "rest_nn").to_numpy().any()


def story(seed: int, children: int) -> Written:
    """Referrals, assessments and closures, with blanks of every kind."""
    random, written = Random(seed), Written()
    factors = [*code_set("assessment_factors").labels(), "99"]
    for number in range(children):
        name = f"K{number:03}"
        written.child(
            name,
            sex=random.choice(("M", "F", "U", None)),
            ethnicity=random.choice(("WBRI", "CHNE", "REFU", None)),
        )
        for visit in range(random.randrange(4)):
            on, key = date(2018, 1, 1) + timedelta(days=random.randrange(2000)), f"{name}.{visit}"
            said: dict[str, Any] = {
                "team": random.choice(("North", " South ", "", "not known")),
                "primary_need": random.choice(("N1", "N0", "X")),
            }
            for place, event in enumerate(
                ("referral", "assessment_authorised", "assessment_authorised", "case_closed")
            ):
                about = {name: value for name, value in said.items() if random.random() < 0.6}
                if event == "assessment_authorised" and random.random() < 0.7:
                    about["factors"] = random.sample(factors, random.randrange(4))
                later = str(on + timedelta(days=place * random.randrange(1, 40)))
                written.event(name, event, later, random.choice((key, key, None)), **about)
    return written


def plain_groups(written: Written, row: int) -> dict[str, list[str]]:
    """The groups of an anchor that is one of the events, as the dimensions are described."""
    event = written.events[row]
    child, about = written.children[LA, event["child_id"]], json.loads(event["attributes"])
    episode = [
        one
        for one in sorted(written.events, key=lambda one: one["date"])
        if one["episode_id"] and one["episode_id"] == event["episode_id"]
    ]
    referrals = [json.loads(one["attributes"]) for one in episode if one["event"] == "referral"]
    opening = referrals[0] if referrals else {}
    assessed = [
        json.loads(one["attributes"])
        for one in episode
        if one["event"] == "assessment_authorised" and one["date"] <= event["date"]
    ]
    own = about if event["event"] == "assessment_authorised" else assessed[-1] if assessed else {}
    themes = factor_themes()
    listed = [code for code in own.get("factors", []) if code in themes]
    need = opening.get("primary_need")
    return {
        "sex": [child["sex"] if child["sex"] in ("M", "F") else "not known"],
        "ethnic_group_5": [{"WBRI": "White", "CHNE": "Asian"}.get(child["ethnicity"], "not known")],
        "primary_need": [need if need == "N1" else "not known"],
        "team": [about.get("team", "").strip() or opening.get("team", "").strip() or "not known"],
        "anchor_month": [f"{event['date']:%m}"],
        "anchor_weekday": [f"{event['date']:%A}"],
        "assessment_factor": sorted(listed) or ["not known"],
        "assessment_theme": sorted({themes[code] for code in listed}) or ["not known"],
    }


@pytest.mark.parametrize("definition", [ENQUIRED, AUTHORISED, CLOSED])
@pytest.mark.parametrize(("seed", "children"), [(1, 2), (2, 30), (3, 60)])
def test_groups_are_those_of_anchors_looked_at_one_by_one(seed: int, children: int, definition: str) -> None:
    written = story(seed, children)
    decided = written.decided(definition)[LA]
    here, anchors = decided.case.authority, in_rate(decided)
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for anchor, dimension, group in groups_of(anchors, here, written.about()).iter_rows():
        found[anchor, dimension].append(group)
    rows = here.source["row"].gather(anchors.points.event).to_list()
    assert rows or children < 30
    for anchor, row in enumerate(rows):
        for dimension, groups in plain_groups(written, row).items():
            assert sorted(found[anchor, dimension]) == groups
