"""Arrays of images and labels, told by well-known names; where they have none, by their shapes."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import natural
from tunewright.images.data.found import Found, Part, as_labels, numbered
from tunewright.images.data.imageset import Pixels
from tunewright.images.data.worded import as_numbers, words_of

Array: TypeAlias = NDArray[np.generic]
_Pair: TypeAlias = tuple[str, str]

_TRAIN = (("x_train", "y_train"), ("train_images", "train_labels"), ("images", "labels"), ("x", "y"))
_TEST = (("x_test", "y_test"), ("test_images", "test_labels"))
_ALSO = {"train_x": "x_train", "train_y": "y_train", "test_x": "x_test", "test_y": "y_test", "data": "images"}
_NAMES = ("class_names", "classes", "label_names")


def read_arrays(arrays: Mapping[str, Array], where: str, *, format: str) -> Found:
    """`x_train`, `y_train`, `x_test`, `y_test`, or the same by the other names that are in use, in any letters.

    Images: (count, height, width), with 1 or 3 channels first or last too; whole numbers from 0 to 255. Labels: whole
    numbers, text, or a column for each class. Raises DataError.
    """
    pairs = _pairs(arrays, where)
    known = {name.lower(): name for name in arrays}
    listed = next((known[name] for name in _NAMES if name in known), None)
    names = None if listed is None else _classes(arrays[listed], f"{where}, {listed!r}")
    texts = words_of([arrays[labels] for _, labels in pairs])
    classes = names or texts
    notes: list[str] = []
    parts = [_part(arrays, pair, where=where, classes=classes, notes=notes) for pair in pairs]
    used = {name for pair in pairs for name in pair} | ({listed} if listed else set())
    unused = [repr(name) for name in arrays if name not in used]
    return Found(
        format,
        classes or numbered(*(part.labels for part in parts)),
        parts[0],
        parts[1] if len(parts) > 1 else None,
        reading=(*dict.fromkeys(notes), *((f"left out the arrays {', '.join(unused)}",) if unused else ())),
    )


def _pairs(arrays: Mapping[str, Array], where: str) -> list[_Pair]:
    """The names of images and labels, of the training part and then of the test part, if there is one."""
    if arrays and all(re.fullmatch(r"arr_\d+", name) for name in arrays):
        return _by_shape(arrays, where)
    known = {_ALSO.get(name.lower(), name.lower()): name for name in arrays} | {name: name for name in arrays}
    found = [
        next(((known[images], known[labels]) for images, labels in pairs if images in known and labels in known), None)
        for pairs in (_TRAIN, _TEST)
    ]
    if found[0] is None:
        wanted = "; ".join(f"'{images}' and '{labels}'" for images, labels in _TRAIN)
        raise DataError(
            f"{where}: expected arrays of images and labels by the names {wanted}, found "
            f"{', '.join(map(repr, arrays)) or 'none'}. Rename the arrays."
        )
    return [pair for pair in found if pair]


def _by_shape(arrays: Mapping[str, Array], where: str) -> list[_Pair]:
    """Arrays that were saved without names: images have three dimensions or more. Their order tells the parts."""
    ordered = sorted(arrays, key=natural)
    images = [name for name in ordered if arrays[name].ndim > 2]
    labels = [name for name in ordered if arrays[name].ndim <= 2]
    if len(images) != len(labels) or len(images) not in (1, 2):
        raise DataError(
            f"{where}: expected images and labels, of a training part or of a training and a test part, found arrays "
            f"without names of shapes {', '.join(str(arrays[name].shape) for name in ordered)}. Save them as "
            "'x_train', 'y_train', 'x_test' and 'y_test'."
        )
    return list(zip(images, labels, strict=True))


def _part(
    arrays: Mapping[str, Array], pair: _Pair, *, where: str, classes: Sequence[str] | None, notes: list[str]
) -> Part:
    images = _images(arrays[pair[0]], f"{where}, {pair[0]!r}")
    place = f"{where}, {pair[1]!r}"
    values, note = as_numbers(arrays[pair[1]], place, classes=classes)
    notes += [note] if note else []
    return Part(images, as_labels(values, place, classes=None if classes is None else len(classes), count=len(images)))


def _images(values: Array, where: str) -> Pixels:
    shape = values.shape
    first, last = len(shape) == 4 and shape[1] in (1, 3), len(shape) == 4 and shape[3] in (1, 3)
    if 0 in shape or not (len(shape) == 3 or first != last):
        raise DataError(
            f"{where}: expected images of shape (count, height, width), or with 1 or 3 channels either first or last, "
            f"found {shape}. Reshape the array."
        )
    if values.dtype.kind not in "iu" or (values.dtype != np.uint8 and (values.min() < 0 or values.max() > 255)):
        extent = f" from {values.min():g} to {values.max():g}" if values.dtype.kind in "iuf" else ""
        raise DataError(
            f"{where}: expected whole numbers from 0 to 255, found {values.dtype}{extent}. Scale the array, and save "
            "it as uint8."
        )
    pixels = values.astype(np.uint8)
    if len(shape) == 3:
        return pixels[:, None]
    return pixels if first else pixels.transpose(0, 3, 1, 2)


def _classes(values: Array, where: str) -> tuple[str, ...]:
    if values.ndim != 1 or values.dtype.kind != "U" or not len(values):
        raise DataError(
            f"{where}: expected a list of names, found {values.dtype} of shape {values.shape}. Save it as text."
        )
    return tuple(map(str, values))
