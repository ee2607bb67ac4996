"""What families of layers one upon another have in common: how many, and the units and dropout of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec

Units = Annotated[int, Field(ge=1, le=4096)]
Dropout = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True)
class LayerSpec:
    """units and dropout by layer, from the input on; dropout follows its layer. Raises ValueError where their numbers
    differ."""

    family: ClassVar[str]
    units: Annotated[tuple[Units, ...], Field(min_length=1)]
    dropout: tuple[Dropout, ...]

    def __post_init__(self) -> None:
        if len(self.units) != len(self.dropout):
            raise ValueError(f"units and dropout must have one entry per layer, found {self.units} and {self.dropout}")

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "units": list(self.units), "dropout": list(self.dropout)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


UNITS = ("units", "units_1", "units_2", "units_3")
"""Keys that are how wide the networks are."""


class LayerSettings(Section):
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

    def by_layer(self) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """Units and dropout of each layer, from the input on."""
        units = (self.units_1, self.units_2, self.units_3)[: self.layers]
        dropout = (self.dropout_1, self.dropout_2, self.dropout_3)[: self.layers]
        return (
            tuple(self.units if own is None else own for own in units),
            tuple(self.dropout if own is None else own for own in dropout),
        )
