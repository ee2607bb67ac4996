"""The GRU as a module."""

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn

from tunewright.prices.networks.recurrent import Recurrent, recurrent_layer

if TYPE_CHECKING:
    from tunewright.prices.families.gru import GRUSpec


def gru(spec: "GRUSpec", features: int, generator: torch.Generator) -> Recurrent:
    """Initialised as Keras does: Glorot-uniform input weights, orthogonal recurrent weights, biases 0.

    The reset gate acts on what the recurrent weights and their bias make of the state, as in torch and as in Keras with
    its `reset_after`; so both have two bias vectors, and both train them.
    """
    layers = [
        recurrent_layer(nn.GRU, inputs, units, both_ways=False, generator=generator)
        for inputs, units in pairwise((features, *spec.units))
    ]
    return Recurrent(layers, spec.dropout, attention=None, generator=generator)
