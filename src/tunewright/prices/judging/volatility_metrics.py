"""How far a forecast of volatility is off."""

from dataclasses import asdict, dataclass

import numpy as np

from tunewright.statistics.matching import Prices


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
