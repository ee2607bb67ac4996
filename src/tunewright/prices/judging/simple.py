"""The simple forecasts of volatility that a network has to beat; all that is fitted, on the development rows alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tunewright.prices.data.table import PriceTable
from tunewright.prices.judging.garch import Garch, fit_garch
from tunewright.prices.preparation.har import LOOK_BACK, Har, fit_har
from tunewright.prices.preparation.seal import Development
from tunewright.prices.preparation.targets import FLOOR, Volatility
from tunewright.statistics.matching import Prices

DECAY = 0.94
"""The weight of the past in the EWMA, that of RiskMetrics (1996) for daily data."""


@dataclass(frozen=True)
class SimpleMethods:
    """What was learnt from the development rows. `scale`: intercept and slope from GARCH's standard deviation to the
    volatility as it is measured here."""

    volatility: Volatility
    mean: float
    har: Har
    garch: Garch
    scale: tuple[float, float]

    def forecasts(self, table: PriceTable, origins: NDArray[np.int64]) -> dict[str, Prices]:
        """By name, each of shape (origins,), from rows up to the origin alone; none below `FLOOR`."""
        daily = self.volatility.daily(table)
        intercept, slope = self.scale
        made = {
            "mean": np.full(len(table), self.mean),
            "ewma": ewma(daily, first=self.volatility.look_back - self.volatility.horizon),
            "har": self.har.forecast(daily),
            "garch": intercept + slope * self.garch.ahead(table.close, horizon=self.volatility.horizon),
        }
        return {name: np.maximum(values[origins], FLOOR) for name, values in made.items()}


def fit_simple(development: Development, volatility: Volatility) -> SimpleMethods:
    """Fit all of them on the development rows."""
    table, horizon = development.table, volatility.horizon
    daily, series = volatility.daily(table), volatility.series(table)
    days = np.arange(LOOK_BACK + volatility.look_back, len(table))
    garch = fit_garch(table.close)
    seen = garch.ahead(table.close, horizon=horizon)[days - horizon]
    (intercept, slope), *_ = np.linalg.lstsq(np.column_stack([np.ones(len(days)), seen]), series[days], rcond=None)
    return SimpleMethods(
        volatility=volatility,
        mean=float(np.mean(series[days])),
        har=fit_har(daily, series, days, horizon=horizon),
        garch=garch,
        scale=(float(intercept), float(slope)),
    )


def ewma(daily: Prices, *, first: int) -> Prices:
    """s[t] = DECAY s[t-1] + (1 - DECAY) v[t], begun with v[first]; shape (rows,), NaN before `first`."""
    smoothed = np.full(len(daily), np.nan)
    smoothed[first] = daily[first]
    for row in range(first + 1, len(daily)):
        smoothed[row] = DECAY * smoothed[row - 1] + (1 - DECAY) * daily[row]
    return smoothed
