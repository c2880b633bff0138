"""A folder with one good return among files that must be refused, each by name, in little time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import psutil
import pytest
from cin_texts import census, child, episode

from childjourneys import api
from childjourneys.issues import NothingUsable

GOOD = census(child(episode())).encode()


def deep(path: Path) -> None:
    path.write_text("<Message>" + "<a>" * 100_000 + "</a>" * 100_000 + "</Message>", encoding="utf-8")


def entities(path: Path) -> None:
    lines = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};&e{n - 1};&e{n - 1};">' for n in range(1, 40))
    path.write_text(f'<!DOCTYPE m [<!ENTITY e0 "ha">{lines}]><Message>&e39;</Message>', encoding="utf-8")


def external(path: Path) -> None:
    path.write_text(
        '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]><Message>&x;</Message>', encoding="utf-8"
    )


def truncated(path: Path) -> None:
    path.write_bytes(GOOD[: len(GOOD) - 40])


def malformed(path: Path) -> None:
    path.write_bytes(GOOD.replace(b"</CINdetails>", b"</CINdetail>", 1))


def bomb(path: Path) -> None:
    """A sheet of 1 GB that packs to 1 MB, and a directory that claims 100 bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(1024):
                sheet.write(b" " * (1 << 20))
    data = bytearray(path.read_bytes())
    real = (1 << 30).to_bytes(4, "little")
    at = data.rfind(real)
    while at >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
        at = data.rfind(real)
    path.write_bytes(bytes(data))


def encrypted(path: Path) -> None:
    """An OLE container whose directory names the streams of an encrypted workbook."""

    def entry(name: str, kind: int) -> bytes:
        text = name.encode("utf-16-le")
        body = text.ljust(64, b"\0") + (len(text) + 2).to_bytes(2, "little") + bytes([kind, 1])
        return (body + b"\xff" * 12).ljust(116, b"\0") + (0xFFFFFFFE).to_bytes(4, "little") + bytes(8)

    sector = 512
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000300feff09000600") + bytes(6)
        + bytes(4) + (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4)
        + (4096).to_bytes(4, "little") + b"\xfe\xff\xff\xff" + bytes(4) + b"\xfe\xff\xff\xff" + bytes(4)
        + (0).to_bytes(4, "little")
    ).ljust(sector, b"\xff")  # fmt: skip
    fat = (b"\xfd\xff\xff\xff" + b"\xfe\xff\xff\xff").ljust(sector, b"\xff")
    directory = (entry("Root Entry", 5) + entry("EncryptedPackage", 2) + entry("EncryptionInfo", 2)).ljust(
        sector, b"\0"
    )
    path.write_bytes(header + fat + directory)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated.xml": (truncated, "xml-malformed"),
    "malformed.xml": (malformed, "xml-malformed"),
    "entities.xml": (entities, "xml-doctype"),
    "external.xml": (external, "xml-doctype"),
    "deep.xml": (deep, "xml-too-deep"),
    "bomb.xlsx": (bomb, "workbook-too-big"),
    "encrypted.xlsx": (encrypted, "workbook-encrypted"),
    "empty.xml": (lambda path: path.write_bytes(b""), "empty-file"),
    "torn.xlsx": (lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 500), "workbook-damaged"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    for name, (make, _) in REFUSED.items():
        make(made / name)
    (made / "good.xml").write_bytes(GOOD)
    (made / "notes.txt").write_text("nothing to see", encoding="utf-8")
    return made


def test_each_bad_file_is_refused_by_name_and_the_rest_runs(folder: Path) -> None:
    returns = api.read(folder)
    errors = returns.issues.filter(pl.col("severity") == "error")
    assert dict(errors.select("file", "code").iter_rows()) == {n: code for n, (_, code) in REFUSED.items()}
    assert all(errors["to_do"].str.len_chars() > 10)
    assert returns.files["file"].to_list() == ["good.xml"]
    assert returns.tables["need_episode"].height == 1
    notes = returns.issues.filter(pl.col("code") == "not-a-return")
    assert notes["file"].to_list() == ["notes.txt"]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_refusal_is_quick_and_small(folder: Path, name: str, tmp_path: Path) -> None:
    """Within 2 seconds of processor time and 200 MB beyond what the program takes by itself."""
    script = (
        "import sys, time, psutil\n"
        "from pathlib import Path\n"
        "from childjourneys.issues import IssueLog\n"
        "from childjourneys.sources.discovery import find_files, recognise\n"
        "import childjourneys.sources.annex_a, childjourneys.sources.cin_census\n"
        "before = psutil.Process().memory_info().rss\n"
        "log = IssueLog()\n"
        "started = time.process_time()\n"
        "recognise(find_files([Path(sys.argv[1])]), log, None)\n"
        "print(len(log.issues()), time.process_time() - started)\n"
        "sys.stdin.readline()\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(folder / name)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    assert running.stdout is not None
    peak, done = 0, False
    process = psutil.Process(running.pid)
    deadline = time.monotonic() + 30
    while not done and time.monotonic() < deadline:
        peak = max(peak, process.memory_info().rss)
        done = (
            process.status() == psutil.STATUS_SLEEPING and process.cpu_times().user > 0.2 and _waits(process)
        )
        time.sleep(0.01)
    out, _ = running.communicate("\n")
    issues, seconds = out.split()
    assert int(issues) == 1
    assert float(seconds) < 2
    assert peak < 200 * 1024**2


def _waits(process: psutil.Process) -> bool:
    before = process.cpu_times().user
    time.sleep(0.1)
    return process.cpu_times().user == before


def test_a_file_without_permission_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.xml").write_bytes(GOOD)
    (tmp_path / "locked.xml").write_bytes(GOOD)
    original = Path.open

    def locked(self: Path, *rest: object, **named: object) -> object:
        if self.name == "locked.xml":
            raise PermissionError(13, "denied")
        return original(self, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", locked)
    errors = api.read(tmp_path).issues.filter(pl.col("severity") == "error")
    assert errors.select("file", "code").rows() == [("locked.xml", "file-unreadable")]


def test_a_folder_without_permission_is_named_and_the_rest_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.xml").write_bytes(GOOD)
    (tmp_path / "locked").mkdir()
    original = Path.iterdir

    def locked(self: Path) -> object:
        if self.name == "locked":
            raise PermissionError(13, "denied")
        return original(self)

    monkeypatch.setattr(Path, "iterdir", locked)
    returns = api.read(tmp_path)
    errors = returns.issues.filter(pl.col("severity") == "error")
    assert errors.select("file", "code").rows() == [("locked", "file-unreadable")]
    assert returns.files["file"].to_list() == ["good.xml"]


def test_a_folder_of_nothing_but_refused_files_says_so(tmp_path: Path) -> None:
    truncated(tmp_path / "truncated.xml")
    with pytest.raises(NothingUsable, match=r"truncated\.xml"):
        api.read(tmp_path)


def test_a_csv_named_xlsx_is_read_for_what_it_is(tmp_path: Path) -> None:
    heading = "Child Unique ID,Gender,Ethnicity,Date of Birth,Age,Date of Contact,Contact Source"
    (tmp_path / "contacts.xlsx").write_text(
        f"{heading}\nA1,a) Male,WBRI,01/02/2015,9,03/04/2024,6\n", encoding="utf-8"
    )
    returns = api.read(tmp_path, la="301")
    assert returns.tables["contact"].height == 1


def test_a_link_loop_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(GOOD)
    try:
        os.symlink(tmp_path, tmp_path / "again", target_is_directory=True)
    except OSError:
        return  # this system makes no links without leave; then there is no loop either
    assert api.read(tmp_path).files.height == 1
