"""Optuna's samplers, and spaces and trials in Optuna's words."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, GPSampler, RandomSampler, TPESampler
from optuna.storages import InMemoryStorage
from optuna.study import StudyDirection
from optuna.terminator import RegretBoundEvaluator
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.space import Choice, Integer, Parameter, Real, Space, Value
from tunewright.core.threads import threads
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.shown import tempered, with_forecasts, with_worst
from tunewright.search.samplers.smooth import GP_VALUES, exact, smooth

EPOCHS = 10**9
"""More than any fold has, for Optuna's one count of steps."""

MOST_STEPS = 10**7
"""From zero to the end of a range that Optuna is told of; the rounding of a value is then below 1e-8 of a step."""

STATES = {
    State.RUNNING: TrialState.RUNNING,
    State.COMPLETE: TrialState.COMPLETE,
    State.PRUNED: TrialState.PRUNED,
    State.INFEASIBLE: TrialState.COMPLETE,  # with infinite values
    State.FAILED: TrialState.FAIL,
}


@dataclass(frozen=True)
class OptunaSampler:
    """An Optuna sampler, used as it is on a study that holds exactly the visible history.

    make: gets the space and a 32-bit seed; learns: whether it looks at earlier trials at all, which are shown to it
    then; torch: whether it computes with PyTorch; learns_from_pruned: whether it uses pruned trials as Optuna shows
    them (else they are shown as complete, with the score that they were heading for); avoids_failed: from how many
    complete trials on failed ones are shown as bad ones, so that a sampler does not return to where they are; tempers:
    whether from then on bad scores are shown as not too bad; most_values: of a range, above which it is shown as real
    numbers; objectives: 1, or 2 where records have a cost beside their score.
    """

    make: Callable[[Space, int], BaseSampler]
    learns: bool = True
    torch: bool = False
    learns_from_pruned: bool = True
    avoids_failed: int | None = None
    tempers: bool = False
    most_values: int | None = None
    objectives: int = 1

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with warnings.catch_warnings(), threads(1) if self.torch else nullcontext():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            seen = space if self.most_values is None else smooth(space, self.most_values)
            shown = self._shown(history) if self.learns else []
            told = _varying(shown, self.objectives)
            study = optuna.create_study(
                storage=InMemoryStorage(),
                sampler=self.make(space, seed % 2**32),
                directions=[StudyDirection.MINIMIZE] * len(told),
            )
            _fill(study, seen, shown, told)
            trial = study.ask()
            proposed: dict[str, Value] = {}
            for name in space.ordered():
                if space.active(name, proposed):
                    value = _suggest(trial, name, seen.parameters[name])
                    proposed[name] = exact(space.parameters[name], value, seen=seen.parameters[name])
        return {name: proposed[name] for name in space.parameters if name in proposed}

    def _shown(self, history: Sequence[TrialRecord]) -> list[TrialRecord]:
        shown = history if self.learns_from_pruned else with_forecasts(history)
        complete = sum(one.state is State.COMPLETE for one in shown)
        enough = self.avoids_failed is not None and complete >= self.avoids_failed
        return with_worst(tempered(shown) if enough and self.tempers else shown, failed=enough)


def random_sampler(space: Space, seed: int) -> BaseSampler:
    return RandomSampler(seed)


def tpe_sampler(startup: int) -> Callable[[Space, int], BaseSampler]:
    """TPE over all parameters at once; where there are conditions, over those that are active together (group)."""

    def make(space: Space, seed: int) -> BaseSampler:
        return TPESampler(
            seed=seed,
            n_startup_trials=startup,
            multivariate=True,
            group=bool(space.conditions),
        )

    return make


def gp_sampler(startup: int) -> Callable[[Space, int], BaseSampler]:
    """A Gaussian process over the parameters without a condition; those with one are drawn at random."""

    def make(space: Space, seed: int) -> BaseSampler:
        return GPSampler(
            seed=seed, n_startup_trials=startup, deterministic_objective=False, warn_independent_sampling=False
        )

    return make


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """The space in Optuna's words, which know of no conditions."""
    return {name: _distribution(parameter) for name, parameter in space.parameters.items()}


