"""Invented children for costing: chains of care and what stands beside them, as canonical rows.

Nothing here is a real child. The chains follow what merging promises: no overlaps, in order, half-open.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
PLACES = ("U1", "U3", "U4", "U5", "U6", "U6", "K2", "K2", "R1", "H5", "P2", "K3", "P1", "K1", "S1", "A3",
          "A6", "Z1", None)  # fmt: skip
PROVIDERS = ("PR1", "PR1", "PR4", "PR4", "PR5", "PR2", None)
STATUSES = ("V2", "C1", "C2", "D1", "E1", "J1")
LAS = ("330", "302", "830")
FIRST = date(2018, 6, 1)


class Chain:
    """Tells one child's care, episode after episode."""

    def __init__(self, rng: Random, la_code: str, child_id: str) -> None:
        self.rng, self.la_code, self.child_id = rng, la_code, child_id
        self.rows: list[Row] = []
        self.day = FIRST + timedelta(days=rng.randrange(900))
        self.period = self.placement = self.stay = self.stays = 0
        self.here = self._home()
        self.began = (False, False)
        self.period_start = self.day
        self.status = rng.choice(STATUSES)

    def tell(self) -> list[Row]:
        rng = self.rng
        if rng.random() < 0.15:
            self._breaks(rng.randint(1, 4))
        for _ in range(rng.choice((1, 1, 2, 3))):
            self._period()
            if self.rows[-1]["end"] is None:
                return self.rows
            # Two periods of care do not begin on one day: a period without a night leaves a day free.
            slept = self.rows[-1]["end"] > self.period_start
            self.day += timedelta(days=rng.choice((0, 0, 1, 40, 200) if slept else (1, 40)))
            if rng.random() < 0.1:
                self._breaks(rng.randint(1, 3))
        return self.rows

    def _period(self) -> None:
        rng = self.rng
        self.period += 1
        self.period_start = self.day
        self.placement = 1
        self.stays += 1
        self.stay = self.stays
        self.here = self._home()
        if rng.random() < 0.06:
            self.here = self.here | {"place": rng.choice(("T0", "T4")), "temporary": True}
        first = "S" if self.rows or rng.random() < 0.8 else rng.choice(("L", "P", None))
        self._episode(first, starts_period=True, starts_placement=True)
        for _ in range(rng.randrange(8)):
            self._step()
        last = self.rows[-1]
        if rng.random() < 0.35:
            last.update(end=None, open="true", reason_episode_ceased=None)
        else:
            last["reason_episode_ceased"] = rng.choice(("E4A", "E8", "E11", "E3", "X1"))

    def _step(self) -> None:
        rng = self.rng
        kind = rng.choice(
            ("P", "P", "L", "L", "T", "U", "B", "place", "away", "away", "blank", "gap", "away2")
        )
        if self.here["temporary"]:
            kind = rng.choice(("P", "L"))
        after_gap = kind == "gap"
        if after_gap:
            self.day += timedelta(days=rng.choice((1, 3, 30)))
            kind = rng.choice(("P", "L", "away"))
            if kind == "L":
                # After a gap every episode begins a placement and a stay.
                self._moves("L", self.here if rng.random() < 0.5 else self._home())
                return
        if kind in ("P", "B", "blank"):
            self._moves(kind if kind != "blank" else None, self._home())
        elif kind == "L":
            self._episode("L", starts_placement=False)
        elif kind in ("T", "U"):
            self.placement += 1
            self.here = self.here | {
                "place": rng.choice(("U4", "U6", "A3")),
                "location": self.here["location"],
            }
            self._episode(kind, starts_placement=True, same_carer=True)
        elif kind == "place":
            before = self.here["place"]
            new = rng.choice([one for one in PLACES if one not in (None, before, "K3")])
            if before is None:
                self._episode("L", starts_placement=False)
            else:
                self._moves("L", self.here | {"place": new})
        else:
            self._away(twice=kind == "away2", resume=not after_gap)

    def _away(self, *, twice: bool, resume: bool) -> None:
        """A temporary placement, or two, then back or elsewhere."""
        rng = self.rng
        home, stay = self.here, self.stay
        for _ in range(2 if twice else 1):
            away = self._home() | {"place": rng.choice(("T0", "T1", "T2", "T3", "T4")), "temporary": True}
            self._moves("P", away)
        if rng.random() < 0.3:
            self._episode("L", starts_placement=False)
        if resume and rng.random() < 0.7:
            self.placement += 1
            self.here, self.stay = home, stay
            self._episode(rng.choice(("P", "P", "B")), starts_placement=True, resumes=True)
            if rng.random() < 0.5:
                self._episode("L", starts_placement=False)
            if rng.random() < 0.5:
                return
        self._moves("P", self._home())

    def _moves(self, code: str | None, here: Row) -> None:
        self.placement += 1
        self.stays += 1
        self.stay = self.stays
        self.here = here
        self._episode(code, starts_placement=True)

    def _episode(
        self, code: str | None, *, starts_period: bool = False, starts_placement: bool,
        same_carer: bool = False, resumes: bool = False,
    ) -> None:  # fmt: skip
        rng = self.rng
        if code in ("L", "B", "U") or starts_period:
            self.status = rng.choice(STATUSES)
        # A later period of care begins with a night, so that it is told apart from the one before.
        shortest = 1 if starts_period and self.period > 1 else 0
        nights = rng.choice((shortest, 1, 5, 7, 14, 28, 31, 60, 91, 180, 400))
        start, self.day = self.day, self.day + timedelta(days=nights)
        if starts_placement:
            self.began = (same_carer, resumes)
        same_carer, resumes = self.began
        self.rows.append({
            "la_code": self.la_code, "child_id": self.child_id, "kind": "care", "start": start,
            "end": self.day, "open": "false", "period_no": self.period, "placement_no": self.placement,
            "placement_id": f"{self.child_id}-{self.stay}", "reason_new_episode": code,
            "starts_period": starts_period, "starts_placement": starts_placement,
            "temporary": self.here["temporary"], "same_carer": same_carer, "resumes": resumes,
            "legal_status": self.status, "category_of_need": rng.choice(("N1", "N1", "N1", "N4", "N2")),
            "placement_type": self.here["place"], "placement_provider": self.here["provider"],
            "reason_episode_ceased": "X1", "reason_place_change": None, "home_postcode": None,
            "placement_postcode": self.here["post"], "placement_urn": self.here["urn"],
            "placement_la": None, "placement_location": self.here["location"],
            "placement_distance_miles": None,
        })  # fmt: skip

    def _breaks(self, number: int) -> None:
        rng = self.rng
        for _ in range(number):
            nights = rng.choice((1, 1, 2, 3, 30))
            start, self.day = self.day, self.day + timedelta(days=nights)
            home = self._home()
            self.rows.append({
                "la_code": self.la_code, "child_id": self.child_id, "kind": "short_break", "start": start,
                "end": self.day, "open": "false", "period_no": None, "placement_no": None,
                "placement_id": None, "reason_new_episode": "S", "starts_period": False,
                "starts_placement": False, "temporary": False, "same_carer": False, "resumes": False,
                "legal_status": rng.choice(("V3", "V3", "V4")), "category_of_need": "N1",
                "placement_type": home["place"], "placement_provider": home["provider"],
                "reason_episode_ceased": "E8", "reason_place_change": None, "home_postcode": None,
                "placement_postcode": home["post"], "placement_urn": home["urn"], "placement_la": None,
                "placement_location": home["location"], "placement_distance_miles": None,
            })  # fmt: skip
            self.day += timedelta(days=rng.choice((1, 5, 20)))

    def _home(self) -> Row:
        rng = self.rng
        return {
            "place": rng.choice(PLACES),
            "provider": rng.choice(PROVIDERS),
            "post": f"ZZ{rng.randint(1, 9)} 1AA",
            "urn": rng.choice((None, "SC1", "SC2", "SC3")),
            "location": rng.choice(("IN", "OUT", None)),
            "temporary": False,
        }


