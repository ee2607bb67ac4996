"""What each figure shows: frozen values, and pure functions from results and predictions to them."""

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from tunewright.report.outcome import Number, Outcome
from tunewright.report.reading import FORECASTS, Dates, Floats, Predictions, Run
from tunewright.report.results import Fold, Results, Span, Trial

ZOOM = 60  # days in the enlarged panels: a lag of one day is visible at this width


@dataclass(frozen=True)
class SeriesFolds:
    """The whole series (thinned, n points) and who used which part of it."""

    dates: tuple[date, ...]
    close: tuple[float, ...]
    folds: tuple[Fold, ...]
    test: Span


@dataclass(frozen=True)
class History:
    """Scores per trial, lower is better. The `unscored` trials are drawn at `foot`, below every score."""

    scored: tuple[Trial, ...]
    unscored: tuple[Trial, ...]
    foot: float
    best_numbers: tuple[int, ...]
    best_so_far: tuple[float, ...]
    metric: str
    log: bool


@dataclass(frozen=True)
class Curve:
    """One fold; epochs count from 1, losses are NaN where undefined, `best` is (epoch, loss) or None."""

    fold: int
    train: Floats
    validation: Floats
    best: tuple[int, float] | None
    log: bool


@dataclass(frozen=True)
class LearningCurves:
    """Each fold has a loss axis of its own: the level differs from one stretch of the series to the next."""

    trial: int
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class ForecastPrice:
    """Prices, shape (n,); the enlarged panel begins at row `zoom`."""

    dates: Dates
    actual: Floats
    model: Floats
    last_value: Floats
    zoom: int


@dataclass(frozen=True)
class ForecastChange:
    """Changes from the last known close to the target day, shape (n,), in `unit`; `limit` bounds them all."""

    dates: Dates
    actual: Floats
    model: Floats
    unit: str
    limit: float
    zoom: int


@dataclass(frozen=True)
class Comparison:
    """Per forecast, in per cent: skill against the last value, and days with the direction right."""

    names: tuple[str, ...]
    skill: tuple[Number, ...]
    direction: tuple[Number, ...]
    detectable: Number
    majority: Number


@dataclass(frozen=True)
class Views:
    """All figures; the field names are the names of the PNG files."""

    forecast_price: ForecastPrice
    forecast_change: ForecastChange
    comparison: Comparison
    series_folds: SeriesFolds
    history: History
    learning_curves: LearningCurves


FIGURES = tuple(field.name for field in fields(Views))


def views_of(run: Run) -> Views:
    results, predictions = run.results, run.predictions
    return Views(
        forecast_price=forecast_price(predictions),
        forecast_change=forecast_change(predictions),
        comparison=comparison(results.test),
        series_folds=series_folds(results),
        history=history(results),
        learning_curves=learning_curves(results),
    )


def series_folds(results: Results) -> SeriesFolds:
    series = results.data.series
    return SeriesFolds(series.dates, series.close, results.folds, results.sealed_test)


def history(results: Results) -> History:
    """The best so far moves on complete trials only: a pruned trial's score is not of all folds."""
    trials = sorted(results.study.trials, key=lambda trial: trial.number)
    scored = tuple(trial for trial in trials if trial.score is not None)
    complete = [trial for trial in scored if trial.state == "complete"]
    scores = np.array([trial.score for trial in complete], dtype=np.float64)
    shown = np.array([trial.score for trial in scored], dtype=np.float64)
    log = spans_decades(shown)
    return History(
        scored=scored,
        unscored=tuple(trial for trial in trials if trial.score is None),
        foot=foot_of(shown, log=log),
        best_numbers=tuple(trial.number for trial in complete),
        best_so_far=tuple(float(score) for score in np.minimum.accumulate(scores)),
        metric=results.study.metric,
        log=log,
    )


def learning_curves(results: Results) -> LearningCurves:
    best = results.study.best
    curves = []
    for number, fold in enumerate(best.folds):
        train = np.array(fold.train_loss, dtype=np.float64)
        validation = np.array(fold.validation_loss, dtype=np.float64)
        inside = 0 <= fold.best_epoch < len(validation) and np.isfinite(validation[fold.best_epoch])
        mark = (fold.best_epoch + 1, float(validation[fold.best_epoch])) if inside else None
        log = spans_decades(np.concatenate([train, validation]))
        curves.append(Curve(number, train, validation, mark, log))
    return LearningCurves(best.number, tuple(curves))


def forecast_price(predictions: Predictions) -> ForecastPrice:
    told, zoom = predictions, zoom_of(len(predictions.dates))
    return ForecastPrice(told.dates, told.close, told.model, told.last_value, zoom)


def forecast_change(predictions: Predictions) -> ForecastChange:
    """Per cent of the last known close; plain price differences where a close is not above zero."""
    last = predictions.last_value
    relative = bool((last > 0).all())
    scale = 100 / last if relative else np.ones_like(last)
    actual, model = (predictions.close - last) * scale, (predictions.model - last) * scale
    limit = 1.05 * max(float(np.abs(actual).max()), float(np.abs(model).max())) or 1.0
    unit = "%" if relative else "price"
    return ForecastChange(predictions.dates, actual, model, unit, limit, zoom_of(len(last)))


def comparison(outcome: Outcome) -> Comparison:
    scores = [getattr(outcome.metrics, name) for name in FORECASTS]
    base = outcome.metrics.last_value.mse
    skill = (None if not base or score.mse is None else 1 - score.mse / base for score in scores)
    return Comparison(
        names=FORECASTS,
        skill=tuple(map(percent, skill)),
        direction=tuple(percent(score.directional_accuracy) for score in scores),
        detectable=percent(outcome.smallest_detectable_skill),
        majority=percent(outcome.directional.majority_accuracy),
    )


def percent(share: Number) -> Number:
    return None if share is None else 100 * share


def zoom_of(rows: int) -> int:
    return max(0, rows - ZOOM)


def foot_of(values: Floats, *, log: bool) -> float:
    """A place a tenth of the axis below the smallest value."""
    if not values.size:
        return 0.0
    low, high = float(values.min()), float(values.max())
    return float(low * (low / high) ** 0.1) if log else low - 0.1 * ((high - low) or abs(low) or 1.0)


def spans_decades(values: Floats) -> bool:
    """True where a linear axis would hide most values: all positive, largest over 10 times smallest."""
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() > 0 and finite.max() > 10 * finite.min())
