"""predictions.csv as arrays."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tunewright.prices.report.subject import Subject
from tunewright.report.files import fail, read_text, shorten
from tunewright.report.values import Dates, Floats


@dataclass(frozen=True)
class Predictions:
    """The sealed test on the scale of what was forecast; arrays of shape (n,), `last_value` is what was last known."""

    dates: Dates
    actual: Floats
    model: Floats
    last_value: Floats


def read_predictions(path: Path, subject: Subject) -> Predictions:
    """predictions.csv as arrays (RunFolderError: missing, wrong columns, no rows, a value not finite)."""
    read_text(path)
    columns = ("date", subject.column, *subject.forecasts)
    try:
        table = pd.read_csv(path)
    except ValueError as error:
        fail(path, f"expected a table, found a fault: {shorten(str(error))}", cause=error)
    absent = [name for name in columns if name not in table.columns]
    if absent:
        fail(path, f"expected the columns {', '.join(columns)}, found none named {', '.join(absent)}")
    if table.empty:
        fail(path, "expected one row per sealed day, found none")
    try:
        dates = pd.to_datetime(table["date"], format="ISO8601").to_numpy(dtype="datetime64[D]")
        values = table[list(columns[1:])].to_numpy(dtype=np.float64)
    except (ValueError, TypeError) as error:
        fail(path, f"expected ISO dates and numbers, found a fault: {shorten(str(error))}", cause=error)
    bad = ~np.isfinite(values).all(axis=1) | np.isnat(dates)
    if bad.any():
        fail(path, f"expected finite numbers and dates, found a row without (line {int(bad.argmax()) + 2})")
    if (np.diff(dates) <= np.timedelta64(0, "D")).any():
        fail(path, "expected each date once, in order, found them out of order or twice")
    used = (subject.column, "model", "last_value")
    return Predictions(dates, *(values[:, columns.index(name) - 1].copy() for name in used))
