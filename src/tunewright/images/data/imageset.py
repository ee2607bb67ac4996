"""A set of labelled images of one size: what every later room takes, and nothing it could change."""

import hashlib
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int64]
_Array = TypeVar("_Array", Pixels, Labels)

MOST_CLASSES = 10_000
"""Labels from here on are taken for something else."""


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images in the order of their files, each with its class.

    `images`: uint8 of shape (count, channels, height, width), values as in the file. `labels`: int64 of shape (count,),
    from 0 to below the number of `classes`, which names them. The set keeps read-only copies of what it is given.
    Raises DataError where any of this does not hold.
    """

    images: Pixels
    labels: Labels
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_images(self.images)
        check_labels(np.asarray(self.labels), "an image set", classes=len(self.classes), count=len(self.images))
        object.__setattr__(self, "images", _frozen(np.array(self.images, dtype=np.uint8, order="C")))
        object.__setattr__(self, "labels", _frozen(np.array(self.labels, dtype=np.int64)))
        object.__setattr__(self, "classes", tuple(self.classes))

    def __len__(self) -> int:
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ImageSet) and self.fingerprint() == other.fingerprint()

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def __reduce__(self) -> "tuple[type[ImageSet], tuple[Pixels, Labels, tuple[str, ...]]]":
        # A pickled array comes back writable: build anew instead.
        return ImageSet, (self.images, self.labels, self.classes)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of every image."""
        _, channels, height, width = self.images.shape
        return channels, height, width

    def counts(self) -> tuple[int, ...]:
        """Images per class, in the order of `classes`."""
        return tuple(int(count) for count in np.bincount(self.labels, minlength=len(self.classes)))

    def fingerprint(self) -> str:
        """SHA-256 over the shape, the names of the classes, the labels and the pixels, as 64 hexadecimal digits."""
        sha = hashlib.sha256(repr((self.images.shape, self.classes)).encode())
        sha.update(self.labels.astype("<i8").tobytes())
        sha.update(self.images.data)
        return sha.hexdigest()


def check_labels(labels: NDArray[np.generic], where: str, *, classes: int, count: int) -> None:
    """Raises DataError unless these are `count` whole numbers from 0 to below `classes`; `where` names the file."""
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or len(labels) != count:
        raise DataError(
            f"{where}: expected one whole number as the label of each of {count} images, found {labels.dtype} of shape "
            f"{labels.shape}. Give every image its label."
        )
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))  # type: ignore[operator]
    if len(wrong):
        raise DataError(
            f"{where}, image {wrong[0]} (counting from 0): expected a label from 0 to {classes - 1}, found "
            f"{labels[wrong[0]]}. Correct the label."
        )


def _check_images(images: Pixels) -> None:
    if images.ndim != 4 or images.dtype != np.uint8 or 0 in images.shape:
        raise DataError(
            "an image set: expected images of uint8 and shape (count, channels, height, width), none of them zero, "
            f"found {images.dtype} of shape {images.shape}. Convert the array."
        )


def _frozen(values: _Array) -> _Array:
    values.setflags(write=False)
    return values
