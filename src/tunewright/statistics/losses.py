"""How much less the model errs than the benchmark, day by day; all arrays of shape (n,), on one scale."""

import numpy as np

from tunewright.core.errors import DataError
from tunewright.statistics.matching import Prices, check_matching

ROUNDING = 1e-12  # forecasts closer than this share of the largest price differ by rounding only
CONSTANT = 1e-10  # so does a series that spreads less than this share of its largest value


def loss_difference(actual: Prices, benchmark: Prices, model: Prices) -> Prices:
    """Squared error of the benchmark less that of the model, day by day."""
    return np.asarray((actual - benchmark) ** 2 - (actual - model) ** 2)


def same_forecast(actual: Prices, benchmark: Prices, model: Prices) -> bool:
    """Whether the two differ by rounding only."""
    return bool(np.max(np.abs(benchmark - model)) <= ROUNDING * np.max(np.abs(actual)))


def constant(series: Prices) -> bool:
    """Whether it spreads by rounding only."""
    return bool(np.std(series) <= CONSTANT * np.max(np.abs(series)))


def standardised_mean(series: Prices, *, horizon: int) -> float | None:
    """mean / sqrt(LRV / n); None where the series has no variance."""
    if constant(series):
        return None
    variance = long_run_variance(series, horizon=horizon)
    return float(np.mean(series)) / (variance / len(series)) ** 0.5 if variance > 0 else None


def long_run_variance(series: Prices, *, horizon: int) -> float:
    """Errors h days ahead overlap by h - 1 days, hence h - 1 autocovariances with equal weights. Such a sum can come
    out negative; then falling (Bartlett) weights, which cannot, stand in."""
    n, centred = len(series), series - np.mean(series)
    covariances = [float(centred[lag:] @ centred[: n - lag]) / n for lag in range(horizon)]
    equal = covariances[0] + 2 * sum(covariances[1:])
    if equal > 0:
        return equal
    return covariances[0] + 2 * sum((1 - lag / horizon) * covariances[lag] for lag in range(1, horizon))


def check_forecasts(actual: Prices, benchmark: Prices, model: Prices, *, horizon: int) -> None:
    """Raises ValueError for arrays that do not match, DataError unless 1 <= horizon < n."""
    check_matching({"actual": actual, "benchmark": benchmark, "model": model})
    if not 1 <= horizon < len(actual):
        raise DataError(
            f"a test of forecasts needs 1 <= horizon < sealed days, found a horizon of {horizon} and "
            f"{len(actual)} days: seal more rows or forecast less far"
        )
