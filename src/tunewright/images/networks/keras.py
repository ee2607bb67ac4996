"""A Keras model, on whichever backend, as the network that judging and reports know."""

from typing import Any, final

import keras
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tunewright.training.keras_module import KerasModule, as_numpy

_LEAST = 1e-7
"""The smallest probability, as Keras's losses have it."""


@final
class KerasClassifier(KerasModule):
    """Images of shape (images, channels, height, width) in, scores of shape (images, classes) out, without training.

    Probabilities, which most models of Keras end in, become their logarithms; one output between two classes becomes
    two.
    """

    def __init__(self, model: Any, shape: tuple[int, int, int], *, file: bytes | None = None) -> None:
        """shape: (channels, height, width)."""
        super().__init__(model, file=file)
        self._probabilities = _ends_in(model)
        self(torch.zeros(2, *shape))  # models without an Input learn their shapes from what they see first

    @property
    def first_weights(self) -> Tensor | None:
        """Of its first convolution, of shape (filters, channels, height, width)."""
        kernels = (one.kernel for one in self.model.layers if isinstance(one, keras.layers.Conv2D))
        kernel = next(kernels, None)
        return None if kernel is None else torch.from_numpy(as_numpy(kernel)).permute(3, 2, 0, 1)

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


def _ends_in(model: Any) -> bool:
    """Whether its outputs are probabilities: its last layer is a softmax or a sigmoid."""
    last = model.layers[-1]
    named = getattr(getattr(last, "activation", None), "__name__", type(last).__name__.lower())
    return named in ("softmax", "sigmoid")
