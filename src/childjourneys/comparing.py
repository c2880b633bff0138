"""Packs of several authorities to one comparison: files for people. Nothing is pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from childjourneys import __version__
from childjourneys.comparison.alike import compare
from childjourneys.comparison.pack import Pack
from childjourneys.comparison.pack_reading import NoPack, read_pack
from childjourneys.comparison.placing import PlacedMeasure, place, placed_table
from childjourneys.domain.codes import authority_name
from childjourneys.issues import NothingUsable, UsageError
from childjourneys.reports.comparison_page import ComparisonData, write_comparison_page
from childjourneys.reports.comparison_workbook import write_comparison_workbook
from childjourneys.reports.csv_files import write_csv
from childjourneys.tables import DERIVED

ENDING = ".json"
_REASONS_TOLD = 3


@dataclass(frozen=True)
class ComparisonResult:
    """What a comparison came to.

    Attributes:
        authorities: codes of all authorities in the packs.
        measures: every measure of the packs, compared or not.
        left_alone: files of a folder that are no packs.
    """

    out: Path
    packs: int
    authorities: tuple[str, ...]
    measures: tuple[PlacedMeasure, ...]
    left_alone: tuple[Path, ...]


def compare_packs(
    paths: Sequence[Path], out: Path, spread: Mapping[str, float] | None = None
) -> ComparisonResult:
    """Read packs and write comparison.csv, comparison.xlsx and comparison.html to a folder.

    Args:
        paths: packs, or folders that are searched for them.
        spread: variance between authorities by measure, to use below 12; see `funnel.variance_between`.

    Raises:
        UsageError: a path does not exist, a pack is broken, or an authority is there twice or alone.
        NothingUsable: no file is a pack, or no measure can be compared.
        ChildJourneysError: a file can't be written.
    """
    packs, left_alone = read_packs(paths)
    codes = _codes(packs)
    found = tuple(place(one, spread or {}) for one in compare(list(packs.values())))
    _check_measures(spread or {}, found)
    if not any(one.comparable for one in found):
        raise NothingUsable(_nothing(found))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {out} can't be written to: {error.strerror}.") from error
    table = placed_table(found)
    names = {code: authority_name(code) for code in codes}
    data = ComparisonData(f"childjourneys {__version__}", tuple(packs.values()), found, names)
    write_csv(out / "comparison.csv", table, DERIVED["comparison"].names())
    write_comparison_workbook(out / "comparison.xlsx", table, data)
    write_comparison_page(out / "comparison.html", data)
    return ComparisonResult(out, len(packs), tuple(codes), found, left_alone)


def read_packs(paths: Sequence[Path]) -> tuple[dict[Path, Pack], tuple[Path, ...]]:
    """Packs by file, in the order of their authorities; and the JSON files of folders that are none.

    Raises:
        UsageError: a path does not exist or a pack is broken; one sentence.
        NothingUsable: no file is a pack.
    """
    packs: dict[Path, Pack] = {}
    left_alone = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist.")
        if not path.is_dir():
            packs.setdefault(path, read_pack(path))
            continue
        for file in sorted(file for file in path.rglob(f"*{ENDING}") if file.is_file()):
            try:
                packs.setdefault(file, read_pack(file))
            except NoPack:
                left_alone.append(file)
    if not packs:
        raise NothingUsable(f"There is no pack in {', '.join(map(str, paths))}.")
    ordered = sorted(packs, key=lambda file: (packs[file].authorities[0].la_code, str(file)))
    return {file: packs[file] for file in ordered}, tuple(left_alone)


def _codes(packs: Mapping[Path, Pack]) -> list[str]:
    """The authorities of all packs, each once."""
    places: dict[str, Path] = {}
    for path, pack in packs.items():
        for part in pack.authorities:
            if part.la_code in places:
                raise UsageError(
                    f"The authority {part.la_code} is in {places[part.la_code]} and in {path}:"
                    " give each once."
                )
            places[part.la_code] = path
    if len(places) < 2:
        raise UsageError(
            f"A comparison needs two authorities or more, and there is only {next(iter(places))}."
        )
    return sorted(places)


def _check_measures(spread: Mapping[str, float], found: Sequence[PlacedMeasure]) -> None:
    for name in spread:
        if name and name not in {one.measure for one in found}:
            raise UsageError(f"--spread names {name}, which no pack has.")


def _nothing(found: Sequence[PlacedMeasure]) -> str:
    """Why nothing can be compared, with the most common reasons."""
    if not found:
        return "The packs hold no measure."
    count: dict[str, int] = {}
    for one in found:
        for code, why in one.not_placed:
            count[f"{code}: {why}"] = count.get(f"{code}: {why}", 0) + 1
    told = sorted(count, key=lambda why: (-count[why], why))[:_REASONS_TOLD]
    return " ".join(["No measure of these packs can be compared.", *told])
