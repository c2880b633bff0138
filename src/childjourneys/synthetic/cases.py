"""What happens in a case after a referral: assessment, enquiry, conference, plans, care, closure.

Whatever the dice say, the rules of the census hold: a protection plan starts on the day of a conference,
plans do not overlap, nothing is dated after the closure, no assessment starts while another is running.
"""

from __future__ import annotations

from childjourneys.synthetic import rates
from childjourneys.synthetic.care import look_after
from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.days import as_date, day_number
from childjourneys.synthetic.population import Person, age_group
from childjourneys.synthetic.records import Case, Records

CLOSURE, REASON = 13, 14  # columns of an episode row
RC9_FROM = 19083  # 1 April 2022


def close_after_assessment(records: Records, case: Case, chance: Chance) -> int:
    """Assessed and not in need: closed with the assessment, or soon after in the same collection year."""
    end = assess(records, case, case.day + _start_lag(chance), chance, needs_support=False)
    closure = end + (chance.whole(1, 4) if chance.yes(0.3) else 0)
    if closure >= _next_april(end):
        closure = end
    reason = "RC9" if chance.yes(rates.RC9_SHARE) and closure >= RC9_FROM else "RC8"
    return _close(records, case, closure, reason)


def work_with(
    records: Records, person: Person, case: Case, chance: Chance, cp_plan: bool, plan: bool | None
) -> int:
    """A child in need; returns the day the case is closed.

    Args:
        cp_plan: a conference follows at once, and a protection plan.
        plan: True, some plan starts within 90 days; False, none does; None, as it comes.
    """
    longest = 40 if plan else None
    end = assess(records, case, case.day + _start_lag(chance), chance, needs_support=True, longest=longest)
    if person.uasc:
        return _care(records, person, case, case.day + chance.whole(0, 3), chance)
    if person.eighteen - case.day < 150:
        cp_plan = False
    if cp_plan:
        if chance.yes(rates.TRANSFER_IN):
            held = records.days.add(case.day, chance.whole(5, 15))
            icpc = records.add("icpc", case.episode, case.child, None, held, True)
            case.touch(held)
        else:
            icpc, held = _enquire(records, case, case.day + _enquiry_lag(chance), chance, True)
        return _protect(records, person, case, held, icpc, chance)
    if plan is None and _enquiry_without_plan(records, case, chance):
        end = max(end, case.latest)
    if plan is None and chance.yes(rates.CARE_OTHER * _care_factor(person, case.day)):
        return _care(records, person, case, case.day + chance.whole(0, 60), chance)
    share = rates.CIN_PLAN_DISABLED if case.need == "N2" else rates.CIN_PLAN
    if plan or (plan is None and chance.yes(share)):
        return _support(records, person, case, end + chance.whole(0, 9), chance)
    return _finish(records, person, case, end + int(chance.wait(5)), chance)


def assess(
    records: Records, case: Case, start: int, chance: Chance, needs_support: bool, longest: int | None = None
) -> int:
    """An assessment; returns the day it is authorised, a working day unless it is also its first."""
    draw = chance.u()
    if case.stretch is not None and longest is None:
        draw = case.stretch(draw)
    case.stretch = None
    low, high = rates.ASSESSMENT_BUCKETS[records.choices.assessment.at(draw)]
    length = chance.whole(low, high)
    if longest is not None:
        length = min(length, longest)
    start = records.days.on_or_after(start) if start > case.day else start
    end = records.days.add(start, length)
    seen = "1" if chance.yes(0.93) else "0"
    case.assessment = records.add(
        "assessments", case.episode, case.child, start, end, seen, needs_support, None
    )
    case.assessed = end
    case.touch(end)
    return end


def cp_plan_share(need: str, earlier_plans: int, ratio: float = 1.0) -> float:
    """Probability that a case becomes a child protection plan at once."""
    again = 4.9 if earlier_plans else 0.77
    return min(0.95, _s47_share(need) * rates.ICPC_AFTER_S47 * rates.CPP_AFTER_ICPC * again * ratio)


