"""Tables as Parquet files, partitioned by bucket and, where they have one, by authority."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

FLUSH_ROWS = 400_000
# Small enough that a slice of a large part is read without the rest of it.
_ROWS_TOGETHER = 50_000


class TableStore:
    """A folder of tables: `<table>/bucket=<n>/<la_code or all>.parquet`.

    Frames put under one table and bucket are appended in the order they were put.
    """

    def __init__(self, folder: Path, buckets: int) -> None:
        self.folder = folder
        self.buckets = buckets

    def put(self, table: str, bucket: int, frame: pl.DataFrame) -> None:
        """Keep the rows of one bucket. Called once per table and bucket; empty frames keep the schema."""
        folder = self._folder(table, bucket)
        folder.mkdir(parents=True, exist_ok=True)
        if "la_code" not in frame.columns or frame.is_empty():
            _write(frame, folder / "all.parquet")
            return
        codes = frame["la_code"].unique()
        if len(codes) == 1:
            _write(frame, folder / f"{_safe(str(codes[0]))}.parquet")
            return
        for (la_code,), part in frame.partition_by("la_code", as_dict=True, maintain_order=True).items():
            _write(part, folder / f"{_safe(str(la_code))}.parquet")

    def put_whole(self, table: str, frame: pl.DataFrame) -> None:
        """Keep a table that is not about single children: it has one part, whatever the buckets."""
        folder = self.folder / table
        folder.mkdir(parents=True, exist_ok=True)
        _write(frame, folder / "all.parquet")

    def bucket(self, table: str, bucket: int) -> pl.DataFrame:
        """The rows of one bucket, authorities in order.

        Raises:
            KeyError: the table was never put.
        """
        files = sorted(self._folder(table, bucket).glob("*.parquet"))
        if not files:
            raise KeyError(table)
        return pl.concat([pl.read_parquet(file) for file in files], rechunk=False)

    def slices(
        self, table: str, bucket: int, together: Sequence[str], rows: int, columns: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """The rows of one bucket, some at a time, in order: never all of them in memory.

        Args:
            together: rows that are the same in these columns lie together, and stay in one slice.
            rows: about how many to a slice.
            columns: only these are read.
        """
        for path in sorted(self._folder(table, bucket).glob("*.parquet")):
            lines = pl.scan_parquet(path)
            runs = lines.select(together).collect().group_by(together, maintain_order=True).len()
            turn = (pl.col("len").cum_sum() // rows).alias("turn")
            start = 0
            for _, size in runs.group_by(turn, maintain_order=True).agg(pl.col("len").sum()).iter_rows():
                yield lines.select(columns).slice(start, size).collect()
                start += size

    def table(self, table: str) -> pl.DataFrame:
        """All rows: bucket by bucket, authorities in order."""
        whole = self.folder / table / "all.parquet"
        if whole.is_file():
            return pl.read_parquet(whole)
        return pl.concat([self.bucket(table, number) for number in range(self.buckets)])

    def parts(self, table: str) -> list[Path]:
        """The files of a table, bucket by bucket, authorities in order."""
        return sorted((self.folder / table).rglob("*.parquet"))

    def rows(self, table: str) -> int:
        """How many rows a table has, without reading them."""
        files = self.parts(table)
        return sum(int(pl.scan_parquet(file).select(pl.len()).collect().item()) for file in files)

    def has(self, table: str) -> bool:
        return (self.folder / table).is_dir()

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.folder.iterdir() if entry.is_dir())

    def _folder(self, table: str, bucket: int) -> Path:
        return self.folder / table / f"bucket={bucket:04d}"


class StagingStore:
    """Rows as they come from files: kept in memory while they are few, else as numbered parts on disk."""

    def __init__(self, folder: Path, buckets: int) -> None:
        self.folder = folder
        self.buckets = buckets
        self._parts: dict[tuple[str, int], list[pl.DataFrame]] = {}
        self._rows = 0
        self._number = 0

    def append(self, table: str, bucket: int, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        self._parts.setdefault((table, bucket), []).append(frame)
        self._rows += frame.height
        if self._rows >= FLUSH_ROWS:
            self._flush()

    def bucket(self, table: str, bucket: int) -> pl.DataFrame | None:
        """All rows of one table and bucket in the order they came; None when there are none."""
        files = sorted((self.folder / table / f"bucket={bucket:04d}").glob("*.parquet"))
        parts = [pl.read_parquet(file) for file in files] + self._parts.get((table, bucket), [])
        return pl.concat(parts) if parts else None

    def _flush(self) -> None:
        for (table, bucket), frames in self._parts.items():
            folder = self.folder / table / f"bucket={bucket:04d}"
            folder.mkdir(parents=True, exist_ok=True)
            pl.concat(frames).write_parquet(folder / f"{self._number:06d}.parquet", compression="lz4")
        self._number += 1
        self._parts.clear()
        self._rows = 0

    def remove(self) -> None:
        """Clear the staged rows away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _write(frame: pl.DataFrame, path: Path) -> None:
    frame.rechunk().write_parquet(
        path, compression="uncompressed", statistics=False, row_group_size=_ROWS_TOGETHER
    )


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
