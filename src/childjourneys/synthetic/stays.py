"""Where children in care live: homes that several share, temporary stays, changes with the same carer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from childjourneys.synthetic.care import SUPPORTED_FROM
from childjourneys.synthetic.chance import Chance, Choice
from childjourneys.synthetic.days import age_on
from childjourneys.synthetic.identifiers import home_postcode
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Records, Row
from childjourneys.synthetic.returns_to_care import by_care, put_back, whole

PARENTS = "P1"
FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
RELATIVES = ("U1", "U2", "U3")
SEMI = ("H5", "K3")
# With parents: only under a care order. With foster carers a few less than the story alone has it.
_WITH_PARENTS = 0.13
_IN_A_HOME, _IN_A_HOME_FROM = 0.09, 9
_SUPPORTED, _SUPPORTED_FROM = 0.16, 16
# A status that a placement changes to with the same carer: long-term foster care.
_LONG_TERM = {"U6": "U4", "U5": "U4", "U3": "U1", "U2": "U1"}
_SAME_CARER, _SAME_CARER_FROM = 0.34, 170
_ADOPTED_BY_CARER = 0.15
_TEMPORARY, _TEMPORARY_FROM = 0.11, 80
_TEMPORARY_TYPES = Choice({"T4": 40.0, "T3": 28.0, "T1": 18.0, "T2": 12.0, "T0": 2.0})
_TEMPORARY_DAYS = {"T4": (1, 6), "T3": (3, 18), "T1": (1, 20), "T2": (2, 14), "T0": (3, 20)}
# Care orders brought back to the day of a move, so that both change at once.
_ON_THE_DAY, _SHORTLY = 0.6, 60
_SHORT_STATUSES = ("L1", "L2")
_HOMES = {"K2": 30, "R1": 6, "S1": 5, "semi": 18}
_AGENCIES = 16
_HOME_PROVIDERS = Choice({"PR4": 70.0, "PR1": 20.0, "PR5": 10.0})


@dataclass(frozen=True)
class Home:
    """A provider's home, with Ofsted's number; where fosterers live the postcode is not its own."""

    urn: str
    postcode: str
    provider: str
    outside: bool


class Homes:
    """The homes and agencies of the authority's market."""

    def __init__(self, chance: Chance) -> None:
        self._homes = {
            kind: [_home(chance, kind, number) for number in range(count)] for kind, count in _HOMES.items()
        }
        self._agencies = [f"SC{chance.whole(40000, 69999):06d}" for _ in range(_AGENCIES)]
        self._own = f"SC{chance.whole(30000, 39999):06d}"

    def home(self, kind: str, chance: Chance, but: str | None) -> Home:
        """A home of the kind, not that of the placement before."""
        homes = self._homes["semi" if kind in SEMI else kind]
        place = chance.whole(0, len(homes) - 1)
        found = homes[place]
        return homes[(place + 1) % len(homes)] if found.postcode == but else found

    def agency(self, provider: str, chance: Chance) -> str:
        number = chance.whole(0, _AGENCIES - 1)
        return self._own if provider == "PR1" else self._agencies[number]


def _home(chance: Chance, kind: str, number: int) -> Home:
    place = list(_HOMES).index(kind)
    postcode = f"ZZ{number + 1} {place + 1}{'ABDEFGHJ'[chance.whole(0, 7)]}W"
    provider = _HOME_PROVIDERS.draw(chance)
    outside = provider != "PR1" and chance.yes(0.5)
    return Home(f"SC{(place + 3) * 100_000 + chance.whole(0, 99_999)}", postcode, provider, outside)


def tell_stays(records: Records, people: list[Person], homes: Chance, chance: Chance) -> None:
    """Tell every placement anew: with a home, and cut where it changes with the same carer or is interrupted.

    Adds two columns: `same_carer`, and `stay_id`: one number for placements on with the same carer and for
    the return after a temporary one, which has a number of its own.
    """
    market = Homes(homes)
    statuses, placements = by_care(records, "legal_statuses"), by_care(records, "placements")
    unaccompanied = {whole(row[0]): bool(row[7]) for row in records.rows.get("care_periods", [])}
    stays = 0
    for care, rows in sorted(placements.items()):
        told: list[Row] = []
        for row in rows:
            person = people[whole(row[1])]
            status = _status_on(statuses[care], whole(row[3]))
            _settle(row, person, status, unaccompanied[care], told[-1] if told else None, market, chance)
            stays += 1
            stay = stays
            if row[-1]:
                told[-1][7], stay = "PLACE", whole(told[-1][-1])
            pieces = _pieces([*row, stay], stays + 1, chance)
            stays += len(pieces) > 1
            told += pieces
        placements[care] = told
        _bring_together(statuses[care], [whole(row[3]) for row in told[1:]], chance)
    put_back(records, "placements", placements)


