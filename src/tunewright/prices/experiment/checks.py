"""Checks that need more than one key of an experiment, each with one clear line."""

from functools import partial
from pathlib import Path
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.experiment.background import background_in
from tunewright.experiment.by_keras import with_asked
from tunewright.experiment.by_user import check_options
from tunewright.experiment.pretrained import NO_WEIGHTS, check_by_part, check_one_family, said_by_part
from tunewright.experiment.pruning import check_pruner
from tunewright.experiment.starts import written_out
from tunewright.experiment.transfer import with_transfer
from tunewright.prices.experiment.places import with_places
from tunewright.prices.experiment.preparing import PRICE_LEVELS
from tunewright.prices.experiment.settings import SCALING, TUNING, Experiment, feature_lists
from tunewright.prices.families.known import FAMILIES
from tunewright.search.samplers.choosing import check_fits


def checked(experiment: Experiment, base: Path) -> Experiment:
    """The experiment with its functions by full path, looked for from `base`, and its starts and earlier runs written
    out. Raises ConfigError where its parts do not fit together."""
    experiment = with_places(check(SCALING.tuned_narrow(with_asked(experiment, given, base))), base)
    space = TUNING.space(experiment)
    experiment = experiment.model_copy(update={"start": written_out(experiment.start, space)})
    return with_transfer(experiment, space, reading=partial(background_in, TUNING, experiment))


def check(experiment: Experiment) -> Experiment:
    """The experiment itself. Raises ConfigError where its parts do not fit together."""
    space = TUNING.checked_space(experiment)
    if experiment.search.sampler != "auto":
        check_fits(experiment.search.sampler, space, objectives=experiment.search.objectives)
    check_options(TUNING, experiment)
    SCALING.check(experiment)
    _check_fits(experiment)
    _check_training(experiment)
    _check_targets(experiment)
    _check_weights(experiment)
    check_pruner(experiment.pruner, objectives=experiment.search.objectives)
    experiment.transfer.check_objectives(experiment.search.objectives)
    for features in feature_lists(experiment) if may_forecast_close(experiment) else ():
        if not PRICE_LEVELS & set(features):
            raise ConfigError(
                "target 'close' needs a price among the features, found only "
                f"{', '.join(features)}; add \"close\" to preparation.features or use target 'log_return'"
            )
    return experiment


def _check_fits(experiment: Experiment) -> None:
    """Where settings that do not go together are fixed, a family could not be trained in any trial.

    Functions of the user's are tried out when the data has been read.
    """
    for family in TUNING.tried(experiment):
        if family.by_user:
            continue
        fixed = TUNING.with_params(experiment, {"family": family.name})
        for misfit in family.misfits(fixed.model.spec(), fixed.preparation.time_step):
            if not misfit.keys & experiment.space.keys():
                raise ConfigError(f"[model] {misfit.text}")


def _check_training(experiment: Experiment) -> None:
    """[training] means nothing to families that are fitted by another way than the reference loop."""
    tried, sections = TUNING.tried(experiment), TUNING.keys(experiment)
    trained = sorted(key for key in experiment.space if sections.get(key) == "training")
    if trained and all(family.fit for family in tried):
        names = " or ".join(repr(family.name) for family in tried)
        raise ConfigError(f"[space] {trained[0]} means nothing to the family {names}; remove it")


def _check_weights(experiment: Experiment) -> None:
    """Trained weights mean nothing to families that are not trained by loops of Tunewright's, nor to several."""
    shared, family = experiment.model.shared, FAMILIES.named(experiment.model.family)
    check_by_part("[model]", [*experiment.space, *said_by_part(shared)], shared.weights)
    if shared.weights == NO_WEIGHTS:
        return
    check_one_family(shared.weights, experiment.space)
    if family.fit is not None or family.packing is not None:
        raise ConfigError(f"[model] weights mean nothing to the family {family.name!r}; remove them, or the family")
    experiment.scale.check_begun_anew()


def given(experiment: Experiment) -> dict[str, Any]:
    """What the file of a `build_model(hp)` need not define, as far as it is known before the prices are read."""
    names: dict[str, Any] = {"time_step": experiment.preparation.time_step}
    chosen = experiment.preparation.chosen()
    return {**names, "n_features": 1 if chosen == "auto" else len(chosen)}


def _check_targets(experiment: Experiment) -> None:
    given = experiment.space.get("target")
    if given and given.choices and "volatility" in (*given.choices, experiment.preparation.target):
        raise ConfigError(
            "[space] target: volatility and price cannot compete, as their errors have no common scale; "
            "remove it, and set preparation.target"
        )


def may_forecast_close(experiment: Experiment) -> bool:
    given = experiment.space.get("target")
    targets = given.choices if given and given.choices else [experiment.preparation.target]
    return "close" in targets
