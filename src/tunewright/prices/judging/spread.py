"""How far one forecast may miss, by the volatility that is known when it is made."""

import numpy as np
import numpy.typing as npt

from tunewright.prices.judging.regimes import LOOK_BACK, market_volatility
from tunewright.prices.preparation.targets import FLOOR
from tunewright.statistics.matching import Prices

ROWS = LOOK_BACK + 1
"""Rows that a spread needs: the first return is that of the second row. Older ones change nothing."""


def spread_at(close: Prices, origins: npt.NDArray[np.int64], *, horizon: int) -> Prices:
    """The standard deviation expected of the log return of the `horizon` days after each origin, shape (origins,).

    sqrt(horizon) times the moving volatility of daily log returns up to the origin, at least `FLOOR` a day; NaN where
    an origin has fewer than `ROWS` rows up to it.
    """
    daily = np.maximum(market_volatility(close)[origins], FLOOR)
    return np.where(origins >= LOOK_BACK, daily * horizon**0.5, np.nan)
