"""The section [model] of an experiment on images, and the network it stands for."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tunewright.experiment.locating import locate
from tunewright.experiment.sections import Section
from tunewright.images.families.cnn import CNNSpec, HeadName, NormName, PoolingName
from tunewright.images.families.custom import CustomSpec
from tunewright.images.families.family import ImageSpec
from tunewright.images.families.feedforward import FeedForwardSpec
from tunewright.images.families.layers import ActivationName

Channels = Annotated[int, Field(ge=1, le=4096)]
Blocks = Annotated[int, Field(ge=0, le=20)]
FamilyName = Literal["cnn", "feedforward", "custom"]


class ImageModelSettings(Section):
    """width: channels after the first convolution, doubled by each of the `stages` up to max_width. depth: blocks of
    two convolutions in each stage. widths, depths: the same written out, from the first convolution on. units: of the
    first of the feed-forward `layers`, each half as wide as the one before. call, options: of the user's own network.
    """

    family: FamilyName = "cnn"
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
    layers: int = Field(3, ge=0, le=10)
    units: int = Field(1024, ge=1, le=65536)
    batch_norm: bool = True
    call: str | None = None
    options: dict[str, bool | int | float | str] = Field({})
    mirror: bool = False

    @model_validator(mode="after")
    def _check(self) -> "ImageModelSettings":
        if (self.call is None) == (self.family == "custom"):
            raise ValueError('family = "custom" and call = "file.py:function" go together')
        if self.options and self.family != "custom":
            raise ValueError(f"options are of the family 'custom' alone, found the family {self.family!r}")
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

    def spec(self) -> ImageSpec:
        """Raises ConfigError where the user's function cannot be loaded."""
        if self.family == "feedforward":
            hidden = tuple(max(1, self.units // 2**layer) for layer in range(self.layers))
            return FeedForwardSpec(hidden, self.activation, self.batch_norm, self.dropout)
        if self.family == "custom":
            assert self.call is not None, "checked"
            return CustomSpec(self.call, self.options, locate(self.call).function)
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


APPLIES: Mapping[str, tuple[FamilyName, ...]] = {
    **dict.fromkeys(("stages", "width", "max_width", "depth", "widths", "depths"), ("cnn",)),
    **dict.fromkeys(("kernel", "residual", "norm", "pooling", "head"), ("cnn",)),
    **dict.fromkeys(("layers", "units", "batch_norm"), ("feedforward",)),
    **dict.fromkeys(("activation", "dropout"), ("cnn", "feedforward")),
    "call": ("custom",),
    "options": ("custom",),
}
"""The families to which a key of [model] means something; those absent here mean something to all."""
