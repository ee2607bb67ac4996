"""A run folder's two files -> checked, frozen values. Whatever is missing or broken is one RunFolderError."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from tunewright.core.errors import RunFolderError
from tunewright.report.results import Results

SCHEMA = 1
FORECASTS = ("model", "last_value", "drift", "ridge")
COLUMNS = ("date", "close", *FORECASTS)
REMEDY = "finish the run with `tunewright resume DIR`, or start it again"

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]


@dataclass(frozen=True)
class Predictions:
    """The sealed test on the price scale; arrays of shape (n,), `last_value` is the last known close."""

    dates: Dates
    close: Floats
    model: Floats
    last_value: Floats
    drift: Floats
    ridge: Floats


@dataclass(frozen=True)
class Run:
    results: Results
    predictions: Predictions


def read_run(folder: Path) -> Run:
    """Read and check `folder`/results.json and `folder`/predictions.csv.

    Raises RunFolderError where one is missing, not readable, of another schema, or where the two disagree.
    """
    results = read_results(folder / "results.json")
    path = folder / "predictions.csv"
    predictions = read_predictions(path)
    if len(predictions.dates) != results.test.rows:
        fail(path, f"expected {results.test.rows} rows, as results.json says, found {len(predictions.dates)}")
    return Run(results, predictions)


def read_results(path: Path) -> Results:
    """results.json as a value (RunFolderError: missing, no JSON, another schema, a wrong or missing key)."""
    try:
        record = json.loads(read_text(path), parse_constant=refuse_constant)
    except ValueError as error:
        fail(path, f"expected JSON, found a fault: {error}", cause=error)
    schema = record.get("schema") if isinstance(record, dict) else None
    if schema != SCHEMA:
        remedy = "use the version of tunewright that wrote it"
        fail(path, f"expected schema {SCHEMA}, found {schema!r}", remedy=remedy)
    try:
        return TypeAdapter(Results).validate_python(record)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        fail(path, f"{where}: {first['msg']}, found {shorten(repr(first['input']))}", cause=error)


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


def read_text(path: Path) -> str:
    """The file's text, or RunFolderError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        fail(path, f"expected a file of a finished run, found no {path.name} in {path.parent}", cause=error)
    except (OSError, UnicodeDecodeError) as error:
        fail(path, f"expected readable text, found a fault: {shorten(str(error))}", cause=error)


def refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def shorten(text: str, width: int = 120) -> str:
    """One line of at most `width` characters, so that an error stays one line."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 3] + "..."


def fail(path: Path, what: str, *, cause: Exception | None = None, remedy: str = REMEDY) -> NoReturn:
    raise RunFolderError(f"cannot report on {path}: {what}; {remedy}") from cause