def _settle(
    row: Row, person: Person, status: str, uasc: bool, before: Row | None, market: Homes, chance: Chance
) -> None:
    """Type, provider, home and postcode as a return may have them; appends whether the carer stays."""
    draw = chance.u()
    kind = str(row[5])
    at_home = before is not None and before[5] == PARENTS
    if kind == PARENTS and (at_home or status not in ("C1", "C2")):
        kind = "U3"
    elif kind in FOSTER and not uasc and not at_home:
        kind = _instead(kind, age_on(person.born, whole(row[3])), whole(row[3]), status, draw)
    same_carer = kind == "A6" and before is not None and before[5] in FOSTER and draw < _ADOPTED_BY_CARER
    if same_carer and before is not None:
        row[5:] = ["A5", before[6], row[7], before[8], before[9], before[10], row[11], True]
        return
    provider, postcode, urn, outside = str(row[6]), str(row[8]), None, bool(row[10])
    if kind == PARENTS:
        provider, postcode, outside = "PR0", home_postcode(person.family), False
    elif kind in ("K2", "R1", "S1", *SEMI):
        home = market.home(kind, chance, None if before is None else str(before[8]))
        provider, postcode, outside = home.provider, home.postcode, home.outside
        urn = None if kind in ("H5", "R1") else home.urn
    else:
        provider = "PR1" if kind in RELATIVES or provider == "PR0" else provider
        urn = market.agency(provider, chance)
    row[5:] = [kind, provider, row[7], postcode, urn, outside, row[11], False]


def _instead(kind: str, age: int, day: int, status: str, draw: float) -> str:
    """With parents, in a home or supported accommodation, for some who would be in foster care."""
    if status in ("C1", "C2") and draw < _WITH_PARENTS:
        return PARENTS
    if age >= _SUPPORTED_FROM and draw > 1 - _SUPPORTED:
        return "K3" if day >= SUPPORTED_FROM else "H5"
    if age >= _IN_A_HOME_FROM and draw > 1 - _SUPPORTED - _IN_A_HOME and kind not in RELATIVES:
        return "K2"
    return kind


def _pieces(row: Row, apart: int, chance: Chance) -> list[Row]:
    """The placement, cut where it changes with the same carer and where a stay apart interrupts it."""
    pieces = [row]
    kind, start, end = str(row[5]), whole(row[3]), whole(row[4])
    if kind in _LONG_TERM and end - start > _SAME_CARER_FROM and chance.yes(_SAME_CARER):
        day = start + chance.whole(60, end - start - 60)
        later = [*row[:3], day, end, _LONG_TERM[kind], *row[6:11], False, True, row[-1]]
        pieces = [[*row[:4], day, *row[5:7], "PLACE", *row[8:]], later]
    last = pieces[-1]
    start = whole(last[3])
    if kind == PARENTS or kind.startswith("A") or end - start < _TEMPORARY_FROM:
        return pieces
    if not chance.yes(_TEMPORARY):
        return pieces
    away = _TEMPORARY_TYPES.draw(chance)
    low, high = _TEMPORARY_DAYS[away]
    out = start + chance.whole(20, end - start - 50)
    back = out + chance.whole(low, high)
    elsewhere = f"ZZ{chance.whole(1, 99)} {chance.whole(1, 9)}{'ABDEFGHJ'[chance.whole(0, 7)]}V"
    return [
        *pieces[:-1],
        [*last[:4], out, *last[5:7], None, *last[8:]],
        [*row[:3], out, back, away, None, None, elsewhere, None, last[10], False, False, apart],
        [*row[:3], back, end, *last[5:11], False, False, row[-1]],
    ]


def _bring_together(statuses: list[Row], moves: list[int], chance: Chance) -> None:
    """Some care orders are made on the day of a move that came shortly before."""
    for before, status in pairwise(statuses):
        if status[5] not in ("C1", "C2") or before[5] in _SHORT_STATUSES or not chance.yes(_ON_THE_DAY):
            continue
        ordered = whole(status[3])
        days = [day for day in moves if ordered - _SHORTLY <= day < ordered and day > whole(before[3])]
        if days:
            before[4] = status[3] = max(days)


def _status_on(statuses: list[Row], day: int) -> str:
    found = [str(row[5]) for row in statuses if whole(row[3]) <= day]
    return found[-1] if found else ""
