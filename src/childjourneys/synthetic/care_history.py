"""What a period of care holds beyond its dates, told after the story, each part with draws of its own."""

from __future__ import annotations

from childjourneys.synthetic.care_events import (
    tell_missing,
    tell_previous_permanence,
    tell_reviews,
    tell_short_breaks,
    tell_social_workers,
)
from childjourneys.synthetic.care_years import (
    tell_adopters,
    tell_health,
    tell_leavers,
    tell_mothers,
    tell_uasc,
)
from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.plan import Plan
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Records
from childjourneys.synthetic.returns_to_care import return_to_care
from childjourneys.synthetic.stays import tell_stays


def tell_care_history(records: Records, people: list[Person], plan: Plan, last: int) -> None:
    """Add to the periods of care what an SSDA903 return and the Annex A lists tell of them.

    Some long periods are cut in two by a return home, and placements by temporary ones and by changes with
    the same carer: nothing that a CIN census tells depends on either.
    """

    def stream(name: str) -> Chance:
        return Chance(plan.seed, f"care: {name}")

    return_to_care(records, people, stream("returns"))
    tell_stays(records, people, stream("homes"), stream("stays"))
    tell_missing(records, people, stream("missing"), last)
    tell_reviews(records, people, stream("reviews"), last)
    tell_social_workers(records, stream("social workers"), last)
    tell_previous_permanence(records, people, stream("previous permanence"), plan.la)
    tell_short_breaks(records, people, stream("short breaks"), last)
    tell_uasc(records, people, stream("uasc"))
    tell_mothers(records, people, stream("mothers"), last)
    tell_adopters(records, stream("adopters"))
    tell_health(records, people, stream("health"), plan)
    tell_leavers(records, people, stream("leavers"), plan, last)