def _s47_share(need: str) -> float:
    return rates.S47_AT_START.get(need, rates.S47_AT_START_OTHER)


def _enquiry_without_plan(records: Records, case: Case, chance: Chance) -> bool:
    """A first enquiry that no plan follows, given that none does."""
    share = _s47_share(case.need)
    planned = share * rates.ICPC_AFTER_S47 * rates.CPP_AFTER_ICPC
    if not chance.yes((share - planned) / (1 - planned)):
        return False
    held_anyway = rates.ICPC_AFTER_S47 * (1 - rates.CPP_AFTER_ICPC)
    conference = chance.yes(held_anyway / (1 - rates.ICPC_AFTER_S47 * rates.CPP_AFTER_ICPC))
    _enquire(records, case, case.day + _enquiry_lag(chance), chance, conference, led_to_plan=False)
    return True


def _enquire(
    records: Records, case: Case, day: int, chance: Chance, conference: bool, led_to_plan: bool = True
) -> tuple[int, int]:
    """A section 47 enquiry; returns the conference's number and day (-1 and the start without one)."""
    start = records.days.on_or_after(day)
    target = records.days.add(start, 15)
    low, high = rates.ICPC_BUCKETS[records.choices.icpc.draw(chance)]
    held = records.days.add(start, chance.whole(low, high))
    case.touch(start)
    number = records.add(
        "s47_enquiries", case.episode, case.child, start, target, held if conference else None,
        not conference, led_to_plan if conference else None,
    )  # fmt: skip
    if not conference:
        return -1, start
    case.touch(held)
    return records.add("icpc", case.episode, case.child, number, held, led_to_plan), held


def _protect(records: Records, person: Person, case: Case, start: int, icpc: int, chance: Chance) -> int:
    """A child protection plan and what comes after it."""
    low, high = rates.CPP_DAYS[records.choices.cpp.draw(chance)]
    end = records.days.on_or_after(min(start + chance.whole(low, high), max(start + 7, person.eighteen)))
    end = min(end, max(start + 1, person.eighteen))
    to_care = chance.yes(rates.CARE_AFTER_CPP * _care_factor(person, start)) and person.eighteen - start > 120
    if to_care:
        end = min(end, records.days.on_or_after(start + chance.whole(25, max(26, end - start))))
        end = max(end, person.born + chance.whole(0, 9))
    category = records.choices.category.draw(chance)
    latest = records.choices.category.draw(chance) if chance.yes(rates.CHANGED_CATEGORY) else category
    plan = records.add(
        "cp_plans", case.episode, case.child, icpc, start, end, category, latest, person.cp_plans
    )
    person.cp_plans += 1
    _review(records, case, plan, start, end, chance, closes=not to_care)
    case.touch(end)
    if to_care:
        return _care(records, person, case, end, chance)
    if chance.yes(rates.STEP_DOWN):
        return _support(records, person, case, end, chance, after_plan=True)
    return _finish(records, person, case, end + chance.whole(0, 21), chance)


def _review(
    records: Records, case: Case, plan: int, start: int, end: int, chance: Chance, closes: bool
) -> None:
    """First review within three months, then within six; the last one often ends the plan."""
    day, limit = start, 88
    while True:
        late = 20 if chance.yes(0.045) else 0
        day = records.days.on_or_after(day + limit - chance.whole(0, 12) + late)
        limit = 179
        if day >= end - 20:
            break
        records.add("cp_reviews", plan, case.child, day)
    if closes and end - start > 60:
        records.add("cp_reviews", plan, case.child, end)


