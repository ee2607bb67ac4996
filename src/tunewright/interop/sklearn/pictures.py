"""Rows of numbers as pictures: which shape they have, and how their pixels become what a network takes."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from tunewright.prices.preparation.scaling import FittedScaler, fit_scaler

if TYPE_CHECKING:  # they load torch, which takes seconds: with the first fit
    from tunewright.images.preparation.normalise import Normalisation
    from tunewright.images.preparation.store import PixelStore

Numbers = npt.NDArray[Any]
_DEFAULT_STAGES = 3


@dataclass(frozen=True)
class Picture:
    """The shape of a picture in pixels."""

    height: int
    width: int
    channels: int

    @property
    def channels_first(self) -> tuple[int, int, int]:
        return self.channels, self.height, self.width

    def images(self, rows: Numbers) -> Numbers:
        """Rows of shape (samples, height * width * channels) as (samples, channels, height, width)."""
        return rows.reshape(len(rows), self.height, self.width, self.channels).transpose(0, 3, 1, 2)

    def stages(self, asked: Any) -> int:
        """How often a network may halve it: `asked`, or without that 3 times or as often as can be. Raises
        ValueError."""
        shorter = min(self.height, self.width)
        most = int(math.log2(shorter))
        if asked is not None and not isinstance(asked, bool) and isinstance(asked, int | np.integer) and asked > most:
            raise ValueError(
                f"stages: expected at most {most}, as pictures whose shorter side has {shorter} pixels can be halved "
                f"no oftener, found {asked}; give fewer, or None"
            )
        return min(_DEFAULT_STAGES, most) if asked is None else asked


@dataclass(frozen=True)
class Pixels:
    """How pixels are brought to one scale. scaler: of pixels of any numbers, channel by channel; None where those of
    the fit were bytes, which a network's own normalisation takes."""

    picture: Picture
    scaler: FittedScaler | None
    normalisation: "Normalisation"

    def store(self, rows: Numbers, labels: npt.NDArray[np.int64], device: str) -> "PixelStore":
        """Rows of shape (samples, height * width * channels), where a training takes them from."""
        import torch

        from tunewright.images.preparation.store import store_pixels

        if self.scaler is None:
            found = rows if rows.dtype == np.uint8 else rows.astype(np.float32)
        else:
            flat = rows.reshape(-1, self.picture.channels).astype(np.float64)
            found = self.scaler.transform(flat).astype(np.float32).reshape(rows.shape)
        return store_pixels(cast("Any", self.picture.images(found)), labels, torch.device(device))


def fit_pixels(rows: Numbers, picture: Picture) -> Pixels:
    """The scale of these training rows: bytes as experiments on images have it, to the last bit."""
    from tunewright.images.preparation.normalise import Normalisation, fit_normalisation

    if rows.dtype == np.uint8:
        return Pixels(picture, None, fit_normalisation(picture.images(rows)))
    scaler = fit_scaler("standard", rows.reshape(-1, picture.channels).astype(np.float64))
    as_they_are = Normalisation((0.0,) * picture.channels, (1 / 255,) * picture.channels)
    return Pixels(picture, scaler, as_they_are)


def picture_of(asked: Any, shape: tuple[int, ...] | None, *, numbers: int) -> Picture:
    """asked: the parameter `image_shape`. shape: of a sample that is not flat. numbers: of a sample, in all. Raises
    ValueError."""
    if asked is not None and not _is_shape(asked):
        raise ValueError(f"image_shape: expected (height, width, channels), whole numbers from 1, found {asked!r}")
    if shape is not None:
        found = (*shape, 1) if len(shape) == 2 else shape
        if len(found) != 3:
            raise ValueError(
                "X: expected shape (samples, height * width * channels), (samples, height, width) or "
                f"(samples, height, width, channels), found samples of shape {shape}; reshape X"
            )
        if asked is not None and tuple(asked) != found:
            raise ValueError(f"X: expected pictures of image_shape = {tuple(asked)}, found {found}; leave it out")
        return Picture(*found)
    if asked is None:
        side = math.isqrt(numbers)
        return Picture(side, side, 1) if side * side == numbers else Picture(1, numbers, 1)
    if math.prod(asked) != numbers:
        height, width, channels = asked
        raise ValueError(
            f"X: expected samples of {height} * {width} * {channels} = {math.prod(asked)} numbers, as image_shape "
            f"says, found {numbers}; give the shape of these pictures"
        )
    return Picture(*(int(side) for side in asked))


def _is_shape(asked: Any) -> bool:
    sides = list(asked) if isinstance(asked, tuple | list) else []
    return len(sides) == 3 and all(
        isinstance(side, int | np.integer) and not isinstance(side, bool) and side >= 1 for side in sides
    )
