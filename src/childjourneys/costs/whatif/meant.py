"""Which nights and events a scenario means: its `from`, `match` and `eligible`, tested on their facts.

All that is given must hold; a fact that is not known fulfils nothing.
"""

from __future__ import annotations

import numpy as np

from childjourneys.costs.days import Flags, Ints, birthdays
from childjourneys.costs.facts import NO_BIRTH
from childjourneys.costs.looks import Scene
from childjourneys.costs.placement_names import placement_matches
from childjourneys.costs.scenario.definition import Match
from childjourneys.costs.terms import Terms

_AREAS = (None, "in", "out")


def holds(match: Match, scene: Scene, child: Ints, day: Ints, episode: Ints, price: Ints) -> Flags:
    """Which nights or days are meant, processes and entries apart.

    Args:
        child, day, episode, price: as in `Looks`; -1 where there is no episode or price row.
    """
    found = np.ones(len(child), dtype=bool)
    if not len(child):
        return found
    area = scene.area_of(episode, price)
    if match.placement or match.provider:
        wheres, codes, _ = scene.wheres
        code = np.append(codes, len(wheres))[episode] * 3 + area
        table = np.zeros(3 * len(wheres) + 3, dtype=bool)
        for at, (place, provider) in enumerate(wheres):
            for number, in_out in enumerate(_AREAS):
                in_place = not match.placement or any(
                    placement_matches(name, place, provider, in_out) for name in match.placement
                )
                table[3 * at + number] = in_place and (not match.provider or provider in match.provider)
        found &= table[code]
    if match.provider_id:
        codes_of = scene.id_codes(match.provider_id)
        ids = [codes_of["urn"][episode], codes_of["price_id"][price], codes_of["price_urn"][price]]
        found &= np.any(np.stack(ids) > 0, axis=0)
    if match.age is not None:
        youngest, oldest = match.age
        born = scene.children.born[child]
        old = (birthdays(born, youngest) <= day) & (day < birthdays(born, oldest + 1)) & (day >= born)
        found &= (born != NO_BIRTH) & old
    groups = scene.children.frame["need_group"]
    if match.need_group:
        found &= groups.is_in(list(match.need_group)).to_numpy()[child]
    for need in match.needs:
        found &= scene.children.flags(need)[child]
    if match.out_of_area is not None:
        found &= area == (2 if match.out_of_area else 1)
    return found


def items_meant(match: Match, terms: Terms) -> Flags:
    """Which items (see `Terms.items`) a match means by process and entry; credits only by their entry."""
    found = np.ones(len(terms.items), dtype=bool)
    for at, item in enumerate(terms.items):
        if match.entry:
            found[at] = item.entry_id in match.entry
        else:
            found[at] = item.sign > 0
        if match.process:
            found[at] &= item.process in match.process
    return found


def ages_of(match: Match) -> tuple[int, ...]:
    """Birthdays at which it may begin or cease to hold."""
    return () if match.age is None else (match.age[0], match.age[1] + 1)
