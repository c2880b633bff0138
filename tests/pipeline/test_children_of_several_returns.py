"""Who is who across a run: the same identifier, another with a link file, returns that number apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from childjourneys import pipeline
from childjourneys.account import attrition_frame, issues_frame

_HEAD = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>
<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><LEA>301</LEA></Source></Header>
<Children>"""
_CHILD = """<Child><ChildIdentifiers><LAchildID>{child}</LAchildID><PersonBirthDate>{born}</PersonBirthDate>
</ChildIdentifiers><CINdetails><CINreferralDate>2023-04-20</CINreferralDate></CINdetails></Child>"""


def returns(
    folder: Path, census: dict[str, str], care: dict[str, str], upn: dict[str, str] | None = None
) -> Path:
    """A census and an SSDA903 of 2024 with these children and their years of birth."""
    made = folder / "2024"
    made.mkdir(parents=True)
    children = "".join(_CHILD.format(child=c, born=f"{year}-05-01") for c, year in census.items())
    (folder / "census.xml").write_text(f"{_HEAD}{children}</Children></Message>", encoding="utf-8")
    header, episodes = (
        ["CHILD,SEX,DOB,ETHNIC,UPN"],
        ["CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"],
    )
    for child, year in care.items():
        header.append(f"{child},1,01/05/{year},WBRI,{(upn or {}).get(child, 'UN1')}")
        episodes.append(f"{child},03/05/2023,S,C2,N1,U6,PR1,07/09/2023,E8,,,,")
    (made / "header.csv").write_text("\n".join(header) + "\n", encoding="utf-8")
    (made / "episodes.csv").write_text("\n".join(episodes) + "\n", encoding="utf-8")
    return folder


