"""`Result.pack`: one definition over some journeys, as a pack."""

from __future__ import annotations

from pathlib import Path

import pytest
from measured_worlds import write_returns

from childjourneys import api
from childjourneys.archetypes.builder import Draft
from childjourneys.archetypes.library import library
from childjourneys.comparing import compare_packs
from childjourneys.comparison.pack_reading import read_pack
from childjourneys.issues import UsageError
from childjourneys.synthetic import Plan, simulate


def journeys(la: str, folder: Path) -> api.Journeys:
    write_returns(simulate(Plan(children=150, la=la, seed=int(la))), folder / la)
    return api.journeys(api.read(folder / la))


def test_packs_of_two_authorities_can_be_compared(tmp_path: Path) -> None:
    definition = Draft(library()["re_referral_12m_back"])
    packs = []
    for la in ("301", "302"):
        result = definition.run(journeys(la, tmp_path))
        result.pack(tmp_path / f"{la}.json")
        packs.append(tmp_path / f"{la}.json")
        (part,) = read_pack(packs[-1]).authorities
        (measure,) = part.measures
        row = result.rate().row(0, named=True)
        assert (part.la_code, measure.measure) == (la, "re_referral_12m_back")
        assert measure.n == row["match"] + row["no_match"], "large enough to be shown"
        assert measure.matches == row["match"]
        assert measure.strata == ()
        assert len(measure.trend) == 60
        hidden = {month.n for month in measure.trend if isinstance(month.n, int) and 0 < month.n < 6}
        assert hidden == set(), "small months are hidden"
    found = compare_packs(packs, tmp_path / "out")
    assert found.authorities == ("301", "302")
    assert [one.measure for one in found.measures if one.comparable] == ["re_referral_12m_back"]


def test_a_result_without_journeys_makes_no_pack(tmp_path: Path) -> None:
    result = Draft(library()["re_referral_12m_back"]).run(journeys("301", tmp_path))
    with pytest.raises(UsageError, match="needs the journeys"):
        type(result)(result.evaluation).pack(tmp_path / "one.json")
