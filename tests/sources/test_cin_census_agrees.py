"""The census reader against a slow, plain one, on invented files full of faults."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from cin_plain import read_plain
from cin_texts import AS_AT, Read, random_census, read_file
from hypothesis import given, settings
from hypothesis import strategies as st

from childjourneys.issues import Refused
from childjourneys.sources.cin_census import open_cin


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**9), chunk_size=st.sampled_from([1, 100, 700, 1 << 20]), dress=st.integers(0, 7)
)
def test_reads_as_the_plain_reader_does(seed: int, chunk_size: int, dress: int) -> None:
    random = Random(seed)
    text = _dressed(random_census(random), dress, random)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "census.xml")
        path.write_bytes(text)
        found = read_file(path, chunk_size)
    plain = read_plain(text, AS_AT)
    for table in sorted(set(plain.tables) | set(found.tables)):
        assert _rows(found, table) == sorted(map(_row, plain.tables.get(table, [])))
    counted = Counter[tuple[str, str]]()
    for sheet, account in found.accounts.items():
        counted[sheet, "loaded"] += account.loaded
        counted[sheet, "duplicate"] += account.duplicate
        counted[sheet, "set aside"] += account.set_aside
    assert +counted == +plain.accounts


@pytest.mark.parametrize("seed", range(15))
def test_the_size_of_chunks_changes_nothing(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "census.xml"
    random = Random(seed)
    path.write_bytes(_dressed(random_census(random), seed % 8, random))
    whole, pieces = read_file(path), read_file(path, 1)
    assert whole.issues == pieces.issues
    assert whole.accounts == pieces.accounts
    assert whole.matching == pieces.matching
    assert whole.info == pieces.info
    for table in sorted(set(whole.tables) | set(pieces.tables)):
        assert _rows(whole, table) == _rows(pieces, table)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**9), chunk_size=st.sampled_from([1, 700, 1 << 20]))
def test_damaged_files_give_rows_and_issues_or_a_refusal(seed: int, chunk_size: int) -> None:
    random = Random(seed)
    text = bytearray(random_census(random).encode())
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(text))
        choice = random.randrange(4)
        if choice == 0:
            text[at] = random.randrange(256)
        elif choice == 1:
            del text[at : at + random.randrange(40)]
        elif choice == 2:
            text[at:at] = random.choice(
                [b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<a>", b">", b"&#x41;", b"\0", b"</Child>"]
            )
        else:
            other = random.randrange(len(text))
            text[at:at] = text[other : other + random.randrange(200)]
        if not text:
            text = bytearray(b" ")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "census.xml")
        path.write_bytes(bytes(text))
        try:
            if open_cin(path, "census.xml", chunk_size) is None:
                return
        except Refused:
            return
        found = read_file(path, chunk_size)
    plain = read_plain(bytes(text), AS_AT)
    if found.info.as_at == AS_AT and not re.search(rb"<(CINdetails|Child)[^>]*/>", bytes(text)):
        assert len(_rows(found, "child")) == len(plain.tables.get("child", []))


def _dressed(text: str, how: int, random: Random) -> bytes:
    """The same census written another way."""
    if how == 1:
        text = re.sub(r"<(/?)(?=[A-Z])", r"<\1c:", text).replace("<c:Message>", '<c:Message xmlns:c="urn:x">')
    elif how == 2:
        text = text.replace("<Child>", '<Child note="a > b"><!-- <Child> </Child>\n -->')
    elif how == 3:
        text = re.sub(r">(\d[^<&]*)</", r"><![CDATA[\1]]></", text)
    elif how == 4:
        return text.replace("\n", "\r\n").encode()
    elif how == 5:
        return text.replace("utf-8", "utf-16").encode("utf-16")
    elif how == 6:
        text = re.sub(r"<(LAchildID|Ethnicity|CINdetails)>", r'<\1 id="1"  >', text)
        text = text.replace(
            "<Child>", "<Child><?x <Child>?>> <Extra><Child/><CINreferralDate>1</CINreferralDate></Extra>"
        )
    elif how == 7:
        return text.replace("\n", "\r").encode()
    return text.encode()


def _rows(read: Read, table: str) -> list[tuple[tuple[str, str], ...]]:
    return sorted(map(_row, read.rows(table)))


def _row(row: dict[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in row.items() if value is not None))
