"""What the report reads from a run folder, part by part."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tunewright.functions.page import Drawn
from tunewright.images.report.results import Images
from tunewright.images.report.views import read_views
from tunewright.prices.report.page import matching_predictions
from tunewright.prices.report.predictions import Predictions
from tunewright.prices.report.results import Forecast
from tunewright.report.reading import checked, read_record, study_of
from tunewright.report.results import Results
from tunewright.report.study.results import Study, Surface

T = TypeVar("T")


@dataclass(frozen=True)
class PriceRun:
    """results.json and predictions.csv of a run on prices."""

    study: Study
    forecast: Forecast
    predictions: Predictions


def part(folder: Path, shape: type[T]) -> T:
    path = folder / "results.json"
    return checked(path, read_record(path), shape)


def read_study(folder: Path) -> Study:
    return study_of(folder / "results.json", part(folder, Results))


def read_price_run(folder: Path) -> PriceRun:
    forecast = part(folder, Forecast)
    return PriceRun(read_study(folder), forecast, matching_predictions(folder, forecast))


def read_image_run(folder: Path) -> Images:
    images = part(folder, Images)
    read_views(folder / "views.npz", images)
    return images


def read_surface(folder: Path) -> Surface | None:
    return part(folder, Drawn).surface
