"""Files laid one upon the other: which entry and setting counts, and what the version says."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from childjourneys.costs.indices import load_indices
from childjourneys.costs.loading import badges_of, facts_of, load_catalogue, unseen_providers
from childjourneys.costs.model import Settings
from childjourneys.issues import UsageError

REGION = """settings: {legal: weekly, sdq_cutoff: 16, s251_map: {H5: "3.1.8"}}
entries:
  - {id: foster, kind: placement, unit: week, amount: 500, price_year: 2023/24, index: gdp_deflator}
  - {id: home, kind: placement, unit: week, amount: 4000, price_year: 2023/24, when: {placement: [K2]}}
"""
LOCAL = """settings: {sdq_cutoff: 17}
entries:
  - {id: foster, kind: placement, unit: week, amount: 600, price_year: 2024/25, provider_id: SC1}
  - {id: fee, kind: fee, unit: week, london: 9, out_of_london: 7.5, price_year: 2024/25}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "region.yaml").write_text(REGION, encoding="utf-8")
    (tmp_path / "local.yaml").write_text(LOCAL, encoding="utf-8")
    return str(tmp_path / "region.yaml"), str(tmp_path / "local.yaml")


def test_an_id_of_a_lower_layer_is_replaced(files: tuple[str, str]) -> None:
    catalogue = load_catalogue(files)
    assert [(one.id, one.amount, one.layer, one.file) for one in catalogue.entries] == [
        ("home", 4000, 0, "region.yaml"), ("foster", 600, 1, "local.yaml"), ("fee", None, 1, "local.yaml"),
    ]  # fmt: skip
    turned = load_catalogue(files[::-1])
    assert {one.id: one.layer for one in turned.entries} == {"fee": 0, "foster": 1, "home": 1}


def test_settings_of_the_last_file_win_key_by_key(files: tuple[str, str]) -> None:
    settings = load_catalogue(files).settings
    assert settings == Settings(legal="weekly", sdq_cutoff=17, s251_map={"H5": "3.1.8"})
    assert load_catalogue(["default"]).settings == Settings()


def test_files_and_version(files: tuple[str, str]) -> None:
    catalogue = load_catalogue(["default", *files])
    assert [(one.name, one.layer, one.shipped) for one in catalogue.files] == [
        ("default", 0, True), ("region.yaml", 1, False), ("local.yaml", 2, False),
    ]  # fmt: skip
    assert catalogue.files[1].sha256 == hashlib.sha256(Path(files[0]).read_bytes()).hexdigest()
    assert catalogue.version == load_catalogue(["default", *files]).version
    assert catalogue.version != load_catalogue(["default", *files[::-1]]).version
    Path(files[1]).write_text(LOCAL.replace("600", "601"), encoding="utf-8")
    assert catalogue.version != load_catalogue(["default", *files]).version


def test_basis_says_whose_price_it_is(files: tuple[str, str]) -> None:
    basis = {one.id: one.price_basis for one in load_catalogue(["default", "placements", *files]).entries}
    assert (basis["foster"], basis["home"], basis["fee"]) == ("contract", "authority", "authority")
    assert (basis["p1_foster_0910"], basis["resi_la_1213"]) == ("default", "authority")


def test_slots_and_their_entries(files: tuple[str, str]) -> None:
    catalogue = load_catalogue(files)
    assert catalogue.slots() == (("lac.3", "fee"), ("lac.3", "placement"))
    assert [one.id for one in catalogue.entries_for("lac.3", "placement")] == ["home", "foster"]
    assert catalogue.entries_for("lac.6", "process") == ()


def test_london_and_not(files: tuple[str, str]) -> None:
    fee = load_catalogue(files).by_id["fee"]
    assert (fee.unit_cost(True), fee.unit_cost(False), fee.unit_cost(None)) == (9, Fraction(15, 2), None)
    lac = load_catalogue(["default"]).by_id["p1_foster_0910"]
    assert (lac.unit_cost(True), lac.unit_cost(False), lac.unit_cost(None)) == (None, 700, None)


def test_nothing_named_is_the_default() -> None:
    assert load_catalogue([]).version == load_catalogue(["default"]).version == load_catalogue().version


def test_a_file_may_say_what_it_goes_upon(tmp_path: Path, files: tuple[str, str]) -> None:
    (tmp_path / "top.yaml").write_text(
        "extends: [default, region.yaml, local.yaml]\nsettings: {temporary: own}\n", encoding="utf-8"
    )
    catalogue = load_catalogue([str(tmp_path / "top.yaml")])
    assert [one.name for one in catalogue.files] == ["default", "region.yaml", "local.yaml", "top.yaml"]
    assert catalogue.settings.temporary == "own" and catalogue.settings.legal == "weekly"
    again = load_catalogue(["default", str(tmp_path / "top.yaml")])
    assert [one.name for one in again.files] == [one.name for one in catalogue.files]


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for mine, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{mine}.yaml").write_text(f"extends: {other}.yaml\nentries: []\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"in a circle: a\.yaml to b\.yaml to a\.yaml"):
        load_catalogue([str(tmp_path / "a.yaml")])


