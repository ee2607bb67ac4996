"""One entrance to bundles of every kind."""

from pathlib import Path

from tunewright.bundle.folder import open_bundle
from tunewright.core.errors import BundleError
from tunewright.images.bundle.bundle import ImageBundle, read_image_bundle
from tunewright.images.families.custom import Factory
from tunewright.prices.bundle.bundle import Bundle, read_bundle


def load_any(folder: Path, factory: Factory | None = None) -> Bundle | ImageBundle:
    """Read a bundle (or the run folder around it), whatever it is of.

    factory: the function that makes the user's own network for images. Raises BundleError as `load_bundle` and
    `load_image_bundle` do, and for a function with a bundle of prices.
    """
    opened = open_bundle(folder)
    if opened.kind == "images":
        return read_image_bundle(opened, factory)
    if factory is not None:
        raise BundleError(f"{opened.path} is a bundle of prices, whose model no function makes: leave the function out")
    return read_bundle(opened)
