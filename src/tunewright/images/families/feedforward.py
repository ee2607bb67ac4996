"""The feed-forward family: what a network reaches that does not know that pixels have neighbours."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, get_args

from pydantic import Field

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.images.families.family import Family, Shape
from tunewright.images.families.names import ActivationName, Dropout, check_names

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class FeedForwardSpec:
    """hidden: units of every hidden layer. batch_norm: after each of them. dropout: after each activation.

    Raises ValueError.
    """

    family: ClassVar[str] = "feedforward"
    hidden: tuple[Annotated[int, Field(ge=1)], ...] = (1024, 512, 256)
    activation: ActivationName = "relu"
    batch_norm: bool = True
    dropout: Dropout = 0.0

    def __post_init__(self) -> None:
        check_names(self, {"activation": get_args(ActivationName)})

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "FeedForwardSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class FeedForwardSettings(Section):
    """units: of the first of the `layers`, each half as wide as the one before."""

    layers: int = Field(3, ge=0, le=10)
    units: int = Field(1024, ge=1, le=65536)
    batch_norm: bool = True
    activation: ActivationName = "relu"
    dropout: float = Field(0.0, ge=0, lt=1)

    def spec(self) -> FeedForwardSpec:
        hidden = tuple(max(1, self.units // 2**layer) for layer in range(self.layers))
        return FeedForwardSpec(hidden, self.activation, self.batch_norm, self.dropout)


def _build(spec: FeedForwardSpec, shape: Shape, classes: int) -> "nn.Module":
    from tunewright.images.networks.feedforward import FeedForward

    return FeedForward(spec, shape, classes)


FAMILY = Family(
    "feedforward",
    "feed-forward network",
    FeedForwardSettings,
    read_spec=lambda values, factory: FeedForwardSpec.from_dict(values),
    build=_build,
    widths=("units",),
)
