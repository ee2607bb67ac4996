"""The LSTM family: one to three layers, forward or in both directions, and a linear head on the last step or on what
attention makes of all steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from tunewright.core.codec import Json
from tunewright.prices.families.family import Family, Shape
from tunewright.prices.families.layers import UNITS, LayerSettings, LayerSpec

if TYPE_CHECKING:
    import torch
    from torch import nn

AttentionName = Literal["none", "additive", "dot"]

LATER: Mapping[str, Json] = MappingProxyType({"bidirectional": False, "attention": "none"})
"""Keys that came after the first studies, each with what these did. Where one says no more than that, no spec tells it,
and no study is known by it."""


@dataclass(frozen=True)
class LSTMSpec(LayerSpec):
    """bidirectional: each layer goes both ways and gives twice its units. attention: by which the states of the last
    layer become one, in place of its last step."""

    family: ClassVar[str] = "lstm"
    bidirectional: bool = False
    attention: AttentionName = "none"

    def as_dict(self) -> dict[str, Json]:
        later: dict[str, Json] = {"bidirectional": self.bidirectional, "attention": self.attention}
        layers = LayerSpec.as_dict(self)
        return {**layers, **{key: value for key, value in later.items() if value != LATER[key]}}


class LSTMSettings(LayerSettings):
    bidirectional: bool = False
    attention: AttentionName = "none"

    def spec(self) -> LSTMSpec:
        return LSTMSpec(*self.by_layer(), self.bidirectional, self.attention)


def _build(spec: LSTMSpec, shape: Shape, generator: "torch.Generator") -> "nn.Module":
    from tunewright.prices.networks.lstm import lstm

    return lstm(spec, shape.features, generator)


FAMILY = Family(
    "lstm",
    "LSTM",
    LSTMSettings,
    lambda values, factory: LSTMSpec.from_dict(values),
    _build,
    widths=UNITS,
    held={"attention": "none"},
    engine="compiled",
)
