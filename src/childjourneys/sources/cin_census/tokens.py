"""Start tags of a chunk as arrays: which element, how deep, and where its text lies.

Everything works on byte positions of a well-formed chunk. Names are looked up by comparing the first 32
bytes of all tags at once; only tags written in an unusual way (prefix, attributes) are looked at singly,
and their spelling is then known for the next chunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from childjourneys.sources.cin_census.text import plain, plainer

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

PADDING = b" " * 64
UNKNOWN = -1
_NAME = 32
_LT, _GT, _SLASH = 60, 62, 47
_SLOT_BITS = 12
_SPELLINGS = 1000


@dataclass(frozen=True)
class Tags:
    """All tags of a chunk in order. `data` is padded, so that reading past the end is safe.

    Attributes:
        opens, closes: positions of `<` and `>`.
        ending: tag is `</x>`.
        empty: tag is `<x/>`.
        depth: open elements after the tag; for an empty element around it.
    """

    data: bytes
    opens: Ints
    closes: Ints
    ending: Mask
    empty: Mask
    depth: NDArray[np.int32]


@dataclass(frozen=True)
class Tokens:
    """The elements of a chunk, in the order they start.

    Attributes:
        name: number in the name table; `UNKNOWN`.
        at: position of their `<`.
        start, end: the text directly inside, for a `leaf`.
        leaf: no element inside.
        depth: elements around it.
    """

    data: bytes
    name: NDArray[np.int32]
    at: Ints
    start: Ints
    end: Ints
    leaf: Mask
    depth: NDArray[np.int32]


def tags_of(chunk: bytes, depth: int) -> Tags | None:
    """The tags of a chunk that begins inside `depth` elements; None when its text defies reading."""
    text = plain(chunk)
    found = _positions(text)
    if found is None:
        text = plainer(text)
        found = _positions(text)
        if found is None:
            return None
    opens, closes = found
    data = text + PADDING
    buffer = np.frombuffer(data, np.uint8)
    ending = buffer[opens + 1] == _SLASH
    empty = (buffer[closes - 1] == _SLASH) & ~ending
    step = 1 - 2 * ending.astype(np.int32) - empty
    return Tags(data, opens, closes, ending, empty, np.cumsum(step, dtype=np.int32) + np.int32(depth))


def tokens_of(tags: Tags, names: NameTable) -> Tokens:
    """The elements behind the tags."""
    first = np.flatnonzero(~tags.ending)
    empty = tags.empty[first]
    at = tags.opens[first]
    start = tags.closes[first] + 1
    after = np.minimum(first + 1, len(tags.opens) - 1)
    leaf = empty | tags.ending[after]
    end = np.where(empty | ~leaf, start, tags.opens[after])
    name = names.find(tags.data, at + 1, start - at - 2 - empty)
    return Tokens(tags.data, name, at, start, end, leaf, tags.depth[first] - ~empty)


def gather(data: bytes, starts: Ints, lengths: Ints, width: int) -> NDArray[np.uint64]:
    """The first `width` bytes (a multiple of 8) from each start as numbers, zero past the length."""
    view = np.ndarray((len(data) - width + 1,), f"S{width}", data, strides=(1,))
    words = view[starts].view("<u8").reshape(len(starts), width // 8)
    words &= _masks(width)[np.minimum(lengths, width)]
    return words


class NameTable:
    """Finds the number of an element by the way its tag is written.

    Args:
        names: local names; the number is the place in it.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._numbers = {name.encode(): number for number, name in enumerate(names)}
        self._spelled: dict[bytes, int] = dict(self._numbers)
        self._index()

    def find(self, data: bytes, starts: Ints, lengths: Ints) -> NDArray[np.int32]:
        words = gather(data, starts, lengths, _NAME)
        slots = _slots(words)
        numbers = self._slot_number[slots]
        known = self._slot_length[slots] == lengths
        for place in range(_NAME // 8):
            known &= self._slot_words[place][slots] == words[:, place]
        missed = np.flatnonzero(~known)
        if len(missed):
            numbers[missed] = self._look_at(data, starts[missed], lengths[missed])
        return numbers

    def local_name(self, spelling: bytes) -> bytes:
        """`x` of `p:x a="1"`."""
        return spelling.replace(b"/", b" ").split(None, 1)[0].rpartition(b":")[2] if spelling else b""

    def _look_at(self, data: bytes, starts: Ints, lengths: Ints) -> list[int]:
        numbers = []
        before = len(self._spelled)
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
            spelling = data[start : start + length]
            number = self._spelled.get(spelling)
            if number is None:
                number = self._numbers.get(self.local_name(spelling), UNKNOWN)
                if len(self._spelled) < _SPELLINGS:
                    self._spelled[spelling] = number
            numbers.append(number)
        if len(self._spelled) > before:
            self._index()
        return numbers

    def _index(self) -> None:
        """Spread the known spellings over slots; of two in one slot the second is looked at singly."""
        size = 1 << _SLOT_BITS
        self._slot_number = np.full(size, UNKNOWN, np.int32)
        self._slot_length = np.full(size, -1, np.int64)
        self._slot_words = np.zeros((_NAME // 8, size), np.uint64)
        spellings = [s for s in reversed(self._spelled) if 0 < len(s) <= _NAME]
        data = b"".join(spellings) + PADDING
        lengths = np.array([len(s) for s in spellings], np.int64)
        words = gather(data, np.cumsum(lengths) - lengths, lengths, _NAME)
        slots = _slots(words)
        self._slot_number[slots] = [self._spelled[s] for s in spellings]
        self._slot_length[slots] = lengths
        self._slot_words[:, slots] = words.T


def _positions(text: bytes) -> tuple[Ints, Ints] | None:
    """Where tags open and close; None unless they take turns and nothing but tags has such marks."""
    buffer = np.frombuffer(text, np.uint8)
    opens = np.flatnonzero(buffer == _LT)
    closes = np.flatnonzero(buffer == _GT)
    if len(opens) != len(closes) or (opens > closes).any() or (closes[:-1] > opens[1:]).any():
        return None
    return opens, closes


def _slots(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = words[:, 0] * _MIX[0]
    for place in range(1, _NAME // 8):
        mixed ^= words[:, place] * _MIX[place]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX[4]
    return mixed >> np.uint64(64 - _SLOT_BITS)


_MIX = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD],
    np.uint64,
)


def _masks(width: int) -> NDArray[np.uint64]:
    masks = _MASKS.get(width)
    if masks is None:
        inside = np.arange(width)[None, :] < np.arange(width + 1)[:, None]
        masks = np.ascontiguousarray(inside.astype(np.uint8) * np.uint8(255)).view("<u8")
        _MASKS[width] = masks
    return masks


_MASKS: dict[int, NDArray[np.uint64]] = {}
