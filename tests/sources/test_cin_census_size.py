"""A large census is read in bounded memory, and hostile files are refused quickly."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from cin_texts import HEADER, child, episode, read_file

from childjourneys.issues import Refused
from childjourneys.sources.cin_census import open_cin

_READ = """
import sys
from datetime import date
from pathlib import Path
from childjourneys.issues import IssueLog
from childjourneys.sources.cin_census import open_cin
from childjourneys.sources.contract import Matching, ReadContext
source = open_cin(Path(sys.argv[1]), "census.xml")
rows = 0
for batch in source.read(ReadContext(date(2024, 3, 31), IssueLog(), Matching(), [])):
    rows += sum(map(len, batch.values()))
[peak] = [line.split()[1] for line in open("/proc/self/status", encoding="ascii") if line.startswith("VmHWM")]
print(rows, int(peak) // 1024)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = _written(tmp_path, 8), _written(tmp_path, 24)
    small_rows, small_mb = _read_apart(small)
    large_rows, large_mb = _read_apart(large)
    assert large_rows > 2.7 * small_rows
    assert large_mb < 300
    assert large_mb < small_mb + 40


def test_hostile_files_are_refused_at_once(tmp_path: Path) -> None:
    start = f"<Message>{HEADER}<Children>"
    entities = "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};'>" for n in range(1, 40))
    path = tmp_path / "hostile.xml"
    for text in (
        start + "<a>" * 10_000_000,
        start + child(episode()) + "<a>" * 100_000 + "</a>" * 100_000 + "</Children></Message>",
        f"<!DOCTYPE Message [<!ENTITY a0 'x'>{entities}]><Message>&a39;</Message>",
        start + child("<CINdetails a='" + "x" * 40_000_000 + "'/>"),
    ):
        path.write_text(text, encoding="utf-8")
        before = time.process_time()
        with pytest.raises(Refused):
            open_cin(path, "hostile.xml")
        assert time.process_time() - before < 2


def test_children_written_twice_far_apart_are_brought_together(tmp_path: Path) -> None:
    path = tmp_path / "census.xml"
    children = "".join(child(episode(), str(number)) for number in range(1, 3001))
    path.write_text(f"<Message>{HEADER}<Children>{children}{children}</Children></Message>", encoding="utf-8")
    found = read_file(path, 100_000)
    assert found.batches < 20
    assert {(a.rows_in, a.loaded, a.duplicate) for a in found.accounts.values()} == {(6000, 3000, 3000)}
    assert found.tables["child"]["child_id"].n_unique() == 3000
    assert found.issues == []


def _written(folder: Path, megabytes: int) -> Path:
    path = folder / f"{megabytes}.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"<Message>{HEADER}<Children>")
        number = 0
        while file.tell() < megabytes << 20:
            block = [child(episode(), str(number + place)) for place in range(1, 2001)]
            number += len(block)
            file.write("".join(block))
        file.write("</Children></Message>")
    return path


def _read_apart(path: Path) -> tuple[int, int]:
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    rows, peak = done.stdout.split()
    return int(rows), int(peak)
