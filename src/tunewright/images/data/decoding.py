"""One image file: decoded whole, or refused with what is wrong with it."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PIL import Image

from tunewright.core.errors import DataError
from tunewright.core.words import reason
from tunewright.images.data.colour import in_colour
from tunewright.images.data.names import ColourName

CHANNELS: Mapping[str, int] = MappingProxyType({"L": 1, "RGB": 3})
"""Channels of the modes that an image may have: grey and RGB."""

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
"""Whose decoders may see a file, of all that Pillow has."""

ANY_FORMAT = "PNG, JPEG, BMP, GIF, WebP or TIFF"

_ORIENTATION = 0x0112


class Refused(DataError):
    """An image that cannot be taken: what was expected, what was found, in few words, and how to mend it."""

    def __init__(self, path: Path, *, expected: str, found: str, remedy: str) -> None:
        super().__init__(f"{path}: expected {expected}, found {found}. {remedy}")
        self.path, self.expected, self.found, self.remedy = path, expected, found, remedy


@dataclass(frozen=True)
class Decoded:
    """The image of a file, grey (mode L) or RGB. rotated: whether the file asks for a rotation, which is not done.

    changed: the mode that it had where it was brought to another colour, else None.
    """

    image: Image.Image
    rotated: bool
    changed: str | None = None


def decoded(path: Path, colour: ColourName | None = None) -> Decoded:
    """The first frame. Colours from a palette become RGB, which loses nothing; colour: any mode becomes this one.

    Raises Refused naming the file.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # an image that would fill the memory
            with Image.open(path, formats=FORMATS) as image:
                image.load()
                rotated = image.getexif().get(_ORIENTATION, 1) != 1
                found, mode = _found(image), image.mode
    except Exception as problem:  # damaged images raise a dozen kinds
        empty = path.stat().st_size == 0 if path.exists() else False
        found_instead = "an empty file" if empty else f"a damaged one ({reason(problem)})"
        raise Refused(path, expected=f"a whole {ANY_FORMAT}", found=found_instead, remedy="Replace it.") from None
    if colour is not None:
        return _brought(path, found, mode, rotated=rotated, colour=colour)
    if found.mode not in CHANNELS or _transparent(found):
        transparent = " with transparency" if found.mode in CHANNELS else ""
        raise Refused(
            path,
            expected="grey or RGB with 8 bits and no transparency",
            found=f"mode {found.mode}{transparent}",
            remedy='Convert the image, or state colour = "rgb" or "grey".',
        )
    return Decoded(found, rotated)


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image in this size (width, height), bicubic; itself where it has it."""
    return image if image.size == size else image.resize(size, Image.Resampling.BICUBIC)


def _found(image: Image.Image) -> Image.Image:
    return image.convert("RGB") if image.mode == "P" and not _transparent(image) else image


def _brought(path: Path, image: Image.Image, mode: str, *, rotated: bool, colour: ColourName) -> Decoded:
    transparent = _transparent(image)
    try:
        brought = in_colour(image, colour)
    except ValueError:
        raise Refused(
            path, expected="8 or 16 bits", found=f"mode {mode}", remedy="Convert the image to 8 bits."
        ) from None
    changed = brought is not image or transparent
    return Decoded(brought, rotated, mode + " with transparency" * transparent if changed else None)


def _transparent(image: Image.Image) -> bool:
    return "transparency" in image.info