def case_of_need(rng: Random, la_code: str, child_id: str) -> dict[str, list[Row]]:
    """Need episodes with what is nested in them; some overlap, some led to no further action."""
    tables: dict[str, list[Row]] = {
        name: []
        for name in ("need_episode", "assessment", "s47_enquiry", "icpc", "cin_plan", "cp_plan", "cp_review")
    }
    who = {"la_code": la_code, "child_id": child_id}
    day = FIRST + timedelta(days=rng.randrange(900))
    for _ in range(rng.choice((1, 1, 2, 3))):
        nfa = rng.random() < 0.2
        length = rng.choice((10, 60, 200, 500))
        closed = day + timedelta(days=length) if rng.random() < 0.7 else None
        own = who | {"referral_date": day, "episode_id": day.isoformat()}
        tables["need_episode"].append(own | {
            "episode_start_date": day, "nfa": nfa if rng.random() < 0.9 else None, "closure_date": closed,
            "primary_need": rng.choice(("N1", "N2", "N4", None)),
        })  # fmt: skip

        def later(high: int, first: date = day) -> date:
            return first + timedelta(days=rng.randrange(high))

        for _ in range(rng.randrange(3)):
            done = later(90) if rng.random() < 0.8 else None
            factors = rng.choice((None, "4A|2B", "1A"))
            tables["assessment"].append(
                own | {"start_date": day, "authorised_date": done, "factors": factors}
            )
        if rng.random() < 0.5:
            began = later(120)
            held = None if rng.random() < 0.4 else began + timedelta(days=rng.choice((15, 15, 16)))
            tables["s47_enquiry"].append(own | {"start_date": began, "icpc_date": held})
        if rng.random() < 0.2:
            tables["icpc"].append(own | {"icpc_date": later(60)})
        for name in ("cin_plan", "cp_plan"):
            if rng.random() < 0.45:
                began = later(120)
                ends = None if rng.random() < 0.3 else began + timedelta(days=rng.choice((1, 30, 200)))
                tables[name].append(own | {"start_date": began, "end_date": ends})
                if name == "cp_plan":
                    for _ in range(rng.randrange(3)):
                        reviewed = later(200, began)
                        tables["cp_review"].append(own | {"review_date": reviewed, "cpp_start_date": began})
        day += timedelta(days=rng.choice((20, 150, 400)))
    return tables


