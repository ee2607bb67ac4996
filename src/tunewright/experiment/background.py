"""The background of an earlier study: what its experiment file gives to the parameters of a new one."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from tunewright.core.space import Params, Value
from tunewright.experiment.families import F
from tunewright.experiment.tuning import E, Tuning, value_of
from tunewright.search.transfer.background import Background

_OF_THE_FAMILY = ("call", "architecture")
"""Keys that make another model of a family."""


def background_in(tuning: Tuning[E, F], of: E, content: Mapping[str, object]) -> Background:
    """What a run folder's file with this content says for the new experiment `of`. Raises ConfigError where it is no
    experiment of this kind."""
    found = tuning.read(dict(content))
    tried = {family.name for family in tuning.tried(of)}

    @cache
    def values_with(family: str) -> dict[str, Value]:
        return tuning.values_with(found, family) if family in found.model.settings else {}

    def stood(params: Params) -> Params:
        values = {**values_with(_family(found, params)), **params}
        own = {name: values.get(name) if name in of.model.options else value_of(name, values) for name in of.space}
        return {name: value for name, value in own.items() if value is not None}

    def other(params: Params) -> str:
        family = _family(found, params)
        if family not in tried or family not in found.model.settings:
            return f"family = {family!r}"
        for key in _OF_THE_FAMILY:
            if key in type(found.model.settings[family]).model_fields:
                value = params.get(key, getattr(found.model.settings[family], key))
                if value not in _tried(of, family, key):
                    return f"{key} = {value!r}"
        return ""

    return Background(stood, other, _here(tuning, of))


def _family(experiment: Any, params: Params) -> str:
    return str(params.get("family", experiment.model.family))


def _tried(of: Any, family: str, key: str) -> list[Any]:
    """The values that a trial of this family may take."""
    tuned = of.space.get(key)
    return tuned.choices or [] if tuned else [getattr(of.model.settings[family], key)]


def _here(tuning: Tuning[E, F], of: E) -> Params:
    """The values of what may be tuned and is not, those of the experiment's own family last."""
    names = [*(family.name for family in tuning.tried(of)), of.model.family]
    values = {key: value for name in names for key, value in tuning.values_with(of, name).items()}
    tunable = {*tuning.keys(of), *of.model.options} - of.space.keys()
    return {key: value for key, value in values.items() if key in tunable}
