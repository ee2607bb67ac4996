"""Intervals that hold what comes as often as they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Bounds:
    """The two ends of an interval for each day, shape (days,)."""

    low: Array
    high: Array

    def missed(self, values: Array) -> Flags:
        """The days whose value lies outside, shape (days,)."""
        return (values < self.low) | (values > self.high)

    def times(self, scale: Array) -> "Bounds":
        """The same intervals on another scale; shape (days,), above zero."""
        return Bounds(self.low * scale, self.high * scale)


def conformal_bounds(errors: Sequence[float], *, coverage: float) -> tuple[float, float] | None:
    """The two of these errors, in ascending order, between which the next one lies with probability `coverage` or more.

    Of n errors that the next one is exchangeable with, those of rank floor((n + 1) t) and ceil((n + 1) (1 - t)), where
    t = (1 - coverage) / 2 (Vovk, Gammerman & Shafer 2005; Lei et al. 2018, "Distribution-free predictive inference for
    regression"). None where n errors are too few for that: fewer than 1 / t - 1, 19 of them for 90 %.
    """
    count, tail = len(errors), (1 - coverage) / 2
    # A share that is a whole rank must not miss it by rounding: (1 - 0.9) / 2 * 20 is 0.9999999999999998.
    lower, upper = floor((count + 1) * tail + 1e-9), ceil((count + 1) * (1 - tail) - 1e-9)
    return (errors[lower - 1], errors[upper - 1]) if lower >= 1 and upper <= count else None


def fixed_bounds(known: Array, *, coverage: float, days: int) -> Bounds:
    """The `conformal_bounds` of the scores known, shape (n,), on each of so many days.

    Scores may be errors, or errors in units of a spread that is known when the forecast is made: split conformal
    intervals, locally weighted (Lei et al. 2018, section 5.2; Romano, Patterson & Candes 2019). Raises ValueError where
    the scores are too few.
    """
    found = conformal_bounds(np.sort(known).tolist(), coverage=coverage)
    if found is None:
        raise ValueError(f"{len(known)} scores are too few for intervals of {coverage:.0%}: give more of them")
    low, high = found
    return Bounds(np.full(days, low), np.full(days, high))