def ingested(tmp_path: Path, **told: Any) -> tuple[pl.DataFrame, pl.DataFrame, str, pl.DataFrame]:
    """Children with what they have; issues; the reason of the step; the table of links."""
    sizes = sum(file.stat().st_size for file in (tmp_path / "in").rglob("*") if file.is_file())
    settings = pipeline.Settings(memory=16 * max(1, sizes // 3), **told)
    store, account = pipeline.ingest([tmp_path / "in"], tmp_path / "run", settings)
    assert store.buckets == 4
    children = store.table("child").select("la_code", "child_id", "birth_date").sort("child_id")
    for name, column in (("need_episode", "referrals"), ("period_of_care", "periods")):
        counts = store.table(name).group_by("la_code", "child_id").agg(pl.len().alias(column))
        children = children.join(counts, on=["la_code", "child_id"], how="left", maintain_order="left")
    steps = attrition_frame(account).filter(pl.col("step") == "SSDA903 children")["reason"].to_list()
    links = store.table("person_link") if store.has("person_link") else pl.DataFrame()
    return children, issues_frame(account), steps[0] if steps else "", links


def both(children: pl.DataFrame) -> list[str]:
    return children.filter(pl.col("referrals") == 1, pl.col("periods") == 1)["child_id"].to_list()


def test_the_same_identifier_is_one_child_and_counted(tmp_path: Path) -> None:
    returns(tmp_path / "in", {"A": "2010", "B": "2011"}, {"A": "2010", "C": "2012"})
    children, issues, reason, _ = ingested(tmp_path)
    assert both(children) == ["A"]
    assert reason == (
        "joined by a link file: 0; under the same identifier in another return: 1; in SSDA903 only: 1; "
        "UPNs left under two identifiers: 0"
    )
    assert "numbered-differently" not in issues["code"].to_list()


SEVEN = {str(n): "2010" for n in range(1001, 1008)}


@pytest.mark.parametrize(
    ("shared", "differing", "apart"),
    [(5, 2, True), (5, 1, False), (4, 4, False), (10, 2, False), (10, 3, True)],
)
def test_returns_number_apart_when_over_a_fifth_of_five_or_more_have_other_births(
    tmp_path: Path, shared: int, differing: int, apart: bool
) -> None:
    census = {str(1000 + n): "2010" for n in range(shared)}
    care = {child: "2011" if n < differing else "2010" for n, child in enumerate(census)}
    returns(tmp_path / "in", census, care)
    children, issues, _, _ = ingested(tmp_path)
    found = issues.filter(pl.col("code") == "numbered-differently")
    assert found.height == (1 if apart else 0)
    shown = [f"903-{child}" for child in census] if apart else []
    assert [child for child in children["child_id"] if child.startswith("903-")] == shown
    assert len(both(children)) == (0 if apart else shared)
    if apart:
        assert found.select("severity", "file").rows() == [("error", "2024/header.csv")]


def test_a_link_file_joins_what_is_numbered_apart(tmp_path: Path) -> None:
    census = {f"00{n}": "2010" for n in range(11, 17)}
    returns(tmp_path / "in", census, dict.fromkeys(census, "2011"))
    rows = ["301,0011,P1", "301,903-0012,P1", "301,903-0013,P2"]
    (tmp_path / "in" / "links.csv").write_text(
        "la_code,child_id,person_id\n" + "\n".join(rows), encoding="utf-8"
    )
    for key in (None, b"k" * 32):
        children, _, reason, links = ingested(tmp_path, **({"key": key} if key else {}))
        joined = both(children)
        assert len(joined) == 1 and children.height == 11
        assert key or joined == ["0011"], "the census's identifier is shown"
        assert reason.startswith("joined by a link file: 1; under the same identifier in another return: 0;")
        assert links.filter(pl.col("child_id") == joined[0]).height == 2
        for left in (tmp_path / "run").iterdir():
            left.rename(tmp_path / f"{left.name}-{bool(key)}")


def test_a_link_file_joins_two_identifiers_where_returns_number_alike(tmp_path: Path) -> None:
    returns(tmp_path / "in", {"A": "2010", "B": "2011"}, {"Z": "2010", "B": "2011"})
    links = "la_code,child_id,person_id\n301,Z,P1\n301,A,P1\n301,NOBODY,P1\n302,A,P1\n"
    (tmp_path / "in" / "links.csv").write_text(links, encoding="utf-8")
    children, _, reason, _ = ingested(tmp_path)
    assert both(children) == ["A", "B"]
    assert children["child_id"].to_list() == ["A", "B"]
    assert reason.startswith("joined by a link file: 1; under the same identifier in another return: 1;")


def test_a_link_between_identifiers_of_other_returns_joins_none(tmp_path: Path) -> None:
    returns(tmp_path / "in", {"A": "2010", "B": "2010", "C": "2010"}, {"C": "2010"})
    (tmp_path / "in" / "links.csv").write_text(
        "la_code,child_id,person_id\n301,A,P1\n301,B,P1\n", encoding="utf-8"
    )
    children, _, reason, _ = ingested(tmp_path)
    assert children["child_id"].to_list() == ["A", "B", "C"]
    assert reason.startswith("joined by a link file: 0;")


def test_one_upn_under_two_identifiers_is_a_warning_and_no_merge(tmp_path: Path) -> None:
    upn = "A301000000018"
    returns(tmp_path / "in", {"A": "2010"}, {"Y": "2010", "Z": "2010", "X": "2011"}, {"Y": upn, "Z": upn})
    children, issues, reason, _ = ingested(tmp_path)
    assert children["child_id"].to_list() == ["A", "X", "Y", "Z"]
    found = issues.filter(pl.col("code") == "one-upn-two-children")
    assert sorted(found.select("file", "row", "column").rows()) == [
        ("2024/header.csv", 2, "UPN"), ("2024/header.csv", 3, "UPN"),
    ]  # fmt: skip
    assert reason.endswith("UPNs left under two identifiers: 1")


def test_a_upn_under_two_identifiers_that_are_linked_is_none(tmp_path: Path) -> None:
    upn = "A301000000018"
    returns(tmp_path / "in", {"A": "2010"}, {"Y": "2010", "Z": "2010"}, {"Y": upn, "Z": upn})
    (tmp_path / "in" / "links.csv").write_text(
        "la_code,child_id,person_id\n301,Y,P1\n301,Z,P1\n", encoding="utf-8"
    )
    children, issues, _, _ = ingested(tmp_path)
    assert children["child_id"].to_list() == ["A", "Y"]
    assert "one-upn-two-children" not in issues["code"].to_list()
