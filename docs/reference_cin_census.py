"""The reference page about the CIN census: its elements, and the years that have them."""

from __future__ import annotations

from collections.abc import Iterable

from reference_rows import STATED_TYPES, rows, years

from childjourneys.domain.codes import load_yaml
from childjourneys.sources.cin_census.layout import KINDS


def cin_census() -> Iterable[str]:
    """Every group of elements, element by element."""
    yield "# CIN census\n"
    yield (
        "The elements that are read, and the collection years that have them (2024 is the year to 31 March "
        "2024; no years: every year from 2017). Namespaces, prefixes, encodings and byte-order marks do not "
        "matter. What is not listed is named in a note and left alone.\n"
    )
    tables = {kind.name: kind.table for kind in KINDS}
    for group in load_yaml("childjourneys.sources.specs", "cin_census.yaml")["groups"]:
        if group.get("confidence") == "low":
            yield f"## {group['xml']}\n"
            yield f"From {group['from']}. Not confirmed: it is counted in a note, never kept.\n"
            continue
        yield f"## {group['xml']}\n"
        table = tables.get(group["xml"])
        since = f" From {group['from']}." if "from" in group else ""
        goes = f" Goes to the table [{table}](tables.md#{table})." if table else ""
        yield f"Inside `{group['parent']}`.{since}{goes}\n"
        yield from rows(
            ("Element", "Column", "Type", "Required", "Years", "Codes"),
            [
                (
                    f"`{e['xml']}`", f"`{e['canonical']}`", STATED_TYPES[e["type"]], e.get("required", ""),
                    years(e.get("from"), e.get("to")),
                    f"[{e['codes']}](code_sets.md#{e['codes']})" if e.get("codes") else "",
                )
                for e in group["elements"]
            ],
        )  # fmt: skip
        yield ""
