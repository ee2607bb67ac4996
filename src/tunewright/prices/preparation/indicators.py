"""The formulas of the features that look back over several rows, or at the calendar.

Arrays of shape (rows,) in and out. Rows before the first in which a figure is defined hold 0. Each figure is computed
from its own rows alone, not by updating the figure before, so that no row further back has any part in it.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tunewright.prices.preparation.targets import trailing_mean

Array = npt.NDArray[np.float64]
Indicator = Callable[[Array], Array]


def log_return(close: Array) -> Array:
    """ln(close / close of the row before), from row 1 on."""
    logs = np.log(close)
    return np.diff(logs, prepend=logs[:1])


def log_volume_change(volume: Array) -> Array:
    """ln((1 + volume) / (1 + volume of the row before)), from row 1 on; 0 where nothing was traded in one of the two.

    From or to nothing is no ratio: ln(1 + volume) alone would be 21 for a thousand million, and dwarf all others.
    """
    logs = np.log1p(volume)
    changes = np.diff(logs, prepend=logs[:1])
    traded = volume > 0
    return np.where(traded & np.concatenate([traded[:1], traded[:-1]]), changes, 0.0)


def return_mean(rows: int) -> Indicator:
    """Mean of the last `rows` log returns, from row `rows` on."""
    return lambda close: _mean(log_return(close), rows, first=rows)


def return_std(rows: int) -> Indicator:
    """Standard deviation (divisor `rows`) of the last `rows` log returns, from row `rows` on."""

    def compute(close: Array) -> Array:
        returns = log_return(close)
        mean = trailing_mean(returns, rows)[rows - 1 :]
        squares = sum((returns[shift : shift + len(mean)] - mean) ** 2 for shift in range(rows))
        result = np.zeros(len(returns))
        result[rows:] = np.sqrt(squares / rows)[1:]
        return result

    return compute


def rsi(rows: int) -> Indicator:
    """Cutler's relative strength index, 0 to 100: the rises' share of the last `rows` changes; 50 where all are 0.

    Unlike Wilder's, which smooths exponentially, it has an end to its look-back.
    """

    def compute(close: Array) -> Array:
        change = np.diff(close, prepend=close[:1])
        rises = _mean(np.maximum(change, 0), rows, first=rows)
        moves = _mean(np.abs(change), rows, first=rows)
        share = np.divide(rises, moves, out=np.full_like(moves, 0.5), where=moves > 0)
        share[:rows] = 0
        return 100 * share

    return compute


def macd(fast: int, slow: int) -> Indicator:
    """(mean of the last `fast` closes - mean of the last `slow`) / close, from row `slow` - 1 on."""

    def compute(close: Array) -> Array:
        quick, slowly = (_mean(close, rows, first=slow - 1) for rows in (fast, slow))
        return (quick - slowly) / close

    return compute


def weekly(wave: Callable[[Array], Array]) -> Indicator:
    """wave(2 pi weekday / 7), Monday is 0; day: days since 1970-01-01, a Thursday."""
    return lambda day: wave(2 * np.pi * ((day + 3) % 7) / 7)


def yearly(wave: Callable[[Array], Array]) -> Indicator:
    """wave(2 pi (month - 1) / 12); day: days since 1970-01-01."""
    return lambda day: wave(2 * np.pi * (_months(day) % 12) / 12)


def _months(day: Array) -> Array:
    return day.astype(np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64).astype(np.float64)


def _mean(values: Array, rows: int, *, first: int) -> Array:
    """The mean of the last `rows` values in each row, from row `first` on, and 0 before."""
    means = trailing_mean(values, rows)
    means[:first] = 0
    return means
