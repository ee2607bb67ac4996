"""Adj Close beside Close: the days on which one moves far more than the other, and whether a source can mean that."""

import math
from dataclasses import dataclass

import numpy as np

from tunewright.core.words import changed
from tunewright.prices.data.raw import RawTable
from tunewright.prices.data.table import Floats

LEAST = 0.15
"""Of the logarithm of Adj Close / Close: below it are dividends."""

_SHOWN_BY_CLOSE = 1 / 3  # of the jump: a split or a dividend moves Close, up to what the market did on the day
_MOST_DECIMALS = 7


@dataclass(frozen=True)
class Jump:
    """A day on which the factor Adj Close / Close jumps by more than a usual dividend.

    `close`, `adjusted`: the moves of the two since the row before; `doubt`: by how much rounded prices may have moved
    the difference. All of them are of the logarithm.
    """

    date: str
    close: float
    adjusted: float
    doubt: float

    @property
    def step(self) -> float:
        """Of the logarithm of the factor: ln 2 for two new shares for an old one."""
        return self.adjusted - self.close

    @property
    def explained(self) -> bool:
        """Whether Close shows what Adj Close counts out: on the day of a split or a dividend Close moves against the
        factor. Where it does not, Adj Close itself jumps, which no split and no dividend does."""
        return -self.close * math.copysign(1, self.step) > _SHOWN_BY_CLOSE * abs(self.step)

    def text(self) -> str:
        return f"Adj Close moved by {changed(self.adjusted)} on {self.date}, where Close moved by {changed(self.close)}"


def find_jumps(raw: RawTable) -> tuple[Jump, ...]:
    """Every jump of the factor between rows that have both prices, oldest first; none without both columns."""
    if not {"close", "adj_close"} <= raw.columns.keys():
        return ()
    close, adjusted = raw.columns["close"], raw.columns["adj_close"]
    known = np.flatnonzero((close > 0) & (adjusted > 0))
    rows = known[np.argsort(raw.dates[known], kind="stable")]
    moves, adjusted_moves = np.diff(np.log(close[rows])), np.diff(np.log(adjusted[rows]))
    doubt = _rounding(adjusted[rows]) + _rounding(close[rows])
    return tuple(
        Jump(str(raw.dates[rows[at + 1]]), float(moves[at]), float(adjusted_moves[at]), float(doubt[at]))
        for at in np.flatnonzero(np.abs(adjusted_moves - moves) - doubt > LEAST)
    )


def _rounding(prices: Floats) -> Floats:
    """By how much rounding may have moved the logarithm of each day's change: old prices such as 0.05 are coarse."""
    digits = next(
        (n for n in range(_MOST_DECIMALS) if np.allclose(prices, np.round(prices, n), rtol=0, atol=1e-9)), None
    )
    if digits is None:
        return np.zeros(max(len(prices) - 1, 0))
    half = 0.5 * 10.0**-digits / prices
    return np.asarray(half[1:] + half[:-1])
