"""Pages of costs in Chromium: wide tables fit a screen, and at 400% zoom only labelled regions scroll."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from invented_ledgers import LA, chain_of, children_of, entry, invented_ledger, invented_run

from childjourneys.costs.summaries.cube import add_up
from childjourneys.reports.child_cost_page import child_cost_page
from childjourneys.reports.cost_data import cost_data
from childjourneys.reports.cost_page import render_cost_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed here"),
]
# Every part that may scroll: what is in it, how wide that is, how wide it is itself, and whether the keyboard
# reaches it under a name.
MEASURE = """
<script>addEventListener('load', () => {
  document.querySelectorAll('details').forEach(one => one.open = true);
  const root = document.documentElement;
  const parts = [...document.querySelectorAll('.scroll, .picture')].map(one => [
    one.querySelector('table, svg').id, one.scrollWidth, one.clientWidth,
    one.tabIndex === 0 && ['region', 'group'].includes(one.getAttribute('role'))
      && !!(one.getAttribute('aria-label')
            || document.getElementById(one.getAttribute('aria-labelledby'))?.textContent)]);
  parent.document.getElementById('told').textContent =
    JSON.stringify({page: root.scrollWidth, room: root.clientWidth, parts});
});</script></head>"""


def measured(page: str, width: int, folder: Path) -> dict[str, Any]:
    """How wide the page and its parts are in a window of so many CSS pixels."""
    assert CHROMIUM is not None
    inner = escape(page.replace("</head>", MEASURE, 1), quote=True)
    frame = f'<iframe width="{width}" height="900" style="border:0" srcdoc="{inner}"></iframe>'
    file = folder / f"{width}.html"
    file.write_text(f'<!DOCTYPE html><pre id="told"></pre>{frame}', encoding="utf-8")
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1600,1000",
         "--virtual-time-budget=5000", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, encoding="utf-8", check=True, timeout=120,
    )  # fmt: skip
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    ledger = invented_ledger(150, 5, ("2023/24", "2024/25")).with_columns(pl.col("pence") * 40)
    run = invented_run(*(entry(name) for name in sorted(set(ledger["entry_id"]))), invented=True)
    data = cost_data(add_up(ledger, children_of(ledger, {"none": (400, 400)})), run)
    child = ledger["child_id"][0]
    chain = chain_of({"child_id": child, "start": date(2024, 5, 1), "end": date(2024, 9, 1)})
    one = child_cost_page((LA, child), ledger, chain, children_of(ledger), run)
    return {"costs": render_cost_report(data), "child": one}


@pytest.mark.parametrize("page", ["costs", "child"])
def test_on_a_screen_every_table_fits(page: str, pages: dict[str, str], tmp_path: Path) -> None:
    told = measured(pages[page], 1280, tmp_path)
    assert told["page"] <= told["room"] and len(told["parts"]) > 3
    assert [name for name, wide, room, _ in told["parts"] if wide > room] == []


@pytest.mark.parametrize("page", ["costs", "child"])
def test_at_400_per_cent_only_labelled_regions_scroll(
    page: str, pages: dict[str, str], tmp_path: Path
) -> None:
    told = measured(pages[page], 320, tmp_path)
    assert told["page"] <= told["room"]
    scrolling = [(name, reached) for name, wide, room, reached in told["parts"] if wide > room]
    assert scrolling and all(reached for _, reached in scrolling)