def frozen_trial(record: TrialRecord, space: Space) -> FrozenTrial:
    """The record in Optuna's words, checked by Optuna."""
    known = distributions(space)
    return optuna.create_trial(
        state=STATES[record.state],
        params=dict(record.params),
        distributions={name: known[name] for name in record.params},
        values=_values(record),
        intermediate_values=dict(enumerate(record.fold_scores)),
    )


def regret_bound(records: Sequence[TrialRecord], space: Space, *, seed: int = 0) -> float:
    """How much lower than the best score of these complete trials the lowest of the space likely is, at most."""
    seen = smooth(space, GP_VALUES)
    with warnings.catch_warnings(), threads(1):
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        evaluator = RegretBoundEvaluator(seed=seed)
        return float(evaluator.evaluate([frozen_trial(one, seen) for one in records], StudyDirection.MINIMIZE))


class Uncopied(FrozenTrial):
    """A trial made for one study alone, so that the storage need not copy it (most of the time of an ask)."""

    def __deepcopy__(self, memo: Any) -> "Uncopied":
        return self


def _varying(history: Sequence[TrialRecord], objectives: int) -> tuple[int, ...]:
    """Which of the objectives a sampler is to learn from. One that has been the same in all trials tells nothing, and
    leads a sampler of two astray."""
    found = [_values(record) or [] for record in history if record.state is State.COMPLETE]
    every = tuple(range(objectives))
    varying = tuple(one for one in every if len({values[one] for values in found if len(values) > one}) > 1)
    return varying or every


def _fill(study: optuna.Study, space: Space, history: Sequence[TrialRecord], told: Sequence[int]) -> None:
    known = distributions(space)
    for record in history:
        given = _given(record, known, told)
        study._storage.create_new_trial(study._study_id, template_trial=given)


def _given(record: TrialRecord, known: Mapping[str, BaseDistribution], told: Sequence[int]) -> Uncopied:
    values = _values(record)
    # Optuna compares pruned trials by how far they came, then by the last value: a fold is further than any epoch.
    ends = {
        one.fold * EPOCHS + one.epoch: (sum(record.fold_scores[: one.fold]) + one.value) / (one.fold + 1)
        for one in record.reports
    }
    return Uncopied(
        number=record.number,
        state=STATES[record.state],
        value=None,
        values=values and [values[one] for one in told],
        datetime_start=None,
        datetime_complete=None,
        params=dict(record.params),
        distributions={name: known[name] for name in record.params},
        user_attrs={},
        system_attrs={},
        intermediate_values=ends,
        trial_id=record.number,
    )


def _values(record: TrialRecord) -> list[float] | None:
    if record.state is not State.COMPLETE:
        return None
    return [value for value in (record.score, record.cost) if value is not None]


def _suggest(trial: optuna.Trial, name: str, parameter: Parameter) -> Value:
    match parameter:
        case Integer(low, high, step, log):
            return trial.suggest_int(name, low, high, step=step, log=log)
        case Real(low, high, step, log):
            value = trial.suggest_float(name, low, high, step=_step(parameter), log=log)
            # Optuna counts steps up from `low` and gives 0.30000000000000004 for 0.3; the grid of the space has 0.3.
            return value if step is None else parameter.exact(value)
        case Choice(choices):
            chosen = trial.suggest_categorical(name, choices)
            assert chosen is not None, "no choice is None"
            return chosen


def _distribution(parameter: Parameter) -> BaseDistribution:
    match parameter:
        case Integer(low, high, step, log):
            return IntDistribution(low, high, log=log, step=step)
        case Real(low, high, _, log):
            return FloatDistribution(low, high, log=log, step=_step(parameter))
        case Choice(choices):
            return CategoricalDistribution(choices)


def _step(parameter: Real) -> float | None:
    """None for one so fine that Optuna, which checks to 1e-8 of a step, would not find all values on the grid."""
    if parameter.step is None or max(abs(parameter.low), abs(parameter.high)) / parameter.step > MOST_STEPS:
        return None
    return parameter.step
