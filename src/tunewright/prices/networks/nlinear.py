"""NLinear as a module."""

from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn

from tunewright.prices.networks.layers import flattened, linear_from_zero

if TYPE_CHECKING:
    from tunewright.prices.families.family import Shape


@final
class NLinear(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out.

    Zeng et al. forecast each feature from its own past: its last value is subtracted, a linear layer follows, and the
    value is added back. Here all features forecast one target, so each has weights of its own, and what they come to is
    added up. The last value of the target is added back, on the target's scale, where the window holds it: a close or a
    volatility that is among the features. With that one feature this is their network, and it begins as the forecast
    that repeats the last value. A log return is no such value: what is forecast then is the change from the last price,
    which is added back outside; to add the last change as well would say that each day's change goes on.
    """

    def __init__(self, shape: "Shape") -> None:
        super().__init__()
        self.linear = linear_from_zero(shape.time_step * shape.features)
        self.last_value = shape.last_value

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """`dropout` is there for the families' common signature; a linear model has none."""
        change: Tensor = self.linear(flattened(windows - windows[-1:]))[:, 0]
        if self.last_value is None:
            return change
        return change + self.last_value.slope * windows[-1, :, self.last_value.feature] + self.last_value.shift
