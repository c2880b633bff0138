"""The census rules over batches and whole files: what is remembered, what is left to others, which year."""

from __future__ import annotations

import random
from datetime import date as d
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from census_batches import CLEAN, PLAN, Changes, batch, found, info, table

from childjourneys.issues import Issue, IssueLog
from childjourneys.quality import census_rules
from childjourneys.quality.census_rules import CensusRules, codes_of, rule_basis, rule_table, rules_of
from childjourneys.quality.rule import CensusYear

CLOSED = {"closure_date": d(2024, 3, 1), "closure_reason": "RC7"}
NESTED = tuple(name for name, record in CLEAN.items() if name not in ("child", "need_episode"))
DISABILITIES = ("MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "VIS")


def one(name: str, **values: Any) -> Changes:
    return {name: [values]}


def whole(code: str, *batches: dict[str, pl.DataFrame], year: int = 2024) -> list[Issue]:
    return [issue for issue in found(*batches, year=year, finish=True) if issue.code == code]


def children(*records: dict[str, Any]) -> dict[str, pl.DataFrame]:
    born = {"sheet": "Child", "sex": "M", "birth_date": d(2012, 5, 1)}
    rows = [born | {"row": n + 1, "child_id": f"C{n}"} | record for n, record in enumerate(records)]
    return {"child": table("child", rows)}


def test_a_upn_of_two_children_is_reported_at_both_over_batches() -> None:
    first = children({"upn": "B801200005001"}, {"upn": "M80120000500A"}, {})
    second = children({"upn": "b801200005001", "row": 50}, {"row": 51})
    issues = whole("1520", first, second)
    assert [(i.sheet, i.row, i.column) for i in issues] == [("Child", 1, "UPN"), ("Child", 50, "UPN")]
    assert whole("1520", first, children({"upn": "B820200005001", "row": 50})) == []


def test_more_plans_started_in_the_year_than_conferences() -> None:
    other = {"row": 51, "start_date": PLAN}
    assert len(whole("2883", batch({"cp_plan": [{}, other]}))) == 1
    assert whole("2883", batch({"cp_plan": [{}, other | {"start_date": d(2023, 3, 31)}]})) == []
    transfer = one("need_episode", transfer_in_icpc_date=d(2023, 9, 4))
    assert whole("2883", batch({"cp_plan": [{}, other]} | transfer)) == []


def test_children_without_sex() -> None:
    def without_sex(missing: int) -> list[Issue]:
        unborn = {"sex": "U", "birth_date": None, "expected_birth_date": d(2024, 6, 1)}
        batches = [children(unborn, *[{"sex": "U"}] * missing), children(*[{"row": 9}] * (100 - missing))]
        return whole("2886Q", *batches)

    assert len(without_sex(3)) == 1
    assert without_sex(2) == []


def test_the_variety_of_disabilities() -> None:
    def codes(*stated: str | None) -> set[str]:
        batches = [children({"disability": one}) for one in stated]
        return {i.code for i in found(*batches, finish=True)} & {"2887Q", "2888Q"}

    assert codes(*DISABILITIES) == {"2888Q"}
    assert codes(*DISABILITIES[:7], "NONE|MOB") == {"2887Q", "2888Q"}
    assert codes(*DISABILITIES[:6], "HEAR|VIS") == set()
    assert codes("MOB|LD", None) == {"2887Q"}


def test_a_file_without_children_has_no_findings_about_counts() -> None:
    log = IssueLog()
    CensusRules(info(), d(2024, 3, 31)).finish(log)
    assert log.issues() == []


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({}, False),
        ({"as_at": d(2024, 4, 1)}, True),
        ({"as_at": None, "as_at_how": ""}, True),
        ({"as_at_how": "year"}, True),
    ],
)
def test_the_reference_date_of_the_header(changes: dict[str, Any], fires: bool) -> None:
    log = IssueLog()
    CensusRules(info(**changes), d(2024, 3, 31)).finish(log)
    expected = [("100", "warning", "Header", None, "ReferenceDate")] if fires else []
    assert [(i.code, i.severity, i.sheet, i.row, i.column) for i in log.issues()] == expected


