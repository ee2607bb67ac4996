"""The sealed test of an image set: images that nothing that tunes can reach.

`seal_images` gives two different types, as `preparation.seal` does for prices. Everything that tunes takes an
`ImageDevelopment`. `SealedImages` shows how many images it has of each class; the images come out of `open` alone,
which first has the opening written down; or, for a network that is never judged, out of `release`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.images.data.imageset import ImageSet
from tunewright.images.preparation.dealing import deal, lacking, same_pixels, short_marks, split_quotas

if TYPE_CHECKING:
    from tunewright.images.preparation.store import PixelStore

_SEALED = 1


@dataclass(frozen=True)
class ImageDevelopment:
    """The images that may be trained and validated on."""

    images: ImageSet

    @cached_property
    def store(self) -> "PixelStore":
        """Where trainings take them from: laid out once in a process, whatever is trained on."""
        from tunewright.images.preparation.store import store_pixels  # torch: where networks are trained

        return store_pixels(self.images.images, self.images.labels)


@dataclass(frozen=True)
class OpenedImages:
    """The test images, and how often this test has been opened, this time included."""

    images: ImageSet
    openings: int


@final
class SealedImages:
    """The images that tuning never sees: `count` of them, `counts` per class in the order of the classes.

    fingerprint: SHA-256 over all of them.
    """

    def __init__(self, images: ImageSet) -> None:
        self._images = images
        self.count = len(images)
        self.counts = images.counts()
        self.fingerprint = images.fingerprint()

    def open(self, record: Callable[[], int]) -> OpenedImages:
        """Break the seal. `record` writes the opening down for good and returns how many there have been."""
        return OpenedImages(self._images, openings=record())

    def release(self, development: ImageDevelopment) -> ImageDevelopment:
        """All images, the sealed ones last, to train a network on that nothing is left to judge. No opening, as nothing
        is seen of how good a network is."""
        before, sealed = development.images, self._images
        images = np.concatenate([before.images, sealed.images])
        return ImageDevelopment(ImageSet(images, np.concatenate([before.labels, sealed.labels]), sealed.classes))

    def among(self, known: NDArray[np.uint64]) -> int:
        """How many of the sealed images are among those of these marks, pixel for pixel. The count shows, the images do
        not."""
        return int(np.isin(short_marks(self._images.images), known).sum())


def seal_images(
    train: ImageSet, test: ImageSet | None, *, fraction: float, seed: int
) -> tuple[ImageDevelopment, SealedImages]:
    """Seal the official `test`, or without one a share of `fraction` (between 0 and 1) of every class of `train`.

    A cut of ours is random within each class by `seed`, keeps the order of the files on both sides, and keeps images of
    the same pixels on one side. Raises DataError where a class would have images on one side only (an official test may
    lack a class), where there is one class alone, or where the official test does not fit the training images;
    ValueError for a wrong `fraction`.
    """
    if np.count_nonzero(train.counts()) < 2:
        raise DataError(
            f"an image set: expected images of two classes or more, found {counted(len(train.classes), 'class')} with "
            "images; there is nothing to tell apart. Give a folder for each class."
        )
    if test is not None:
        _check_official(train, test)
        return ImageDevelopment(train), SealedImages(test)
    if not 0 < fraction < 1:
        raise ValueError(f"the sealed fraction must be between 0 and 1, found {fraction}")
    counts = np.array(train.counts())
    groups = same_pixels(train.images)
    parts = deal(train.labels, groups, split_quotas(counts, fraction), np.random.default_rng(seed))
    short = lacking(train.labels, parts, 2)
    if short is not None:
        different = len(np.unique(groups[train.labels == short]))
        raise DataError(
            f"class {train.classes[short]!r} has {counted(int(counts[short]), 'image')}, {different} of them different:"
            " too few to have one for training and one for the sealed test. Add images of it or leave the class out."
        )
    return ImageDevelopment(_chosen(train, parts != _SEALED)), SealedImages(_chosen(train, parts == _SEALED))


def _chosen(images: ImageSet, chosen: NDArray[np.bool_]) -> ImageSet:
    return ImageSet(images.images[chosen], images.labels[chosen], images.classes)


def _check_official(train: ImageSet, test: ImageSet) -> None:
    if (train.shape, train.classes) != (test.shape, test.classes):
        raise DataError(
            f"the official test: expected images of {train.shape} (channels, height, width) and the classes of the "
            f"training images, found {test.shape} and {len(test.classes)} classes. Take both parts of one image set."
        )
    pairs = zip(train.classes, train.counts(), test.counts(), strict=True)
    unseen = [name for name, trained, tested in pairs if tested and not trained]
    if unseen:
        raise DataError(
            f"class {unseen[0]!r} is in the official test and has no training image. Add images of it, or leave it out."
        )
