"""The multilayer perceptron as a module."""

from itertools import pairwise
from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn

from tunewright.prices.networks.layers import dropped, flattened, linear, linear_from_zero

if TYPE_CHECKING:
    from tunewright.prices.families.mlp import MLPSpec


@final
class MLP(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out.

    Its layers begin as those of Keras, its head at zero."""

    def __init__(self, spec: "MLPSpec", inputs: int, generator: torch.Generator) -> None:
        """inputs: time_step * features."""
        super().__init__()
        sizes = pairwise((inputs, *spec.units))
        self.layers = nn.ModuleList(linear(before, after, generator) for before, after in sizes)
        self.head = linear_from_zero(spec.units[-1])
        self.dropout = spec.dropout

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """With a `dropout` generator the model trains; without one it predicts."""
        states = flattened(windows)
        for layer, rate in zip(self.layers, self.dropout, strict=True):
            states = dropped(torch.relu(layer(states)), rate, dropout)
        forecast: Tensor = self.head(states)
        return forecast[:, 0]
