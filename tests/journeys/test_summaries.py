import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product

import polars as pl
import pytest

from childjourneys.domain.dates import add_months, age_in_years
from childjourneys.domain.vocabulary import EVENT
from childjourneys.journeys.accounts import summarise_account
from childjourneys.journeys.stages import STAGES, WINDOWS, stages
from childjourneys.journeys.summaries import TOP_JOURNEYS, summarise
from childjourneys.tables import DERIVED

YEAR = (date(2023, 4, 1), date(2024, 3, 31))


def frame(table: str, rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    declared = DERIVED[table]
    if not rows:
        return declared.empty()
    given = {key for row in rows for key in row}
    schema = {key: kind for key, kind in declared.schema.items() if key in given}
    return declared.conform(pl.DataFrame(rows, schema=schema))


def events(*rows: tuple[str, str, date], attributes: str = "{}", la_code: str = "301") -> pl.DataFrame:
    """Events of (child_id, event, day)."""
    return frame(
        "events",
        [
            {"la_code": la_code, "child_id": child, "event": event, "date": day, "attributes": attributes}
            for child, event, day in rows
        ],
    )


def coverage(ranges: dict[str, Sequence[tuple[date, date]]], la_code: str = "301") -> pl.DataFrame:
    return frame(
        "coverage",
        [
            {"la_code": la_code, "kind": kind, "from": first, "to": last, "rule": "started_in", "source": "x"}
            for kind, both in ranges.items()
            for first, last in both
        ],
    )


def children(*rows: tuple[str, date | None, date | None, str]) -> pl.DataFrame:
    """Children of (child_id, birth_date, expected_birth_date, sex)."""
    return frame(
        "children",
        [
            {"la_code": "301", "child_id": child, "birth_date": born, "expected_birth_date": due, "sex": sex}
            for child, born, due, sex in rows
        ],
    )


def lines(*rows: tuple[str, int]) -> pl.DataFrame:
    """Lines of (reduced journey, days from first to last)."""
    start = date(2024, 1, 1)
    return frame(
        "lines",
        [
            {
                "la_code": "301",
                "child_id": str(at),
                "journey_reduced": reduced,
                "first_date": start,
                "last_date": start + timedelta(days=days),
            }
            for at, (reduced, days) in enumerate(rows)
        ],
    )


def summed(
    events: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
    children: pl.DataFrame | None = None,
    coverage: pl.DataFrame | None = None,
    spells: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    given = {"events": events, "spells": spells, "lines": lines, "children": children, "coverage": coverage}
    return summarise(**{name: DERIVED[name].empty() if f is None else f for name, f in given.items()})


def stage(found: pl.DataFrame, name: str, months: int = 12) -> dict[str, object]:
    return found.row(by_predicate=(pl.col("stage") == name) & (pl.col("months") == months), named=True)


ALL_YEARS = {
    kind: [(date(2020, 4, 1), date(2026, 3, 31))]
    for kind in ("contact", "referral", "assessment_start", "cin_start", "cpp_start", "lac_start")
}


# Volumes


def test_months_are_counted_and_told_whole_part_or_not_covered() -> None:
    volumes = summed(
        events(
            ("a", "contact", date(2024, 1, 31)),
            ("a", "contact", date(2024, 2, 1)),
            ("b", "contact", date(2024, 2, 29)),
            ("b", "contact", date(2019, 5, 5)),
        ),
        coverage=coverage({"contact": [(date(2024, 1, 31), date(2024, 3, 31))]}),
    )
    assert volumes["volumes"].select("month", "n", "covered_days", "days", "complete").rows() == [
        (date(2019, 5, 1), 1, 0, 31, False),
        (date(2024, 1, 1), 1, 1, 31, False),
        (date(2024, 2, 1), 2, 29, 29, True),
        (date(2024, 3, 1), 0, 31, 31, True),
    ]
    totals = volumes["volume_totals"].row(0, named=True)
    assert (totals["months"], totals["n"], totals["least"], totals["most"]) == (2, 2, 0, 2)
    assert (totals["n_partly"], totals["n_outside"]) == (1, 1)
    assert volumes["volumes_outside"]["n"].item() == 1


def test_a_month_covered_by_two_returns_that_meet_in_it_is_whole() -> None:
    halves = coverage(
        {"s47": [(date(2024, 1, 1), date(2024, 1, 20)), (date(2024, 1, 15), date(2024, 1, 31))]}
    )
    assert summed(coverage=halves)["volumes"]["complete"].to_list() == [True]


def test_together_authorities_are_whole_where_each_that_covers_the_type_is() -> None:
    january, february = (date(2024, 1, 1), date(2024, 1, 31)), (date(2024, 2, 1), date(2024, 2, 29))
    both = pl.concat(
        [
            coverage({"contact": [january, february], "referral": [january]}, "301"),
            coverage({"contact": [january]}, "302"),
        ]
    )
    found = summed(events(("a", "contact", date(2024, 2, 2)), la_code="302"), coverage=both)["volumes_all"]
    assert found.rows() == [
        ("contact", date(2024, 1, 1), 0, True, True),
        ("contact", date(2024, 2, 1), 1, True, False),
        ("referral", date(2024, 1, 1), 0, True, True),
    ]


def test_need_episodes_are_no_plans() -> None:
    listed = events(("a", "cin_start", date(2024, 1, 5)), attributes='{"basis": "need_episode"}')
    dated = events(("a", "cin_start", date(2024, 1, 6)), ("a", "contact", date(2024, 1, 4)))
    found = summed(pl.concat([listed, dated]), coverage=coverage(ALL_YEARS))
    assert found["volumes"].filter((pl.col("event") == "cin_start") & (pl.col("n") > 0))["n"].to_list() == [1]
    only = stages(pl.concat([listed, dated.filter(pl.col("event") == "contact")]), coverage(ALL_YEARS))
    assert stage(only, "plan")["reached_in_all"] == 0


# Journeys


def test_repeats_collapse_and_medians_are_of_the_days() -> None:
    found = summed(
        lines=lines(("C -> C -> C -> R", 10), ("C -> C -> C -> R", 20), ("C -> R", 0), ("C -> R -> C", 4))
    )
    assert found["common_journeys"].rows() == [
        ("C ×3 -> R", 2, 50.0, 15.0, 1),
        ("C -> R", 1, 25.0, 0.0, 1),
        ("C -> R -> C", 1, 25.0, 4.0, 1),
    ]
    assert found["journey_totals"].rows() == [(4, 3, 3)]


def test_beyond_the_top_there_is_one_line_for_the_others() -> None:
    kinds = TOP_JOURNEYS + 3
    rows = [(" -> ".join(["C", "R"] * (at + 1)), at) for at in range(kinds) for _ in range(kinds - at)]
    found = summed(lines=lines(*rows))["common_journeys"]
    assert found.height == TOP_JOURNEYS + 1
    assert found["n"].sum() == len(rows)
    assert found["percent"].sum() == pytest.approx(100)
    assert found.row(-1, named=True) == {
        "journey": "other (3)",
        "n": 6,
        "percent": pytest.approx(600 / len(rows)),
        "median_days": 20.5,
        "kinds": 3,
    }


def test_no_lines_give_no_journeys() -> None:
    found = summed()
    assert found["common_journeys"].height == 0
    assert found["journey_totals"].rows() == [(0, 0, 0)]


# Stages


@pytest.mark.parametrize(
    ("referral", "reached"),
    [
        (date(2022, 2, 28), 0),
        (date(2022, 3, 1), 1),
        (date(2022, 9, 1), 1),
        (date(2023, 3, 1), 1),
        (date(2023, 3, 2), 0),
    ],
)
def test_both_ends_of_the_twelve_months_count(referral: date, reached: int) -> None:
    found = stages(
        events(("a", "contact", date(2022, 3, 1)), ("a", "referral", referral)), coverage(ALL_YEARS)
    )
    row = stage(found, "referral")
    assert (row["reached"], row["not_reached"], row["too_recent"]) == (reached, 1 - reached, 0)
    assert row["percent"] is None


@pytest.mark.parametrize(("followed", "percent"), [(19, None), (20, 5.0), (200, 0.5)])
def test_a_share_needs_enough_that_were_followed(followed: int, percent: float | None) -> None:
    rows = [(str(child), "contact", date(2022, 3, 1)) for child in range(followed)]
    found = stages(events(*rows, ("0", "referral", date(2022, 3, 2))), coverage(ALL_YEARS))
    assert stage(found, "referral")["percent"] == percent
    assert stage(found, "referral")["followed"] == followed


def test_another_child_or_authority_does_not_count() -> None:
    contact = events(("a", "contact", date(2022, 3, 1)), ("b", "referral", date(2022, 3, 2)))
    elsewhere = events(("a", "referral", date(2022, 3, 2)), la_code="302")
    both = pl.concat([coverage(ALL_YEARS), coverage(ALL_YEARS, "302")])
    assert stage(stages(pl.concat([contact, elsewhere]), both), "referral")["reached_in_all"] == 0


def test_what_could_not_be_followed_is_in_no_share() -> None:
    """Covered to 31 March 2024: a contact of June 2023 has not had its 12 months."""
    covered = coverage(
        {
            "contact": [YEAR],
            "referral": [(date(2023, 4, 1), date(2023, 8, 31)), YEAR],
            "assessment_start": [(date(2023, 9, 1), date(2025, 3, 31))],
        }
    )
    seen = events(
        ("a", "contact", date(2023, 6, 1)),
        ("a", "referral", date(2023, 7, 1)),
        ("b", "contact", date(2023, 6, 1)),
        ("c", "contact", date(2022, 6, 1)),
    )
    found = stages(seen, covered)
    row = stage(found, "referral")
    assert row["n"] == 2
    assert (row["reached"], row["not_reached"], row["reached_early"], row["too_recent"]) == (0, 0, 1, 1)
    assert row["percent"] is None
    assert stage(found, "assessment")["not_covered"] == 2
    assert stage(found, "care")["covered"] is False
    assert stage(found, "plan")["not_counted"] == "cin_start cpp_start"


def test_without_contacts_it_starts_at_referrals() -> None:
    covered = {kind: both for kind, both in ALL_YEARS.items() if kind != "contact"}
    seen = events(("a", "contact", date(2022, 3, 1)), ("a", "referral", date(2022, 3, 1)))
    found = stages(seen, coverage(covered))
    assert found["stage"].to_list() == ["referral", "assessment", "plan", "care"] * 2
    assert found["months"].to_list() == [3] * 4 + [12] * 4
    assert found["n"].to_list() == [1] * 8


@pytest.mark.parametrize("seed", range(6))
def test_stages_agree_with_a_slow_plain_version(seed: int) -> None:
    rng = random.Random(seed)
    kinds = [*ALL_YEARS, "assessment_authorised"]
    first = date(2022, 1, 1)
    rows = [
        (rng.choice("abcdefgh"), rng.choice(kinds), first + timedelta(days=rng.randrange(1200)))
        for _ in range(400)
    ]
    ranges = {
        kind: [
            (start, start + timedelta(days=rng.randrange(1, 900)))
            for start in (first + timedelta(days=rng.randrange(900)) for _ in range(rng.choice((1, 2, 3))))
        ]
        for kind in ALL_YEARS
    }
    found = stages(events(*rows), coverage(ranges))
    for entry, months in product(STAGES, WINDOWS):
        expected = slow_stage(rows, ranges, entry.events, months)
        row = stage(found, entry.name, months)
        names = ("reached", "not_reached", "reached_early", "too_recent", "not_covered")
        assert {name: row[name] for name in names} == expected
        assert sum(expected.values()) == row["n"]


def slow_stage(
    rows: list[tuple[str, str, date]],
    ranges: dict[str, list[tuple[date, date]]],
    wanted: tuple[str, ...],
    months: int,
) -> dict[str, int]:
    """Day by day, from the definition."""

    def days(kind: str) -> set[date]:
        return {a + timedelta(days=n) for a, b in ranges[kind] for n in range((b - a).days + 1)}

    known = {kind: days(kind) for kind in ("contact", *wanted)}
    found = {"reached": 0, "not_reached": 0, "reached_early": 0, "too_recent": 0, "not_covered": 0}
    for child, event, day in rows:
        if event != "contact" or day not in known["contact"]:
            continue
        until = add_months(day, months)
        seen = any(c == child and e in wanted and day <= d <= until for c, e, d in rows)
        window = {day + timedelta(days=n) for n in range((until - day).days + 1)}
        if all(window <= known[kind] for kind in wanted):
            found["reached" if seen else "not_reached"] += 1
        elif seen:
            found["reached_early"] += 1
        elif any(until > max(known[kind]) for kind in wanted):
            found["too_recent"] += 1
        else:
            found["not_covered"] += 1
    return found


# Ages


@pytest.mark.parametrize(
    ("born", "due", "day", "group"),
    [
        (date(2020, 2, 29), None, date(2023, 2, 28), "2"),
        (date(2020, 2, 29), None, date(2023, 3, 1), "3"),
        (date(2023, 5, 5), None, date(2023, 5, 5), "0"),
        (date(2023, 5, 6), None, date(2023, 5, 5), "Unborn"),
        (None, date(2023, 9, 1), date(2023, 5, 5), "Unborn"),
        (None, None, date(2023, 5, 5), "Unknown"),
        (date(2005, 5, 6), None, date(2023, 5, 5), "17"),
        (date(2005, 5, 5), None, date(2023, 5, 5), "18 and over"),
    ],
)
def test_ages_are_completed_years_on_the_day(
    born: date | None, due: date | None, day: date, group: str
) -> None:
    found = summed(
        events(("a", "referral", day)),
        children=children(("a", born, due, "F")),
        coverage=coverage({"referral": [(date(2020, 4, 1), date(2026, 3, 31))]}),
    )
    assert found["ages"].filter(pl.col("n") > 0).rows() == [(group, "F", 1)]


def test_ages_agree_with_age_in_years_day_by_day() -> None:
    days = [date(2024, 2, 1) + timedelta(days=n) for n in range(60)]
    births = [date(2016, 2, 28), date(2016, 2, 29), date(2016, 3, 1), date(2015, 3, 15)]
    people = [(f"{at}", born, None, "M") for at, born in enumerate(births)]
    seen = [(child, "referral", day) for (child, *_), day in product(people, days)]
    found = summed(
        events(*seen),
        children=children(*people),
        coverage=coverage({"referral": [(date(2020, 4, 1), date(2026, 3, 31))]}),
    )["ages"]
    expected: dict[str, int] = {}
    for born, day in product(births, days):
        age = str(age_in_years(born, day))
        expected[age] = expected.get(age, 0) + 1
    assert {age: n for age, sex, n in found.rows() if n} == expected


def test_referrals_outside_coverage_have_no_place_among_the_ages() -> None:
    found = summed(
        events(
            ("a", "referral", date(2023, 3, 31)),
            ("a", "referral", date(2023, 4, 1)),
            ("b", "referral", YEAR[1]),
        ),
        children=children(("a", date(2020, 1, 1), None, "X")),
        coverage=coverage({"referral": [YEAR]}),
    )
    assert {row["sex"]: row["n"] for row in found["age_totals"].iter_rows(named=True)} == {
        "F": 0,
        "M": 0,
        "U": 2,
    }


# Counts and accounts


def test_counts_of_each_authority_and_of_all() -> None:
    seen = pl.concat(
        [
            events(("a", "contact", YEAR[0]), ("a", "cp_review", YEAR[0])),
            events(("a", "contact", YEAR[0]), la_code="302"),
        ]
    )
    assert not EVENT["cp_review"].in_lines
    spells = frame(
        "spells", [{"la_code": "302", "child_id": "a", "kind": "cp_plan", "start": YEAR[0], "open": "true"}]
    )
    found = summed(seen, lines(("C", 0)), children(("a", None, None, "F")), spells=spells)["counts"]
    assert found.rows() == [
        ("301", 1, 1, 2, 1, 0, 0),
        ("302", 0, 0, 1, 1, 1, 1),
        (None, 1, 1, 3, 2, 1, 1),
    ]


def test_the_account_adds_up_and_says_where_it_does_not() -> None:
    attrition = frame(
        "attrition",
        [
            {
                "step": "read",
                "file": "a",
                "sheet": "List 1",
                "rows_in": 10,
                "rows_out": 7,
                "duplicate": 1,
                "set_aside": 2,
            },
            {
                "step": "read",
                "file": "a",
                "sheet": "List 2",
                "rows_in": 10,
                "rows_out": 7,
                "duplicate": 1,
                "set_aside": 1,
            },
            {"step": "merge", "rows_in": 14, "rows_out": 12},
        ],
    )
    issues = frame(
        "issues",
        [
            {"severity": "note", "code": "n", "file": "a", "what": "w", "count": 50},
            {
                "severity": "error",
                "code": "e",
                "file": "a",
                "sheet": "List 1",
                "row": 3,
                "column": "Sex",
                "what": "w",
                "to_do": "t",
                "count": 1,
            },
            {
                "severity": "error",
                "code": "e",
                "file": "b",
                "sheet": "List 2",
                "row": 9,
                "what": "v",
                "count": 7,
            },
        ],
    )
    returns = frame("returns", [{"file": "a", "status": "read"}, {"file": "b", "status": "duplicate"}])
    found = summarise_account(returns, attrition, issues)
    assert found["reading"]["adds_up"].to_list() == [True, False]
    assert found["reading_total"].row(0) == (20, 14, 2, 3, 2, 1)
    assert found["later_steps"]["step"].to_list() == ["merge"]
    assert found["findings"].rows() == [
        ("error", "e", 8, 2, "w", 2, "t", 'a, sheet "List 1", row 3, column "Sex"'),
        ("note", "n", 50, 1, "w", 1, None, "a"),
    ]
    assert found["finding_totals"].rows() == [("error", 8, 1), ("warning", 0, 0), ("note", 50, 1)]
    assert found["files"].row(0) == (2, 1, 1)
