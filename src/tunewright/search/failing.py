"""When a study fails rather than ends: from the records alone, the same for any number of workers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tunewright.core.codec import digest
from tunewright.search.records import GOOD, State, TrialRecord

LEAST_ROW = 5
"""Failures in a row that say something; with no good trial before them they say all."""

CHANCE = 1e-4
"""A row of failures that is less likely than this, by what came before it, is no chance."""

_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Failing:
    """What the finished trials so far tell of failures. hopeless: the trial at which the study fails; None where it
    does not. good, lost: trials that ended well, and those that failed before the last row of failures. failed:
    configurations that failed. row, same: how many of these failed last, and how often each of them did.

    Some trainings diverge now and then, in a large space often. So a row is held against the rate before it, and counts
    where it would hardly come by chance. A configuration that failed before and is run again (a grid does that, three
    times at most) counts once, until it alone makes up five failures in a row: where there are few configurations, no
    others may come.
    """

    hopeless: TrialRecord | None = None
    good: int = 0
    lost: int = 0
    failed: frozenset[str] = frozenset()
    row: int = 0
    same: Mapping[str, int] = field(default_factory=lambda: _NONE)

    @property
    def in_a_row(self) -> int:
        """How many trials failed last."""
        return sum(self.same.values())

    def and_then(self, record: TrialRecord) -> "Failing":
        """The same with the next trial."""
        if self.hopeless is not None:
            return self
        if record.state is not State.FAILED:
            return Failing(None, self.good + (record.state in GOOD), self.lost + self.in_a_row, self.failed)
        params = digest(dict(record.params))
        row, times = self.row + (params not in self.failed), self.same.get(params, 0) + 1
        ends = times == LEAST_ROW or self._no_chance(row)
        return replace(
            self,
            hopeless=record if ends else None,
            failed=self.failed | {params},
            row=row,
            same={**self.same, params: times},
        )

    def _no_chance(self, row: int) -> bool:
        rate = (self.lost + 1) / (self.lost + self.good + 2)  # Laplace's: one good and one failed trial beforehand
        return row >= LEAST_ROW and (self.good == 0 or rate**row < CHANCE)
