"""Reads a children in need census, batch by batch, into reported tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from childjourneys.issues import Refused
from childjourneys.sources.cin_census.cells import Cells, day_number, first_of_each, texts
from childjourneys.sources.cin_census.codes import CodedElement
from childjourneys.sources.cin_census.fate import Batch, decide
from childjourneys.sources.cin_census.findings import Findings
from childjourneys.sources.cin_census.frames import frames_of
from childjourneys.sources.cin_census.layout import CHILD, KIND_NUMBER, KINDS
from childjourneys.sources.cin_census.opening import Opened, child_hash, cleaned_id, open_census
from childjourneys.sources.cin_census.repeated import KeptBack, Passage, child_ends, is_repeated, without
from childjourneys.sources.cin_census.sheet import ID, typed_sheet
from childjourneys.sources.cin_census.text import LINE_ONLY, chunks
from childjourneys.sources.cin_census.tokens import Ints, NameTable, Tags, tags_of, tokens_of
from childjourneys.sources.cin_census.tree import Tree, name_table, tree_of
from childjourneys.sources.contract import ReadContext, ReturnInfo, SourceFile

CHUNK = 4 << 20
_KEPT_BACK_PART = 8 << 20
# Without lower-case letters, points and spaces an identifier is clean, but for words that stand in for one.
_CLEAN_ID = r"^[A-Z0-9]*[1-9][A-Z0-9]*$"


def open_cin(path: Path, name: str, chunk_size: int = CHUNK) -> SourceFile | None:
    """Recognise a CIN census; None for anything that is no XML, or XML of another sort.

    Args:
        name: path below the folder given, with forward slashes.
        chunk_size: bytes that are read at once.

    Raises:
        Refused: it is XML that can't be read: not whole, not well-formed, with a document type, nested too
            deep, empty, or not in the encoding it names.
    """
    opened = open_census(path, chunk_size)
    if opened is None:
        return None
    return CinCensus(path, name, opened, chunk_size)


class CinCensus:
    """One recognised file. Nothing of it is held but what the first pass found."""

    def __init__(self, path: Path, name: str, opened: Opened, chunk_size: int) -> None:
        header = opened.header
        as_at, as_at_how = header.as_at if header else (None, "")
        self.info = ReturnInfo(
            file=name,
            kind="cin_census",
            sha256=opened.sha256,
            la_code=header.la_code if header else None,
            as_at=as_at,
            as_at_how=as_at_how,
            latest_date=opened.latest_date,
            serial_no=header.serial_no if header else None,
            produced_at=header.produced_at if header else "",
        )
        self._path = path
        self._opened = opened
        self._chunk_size = chunk_size

    def forget(self) -> None:
        """Nothing to let go of: a census is read from its file, piece by piece."""

    def read(self, context: ReadContext) -> Iterator[dict[str, pl.DataFrame]]:
        """Reported tables, a batch for each chunk, and last the children that occur more than once."""
        reading = _Reading(self.info.file, self._opened, context)
        line, depth = 1, 0
        for chunk in chunks(self._path, self._chunk_size):
            text = _one_kind_of_line_end(chunk)
            tags = tags_of(text, depth)
            if tags is None:
                raise _changed()
            if len(tags.depth):
                depth = int(tags.depth[-1])
                yield from reading.chunk(tags, line)
            line += _line_ends(tags).size
        for passage in reading.kept_back.passages():
            again = tags_of(passage.text, reading.child_depth)
            if again is None:
                raise _changed()
            yield from reading.passage(passage, again)
        reading.findings.finish(reading.elements)


class _Reading:
    """What lasts from batch to batch of one file."""

    def __init__(self, file: str, opened: Opened, context: ReadContext) -> None:
        self.elements = {
            kind.name: {
                entry.element: CodedElement(entry, context.mappings)
                for entry in kind.fields
                if entry.type in ("code", "bool")
            }
            for kind in KINDS
        }
        self.findings = Findings(file, context)
        parts = 1 + int(opened.size * opened.repeated_share) // _KEPT_BACK_PART
        self.kept_back = KeptBack(parts)
        self.child_depth = 0
        self._names: NameTable = name_table()
        self._repeated = opened.repeated
        self._as_at = day_number(context.as_at)

    def chunk(self, tags: Tags, line: int) -> Iterator[dict[str, pl.DataFrame]]:
        """A chunk of the file, without the children that occur again."""
        passage = Passage(tags.data[: len(tags.data)], np.zeros(1, np.int64), np.full(1, line, np.int64))
        if len(self._repeated):
            rest = self._keep_back(tags, passage)
            if rest is not None:
                passage, tags = rest
        yield from self.passage(passage, tags)

    def passage(self, passage: Passage, tags: Tags) -> Iterator[dict[str, pl.DataFrame]]:
        tokens = tokens_of(tags, self._names)
        tree = tree_of(tokens, self._names)
        lines = _Lines(passage, _line_ends(tags))
        self._say_left_out(tree, lines)
        if not any(len(records) for records in tree.records):
            return
        batch = self._typed(tree, lines)
        decide(batch, self._as_at, self.elements)
        self.findings.of_batch(batch, self.elements, tree.with_characteristics, tree.undated_reviews)
        frames = frames_of(batch, self.elements)
        if frames:
            yield frames

    def _typed(self, tree: Tree, lines: _Lines) -> Batch:
        ids = _ids(tree)
        child: dict[str, Ints] = {}
        sheets = {}
        for kind, records in zip(KINDS, tree.records, strict=True):
            rows = np.arange(len(records))
            child[kind.name] = child[kind.parent][records.parent] if kind.parent else rows
            sheets[kind.name] = typed_sheet(
                kind, records, lines.of(records.at), child[kind.name], self.elements[kind.name]
            )
        return Batch(sheets, ids, _numbered(ids))

    def _keep_back(self, tags: Tags, passage: Passage) -> tuple[Passage, Tags] | None:
        tokens = tokens_of(tags, self._names)
        tree = tree_of(tokens, self._names)
        children = tree.records[KIND_NUMBER[CHILD.name]]
        hashes = [child_hash(value) if value else 0 for value in _ids(tree).to_list()]
        again = np.flatnonzero(is_repeated(hashes, self._repeated))
        if not len(again):
            return None
        starts = children.at[again]
        self.child_depth = int(tokens.depth[np.searchsorted(tokens.at, starts[0])])
        ends = child_ends(tags, starts, self.child_depth)
        lines = _Lines(passage, _line_ends(tags))
        pieces = [tags.data[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        self.kept_back.add(pieces, lines.of(starts).tolist(), [hashes[place] for place in again.tolist()])
        rest = without(passage, starts, ends, lines.of(ends))
        kept = tags_of(
            rest.text, int(tags.depth[0]) - (not tags.ending[0] and not tags.empty[0]) + tags.ending[0]
        )
        if kept is None:
            raise _changed()
        return rest, kept

    def _say_left_out(self, tree: Tree, lines: _Lines) -> None:
        left_out: dict[str, tuple[int, int]] = {}
        if tree.left_out:
            at = lines.of(np.array([place for place, _ in tree.left_out], np.int64))
            for (_, name), line in zip(tree.left_out, at.tolist(), strict=True):
                count, first = left_out.get(name, (0, line))
                left_out[name] = (count + 1, first)
        self.findings.of_text(left_out, tree.skipped)


class _Lines:
    """Line numbers of positions in a passage."""

    def __init__(self, passage: Passage, line_ends: Ints) -> None:
        self._passage = passage
        self._line_ends = line_ends
        self._before = np.searchsorted(line_ends, passage.offsets)

    def of(self, positions: Ints) -> Ints:
        piece = np.searchsorted(self._passage.offsets, positions, "right") - 1
        lines: Ints = (
            self._passage.lines[piece] + np.searchsorted(self._line_ends, positions) - self._before[piece]
        )
        return lines


def _line_ends(tags: Tags) -> Ints:
    buffer = np.frombuffer(tags.data, np.uint8)
    if LINE_ONLY in tags.data:
        return np.flatnonzero((buffer == 10) | (buffer == LINE_ONLY[0]))
    return np.flatnonzero(buffer == 10)


def _one_kind_of_line_end(chunk: bytes) -> bytes:
    if b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n"):
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return chunk


def _ids(tree: Tree) -> pl.Series:
    children = tree.records[KIND_NUMBER[CHILD.name]]
    cells: Cells | None = children.cells.get(ID)
    if cells is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(children))
    one, _ = first_of_each(cells)
    return texts(one, len(children), cleaned_id, _CLEAN_ID)


def _numbered(ids: pl.Series) -> Ints:
    """One number for each identifier; children without one differ from each other."""
    own = np.arange(len(ids))
    if ids.null_count() == 0 and ids.n_unique() == len(ids):
        return own
    first: dict[str, int] = {}
    return np.array(
        [
            place if value is None else first.setdefault(value, place)
            for place, value in enumerate(ids.to_list())
        ],
        np.int64,
    )


def _changed() -> Refused:
    return Refused(
        "file-changed",
        "The file changed while it was read.",
        "A file that nothing else writes to.",
        "Run again when the file is complete.",
    )
