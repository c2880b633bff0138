"""Facts to events, spells, links and lines, read from the design's vocabulary."""

from __future__ import annotations

from datetime import date
from typing import Any

from plain_facts import Fact
from plain_identity import Row, census, place

from childjourneys.domain.calendar import england
from childjourneys.domain.dates import age_in_years
from childjourneys.domain.vocabulary import EVENT

Facts = dict[str, list[Fact]]
FOREVER = date.max
CALENDAR = england()


def is_case(fact: Fact) -> bool:
    """Whether a need episode has a spell: list 3 alone has none, nor a referral with no further action."""
    return bool(_case_rows(fact)) and fact["nfa"] is not True


def close_plans_with_case(plans: list[Fact], need: list[Fact]) -> None:
    """A census plan still open when list 6 closes its episode ends that day, at the place of the closure."""
    for plan in plans:
        for case in need:
            closed_by_list_6 = any(_list_6(row) and row["closure_date"] for row in case.reports)
            same = plan.child == case.child and plan.episode == case.episode and plan.episode is not None
            closes = same and closed_by_list_6 and _dated_plans(case) and case.open == "false"
            still_open = plan.open == "true" and not plan.end_unused
            if closes and still_open and case.end and case.end >= plan["start_date"]:
                plan.end, plan.end_rows, plan.open = case.end, case.end_rows, "false"


