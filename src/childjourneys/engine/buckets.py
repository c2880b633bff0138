"""Which bucket a child is in: a hash that is the same on every machine and in every version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

import polars as pl

Part = tuple[str, int, pl.DataFrame]


def bucket_count(input_bytes: int, memory_bytes: int) -> int:
    """How many buckets keep the tables of one bucket well inside the memory allowed: a power of two.

    A bucket gets as many bytes of input as a sixteenth of the memory: 128 MB of census XML with 2 GB, which
    take about 350 MB while they are merged.
    """
    wanted = max(1, -(-input_bytes // max(1, memory_bytes // 16)))
    return int(1 << (wanted - 1).bit_length())


def bucket_of(la_codes: Iterable[str], children: Iterable[str], buckets: int) -> list[int]:
    """The bucket of each child: CRC-32 of `authority|child` in UTF-8, modulo the number of buckets."""
    return [crc32(f"{la}|{child}".encode()) % buckets for la, child in zip(la_codes, children, strict=True)]


def split_all(frames: Mapping[str, pl.DataFrame], buckets: int, child: str) -> Iterator[Part]:
    """The rows of each frame and bucket, in their order; frames have `la_code` and the column `child`."""
    filled = {name: frame for name, frame in frames.items() if frame.height}
    if buckets == 1:
        yield from ((name, 0, frame) for name, frame in filled.items())
        return
    who = ["la_code", child]
    children = pl.concat([frame.select(who) for frame in filled.values()] or [_nobody(child)]).unique()
    numbered = children.with_columns(
        _bucket=pl.Series(bucket_of(children["la_code"], children[child], buckets), dtype=pl.Int32)
    )
    for name, frame in filled.items():
        keyed = frame.join(numbered, on=who, how="left", maintain_order="left")
        parts = keyed.partition_by("_bucket", as_dict=True, include_key=False, maintain_order=True)
        yield from ((name, int(number[0]), part) for number, part in sorted(parts.items()))


def _nobody(child: str) -> pl.DataFrame:
    return pl.DataFrame(schema={"la_code": pl.String, child: pl.String})
