"""Every format gives the same rows with the row numbers a spreadsheet shows; hostile files are refused."""

import codecs
import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
import xlwt
from annex_a_making import headings, list_rows, read, row, save
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from xlsb_making import save_xlsb

from childjourneys.issues import IssueLog, Refused
from childjourneys.sources import workbooks
from childjourneys.sources.annex_a import open_annex_a
from childjourneys.sources.contract import Matching, ReadContext
from childjourneys.sources.workbooks import open_workbook, workbook_of

SERIAL = {False: 45357, True: 43895}  # 6 March 2024
EMPTY_ABOVE = [[], [], []]


def rows_of(number=3, **changes):
    return [*EMPTY_ABOVE, *list_rows(number, row(number), row(number, child_id="1002", **changes))]


def save_xls(path, rows, date_1904=False, name="List 3"):
    book = xlwt.Workbook()
    book.dates_1904 = date_1904
    sheet = book.add_sheet(name)
    style = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write(number, place, cell, style)
            elif cell != "":
                sheet.write(number, place, cell)
    book.save(str(path))
    return path


def save_ods(path, rows, name="List 3"):
    document = OpenDocumentSpreadsheet()
    table = Table(name=name)
    for cells in rows:
        line = TableRow()
        for cell in cells:
            if isinstance(cell, date):
                made = TableCell(valuetype="date", datevalue=cell.isoformat())
            elif isinstance(cell, (int, float)):
                made = TableCell(valuetype="float", value=str(cell))
            elif cell:
                made = TableCell(valuetype="string")
                made.addElement(P(text=cell))
            else:
                made = TableCell()
            line.addElement(made)
        table.addElement(line)
    below = TableRow(numberrowsrepeated=1_000_000)
    below.addElement(TableCell(numbercolumnsrepeated=16_000))
    table.addElement(below)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def expect_second_of_list_3(got):
    assert got.codes() == []
    referral = got.tables["referral"].select("child_id", "referral_date", "row").rows()
    assert referral == [("1001", date(2024, 3, 6), 6), ("1002", date(2024, 3, 6), 7)]


@pytest.mark.parametrize("date_1904", [False, True])
@pytest.mark.parametrize("as_serial", [False, True])
def test_xlsx(tmp_path, date_1904, as_serial):
    when = SERIAL[date_1904] if as_serial else date(2024, 3, 6)
    path = save(tmp_path / "a.xlsx", {"List 3": rows_of(referral_date=when)}, date_1904=date_1904)
    expect_second_of_list_3(read(path))


@pytest.mark.parametrize("date_1904", [False, True])
@pytest.mark.parametrize("as_serial", [False, True])
def test_xls(tmp_path, date_1904, as_serial):
    when = SERIAL[date_1904] if as_serial else date(2024, 3, 6)
    expect_second_of_list_3(read(save_xls(tmp_path / "a.xls", rows_of(referral_date=when), date_1904)))


def test_small_xls_of_1904(tmp_path):
    # Under 4 kB the workbook lies in the container's small pieces.
    path = save_xls(tmp_path / "a.xls", [["x"]], True)
    assert workbook_of(path.read_bytes(), ".xls").date_1904


@pytest.mark.parametrize("when", [SERIAL[False], date(2024, 3, 6)])
def test_ods(tmp_path, when):
    expect_second_of_list_3(read(save_ods(tmp_path / "a.ods", rows_of(referral_date=when))))


@pytest.mark.parametrize("date_1904", [False, True])
def test_xlsb(tmp_path, date_1904):
    rows = rows_of(referral_date=SERIAL[date_1904])
    expect_second_of_list_3(read(save_xlsb(tmp_path / "a.xlsb", "List 3", rows, date_1904)))


@pytest.mark.parametrize("named", ["a.xls", "a.xlsb", "a.ods", "a.csv", "a.dat"])
def test_content_and_not_the_name_decides(tmp_path, named):
    save(tmp_path / "a.xlsx", {"List 3": rows_of()}).rename(tmp_path / named)
    expect_second_of_list_3(read(tmp_path / named))


