"""Labels that are no whole numbers: names of classes as text, or a column for each class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import listed
from tunewright.images.data.blobs import natural


def words_of(labels: Sequence[NDArray[np.generic]]) -> tuple[str, ...] | None:
    """The classes of the first labels, in natural order, where they are text; else None."""
    return tuple(sorted(set(_texts(labels[0])), key=natural)) if labels[0].dtype.kind in "US" else None


def as_numbers(
    values: NDArray[np.generic], where: str, *, classes: Sequence[str] | None
) -> tuple[NDArray[np.generic], str | None]:
    """Labels as numbers of the classes, shape (count,), and what was done, in words; as they are where none is needed.

    Raises DataError for text that is no class.
    """
    if values.dtype.kind in "US":
        texts, known = _texts(values), {name: number for number, name in enumerate(classes or ())}
        if strange := sorted(set(texts) - known.keys(), key=natural):
            raise DataError(
                f"{where}: expected the classes {listed(list(known))}, found also {listed(strange)}. Correct the "
                "labels."
            )
        return np.array([known[text] for text in texts], np.int64), "labels are text, classes in natural order"
    if values.ndim == 2 and values.shape[1] > 1 and _is_one_hot(values):
        return values.argmax(axis=1), f"labels have a column for each of {values.shape[1]} classes"
    return values, None


def _texts(values: NDArray[np.generic]) -> list[str]:
    flat = values.ravel()
    return [text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for text in flat.tolist()]


def _is_one_hot(values: NDArray[np.generic]) -> bool:
    if values.dtype.kind not in "biuf":
        return False
    return bool(np.isin(values, (0, 1)).all() and (values.astype(np.float64).sum(axis=1) == 1).all())
