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

    from tunewright.bundle.keras_file import classes_beside
    from tunewright.images.networks.keras import KerasClassifier

    model = spec.make(given(shape, classes), torch.default_generator)
    return KerasClassifier(model, shape, own=classes_beside(spec.build).values())


def _unpack(data: bytes, shape: Shape, factory: Factory | None) -> "nn.Module":
    with_keras()
    from tunewright.images.networks.keras import unpack

    return unpack(data, shape, factory)


FAMILY = Family(
    KERAS,
    "Keras model",
    KerasSettings,
    read_keras_spec,
    _build,
    fixed=frozenset({"call", "options"}),
    by_user=True,
    engine="keras",
    packing=Packing("model.keras", later("tunewright.images.networks.keras:pack"), _unpack),
)
