"""Made-up prices with a known truth: the controls that a forecasting pipeline is tried on."""

import math

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.prices.data.table import Floats, PriceTable

_FIRST_DAY = np.datetime64("2000-01-03", "D")
_FIRST_PRICE = 100.0


def random_walk(rows: int, seed: int, *, volatility: float = 0.01) -> PriceTable:
    """Prices that nobody can forecast better than by the last value: the negative control.

    Log returns are independent normal with standard deviation `volatility` and mean -volatility**2 / 2, which
    makes the price itself a martingale (geometric Brownian motion without drift, sampled daily).
    Same arguments, same table. Raises ValueError for fewer than two rows or a volatility not above zero.
    """
    _check(rows, volatility)
    stream = _stream("random_walk", seed)
    returns = volatility * stream.standard_normal(rows) - volatility**2 / 2
    return _table(returns, stream, volatility=volatility)


def ar1(rows: int, seed: int, *, phi: float = 0.4, volatility: float = 0.01) -> PriceTable:
    """Prices with something to find: the positive control.

    Log returns follow r[t] = phi * r[t-1] + e[t], e normal, started in the stationary law; `volatility` is
    the standard deviation of r, so the best forecast explains the share phi**2 of its variance. Same
    arguments, same table. Raises ValueError as `random_walk`, and for phi outside (-1, 1).
    """
    _check(rows, volatility)
    if not -1 < phi < 1:
        raise ValueError(f"phi must lie between -1 and 1, exclusive: found {phi}")
    stream = _stream("ar1", seed)
    shocks = volatility * stream.standard_normal(rows)
    shocks[1:] *= math.sqrt(1 - phi**2)
    returns = shocks.copy()
    for day in range(1, rows):
        returns[day] += phi * returns[day - 1]
    return _table(returns, stream, volatility=volatility)


def _stream(kind: str, seed: int) -> np.random.Generator:
    return np.random.default_rng(SeedTree(seed).integer("synthetic", kind))


def _check(rows: int, volatility: float) -> None:
    if rows < 2:
        raise ValueError(f"a price series needs at least two rows: found {rows}")
    if not 0 < volatility < math.inf:
        raise ValueError(f"volatility must be above zero and finite: found {volatility}")


def _table(returns: Floats, stream: np.random.Generator, *, volatility: float) -> PriceTable:
    """Open at the close before; high and low reach beyond both; volume knows nothing of the price."""
    rows = len(returns)
    close = _FIRST_PRICE * np.exp(np.cumsum(returns))
    opening = np.concatenate([[_FIRST_PRICE], close[:-1]])
    above, below = np.exp(0.5 * volatility * np.abs(stream.standard_normal((2, rows))))
    columns = {
        "open": opening,
        "high": np.maximum(opening, close) * above,
        "low": np.minimum(opening, close) / below,
        "close": close,
        "volume": np.rint(1e6 * np.exp(0.3 * stream.standard_normal(rows))),
    }
    return PriceTable(np.busday_offset(_FIRST_DAY, np.arange(rows), roll="forward"), columns)
