"""The DfE's rules over a census that comes in parts."""

from __future__ import annotations

import polars as pl

from childjourneys.issues import IssueLog
from childjourneys.quality.census_rules import CensusRules

RULE_ROWS = 100_000


class CensusInParts:
    """The rules over a good many children at a time: a query costs the same for few rows as for many."""

    def __init__(self, rules: CensusRules, log: IssueLog) -> None:
        self._rules = rules
        self._log = log
        self._waiting: list[dict[str, pl.DataFrame]] = []
        self._rows = 0

    def add(self, batch: dict[str, pl.DataFrame]) -> None:
        self._waiting.append(batch)
        self._rows += sum(frame.height for frame in batch.values())
        if self._rows >= RULE_ROWS:
            self._check()

    def finish(self) -> None:
        self._check()
        self._rules.finish(self._log)

    def _check(self) -> None:
        names = {name for batch in self._waiting for name in batch}
        together = {
            name: pl.concat([batch[name] for batch in self._waiting if name in batch]) for name in names
        }
        if together:
            self._rules.check(together, self._log)
        self._waiting.clear()
        self._rows = 0