def test_a_year_without_bank_holidays_is_said_and_not_guessed() -> None:
    log = IssueLog()
    rules = CensusRules(info(2062), d(2062, 3, 31))
    rules.check(batch(one("assessment", authorised_date=None)), log)
    rules.finish(log)
    assert [(i.severity, i.code) for i in log.issues() if i.severity == "note"] == [("note", "calendar")]
    assert "8670Q" not in {i.code for i in log.issues()}


@pytest.mark.parametrize("seed", range(3))
def test_neither_order_nor_batches_change_what_is_found(seed: int) -> None:
    """Forty children of random dates: in one batch, in rows shuffled, and in two batches."""
    rng = random.Random(seed)
    frames = random_children(rng, 40)
    found_in_one = found(frames, finish=True)
    assert len({i.code for i in found_in_one}) > 25
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in frames.items()}
    assert found(shuffled, finish=True) == found_in_one
    halves = [
        {name: frame.filter(pl.col("child_id").is_in(ids)) for name, frame in frames.items()}
        for ids in ([f"C{n}" for n in range(17)], [f"C{n}" for n in range(17, 40)])
    ]
    assert found(*halves, finish=True) == found_in_one


def random_children(rng: random.Random, count: int) -> dict[str, pl.DataFrame]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in CLEAN}
    line = iter(range(1, 10_000))

    def day(first: int, last: int) -> d:
        return d(2023, 4, 1) + timedelta(days=rng.randint(first, last))

    for n in range(count):
        child = {"child_id": f"C{n}"}
        details = {"birth_date": day(-7000, 300), "upn": rng.choice(["B801200005001", "A1", None])}
        rows["child"].append(CLEAN["child"] | child | details | {"row": next(line)})
        for _ in range(rng.randint(1, 3)):
            episode = {"row": next(line), "referral_date": day(-100, 300), "nfa": rng.random() < 0.3}
            if rng.random() < 0.5:
                episode |= {"closure_date": day(0, 365), "closure_reason": rng.choice(["RC2", "RC7", "RC8"])}
            rows["need_episode"].append(CLEAN["need_episode"] | child | episode)
            for name in NESTED:
                for _ in range(rng.randint(0, 2)):
                    record = CLEAN[name] | child
                    for column in ("start_date", "review_date", "icpc_date"):
                        if column in record:
                            record[column] = day(-50, 365)
                    for column in ("end_date", "authorised_date"):
                        if column in record:
                            record[column] = rng.choice([None, day(0, 365)])
                    link = {"parent_row": episode["row"], "referral_date": episode["referral_date"]}
                    rows[name].append(record | link | {"row": next(line)})
    return {name: table(name, records) for name, records in rows.items()}


def test_every_rule_of_the_dfe_is_reported_by_someone() -> None:
    table = rule_table()
    assert len(table) == 109
    assert [row["code"] for row in table if not row["implemented"]] == []
    assert {row["reported_by"] for row in table} == {
        "reader",
        "reader and census rules",
        "census rules",
        "journey checks",
    }


def test_no_rule_is_left_to_the_reader_and_reported_here_too() -> None:
    own = {rule.code for rule in rules_of(CensusYear(2025))} | census_rules.WHOLE_FILE | {census_rules.HEADER}
    reported_by = {row["code"]: row["reported_by"] for row in rule_table()}
    assert own == {code for code, who in reported_by.items() if "census rules" in who}


def test_the_division_is_written_down() -> None:
    written = census_rules.__doc__ or ""
    lines = [line for line in written.splitlines() if line.startswith("| ")]
    codes = {code.strip() for line in lines for code in line.split("|")[1].split(",")}
    assert {row["code"] for row in rule_table() if row["reported_by"] != "census rules"} <= codes


