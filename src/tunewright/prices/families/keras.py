"""The user's own Keras models: a `build_model(hp)` as KerasTuner calls it, for windows of prices."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from tunewright.core.plugins import later
from tunewright.experiment.by_keras import KERAS, KerasSettings, KerasSpec, absent, with_keras
from tunewright.experiment.by_user import Factory, StoredOptions
from tunewright.experiment.stored import Stored, stored
from tunewright.prices.families.family import Family, Packing, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


class _Told(Stored):
    """A spec as it is written."""

    family: Literal["keras"]
    call: str
    options: StoredOptions


def _read_spec(values: Mapping[str, Any], factory: Factory | None) -> KerasSpec:
    told = stored(_Told, values)
    return KerasSpec(told.call, told.options, factory or absent(told.call))


def _build(spec: KerasSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    """Raises TrialFailure where the function fails, ConfigError where it makes something else."""
    from tunewright.bundle.keras_file import classes_beside
    from tunewright.prices.networks.keras import KerasNetwork

    own = classes_beside(spec.build).values()
    model = spec.make({"time_step": shape.time_step, "n_features": shape.features}, generator)
    return KerasNetwork(model, (shape.time_step, shape.features), name=spec.call, own=own)


def _unpack(data: bytes, shape: Shape, factory: Factory | None) -> "nn.Module":
    with_keras()
    from tunewright.prices.networks.keras import unpack

    return unpack(data, (shape.time_step, shape.features), factory)


FAMILY = Family(
    KERAS,
    "Keras model",
    KerasSettings,
    _read_spec,
    _build,
    fixed=frozenset({"call", "options"}),
    by_user=True,
    engine="keras",
    packing=Packing("model.keras", later("tunewright.prices.networks.keras:pack"), _unpack),
)
