"""Samples for estimators of scikit-learn's contract: windows with a signal, pictures of two kinds, prices."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable

Array = npt.NDArray[Any]
STEPS, FEATURES = 4, 2


def windows(samples: int = 120, *, seed: int = 0) -> tuple[Array, Array]:
    """Flat windows in the order of time; the target is near the last row's first feature."""
    generator = np.random.default_rng(seed)
    series = generator.normal(size=(samples + STEPS - 1, FEATURES))
    rows = np.arange(samples)[:, None] + np.arange(STEPS)
    X = series[rows].reshape(samples, -1)
    return X, 3.0 + 2.0 * X[:, -FEATURES] + 0.1 * generator.normal(size=samples)


def pictures(samples: int = 60, *, seed: int = 0) -> tuple[Array, Array]:
    """Bytes of shape (samples, 6, 8, 3): bright on the left or on the right, in no order."""
    generator = np.random.default_rng(seed)
    X = generator.integers(0, 120, size=(samples, 6, 8, 3), dtype=np.uint8)
    right = generator.integers(0, 2, size=samples).astype(bool)
    X[right, :, 4:] += 120
    X[~right, :, :4] += 120
    return X, np.where(right, "right", "left")


def prices(rows: int = 130) -> tuple[PriceTable, pd.DataFrame]:
    """The same prices as a table and as a DataFrame, near 1: what a network takes unscaled."""
    walk = random_walk(rows, seed=3)
    columns = {name: walk.columns[name] / walk.close.mean() for name in ("open", "high", "low", "close")}
    index = pd.DatetimeIndex(walk.dates.astype("datetime64[ns]"), name="Date")
    return PriceTable(walk.dates, columns), pd.DataFrame(columns, index=index)
