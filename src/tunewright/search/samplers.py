"""Samplers: from a space and a visible history to the next configuration, freshly seeded for each ask."""

import itertools
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, GPSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from tunewright.core.space import Choice, Integer, Parameter, Real, Space, Value
from tunewright.search.records import State, TrialRecord

STATES = {
    State.RUNNING: TrialState.RUNNING,
    State.COMPLETE: TrialState.COMPLETE,
    State.PRUNED: TrialState.PRUNED,
    State.FAILED: TrialState.FAIL,
}


class Sampler(Protocol):
    """A policy: stateless, its proposal depends on its arguments alone."""

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        """The configuration of trial number `len(history)`; None where the space is exhausted."""
        ...


@dataclass(frozen=True)
class GridSampler:
    """Every point of the grid once, the last parameter changing fastest."""

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        return next(itertools.islice(space.grid(), len(history), None), None)


@dataclass(frozen=True)
class OptunaSampler:
    """An Optuna sampler, used as it is on a study that holds exactly the visible history. `make` gets a 32-bit seed."""

    make: Callable[[int], BaseSampler]

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study = optuna.create_study(sampler=self.make(seed % 2**32))
            study.add_trials([frozen_trial(record, space) for record in history])
            proposed = study.ask(distributions(space)).params
        return {name: _tidy(value, space.parameters[name]) for name, value in proposed.items()}


def _tpe(startup: int) -> Callable[[int], BaseSampler]:
    return lambda seed: TPESampler(seed=seed, n_startup_trials=startup)


def _gp(startup: int) -> Callable[[int], BaseSampler]:
    return lambda seed: GPSampler(seed=seed, n_startup_trials=startup, deterministic_objective=False)


SAMPLERS: Mapping[str, Callable[[int], Sampler]] = MappingProxyType(
    {
        "grid": lambda startup: GridSampler(),
        "random": lambda startup: OptunaSampler(RandomSampler),
        "tpe": lambda startup: OptunaSampler(_tpe(startup)),
        "gp": lambda startup: OptunaSampler(_gp(startup)),
    }
)
"""Samplers by name; each is made with the number of random trials that start the search."""


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """The space in Optuna's words."""
    return {name: _distribution(parameter) for name, parameter in space.parameters.items()}


def frozen_trial(record: TrialRecord, space: Space) -> FrozenTrial:
    """The record in Optuna's words."""
    return optuna.create_trial(
        state=STATES[record.state],
        params=dict(record.params),
        distributions=distributions(space),
        value=record.score if record.state in (State.COMPLETE, State.PRUNED) else None,
        intermediate_values=dict(enumerate(record.fold_scores)),
    )


def _tidy(value: Value, parameter: Parameter) -> Value:
    # Optuna counts steps up from `low` and gives 0.30000000000000004 for 0.3; the grid of the space has 0.3.
    stepped = isinstance(parameter, Real) and parameter.step is not None
    return round(float(value), 12) if stepped else value


def _distribution(parameter: Parameter) -> BaseDistribution:
    match parameter:
        case Integer(low, high, step, log):
            return IntDistribution(low, high, log=log, step=step)
        case Real(low, high, step, log):
            return FloatDistribution(low, high, log=log, step=step)
        case Choice(choices):
            return CategoricalDistribution(choices)
