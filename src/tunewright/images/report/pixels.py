"""Small pictures made ready to be shown: no pixel is ever smoothed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray

from tunewright.images.report.results import Card

Pixels = NDArray[np.uint8]
"""Of shape (height, width, 3) or, with transparency, (height, width, 4)."""


def picture(image: Pixels, card: Card) -> Pixels:
    """A stored image (c, h, w) as (h, w, 3), its darkest and brightest by what the whole set holds."""
    reach = max(1, card.highest - card.lowest)
    bright = np.clip((image.astype(np.float64) - card.lowest) / reach, 0, 1)
    return to_bytes(in_colour(bright))


def in_colour(values: NDArray[Any]) -> NDArray[Any]:
    """(c, h, w) -> (h, w, 3): three channels are red, green and blue; of any other number the mean is shown in gray."""
    three = values if len(values) == 3 else np.repeat(values.mean(axis=0, keepdims=True), 3, axis=0)
    return np.moveaxis(three, 0, -1)


def to_bytes(shares: NDArray[Any]) -> Pixels:
    """From 0..1 to 0..255."""
    return np.asarray((255 * np.clip(shares, 0, 1)).round(), dtype=np.uint8)


def heat(values: NDArray[Any], scale: str) -> NDArray[Any]:
    """Values from 0 to 1 of shape (h, w) in the colours of a matplotlib scale, 0..1 of shape (h, w, 3)."""
    return np.asarray(colormaps[scale](values))[..., :3]


def resized(pixels: Pixels, *, height: int, width: int) -> Pixels:
    """By repeating the nearest pixel."""
    rows = np.arange(height) * pixels.shape[0] // height
    columns = np.arange(width) * pixels.shape[1] // width
    return np.asarray(pixels[rows][:, columns])


def enlarged(pixels: Pixels, *, side: int) -> Pixels:
    """By whole steps, so that every pixel stays a square, until it is about `side` wide; never made smaller."""
    step = max(1, round(side / pixels.shape[1]))
    return pixels.repeat(step, axis=0).repeat(step, axis=1)


def mosaic(pictures: Sequence[Pixels], *, columns: int, gap: int = 3) -> Pixels:
    """Pictures (h, w, 3) of one size, row by row, parted by clear lines: (height, width, 4)."""
    height, width, _ = pictures[0].shape
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    sheet = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap, 4), dtype=np.uint8)
    for number, pixels in enumerate(pictures):
        top, left = number // columns * (height + gap), number % columns * (width + gap)
        sheet[top : top + height, left : left + width, :3] = pixels
        sheet[top : top + height, left : left + width, 3] = 255
    return sheet
