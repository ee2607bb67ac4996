"""Scaling: every scaler here is a shift and a division, fitted on the rows it is given and on no others."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.prices.preparation.names import ScalerKind

Array = npt.NDArray[np.float64]
SCALERS: tuple[ScalerKind, ...] = get_args(ScalerKind)


@dataclass(frozen=True)
class FittedScaler:
    """`transform(x) = (x - centre) / scale`, column by column."""

    centre: tuple[float, ...]
    scale: tuple[float, ...]

    def transform(self, values: Array) -> Array:
        """Shape (rows, columns) in, the same shape out."""
        scaled: Array = (values - np.array(self.centre)) / np.array(self.scale)
        return scaled

    def invert(self, values: Array) -> Array:
        """Shape (rows, columns) in, the same shape out, on the original scale."""
        original: Array = values * np.array(self.scale) + np.array(self.centre)
        return original

    def as_dict(self) -> dict[str, Json]:
        return {"centre": list(self.centre), "scale": list(self.scale)}


def fit_scaler(kind: ScalerKind, values: Array) -> FittedScaler:
    """Fit on `values` of shape (rows, columns): the same figures as scikit-learn's scalers of these names.

    `minmax` maps the rows given to [0, 1], `standard` to mean 0 and variance 1, `robust` to median 0 and interquartile
    range 1. A column that does not vary is only shifted.
    """
    if kind == "minmax":
        centre, scale = values.min(axis=0), np.ptp(values, axis=0)
    elif kind == "standard":
        centre, scale = values.mean(axis=0), values.std(axis=0)
    elif kind == "robust":
        low, centre, high = np.percentile(values, [25, 50, 75], axis=0)
        scale = high - low
    else:
        centre, scale = np.zeros(values.shape[1]), np.ones(values.shape[1])
    # Summing rounds, so a constant column can have a spread of a few ulp: dividing by that would blow noise up. And an
    # interquartile range that is next to nothing beside the largest value would carry that one out of all range.
    flat = scale <= 10 * np.finfo(np.float64).eps * np.maximum(np.abs(values).max(axis=0), np.finfo(np.float64).tiny)
    scale = np.where(flat, 1.0, scale)
    return FittedScaler(tuple(map(float, centre)), tuple(map(float, scale)))
