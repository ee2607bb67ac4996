"""What the next trial tries: drawn at random, in the order of a grid, or by a Gaussian process, and nothing twice.

The coordinator builds the model once for each proposal, to be asked for its hyperparameters as it takes its branches.
What only `fit` asks for is known from the trials that have ended.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import optuna
from keras_tuner import HyperParameters
from optuna.pruners import NopPruner
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial

from tunewright.core.codec import canonical
from tunewright.core.seeds import SeedTree
from tunewright.experiment.keras_values import HyperParameter, steps, value_at
from tunewright.interop.keras.drawing import Draw, Drawing, key, suggest
from tunewright.interop.optuna.policies import fresh
from tunewright.interop.optuna.sight import Outline, fixed_of, hidden, look

BY_FIT = "asked by fit"
"""The attribute of a trial that holds the hyperparameters which `build` does not ask for, as KerasTuner writes them."""

_COLLISIONS = 20
"""Draws that were tried before, as of KerasTuner, after which the untried ones are sought in order."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Space:
    """What may be asked for. build: the user's function, which may raise anything. preset, new: as of `Drawing`."""

    build: Callable[[HyperParameters], Any]
    preset: HyperParameters
    new: bool

    def asked(self, draw: Draw, seen: Sequence[FrozenTrial]) -> Values:
        """The values by their keys of a model that draws so, and of what `fit` asked for in the trials seen."""
        drawn: Values = {}

        def drawing(one: HyperParameter) -> Any:
            drawn[key(one)] = value = draw(one)
            return value

        hyperparameters = Drawing(drawing, self.preset, new=self.new)
        try:
            self.build(hyperparameters)
        except Exception:  # the trial will fail of it, with its traceback
            return drawn
        hyperparameters.merge(_asked_before(seen), overwrite=False)
        return drawn


class Method(Protocol):
    """How the next configuration is chosen, where that is more than the first untried one."""

    def __call__(self, space: Space, trials: Sequence[FrozenTrial], seen: int, seeds: SeedTree) -> Values | None:
        """Values to try, of which some may be missing; None for the first untried ones.

        trials: those begun before, of which the first `seen` have ended.
        """
        ...


@dataclass(frozen=True)
class Untried:
    """Configurations that no trial has had, for as long as there are any."""

    space: Space
    method: Method

    def __call__(self, trials: Sequence[FrozenTrial], seen: int, seeds: SeedTree) -> Values | None:
        """The next one; None where none is untried. Arguments as of `Method`."""
        tried = _tried(trials)
        proposed = self.method(self.space, trials, seen, seeds)
        if proposed is not None and canonical(proposed) not in tried:
            return proposed
        leaves = _leaves(self.space, trials[:seen])
        return next((leaf for leaf in leaves if canonical(leaf) not in tried), None)


@dataclass(frozen=True)
class InOrder:
    """All configurations, the value that is asked for last changing first."""

    space: Space

    def __call__(self, trials: Sequence[FrozenTrial], seen: int, seeds: SeedTree) -> Values | None:
        """The one after the last; None after all, and where the first trial is to say what `fit` asks for."""
        if not trials:
            return next(_leaves(self.space, ()))
        return next(_leaves(self.space, trials[:seen], after=fixed_of(trials[-1])), None) if seen else None


def at_random(space: Space, trials: Sequence[FrozenTrial], seen: int, seeds: SeedTree) -> Values | None:
    """Each value at random, anew where the configuration was tried."""
    tried = _tried(trials)
    for attempt in range(_COLLISIONS):
        stream = random.Random(seeds.integer("draw", attempt))
        values = space.asked(partial(_drawn, stream), trials[:seen])
        if canonical(values) not in tried:
            return values
    return None


@dataclass(frozen=True)
class Sampled:
    """As one of Optuna's samplers suggests, after the first `initial` trials, which are drawn at random."""

    sampler: BaseSampler
    outline: Outline
    initial: int

    def __call__(self, space: Space, trials: Sequence[FrozenTrial], seen: int, seeds: SeedTree) -> Values | None:
        if len(trials) < self.initial:
            return at_random(space, trials, seen, seeds)
        history = [one if number < seen else hidden(one) for number, one in enumerate(trials)]
        own = hidden(trials[-1])
        own.number = len(trials)
        sampler = fresh(self.sampler, seeds.child("sampler"))
        sight = look(self.outline, (*history, own), sampler=sampler, pruner=NopPruner())
        trial = optuna.Trial(sight, sight.newest)
        values = space.asked(lambda one: suggest(trial, one), trials[:seen])
        return at_random(space, trials, seen, seeds) if canonical(values) in _tried(trials) else values


def _drawn(stream: random.Random, one: HyperParameter) -> Any:
    return value_at(one, stream.random())


def _tried(trials: Sequence[FrozenTrial]) -> set[str]:
    return {canonical(fixed_of(one)) for one in trials}


def _leaves(space: Space, seen: Sequence[FrozenTrial], after: Mapping[str, Any] | None = None) -> Iterator[Values]:
    """All configurations in order, or those after one. Each is found by building the model of it."""
    prefix: list[int] = []
    if after is not None:
        path = _Path([], after)
        space.asked(path, seen)
        if (following := path.following()) is None:
            return
        prefix = following
    while True:
        path = _Path(prefix, {})
        yield space.asked(path, seen)
        if (following := path.following()) is None:
            return
        prefix = following


class _Path:
    """The way to one configuration: at each hyperparameter, the number of its value and how many it has."""

    def __init__(self, prefix: Sequence[int], values: Mapping[str, Any]) -> None:
        """prefix: numbers of the first values. values: of others by their keys; the first value where there is none."""
        self._prefix, self._values = prefix, values
        self._taken: list[tuple[int, int]] = []

    def __call__(self, one: HyperParameter) -> Any:
        known, at = steps(one), len(self._taken)
        value = self._values.get(key(one))
        number = self._prefix[at] if at < len(self._prefix) else known.index(value) if value in known else 0
        self._taken.append((number, len(known)))
        return known[number]

    def following(self) -> list[int] | None:
        """The prefix of the next way; None where this is the last."""
        left = list(self._taken)
        while left and left[-1][0] == left[-1][1] - 1:
            left.pop()
        return [number for number, _ in left[:-1]] + [left[-1][0] + 1] if left else None


def _asked_before(seen: Sequence[FrozenTrial]) -> list[HyperParameter]:
    """What these trials asked for without `build`."""
    met = HyperParameters()
    for trial in seen:
        if BY_FIT in trial.user_attrs:
            met.merge(HyperParameters.from_config(trial.user_attrs[BY_FIT]).space, overwrite=False)
    return list(met.space)
