"""Scores of quantiles: low for those that lie right, and close to what comes."""

from collections.abc import Mapping

import numpy as np

from tunewright.statistics.intervals import Array


def pinball(values: Array, quantile: Array, *, level: float) -> float:
    """The mean pinball loss of a forecast of the quantile at `level`, in units of the values; both of shape (days,).

    level (y - q) where y lies above q, and (1 - level) (q - y) where it lies below: on average least for the true
    quantile (Koenker & Bassett 1978).
    """
    above = values - quantile
    return float(np.mean(np.maximum(level * above, (level - 1) * above)))


def crps(values: Array, quantiles: Mapping[float, Array]) -> float:
    """The continuous ranked probability score of quantiles by their levels, in units of the values: twice the mean of
    their pinball losses (Laio & Tamea 2007; Gneiting & Ranjan 2011).

    The levels are to be even, the middles of n equal parts of 0 to 1. For a forecast that is one number it is the mean
    absolute error.
    """
    return 2 * float(np.mean([pinball(values, quantile, level=level) for level, quantile in quantiles.items()]))
