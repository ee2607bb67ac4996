"""The score of one configuration on one fold: all is fitted on the fold's training rows, nothing looks further."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.prices.experiment.packing import packed
from tunewright.prices.experiment.resolved import preparation_of, quantity_of
from tunewright.prices.experiment.settings import SCALING, TUNING, Experiment
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.folds import Fold
from tunewright.prices.preparation.prepare import FittedPreparation
from tunewright.prices.preparation.seal import Development
from tunewright.prices.training.configuration import Configuration
from tunewright.prices.training.population.asking import on_gpu
from tunewright.training.observer import UNOBSERVED, Epoch, Snapshot
from tunewright.trials.rungs import Rungs
from tunewright.trials.second_objective import cost
from tunewright.trials.tasks import KEPT
from tunewright.trials.together import Together

if TYPE_CHECKING:
    from tunewright.training.pretrained import Weights

Array = npt.NDArray[np.float64]


class Metric(Protocol):
    """Error of forecasts on the scale of what is forecast: arrays of shape (days,), lower is better."""

    def __call__(self, actual: Array, predicted: Array, last: Array) -> float: ...


def _mse(actual: Array, predicted: Array, last: Array) -> float:
    return float(np.mean((actual - predicted) ** 2))


def _mae(actual: Array, predicted: Array, last: Array) -> float:
    return float(np.mean(np.abs(actual - predicted)))


def _relative_mse(actual: Array, predicted: Array, last: Array) -> float:
    return _mse(actual, predicted, last) / _mse(actual, last, last)


METRICS: Mapping[str, tuple[Metric, str]] = MappingProxyType(
    {
        "relative_mse": (_relative_mse, "squared error in units of the last value's squared error on the same days"),
        "mse": (_mse, "mean squared error"),
        "mae": (_mae, "mean absolute error"),
    }
)
"""Metrics by name, each with its meaning; all on the scale of what is forecast, the price or the volatility."""

FORECASTS = "forecasts"


@dataclass(frozen=True, eq=False)
class FoldResult:
    """A fold's score, the curves of its training, and the second objective where there is one. forecasts: of the
    validation days, shape (days,), on the scale of what is forecast."""

    score: float
    train_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    best_epoch: int
    cost: float | None
    forecasts: Array

    def detail(self) -> dict[str, Json]:
        return {
            "train_loss": list(self.train_loss),
            "validation_loss": list(self.validation_loss),
            "best_epoch": self.best_epoch,
            KEPT: {FORECASTS: packed(self.forecasts)},
        }


@dataclass(frozen=True)
class PriceObjective:
    """Scores configurations of one experiment on its folds: what a worker needs, and nothing of the sealed test."""

    experiment: Experiment
    development: Development
    cuts: tuple[Fold, ...]
    weights: "Weights | None" = None

    @property
    def folds(self) -> int:
        return len(self.cuts)

    def together(self) -> Together | None:
        """What its trainings share where a GPU trains them."""
        return shared_training(self.experiment)

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs | None = None) -> FoldResult:
        """Fit on the fold's training rows, stop early on its validation rows, score there on the original scale.

        rungs: told after every epoch, may end the trial. Raises TrialFailure where the training diverges, DataError
        where the fold is shorter than a window needs.
        """
        from tunewright.prices.training.forecaster import train_forecaster  # torch: where trials are trained

        cut, table = self.cuts[fold], self.development.table
        days = np.arange(cut.validation.start, cut.validation.stop)
        series = quantity_of(self.experiment).series(table)
        scorer = Scorer(self.experiment, series[days], series[days - self.experiment.preparation.horizon])
        started = time.monotonic()
        forecaster, trained = train_forecaster(
            self.development,
            cut.train,
            configuration(self.experiment, params, self.weights),
            validation=cut.validation,
            seeds=seeds,
            watch=lambda preparation: UNOBSERVED if rungs is None else _AtRungs(preparation, scorer, rungs),
        )
        # With rungs, the time of earlier processes counts, as their epochs do.
        seconds = time.monotonic() - started if rungs is None else rungs.seconds()
        forecasts = forecaster.forecast(table, days - self.experiment.preparation.horizon)
        score = scorer(forecasts)
        if not np.isfinite(score):
            raise TrialFailure(f"the forecasts of fold {cut.number} are not finite numbers")
        second = cost(
            self.experiment.search.second_objective,
            forecaster.model,
            seconds_per_epoch=seconds / len(trained.train_loss),
        )
        return FoldResult(score, trained.train_loss, trained.validation_loss, trained.best_epoch, second, forecasts)


def shared_training(experiment: Experiment) -> Together | None:
    """Where a GPU was asked for and can train all its families. Raises ConfigError where there is none."""
    gathered = all(FAMILIES.named(name).engine == "compiled" for name in experiment.model.settings)
    return on_gpu() if gathered else None


def configuration(experiment: Experiment, params: Params, weights: "Weights | None" = None) -> Configuration:
    """What a trial with these parameters trains. weights: that it begins with; who trains nothing needs none."""
    chosen = TUNING.with_params(experiment, params)
    training = replace(chosen.training.training(), tuned_on=SCALING.tuned_on(chosen))
    if weights is not None:
        from tunewright.training.pretrained import Beginning  # torch

        shared = chosen.model.shared
        training = replace(training, beginning=Beginning(weights, shared.frozen, shared.rate_decay))
    return Configuration(preparation_of(chosen), chosen.model.spec(), training)


@dataclass(frozen=True)
class Scorer:
    """The experiment's metric on the days of one fold; `actual` and `last` of shape (days,)."""

    experiment: Experiment
    actual: Array
    last: Array

    def __call__(self, forecast: Array) -> float:
        metric, _ = METRICS[self.experiment.search.metric]
        with np.errstate(over="ignore", invalid="ignore"):
            return metric(self.actual, forecast, self.last)


class _AtRungs:
    """Turns the epochs of a training into rungs: the score the fold would have if the training ended there."""

    def __init__(self, preparation: FittedPreparation, scorer: Scorer, rungs: Rungs) -> None:
        self._preparation = preparation
        self._scorer = scorer
        self._rungs = rungs

    def snapshot(self) -> Snapshot | None:
        return self._rungs.snapshot()

    def after(self, epoch: Epoch) -> None:
        value = self._rungs.value
        assert epoch.forecasts is not None, "trials have validation rows"
        if epoch.best or value is None:
            value = self._scorer(self._preparation.to_original(epoch.forecasts, self._scorer.last))
        if not np.isfinite(value):
            raise TrialFailure(f"the forecasts of epoch {epoch.number} are not finite numbers")
        self._rungs.report(epoch.number, value)
        if epoch.snapshot is not None:
            self._rungs.keep(epoch.snapshot)
