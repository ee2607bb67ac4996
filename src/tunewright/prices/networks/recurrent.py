"""Recurrent layers one upon another as a module, whatever their cells."""

import math
from collections.abc import Sequence
from typing import TypeVar, final

import torch
from torch import Tensor, nn

from tunewright.prices.networks.attention import Attention
from tunewright.prices.networks.layers import dropped, linear, own_first_weights

R = TypeVar("R", nn.LSTM, nn.GRU)


@final
class Recurrent(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out.

    layers: of one kind, each with the dropout that follows it. attention: makes one state of all that the last layer
    has, in place of its last one. The head is linear.
    """

    def __init__(
        self,
        layers: Sequence[nn.LSTM | nn.GRU],
        dropout: Sequence[float],
        *,
        attention: Attention | None,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.attention = attention
        self.head = linear(width(layers[-1]), 1, generator)
        self.dropout = tuple(dropout)
        self._units, self._both_ways = layers[-1].hidden_size, layers[-1].bidirectional

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """With a `dropout` generator the model trains; without one it predicts."""
        states = windows
        for index, (layer, rate) in enumerate(zip(self.layers, self.dropout, strict=True)):
            states, _ = layer(states)
            if index == len(self.layers) - 1:
                states = self._ended(states) if self.attention is None else self.attention(states)
            states = dropped(states, rate, dropout)
        forecast: Tensor = self.head(states)
        return forecast[:, 0]

    def _ended(self, states: Tensor) -> Tensor:
        """The state after the last step; of the way back, which ends there, that of the first."""
        if not self._both_ways:
            return states[-1]
        return torch.cat([states[-1, :, : self._units], states[0, :, self._units :]], dim=1)


def recurrent_layers(model: Recurrent) -> list[nn.LSTM | nn.GRU]:
    """From the first to the last; a list of modules does not tell of which type they are."""
    return [layer for layer in model.layers if isinstance(layer, nn.LSTM | nn.GRU)]


def recurrent_layer(kind: type[R], inputs: int, units: int, *, both_ways: bool, generator: torch.Generator) -> R:
    """As Keras begins: Glorot-uniform input weights, orthogonal recurrent weights, biases 0."""
    with own_first_weights():
        layer = kind(inputs, units, bidirectional=both_ways)
    with torch.no_grad():
        for name, weight in layer.named_parameters():
            if name.startswith("weight_ih"):
                limit = math.sqrt(6 / sum(weight.shape))
                weight.uniform_(-limit, limit, generator=generator)
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(weight, generator=generator)
            else:
                weight.zero_()
    return layer


def width(layer: nn.LSTM | nn.GRU) -> int:
    """Numbers in a state of this layer: those of both ways, where it goes both."""
    return layer.hidden_size * (1 + layer.bidirectional)
