"""The temporal convolutional network as a module."""

from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from tunewright.prices.networks.layers import dropped, linear, linear_from_zero

if TYPE_CHECKING:
    from tunewright.prices.families.tcn import TCNSpec


@final
class TCN(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out: a linear head on what
    the last block makes of the last step."""

    def __init__(self, spec: "TCNSpec", features: int, generator: torch.Generator) -> None:
        super().__init__()
        inputs = (features, *[spec.channels] * (spec.levels - 1))
        self.blocks = nn.ModuleList(
            Block(spec, inputs=width, dilation=2**level, generator=generator) for level, width in enumerate(inputs)
        )
        self.head = linear_from_zero(spec.channels)

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """With a `dropout` generator the model trains; without one it predicts."""
        states = windows.permute(1, 2, 0)
        for block in self.blocks:
            states = block(states, dropout)
        forecast: Tensor = self.head(states[:, :, -1])
        return forecast[:, 0]


@final
class Block(nn.Module):
    """Two convolutions, each with ReLU and dropout; what came in is added to what comes out, through a linear map where
    the numbers of channels differ. Shape (batch, channels, time_step) in and out."""

    def __init__(self, spec: "TCNSpec", *, inputs: int, dilation: int, generator: torch.Generator) -> None:
        super().__init__()
        self.rate = spec.dropout
        self.first = CausalConvolution(inputs, spec, dilation, generator)
        self.second = CausalConvolution(spec.channels, spec, dilation, generator)
        self.across = None if inputs == spec.channels else linear(inputs, spec.channels, generator)

    def forward(self, states: Tensor, dropout: torch.Generator | None) -> Tensor:
        inner = states
        for convolution in (self.first, self.second):
            inner = dropped(torch.relu(convolution(inner)), self.rate, dropout)
        around = states if self.across is None else self.across(states.transpose(1, 2)).transpose(1, 2)
        return torch.relu(inner + around)


@final
class CausalConvolution(nn.Module):
    """A dilated convolution whose output at a step has seen that step and earlier ones alone.

    Weight normalisation (Salimans and Kingma 2016): each output channel's weights are a direction and a size, learnt
    apart. They begin He-uniform, as a ReLU follows, and biases at 0.
    """

    def __init__(self, inputs: int, spec: "TCNSpec", dilation: int, generator: torch.Generator) -> None:
        super().__init__()
        self.dilation = dilation
        self.direction = nn.Parameter(torch.empty(spec.channels, inputs, spec.kernel_size))
        nn.init.kaiming_uniform_(self.direction, nonlinearity="relu", generator=generator)
        self.size = nn.Parameter(self.direction.detach().norm(dim=(1, 2), keepdim=True))
        self.bias = nn.Parameter(torch.zeros(spec.channels))

    def forward(self, states: Tensor) -> Tensor:
        weight = self.size * functional.normalize(self.direction, dim=(1, 2))  # type: ignore[arg-type]
        before = self.dilation * (weight.shape[-1] - 1)
        return functional.conv1d(functional.pad(states, (before, 0)), weight, self.bias, dilation=self.dilation)
