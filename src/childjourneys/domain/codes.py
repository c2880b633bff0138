"""Code sets: which values a coded column may hold, and what they mean.

The facts are in `code_sets.yaml`, restated from the DfE census guides and the Ofsted workbook.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True)
class Code:
    """One value of a code set. `first_year` and `last_year` are collection years, both included."""

    code: str
    label: str
    annex_a: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    group: str | None = None
    extra: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True)
class CodeSet:
    """A named set of codes. `annex_a_pattern` pulls the code out of the Ofsted wording."""

    name: str
    codes: tuple[Code, ...]
    annex_a_pattern: str | None = None

    def label(self, code: str) -> str | None:
        """The label of a code, or None when the set does not hold it."""
        return self.labels().get(code)

    def labels(self) -> dict[str, str]:
        return {entry.code: entry.label for entry in self.codes}


@cache
def load_yaml(package: str, name: str) -> Any:
    """A YAML file shipped in a package of ours, parsed once."""
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)


@cache
def code_set(name: str) -> CodeSet:
    """A code set by name.

    Raises:
        KeyError: no set has that name.
    """
    entry = load_yaml("childjourneys.domain", "code_sets.yaml")["code_sets"][name]
    return CodeSet(
        name=name,
        codes=tuple(_code(item) for item in entry["codes"]),
        annex_a_pattern=entry.get("annex_a_pattern"),
    )


def code_set_names() -> tuple[str, ...]:
    return tuple(load_yaml("childjourneys.domain", "code_sets.yaml")["code_sets"])


@cache
def authority_name(la_code: str) -> str:
    """The name of a local authority; the code itself where it is not listed."""
    return code_set("local_authority").label(la_code) or la_code


def _code(item: dict[str, Any]) -> Code:
    known = {"code", "label", "annex_a", "annex_a_alternatives", "synonyms", "from", "to", "group"}
    wordings = [item["annex_a"]] if "annex_a" in item else []
    wordings += item.get("annex_a_alternatives", [])
    return Code(
        code=str(item["code"]),
        label=str(item["label"]),
        annex_a=tuple(str(wording) for wording in wordings),
        synonyms=tuple(str(synonym) for synonym in item.get("synonyms", [])),
        first_year=item.get("from"),
        last_year=item.get("to"),
        group=item.get("group"),
        extra={key: value for key, value in item.items() if key not in known},
    )
