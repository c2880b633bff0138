"""The definitions that ship, files of a user, and the commands on them."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml
from language_examples import SHORT
from typer.testing import CliRunner

from childjourneys.archetypes import schema
from childjourneys.archetypes.definition import kinds_of
from childjourneys.archetypes.library import library, load
from childjourneys.archetypes.months import months_needed
from childjourneys.archetypes.reading import read_definitions
from childjourneys.archetypes.writing import definition_hash, to_yaml
from childjourneys.cli import build_app
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS
from childjourneys.issues import ChildJourneysError, UsageError

FOLDER = Path(str(resources.files("childjourneys.archetypes").joinpath("library")))
FILES = sorted(FOLDER.iterdir())


def test_every_number_is_there_in_order() -> None:
    assert list(library()) == [path.stem[3:] for path in FILES]
    assert sorted({int(path.name[:2]) for path in FILES}) == list(range(1, 27))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_shipped_file_is_written_as_we_write(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (definition,) = read_definitions(text, path.name)
    assert to_yaml(definition) == text
    jsonschema.Draft202012Validator(schema.load()).validate(yaml.safe_load(text))
    for key in ("title", "why", "definition", "source", "not_a_judgement", "needs", "report_by"):
        assert getattr(definition, key), key
    named = set(definition.needs) | set(definition.uses)
    assert all(name in (*EVENT, *SPELL_KINDS, "plan_start") for name in named)
    local = "no national definition" in definition.source
    assert not local or any("local choice" in caveat for caveat in definition.caveats)
    assert kinds_of(definition)


def test_variants_by_decision() -> None:
    shipped = library()
    for name in ("missed_risk_at_assessment", "assessed_nfa_then_s47", "early_help_then_statutory",
                 "cla_without_plan", "sibling_signal"):  # fmt: skip
        (found,) = [v for v in shipped[name].variants if v.name == "by_decision"]
        assert found.instead_without == ("cin_start",)
        told = shipped[name].as_variant(found)
        assert "plan_start" not in told.needs and "assessment_authorised" in (*kinds_of(told), *told.needs)
        asked = {term.event for clause in told.clauses() if clause.event for term in clause.event.terms}
        assert not asked & {"plan_start", "cin_start"}
    assert shipped["assessment_late"].variants[0].clock == "referral"


def test_months_needed() -> None:
    months = {name: months_needed(definition) for name, definition in library().items()}
    assert months["missed_risk_at_assessment"] == 9
    assert months["re_referral_12m_back"] == months["re_referral_12m_after_closure"] == 12
    assert months["contacts_before_referral"] == 3 and months["assessment_late"] == 3
    assert months["cpp_drift_15m"] == 15 and months["cpp_2y_ended"] == 24 and months["s47_no_icpc"] == 1
    both = SHORT.replace("}]", "}, {preceded by: contact, within: 40 days}]")
    assert months_needed(read_definitions(both, "x")[0]) == 8
    ever = SHORT.replace("followed by: s47, within: 6 months", "preceded by: s47, within: ever")
    assert months_needed(read_definitions(ever, "x")[0]) == 226
    strict = SHORT.replace("referral}", "referral, which: first, strict_first: true}")
    assert months_needed(read_definitions(strict, "x")[0]) == 30


def test_files_of_a_user(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text("\ufeff" + SHORT, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no YAML: [", encoding="utf-8")
    mine = SHORT.replace(": a\n", ": s47_no_icpc\n", 1)
    (tmp_path / "c.yaml").write_text(mine, encoding="utf-8")
    found = load([tmp_path])
    assert list(found) == [*library(), "a"]
    assert found["s47_no_icpc"] == read_definitions(mine, "x")[0]
    assert load([]) == library() and library()["s47_no_icpc"] != found["s47_no_icpc"]
    assert load([tmp_path / "b.yml", tmp_path]) == load([tmp_path])


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "c.yaml").write_text(SHORT, encoding="utf-16")
    (tmp_path / "d.yaml").write_bytes(b"#" * 3_000_000)
    (tmp_path / "empty").mkdir()
    for paths, said in (
        (
            [tmp_path / "a.yaml", tmp_path / "b.yaml"],
            "The archetype a is defined in .*a.yaml and in .*b.yaml",
        ),
        ([tmp_path / "c.yaml"], "no UTF-8 text"),
        ([tmp_path / "d.yaml"], "too large"),
        ([tmp_path / "empty"], "holds no file that ends in .yaml"),
        ([tmp_path / "none.yaml"], "can't be read"),
    ):
        with pytest.raises(UsageError, match=said):
            load(paths)


def run(*arguments: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(build_app(), ["archetypes", *map(str, arguments)])
    if isinstance(done.exception, ChildJourneysError):
        assert isinstance(done.exception, UsageError) and code == 2
        return str(done.exception)
    assert done.exit_code == code, done.output
    return done.output


def test_commands(tmp_path: Path) -> None:
    lines = run("list").splitlines()
    assert len(lines) == 1 + len(library()) and lines[0].split() == ["ID", "MONTHS", "NEEDS", "TITLE"]
    assert re.fullmatch(r"s47_no_icpc +1  s47, icpc +Section 47 enquiry without .*", lines[9])
    saved = tmp_path / "mine.yaml"
    shown = run("show", "sibling_signal", "--save", saved)
    definition = library()["sibling_signal"]
    assert to_yaml(definition) in shown and definition_hash(definition)[:12] in shown
    assert saved.read_text(encoding="utf-8") == to_yaml(definition)
    assert "the nearest is `sibling_signal`" in run("show", "sibling_signl", code=2)
    assert run("check", saved) == f"{saved}: sibling_signal version 1 {definition_hash(definition)[:12]}\n"
    saved.write_text(SHORT, encoding="utf-8")
    assert run("list", "--archetypes", saved).splitlines()[-1].split() == ["a", "6"]
    saved.write_text(SHORT + "tittle: x\n", encoding="utf-8")
    assert run("check", saved, code=2) == (
        f"{saved}, line 4: `tittle` is no key of a definition; the nearest is `title`."
    )
