"""MNIST's idx files: images and labels in two files for each part.

Layout: magic 0, 0, 8 (unsigned bytes), number of dimensions; each dimension as a big-endian 32-bit number; the bytes.
Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits.
"""

import math
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import Blob
from tunewright.images.data.found import Found, Part, as_labels, numbered, split

_IMAGES, _LABELS = 3, 1


def read_idx(blobs: Sequence[Blob]) -> Found:
    """One channel, classes called by their numbers. The test part is told by `t10k` or `test` in the name.

    Raises DataError.
    """
    pieces = []
    for is_test in (False, True):
        part = [blob for blob in blobs if blob.is_test is is_test]
        if part:
            pieces.append((is_test, _part(part)))
    train, test = split(pieces, blobs)
    return Found("MNIST idx", numbered(*(part.labels for _, part in pieces)), train, test)


def _part(blobs: Sequence[Blob]) -> Part:
    arrays = [(blob, _array(blob)) for blob in blobs]
    images = [(blob, array) for blob, array in arrays if array.ndim == _IMAGES]
    labels = [(blob, array) for blob, array in arrays if array.ndim == _LABELS]
    if len(images) != 1 or len(labels) != 1:
        raise DataError(
            f"{blobs[0].where}: expected one idx file of images and one of labels for each part, found {len(images)} "
            f"and {len(labels)}. Put both beside each other in a folder of their own, and give the folder."
        )
    pixels = images[0][1]
    if not pixels.size:
        raise DataError(f"{images[0][0].where}: expected images, found none. Download the file again.")
    blob, values = labels[0]
    return Part(pixels[:, None], as_labels(values, blob.where, classes=None, count=len(pixels)))


def _array(blob: Blob) -> NDArray[np.uint8]:
    dimensions = blob.data[3]
    start = 4 + 4 * dimensions
    shape = struct.unpack(f">{dimensions}I", blob.data[4:start]) if len(blob.data) >= start else (0,)
    if len(blob.data) < start or len(blob.data) - start != math.prod(shape):
        raise DataError(
            f"{blob.where}: expected {start + math.prod(shape)} bytes, as its header says, found {len(blob.data)}. "
            "Download the file again."
        )
    return np.frombuffer(blob.data, np.uint8, offset=start).reshape(shape)
