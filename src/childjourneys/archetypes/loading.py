"""The tables of a run as the arrays of one authority, as seen on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import CODE, EXPECTED_DAYS, TYPE, Authority, Marks, Spells
from childjourneys.archetypes.days import DAY_BITS, LAST_DAY, NEVER, RANK_BITS, SHIFT, Flags, Ints, day_number
from childjourneys.archetypes.definition import RECORDS
from childjourneys.domain.vocabulary import EVENT, EVENTS, SPELL_KINDS

# Keys leave this many bits to what they group by.
_GROUP_BITS = 63 - DAY_BITS - RANK_BITS
# Ranks of ends that may come right after a start of their own day.
_ENDS = range(80, 84)


def authority_of(
    la_code: str,
    as_at: date | None,
    *,
    events: pl.DataFrame,
    spells: pl.DataFrame,
    children: pl.DataFrame,
    coverage: pl.DataFrame,
    marks: pl.DataFrame,
) -> Authority:
    """One authority's journeys; `as_at` is the last day that is seen, its last covered day by default."""
    ranges = coverage.filter(pl.col("la_code") == la_code)
    last = max(ranges["to"].to_list()) if as_at is None else as_at
    seen = day_number(last)
    events = _where(_of(events, la_code), lambda rows: rows["date"] <= last)
    spells = _where(_of(spells, la_code), lambda rows: rows["start"] <= last)
    marks = _of(marks, la_code)
    known = _children(_of(children, la_code), events, spells, marks)
    records = _records(pl.concat([events.select("child_id", "record"), spells.select("child_id", "record")]))
    order, arrays = _arranged(events, known["child_id"], records[: events.height])
    known_from, birth_known = _known_from(known)
    child, day = arrays["child"], arrays["day"]
    names = ("date", "event", "attributes", "episode_id", "file", "sheet", "row", "source", "link")
    source = events.select(name for name in names if name in events.columns)
    return Authority(
        la_code=la_code,
        as_at=seen,
        child_ids=known["child_id"],
        birth=_days(known["birth_date"], NEVER),
        known_from=known_from,
        death=_days(known["death_date"], NEVER),
        family=_codes(known["family_id"]),
        source=source if order is None else source[order],
        child=child,
        day=day,
        kind=arrays["kind"].astype(np.int16),
        rank=arrays["rank"],
        episode=arrays["episode"],
        record=arrays["record"],
        stay=arrays["stay"],
        before_birth=birth_known[child] & (day < known_from[child]),
        marks=_marks(marks, _numbers(marks, known["child_id"])),
        spell_source=spells.select(
            name for name in ("source", "file", "sheet", "row") if name in spells.columns
        ),
        spells=_spells(
            spells,
            _numbers(spells, known["child_id"]),
            records[events.height :],
            last,
            _starts(events, records),
        ),
        coverage=_coverage(ranges, seen),
    )


def _of(frame: pl.DataFrame, la_code: str) -> pl.DataFrame:
    return _where(frame, lambda rows: rows["la_code"] == la_code)


def _where(frame: pl.DataFrame, test: Callable[[pl.DataFrame], pl.Series]) -> pl.DataFrame:
    """The rows that pass; mostly all do, and then nothing is copied."""
    passed = test(frame)
    return frame if passed.all() else frame.filter(passed)


