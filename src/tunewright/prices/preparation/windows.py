"""Windows over one shared series: a batch is gathered when needed, nothing is copied `time_step` times."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class LastValue:
    """Where a row holds the value of what is forecast, as it was in that row: the number of the feature, and the line
    that leads from its scale to the target's."""

    feature: int
    slope: float
    shift: float


@dataclass(frozen=True)
class Windows:
    """The windows that end in the rows `origins`.

    series: float32 of shape (rows, features), shared by all windows. origins: int64 of shape (windows,), each at least
    `time_step - 1`. last_value: None where the features do not hold it.
    """

    series: npt.NDArray[np.float32]
    origins: npt.NDArray[np.int64]
    time_step: int
    last_value: LastValue | None = None

    def __post_init__(self) -> None:
        if len(self.origins) and self.origins.min() < self.time_step - 1:
            raise ValueError(f"a window of {self.time_step} rows cannot end in row {self.origins.min()}")

    def __len__(self) -> int:
        return len(self.origins)

    @property
    def features(self) -> int:
        return int(self.series.shape[1])

    def rows(self) -> npt.NDArray[np.int64]:
        """Row numbers of shape (windows, time_step): `series[rows()]` would be all windows at once."""
        return self.origins[:, None] + np.arange(1 - self.time_step, 1)

    def flattened(self) -> npt.NDArray[np.float32]:
        """All windows as vectors, shape (windows, time_step * features): for linear models."""
        return self.series[self.rows()].reshape(len(self), -1)


@dataclass(frozen=True)
class Samples:
    """Windows with their targets: float32 of shape (windows,), on the model's scale."""

    windows: Windows
    targets: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.windows)
