"""From a table of prices to windows for an estimator: X, y and the days. Nothing is scaled yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import DataError
from tunewright.core.words import closest
from tunewright.interop.sklearn.checking import value_errors
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.features import compute
from tunewright.prices.preparation.names import FEATURE_NAMES, Measure, Target
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.preparation.targets import encode

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]
_SOURCE = "the DataFrame"


@dataclass(frozen=True, eq=False)
class PriceWindows:
    """Windows with what followed them, oldest first.

    X: shape (samples, time_step * features), row by row in the order of time, as `LSTMForecaster` takes it. y: shape
    (samples,), what is forecast. days: shape (samples,), the days on which y is known, datetime64[D]. last: shape
    (samples,), the quantity (close or volatility) at each window's end; for the target `log_return` the price is
    last * exp(y). newest: shape (horizon, time_step * features), the windows at the end, whose y is not known yet.
    card: what was found in the table, what was mended, and what looks odd.
    """

    X: Array
    y: Array
    days: npt.NDArray[np.datetime64]
    last: Array
    newest: Array
    card: DataCard


def price_windows(
    frame: "pd.DataFrame",
    *,
    features: Sequence[str] = ("log_return",),
    target: Target = "log_return",
    time_step: int = 20,
    horizon: int = 1,
) -> PriceWindows:
    """Windows of daily prices, read as a file of them is (docs/data.md): columns by their usual titles, the dates in
    the index or in a column.

    features, target, time_step, horizon: as in [preparation] of an experiment on prices (docs/experiment-file.md), but
    for features of other series and of the user's. Every window ends `horizon` rows before the day of its y. The
    volatility is the log range where there is a high and a low, else the absolute return. Raises ValueError.
    """
    with value_errors():
        table, card = read_price_bytes(_as_csv(frame), _SOURCE, ReadingOptions(decimals="point"))
        measure: Measure = "log_range" if {"high", "low"} <= set(table.columns) else "absolute_return"
        spec = _checked(Preparation(tuple(features), target, "none", time_step, horizon, measure))
        first = spec.history() - 1
        if len(table) <= first + horizon:
            raise DataError(
                f"{_SOURCE}: a window of {time_step} rows of {', '.join(spec.features)} and its target need at least "
                f"{first + horizon + 1} rows of prices, found {len(table)}; give more, or a smaller time_step"
            )
        windows, quantity = _windows(table, spec, first), spec.quantity().series(table)
    days, last = np.arange(first + horizon, len(table)), quantity[first : len(table) - horizon]
    y = encode(target, quantity[days], last)
    return PriceWindows(windows[:-horizon], y, table.dates[days], last, windows[-horizon:], card)


def _windows(table: PriceTable, spec: Preparation, first: int) -> Array:
    """All windows that end in the row `first` or later."""
    rows = np.arange(first, len(table))[:, None] + np.arange(1 - spec.time_step, 1)
    found: Array = compute(table, spec.features)[rows].reshape(len(rows), -1)
    return found


def _checked(spec: Preparation) -> Preparation:
    for name in spec.features:
        if name not in FEATURE_NAMES:
            raise DataError(f"features: unknown feature {name!r}; {closest(str(name), FEATURE_NAMES)}")
    if not spec.features or len(set(spec.features)) != len(spec.features):
        raise DataError(f"features: expected different names, at least one, found {list(spec.features)}")
    if spec.target not in ("log_return", "close", "volatility"):
        raise DataError(f"target: unknown target {spec.target!r}; expected log_return, close or volatility")
    for name in ("time_step", "horizon"):
        value = getattr(spec, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise DataError(f"{name}: expected a whole number from 1, found {value!r}")
    return spec


def _as_csv(frame: "pd.DataFrame") -> bytes:
    """The table as the readers take it. An index of numbers says nothing; any other is the dates."""
    if not hasattr(frame, "to_csv"):
        raise DataError(f"frame: expected a pandas DataFrame of daily prices, found {type(frame).__name__}")
    dated = not (isinstance(frame.index.dtype, np.dtype) and frame.index.dtype.kind in "iuf")
    text = frame.to_csv(index=dated, index_label=str(frame.index.name or "Date") if dated else None)
    return text.encode()
