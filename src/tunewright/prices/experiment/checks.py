"""Checks that need more than one key of an experiment, each with one clear line."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.core.space import Value
from tunewright.core.words import closest
from tunewright.experiment.describing import describe
from tunewright.experiment.model import check_meaning
from tunewright.experiment.pruning import check_pruner
from tunewright.experiment.sections import ParameterSettings
from tunewright.experiment.starts import written_out
from tunewright.prices.experiment.places import with_places
from tunewright.prices.experiment.preparing import PRICE_LEVELS
from tunewright.prices.experiment.settings import (
    Experiment,
    feature_lists,
    is_whole,
    search_space,
    tunable,
    with_params,
)
from tunewright.prices.families.family import Family
from tunewright.prices.families.known import FAMILIES
from tunewright.search.samplers.choosing import check_fits


def checked(experiment: Experiment, base: Path) -> Experiment:
    """The experiment with its functions by full path, looked for from `base`, and its starts written out. Raises
    ConfigError where its parts do not fit together."""
    experiment = with_places(check(experiment), base)
    return experiment.model_copy(update={"start": written_out(experiment.start, search_space(experiment))})


def check(experiment: Experiment) -> Experiment:
    """The experiment itself. Raises ConfigError where its parts do not fit together."""
    for name, given in experiment.space.items():
        _check_parameter(experiment, name, given)
    try:
        space = search_space(experiment)
    except ConfigError as error:
        raise ConfigError(f"[space] {error}") from None
    if experiment.search.sampler != "auto":
        check_fits(experiment.search.sampler, space, objectives=experiment.search.objectives)
    _check_family(experiment)
    _check_targets(experiment)
    check_pruner(experiment.pruner, objectives=experiment.search.objectives)
    for features in feature_lists(experiment) if _may_forecast_close(experiment) else ():
        if not PRICE_LEVELS & set(features):
            raise ConfigError(
                "target 'close' needs a price among the features, found only "
                f"{', '.join(features)}; add \"close\" to preparation.features or use target 'log_return'"
            )
    return experiment


def _check_parameter(experiment: Experiment, name: str, given: ParameterSettings) -> None:
    known = tunable(experiment)
    if name not in known:
        check_meaning("[space]", [name], _tried(experiment), known=FAMILIES)
        raise ConfigError(f"unknown parameter {name!r} in [space]; {closest(name, known)}")
    try:
        whole = is_whole(experiment, name)
        numbers = [number for number in (given.low, given.high, given.step) if number is not None]
        if whole and any(number != int(number) for number in numbers):
            raise ConfigError(f"expected whole numbers, found {', '.join(map(str, numbers))}")
        for value in given.parameter(whole=whole).ends():
            _check_value(experiment, name, value)
    except ConfigError as error:
        raise ConfigError(f"[space] {name}: {error}") from None


def _check_value(experiment: Experiment, name: str, value: Value) -> None:
    # Tried on the experiment as it is, so that a value of a family's own goes with that family.
    families = [name_ for name_, own in experiment.model.settings.items() if name in type(own).model_fields]
    family = {"family": families[0]} if families and experiment.model.family not in families else {}
    try:
        with_params(experiment, {**family, name: value})
    except ValidationError as error:
        raise ConfigError(describe(error, Experiment)) from None


def _tried(experiment: Experiment) -> list[Family[Any]]:
    """The families that a trial may take."""
    tuned = experiment.space.get("family")
    names = map(str, tuned.choices or ()) if tuned else [experiment.model.family]
    return [family for name in names if (family := FAMILIES.find(name))]


def _check_family(experiment: Experiment) -> None:
    """Parameters that no family to be tried knows are mistakes, as they would change nothing."""
    tried, sections = _tried(experiment), tunable(experiment)
    check_meaning("[space]", [key for key in experiment.space if sections[key] == "model"], tried, known=FAMILIES)
    trained = sorted(key for key in experiment.space if sections[key] == "training")
    if trained and all(family.fit for family in tried):
        names = " or ".join(repr(family.name) for family in tried)
        raise ConfigError(f"[space] {trained[0]} means nothing to the family {names}; remove it")


def _check_targets(experiment: Experiment) -> None:
    given = experiment.space.get("target")
    if given and given.choices and "volatility" in (*given.choices, experiment.preparation.target):
        raise ConfigError(
            "[space] target: volatility and price cannot compete, as their errors have no common scale; "
            "remove it, and set preparation.target"
        )


def _may_forecast_close(experiment: Experiment) -> bool:
    given = experiment.space.get("target")
    targets = given.choices if given and given.choices else [experiment.preparation.target]
    return "close" in targets
