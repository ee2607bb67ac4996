"""Images brought to the one shape that a network takes: in size by resizing, in colour only where nothing is lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np
from PIL import Image

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.images.data.blobs import check_size
from tunewright.images.data.colour import in_colour
from tunewright.images.data.decoding import CHANNELS, resized
from tunewright.images.data.imageset import Pixels
from tunewright.images.data.names import ColourName


@dataclass(frozen=True)
class Fitted:
    """Pixels, uint8 of shape (count, channels, height, width), and what was done to bring them there, in words."""

    pixels: Pixels
    notes: tuple[str, ...]


def fit_images(
    images: Iterable[tuple[str, Image.Image]],
    shape: tuple[int, int, int],
    *,
    count: int,
    where: str,
    colour: ColourName | None = None,
) -> Fitted:
    """`count` images, grey or RGB, each with its name for messages, in `shape` (channels, height, width).

    Resized bicubic. Grey becomes RGB; RGB becomes grey only where its three channels are equal everywhere, or where
    `colour` says so. Raises
    DataError for other colours where the network takes grey, and for more than 4 GiB.
    """
    channels, height, width = shape
    check_size(count * prod(shape), where)
    pixels = np.empty((count, *shape), np.uint8)
    sizes = colours = 0
    for row, (name, image) in enumerate(images):
        fitting = _in_channels(image if colour is None else in_colour(image, colour), channels, name)
        pixels[row] = _planes(resized(fitting, (width, height)))
        sizes += image.size != (width, height)
        colours += fitting is not image
    notes = [f"{counted(sizes, 'image')} resized to {height} x {width} (height x width), bicubic"] if sizes else []
    if colour is None:
        change = f"{'grey to RGB' if channels == 3 else 'RGB with equal channels to grey'}, which loses nothing"
    else:
        change = "grey to RGB" if channels == 3 else "RGB to grey, as the training images"
    notes += [f"{counted(colours, 'image')} converted from {change}"] if colours else []
    return Fitted(pixels, tuple(notes))


def as_image(pixels: Pixels) -> Image.Image:
    """The image of pixels of shape (channels, height, width), with one channel or three."""
    return Image.fromarray(np.ascontiguousarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)))


def _in_channels(image: Image.Image, channels: int, name: str) -> Image.Image:
    if CHANNELS[image.mode] == channels:
        return image
    if channels == 3:
        return image.convert("RGB")
    planes = _planes(image)
    if channels != 1 or (planes != planes[0]).any():
        raise DataError(
            f"{name}: expected {'a grey image' if channels == 1 else counted(channels, 'channel')}, as the network was "
            f"trained on, found {'colours' if channels == 1 else image.mode}. Convert it first, as you did with the "
            "training images."
        )
    return image.getchannel(0)


def _planes(image: Image.Image) -> Pixels:
    values = np.asarray(image)
    return values[None] if values.ndim == 2 else values.transpose(2, 0, 1)
