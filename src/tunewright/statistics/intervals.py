"""Intervals that hold what comes as often as they say."""

from collections.abc import Sequence
from math import ceil, floor


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
