"""Ridge regression on flattened windows: the baseline that a network has to beat, and a family of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.experiment.values import NotNegative, Positive
from tunewright.prices.families.family import Family, Shape

if TYPE_CHECKING:
    import torch
    from torch import nn

    from tunewright.prices.preparation.windows import Samples


@dataclass(frozen=True)
class RidgeSpec:
    """The penalty; None has it chosen among `networks.ridge.PENALTIES` by leave-one-out on the training rows."""

    family: ClassVar[str] = "ridge"
    penalty: NotNegative | None = None

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "penalty": self.penalty}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "RidgeSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class RidgeSettings(Section):
    penalty: Positive | None = None

    def spec(self) -> RidgeSpec:
        return RidgeSpec(self.penalty)


def _build(spec: RidgeSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.ridge import Ridge

    return Ridge(shape.time_step, shape.features)


def _fit(spec: RidgeSpec, samples: "Samples") -> "nn.Module":
    from tunewright.prices.networks.ridge import fit_ridge

    return fit_ridge(samples, spec)


FAMILY = Family("ridge", "ridge", RidgeSettings, lambda values, factory: RidgeSpec.from_dict(values), _build, fit=_fit)
