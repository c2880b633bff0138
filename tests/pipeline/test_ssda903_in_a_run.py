"""SSDA903 among the inputs of a run: the account adds up, identifiers are hidden, broken files are named."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from childjourneys import api, pipeline
from childjourneys.account import attrition_frame, issues_frame, returns_frame
from childjourneys.issues import NothingUsable
from childjourneys.sources.mappings import load_mappings
from childjourneys.sources.staging import Origin, stage
from childjourneys.tables import REPORTED

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n{child},2,17/05/2009,WBRI,{upn},1,19/07/2023\n"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    "{child},03/05/2023,S,C2,N1,U6,PR1,07/09/2023,X1,CARPL,QX11 1ZZ,ZY22 2XX,SC123456\n"
    "{child},07/09/2023,P,C2,N1,Odd home,PR4,{far},,,QX11 1ZZ,ZY22 2XX,\n"
    "{child},,P,C2,N1,K2,PR4,,,,,,\n"
)
WORKERS = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n{child},17/05/2009,SW8675309,03/05/2023,,MANAGE\n"
# Dates enough that one far away does not tell the year.
REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE\n" + "".join(
    f"{{child}},17/05/2009,{day:02}/06/2023,PN1\n" for day in range(1, 21)
)
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"
CENSUS = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>
<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><LEA>301</LEA></Source></Header>
<Children><Child><ChildIdentifiers><LAchildID>{child}</LAchildID></ChildIdentifiers>
<CINdetails><CINreferralDate>2023-05-01</CINreferralDate></CINdetails></Child></Children></Message>"""
CHILD, UPN, FAR = "7700123", "A301000000018", "05/08/2031"


