"""The SSDA903 returns of an example: whole in themselves, year after year, and one with the other returns."""

from __future__ import annotations

import csv
import hashlib
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from childjourneys.domain.codes import code_set
from childjourneys.synthetic import Plan, World, simulate
from childjourneys.synthetic.annex_a_lists import annex_a_lists
from childjourneys.synthetic.days import birthday, day_number, working_days
from childjourneys.synthetic.ssda903_modules import Modules, ssda903_of, write_ssda903

PLAN = Plan(children=4000, years=(2017, 2026), seed=3)
YEARS = range(2017, 2027)
HEADINGS = {
    "Header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "Episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST "
    "URN",
    "Reviews": "CHILD DOB REVIEW REVIEW_CODE",
    "UASC": "CHILD SEX DOB DUC",
    "OC2": "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK "
    "HEALTH_ASSESSMENT SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
    "OC3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
    "AD1": "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
    "PlacedAdoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
    "PrevPerm": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
    "Missing": "CHILD DOB MISSING MIS_START MIS_END",
    "SWEpisodes": "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON",
}
CODED = {
    ("Header", "ETHNIC"): "ethnicity", ("Header", "MOTHER"): "mother",
    ("Episodes", "RNE"): "reason_new_episode", ("Episodes", "LS"): "legal_status",
    ("Episodes", "CIN"): "need", ("Episodes", "PLACE"): "placement_type",
    ("Episodes", "PLACE_PROVIDER"): "placement_provider", ("Episodes", "REC"): "reason_episode_ceased",
    ("Episodes", "REASON_PLACE_CHANGE"): "reason_place_change", ("Reviews", "REVIEW_CODE"):
    "review_participation", ("OC2", "SDQ_REASON"): "sdq_reason", ("OC3", "IN_TOUCH"): "in_touch",
    ("OC3", "ACTIV"): "activity", ("AD1", "FOSTER_CARE"): "foster_carer_adopter",
    ("AD1", "NB_ADOPTR"): "number_of_adopters", ("AD1", "SEX_ADOPTR"): "adopter_sex",
    ("AD1", "LS_ADOPTR"): "adopter_legal_status", ("PlacedAdoption", "REASON_PLACED_CEASED"):
    "reason_placed_ceased", ("PrevPerm", "PREV_PERM"): "previous_permanence",
    ("Missing", "MISSING"): "missing_type", ("SWEpisodes", "SW_REASON"): "sw_reason",
}  # fmt: skip
SHORT_BREAKS = ("V3", "V4")
SEMI = {"H5": "K3"}


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(PLAN)


@pytest.fixture(scope="module")
def returns(world: World) -> dict[int, Modules]:
    return {year: ssda903_of(world, year) for year in YEARS}


@pytest.fixture(scope="module")
def chains(returns: dict[int, Modules]) -> dict[str, list[dict[str, Any]]]:
    """The episodes of each child over all years, the later return's word for each; short breaks aside."""
    rows = pl.concat([returns[year]["Episodes"].with_columns(year=pl.lit(year)) for year in YEARS])
    rows = rows.filter(~pl.col("LS").is_in(SHORT_BREAKS)).sort("CHILD", "DECOM", "year")
    rows = rows.unique(["CHILD", "DECOM"], keep="last", maintain_order=True)
    return {str(key[0]): part.to_dicts() for key, part in rows.group_by("CHILD", maintain_order=True)}


def start_of(year: int) -> date:
    return date(year - 1, 4, 1)


def end_of(year: int) -> date:
    return date(year, 3, 31)


def test_headings_of_the_year(returns: dict[int, Modules]) -> None:
    for year, modules in returns.items():
        wanted = {name for name in HEADINGS if name != "SWEpisodes" or year >= 2024}
        assert modules.keys() == wanted
        for name, frame in modules.items():
            assert " ".join(frame.columns) == HEADINGS[name]


