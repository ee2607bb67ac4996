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
    from tunewright.bundle.keras_file import check_held
    from tunewright.prices.networks.keras import KerasNetwork

    model = spec.make({"time_step": shape.time_step, "n_features": shape.features}, generator)
    network = KerasNetwork(model, (shape.time_step, shape.features), name=spec.call)
    check_held(network, spec.build, name=spec.call)
    return network


def _unpack(data: bytes, shape: Shape, factory: Factory | None) -> "nn.Module":
    with_keras()
    from tunewright.bundle.keras_file import model_of
    from tunewright.prices.networks.keras import KerasNetwork

    return KerasNetwork(model_of(data, factory), (shape.time_step, shape.features), name="the bundle", file=data)


FAMILY = Family(
    KERAS,
    "Keras model",
    KerasSettings,
    read_keras_spec,
    _build,
    fixed=frozenset({"call", "options"}),
    by_user=True,
    engine="keras",
    packing=Packing("model.keras", later("tunewright.bundle.keras_file:pack"), _unpack),
)
