"""The LSTM family: one to three layers, each with units and dropout of its own, and a linear head on the last step."""

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

Units = Annotated[int, Field(ge=1, le=4096)]
Dropout = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True)
class LSTMSpec:
    """units and dropout by layer, from the input on; dropout follows its layer."""

    family: ClassVar[str] = "lstm"
    units: Annotated[tuple[Units, ...], Field(min_length=1)]
    dropout: tuple[Dropout, ...]

    def __post_init__(self) -> None:
        if len(self.units) != len(self.dropout):
            raise ValueError(f"units and dropout must have one entry per layer, found {self.units} and {self.dropout}")

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "units": list(self.units), "dropout": list(self.dropout)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "LSTMSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class LSTMSettings(Section):
    """units and dropout hold for every layer that has no figure of its own (`units_1` is the first layer's)."""

    layers: int = Field(1, ge=1, le=3)
    units: Units = 32
    units_1: Units | None = None
    units_2: Units | None = None
    units_3: Units | None = None
    dropout: Dropout = 0.1
    dropout_1: Dropout | None = None
    dropout_2: Dropout | None = None
    dropout_3: Dropout | None = None

    def spec(self) -> LSTMSpec:
        units = (self.units_1, self.units_2, self.units_3)[: self.layers]
        dropout = (self.dropout_1, self.dropout_2, self.dropout_3)[: self.layers]
        return LSTMSpec(
            tuple(self.units if own is None else own for own in units),
            tuple(self.dropout if own is None else own for own in dropout),
        )


def _build(spec: LSTMSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.lstm import LSTM

    return LSTM(spec, shape.features, generator)


FAMILY = Family("lstm", "LSTM", LSTMSettings, lambda values, factory: LSTMSpec.from_dict(values), _build)
