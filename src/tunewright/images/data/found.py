"""What a reader found in the files of an image set, before it is checked as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import Blob
from tunewright.images.data.imageset import MOST_CLASSES, Labels, Pixels, check_labels


@dataclass(frozen=True)
class Part:
    """Images, uint8 of shape (count, channels, height, width), with their labels, int64 of shape (count,)."""

    images: Pixels
    labels: Labels


@dataclass(frozen=True)
class Found:
    """The parts of an image set, the names of its classes, and what is to be said on the card."""

    format: str
    classes: tuple[str, ...]
    train: Part
    test: Part | None = None
    reading: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def joined(parts: Sequence[Part]) -> Part | None:
    """All in one, in this order; None for none."""
    if not parts:
        return None
    return Part(np.concatenate([part.images for part in parts]), np.concatenate([part.labels for part in parts]))


def split(parts: Sequence[tuple[bool, Part]], blobs: Sequence[Blob]) -> tuple[Part, Part | None]:
    """The training and the test part, from pieces that say whether they are test. Raises DataError without training."""
    train = joined([part for is_test, part in parts if not is_test])
    if train is None:
        raise DataError(
            f"{blobs[0].where}: expected training images, found test images only. Give the folder that holds both."
        )
    return train, joined([part for is_test, part in parts if is_test])


def as_labels(values: object, where: str, *, classes: int | None, count: int) -> Labels:
    """Labels as int64 of shape (count,), checked against the number of classes, or where that is None, of sane size."""
    try:
        labels = np.asarray(values)
    except ValueError:  # lists in lists, of different lengths
        labels = np.asarray(None)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    check_labels(labels, where, classes=MOST_CLASSES if classes is None else classes, count=count)
    return labels.astype(np.int64)


def numbered(*labels: NDArray[np.int64]) -> tuple[str, ...]:
    """Classes that have no names are called by their numbers, up to the highest."""
    return tuple(map(str, range(max(int(part.max()) for part in labels if len(part)) + 1)))
