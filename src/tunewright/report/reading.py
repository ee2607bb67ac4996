"""A run folder's files -> checked, frozen values. Whatever is missing or broken is one RunFolderError."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from tunewright.images.report.views import Views, read_views
from tunewright.prices.comparison.report.results import KINDS, ComparisonResults, comparison_results
from tunewright.prices.report.predictions import Predictions, read_predictions
from tunewright.prices.report.subject import subject_of
from tunewright.report.files import fail, read_json, shorten
from tunewright.report.results import Results

SCHEMA = 1
PARTS = {
    "prices": ("forecast", ("data", "folds", "sealed_test", "model", "test", "tuning", "volatility")),
    "images": ("images", ("data", "folds", "compute", "contestants", "failed", "model", "test", "tuning")),
}
"""By kind: the key that its own part gets here, and the keys of results.json that belong to it."""


@dataclass(frozen=True)
class Run:
    """predictions: of runs on prices, those with a forecast. views: of runs on images."""

    results: Results
    predictions: Predictions | None = None
    views: Views | None = None


def read_run(folder: Path) -> Run:
    """Read and check `folder`/results.json and with it, of a run on prices, predictions.csv, on images, views.npz.

    Raises RunFolderError where one is missing, not readable, of another schema, or where the two disagree.
    """
    results = read_results(folder / "results.json")
    if results.images is not None:
        return Run(results, views=read_views(folder / "views.npz", results.images))
    if results.forecast is None:
        return Run(results)
    path, subject = folder / "predictions.csv", subject_of(results.forecast)
    absent = [name for name in subject.forecasts if name not in results.forecast.test.metrics]
    if absent:
        fail(folder / "results.json", f"test.metrics: expected {', '.join(subject.forecasts)}, found no {absent[0]}")
    predictions = read_predictions(path, subject)
    if len(predictions.dates) != results.forecast.test.rows:
        expected = results.forecast.test.rows
        fail(path, f"expected {expected} rows, as results.json says, found {len(predictions.dates)}")
    return Run(results, predictions)


def read_comparison(folder: Path) -> ComparisonResults | None:
    """`folder`/results.json of a comparison; None where it is of another kind. Raises as `read_run` does."""
    path = folder / "results.json"
    record = read_record(path)
    return comparison_results(path, record) if record.get("kind") in KINDS else None


def read_record(path: Path) -> dict[str, Any]:
    """results.json of whatever kind (RunFolderError: missing, no JSON, another schema)."""
    record = read_json(path)
    schema = record.get("schema") if isinstance(record, dict) else None
    if schema != SCHEMA:
        remedy = "use the version of tunewright that wrote it"
        fail(path, f"expected schema {SCHEMA}, found {schema!r}", remedy=remedy)
    return cast("dict[str, Any]", record)


def read_results(path: Path) -> Results:
    """results.json as a value (RunFolderError: missing, no JSON, another schema, a wrong or missing key)."""
    record = read_record(path)
    try:
        return TypeAdapter(Results).validate_python(sorted_out(record))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]).removeprefix("forecast.").removeprefix("images.")
        fail(path, f"{where}: {first['msg']}, found {shorten(repr(first['input']))}", cause=error)


def sorted_out(record: dict[str, Any]) -> dict[str, Any]:
    """The record with all that only its kind has under one key. Records without a kind are of prices."""
    record = {"kind": "prices"} | record
    if str(record["kind"]) not in PARTS:  # anything may stand there
        return record
    part, keys = PARTS[str(record["kind"])]
    told = {key: record[key] for key in keys if key in record}
    return {key: value for key, value in record.items() if key not in told} | {part: told}
