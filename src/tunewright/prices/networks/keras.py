"""A Keras model, on whichever backend, as the module that training and forecasts know."""

from typing import Any, final

import numpy as np
import torch
from torch import Tensor

from tunewright.core.errors import TrialFailure
from tunewright.core.words import told
from tunewright.training.keras_module import KerasModule


@final
class KerasNetwork(KerasModule):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out, without training."""

    def __init__(self, model: Any, shape: tuple[int, int], *, name: str, file: bytes | None = None) -> None:
        """shape: (time_step, features). name: of the function that made it, for messages."""
        super().__init__(model, file=file)
        self._name = name
        self(torch.zeros(shape[0], 2, shape[1]))  # models without an Input learn their shapes from what they see first

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """Raises TrialFailure where the model takes other windows, or gives something else."""
        given = np.ascontiguousarray(windows.transpose(0, 1).numpy())
        try:
            found = self.called(given)
        except Exception as error:  # Keras raises what its backend does
            raise TrialFailure(
                f"the model of {self._name} failed on windows of shape {given.shape}, (batch, time_step, features): "
                f"{told(error)}"
            ) from error
        if found.shape not in ((len(given),), (len(given), 1)):
            raise TrialFailure(
                f"the model of {self._name} gave shape {found.shape} for {len(given)} windows; expected one forecast "
                f"each, of shape ({len(given)},) or ({len(given)}, 1)"
            )
        return torch.from_numpy(found.reshape(-1).astype(np.float32))
