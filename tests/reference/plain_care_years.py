"""The slow, plain version of care over the years, written from the design's section on SSDA903.

Lists and loops, one child at a time. It knows SSDA903 and no other return, and one file for each year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from story import Story

Row = dict[str, Any]
Place = tuple[str, int]
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
SHORT = ("V3", "V4")
CODES = (
    "later-return-differs", "end-reopened", "gone-without-end", "episode-corrected", "episode-end-blank",
    "episode-end-late", "episode-end-unusable", "care-gap", "care-chain-disagrees", "care-starts-again",
    "care-goes-nowhere", "short-break-turns", "legal-change-moves", "legal-change-differs",
)  # fmt: skip
VALUES = ("reason_new_episode", "legal_status", "category_of_need", "placement_type", "placement_provider",
          "placement_postcode", "placement_urn")  # fmt: skip
TIED = ("reason_episode_ceased", "reason_place_change")


@dataclass
class Episode:
    """One episode as used."""

    rows: list[Row]  # the latest return first
    values: Row
    start: date
    dec: date | None
    bad: bool
    end: date | None = None
    open: str = "false"
    end_row: Row | None = None
    end_also: list[Row] = field(default_factory=list)
    gone: date | None = None


@dataclass
class Told:
    """What a reader of the design says: spells and events with their places, and findings."""

    spells: set[tuple[Any, ...]] = field(default_factory=set)
    events: set[tuple[Any, ...]] = field(default_factory=set)
    findings: set[tuple[str, Place]] = field(default_factory=set)


def tell(story: Story) -> Told:
    told = Told()
    rows: list[Row] = []
    for (number, table), records in story.rows.items():
        made = story.returns[number]
        for record in records if table == "care_episode" else ():
            blank = dict.fromkeys((*VALUES, *TIED, "episode_end_date"))
            rows.append(
                blank | record | {"year": made.as_at, "file": made.file, "bad": _bad(story, number, record)}
            )
    years = sorted(r.as_at for r in story.returns if "Episodes" in r.modules)
    for child in sorted({row["child_id"] for row in rows}):
        mine = [row for row in rows if row["child_id"] == child]
        _child(child, _years(mine, years, told), told)
    return told


def _bad(story: Story, number: int, record: Row) -> bool:
    marks = story.rows.get((number, "mark"), [])
    same = [m for m in marks if (m["child_id"], m["row"]) == (record["child_id"], record["row"])]
    end = record.get("episode_end_date")
    return (bool(same) and end is None) or (end is not None and end < record["episode_start_date"])


def place(row: Row) -> Place:
    return row["file"], row["row"]


def _years(rows: list[Row], years: list[date], told: Told) -> list[Episode]:
    """Key CHILD and DECOM; the later return wins; what a later return lost."""
    found: dict[tuple[date, int], list[Row]] = {}
    for year in years:
        for start in {row["episode_start_date"] for row in rows if row["year"] == year}:
            same = [r for r in rows if r["year"] == year and r["episode_start_date"] == start]
            same.sort(key=_order_of_one_day)
            for back, row in enumerate(reversed(same)):
                found.setdefault((start, back), []).insert(0, row)
    episodes = {key: _episode(key[0], same, told) for key, same in found.items()}
    kept = dict(episodes)
    for (start, back), one in episodes.items():
        last = one.rows[0]["year"]
        later_in_own = [k for k, e in found.items() if any(r["year"] == last for r in e)
                        and (k[0], -k[1]) > (start, -back)]  # fmt: skip
        following = [year for year in years if year > last]
        if one.dec is not None or one.bad or later_in_own or not following:
            continue
        nxt = following[0]
        if _corrected(start, last, nxt, found):
            told.findings.add(("episode-corrected", place(one.rows[0])))
            del kept[start, back]
        else:
            told.findings.add(("gone-without-end", place(one.rows[0])))
            one.gone = last + timedelta(days=1)
    return [kept[key] for key in sorted(kept, key=lambda k: (k[0], -k[1]))]


def _order_of_one_day(row: Row) -> tuple[Any, ...]:
    end = _usable(row)
    later = 2 if end is None else int(end > row["episode_start_date"])
    names = ("reason_new_episode", "legal_status", "category_of_need", "placement_type", "placement_provider",
             *TIED, "placement_postcode", "placement_urn")  # fmt: skip
    content = tuple((_said(row, name) is None, _said(row, name) or "") for name in names)
    return (later, end or date.max, content, row["row"])


def _usable(row: Row) -> date | None:
    return None if row["bad"] else row["episode_end_date"]


def _said(row: Row, name: str) -> Any:
    """A reason for ceasing without an end is not used."""
    ended = row["episode_end_date"] is not None or row["bad"]
    return row[name] if name not in TIED or ended else None


def _episode(start: date, rows: list[Row], told: Told) -> Episode:
    head = rows[0]
    dec, bad = _usable(head), head["bad"]
    same_end = [
        r for r in rows if (r["bad"] if bad and dec is None else _usable(r) == dec and dec is not None)
    ]
    values = {name: _first([r[name] for r in rows]) for name in VALUES}
    values |= {name: _first([_said(r, name) for r in same_end]) for name in TIED}
    for row in rows:
        for name in VALUES:
            changed = row[name] is not None and row[name] != values[name]
            recoded = name == "placement_type" and row[name] in ("H5", "P2") and values[name] == "K3"
            if changed and not recoded:
                told.findings.add(("later-return-differs", place(row)))
        for name in TIED:
            if row in same_end and _said(row, name) not in (None, values[name]):
                told.findings.add(("later-return-differs", place(row)))
        if _usable(row) is not None and dec is None:
            told.findings.add(("end-reopened", place(row)))
        elif _usable(row) is not None and _usable(row) != dec:
            told.findings.add(("later-return-differs", place(row)))
    return Episode(rows, values, start, dec, bad, end_row=head, end_also=[r for r in same_end[1:] if not bad])


def _first(values: list[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _corrected(start: date, last: date, nxt: date, found: dict[tuple[date, int], list[Row]]) -> bool:
    """The next return has one with another DECOM, not after 31 March, that runs on and is new in it."""
    then = sorted(
        ((s, -back, row) for (s, back), rows in found.items() for row in rows if row["year"] == nxt),
        key=lambda one: one[:2],
    )
    for at, (other, negative, row) in enumerate(then):
        following = then[at + 1][0] if at + 1 < len(then) else date.max
        end = _usable(row)
        until = end if end is not None and end <= following else following
        known = any(r["year"] == last for r in found[other, -negative])
        if other != start and other <= last and until > last and not known:
            return True
    return False


def _child(child: str, chain: list[Episode], told: Told) -> None:
    for at, one in enumerate(chain):
        _end(one, chain[at + 1] if at + 1 < len(chain) else None, told)
    periods: list[list[int]] = []
    for at, one in enumerate(chain):
        before = chain[at - 1] if at else None
        short, was_short = _short(one), before is not None and _short(before)
        new = one.values["reason_new_episode"] == "S"
        goes_on = before is not None and before.values["reason_episode_ceased"] in (None, "X1") and not new
        here = place(one.rows[0])
        if before is not None:
            rec = before.values["reason_episode_ceased"]
            disagrees = (rec == "X1" and new) or (rec not in (None, "X1") and not new)
            if disagrees:
                told.findings.add(("care-chain-disagrees", here))
            if goes_on and short != was_short:
                told.findings.add(("short-break-turns", here))
            if not goes_on and not disagrees and not short and not was_short and before.end == one.start:
                told.findings.add(("care-starts-again", here))
        if short:
            _add_spell(told, child, "short_break", one.start, one.end, one.open, one.rows[0])
            _add_event(told, child, "short_break_start", one.start, one.rows[0], one.rows[1:])
            _add_end(told, child, "short_break_end", one)
        elif goes_on and not was_short:
            periods[-1].append(at)
            if before is not None and before.end is not None and before.end < one.start:
                told.findings.add(("care-gap", here))
        else:
            periods.append([at])
    for indexes in periods:
        _period(child, chain, indexes, told)


def _short(one: Episode) -> bool:
    return one.values["legal_status"] in SHORT


def _end(one: Episode, following: Episode | None, told: Told) -> None:
    """An end that can't be used gives way to the start of the next episode."""
    here = place(one.rows[0])
    one.end, one.open = one.dec, "false"
    if one.gone:
        one.end, one.open = one.gone, "unknown"
    elif one.bad:
        one.end, one.open = one.start, "unknown"
    elif one.dec is None:
        one.open = "true"
    if following is None:
        if one.bad:
            told.findings.add(("episode-end-unusable", here))
        return
    if one.bad:
        told.findings.add(("episode-end-unusable", here))
    elif one.dec is not None and one.dec > following.start:
        told.findings.add(("episode-end-late", here))
    elif one.dec is None and (one.gone is None or one.gone > following.start):
        told.findings.add(("episode-end-blank", here))
    else:
        return
    one.end, one.open, one.end_row, one.end_also = following.start, "false", following.rows[0], []


