"""The NLinear family (Zeng et al. 2023, "Are Transformers Effective for Time Series Forecasting?"): the last row is
subtracted from the window, a linear layer follows, and the last value of what is forecast is added back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.prices.families.family import Family, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True)
class NLinearSpec:
    """Nothing is left open."""

    family: ClassVar[str] = "nlinear"

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "NLinearSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class NLinearSettings(Section):
    """The family has no keys of its own."""

    def spec(self) -> NLinearSpec:
        return NLinearSpec()


def _build(spec: NLinearSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.nlinear import NLinear

    return NLinear(shape)


FAMILY = Family("nlinear", "NLinear", NLinearSettings, lambda values, factory: NLinearSpec.from_dict(values), _build)
