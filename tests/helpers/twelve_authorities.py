"""Twelve made-up authorities of one kind; in one of them risk is missed more often."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from measured_worlds import MISSED_RISK, measured_worlds

from childjourneys.domain.codes import code_set
from childjourneys.measuring import Measured
from childjourneys.synthetic import Effect, Plan, World, simulate

# Of outer London, in the code set's order.
CODES = tuple(code.code for code in code_set("local_authority").codes if code.code[:2] in ("30", "31"))[:12]
DIFFERENT = CODES[7]
CHILDREN, SEED = 800, 1
# Of being missed once assessed as not in need. Other children match too, so the measure's rate rises less.
RAISED = 4.0


@cache
def twelve_worlds(children: int = CHILDREN, seed: int = SEED, raised: float = RAISED) -> tuple[World, ...]:
    """What truly happened in each, in the order of `CODES`; `raised` 1 makes them all alike."""
    return tuple(
        simulate(
            Plan(
                children=children,
                la=code,
                seed=seed * 100 + place,
                effects=(Effect("missed_risk", raised),) if code == DIFFERENT and raised != 1 else (),
            )
        )
        for place, code in enumerate(CODES)
    )


@cache
def twelve_measured(
    ids: tuple[str, ...] = (MISSED_RISK,),
    children: int = CHILDREN,
    seed: int = SEED,
    raised: float = RAISED,
) -> Measured:
    """All twelve in one run: tables with rows for each authority."""
    return measured_worlds(twelve_worlds(children, seed, raised), ids)


def each_measured(
    ids: Sequence[str] = (MISSED_RISK,), children: int = CHILDREN, seed: int = SEED, raised: float = RAISED
) -> dict[str, Measured]:
    """Each authority in a run of its own, as if it had never heard of the others."""
    return {world.plan.la: measured_worlds([world], ids) for world in twelve_worlds(children, seed, raised)}
