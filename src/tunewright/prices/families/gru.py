"""The GRU family: layers as those of the LSTM, of gated recurrent units (Cho et al. 2014), which have no cell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tunewright.prices.families.family import Family, Shape
from tunewright.prices.families.layers import UNITS, LayerSettings, LayerSpec

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True)
class GRUSpec(LayerSpec):
    family: ClassVar[str] = "gru"


class GRUSettings(LayerSettings):
    def spec(self) -> GRUSpec:
        return GRUSpec(*self.by_layer())


def _build(spec: GRUSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.gru import gru

    return gru(spec, shape.features, generator)


FAMILY = Family(
    "gru",
    "GRU",
    GRUSettings,
    lambda values, factory: GRUSpec.from_dict(values),
    _build,
    widths=UNITS,
    engine="compiled",
)
