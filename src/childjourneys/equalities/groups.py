"""The groups of anchors: who the child is, what was assessed, when the referral came, which team."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import TYPE, Authority
from childjourneys.archetypes.case import Points
from childjourneys.archetypes.days import DAY_BITS, NEVER, Flags, Ints, birthdays
from childjourneys.archetypes.evaluate import OUTCOMES, Decided
from childjourneys.equalities.about import About
from childjourneys.equalities.dimensions import (
    AGES,
    ANCHOR,
    DEPRIVATION,
    DIMENSIONS,
    NOT_KNOWN,
    OLDEST,
    ethnic_group_5,
    factor_themes,
)

MATCH, NO_MATCH = OUTCOMES.index("match"), OUTCOMES.index("no_match")
GROUPED = {"anchor": pl.Int64(), "dimension": pl.Categorical(), "group": pl.Categorical()}


@dataclass(frozen=True)
class InRate:
    """The anchors of one authority that are in the rate, in their order.

    Attributes:
        match: which of them match.
        opening: row of the referral that opened the anchor's need episode; -1 where none is linked.
    """

    points: Points
    match: Flags
    opening: Ints


def in_rate(decided: Decided) -> InRate:
    """The anchors that are observed in full."""
    kept = (decided.outcome == MATCH) | (decided.outcome == NO_MATCH)
    return picked(decided.case.authority, decided.points.take(kept), decided.outcome[kept] == MATCH)


def picked(here: Authority, points: Points, match: Flags) -> InRate:
    """Points of an authority, with the referral that opened the need episode of each."""
    return InRate(points, match, _opening(here, points))


def dimension_groups(decided: Decided, about: About) -> pl.DataFrame:
    """The group of each anchor that is in the rate, in every dimension.

    Returns:
        `anchor` (place among those in the rate, from 0), `dimension`, `group`: a row per anchor and
        dimension; of factors, one per group that the anchor stands in.
    """
    return groups_of(in_rate(decided), decided.case.authority, about)


def groups_of(anchors: InRate, here: Authority, about: About) -> pl.DataFrame:
    """`dimension_groups` of anchors that were already picked."""
    points, opening = anchors.points, anchors.opening
    referred = np.where(opening >= 0, here.day[np.maximum(opening, 0)], -1) if here.day.size else opening
    single = _of_child(here, points, about)
    single["age_group"] = _age_group(here, points)
    of_referral = {name: _attribute(here, opening, name) for name in ("primary_need", "referral_source")}
    for name, texts in of_referral.items():
        single[name] = _known(texts, DIMENSIONS[name].groups)
    single |= about.days.groups(referred, _is_new_referral(here, opening))
    of_anchor = about.days.groups(points.day, _is_new_referral(here, points.event))
    single |= {f"{ANCHOR}{name}": groups for name, groups in of_anchor.items()}
    team = _attribute(here, points.event, "team").str.strip_chars().replace("", None)
    team = team.zip_with(team.is_not_null(), _attribute(here, opening, "team").str.strip_chars())
    single["team"] = team.replace("", None).fill_null(NOT_KNOWN)
    place = pl.int_range(len(points), dtype=pl.Int64, eager=True)
    frames = [
        pl.DataFrame({"anchor": place, "group": groups.cast(pl.Categorical())}).select(
            "anchor", pl.lit(name, dtype=pl.Categorical()).alias("dimension"), "group"
        )
        for name, groups in single.items()
        if len(points)
    ]
    frames += _factors(here, points)
    return pl.concat(frames) if frames else pl.DataFrame(schema=GROUPED)


def _opening(here: Authority, points: Points) -> Ints:
    """The row of the referral (the first if several) of each point's need episode; -1 where none is."""
    rows = here.rows("referral")
    return _in_episode(here, rows, points, np.zeros(len(points), dtype=np.int64), latest=False)


def _in_episode(here: Authority, rows: Ints, points: Points, by: Ints, *, latest: bool) -> Ints:
    """Of some events the first of each point's need episode, or the latest by a day; -1 where none is."""
    rows = rows[here.episode[rows] >= 0]
    if not rows.size:
        return np.full(len(points), -1, dtype=np.int64)
    order = np.lexsort((rows, here.day[rows], here.episode[rows]))
    rows = rows[order]
    key = here.episode[rows] << DAY_BITS | here.day[rows]
    # Whole days: up to and with this day is before the next one.
    at = np.searchsorted(key, (points.episode << DAY_BITS | by) + int(latest)) - int(latest)
    inside = (points.episode >= 0) & (at >= 0) & (at < rows.size)
    found = np.where(inside, rows[np.where(inside, at, 0)], -1)
    return np.where(inside & (here.episode[found] == points.episode), found, -1)


