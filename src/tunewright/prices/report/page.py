"""The page of a run on prices, from its folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright.prices.report.figures import forecast_figures
from tunewright.prices.report.predictions import Predictions, read_predictions
from tunewright.prices.report.results import Forecast
from tunewright.prices.report.section import forecast_part
from tunewright.prices.report.subject import subject_of
from tunewright.report.files import fail
from tunewright.report.page import Page, page
from tunewright.report.reading import checked, study_of
from tunewright.report.results import Results
from tunewright.report.study.figures import study_figures


def price_page(folder: Path, record: Mapping[str, Any]) -> Page:
    """From results.json, read, and predictions.csv. Raises RunFolderError where the two disagree."""
    path = folder / "results.json"
    results, forecast = checked(path, record, Results), checked(path, record, Forecast)
    study = study_of(path, results)
    own = forecast_figures(forecast, matching_predictions(folder, forecast))
    part = forecast_part(forecast, study, figures=own)
    return page(results, study=study_figures(study), part=part, own=own)


def matching_predictions(folder: Path, forecast: Forecast) -> Predictions:
    """predictions.csv. Raises RunFolderError where it is missing or not that of these results."""
    path, subject = folder / "predictions.csv", subject_of(forecast)
    absent = [name for name in subject.forecasts if name not in forecast.test.metrics]
    if absent:
        fail(folder / "results.json", f"test.metrics: expected {', '.join(subject.forecasts)}, found no {absent[0]}")
    predictions = read_predictions(path, subject)
    if len(predictions.dates) != forecast.test.rows:
        expected = forecast.test.rows
        fail(path, f"expected {expected} rows, as results.json says, found {len(predictions.dates)}")
    return predictions