def _period(child: str, chain: list[Episode], indexes: list[int], told: Told) -> None:
    first, last = chain[indexes[0]], chain[indexes[-1]]
    nothing_follows = indexes[-1] == len(chain) - 1
    is_open = last.open
    if nothing_follows and is_open == "false" and last.values["reason_episode_ceased"] == "X1":
        is_open = "unknown"
        told.findings.add(("care-goes-nowhere", place(last.rows[0])))
    new = first.values["reason_new_episode"] == "S"
    _add_spell(told, child, "looked_after", first.start, last.end, is_open, first.rows[0])
    if new or indexes[0] > 0:
        _add_event(told, child, "lac_start", first.start, first.rows[0], first.rows[1:],
                   legal_status=first.values["legal_status"],
                   category_of_need=first.values["category_of_need"])  # fmt: skip
    if is_open == "false":
        _add_end(told, child, "lac_end", last, reason_ceased=last.values["reason_episode_ceased"])
        if last.values["reason_episode_ceased"] in ("E11", "E12"):
            _add_end(told, child, "adopted", last)
    _placements(child, [chain[at] for at in indexes], indexes[0] == 0, told)


def _placements(child: str, care: list[Episode], first_known: bool, told: Told) -> None:
    groups: list[list[Episode]] = []
    gaps: list[bool] = []
    for at, one in enumerate(care):
        gap = at > 0 and care[at - 1].end is not None and care[at - 1].end < one.start
        if at == 0 or gap or _starts(care[at - 1], one, told):
            groups.append([one])
            gaps.append(gap or at == 0)
        else:
            groups[-1].append(one)
    stays: list[int] = []
    adoptive_before = False
    for number, group in enumerate(groups):
        begun, last = group[0], group[-1]
        kind, new = begun.values["placement_type"], begun.values["reason_new_episode"]
        stay, resumes = number, False
        carer = new in ("T", "U")
        if carer and not gaps[number]:
            stay = stays[number - 1]
        back = _place_before(groups, gaps, number)
        if back is not None and kind not in TEMPORARY and _same_place(groups[back][-1], begun):
            stay, resumes = stays[back], True
        stays.append(stay)
        known = not (first_known and number == 0 and new == "L")
        temporary = None if kind is None else kind in TEMPORARY
        under = last.open == "false" and begun.start == last.end
        told.spells.add((child, "placement", begun.start, last.end, last.open, place(begun.rows[0]), stay,
                         temporary, under))  # fmt: skip
        if known:
            _add_event(told, child, "placement_start", begun.start, begun.rows[0], begun.rows[1:],
                       placement_type=kind, placement_provider=begun.values["placement_provider"],
                       legal_status=begun.values["legal_status"], temporary=temporary, same_carer=carer,
                       resumes=resumes)  # fmt: skip
            if kind in ("A3", "A4", "A5", "A6") and not adoptive_before and not resumes:
                _add_event(told, child, "placed_for_adoption", begun.start, begun.rows[0], begun.rows[1:])
        adoptive_before = kind in ("A3", "A4", "A5", "A6")
        _add_end(told, child, "placement_end", last,
                 reason_place_change=last.values["reason_place_change"],
                 reason_ceased=last.values["reason_episode_ceased"])  # fmt: skip


