"""What an experiment whose settings were resolved prepares and forecasts."""

from tunewright.prices.experiment.preparing import PreparationSettings
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.names import Measure
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.preparation.targets import Quantity, quantity_for


def preparation_of(experiment: Experiment) -> Preparation:
    """The preparation of an experiment that was resolved: its features to names, its volatility to a measure."""
    settings, features = experiment.preparation, experiment.preparation.chosen()
    assert features != "auto", "features are resolved before anything is prepared"
    return Preparation(
        tuple(features),
        settings.target,
        settings.scaler,
        settings.time_step,
        settings.horizon,
        _measure(settings),
    )


def quantity_of(experiment: Experiment) -> Quantity:
    """What an experiment whose volatility was resolved forecasts. It does not depend on what a trial chooses."""
    settings = experiment.preparation
    return quantity_for(settings.target, measure=_measure(settings), horizon=settings.horizon)


def _measure(settings: PreparationSettings) -> Measure:
    return "log_range" if settings.volatility == "auto" else settings.volatility
