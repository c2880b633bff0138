"""What a definition says, as plain immutable values; the YAML and the Python surface both give these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS

Unit = Literal["days", "weeks", "months", "years", "working days"]
Direction = Literal["followed", "preceded"]
At = Literal["anchor", "day after", "day before"]
Which = Literal["first", "last", "every"]
Who = Literal["self", "other child", "any child"]
TestKind = Literal["is", "in", "not", "not in", "between", "missing", "not missing"]
Value = str | int | float | bool

PLAN_START = "plan_start"
PLAN_STARTS = ("cin_start", "cpp_start", "lac_start")
UNITS: tuple[Unit, ...] = ("days", "weeks", "months", "years", "working days")
# Attributes by name: the event types that carry them. `child_age` and `team` may stand on every event.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "referral_source": ("referral",),
    "nfa": ("referral",),
    "primary_need": ("referral",),
    "while_open": ("referral",),
    "contact_source": ("contact",),
    "factors": ("assessment_authorised",),
    "assessed_needs_support": ("assessment_authorised",),
    "icpc_not_required": ("s47",),
    "category_of_abuse": ("cpp_start",),
    "number_of_previous_cpp": ("cpp_start",),
    "closure_reason": ("case_closed",),
    "basis": ("cin_start", "cin_end"),
    "legal_status": ("lac_start", "placement_start"),
    "category_of_need": ("lac_start",),
    "uasc": ("lac_start",),
    "previous_permanence": ("lac_start",),
    "reason_ceased": ("lac_end", "placement_end"),
    "placement_type": ("placement_start",),
    "placement_provider": ("placement_start",),
    "temporary": ("placement_start",),
    "same_carer": ("placement_start",),
    "resumes": ("placement_start",),
    "reason_place_change": ("placement_end",),
    "best_interest_date": ("adopted",),
    "match_date": ("adopted",),
    "foster_carer": ("adopted",),
    "missing_type": ("missing_start",),
    "participation": ("lac_review",),
    "reversed_reason": ("adoption_reversed",),
    "contact_age": ("care_leaver",),
    "in_touch": ("care_leaver",),
    "activity": ("care_leaver",),
    "accommodation": ("care_leaver",),
    "suitability": ("care_leaver",),
    "child_age": tuple(EVENT),
    "team": tuple(EVENT),
}
# Kinds of record that `same:` can name beside need_episode, and the events of one record.
RECORDS: dict[str, tuple[str, ...]] = {
    "early_help": ("early_help_assessment_start", "early_help_assessment_end"),
    "assessment": ("assessment_start", "assessment_authorised"),
    "s47_enquiry": ("s47", "icpc"),
    "cin_plan": ("cin_start", "cin_end"),
    "cp_plan": ("cpp_start", "cpp_end"),
    "looked_after": ("lac_start", "lac_end"),
    "placement": ("placement_start", "placement_end"),
    "short_break": ("short_break_start", "short_break_end"),
    "missing": ("missing_start", "missing_end"),
}
# What `from:` may name: the start event of each kind of record that has an end event.
START_OF: dict[str, str] = {events[0]: events[1] for events in RECORDS.values()}
DEFAULT_LOOKBACK_YEARS = 2


@dataclass(frozen=True)
class Bound:
    """A distance from the anchor. `under` leaves the last day out."""

    amount: int
    unit: Unit = "days"
    under: bool = False


@dataclass(frozen=True)
class Window:
    """The days in which an event is looked for, both ends included.

    Attributes:
        near: the nearer end: `after:` of a look forward, `before:` of a look back.
        far: the farther end; None reaches back to 280 days before birth (`to: ever`).
        since: the start event of the anchor's own spell, from which a look forward begins (`from:`); then
            `near` does not apply.
        same_day_any: every event of the anchor day counts, but for the anchor's own type.
        count_from: `day1` makes working days one shorter.
    """

    near: Bound = Bound(1)
    far: Bound | None = None
    since: str | None = None
    same_day_any: bool = False
    count_from: Literal["day0", "day1"] = "day0"


@dataclass(frozen=True)
class Condition:
    """A test of one attribute.

    `values`: one for `is` and `not`; two, both included, for `between`; none for `missing` and
    `not missing`. A blank attribute fails every test but `not`, `not in` and `missing`.
    """

    attribute: str
    test: TestKind = "is"
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Term:
    """One type of event (or `plan_start`), with tests of its own."""

    event: str
    where: tuple[Condition, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        return PLAN_STARTS if self.event == PLAN_START else (self.event,)


@dataclass(frozen=True)
class Event:
    """Any one of some terms; `where` tests whichever it is."""

    terms: tuple[Term, ...]
    where: tuple[Condition, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """Types of the vocabulary, each once, in the order of the terms."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term.types))


@dataclass(frozen=True)
class State:
    """A test of the child's state on a day: in one of the kinds, or (`negated`) in none of them."""

    kinds: tuple[str, ...]
    negated: bool = False
    at: At = "anchor"


