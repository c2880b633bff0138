"""`make bench`: processor time, the least of five, against plain baselines in one run.

Prints a Markdown table; leaves with 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import inputs

HERE = Path(__file__).parent


def least(runs: int, work: str, path: Path, *warm_up: Path) -> tuple[float, float]:
    """Least processor seconds of several runs, and the greatest peak memory in MB."""
    seconds, peaks = [], []
    for _ in range(runs):
        command = [sys.executable, str(HERE / "measure.py"), work, str(path), *map(str, warm_up)]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        seconds.append(float(out[0]))
        peaks.append(float(out[1]))
    return min(seconds), max(peaks)


def wall(runs: int, *command: str) -> float:
    """Least wall-clock seconds of a command."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "childjourneys", *command], capture_output=True, check=True)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--anchored", type=int, default=1_100_000)
    parser.add_argument("--children", type=int, default=5000)
    parser.add_argument("--looked-after", type=int, default=20_000)
    parser.add_argument("--years", type=int, default=10)
    asked = parser.parse_args()
    rows: list[tuple[str, str, str, str, bool]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        returns = inputs.small_authority(folder / "small")
        tiny_census = returns / "cin_census_2024.xml"
        tiny_annex = next(returns.glob("annex_a_*.xlsx"))

        big, half = folder / "big.xml", folder / "half.xml"
        inputs.census(returns, big, asked.megabytes)
        inputs.census(returns, half, asked.megabytes // 2)
        base, _ = least(asked.runs, "lxml_stream", big, tiny_census)
        ours, peak = least(asked.runs, "canonical", big, tiny_census)
        _, half_peak = least(2, "canonical", half, tiny_census)
        rows.append(ratio(f"CIN census of {asked.megabytes} MB to canonical tables", ours, base, 4,
                          "lxml streaming through it"))  # fmt: skip
        rows.append((f"peak memory of that; {half_peak:.0f} MB for half the file", f"{peak:.0f} MB", "",
                     "under 500 MB", peak < 500))  # fmt: skip

        workbook = folder / "annex_a_2025-06-30.xlsx"
        written = inputs.annex_a(returns, workbook, asked.rows)
        base, _ = least(asked.runs, "calamine_read", workbook, tiny_annex)
        ours, _ = least(asked.runs, "canonical", workbook, tiny_annex)
        rows.append(ratio(f"Annex A of {written:,} rows to canonical tables", ours, base, 2,
                          "bare python-calamine read"))  # fmt: skip

        events = folder / "events.parquet"
        inputs.journeys(returns, events, folder / "spells.parquet", asked.events)
        base, _ = least(asked.runs, "read_and_sort", events)
        ours, _ = least(asked.runs, "lines_and_spells", events)
        rows.append(ratio(f"{asked.events:,} events to journey lines and spells", ours, base, 3,
                          "bare Polars read and sort"))  # fmt: skip

        folder_of_all = folder / "journeys"
        inputs.whole_journeys(returns, folder_of_all, asked.anchored)
        base, _ = least(asked.runs, "sort_events", folder_of_all)
        loaded, _ = least(asked.runs, "load_journeys", folder_of_all)
        rows.append((f"{asked.anchored:,} events made ready for archetypes", f"{loaded:.2f} s",
                     f"{loaded / base:.2f} x {base:.2f} s", "", True))  # fmt: skip
        ours, _ = least(asked.runs, "missed_risk", folder_of_all)
        rows.append(ratio("one archetype with its outcomes, once they are", ours - loaded, base, 1,
                          "bare Polars read and sort"))  # fmt: skip
        ours, _ = least(asked.runs, "all_archetypes", folder_of_all)
        rows.append(("the library's outcomes, loading included", f"{ours:.2f} s",
                     f"{ours / base:.2f} x {base:.2f} s", "", True))  # fmt: skip
        inputs.stored_journeys(folder_of_all)
        ours, peak = least(2, "breakdowns", folder_of_all)
        rows.append(ratio("the library with every unadjusted breakdown, loading included", ours, base, 15,
                          "bare Polars read and sort"))  # fmt: skip
        rows.append(("peak memory of that", f"{peak:.0f} MB", "", "under 1,000 MB", peak < 1000))
        ours, peak = least(2, "whole_library", folder_of_all)
        rows.append(("the same with months, curves, other thresholds, and every case explained",
                     f"{ours:.1f} s", f"{ours / base:.1f} x {base:.2f} s", "", True))  # fmt: skip
        rows.append(("peak memory of that", f"{peak:.0f} MB", "", "under 1,000 MB", peak < 1000))

        inputs.material(folder / "shared", asked.children)
        took, _ = least(2, "shareable", folder / "shared")
        rows.append((f"disclosure control of the report of {asked.children:,} children", f"{took:.1f} s", "",
                     "under 20 s", took < 20))  # fmt: skip

        costed = folder / "costed"
        inputs.placements(costed, asked.looked_after, asked.years)
        base, _ = least(asked.runs, "write_ledger", costed)
        alone, _ = least(asked.runs, "cost_alone", costed)
        what = f"{asked.looked_after:,} children with {asked.years} years of placements to the ledger"
        rows.append((what, f"{alone:.1f} s", f"{alone / base:.1f} x {base:.2f} s", "", True))
        ours, peak = least(2, "cost_all", costed)
        rows.append(ratio(f"{what} and all tables, workbook apart", ours, base, 15,
                          "bare Polars write of that ledger to Parquet"))  # fmt: skip
        rows.append(("peak memory of that", f"{peak:.0f} MB", "", "under 1,000 MB", peak < 1000))
        took, peak = least(2, "scenario", costed)
        rows.append(ratio("a what-if of these, with every assumption tried", took, alone, 1.5,
                          "costing its base"))  # fmt: skip
        rows.append(("peak memory of that", f"{peak:.0f} MB", "", "under 1,000 MB", peak < 1000))

        took = wall(asked.runs, "--help")
        rows.append(("--help", f"{took:.2f} s", "", "under 0.5 s (wall clock)", took < 0.5))
        took = wall(2, "demo", "--children", str(asked.children), "--out", str(folder / "demo"))
        rows.append((f"demo of {asked.children:,} children", f"{took:.1f} s", "",
                     "under 30 s (wall clock)", took < 30))  # fmt: skip
    print_table(rows)
    return 0 if all(row[4] for row in rows) else 1


def ratio(what: str, ours: float, base: float, limit: float, against: str) -> tuple[str, str, str, str, bool]:
    times = ours / base
    return (
        what,
        f"{ours:.2f} s",
        f"{times:.2f} x {base:.2f} s",
        f"at most {limit} x {against}",
        times <= limit,
    )


def print_table(rows: list[tuple[str, str, str, str, bool]]) -> None:
    write = sys.stdout.write
    write("| What | Measured | Ratio x its denominator | Target | Met |\n|---|---|---|---|---|\n")
    for what, measured, against, target, met in rows:
        write(f"| {what} | {measured} | {against} | {target} | {'yes' if met else 'NO'} |\n")


if __name__ == "__main__":
    sys.exit(main())
