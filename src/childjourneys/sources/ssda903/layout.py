"""The modules of SSDA903: their columns as `ssda903.yaml` states them, and what each becomes here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from childjourneys.domain.codes import code_set, load_yaml
from childjourneys.sources.coding import Coder, coder, leaver_home_coder, sex_coder
from childjourneys.tables.ssda903 import SSDA903

CHILD, BORN = "CHILD", "DOB"
ACCOMMODATION, UPN, REASON_CEASED = "ACCOM", "UPN", "REC"
# The dates whose collection years tell which year a return is of.
YEAR_DATES = {"Episodes": "DEC", "Reviews": "REVIEW", "Missing": "MIS_END"}
# The date that ends what a row is about; a blank one says that it goes on.
_ENDS = {
    "Episodes": "DEC", "UASC": "DUC", "PlacedAdoption": "DATE_PLACED_CEASED", "Missing": "MIS_END",
    "SWEpisodes": "SW_DEC", "DoLo": "DOLO_END",
}  # fmt: skip
_RECORD_ELEMENTS = {"Header": "HEADER", "Episodes": "EPISODE"}


@dataclass(frozen=True)
class Field:
    """One column of a module.

    Attributes:
        name: as the return calls it.
        column: canonical name, that of the reported table.
        kind: `text`, `date`, `int`, `number`, `code`, `bool` or `postcode`.
        codes: its code set.
        required: in every CSV of the module.
    """

    name: str
    column: str
    kind: str
    codes: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Module:
    """One module.

    Attributes:
        name: as the guide calls it.
        table: the reported table that it becomes.
        fields: by the return's name.
        key: columns that tell its rows apart.
        key_date: the date without which a row can't be used; None where it needs none.
        end: the date that ends what a row is about.
        element: the element of a record in XML.
    """

    name: str
    table: str
    fields: Mapping[str, Field]
    key: tuple[str, ...]
    key_date: str | None
    end: str | None
    element: str

    @property
    def required(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if field.required)

    @property
    def restated(self) -> frozenset[str]:
        """Columns that repeat what Header says of the child."""
        return frozenset() if self.name == "Header" else frozenset({BORN, "SEX"}) & set(self.fields)


@cache
def modules() -> dict[str, Module]:
    """All modules by name, in the order of the guide."""
    return {entry["name"]: _module(entry) for entry in _spec()["modules"]}


def module_of(headings: Collection[str]) -> Module | None:
    """The module whose columns these are: all its required ones are there; of several the one that has more.

    Args:
        headings: trimmed and in upper case.
    """
    there = set(headings)
    fitting = [module for module in modules().values() if module.required <= there]
    return max(fitting, key=lambda module: len(there & set(module.fields)), default=None)


def closest(headings: Collection[str]) -> Module:
    """The module that has most of these columns, whether or not all that it needs are there."""
    there = set(headings)
    return max(modules().values(), key=lambda module: len(there & set(module.fields)))


@cache
def coder_of(module: str, name: str) -> Coder | None:
    """What takes the wordings of a column for codes; None for a column without codes.

    Args:
        name: the return's or the canonical name.
    """
    known = modules()[module].fields
    field = known.get(name) or next((one for one in known.values() if one.column == name), None)
    if field is None:
        return None
    if field.name == "SEX":
        return sex_coder()
    if field.name == ACCOMMODATION:
        return leaver_home_coder()
    if field.name == UPN:
        return coder("upn_unknown")
    if field.kind == "bool":
        return coder("yes_no")
    return coder(field.codes) if field.kind == "code" and field.codes else None


@cache
def code_labels(module: str, name: str) -> dict[str, str]:
    """Words for each code that the coder of a column gives."""
    found = coder_of(module, name)
    if found is None:
        return {}
    if modules()[module].fields[name].name == ACCOMMODATION:
        homes, fit = code_set("accommodation").labels(), code_set("accommodation_suitability").labels()
        return {
            code: "; ".join(filter(None, (homes[code[0]], fit.get(code[1:], "")))) for code in found.codes
        }
    return code_set(found.name).labels()


def of_another_year(module: str, name: str, text: str, code: str, year: int) -> bool:
    """Whether a wording is a code that the return had in other years only.

    >>> [of_another_year("Episodes", "PLACE", code, code, 2025) for code in ("H5", "K2", "K3")]
    [True, False, False]
    """
    if name == "SEX":
        return (year >= _sex_from()) == text.strip()[:1].isdigit()
    field = modules()[module].fields[name]
    if not field.codes or name in (ACCOMMODATION, UPN):
        return False
    entry = next((one for one in code_set(field.codes).codes if one.code == code), None)
    return entry is not None and not (entry.first_year or year) <= year <= (entry.last_year or year)


def years_covered() -> tuple[int, int]:
    """The first and the last collection year of which the layout is held."""
    about = _spec()["meta"]
    return int(about["first_year_covered"]), int(about["last_year_partial"])


def xml_renames() -> dict[str, str]:
    """Elements that XML calls otherwise than CSV."""
    return dict(_spec()["xml"]["renames"])


def presence_tests() -> dict[str, str]:
    """Modules whose columns stand in HEADER, with the element that says that there is a record."""
    return {name: text.split()[0] for name, text in _spec()["xml"]["presence_tests"].items()}


def _spec() -> dict[str, Any]:
    spec: dict[str, Any] = load_yaml("childjourneys.sources.specs", "ssda903.yaml")
    return spec


@cache
def _sex_from() -> int:
    header = next(entry for entry in _spec()["modules"] if entry["name"] == "Header")
    return next(int(one["from"]) for one in header["columns"] if one["name"] == "SEX" and "from" in one)


def _module(entry: Mapping[str, Any]) -> Module:
    fields: dict[str, Field] = {}
    name = entry["name"]
    table = SSDA903.get(name)
    coded = {column.name for column in table.stated if column.codes} if table else set()
    for item in entry["columns"]:
        kind = item["type"]
        # A column of authorities holds more than the codes that are listed: it stays text.
        if kind == "code" and table and item["canonical"] not in coded and item["name"] != "SEX":
            kind = "text"
        fields[item["name"]] = Field(
            item["name"], item["canonical"], kind, item.get("codes"), item.get("required") == "always"
        )
    key = tuple(entry["key"])
    key_date = next((one for one in key if fields[one].kind == "date"), None)
    element = _RECORD_ELEMENTS.get(name) or entry.get("xml_tag", name)
    return Module(name, table.name if table else "child", fields, key, key_date, _ENDS.get(name), element)
