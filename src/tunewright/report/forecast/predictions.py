"""predictions.csv as arrays."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tunewright.report.files import fail, read_text, shorten
from tunewright.report.values import Dates, Floats

FORECASTS = ("model", "last_value", "drift", "ridge")
COLUMNS = ("date", "close", *FORECASTS)


@dataclass(frozen=True)
class Predictions:
    """The sealed test on the price scale; arrays of shape (n,), `last_value` is the last known close."""

    dates: Dates
    close: Floats
    model: Floats
    last_value: Floats
    drift: Floats
    ridge: Floats


def read_predictions(path: Path) -> Predictions:
    """predictions.csv as arrays (RunFolderError: missing, wrong columns, no rows, a value not finite)."""
    read_text(path)
    try:
        table = pd.read_csv(path)
    except ValueError as error:
        fail(path, f"expected a table, found a fault: {shorten(str(error))}", cause=error)
    absent = [name for name in COLUMNS if name not in table.columns]
    if absent:
        fail(path, f"expected the columns {', '.join(COLUMNS)}, found none named {', '.join(absent)}")
    if table.empty:
        fail(path, "expected one row per sealed day, found none")
    try:
        dates = pd.to_datetime(table["date"], format="ISO8601").to_numpy(dtype="datetime64[D]")
        values = table[list(COLUMNS[1:])].to_numpy(dtype=np.float64)
    except (ValueError, TypeError) as error:
        fail(path, f"expected ISO dates and numbers, found a fault: {shorten(str(error))}", cause=error)
    bad = ~np.isfinite(values).all(axis=1) | np.isnat(dates)
    if bad.any():
        fail(path, f"expected finite numbers and dates, found a row without (line {int(bad.argmax()) + 2})")
    if (np.diff(dates) <= np.timedelta64(0, "D")).any():
        fail(path, "expected each date once, in order, found them out of order or twice")
    return Predictions(dates, *(values[:, column].copy() for column in range(values.shape[1])))
