"""The oldest trap of price forecasts: a line that looks right because it is yesterday's, drawn again."""

from dataclasses import asdict, dataclass

import numpy as np

from tunewright.prices.judging.sealed import Forecasts
from tunewright.statistics.matching import Prices


@dataclass(frozen=True)
class LagCheck:
    """Does the forecast line move with today's price, or repeat yesterday's move? Correlations in [-1, 1].

    They are Pearson's, between the day-to-day change of the forecast and that of the actual price (today) or
    of the price at the origin (yesterday). Price levels would not tell: they correlate at 0.99 with either.
    An honest forecast with a little skill looks like yesterday as well; the check warns against reading skill
    off a plot of prices.
    """

    correlation_with_today: float
    correlation_with_yesterday: float

    @property
    def looks_like_yesterday(self) -> bool:
        """Yesterday's move explains the forecast's at least as well as today's does."""
        return self.correlation_with_yesterday > 0 and self.correlation_with_yesterday >= self.correlation_with_today

    def as_dict(self) -> dict[str, float | bool]:
        """The two correlations and what they come to, ready for JSON."""
        return {**asdict(self), "looks_like_yesterday": self.looks_like_yesterday}


def lag_check(forecasts: Forecasts) -> LagCheck:
    """Set the forecast's day-to-day changes against today's and yesterday's, as `LagCheck` explains."""
    change = np.diff(forecasts.model)
    return LagCheck(
        correlation_with_today=_correlation(change, np.diff(forecasts.actual)),
        correlation_with_yesterday=_correlation(change, np.diff(forecasts.last)),
    )


def _correlation(left: Prices, right: Prices) -> float:
    # A line that never bends goes with nothing: 0.0, where the formula would divide by zero.
    left, right = left - np.mean(left), right - np.mean(right)
    scale = float(np.linalg.norm(left)) * float(np.linalg.norm(right))
    return float(np.clip(left @ right / scale, -1.0, 1.0)) if scale > 0 else 0.0
