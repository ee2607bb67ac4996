"""The LSTM as a module."""

from typing import TYPE_CHECKING

import torch
from torch import nn

from tunewright.prices.networks.attention import Attention
from tunewright.prices.networks.recurrent import Recurrent, recurrent_layer, width

if TYPE_CHECKING:
    from tunewright.prices.families.lstm import LSTMSpec


def lstm(spec: "LSTMSpec", features: int, generator: torch.Generator) -> Recurrent:
    """Initialised as Keras does: Glorot-uniform input weights, orthogonal recurrent weights, forget-gate bias 1, all
    other biases 0 (Jozefowicz et al. 2015 for the forget gate)."""
    layers: list[nn.LSTM] = []
    for units in spec.units:
        inputs = width(layers[-1]) if layers else features
        layers.append(
            _as_keras(recurrent_layer(nn.LSTM, inputs, units, both_ways=spec.bidirectional, generator=generator))
        )
    attention = None if spec.attention == "none" else Attention(spec.attention, width(layers[-1]), generator)
    return Recurrent(layers, spec.dropout, attention=attention, generator=generator)


def _as_keras(layer: nn.LSTM) -> nn.LSTM:
    """The torch layer has two bias vectors where Keras has one; the second would only double the first one's step, so
    it is held at zero and not trained."""
    units = layer.hidden_size
    with torch.no_grad():
        for name, bias in layer.named_parameters():
            if name.startswith("bias_ih"):
                bias[units : 2 * units] = 1.0  # torch orders the gates input, forget, cell, output
            elif name.startswith("bias_hh"):
                bias.requires_grad_(False)
    return layer
