"""What the networks are made of: linear layers, dropout, windows as vectors. All chance comes from a generator that is
given, none from torch's global stream."""

from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn


def linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """As Keras begins: Glorot-uniform weights, biases 0."""
    layer = _unfilled(inputs, outputs)
    with torch.no_grad():
        nn.init.xavier_uniform_(layer.weight, generator=generator)
        layer.bias.zero_()
    return layer


def linear_from_zero(inputs: int) -> nn.Linear:
    """To one number, at first 0 whatever comes in: for linear models, which find their way from anywhere, and for heads
    on states that are not bounded. With random weights such a head would begin with forecasts as wide as the target is,
    and a signal as weak as that of returns does not get a network out of that in a few epochs."""
    layer = _unfilled(inputs, 1)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


def _unfilled(inputs: int, outputs: int) -> nn.Linear:
    with own_first_weights():
        return nn.Linear(inputs, outputs)


def own_first_weights() -> AbstractContextManager[None]:
    """Layers made inside draw first weights, which are overwritten, and leave torch's global stream as it was.

    (On the device "meta" they would draw none, but that loads torch's compiler, which takes most of a second.)
    """
    return torch.random.fork_rng(devices=[])


def dropped(states: Tensor, rate: float, generator: torch.Generator | None) -> Tensor:
    """The states with each number zero by this chance and the others larger for it; as they are without a generator."""
    if generator is None or rate == 0:
        return states
    keep = torch.empty_like(states).bernoulli_(1 - rate, generator=generator)
    return states * keep.div_(1 - rate)


def flattened(windows: Tensor) -> Tensor:
    """Windows of shape (time_step, batch, features) as vectors of shape (batch, time_step * features), row by row."""
    return windows.transpose(0, 1).flatten(1)
