"""What happens while a child is looked after: going missing, reviews, social workers; and short breaks."""

from __future__ import annotations

from childjourneys.domain.codes import code_set
from childjourneys.synthetic.chance import Chance, Choice
from childjourneys.synthetic.days import age_on
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Records
from childjourneys.synthetic.returns_to_care import by_care, whole

# Going missing: incidents a day in a placement, for a child who does; most children never go.
_PRONE = Choice({"no": 66.0, "some": 24.0, "often": 10.0})
_TIMES = {"no": 0.0, "some": 0.9, "often": 7.0}
_BY_PLACE = {"K2": 0.012, "K3": 0.009, "H5": 0.009, "R1": 0.010, "S1": 0.004, "P1": 0.0}
_ELSEWHERE, _SMALLER, _TEENAGER, _YOUNGEST = 0.004, 0.25, 12, 9
_DAYS_GONE = Choice({"0": 36.0, "1": 36.0, "4": 20.0, "20": 7.0, "90": 1.0})
_AWAY_SHARE = 0.15
_UASC_GONE, _UASC_GONE_DAYS = 0.05, (80, 700)

# Reviews: working days to the first, days to the second and to each later one; a few are late.
_FIRST, _SECOND, _LATER = (12, 20), (70, 88), (155, 180)
_LATE, _LATE_DAYS = 0.05, (6, 25)
_TAKES_PART = Choice({"PN1": 52.0, "PN2": 3.0, "PN3": 2.0, "PN4": 3.0, "PN5": 5.0, "PN6": 27.0, "PN7": 8.0})

_WORKER_DAYS, _WORKERS = 330.0, 70
_WORKER_LEFT = Choice(
    {
        "LEFTRL": 34.0,
        "TSPROC": 28.0,
        "MANAGE": 16.0,
        "ABSENC": 9.0,
        "ORGRST": 6.0,
        "OTHERS": 5.0,
        "PCCHAN": 1.0,
        "CHCHAN": 1.0,
    }
)

_PERMANENCE_FROM = 16892  # 1 April 2016
_PERMANENCE = Choice({"Z1": 93.0, "P2": 3.0, "P1": 1.8, "P3": 1.2, "P4": 1.0})

_BREAKS, _AGREEMENT_ONLY, _BREAKS_FROM_AGE = 0.35, 0.12, 3
_BREAK_PLACES = Choice({"U6": 45.0, "K2": 45.0, "R1": 10.0})
_BREAK_PROVIDERS = Choice({"PR1": 60.0, "PR4": 20.0, "PR5": 20.0})


def tell_missing(records: Records, people: list[Person], chance: Chance, last: int) -> None:
    """Incidents of being missing, or away without leave: teenagers, most in homes, a few children often.

    Nobody is missing on the day care ends.
    """
    ends = {whole(row[0]): whole(row[4]) for row in records.rows.get("care_periods", [])}
    for care, rows in sorted(by_care(records, "placements").items()):
        person = people[whole(rows[0][1])]
        times = _TIMES[_PRONE.draw(chance)]
        if person.uasc:
            times = 0.0 if times < 2 else 1.0
            if chance.yes(_UASC_GONE):
                day = whole(rows[0][3]) + chance.whole(1, 40)
                until = min(day + chance.whole(*_UASC_GONE_DAYS), ends[care] - 1)
                if until > day:
                    records.add("missing", person.number, care, day, until, "M")
                continue
        if not times:
            continue
        for row in rows:
            span = whole(row[3]), min(whole(row[4]), ends[care] - 1), last
            daily = _BY_PLACE.get(str(row[5]), _ELSEWHERE) * times
            if daily > 0:
                _from_placement(records, person, care, span, daily, chance)


