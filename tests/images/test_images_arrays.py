"""Arrays by any of the usual names and labels of any form, and folders in a .zip: the same sets; bombs are refused."""

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_writers import made_up, write_folders
from tunewright.core.errors import DataError
from tunewright.images.data.read import read_images
from tunewright.images.data.telling import is_images

TRAIN, TEST = made_up(12, 1, shape=(1, 5, 4), classes=3), made_up(6, 2, shape=(1, 5, 4), classes=3)
WORDS = np.array(["c10", "c2", "c1"])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(source: str) -> str:
    with pytest.raises(DataError) as caught:
        read_images(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "names",
    [
        ("X_train", "y_train", "X_test", "y_test"),
        ("train_X", "train_Y", "test_X", "test_Y"),
        ("Train_Images", "train_labels", "test_images", "test_labels"),
        ("arr_0", "arr_1", "arr_2", "arr_3"),
        ("arr_0", "arr_2", "arr_1", "arr_3"),
    ],
)
@pytest.mark.parametrize("form", ["npz", "npy"])
def test_usual_names(names: tuple[str, ...], form: str) -> None:
    made_of = (TRAIN.images[:, 0], TRAIN.labels, TEST.images[:, 0], TEST.labels)
    arrays: dict[str, Any] = dict(zip(names, made_of, strict=True))
    if form == "npz":
        np.savez("set.npz", **arrays)
    else:
        Path("set.npy").mkdir()
        for name, array in arrays.items():
            np.save(f"set.npy/{name}.npy", array)
            assert is_images(f"set.npy/{name}.npy")
    train, test, card = read_images(f"set.{form}")
    assert test is not None
    for read, made in ((train, TRAIN), (test, TEST)):
        np.testing.assert_array_equal(read.images, made.images)
        np.testing.assert_array_equal(read.labels, made.labels)
    assert card.reading == ()


@given(st.lists(st.integers(0, 2), min_size=3, max_size=9), st.sampled_from(["text", "bytes", "one-hot", "floats"]))
def test_labels_of_any_form(labels: list[int], form: str) -> None:
    numbers = np.array([0, 1, 2, *labels])
    columns = np.eye(3)[numbers]
    forms = {"text": WORDS[numbers], "bytes": WORDS[numbers].astype("S"), "one-hot": columns.astype(int)}
    values = forms.get(form, columns)
    np.savez("set.npz", x=np.zeros((len(numbers), 4, 4), np.uint8), y=values)
    train, _, card = read_images("set.npz")
    told = [train.classes[label] for label in train.labels]
    assert told == ([*map(str, WORDS[numbers])] if form in ("text", "bytes") else [*map(str, numbers)])
    assert len(card.reading) == 1
    if form in ("text", "bytes"):
        assert train.classes == ("c1", "c2", "c10")


def test_arrays_that_do_not_tell_are_refused() -> None:
    images = np.zeros((2, 4, 4), np.uint8)
    np.savez("a.npz", images, images, [1, 2])
    assert refusal("a.npz") == (
        "a.npz: expected images and labels, of a training part or of a training and a test part, found arrays without "
        "names of shapes (2, 4, 4), (2, 4, 4), (2,). Save them as 'x_train', 'y_train', 'x_test' and 'y_test'."
    )
    np.savez("a.npz", x=images, y=["a", "b"], x_test=images, y_test=["a", "c"])
    assert refusal("a.npz") == ("a.npz, 'y_test': expected the classes 'a', 'b', found also 'c'. Correct the labels.")
    np.savez("a.npz", x=images, y=np.array([[0.5, 0.5], [1, 0]]))
    assert "expected one whole number as the label of each of 2 images" in refusal("a.npz")
    np.savez("a.npz", x=np.full((2, 4, 4), "x"), y=[0, 1])
    assert refusal("a.npz").startswith("a.npz, 'x': expected whole numbers from 0 to 255, found <U1.")
    np.save("x.npy", images)
    assert "expected arrays of images and labels by the names" in refusal("x.npy")
    Path("x.npy").write_bytes(Path("x.npy").read_bytes()[:-1])
    assert refusal("x.npy").startswith("x.npy: expected a whole .npy, found a damaged one (")
    np.save("x.npy", np.array([{}]), allow_pickle=True)
    assert "found pickled objects" in refusal("x.npy")


def zipped(folder: str, path: str) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(Path(folder).rglob("*")):
            archive.write(file)
        archive.writestr("__MACOSX/._x", "x")
    return path


def test_a_zip_of_folders_is_the_same_set() -> None:
    write_folders(Path("set/train"), TRAIN)
    write_folders(Path("set/test"), TEST)
    path = zipped("set", "set.zip")
    assert is_images(path)
    assert read_images(path)[:2] == read_images("set")[:2]
    Path("set/train/c0/x.txt").write_text("no")
    assert refusal(zipped("set", "set.zip")) == (
        "set.zip/set/train/c0: expected image files only, found 'x.txt'. Move or remove it."
    )


def test_a_damaged_zip_is_refused() -> None:
    write_folders(Path("set"), TRAIN)
    path = Path(zipped("set", "set.zip"))
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    assert refusal("set.zip").startswith(
        "set.zip: expected a whole .zip without a password, found one that cannot be unpacked ("
    )


def bombs() -> dict[str, bytes]:
    """Files of little that promise, or unpack to, 300 MiB."""
    packer = zlib.compressobj(9, wbits=31)
    gz = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(300)), packer.flush()])
    made = {"bomb.gz": gz}
    for name, member in (("bomb.zip", "a/1.png"), ("bomb.npz", "x.npy")):
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w") as archive:
            archive.writestr(member, b"x")
            archive.infolist()[0].file_size = 300 << 20
        made[name] = memory.getvalue()
    return made


def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    for name, data in bombs().items():
        Path(name).write_bytes(data)
        assert refusal(name) == (
            f"{name}: expected packed images, found {len(data)} bytes that unpack to more than 200 times as many, as "
            "no images do. Do not trust this file; download it from its official address."
        )
