"""Image sets written as others write them, for the tests of the readers."""

import gzip
import io
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tunewright.images.data.imageset import ImageSet

NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def made_up(count: int, seed: int, *, shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10) -> ImageSet:
    """Random pixels; every class has an image where there are enough."""
    random = np.random.default_rng(seed)
    names = NAMES if classes == len(NAMES) else tuple(f"c{number}" for number in range(classes))
    return ImageSet(random.integers(0, 256, (count, *shape), np.uint8), np.arange(count) % classes, names)


def pickled(images: ImageSet, *, protocol: int = 2, coarse: bool = False, label: bytes = b"training batch") -> bytes:
    """A python batch of CIFAR-10, or of CIFAR-100 with coarse labels."""
    labels = {b"fine_labels" if coarse else b"labels": images.labels.tolist()}
    if coarse:
        labels[b"coarse_labels"] = [0] * len(images)
    data = images.images.reshape(len(images), -1)
    return pickle.dumps({b"batch_label": label, **labels, b"data": data, b"filenames": [b"a.png"]}, protocol=protocol)


def records(images: ImageSet, *, coarse: bool = False) -> bytes:
    """A binary batch of CIFAR-10, or of CIFAR-100 with coarse labels."""
    rows = [images.labels[:, None].astype(np.uint8), images.images.reshape(len(images), -1)]
    return np.hstack([np.zeros_like(rows[0]), *rows] if coarse else rows).tobytes()


def idx(values: NDArray[np.generic]) -> bytes:
    """An idx file of unsigned bytes."""
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    return header + values.astype(np.uint8).tobytes()


def write_python(folder: Path, train: ImageSet, test: ImageSet, *, protocol: int = 2) -> Path:
    """CIFAR-10's python version: two batches, the test batch, the names."""
    folder.mkdir(parents=True)
    half = len(train) // 2
    for name, part in (("data_batch_1", slice(0, half)), ("data_batch_2", slice(half, None))):
        piece = ImageSet(train.images[part], train.labels[part], train.classes)
        (folder / name).write_bytes(pickled(piece, protocol=protocol))
    (folder / "test_batch").write_bytes(pickled(test, protocol=protocol, label=b"testing batch 1 of 1"))
    (folder / "batches.meta").write_bytes(pickle.dumps({b"label_names": [name.encode() for name in train.classes]}, 2))
    return folder


def write_binary(folder: Path, train: ImageSet, test: ImageSet) -> Path:
    """CIFAR-10's binary version."""
    folder.mkdir()
    (folder / "data_batch_1.bin").write_bytes(records(train))
    (folder / "test_batch.bin").write_bytes(records(test))
    (folder / "batches.meta.txt").write_text("\n".join(train.classes) + "\n")
    return folder


def write_idx(folder: Path, train: ImageSet, test: ImageSet) -> Path:
    """MNIST's four files, packed."""
    folder.mkdir()
    for name, part in (("train", train), ("t10k", test)):
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(part.images[:, 0])))
        (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(part.labels)))
    return folder


def write_folders(folder: Path, images: ImageSet, *, ending: str = "png") -> Path:
    """A folder per class, files numbered in the order of the set."""
    for number, (image, label) in enumerate(zip(images.images, images.labels, strict=True)):
        path = folder / images.classes[label] / f"{number}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.transpose(1, 2, 0).squeeze()).save(path)
    return folder


def write_npz(path: Path, train: ImageSet, test: ImageSet, *, last: bool) -> Path:
    """Keras' names; channels last or first."""
    order = (0, 2, 3, 1) if last else (0, 1, 2, 3)
    np.savez(
        path,
        x_train=train.images.transpose(order),
        y_train=train.labels[:, None],
        x_test=test.images.transpose(order),
        y_test=test.labels,
        class_names=np.array(train.classes),
    )
    return path


def packed(folder: Path, path: Path) -> Path:
    """The folder as .tar.gz."""
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w:gz") as archive:
        archive.add(folder, arcname=folder.name)
    path.write_bytes(memory.getvalue())
    return path
