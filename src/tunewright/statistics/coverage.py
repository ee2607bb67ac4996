"""Do intervals miss as often as they are to, and not twice in a row more often than else?"""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.intervals import Flags
from tunewright.statistics.variance import variance_of_mean


@dataclass(frozen=True)
class Christoffersen:
    """unconditional: is the share of misses the wanted one? independence: is a miss as likely after a miss as after
    none? conditional: both at once."""

    unconditional: TestResult
    independence: TestResult
    conditional: TestResult


def christoffersen(missed: Flags, *, rate: float) -> Christoffersen:
    """The likelihood ratio tests of Christoffersen (1998), "Evaluating interval forecasts". Shape (days,), one day
    ahead, two days at least; `rate` the share of misses wanted.

    With n[i] days of which i = 1 is a miss, p = n[1] / n, and n[i, j] days j after a day i, p[i] = n[i, 1] / n[i, .]:

        unconditional  -2 ln(L(rate) / L(p)), chi-square of 1 degree; L(p) = (1 - p)^n[0] p^n[1]
        independence   -2 ln(L(p) / L(p[0], p[1])), chi-square of 1 degree, p here that of the days after the first
        conditional    -2 ln(L(rate) / L(p[0], p[1])) of the days after the first, chi-square of 2 degrees

    A count of zero adds nothing to a logarithm: 0 ln 0 = 0. The first is Kupiec's (1995).
    """
    before, after = missed[:-1], missed[1:]
    free = _likelihood(after[before]) + _likelihood(after[~before])
    return Christoffersen(
        unconditional=_ratio(_likelihood(missed, rate), _likelihood(missed), degrees=1),
        independence=_ratio(_likelihood(after), free, degrees=1),
        conditional=_ratio(_likelihood(after, rate), free, degrees=2),
    )


def _likelihood(missed: Flags, rate: float | None = None) -> float:
    """The logarithm of the probability of so many misses; without a rate, of the share that was missed."""
    count, misses = len(missed), int(missed.sum())
    chance = misses / max(1, count) if rate is None else rate
    return float(special.xlogy(count - misses, 1 - chance) + special.xlogy(misses, chance))


def _ratio(bound: float, free: float, *, degrees: int) -> TestResult:
    statistic = max(0.0, 2 * (free - bound))
    return TestResult(statistic, float(stats.chi2.sf(statistic, degrees)))


def coverage_test(missed: Flags, learnt: Flags, *, rate: float, horizon: int) -> TestResult:
    """Is the share of misses the wanted one, where days depend on their neighbours? Two-sided, Student's t; a positive
    statistic says that there are more. Shapes (days,) and (n,).

        statistic = (mean(missed) - rate) / sqrt(V(missed) + V(learnt))

    learnt: the misses among the errors that the interval was made of. Their share is right by construction, but other
    errors would have made another interval, and with as many errors as days that doubles the variance. V is that of
    `variance_of_mean`, and no less than that of independent days; degrees of freedom after Welch and Satterthwaite.
    """
    parts = [_variance(flags, rate=rate, horizon=horizon) for flags in (missed, learnt)]
    variance = sum(part for part, _ in parts)
    freedom = variance**2 / sum(part**2 / degrees for part, degrees in parts)
    statistic = (float(missed.mean()) - rate) / variance**0.5
    return TestResult(statistic, min(1.0, 2 * float(stats.t.sf(abs(statistic), freedom))))


def _variance(missed: Flags, *, rate: float, horizon: int) -> tuple[float, int]:
    variance, freedom = variance_of_mean(missed.astype(np.float64) - missed.mean(), horizon=horizon)
    return max(variance, rate * (1 - rate) / len(missed)), freedom