def _starts(before: Episode, one: Episode, told: Told) -> bool:
    new = one.values["reason_new_episode"]
    if new in ("P", "B", "T", "U", "S"):
        return True
    names = ("placement_type", "placement_provider", "placement_postcode", "placement_urn")
    if new is None:
        return any(before.values[name] != one.values[name] for name in names)
    was, now = before.values["placement_type"], one.values["placement_type"]
    if was is not None and now is not None and was != now and not (was in ("H5", "P2") and now == "K3"):
        told.findings.add(("legal-change-moves", place(one.rows[0])))
        return True
    if any(None not in (before.values[n], one.values[n]) and before.values[n] != one.values[n]
           for n in names[1:]):  # fmt: skip
        told.findings.add(("legal-change-differs", place(one.rows[0])))
    return False


def _place_before(groups: list[list[Episode]], gaps: list[bool], number: int) -> int | None:
    """The last placement before, if only temporary ones lie between and no day without one."""
    at = number - 1
    if gaps[number]:
        return None
    while at >= 0 and groups[at][0].values["placement_type"] in TEMPORARY:
        if gaps[at]:
            return None
        at -= 1
    return at if 0 <= at < number - 1 else None


def _same_place(last: Episode, one: Episode) -> bool:
    was, now = last.values["placement_type"], one.values["placement_type"]
    kind = now is not None and (was == now or (was in ("H5", "P2") and now == "K3"))
    urns = {last.values["placement_urn"], one.values["placement_urn"]}
    return kind and last.values["placement_postcode"] == one.values["placement_postcode"] and (
        None in urns or len(urns) == 1
    )  # fmt: skip


def _add_spell(
    told: Told, child: str, kind: str, start: date, end: date | None, is_open: str, row: Row
) -> None:
    told.spells.add((child, kind, start, end, is_open, place(row), None, None, None))


def _add_event(
    told: Told, child: str, event: str, day: date, row: Row, others: list[Row], **attributes: Any
) -> None:
    known = tuple(sorted((name, value) for name, value in attributes.items() if value is not None))
    told.events.add((child, event, day, place(row), tuple(sorted(map(place, others))), known))


def _add_end(told: Told, child: str, event: str, one: Episode, **attributes: Any) -> None:
    if one.open == "false" and one.end is not None and one.end_row is not None:
        _add_event(told, child, event, one.end, one.end_row, one.end_also, **attributes)
