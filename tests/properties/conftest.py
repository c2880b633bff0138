"""One small example authority, and what its returns told, for all properties."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))

from told import Told, tell

from childjourneys.synthetic import Plan, World, simulate, write_example


@pytest.fixture(scope="session")
def world() -> World:
    """Few children, four censuses and two workbooks."""
    return simulate(Plan(children=70, years=(2022, 2025), seed=7))


@pytest.fixture(scope="session")
def returns(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example(world, tmp_path_factory.mktemp("example")).returns


@pytest.fixture(scope="session")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same kind of authority with planted faults."""
    world = simulate(Plan(children=90, years=(2023, 2025), seed=11))
    return write_example(world, tmp_path_factory.mktemp("messy"), messy=True).returns


@pytest.fixture(scope="session")
def told(returns: Path) -> Told:
    return tell(returns)


@pytest.fixture(scope="session")
def told_messy(messy: Path) -> Told:
    return tell(messy)
