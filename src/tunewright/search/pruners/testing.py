"""What every pruner has to keep, for those of the package and for your own: `check_pruner(make)` in a test."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Real, Space, Value
from tunewright.search.pruners import Pruner
from tunewright.search.pruners.rungs import Minimum
from tunewright.search.records import Report, State, TrialRecord
from tunewright.search.simulation import Curve, Outcome, Scenario, simulate

_SPACE = Space({"x": Real(0.0, 1.0)})
_FOLDS, _EPOCHS, _LAG = 3, 8, 4


def check_pruner(make: Callable[[Minimum], Pruner], *, keep: float = 0.1, seeds: int = 5) -> None:
    """Raise AssertionError, with what was expected and found, unless the pruner keeps its promises.

    It is pure: the same arguments give the same answer, from another instance too, and are left as they were. It
    prunes nobody before its minimum is met, nobody who is lower than all others at every rung, and runs at least the
    share `keep` of the trials to the end where all are equally good and only noise differs. make: the pruner with
    the given minimum.
    """
    for seed in range(seeds):
        _check_pure(make, seed)
        _check_minimum(make, seed)
        _check_leader(make, seed)
        _check_noise(make, seed, keep)


class _Draws:
    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        return {"x": float(np.random.default_rng(seed).random())}


class _Twice:
    """Asks two pruners twice, and sees to it that they agree."""

    def __init__(self, make: Callable[[Minimum], Pruner]) -> None:
        self._make, self._first = make, make(Minimum())

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        copy = tuple(replace(record, params=dict(record.params)) for record in history)
        answers = [self._first.prune(history, trial), self._make(Minimum()).prune(copy, trial)]
        answers.append(self._first.prune(history, trial))
        assert len(set(answers)) == 1, f"a pruner gives one answer to one question, found {answers}"
        assert tuple(history) == copy, f"a pruner leaves the history as it is; that of trial {trial.number} changed"
        assert answers[0] is None or answers[0].strip(), "a pruner says why, found an empty reason"
        return answers[0]


def _check_pure(make: Callable[[Minimum], Pruner], seed: int) -> None:
    _run(_Twice(make), seed, spread=1.0)


def _check_minimum(make: Callable[[Minimum], Pruner], seed: int) -> None:
    minimum = Minimum(trials=6, folds=1, epochs=10, kept=0.0)
    for number, record in enumerate(found := _run(make(minimum), seed, spread=1.0).records):
        if record.state is State.PRUNED:
            known = sum(one.state is State.COMPLETE for one in found[: max(0, number - _LAG + 1)])
            trained = len(record.fold_scores) * _EPOCHS
            trained += record.reports[-1].epoch if record.reports[-1].fold == len(record.fold_scores) else 0
            assert known >= minimum.trials, f"trial {number} was pruned after {known} complete ones, expected 6"
            assert record.fold_scores, f"trial {number} was pruned in its first fold, expected 1 fold before"
            assert trained >= minimum.epochs, f"trial {number} was pruned after {trained} epochs, expected 10 before"


def _check_leader(make: Callable[[Minimum], Pruner], seed: int) -> None:
    pruner, history = make(Minimum()), _run(make(Minimum()), seed, spread=1.0).records
    lowest: dict[tuple[int, int], float] = {}
    for report in (report for record in history for report in record.reports):
        place = (report.fold, report.epoch)
        lowest[place] = min(report.value, lowest.get(place, math.inf))
    leader = TrialRecord(len(history), State.RUNNING, {"x": 0.5})
    for (fold, epoch), value in sorted(lowest.items())[:-1]:
        told = Report(fold, epoch, value - 1e-3)
        scores = (*leader.fold_scores, told.value) if epoch == _EPOCHS else leader.fold_scores
        leader = replace(leader, reports=(*leader.reports, told), fold_scores=scores)
        reason = pruner.prune(history, leader)
        assert reason is None, f"the trial that leads at every rung was pruned: {reason}"


def _check_noise(make: Callable[[Minimum], Pruner], seed: int, keep: float) -> None:
    records = _run(make(Minimum()), seed, spread=0.0, trials=60).records
    share = sum(record.state is State.COMPLETE for record in records) / len(records)
    assert share >= keep, f"on noise alone {share:.0%} of the trials ran to the end, expected at least {keep:.0%}"


def _run(pruner: Pruner, seed: int, *, spread: float, trials: int = 30) -> Outcome:
    """A study of curves with strong folds; `spread`: how much worse the worst configuration is, in noise deviations."""

    def learning(params: Params, number: int) -> Curve:
        rng = np.random.default_rng([seed, number])
        levels = 2.0 + np.arange(_FOLDS) * 3.0
        end = levels + 0.1 * (spread * float(params["x"]) * 10 + rng.normal(size=_FOLDS))
        falling = end[:, None] + 1 / np.arange(1, _EPOCHS + 1) + 0.02 * rng.normal(size=(_FOLDS, _EPOCHS))
        return Curve(tuple(tuple(map(float, row)) for row in falling))

    return simulate(Scenario(_SPACE, _Draws(), pruner, trials, _LAG, SeedTree(seed)), learning, workers=2)
