"""A lesson: what one model is taught on one fold, and which days it is scored on.

Nothing of a fold's validation days takes part in the training, not even in the choice of the epoch: that is made on the
last rows before them.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import DataError, TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.folds import Fold, Rows
from tunewright.prices.preparation.prepare import FittedPreparation, Preparation, fit_preparation
from tunewright.prices.preparation.seal import Development
from tunewright.prices.preparation.targets import Price, Quantity
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.configuration import Configuration
from tunewright.prices.training.fit import fit
from tunewright.prices.training.forecaster import Forecaster

Array = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]
STOPPING = 0.2
"""Share of a fold's training rows, the last ones, that only choose the epoch."""


@dataclass(frozen=True)
class Lesson:
    """All days are rows of `table`, the day that is forecast: int64 of shape (days,).

    fitted: the rows that scalers are fitted on. train: learnt from. stopping: choose the epoch. scored: judged on.
    places: of the scored days among the fold's validation days, same shape.
    """

    table: PriceTable
    preparation: Preparation
    fitted: Rows
    train: Days
    stopping: Days
    scored: Days
    places: Days

    @property
    def first(self) -> int:
        """The first day that has enough rows before it."""
        return self.preparation.history() - 1 + self.preparation.horizon


def honest(development: Development, cut: Fold, preparation: Preparation) -> Lesson:
    """Train on the fold's first training rows, choose the epoch on its last ones, score the validation days.

    Raises DataError where the training rows are too few for that.
    """
    stop = cut.train.stop - round(STOPPING * len(cut.train))
    train = Rows(cut.train.start, max(cut.train.start, stop - preparation.horizon))
    scored = np.arange(cut.validation.start, cut.validation.stop)
    lesson = Lesson(
        table=development.table,
        preparation=preparation,
        fitted=train,
        train=np.arange(train.start, train.stop),
        stopping=np.arange(stop, cut.train.stop),
        scored=scored,
        places=np.arange(len(scored)),
    )
    if train.stop - max(train.start, lesson.first) < 2 or not len(lesson.stopping):
        raise DataError(
            f"fold {cut.number} has {len(cut.train)} training rows, of which the last {STOPPING:.0%} only choose the "
            f"epoch: too few for a window of {preparation.time_step} rows; use more data, a smaller time_step or "
            "fewer folds"
        )
    return lesson


def teach(lesson: Lesson, configuration: Configuration, *, seeds: SeedTree) -> Array:
    """The losses on the scored days (`losses`), shape (days,). Raises TrialFailure where the training diverges."""
    fitted = fit_preparation(Development(lesson.table), lesson.fitted, lesson.preparation)
    trained = fit(
        configuration.model,
        configuration.training,
        samples(fitted, lesson, lesson.train),
        validation=samples(fitted, lesson, lesson.stopping),
        seeds=seeds,
    )
    origins = lesson.scored - lesson.preparation.horizon
    forecast = Forecaster(fitted, trained.model).forecast(lesson.table, origins)
    quantity = lesson.preparation.quantity()
    series = quantity.series(lesson.table)
    found = losses(quantity, series[lesson.scored], forecast, series[origins])
    if not np.isfinite(found).all():
        raise TrialFailure("the forecasts are not finite numbers")
    return found


def losses(quantity: Quantity, actual: Array, forecast: Array, last: Array) -> Array:
    """Squared error of each day, shape (days,): of a price in units of the last value, so that a day counts the same
    whatever the level of the price; of a volatility as it is."""
    with np.errstate(over="ignore", invalid="ignore"):
        error = (forecast - actual) / last if isinstance(quantity, Price) else forecast - actual
        squared: Array = error**2
    return squared


def last_value_losses(development: Development, cut: Fold, preparation: Preparation) -> Array:
    """The losses of repeating the last value on the fold's validation days, shape (days,)."""
    quantity = preparation.quantity()
    series, days = quantity.series(development.table), np.arange(cut.validation.start, cut.validation.stop)
    last = series[days - preparation.horizon]
    return losses(quantity, series[days], last, last)


def samples(fitted: FittedPreparation, lesson: Lesson, days: Days) -> Samples:
    """The samples of these days, which need not follow one another; days without enough history are left out."""
    days = days[days >= lesson.first]
    whole = fitted.samples(lesson.table, Rows(int(days.min()), int(days.max()) + 1))
    chosen = days - days.min()
    windows = replace(whole.windows, origins=whole.windows.origins[chosen])
    return Samples(windows, whole.targets[chosen])
