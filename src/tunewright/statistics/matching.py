"""Series of forecasts that belong together."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Prices: TypeAlias = NDArray[np.float64]


def check_matching(arrays: Mapping[str, Prices]) -> None:
    """Refuse arrays that are not one-dimensional, of one length, and finite (ValueError), by name."""
    first, *_ = arrays
    shape = arrays[first].shape
    if len(shape) != 1:
        raise ValueError(f"{first} has shape {shape}, expected (n,): pass one value per sealed day")
    for name, values in arrays.items():
        if values.shape != shape:
            raise ValueError(f"{name} has shape {values.shape}, expected {shape} like {first}: pass one value per day")
        if not np.all(np.isfinite(values)):
            count = int(np.count_nonzero(~np.isfinite(values)))
            raise ValueError(
                f"{name} must be finite, found {count} values of {len(values)} that are not: mend what computes it"
            )