def test_every_code_is_one_of_the_year(returns: dict[int, Modules]) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for year, modules in returns.items():
        for (module, column), name in CODED.items():
            if module not in modules:
                continue
            valid = {
                code.code for code in code_set(name).codes
                if (code.first_year or 0) <= year <= (code.last_year or 9999)
            }  # fmt: skip
            found = set(modules[module][column].drop_nulls())
            assert found <= valid, (year, module, column, found - valid)
            seen.setdefault((module, column), set()).update(found)
        sexes = set(modules["Header"]["SEX"].drop_nulls())
        assert sexes <= ({"1", "2"} if year <= 2024 else {"M", "F", "U"})
        homes = {code.code for code in code_set("accommodation").codes}
        for home in modules["OC3"]["ACCOM"]:
            assert home[0] in homes
            assert home[1:] in (("",) if home == "0" else ("1", "2"))
    assert seen.keys() == CODED.keys()
    assert all(seen.values())
    assert {"S", "P", "L", "B", "T"} <= seen["Episodes", "RNE"]
    assert {"H5", "K3", "T4"} <= seen["Episodes", "PLACE"]
    assert {"F3", "F5"} <= seen["OC3", "ACTIV"]


def test_nobody_in_a_module_is_missing_from_header(returns: dict[int, Modules]) -> None:
    for modules in returns.values():
        header = modules["Header"]
        assert header["CHILD"].is_unique().all()
        known = dict(header.select("CHILD", "DOB").rows())
        others = set()
        for name, frame in modules.items():
            if name != "Header":
                others |= set(frame["CHILD"])
                if "DOB" in frame.columns:
                    assert all(known[child] == born for child, born in frame.select("CHILD", "DOB").rows())
        assert others == known.keys()


def test_key_of_each_module_is_unique(returns: dict[int, Modules]) -> None:
    keys = {"Episodes": ["CHILD", "DECOM"], "Missing": ["CHILD", "MIS_START", "MISSING"],
            "Reviews": ["CHILD", "REVIEW"], "SWEpisodes": ["CHILD", "SW_DECOM"],
            "PlacedAdoption": ["CHILD", "DATE_PLACED"]}  # fmt: skip
    for modules in returns.values():
        for name, frame in modules.items():
            assert not frame.select(keys.get(name, ["CHILD"])).is_duplicated().any(), name


def test_episodes_of_a_year_ran_in_it(returns: dict[int, Modules]) -> None:
    for year, modules in returns.items():
        rows = modules["Episodes"]
        assert rows["DECOM"].max() <= end_of(year)  # type: ignore[operator]
        ends = rows["DEC"].drop_nulls()
        assert ends.min() >= start_of(year)  # type: ignore[operator]
        assert ends.max() <= end_of(year)  # type: ignore[operator]
        assert (rows["DEC"].is_null() == rows["REC"].is_null()).all()
        assert (
            rows.filter(pl.col("DEC").is_null())["REASON_PLACE_CHANGE"].null_count()
            == rows.filter(pl.col("DEC").is_null()).height
        )


def test_what_was_open_stands_in_the_next_return(returns: dict[int, Modules]) -> None:
    same = ["RNE", "LS", "CIN", "PLACE_PROVIDER", "HOME_POST", "PL_POST"]
    repeated = 0
    for before, after in pairwise(YEARS):
        older = returns[before]["Episodes"].filter(pl.col("DEC").is_null())
        both = older.join(returns[after]["Episodes"], on=["CHILD", "DECOM"], suffix="_next")
        assert both.height == older.height
        repeated += both.height
        for column in same:
            assert both[column].eq_missing(both[f"{column}_next"]).all()
        place = both["PLACE"] if after != 2025 else both["PLACE"].replace(SEMI)
        assert (place == both["PLACE_next"]).all()
        for name, key, end in (("Missing", "MIS_START", "MIS_END"), ("SWEpisodes", "SW_DECOM", "SW_DEC")):
            if name in returns[before]:
                still = returns[before][name].filter(pl.col(end).is_null())
                assert still.join(returns[after][name], on=["CHILD", key], how="anti").is_empty()
    assert repeated > 500


def test_nothing_else_began_before_the_year(returns: dict[int, Modules]) -> None:
    for before, after in pairwise(YEARS):
        carried = returns[after]["Episodes"].filter(pl.col("DECOM") <= end_of(before))
        known = returns[before]["Episodes"].filter(pl.col("DEC").is_null())
        assert carried.join(known, on=["CHILD", "DECOM"], how="anti").is_empty()


