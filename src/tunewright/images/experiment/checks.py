"""Checks of experiments on images that need more than one key, each with one clear line."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.core.words import closest
from tunewright.experiment.background import background_in
from tunewright.experiment.by_keras import KERAS, with_asked
from tunewright.experiment.by_user import check_options, placed, with_places
from tunewright.experiment.describing import describe
from tunewright.experiment.families import check_meaning
from tunewright.experiment.pretrained import (
    NO_WEIGHTS,
    check_by_part,
    check_one_family,
    place_of,
    said_by_part,
    with_weights_placed,
)
from tunewright.experiment.pruning import check_pruner
from tunewright.experiment.starts import written_out
from tunewright.experiment.transfer import with_transfer
from tunewright.images.data.telling import CIFAR10, DIGITS
from tunewright.images.experiment.settings import SCALING, TUNING, ImageExperiment
from tunewright.images.families.keras import given
from tunewright.images.families.known import FAMILIES
from tunewright.images.judging.names import OWN_NAMES
from tunewright.search.samplers.choosing import check_fits

_SIDES = {DIGITS: (8, 8), CIFAR10: (32, 32)}


def check_images(experiment: ImageExperiment, base: Path) -> ImageExperiment:
    """The experiment with its files by full path, its starts and earlier runs written out. Raises ConfigError where
    parts do not fit.

    base: the folder from which a relative path of the user's own network starts.
    """
    experiment = SCALING.tuned_narrow(_with_places(_of_keras(experiment, base), base))
    space = TUNING.checked_space(experiment)
    check_options(TUNING, experiment)
    SCALING.check(experiment)
    _check_given("[space]", experiment.space, experiment)
    _check_weights("[model]", experiment, [*experiment.space, *said_by_part(experiment.model.shared)])
    check_one_family(experiment.model.shared.weights, experiment.space)
    for name, own in experiment.compare.items():
        SCALING.check_compared(f"[compare.{name}]", own, compared(experiment, name, own))
    if experiment.search.sampler != "auto":
        check_fits(experiment.search.sampler, space, objectives=experiment.search.objectives)
    check_pruner(experiment.pruner, objectives=experiment.search.objectives)
    experiment.transfer.check_objectives(experiment.search.objectives)
    if experiment.fidelity.epochs is not None and "epochs" in experiment.space:
        raise ConfigError("fidelity.epochs fixes what [space] epochs would tune; remove one of them")
    _check_schedule(experiment)
    experiment = experiment.model_copy(update={"start": written_out(experiment.start, space)})
    return with_transfer(experiment, space, reading=partial(background_in, TUNING, experiment))


def _of_keras(experiment: ImageExperiment, base: Path) -> ImageExperiment:
    """With what a `build_model(hp)` asks for, and stopped at the best epoch, as such models are. Raises ConfigError."""
    if KERAS not in experiment.model.settings:
        return experiment
    final, training = experiment.final, experiment.training
    if "hold_out" in final.model_fields_set and not final.hold_out:
        raise ConfigError("final.hold_out: a Keras model is stopped on validation images; remove the key, or set true")
    if experiment.augmentation.mixup or "mixup" in experiment.space:
        raise ConfigError("augmentation.mixup: the loss of a Keras model takes one label for an image; remove it")
    found = with_asked(experiment, _shapes, base)
    return found.model_copy(
        update={
            "final": final.model_copy(update={"hold_out": True}),
            "training": training.model_copy(update={"schedule": "constant"}),
        }
    )


def _shapes(experiment: ImageExperiment) -> Mapping[str, Any]:
    """What images and classes may be like, before they are read."""
    height, width = experiment.data.sides() or _SIDES.get(experiment.data.source, (64, 64))
    return given((1 if experiment.data.source == DIGITS else 3, height, width), 10)


def compared(experiment: ImageExperiment, name: str, own: Mapping[str, Any]) -> ImageExperiment:
    """The experiment as the configuration [compare.NAME] has it. Raises ConfigError."""
    where = f"[compare.{name}]"
    if name in OWN_NAMES or not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigError(
            f"{where}: take a name of letters, digits, dashes and underscores, not {' or '.join(OWN_NAMES)}"
        )
    family = FAMILIES.find(str(own.get("family", experiment.model.family)))
    sections, options = TUNING.keys(experiment), experiment.model.options
    known = {*sections, *FAMILIES.fixed, *(family.settings.model_fields if family else ()), *options}
    for key in own:
        if key not in known and not FAMILIES.owners(key):
            raise ConfigError(f"{where}: unknown key {key!r}; {closest(key, known)}")
    if family is not None:
        alien = {key for key in own if sections.get(key, "model") == "model"} - options.keys()
        check_meaning(where, alien, [family], known=FAMILIES)
    try:
        changed = TUNING.with_params(experiment, own)
    except ValidationError as error:
        raise ConfigError(f"{where} {describe(error, ImageExperiment)}") from None
    except ConfigError as error:
        raise ConfigError(f"{where} {error}") from None
    _check_given(where, own, changed)
    _check_weights(where, changed, own)
    return changed


def _check_weights(where: str, experiment: ImageExperiment, names: Iterable[str]) -> None:
    """Raise ConfigError where trained weights are asked for that would begin nothing. names: the keys that are said."""
    weights, family = experiment.model.shared.weights, FAMILIES.named(experiment.model.family)
    check_by_part(where, names, weights)
    if weights == NO_WEIGHTS:
        return
    if family.packing is not None:
        raise ConfigError(f"{where} weights mean nothing to the family {family.name!r}, whose function may load them")
    experiment.scale.check_begun_anew()


def _check_schedule(experiment: ImageExperiment) -> None:
    tuned = experiment.space.get("schedule")
    tried = {experiment.training.schedule, *((tuned.choices or ()) if tuned else ())}
    tried |= {own.get("schedule", experiment.training.schedule) for own in experiment.compare.values()}
    if "constant" in tried and not experiment.final.hold_out:
        raise ConfigError(
            "training.schedule = 'constant' keeps the epoch of the lowest validation loss, so the final models need "
            "validation images too; set final.hold_out = true, or take a schedule that ends low"
        )


def _with_places(experiment: ImageExperiment, base: Path) -> ImageExperiment:
    data = experiment.data
    if data.source not in (DIGITS, CIFAR10):
        data = data.model_copy(update={"source": str(Path(data.source).resolve())})
    compare = {name: _compared_with_places(name, own, base) for name, own in experiment.compare.items()}
    model = with_weights_placed(with_places(experiment.model, base), base)
    return experiment.model_copy(update={"model": model, "data": data, "compare": compare})


def _compared_with_places(name: str, own: Mapping[str, Any], base: Path) -> dict[str, Any]:
    found = dict(own)
    if "call" in own:
        found["call"] = placed(f"[compare.{name}] call", str(own["call"]), base)
    if isinstance(own.get("weights"), str):
        found["weights"] = place_of(own["weights"], base)
    return found


def _check_given(where: str, names: Iterable[str], experiment: ImageExperiment) -> None:
    """Raise ConfigError for a key that changes nothing, as another one is written out."""
    for family in map(FAMILIES.named, experiment.model.settings):
        for key in {*family.gives_way, *family.fits}:
            told = sorted({*names} & {*family.gives_way.get(key, ()), *family.fits.get(key, ())})
            if told and getattr(experiment.model.settings[family.name], key) is not None:
                raise ConfigError(
                    f"{where} {told[0]} changes nothing, as model.{key} is written out; remove one of them"
                )
