"""A scenario on a costed run: its files, its words, what is refused, and that no child is named."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from care_chains import many_placements
from kept_runs import keep_run
from typer.testing import CliRunner

from childjourneys.cli import build_app
from childjourneys.costing import cost
from childjourneys.costs.scenario.reading import read_scenario
from childjourneys.issues import UsageError
from childjourneys.kept_costs import Asked, keep
from childjourneys.planning import what_if, write_what_if
from childjourneys.reports.scenario_words import share_words
from childjourneys.tables.costs import COST_CHILDREN, children_as_written
from childjourneys.tables.scenario import SCENARIO
from childjourneys.workspace.runs import open_run

FIRST, LAST = date(2023, 4, 1), date(2025, 3, 31)
EXAMPLES = Path(__file__).parents[2] / "src" / "childjourneys" / "costs" / "examples"
SHIFT = """scenario:
  id: homes
  name: Fewer in homes
  start: 2024-01-01
  changes:
    - type: shift
      from: {placement: residential}
      to: {placement: foster_la}
      share: {value: 0.5, low: 0.1, high: 0.9, source: "Plan of the service"}
      after_weeks: 13
      cost: {fixed: 90000}
    - type: price
      match: {placement: foster, process: lac.3}
      change_pct: 3
      from: 2024-04-01
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("planned") / "out"
    named = {
        "la_code": pl.lit("330"),
        "child_id": pl.lit("QX7") + pl.col("child_id").str.to_uppercase(),
    }
    tables = {name: table.with_columns(**named) for name, table in many_placements(60, 2, 5).items()}
    keep_run(out, tables, FIRST, LAST, 2)
    told = cost(out, ["invented_local"])
    keep(open_run(out), Asked(("invented_local",), told.first, told.last, version=told.catalogue.version))
    team = out / "in-team"
    team.mkdir(exist_ok=True)
    children_as_written(told.children).select(COST_CHILDREN.names()).write_csv(team / "cost_children.csv")
    return out


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "homes.yaml"
    path.write_text(SHIFT, encoding="utf-8")
    return path


def test_the_base_is_the_ledger_but_for_pennies(out: Path, scenario: Path) -> None:
    found = what_if(out, scenario)
    lines = cost(out, ["invented_local"]).ledger()
    net = lines.filter((pl.col("agency") == "local_authority") | (pl.col("pence") < 0))["pence"].sum()
    assert found.ledger == net
    assert 0 < abs(found.base - net) < lines.height / 2
    assert found.base == sum(row.base for row in found.rows if row.change == "1 shift")


def test_the_file_has_every_change_month_and_line(out: Path, scenario: Path) -> None:
    found = what_if(out, scenario)
    page = write_what_if(out, found)
    frame = pl.read_csv(page.with_suffix(".csv"), schema_overrides={"base": pl.String, "month": pl.String})
    assert frame.columns == ["change", "month", "s251_line", "base", "scenario", "difference"]
    assert tuple(frame.columns) == SCENARIO.names()
    assert frame["change"].unique(maintain_order=True).to_list() == ["1 shift", "2 price"]
    assert all(re.fullmatch(r"-?\d+\.\d\d", one) for one in frame["base"])
    assert frame["month"].unique().sort().to_list()[0] == "2023-04"
    for change in ("1 shift", "2 price"):
        mine = frame.filter(pl.col("change") == change)
        told = [row for row in found.rows if row.change == change]
        assert sum(map(Decimal, mine["base"])) == Decimal(sum(row.base for row in told)).scaleb(-2)
        assert round(mine["difference"].sum(), 2) == sum(row.difference for row in told) / 100
    # Nothing before the start of the scenario.
    assert not frame.filter((pl.col("month") < "2024-01") & (pl.col("difference") != 0)).height


