"""The series of all members one after another: each is there once, and windows are rows of it."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tunewright.prices.preparation.windows import Samples


class Shelf:
    """Of samples whose series have equally many features."""

    def __init__(self, samples: Iterable[Samples]) -> None:
        self._starts: dict[int, int] = {}
        self._kept: list[npt.NDArray[np.float32]] = []
        rows = 0
        for one in samples:
            series = one.windows.series
            if id(series) not in self._starts:
                self._starts[id(series)] = rows
                self._kept.append(series)
                rows += len(series)

    def series(self) -> Tensor:
        """Of shape (rows, features)."""
        return torch.from_numpy(np.concatenate(self._kept))

    def ends(self, samples: Samples) -> Tensor:
        """The last row of each window, int64 of shape (windows,)."""
        return torch.from_numpy(samples.windows.origins + self._starts[id(samples.windows.series)])