def _arranged(
    events: pl.DataFrame, child_ids: pl.Series, records: Ints
) -> tuple[Ints | None, dict[str, Ints]]:
    """The order of the keys, None where events have it, without starts and ends that a need episode gives."""
    child = _numbers(events, child_ids)
    kind = _ints(events["event"].cast(pl.Enum(list(TYPE))).to_physical())
    day = _ints(events["date"].to_physical().cast(pl.Int64)) + SHIFT
    rank = _ranks(kind, day, records)
    arrays = {"child": child, "day": day, "kind": kind, "rank": rank,
              "episode": _labelled(events["episode_id"], child), "record": records,
              "stay": _stays(events, child, records)}  # fmt: skip
    plans = np.flatnonzero((kind == TYPE["cin_start"]) | (kind == TYPE["cin_end"]))
    basis = events["attributes"][plans].str.contains('"basis": "need_episode"', literal=True)
    undated = plans[basis.fill_null(False).to_numpy()]
    key = (child << (DAY_BITS + RANK_BITS)) | (day << RANK_BITS) | rank
    place = _ints(events["place_in_day"])
    change = np.diff(key)
    in_order = bool(np.all((change > 0) | ((change == 0) & (np.diff(place) >= 0))))
    if in_order and not undated.size:
        return None, arrays
    order = np.arange(key.size) if in_order else np.lexsort((place, key))
    order = order[~np.isin(order, undated)] if undated.size else order
    return order, {name: values[order] for name, values in arrays.items()}


def _numbers(frame: pl.DataFrame, child_ids: pl.Series) -> Ints:
    """The number of each row's child. Rows of a child mostly lie together."""
    if frame.is_empty():
        return np.zeros(0, dtype=np.int64)
    runs = frame["child_id"].rle().struct.unnest()
    numbers = pl.DataFrame({"value": child_ids, "n": np.arange(len(child_ids), dtype=np.int64)})
    found = runs.join(numbers, on="value", how="left", maintain_order="left")
    return np.repeat(_ints(found["n"]), _ints(found["len"]))


def _labelled(labels_of_child: pl.Series, child: Ints) -> Ints:
    """Need episodes, or stays, of children as numbers; -1 where there is none."""
    label = _ints(labels_of_child.cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1))
    labels = int(label.max(initial=0)) + 1
    number = child * labels + label
    if int(child.max(initial=0)) * labels >= 1 << _GROUP_BITS:
        number = np.unique(number, return_inverse=True)[1].astype(np.int64)
    return np.where(label < 0, -1, number)


def _children(
    children: pl.DataFrame, events: pl.DataFrame, spells: pl.DataFrame, marks: pl.DataFrame
) -> pl.DataFrame:
    """Every child that is spoken of, in order, with births, deaths and families where they are known."""
    spoken_of = [f["child_id"].rle().struct.field("value") for f in (children, events, spells, marks)]
    ids = pl.concat(spoken_of).unique().sort().alias("child_id").to_frame()
    details = children.select(
        "child_id",
        "birth_date",
        "expected_birth_date",
        *(
            pl.col(name) if name in children.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in (("death_date", pl.Date), ("family_id", pl.String))
        ),
    )
    return ids.join(details, on="child_id", how="left", maintain_order="left")


def _known_from(children: pl.DataFrame) -> tuple[Ints, Flags]:
    born = children.select(pl.coalesce("birth_date", "expected_birth_date")).to_series()
    known = born.is_not_null().to_numpy()
    return np.where(known, _days(born, np.int64(0)) - EXPECTED_DAYS, 0), known


def _ranks(kind: Ints, day: Ints, record: Ints) -> Ints:
    """Ranks doubled; the end of a spell that starts on the same day comes right after its start."""
    rank = np.array([2 * event.rank for event in EVENTS], dtype=np.int64)[kind]
    for starts, ends in RECORDS.values():
        if EVENT[ends].rank not in _ENDS:
            continue
        began = np.flatnonzero((kind == TYPE[starts]) & (record >= 0))
        ended = np.flatnonzero((kind == TYPE[ends]) & (record >= 0))
        at_once = np.isin(record[ended] << DAY_BITS | day[ended], record[began] << DAY_BITS | day[began])
        rank[ended[at_once]] = 2 * EVENT[starts].rank + 1
    return rank


def _records(records: pl.DataFrame) -> Ints:
    """Records as numbers; labels are taken for the child's own."""
    if records.schema["record"].is_integer():
        return _ints(records["record"].cast(pl.Int64).fill_null(-1))
    return _codes(records.select(pl.concat_str(["child_id", "record"], separator="\0")).to_series())


