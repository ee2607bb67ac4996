"""The convolutional family: a stem, stages that halve the picture, residual blocks in them, and a linear head."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal, final, get_args

import torch
from torch import Tensor, nn

from tunewright.core.codec import Json
from tunewright.images.families.layers import ACTIVATIONS, ActivationName, check_names, initialise

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

    widths: tuple[int, ...]
    depth: tuple[int, ...]
    kernel: int = 3
    residual: bool = True
    norm: NormName = "batch"
    activation: ActivationName = "relu"
    pooling: PoolingName = "max"
    head: HeadName = "max"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if len(self.widths) != len(self.depth) or not self.widths:
            raise ValueError(f"widths and depth need one entry per stage, found {self.widths} and {self.depth}")
        if self.kernel % 2 == 0:
            raise ValueError(f"kernel must be odd, found {self.kernel}")
        check_names(self, _NAMES)

    def as_dict(self) -> dict[str, Json]:
        return {"family": "cnn", **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "CNNSpec":
        given = {name: value for name, value in values.items() if name != "family"}
        return cls(**{**given, "widths": tuple(given["widths"]), "depth": tuple(given["depth"])})


@final
class CNN(nn.Module):
    """Images of shape (batch, channels, height, width) in, scores of shape (batch, classes) out.

    After He et al. 2016 and the nine-layer net of Page (2018): a convolution widens the channels and pooling halves the
    picture, then come blocks of two convolutions whose input is added to their output.
    """

    def __init__(self, spec: CNNSpec, shape: tuple[int, int, int], classes: int) -> None:
        super().__init__()
        self.stages = nn.ModuleList([_stage(spec, shape[0], spec.widths[0], depth=spec.depth[0], halve=False)])
        for (before, after), depth in zip(pairwise(spec.widths), spec.depth[1:], strict=True):
            self.stages.append(_stage(spec, before, after, depth=depth, halve=True))
        self.pool = torch.amax if spec.head == "max" else torch.mean
        self.dropout = nn.Dropout(spec.dropout)
        self.head = nn.Linear(spec.widths[-1], classes)
        initialise(self)

    def forward(self, images: Tensor) -> Tensor:
        for stage in self.stages:
            images = stage(images)
        scores: Tensor = self.head(self.dropout(self.pool(images, dim=(2, 3))))
        return scores


class _Block(nn.Module):
    def __init__(self, spec: CNNSpec, channels: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(*_unit(spec, channels, channels), *_unit(spec, channels, channels))
        self.residual = spec.residual

    def forward(self, maps: Tensor) -> Tensor:
        inner: Tensor = self.inner(maps)
        return inner + maps if self.residual else inner


def _stage(spec: CNNSpec, before: int, after: int, *, depth: int, halve: bool) -> nn.Sequential:
    blocks = (_Block(spec, after) for _ in range(depth))
    return nn.Sequential(*_unit(spec, before, after, halve=halve), *blocks)


def _unit(spec: CNNSpec, before: int, after: int, *, halve: bool = False) -> list[nn.Module]:
    """Convolution, pooling where the picture is halved (before the norm, which then has a quarter to do), norm, act."""
    pooled = halve and spec.pooling != "stride"
    convolution = nn.Conv2d(
        before,
        after,
        spec.kernel,
        stride=2 if halve and not pooled else 1,
        padding=spec.kernel // 2,
        bias=spec.norm == "none",
    )
    pool = [nn.MaxPool2d(2) if spec.pooling == "max" else nn.AvgPool2d(2)] if pooled else []
    return [convolution, *pool, *_norm(spec.norm, after), ACTIVATIONS[spec.activation]()]


def _norm(name: NormName, channels: int) -> list[nn.Module]:
    if name == "batch":
        return [nn.BatchNorm2d(channels)]
    if name == "group":
        groups = next(groups for groups in (8, 4, 2, 1) if channels % groups == 0)
        return [nn.GroupNorm(groups, channels)]
    return []