def test_chains_of_episodes(chains: dict[str, list[dict[str, Any]]]) -> None:
    """RNE and REC fit together, episodes touch within a period, and codes change as RNE says."""
    kinds: dict[str, int] = {}
    for rows in chains.values():
        assert rows[-1]["REC"] != "X1"
        for row, following in pairwise(rows):
            starts = following["RNE"] == "S"
            assert (row["REC"] == "X1") == (not starts)
            assert row["DEC"] < following["DECOM"] if starts else row["DEC"] == following["DECOM"]
            assert row["DEC"] > row["DECOM"]
            if starts:
                continue
            kinds[following["RNE"]] = kinds.get(following["RNE"], 0) + 1
            moved = [row[name] != following[name] for name in ("PLACE", "PL_POST")]
            moved[0] = SEMI.get(row["PLACE"], row["PLACE"]) != SEMI.get(
                following["PLACE"], following["PLACE"]
            )
            assert (row["LS"] != following["LS"]) == (following["RNE"] in ("L", "B", "U"))
            assert any(moved) == (following["RNE"] != "L")
            if following["RNE"] in ("T", "U"):
                assert moved == [True, False]
                assert row["REASON_PLACE_CHANGE"] == "PLACE"
            if following["RNE"] == "L":
                assert row["REASON_PLACE_CHANGE"] is None
            assert row["CIN"] == following["CIN"]
    assert min(kinds[code] for code in "PLTB") > 5


def test_temporary_placements_lead_back(chains: dict[str, list[dict[str, Any]]]) -> None:
    found = 0
    for rows in chains.values():
        for place, row in enumerate(rows):
            if not row["PLACE"].startswith("T"):
                continue
            assert row["PLACE_PROVIDER"] is None
            assert row["RNE"] in ("P", "B", "L")
            assert row["REASON_PLACE_CHANGE"] is None
            if row["DEC"] is None or row["RNE"] == "L" or place == 0:
                continue
            before, after = rows[place - 1], next(one for one in rows[place:] if one["PLACE"][0] != "T")
            left, found_again = (
                (SEMI.get(one["PLACE"], one["PLACE"]), one["PL_POST"]) for one in (before, after)
            )
            assert left == found_again
            found += 1
    assert found > 20


def test_homes_parents_and_statuses(chains: dict[str, list[dict[str, Any]]]) -> None:
    for rows in chains.values():
        for row in rows:
            assert (row["PLACE"] == "P1") == (row["PLACE_PROVIDER"] == "PR0")
            assert row["PL_POST"].startswith("ZZ")
            assert row["HOME_POST"] is None or row["HOME_POST"].startswith("ZZ")
            assert (row["HOME_POST"] == row["PL_POST"]) <= (row["PLACE"] == "P1")
            assert row["PLACE"] not in ("A5", "A6") or row["LS"] == "E1"
    homes = [row["URN"] for rows in chains.values() for row in rows if row["PLACE"] == "K2"]
    assert len(set(homes)) < len(homes) / 2


def test_short_breaks_stand_alone(returns: dict[int, Modules]) -> None:
    rows = pl.concat([modules["Episodes"] for modules in returns.values()])
    breaks = rows.filter(pl.col("LS").is_in(SHORT_BREAKS))
    assert breaks.filter(pl.col("LS") == "V3").height > 50
    assert (breaks["RNE"] == "S").all()
    assert breaks.select("HOME_POST", "PL_POST", "URN").null_count().row(0) == (breaks.height,) * 3
    rest = rows.filter(~pl.col("LS").is_in(SHORT_BREAKS))
    assert breaks.join(rest, on="CHILD", how="semi").is_empty()
    nights = breaks.filter(pl.col("LS") == "V3").select((pl.col("DEC") - pl.col("DECOM")).dt.total_days())
    assert nights.to_series().drop_nulls().is_between(1, 17).all()


def test_nights_in_care_are_those_of_the_truth(returns: dict[int, Modules], world: World) -> None:
    """Of each year, over all children."""
    for year, modules in returns.items():
        until = end_of(year) + timedelta(1)
        rows = modules["Episodes"].filter(~pl.col("LS").is_in(SHORT_BREAKS))
        assert _nights(rows, "DECOM", "DEC", year, until) == _nights(
            world.care_periods, "start_date", "end_date", year, until
        )


def _nights(rows: pl.DataFrame, start: str, end: str, year: int, until: date) -> int:
    rows = rows.filter((pl.col(start) < until) & (pl.col(end).is_null() | (pl.col(end) >= start_of(year))))
    last = pl.col(end).fill_null(until).clip(upper_bound=until)
    first = pl.col(start).clip(lower_bound=start_of(year))
    nights = rows.select((last - first).dt.total_days().sum()).item()
    assert nights > 0
    return int(nights)