def test_csv_named_xlsx_is_read_for_what_it_is(tmp_path):
    path = tmp_path / "List 3.xlsx"
    path.write_text("\n".join(",".join(map(str, cells)) for cells in [headings(3), row(3)]), encoding="utf-8")
    got = read(path)
    assert got.tables["referral"]["row"].to_list() == [2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_encodings_and_separators(tmp_path, encoding, separator):
    lines = [
        headings(3),
        [],
        row(3, allocated_team="Équipe £1"),
        [],
        row(3, child_id="2", allocated_team="a\nb"),
    ]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    path = tmp_path / "referrals list 3.csv"
    path.write_bytes(text.encode(encoding))
    got = read(path)
    assert got.tables["referral"]["row"].to_list() == [3, 5]
    assert got.tables["referral"]["team"].to_list() == ["Équipe £1", "a\nb"]
    assert got.codes() == []


def test_csv_with_curly_quotes_of_windows(tmp_path):
    path = tmp_path / "List 8.csv"
    text = "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in [headings(8), row(8)])
    assert "\u2018" in text
    path.write_bytes(text.encode("cp1252"))
    assert read(path).codes() == []


def test_hidden_and_merged_are_read(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("List 3")
        book.add_worksheet("Front_Sheet").activate()
        sheet.merge_range(0, 0, 0, 10, "Referrals")
        sheet.write_row(1, 0, headings(3))
        sheet.write_row(2, 0, row(3))
        sheet.write_row(3, 0, row(3, child_id="2"))
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(5, 6, None, None, {"hidden": True})
        sheet.hide()
    assert read(path).tables["referral"]["child_id"].to_list() == ["1001", "2"]


def test_formulas_count_as_their_stored_result(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("List 3")
        sheet.write_row(0, 0, headings(3))
        sheet.write_row(1, 0, row(3, allocated_team="", child_id=""))
        sheet.write_formula(1, 0, "=1+1", None, "1007")
        sheet.write_formula(1, 9, "=NA()", None, "#N/A")
    line = read(path).tables["referral"].row(0, named=True)
    assert (line["child_id"], line["team"]) == ("1007", None)


def test_links_and_macros_get_a_note(tmp_path):
    path = save(tmp_path / "a.xlsx", {"List 3": list_rows(3, row(3))})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
        archive.writestr("xl/vbaProject.bin", b"macro")
    got = read(path)
    assert got.codes() == ["links-to-other-workbooks", "macros-not-run"]
    assert got.accounts[0].loaded == 1


def refusal(data, suffix):
    with pytest.raises(Refused) as caught:
        workbook = workbook_of(data, suffix)
        list(workbook.sheets())
    assert caught.value.what and caught.value.expected and caught.value.to_do
    return caught.value


def compound_file(stream_name, content=b"x" * 5000):
    """A minimal compound file: header, allocation table, directory, one stream."""
    sectors = -(-len(content) // 512)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = codecs.decode("d0cf11e0a1b11ae1", "hex") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108

    def entry(name, kind, start, size, child=0xFFFFFFFF):
        encoded = (name + "\0").encode("utf-16-le")
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(stream_name, 2, 2, len(content)) + bytes(256)
    return header + struct.pack("<128I", *table) + directory + content.ljust(sectors * 512, b"\0")


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_encrypted_xlsx(suffix):
    found = refusal(compound_file("EncryptedPackage"), suffix)
    assert found.code == "workbook-encrypted"
    assert "password" in found.to_do


def test_encrypted_xls(tmp_path):
    data = bytearray(save_xls(tmp_path / "a.xls", rows_of()).read_bytes())
    # The record after the first one becomes FilePass.
    start = 512
    length = struct.unpack_from("<H", data, start + 2)[0]
    struct.pack_into("<H", data, start + 4 + length, 0x2F)
    assert refusal(bytes(data), ".xls").code == "workbook-encrypted"


def test_encrypted_ods():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
        archive.writestr("content.xml", b"\x01\x02")
    assert refusal(packed.getvalue(), ".ods").code == "workbook-encrypted"


def test_no_workbook_in_a_container():
    assert refusal(compound_file("WordDocument"), ".xls").code == "not-a-workbook"
    assert workbook_of(compound_file("WordDocument"), ".doc") is None


@pytest.mark.parametrize("named", ["a.xlsx", "a.xls", "a.ods", "a.xlsb"])
@pytest.mark.parametrize("share", [0.02, 0.4, 0.9])
def test_cut_short(tmp_path, named, share):
    path = tmp_path / named
    if named == "a.xls":
        save_xls(path, rows_of())
    elif named == "a.ods":
        save_ods(path, rows_of())
    elif named == "a.xlsb":
        save_xlsb(path, "List 3", rows_of())
    else:
        save(path, {"List 3": rows_of()})
    data = path.read_bytes()
    assert refusal(data[: int(len(data) * share)], path.suffix).code in ("workbook-damaged", "not-a-workbook")


def test_empty_file_and_unreadable_one(tmp_path):
    assert refusal(b"", ".xlsx").code == "empty-file"
    assert workbook_of(b"", ".md") is None
    with pytest.raises(Refused) as caught:
        open_workbook(tmp_path)
    assert caught.value.code == "file-unreadable"


@pytest.mark.parametrize(
    "start",
    ["<html><table><tr><td>", "\ufeff<!DOCTYPE html>", "  <table>", "<?xml version='1.0'?><Workbook>"],
)
def test_web_page_under_a_workbooks_name(start):
    found = refusal(start.encode(), ".xls")
    assert found.code == "not-a-workbook"
    assert "saved under a workbook's name" in found.what
    assert workbook_of(start.encode(), ".xml") is None


def test_huge_file_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "_MOST_BYTES", 1000)
    (tmp_path / "a.csv").write_bytes(b"a,b\n" * 1000)
    with pytest.raises(Refused) as caught:
        open_workbook(tmp_path / "a.csv")
    assert caught.value.code == "workbook-too-big"
    (tmp_path / "a.log").write_bytes(b"a,b\n" * 1000)
    assert open_workbook(tmp_path / "a.log") is None


def test_something_else_under_a_workbooks_name():
    assert refusal(b"%PDF-1.7\n" + bytes(range(256)) * 20, ".xlsx").code == "not-a-workbook"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(packed.getvalue(), ".xlsx").code == "not-a-workbook"
    assert workbook_of(packed.getvalue(), ".docx") is None


def workbook_zip(sheet, packed_sheet=None, claimed=None):
    """A workbook of one sheet. `packed_sheet`: its packed bytes, whatever `sheet` says."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        if packed_sheet is None:
            archive.writestr("xl/worksheets/sheet1.xml", sheet)
        else:
            archive.writestr(zipfile.ZipInfo("xl/worksheets/sheet1.xml"), packed_sheet)
    data = bytearray(made.getvalue())
    if packed_sheet is not None:
        # Stored bytes are called deflated ones, in the part's own header and in the directory.
        directory = data.rfind(b"PK\x01\x02")
        struct.pack_into("<H", data, struct.unpack_from("<I", data, directory + 42)[0] + 8, 8)
        struct.pack_into("<H", data, directory + 10, 8)
        struct.pack_into("<I", data, directory + 24, claimed)
    return bytes(data)


def gigabyte():
    """Packed bytes that unpack to 1 GB: one block over and over."""
    piece = b'<row r="1"><c r="A1"><v>1</v></c></row>' * 27_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (10**9 // len(piece) + 1) + packer.flush()


@pytest.mark.parametrize("claimed", [1_000_000_000, 100])
def test_workbook_that_unpacks_to_a_gigabyte(claimed):
    data = workbook_zip("", gigabyte(), claimed)
    assert len(data) < 5_000_000
    tracemalloc.start()
    started = time.process_time()
    found = refusal(data, ".xlsx")
    taken = time.process_time() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.code, found.what) == ("workbook-too-big", "The workbook unpacks to more than 400 MB.")
    assert taken < 2
    assert peak < 100_000_000


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r = 'XFD1048576'><v>1</v></c></row>",
        b'<row r="99999"><c r="ZZ99999"><v>1</v></c></row>',
        b'<x:row r="99999"><x:c s="1" r="ZZ99999"><v>1</v></x:c></x:row>',
    ],
)
def test_one_far_cell_does_not_end_the_run(cells):
    assert refusal(workbook_zip(b"<sheetData>" + cells + b"</sheetData>"), ".xlsx").code == "workbook-too-big"


def test_far_cell_in_other_formats(tmp_path):
    path = save_xlsb(tmp_path / "a.xlsb", "List 3", [["x"], [""] * 16000 + ["y"], *[[]] * 999, ["z"]])
    assert refusal(path.read_bytes(), ".xlsb").code == "workbook-too-big"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            '<table:table table:name="List 1"><table:table-row table:number-rows-repeated="1000000">'
            '<table:table-cell table:number-columns-repeated="16000" office:value-type="float"/>'
            "</table:table-row></table:table>",
        )
    assert refusal(packed.getvalue(), ".ods").code == "workbook-too-big"


def test_long_and_wide_sheets_that_are_honest(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, range(60))
        sheet.write(100_100, 3, "last")
    assert next(open_workbook(path).sheets()).rows[-1][3] == "last"


def test_openpyxl_workbooks_and_times(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "List 3"
    for cells in list_rows(3, row(3, referral_date=datetime.fromisoformat("2024-03-06T14:05"))):
        sheet.append(list(cells))
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").tables["referral"]["referral_date"].to_list() == [date(2024, 3, 6)]


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    path = tmp_path_factory.mktemp("fuzz")
    return [
        save(path / "a.xlsx", {"List 3": rows_of(), "List 8": list_rows(8, row(8))}).read_bytes(),
        save_xls(path / "a.xls", rows_of()).read_bytes(),
        save_ods(path / "a.ods", rows_of()).read_bytes(),
        save_xlsb(path / "a.xlsb", "List 3", rows_of()).read_bytes(),
        "\n".join(",".join(map(str, cells)) for cells in [headings(3), row(3)]).encode(),
    ]


def read_or_refuse(path):
    try:
        file = open_annex_a(path, path.name)
    except Refused:
        return
    if file is not None:
        context = ReadContext(date(2024, 6, 30), IssueLog(), Matching(), [])
        list(file.read(context))
        for account in context.accounts:
            assert account.rows_in == account.loaded + account.duplicate + account.set_aside


FUZZ = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FUZZ
@given(
    which=st.integers(0, 4), changes=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=6)
)
def test_mutated_files_are_read_or_refused(tmp_path, originals, which, changes):
    data = bytearray(originals[which])
    for share, replacement in changes:
        place = int(share * (len(data) - 1))
        data[place : place + len(replacement)] = replacement
    path = tmp_path / "fuzz.xlsx"
    path.write_bytes(data)
    read_or_refuse(path)


@FUZZ
@given(
    data=st.binary(max_size=2000),
    start=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_any_bytes_are_read_or_refused(tmp_path, data, start):
    path = tmp_path / "fuzz.xlsx"
    path.write_bytes(start + data)
    read_or_refuse(path)


CELL = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1901, 1, 1), date(9999, 1, 1)),
    st.sampled_from(["#N/A", "-", "UNKNOWN", "01/02/2024", "a) Yes"]),
)


@FUZZ
@given(number=st.integers(1, 10), data=st.data())
def test_any_cells_are_accounted_for(tmp_path, number, data):
    width = len(headings(number))
    rows = data.draw(st.lists(st.lists(CELL, min_size=1, max_size=width), max_size=3))
    text = "\n".join(
        ",".join('"' + str("" if cell is None else cell).replace('"', '""') + '"' for cell in cells)
        for cells in [headings(number), *rows]
    )
    path = tmp_path / "fuzz.csv"
    path.write_bytes(text.encode("utf-8", "replace"))
    read_or_refuse(path)
