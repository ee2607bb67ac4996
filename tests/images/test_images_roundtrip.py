"""Every format, written by the tests themselves, reads back the same."""

import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from image_writers import (
    idx,
    made_up,
    packed,
    pickled,
    records,
    write_binary,
    write_folders,
    write_idx,
    write_npz,
    write_python,
)
from tunewright.core.errors import DataError
from tunewright.images.data.imageset import ImageSet
from tunewright.images.data.read import read_images

COUNTS, SEEDS = st.integers(2, 12), st.integers(0, 2**32 - 1)
SIDES = st.integers(4, 9)


@contextmanager
def place() -> Iterator[Path]:
    # Hypothesis runs a test many times, and the folder of a fixture would be the same each time.
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "set"


def numbered(images: ImageSet) -> ImageSet:
    """The same with numbers for names, up to the highest label."""
    return ImageSet(images.images, images.labels, tuple(map(str, range(int(images.labels.max()) + 1))))


def sorted_by_class(images: ImageSet) -> ImageSet:
    order = np.argsort(images.labels, kind="stable")
    return ImageSet(images.images[order], images.labels[order], images.classes)


@settings(max_examples=15, deadline=None)
@given(COUNTS, SEEDS, st.integers(2, 5), st.booleans())
def test_python_batches(count: int, seed: int, protocol: int, archive: bool) -> None:
    train, test = made_up(count, seed), made_up(2, seed + 1)
    with place() as folder:
        write_python(folder / "cifar-10-batches-py", train, test, protocol=protocol)
        source = packed(folder, folder.with_suffix(".tar.gz")) if archive else folder
        found = read_images(str(source))
    assert found[:2] == (train, test)
    assert (found[2].format, found[2].reading, found[2].shared) == ("CIFAR-10, python batches", (), 0)


@settings(max_examples=15, deadline=None)
@given(COUNTS, SEEDS)
def test_binary_batches(count: int, seed: int) -> None:
    train, test = made_up(count, seed), made_up(3, seed + 1)
    with place() as folder:
        found = read_images(str(write_binary(folder, train, test)))
    assert found[:2] == (train, test)
    assert found[2].format == "CIFAR-10, binary batches"


@settings(max_examples=15, deadline=None)
@given(COUNTS, SEEDS, SIDES, SIDES)
def test_idx(count: int, seed: int, height: int, width: int) -> None:
    shape = (1, height, width)
    train, test = made_up(count + 10, seed, shape=shape), made_up(count, seed + 1, shape=shape)
    with place() as folder:
        found = read_images(str(write_idx(folder, train, test)))
    assert found[0] == numbered(train)
    assert found[1] == ImageSet(test.images, test.labels, found[0].classes)


@settings(max_examples=15, deadline=None)
@given(COUNTS, SEEDS, st.sampled_from([1, 3]), SIDES, st.booleans())
def test_npz(count: int, seed: int, channels: int, side: int, last: bool) -> None:
    train, test = (made_up(count, seed + part, shape=(channels, side, side + 1), classes=4) for part in (0, 1))
    with place() as folder:
        found = read_images(str(write_npz(folder.with_suffix(".npz"), train, test, last=last)))
    assert found[:2] == (train, test)


@settings(max_examples=15, deadline=None)
@given(COUNTS, SEEDS, st.sampled_from([1, 3]), SIDES, st.booleans())
def test_a_folder_per_class(count: int, seed: int, channels: int, side: int, parts: bool) -> None:
    train, test = (made_up(count + part, seed + part, shape=(channels, side, side + 1), classes=2) for part in (0, 1))
    with place() as folder:
        write_folders(folder / "train" if parts else folder, train)
        if parts:
            write_folders(folder / "test", test)
        found = read_images(str(folder))
    assert found[0] == sorted_by_class(train)
    assert found[1] == (sorted_by_class(test) if parts else None)


def test_cifar_100_has_fine_labels(tmp_path: Path) -> None:
    train = made_up(100, 1, classes=100)
    for folder, suffix, write in (("py", "", pickled), ("bin", ".bin", records)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"train{suffix}").write_bytes(write(train, coarse=True))
    meta = {"fine_label_names": list(train.classes), "coarse_label_names": ["x"]}
    (tmp_path / "py" / "meta").write_bytes(pickle.dumps(meta, 4))
    (tmp_path / "py" / "file.txt~").touch()
    (tmp_path / "bin" / "coarse_label_names.txt").write_text("x\ny\n")
    (tmp_path / "bin" / "fine_label_names.txt").write_text("\n".join(train.classes))
    for folder, form in (("py", "python"), ("bin", "binary")):
        found, test, card = read_images(str(tmp_path / folder))
        assert (found, test, card.format) == (train, None, f"CIFAR-100, {form} batches")
        assert card.reading == ("fine labels; the coarse ones are left out",)


