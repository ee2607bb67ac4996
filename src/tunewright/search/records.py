"""What the search knows of a trial, and the fingerprint of a study."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tunewright.core.codec import Json, digest
from tunewright.core.space import Params


class State(StrEnum):
    RUNNING = "running"
    COMPLETE = "complete"
    PRUNED = "pruned"
    INFEASIBLE = "infeasible"
    FAILED = "failed"


GOOD = (State.COMPLETE, State.PRUNED, State.INFEASIBLE)
"""How trials end that count. An infeasible one is a configuration that is not allowed: its value is infinite."""


@dataclass(frozen=True)
class Report:
    """What a trial told at one rung: `value` is the validation score of `fold` after `epoch` epochs; low is good.

    Folds are counted from 0; epochs are those trained in this fold, from 1. The last report of a finished fold is that
    fold's score. Raises ValueError for anything else: a score that is no finite number is a failure, not a report.
    """

    fold: int
    epoch: int
    value: float

    def __post_init__(self) -> None:
        if self.fold < 0 or self.epoch < 1 or not math.isfinite(self.value):
            raise ValueError(f"a report is a fold from 0, an epoch from 1 and a finite value, found {self}")


@dataclass(frozen=True)
class TrialRecord:
    """One trial. fold_scores: one per fold finished so far; score: their mean, None unless complete; low is good.

    reason: why it failed, was pruned or is infeasible. reports: what it told at its rungs, fold by fold, in the order
    of the epochs. cost: the second objective, where there are two; low is good. began, ended: Unix times in seconds.
    """

    number: int
    state: State
    params: Params
    score: float | None = None
    fold_scores: tuple[float, ...] = ()
    seconds: float = 0.0
    reason: str | None = None
    reports: tuple[Report, ...] = ()
    cost: float | None = None
    began: float | None = None
    ended: float | None = None

    @property
    def finished(self) -> bool:
        return self.state is not State.RUNNING

    def as_running(self) -> "TrialRecord":
        """The same trial with its results hidden."""
        return TrialRecord(self.number, State.RUNNING, self.params)


def fingerprint(records: Sequence[TrialRecord]) -> str:
    """SHA-256 over the finished trials in the order of their numbers: state, parameters, reports and scores.

    Floats count to the last bit; times and reasons do not count.
    """
    ordered = sorted((record for record in records if record.finished), key=lambda record: record.number)
    content: list[Json] = [
        {
            "number": record.number,
            "state": record.state.value,
            "params": dict(record.params),
            "fold_scores": list(record.fold_scores),
            "reports": [[report.fold, report.epoch, report.value] for report in record.reports],
            "score": record.score,
            **({} if record.cost is None else {"cost": record.cost}),
        }
        for record in ordered
    ]
    return digest(content)


def best(records: Sequence[TrialRecord]) -> TrialRecord | None:
    """The complete trial of the lowest score; of equal ones that of the lowest cost, where they have one, then the
    earliest. None where none is complete. So it is on the front, where there are two objectives."""
    complete = [record for record in records if record.state is State.COMPLETE]
    return min(complete, key=lambda record: (*merit(record), record.number), default=None)


def merit(record: TrialRecord) -> tuple[float, float]:
    """What a complete trial is the better for, the lower it is: its score and, of equal scores, its cost."""
    return _score(record), record.cost or 0.0


def pareto(records: Sequence[TrialRecord]) -> tuple[TrialRecord, ...]:
    """The complete trials of a study with two objectives that no other beats in both, by ascending score."""
    complete = [record for record in records if record.state is State.COMPLETE and record.cost is not None]
    front: list[TrialRecord] = []
    for record in sorted(complete, key=lambda record: (*merit(record), record.number)):
        if not front or _cost(record) < _cost(front[-1]):
            front.append(record)
    return tuple(front)


def count_good(records: Sequence[TrialRecord]) -> int:
    """Number of trials that count towards a study's trials: all that ended as trials may, so none that failed."""
    return sum(record.state in GOOD for record in records)


def _score(record: TrialRecord) -> float:
    assert record.score is not None, "a complete trial has a score"
    return record.score


def _cost(record: TrialRecord) -> float:
    assert record.cost is not None, "a trial of a study with two objectives has both"
    return record.cost