def test_what_happens_in_care_happens_while_looked_after(
    returns: dict[int, Modules], chains: dict[str, list[dict[str, Any]]]
) -> None:
    for year, modules in returns.items():
        for child, start, end in modules["Missing"].select("CHILD", "MIS_START", "MIS_END").rows():
            assert _in_care(chains[child], start)
            assert _in_care(chains[child], end or end_of(year))
            assert end is None or start_of(year) <= end <= end_of(year)
            assert start <= (end or start)
        for child, day in modules["Reviews"].select("CHILD", "REVIEW").rows():
            assert start_of(year) <= day <= end_of(year)
            assert _in_care(chains[child], day)
        for child, day in modules["PlacedAdoption"].select("CHILD", "DATE_PLACED").rows():
            assert day < start_of(2017) or _in_care(chains[child], day) or day < chains[child][0]["DECOM"]
        adopted = modules["Episodes"].filter(pl.col("REC").is_in(["E11", "E12"]))["CHILD"]
        assert set(adopted) == set(modules["AD1"]["CHILD"])


def _in_care(rows: list[dict[str, Any]], day: date) -> bool:
    """What began before the first return is known of the child's first episode only."""
    return day < rows[0]["DECOM"] or any(
        row["DECOM"] <= day and (row["DEC"] is None or day < row["DEC"]) for row in rows
    )


def test_first_reviews_come_within_20_working_days(
    returns: dict[int, Modules], chains: dict[str, list[dict[str, Any]]]
) -> None:
    calendar, in_time, gaps = working_days(), [], []
    reviews: dict[str, list[date]] = {}
    for modules in returns.values():
        for child, day in modules["Reviews"].select("CHILD", "REVIEW").rows():
            reviews.setdefault(child, []).append(day)
    for child, days in reviews.items():
        for row in chains[child]:
            if row["RNE"] == "S" and row["DECOM"] >= start_of(2017):
                held = [day for day in days if day >= row["DECOM"]]
                if held and (held[0] - row["DECOM"]).days < 90:
                    lasts = calendar.between(day_number(row["DECOM"]), day_number(held[0]))
                    in_time.append(lasts <= 20)
                    gaps += [(after - before).days for before, after in pairwise(held[1:])]
    assert 0.85 < sum(in_time) / len(in_time) < 1
    late = [gap for gap in gaps if 200 > gap > 185]
    assert len(late) < 0.15 * len(gaps)


def test_oc2_is_of_those_in_care_all_year(returns: dict[int, Modules], world: World) -> None:
    born = dict(world.children.select("child_id", "birth_date").rows())
    for year, modules in returns.items():
        all_year = world.care_periods.filter(
            (pl.col("start_date") <= start_of(year))
            & (pl.col("end_date").is_null() | (pl.col("end_date") > end_of(year)))
        )
        assert set(modules["OC2"]["CHILD"]) == set(all_year["child_id"])
        for row in modules["OC2"].to_dicts():
            age = _age(born[row["CHILD"]], end_of(year))
            assert (row["CONVICTED"] is None) == (age < 10)
            assert (row["HEALTH_CHECK"] is None) == (age >= 5)
            assert row["SDQ_SCORE"] is None or (4 <= age <= 16 and 0 <= int(row["SDQ_SCORE"]) <= 40)
            assert row["SDQ_SCORE"] is None or row["SDQ_REASON"] is None


