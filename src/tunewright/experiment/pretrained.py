"""Keys of [model] by which trainings begin with trained weights."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import Field

from tunewright.core.errors import ConfigError
from tunewright.experiment.model import Model
from tunewright.experiment.sections import Section

NO_WEIGHTS = "none"
BY_PART = ("frozen", "rate_decay")
"""Keys that mean nothing without weights."""


class PretrainedSettings(Section):
    """weights: `none`, the folder of a run or a bundle, a file .safetensors, or a name that the family knows. frozen:
    parts of the network that are not trained, counted from its input. rate_decay: the learning rate of a part, as a
    share of that of the part behind it; the last one has it whole (Howard & Ruder 2018)."""

    weights: str = Field(NO_WEIGHTS, min_length=1)
    frozen: int = Field(0, ge=0, le=10_000)
    rate_decay: float = Field(1.0, gt=0, le=1)


def with_weights_placed(model: Model, base: Path) -> Model:
    """[model] with its weights by their full path, looked for from `base`."""
    return replace(model, shared=model.shared.model_copy(update={"weights": place_of(model.shared.weights, base)}))


def place_of(weights: str, base: Path) -> str:
    """The full path of what is there, from `base` or else from the working folder; any other text is a name."""
    if weights == NO_WEIGHTS:
        return weights
    try:
        path = Path(weights).expanduser()
        found = next((one.resolve() for one in (base / path, path) if one.exists()), None)
    except (OSError, RuntimeError, ValueError):  # too long for a path, of a user who is not known, with a null
        return weights
    return weights if found is None else str(found)


def without_idle_weights(model: Mapping[str, Any]) -> dict[str, Any]:
    """What a study is known by of [model]: these keys came later, and say nothing without weights."""
    if model.get("weights", NO_WEIGHTS) != NO_WEIGHTS:
        return dict(model)
    return {key: value for key, value in model.items() if key not in PretrainedSettings.model_fields}


def said_by_part(settings: PretrainedSettings) -> list[str]:
    """Keys that say more than nothing."""
    plain = PretrainedSettings()
    return [key for key in BY_PART if getattr(settings, key) != getattr(plain, key)]


def check_by_part(where: str, names: Iterable[str], weights: str) -> None:
    """Raise ConfigError for a key that means nothing without weights."""
    for key in BY_PART:
        if key in names and weights == NO_WEIGHTS:
            raise ConfigError(
                f"{where} {key} changes nothing without trained weights; give model.weights, or remove it"
            )


def check_one_family(weights: str, space: Container[str]) -> None:
    """Raise ConfigError where trials of several families were to begin with the weights of one."""
    if weights != NO_WEIGHTS and "family" in space:
        raise ConfigError("[space] family and model.weights: trained weights are of one family; remove one of them")