def events(facts: Facts, children: dict[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """All events in order of journey."""
    made: list[dict[str, Any]] = []

    def add(fact: Fact, event: str, day: date | None, rows: list[Row], ends: str = "", start: Any = None,
            **known: Any) -> None:  # fmt: skip
        if day is None:
            return
        born = children[fact.child]["birth_date"]
        if born and day >= born:
            known["child_age"] = age_in_years(born, day)
        at_once = bool(ends) and start == day
        rank = EVENT[ends if at_once else event].rank
        order = [*EVENT].index(ends if at_once else event)
        starts = event in ("cin_start", "cpp_start", "lac_start")
        of_no_days = at_once or (starts and fact.open == "false" and fact.end == day)
        made.append(
            {
                "child": fact.child,
                "date": day,
                "event": event,
                "episode": fact.episode,
                "attributes": {name: value for name, value in known.items() if value is not None},
                "order": (fact.child, day, rank, order, not of_no_days, place(fact.reports[0]), at_once),
                **_found(rows),
            }
        )

    for f in facts["contact"]:
        add(f, "contact", f["contact_date"], f.reports, contact_source=f["contact_source"])
    for f in facts["early_help_assessment"]:
        add(f, "early_help_assessment_start", f["start_date"], f.reports)
        add(f, "early_help_assessment_end", f.end, f.end_rows)
    for f in facts["need_episode"]:
        referred = [row for row in f.reports if not _list_6(row)]
        if referred:
            team = next((row["team"] for row in referred if row["table"] == "referral" and row["team"]), None)
            add(f, "referral", f["referral_date"], referred, referral_source=f["referral_source"],
                nfa=f["nfa"], primary_need=f["primary_need"], team=team,
                while_open=_while_open(f, facts["need_episode"]))  # fmt: skip
        closed = f.end if f.open == "false" else None
        list_6 = [row for row in f.reports if _list_6(row)]
        if list_6 and not _dated_plans(f):
            known = {"basis": "need_episode", "team": f["team"]}
            add(f, "cin_start", f["referral_date"], list_6, **known)
            add(f, "cin_end", closed, f.end_rows, "cin_start", f["referral_date"], **known)
        add(f, "case_closed", closed, f.end_rows, closure_reason=f["closure_reason"], team=f["team"])
    for f in facts["assessment"]:
        add(f, "assessment_start", f["start_date"], f.reports, team=f["team"])
        factors = f["factors"].split("|") if f["factors"] else None
        add(f, "assessment_authorised", f.end, f.end_rows, factors=factors, team=f["team"],
            assessed_needs_support=_needs_support(f, facts))  # fmt: skip
    for f in facts["s47_enquiry"]:
        add(f, "s47", f["start_date"], f.reports, icpc_not_required=f["icpc_not_required"], team=f["team"])
    for f, day, rows in _conferences(facts):
        add(f, "icpc", day, rows)
    for f in facts["cin_plan"]:
        add(f, "cin_start", f["start_date"], f.reports)
        add(f, "cin_end", f.end if f.open == "false" else None, f.end_rows, "cin_start", f["start_date"])
    for f in facts["cp_plan"]:
        add(f, "cpp_start", f["start_date"], f.reports, category_of_abuse=f["initial_category_of_abuse"],
            number_of_previous_cpp=f["number_of_previous_cpp"], team=f["team"])  # fmt: skip
        ended = f.end if f.open == "false" else None
        add(f, "cpp_end", ended, f.end_rows, "cpp_start", f["start_date"], team=f["team"])
    for f in facts["cp_review"]:
        add(f, "cp_review", f["review_date"], f.reports)
    for f in facts["lac_review"]:
        add(f, "lac_review", f["review_date"], f.reports)
    for f in facts["period_of_care"]:
        add(f, "lac_start", f["start_date"], f.reports, legal_status=f["legal_status"],
            category_of_need=f["category_of_need"], uasc=f["uasc"], team=f["team"])  # fmt: skip
        ended = f.end if f.open == "false" else None
        add(f, "lac_end", ended, f.end_rows, "lac_start", f["start_date"], team=f["team"],
            reason_ceased=f["reason_ceased"])  # fmt: skip
    for f in facts["placement"]:
        kind = f["placement_type"]
        add(f, "placement_start", f["start_date"], f.reports, placement_type=kind,
            placement_provider=f["placement_provider"], legal_status=f["legal_status"],
            temporary=kind in ("T0", "T1", "T2", "T3", "T4") if kind else None)  # fmt: skip
    for f in facts["adoption"]:
        for event, column in (("adoption_decision", "decision_date"), ("placed_for_adoption", "placed_date"),
                              ("adopted", "order_date")):  # fmt: skip
            add(f, event, f[column], f.saying(column))
        add(f, "adoption_reversed", f["reversed_date"], f.saying("reversed_date"),
            reversed_reason=f["reversed_reason"])  # fmt: skip

    for one in made:
        one["episode"], one["link"] = _link(one["child"], one["date"], one["episode"], facts)
    return sorted(made, key=lambda one: one["order"])


def spells(facts: Facts) -> list[dict[str, Any]]:
    """All spells as reported; where an end was given and could not be used there is none."""
    made: list[dict[str, Any]] = []

    def add(fact: Fact, kind: str, start: date, end: date | None, rows: list[Row]) -> None:
        if fact.end_unused:
            return
        is_open = fact.open or ("true" if end is None else "false")
        if kind == "s47_enquiry":
            is_open = "false"
        episode, _ = _link(fact.child, start, fact.episode, facts)
        made.append({"child": fact.child, "kind": kind, "start": start, "end": end, "open": is_open,
                     "episode": episode, **_found(rows)})  # fmt: skip

    for table, kind in (("early_help_assessment", "early_help"), ("assessment", "assessment"),
                        ("cin_plan", "cin_plan"), ("cp_plan", "cp_plan"),
                        ("period_of_care", "looked_after"), ("placement", "placement")):  # fmt: skip
        for f in facts[table]:
            add(f, kind, f["start_date"], f.end, f.reports)
    for f in facts["need_episode"]:
        if is_case(f):
            add(f, "need_episode", f["referral_date"], f.end, _case_rows(f))
    for f in facts["s47_enquiry"]:
        add(f, "s47_enquiry", f["start_date"], f["icpc_date"] or f["start_date"], f.reports)
    return made


def lines(made: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """One line per child with an event that lines show."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for child in {event["child"] for event in made}:
        shown = [e for e in made if e["child"] == child and EVENT[e["event"]].in_lines]
        if shown:
            told[child] = {
                "journey": " -> ".join(f"[{e['date']}/{e['event']}]" for e in shown),
                "journey_reduced": " -> ".join(EVENT[e["event"]].code for e in shown),
                "first_date": shown[0]["date"],
                "last_date": shown[-1]["date"],
                "n_events": len(shown),
            }
    return told


def _list_6(row: Row) -> bool:
    return row["table"] == "need_episode" and not census(row)


def _case_rows(fact: Fact) -> list[Row]:
    """The rows that state a need episode: CINdetails and list 6, not list 3."""
    return [row for row in fact.reports if row["table"] == "need_episode"]


def _dated_plans(fact: Fact) -> bool:
    """Whether a census that dates plans (2022 or later) reports the episode."""
    return any(census(row) and row["as_at"].year >= 2022 for row in fact.reports)


def _while_open(referral: Fact, need: list[Fact]) -> bool:
    """Whether another need episode had started before and not ended on the day of the referral."""
    day = referral["referral_date"]
    return any(
        other.child == referral.child
        and is_case(other)
        and not other.end_unused
        and other["referral_date"] < day < (other.end or FOREVER)
        for other in need
    )


def _needs_support(assessment: Fact, facts: Facts) -> bool | None:
    """List 4's own answer; in the census, what became of the need episode."""
    if assessment["assessed_needs_support"] is not None:
        return bool(assessment["assessed_needs_support"])
    if assessment.episode is None or not any(census(row) for row in assessment.reports):
        return None
    for case in facts["need_episode"]:
        same = (case.child, case.episode) == (assessment.child, assessment.episode)
        if same and case["closure_reason"] in ("RC8", "RC9"):
            return False
    plans = [
        plan["start_date"]
        for plan in facts["cin_plan"] + facts["cp_plan"]
        if (plan.child, plan.episode) == (assessment.child, assessment.episode)
    ]
    return True if assessment.end and any(start >= assessment.end for start in plans) else None


def _conferences(facts: Facts) -> list[tuple[Fact, date, list[Row]]]:
    """Every conference with its rows; one of an enquiry that is given again for the episode is one."""
    held = [(f, f["icpc_date"], f.saying("icpc_date")) for f in facts["s47_enquiry"] if f["icpc_date"]]
    conferences = list(held)
    for alone in facts["icpc"]:
        same = [rows for f, day, rows in held if f.child == alone.child and day == alone["icpc_date"]]
        if same:
            same[0].extend(alone.reports)
        else:
            conferences.append((alone, alone["icpc_date"], alone.reports))
    return conferences


def _link(
    child: tuple[str, str], day: date, nested: str | None, facts: Facts
) -> tuple[str | None, str | None]:
    """The return's own nesting, else the episode covering the day, else the nearest referral before."""
    if nested:
        return nested, "nested"
    before = [f for f in facts["need_episode"] if f.child == child and f["referral_date"] <= day]
    before.sort(key=lambda f: (f["referral_date"], f.episode))
    for case in reversed(before):
        open_to = FOREVER if is_case(case) and not case.end_unused else None
        last = case.end or open_to
        if last and day <= last:
            return case.episode, "covering"
    if before and CALENDAR.count(before[-1]["referral_date"], day) <= 45:
        return before[-1].episode, "nearness"
    return None, None


def _found(rows: list[Row]) -> dict[str, Any]:
    first = rows[0]
    others = sorted({"|".join(map(str, place(row))) for row in rows[1:]})
    return {"source": first["source"], "place": place(first), "also_in": others}
