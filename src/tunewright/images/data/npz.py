"""Arrays in a .npz: images and labels under well-known names. Pickled objects in it are never read."""

import io
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import Blob, check_size
from tunewright.images.data.found import Found, Part, as_labels, numbered
from tunewright.images.data.imageset import Pixels

Array: TypeAlias = NDArray[np.generic]

_TRAIN = (("x_train", "y_train"), ("train_images", "train_labels"), ("images", "labels"), ("x", "y"))
_TEST = (("x_test", "y_test"), ("test_images", "test_labels"))
_NAMES = ("class_names", "classes", "label_names")


def read_npz(blob: Blob) -> Found:
    """`x_train`, `y_train`, `x_test`, `y_test`, or the same by the other names that are in use.

    Images: (count, height, width), with 1 or 3 channels first or last too; whole numbers from 0 to 255.
    Raises DataError.
    """
    arrays = _arrays(blob)
    pairs = [_pair(arrays, names) for names in (_TRAIN, _TEST)]
    if pairs[0] is None:
        known = "; ".join(f"'{images}' and '{labels}'" for images, labels in _TRAIN)
        raise DataError(
            f"{blob.where}: expected arrays of images and labels by the names {known}, found "
            f"{', '.join(map(repr, arrays)) or 'none'}. Rename the arrays."
        )
    names = next(((name, arrays[name]) for name in _NAMES if name in arrays), None)
    classes = None if names is None else _classes(names[1], f"{blob.where}, '{names[0]}'")
    train, test = (None if pair is None else _part(arrays, pair, blob=blob, classes=classes) for pair in pairs)
    assert train is not None
    used = {name for pair in pairs if pair for name in pair} | ({names[0]} if names else set())
    unused = [repr(name) for name in arrays if name not in used]
    return Found(
        "npz",
        classes or numbered(*(part.labels for part in (train, test) if part is not None)),
        train,
        test,
        reading=(f"left out the arrays {', '.join(unused)}",) if unused else (),
    )


def _arrays(blob: Blob) -> dict[str, Array]:
    try:
        with np.load(io.BytesIO(blob.data), allow_pickle=False) as archive:
            check_size(sum(info.file_size for info in archive.zip.infolist()), blob.where)
            return {name: archive[name] for name in archive.files}
    except DataError:
        raise
    except Exception as problem:  # a damaged archive raises a dozen kinds
        if "allow_pickle" in str(problem):
            raise DataError(
                f"{blob.where}: expected arrays of numbers or text, found pickled objects, which could run code; "
                "nothing was run. Save plain arrays."
            ) from None
        reason = " ".join(str(problem).split())
        raise DataError(
            f"{blob.where}: expected a whole .npz, found a damaged one ({reason}). Save it again."
        ) from None


def _pair(arrays: Mapping[str, Array], names: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    return next((pair for pair in names if pair[0] in arrays and pair[1] in arrays), None)


def _part(arrays: Mapping[str, Array], pair: tuple[str, str], *, blob: Blob, classes: tuple[str, ...] | None) -> Part:
    images = _images(arrays[pair[0]], f"{blob.where}, '{pair[0]}'")
    count = None if classes is None else len(classes)
    return Part(images, as_labels(arrays[pair[1]], f"{blob.where}, '{pair[1]}'", classes=count, count=len(images)))


def _images(values: Array, where: str) -> Pixels:
    shape = values.shape
    first, last = len(shape) == 4 and shape[1] in (1, 3), len(shape) == 4 and shape[3] in (1, 3)
    if 0 in shape or not (len(shape) == 3 or first != last):
        raise DataError(
            f"{where}: expected images of shape (count, height, width), or with 1 or 3 channels either first or last, "
            f"found {shape}. Reshape the array."
        )
    if values.dtype.kind not in "iu" or (values.dtype != np.uint8 and (values.min() < 0 or values.max() > 255)):
        raise DataError(
            f"{where}: expected whole numbers from 0 to 255, found {values.dtype} from {values.min():g} to "
            f"{values.max():g}. Scale the array, and save it as uint8."
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