def test_a_move_saves_and_pays_back(out: Path, scenario: Path) -> None:
    found = what_if(out, scenario)
    first = sum(row.difference for row in found.rows if row.change == "1 shift")
    assert first < 0 < found.moved[0]
    assert found.implementation == (("1 shift", "2024-01", 9_000_000),)
    so_far = 0
    months = []
    for month, net in found.net:
        so_far += net
        months.append((month, so_far))
    assert found.payback in [month for month, _ in months]
    assert all(amount <= 0 for month, amount in months if month >= found.payback)
    assert [amount for month, amount in months if month < found.payback][-1] > 0
    assert found.break_even_share is not None
    at_share = what_if(out, _with(scenario, "value: 0.5", f"value: {found.break_even_share:.9f}"))
    assert abs(at_share.difference + at_share.spent) < 10
    saving = -found.difference / float(found.moved[0])
    assert found.break_even_children == -int(-9_000_000 // saving)


def test_low_and_high_are_those_of_the_scenario_with_that_number(out: Path, scenario: Path) -> None:
    found = what_if(out, scenario)
    told = {one.number.name: one for one in found.tornado}
    assert told["change 1, share"].number.source == "Plan of the service"
    for name, old, low, high in (
        ("change 1, share", "value: 0.5", "value: 0.1", "value: 0.9"),
        ("change 2, change_pct", "change_pct: 3", "change_pct: 2.4", "change_pct: 3.6"),
        ("change 1, fixed", "fixed: 90000", "fixed: 72000", "fixed: 108000"),
    ):
        for text, net in ((low, told[name].net_low), (high, told[name].net_high)):
            alone = what_if(out, _with(scenario, old, text))
            assert abs(alone.difference + alone.spent - net) <= 1
    # 13 weeks: 10.4 are 72.8 days, 15.6 are 109.2.
    assert (float(told["change 1, after_weeks"].low), float(told["change 1, after_weeks"].high)) == (
        10.4,
        15.6,
    )


def test_limited_places_are_told_with_a_break_even_share(out: Path, scenario: Path) -> None:
    found = what_if(out, _with(scenario, "after_weeks: 13", "after_weeks: 13\n      capacity: 1.5"))
    whole = what_if(out, scenario)
    assert found.moved[0] + found.cut["1 shift"] == whole.moved[0] > found.moved[0]
    assert "places are limited" in found.break_even_words
    # Worked out with the share that is told, about nothing is left of the 90,000 that are spent first,
    # although places bind at it.
    few = what_if(out, _with(scenario, "after_weeks: 13", "after_weeks: 13\n      capacity: 0.7"))
    assert few.break_even_share is not None and "about" in share_words(few)
    told_share = _with(scenario, "value: 0.5", f"value: {few.break_even_share:.9f}")
    at_share = what_if(out, _with(told_share, "after_weeks: 13", "after_weeks: 13\n      capacity: 0.7"))
    assert at_share.cut["1 shift"] > 0
    assert abs(at_share.difference + at_share.spent) < 9_000_000 / 20
    # With fewer places nothing makes up for it.
    fewer = what_if(out, _with(scenario, "after_weeks: 13", "after_weeks: 13\n      capacity: 0.3"))
    assert fewer.break_even_share is None and "no share from 0 to 1" in share_words(fewer)
    told = {one.number.name: one for one in found.tornado}
    more = what_if(out, _with(scenario, "after_weeks: 13", "after_weeks: 13\n      capacity: 1.8"))
    assert abs(told["change 1, capacity"].net_high - more.difference - more.spent) <= 1


def test_files_are_the_same_each_time_and_name_no_child(out: Path, scenario: Path) -> None:
    result = CliRunner().invoke(build_app(), ["what-if", str(out), str(scenario)])
    assert result.exit_code == 0, result.output
    files = {kind: out / "in-team" / f"scenario_homes.{kind}" for kind in ("csv", "xlsx", "html")}
    first = {kind: path.read_bytes() for kind, path in files.items()}
    assert CliRunner().invoke(build_app(), ["what-if", str(out), str(scenario)]).exit_code == 0
    assert {kind: path.read_bytes() for kind, path in files.items()} == first
    texts = [first["csv"].decode(), first["html"].decode(), result.output]
    with zipfile.ZipFile(files["xlsx"]) as book:
        texts += [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
    for text in texts:
        assert "QX7" not in text
    page = first["html"].decode()
    version = what_if(out, scenario).catalogue.version
    wanted = ("Plan of the service", "assumption", "foster_la: placement U6, provider PR1", "INVENTED PRICES")
    for said in (*wanted, version, "Break-even share", "Payback"):
        assert said in page
    assert "<script" not in page


def test_the_scenario_of_the_documentation_can_be_read_and_run(out: Path, tmp_path: Path) -> None:
    text = (EXAMPLES.parents[3] / "docs" / "what_if.md").read_text(encoding="utf-8")
    path = tmp_path / "homes.yaml"
    path.write_text(text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    found = what_if(out, path)
    assert found.names == ("1 shift",)
    assert found.spent > 2_000_000


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("invented_scenario_*.yaml")))
def test_the_scenarios_of_the_demo_are_read_and_say_invented(name: str) -> None:
    read = read_scenario(EXAMPLES / name)
    assert read.id.startswith("invented_")
    assert read.name.startswith("Invented")
    assert "INVENTED" in (EXAMPLES / name).read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "placement: residential}",
            "placement: residential, need_group: [uasc]}",
            "change 1 (shift): it concerns no child",
        ),
        ("{placement: foster, process: lac.3}", "{provider_id: none_such}", "change 2 (price): it concerns"),
        ("placement: residential}", "process: lac.3}", "only a price change has"),
        ("id: homes\n", "id: homes\n  period: [2022-04-01, 2025-03-31]\n", "goes beyond that of the costing"),
        ("start: 2024-01-01", "start: 2026-01-01", "outside the period"),
        ("id: homes\n", "id: homes\n  base_run: last_year\n", "`base_run` is last_year"),
        ("id: homes\n", "id: homes\n  target_price_year: 2030/31\n", "lack"),
    ],
)
def test_what_does_not_fit_to_the_costing_is_refused(
    out: Path, scenario: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(UsageError) as error:
        what_if(out, _with(scenario, old, new))
    assert said in str(error.value)


def test_a_shorter_period_is_costed_by_itself(out: Path, scenario: Path) -> None:
    found = what_if(out, _with(scenario, "id: homes\n", "id: homes\n  period: [2023-10-01, 2024-09-30]\n"))
    assert (found.first, found.last, found.ledger) == (date(2023, 10, 1), date(2024, 9, 30), None)
    assert {row.month for row in found.rows} == {
        f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)
        if "2023-10" <= f"{year}-{month:02}" <= "2024-09"
    }  # fmt: skip


