"""The commands as people type them: exit codes, what is printed, what is left."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from childjourneys.cli import build_app
from childjourneys.issues import ChildJourneysError

NO_NETWORK = str(Path(__file__).parents[1] / "helpers" / "no_network")


def command(*arguments: str | Path, code: int = 0) -> str:
    """Run `python -m childjourneys`, with connections refused, and give what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "childjourneys", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": NO_NETWORK},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    command("demo", "--children", "120", "--out", out)
    return out


COSTS = {
    "cost_ledger.csv", "cost_children.csv", "cost_issues.csv", "cost_tables.xlsx", "cost_forecast.csv",
    "costs.html",
}  # fmt: skip
SCENARIOS = {
    f"scenario_{name}.{kind}"
    for name in ("invented_homes_to_fostering", "invented_mix_and_prices")
    for kind in ("csv", "xlsx", "html")
}


def test_demo_leaves_every_file_of_the_contract(demo: Path) -> None:
    assert {file.name for file in (demo / "in-team").iterdir()} - COSTS - SCENARIOS == {
        "report.html", "journeys.xlsx", "journeys.csv", "events.csv", "spells.csv", "issues.xlsx",
        "issues.csv", "matching_report.xlsx", "attrition.csv", "archetypes.csv", "audit_list.csv",
        "audit_list.xlsx", "trend.csv", "incidence.csv", "context.csv", "referral_outcomes.csv",
        "s47_pathways.csv", "indicators.csv", "comparison.csv",
    }  # fmt: skip
    # Among so few children nobody is in the homes that one of the scenarios is about.
    assert {file.name for file in (demo / "in-team").iterdir()} >= COSTS | {
        name for name in SCENARIOS if "mix" in name
    }
    assert {file.name for file in (demo / "research_defaults" / "in-team").iterdir()} == COSTS
    shared = {file.name for file in (demo / "shareable").iterdir()}
    assert shared == {"report.html", "tables.xlsx", "pack.json", "cost_tables.xlsx", "costs.html"}


def test_results_among_the_returns_are_not_read_again(demo: Path) -> None:
    def results() -> dict[Path, bytes]:
        later = ("cost", "scenario")
        files = (demo / "in-team").glob("*.csv")
        return {file: file.read_bytes() for file in files if not file.name.startswith(later)}

    before = results()
    own = demo / "in-team" / "cost_plan_of_mine.txt"
    own.write_text("a file of the analyst's own", encoding="utf-8")
    told = command("run", demo / "returns", "--out", demo)
    assert own.exists(), "only our own files are taken away"
    own.unlink()
    assert "63 files read" in told
    told = command("run", demo, "--out", demo)
    assert "63 files read" in told, "the truth beside the returns is no return either"
    command("run", demo / "returns", "--out", demo)
    assert results() == before
    left = {file.name for file in (demo / "in-team").iterdir()}
    assert not left & (COSTS | SCENARIOS), "what was worked out from an earlier run is gone"


def test_headings_are_those_of_the_contract(demo: Path) -> None:
    wanted = {
        "journeys.csv": "la_code,child_id,journey,journey_reduced,first_date,last_date,n_events",
        "events.csv": "la_code,child_id,date,event,episode_id,source,file,sheet,row,also_in,attributes",
        "spells.csv": "la_code,child_id,kind,start,end,open,episode_id,source,file,sheet,row,also_in",
        "issues.csv": "severity,code,file,sheet,row,column,what,expected,to_do,count",
        "attrition.csv": "step,file,sheet,rows_in,rows_out,duplicate,set_aside,reason",
    }
    for name, heading in wanted.items():
        with (demo / "in-team" / name).open(encoding="utf-8", newline="") as handle:
            assert ",".join(next(csv.reader(handle))) == heading


def test_a_clean_generated_authority_has_no_error(demo: Path) -> None:
    with (demo / "in-team" / "issues.csv").open(encoding="utf-8", newline="") as handle:
        assert [row for row in csv.DictReader(handle) if row["severity"] == "error"] == []


