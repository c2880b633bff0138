"""What an entry applies to: its `when`, read and checked."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations
from typing import Any

from childjourneys.archetypes.nodes import Node
from childjourneys.archetypes.nodes import Sequence as Items
from childjourneys.costs.model import NEEDS, Conditions
from childjourneys.costs.nodes import Reader
from childjourneys.costs.placement_names import known_placements, provider_codes

KEYS = tuple(one.name for one in fields(Conditions) if one.name != "given")
GROUPS = (
    "none",
    *("_".join(some) for size in range(1, len(NEEDS) + 1) for some in combinations(NEEDS, size)),
)
_TRUTHS = (
    "ebd", "other_factor", "uasc", "cp_plan", "difficult_to_place", "out_of_area", "first", "framework",
    "previously_known", "cp_conference_review", "strategy_meeting", "abe_interview",
)  # fmt: skip
_OLDEST = 25


def read_conditions(reader: Reader, node: Node) -> Conditions:
    """The conditions of one entry.

    Raises:
        CatalogueError: a key or word is unknown, or the conditions can never hold.
    """
    given = reader.mapping(node, KEYS, "condition", "`when`").entries
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key in _TRUTHS:
            found[key] = reader.truth(value, key)
        elif key in ("age_under", "age_from"):
            found[key] = reader.whole(value, key)
            if found[key] > _OLDEST:
                raise reader.error(value.line, f"`{key}` is an age from 0 to {_OLDEST}.", key)
        elif key == "weeks_in_placement":
            found[key] = _weeks(reader, value)
        elif key == "outcome":
            found[key] = reader.choices(value, key, ("no_further_action",))[0]
        elif key == "provider_id":
            found[key] = reader.texts(value, key)
        else:
            found[key] = reader.choices(value, key, _words(key))
    if found.get("age_under") is not None and found.get("age_from", 0) >= found["age_under"]:
        raise reader.error(node.line, "no age is `age_from` or more and yet under `age_under`.", "age_under")
    return Conditions(**found, given=tuple(given))


def _words(key: str) -> tuple[str, ...]:
    return {
        "need_group": GROUPS,
        "needs": NEEDS,
        "placement": known_placements(),
        "provider": provider_codes(),
    }[key]


def _weeks(reader: Reader, node: Node) -> tuple[int, int | None]:
    key = "weeks_in_placement"
    if not isinstance(node, Items) or len(node.items) != 2:
        raise reader.error(node.line, f"`{key}` is a list of two: from, to; such as [0, 13] or [52, null].")
    first = reader.whole(node.items[0], key)
    last = None if reader.text(node.items[1], key) in ("", "null", "~") else reader.whole(node.items[1], key)
    if last is not None and last <= first:
        raise reader.error(node.line, f"`{key}` ends before it begins.", key)
    return first, last
