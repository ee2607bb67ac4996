"""A folder per class with PNG or JPEG files in it; with a test part, two folders `train` and `test` of such folders."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tunewright.core.errors import DataError
from tunewright.core.words import counted, listed
from tunewright.images.data.blobs import check_size, peek, visible
from tunewright.images.data.decoding import CHANNELS, decoded, resized
from tunewright.images.data.found import Found, Part
from tunewright.images.data.imageset import Pixels

_TRAIN, _TEST = "train", "test"


@dataclass(frozen=True)
class _Form:
    """What every image has to be: mode and (width, height). `resize` says whether it is brought to the size."""

    mode: str
    size: tuple[int, int]
    resize: bool


def has_classes(folder: Path) -> bool:
    """Whether this is a folder of folders of images, or `train` and `test` of such: the first files decide."""
    inner = _part(folder, _TRAIN) or folder
    folders = [visible(path) for path in visible(inner) if path.is_dir()]
    firsts = [next((file for file in files if file.is_file()), None) for files in folders]
    return any(first is not None and peek(first) == "image" for first in firsts)


def official_test(folder: Path) -> Path | None:
    """The test part, where these are `train` and `test` of folders of images."""
    return _part(folder, _TEST) if _part(folder, _TRAIN) and has_classes(folder) else None


def read_folders(folder: Path, *, size: tuple[int, int] | None) -> Found:
    """Classes are the folders, in natural order of their names. `size`: height and width to which all are resized.

    Without `size` all images must agree; they must agree in their channels always: grey or RGB. Raises DataError.
    """
    train_folder, test_folder = _part(folder, _TRAIN), _part(folder, _TEST)
    parts = [train_folder or folder] + ([test_folder] if train_folder and test_folder else [])
    files = [_by_class(part) for part in parts]
    classes = tuple(files[0])
    strange = [name for name in files[-1] if name not in classes]
    if strange:
        raise DataError(f"{parts[-1]}: expected the classes of {parts[0]}, found also {listed(strange)}. Remove them.")
    form = _form(next(path for paths in files[0].values() for path in paths), size)
    read = [_read_part(part, classes, form) for part in files]
    unused = [path.name for path in visible(folder) if (train_folder or not path.is_dir()) and path not in parts]
    rotated = sum(turned for _, turned in read)
    reading = [f"left out {listed(unused)}"] if unused else []
    reading += [f"resized to {size[0]} x {size[1]} (height x width), bicubic"] if size else []
    odd = f"{counted(rotated, 'image')} with an EXIF orientation, which is not applied"
    return Found(
        "a folder per class",
        classes,
        read[0][0],
        read[1][0] if len(read) > 1 else None,
        reading=tuple(reading),
        warnings=(odd,) if rotated else (),
    )


def _part(folder: Path, name: str) -> Path | None:
    """The folder of that name, if it holds folders in turn and so is no class of its own."""
    inner = next((path for path in visible(folder) if path.name.lower() == name and path.is_dir()), None)
    return inner if inner and any(path.is_dir() for path in visible(inner)) else None


def _by_class(folder: Path) -> dict[str, list[Path]]:
    loose = [path.name for path in visible(folder) if not path.is_dir() and peek(path) != "text"]
    if loose:
        raise DataError(f"{folder}: expected a folder for each class only, found {listed(loose)}. Move or remove them.")
    classes = {path.name: visible(path) for path in visible(folder) if path.is_dir()}
    for name, paths in classes.items():
        strange = next((path for path in paths if path.is_dir() or peek(path) != "image"), None)
        if strange or not paths:
            found = repr(strange.name) if strange else "none"
            raise DataError(f"{folder / name}: expected PNG or JPEG files only, found {found}. Move or remove it.")
    return classes


def _read_part(files: dict[str, list[Path]], classes: Sequence[str], form: _Form) -> tuple[Part, int]:
    paths = [(path, label) for label, name in enumerate(classes) for path in files.get(name, [])]
    width, height = form.size
    shape = (len(paths), height, width, CHANNELS[form.mode])
    check_size(int(np.prod(shape, dtype=float)), str(paths[0][0].parents[1]))
    images = np.empty(shape, np.uint8)
    rotated = 0
    for row, (path, _) in enumerate(paths):
        images[row], turned = _pixels(path, form)
        rotated += turned
    labels = np.array([label for _, label in paths], np.int64)
    return Part(np.ascontiguousarray(images.transpose(0, 3, 1, 2)), labels), rotated


def _form(path: Path, size: tuple[int, int] | None) -> _Form:
    image = decoded(path).image
    return _Form(image.mode, (size[1], size[0]) if size else image.size, size is not None)


def _pixels(path: Path, form: _Form) -> tuple[Pixels, bool]:
    """The pixels, shape (height, width, channels), and whether the file asks for a rotation."""
    found = decoded(path)
    image = found.image
    if image.mode != form.mode:
        raise DataError(
            f"{path}: expected mode {form.mode} as in the first image, found {image.mode}. "
            "Convert all images to grey or all to RGB."
        )
    if form.resize:
        image = resized(image, form.size)
    if image.size != form.size:
        raise DataError(
            f"{path}: expected {form.size[1]} x {form.size[0]} pixels (height x width) as in the first image, found "
            f"{image.size[1]} x {image.size[0]}. State a size to which all are resized, such as 32x32."
        )
    return np.asarray(image).reshape(form.size[1], form.size[0], -1), found.rotated
