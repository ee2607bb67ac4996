"""The DLinear family (Zeng et al. 2023, "Are Transformers Effective for Time Series Forecasting?"): one linear layer on
the moving average of the window, one on what remains of it, added up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.prices.families.family import Family, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn

Rows = Annotated[int, Field(ge=2, le=1000)]


@dataclass(frozen=True)
class DLinearSpec:
    """moving_average: rows of the average, which may be more than the window has, as its ends are repeated."""

    family: ClassVar[str] = "dlinear"
    moving_average: Rows

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "moving_average": self.moving_average}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "DLinearSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class DLinearSettings(Section):
    moving_average: Rows = 25

    def spec(self) -> DLinearSpec:
        return DLinearSpec(self.moving_average)


def _build(spec: DLinearSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.dlinear import DLinear

    return DLinear(spec, shape.time_step * shape.features)


FAMILY = Family("dlinear", "DLinear", DLinearSettings, lambda values, factory: DLinearSpec.from_dict(values), _build)
