"""The multilayer perceptron: the window as one vector, one to three layers of ReLU units, and a linear head."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tunewright.prices.families.family import Family, Shape
from tunewright.prices.families.layers import UNITS, LayerSettings, LayerSpec

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True)
class MLPSpec(LayerSpec):
    family: ClassVar[str] = "mlp"


class MLPSettings(LayerSettings):
    def spec(self) -> MLPSpec:
        return MLPSpec(*self.by_layer())


def _build(spec: MLPSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.mlp import MLP

    return MLP(spec, shape.time_step * shape.features, generator)


FAMILY = Family("mlp", "MLP", MLPSettings, lambda values, factory: MLPSpec.from_dict(values), _build, widths=UNITS)
