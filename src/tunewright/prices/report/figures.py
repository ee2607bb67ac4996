"""The forecast's figures, by name."""

from tunewright.prices.report import change, comparison, folds, interval_figure, price, seeds, worth
from tunewright.prices.report.predictions import Predictions
from tunewright.prices.report.results import Forecast
from tunewright.prices.report.subject import subject_of
from tunewright.report.figure import Drawn


def forecast_figures(forecast: Forecast, predictions: Predictions) -> tuple[Drawn, ...]:
    subject = subject_of(forecast)
    over_seeds = forecast.tuning.seeds if forecast.tuning else None
    return (
        comparison.draw(forecast.test, subject),
        *([seeds.draw(over_seeds, subject)] if over_seeds else []),
        price.draw(predictions, subject),
        change.draw(predictions, subject),
        *((interval_figure.draw(forecast.intervals.drawn),) if forecast.intervals else ()),
        folds.draw(forecast),
        *((worth.draw(forecast.worth),) if forecast.worth else ()),
    )
