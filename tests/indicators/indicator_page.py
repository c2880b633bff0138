"""The list of indicators as docs/indicators.md shows it.

`python tests/indicators/indicator_page.py` renews it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from childjourneys.indicators.catalogue import Indicator, National, Row, catalogue

PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"
BEGIN = "## The indicators\n"


def listed() -> str:
    return BEGIN + "".join(
        f"\n### {what.id}\n\n" + "\n".join(_lines(what)) + "\n" for what in catalogue().values()
    )


def _lines(what: Indicator) -> Iterator[str]:
    yield f"{what.name} ({what.unit})."
    yield ""
    yield f"- Counts: {what.counts}."
    if what.of:
        yield f"- Of: {what.of}."
    if what.method:
        yield f"- Method: {what.method}."
    if what.limits:
        yield f"- Limits: {what.limits}"
    if what.look_back_months:
        yield f"- Needs the {what.look_back_months} months before the period."
    yield f"- From: {what.only_from or what.brings}."
    yield f"- Source: {what.source} ({what.status})."
    parts = [row for row in what.rows if row.name]
    if parts:
        yield "- Rows: " + "; ".join(_part(what, row) for row in parts) + "."
    for row in what.rows:
        if row.national.figures and not row.name:
            yield f"- England: {_figures(row.national, what.unit)} ({row.national.source})."
    sources = sorted({row.national.source for row in parts if row.national.figures})
    if sources:
        yield f"- England, in the rows: {'; '.join(sources)}."


def _part(what: Indicator, row: Row) -> str:
    figures = f" (England: {_figures(row.national, row.unit)})" if row.national.figures else ""
    return f"`{row.id.removeprefix(what.id)}` {row.name}{figures}"


def _figures(national: National, unit: str) -> str:
    per, sign = (100, "%") if unit == "proportion" else (1, "")
    return ", ".join(f"{year}: {per * value:,.6g}{sign}" for year, value in national.figures.items())


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(BEGIN)] + listed(), encoding="utf-8", newline="\n")