def care(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, text in (("h", HEADER), ("e", EPISODES), ("w", WORKERS), ("m", MISSING), ("r", REVIEWS)):
        (folder / f"{name}.csv").write_text(text.format(child=CHILD, upn=UPN, far=FAR), encoding="utf-8")
    return folder


def ingested(tmp_path: Path, *paths: Path, **told: object):  # type: ignore[no-untyped-def]
    settings = pipeline.Settings(**told)  # type: ignore[arg-type]
    return pipeline.ingest(list(paths), tmp_path / "run", settings)


def test_a_return_of_several_files_is_one(tmp_path: Path) -> None:
    folder = care(tmp_path / "in" / "2023-24")
    (tmp_path / "in" / "census.xml").write_text(CENSUS.format(child=CHILD), encoding="utf-8")
    _, account = ingested(tmp_path, tmp_path / "in")
    assert [(one.source, one.la_code, one.as_at.year, one.modules) for one in account.returns] == [
        ("cin_census", "301", 2024, ()),
        ("ssda903", "301", 2024, ("Episodes", "Header", "Missing", "Reviews", "SWEpisodes")),
    ]
    returns = returns_frame(account).filter(pl.col("kind") == "ssda903")
    assert returns["year"].to_list() == [2024] * 5
    assert returns["file"].to_list() == [f"{folder.name}/{name}.csv" for name in "ehmrw"]
    attrition = attrition_frame(account).filter(pl.col("file").str.starts_with("2023-24"))
    found = attrition.select("sheet", "rows_in", "rows_out", "duplicate", "set_aside").rows()
    assert found == [("Episodes", 3, 2, 0, 1), ("Header", 1, 1, 0, 0), ("Missing", 0, 0, 0, 0),
                     ("Reviews", 20, 20, 0, 0), ("SWEpisodes", 1, 1, 0, 0)]  # fmt: skip
    notes = issues_frame(account).filter(pl.col("code") == "authority-taken-from-others")
    assert notes["file"].to_list() == ["2023-24/e.csv"]


def test_the_same_return_twice_counts_once(tmp_path: Path) -> None:
    first = care(tmp_path / "in" / "a")
    with zipfile.ZipFile(tmp_path / "in" / "b.zip", "w") as archive:
        for path in sorted(first.iterdir()):
            archive.write(path, path.name)
    _, account = ingested(tmp_path, tmp_path / "in", la="301")
    assert len(account.returns) == 1
    zipped = attrition_frame(account).filter(pl.col("file").str.starts_with("b.zip/"))
    assert zipped["rows_in"].sum() == zipped["duplicate"].sum() == 25


def test_nothing_of_a_child_stands_in_what_a_run_leaves(tmp_path: Path) -> None:
    folder, out, key = care(tmp_path / "in"), tmp_path / "out", tmp_path / "key"
    api.run(folder, out, api.Settings(la="301", key=pipeline.load_key(key, out)))
    left = []
    for file in sorted(out.rglob("*")):
        if file.suffix == ".parquet":
            left.append(pl.read_parquet(file).cast(pl.String, strict=False).write_csv())
        elif file.suffix in (".csv", ".html", ".json", ".yaml"):
            left.append(file.read_text(encoding="utf-8"))
    text = "\n".join(left)
    assert "SWEpisodes" in text
    for hidden in (CHILD, UPN, "2009-05-17", "17/05/2009", "2023-07-19", FAR, "SW8675309", "QX11", "ZY22"):
        assert hidden not in text, hidden


def test_staged_rows_hide_what_identifies(tmp_path: Path) -> None:
    origin, key = Origin("301", "ssda903", "f", 0), b"k" * 32
    day = pl.lit("2009-05-17").str.to_date()

    def staged(name: str, **values: pl.Expr) -> dict[str, object]:
        frame = REPORTED[name].conform(pl.select(child_id=pl.lit("77"), **values))
        return stage(name, frame, origin, key).row(0, named=True)

    births = [staged(name, birth_date=day, birth_date_raw=pl.lit("x")) for name in ("child", "stated_birth")]
    assert births[0]["birth_key"] == births[1]["birth_key"] not in (None, "2009-05-17")
    assert {(one["birth_date"].isoformat(), one["birth_date_raw"]) for one in births} == {  # type: ignore[attr-defined]
        ("2009-05-15", None)
    }
    mother = staged("mother", mothers_child_birth_date=day)
    assert mother["mothers_child_birth_date"].isoformat() == "2009-05-15"  # type: ignore[attr-defined]
    episode = staged("care_episode", home_postcode=pl.lit("QX11 1ZZ"), placement_postcode=pl.lit("ZY22 2XX"))
    assert (episode["home_postcode"], episode["placement_postcode"]) == ("QX", "ZY")
    worker = staged("social_worker_episode", social_worker_id=pl.lit("SW1"))
    assert len(str(worker["social_worker_id"])) == 24


def test_values_of_the_matching_report_can_be_corrected(tmp_path: Path) -> None:
    folder, out = care(tmp_path / "in"), tmp_path / "out"
    api.run(folder, out, api.Settings(la="301"))
    report = out / "in-team" / "matching_report.xlsx"
    book = openpyxl.load_workbook(report)
    rows = book["Values"]
    taken = [cell.value for cell in rows[1]].index("taken_as") + 1
    hits = [n for n in range(2, rows.max_row + 1) if "Odd home" in [cell.value for cell in rows[n]]]
    assert len(hits) == 1 and [cell.value for cell in rows[hits[0]]][:2] == ["Episodes", "PLACE"]
    rows.cell(hits[0], taken).value = "K2"
    book.save(tmp_path / "edited.xlsx")
    _, account = ingested(tmp_path, folder, la="301", mappings=load_mappings(tmp_path / "edited.xlsx"))
    assert account.matching.values["Episodes", "PLACE", "Odd home"][0] == "K2"
    assert "not-matched" not in set(issues_frame(account)["code"])


def test_nothing_usable_names_the_return(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "h.csv").write_text(HEADER.format(child=CHILD, upn=UPN), encoding="utf-8")
    with pytest.raises(NothingUsable, match="collection year"):
        ingested(tmp_path, tmp_path / "in", la="301")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingUsable, match="SSDA903"):
        pipeline.ingest([tmp_path / "empty"], tmp_path / "again", pipeline.Settings())


XML = """<R><C><HEADER><CHILDID>1</CHILDID><SEX>2</SEX><DOB>03/05/2010</DOB><ETHNIC>WBRI</ETHNIC>
<AREVIEW><REVIEW>01/06/2023</REVIEW></AREVIEW></HEADER><EPISODE><DECOM>01/05/2023</DECOM><RNE>S</RNE>
</EPISODE></C></R>"""


@pytest.mark.parametrize("seed", range(20))
def test_mangled_zips_and_xml_never_end_in_a_traceback(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = care(tmp_path / "in" / "2024")
    with zipfile.ZipFile(tmp_path / "in" / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    (tmp_path / "in" / "x.xml").write_text(XML, encoding="utf-8")
    for path in (tmp_path / "in" / "z.zip", tmp_path / "in" / "x.xml"):
        data = bytearray(path.read_bytes())
        for _ in range(1 + seed // 3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.randrange(len(data))] if seed % 5 == 4 else data)
    _, account = ingested(tmp_path, tmp_path / "in", la="301")
    read = attrition_frame(account).filter(pl.col("step") == "read")
    assert read.filter(
        pl.col("rows_in") != pl.sum_horizontal("rows_out", "duplicate", "set_aside")
    ).is_empty()
