"""Positions from forecasts, and what they return after costs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from tunewright.statistics.sharpe import Sharpe, sharpe

Array = npt.NDArray[np.float64]

BASIS_POINT = 1e-4


def sign_positions(forecast: Array, last: Array) -> Array:
    """1 where the forecast lies above the last price, -1 below it, 0 where it equals it. Shape (n,)."""
    return np.asarray(np.sign(forecast - last), dtype=np.float64)


def size_positions(forecast: Array, last: Array, *, scale: float) -> Array:
    """The forecast return as a multiple of `scale`, from -1 to 1; 0 where the scale is. Shape (n,)."""
    if scale <= 0:
        return np.zeros(len(forecast))
    return np.clip((forecast / last - 1) / scale, -1, 1)


def held(positions: Array, *, horizon: int) -> Array:
    """What is held day by day: the mean of the last `horizon` positions, as those of overlapping forecasts are all open
    at once (Jegadeesh & Titman 1993, "Returns to buying winners and selling losers"). positions: one for each origin,
    shape (n,); the result, of shape (n - horizon + 1,), begins on the day after origin `horizon` - 1."""
    if len(positions) < horizon:
        return np.zeros(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(positions, horizon).mean(axis=1))


@dataclass(frozen=True, eq=False)
class Traded:
    """Positions held, as shares of the capital, and the close's simple returns on those days; both of shape (days,).
    costs: of a half-turn, in basis points of what is turned over. All is closed at first, and left open at the end."""

    positions: Array
    returns: Array
    costs: float

    @property
    def turned(self) -> Array:
        """Half-turns of each day: |change of position|, the entry counted."""
        return np.abs(np.diff(self.positions, prepend=0.0))

    def net(self, costs: float) -> Array:
        """Simple returns after costs of a half-turn in basis points, shape (days,)."""
        return np.asarray(self.positions * self.returns - costs * BASIS_POINT * self.turned)

    def wealth(self) -> Array:
        """What 1 has become at the end of each day, shape (days,); what is lost altogether stays lost."""
        return growth(self.net(self.costs))

    def break_even(self) -> float | None:
        """Basis points of a half-turn at which the days end where they began; None where they end there or below
        without any costs."""
        if growth(self.net(0.0))[-1] <= 1:
            return None
        # ln(1 + x) <= x: where the sum of the returns is zero, the growth is none any more
        most = float(np.sum(self.positions * self.returns) / np.sum(self.turned)) / BASIS_POINT
        return float(brentq(lambda costs: growth(self.net(costs))[-1] - 1, 0.0, 2 * most))


def growth(returns: Array) -> Array:
    """Compounded, shape (days,)."""
    return np.asarray(np.cumprod(np.maximum(1 + returns, 0.0)))


@dataclass(frozen=True)
class Performance:
    """Of one strategy. Shares, not per cent; costs in basis points; turnover: half-turns a year. sharpe: of the net
    daily returns. deflated: the deflated Sharpe ratio; None for what no trial had a part in."""

    turnover: float
    gross: float
    net: float
    volatility: float
    sharpe: Sharpe | None
    drawdown: float
    break_even: float | None
    deflated: float | None


def performance(traded: Traded, *, year: float, best_by_luck: float | None) -> Performance:
    """year: days in one. best_by_luck: the daily Sharpe ratio that is deflated by (`expected_best`)."""
    net, wealth = traded.net(traded.costs), traded.wealth()
    found, days = sharpe(net), len(net)
    peaks = np.maximum.accumulate(np.concatenate([[1.0], wealth]))[1:]
    return Performance(
        turnover=float(traded.turned.sum()) * year / days,
        gross=float(growth(traded.net(0.0))[-1]) ** (year / days) - 1,
        net=float(wealth[-1]) ** (year / days) - 1,
        volatility=float(np.std(net, ddof=1)) * year**0.5,
        sharpe=found,
        drawdown=float(np.max(1 - wealth / peaks)),
        break_even=traded.break_even(),
        deflated=None if found is None or best_by_luck is None else found.probability_above(best_by_luck),
    )
