"""The user's own Keras models: a `build_model(hp)` as KerasTuner calls it, for images."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tunewright.core.plugins import later
from tunewright.experiment.by_keras import KERAS, KerasSettings, KerasSpec, read_keras_spec, with_keras
from tunewright.experiment.by_user import Factory, Packing
from tunewright.images.families.family import Family, Shape

if TYPE_CHECKING:
    from torch import nn


def given(shape: Shape, classes: int) -> Mapping[str, Any]:
    """What the function's file need not define, as Keras has it mostly: channels last."""
    channels, height, width = shape
    return {"input_shape": (height, width, channels), "num_classes": classes}


def _build(spec: KerasSpec, shape: Shape, classes: int) -> "nn.Module":
    """Raises TrialFailure where the function fails, ConfigError where it makes something else."""
    import torch

    from tunewright.bundle.keras_file import check_held
    from tunewright.images.networks.keras import KerasClassifier

    network = KerasClassifier(spec.make(given(shape, classes), torch.default_generator), shape)
    check_held(network, spec.build, name=spec.call)
    return network


def _unpack(data: bytes, shape: Shape, factory: Factory | None) -> "nn.Module":
    with_keras()
    from tunewright.bundle.keras_file import model_of
    from tunewright.images.networks.keras import KerasClassifier

    return KerasClassifier(model_of(data, factory), shape, file=data)


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
