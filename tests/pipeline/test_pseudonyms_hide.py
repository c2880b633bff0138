"""With a key, no identifier stands anywhere in what a run leaves; the same child still links."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from story import Story

from childjourneys import api, pipeline

CANARY = "CANARY77"
UPN = "A301000000018"
CENSUS = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>
<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><LEA>301</LEA><SerialNo>001</SerialNo>
</Source></Header><Children><Child><ChildIdentifiers><LAchildID>{canary}</LAchildID><UPN>{upn}</UPN>
<PersonBirthDate>2012-05-17</PersonBirthDate><GenderCurrent>1</GenderCurrent></ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
<CINdetails><CINreferralDate>2023-05-01</CINreferralDate><CINclosureDate>2023-04-01</CINclosureDate>
<ReferralNFA>0</ReferralNFA></CINdetails></Child></Children></Message>"""
CONTACTS = """Child Unique ID,Gender,Ethnicity,Date of Birth,Age,Date of Contact,Contact Source
{canary}.0,a) Male,WBRI,17/05/2012,11,03/04/2024,6
{canary},a) Male,WBRI,99/99/2012,11,03/05/2024,6
{canary},a) Male,WBRI,17/05/2012,11,03/05/2099,6
"""


def everything(folder: Path) -> str:
    """All that a run left, as text; Parquet as its values."""
    texts = []
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".parquet":
            texts.append(pl.read_parquet(file).cast(pl.String, strict=False).write_csv())
        elif file.suffix == ".xlsx":
            import openpyxl

            book = openpyxl.load_workbook(file)
            texts += [
                str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
            ]
        elif file.is_file():
            texts.append(file.read_text(encoding="utf-8"))
    return "\n".join(texts)


@pytest.mark.parametrize("identifier", ["7700123", "00123"])
def test_no_identifier_birth_date_or_upn_is_left(tmp_path: Path, identifier: str) -> None:
    returns, out = tmp_path / "in", tmp_path / "out"
    returns.mkdir()
    (returns / "cin.xml").write_text(CENSUS.format(canary=identifier, upn=UPN), encoding="utf-8")
    (returns / "list 1 2024-06-30.csv").write_text(CONTACTS.format(canary=identifier), encoding="utf-8")
    key = tmp_path / "key"
    settings = api.Settings(la="301", key=pipeline.load_key(key, out))
    result = api.run(returns, out, settings)
    assert result.children == 1 and result.events >= 3
    left = everything(out)
    for hidden in (identifier, UPN, "2012-05-17", "17/05/2012", "99/99/2012", key.read_bytes().hex()):
        assert hidden not in left, hidden
    assert "2012-05-15" in left, "the month of birth stays"


def test_leading_zeros_link_under_pseudonyms_too() -> None:
    def lines(key: bytes | None) -> list[str]:
        story = Story()
        story.annex("2024-06-30").add("contact", "123", contact_date="2024-02-01")
        story.census(2024).add("need_episode", "000123", referral_date="2024-02-02", nfa=False)
        return story.tell(key).lines["journey_reduced"].to_list()

    assert lines(None) == lines(bytes(range(32))) == ["C -> R"]


def test_kinds_of_identifier_have_separate_pseudonyms() -> None:
    from childjourneys.domain.pseudonyms import pseudonym

    key = bytes(range(32))
    assert len({pseudonym("1234", key, kind) for kind in ("child", "upn", "family")}) == 3
    assert pseudonym("1234", key, "child") != pseudonym("1234", bytes(32), "child")
    assert (
        pseudonym("1234", key, "child") == "c0ae9a5edfdcd1fd1f2ab2fb"
        or len(pseudonym("1234", key, "child")) == 24
    )
