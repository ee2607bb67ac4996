"""Calm and wild markets, told apart by what the earlier rows know."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tunewright.prices.preparation.seal import Development
from tunewright.statistics.matching import Prices

LOOK_BACK = 100
"""Rows that the volatility of one is made of; what lies further back weighs less than 0.3 %."""
DECAY = 0.94
"""The weight of the past, that of RiskMetrics (1996) for daily data."""
REGIMES = ("calm", "middling", "wild")


@dataclass(frozen=True)
class Regimes:
    """The volatilities that part calm days from middling ones, and these from wild ones."""

    calm_below: float
    wild_above: float

    def of(self, close: Prices, origins: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The place in REGIMES of each origin, from the closes up to it."""
        bounds = (self.calm_below, self.wild_above)
        return np.searchsorted(bounds, market_volatility(close)[origins], side="right").astype(np.int64)


def fit_regimes(development: Development) -> Regimes:
    """A third of the development rows in each."""
    calm, wild = np.nanquantile(market_volatility(development.table.close), (1 / 3, 2 / 3))
    return Regimes(float(calm), float(wild))


def market_volatility(close: Prices) -> Prices:
    """Of every row, the root of the weighted mean of the last `LOOK_BACK` squared daily log returns; shape (rows,).

    Weights fall by `DECAY` a day, and sum to 1 over the returns that there are. NaN in the first row, which has none.
    """
    squares = np.diff(np.log(close)) ** 2
    weights = DECAY ** np.arange(LOOK_BACK)
    sums, known = np.convolve(squares, weights)[: len(squares)], np.cumsum(weights)
    whole = known[np.minimum(np.arange(len(squares)), LOOK_BACK - 1)]
    return np.concatenate([[np.nan], np.sqrt(np.maximum(sums, 0) / whole)])
