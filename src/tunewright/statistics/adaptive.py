"""Intervals that learn from their misses: adaptive conformal inference.

Of days t = 1, 2, ... with the share of misses wanted, a, and the rate of learning, g (Gibbs & Candes 2021, "Adaptive
conformal inference under distribution shift"):

    alpha[1] = a
    alpha[t] = alpha[t - 1] + g (a - missed[t - delay])

A miss widens the next intervals, and each day that is held narrows them a little, so that in the long run the share of
misses is a, whatever the series does. A forecast made `delay` days ahead knows of the days up to t - delay alone.
"""

from bisect import insort
from collections.abc import Sequence

import numpy as np

from tunewright.statistics.intervals import Array, Bounds, conformal_bounds

RATE = 0.005
"""The paper's rate of learning."""


def adaptive_bounds(known: Array, scores: Array, *, coverage: float, delay: int = 1, rate: float = RATE) -> Bounds:
    """The interval of each day, shape (days,), from the scores known, shape (n,), and from those of days that are over.

    scores: of the days themselves, in order of time; each joins those known `delay` days later. Where alpha asks for
    more than these can tell, the interval reaches from the least to the greatest of them: the paper's would be without
    end. Raises ValueError where nothing is known.
    """
    if not len(known):
        raise ValueError("expected one known score at least, found none: give what to begin with")
    ranked, wanted = np.sort(known).tolist(), 1 - coverage
    bounds, missed, alpha = np.empty((len(scores), 2)), np.zeros(len(scores)), wanted
    for day, score in enumerate(scores.tolist()):
        over = day - delay
        if over >= 0:
            alpha += rate * (wanted - missed[over])
            insort(ranked, float(scores[over]))
        bounds[day] = low, high = _reach(ranked, alpha)
        missed[day] = not low <= score <= high
    return Bounds(bounds[:, 0].copy(), bounds[:, 1].copy())


def _reach(ranked: Sequence[float], alpha: float) -> tuple[float, float]:
    coverage = min(1.0, max(0.0, 1 - alpha))
    return conformal_bounds(ranked, coverage=coverage) or (ranked[0], ranked[-1])
