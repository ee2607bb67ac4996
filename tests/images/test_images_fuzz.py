"""Damaged image sets are read or refused in one line: no other error, whatever bytes are changed or cut off."""

import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from image_writers import made_up, packed, write_binary, write_folders, write_idx, write_npz, write_python
from tunewright.core.errors import DataError
from tunewright.images.data.imageset import ImageSet
from tunewright.images.data.read import read_images
from tunewright.images.data.telling import is_images

TRAIN, TEST = made_up(4, 1), made_up(2, 2)
WRITERS: dict[str, Callable[[Path], object]] = {
    "python": lambda folder: write_python(folder, TRAIN, TEST),
    "tar": lambda folder: packed(write_python(folder.parent / "py", TRAIN, TEST), folder),
    "binary": lambda folder: write_binary(folder, TRAIN, TEST),
    "idx": lambda folder: write_idx(folder, TRAIN, TEST),
    "npz": lambda path: write_npz(path.with_suffix(".npz"), TRAIN, TEST, last=True).rename(path),
    "png": lambda folder: write_folders(folder, TRAIN),
    **{ending: partial(write_folders, images=TRAIN, ending=ending) for ending in ("jpg", "bmp", "gif", "webp", "tiff")},
    "zip": lambda path: zipped(write_folders(path.parent / "classes", TRAIN), path),
    "table": lambda folder: write_table(folder, TRAIN),
}


def zipped(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*.png"):
            archive.write(file, file.relative_to(folder))


def write_table(folder: Path, images: ImageSet) -> None:
    for file in sorted(write_folders(folder.parent / "classes", images).rglob("*.png")):
        (folder / "train").mkdir(parents=True, exist_ok=True)
        (folder / "train" / file.name).write_bytes(file.read_bytes())
    rows = [f"{number},{images.classes[label]}" for number, label in enumerate(images.labels)]
    (folder / "labels.csv").write_text("\n".join(["id,label", *rows]))


CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=3)


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40, deadline=None)
@given(changes=CHANGES, headers=st.booleans(), end=st.floats(0, 1) | st.just(1.0), which=st.integers(0, 9))
def test_damage(name: str, changes: list[tuple[float, int]], headers: bool, end: float, which: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "set")
        WRITERS[name](source)
        files = sorted(path for path in source.rglob("*") if path.is_file()) or [source]
        path = files[which % len(files)]
        data = bytearray(path.read_bytes())
        for where, value in changes:
            data[int(where * min(len(data), 64 if headers else len(data)))] = value
        path.write_bytes(data[: round(end * len(data))])
        is_images(str(source))
        try:
            read_images(str(source))
        except DataError as refused:
            message = str(refused)
            assert "\n" not in message
            assert "found" in message
