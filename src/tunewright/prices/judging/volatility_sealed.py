"""What the sealed test of a volatility forecast is judged on, and how far each forecast was from what came."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tunewright.prices.judging.metrics import check_naive_mae
from tunewright.prices.judging.sealed import check_days
from tunewright.statistics.matching import Prices


@dataclass(frozen=True, eq=False)
class VolatilityForecasts:
    """The sealed test day by day, in order of time: arrays of shape (n,), volatilities, finite, above zero.

    `actual` is the volatility of the target days and `last` that known at the forecast's origin; the others are the
    forecasts of the same days. `regimes`: as in `Forecasts`, and so is what is raised.
    """

    dates: NDArray[Any]
    actual: Prices
    last: Prices
    model: Prices
    mean: Prices
    ewma: Prices
    har: Prices
    garch: Prices
    ridge: Prices
    regimes: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        check_days(self.dates, self.actual, last=self.last, methods=self.methods(), name="volatility")

    def methods(self) -> dict[str, Prices]:
        """The forecasts that try more than the last value, by name."""
        return {name: getattr(self, name) for name in ("model", "mean", "ewma", "har", "garch", "ridge")}

    def columns(self) -> dict[str, Prices]:
        """What was observed and every forecast, by the names of predictions.csv."""
        model, *others = self.methods().items()
        return dict([("volatility", self.actual), model, ("last_value", self.last), *others])


@dataclass(frozen=True)
class VolatilityContext:
    """As `TestContext`, of volatilities."""

    horizon: int
    naive_mae: float
    training_low: float
    training_high: float
    seed: int
    model_name: str = "LSTM"

    def __post_init__(self) -> None:
        check_naive_mae(self.naive_mae)


@dataclass(frozen=True)
class VolatilityMetrics:
    """Errors of one forecast over the sealed days, in units of volatility (`mse`: squared; `mase`, `qlike`: none).

    `qlike` is the mean of actual / forecast - ln(actual / forecast) - 1 (Patton 2011): the share by which a forecast is
    off counts, so no crisis decides alone.
    """

    mse: float
    mae: float
    rmse: float
    mase: float
    qlike: float

    def as_dict(self) -> dict[str, float]:
        """The five numbers under their names, ready for JSON."""
        return asdict(self)


def volatility_metrics(actual: Prices, predicted: Prices, *, naive_mae: float) -> VolatilityMetrics:
    """Score `predicted` against `actual`; arrays of shape (n,), above zero. naive_mae: as in `price_metrics`."""
    error, ratio = predicted - actual, actual / predicted
    mse, mae = float(np.mean(error**2)), float(np.mean(np.abs(error)))
    return VolatilityMetrics(mse, mae, mse**0.5, mae / naive_mae, float(np.mean(ratio - np.log(ratio) - 1)))
