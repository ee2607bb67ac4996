"""A Keras model, on whichever backend, as the network that judging and reports know."""

from collections.abc import Iterable
from typing import Any, final

import keras
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from tunewright.bundle.keras_file import check_config, classes_beside, model_of, to_bytes
from tunewright.core.errors import ConfigError
from tunewright.experiment.by_user import Factory
from tunewright.training.keras_module import KerasModule

_LEAST = 1e-7
"""The smallest probability, as Keras's losses have it."""


@final
class KerasClassifier(KerasModule):
    """Images of shape (images, channels, height, width) in, scores of shape (images, classes) out, without training.

    Probabilities, which most models of Keras end in, become their logarithms; one output between two classes becomes
    two.
    """

    def __init__(self, model: Any, shape: tuple[int, int, int], *, own: Iterable[type] = ()) -> None:
        """shape: (channels, height, width). own: layers of the user's. Raises ConfigError where a bundle could not hold
        the model."""
        super().__init__(model)
        self._probabilities = _ends_in(model)
        self(torch.zeros(2, *shape))  # models without an Input learn their shapes from what they see first
        try:
            check_config(keras.saving.serialize_keras_object(model), *own)
        except ValueError as error:
            raise ConfigError(str(error)) from None

    @property
    def first_weights(self) -> Tensor | None:
        """Of its first convolution, of shape (filters, channels, height, width)."""
        kernels = (one.kernel for one in self.model.layers if isinstance(one, keras.layers.Conv2D))
        kernel = next(kernels, None)
        return None if kernel is None else torch.from_numpy(keras.ops.convert_to_numpy(kernel)).permute(3, 2, 0, 1)

    def forward(self, images: Tensor) -> Tensor:
        found = torch.from_numpy(self.called(as_keras_has(images)).astype(np.float32))
        if found.ndim != 2:
            return found
        if self._probabilities:
            found = found.clamp(_LEAST, 1 - _LEAST)
            return found.log() if found.shape[1] > 1 else torch.cat([(1 - found).log(), found.log()], dim=1)
        return found if found.shape[1] > 1 else torch.cat([torch.zeros_like(found), found], dim=1)


def as_keras_has(images: Tensor) -> npt.NDArray[np.float32]:
    """Images of shape (images, channels, height, width) in the order that Keras is set to, channels last mostly."""
    last = keras.config.image_data_format() == "channels_last"
    ordered: npt.NDArray[np.float32] = (
        (images.permute(0, 2, 3, 1) if last else images).detach().cpu().contiguous().numpy()
    )
    return ordered


def pack(module: nn.Module) -> bytes:
    """The model as a .keras file."""
    assert isinstance(module, KerasClassifier), "the family's own"
    return to_bytes(module.model)


def unpack(data: bytes, shape: tuple[int, int, int], build: Factory | None) -> KerasClassifier:
    """The inverse. build: the user's function, whose file may define layers. Raises ValueError."""
    return KerasClassifier(model_of(data, build), shape, own=classes_beside(build).values())


def _ends_in(model: Any) -> bool:
    """Whether its outputs are probabilities: its last layer is a softmax or a sigmoid."""
    last = model.layers[-1]
    named = getattr(getattr(last, "activation", None), "__name__", type(last).__name__.lower())
    return named in ("softmax", "sigmoid")
