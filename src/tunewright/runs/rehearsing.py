"""A run that is only rehearsed: everything read and checked, an epoch timed, nothing kept."""

import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tunewright.core.errors import TrialFailure, TrialPruned
from tunewright.core.words import counted, duration
from tunewright.runs.folder import RunFolder
from tunewright.runs.life import Run, set_up
from tunewright.runs.parts import E, Life, O, P, Sought
from tunewright.training.observer import Snapshot
from tunewright.trials.places import Place

_EPOCHS = 2
_UNIT = 1024.0**2
"""Kilobytes in a gigabyte, as Linux counts the largest memory of a process."""


def rehearse(life: Life[E, P, O], experiment: E, *, place: Place) -> list[str]:
    """What is read and what would be searched, line by line. Raises InputError as a run that begins does."""
    prepared = set_up(life, experiment)
    run: Run[Any, Any] = Run(RunFolder(Path()), life, prepared)
    sought = life.sought(prepared, run.folder)
    if sought is None:
        return [*run.opening(), "search    none, as there is no [space]"]
    plan, folds = sought.plan, sought.objective.folds
    crew = place.filled(life.workers(prepared), life.resources(prepared)).at_once(plan.lag)
    size = f"{counted(plan.trials, 'trial')} of {counted(folds, 'fold')}, {counted(crew, 'worker')}"
    return [*run.opening(), f"search    {size}", *_timed(sought, crew)]


def _timed(sought: Sought, workers: int) -> Sequence[str]:
    if not sought.epochs:
        return ["timed     nothing: only calling it would tell how long it takes"]
    plan, objective = sought.plan, sought.objective
    params = plan.sampler.propose(plan.space, (), seed=plan.seeds.integer("propose", 0)) or {}
    first = _FirstEpochs()
    try:
        objective(params, 0, seeds=plan.seeds.child("trial", 0).child("fold", 0), rungs=first)
    except TrialPruned:
        pass
    except TrialFailure as failure:
        return [f"timed     the first trial fails: {failure}"]
    whole = first.took() * sought.epochs * objective.folds * plan.trials / workers
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT
    return [
        f"timed     {first.took():.2f} s for an epoch of the first trial, in its first fold",
        f"time      at most about {duration(whole)} of search, if no trial stops early or is pruned",
        f"memory    about {memory:.1f} GB a worker",
    ]


class _FirstEpochs:
    """Rungs that end a trial after its second epoch: the first one loads what the others have at hand."""

    value: float | None = None

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._ends: list[float] = []

    def took(self) -> float:
        """Seconds of the last epoch that ended."""
        begin, end = [self._began, *(self._ends or [time.monotonic()])][-2:]
        return end - begin

    def snapshot(self) -> Snapshot | None:
        return None

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def report(self, epoch: int, value: float) -> None:
        self._ends.append(time.monotonic())
        if len(self._ends) == _EPOCHS:
            raise TrialPruned("it has been timed")

    def keep(self, make: Callable[[], Snapshot]) -> None:
        pass
