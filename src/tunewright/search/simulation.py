"""A study in virtual time: the schedule, a sampler and a pruner on given learning curves. Nothing trains or sleeps."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Space
from tunewright.search.pruners import Pruner
from tunewright.search.records import Report, State, TrialRecord
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.schedule import visible


@dataclass(frozen=True)
class Curve:
    """What a trial would tell: validation scores, one tuple per fold with one value per epoch, low is good.

    A fold's score is its lowest value, as training keeps the best weights; folds may have unequal numbers of epochs.
    """

    values: tuple[tuple[float, ...], ...]
    seconds_per_epoch: float = 1.0


Learning: TypeAlias = Callable[[Params, int], Curve]
"""The curve of a trial, from its parameters and its number."""


@dataclass(frozen=True)
class Scenario:
    """What is simulated. `trials`: how many numbers are run; `every`: epochs between two rungs of a fold."""

    space: Space
    sampler: Sampler
    pruner: Pruner
    trials: int
    lag: int
    seeds: SeedTree
    every: int = 1


@dataclass(frozen=True)
class Outcome:
    """Records by number; virtual seconds until the last trial ended, and of work in all.

    A record's `began` and `ended` are virtual seconds. Of a pruned one they say when, its last report where, and its
    `reason` why.
    """

    records: tuple[TrialRecord, ...]
    makespan: float
    work: float


def simulate(scenario: Scenario, learning: Learning, *, workers: int = 1) -> Outcome:
    """Run the scenario on `workers` workers, at least 1. A trial starts when a worker is free and its history is told.

    Raises ValueError where there is no worker or where `learning` gives a curve without values.
    """
    if workers < 1:
        raise ValueError(f"a simulation needs at least 1 worker, found {workers}")
    free = [0.0] * workers
    records: list[TrialRecord] = []
    ends: list[float] = []
    for number in range(scenario.trials):
        needed = ends[: max(0, number - scenario.lag + 1)]
        start = max([free[0], *needed])
        # The coordinator knows what has ended by now, no more; the schedule hides what it must not use of that.
        told = [one if end <= start else one.as_running() for one, end in zip(records, ends, strict=True)]
        history = visible(told, number, scenario.lag)
        params = scenario.sampler.propose(scenario.space, history, seed=scenario.seeds.integer("propose", number))
        if params is None:
            break
        trial = TrialRecord(number, State.RUNNING, params)
        ended = _run(trial, learning(params, number), scenario, history)
        ends.append(start + ended.seconds)
        records.append(replace(ended, began=start, ended=ends[-1]))
        heapq.heapreplace(free, ends[-1])
    return Outcome(tuple(records), max(ends, default=0.0), sum(record.seconds for record in records))


def _run(trial: TrialRecord, curve: Curve, scenario: Scenario, history: tuple[TrialRecord, ...]) -> TrialRecord:
    for fold, values in enumerate(curve.values):
        if not values:
            raise ValueError(f"the curve of trial {trial.number} has no epoch in fold {fold}")
        for epoch, value in enumerate(values, start=1):
            trial = replace(trial, seconds=trial.seconds + curve.seconds_per_epoch)
            last = epoch == len(values)
            if not last and epoch % scenario.every:
                continue
            trial = replace(trial, reports=(*trial.reports, Report(fold, epoch, min(values) if last else value)))
            if last:
                trial = replace(trial, fold_scores=(*trial.fold_scores, min(values)))
            if last and fold == len(curve.values) - 1:
                break
            reason = scenario.pruner.prune(history, trial)
            if reason is not None:
                return replace(trial, state=State.PRUNED, reason=reason)
    score = sum(trial.fold_scores) / len(curve.values)
    return replace(trial, state=State.COMPLETE, score=score)
