"""Probabilities of images from a bundle, and their tables."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError, DataError
from tunewright.core.words import cell
from tunewright.images.bundle.bundle import ImageBundle
from tunewright.images.data.imageset import Pixels
from tunewright.images.training.classifier import Probabilities
from tunewright.images.training.compute import Compute


def predict_images(bundle: ImageBundle, pixels: Pixels, compute: Compute) -> Probabilities:
    """Of uint8 images of shape (images, channels, height, width): float32 of shape (images, classes), in the order of
    the bundle's classes. The network moves to the device of `compute`.

    Raises DataError for images of another shape than the network's, BundleError where it takes none or gives no
    numbers.
    """
    if pixels.ndim != 4 or pixels.dtype != np.uint8 or pixels.shape[1:] != bundle.network.shape or not len(pixels):
        raise DataError(
            f"expected images of uint8 and shape (count, {', '.join(map(str, bundle.network.shape))}), found "
            f"{pixels.dtype} of shape {pixels.shape}: bring them to the shape that the network was trained on"
        )
    bundle.classifier.model.to(compute.device)
    try:
        found = bundle.classifier.probabilities(pixels, compute)
    except (RuntimeError, TypeError, ValueError) as error:
        told = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        raise BundleError(
            f"the bundle's network does not take images of its own shape ({told}): it is not usable"
        ) from None
    if not np.isfinite(found).all():
        raise BundleError("the bundle's network gives no numbers for these images: its weights are not usable")
    return found


@dataclass(frozen=True, eq=False)
class Predictions:
    """names: of the images. probabilities: float32 of shape (images, classes). tested: whether it was this network that
    was tested."""

    names: tuple[str, ...]
    classes: tuple[str, ...]
    probabilities: Probabilities
    tested: bool = True

    def __len__(self) -> int:
        return len(self.names)

    def best(self, count: int) -> list[list[tuple[str, float]]]:
        """The most probable classes of every image with their probabilities, `count` or as many as there are."""
        order = np.argsort(-self.probabilities, axis=1, kind="stable")[:, :count]
        return [
            [(self.classes[place], _number(row[place])) for place in places]
            for places, row in zip(order, self.probabilities, strict=True)
        ]

    def right(self, labels: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether the most probable class is that of the label, for every image."""
        return np.array([top[0][0] == label for top, label in zip(self.best(1), labels, strict=True)])

    def to_csv(self) -> str:
        """image, class, probability, and a column for each class; of a network that was not tested, `tested` before
        them."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        label = self._label()
        writer.writerow(["image", "class", "probability", *label, *map(cell, self.classes)])
        for name, top, row in zip(self.names, self.best(1), self.probabilities, strict=True):
            writer.writerow([cell(name), cell(top[0][0]), top[0][1], *label.values(), *map(_number, row)])
        return text.getvalue()

    def as_list(self) -> Sequence[Mapping[str, Json]]:
        """The same, with an object for each image, and `probabilities` by class."""
        return [
            {
                "image": name,
                "class": top[0][0],
                "probability": top[0][1],
                **self._label(),
                "probabilities": dict(zip(self.classes, map(_number, row), strict=True)),
            }
            for name, top, row in zip(self.names, self.best(1), self.probabilities, strict=True)
        ]

    def _label(self) -> dict[str, bool]:
        return {} if self.tested else {"tested": False}


def _number(value: np.float32) -> float:
    """With no more decimals than tell it from its neighbours among float32."""
    return float(str(value))
