"""Whether a source is a set of images, found out in milliseconds and without loading anything."""

import zipfile
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.images.data.blobs import RECORDS, peek
from tunewright.images.data.names import ENDINGS

DIGITS = "builtin:digits"
"""Scikit-learn's digits."""

CIFAR10 = "cifar10"
"""The name under which CIFAR-10 is downloaded."""

_MOST_LABELS = 20


def is_images(source: str) -> bool:
    """Whether `source` is a folder, a file that holds images, or the name of a set of images.

    A file that is missing or unreadable is none: the reader of prices says what is wrong with it.
    """
    path = Path(source)
    if source in (DIGITS, CIFAR10) or path.is_dir():
        return True
    if not path.is_file():
        return False
    try:
        kind = peek(path)
        if kind == "binary":
            return _starts_with_labels(path)
        return _is_zip_of_images(path) if kind == "zip" else kind in ("image", "npy", "pickle", "idx", "tar")
    except (DataError, OSError, ValueError, zipfile.BadZipFile):
        return False


def _starts_with_labels(path: Path) -> bool:
    """Text in UTF-16 may have the length of a batch; the first bytes of a batch are labels, which are small."""
    records = [record for record in RECORDS if path.stat().st_size % record == 0]
    with path.open("rb") as stream:
        firsts = [stream.read(1) for record in range(2) if stream.seek(record * records[0]) >= 0]
    return all(first < bytes([_MOST_LABELS]) for first in firsts)


def _is_zip_of_images(path: Path) -> bool:
    return is_npz(path) or any(name.lower().endswith(ENDINGS) for name in _members(path))


def is_npz(path: Path) -> bool:
    """Whether a zip holds arrays only. Raises BadZipFile."""
    names = _members(path)
    return bool(names) and all(name.endswith(".npy") for name in names)


def _members(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()