def test_a_run_that_was_not_costed_is_told_so(tmp_path: Path, scenario: Path) -> None:
    tables = {
        name: table.with_columns(la_code=pl.lit("330")) for name, table in many_placements(5, 1, 1).items()
    }
    keep_run(tmp_path / "out", tables, FIRST, LAST, 1)
    result = CliRunner().invoke(build_app(), ["what-if", str(tmp_path / "out"), str(scenario)])
    assert isinstance(result.exception, UsageError)
    assert "was not costed yet" in str(result.exception)


def test_money_of_several_price_years_is_never_added(tmp_path: Path, scenario: Path) -> None:
    out = tmp_path / "out"
    named = {"la_code": pl.lit("330")}
    keep_run(
        out, {name: table.with_columns(**named) for name, table in many_placements(10, 2, 5).items()}, FIRST,
        LAST, 1,
    )  # fmt: skip
    text = "entries:\n" + "".join(
        f"  - {{id: e{year}, kind: {kind}, unit: week, amount: 100, price_year: {year}/{year - 1999}}}\n"
        for year, kind in ((2009, "placement"), (2010, "allowance"))
    )
    catalogue = tmp_path / "two.yaml"
    catalogue.write_text(text.replace("price_year", "index: gdp_deflator, price_year"), encoding="utf-8")
    told = cost(out, [str(catalogue)])
    keep(open_run(out), Asked((str(catalogue),), told.first, told.last))
    plain = _with(scenario, "placement: residential}", "age: [0, 17]}")
    with pytest.raises(UsageError, match="2009/10, 2010/11"):
        what_if(out, plain)
    # In one year's prices it can be had.
    assert what_if(out, _with(plain, "id: homes\n", "id: homes\n  target_price_year: 2010/11\n")).base > 0


def _with(scenario: Path, old: str, new: str) -> Path:
    text = scenario.read_text(encoding="utf-8")
    assert old in text
    path = scenario.with_name(f"other_{len(list(scenario.parent.iterdir()))}.yaml")
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_what_has_no_price_is_printed_too(out: Path, scenario: Path, tmp_path: Path) -> None:
    here = shutil.copytree(out, tmp_path / "out")
    file = tmp_path / "homes_only.yaml"
    file.write_text(
        "entries:\n  - {id: home, kind: placement, name: H, unit: week, amount: 3000, price_year: 2024/25,"
        " index: none, when: {placement: [residential]}}\n",
        encoding="utf-8",
    )
    told = cost(here, [str(file)])
    keep(open_run(here), Asked((str(file),), told.first, told.last, version=told.catalogue.version))
    shift = SHIFT.split("    - type: price")[0]
    scenario.write_text(shift, encoding="utf-8")
    (fault,) = what_if(here, scenario).faults.iter_rows(named=True)
    printed = CliRunner().invoke(build_app(), ["what-if", str(here), str(scenario)])
    assert printed.exit_code == 0, printed.output
    assert fault["count"] > 0 and (
        f"Without a price, in change 1 shift: lac.3, placement, {fault['count']:,} nights or events before "
        "shares. No price of the catalogue fits: nothing was charged."
    ) in " ".join(printed.output.split())
    scenario.write_text(shift.replace("foster_la", "R1"), encoding="utf-8")
    priced = CliRunner().invoke(build_app(), ["what-if", str(here), str(scenario)])
    assert priced.exit_code == 0 and "Without a price" not in priced.output