def beside_care(rng: Random, la_code: str, child_id: str, chain: list[Row]) -> dict[str, list[Row]]:
    """The child, and yearly modules, reviews and optional inputs."""
    who = {"la_code": la_code, "child_id": child_id}
    care = [row["start"] for row in chain if row["kind"] == "care"]
    first = care[0] if care else FIRST + timedelta(days=700)
    age = rng.choice((0, 3, 5, 9, 13, 15, 15, 15, 16))
    birth = first - timedelta(days=int(age * 365.25) + rng.randrange(1, 365))
    disability = rng.choice((None, "NONE", "NONE", "LD", "NONE|AUT"))
    tables: dict[str, list[Row]] = {
        "child": [who | {"birth_date": birth if rng.random() < 0.95 else None, "disability": disability}]
    }
    reviews = sorted({first + timedelta(days=rng.randrange(1500)) for _ in range(rng.randrange(6))})
    if care and rng.random() < 0.5:
        reviews = sorted({*reviews, *(row["end"] for row in chain if row["end"] and row["kind"] == "care")})
    tables["lac_review"] = [who | {"review_date": day} for day in reviews]
    if rng.random() < 0.2:
        ceased = first + timedelta(days=rng.randrange(800)) if rng.random() < 0.5 else None
        tables["uasc"] = [who | {"uasc_ceased_date": ceased, "as_at": date(2024, 3, 31)}]
    tables["oc2"] = [
        who | {
            "sdq_score": rng.choice((None, 3, 16, 17, 30)),
            "convicted": rng.choice((None, False, False, True)), "as_at": date(year, 3, 31),
        }
        for year in (2022, 2023, 2024)
        if rng.random() < 0.3
    ]  # fmt: skip
    if rng.random() < 0.2:
        said = {name: rng.choice((True, False, None)) for name in ("cwd", "ebd", "offending", "uasc")}
        tables["needs"] = [who | said]
    if rng.random() < 0.15:
        tables["leaving_care"] = [who | {"joined": first + timedelta(days=rng.randrange(1200))}]
    return tables