def test_a_file_named_twice_is_refused(files: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="named twice"):
        load_catalogue([files[0], files[0]])


def test_a_series_of_the_users_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "i.yaml").write_text("indices: {care_pay: {values: {2024/25: 3}}}\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(
        "entries:\n  - {id: a, kind: fee, unit: week, amount: 1, price_year: 2023/24, index: care_pay}\n",
        encoding="utf-8",
    )
    names = [str(tmp_path / "c.yaml")]
    with pytest.raises(UsageError, match="`care_pay` is no value of `index`"):
        load_catalogue(names)
    assert load_catalogue(names, load_indices(tmp_path / "i.yaml")).by_id["a"].index == (("", "care_pay"),)


def test_recipes_take_rates_of_any_layer(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "entries:\n"
        "  - {id: a, kind: process, process: lac.6, unit: event, price_year: 2012/13, basis: recipe,\n"
        "     amount: 300, recipe: [{role: sw, hours: 6.5, rate_id: sw_children_2012},\n"
        "     {role: lead, hours: 1, rate_id: sw_teamleader_2012}]}\n",
        encoding="utf-8",
    )
    entry = load_catalogue(["worker_rates", str(tmp_path / "c.yaml")]).by_id["a"]
    assert entry.amount == Fraction("6.5") * 40 + 50 == 310
    assert [line.rate for line in entry.recipe] == [40, 50]


def test_a_rate_of_an_hour_from_a_salary(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "entries:\n"
        "  - {id: sw, kind: worker_rate, unit: hour, price_year: 2012/13,\n"
        "     rate: {salary: 30000, on_costs: 9000, direct_overheads: 6000, indirect_overheads: 5000,\n"
        "            capital: 4000, weeks: 40, hours: 37.5, client_ratio: 1.375}}\n",
        encoding="utf-8",
    )
    assert load_catalogue([str(tmp_path / "c.yaml")]).by_id["sw"].amount == Fraction(54000, 1500) * Fraction(
        "1.375"
    )


def test_a_home_costs_its_actual_occupancy(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "entries:\n"
        "  - {id: home, kind: placement, unit: night, price_year: 2024/25, provider_id: SC9,\n"
        "     home: {cost: 876000, beds: 4, from: 2024-04-01, to: 2025-03-31, occupied_nights: 1000}}\n",
        encoding="utf-8",
    )
    entry = load_catalogue([str(tmp_path / "c.yaml")]).by_id["home"]
    home = entry.home
    assert home is not None and (home.start, home.end, home.days) == (
        date(2024, 4, 1),
        date(2025, 3, 31),
        365,
    )
    assert entry.unit_cost(None) == entry.unit_cost(True) == home.night == 876
    assert home.full_night == 600
    assert home.voids == 276_000 == home.cost - home.full_night * home.occupied_nights


def test_a_provider_that_no_placement_has_is_told(files: tuple[str, str]) -> None:
    catalogue = load_catalogue(files)
    assert unseen_providers(catalogue, ["sc1"]) == ()
    assert unseen_providers(catalogue, ["SC2"]) == (
        "local.yaml, line 3: entry `foster` is of a provider that no placement has.",
    )


def test_badges() -> None:
    entries = load_catalogue(["default", "placements"]).by_id
    assert badges_of(entries["foster_la_1213_london"]) == ("derived", "research default")
    assert badges_of(entries["uasc_std_2020"]) == ("no price year",)
    assert badges_of(entries["resi_nao_2324"]) == ()


def test_a_source_may_be_a_plain_text(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "id,kind,unit,amount,price_year,source\na,fee,week,1,2024/25,Contract 12\n", encoding="utf-8"
    )
    assert load_catalogue([str(tmp_path / "c.csv")]).by_id["a"].source.publication == "Contract 12"


def test_facts_say_what_rests_on_what() -> None:
    facts = facts_of(load_catalogue(["default", "placements"]))
    assert facts.derived == ("foster_la_1213_london",)
    assert facts.without_price_year == ("uasc_std_2020",)
    assert {"p1_foster_0910", "cin4", "resi_la_1213"} <= set(facts.research)
    assert not {"resi_nao_2324", "foster_1998", "uasc_std_2020"} & set(facts.research)
    assert facts.unsourced == () and facts.invented == ()
    money = {"p1_foster_0910": Fraction(30), "resi_nao_2324": Fraction(90)}
    assert facts.research_share(money) == Fraction(1, 4)
    assert facts.research_share({}) is None
    assert facts_of(load_catalogue(["default"])).no_london == tuple(f"lac.{n}" for n in range(1, 9))
    assert facts_of(load_catalogue(["invented_local"])).no_london == ()
