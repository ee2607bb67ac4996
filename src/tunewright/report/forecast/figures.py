"""The forecast's figures, by name."""

from tunewright.report.figure import Drawn
from tunewright.report.forecast import change, comparison, folds, price
from tunewright.report.forecast.predictions import Predictions
from tunewright.report.forecast.results import Forecast


def forecast_figures(forecast: Forecast, predictions: Predictions) -> tuple[Drawn, ...]:
    return (
        comparison.draw(forecast.test),
        price.draw(predictions),
        change.draw(predictions),
        folds.draw(forecast),
    )
