"""Networks that are tried out before a search is begun with them: the user's own, and those that are to grow."""

from typing import Any, cast

from tunewright.core.errors import ConfigError, TrialFailure
from tunewright.prices.experiment.settings import SCALING, TUNING, Experiment, feature_lists
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES


def check_networks(experiment: Experiment) -> None:
    """Raise ConfigError where a function of the user's makes no network that forecasts windows of the experiment's
    shape, and where the final models would differ from those of the search in more than their width. The features are
    resolved."""
    _check_growth(experiment)
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


def _check_growth(experiment: Experiment) -> None:
    if not (wide := SCALING.wide(experiment)):
        return
    import torch

    from tunewright.training.widening import growths

    family, grown = FAMILIES.named(experiment.model.family), TUNING.with_params(experiment, wide)
    for features in feature_lists(experiment):
        shape = Shape(experiment.preparation.time_step, len(features))
        try:
            growths(*(family.build(one.model.spec(), shape, torch.Generator()) for one in (experiment, grown)))
        except ValueError as error:
            raise ConfigError(
                f"[scale] of a {family.label} on {len(features)} features: {error}; take a width that is "
                "not the number of features"
            ) from None
