"""A small transformer encoder over patches of the window (PatchTST, Nie et al. 2023, "A Time Series is Worth 64 Words")
and a linear head on all of its states."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from tunewright.core.codec import Json
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import read_spec
from tunewright.prices.families.family import Family, Misfit, Shape
from tunewright.prices.families.layers import Dropout

if TYPE_CHECKING:
    import torch
    from torch import nn

Rows = Annotated[int, Field(ge=1, le=1000)]
Width = Annotated[int, Field(ge=1, le=1024)]
Heads = Annotated[int, Field(ge=1, le=64)]
Layers = Annotated[int, Field(ge=1, le=6)]


@dataclass(frozen=True)
class TransformerSpec:
    """patch_length: rows of a patch. stride: rows from one patch to the next. d_model: numbers that a patch becomes,
    each layer's attention parting them among its heads. dropout: of patches, attention and feed-forward parts."""

    family: ClassVar[str] = "transformer"
    patch_length: Rows
    stride: Rows
    d_model: Width
    heads: Heads
    layers: Layers
    dropout: Dropout

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TransformerSpec":
        """The inverse of `as_dict`. Raises ValueError."""
        return read_spec(cls, values)


class TransformerSettings(Section):
    """As of the spec."""

    patch_length: Rows = 5
    stride: Rows = 2
    d_model: Width = 16
    heads: Heads = 4
    layers: Layers = 1
    dropout: Dropout = 0.1

    def spec(self) -> TransformerSpec:
        return TransformerSpec(self.patch_length, self.stride, self.d_model, self.heads, self.layers, self.dropout)


def _misfits(spec: TransformerSpec, time_step: int) -> Iterator[Misfit]:
    if spec.d_model % spec.heads:
        yield Misfit(
            frozenset({"d_model", "heads"}),
            f"heads must divide d_model, found heads = {spec.heads} and d_model = {spec.d_model}; take such as "
            f"d_model = {spec.heads * max(1, round(spec.d_model / spec.heads))}",
        )
    if spec.patch_length > time_step:
        yield Misfit(
            frozenset({"patch_length", "time_step"}),
            f"patch_length must be at most time_step, the rows in a window, found patch_length = {spec.patch_length} "
            f"and time_step = {time_step}; take shorter patches or longer windows",
        )
    if spec.stride > spec.patch_length:
        yield Misfit(
            frozenset({"stride", "patch_length"}),
            f"stride must be at most patch_length, as rows between two patches would be left out, found "
            f"stride = {spec.stride} and patch_length = {spec.patch_length}; take a shorter stride or longer patches",
        )


def _build(spec: TransformerSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.transformer import Transformer

    return Transformer(spec, shape, generator)


FAMILY = Family(
    "transformer",
    "transformer",
    TransformerSettings,
    lambda values, factory: TransformerSpec.from_dict(values),
    _build,
    misfits=_misfits,
)
