"""A catalogue as CSV: one row an entry, the columns being its keys; made into the nodes YAML gives.

A list is written `a|b`. Keys with values are written `key=value; key=a|b`, or as columns of their own with a
dot: `when.placement`, `source.publication`. A recipe is written
`role=social_worker, hours=2.5, rate_id=sw; role=..., hours=..., rate_id=...`.
"""

from __future__ import annotations

from childjourneys.archetypes.errors import unknown
from childjourneys.archetypes.nodes import Mapping, Node, Scalar, Sequence
from childjourneys.costs.nodes import CatalogueError
from childjourneys.sources.delimited import read_delimited

_NESTED = ("when", "source", "home", "rate", "components", "s251_line")
_LISTS = ("covers",)


def nodes_of_csv(data: bytes, name: str, keys: tuple[str, ...]) -> list[Node]:
    """The entries of a CSV file as nodes; their line is the row that a spreadsheet shows.

    Args:
        data: the file.
        name: its name, for messages.
        keys: of an entry.

    Raises:
        CatalogueError: it is no table, or a column or cell can't be one of an entry.
    """
    rows = read_delimited(data)
    if not rows:
        raise CatalogueError("it holds no table; a CSV catalogue has a row of headings.", name)
    start = next((at for at, cells in enumerate(rows) if any(cell.strip() for cell in cells)), None)
    if start is None:
        raise CatalogueError("it holds no table; a CSV catalogue has a row of headings.", name)
    columns = [cell.strip() for cell in rows[start]]
    if not any(column.partition(".")[0] in keys for column in columns):
        # What stands there may be anything, an identifier too: it is not repeated.
        raise CatalogueError("no heading of this row is a key of a catalogue.", name, start + 1)
    for column in columns:
        head, dot, tail = column.partition(".")
        if column and (head not in keys or (dot and (head not in _NESTED or not tail))):
            raise CatalogueError(unknown(column, "column of a catalogue", keys), name, start + 1, column)
        if column and columns.count(column) > 1:
            raise CatalogueError(f"the column `{column}` stands twice.", name, start + 1, column)
    return [
        _entry(columns, cells, number, name)
        for number, cells in enumerate(rows[start + 1 :], start=start + 2)
        if any(cell.strip() for cell in cells)
    ]


def _entry(columns: list[str], cells: list[str], line: int, name: str) -> Mapping:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise CatalogueError("this row has more cells than there are headings.", name, line)
    entries: dict[str, Node] = {}
    parts: dict[str, dict[str, Node]] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if not text:
            continue
        if not column:
            raise CatalogueError("there is a value in a column without a heading.", name, line)
        head, dot, tail = column.partition(".")
        if dot:
            parts.setdefault(head, {})[tail] = _value(text, line)
        elif column == "source" and "=" not in text:
            entries[column] = Scalar(text, line, plain=False)
        elif column in _NESTED or (column == "index" and "=" in text):
            parts.setdefault(column, {}).update(_pairs(text, ";", column, line, name))
        elif column == "recipe":
            lines = [one for one in text.split(";") if one.strip()]
            entries[column] = Sequence(
                tuple(_mapping(_pairs(one, ",", column, line, name), line) for one in lines), line
            )
        else:
            entries[column] = _value(text, line) if column in _LISTS else Scalar(text, line, plain=False)
    for head, found in parts.items():
        entries[head] = _mapping(found, line)
    return _mapping(entries, line)


def _pairs(text: str, separator: str, column: str, line: int, name: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for part in text.split(separator):
        if not part.strip():
            continue
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise CatalogueError(f"`{column}` is written as key=value; key=value.", name, line, column)
        if key.strip() in found:
            raise CatalogueError(f"`{key.strip()}` stands twice in `{column}`.", name, line, column)
        found[key.strip()] = _value(value.strip(), line)
    return found


def _mapping(entries: dict[str, Node], line: int) -> Mapping:
    return Mapping(entries, line, dict.fromkeys(entries, line))


def _value(text: str, line: int) -> Node:
    if "|" not in text:
        return Scalar(text, line, plain=False)
    return Sequence(tuple(Scalar(part.strip(), line, plain=False) for part in text.split("|")), line)