@dataclass(frozen=True)
class Start:
    """What makes an anchor: an event, or (`calendar`: day, month) a date on which a state holds."""

    event: Event | None = None
    calendar: tuple[int, int] | None = None
    which: Which = "every"
    states: tuple[State, ...] = ()
    lookback: Bound = Bound(DEFAULT_LOOKBACK_YEARS, "years")
    strict_first: bool = False


@dataclass(frozen=True)
class Clause:
    """An event that must (or, `negated`, must not) be found in a window before or after its parent.

    Attributes:
        event: what is looked for; None where spells are counted.
        spells: a spell kind whose unmerged spells with a day in the window are counted instead.
        exclude: spells that do not count: `temporary`, `under_a_day`, and `earlier_care` (placements that
            ended before the period of care on the day of the parent began).
        by_record: each spell counts, also placements of one `placement_id` (`count: overlapping records`).
        at_least, at_most: how many; both None is at least one.
        same: kind of record or episode that both events must belong to.
        who: whose events, with `follow: family`.
        name: what `call it` says.
        then: about the event found: its windows and links are relative to that event.
    """

    direction: Direction
    window: Window
    event: Event | None = None
    negated: bool = False
    spells: str | None = None
    exclude: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    same: str | None = None
    who: Who = "self"
    name: str | None = None
    then: tuple[Node, ...] = ()
    by_record: bool = False

    @property
    def least(self) -> int:
        """How many are needed; 0 where only a maximum is given."""
        if self.at_least is None:
            return 1 if self.at_most is None else 0
        return self.at_least


@dataclass(frozen=True)
class ParentTest:
    """Tests of the parent event that leave it in the denominator (`- where:` as a clause of its own)."""

    where: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """One of some clauses is enough."""

    clauses: tuple[Node, ...]


Node = Clause | ParentTest | AnyOf


@dataclass(frozen=True)
class Variant:
    """The same archetype told another way; its numbers are never compared with the main one's.

    Attributes:
        name: measure is `id:name`.
        instead_without: this variant is the headline where one of these types is not carried.
        start, then, clock, needs: what differs; None leaves the main definition's.
    """

    name: str
    start: Start | None = None
    then: tuple[Node, ...] | None = None
    clock: Literal["anchor", "referral"] | None = None
    needs: tuple[str, ...] | None = None
    instead_without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Archetype:
    """A whole definition.

    Attributes:
        id: lower-case letters, digits and underscores.
        needs: events and spell kinds without which it is not available; `plan_start` is met by any of its
            types.
        uses: what it uses where it is there and can do without.
        follow: whose events; `family` lets clauses look at other children.
        until_age: age at which a child leaves (18, or 25 for care leavers).
        clock: where the windows of the outer clauses count from.
        sensitivity: for a clause by its name, farther ends to run again with.
        report_by: dimensions of the report.
        list_for_audit: which anchors the audit list has.
        settable: names of clauses whose thresholds are local choices.
    """

    id: str
    start: Start
    then: tuple[Node, ...]
    version: int = 1
    title: str = ""
    why: str = ""
    not_a_judgement: str = ""
    definition: str = ""
    source: str = ""
    caveats: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    follow: Literal["child", "family"] = "child"
    until_age: int = 18
    clock: Literal["anchor", "referral"] = "anchor"
    sensitivity: tuple[tuple[str, tuple[Bound, ...]], ...] = ()
    variants: tuple[Variant, ...] = ()
    report_by: tuple[str, ...] = ()
    list_for_audit: Literal["match", "all"] = "match"
    variant: str = field(default="", compare=False)

    @property
    def measure(self) -> str:
        """`id`, or `id:variant`."""
        return f"{self.id}:{self.variant}" if self.variant else self.id

    def as_variant(self, variant: Variant) -> Archetype:
        """The definition that a variant stands for, without variants of its own."""
        return replace(
            self,
            start=variant.start or self.start,
            then=self.then if variant.then is None else variant.then,
            clock=variant.clock or self.clock,
            needs=self.needs if variant.needs is None else variant.needs,
            variants=(),
            sensitivity=(),
            variant=variant.name,
        )

    def clauses(self) -> Iterator[Clause]:
        """All clauses, parents before what is nested in them."""
        yield from clauses_of(self.then)


def clauses_of(nodes: tuple[Node, ...]) -> Iterator[Clause]:
    """All clauses of some nodes, parents before what is nested in them."""
    for node in nodes:
        if isinstance(node, Clause):
            yield node
            yield from clauses_of(node.then)
        elif isinstance(node, AnyOf):
            yield from clauses_of(node.clauses)


def kinds_of(definition: Archetype) -> tuple[str, ...]:
    """Every event type and spell kind that a definition asks about, in the order it names them."""
    names: list[str] = []
    if definition.start.event:
        names += definition.start.event.types
    for state in definition.start.states:
        names += state.kinds
    for clause in definition.clauses():
        if clause.event:
            names += clause.event.types
        if clause.spells:
            names.append(clause.spells)
    return tuple(dict.fromkeys(name for name in names if name in EVENT or name in SPELL_KINDS))
