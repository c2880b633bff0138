"""The DfE's rules over one SSDA903 return: each fires where it should, at the row it concerns."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from childjourneys.issues import IssueLog
from childjourneys.quality.ssda903_rules import CareChecks, CareReturn, episode_rules, rule_table
from childjourneys.sources.contract import ReturnInfo
from childjourneys.sources.settling import SettledFile
from childjourneys.sources.ssda903.layout import modules
from childjourneys.tables import REPORTED

GOOD: dict[str, Any] = {
    "child_id": "1", "episode_start_date": date(2023, 5, 1), "reason_new_episode": "S", "legal_status": "C2",
    "category_of_need": "N1", "placement_type": "U6", "placement_provider": "PR1",
    "episode_end_date": date(2023, 5, 11), "reason_episode_ceased": "X1", "sheet": "Episodes", "row": 2,
}  # fmt: skip


def table(module: str, *rows: dict[str, Any]) -> pl.DataFrame:
    declared = REPORTED[modules()[module].table]
    rows = tuple({"sheet": module, "row": number} | row for number, row in enumerate(rows, 2))
    return declared.conform(pl.DataFrame(rows, infer_schema_length=None))


def episodes(*changes: dict[str, Any]) -> pl.DataFrame:
    return table("Episodes", *(GOOD | {"row": number} | change for number, change in enumerate(changes, 2)))


def found(year: int = 2024, **held: pl.DataFrame | None) -> list[tuple[str, str, int | None, str]]:
    log = IssueLog()
    checked = CareReturn(year)
    for name, frame in held.items():
        batch = {} if frame is None else {modules()[name].table: frame}
        checked.add(f"{name}.csv", [name], batch, log)
    checked.finish(log)
    return [(one.code, one.file, one.row, one.column) for one in log.issues()]


def test_a_good_episode_breaks_no_rule() -> None:
    assert found(Episodes=episodes({})) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"category_of_need": "N9"}, "145"),
        ({"reason_episode_ceased": None}, "148"),
        ({"placement_provider": None}, "178"),
        ({"placement_type": "T1", "reason_new_episode": "P"}, "213"),
        ({"legal_status": "V3", "episode_end_date": date(2023, 5, 19)}, "365"),
        ({"placement_type": "T1", "placement_provider": None, "reason_new_episode": "P",
          "episode_end_date": date(2023, 6, 13)}, "375"),
        ({"placement_type": "T3", "placement_provider": None, "reason_new_episode": "P",
          "episode_end_date": date(2023, 5, 23)}, "376"),
        ({"placement_type": "T4", "placement_provider": None, "reason_new_episode": "P"}, "379"),
        ({"placement_type": "P1", "legal_status": "V2"}, "378"),
        ({"placement_type": "T0", "placement_provider": None}, "380"),
        ({"placement_type": "T0", "placement_provider": None, "reason_new_episode": "P",
          "reason_episode_ceased": "E4A"}, "381"),
        ({"placement_type": "T0", "placement_provider": None, "reason_new_episode": "P",
          "legal_status": "V4"}, "382"),
        ({"placement_type": "U1", "legal_status": "V4"}, "384"),
        ({"reason_episode_ceased": "E11"}, "390"),
        ({"placement_type": "A5"}, "408"),
    ],
)  # fmt: skip
def test_each_rule_of_an_episode_fires_alone(change: dict[str, Any], code: str) -> None:
    column = next(rule.column for rule in episode_rules(2024) if rule.code == code)
    assert found(Episodes=episodes({}, change)) == [(code, "Episodes.csv", 3, column)]


@pytest.mark.parametrize(
    "change",
    [
        {"legal_status": "V3", "episode_end_date": date(2023, 5, 18)},
        {"placement_type": "T4", "placement_provider": None, "reason_new_episode": "P",
         "episode_end_date": date(2023, 5, 8)},
        {"placement_type": "A5", "legal_status": "E1", "reason_episode_ceased": "E12"},
        {"episode_end_date": None, "reason_episode_ceased": None},
        {"episode_end_date": None, "episode_end_date_raw": "x", "reason_episode_ceased": None,
         "reason_episode_ceased_raw": "y"},
        {"placement_provider": None, "placement_provider_raw": "ours"},
        {"placement_type": None, "placement_provider": None},
        {"placement_type": "Z1", "placement_provider": None},
    ],
)  # fmt: skip
def test_and_not_beside_it(change: dict[str, Any]) -> None:
    assert found(Episodes=episodes(change)) == []


def test_kinds_of_other_placement_by_year() -> None:
    other = episodes({"placement_type": "Z1"}, {"placement_type": "Z13", "child_id": "2"})
    assert [one[:3] for one in found(2025, Episodes=other)] == [("213", "Episodes.csv", 2)]
    assert [one[:3] for one in found(2026, Episodes=other)] == [("213", "Episodes.csv", 3)]


def test_children_of_modules_against_each_other() -> None:
    header = table("Header", {"child_id": "1"}, {"child_id": "2"}, {"child_id": "3"}, {"child_id": "003"})
    reviews = table(
        "Reviews", *({"child_id": n, "review_date": date(2023, 6, 1)} for n in ("01", "4", "4", "2"))
    )
    leavers = table("OC3", {"child_id": "2"}, {"child_id": "9"})
    assert found(Header=header, Episodes=episodes({}), Reviews=reviews, OC3=leavers) == [
        ("EPI", "Header.csv", 4, "CHILD"),
        ("child-not-in-header", "OC3.csv", 3, "CHILD"),
        ("1012", "Reviews.csv", 3, "CHILD"),
        ("child-not-in-header", "Reviews.csv", 3, "CHILD"),
        ("1012", "Reviews.csv", 5, "CHILD"),
    ]
    assert found(Reviews=reviews, OC3=leavers) == []
    assert [one[:3] for one in found(Header=None, OC3=leavers)] == [
        ("child-not-in-header", "OC3.csv", 2), ("child-not-in-header", "OC3.csv", 3),
    ]  # fmt: skip


def test_adoptions_and_starts_against_their_modules() -> None:
    adopted = {"placement_type": "A5", "legal_status": "E1", "reason_episode_ceased": "E11"}
    care = episodes({**adopted, "reason_new_episode": "P"}, {**adopted, "child_id": "2"},
                    {"child_id": "3", "legal_status": "V3"},
                    {"child_id": "4", "episode_start_date": date(2022, 5, 1)})  # fmt: skip
    ad1 = table("AD1", {"child_id": "2"})
    assert found(Episodes=care, AD1=ad1, PrevPerm=None) == [
        ("601", "Episodes.csv", 2, "REC"), ("630", "Episodes.csv", 3, "RNE"),
    ]  # fmt: skip
    assert found(Episodes=care) == []


def test_short_breaks_of_both_kinds() -> None:
    care = episodes({"legal_status": "V3"}, {"legal_status": "V4"}, {"legal_status": "V4"},
                    {"legal_status": "V4", "child_id": "2"}, {"child_id": "2"})  # fmt: skip
    assert found(Episodes=care) == [("426", "Episodes.csv", 3, "LS")]


def test_a_return_is_checked_when_its_last_file_was_read() -> None:
    class Source:
        def __init__(self, name: str, module: str) -> None:
            self.info = ReturnInfo(name, "ssda903", name, modules=(module,))

    def file(name: str, module: str, year: int, status: str = "read") -> SettledFile:
        return SettledFile(Source(name, module), "301", date(year, 3, 31), "", status)  # type: ignore[arg-type]

    files = [file("a", "Header", 2024), file("b", "OC3", 2023), file("c", "OC3", 2024),
             file("d", "OC3", 2024, "duplicate")]  # fmt: skip
    log = IssueLog()
    checks = CareChecks(files, log)
    leavers = {"leaver_contact": table("OC3", {"child_id": "7"})}
    checks.add(files[0], {"child": table("Header", {"child_id": "1"})})
    checks.add(files[1], leavers)
    assert log.issues() == []
    checks.add(files[2], leavers)
    assert [(one.severity, one.code, one.file) for one in log.issues()] == [
        ("warning", "child-not-in-header", "c")
    ]


def test_findings_name_the_rule() -> None:
    log = IssueLog()
    checked = CareReturn(2024)
    checked.add("e.csv", ["Episodes"], {"care_episode": episodes({"category_of_need": "N0"})}, log)
    assert [one.what for one in log.issues()] == [
        "The category of need is one that the return does not have. (DfE rule 145)"
    ]
    codes = [row["code"] for row in rule_table()]
    assert len(codes) == len(set(codes)) >= 12
