"""Normalisation: a shift and a scale per channel, fitted on the training images given and on no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tunewright.core.codec import Json
from tunewright.images.data.imageset import Pixels

FOREIGN = 8.0
"""How many times as much as other images these may vary and still seem to be on the same scale."""
_LEVELS = 256
_BLOCK = 1024  # images counted at once: numpy counts in 8 bytes a pixel


@dataclass(frozen=True)
class Normalisation:
    """`apply(x) = (x / 255 - mean) / std`, channel by channel; `mean` and `std` are on the scale from 0 to 1."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.mean) != len(self.std) or not self.mean or not all(spread > 0 for spread in self.std):
            raise ValueError(f"expected one mean and one std above 0 per channel, found {self.mean} and {self.std}")

    def apply(self, pixels: Tensor) -> Tensor:
        """Pixels from 0 to 255 of shape (images, channels, height, width), of any type and layout; the same shape
        out, float32 and channels_last, on the same device. The argument is left as it is.

        Not one fused operation but a product and a sum, each rounded as IEEE 754 wants it: the same bits on every
        device and for every number of threads. Fastest from channels_last, which is then never turned.
        """
        count, channels, height, width = pixels.shape
        if channels != len(self.mean):
            raise ValueError(f"expected {len(self.mean)} channels, found {channels}")
        rows = pixels.permute(0, 2, 3, 1).to(torch.float32, copy=True, memory_format=torch.contiguous_format)
        scale, shift = self.affine()
        # A whole row of pixels at a time: over the channels alone the inner loop would be three numbers long.
        rows = rows.view(count * height, width * channels)
        rows.mul_(torch.tensor(scale * width, device=pixels.device))
        rows.add_(torch.tensor(shift * width, device=pixels.device))
        return rows.view(count, height, width, channels).permute(0, 3, 1, 2)

    def affine(self) -> tuple[list[float], list[float]]:
        """Scale and shift of every channel: `apply(x) = x * scale + shift`."""
        scale = [1 / (255 * spread) for spread in self.std]
        return scale, [-mean / spread for mean, spread in zip(self.mean, self.std, strict=True)]

    def as_dict(self) -> dict[str, Json]:
        return {"mean": list(self.mean), "std": list(self.std)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Json]) -> "Normalisation":
        """The inverse of `as_dict`. Raises LookupError, TypeError or ValueError for anything else."""
        mean, std = cast("list[float]", values["mean"]), cast("list[float]", values["std"])
        return cls(tuple(map(float, mean)), tuple(map(float, std)))


def fit_normalisation(images: Pixels) -> Normalisation:
    """Mean and standard deviation of every channel of uint8 images of shape (images, channels, height, width).

    A channel that does not vary is only shifted (std 1), as scalers do.
    """
    mean, std = _moments(images)
    return Normalisation(tuple(map(float, mean)), tuple(map(float, np.where(std == 0, 1.0, std))))


def foreign_scale(fitted: Normalisation, images: Pixels) -> str | None:
    """In words, where these images vary 8 times as much as those of the fit, or as little: 0-16 is not 0-255."""
    own, known = (255 * float(np.sqrt(np.mean(np.square(one)))) for one in (_moments(images)[1], fitted.std))
    if known / FOREIGN < own < known * FOREIGN:
        return None
    return (
        f"warning: the pixels have a standard deviation of {own:.3g}, those that the network was trained on one of "
        f"{known:.3g}; bring them to the same scale if they are on another one, as nothing is rescaled here"
    )


def _moments(images: Pixels) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Mean and standard deviation of every channel, on the scale from 0 to 1; exactly 0 where nothing varies.

    Counted, not summed: each of the 256 levels once per channel, so neither order nor number of the images costs
    precision.
    """
    counts = np.zeros((images.shape[1], _LEVELS), dtype=np.int64)
    for start in range(0, len(images), _BLOCK):
        for channel in range(images.shape[1]):
            counts[channel] += np.bincount(images[start : start + _BLOCK, channel].reshape(-1), minlength=_LEVELS)
    shares = counts / counts.sum(axis=1, keepdims=True)
    levels = np.arange(_LEVELS) / 255
    mean = shares @ levels
    std = np.sqrt((shares * (levels - mean[:, None]) ** 2).sum(axis=1))
    return mean, np.where((counts > 0).sum(axis=1) == 1, 0.0, std)
