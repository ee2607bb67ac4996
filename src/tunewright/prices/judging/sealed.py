"""What the sealed test is judged on: the forecasts day by day, and what was known before it opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.prices.judging.metrics import check_naive_mae
from tunewright.statistics.matching import Prices, check_matching


@dataclass(frozen=True, eq=False)
class Forecasts:
    """The sealed test day by day, in order of time: arrays of shape (n,), price units, finite.

    `actual` is the close on the target day and `last` the close at the forecast's origin, which is the
    last-value forecast too; `model`, `drift` and `ridge` are the forecasts of the same days. `regimes`: of the market
    at the origin, as a place in `REGIMES`; None where that is not known.

    Raises ValueError for arrays that do not match, DataError for fewer than two days or a price that stays.
    """

    dates: NDArray[Any]
    actual: Prices
    last: Prices
    model: Prices
    drift: Prices
    ridge: Prices
    regimes: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        check_days(self.dates, self.actual, last=self.last, methods=self.methods(), name="price")

    def methods(self) -> dict[str, Prices]:
        """The forecasts that try more than the last value, by name."""
        return {"model": self.model, "drift": self.drift, "ridge": self.ridge}

    def columns(self) -> dict[str, Prices]:
        """What was observed and every forecast, by the names of predictions.csv."""
        return {
            "close": self.actual,
            "model": self.model,
            "last_value": self.last,
            "drift": self.drift,
            "ridge": self.ridge,
        }


@dataclass(frozen=True)
class TestContext:
    """What the verdict must know of the development rows, all of it fixed before the sealed test opened.

    `horizon` in days, at least 1; `naive_mae` as in `price_metrics`; `majority` the commoner direction of the
    price; `training_low` and `training_high` the range of closes seen in training; `seed` draws the
    bootstrap.
    """

    __test__ = False  # a value, not a test case, whatever its name tells a test collector

    horizon: int
    naive_mae: float
    majority: Literal["up", "down"]
    training_low: float
    training_high: float
    seed: int
    model_name: str = "LSTM"

    def __post_init__(self) -> None:
        check_naive_mae(self.naive_mae)
        if self.majority not in ("up", "down"):
            raise ValueError(f"majority must be 'up' or 'down', found {self.majority!r}: pass the commoner direction")
        if not self.training_low <= self.training_high:
            raise ValueError(
                "the training range must go from low to high, "
                f"found {self.training_low} to {self.training_high}: "
                "pass the least and the greatest close seen in training"
            )


def check_days(dates: NDArray[Any], actual: Prices, *, last: Prices, methods: Mapping[str, Prices], name: str) -> None:
    """Refuse what cannot be judged, see `Forecasts`. name: what is forecast, in one word."""
    check_matching({"actual": actual, "last": last, **methods})
    if dates.shape != actual.shape:
        raise ValueError(f"dates has shape {dates.shape}, expected {actual.shape}: pass one date per day")
    if len(actual) < 2:
        raise DataError(f"a verdict needs at least two sealed days, found {len(actual)}: seal more rows")
    if np.array_equal(actual, last):
        raise DataError(
            f"the {name} must move on at least one sealed day, found none in {len(actual)}: "
            "the last value is exact there, so nothing can be better; use other rows or another file"
        )
