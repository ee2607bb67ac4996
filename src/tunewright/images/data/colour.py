"""Images of any mode brought to grey or RGB, where the user asks for it: it may lose colours and transparency."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from tunewright.images.data.names import ColourName

_WORDS = {"rgb": "RGB", "grey": "grey"}


def in_colour(image: Image.Image, colour: ColourName) -> Image.Image:
    """As Pillow converts: grey is the luma of ITU-R 601-2, transparency is dropped. Of 16 bits the upper 8 are kept.

    Raises ValueError for numbers without a known range (modes I and F).
    """
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    elif image.mode in ("I", "F"):
        raise ValueError(f"mode {image.mode}")
    if image.mode == ("RGB" if colour == "rgb" else "L"):
        return image
    return image.convert("RGB") if colour == "rgb" else image.convert("RGB").convert("L")


def told_change(changed: Mapping[str, int], colour: str) -> str:
    """What was brought to `colour`, by mode, for the card."""
    modes = ", ".join(f"{mode} {count}" for mode, count in sorted(changed.items()))
    return f"brought to {_WORDS[colour]}, without transparency and with 8 bits, images of mode: {modes}"
