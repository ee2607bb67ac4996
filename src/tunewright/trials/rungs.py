"""What an objective reports to while it scores a fold: rungs that may end the trial, and checkpoints of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from tunewright.core.codec import digest
from tunewright.core.errors import TrialPruned
from tunewright.search.course import Sight
from tunewright.search.pruners import Pruner
from tunewright.search.pruners.basic import NoPruner
from tunewright.search.records import Report, TrialRecord
from tunewright.training.observer import Snapshot
from tunewright.trials.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from tunewright.trials.slots import Shelf

CHECKPOINT_SECONDS = 1.0
"""Least time between two checkpoints of a trial: what a crash costs at most, and far more than writing one takes."""


class Rungs(Protocol):
    """The side that an objective sees, for one fold of one trial."""

    @property
    def value(self) -> float | None:
        """The last value reported in this fold, by an earlier process too."""
        ...

    def snapshot(self) -> Snapshot | None:
        """What an earlier process kept of this fold."""
        ...

    def seconds(self) -> float:
        """Spent on this fold so far, in earlier processes too as far as their checkpoints tell."""
        ...

    def report(self, epoch: int, value: float) -> None:
        """The score this fold would have if it ended now, `epoch` epochs into it. Raises TrialPruned."""
        ...

    def keep(self, make: Callable[[], Snapshot]) -> None:
        """Keep a snapshot, unless the last one is fresh."""
        ...


@dataclass(frozen=True)
class Pruning:
    """How trials are judged at their rungs. sight: what the schedule shows of the trials before."""

    pruner: Pruner = field(default_factory=NoPruner)
    every: int = 1
    sight: Sight = field(default_factory=Sight)

    def prune(self, trial: TrialRecord) -> str | None:
        """Why this trial is to be pruned at the rung of its last report; None where it goes on."""
        return self.pruner.prune(self.sight.history, trial)


class FoldRungs:
    """Rungs of fold `fold` of the trial `record`, which has ended all folds before it."""

    def __init__(self, record: TrialRecord, fold: int, pruning: Pruning, checkpoint: Shelf | None) -> None:
        self._record = record
        self._fold = fold
        self._pruning = pruning
        self._path = checkpoint
        self._started = self._kept = time.monotonic()
        self._identity = digest({"number": record.number, "fold": fold, "params": dict(record.params)})
        self._found = read_checkpoint(checkpoint, self._identity) if checkpoint else None
        before = self._found
        self._earlier = before.seconds if before else 0.0
        self.value = before.value if before else None
        self._epoch = before.epoch if before else 0
        self.reports: tuple[Report, ...] = before.reports if before else ()

    def snapshot(self) -> Snapshot | None:
        found, self._found = self._found, None
        return found.snapshot if found else None

    def report(self, epoch: int, value: float) -> None:
        self._epoch, self.value = epoch, value
        if epoch % self._pruning.every:
            return
        self.reports = (*self.reports, Report(self._fold, epoch, value))
        here = replace(self._record, reports=(*self._record.reports, *self.reports))
        if (reason := self._pruning.prune(here)) is not None:
            raise TrialPruned(reason)

    def keep(self, make: Callable[[], Snapshot]) -> None:
        if self._path is None or time.monotonic() - self._kept < CHECKPOINT_SECONDS:
            return
        assert self.value is not None, "a value is reported before a snapshot is kept"
        checkpoint = Checkpoint(make(), self.reports, self._epoch, self.value, self.seconds())
        write_checkpoint(self._path, checkpoint, self._identity)
        self._kept = time.monotonic()

    def seconds(self) -> float:
        """Spent on this fold, in earlier processes too as far as their checkpoints tell."""
        return self._earlier + time.monotonic() - self._started

    def ended(self, score: float) -> tuple[Report, ...]:
        """All reports of the fold, the last of which is its score."""
        last = max(1, self._epoch)
        return (*(report for report in self.reports if report.epoch < last), Report(self._fold, last, score))