def test_which_rules_apply_in_which_year() -> None:
    assert codes_of(2025) - codes_of(2023) == {"1570", "1580", "8945Q", "8950Q"}
    assert codes_of(2022) == codes_of(2023)
    assert codes_of(2023) - codes_of(2021) == {
        row["code"] for row in rule_table() if row["code"].startswith("40")
    }
    older_factor = batch(one("assessment", factors="18A"))
    assert found(older_factor, year=2024) == []
    assert "8945Q" in {issue.code for issue in found(older_factor, year=2025)}


def test_the_report_is_told_which_rules_were_used() -> None:
    assert "rules of 2023, the earliest held" in rule_basis(2019)
    assert rule_basis(2024) == "The census of 2024 was checked against the DfE's rules of 2024."
    assert "rules of 2026, the latest held" in rule_basis(2027)


def test_a_clean_child_gives_no_finding() -> None:
    assert found(batch({})) == []


def test_a_value_the_reader_could_not_use_is_not_called_missing() -> None:
    """Nor compared: the reader has reported it."""
    unusable = {
        "child": [{"disability": None, "disability_raw": "XYZ", "upn": None, "upn_unknown_raw": "UN9"}],
        "need_episode": [
            {
                "primary_need": None,
                "primary_need_raw": "N77",
                "referral_source": None,
                "referral_source_raw": "99",
                "closure_date_raw": "soon",
                "closure_reason_raw": "RC77",
            }
        ],
        "assessment": [{"authorised_date": None, "authorised_date_raw": "2025-01-01", "factors": None}],
        "s47_enquiry": [{"icpc_date": None, "icpc_date_raw": "2023-01-01"}],
        "cp_plan": [],
        "cp_review": [],
        "cin_plan": [{"end_date_raw": "31 Smarch"}, {"row": 71, "end_date_raw": "31 Smarch"}],
    }
    assert found(batch(unusable)) == []


def test_records_of_a_set_aside_episode_are_not_compared_with_it() -> None:
    orphan = {"parent_row": None, "referral_date": None}
    changes: Changes = {name: [orphan, orphan | {"row": 99}] for name in NESTED} | {"need_episode": []}
    codes = {i.code for i in found(batch(changes))}
    # What plans of one child say of each other stays.
    assert codes == {"4004", "4014", "8940"}


def test_a_file_written_on_one_line_keeps_children_apart() -> None:
    """All records have row 1: a join by line alone would give the closure of one child to the other."""
    clean = {name: [{"row": 1}] for name in CLEAN} | {name: [{"row": 1, "parent_row": 1}] for name in NESTED}
    closed = batch(clean | one("need_episode", row=1, **CLOSED))
    unfinished = batch(clean | one("assessment", row=1, parent_row=1, authorised_date=None, factors=None))
    other = {name: frame.with_columns(child_id=pl.lit("C2")) for name, frame in unfinished.items()}
    other["child"] = other["child"].with_columns(upn=pl.lit("M80120000500A"))
    issues = found({name: closed[name].vstack(other[name]) for name in closed})
    assert [i.code for i in issues] == ["8670Q"]


def test_two_records_of_one_identifier_do_not_multiply_rows() -> None:
    changes = {"child": [{}, {"row": 11}], "cin_plan": [{"end_date": d(2024, 1, 15)}]}
    assert [(i.code, i.row) for i in found(batch(changes))] == [("4012Q", 70)]


def test_more_than_100_places_are_counted_in_one_more_line() -> None:
    rows = [
        {"row": 1000 + n, "start_date": d(2023, 5, 31), "authorised_date": d(2023, 5, 31)} for n in range(130)
    ]
    fired = [i for i in found(batch({"assessment": rows})) if i.code == "1103"]
    assert (len(fired), sum(i.count for i in fired)) == (101, 130)


def test_a_batch_without_records_is_fine() -> None:
    log = IssueLog()
    CensusRules(info(), d(2024, 3, 31)).check({}, log)
    assert log.issues() == []
