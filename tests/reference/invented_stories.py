"""Stories that Hypothesis makes up: few children, few days, so that everything collides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from story import Return, Story

CHILDREN = (("A",), ("A", "B"), ("7", "07", "007", "A"))
# Days after the start of the era: neighbours, 45 and 46 working days, both sides of 31 March, a year on.
APART = (0, 1, 2, 3, 4, 6, 63, 64, 66, 120, 200, 273, 274, 275, 276, 300, 366, 400)
ERAS = (date(2019, 7, 1), date(2020, 7, 1), date(2021, 7, 1), date(2022, 7, 1))
TEAMS = (None, "North", 'South "B"')
CENSUS_SHEETS = {
    "child": "Child", "need_episode": "CINdetails", "icpc": "CINdetails", "assessment": "Assessments",
    "s47_enquiry": "Section47", "cin_plan": "CINPlanDates", "cp_plan": "ChildProtectionPlans",
    "cp_review": "CPPreviewDate",
}  # fmt: skip
ANNEX_LISTS = {
    "contact": 1, "early_help_assessment": 2, "referral": 3, "assessment": 4, "s47_enquiry": 5, "icpc": 5,
    "need_episode": 6, "cp_plan": 7, "period_of_care": 8, "adoption": 10, "child": 3,
}  # fmt: skip
ENDS = {
    "early_help_assessment": ("end_date", "early_help_assessment_end"),
    "need_episode": ("closure_date", "case_closed"),
    "assessment": ("authorised_date", "assessment_authorised"),
    "cin_plan": ("end_date", "cin_end"),
    "cp_plan": ("end_date", "cpp_end"),
    "period_of_care": ("end_date", "lac_end"),
}
STARTS = {"contact": "contact_date", "need_episode": "referral_date", "referral": "referral_date",
          "icpc": "icpc_date", "cp_review": "review_date", "adoption": "decision_date"}  # fmt: skip
BOOLS = (None, False, True)
VALUES: dict[str, dict[str, tuple[Any, ...]]] = {
    "child": {"birth_date": (None, date(2012, 2, 29), date(2021, 11, 1)), "ethnicity": (None, "WBRI", "MOTH"),
              "upn": (None, "A123"), "upn_unknown": (None, "UN1"),
              "expected_birth_date": (None, date(2022, 1, 1)), "has_disability": BOOLS},
    "contact": {"contact_source": (None, "1A", "6")},
    "early_help_assessment": {"organisation": (None, "School")},
    "referral": {"referral_source": (None, "1A", "6"), "nfa": BOOLS, "team": TEAMS},
    "need_episode": {"primary_need": (None, "N1", "N4"), "nfa": (None, False, False, True), "team": TEAMS,
                     "closure_reason": (None, "RC7", "RC8", "RC9")},
    "assessment": {"factors": (None, "3B", "4B|3B"), "assessed_needs_support": BOOLS, "team": TEAMS},
    "s47_enquiry": {"icpc_not_required": BOOLS, "team": TEAMS},
    "icpc": {"icpc_led_to_cpp": BOOLS},
    "cin_plan": {},
    "cp_plan": {"initial_category_of_abuse": (None, "NEG", "EMO"), "number_of_previous_cpp": (None, 0, 1),
                "latest_category_of_abuse": (None, "NEG"), "team": TEAMS},
    "cp_review": {},
    "period_of_care": {"reason_ceased": (None, "E4A"), "category_of_need": (None, "N1", "N8"), "uasc": BOOLS,
                       "legal_status": (None, "C2", "V2"), "placement_type": (None, "U6", "T1"),
                       "placement_provider": (None, "PR1", "PR4"), "team": TEAMS},
    "adoption": {"reversed_reason": (None, "RD1")},
}  # fmt: skip
FURTHER_DATES = {
    "s47_enquiry": ("icpc_date",),
    "cp_plan": ("latest_review_date",),
    "period_of_care": ("latest_review_date", "placement_start_date"),
    "adoption": ("placed_date", "order_date", "reversed_date"),
}
FACTS = [name for name in VALUES if name != "child"]
NO_TEAM_IN_CENSUS = ("team", "assessed_needs_support")


@dataclass
class _Draw:
    """What a story draws from: its days, its children, its tables, how censuses are written."""

    draw: Any
    era: date
    apart: list[int]
    children: tuple[str, ...]
    tables: list[str]
    on_one_line: bool

    def one(self, values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def day(self) -> date:
        return self.era + timedelta(days=self.one(self.apart))


@st.composite
def stories(
    draw: Any, *, lines_of_their_own: bool = False, details: bool = True, plans_dated: bool = False
) -> Story:
    """One to four returns about up to three children, and what each says of up to fourteen facts.

    Args:
        lines_of_their_own: no census is written on one line.
        details: rows say who the children are.
        plans_dated: every census is of 2022 or later.
    """
    of = _Draw(
        draw,
        draw(st.sampled_from(ERAS[2:] if plans_dated else ERAS)),
        draw(st.lists(st.sampled_from(APART), min_size=2, max_size=6, unique=True)),
        draw(st.sampled_from(CHILDREN)),
        draw(st.lists(st.sampled_from(FACTS), min_size=1, max_size=4, unique=True)),
        draw(st.just(False) if lines_of_their_own else st.sampled_from((False, False, True))),
    )
    story = Story()
    returns = _returns(of, story)
    for _ in range(draw(st.integers(0, 3)) if details else 0):
        _report(of, returns, "child", None)
    for _ in range(draw(st.integers(1, 4))):
        _report(of, returns, of.one(("need_episode", "need_episode", "need_episode", "referral")), of.day())
    for _ in range(draw(st.integers(0, 9))):
        _report(of, returns, of.one(of.tables), of.day())
    return story


def _returns(of: _Draw, story: Story) -> list[Return]:
    year = of.era.year
    possible: list[Any] = [year + 1, year + 2, year + 3, date(year, 9, 30), date(year + 1, 3, 31),
                           date(year + 1, 6, 30), date(year + 1, 12, 31), date(year + 2, 6, 30)]  # fmt: skip
    chosen = of.draw(st.lists(st.sampled_from(possible), min_size=1, max_size=4, unique=True))
    made = []
    for when in chosen:
        if isinstance(when, int):
            made.append(story.census(when))
        else:
            lists = of.one((tuple(range(1, 12)), (1, 2, 3, 4, 5), (3, 6, 7, 8)))
            made.append(story.annex(when.isoformat(), lists=lists))
    return made


def _report(of: _Draw, returns: list[Return], table: str, start: date | None) -> None:
    """One fact, told by some of the returns, which may differ in what they say of it."""
    child = of.one(of.children)
    end = start and start + timedelta(days=of.one((0, 1, 30, 90, 400)))
    telling = of.draw(st.lists(st.sampled_from(returns), min_size=1, max_size=3))
    for made in telling:
        if not _can_tell(made, table) or (start and start > made.as_at):
            continue
        spelling = child if of.one((True, True, False)) else of.one(of.children)
        values = {name: of.one(some) for name, some in VALUES[table].items()}
        if made.source == "cin_census":
            values = {name: v for name, v in values.items() if name not in NO_TEAM_IN_CENSUS}
        if start:
            values[STARTS.get(table, "start_date")] = start
        for name in FURTHER_DATES.get(table, ()):
            values[name] = of.one((None, None, start, start and start + timedelta(days=of.one(of.apart))))
        _add(of, made, table, spelling, values, end)


def _can_tell(made: Return, table: str) -> bool:
    if made.source == "cin_census":
        return table in CENSUS_SHEETS and (table != "cin_plan" or made.as_at.year >= 2022)
    return ANNEX_LISTS.get(table) in made.lists


def _add(of: _Draw, made: Return, table: str, child: str, values: dict[str, Any], end: date | None) -> None:
    in_census = made.source == "cin_census"
    sheet = CENSUS_SHEETS[table] if in_census else f"List_{ANNEX_LISTS[table]}"
    values = {name: None if isinstance(v, date) and v > made.as_at and name not in ("birth_date",
              "expected_birth_date") else v for name, v in values.items()}  # fmt: skip
    row = 1 if in_census and of.on_one_line and table != "child" else None
    if in_census and table not in ("child", "need_episode"):
        parents = [
            r for r in made.story.rows.get((made.number, "need_episode"), ()) if r["child_id"] == child
        ]
        parent = of.one([*parents, *parents, None])
        if parent:
            values |= {"parent_row": parent["row"], "referral_date": parent["referral_date"]}
            row = parent["row"] if table == "icpc" else row
    ends = ENDS.get(table)
    unused = False
    if ends:
        wanted = of.one((None, end, end, end and end + timedelta(days=1)))
        values[ends[0]] = wanted if wanted and wanted <= made.as_at else None
        unused = values[ends[0]] is None and of.one((False,) * 7 + (True,))
        if unused:
            values[f"{ends[0]}_raw"] = "31/02/2021"
    used = made.add(table, child, sheet, row, **values)
    if row:
        made.next_row = max(r["row"] for (n, _), rows in made.story.rows.items() if n == made.number
                            for r in rows) + 1  # fmt: skip
    if ends and unused:
        event = ends[1] + ("|cin_end" if table == "need_episode" and not in_census else "")
        start = values[STARTS.get(table, "start_date")]
        made.next_row, kept = used, made.next_row
        made.add("mark", child, sheet, used, event=event, code="undated", start=start)
        made.next_row = kept
