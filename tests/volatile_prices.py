"""Made-up daily prices whose volatility is known: each day is a random walk of its own."""

import numpy as np

from tunewright.prices.data.table import PriceTable

STEPS = 40  # within a day


def volatile_prices(rows: int, seed: int, *, memory: float = 0.0, size: float = 0.01) -> PriceTable:
    """`memory` in [0, 1): of the day's log volatility, an AR(1) of standard deviation 0.5; 0 is i.i.d. returns."""
    random = np.random.default_rng(seed)
    logs = np.zeros(rows)
    if memory:
        shocks = 0.5 * (1 - memory**2) ** 0.5 * random.standard_normal(rows)
        for row in range(1, rows):
            logs[row] = memory * logs[row - 1] + shocks[row]
    steps = size * np.exp(logs)[:, None] * random.standard_normal((rows, STEPS)) / STEPS**0.5
    paths = np.cumsum(steps, axis=1)
    opening = np.concatenate([[0.0], np.cumsum(paths[:, -1])[:-1]])
    columns = {
        "open": opening,
        "high": opening + np.maximum(paths.max(axis=1), 0),
        "low": opening + np.minimum(paths.min(axis=1), 0),
        "close": opening + paths[:, -1],
    }
    dates = np.busday_offset("2000-01-03", np.arange(rows), roll="forward")
    return PriceTable(dates, {name: 100 * np.exp(values) for name, values in columns.items()})