def _stays(rows: pl.DataFrame, child: Ints, record: Ints) -> Ints:
    """One number for the placements of one `placement_id`; the record's own where there is none."""
    if "placement_id" not in rows.columns or not rows["placement_id"].is_not_null().any():
        return record
    stay = _labelled(rows["placement_id"], child)
    return np.where(stay < 0, record, int(record.max(initial=0)) + 1 + stay)


def _temporary(spells: pl.DataFrame, record: Ints, temporary_records: Ints) -> Flags:
    """Whether a placement was temporary: as the spells say, else as the event of its start does."""
    if "temporary" in spells.columns:
        return np.array(spells["temporary"].fill_null(False).to_numpy(), dtype=np.bool_)
    return np.isin(record, temporary_records) & (record >= 0)


def _codes(values: pl.Series) -> Ints:
    """Distinct texts as numbers from 0; -1 for null."""
    known = values.unique().drop_nulls().sort()
    table = pl.DataFrame({"v": known, "n": np.arange(len(known), dtype=np.int64)})
    found = pl.DataFrame({"v": values}).join(table, on="v", how="left", maintain_order="left")
    return _ints(found["n"].fill_null(-1))


def _coverage(ranges: pl.DataFrame, last: int) -> dict[str, tuple[Ints, Ints]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for kind, first, to in ranges.sort("kind", "from").select("kind", "from", "to").iter_rows():
        start, end = day_number(first), min(day_number(to), last)
        if start > end:
            continue
        mine = found.setdefault(kind, [])
        if mine and start <= mine[-1][1] + 1:
            mine[-1] = (mine[-1][0], max(mine[-1][1], end))
        else:
            mine.append((start, end))
    return {
        kind: (np.array([r[0] for r in mine], dtype=np.int64), np.array([r[1] for r in mine], dtype=np.int64))
        for kind, mine in found.items()
    }


def _marks(marks: pl.DataFrame, child: Ints) -> Marks:
    return Marks(
        child=child,
        types=[frozenset(text.split("|")) for text in marks["event"]],
        code=np.array([CODE[code] for code in marks["code"]], dtype=np.int64),
        start=_days(marks["start"], np.int64(-1)),
    )


def _starts(events: pl.DataFrame, records: Ints) -> Ints:
    """Records of placements whose start says that they were temporary."""
    temporary = (events["event"] == "placement_start") & events["attributes"].str.contains(
        r'"temporary":\s*true'
    )
    return records[: events.height][temporary.fill_null(False).to_numpy()]


def _spells(
    spells: pl.DataFrame, child: Ints, record: Ints, last: date, temporary_records: Ints
) -> dict[str, Spells]:
    """Spells by kind. One that ends after the last day seen is open."""
    end, start = _days(spells["end"], NEVER), _days(spells["start"], np.int64(0))
    later = end > day_number(last)
    end = np.where(later, NEVER, end)
    unknown = (spells["open"] == "unknown").to_numpy() & ~later
    stay, temporary = _stays(spells, child, record), _temporary(spells, record, temporary_records)
    kinds = spells["kind"].cast(pl.Enum(SPELL_KINDS)).to_physical().to_numpy()
    found = {}
    for number, kind in enumerate(SPELL_KINDS):
        mine = np.flatnonzero(kinds == number)
        if mine.size:
            mine = mine[np.lexsort((end[mine], start[mine], child[mine]))]
            found[kind] = Spells(
                child[mine], start[mine], end[mine], unknown[mine], record[mine], stay[mine], temporary[mine],
                mine,
            )  # fmt: skip
    return found


def _ints(series: pl.Series) -> Ints:
    return np.array(series.to_numpy(), dtype=np.int64)


def _days(dates: pl.Series, blank: np.int64) -> Ints:
    """Days since the epoch, clipped to the days that keys can hold; `blank` where there is no date."""
    days = dates.cast(pl.Date).to_physical().cast(pl.Int64) + SHIFT
    return _ints(days.clip(0, LAST_DAY).fill_null(int(blank)))
