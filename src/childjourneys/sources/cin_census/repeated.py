"""Children whose identifier occurs more than once in a file: kept back, to be read together at the end.

Their text is kept compressed, in as many parts as keep each a batch of ordinary size.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from childjourneys.sources.cin_census.tokens import Ints, Mask, Tags


@dataclass(frozen=True)
class Passage:
    """Text, with the line on which each piece of it starts in the file."""

    text: bytes
    offsets: Ints
    lines: Ints


@dataclass
class _Part:
    texts: list[bytes] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


class KeptBack:
    """Collects children in `parts`, chosen by the hash of their identifier."""

    def __init__(self, parts: int) -> None:
        self._parts = [_Part() for _ in range(parts)]

    def add(self, pieces: list[bytes], lines: list[int], hashes: list[int]) -> None:
        """Children of one chunk, in order."""
        texts: dict[int, list[bytes]] = {}
        for piece, line, number in zip(pieces, lines, hashes, strict=True):
            place = number % len(self._parts)
            texts.setdefault(place, []).append(piece)
            self._parts[place].lengths.append(len(piece))
            self._parts[place].lines.append(line)
        for place, found in texts.items():
            self._parts[place].texts.append(zlib.compress(b"".join(found), 1))

    def passages(self) -> Iterator[Passage]:
        for part in self._parts:
            if part.texts:
                lengths = np.array(part.lengths, np.int64)
                text = b"".join(zlib.decompress(packed) for packed in part.texts)
                yield Passage(text, np.cumsum(lengths) - lengths, np.array(part.lines, np.int64))


def child_ends(tags: Tags, starts: Ints, depth: int) -> Ints:
    """Where the children that start at these positions, at one depth, end."""
    ends = tags.closes[(tags.ending | tags.empty) & (tags.depth == depth)] + 1
    return ends[np.searchsorted(ends, starts)]


def without(passage: Passage, starts: Ints, ends: Ints, line_of_end: Ints) -> Passage:
    """The passage without some stretches of it; the rest keeps its lines."""
    from_, to = np.append(0, ends), np.append(starts, len(passage.text))
    text = b"".join(passage.text[a:b] for a, b in zip(from_.tolist(), to.tolist(), strict=True))
    lengths = to - from_
    return Passage(text, np.cumsum(lengths) - lengths, np.append(passage.lines[0], line_of_end))


def is_repeated(hashes: list[int], repeated: NDArray[np.int64]) -> Mask:
    """Which of the hashes are among the sorted ones."""
    return np.isin(np.array(hashes, np.int64), repeated)
