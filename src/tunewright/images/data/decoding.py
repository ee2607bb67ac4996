"""One PNG or JPEG file: decoded whole, or refused with what is wrong with it."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PIL import Image

from tunewright.core.errors import DataError

CHANNELS: Mapping[str, int] = MappingProxyType({"L": 1, "RGB": 3})
"""Channels of the modes that an image may have: grey and RGB."""

_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Decoded:
    """The image of a file, grey (mode L) or RGB. rotated: whether the file asks for a rotation, which is not done."""

    image: Image.Image
    rotated: bool


def decoded(path: Path) -> Decoded:
    """Raises DataError naming the file. Colours from a palette become RGB, which loses nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # an image that would fill the memory
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                image.load()
                rotated = image.getexif().get(_ORIENTATION, 1) != 1
                found: Image.Image = image.convert("RGB") if image.mode == "P" and not _transparent(image) else image
    except Exception as problem:  # damaged images raise a dozen kinds
        reason = " ".join(str(problem).split())
        raise DataError(f"{path}: expected a whole PNG or JPEG, found a damaged one ({reason}). Replace it.") from None
    if found.mode not in CHANNELS or _transparent(found):
        raise DataError(
            f"{path}: expected grey or RGB with 8 bits and no transparency, found mode {found.mode}. Convert the image."
        )
    return Decoded(found, rotated)


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image in this size (width, height), bicubic; itself where it has it."""
    return image if image.size == size else image.resize(size, Image.Resampling.BICUBIC)


def _transparent(image: Image.Image) -> bool:
    return "transparency" in image.info
