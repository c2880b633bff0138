"""The truth as tables: one frame per kind of record, dates as dates, children by their identifier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from childjourneys.synthetic.days import as_date
from childjourneys.synthetic.identifiers import unique_pupil_number
from childjourneys.synthetic.plan import Plan
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Records, Value

FIRST_CHILD_ID = 1_000_001

# Columns of the truth. "date": may not lie after the last day (the row is left out); "end": blank then.
TABLES: dict[str, dict[str, str]] = {
    "episodes": {
        "episode_id": "int", "child_id": "child", "referral_date": "date", "received_date": "day",
        "source": "text", "primary_need": "text", "nfa": "bool", "outcome": "text",
        "previous_episode_id": "int", "re_referral": "bool", "team": "text", "worker": "text",
        "family_id": "family", "closure_date": "end", "closure_reason": "text",
    },
    "contacts": {
        "contact_id": "int", "child_id": "child", "contact_date": "date", "source": "text",
        "episode_id": "int",
    },
    "early_help": {
        "early_help_id": "int", "child_id": "child", "start_date": "date", "end_date": "end",
        "organisation": "text",
    },
    "assessments": {
        "assessment_id": "int", "episode_id": "int", "child_id": "child", "start_date": "date",
        "authorised_date": "end", "child_seen": "text", "needs_support": "bool", "factors": "text",
    },
    "s47_enquiries": {
        "s47_id": "int", "episode_id": "int", "child_id": "child", "start_date": "date",
        "icpc_target_date": "day", "icpc_date": "end", "icpc_not_required": "bool", "led_to_cpp": "bool",
    },
    "icpc": {
        "icpc_id": "int", "episode_id": "int", "child_id": "child", "s47_id": "int", "icpc_date": "date",
        "led_to_cpp": "bool",
    },
    "cin_plans": {
        "cin_plan_id": "int", "episode_id": "int", "child_id": "child", "start_date": "date",
        "end_date": "end",
    },
    "cp_plans": {
        "cp_plan_id": "int", "episode_id": "int", "child_id": "child", "icpc_id": "int",
        "start_date": "date", "end_date": "end", "initial_category": "text", "latest_category": "text",
        "number_of_previous": "int",
    },
    "cp_reviews": {
        "review_id": "int", "cp_plan_id": "int", "child_id": "child", "review_date": "date",
    },
    "care_periods": {
        "care_id": "int", "episode_id": "int", "child_id": "child", "start_date": "date",
        "end_date": "end", "reason_ceased": "text", "category_of_need": "text", "uasc": "bool",
    },
    "legal_statuses": {
        "legal_id": "int", "child_id": "child", "care_id": "int", "start_date": "date",
        "end_date": "end", "legal_status": "text",
    },
    "placements": {
        "placement_id": "int", "child_id": "child", "care_id": "int", "start_date": "date",
        "end_date": "end", "placement_type": "text", "provider": "text", "reason_change": "text",
        "postcode": "text", "urn": "text", "outside": "bool", "first": "bool", "same_carer": "bool",
        "stay_id": "int",
    },
    "adoptions": {
        "adoption_id": "int", "child_id": "child", "care_id": "int", "adoptive_family_id": "int",
        "decision_date": "date", "placement_order_date": "end", "match_date": "end", "placed_date": "end",
        "order_date": "end", "reversed_date": "end", "reversed_reason": "text",
    },
    "adopters": {
        "adopters_id": "int", "child_id": "child", "adoption_id": "int", "order_date": "date",
        "foster_carer": "text", "number": "text", "sex": "text", "legal_status": "text",
    },
    "missing": {
        "missing_id": "int", "child_id": "child", "care_id": "int", "start_date": "date", "end_date": "end",
        "missing_type": "text",
    },
    "lac_reviews": {
        "lac_review_id": "int", "child_id": "child", "care_id": "int", "review_date": "date",
        "participation": "text",
    },
    "social_workers": {
        "social_worker_episode_id": "int", "child_id": "child", "care_id": "int", "start_date": "date",
        "end_date": "end", "social_worker": "text", "reason": "text",
    },
    "previous_permanence": {
        "previous_permanence_id": "int", "child_id": "child", "care_id": "int", "start_date": "date",
        "permanence": "text", "permanence_la": "text", "permanence_date": "day",
    },
    "short_breaks": {
        "short_break_id": "int", "child_id": "child", "episode_id": "int", "start_date": "date",
        "end_date": "end", "legal_status": "text", "placement_type": "text", "provider": "text",
    },
    "uasc": {
        "uasc_id": "int", "child_id": "child", "care_id": "int", "start_date": "date", "end_date": "end",
    },
    "mothers": {
        "mother_id": "int", "child_id": "child", "care_id": "int", "born_date": "date",
    },
    "oc2": {
        "oc2_id": "int", "child_id": "child", "care_id": "int", "as_at": "date", "sdq_score": "int",
        "sdq_reason": "text", "convicted": "bool", "health_check": "bool", "immunisations": "bool",
        "teeth_check": "bool", "health_assessment": "bool", "substance_misuse": "bool",
        "intervention_received": "bool", "intervention_offered": "bool",
    },
    "leaver_contacts": {
        "leaver_contact_id": "int", "child_id": "child", "contact_date": "date", "age": "int",
        "in_touch": "text", "activity": "text", "accommodation": "text", "suitability": "text",
    },
    "effects": {
        "effect_id": "int", "effect": "int", "kind": "text", "child_id": "child", "episode_id": "int",
        "received_date": "day", "happened": "bool", "changed": "bool",
    },
}  # fmt: skip

_WITH_END = {
    "episodes": ("closure_date", "closure_reason"),
    "assessments": ("authorised_date", "factors"),
    "s47_enquiries": ("icpc_date", "led_to_cpp"),
    "care_periods": ("end_date", "reason_ceased"),
    "placements": ("end_date", "reason_change"),
    "adoptions": ("reversed_date", "reversed_reason"),
}


@dataclass(frozen=True)
class World:
    """An example authority as it truly was, up to its last extract date.

    Attributes:
        plan: what it was made from.
        children: one row per child; `known` is false where there was a contact and nothing more.
            `moved_date`: left for another authority. `upn` is blank where there is none.
        episodes: one row per referral. `received_date` is when it truly came, `referral_date` what the
            authority wrote down; `outcome` is nfa, not_in_need or in_need. `re_referral`: within 12 months.
        icpc: conferences; no `s47_id`: transferred in.
        placements: `same_carer`: only the kind of placement changed. `stay_id`: one number for those, and for
            the return after a temporary placement.
        adopters: one row per adoption. mothers: girls in care and the birth of their first child.
        uasc: until when a child was unaccompanied and seeking asylum.
        short_breaks: one row per break (V3), or per agreement (V4); they are no periods of care.
        oc2: health of children looked after for the 12 months to `as_at`.
        leaver_contacts: care leavers about their birthdays; `0` where they were not in touch.
        effects: one row per planted effect and exposed referral: did the event happen, and would it not have
            without the effect (`changed`).

    The other frames hold one row per record their name says. Identifiers (`episode_id`, `icpc_id`, ...) link
    what led to what. A blank end: still open on the last day.
    """

    plan: Plan
    children: pl.DataFrame
    episodes: pl.DataFrame
    contacts: pl.DataFrame
    early_help: pl.DataFrame
    assessments: pl.DataFrame
    s47_enquiries: pl.DataFrame
    icpc: pl.DataFrame
    cin_plans: pl.DataFrame
    cp_plans: pl.DataFrame
    cp_reviews: pl.DataFrame
    care_periods: pl.DataFrame
    legal_statuses: pl.DataFrame
    placements: pl.DataFrame
    adoptions: pl.DataFrame
    adopters: pl.DataFrame
    missing: pl.DataFrame
    lac_reviews: pl.DataFrame
    social_workers: pl.DataFrame
    previous_permanence: pl.DataFrame
    short_breaks: pl.DataFrame
    uasc: pl.DataFrame
    mothers: pl.DataFrame
    oc2: pl.DataFrame
    leaver_contacts: pl.DataFrame
    effects: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """All frames by name, the children first."""
        return {"children": self.children, **{name: getattr(self, name) for name in TABLES}}


def build_world(
    plan: Plan, records: Records, known: list[Person], outsiders: list[Person], last: int
) -> World:
    """Frames of the records of these children, cut off at the last day."""
    unique = {person.number: person for person in [*known, *outsiders]}
    frames = {
        name: _frame(name, columns, records.rows.get(name, []), unique.keys(), last)
        for name, columns in TABLES.items()
    }
    children = _children(plan, list(unique.values()), {person.number for person in known}, last)
    return World(plan=plan, children=children, **frames)


def child_id(number: int) -> str:
    return str(FIRST_CHILD_ID + number)


def family_id(number: int) -> str:
    return f"F{number:06d}"


def _children(plan: Plan, people: list[Person], known: set[int], last: int) -> pl.DataFrame:
    people = sorted(people, key=lambda one: one.number)
    return pl.DataFrame(
        {
            "child_id": [child_id(one.number) for one in people],
            "family_id": [family_id(one.family) for one in people],
            "known": [one.number in known for one in people],
            "sex": [one.sex for one in people],
            "ethnicity": [one.ethnicity for one in people],
            "disability": ["|".join(one.disabilities) or "NONE" for one in people],
            "uasc": [one.uasc for one in people],
            "birth_date": _dates([one.born for one in people]),
            "expected_birth_date": _dates([one.expected for one in people]),
            "upn": [unique_pupil_number(plan.la, as_date(one.born).year + 5, one.number) for one in people],
            "no_upn": [_no_upn(one) for one in people],
            "death_date": _dates([_until(one.died, last) for one in people]),
            "moved_date": _dates([_until(one.moved, last) for one in people]),
            "adopted_date": _dates([_until(one.adopted, last) for one in people]),
        },
        schema_overrides={"no_upn": pl.String},
    )


def _no_upn(person: Person) -> str | None:
    """Why a child old enough for school has no number; about three in a hundred."""
    if person.uasc:
        return "UN3"
    return {7: "UN2", 19: "UN5", 43: "UN2"}.get(person.number % 101)


def _until(day: int | None, last: int) -> int | None:
    return day if day is not None and day <= last else None


def _dates(days: list[int | None] | list[int]) -> pl.Series:
    return pl.Series(days, dtype=pl.Int32).cast(pl.Date)


_TYPES = {"int": pl.Int64, "text": pl.String, "bool": pl.Boolean}


def _frame(
    name: str, columns: dict[str, str], rows: list[list[Value]], numbers: Iterable[int], last: int
) -> pl.DataFrame:
    schema = {column: _TYPES.get(kind, pl.Int64) for column, kind in columns.items()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    frame = frame.filter(pl.col("child_id").is_in(list(numbers)))
    dates = [column for column, kind in columns.items() if kind == "date"]
    frame = frame.filter(pl.all_horizontal(pl.col(column) <= last for column in dates)) if dates else frame
    ends = [column for column, kind in columns.items() if kind == "end"]
    frame = frame.with_columns(pl.when(pl.col(column) <= last).then(pl.col(column)) for column in ends)
    if name in _WITH_END:
        end, follower = _WITH_END[name]
        frame = frame.with_columns(pl.when(pl.col(end).is_not_null()).then(pl.col(follower)).alias(follower))
    days = [column for column, kind in columns.items() if kind in ("date", "end", "day")]
    frame = frame.with_columns(pl.col(days).cast(pl.Int32).cast(pl.Date)) if days else frame
    frame = frame.with_columns((pl.col("child_id") + FIRST_CHILD_ID).cast(pl.String))
    if "family_id" in columns:
        frame = frame.with_columns(
            (pl.lit("F") + pl.col("family_id").cast(pl.String).str.zfill(6)).alias("family_id")
        )
    return frame
