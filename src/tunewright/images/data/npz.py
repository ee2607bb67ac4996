"""Arrays in a .npz, or in .npy files beside each other. Pickled objects in them are never read."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tunewright.core.errors import DataError
from tunewright.core.words import reason
from tunewright.images.data.arrays import Array, read_arrays
from tunewright.images.data.blobs import Blob, check_size
from tunewright.images.data.found import Found


def read_npz(blob: Blob) -> Found:
    """See `read_arrays`. Raises DataError."""
    return read_arrays(_arrays(blob), blob.where, format="npz")


def read_npy(blobs: Sequence[Blob]) -> Found:
    """The same, of files that are called like the arrays. Raises DataError."""
    where = str(Path(blobs[0].where).parent) if len(blobs) > 1 else blobs[0].where
    return read_arrays({Path(blob.name).stem: _array(blob) for blob in blobs}, where, format="npy files")


def _array(blob: Blob) -> Array:
    try:
        # From memory, an array that promises more than its file holds is refused before room is made for it.
        array: Array = np.load(io.BytesIO(blob.data), allow_pickle=False)
        return array
    except Exception as problem:  # a damaged file raises a dozen kinds
        raise _unreadable(blob, problem, ".npy") from None


def _arrays(blob: Blob) -> dict[str, Array]:
    try:
        with np.load(io.BytesIO(blob.data), allow_pickle=False) as archive:
            check_size(sum(info.file_size for info in archive.zip.infolist()), blob.where, packed=len(blob.data))
            return {name: archive[name] for name in archive.files}
    except DataError:
        raise
    except Exception as problem:  # a damaged archive raises a dozen kinds
        raise _unreadable(blob, problem, ".npz") from None


def _unreadable(blob: Blob, problem: Exception, what: str) -> DataError:
    if "allow_pickle" in str(problem):
        return DataError(
            f"{blob.where}: expected arrays of numbers or text, found pickled objects, which could run code; "
            "nothing was run. Save plain arrays."
        )
    return DataError(f"{blob.where}: expected a whole {what}, found a damaged one ({reason(problem)}). Save it again.")
