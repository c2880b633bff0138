"""What makes a clause of a definition legal: what it looks for, how often, whose, and in which record."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from childjourneys.archetypes.checking_events import EventChecker
from childjourneys.archetypes.checking_names import EXCLUDABLE, LINKS, Path, is_whole
from childjourneys.archetypes.checking_windows import Parent, WindowChecker
from childjourneys.archetypes.definition import RECORDS, AnyOf, Clause, Node, ParentTest, Who
from childjourneys.archetypes.errors import listed, unknown
from childjourneys.archetypes.possible import can_hold, follows, ways
from childjourneys.domain.vocabulary import SPELL_KINDS


class ClauseChecker(EventChecker, WindowChecker):
    """Clauses, each by itself and beside its neighbours."""

    # Names of clauses so far (`call it`), of the one way of telling that is being checked.
    called: set[str]

    def nodes(self, path: Path, nodes: tuple[Node, ...], parent: Parent, key: str = "then") -> None:
        """Clauses that must all hold (`then`), or of which one must (`any of`)."""
        together = "all" if key == "then" else "any"
        for place, node in enumerate(nodes):
            here = (*path, place)
            if isinstance(node, Clause):
                self.clause(here, node, parent)
                opposite = replace(node, negated=not node.negated, name=None)
                if any(isinstance(n, Clause) and replace(n, name=None) == opposite for n in nodes[:place]):
                    said = "never" if together == "all" else "always"
                    raise self.error(
                        here, f"this clause and its opposite stand together, so that is {said} so."
                    )
            elif isinstance(node, AnyOf):
                if not node.clauses:
                    raise self.error(here, "`any of` needs a clause.", "any of")
                self.nodes((*here, "any of"), node.clauses, parent, "any of")
            else:
                self.parent_test(here, node, parent)
        if together == "all":
            tests = tuple(test for node in nodes if isinstance(node, ParentTest) for test in node.where)
            if tests and not any(can_hold(name, given + tests) for name, given in parent.ways):
                raise self.error(path, "no event can pass all these tests, so nothing can match.", "where")

    def parent_test(self, path: Path, node: ParentTest, parent: Parent) -> None:
        if not parent.ways:
            raise self.error(path, "a calendar date has no attributes to test.", "where")
        if not node.where:
            raise self.error(path, "`where` needs a test.", "where")
        types = tuple(dict.fromkeys(name for name, _ in parent.ways))
        self.tests((*path, "where"), node.where, types)
        if not any(can_hold(name, given + node.where) for name, given in parent.ways):
            raise self.error(
                (*path, "where"),
                "the event can't pass this test beside those it has passed already.",
                "where",
            )
        if all(follows(name, given, node.where) for name, given in parent.ways):
            raise self.error((*path, "where"), "every such event passes this test; leave it out.", "where")

    def clause(self, path: Path, clause: Clause, parent: Parent) -> None:
        if clause.direction not in ("followed", "preceded"):
            raise self.error(path, "a clause looks at what `followed` or `preceded`.")
        if (clause.event is None) == (clause.spells is None):
            raise self.error(path, "a clause needs a type of event, or a kind of spell that is counted.")
        if clause.event:
            self.event(path, clause.event)
            if clause.by_record:
                raise self.error(path, "events are not counted by record; spells are.", "count")
            if clause.exclude:
                raise self.error(
                    (*path, "exclude"), "`exclude` goes with `count: overlapping` only.", "exclude"
                )
        else:
            self.spells(path, clause)
        if clause.name is not None:
            self.name((*path, "call it"), clause.name, "name")
            if clause.name in self.called:
                raise self.error((*path, "call it"), f"two clauses are called `{clause.name}`.", clause.name)
            self.called.add(clause.name)
        self.counts(path, clause)
        self.window((*path, "within"), clause, parent)
        self.who(path, clause, parent)
        if clause.same is not None:
            self.same((*path, "same"), clause, parent)
        if clause.then and clause.event:
            inner = Parent(ways(clause.event), parent.definition, outer=False)
            self.nodes((*path, "then"), clause.then, inner)

    def spells(self, path: Path, clause: Clause) -> None:
        if clause.spells not in SPELL_KINDS:
            problem = unknown(str(clause.spells), "kind of spell", SPELL_KINDS)
            raise self.error((*path, "event"), problem, clause.spells)
        self.names((*path, "exclude"), clause.exclude, EXCLUDABLE, "value of `exclude`")
        for name, said in (("temporary", "be temporary"), ("earlier_care", "be of earlier care")):
            if name in clause.exclude and clause.spells != "placement":
                raise self.error((*path, "exclude"), f"only a placement can {said}.", name)
        for key, given in (("same", clause.same is not None), ("then", bool(clause.then))):
            if given:
                raise self.error((*path, key), f"`{key}` can't stand beside `count: overlapping`.", key)

    def counts(self, path: Path, clause: Clause) -> None:
        least, most = clause.at_least, clause.at_most
        for key, count in (("at least", least), ("at most", most)):
            if count is not None and (not is_whole(count) or count < 0):
                raise self.error((*path, key), f"`{key}` is a whole number.", key)
        if least == 0:
            raise self.error((*path, "at least"), "`at least: 0` is always so; leave it out.", "at least")
        if least is not None and most is not None and least > most:
            raise self.error(
                (*path, "at least"), f"nothing is at least {least} and at most {most}.", "at least"
            )

    def who(self, path: Path, clause: Clause, parent: Parent) -> None:
        self.one_of((*path, "who"), clause.who, get_args(Who), "value of `who`")
        if clause.who == "self":
            return
        here = (*path, "who")
        if parent.definition.follow != "family":
            raise self.error(here, f"`who: {clause.who}` needs `follow: family`.", "who")
        if not parent.outer:
            raise self.error(here, "`who` can't stand in a nested clause.", "who")
        if clause.same is not None:
            raise self.error(here, "records are one child's, so `same` can't stand beside `who`.", "who")
        if clause.then:
            raise self.error(here, "a nested `then` can't stand under `who`.", "who")

    def same(self, path: Path, clause: Clause, parent: Parent) -> None:
        link = str(clause.same)
        if link not in LINKS:
            raise self.error(path, unknown(link, "kind of record that `same` can name", LINKS), link)
        if not parent.ways:
            raise self.error(path, "a calendar date belongs to no record, so it has no `same`.", "same")
        if link == "need_episode" or clause.event is None:
            return
        types = tuple(dict.fromkeys(name for name, _ in parent.ways))
        for name in (*types, *clause.event.types):
            if name not in RECORDS[link]:
                raise self.error(
                    path, f"`{name}` can't belong to `same: {link}`; {listed(RECORDS[link])} do.", link
                )
        one_only = link != "placement"  # several placements can be one stay
        if one_only and set(clause.event.types) <= set(types) and len(types) == 1:
            raise self.error(path, f"one {link} has one `{types[0]}`, so there is no other.", link)
