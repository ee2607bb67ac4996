"""What a worker does with one trial, as a stream of events; the same for every executor."""

import signal
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from tunewright.core.codec import Json
from tunewright.core.errors import RunFolderError, TrialFailure, TrialInfeasible, TrialPruned
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.core.words import one_line, told
from tunewright.search.records import Report, State, TrialRecord
from tunewright.trials.rungs import FoldRungs, Pruning, Rungs
from tunewright.trials.slots import Shelf

KEPT = "kept"
"""The key of a fold's detail under which lies what the end of a run needs, and results.json does not show."""


class Scored(Protocol):
    """What an objective returns for one fold. cost: the second objective, where there is one. detail: what is written
    down with the score."""

    @property
    def score(self) -> float: ...

    @property
    def cost(self) -> float | None: ...

    def detail(self) -> dict[str, Json]: ...


@runtime_checkable
class Leaves(Protocol):
    """A result that leaves something behind, which whoever runs the search keeps: the worker may see no folder of
    his."""

    def files(self) -> Mapping[str, bytes]:
        """Content by file name."""
        ...


class Objective(Protocol):
    """Scores one configuration on the fold of the given number. Workers get it pickled, once."""

    @property
    def folds(self) -> int: ...

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs) -> Scored: ...


@dataclass(frozen=True)
class FoldScored:
    """The next fold of trial `number` has its score. last: the trial has no other, and its end follows at once. files:
    what it leaves behind, by name."""

    number: int
    score: float
    cost: float | None
    reports: tuple[Report, ...]
    detail: dict[str, Json]
    seconds: float
    last: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class TrialEnded:
    """Trial `number` has ended. reason: in one line, where it failed or was pruned, with a traceback where a failure
    was not foreseen. reports: those of the fold it was in. seconds: spent in that fold."""

    number: int
    state: State = State.COMPLETE
    reason: str | None = None
    traceback: str | None = None
    reports: tuple[Report, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Halted:
    """A trial cannot go on for a reason outside it, such as a full disk; what was told stays."""

    reason: str


Event = FoldScored | TrialEnded | Halted


_LONGEST_PART = 10_000
"""Letters of a traceback's entry: messages may have millions."""

_ENDS = {TrialPruned: State.PRUNED, TrialInfeasible: State.INFEASIBLE, TrialFailure: State.FAILED}


@dataclass(frozen=True)
class Task:
    """A trial to run from the fold on that it has reached. checkpoint: the file that holds it while it is under way."""

    record: TrialRecord
    seeds: SeedTree
    pruning: Pruning = field(default_factory=Pruning)
    checkpoint: Shelf | None = None

    @property
    def past(self) -> Sequence[TrialRecord]:
        return self.pruning.sight.known

    def with_past(self, past: Sequence[TrialRecord]) -> "Task":
        sight = replace(self.pruning.sight, known=past)
        return replace(self, pruning=replace(self.pruning, sight=sight))

    def run(self, objective: Objective) -> Iterator[Event]:
        """Run the remaining folds. Whatever the objective raises ends the trial, not the worker."""
        record = self.record
        for fold in range(len(record.fold_scores), objective.folds):
            try:
                rungs = FoldRungs(record, fold, self.pruning, self.checkpoint)
            except RunFolderError as error:
                yield Halted(str(error))
                return
            try:
                _judge(record, self.pruning)
                result = objective(record.params, fold, seeds=self.seeds.child("fold", fold), rungs=rungs)
                scored = FoldScored(
                    record.number,
                    result.score,
                    result.cost,
                    rungs.ended(result.score),
                    result.detail(),
                    rungs.seconds(),
                    last=fold == objective.folds - 1,
                    files=result.files() if isinstance(result, Leaves) else {},
                )
            except RunFolderError as error:
                yield Halted(str(error))
                return
            except BaseException as error:  # of any kind: a function of the user's may raise its own
                if is_interrupt(error):
                    raise
                yield ended_by(record.number, error, rungs)
                return
            yield scored
            record = with_fold(record, scored)
        yield TrialEnded(record.number)

    def after(self, event: Event) -> "Task | None":
        """What is left of it after one of its events; None after the last."""
        return replace(self, record=with_fold(self.record, event)) if isinstance(event, FoldScored) else None

    def lost(self, reason: str) -> Event:
        """How it ends where no worker can carry it out."""
        return TrialEnded(self.record.number, State.FAILED, reason)


def with_fold(record: TrialRecord, event: FoldScored) -> TrialRecord:
    """The record with one more fold; its cost is the mean over the folds."""
    done = len(record.fold_scores)
    cost = None if event.cost is None else ((record.cost or 0.0) * done + event.cost) / (done + 1)
    return replace(
        record,
        fold_scores=(*record.fold_scores, event.score),
        reports=(*record.reports, *event.reports),
        seconds=record.seconds + event.seconds,
        cost=cost,
    )


def _judge(record: TrialRecord, pruning: Pruning) -> None:
    # Between two folds: asked here, not at the end of the first, so that a trial that goes on elsewhere is asked too.
    if record.reports and (reason := pruning.prune(record)) is not None:
        raise TrialPruned(reason)


def ended_by(number: int, error: BaseException, rungs: FoldRungs) -> TrialEnded:
    """How a trial ends that raised this."""
    for known, state in _ENDS.items():
        if isinstance(error, known):
            return TrialEnded(number, state, one_line(str(error)), None, rungs.reports, rungs.seconds())
    return TrialEnded(number, State.FAILED, told(error), traceback_of(error), rungs.reports, rungs.seconds())


def is_interrupt(error: BaseException) -> bool:
    """Whether it is Ctrl-C. Workers do not hear that: one that comes up there is the objective's own."""
    return isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def traceback_of(error: BaseException) -> str:
    """The traceback, each of its parts cut to a bound."""
    lines = traceback.format_exception(error)
    cut = "".join(line if len(line) <= _LONGEST_PART else f"{line[:_LONGEST_PART]}...\n" for line in lines)
    return cut.encode(errors="backslashreplace").decode()
