"""The one place where anything is fitted to data before training: on one fold's training rows.

Unfitted and fitted are different types: `Preparation` is a choice, `FittedPreparation` holds what was learnt from the
training rows, and only the latter makes samples.
"""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.core.errors import DataError
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.features import compute, warmup
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.har import LOOK_BACK, smearing
from tunewright.prices.preparation.names import Measure, ScalerKind, Target
from tunewright.prices.preparation.scaling import FittedScaler, fit_scaler
from tunewright.prices.preparation.seal import Development
from tunewright.prices.preparation.targets import Quantity, Volatility, decode, encode, quantity_for
from tunewright.prices.preparation.windows import LastValue, Samples, Windows

Array = npt.NDArray[np.float64]
VOLATILITY_ROWS = 40
"""Training rows beyond its look-back that the volatility target needs at least, to learn its `smearing` from."""


@dataclass(frozen=True)
class Preparation:
    """What the model sees and what it forecasts.

    features: names from `FEATURES`. target: `log_return` = ln(close[t + horizon] / close[t]), `close` itself, or
    `volatility`: the logarithm of its mean over the next `horizon` days, each measured as `volatility` says.
    scaler: of the inputs, and of the target where that is `close`; logarithms are always standardised.
    time_step: rows in a window.
    """

    features: tuple[str, ...]
    target: Target = "log_return"
    scaler: ScalerKind = "standard"
    time_step: int = 20
    horizon: int = 1
    volatility: Measure = "log_range"

    def quantity(self) -> Quantity:
        """What is forecast, on its own scale."""
        return quantity_for(self.target, measure=self.volatility, horizon=self.horizon)

    def forecasts(self) -> tuple[str, int]:
        """What a model's output stands for: the quantity by name, and how many days ahead."""
        return (self.volatility if self.target == "volatility" else self.target), self.horizon

    def own_past(self) -> str | None:
        """The feature that is the past of what the model forecasts. None for a log return: it is a change from the last
        value already, and nothing that goes on from one day to the next."""
        if self.target == "volatility":
            return "log_range" if self.volatility == "log_range" else "log_absolute_return"
        return "close" if self.target == "close" else None

    def history(self) -> int:
        """Number of rows up to and including the origin that one forecast needs."""
        return max(self.time_step + warmup(self.features), self.quantity().look_back)


@dataclass(frozen=True)
class FittedPreparation:
    """A preparation with the figures it learnt from its training rows.

    lift: what a forecast is multiplied with because the mean lies above exp(mean of the logarithm); see `smearing`.
    """

    spec: Preparation
    inputs: FittedScaler
    target: FittedScaler
    lift: float = 1.0

    def windows(self, table: PriceTable, origins: npt.NDArray[np.int64]) -> Windows:
        """Windows ending in the rows `origins` of the table, scaled."""
        series = self.inputs.transform(compute(table, self.spec.features)).astype(np.float32)
        return Windows(series, origins, self.spec.time_step, self.last_value())

    def last_value(self) -> LastValue | None:
        """Where the inputs hold what is forecast, as it is known last; None where they do not."""
        name = self.spec.own_past()
        if name is None or name not in self.spec.features:
            return None
        feature, target = self.spec.features.index(name), self.target
        slope = self.inputs.scale[feature] / target.scale[0]
        return LastValue(feature, slope, (self.inputs.centre[feature] - target.centre[0]) / target.scale[0])

    def samples(self, table: PriceTable, rows: Rows) -> Samples:
        """Samples whose target days are `rows`; rows without enough history before them are left out."""
        first = self.spec.history() - 1 + self.spec.horizon
        days = np.arange(max(rows.start, first), rows.stop)
        targets = self.target.transform(_targets(table, days, self.spec)[:, None])[:, 0]
        return Samples(self.windows(table, days - self.spec.horizon), targets.astype(np.float32))

    def to_original(self, predicted: npt.NDArray[np.float32], last: Array) -> Array:
        """Predictions of shape (n,) on the model's scale, back on that of the quantity; `last` = it at the origins."""
        values = self.target.invert(predicted.astype(np.float64)[:, None])[:, 0]
        return self.lift * decode(self.spec.target, values, last)

    def as_dict(self) -> dict[str, Json]:
        spec = {**asdict(self.spec), "features": list(self.spec.features)}
        fitted: dict[str, Json] = {"inputs": self.inputs.as_dict(), "target": self.target.as_dict()}
        if self.spec.target == "volatility":
            return {"spec": spec, **fitted, "lift": self.lift}
        del spec["volatility"]
        return {"spec": spec, **fitted}


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
    kind: ScalerKind = spec.scaler if spec.target == "close" else "standard"
    targets = _targets(table, days, spec)[:, None]
    return FittedPreparation(
        spec, fit_scaler(spec.scaler, inputs), fit_scaler(kind, targets), _lift(table, train, spec.quantity())
    )


def _targets(table: PriceTable, days: npt.NDArray[np.int64], spec: Preparation) -> Array:
    series = spec.quantity().series(table)
    return encode(spec.target, series[days], series[days - spec.horizon])


def _lift(table: PriceTable, train: Rows, quantity: Quantity) -> float:
    if not isinstance(quantity, Volatility):
        return 1.0
    first = LOOK_BACK + quantity.look_back
    if train.stop - max(train.start, first) < VOLATILITY_ROWS:
        raise DataError(
            f"the target 'volatility' needs at least {first + VOLATILITY_ROWS} training rows, found {len(train)}: "
            "use more data or fewer folds"
        )
    days = np.arange(max(train.start, first), train.stop)
    return smearing(quantity.daily(table), quantity.series(table), days, horizon=quantity.horizon)
