"""The transformer over patches as a module."""

from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from tunewright.prices.networks.layers import dropped, linear, linear_from_zero

if TYPE_CHECKING:
    from tunewright.prices.families.family import Shape
    from tunewright.prices.families.transformer import TransformerSpec

_WIDER = 2
"""Feed-forward units for each number of d_model, as PatchTST has."""


@final
class Transformer(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out.

    As PatchTST: patches that overlap, the last row repeated `stride` times behind the window, a linear map to d_model,
    learnt positions added, encoder layers, a linear head on all states side by side. A patch here holds all features of
    its rows, where PatchTST forecasts each feature from its own past; with one feature the two are the same, but for
    three of its options: the norms are LayerNorm, not BatchNorm, so that a forecast depends on its own window alone;
    windows are not normalised one by one, as features are scaled already and a window's own level may tell something;
    a layer's attention is not added to that of the layer before.
    """

    def __init__(self, spec: "TransformerSpec", shape: "Shape", generator: torch.Generator) -> None:
        super().__init__()
        self.patch_length, self.stride, self.rate = spec.patch_length, spec.stride, spec.dropout
        patches = (shape.time_step + spec.stride - spec.patch_length) // spec.stride + 1
        self.embedding = linear(spec.patch_length * shape.features, spec.d_model, generator)
        self.position = nn.Parameter(torch.empty(patches, spec.d_model))
        with torch.no_grad():
            self.position.uniform_(-0.02, 0.02, generator=generator)
        self.layers = nn.ModuleList(EncoderLayer(spec, generator) for _ in range(spec.layers))
        self.head = linear_from_zero(patches * spec.d_model)

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """With a `dropout` generator the model trains; without one it predicts."""
        states = dropped(self.embedding(self._patches(windows)) + self.position, self.rate, dropout)
        for layer in self.layers:
            states = layer(states, dropout)
        forecast: Tensor = self.head(states.flatten(1))
        return forecast[:, 0]

    def _patches(self, windows: Tensor) -> Tensor:
        """Shape (batch, patches, features * patch_length), feature by feature."""
        series = functional.pad(windows.permute(1, 2, 0), (0, self.stride), mode="replicate")
        return series.unfold(2, self.patch_length, self.stride).transpose(1, 2).flatten(2)


@final
class EncoderLayer(nn.Module):
    """Self-attention and a feed-forward part with GELU, each added to what came in and then normalised (Vaswani et al.
    2017). Shape (batch, patches, d_model) in and out; dropout of what is added, and between the feed-forward layers."""

    def __init__(self, spec: "TransformerSpec", generator: torch.Generator) -> None:
        super().__init__()
        width = spec.d_model
        self.heads, self.rate = spec.heads, spec.dropout
        self.queries, self.keys, self.values, self.joined = (linear(width, width, generator) for _ in range(4))
        self.wider, self.narrower = linear(width, _WIDER * width, generator), linear(_WIDER * width, width, generator)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))

    def forward(self, states: Tensor, dropout: torch.Generator | None) -> Tensor:
        after_attention, after_both = self.norms
        states = after_attention(states + dropped(self._attended(states), self.rate, dropout))
        inner = dropped(functional.gelu(self.wider(states)), self.rate, dropout)
        done: Tensor = after_both(states + dropped(self.narrower(inner), self.rate, dropout))
        return done

    def _attended(self, states: Tensor) -> Tensor:
        parts = (layer(states) for layer in (self.queries, self.keys, self.values))
        queries, keys, values = (part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in parts)
        found = functional.scaled_dot_product_attention(queries, keys, values)
        joined: Tensor = self.joined(found.transpose(1, 2).flatten(2))
        return joined
