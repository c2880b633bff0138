"""Scenario files: what they may say, and how each mistake is refused with its line."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childjourneys.costs.scenario.definition import (
    Duration,
    Inflation,
    NewService,
    Number,
    Price,
    Process,
    ProviderMix,
    Shift,
    Volume,
)
from childjourneys.costs.scenario.reading import read_scenario, scenario_of
from childjourneys.issues import UsageError

WHOLE = """
scenario:
  id: step_down
  name: Invented example
  base_run: latest
  period: [2024-04-01, 2026-03-31]
  target_price_year: 2024/25
  start: 2024-10-01
  ramp:
    - {date: 2024-10-01, share: 0.25}
    - {date: 2025-01-01, share: {value: 1, low: 0.5, high: 1, source: Programme board}}
  changes:
    - {type: shift, from: {placement: residential, provider: PR4, age: [8, 15], need_group: [ebd]},
       to: {placement: foster_la}, share: 0.15, after_weeks: 26, enhanced_support: extra_help,
       breakdown_rate: 0.2, breakdown_after_weeks: 13, back_to: from}
    - {type: price, match: {placement: [K2, R1]}, change_pct: -2.5, from: 2025-04-01}
    - {type: volume, match: {age: [0, 4]}, entrants_pct: 10}
    - {type: duration, match: {placement: kinship}, weeks: -8}
    - {type: process, process: lac.6, per_year: 3}
    - {type: process, process: lac.2, hours: {social_worker: 4}}
    - {type: provider_mix, placement: foster, mix: {PR1: 0.6, PR4: 0.4}}
    - {type: new_service, cost: {fixed: 250000, per_child: 3000}, eligible: {age: [12, 17]},
       effect: {type: avoid_entry, rate: 0.1}}
    - {type: inflation, index: local_pay, pct_by_year: {2025/26: 3, 2026/27: 2.5}}
  selection: expected_value
"""


def test_every_kind_of_change_is_read() -> None:
    scenario = scenario_of(WHOLE, "s.yaml")
    kinds = [type(change) for change in scenario.changes]
    assert kinds == [
        Shift, Price, Volume, Duration, Process, Process, ProviderMix, NewService, Inflation
    ]  # fmt: skip
    shift = scenario.changes[0]
    assert isinstance(shift, Shift)
    assert shift.share == Number("change 1, share", Fraction(3, 20))
    assert shift.source.age == (8, 15)
    assert shift.to.placement == "foster_la"
    assert scenario.period == (date(2024, 4, 1), date(2026, 3, 31))
    assert scenario.seed is None


def test_the_ramp_is_a_step() -> None:
    scenario = scenario_of(WHOLE, "s.yaml")
    assert scenario.ramp_on(date(2024, 9, 30)) == 0
    assert scenario.ramp_on(date(2024, 10, 1)) == Fraction(1, 4)
    assert scenario.ramp_on(date(2024, 12, 31)) == Fraction(1, 4)
    assert scenario.ramp_on(date(2030, 1, 1)) == 1


def test_without_a_ramp_all_of_it_counts_at_once() -> None:
    text = "scenario: {id: a, start: 2025-04-01, changes: [{type: volume, entrants_pct: 1}]}"
    assert scenario_of(text, "s.yaml").ramp_on(date(2025, 4, 1)) == 1


def test_a_number_says_where_it_comes_from() -> None:
    share = scenario_of(WHOLE, "s.yaml").ramp[1][1]
    assert (share.low, share.high, share.source) == (Fraction(1, 2), Fraction(1), "Programme board")
    assert scenario_of(WHOLE, "s.yaml").ramp[0][1].source == "assumption"


def one(change: str) -> str:
    return f"scenario:\n  id: a\n  start: 2025-04-01\n  changes:\n    - {change}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (one("{type: shft}"), "line 5: `shft` is no type of change; the nearest is `shift`."),
        (one("{type: volume, entrants: 1}"), "the nearest is `entrants_pct`"),
        (one("{type: volume}"), "needs `entrants_pct`"),
        (one("{type: volume, entrants_pct: many}"), "`entrants_pct` is a number."),
        (one("{type: volume, entrants_pct: '10'}"), "`entrants_pct` is a number."),
        (one("{type: volume, entrants_pct: -101}"), "must lie between -100 and 1000"),
        (one("{type: duration, match: {placement: fostr}, weeks: 1}"), "the nearest is `foster`"),
        (one("{type: duration, match: {age: [15, 8]}, weeks: 1}"), "ends before it begins"),
        (one("{type: provider_mix, placement: foster, mix: {PR1: 0.6, PR4: 0.5}}"), "must sum to 1"),
        (one("{type: provider_mix, placement: foster, mix: {PR9: 1}}"), "`PR9` is no provider"),
        (one("{type: price, match: {}, from: 2025-04-01}"), "`change_pct` or `new_amount`"),
        (one("{type: price, match: {}, change_pct: 1, from: April}"), "a date such as 2025-04-01"),
        (one("{type: process, process: lac.9, per_year: 1}"), "`lac.9` is no process"),
        (one("{type: inflation, index: a, pct_by_year: {2025: 1}}"), "written such as 2024/25"),
        (
            one("{type: shift, from: {}, to: {placement: U6}, share: 0.1}"),
            "needs `after_weeks` or `after_months`",
        ),
        (
            one("{type: shift, from: {}, to: {}, share: 0.1, after_weeks: 1}"),
            "`to` says nothing",
        ),
        (
            one("{type: shift, from: {}, to: {placement: U6}, share: 0.1, after_weeks: 1, "
                "breakdown_rate: 0.1}"),
            "with `breakdown_rate` goes `breakdown_after_weeks`",
        ),
        (
            one("{type: shift, from: {}, to: {placement: U6}, share: {value: 0.5, low: 0.6}, "
                "after_weeks: 1}"),
            "is not between its `low` and its `high`",
        ),
        (one("{type: volume, entrants_pct: 1}\n  ramp: [{date: 2025-05-01, share: 1}, "
             "{date: 2025-04-01, share: 1}]"), "must go up"),
        ("scenario:\n  id: A b\n  start: 2025-04-01\n  changes: []\n", "lower-case"),
        ("scenario:\n  id: a\n  start: 2025-04-01\n  changes: []\n", "at least one change"),
        ("archetype: x\n", "is no key of a scenario file"),
        ("[1, 2]", "holds keys and values"),
        ("", "one scenario"),
        (one("{type: volume, entrants_pct: 1}\n  period: [2020-01-01, 2020-12-31]"), "outside `period`"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        scenario_of(text, "s.yaml")
    message = str(refused.value)
    assert message.startswith("s.yaml")
    assert said in message
    assert "\n" not in message


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        read_scenario(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00scenario")
    with pytest.raises(UsageError):
        read_scenario(tmp_path / "bytes.yaml")


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.sampled_from("[]{}:,-'\"#&*!|>%@` \n\tx0"), st.booleans())
def test_a_mangled_file_never_gives_a_traceback(place: int, sign: str, drop: bool) -> None:
    text = WHOLE[:place] + sign + WHOLE[place + drop :]
    try:
        scenario_of(text, "s.yaml")
    except UsageError as refused:
        assert str(refused)