def _is_new_referral(here: Authority, rows: Ints) -> Flags:
    found = (rows >= 0) & (here.kind[np.maximum(rows, 0)] == TYPE["referral"]) if here.kind.size else rows > 0
    found[found] = (here.attribute_at(rows[found], "while_open") == "false").fill_null(False).to_numpy()
    return np.asarray(found, dtype=np.bool_)


def _attribute(here: Authority, rows: Ints, name: str) -> pl.Series:
    """An attribute of some events as text; null where there is no event."""
    some = np.flatnonzero(rows >= 0)
    texts = pl.DataFrame({"place": some, "text": here.attribute_at(rows[some], name)})
    every = pl.DataFrame({"place": np.arange(rows.size)})
    return every.join(texts, on="place", how="left", maintain_order="left")["text"].cast(pl.String)


def _known(texts: pl.Series, groups: tuple[str, ...]) -> pl.Series:
    return texts.set(~texts.is_in(groups).fill_null(False), NOT_KNOWN)


def _of_child(here: Authority, points: Points, about: About) -> dict[str, pl.Series]:
    mine = about.children.filter(pl.col("la_code") == here.la_code)
    pairs = {}
    if about.has_deciles:
        pair = (pl.col("deprivation_decile") + 1) // 2
        pairs["deprivation"] = pair.replace_strict(DEPRIVATION, default=None, return_dtype=pl.String)
    codes = pl.col("disability")
    disabled = codes.str.replace_all("NONE", "", literal=True).str.contains(r"\w")
    details = mine.select(
        "child_id",
        ethnic_group="ethnicity",
        ethnic_group_5=pl.col("ethnicity").replace_strict(ethnic_group_5(), default=NOT_KNOWN),
        sex="sex",
        disability=pl.when(disabled | pl.col("has_disability"))
        .then(pl.lit("yes"))
        .when(codes.str.contains("NONE", literal=True) | ~pl.col("has_disability"))
        .then(pl.lit("no")),
        **pairs,
    )
    ids = here.child_ids.gather(points.child).alias("child_id").to_frame()
    found = ids.join(details, on="child_id", how="left", maintain_order="left")
    names = ("ethnic_group", "ethnic_group_5", "sex", "disability", *pairs)
    return {name: _known(found[name], DIMENSIONS[name].groups) for name in names}


def _age_group(here: Authority, points: Points) -> pl.Series:
    """Completed years on the anchor day; a child with only an expected date of birth is unborn."""
    birth, known_from = here.birth[points.child], here.known_from[points.child]
    born = birth != NEVER
    unborn = np.where(born, birth > points.day, known_from > 0)
    groups = np.where(born, OLDEST, NOT_KNOWN).astype(object)
    for below, name in reversed(AGES):
        younger = np.zeros(len(points), dtype=np.bool_)
        younger[born] = points.day[born] < birthdays(birth[born], below)
        groups[younger] = name
    groups[unborn] = "unborn"
    return pl.Series(groups.tolist(), dtype=pl.String)


def _factors(here: Authority, points: Points) -> list[pl.DataFrame]:
    """The factors and themes of the anchor's own assessment, or of the last one of its episode so far."""
    if not len(points):
        return []
    authorised = here.rows("assessment_authorised")
    last = _in_episode(here, authorised, points, points.day, latest=True)
    rows = np.where(points.type == TYPE["assessment_authorised"], points.event, last)
    texts = _attribute(here, rows, "factors")
    themes = factor_themes()
    listed = {text: _codes(text, themes) for text in texts.unique().to_list()}
    frames = []
    for dimension, named in (("assessment_factor", dict.fromkeys(themes)), ("assessment_theme", themes)):
        groups = {
            text: list(dict.fromkeys(named[code] or code for code in codes)) or [NOT_KNOWN]
            for text, codes in listed.items()
        }
        table = pl.DataFrame(
            {"text": list(groups), "group": list(groups.values())},
            schema={"text": pl.String, "group": pl.List(pl.String)},
        )
        found = texts.to_frame("text").with_row_index("anchor")
        frames.append(
            found.join(table, on="text", how="left", maintain_order="left", nulls_equal=True)
            .explode("group")
            .select(
                pl.col("anchor").cast(pl.Int64),
                pl.lit(dimension, dtype=pl.Categorical()).alias("dimension"),
                pl.col("group").cast(pl.Categorical()),
            )
        )
    return frames


def _codes(text: str | None, known: dict[str, str]) -> list[str]:
    """The codes of a list as it stands among attributes, those that are known."""
    if not text:
        return []
    codes = json.loads(text) if text.startswith("[") else [text]
    return [code for code in dict.fromkeys(codes) if code in known]
