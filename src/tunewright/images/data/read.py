"""Image files in, image sets and image cards out; what is found is told by content, not by the names of the files."""

import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tunewright.core.errors import ConfigError, DataError
from tunewright.core.words import counted, listed
from tunewright.images.data.archives import is_tar_of_images, unpacked
from tunewright.images.data.blobs import Blob, peek, read_blobs, visible
from tunewright.images.data.builtin import read_digits
from tunewright.images.data.card import ImageCard, image_card
from tunewright.images.data.cifar import read_binary, read_pickled
from tunewright.images.data.decoding import ANY_FORMAT
from tunewright.images.data.fetch import fetch_cifar10
from tunewright.images.data.folders import read_files
from tunewright.images.data.found import Found
from tunewright.images.data.idx import read_idx
from tunewright.images.data.imageset import ImageSet
from tunewright.images.data.layout import lay_out, look_at
from tunewright.images.data.names import ColourName
from tunewright.images.data.npz import read_npy, read_npz
from tunewright.images.data.telling import CIFAR10, DIGITS, is_npz

_WANTED = (
    "CIFAR-10/100 batches, MNIST idx files, arrays in a .npz or in .npy files, or image files "
    f"({ANY_FORMAT}) in a folder for each class or with a table of labels"
)
_GIVE = "Give a folder with one set of images in it."
_AGAIN = "Download it again, or remove it from the set."
_LARGEST_SIDE = 4096
_OF_ONE = {"size": "its images have one", "colour": "its images have one", "labels": "its images have theirs"}


def read_images(
    source: str, *, size: tuple[int, int] | None = None, colour: ColourName | None = None, labels: str | None = None
) -> tuple[ImageSet, ImageSet | None, ImageCard]:
    """Training images, the official test images where there are any, and the card.

    `source`: a file or a folder, `builtin:digits`, or `cifar10`, which is downloaded once. `size`: height and width in
    pixels to which image files are resized. `colour`: to which image files of any mode are brought. `labels`: how the
    classes of image files are told: `folders`, or the path of a table from the source on; None for what the folders
    say. Other formats refuse all three. Raises DataError naming the file, ConfigError for a wrong option.
    """
    found = _found(source, _Options(_checked(size), colour, labels))
    train = ImageSet(found.train.images, found.train.labels, found.classes)
    test = None if found.test is None else ImageSet(found.test.images, found.test.labels, found.classes)
    if test is not None and test.shape != train.shape:
        raise DataError(
            f"{source}: expected test images of the same shape as training images, {train.shape} (channels, height, "
            f"width), found {test.shape}. Take parts that belong together."
        )
    card = image_card(train, test, source=source, format=found.format, reading=found.reading, warnings=found.warnings)
    return train, test, card


@dataclass(frozen=True)
class _Options:
    """How image files are read; see `read_images`."""

    size: tuple[int, int] | None
    colour: ColourName | None
    labels: str | None


def _found(source: str, options: _Options) -> Found:
    path = Path(source)
    by_name = source in (DIGITS, CIFAR10)
    if not by_name and not path.exists():
        raise DataError(f"{source}: expected a file or a folder of images, found none. Check the path.")
    if not by_name and _is_packed(path):
        with unpacked(path) as folder:
            return _of_folder(folder, source, options)
    if not by_name and path.is_dir():
        return _of_folder(path, source, options)
    _check_none(source, options)
    if source == DIGITS:
        return read_digits()
    if source != CIFAR10:
        return _by_content(read_blobs(path), source)
    path = fetch_cifar10()
    found = _by_content(read_blobs(path), source)
    checked = f"from {path}, " + ("which was placed there: no checksum" if path.is_dir() else "checksum as published")
    return replace(found, reading=(*found.reading, checked))


def _of_folder(folder: Path, source: str, options: _Options) -> Found:
    tree = look_at(folder)
    if tree is not None:
        return read_files(lay_out(tree, options.labels), tree.path, size=options.size, colour=options.colour)
    _check_none(source, options)
    inner = _inner(folder)
    blobs = read_blobs(inner)
    if not blobs:
        folders = [path.name for path in visible(inner)]
        found = f"only the folders {listed(folders)}, and no image below them" if folders else "an empty folder"
        raise DataError(f"{source}: expected {_WANTED}, found {found}. {_GIVE}")
    return _by_content(blobs, source)


def _is_packed(path: Path) -> bool:
    """Whether this is a zip or tar of files, not of arrays; a damaged one is left to who reads it whole."""
    try:
        kind = peek(path) if path.is_file() else ""
        return (kind == "zip" and not is_npz(path)) or (kind == "tar" and is_tar_of_images(path))
    except (DataError, OSError, ValueError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError):
        return False


def _check_none(source: str, options: _Options) -> None:
    for name, value in vars(options).items():
        if value is not None:
            raise ConfigError(f"{source}: expected no {name}, found {value}: {_OF_ONE[name]}. Leave {name} out.")


def _by_content(blobs: Sequence[Blob], source: str) -> Found:
    texts = [blob for blob in blobs if blob.kind == "text"]
    files = [blob for blob in blobs if blob.kind != "text"]
    kinds = {blob.kind for blob in files}
    if kinds == {"pickle"}:
        return read_pickled(files)
    if kinds == {"binary"}:
        return read_binary(files, texts)
    if kinds == {"idx"}:
        return read_idx(files)
    if kinds == {"zip"} and len(files) == 1:
        return read_npz(files[0])
    if kinds == {"npy"}:
        return read_npy(files)
    empty = next((blob for blob in files if blob.kind == "empty"), None)
    if empty is not None:
        raise DataError(f"{empty.where}: expected {_WANTED}, found an empty file of 0 bytes. {_AGAIN}")
    odd = next((blob for blob in files if blob.kind == "unknown"), None)
    if odd is not None:
        raise DataError(
            f"{odd.where}: expected {_WANTED}, found {len(odd.data)} bytes that are none of these (CIFAR's binary "
            f"batches hold 3,073 or 3,074 bytes for each image). {_AGAIN}"
        )
    names = listed([blob.name for blob in blobs])
    told = ", ".join(sorted({blob.kind for blob in blobs}))
    raise DataError(f"{source}: expected {_WANTED}, found {counted(len(blobs), 'file')} ({told}): {names}. {_GIVE}")


def _inner(folder: Path) -> Path:
    """The only folder inside, where there is nothing else: what unpacking an archive often leaves."""
    inside = visible(folder)
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _checked(size: tuple[int, int] | None) -> tuple[int, int] | None:
    if size is not None and (len(size) != 2 or not all(1 <= side <= _LARGEST_SIDE for side in size)):
        raise ConfigError(
            f"size: expected height and width from 1 to {_LARGEST_SIDE} pixels, found {size}. Correct it."
        )
    return size
