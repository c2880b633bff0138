"""The page on the catalogue: what it shows can be read, and what it lists is all there is."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from childjourneys.costs.conditions import KEYS
from childjourneys.costs.indices import read_indices
from childjourneys.costs.loading import INVENTED_EXAMPLE, SHIPPED
from childjourneys.costs.placement_names import PLACEMENT_NAMES
from childjourneys.costs.price_layout import COLUMNS, PRESETS, read_layout
from childjourneys.costs.reading import ENTRY_KEYS, SETTING_KEYS, TOP_KEYS, read_catalogue

PAGE = (Path(__file__).parents[2] / "docs" / "cost_catalogue.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^( *)```text\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "known", [ENTRY_KEYS, KEYS, SETTING_KEYS, TOP_KEYS, COLUMNS, PRESETS, SHIPPED, tuple(PLACEMENT_NAMES)]
)
def test_every_key_and_name_is_on_the_page(known: tuple[str, ...]) -> None:
    assert not [word for word in (*known, INVENTED_EXAMPLE) if not re.search(rf"`{word}[`:\]]", PAGE)]


def test_what_the_page_shows_can_be_read() -> None:
    entry, recipe, indices, layout = (
        body.replace("\n" + indent, "\n").removeprefix(indent) for indent, body in BLOCKS
    )
    both = entry + recipe
    found = read_catalogue(both, "ours.yaml", ()).entries
    assert [one.id for one in found] == ["home_independent", "sw_hour", "review"]
    rate = {one.id: one.amount or Fraction(0) for one in found}
    assert sum(line.hours * rate[line.rate_id] for line in found[2].recipe) == 651
    assert set(read_indices(indices, "i.yaml")) == {"gdp_deflator_2025_03", "local_pay"}
    assert read_layout(layout, "map.yaml").fixed["period_to"] == "2024-09-30"
