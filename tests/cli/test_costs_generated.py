"""A messy generated authority, run and costed by the commands: what must hold whatever it costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest
from costs_story import CATALOGUE, command, file_in, rows_of, total

pytestmark = pytest.mark.slow
FIRST, LAST = date(2021, 4, 1), date(2025, 3, 31)
DAY = timedelta(days=1)
Line = dict[str, str]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    size = ("--children", "400", "--la", "821", "--seed", "3")
    command("synth", "--messy", *size, "--out", folder / "made")
    command("run", folder / "made", "--out", folder / "out")
    mine = file_in(folder, "mine.yaml", CATALOGUE)
    period = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
    command("costs", folder / "out", "--catalogue", mine, *period)
    return folder / "out" / "in-team"


@pytest.fixture(scope="module")
def lines(team: Path) -> list[Line]:
    return rows_of(team / "cost_ledger.csv")


def days(row: Line, first: str, last: str) -> Iterator[date]:
    """Nights of a spell inside the period, or of a line."""
    day = max(date.fromisoformat(row[first]), FIRST)
    until = LAST + DAY if not row[last] else min(date.fromisoformat(row[last]), LAST + DAY)
    while day < until:
        yield day
        day += DAY


def nights_of(line: Line) -> set[date]:
    return {*days(line, "date_from", "date_to"), date.fromisoformat(line["date_to"])}


def half_up(amount: Fraction) -> Decimal:
    pence = Decimal((amount * 200 + 1).__floor__() // 2)
    return (pence / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_nights_are_those_of_the_placements(team: Path) -> None:
    slept: dict[str, set[date]] = defaultdict(set)
    for spell in rows_of(team / "spells.csv"):
        if spell["kind"] in ("placement", "short_break"):
            slept[spell["child_id"]].update(days(spell, "start", "end"))
    charged = {row["child_id"]: int(row["nights"]) for row in rows_of(team / "cost_children.csv")}
    # An agreement for short breaks (V4) has no nights: an issue names the child.
    named = {row["child_id"] for row in rows_of(team / "cost_issues.csv") if "(V4)" in row["what"]}
    differ = {child for child, nights in slept.items() if len(nights) != charged.get(child, 0)}
    assert differ <= named
    assert {child for child, nights in charged.items() if nights} <= slept.keys()
    assert sum(charged.values()) > 5_000


def test_events_are_charged_on_their_days(team: Path, lines: list[Line]) -> None:
    happened: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in rows_of(team / "events.csv"):
        if row["date"] and FIRST <= date.fromisoformat(row["date"]) <= LAST:
            if row["event"] == "lac_end" and '"reason_ceased": "X1"' in row["attributes"]:
                continue
            happened[row["event"]][row["child_id"], row["date"]] += 1
    charged: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for line in lines:
        if line["unit"] == "event":
            charged[line["process"]][line["child_id"], line["date_from"]] += 1
    for process, event in {
        "lac.1": "lac_start", "lac.4": "lac_end", "lac.6": "lac_review", "cin.s47": "s47",
        "cin.contact_referral": "referral", "cin.assessment": "assessment_authorised",
        "cin.close_case": "case_closed", "cin.review": "cp_review", "cin.cp_conference": "icpc",
    }.items():  # fmt: skip
        assert charged[process] == happened[event], process
    assert charged["lac.2"] == charged["lac.6"], "one plan is updated with each review"
    assert max(Counter(child for child, _ in charged["lac.8"]).values()) == 1
    courts = Counter(
        (line["child_id"], line["period_of_care"]) for line in lines if line["process"] == "lac.7"
    )
    assert max(courts.values()) == 1


def test_support_stops_while_looked_after(team: Path, lines: list[Line]) -> None:
    care: dict[str, set[date]] = defaultdict(set)
    for spell in rows_of(team / "spells.csv"):
        if spell["kind"] == "looked_after":
            care[spell["child_id"]].update(days(spell, "start", "end"))
    seen: dict[str, set[date]] = defaultdict(set)
    for line in lines:
        if line["process"] == "cin.ongoing_support":
            nights = nights_of(line)
            assert not nights & care[line["child_id"]]
            assert not nights & seen[line["child_id"]], "a night is charged once"
            seen[line["child_id"]] |= nights
    assert sum(map(len, seen.values())) > 5_000


def test_lines_are_whole_months_of_spans_that_are_rounded_once(lines: list[Line]) -> None:
    spans = [line for line in lines if line["nights"]]
    for line in spans:
        assert line["date_from"][:7] == line["date_to"][:7] == line["month"]
        assert int(line["nights"]) == len(nights_of(line))
    key = ("child_id", "period_of_care", "placement_no", "entry_id", "unit_cost", "uplift_factor")
    count = 0
    spans.sort(key=lambda line: (*(line[name] for name in key), line["date_from"]))
    for _, group in groupby(spans, key=lambda line: tuple(line[name] for name in key)):
        for span in touching(list(group)):
            nights = sum(int(line["nights"]) for line in span)
            if span[0]["unit"] not in ("night", "week"):
                continue
            unit = {"night": 1, "week": 7}[span[0]["unit"]]
            exact = Fraction(nights, unit) * Fraction(span[0]["unit_cost"])
            assert abs(total(span)) == half_up(exact)
            for line in span:
                share = exact * int(line["nights"]) / nights
                assert abs(abs(Fraction(line["amount"])) - share) < Fraction(1, 100)
                wanted = Fraction(int(line["nights"]), unit)
                assert abs(Fraction(line["quantity"]) - wanted) <= Fraction(1, 2_000_000)
            count += 1
    assert count > 50


def touching(group: list[Line]) -> Iterator[list[Line]]:
    """Lines one after the other, cut where a night lies between."""
    span = [group[0]]
    for line in group[1:]:
        if date.fromisoformat(line["date_from"]) - date.fromisoformat(span[-1]["date_to"]) == DAY:
            span.append(line)
        else:
            yield span
            span = [line]
    yield span


def test_each_night_has_one_price_of_each_kind(lines: list[Line]) -> None:
    kinds = {"fostered": "placement", "home": "placement", "p3": "process", "pocket": "allowance"}
    seen: dict[tuple[str, str], set[date]] = defaultdict(set)
    for line in lines:
        if line["entry_id"] in kinds:
            slot = line["child_id"], kinds[line["entry_id"]]
            nights = nights_of(line)
            assert not nights & seen[slot]
            seen[slot] |= nights


def test_children_add_up_and_nights_without_a_price_are_named(team: Path, lines: list[Line]) -> None:
    children = rows_of(team / "cost_children.csv")
    assert total(lines) == total(children, "net")
    for name, process in (("grant", "grant"), ("contributions", "contribution")):
        assert total(children, name) == total(line for line in lines if line["process"] == process)
    assert {line["child_id"] for line in lines} <= {row["child_id"] for row in children}
    without = {row["child_id"]: int(row["unpriced_nights"]) for row in children}
    named: Counter[str] = Counter()
    for row in rows_of(team / "cost_issues.csv"):
        if row["severity"] == "error" and row["kind"] == "placement":
            named[row["child_id"]] += int(row["count"])
    assert +Counter(without) == named
    assert sum(named.values()) > 0
    assert all(int(row["nights"]) >= int(row["unpriced_nights"]) for row in children)


def test_the_forecast_is_tested_and_prices_no_night_that_has_no_price(team: Path) -> None:
    rows = rows_of(team / "cost_forecast.csv")
    assert len({row["month"] for row in rows}) == 24
    assert {row["la_code"] for row in rows} == {"821"}
    for row in rows:
        low, middle, high = (float(row[name]) for name in ("nights_low", "nights", "nights_high"))
        assert low <= middle <= high
        assert bool(row["cost"]) == bool(row["night"]) == bool(row["price_year"])
        if row["night"]:
            # A foster home is 421 a week at the least with its social work: no night is nearly free.
            assert float(row["night"]) > 60
            assert abs(float(row["cost"]) - middle * float(row["night"])) <= 1 + 0.06 * float(row["night"])
    assert {row["placement"] for row in rows if row["night"]} <= {"foster", "kinship", "residential"}
