"""Networks of the user's own, tried out before a search is begun with them."""

from typing import Any, cast

from tunewright.core.errors import ConfigError, TrialFailure
from tunewright.prices.experiment.settings import Experiment, feature_lists
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES


def check_networks(experiment: Experiment) -> None:
    """Raise ConfigError where a function of the user's makes no network that forecasts windows of the experiment's
    shape. The features are resolved."""
    for name, settings in experiment.model.settings.items():
        family = FAMILIES.named(name)
        if not family.by_user:
            continue
        import torch

        shape = Shape(experiment.preparation.time_step, len(feature_lists(experiment)[0]))
        try:
            made = family.build(cast("Any", settings).spec(), shape, torch.Generator())
            with torch.no_grad():
                made(torch.zeros(shape.time_step, 2, shape.features))
        except TrialFailure as failed:
            raise ConfigError(f"model.call: {failed}") from None
