"""The local engine: one bucket after the other, on this machine."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from childjourneys.workspace.store import TableStore

Tables = dict[str, pl.DataFrame]
Kernel = Callable[[Tables], Tables]


def run_kernel(
    kernel: Kernel,
    load: Callable[[int], Tables],
    buckets: int,
    target: TableStore,
    partials: tuple[str, ...] = ("issues", "counts"),
    progress: Callable[[int, int], None] | None = None,
) -> Tables:
    """Run a kernel over every bucket and keep what it gives in `target`.

    Args:
        kernel: from the tables of a bucket's children to tables about them.
        load: the tables of one bucket.
        buckets: how many there are.
        target: where the results go, under the same bucket numbers.
        partials: results that span children; they are put together and returned instead.
        progress: called with the number of buckets done and in all.

    Returns:
        The partial results of all buckets, in bucket order.
    """
    collected: dict[str, list[pl.DataFrame]] = {name: [] for name in partials}
    for number in range(buckets):
        for name, frame in kernel(load(number)).items():
            if name in collected:
                collected[name].append(frame)
            else:
                target.put(name, number, frame)
        if progress:
            progress(number + 1, buckets)
    return {name: pl.concat(frames) for name, frames in collected.items() if frames}
