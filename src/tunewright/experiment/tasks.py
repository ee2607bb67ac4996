"""What a worker does with one trial, as a stream of events; the same for every executor."""

import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params


class Scored(Protocol):
    """What an objective returns for one fold."""

    @property
    def score(self) -> float: ...

    def detail(self) -> dict[str, Json]: ...


class Objective(Protocol):
    """Scores one configuration on the fold of the given number. Workers get it pickled, once."""

    @property
    def folds(self) -> int: ...

    def __call__(self, params: Params, fold: int, seeds: SeedTree) -> Scored: ...


@dataclass(frozen=True)
class Task:
    """A trial to run from fold `first_fold` on."""

    number: int
    params: Params
    first_fold: int
    seeds: SeedTree


@dataclass(frozen=True)
class FoldScored:
    """A fold of trial `number` has its score."""

    number: int
    score: float
    detail: dict[str, Json]
    seconds: float


@dataclass(frozen=True)
class TrialEnded:
    """Trial `number` has ended; `error` in one line where it failed, with a traceback where that was not foreseen."""

    number: int
    error: str | None = None
    traceback: str | None = None
    seconds: float = 0.0


Event = FoldScored | TrialEnded


def run_task(task: Task, objective: Objective) -> Iterator[Event]:
    """Run the trial's remaining folds. Whatever the objective raises ends the trial, not the worker."""
    for fold in range(task.first_fold, objective.folds):
        started = time.perf_counter()
        try:
            result = objective(task.params, fold, task.seeds.child("fold", fold))
        except TrialFailure as failure:
            yield TrialEnded(task.number, str(failure), None, time.perf_counter() - started)
            return
        except Exception as defect:
            text = f"{type(defect).__name__}: {defect}".strip()
            yield TrialEnded(task.number, text, traceback.format_exc(), time.perf_counter() - started)
            return
        yield FoldScored(task.number, result.score, result.detail(), time.perf_counter() - started)
    yield TrialEnded(task.number)
