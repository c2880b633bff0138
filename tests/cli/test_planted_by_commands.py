"""`demo` and `synth --effects demo` plant the same effects; `synth` plants none by itself."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from childjourneys.cli import build_app


def told(*words: str | Path) -> str:
    result = CliRunner().invoke(build_app(), [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_synth_plants_what_the_demo_does_when_asked(tmp_path: Path) -> None:
    size = ("--children", "30", "--seed", "3")
    says = told("demo", *size, "--out", tmp_path / "demo")
    listed = tmp_path / "demo" / "truth" / "planted_effects.csv"
    assert str(listed) in says.replace("\n", "")
    assert "What was planted" in says
    told("synth", *size, "--la", "821", "--effects", "demo", "--out", tmp_path / "same")
    for name in ("truth/planted_effects.csv", "truth/episodes.csv", "returns/cin_census_2024.xml"):
        assert (tmp_path / "same" / name).read_bytes() == (tmp_path / "demo" / name).read_bytes()
    told("synth", *size, "--out", tmp_path / "plain")
    assert not (tmp_path / "plain" / "truth" / "planted_effects.csv").exists()


def test_another_word_is_refused(tmp_path: Path) -> None:
    words = ["synth", "--effects", "all", "--out", str(tmp_path / "no")]
    result = CliRunner().invoke(build_app(), words)
    assert result.exit_code == 2
    assert not (tmp_path / "no").exists()
