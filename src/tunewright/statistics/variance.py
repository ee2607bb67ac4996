"""The variance of a mean of days that depend on their neighbours."""

import numpy as np
import numpy.typing as npt
from scipy import stats

Array = npt.NDArray[np.float64]


def variance_of_mean(series: Array, *, horizon: int) -> tuple[float, int]:
    """The variance of the mean of `series`, shape (days,), whose values may depend on their neighbours', and its
    degrees of freedom, one at least: the mean square of so many cosines of the series (Lazarus, Lewis, Stock & Watson
    2018, "HAR inference: recommendations for practice"), 0.4 n^(2/3) of them, and no more than one to four
    horizons."""
    days = len(series)
    freedom = max(1, int(min(0.4 * days ** (2 / 3), days / (4 * horizon))))
    angles = np.pi * np.outer(np.arange(1, freedom + 1), (np.arange(days) + 0.5) / days)
    waves = np.cos(angles) @ series * (2 / days) ** 0.5
    return float(np.mean(waves**2)) / days, freedom


def mean_test(series: Array, *, horizon: int) -> tuple[float, float]:
    """Student's t of "the mean is zero", and its two-sided p, of values that may depend on their neighbours'; shape
    (days,). (0.0, 1.0) where nothing varies."""
    variance, freedom = variance_of_mean(series, horizon=horizon)
    if not variance > 0:
        return 0.0, 1.0
    ratio = float(np.mean(series)) / variance**0.5
    return ratio, min(1.0, 2 * float(stats.t.sf(abs(ratio), freedom)))
