"""CIFAR-10 and CIFAR-100 as they are distributed: the python version and the binary version.

Layout: https://www.cs.toronto.edu/~kriz/cifar.html (Krizhevsky 2009, Learning Multiple Layers of Features).
"""

from collections.abc import Sequence

import numpy as np

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import RECORDS, Blob
from tunewright.images.data.found import Found, Part, as_labels, numbered, split
from tunewright.images.data.pickles import load_plain

_SIDE, _PIXELS = 32, 3072
_FINE = "fine labels; the coarse ones are left out"
_AGAIN = "Download the set again."


def read_pickled(blobs: Sequence[Blob]) -> Found:
    """Python batches, with or without the file that names the classes. Raises DataError."""
    contents = [(blob, load_plain(blob.data, blob.where)) for blob in blobs]
    batches = [(blob, content) for blob, content in contents if "data" in content]
    if not batches:
        raise DataError(f"{blobs[0].where}: expected batches with 'data', found none. Give the folder that holds them.")
    names = [_names(content, blob.where) for blob, content in contents if "data" not in content]
    classes = names[0] if names else None
    pieces = [
        (_is_test(blob, content), _batch(blob, content, classes=len(classes) if classes else None))
        for blob, content in batches
    ]
    train, test = split(pieces, blobs)
    fine = any("fine_labels" in content for _, content in batches)
    return Found(
        f"{'CIFAR-100' if fine else 'CIFAR-10'}, python batches",
        classes or numbered(*(part.labels for _, part in pieces)),
        train,
        test,
        reading=(_FINE,) if fine else (),
    )


def read_binary(blobs: Sequence[Blob], texts: Sequence[Blob]) -> Found:
    """Binary batches: one label (CIFAR-10) or two (CIFAR-100), then the pixels. `texts` may name the classes.

    Raises DataError.
    """
    ten = all(len(blob.data) % RECORDS[0] == 0 for blob in blobs)
    size, count = (RECORDS[0], 10) if ten else (RECORDS[1], 100)
    listed = [tuple(blob.data.decode("latin-1").split()) for blob in texts]
    names = next((found for found in listed if len(found) == len(set(found)) == count), None)
    pieces = [(blob.is_test, _records(blob, size, classes=count)) for blob in blobs]
    train, test = split(pieces, blobs)
    return Found(
        f"CIFAR-{count}, binary batches",
        names or tuple(map(str, range(count))),
        train,
        test,
        reading=() if ten else (_FINE,),
    )


def _records(blob: Blob, size: int, *, classes: int) -> Part:
    if len(blob.data) % size:
        raise DataError(
            f"{blob.where}: expected whole images of {size} bytes as in the other files, found {len(blob.data)} bytes. "
            f"{_AGAIN}"
        )
    rows = np.frombuffer(blob.data, np.uint8).reshape(-1, size)
    images = rows[:, size - _PIXELS :].reshape(-1, 3, _SIDE, _SIDE)
    return Part(images, as_labels(rows[:, size - _PIXELS - 1], blob.where, classes=classes, count=len(images)))


def _batch(blob: Blob, content: dict[str, object], *, classes: int | None) -> Part:
    data = content["data"]
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != _PIXELS:
        found = f"{data.dtype} of shape {data.shape}" if isinstance(data, np.ndarray) else type(data).__name__
        raise DataError(f"{blob.where}: expected 'data' as uint8 of shape (images, {_PIXELS}), found {found}. {_AGAIN}")
    if not len(data):
        raise DataError(f"{blob.where}: expected images, found none. {_AGAIN}")
    if not {"labels", "fine_labels"} & content.keys():
        raise DataError(f"{blob.where}: expected 'labels' or 'fine_labels' beside 'data', found none. {_AGAIN}")
    labels = content.get("fine_labels", content.get("labels"))
    images = data.reshape(-1, 3, _SIDE, _SIDE)
    return Part(images, as_labels(labels, blob.where, classes=classes, count=len(images)))


def _is_test(blob: Blob, content: dict[str, object]) -> bool:
    """The batch's own label decides (`testing batch 1 of 1`), without one the name of the file."""
    label = content.get("batch_label")
    return b"test" in label.lower() if isinstance(label, bytes) else blob.is_test


def _names(content: dict[str, object], where: str) -> tuple[str, ...]:
    names = content.get("fine_label_names", content.get("label_names"))
    if not isinstance(names, list) or not names or not all(isinstance(name, (bytes, str)) for name in names):
        raise DataError(
            f"{where}: expected 'data', or the names of the classes under 'label_names', found neither. "
            "Remove the file if it is no part of the set."
        )
    return tuple(name.decode("utf-8", "replace") if isinstance(name, bytes) else name for name in names)
