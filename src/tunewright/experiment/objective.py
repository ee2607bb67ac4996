"""The score of one configuration on one fold: all is fitted on the fold's training rows, nothing looks further."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.experiment.settings import Experiment, preparation_of, with_params
from tunewright.preparation.folds import Fold
from tunewright.preparation.seal import Development
from tunewright.training.forecaster import Configuration, train_forecaster

Array = npt.NDArray[np.float64]


class Metric(Protocol):
    """Error of forecasts on the price scale: arrays of shape (days,), lower is better."""

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
"""Metrics by name, each with its meaning; all on the price scale."""


@dataclass(frozen=True)
class FoldResult:
    """A fold's score and the curves of its training."""

    score: float
    train_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    best_epoch: int

    def detail(self) -> dict[str, Json]:
        return {
            "train_loss": list(self.train_loss),
            "validation_loss": list(self.validation_loss),
            "best_epoch": self.best_epoch,
        }


@dataclass(frozen=True)
class PriceObjective:
    """Scores configurations of one experiment on its folds: what a worker needs, and nothing of the sealed test."""

    experiment: Experiment
    development: Development
    cuts: tuple[Fold, ...]

    @property
    def folds(self) -> int:
        return len(self.cuts)

    def __call__(self, params: Params, fold: int, seeds: SeedTree) -> FoldResult:
        return score_fold(self.experiment, params, development=self.development, fold=self.cuts[fold], seeds=seeds)


def configuration(experiment: Experiment, params: Params) -> Configuration:
    """What a trial with these parameters trains."""
    chosen = with_params(experiment, params)
    return Configuration(preparation_of(chosen), chosen.model.spec(), chosen.training.training())


def score_fold(
    experiment: Experiment, params: Params, *, development: Development, fold: Fold, seeds: SeedTree
) -> FoldResult:
    """Fit on the fold's training rows, stop early on its validation rows, score there on the price scale.

    Raises TrialFailure where the training diverges, DataError where the fold is shorter than a window needs.
    """
    forecaster, trained = train_forecaster(
        development, fold.train, configuration(experiment, params), validation=fold.validation, seeds=seeds
    )
    horizon, close = experiment.preparation.horizon, development.table.close
    days = np.arange(fold.validation.start, fold.validation.stop)
    forecast = forecaster.forecast(development.table, days - horizon)
    metric, _ = METRICS[experiment.search.metric]
    with np.errstate(over="ignore"):
        score = metric(close[days], forecast, close[days - horizon])
    if not np.isfinite(score):
        raise TrialFailure(f"the forecasts of fold {fold.number} are not finite numbers")
    return FoldResult(score, trained.train_loss, trained.validation_loss, trained.best_epoch)
