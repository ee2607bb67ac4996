"""Sharpe ratios of daily returns: how uncertain one is, and how large the best of many is by luck alone.

All per period (a day, mostly) unless a name says `annual`. The rate without risk is taken as zero.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Array = npt.NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Sharpe:
    """ratio: mean over standard deviation (ddof = 1) of `periods` returns. skewness; kurtosis: raw, 3 of a normal
    distribution."""

    ratio: float
    periods: int
    skewness: float = 0.0
    kurtosis: float = 3.0

    @property
    def spread(self) -> float:
        """The standard error times sqrt(periods - 1), Mertens (2002), "Comments on variance of the IID estimator in Lo
        (2002)": sqrt(1 - g3 SR + (g4 - 1) / 4 SR^2). Lo's own is that of normal returns."""
        shape = 1 - self.skewness * self.ratio + (self.kurtosis - 1) / 4 * self.ratio**2
        return float(np.sqrt(max(shape, 0.0)))  # never below zero but for rounding: g4 >= 1 + g3^2

    def interval(self, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Of the true ratio, by the normal distribution; right for returns that do not depend on each other."""
        half = float(ndtri((1 + confidence) / 2)) * self.spread / (self.periods - 1) ** 0.5
        return self.ratio - half, self.ratio + half

    def probability_above(self, threshold: float) -> float:
        """The probabilistic Sharpe ratio, Bailey & Lopez de Prado (2012), "The Sharpe ratio efficient frontier":
        Phi[(SR - threshold) sqrt(T - 1) / spread]. With `expected_best` as threshold it is the deflated one."""
        distance = (self.ratio - threshold) * (self.periods - 1) ** 0.5
        return float(ndtr(distance / self.spread)) if self.spread else float(np.heaviside(distance, 0.5))


def sharpe(returns: Array) -> Sharpe | None:
    """Of simple returns, shape (periods,); None for fewer than three, or where they do not vary."""
    periods = len(returns)
    if periods < 3 or np.ptp(returns) == 0:
        return None
    away = returns - returns.mean()
    variance = float(np.mean(away**2))
    if variance < np.finfo(float).tiny ** 0.25:  # its square would underflow
        return None
    return Sharpe(
        ratio=float(returns.mean() / np.std(returns, ddof=1)),
        periods=periods,
        skewness=float(np.mean(away**3) / variance**1.5),
        kurtosis=float(np.mean(away**4) / variance**2),
    )


def expected_best(*, trials: int, variance: float) -> float:
    """The Sharpe ratio that the best of `trials` reaches on average where none has any: Bailey & Lopez de Prado (2014),
    "The deflated Sharpe ratio", sqrt(V) [(1 - gamma) Phi^-1(1 - 1/N) + gamma Phi^-1(1 - 1/(N e))].

    variance: of the ratios over the trials, in the square of their unit. 0 of one trial, which was not chosen.
    """
    if trials < 1:
        raise ValueError(f"expected at least one trial, found {trials}")
    if trials == 1:
        return 0.0
    gamma = float(np.euler_gamma)
    quantiles = ndtri([1 - 1 / trials, 1 - 1 / (trials * np.e)])
    return float(variance**0.5 * ((1 - gamma) * quantiles[0] + gamma * quantiles[1]))
