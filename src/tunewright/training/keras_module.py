"""A Keras model, on whichever backend, as a torch module: its weights have names and a place, as those of others."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import torch
from torch import Tensor, nn


class KerasModule(nn.Module):
    """For forecasts alone: what goes through it carries no gradients.

    file: the .keras file that it was read from; it also says how to train the model further, which is not read.
    """

    model: Any

    def __init__(self, model: Any, *, file: bytes | None = None) -> None:
        super().__init__()
        self.__dict__["model"] = model  # past torch, which knows modules of its own backend alone
        self.file = file

    def called(self, given: Any) -> Any:
        """What the model makes of a NumPy array, as another one."""
        return as_numpy(self.model(given, training=False))

    def state_dict(self, *others: Any, **named: Any) -> Any:
        """All weights, by their places."""
        return {f"weights.{place}": torch.from_numpy(one) for place, one in enumerate(self.model.get_weights())}

    def load_state_dict(self, state_dict: Mapping[str, Tensor], *others: Any, **named: Any) -> Any:
        """Raises ValueError where they are not those of this model."""
        self.model.set_weights([one.numpy() for one in state_dict.values()])

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        """Copies of the weights that are trained, for their number and their sizes."""
        for one in self.model.trainable_weights:
            yield nn.Parameter(torch.from_numpy(as_numpy(one).copy()))


def as_numpy(found: Any) -> Any:
    """A tensor of Keras's backend as a NumPy array."""
    with warnings.catch_warnings():  # NumPy's, about how torch hands its numbers over
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        return keras.ops.convert_to_numpy(found)