def test_journey_prints_the_line_and_draws_the_timeline(demo: Path, tmp_path: Path) -> None:
    with (demo / "in-team" / "journeys.csv").open(encoding="utf-8", newline="") as handle:
        row = next(csv.DictReader(handle))
    svg = tmp_path / "one.svg"
    told = command("journey", demo, f" {row['child_id']}.0", "--svg", svg)
    assert row["journey_reduced"] in told
    assert "cin_census" in told or "annex_a" in told
    assert svg.read_text(encoding="utf-8").startswith("<svg")


def test_an_unknown_child_is_one_sentence(demo: Path) -> None:
    told = command("journey", demo, "NOBODY", code=2)
    assert "No child of this run has that identifier" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run",), "Missing"),
        (("run", "nowhere", "--out", "OUT"), "There is no file or folder"),
        (("run", ".", "--out", "OUT", "--as-at", "31/31/2025"), "--as-at needs a date"),
        (("run", ".", "--out", "OUT", "--la", "999"), "--la needs the three-digit code"),
        (("run", ".", "--out", "OUT", "--memory", "lots"), "--memory needs an amount"),
        (("run", ".", "--out", "OUT", "--engine", "spark"), "--engine knows only"),
        (("run", ".", "--out", "OUT", "--mappings", "nowhere.xlsx"), "nowhere.xlsx"),
        (("journey", "nowhere", "1"), "holds no finished run"),
        (("synth", "--out", "OUT", "--years", "1999"), "--years needs collection years"),
        (("nonsense",), "No such command"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = command(*arguments, code=2)
    assert says in told


@pytest.mark.parametrize("arguments", [("synth", "--children", "5"), ("demo", "--children", "5")])
def test_a_folder_that_cannot_be_made_is_one_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    told = command(*arguments, "--out", tmp_path / "file", code=2)
    assert "can't be used" in told


def test_a_folder_with_no_returns_is_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("nothing", encoding="utf-8")
    told = command("run", tmp_path / "in", "--out", tmp_path / "out", code=1)
    assert "There is no Annex A, no CIN census and no SSDA903" in told


def test_strict_leaves_with_1_when_a_row_was_set_aside(demo: Path, tmp_path: Path) -> None:
    returns = tmp_path / "in"
    returns.mkdir()
    census = (demo / "returns" / "cin_census_2025.xml").read_text(encoding="utf-8")
    broken, n = re.subn("<CINreferralDate>[^<]*</CINreferralDate>", "<CINreferralDate/>", census, count=1)
    assert n == 1
    (returns / "census.xml").write_text(broken, encoding="utf-8")
    command("run", returns, "--out", tmp_path / "a")
    command("run", returns, "--out", tmp_path / "b", "--strict", code=1)


def test_pseudonyms_hide_identifiers_and_link_between_runs(demo: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    for name in ("one", "two"):
        command("run", demo / "returns", "--out", tmp_path / name, "--pseudonymise", key)
    assert key.stat().st_size == 32
    plain = (demo / "in-team" / "journeys.csv").read_text(encoding="utf-8")
    one, two = ((tmp_path / n / "in-team" / "journeys.csv").read_bytes() for n in ("one", "two"))
    assert one == two
    identifiers = {line.split(",")[1] for line in plain.splitlines()[1:]}
    for file in (tmp_path / "one").rglob("*"):
        if file.suffix in (".csv", ".html", ".json"):
            text = file.read_text(encoding="utf-8")
            assert not any(f",{identifier}," in text for identifier in identifiers), file
    assert sorted(line.split(",")[3] for line in one.decode().splitlines()[1:]) == sorted(
        line.split(",")[3] for line in plain.splitlines()[1:]
    )


def test_a_key_among_the_results_is_refused(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = command("run", demo / "returns", "--out", out, "--pseudonymise", out / "key", code=2)
    assert "Keep the key outside the results" in told


def test_two_runs_are_byte_identical(demo: Path, tmp_path: Path) -> None:
    command("run", demo / "returns", "--out", tmp_path / "again")
    for kind in ("*.csv", "*.html", "*.parquet"):
        first = sorted(f for part in ("in-team", "workspace") for f in (demo / part).rglob(kind))
        second = sorted(
            f for part in ("in-team", "workspace") for f in (tmp_path / "again" / part).rglob(kind)
        )
        assert [f.name for f in first] == [f.name for f in second]
        for one, other in zip(first, second, strict=True):
            assert one.read_bytes() == other.read_bytes(), one.name


def test_a_result_held_open_is_one_sentence_and_nothing_changes(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("run", demo / "returns" / "cin_census_2025.xml", "--out", tmp_path / "out")
    before = (tmp_path / "out" / "workspace" / "current").read_bytes()
    original = Path.open

    def held(self: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if mode == "r+b" and self.name == "journeys.xlsx":
            raise PermissionError(13, "in use")
        return original(self, mode, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", held)
    result = CliRunner().invoke(build_app(), ["run", str(demo / "returns"), "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, ChildJourneysError)
    assert "open in another program" in str(result.exception)
    assert (tmp_path / "out" / "workspace" / "current").read_bytes() == before


@pytest.fixture(scope="module")
def two_inputs(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of returns, and another with fewer."""
    folder = tmp_path_factory.mktemp("inputs")
    for name, files in {
        "all": ("cin_census_2024.xml", "cin_census_2025.xml"),
        "less": ("cin_census_2025.xml",),
    }.items():
        (folder / name).mkdir()
        for file in files:
            (folder / name / file).write_bytes((demo / "returns" / file).read_bytes())
    return folder / "all", folder / "less"


def test_a_killed_run_leaves_the_earlier_results_whole(two_inputs: tuple[Path, Path], tmp_path: Path) -> None:
    everything, less = two_inputs
    out = tmp_path / "out"
    command("run", everything, "--out", out)
    before = {file: file.read_bytes() for file in (out / "in-team").iterdir()}
    killed = 0
    for after in (0.3, 0.7, 1.1, 1.6):
        running = subprocess.Popen(
            [sys.executable, "-m", "childjourneys", "run", str(less), "--out", str(out)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(after)
        killed += running.poll() is None
        running.kill()
        running.wait()
        if (out / "workspace" / "current").read_text(encoding="utf-8").strip() != "000001":
            break
        assert {file: file.read_bytes() for file in (out / "in-team").iterdir()} == before
    assert killed
    command("run", everything, "--out", out)
    assert {file: file.read_bytes() for file in (out / "in-team").iterdir()} == before
    assert len(list((out / "workspace" / "runs").iterdir())) == 1, "what the killed runs left is cleared away"


def test_a_run_stopped_while_publishing_is_finished_by_the_next_command(
    two_inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command("run", two_inputs[0], "--out", out)
    [run] = (out / "workspace" / "runs").iterdir()
    (run / "in-team").mkdir(exist_ok=True)
    for name in ("journeys.csv", "report.html"):
        (out / "in-team" / name).rename(run / "in-team" / name)
    (out / "in-team" / "journeys.csv").write_text("older", encoding="utf-8")
    command("journey", out, "NOBODY", code=2)
    assert (out / "in-team" / "journeys.csv").read_text(encoding="utf-8").startswith("la_code,")
    assert (out / "in-team" / "report.html").exists()


def test_connections_of_a_command_are_refused() -> None:
    script = "import socket; socket.create_connection(('192.0.2.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": NO_NETWORK},
    )  # fmt: skip
    assert done.returncode == 1 and "a connection was tried" in done.stderr


def test_help_is_quick() -> None:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        command("--help")
        times.append(time.perf_counter() - started)
    assert min(times) < 0.5
