"""The convolutional family: a stem, stages that halve the picture, residual blocks in them, and a linear head."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.images.families.family import Family, Shape
from tunewright.images.families.names import ActivationName, Dropout, check_names

if TYPE_CHECKING:
    from torch import nn

PoolingName = Literal["max", "average", "stride"]
NormName = Literal["batch", "group", "none"]
HeadName = Literal["max", "average"]
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "norm": get_args(NormName),
        "activation": get_args(ActivationName),
        "pooling": get_args(PoolingName),
        "head": get_args(HeadName),
    }
)


@dataclass(frozen=True)
class CNNSpec:
    """widths: channels of the stem and of every stage. depth: blocks of two convolutions after the stem and in every
    stage. pooling: how a stage halves height and width. head: how the last maps become one number each. dropout: of
    these numbers. Raises ValueError.
    """

    family: ClassVar[str] = "cnn"
    widths: tuple[Annotated[int, Field(ge=1)], ...]
    depth: tuple[Annotated[int, Field(ge=0)], ...]
    kernel: Annotated[int, Field(ge=1)] = 3
    residual: bool = True
    norm: NormName = "batch"
    activation: ActivationName = "relu"
    pooling: PoolingName = "max"
    head: HeadName = "max"
    dropout: Dropout = 0.0

    def __post_init__(self) -> None:
        if len(self.widths) != len(self.depth) or not self.widths:
            raise ValueError(f"widths and depth need one entry per stage, found {self.widths} and {self.depth}")
        if self.kernel % 2 == 0:
            raise ValueError(f"kernel must be odd, found {self.kernel}")
        check_names(self, _NAMES)

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "CNNSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


Channels = Annotated[int, Field(ge=1, le=4096)]
Blocks = Annotated[int, Field(ge=0, le=20)]


class CNNSettings(Section):
    """width: channels after the first convolution, doubled by each of the `stages` up to max_width. depth: blocks of
    two convolutions in each stage. widths, depths: the same written out, from the first convolution on."""

    stages: int = Field(3, ge=0, le=6)
    width: Channels = 16
    max_width: Channels = 64
    depth: Blocks = 1
    widths: list[Channels] | None = Field(None, min_length=1)
    depths: list[Blocks] | None = Field(None, min_length=1)
    kernel: Literal[1, 3, 5, 7] = 3
    residual: bool = True
    norm: NormName = "batch"
    activation: ActivationName = "relu"
    pooling: PoolingName = "max"
    head: HeadName = "max"
    dropout: float = Field(0.0, ge=0, lt=1)

    @model_validator(mode="after")
    def _check(self) -> "CNNSettings":
        if self.depths is not None and len(self.depths) != len(self.channels()):
            raise ValueError(
                f"depths needs one number for the first convolution and one for each stage, {len(self.channels())} in "
                f"all, found {self.depths}"
            )
        return self

    def channels(self) -> tuple[int, ...]:
        """Of the first convolution and of every stage."""
        if self.widths is not None:
            return tuple(self.widths)
        wider = (min(self.width * 2**stage, self.max_width) for stage in range(1, self.stages + 1))
        return (self.width, *(max(self.width, channels) for channels in wider))

    def blocks(self) -> tuple[int, ...]:
        """After the first convolution and in every stage."""
        return tuple(self.depths) if self.depths is not None else (0, *(self.depth for _ in self.channels()[1:]))

    def spec(self) -> CNNSpec:
        return CNNSpec(
            self.channels(),
            self.blocks(),
            self.kernel,
            self.residual,
            self.norm,
            self.activation,
            self.pooling,
            self.head,
            self.dropout,
        )


def _build(spec: CNNSpec, shape: Shape, classes: int) -> "nn.Module":
    from tunewright.images.networks.cnn import CNN

    return CNN(spec, shape, classes)


FAMILY = Family(
    "cnn",
    "CNN",
    CNNSettings,
    read_spec=lambda values, factory: CNNSpec.from_dict(values),
    build=_build,
    fixed=frozenset({"widths", "depths"}),
    widths=("width", "max_width"),
    gives_way={"widths": ("stages", "width", "max_width"), "depths": ("depth",)},
    fits={"depths": ("stages",)},
    asking=frozenset({"stages"}),
)
