"""The convolutional family as a module: a stem, stages that halve the picture, residual blocks, a head."""

from itertools import pairwise
from typing import TYPE_CHECKING, final

import torch
from torch import Tensor, nn

from tunewright.images.networks.layers import ACTIVATIONS, initialise

if TYPE_CHECKING:
    from tunewright.images.families.cnn import CNNSpec, NormName


@final
class CNN(nn.Module):
    """Images of shape (batch, channels, height, width) in, scores of shape (batch, classes) out.

    After He et al. 2016 and the nine-layer net of Page (2018): a convolution widens the channels and pooling halves the
    picture, then come blocks of two convolutions whose input is added to their output.
    """

    def __init__(self, spec: "CNNSpec", shape: tuple[int, int, int], classes: int) -> None:
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
    def __init__(self, spec: "CNNSpec", channels: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(*_unit(spec, channels, channels), *_unit(spec, channels, channels))
        self.residual = spec.residual

    def forward(self, maps: Tensor) -> Tensor:
        inner: Tensor = self.inner(maps)
        return inner + maps if self.residual else inner


def _stage(spec: "CNNSpec", before: int, after: int, *, depth: int, halve: bool) -> nn.Sequential:
    blocks = (_Block(spec, after) for _ in range(depth))
    return nn.Sequential(*_unit(spec, before, after, halve=halve), *blocks)


def _unit(spec: "CNNSpec", before: int, after: int, *, halve: bool = False) -> list[nn.Module]:
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


def _norm(name: "NormName", channels: int) -> list[nn.Module]:
    if name == "batch":
        return [nn.BatchNorm2d(channels)]
    if name == "group":
        groups = next(groups for groups in (8, 4, 2, 1) if channels % groups == 0)
        return [nn.GroupNorm(groups, channels)]
    return []
