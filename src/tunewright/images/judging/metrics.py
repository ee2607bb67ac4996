"""How often a classifier is right, how sure it may be of that, and where it errs.

Everywhere `probabilities` has shape (images, classes), rows that sum to 1, and `labels` int64 of shape (images,).
The predicted class is the most probable one, the first of several. What does not fit raises ValueError.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tunewright.core.codec import Json
from tunewright.images.training.classifier import cross_entropy
from tunewright.statistics.proportions import Accuracy, Flags, accuracy, check_flags

Probabilities: TypeAlias = NDArray[np.floating]
Labels: TypeAlias = NDArray[np.int64]

ROUNDING = 1e-3  # by which the probabilities of one image may miss 1, as those of half precision do


@dataclass(frozen=True)
class ClassAccuracy:
    """`scored`: the share of the class's images that are right; None where no image is of this class."""

    name: str
    scored: Accuracy | None

    def as_dict(self) -> dict[str, Json]:
        """An entry of `per_class`; a class without an image has null for its accuracy and both bounds."""
        if self.scored is None:
            return {"name": self.name, "count": 0, "accuracy": None, "low": None, "high": None}
        return {"name": self.name, **self.scored.as_dict()}


@dataclass(frozen=True)
class Mistake:
    """Image `index` (from 0) of class `actual`, taken for `predicted` with this `probability`."""

    index: int
    actual: int
    predicted: int
    probability: float

    def as_dict(self) -> dict[str, Json]:
        """An entry of `mistakes`."""
        return asdict(self)


def predictions(probabilities: Probabilities) -> Labels:
    """The most probable class of every image: int64, shape (images,)."""
    return np.asarray(np.argmax(probabilities, axis=1), dtype=np.int64)


def confidence(probabilities: Probabilities) -> NDArray[np.float64]:
    """The probability of the predicted class: shape (images,), not above 1, whatever rounding did."""
    return np.asarray(np.minimum(probabilities.max(axis=1), 1.0), dtype=np.float64)


def right(probabilities: Probabilities, labels: Labels) -> Flags:
    """Whether the most probable class is the actual one: shape (images,)."""
    check_probabilities(probabilities, labels)
    return np.asarray(predictions(probabilities) == labels)


def log_loss(probabilities: Probabilities, labels: Labels) -> float:
    """Mean of -ln(probability of the actual class), in nats; a probability counts as 1e-12 at least."""
    check_probabilities(probabilities, labels)
    return cross_entropy(probabilities, labels)


def confusion(predicted: Labels, labels: Labels, *, classes: int) -> Labels:
    """How many images of each class (row) were taken for each class (column): shape (classes, classes)."""
    for name, values in (("predicted", predicted), ("labels", labels)):
        check_classes(name, values, shape=(len(labels),), classes=classes)
    cells = np.bincount(labels * classes + predicted, minlength=classes * classes)
    return np.asarray(cells.reshape(classes, classes), dtype=np.int64)


def per_class(correct: Flags, labels: Labels, *, names: Sequence[str]) -> tuple[ClassAccuracy, ...]:
    """The accuracy on the images of every class, in the order of `names`. correct: shape (images,)."""
    check_flags(correct)
    check_classes("labels", labels, shape=correct.shape, classes=len(names))
    members = [correct[labels == number] for number in range(len(names))]
    return tuple(
        ClassAccuracy(name, accuracy(own) if len(own) else None) for name, own in zip(names, members, strict=True)
    )


def most_confident_mistakes(probabilities: Probabilities, labels: Labels, *, count: int = 24) -> tuple[Mistake, ...]:
    """At most `count` wrong images, the surest one first; of equally sure ones the first in the set."""
    wrong = np.flatnonzero(~right(probabilities, labels))
    chosen, sureness = predictions(probabilities[wrong]), confidence(probabilities[wrong])
    order = np.argsort(-sureness, kind="stable")[:count]
    return tuple(
        Mistake(int(wrong[place]), int(labels[wrong[place]]), int(chosen[place]), float(sureness[place]))
        for place in order
    )


def check_probabilities(probabilities: Probabilities, labels: Labels) -> None:
    """Refuse what is not one row of probabilities and one label for each of at least one image (ValueError)."""
    if probabilities.ndim != 2 or 0 in probabilities.shape or probabilities.dtype.kind != "f":
        raise ValueError(
            f"probabilities are {probabilities.dtype} of shape {probabilities.shape}, expected floats of shape "
            "(images, classes), none of them zero: pass a row for every image"
        )
    check_classes("labels", labels, shape=probabilities.shape[:1], classes=probabilities.shape[1])
    sums = probabilities.sum(axis=1, dtype=np.float64)
    fits = (np.abs(sums - 1) <= ROUNDING) & (probabilities >= 0).all(axis=1)
    if not fits.all():
        first = int(np.flatnonzero(~fits)[0])
        raise ValueError(
            f"probabilities must be finite, not negative, and sum to 1 for every image, found {int((~fits).sum())} "
            f"rows of {len(fits)} that are not (row {first} sums to {sums[first]:.6g}): pass softmax outputs"
        )


def check_classes(name: str, values: Labels, *, shape: tuple[int, ...], classes: int) -> None:
    """Refuse what is not one class from 0 to below `classes` for every image (ValueError)."""
    if values.shape != shape or values.ndim != 1 or values.dtype.kind not in "iu":
        raise ValueError(f"{name}: {values.dtype} of shape {values.shape}, expected whole numbers of shape {shape}")
    if len(values) and not 0 <= values.min() <= values.max() < classes:
        raise ValueError(
            f"{name}: expected classes from 0 to {classes - 1}, found {values.min()} to {values.max()}: "
            "number them in the order of the classes' names"
        )