def test_care_leavers_turn_17_to_21_in_the_year(
    returns: dict[int, Modules], chains: dict[str, list[dict[str, Any]]]
) -> None:
    lost = {age: [0, 0] for age in range(17, 22)}
    for year, modules in returns.items():
        for row in modules["OC3"].to_dicts():
            days = {age: birthday(day_number(row["DOB"]), age) for age in range(17, 22)}
            first, last = day_number(start_of(year)), day_number(end_of(year))
            (age,) = (age for age, day in days.items() if first <= day <= last)
            lost[age][0] += row["IN_TOUCH"] != "YES"
            lost[age][1] += 1
            assert (row["IN_TOUCH"] != "YES") == (row["ACTIV"] == "0") == (row["ACCOM"] == "0")
    assert lost[19][1] > 40
    assert lost[19][0] / lost[19][1] < lost[21][0] / lost[21][1]
    assert 0.02 < sum(one for one, _ in lost.values()) / sum(all_ for _, all_ in lost.values()) < 0.3


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def test_list_8_agrees(world: World) -> None:
    """Start, latest placement, status, review and counts, as the truth behind the returns has them."""
    last_return = ssda903_of(world, PLAN.years[1])["Episodes"].filter(~pl.col("LS").is_in(SHORT_BREAKS))
    as_at = PLAN.extract_dates[1]
    rows = annex_a_lists(world, as_at)[8]
    assert rows.height > 60
    compared = 0
    for row in rows.to_dicts():
        mine = last_return.filter(pl.col("CHILD") == row["child_id"]).sort("DECOM").to_dicts()
        if row["care_start_date"] > end_of(PLAN.years[1]):
            continue
        starts = [one["DECOM"] for one in mine if one["RNE"] == "S"]
        if starts and starts[-1] >= start_of(PLAN.years[1]):
            assert row["care_start_date"] == starts[-1]
        if row["placement_start_date"] <= end_of(PLAN.years[1]) and row["care_end_date"] is None:
            latest = mine[-1]
            assert row["placement_postcode"] == latest["PL_POST"]
            place = row["placement_type"].partition(") ")[2].partition(":")[0] or row["placement_type"]
            assert SEMI.get(place, place) == SEMI.get(latest["PLACE"], latest["PLACE"])
            compared += 1
    assert compared > 40
    reviews = world.lac_reviews.filter(pl.col("review_date") <= as_at)
    latest_review = dict(reviews.group_by("care_id").agg(pl.col("review_date").max()).rows())
    told = rows.select("care_id", "latest_review_date").rows()
    assert all(latest_review.get(care) == day for care, day in told)
    assert rows["number_of_missing_episodes_12_months"].sum() > 0


def test_list_10_and_the_census_know_the_same_children(world: World, returns: dict[int, Modules]) -> None:
    """Who is looked after has an open need episode; decisions of list 10 are those of the return."""
    care = world.care_periods.join(world.episodes, on="episode_id", suffix="_of_case")
    assert (care["child_id"] == care["child_id_of_case"]).all()
    assert (care["start_date"] >= care["referral_date"]).all()
    closed = care.filter(pl.col("closure_date").is_not_null())
    assert (closed["end_date"].is_not_null() & (closed["end_date"] <= closed["closure_date"])).all()
    breaks = world.short_breaks.join(world.episodes, on="episode_id", suffix="_of_case")
    ended = breaks.filter(pl.col("closure_date").is_not_null() & pl.col("end_date").is_not_null())
    assert (ended["end_date"] <= ended["closure_date"]).all()
    year = PLAN.years[1]
    listed = annex_a_lists(world, PLAN.extract_dates[0])[10].filter(
        pl.col("adoption_decision_date").is_between(start_of(year), PLAN.extract_dates[0])
    )
    returned = returns[year]["PlacedAdoption"]
    same = listed.join(returned, left_on=["child_id", "adoption_decision_date"],
                       right_on=["CHILD", "DATE_PLACED"])  # fmt: skip
    assert same.height == listed.height > 0


def test_files_of_a_year(world: World, tmp_path: Path) -> None:
    write_ssda903(world, tmp_path, range(2024, 2026))
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv"))
    assert names == sorted(f"ssda903_{year}/{name}.csv" for year in (2024, 2025) for name in HEADINGS)
    with (tmp_path / "ssda903_2024/Episodes.csv").open(encoding="utf-8", newline="") as handle:
        headings, first, *_ = csv.reader(handle)
    assert " ".join(headings) == HEADINGS["Episodes"]
    assert first[1][2] == first[1][5] == "/"


def test_the_same_plan_gives_the_same_returns(tmp_path: Path) -> None:
    hashes = []
    for name, seed in (("one", 8), ("two", 8), ("three", 9)):
        write_ssda903(simulate(Plan(children=150, years=(2023, 2025), seed=seed)), tmp_path / name)
        files = sorted((tmp_path / name).rglob("*.csv"))
        hashes.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]


@pytest.mark.parametrize(("children", "years"), [(1, (2024, 2024)), (7, (2018, 2018)), (30, (2025, 2026))])
def test_returns_of_small_authorities(children: int, years: tuple[int, int], tmp_path: Path) -> None:
    write_ssda903(simulate(Plan(children=children, years=years)), tmp_path)
    assert (tmp_path / f"ssda903_{years[1]}/Episodes.csv").is_file()
