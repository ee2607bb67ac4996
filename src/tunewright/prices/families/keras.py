"""The user's own Keras models: a `build_model(hp)` as KerasTuner calls it, for windows of prices."""

from typing import TYPE_CHECKING

from tunewright.core.plugins import later
from tunewright.experiment.by_keras import KERAS, KerasSettings, KerasSpec, read_keras_spec, with_keras
from tunewright.experiment.by_user import Factory, Packing
from tunewright.prices.families.family import Family, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


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
    read_keras_spec,
    _build,
    fixed=frozenset({"call", "options"}),
    by_user=True,
    engine="keras",
    packing=Packing("model.keras", later("tunewright.prices.networks.keras:pack"), _unpack),
)
