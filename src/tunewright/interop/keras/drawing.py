"""KerasTuner's `HyperParameters` whose values come from a search: each is drawn where the model asks for it."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import optuna
from keras_tuner import HyperParameters
from keras_tuner.engine import hyperparameters as kinds
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial

from tunewright.experiment.keras_values import HyperParameter, are_listed, highest, steps

Draw = Callable[[HyperParameter], Any]
"""The value of a hyperparameter that is asked for the first time."""


class Drawing(HyperParameters):  # type: ignore[misc]
    """Hyperparameters that are drawn as `build` and `fit` ask for them, so that the space may follow their branches.

    preset: those that the user gave the tuner, which stand for the same ones in the code. new: whether others are
    drawn, too; otherwise they have their defaults.
    """

    def __init__(self, draw: Draw, preset: HyperParameters, *, new: bool = True) -> None:
        super().__init__()
        self._draw = draw
        self._building = False
        self._by_fit: list[HyperParameter] = []
        self.merge(preset.space)
        self._by_fit.clear()
        self._draw = draw if new else lambda hyperparameter: hyperparameter.default

    @contextmanager
    def building(self) -> Iterator[None]:
        """While `build` asks."""
        self._building = True
        try:
            yield
        finally:
            self._building = False

    @property
    def by_fit(self) -> HyperParameters:
        """What was asked for outside `build` and not given beforehand, without values."""
        asked = HyperParameters()
        asked.merge(self._by_fit)
        asked.values = {}
        return asked

    def _register(self, hyperparameter: HyperParameter, overwrite: bool = False) -> Any:
        if hyperparameter.name not in self.values and self.is_active(hyperparameter):
            fixed = isinstance(hyperparameter, kinds.Fixed)
            self.values[hyperparameter.name] = hyperparameter.value if fixed else self._draw(hyperparameter)
        if not self._building:
            self._by_fit.append(hyperparameter)
        return super()._register(hyperparameter, overwrite=False)


def suggest(trial: optuna.Trial, hyperparameter: HyperParameter) -> Any:
    """Its value in an Optuna trial."""
    return trial._suggest(key(hyperparameter), distribution(hyperparameter))


def key(hyperparameter: HyperParameter) -> str:
    """Its name in a study: the same name under another condition is another hyperparameter."""
    where = " and ".join(f"{one.name}={'|'.join(map(str, one.values))}" for one in hyperparameter.conditions)
    return f"{hyperparameter.name} [{where}]" if where else hyperparameter.name


def distribution(one: HyperParameter) -> BaseDistribution:
    """What it is drawn from, in Optuna's terms. Steps that multiply become choices; a scale turned round is linear."""
    if are_listed(one):
        return CategoricalDistribution(steps(one))
    low, log = one.min_value, one.sampling == "log"
    if isinstance(one, kinds.Int):
        return IntDistribution(low, highest(one), log=log, step=one.step or 1)
    if one.step is not None:
        with warnings.catch_warnings():
            # Half a step more, which Optuna takes off in decimals: a sum of floats may lie beside the last step.
            warnings.filterwarnings("ignore", "The distribution is specified by", UserWarning)
            return FloatDistribution(low, steps(one)[-1] + one.step / 2, step=float(one.step))
    return FloatDistribution(low, one.max_value, log=log)


class FirstValues(BaseSampler):
    """The first value of everything: what a grid begins with."""

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        if isinstance(param_distribution, CategoricalDistribution):
            return param_distribution.choices[0]
        return param_distribution.low  # type: ignore[attr-defined]

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return {}

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return {}