def _from_placement(
    records: Records, person: Person, care: int, span: tuple[int, int, int], daily: float, chance: Chance
) -> None:
    day, end, last = span
    while True:
        age = age_on(person.born, day)
        if age < _YOUNGEST:
            day += 180
        else:
            day += 1 + int(chance.wait(1 / (daily if age >= _TEENAGER else daily * _SMALLER)))
        if day >= min(end, last):
            return
        if age < _YOUNGEST:
            continue
        longest = int(_DAYS_GONE.draw(chance))
        until = min(day + (chance.whole(longest // 4 + 1, longest) if longest > 1 else longest), end)
        records.add("missing", person.number, care, day, until, "A" if chance.yes(_AWAY_SHARE) else "M")
        day = until + 1


def tell_reviews(records: Records, people: list[Person], chance: Chance, last: int) -> None:
    """Statutory reviews: within 20 working days, three months after that, then every six months."""
    for row in records.rows.get("care_periods", []):
        person, end = people[whole(row[2])], whole(row[4])
        day = records.days.add(whole(row[3]), chance.whole(*_FIRST))
        gap = _SECOND
        while True:
            if chance.yes(_LATE):
                day += chance.whole(*_LATE_DAYS)
            day = records.days.on_or_after(day)
            if day >= min(end, last + 1):
                break
            part = "PN0" if age_on(person.born, day) < 4 else _TAKES_PART.draw(chance)
            records.add("lac_reviews", person.number, row[0], day, part)
            day, gap = day + chance.whole(*gap), _LATER


def tell_social_workers(records: Records, chance: Chance, last: int) -> None:
    """Who works with a child in care: one after the other, without a gap."""
    workers = [f"SW{chance.whole(1000, 99999) * 10 + place % 10}" for place in range(_WORKERS)]
    for row in records.rows.get("care_periods", []):
        day, end, before, reason = whole(row[3]), whole(row[4]), -1, "FCONTA"
        while day < min(end, last + 1):
            until = min(day + 20 + int(chance.wait(_WORKER_DAYS)), end)
            if end - until < 20:
                until = end
            number = chance.whole(0, _WORKERS - 1)
            number = (number + 1) % _WORKERS if number == before else number
            records.add("social_workers", row[2], row[0], day, until, workers[number], reason)
            day, before, reason = until, number, _WORKER_LEFT.draw(chance)


def tell_previous_permanence(records: Records, people: list[Person], chance: Chance, la: str) -> None:
    """Whether a child had left care for good before, or an order had been made, and when and where."""
    others = [entry.code for entry in code_set("local_authority").codes if entry.code != la]
    for row in records.rows.get("care_periods", []):
        person, start = people[whole(row[2])], whole(row[3])
        if start < _PERMANENCE_FROM:
            continue
        answer = _PERMANENCE.draw(chance)
        if person.uasc or start - person.born < 500:
            answer = "Z1"
        where: str | None = None
        day: int | None = None
        if answer in ("P1", "P2", "P3"):
            where = la if chance.yes(0.7) else others[chance.whole(0, len(others) - 1)]
            day = chance.whole(person.born + 200, start - 60)
        records.add("previous_permanence", person.number, row[0], start, answer, where, day)


def tell_short_breaks(records: Records, people: list[Person], chance: Chance, last: int) -> None:
    """Series of short breaks for some disabled children who are not looked after otherwise."""
    looked_after = {row[2] for row in records.rows.get("care_periods", [])}
    for row in records.rows.get("episodes", []):
        person, referred = people[whole(row[1])], whole(row[2])
        if row[5] != "N2" or row[7] != "in_need" or not chance.yes(_BREAKS):
            continue
        day = max(referred + chance.whole(40, 150), person.born + _BREAKS_FROM_AGE * 366)
        until = min(day + chance.whole(200, 1500), whole(row[13]), person.eighteen, last)
        if person.number in looked_after or until - day < 60:
            continue
        looked_after.add(person.number)
        place, provider = _BREAK_PLACES.draw(chance), _BREAK_PROVIDERS.draw(chance)
        if chance.yes(_AGREEMENT_ONLY):
            records.add("short_breaks", person.number, row[0], day, until, "V4", place, provider)
            continue
        while day < until - 3:
            end = day + chance.whole(1, 3)
            records.add("short_breaks", person.number, row[0], day, end, "V3", place, provider)
            day = end + chance.whole(12, 40)