def _support(
    records: Records, person: Person, case: Case, start: int, chance: Chance, after_plan: bool = False
) -> int:
    """A child in need plan; it may step up to a protection plan or to care."""
    start = start if after_plan else records.days.on_or_after(start)
    if start >= person.eighteen - 3:
        return _finish(records, person, case, start, chance)
    if case.need == "N2":
        length = int(chance.wait(1200)) + 60
    else:
        length = int(chance.spread(88 if after_plan else 108, 0.52)) + 10
    end = min(records.days.on_or_after(min(start + length, person.eighteen)), person.eighteen)
    length = end - start
    if case.need != "N2" and person.eighteen - start > 300 and chance.yes(rates.STEP_UP):
        day = max(start + chance.whole(10, max(11, min(length, 400))), case.assessed + 1)
        case.touch(day)
        assess(records, case, day, chance, needs_support=True)
        again = rates.ICPC_AFTER_S47_AGAIN if person.cp_plans else 0.36
        conference = chance.yes(again)
        planned = conference and chance.yes(rates.CPP_AFTER_ICPC)
        icpc, held = _enquire(records, case, day, chance, conference, led_to_plan=planned)
        if planned:
            records.add("cin_plans", case.episode, case.child, start, held)
            return _protect(records, person, case, held, icpc, chance)
        end = max(end, records.days.on_or_after(held + 15), case.assessed)
        if chance.yes(0.09):
            into_care = records.days.on_or_after(case.latest + 1)
            records.add("cin_plans", case.episode, case.child, start, into_care)
            return _care(records, person, case, into_care, chance)
    elif length > 330 and chance.yes(0.6):
        _assess_again(records, case, start, end, chance)
    end = max(start + 1, end)
    records.add("cin_plans", case.episode, case.child, start, end)
    case.touch(end)
    return _finish(records, person, case, end + chance.whole(0, 14), chance)


def _assess_again(records: Records, case: Case, start: int, end: int, chance: Chance) -> None:
    day = max(start + chance.whole(200, 380), case.assessed + 1)
    if day < end - 100:
        assess(records, case, day, chance, needs_support=True)


def _care(records: Records, person: Person, case: Case, start: int, chance: Chance) -> int:
    """Looked after, and how the case ends after that."""
    stay = look_after(records, person, case, start, records.care)
    case.touch(stay.end)
    if stay.closes_as:
        if stay.closes_as == "RC1":
            person.adopted = stay.end
        if stay.closes_as == "RC5":
            person.moved = stay.end
        if stay.closes_as == "RC2":
            person.died = stay.end
        return _close(records, case, max(stay.end, case.latest), stay.closes_as)
    if stay.end >= person.eighteen and chance.yes(rates.LEAVER_STAYS_OPEN):
        return _close(records, case, max(person.eighteen + chance.whole(200, 1900), case.latest), "RC7")
    if stay.end < person.eighteen - 200 and chance.yes(0.55):
        return _support(records, person, case, stay.end, chance, after_plan=True)
    return _finish(records, person, case, stay.end + chance.whole(0, 40), chance)


def _finish(records: Records, person: Person, case: Case, day: int, chance: Chance) -> int:
    """Close the case at the latest on the 18th birthday, never before anything that happened in it."""
    if chance.yes(rates.STAYS_OPEN):
        day += int(chance.wait(rates.STAYS_OPEN_MEAN_DAYS))
    if day >= person.eighteen:
        reason = "RC6" if person.disabilities and case.need == "N2" else "RC7"
        return _close(records, case, max(person.eighteen, case.latest), reason)
    reason = records.choices.closure.draw(chance)
    closure = max(records.days.on_or_after(day), case.latest)
    if reason == "RC2":
        if closure <= person.born:
            reason = "RC7"
        else:
            person.died = closure
    elif reason == "RC5":
        person.moved = closure
    return _close(records, case, closure, reason)


def _close(records: Records, case: Case, day: int, reason: str) -> int:
    row = records.row("episodes", case.episode)
    row[CLOSURE], row[REASON] = day, reason
    return day


def _care_factor(person: Person, day: int) -> float:
    return rates.CARE_BY_AGE[age_group(person, day)]


def _start_lag(chance: Chance) -> int:
    draw = chance.u()
    return 0 if draw < 0.62 else 1 if draw < 0.87 else 2 if draw < 0.94 else 3


def _enquiry_lag(chance: Chance) -> int:
    return 0 if chance.yes(0.4) else chance.whole(1, 14)


def _next_april(day: int) -> int:
    date = as_date(day)
    return day_number(date.replace(year=date.year + ((date.month, date.day) >= (4, 1)), month=4, day=1))
