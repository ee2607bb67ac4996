"""The forecast's figures, by name."""

from tunewright.report.figure import Drawn
from tunewright.report.forecast import change, comparison, folds, price
from tunewright.report.forecast.predictions import Predictions
from tunewright.report.forecast.results import Forecast
from tunewright.report.forecast.subject import subject_of


def forecast_figures(forecast: Forecast, predictions: Predictions) -> tuple[Drawn, ...]:
    subject = subject_of(forecast)
    return (
        comparison.draw(forecast.test, subject),
        price.draw(predictions, subject),
        change.draw(predictions, subject),
        folds.draw(forecast),
    )
