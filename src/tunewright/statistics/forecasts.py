"""Could it be luck? Tests that compare two forecasts of the same prices by squared error.

In every test the statistic is positive where the model errs less than the benchmark. Where two forecasts are
the same, or their losses differ by the same amount every day, there is no variance to test against: the
statistic is 0.0 and p is 1.0, never NaN.
"""

from dataclasses import asdict, dataclass

import numpy as np
from scipy import stats

from tunewright.statistics.levels import LEVEL
from tunewright.statistics.losses import check_forecasts, constant, loss_difference, same_forecast, standardised_mean
from tunewright.statistics.matching import Prices
from tunewright.statistics.variance import mean_test, variance_of_mean


@dataclass(frozen=True)
class TestResult:
    """A test's statistic and its p-value in [0, 1]; both finite."""

    __test__ = False  # a value, not a test case, whatever its name tells a test collector

    statistic: float
    p: float

    def as_dict(self) -> dict[str, float]:
        """Both numbers under their names, ready for JSON."""
        return asdict(self)


UNDECIDED = TestResult(statistic=0.0, p=1.0)


def diebold_mariano(actual: Prices, benchmark: Prices, model: Prices, *, horizon: int = 1) -> TestResult:
    """Are the two forecasts' squared errors equal on average? Two-sided. Arrays of shape (n,), price units.

    d[t] = e0[t]^2 - e1[t]^2 (Diebold & Mariano 1995). One day ahead, statistic = mean(d) / sqrt(var(d) / n), times the
    small-sample factor sqrt((n - 1) / n), against Student's t with n - 1 degrees of freedom (Harvey, Leybourne &
    Newbold 1997). Further ahead their sum of autocovariances tells equal forecasts apart three to eight times too often
    (250 days, 20 and 60 ahead), so the test is `mean_test`, with its variance and its degrees of freedom.

    Raises ValueError for arrays that do not match, DataError unless 1 <= horizon < n.
    """
    check_forecasts(actual, benchmark, model, horizon=horizon)
    if same_forecast(actual, benchmark, model):
        return UNDECIDED
    difference = loss_difference(actual, benchmark, model)
    ratio = standardised_mean(difference, horizon=horizon)
    if ratio is None:
        return UNDECIDED
    if horizon > 1:
        return TestResult(*mean_test(difference, horizon=horizon))
    n = len(actual)
    statistic = ratio * ((n - 1) / n) ** 0.5
    return TestResult(statistic=statistic, p=min(1.0, 2 * float(stats.t.sf(abs(statistic), n - 1))))


def clark_west(
    actual: Prices, benchmark: Prices, model: Prices, *, horizon: int = 1, clustered: bool = False
) -> TestResult:
    """Does the model know something that the benchmark nested in it does not? One-sided. Arrays: shape (n,).

    f[t] = e0[t]^2 - (e1[t]^2 - (benchmark[t] - model[t])^2), statistic = mean(f) / sqrt(var(mean(f))) (Clark & West
    2007). The last value is a special case of almost any model, which pays for every parameter that is truly zero; the
    last term takes that payment out, where Diebold-Mariano would be too strict.

    One day ahead the variance is that of independent days, against the standard normal, as in the paper. Further ahead
    its sum of autocovariances calls noise a skill four times too often (250 days, 20 ahead), so the variance is that of
    `variance_of_mean`, against Student's t with its degrees of freedom. So it is one day ahead where losses are
    `clustered`, as those of volatility are. Twenty and sixty days ahead noise is then called a skill in 1.2 to 2.0 % of
    series at 1 %: sums of products of past and later moves are skewed (docs/calibration.md).

    Raises ValueError for arrays that do not match, DataError unless 1 <= horizon < n.
    """
    check_forecasts(actual, benchmark, model, horizon=horizon)
    if same_forecast(actual, benchmark, model):
        return UNDECIDED
    payment = (benchmark - model) ** 2
    gain = loss_difference(actual, benchmark, model) + payment
    if horizon == 1 and not clustered:
        ratio = standardised_mean(gain, horizon=1)
        return UNDECIDED if ratio is None else TestResult(statistic=ratio, p=float(stats.norm.sf(ratio)))
    if constant(gain):
        return UNDECIDED
    variance, freedom = variance_of_mean(gain, horizon=horizon)
    ratio = float(np.mean(gain)) / variance**0.5
    return TestResult(statistic=ratio, p=float(stats.t.sf(ratio, freedom)))


def smallest_detectable_skill(n: int, *, level: float = LEVEL, power: float = 0.8) -> float:
    """The smallest skill (share of the squared error taken off) that Clark-West finds with chance `power`.

    (z[1 - level] + z[power])^2 / n, from its statistic being about sqrt(n R^2); `n` counts days that do not
    overlap. At most 1.0, since no skill is larger: then the test is too short to show any.
    """
    if n < 1:
        raise ValueError(f"the smallest detectable skill needs at least one day, found {n}: pass the number of days")
    return min(1.0, float(stats.norm.isf(level) + stats.norm.ppf(power)) ** 2 / n)
