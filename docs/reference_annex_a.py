"""The reference page about Annex A: its lists, and the headings that are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reference_rows import STATED_TYPES, rows

from childjourneys.domain.codes import load_yaml
from childjourneys.sources.annex_a.spec import PLANS


def annex_a() -> Iterable[str]:
    """Every list, heading by heading."""
    yield "# Annex A\n"
    yield (
        "The lists and the headings that are known. A heading is compared without regard to case, spaces, "
        "line breaks, kinds of quotes and stray brackets; then by its telling words; then, if it is 8 "
        "letters or longer, as a misspelling by up to two letters. Names of staff are never read.\n"
    )
    for entry in load_yaml("childjourneys.sources.specs", "annex_a.yaml")["lists"]:
        plan = PLANS.get(entry["list"])
        yield f"## List {entry['list']}: {entry['title']}\n"
        kept = (
            f"Goes to the table [{plan.table}](tables.md#{plan.table})." if plan else "Counted, never kept."
        )
        yield f"Rows: {entry['rows']}. Looks back over: {entry['window']}. {kept}"
        if plan and plan.key_dates:
            needed = " or ".join(f"`{name}`" for name in plan.key_dates)
            yield f"A row needs {needed if len(plan.key_dates) < 3 else 'one of its dates'}."
        yield ""
        yield from rows(
            ("Heading", "Also known as", "Column", "Type", "Codes", "Expected in every row"),
            [
                (
                    c["heading"],
                    _variants(c),
                    f"`{c['canonical']}`",
                    "never read" if c.get("sensitive") else STATED_TYPES[c["type"]],
                    f"[{c['codes']}](code_sets.md#{c['codes']})" if c.get("codes") else "",
                    "yes" if c.get("blank") == "never" else "no",
                )
                for c in entry["columns"]
            ],
        )  # fmt: skip
        yield ""


def _variants(column: dict[str, Any]) -> str:
    others = [f"not: {old}, which meant something else" for old in column.get("superseded", [])]
    return "; ".join([*column.get("variants", []), *others])
