"""The LSTM as a module."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, cast, final

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from tunewright.prices.families.lstm import LSTMSpec


@final
class LSTM(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out.

    Initialised as Keras does: Glorot-uniform input weights, orthogonal recurrent weights, forget-gate bias 1, all other
    biases 0 (Jozefowicz et al. 2015 for the forget gate). The torch layer has two bias vectors where
    Keras has one; the second would only double the first one's step, so it is held at zero and not trained.
    """

    def __init__(self, spec: "LSTMSpec", features: int, generator: torch.Generator) -> None:
        super().__init__()
        # Made without weights, as first ones would be drawn from torch's global stream.
        sizes = (features, *spec.units)
        self.layers = nn.ModuleList(
            nn.LSTM(inputs, units, device="meta").to_empty(device="cpu") for inputs, units in pairwise(sizes)
        )
        self.head = nn.Linear(spec.units[-1], 1, device="meta").to_empty(device="cpu")
        self.dropout = spec.dropout
        with torch.no_grad():
            for layer in self.layers:
                _initialise_layer(cast("nn.LSTM", layer), generator)
            nn.init.xavier_uniform_(self.head.weight, generator=generator)
            self.head.bias.zero_()

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """With a `dropout` generator the model trains; without one it predicts."""
        states = windows
        for index, (layer, rate) in enumerate(zip(self.layers, self.dropout, strict=True)):
            states, _ = layer(states)
            if index == len(self.layers) - 1:
                states = states[-1]
            if dropout is not None and rate > 0:
                keep = torch.empty_like(states).bernoulli_(1 - rate, generator=dropout)
                states = states * keep.div_(1 - rate)
        forecast: Tensor = self.head(states)
        return forecast[:, 0]


def _initialise_layer(layer: nn.LSTM, generator: torch.Generator) -> None:
    weights = dict(layer.named_parameters())
    units, inputs = layer.hidden_size, layer.input_size
    limit = math.sqrt(6 / (inputs + 4 * units))
    weights["weight_ih_l0"].uniform_(-limit, limit, generator=generator)
    nn.init.orthogonal_(weights["weight_hh_l0"], generator=generator)
    weights["bias_ih_l0"].zero_()
    weights["bias_ih_l0"][units : 2 * units] = 1.0  # torch orders the gates input, forget, cell, output
    weights["bias_hh_l0"].zero_().requires_grad_(False)
