"""Trained weights that the trainings of an experiment on prices begin with: those of a bundle, whose days are known."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from tunewright.bundle.folder import BundleFolder
from tunewright.bundle.found import find_weights
from tunewright.core.errors import ConfigError
from tunewright.experiment.stored import stored
from tunewright.experiment.tuning import MODEL
from tunewright.prices.bundle.content import PricesContent
from tunewright.prices.experiment.objective import configuration
from tunewright.prices.experiment.resolved import preparation_of
from tunewright.prices.experiment.settings import TUNING, Experiment, feature_lists
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.training.pretrained import Beginning, Weights, begin


@dataclass(frozen=True, eq=False)
class KnownWeights:
    """Weights, and until which day they were trained. warnings: what the user should know of them."""

    weights: Weights
    until: str
    warnings: tuple[str, ...]


def read_beginning(experiment: Experiment, *, sealed: str, validated: str) -> KnownWeights:
    """The weights that [model] names.

    sealed, validated: the first day of the sealed test, and of all that is validated on. The features are resolved.
    Raises ConfigError where the weights are of no use here, or know days of the sealed test.
    """
    place = experiment.model.shared.weights
    found = find_weights(place, kind="prices")
    if found is None or found.bundle is None:
        raise ConfigError(
            "model.weights: expected the folder of a run on prices or of its bundle, which tells its days, found "
            f"{place!r}"
        )
    path = found.bundle.path
    with found.bundle.usable():
        content = stored(PricesContent, found.bundle.content)
    until = _until(content, found.bundle)
    if until >= sealed:
        raise ConfigError(
            f"model.weights: {path} was trained until {until}, and the sealed test here begins on {sealed}:"
            " it knows days of it; seal later days, or give weights of earlier ones"
        )
    trained = content.preparation.fitted().spec
    for names in feature_lists(experiment):
        if names != trained.features:
            raise ConfigError(
                f"model.weights: {path} was trained on {', '.join(trained.features)}, found {', '.join(names)} here; "
                "set preparation.features to what it was trained on"
            )
    asked = [preparation_of(one) for _, one in [("", experiment), *TUNING.at_ends(experiment, {"target", "scaler"})]]
    same = all(one.forecasts() == trained.forecasts() for one in asked)
    weights = Weights(str(path), found.data, same_outputs=same)
    for name, one in _farthest(experiment):
        _try_out(name, one, weights, features=len(trained.features))
    warnings = []
    if other := sorted({one.scaler for one in asked} - {trained.scaler}):
        warnings.append(f"{path} was trained on inputs of the scaler {trained.scaler!r}; here they are of {other[0]!r}")
    if until >= validated:
        warnings.append(
            f"{path} was trained until {until}: scores in validation from {validated} on flatter, the sealed test from "
            f"{sealed} on does not"
        )
    return KnownWeights(weights, until, tuple(warnings))


def _until(content: PricesContent, bundle: BundleFolder) -> str:
    """The last day that the bundle's model was trained on."""
    until = content.provenance.get("trained_until")
    if not isinstance(until, str):
        raise ConfigError(f"model.weights: {bundle.path} does not tell until which day it was trained; train it again")
    return until


def _farthest(experiment: Experiment) -> Iterator[tuple[str, Experiment]]:
    """The experiment, and with each key that its network depends on, and that is tuned, at an end of its range."""
    yield "[model]", experiment
    own = {name for name, section in TUNING.keys(experiment).items() if section == MODEL}
    yield from TUNING.at_ends(experiment, own | experiment.model.options.keys() | {"time_step"})


def _try_out(name: str, experiment: Experiment, weights: Weights, *, features: int) -> None:
    chosen, family = configuration(experiment, {}), FAMILIES.named(experiment.model.family)
    model = family.build(chosen.model, Shape(experiment.preparation.time_step, features), torch.Generator())
    try:
        begin(model, Beginning(weights, experiment.model.shared.frozen))
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
