"""The one place where anything is fitted to data before training: on one fold's training rows.

Unfitted and fitted are different types: `Preparation` is a choice, `FittedPreparation` holds what was learnt from the
training rows, and only the latter makes samples.
"""

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.core.errors import DataError
from tunewright.data.table import PriceTable
from tunewright.preparation.features import compute, warmup
from tunewright.preparation.folds import Rows
from tunewright.preparation.scaling import FittedScaler, ScalerKind, fit_scaler
from tunewright.preparation.seal import Development
from tunewright.preparation.windows import Samples, Windows

Array = npt.NDArray[np.float64]
Target = Literal["log_return", "close"]


@dataclass(frozen=True)
class Preparation:
    """What the model sees and what it forecasts.

    features: names from `FEATURES`. target: `log_return` = ln(close[t + horizon] / close[t]), or `close` itself.
    scaler: of the inputs, and of the target where that is `close`; a log return is always standardised.
    time_step: rows in a window.
    """

    features: tuple[str, ...]
    target: Target = "log_return"
    scaler: ScalerKind = "standard"
    time_step: int = 20
    horizon: int = 1

    def history(self) -> int:
        """Number of rows up to and including the origin that one forecast needs."""
        return self.time_step + warmup(self.features)


@dataclass(frozen=True)
class FittedPreparation:
    """A preparation with the figures it learnt from its training rows."""

    spec: Preparation
    inputs: FittedScaler
    target: FittedScaler

    def windows(self, table: PriceTable, origins: npt.NDArray[np.int64]) -> Windows:
        """Windows ending in the rows `origins` of the table, scaled."""
        series = self.inputs.transform(compute(table, self.spec.features)).astype(np.float32)
        return Windows(series, origins, self.spec.time_step)

    def samples(self, table: PriceTable, rows: Rows) -> Samples:
        """Samples whose targets are the closes of `rows`; rows without enough history before them are left out."""
        first = self.spec.history() - 1 + self.spec.horizon
        days = np.arange(max(rows.start, first), rows.stop)
        targets = self.target.transform(_targets(table.close, days, self.spec)[:, None])[:, 0]
        return Samples(self.windows(table, days - self.spec.horizon), targets.astype(np.float32))

    def to_price(self, predicted: npt.NDArray[np.float32], last: Array) -> Array:
        """Predictions of shape (n,) on the model's scale, back on the price scale; `last` = close at the origins."""
        values = self.target.invert(predicted.astype(np.float64)[:, None])[:, 0]
        return last * np.exp(values) if self.spec.target == "log_return" else values

    def as_dict(self) -> dict[str, Json]:
        spec = {**asdict(self.spec), "features": list(self.spec.features)}
        return {"spec": spec, "inputs": self.inputs.as_dict(), "target": self.target.as_dict()}


def fit_preparation(development: Development, train: Rows, spec: Preparation) -> FittedPreparation:
    """Learn the scalers from the rows `train` alone. Raises DataError where they are fewer than a window needs."""
    first = spec.history() - 1 + spec.horizon
    if train.stop - max(train.start, first) < 2:
        raise DataError(
            f"a window of {spec.time_step} rows needs at least {first + 2} training rows, found {len(train)}: "
            "use more data, a smaller time_step, or fewer folds"
        )
    table = development.table.head(train.stop)
    inputs = compute(table, spec.features)[max(train.start, warmup(spec.features)) :]
    days = np.arange(max(train.start, spec.horizon), train.stop)
    kind: ScalerKind = "standard" if spec.target == "log_return" else spec.scaler
    targets = _targets(table.close, days, spec)[:, None]
    return FittedPreparation(spec, fit_scaler(spec.scaler, inputs), fit_scaler(kind, targets))


def _targets(close: Array, days: npt.NDArray[np.int64], spec: Preparation) -> Array:
    if spec.target == "close":
        return close[days]
    return np.log(close[days] / close[days - spec.horizon])
