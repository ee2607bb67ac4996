"""Could it be luck? Tests that compare two forecasts of the same prices by squared error.

In every test the statistic is positive where the model errs less than the benchmark. Where two forecasts are
the same, or their losses differ by the same amount every day, there is no variance to test against: the
statistic is 0.0 and p is 1.0, never NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from arch.bootstrap import SPA
from scipy import stats

from tunewright.core.errors import DataError
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.matching import Prices, check_matching
from tunewright.statistics.variance import mean_test, variance_of_mean

SPA_REPLICATIONS = 1000
FEWEST_SPANS = 80
"""Horizons that the days of a bootstrap must hold, for horizons above one day."""
ROUNDING = 1e-12  # forecasts closer than this share of the largest price differ by rounding only
CONSTANT = 1e-10  # so does a series that spreads less than this share of its largest value


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
    _check(actual, benchmark, model, horizon=horizon)
    if _same_forecast(actual, benchmark, model):
        return UNDECIDED
    difference = _loss_difference(actual, benchmark, model)
    ratio = _standardised_mean(difference, horizon=horizon)
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
    `clustered`, as those of volatility are.

    Raises ValueError for arrays that do not match, DataError unless 1 <= horizon < n.
    """
    _check(actual, benchmark, model, horizon=horizon)
    if _same_forecast(actual, benchmark, model):
        return UNDECIDED
    payment = (benchmark - model) ** 2
    gain = _loss_difference(actual, benchmark, model) + payment
    if horizon == 1 and not clustered:
        ratio = _standardised_mean(gain, horizon=1)
        return UNDECIDED if ratio is None else TestResult(statistic=ratio, p=float(stats.norm.sf(ratio)))
    if np.std(gain) <= CONSTANT * np.max(np.abs(gain)):
        return UNDECIDED
    variance, freedom = variance_of_mean(gain, horizon=horizon)
    ratio = float(np.mean(gain)) / variance**0.5
    return TestResult(statistic=ratio, p=float(stats.t.sf(ratio, freedom)))


def superior_predictive_ability(
    actual: Prices, benchmark: Prices, models: Mapping[str, Prices], *, horizon: int, seed: int
) -> float | None:
    """Does the best of `models` beat the benchmark, though it was picked from several? Arrays: shape (n,).

    The consistent p-value of Hansen (2005), "A test for superior predictive ability": stationary bootstrap,
    1,000 replications, mean block of max(2 * horizon, n^(1/3)) days. It is 1.0 where no model errs less than
    the benchmark, and never below 1/1,000, the finest that so many replications can tell. Models without a
    variance to test against are left out of the comparison, for they cannot win it. None where days are not
    `enough_spans` for a bootstrap.

    Raises ValueError for arrays that do not match, DataError unless 1 <= horizon < n.
    """
    gains = []
    for model in models.values():
        _check(actual, benchmark, model, horizon=horizon)
        if not _same_forecast(actual, benchmark, model):
            difference = _loss_difference(actual, benchmark, model)
            gains.append(standardised_gain(difference, horizon=horizon))
    if not enough_spans(len(actual), horizon=horizon):
        return None
    tested = [gain for gain in gains if gain is not None]
    return spa_of_gains(tested, days=len(actual), horizon=horizon, seed=seed)


def standardised_gain(difference: Prices, *, horizon: int) -> Prices | None:
    """A loss difference (benchmark less model), shape (n,), in units of its long-run standard deviation; None where it
    has no variance."""
    if _standardised_mean(difference, horizon=horizon) is None:
        return None
    return np.asarray(difference / _long_run_variance(difference, horizon=horizon) ** 0.5)


def spa_of_gains(gains: Sequence[Prices], *, days: int, horizon: int, seed: int) -> float:
    """The p of `superior_predictive_ability` from gains by `standardised_gain`, each of shape (days,).

    arch computes the variances but does not divide by them, so one noisy model would drown the others: its columns come
    standardised already, as losses against a benchmark of zero.
    """
    if days < 3 or not gains or max(float(gain.mean()) for gain in gains) <= 0:
        return 1.0  # log(log(n)) in the test needs three days; a statistic of zero refutes nothing
    block = block_of(days, horizon=horizon)
    test = SPA(np.zeros(days), -np.column_stack(gains), block_size=block, reps=SPA_REPLICATIONS, seed=seed)
    test.compute()
    return max(float(test.pvalues["consistent"]), 1 / SPA_REPLICATIONS)


def enough_spans(days: int, *, horizon: int) -> bool:
    """Whether a bootstrap of whole blocks keeps its level. Where errors overlap it needs many blocks of two horizons:
    with 250 days, 20 and 60 ahead, SPA finds superior what is not in 5 and 13 % of tests at 1 %."""
    return horizon == 1 or days >= FEWEST_SPANS * horizon


def block_of(days: int, *, horizon: int) -> int:
    """Mean length of the bootstrap's blocks: errors overlap by the horizon, and losses cluster."""
    return int(min(days - 1, max(2 * horizon, round(days ** (1 / 3)))))


def smallest_detectable_skill(n: int, *, level: float = LEVEL, power: float = 0.8) -> float:
    """The smallest skill (share of the squared error taken off) that Clark-West finds with chance `power`.

    (z[1 - level] + z[power])^2 / n, from its statistic being about sqrt(n R^2); `n` counts days that do not
    overlap. At most 1.0, since no skill is larger: then the test is too short to show any.
    """
    if n < 1:
        raise ValueError(f"the smallest detectable skill needs at least one day, found {n}: pass the number of days")
    return min(1.0, float(stats.norm.isf(level) + stats.norm.ppf(power)) ** 2 / n)


def _loss_difference(actual: Prices, benchmark: Prices, model: Prices) -> Prices:
    return np.asarray((actual - benchmark) ** 2 - (actual - model) ** 2)


def _same_forecast(actual: Prices, benchmark: Prices, model: Prices) -> bool:
    return bool(np.max(np.abs(benchmark - model)) <= ROUNDING * np.max(np.abs(actual)))


def _standardised_mean(series: Prices, *, horizon: int) -> float | None:
    # mean / sqrt(LRV / n); None where the series has no variance.
    if np.std(series) <= CONSTANT * np.max(np.abs(series)):
        return None
    variance = _long_run_variance(series, horizon=horizon)
    return float(np.mean(series)) / (variance / len(series)) ** 0.5 if variance > 0 else None


def _long_run_variance(series: Prices, *, horizon: int) -> float:
    # Errors h days ahead overlap by h - 1 days, hence h - 1 autocovariances with equal weights. Such a sum
    # can come out negative; then falling (Bartlett) weights, which cannot, stand in.
    n, centred = len(series), series - np.mean(series)
    covariances = [float(centred[lag:] @ centred[: n - lag]) / n for lag in range(horizon)]
    equal = covariances[0] + 2 * sum(covariances[1:])
    if equal > 0:
        return equal
    return covariances[0] + 2 * sum((1 - lag / horizon) * covariances[lag] for lag in range(1, horizon))


def _check(actual: Prices, benchmark: Prices, model: Prices, *, horizon: int) -> None:
    check_matching({"actual": actual, "benchmark": benchmark, "model": model})
    if not 1 <= horizon < len(actual):
        raise DataError(
            f"a test of forecasts needs 1 <= horizon < sealed days, found a horizon of {horizon} and "
            f"{len(actual)} days: seal more rows or forecast less far"
        )
