"""The temporal convolutional network (Bai et al. 2018, "An Empirical Evaluation of Generic Convolutional and Recurrent
Networks for Sequence Modeling"): residual blocks of causal convolutions, each level twice as far apart as the last."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.prices.families.family import Family, Shape
from tunewright.prices.families.layers import Dropout

if TYPE_CHECKING:
    import torch
    from torch import nn

Levels = Annotated[int, Field(ge=1, le=8)]
Channels = Annotated[int, Field(ge=1, le=1024)]
KernelSize = Annotated[int, Field(ge=2, le=16)]


@dataclass(frozen=True)
class TCNSpec:
    """levels: blocks of two convolutions, 1, 2, 4, ... rows apart, so that the last step sees the last
    1 + 2 (kernel_size - 1) (2^levels - 1) rows. channels: of every convolution. dropout: after each of them."""

    family: ClassVar[str] = "tcn"
    levels: Levels
    channels: Channels
    kernel_size: KernelSize
    dropout: Dropout

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TCNSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class TCNSettings(Section):
    """As of the spec."""

    levels: Levels = 3
    channels: Channels = 16
    kernel_size: KernelSize = 3
    dropout: Dropout = 0.1

    def spec(self) -> TCNSpec:
        return TCNSpec(self.levels, self.channels, self.kernel_size, self.dropout)


def _build(spec: TCNSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.tcn import TCN

    return TCN(spec, shape.features, generator)


FAMILY = Family(
    "tcn", "TCN", TCNSettings, lambda values, factory: TCNSpec.from_dict(values), _build, widths=("channels",)
)
