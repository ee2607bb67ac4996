"""Stratified folds and subsets of the development images: every class keeps its share in every part."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.images.data.imageset import Labels
from tunewright.images.preparation.dealing import Groups, Quotas, deal, lacking, split_quotas

Indices = NDArray[np.int64]
"""Numbers of images, ascending."""


@dataclass(frozen=True, eq=False)
class ImageFold:
    """One train/validation pair, as numbers of development images; `number` counts from 1. The arrays are read-only."""

    number: int
    train: Indices
    validation: Indices

    def __post_init__(self) -> None:
        for name in ("train", "validation"):
            indices = np.sort(np.array(getattr(self, name), dtype=np.int64))
            indices.setflags(write=False)
            object.__setattr__(self, name, indices)

    def __reduce__(self) -> "tuple[type[ImageFold], tuple[int, Indices, Indices]]":
        # A pickled array comes back writable: build anew instead.
        return ImageFold, (self.number, self.train, self.validation)


def stratified_folds(
    labels: Labels, *, folds: int, fraction: float, seed: int, groups: Groups
) -> tuple[ImageFold, ...]:
    """Cut the images with these labels, of shape (images,), into training and validation.

    One fold validates on `fraction` (between 0 and 1) of every class. More than one are k-fold cross-validation:
    every image is validated on in exactly one of them, and `fraction` is not used. The cut is random within each class
    by `seed`; each class's share is kept to within one image. `groups` (`same_pixels` of the images) keeps repeated
    pictures on one side, which goes first where the two do not agree. Raises DataError where a class has too few
    images for one on each side; ValueError for a number of folds or a fraction that cannot be.
    """
    if folds < 1 or (folds == 1 and not 0 < fraction < 1):
        raise ValueError(f"expected 1 or more folds and a fraction between 0 and 1, found {folds} and {fraction}")
    counts = np.bincount(labels)
    quotas = split_quotas(counts, fraction) if folds == 1 else _k_fold_quotas(counts, folds)
    parts = deal(labels, groups, quotas, np.random.default_rng(seed))
    short = lacking(labels, parts, len(quotas))
    if short is not None:
        different = len(np.unique(groups[labels == short]))
        wanted = "for training and validation" if folds == 1 else f"for each of {folds} folds"
        raise DataError(
            f"class number {short} (counting from 0) has {counted(int(counts[short]), 'training image')}, "
            f"{different} of them different: too few to have one {wanted}. "
            "Add images of it, leave the class out, or use fewer folds."
        )
    validations = [1] if folds == 1 else range(folds)
    return tuple(
        ImageFold(number, train=np.flatnonzero(parts != part), validation=np.flatnonzero(parts == part))
        for number, part in enumerate(validations, start=1)
    )


def stratified_subset(labels: Labels, indices: Indices, *, share: float, seed: int) -> Indices:
    """A random `share` (above 0, up to 1) of these images, class by class, at least one of each class among them.

    Ascending. For one seed a smaller share is part of every larger one, so rungs of growing data grow by addition.
    """
    if not 0 < share <= 1:
        raise ValueError(f"the share must be above 0 and at most 1, found {share}")
    shuffled = np.random.default_rng(seed).permutation(np.sort(indices))
    present = labels[shuffled]
    kept = [_first_share(shuffled[present == label], share) for label in np.unique(present)]
    return np.sort(np.concatenate([shuffled[:0], *kept]))


def _first_share(members: Indices, share: float) -> Indices:
    return members[: max(1, round(share * len(members)))]


def _k_fold_quotas(counts: NDArray[np.int64], folds: int) -> Quotas:
    """An equal part of each class per fold; what is left over goes on around the folds from class to class, so that
    the folds are of one size too."""
    quotas = np.tile(counts // folds, (folds, 1))
    left = counts % folds
    for label, start in enumerate(np.cumsum(left) - left):
        quotas[(start + np.arange(left[label])) % folds, label] += 1
    return quotas
