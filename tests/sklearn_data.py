"""Samples for estimators of scikit-learn's contract: windows with a signal, pictures of two kinds, prices."""

import random
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin

from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable

Array = npt.NDArray[Any]
STEPS, FEATURES = 4, 2


class Careless(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Draws without a seed when it is fitted, from torch too, which it imports late, and when it forecasts."""

    def __init__(self, width: float = 1.0) -> None:
        self.width = width

    def fit(self, X: Any, y: Any) -> "Careless":
        import torch

        self.n_features_in_ = X.shape[1]
        self.drawn_ = (float(torch.rand(())) + random.random() + float(np.random.rand())) * self.width
        return self

    def predict(self, X: Any) -> Array:
        return self.drawn_ + np.random.rand(len(X))


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