def test_jpeg_is_read_as_decoded(tmp_path: Path) -> None:
    flat = ImageSet(np.full((2, 3, 16, 16), 90, np.uint8), np.array([0, 1]), ("a", "b"))
    found, _, card = read_images(str(write_folders(tmp_path, flat, ending="jpg")))
    assert np.abs(found.images.astype(int) - 90).max() <= 1
    assert card.repeated == 1


def test_a_stated_size_resizes_and_says_so(tmp_path: Path) -> None:
    write_folders(tmp_path, made_up(4, 1, shape=(3, 8, 8), classes=2))
    write_folders(tmp_path, made_up(2, 1, shape=(3, 9, 7), classes=2), ending="PNG")
    found, _, card = read_images(str(tmp_path), size=(6, 5))
    assert found.shape == (3, 6, 5)
    assert card.reading == ("resized to 6 x 5 (height x width), bicubic",)


def test_a_batch_as_python_2_wrote_it(tmp_path: Path) -> None:
    """The opcodes of the official archive, whose text is of Python 2 and whose array is of an old NumPy."""
    images = made_up(3, 1)
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x05cnumpy\nndarray\nq\x06K\x00\x85U\x01b\x87Rq\x07"
        b"(K\x01K\x03M\x00\x0c\x86cnumpy\ndtype\nq\x08U\x02u1K\x00K\x01\x87Rq\x09"
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T\x00\x24\x00\x00"
        + images.images.tobytes()
        + b"tb"
    )
    head = b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03U\x06labelsq\x04]q\x0a(K\x00K\x01K\x02e"
    (tmp_path / "data_batch_1").write_bytes(head + b"U\x04dataq\x0b" + array + b"u.")
    found = read_images(str(tmp_path))[0]
    assert np.array_equal(found.images, images.images)
    assert found.labels.tolist() == [0, 1, 2]


def test_names_of_files_do_not_matter(tmp_path: Path) -> None:
    """Except for which part is the test, where nothing else says it."""
    train, test = made_up(20, 1), made_up(5, 2)
    folder = write_python(tmp_path / "set", train, test)
    (folder / "test_batch").rename(folder / "a.png")
    (folder / "batches.meta").rename(folder / "z.csv")
    assert read_images(str(folder))[:2] == (train, test)


def test_a_file_beside_its_own_gz_is_one_file(tmp_path: Path) -> None:
    images = made_up(20, 1, shape=(1, 5, 5))
    folder = write_idx(tmp_path / "set", images, images)
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(images.labels))
    found, _, card = read_images(str(folder))
    assert (len(found), card.shared) == (20, 20)
    assert card.warnings == ("20 test images seen in training: accuracy on the test may look too high by that share",)


def test_batches_are_joined_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    images = made_up(12, 1)
    for number in range(12):
        one = ImageSet(images.images[[number]], images.labels[[number]], images.classes)
        (tmp_path / f"data_batch_{number + 1}").write_bytes(pickled(one))
    assert np.array_equal(read_images(str(tmp_path))[0].images, images.images)


def test_digits_come_along() -> None:
    train, test, card = read_images("builtin:digits")
    assert (len(train), train.shape, test, card.highest) == (1797, (1, 8, 8), None, 16)
    assert train.images.sum() == 561718


def test_a_set_is_frozen_and_knows_itself() -> None:
    pixels = np.zeros((2, 1, 3, 3), np.uint8)
    images = ImageSet(pixels, np.array([0, 1]), ("a", "b"))
    pixels[0] = 1
    assert images.images.max() == 0
    with pytest.raises(ValueError, match="read-only"):
        images.images[0] = 1
    again = pickle.loads(pickle.dumps(images))
    assert again == images
    assert hash(again) == hash(images)
    assert not again.images.flags.writeable
    assert len({images, ImageSet(pixels, images.labels, ("a", "b")), ImageSet(pixels, images.labels, ("a", "c"))}) == 3
    with pytest.raises(DataError, match=r"expected images of uint8 and shape"):
        ImageSet(pixels[0], images.labels, ("a", "b"))
