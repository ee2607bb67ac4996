"""Is the direction named right more often than by always naming the commoner one?"""

from scipy import stats

from tunewright.statistics.proportions import Flags
from tunewright.statistics.variance import variance_of_mean


def direction_test(right: Flags, majority_right: Flags, *, horizon: int) -> float:
    """One-sided p of a model that is right on `right` against always naming the majority direction, which is right on
    `majority_right`: the same days in order of time, shape (n,) each.

    Where the majority turned, so that naming it was right less than half the time, p is against a coin.

    One day ahead, days do not overlap: binomial, with the benchmark's share taken as known. Further ahead, neighbouring
    days share most of their way, so twenty of them tell little more than one: the mean of the daily differences, its
    variance as in `paired`, against Student's t.
    """
    chance = float(majority_right.mean())
    if horizon == 1:
        return float(stats.binom.sf(int(right.sum()) - 1, len(right), max(chance, 0.5)))
    differences = right - (majority_right.astype(float) if chance >= 0.5 else 0.5)
    variance, freedom = variance_of_mean(differences, horizon=horizon)
    return float(stats.t.sf(differences.mean() / variance**0.5, freedom)) if variance > 0 else 1.0
