"""DLinear as a module."""

from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from tunewright.prices.networks.layers import flattened, linear_from_zero

if TYPE_CHECKING:
    from tunewright.prices.families.dlinear import DLinearSpec


@final
class DLinear(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out.

    Every feature is parted into its moving average and the rest. Zeng et al. forecast each feature from its own past;
    here all of them forecast one target, so each has weights of its own, and their forecasts are added up. With one
    feature this is exactly their network, but that it begins at zero, where theirs is drawn at random.
    """

    def __init__(self, spec: "DLinearSpec", inputs: int) -> None:
        """inputs: time_step * features."""
        super().__init__()
        self.rows = spec.moving_average
        self.trend, self.remainder = linear_from_zero(inputs), linear_from_zero(inputs)

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """`dropout` is there for the families' common signature; a linear model has none."""
        trend = moving_average(windows, self.rows)
        forecast: Tensor = self.trend(flattened(trend)) + self.remainder(flattened(windows - trend))
        return forecast[:, 0]


def moving_average(windows: Tensor, rows: int) -> Tensor:
    """The centred mean over so many rows of each window, whose first and last row are repeated beyond its ends; of an
    even number, one more lies behind. Shape (time_step, batch, features) in, the same out."""
    series = functional.pad(windows.permute(1, 2, 0), ((rows - 1) // 2, rows // 2), mode="replicate")
    return functional.avg_pool1d(series, rows, stride=1).permute(2, 0, 1)
