"""Attention over the steps of a window."""

import math
from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn

from tunewright.prices.networks.layers import linear

if TYPE_CHECKING:
    from tunewright.prices.families.lstm import AttentionName


@final
class Attention(nn.Module):
    """States of shape (time_step, batch, width) in, their weighted mean over the steps out, of shape (batch, width).

    A step's weight is the softmax of its score. `additive`: query · tanh(W state + b) (Bahdanau et al. 2015, "Neural
    Machine Translation by Jointly Learning to Align and Translate"). `dot`: query · state / sqrt(width) (Luong et al.
    2015, "Effective Approaches to Attention-based Neural Machine Translation", scaled as by Vaswani et al. 2017). The
    query is learnt, where those papers have the state of a decoder: one forecast has none.
    """

    def __init__(self, name: "AttentionName", width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.keys = linear(width, width, generator) if name == "additive" else None
        self.query = nn.Parameter(torch.empty(width))
        limit = math.sqrt(6 / (width + 1))
        with torch.no_grad():
            self.query.uniform_(-limit, limit, generator=generator)

    def forward(self, states: Tensor) -> Tensor:
        weights = torch.softmax(self._scores(states), dim=0)
        return (weights[:, :, None] * states).sum(dim=0)

    def _scores(self, states: Tensor) -> Tensor:
        """Shape (time_step, batch)."""
        if self.keys is None:
            return states @ self.query / math.sqrt(states.shape[-1])
        return torch.tanh(self.keys(states)) @ self.query
