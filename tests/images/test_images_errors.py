"""What the image readers refuse, word for word, and that nothing in a file is ever run."""

import copyreg
import os
import pickle
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from image_writers import idx, made_up, pickled, records, write_folders, write_python
from tunewright.core.errors import ConfigError, DataError
from tunewright.images.data.pickles import load_plain
from tunewright.images.data.read import read_images

TEN = made_up(10, 1)
GREY = made_up(12, 1, shape=(1, 4, 5))
KINDS = (
    "CIFAR-10/100 batches, MNIST idx files, arrays in a .npz or in .npy files, or image files (PNG, JPEG, BMP, GIF, "
    "WebP or TIFF) in a folder for each class or with a table of labels"
)
MALICIOUS = (
    "expected a pickle of arrays, lists, numbers and text only, found the name {}, which could run code; nothing was "
    "run. Do not trust this file; download it from its official address."
)


class Shell:
    """Unpickled by Python itself, this makes a file."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch run",)


def batch(**changes: object) -> bytes:
    content = {"data": TEN.images.reshape(10, -1), "labels": TEN.labels.tolist(), **changes}
    return pickle.dumps({key: value for key, value in content.items() if value is not None}, 2)


def npz(**arrays: object) -> bytes:
    np.savez("made", **arrays)  # type: ignore[arg-type]
    return Path("made.npz").read_bytes()


def refusal(source: str, size: tuple[int, int] | None = None) -> str:
    with pytest.raises((DataError, ConfigError)) as caught:
        read_images(source, size=size)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "code in a pickle": (lambda: batch(labels=Shell()), "f: " + MALICIOUS.format("'posix.system'")),
    "code instead of a pickle": (lambda: pickle.dumps(Shell(), 4), "f: " + MALICIOUS.format("'posix.system'")),
    "a builtin": (lambda: b"\x80\x02c__builtin__\neval\n(S'1'\ntR.", "f: " + MALICIOUS.format("'__builtin__.eval'")),
    "an array of objects": (
        lambda: batch(data=np.array([Shell()])),
        "f: expected a whole pickle, found a damaged one (no valid type of whole numbers). Download the file again.",
    ),
    "objects in a .npz": (
        lambda: npz(x_train=np.array([Shell()]), y_train=[1]),
        "f: expected arrays of numbers or text, found pickled objects, which could run code; nothing was run. "
        "Save plain arrays.",
    ),
    "truncated pickle": (
        lambda: pickled(TEN)[:-5000],
        "f: expected a whole pickle, found a damaged one (expected 46241 bytes in a unicodestring4, but only "
        "41309 remain). Download the file again.",
    ),
    "wrong size in a pickle": (
        lambda: batch(data=np.zeros((10, 3000), np.uint8)),
        "f: expected 'data' as uint8 of shape (images, 3072), found uint8 of shape (10, 3000). Download the set again.",
    ),
    "no pixels": (
        lambda: batch(data=[1, 2]),
        "f: expected 'data' as uint8 of shape (images, 3072), found list. Download the set again.",
    ),
    "no labels": (
        lambda: batch(labels=None),
        "f: expected 'labels' or 'fine_labels' beside 'data', found none. Download the set again.",
    ),
    "too few labels": (
        lambda: batch(labels=[1, 2]),
        "f: expected one whole number as the label of each of 10 images, found int64 of shape (2,). Give every image "
        "its label.",
    ),
    "labels that are text": (
        lambda: batch(labels=["cat"] * 10),
        "f: expected one whole number as the label of each of 10 images, found <U3 of shape (10,). Give every image "
        "its label.",
    ),
    "a label beyond all classes": (
        lambda: records(TEN)[: 3073 * 4] + b"\x0a" + bytes(3072),
        "f, image 4 (counting from 0): expected a label from 0 to 9, found 10. Correct the label.",
    ),
    "truncated records": (
        lambda: records(TEN)[:-1],
        f"f: expected {KINDS}, found 30729 bytes that are none of these (CIFAR's binary batches hold 3,073 or 3,074 "
        "bytes for each image). Download it again, or remove it from the set.",
    ),
    "truncated idx": (
        lambda: idx(GREY.images[:, 0])[:-1],
        "f: expected 256 bytes, as its header says, found 255. Download the file again.",
    ),
    "an idx header that promises everything": (
        lambda: struct.pack(">4B3I", 0, 0, 8, 3, *[2**32 - 1] * 3),
        f"f: expected {16 + (2**32 - 1) ** 3} bytes, as its header says, found 16. Download the file again.",
    ),
    "idx without labels": (
        lambda: idx(GREY.images[:, 0]),
        "f: expected one idx file of images and one of labels for each part, found 1 and 0. Put both beside each other "
        "in a folder of their own, and give the folder.",
    ),
    "other arrays": (
        lambda: npz(pictures=[1], b=[2]),
        "f: expected arrays of images and labels by the names 'x_train' and 'y_train'; 'train_images' and "
        "'train_labels'; 'images' and 'labels'; 'x' and 'y', found 'pictures', 'b'. Rename the arrays.",
    ),
    "floats": (
        lambda: npz(x=np.full((2, 4, 4), 0.5), y=[0, 1]),
        "f, 'x': expected whole numbers from 0 to 255, found float64 from 0.5 to 0.5. Scale the array, and save it as "
        "uint8.",
    ),
    "channels nowhere": (
        lambda: npz(x=np.zeros((2, 4, 4, 5), np.uint8), y=[0, 1]),
        "f, 'x': expected images of shape (count, height, width), or with 1 or 3 channels either first or last, found "
        "(2, 4, 4, 5). Reshape the array.",
    ),
    "a negative label": (
        lambda: npz(x=np.zeros((2, 4, 4), np.uint8), y=[0, -1]),
        "f, 'y', image 1 (counting from 0): expected a label from 0 to 9999, found -1. Correct the label.",
    ),
    "a truncated .npz": (
        lambda: npz(x=np.zeros((2, 4, 4), np.uint8), y=[0, 1])[:-30],
        "f: expected a whole .npz, found a damaged one (File is not a zip file). Save it again.",
    ),
    "a truncated .gz": (
        lambda: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01",
        "f: expected a whole file, found a damaged one: Compressed file ended before the end-of-stream marker was "
        "reached. Download it again.",
    ),
    "one image": (
        lambda: b"\x89PNG\r\n\x1a\n",
        f"f: expected {KINDS}, found 1 file (image): 'f'. Give a folder with one set of images in it.",
    ),
    "an empty file": (
        lambda: b"",
        f"f: expected {KINDS}, found an empty file of 0 bytes. Download it again, or remove it from the set.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_files(case: str) -> None:
    write, message = REFUSED[case]
    Path("f").write_bytes(write())
    assert refusal("f") == message
    assert not Path("run").exists()


def test_the_malicious_file_is_one() -> None:
    pickle.loads(batch(labels=Shell()))
    assert Path("run").exists()


NASTY = {
    "code at hand by number": b"\x80\x02\x82\xf0.",
    "memo beyond the file": b"\x80\x02}r\xff\xff\xff\x7f.",
    "change of a name": b"\x80\x02cnumpy\nndarray\n}X\x04\x00\x00\x00_makeK\x01s\x86b.",
    "call of a type": b"\x80\x02cnumpy\nndarray\n(tR.",
    "new object of a name": b"\x80\x02cnumpy\ndtype\n)\x81.",
    "persistent name": b"\x80\x02Pname\n.",
    "type of objects": b"\x80\x02cnumpy\ndtype\nX\x01\x00\x00\x00O\x85R.",
    "another codec": b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x03\x00\x00\x00hex\x86R.",
    "tuples until the stack ends": b"\x80\x02})" + b"\x85" * 1_000_000 + b"K\x01s.",
    "tuples for ever": b"\x80\x02})" + b"2\x86" * 60 + b"K\x01s.",
    "no dict": b"\x80\x02].",
}


@pytest.mark.parametrize("case", NASTY)
def test_pickles_that_take_another_way(case: str) -> None:
    copyreg.add_extension("os", "system", 0xF0)
    try:
        with pytest.raises(DataError, match=r"^f: expected a whole pickle, found a damaged one"):
            load_plain(NASTY[case], "f")
    finally:
        copyreg.remove_extension("os", "system", 0xF0)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(2, 5), st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), max_size=4), st.integers(0, 600)
)
def test_damaged_pickles_are_read_or_refused(protocol: int, changes: list[tuple[int, int]], end: int) -> None:
    content = {"data": np.arange(24, dtype=np.uint8).reshape(4, 6), "labels": [1, 2, np.int64(3)], "n": b"\xff"}
    data = bytearray(pickle.dumps(content, protocol)[:end])
    for place, value in changes:
        data[place : place + 1] = bytes([value])
    with suppress(DataError):
        load_plain(bytes(data), "f")


def test_a_missing_path() -> None:
    assert refusal("none") == "none: expected a file or a folder of images, found none. Check the path."
    Path("empty").mkdir()
    give = "Give a folder with one set of images in it."
    assert refusal("empty") == f"empty: expected {KINDS}, found an empty folder. {give}"
    for name in ("a", "b"):
        Path("empty", name).mkdir()
    assert refusal("empty") == (
        f"empty: expected {KINDS}, found only the folders 'a', 'b', and no image below them. {give}"
    )
    Path("empty/notes.txt").write_text("by hand")
    assert refusal("empty") == f"empty: expected {KINDS}, found 1 file (text): 'notes.txt'. {give}"


def test_folders_of_several_kinds() -> None:
    write_python(Path("set"), TEN, TEN)
    Path("set/other").write_bytes(records(TEN))
    assert refusal("set").endswith(
        "found 5 files (binary, pickle): 'batches.meta', 'data_batch_1', 'data_batch_2', 'other', 'test_batch'. Give a "
        "folder with one set of images in it."
    )
    Path("set/other").write_bytes(pickle.dumps({"a": 1}, 2))
    assert refusal("set") == (
        "set/other: expected 'data', or the names of the classes under 'label_names', found neither. Remove the file "
        "if it is no part of the set."
    )


def test_a_test_part_alone() -> None:
    Path("test_batch").write_bytes(pickled(TEN, label=b"testing batch 1 of 1"))
    assert refusal("test_batch") == (
        "test_batch: expected training images, found test images only. Give the folder that holds both."
    )


def test_test_images_of_another_shape() -> None:
    small = np.zeros((1, 4, 4), np.uint8)
    np.savez("a.npz", x_train=np.zeros((1, 5, 4), np.uint8), y_train=[0], x_test=small, y_test=[0])
    assert refusal("a.npz") == (
        "a.npz: expected test images of the same shape as training images, (1, 5, 4) (channels, height, width), found "
        "(1, 4, 4). Take parts that belong together."
    )


def save(path: str, mode: str = "RGB", size: tuple[int, int] = (4, 4)) -> None:
    Image.new(mode, size).save(path)


def truncate() -> None:
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)).save("set/a/z.jpg")
    Path("set/a/z.jpg").write_bytes(Path("set/a/z.jpg").read_bytes()[:-900])


FOLDERS: dict[str, tuple[Callable[[], object], str]] = {
    "another size": (
        lambda: save("set/a/z.png", size=(5, 4)),
        "set/a/z.png: expected 4 x 4 pixels (height x width) as in the first image, found 4 x 5. State a size to which "
        "all are resized, such as 32x32.",
    ),
    "grey among colours": (
        lambda: save("set/a/z.png", "L"),
        "set/a/z.png: expected mode RGB as in the first image, found L. Convert the image, or "
        'state colour = "rgb" or "grey".',
    ),
    "transparency": (
        lambda: save("set/a/z.png", "RGBA"),
        "set/a/z.png: expected grey or RGB with 8 bits and no transparency, found mode RGBA. Convert the image, or "
        'state colour = "rgb" or "grey".',
    ),
    "no image": (
        lambda: Path("set/a/z.png").write_text("<html>"),
        "set/a: expected image files only, found 'z.png'. Move or remove it.",
    ),
    "an image of no class": (
        lambda: save("set/z.png"),
        "set: expected a folder for each class only, found 'z.png'. Move or remove them.",
    ),
    "a class without images": (
        lambda: Path("set/c").mkdir(),
        "set/c: expected image files, found none. Move or remove the folder.",
    ),
    "truncated image": (
        truncate,
        "set/a/z.jpg: expected a whole PNG, JPEG, BMP, GIF, WebP or TIFF, found a damaged one (image file is truncated",
    ),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_folders(case: str) -> None:
    for name in ("a", "b"):
        Path("set", name).mkdir(parents=True)
        save(f"set/{name}/0.png")
    spoil, message = FOLDERS[case]
    spoil()
    assert refusal("set").startswith(message)


def test_classes_that_only_the_test_has() -> None:
    write_folders(Path("set/train"), made_up(4, 1, classes=2))
    write_folders(Path("set/test"), made_up(4, 1, classes=3))
    write_folders(Path("set/val"), made_up(4, 1, classes=3))
    assert refusal("set") == "set/test: expected the classes of set/train, found also 'c2'. Remove them."
    for path in Path("set/test/c2").iterdir():
        path.unlink()
    Path("set/test/c2").rmdir()
    assert read_images("set")[2].reading == ("left out 'val'",)


def test_an_image_that_would_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    write_folders(Path("set"), made_up(4, 1, shape=(3, 11, 11), classes=2))
    assert "decompression bomb" in refusal("set")


def test_a_rotation_is_told() -> None:
    write_folders(Path("set"), made_up(4, 1, classes=2))
    image = Image.open("set/c0/0.png")
    exif = image.getexif()
    exif[0x0112] = 6
    image.save("set/c0/0.png", exif=exif)
    image.close()
    assert read_images("set")[2].warnings == ("1 image with an EXIF orientation, which is not applied",)


def test_sizes() -> None:
    assert refusal("builtin:digits", (8, 8)) == (
        "builtin:digits: expected no size, found (8, 8): its images have one. Leave size out."
    )
    assert refusal("x", (0, 8)) == "size: expected height and width from 1 to 4096 pixels, found (0, 8). Correct it."
