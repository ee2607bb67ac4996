"""Checks of experiments on images that need more than one key, each with one clear line."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.core.space import Integer
from tunewright.experiment.describing import closest, describe
from tunewright.experiment.locating import locate, with_full_path
from tunewright.experiment.pruning import check_pruner
from tunewright.experiment.sections import ParameterSettings
from tunewright.experiment.starts import written_out
from tunewright.images.data.builtin import DIGITS
from tunewright.images.data.telling import CIFAR10
from tunewright.images.experiment.models import APPLIES
from tunewright.images.experiment.settings import IMAGE_TUNABLE, ImageExperiment, image_space, with_image_params
from tunewright.search.samplers import check_fits

TUNED, DEFAULT, ONLY = OWN_NAMES = ("tuned", "default", "model")
"""The names of the search's winner, of what it would be untuned, and of the model where nothing is tuned; no
configuration of [compare] may have them."""


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
    check_pruner(experiment.pruner, objectives=experiment.search.objectives)
    if experiment.fidelity.epochs is not None and "epochs" in experiment.space:
        raise ConfigError("fidelity.epochs fixes what [space] epochs would tune; remove one of them")
    _check_schedule(experiment)
    hidden = [name for name in experiment.model.options if IMAGE_TUNABLE.get(name, "model") != "model"]
    if hidden:
        section = IMAGE_TUNABLE[hidden[0]]
        raise ConfigError(f"[model.options] {hidden[0]} has the name of a key of [{section}]; take another")
    return experiment.model_copy(update={"start": written_out(experiment.start, space)})


def compared(experiment: ImageExperiment, name: str, own: Mapping[str, Any]) -> ImageExperiment:
    """The experiment as the configuration [compare.NAME] has it. Raises ConfigError."""
    where = f"[compare.{name}]"
    if name in OWN_NAMES or not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigError(
            f"{where}: take a name of letters, digits, dashes and underscores, not {' or '.join(OWN_NAMES)}"
        )
    known = {*IMAGE_TUNABLE, *APPLIES, *experiment.model.options}
    for key in own:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}; {closest(key, known)}")
    try:
        changed = with_image_params(experiment, own)
    except ValidationError as error:
        raise ConfigError(f"{where} {describe(error, ImageExperiment)}") from None
    _check_meaning(where, own.keys() - changed.model.options.keys(), changed, families={changed.model.family})
    return changed


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
    model, data = experiment.model, experiment.data
    if model.call is not None:
        model = model.model_copy(update={"call": _placed("model.call", model.call, base)})
    if data.source not in (DIGITS, CIFAR10):
        data = data.model_copy(update={"source": str(Path(data.source).resolve())})
    compare = {
        name: {**own, "call": _placed(f"[compare.{name}] call", str(own["call"]), base)} if "call" in own else own
        for name, own in experiment.compare.items()
    }
    return experiment.model_copy(update={"model": model, "data": data, "compare": compare})


def _placed(key: str, call: str, base: Path) -> str:
    """The place of the user's network for any working folder, loaded once to see that it can be."""
    try:
        placed = with_full_path(call, base)
        locate(placed)
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from None
    return placed


def _check_parameter(experiment: ImageExperiment, name: str, given: ParameterSettings) -> None:
    options = experiment.model.options
    if name not in IMAGE_TUNABLE and name not in options:
        raise ConfigError(f"unknown parameter {name!r} in [space]; {closest(name, {*IMAGE_TUNABLE, *options})}")
    try:
        parameter = image_space(
            experiment.model_copy(update={"space": {name: given.model_copy(update={"when": None})}})
        )
        one = parameter.parameters[name]
        numbers = [number for number in (given.low, given.high, given.step) if number is not None]
        if isinstance(one, Integer) and any(number != int(number) for number in numbers):
            raise ConfigError(f"expected whole numbers, found {', '.join(map(str, numbers))}")
        for value in one.ends():
            with_image_params(experiment, {name: value})
    except ValidationError as error:
        raise ConfigError(f"[space] {name}: {describe(error, ImageExperiment)}") from None
    except ConfigError as error:
        raise ConfigError(f"[space] {name}: {error}") from None


def _check_family(experiment: ImageExperiment) -> None:
    """Parameters that no family to be tried knows are mistakes, as they would change nothing."""
    tuned = experiment.space.get("family")
    families = {str(one) for one in tuned.choices or ()} if tuned else {experiment.model.family}
    _check_meaning("[space]", experiment.space.keys() - experiment.model.options.keys(), experiment, families=families)


def _check_meaning(
    where: str, names: AbstractSet[str], experiment: ImageExperiment, *, families: AbstractSet[str]
) -> None:
    for name in sorted(names):
        if not families & set(APPLIES.get(name, families)):
            raise ConfigError(f"{where} {name} means nothing to the family {' or '.join(sorted(families))}; remove it")
    options = sorted(experiment.model.options.keys() & experiment.space.keys())
    beyond = [name for name in options if {*(experiment.space[name].when or {}).get("family", families)} != {"custom"}]
    if beyond:
        raise ConfigError(
            f"[space] {beyond[0]} is an option of the user's own network, but other families are tried too; "
            'give it when = { family = ["custom"] }'
        )
    fixed = {"widths": ("stages", "width", "max_width"), "depths": ("depth", "stages")}
    for key, others in fixed.items():
        told = sorted(names & set(others))
        if getattr(experiment.model, key) is not None and told:
            raise ConfigError(f"{where} {told[0]} changes nothing, as model.{key} is written out; remove one of them")
