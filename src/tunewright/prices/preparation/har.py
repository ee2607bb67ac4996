"""HAR, the standard simple forecast of volatility: a regression on its daily, weekly and monthly means.

    v[t] = a + b v[t-h] + c mean(v over the 5 days to t-h) + d mean(v over the 22 days to t-h)

Corsi (2009), "A simple approximate long-memory model of realized volatility". It is hard to beat.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tunewright.prices.preparation.targets import Array, trailing_mean

SPANS = (1, 5, 22)
LOOK_BACK = max(SPANS)


@dataclass(frozen=True)
class Har:
    """The intercept and the weights of the three means."""

    intercept: float
    weights: tuple[float, ...]

    def forecast(self, daily: Array) -> Array:
        """The forecast made in each row, shape (rows,); NaN where earlier rows are too few."""
        means = zip(self.weights, SPANS, strict=True)
        return self.intercept + sum((weight * trailing_mean(daily, rows) for weight, rows in means), np.zeros(1))


def fit_har(daily: Array, target: Array, days: npt.NDArray[np.int64], *, horizon: int) -> Har:
    """Least squares of `target` on the means known `horizon` rows before, over the rows `days`.

    daily, target: shape (rows,); days: row numbers, each at least LOOK_BACK + horizon.
    """
    means = [trailing_mean(daily, rows)[days - horizon] for rows in SPANS]
    inputs = np.column_stack([np.ones(len(days)), *means])
    solved, *_ = np.linalg.lstsq(inputs, target[days], rcond=None)
    return Har(float(solved[0]), tuple(float(weight) for weight in solved[1:]))


def smearing(daily: Array, target: Array, days: npt.NDArray[np.int64], *, horizon: int) -> float:
    """By how much exp(forecast of the logarithm) falls short of the mean: the mean of exp(residual).

    Duan (1983), "Smearing estimate". The residuals are those of a HAR in logarithms over the rows `days`, so the factor
    is known before any model is trained and the same for all; arguments as in `fit_har`, not logarithms.
    """
    logs, log_daily = np.log(target), np.log(daily)
    expected = fit_har(log_daily, logs, days, horizon=horizon).forecast(log_daily)[days - horizon]
    return float(np.mean(np.exp(logs[days] - expected)))
