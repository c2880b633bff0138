"""Blocks: groups and numbers that can move together because nothing in print stands between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from childjourneys.disclosure.attacker import Attacker, Change
from childjourneys.disclosure.problem import Problem

# Which of (matches, other, n) is the sum of the other two. A lone number counts as matches without others.
N = 2


@dataclass(frozen=True)
class Link:
    """Groups or numbers that add up: `signs` times the members is 0.

    Attributes:
        column: per member, which of its three numbers is meant; None: each of the three adds up.
    """

    members: tuple[int, ...]
    signs: tuple[int, ...]
    column: tuple[int, ...] | None


@dataclass
class Block:
    """What hangs together.

    Attributes:
        tree: no two ways lead from one member to another, so that arithmetic decides everything.
        order: links with the member by which each is reached from the first.
    """

    nodes: list[int] = field(default_factory=list)
    order: list[tuple[int, int]] = field(default_factory=list)
    tree: bool = True


class Map:
    """Groups (n, matches, other) and lone numbers as nodes, and the sums between them as links."""

    def __init__(self, problem: Problem) -> None:
        self.nodes: list[tuple[int, ...]] = [(share[1], share[2], share[0]) for share in problem.shares]
        self.at: dict[int, tuple[int, int]] = {}
        self.odd: set[int] = set()
        for node, cells in enumerate(self.nodes):
            for column, cell in enumerate(cells):
                if cell in self.at:
                    self.odd.update((node, self.at[cell][0]))
                self.at[cell] = node, column
        for cell in range(len(problem.cells)):
            if cell not in self.at:
                self.at[cell] = len(self.nodes), 0
                self.nodes.append((cell,))
        self.links: list[Link] = []
        self.links_of: list[list[int]] = [[] for _ in self.nodes]
        done: set[tuple[tuple[int, ...], int]] = {((m, o), n) for n, m, o in problem.shares}
        for groups, whole in problem.splits:
            done |= {(tuple(group[part] for group in groups), whole[part]) for part in range(3)}
            members = [self.at[share[0]][0] for share in (*groups, whole)]
            self._link(members, [1] * len(groups) + [-1], None)
        for parts, total in problem.sums:
            if (parts, total) not in done:
                self._sum([*((part, 1) for part in parts), (total, -1)])
        self.told = self._told(problem)

    def _told(self, problem: Problem) -> dict[int, int]:
        """Groups that are nothing but the sum of others, and printed nowhere -> the link that says so.

        Whatever the others are, these may be the sum of them.
        """
        told: dict[int, int] = {}
        for number, link in enumerate(self.links):
            node = link.members[-1]
            if link.column is None and self.links_of[node] == [number] and node not in self.odd:
                cells = [problem.cells[cell] for cell in self.nodes[node]]
                if not any(cell.printed or cell.known is not None for cell in cells):
                    told[node] = number
        return told

    def completed(self, change: Change) -> Change:
        """With the groups that are nothing but the sum of others."""
        for node, number in self.told.items():
            parts = self.links[number].members[:-1]
            for column, cell in enumerate(self.nodes[node]):
                by = sum(change.get(self.nodes[part][column], 0) for part in parts)
                if by:
                    change[cell] = by
        return change

    def _sum(self, terms: list[tuple[int, int]]) -> None:
        found: dict[int, list[tuple[int, int]]] = {}
        for cell, sign in terms:
            node, column = self.at[cell]
            found.setdefault(node, []).append((column, sign))
        members, signs, columns = [], [], []
        for node, uses in found.items():
            column, sign = uses[0]
            if len(uses) > 1:
                # Matches and others are together n; anything else is for the programme.
                if sorted(uses) != [(0, sign), (1, sign)]:
                    self.odd.add(node)
                column = N
            members.append(node)
            signs.append(sign)
            columns.append(column)
        self._link(members, signs, columns)

    def _link(self, members: list[int], signs: list[int], columns: list[int] | None) -> None:
        for node in members:
            self.links_of[node].append(len(self.links))
        self.links.append(Link(tuple(members), tuple(signs), None if columns is None else tuple(columns)))
        if len(set(members)) < len(members):
            self.odd.update(members)

    def moves(self, attacker: Attacker, node: int) -> bool:
        return any(not attacker.fixed(cell) for cell in self.nodes[node])

    def block(self, attacker: Attacker, cell: int) -> Block:
        """The block that a cell is in; without mere sums, unless it is in one."""
        first = self.at[cell][0]
        passed = {number for node, number in self.told.items() if node != first}
        block = Block([first], tree=first not in self.odd)
        seen, linked, edge = {first}, set[int](), [(first, -1)]
        for node, come_by in edge:
            for number in self.links_of[node]:
                if number == come_by or number in passed:
                    continue
                if number in linked:
                    block.tree = False
                    continue
                linked.add(number)
                block.order.append((number, node))
                for other in self.links[number].members:
                    if other == node:
                        continue
                    if other in seen:
                        block.tree = False
                    elif self.moves(attacker, other):
                        seen.add(other)
                        block.nodes.append(other)
                        block.tree &= other not in self.odd
                        edge.append((other, number))
        return block
