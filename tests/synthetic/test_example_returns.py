"""Clean example returns obey the census rules and agree with the truth and with each other."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from synthetic_census_rules import broken_rules

from childjourneys.synthetic import Plan, World, Written, simulate, write_example

PLAN = Plan(children=1500, seed=5)
FIRST, SECOND = PLAN.extract_dates
MODULES = ("AD1", "Episodes", "Header", "Missing", "OC2", "OC3", "PlacedAdoption", "PrevPerm", "Reviews")


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(PLAN)


@pytest.fixture(scope="module")
def written(world: World, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write_example(world, tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def lists(written: Written) -> dict[int, pl.DataFrame]:
    """The lists of the second extract, read as a spreadsheet program shows them."""
    workbook = CalamineWorkbook.from_path(written.returns / f"annex_a_{SECOND}.xlsx")
    found = {}
    for number in range(1, 12):
        title, headings, *rows = workbook.get_sheet_by_name(f"List_{number}").to_python(skip_empty_area=False)
        assert title[0].startswith(f"List {number}: ")
        found[number] = pl.DataFrame(
            [[None if cell == "" else cell for cell in row] for row in rows],
            schema=[str(heading) for heading in headings], orient="row", infer_schema_length=None,
        )  # fmt: skip
    return found


def test_files(written: Written) -> None:
    returns = [name for name in written.files if name.startswith("returns/")]
    assert returns == [
        "returns/annex_a_2024-12-31.xlsx",
        "returns/annex_a_2025-06-30.xlsx",
        *(f"returns/cin_census_{year}.xml" for year in range(2021, 2026)),
        "returns/deprivation.csv",
        "returns/families.csv",
        "returns/population.csv",
        "returns/school_holidays.csv",
        *(
            f"returns/ssda903_{year}/{name}.csv"
            for year in range(2021, 2026)
            for name in (*MODULES, *(["SWEpisodes"] if year >= 2024 else []), "UASC")
        ),
    ]
    assert "truth/planted.csv" not in written.files


def test_exactly_the_children_asked_for_are_referred(world: World) -> None:
    during = world.episodes.filter(pl.col("referral_date").is_between(date(2020, 4, 1), date(2025, 3, 31)))
    assert during["child_id"].n_unique() == PLAN.children


@pytest.mark.parametrize("year", range(2021, 2026))
def test_no_census_rule_is_broken(year: int, written: Written) -> None:
    assert not broken_rules(written.returns / f"cin_census_{year}.xml", year)


def test_the_rule_check_can_fail(written: Written, tmp_path: Path) -> None:
    text = (written.returns / "cin_census_2025.xml").read_text(encoding="utf-8")
    text = re.sub(r"<UPN>.", "<UPN>S", text, count=1)
    text = re.sub(r"<CPPstartDate>[^<]*<", "<CPPstartDate>2025-03-30<", text, count=1)
    text = re.sub(r"<CINclosureDate>[^<]*<", "<CINclosureDate>2024-04-01<", text, count=1)
    path = tmp_path / "broken.xml"
    path.write_text(text, encoding="utf-8")
    assert {"1510", "2885", "8565"} <= broken_rules(path, 2025).keys()


@pytest.mark.parametrize(
    ("year", "present", "absent"),
    [
        (2021, {"GenderCurrent"}, {"Sex", "CINPlanDates"}),
        (2024, {"GenderCurrent", "CINPlanDates"}, {"Sex"}),
        (2025, {"Sex", "CINPlanDates"}, {"GenderCurrent"}),
    ],
)
def test_structure_of_the_year(year: int, present: set[str], absent: set[str], written: Written) -> None:
    tags = {element.tag for element in ElementTree.parse(written.returns / f"cin_census_{year}.xml").iter()}
    assert present <= tags
    assert not absent & tags


def test_every_referral_of_a_year_is_in_its_file(world: World, written: Written) -> None:
    for year in (2021, 2025):
        root = ElementTree.parse(written.returns / f"cin_census_{year}.xml").getroot()
        found = {
            (child.findtext("ChildIdentifiers/LAchildID"), episode.findtext("CINreferralDate"))
            for child in root.iter("Child") for episode in child.findall("CINdetails")
        }  # fmt: skip
        start, end = date(year - 1, 4, 1), date(year, 3, 31)
        running = pl.col("closure_date").is_null() | (pl.col("closure_date") >= start)
        due = world.episodes.filter(
            (pl.col("referral_date") <= end)
            & pl.when("nfa").then(pl.col("referral_date") >= start).otherwise(running)
        )
        assert found == {
            (child, day.isoformat()) for child, day in due.select("child_id", "referral_date").rows()
        }


def test_windows_of_lists_1_to_3(lists: dict[int, pl.DataFrame]) -> None:
    for number, heading in ((1, "Date of Contact"), (3, "Date of referral")):
        days = lists[number][heading]
        assert days.min() >= date(2024, 12, 30)
        assert days.max() <= SECOND


def test_list_6_starts_with_the_referral(world: World, lists: dict[int, pl.DataFrame]) -> None:
    cases = world.episodes.filter(~pl.col("nfa")).select("child_id", "referral_date", "closure_reason")
    rows = lists[6].select(
        pl.col("Child Unique ID").alias("child_id"), pl.col("CIN Start Date").alias("referral_date")
    )
    known = rows.join(cases, on=["child_id", "referral_date"])
    assert known.height == rows.height
    assert rows["child_id"].is_unique().all()
    assert lists[6]["Age of Child (Years)"].max() == 18  # care leavers are in list 9
    assert not set(lists[6]["Reason for Closure"].drop_nulls().str.head(3)) & {"RC8", "RC9"}


def test_a_referral_without_further_action_is_in_list_3_only(lists: dict[int, pl.DataFrame]) -> None:
    nfa = (
        lists[3].filter(pl.col("Referral NFA?") == "a) Yes").select("Child Unique ID", day="Date of referral")
    )
    needs = lists[6].select("Child Unique ID", day="CIN Start Date")
    assert nfa.height
    assert nfa.join(needs, on=["Child Unique ID", "day"]).is_empty()


def test_list_4_says_whether_support_followed(world: World, lists: dict[int, pl.DataFrame]) -> None:
    heading = "Was the child assessed as requiring LA children’s social care support"
    rows = lists[4].select(
        child_id="Child Unique ID", start_date="Continuous Assessment Start Date",
        end="Continuous Assessment Date of Authorisation", answer=heading,
    )  # fmt: skip
    truth = world.assessments.join(world.episodes.select("episode_id", "outcome"), on="episode_id")
    both = rows.join(truth, on=["child_id", "start_date"])
    assert both.height == rows.height
    answers = dict(
        both.filter(pl.col("end").is_not_null()).group_by("outcome").agg(pl.col("answer").unique()).rows()
    )
    assert answers == {"in_need": ["a) Yes"], "not_in_need": ["b) No"]}
    assert both.filter(pl.col("end").is_null())["answer"].null_count() == both["end"].null_count()


@pytest.mark.parametrize("number", [6, 7, 8, 9, 10])
def test_one_row_per_child(number: int, lists: dict[int, pl.DataFrame]) -> None:
    assert lists[number].height
    assert lists[number]["Child Unique ID"].is_unique().all()


def test_ages_are_completed_years(lists: dict[int, pl.DataFrame]) -> None:
    for born, age in lists[1].select("Date of Birth", "Age of Child (Years)").rows():
        before = (born.month, born.day) > (SECOND.month, SECOND.day)
        # An unborn child shows the expected date, which may have passed.
        assert age == -1 or age == SECOND.year - born.year - before
        assert age >= 0 or born > SECOND - timedelta(days=30)


def test_no_date_in_annex_a_lies_after_its_extract(lists: dict[int, pl.DataFrame]) -> None:
    for number, rows in lists.items():
        for column in rows.select(pl.col(pl.Date)).iter_columns():
            if column.name != "Date of Birth":
                assert column.drop_nulls().is_empty() or column.max() <= SECOND, (number, column.name)  # type: ignore[operator]


def test_plans_agree_between_the_returns(
    world: World, written: Written, lists: dict[int, pl.DataFrame]
) -> None:
    """A protection plan open at the census and in the later extract has one start in both."""
    root = ElementTree.parse(written.returns / "cin_census_2025.xml").getroot()
    census = {
        (child.findtext("ChildIdentifiers/LAchildID"), plan.findtext("CPPstartDate"))
        for child in root.iter("Child") for plan in child.iter("ChildProtectionPlans")
    }  # fmt: skip
    extract = lists[7].select("Child Unique ID", "Child Protection Plan Start Date").rows()
    shared = {(child, day.isoformat()) for child, day in extract if day <= date(2025, 3, 31)}
    assert len(shared) > 20
    assert shared <= census


def test_siblings_are_referred_together(world: World) -> None:
    together = world.episodes.group_by("family_id", "received_date").len()
    assert together.filter(pl.col("len") > 1)["len"].sum() > 0.3 * world.episodes.height


@pytest.mark.parametrize("messy", [False, True])
def test_the_same_plan_gives_the_same_bytes(messy: bool, tmp_path: Path) -> None:
    plan = Plan(children=120, years=(2023, 2025), seed=8)
    hashes: list[Any] = []
    for name in ("one", "two"):
        written = write_example(simulate(plan), tmp_path / name, messy=messy)
        hashes.append({
            file: hashlib.sha256((tmp_path / name / file).read_bytes()).hexdigest() for file in written.files
        })  # fmt: skip
    assert hashes[0] == hashes[1]
    other = write_example(
        simulate(Plan(children=120, years=(2023, 2025), seed=9)), tmp_path / "three", messy=messy
    )
    assert (other.truth / "children.csv").read_bytes() != (tmp_path / "one/truth/children.csv").read_bytes()


@pytest.mark.parametrize(("children", "years"), [(1, (2024, 2024)), (7, (2018, 2018)), (30, (2025, 2026))])
@pytest.mark.parametrize("messy", [False, True])
def test_small_authorities(children: int, years: tuple[int, int], messy: bool, tmp_path: Path) -> None:
    written = write_example(simulate(Plan(children=children, years=years)), tmp_path, messy=messy)
    assert written.files
