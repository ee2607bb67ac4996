"""Checks of experiments on images that need more than one key, each with one clear line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice
from tunewright.data.images.builtin import DIGITS
from tunewright.data.images.telling import CIFAR10
from tunewright.experiment.checks import closest, describe
from tunewright.experiment.functions.locating import with_full_path
from tunewright.experiment.images.models import APPLIES
from tunewright.experiment.images.settings import IMAGE_TUNABLE, ImageExperiment, image_space, with_image_params
from tunewright.experiment.sections import ParameterSettings
from tunewright.experiment.starts import written_out
from tunewright.search.samplers import check_fits

OWN_NAMES = ("tuned", "default")
"""What the report calls the tuned model and the untuned one; no configuration of [compare] may have these names."""


def check_images(experiment: ImageExperiment, base: Path) -> ImageExperiment:
    """The experiment with its files by full path and its starts written out. Raises ConfigError where parts do not fit.

    base: the folder from which a relative path of the user's own network starts.
    """
    experiment = _with_places(experiment, base)
    for name, given in experiment.space.items():
        _check_parameter(experiment, name, given)
    _check_family(experiment)
    for name, own in experiment.compare.items():
        compared(experiment, name, own)
    try:
        space = image_space(experiment)
    except ConfigError as error:
        raise ConfigError(f"[space] {error}") from None
    if experiment.search.sampler != "auto":
        check_fits(experiment.search.sampler, space, objectives=experiment.search.objectives)
    pruner = experiment.pruner
    if experiment.search.second_objective and pruner.name != "none" and "name" in pruner.model_fields_set:
        raise ConfigError(
            f"pruner.name = {pruner.name!r} cannot judge two objectives, as a rung tells of the first alone; "
            "take search.second_objective out, or set pruner.name = 'none'"
        )
    if experiment.fidelity.epochs is not None and "epochs" in experiment.space:
        raise ConfigError("fidelity.epochs fixes what [space] epochs would tune; remove one of them")
    return experiment.model_copy(update={"start": written_out(experiment.start, space)})


def compared(experiment: ImageExperiment, name: str, own: Mapping[str, Any]) -> ImageExperiment:
    """The experiment as the configuration [compare.NAME] has it. Raises ConfigError."""
    where = f"[compare.{name}]"
    if name in OWN_NAMES or not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigError(
            f"{where}: take a name of letters, digits, dashes and underscores, not {' or '.join(OWN_NAMES)}"
        )
    for key in own:
        if key not in experiment.model.options and key not in IMAGE_TUNABLE and key not in APPLIES:
            raise ConfigError(f"{where}: unknown key {key!r}; {closest(key, (*IMAGE_TUNABLE, *APPLIES))}")
    try:
        return with_image_params(experiment, own)
    except ValidationError as error:
        raise ConfigError(f"{where} {describe(error, ImageExperiment)}") from None


def _with_places(experiment: ImageExperiment, base: Path) -> ImageExperiment:
    model, data = experiment.model, experiment.data
    if model.call is not None:
        try:
            model = model.model_copy(update={"call": with_full_path(model.call, base)})
            model.spec()
        except ConfigError as error:
            raise ConfigError(f"model.call: {error}") from None
    if data.source not in (DIGITS, CIFAR10):
        data = data.model_copy(update={"source": str(Path(data.source).resolve())})
    return experiment.model_copy(update={"model": model, "data": data})


def _check_parameter(experiment: ImageExperiment, name: str, given: ParameterSettings) -> None:
    if name not in IMAGE_TUNABLE and name not in experiment.model.options:
        raise ConfigError(f"unknown parameter {name!r} in [space]; {closest(name, IMAGE_TUNABLE)}")
    try:
        parameter = image_space(
            experiment.model_copy(update={"space": {name: given.model_copy(update={"when": None})}})
        )
        one = parameter.parameters[name]
        for value in one.choices if isinstance(one, Choice) else (one.low, one.high):
            with_image_params(experiment, {name: value})
    except ValidationError as error:
        raise ConfigError(f"[space] {name}: {describe(error, ImageExperiment)}") from None
    except ConfigError as error:
        raise ConfigError(f"[space] {name}: {error}") from None


def _check_family(experiment: ImageExperiment) -> None:
    """Parameters that no family to be tried knows are mistakes, as they would change nothing."""
    tuned = experiment.space.get("family")
    families = {str(one) for one in tuned.choices or ()} if tuned else {experiment.model.family}
    for name in experiment.space:
        if not families & set(APPLIES.get(name, families)):
            raise ConfigError(f"[space] {name} means nothing to the family {' or '.join(sorted(families))}; remove it")
    fixed = {"widths": ("stages", "width", "max_width"), "depths": ("depth", "stages")}
    for key, names in fixed.items():
        told = sorted(set(names) & experiment.space.keys())
        if getattr(experiment.model, key) is not None and told:
            raise ConfigError(f"[space] {told[0]} changes nothing, as model.{key} is written out; remove one of them")
