"""A forecaster: a trained model together with the preparation it was trained on, from a table to forecasts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import nn

from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.prepare import FittedPreparation, fit_preparation
from tunewright.prices.preparation.seal import Development
from tunewright.prices.training.configuration import Configuration
from tunewright.prices.training.fit import fit
from tunewright.prices.training.loop import Trained, predict
from tunewright.training.observer import UNOBSERVED, Observer


@dataclass(frozen=True)
class Forecaster:
    """Everything that one forecast needs, fitted."""

    preparation: FittedPreparation
    model: nn.Module

    def forecast(self, table: PriceTable, origins: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """The quantity `horizon` rows after each origin, float64 of shape (origins,), from rows up to the origin."""
        windows = self.preparation.windows(table, origins)
        last = self.preparation.spec.quantity().series(table)[origins]
        with threads(1):
            return self.preparation.to_original(predict(self.model, windows), last)


Watch = Callable[[FittedPreparation], Observer]
"""Makes the observer of a training, once the preparation is fitted."""


def train_forecaster(
    development: Development,
    train: Rows,
    configuration: Configuration,
    *,
    validation: Rows | None,
    seeds: SeedTree,
    watch: Watch = lambda preparation: UNOBSERVED,
) -> tuple[Forecaster, Trained]:
    """Fit preparation and model on the rows `train`; the validation rows only choose the epoch."""
    preparation = fit_preparation(development, train, configuration.preparation)
    samples = preparation.samples(development.table, train)
    held_out = preparation.samples(development.table, validation) if validation else None
    trained = fit(
        configuration.model,
        configuration.training,
        samples,
        validation=held_out,
        seeds=seeds,
        observer=watch(preparation),
    )
    return Forecaster(preparation, trained.model), trained
