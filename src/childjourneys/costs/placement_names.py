"""What a price's placement name means: which codes of PLACE, which providers, in or out of area."""

from __future__ import annotations

from dataclasses import dataclass

from childjourneys.domain.codes import code_set

_KINSHIP = ("U1", "U2", "U3")
_CARERS = ("U4", "U5", "U6")
_HOMES = ("K2", "R1")
_OWN = ("PR1",)
_OTHER_PUBLIC = ("PR2", "PR3")
_INDEPENDENT = ("PR4", "PR5")


@dataclass(frozen=True)
class PlacementName:
    """One name: what must hold of a placement for it to be meant.

    Attributes:
        places: codes of PLACE.
        providers: codes of PLACE_PROVIDER; empty where any, or none, will do.
        area: `in` or `out`; blank where either, or none, will do.
    """

    name: str
    places: tuple[str, ...]
    providers: tuple[str, ...] = ()
    area: str = ""


PLACEMENT_NAMES: dict[str, PlacementName] = {
    one.name: one
    for one in (
        PlacementName("kinship", _KINSHIP),
        PlacementName("foster", _KINSHIP + _CARERS),
        PlacementName("foster_la", _CARERS, _OWN),
        PlacementName("foster_agency", _CARERS, _INDEPENDENT),
        PlacementName("foster_agency_in_area", _CARERS, _INDEPENDENT, "in"),
        PlacementName("foster_agency_out_of_area", _CARERS, _INDEPENDENT, "out"),
        PlacementName("foster_other_public", _CARERS, _OTHER_PUBLIC),
        PlacementName("placed_for_adoption", ("A3", "A4", "A5", "A6")),
        PlacementName("secure", ("K1",)),
        PlacementName("residential", _HOMES),
        PlacementName("residential_unit", _HOMES),
        PlacementName("residential_la", _HOMES, _OWN),
        PlacementName("residential_private_voluntary", _HOMES, _INDEPENDENT),
        PlacementName("residential_independent", _HOMES, _INDEPENDENT),
        PlacementName("residential_school", ("S1",)),
        PlacementName("independence", ("P2", "H5", "K3")),
        PlacementName("placed_with_parents", ("P1",)),
    )
}


def place_codes() -> tuple[str, ...]:
    """Every code of PLACE that any year knows."""
    return tuple(code_set("placement_type").labels())


def provider_codes() -> tuple[str, ...]:
    return tuple(code_set("placement_provider").labels())


def known_placements() -> tuple[str, ...]:
    """What a price may name: the names, then the codes."""
    return (*PLACEMENT_NAMES, *place_codes())


def placement_name(name: str) -> PlacementName:
    """A name of the table, or a code of PLACE as a name of its own."""
    return PLACEMENT_NAMES.get(name) or PlacementName(name, (name,))


def placement_matches(name: str, place: str | None, provider: str | None, in_out: str | None) -> bool | None:
    """Whether a placement is one of that name; None while a fact that decides it is unknown.

    Args:
        name: a name of the table, or a code of PLACE.
        place, provider: codes of PLACE and PLACE_PROVIDER.
        in_out: `in` or `out`, in any case.

    >>> placement_matches("foster_la", "U6", "PR1", None), placement_matches("foster_la", "U6", "PR4", None)
    (True, False)
    >>> placement_matches("foster_la", "U6", None, None), placement_matches("foster_la", "K2", None, None)
    (None, False)
    """
    meant = placement_name(name)
    held = [
        None if fact is None else fact in wanted
        for fact, wanted in (
            (place, meant.places),
            (provider, meant.providers),
            (in_out.lower() if in_out else None, (meant.area,) if meant.area else ()),
        )
        if wanted
    ]
    if False in held:
        return False
    return None if None in held else True
