"""How far price forecasts were from the prices, on the price scale."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.statistics.matching import Prices, check_matching


@dataclass(frozen=True)
class Metrics:
    """Errors of one forecast over the sealed days.

    `mse` is in squared price units, `mae` and `rmse` in price units. `mase` and `directional_accuracy` have
    no unit; `directional_accuracy` is None for a forecast that names no direction, such as the last value
    itself.
    """

    mse: float
    mae: float
    rmse: float
    mase: float
    directional_accuracy: float | None

    def as_dict(self) -> dict[str, float | None]:
        """The five numbers under their names, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class DirectionCount:
    """How often a forecast named the right direction: `hits` of the `days` on which the price changed."""

    hits: int
    days: int

    @property
    def accuracy(self) -> float | None:
        """The share of hits; None where no day counts."""
        return self.hits / self.days if self.days else None


def count_directions(actual: Prices, predicted: Prices, *, last: Prices) -> DirectionCount:
    """Count the days on which `predicted` lies on the same side of `last` as `actual`. Shape (n,).

    A day without a change has no direction to get right, so it is left out. A forecast that stays put while
    the price moves has missed.
    """
    moved = actual != last
    hits = right_directions(actual, predicted, last=last) & moved
    return DirectionCount(hits=int(np.count_nonzero(hits)), days=int(np.count_nonzero(moved)))


def right_directions(actual: Prices, predicted: Prices, *, last: Prices) -> NDArray[np.bool_]:
    """On which days `predicted` lies on the same side of `last` as `actual`. Shape (n,)."""
    return np.asarray(np.sign(predicted - last) == np.sign(actual - last))


def price_metrics(actual: Prices, predicted: Prices, *, last: Prices, naive_mae: float) -> Metrics:
    """Score `predicted` against `actual`; arrays of shape (n,), price units.

    `last` is the close at each forecast's origin, which was known then. `naive_mae` is the mean of
    |close[t] - close[t-h]| over the development rows: the scale of MASE (Hyndman & Koehler 2006, "Another
    look at measures of forecast accuracy"), below 1 where the forecast errs less than the last value did.

    Raises ValueError for arrays of different shapes, DataError where `naive_mae` is not positive.
    """
    check_matching({"actual": actual, "predicted": predicted, "last": last})
    check_naive_mae(naive_mae)
    error = predicted - actual
    mse, mae = float(np.mean(error**2)), float(np.mean(np.abs(error)))
    speaks = bool(np.any(predicted != last))
    accuracy = count_directions(actual, predicted, last=last).accuracy if speaks else None
    return Metrics(mse=mse, mae=mae, rmse=mse**0.5, mase=mae / naive_mae, directional_accuracy=accuracy)


def skill_against(actual: Prices, benchmark: Prices, model: Prices) -> float:
    """1 - MSE(model) / MSE(benchmark): the share of the benchmark's squared error that is taken off."""
    return 1 - float(np.mean((actual - model) ** 2)) / float(np.mean((actual - benchmark) ** 2))


def check_naive_mae(naive_mae: float) -> None:
    """Refuse a MASE scale that is not a positive number (DataError)."""
    if not (np.isfinite(naive_mae) and naive_mae > 0):
        raise DataError(
            f"the development rows' mean absolute price change must be positive, found {naive_mae}: "
            "these prices never change, so there is nothing to forecast; use another file or column"
        )
