"""A family of models of prices from outside the package, in one file: one weight for each feature of the last row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.prices.families.family import Family, Shape


@dataclass(frozen=True)
class LastRowSpec:
    family: ClassVar[str] = "last_row"
    scale: float

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "scale": self.scale}


class LastRowSettings(Section):
    scale: float = Field(1.0, gt=0)

    def spec(self) -> LastRowSpec:
        return LastRowSpec(self.scale)


class LastRow(nn.Module):
    def __init__(self, spec: LastRowSpec, shape: Shape, generator: torch.Generator) -> None:
        super().__init__()
        self.scale = spec.scale
        self.weights = nn.Parameter(0.01 * torch.randn(shape.features, generator=generator))

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        forecasts: Tensor = windows[-1] @ self.weights * self.scale
        return forecasts


def read_spec(values: Mapping[str, Any], factory: object) -> LastRowSpec:
    return LastRowSpec(float(values["scale"]))


FAMILY = Family("last_row", "last row", LastRowSettings, read_spec, LastRow)
