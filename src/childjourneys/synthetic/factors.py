"""Factors found at assessment, drawn for all assessments at once at the published rates."""

from __future__ import annotations

import numpy as np

from childjourneys.synthetic import rates
from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Records

FACTORS_COLUMN = 7
_OF_CATEGORY = {"NEG": "16A", "EMO": "17A", "PHY": "18C", "SAB": "19C", "MUL": "16A"}
_BEFORE_24A = 18718  # 1 April 2021: criminal exploitation is first recorded
_BEFORE_18B = 18353  # 1 April 2020: physical and sexual abuse are split by who did it


def draw_factors(records: Records, people: list[Person], chance: Chance) -> None:
    """Fill the factors of every assessment: those of the plan's category always, at least one in all."""
    assessments = records.rows.get("assessments", [])
    if not assessments:
        return
    codes = list(rates.FACTORS)
    born = np.array([people[int(row[2] or 0)].born for row in assessments])
    uasc = np.array([people[int(row[2] or 0)].uasc for row in assessments])
    day = np.array([int(row[3] or 0) for row in assessments])
    older = (day - born) / 365.25 >= rates.OLDER_CHILD_FROM_AGE
    abuse = {int(row[1] or 0): _OF_CATEGORY[str(row[6])] for row in records.rows.get("cp_plans", [])}
    forced = [abuse.get(int(row[1] or 0)) for row in assessments]
    published = rates.national("assessments.factor_pct.2024")
    found = np.zeros((len(assessments), len(codes)), dtype=bool)
    for place, code in enumerate(codes):
        certain = (
            np.array([code == one for one in forced])
            if code in _OF_CATEGORY.values()
            else np.zeros(len(day), bool)
        )
        share = float(published[rates.FACTORS[code]]) / 100
        if code == "9A":
            found[:, place] = uasc
            continue
        share = max(0.0, (share - certain.mean()) / (1 - certain.mean()))
        chances = np.full(len(day), share)
        if code in rates.OLDER_CHILD_FACTORS:
            chances = np.where(older, min(1.0, share / max(older.mean(), 0.1)), 0.0)
        if code == "24A":
            chances = np.where(day < _BEFORE_24A, 0.0, chances)
        found[:, place] = (chance.generator.random(len(day)) < chances) | certain
    for row, hits in zip(assessments, found, strict=True):
        names = [codes[place] for place in np.flatnonzero(hits)]
        if int(row[4] or 0) < _BEFORE_18B:
            names = list(
                dict.fromkeys(
                    {"18B": "18A", "18C": "18A", "19B": "19A", "19C": "19A"}.get(n, n) for n in names
                )
            )
        row[FACTORS_COLUMN] = "|".join(names) or ("20" if row[6] else "21")
