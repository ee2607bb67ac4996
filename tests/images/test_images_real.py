"""The real sets, where they are at hand."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tunewright.images.data.read import read_images

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
MNIST, CIFAR10 = SHARED / "mnist", SHARED / "cifar10" / "unpack.py"


@pytest.mark.skipif(not MNIST.is_dir(), reason="the set is not here")
def test_mnist() -> None:
    train, test, card = read_images(str(MNIST))
    assert test is not None
    assert (len(train), len(test), train.shape, card.format) == (60_000, 10_000, (1, 28, 28), "MNIST idx")
    assert train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert card.train == (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)
    assert round(float(train.images.mean() / 255), 4) == 0.1307
    assert (card.repeated, card.shared, card.warnings) == (0, 0, ())


@pytest.mark.skipif(not CIFAR10.is_file(), reason="the set is not here")
def test_cifar10(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(CIFAR10), str(tmp_path)], check=True, timeout=120)
    train, test, card = read_images(str(tmp_path))
    assert test is not None
    assert (len(train), len(test), train.shape) == (50_000, 10_000, (3, 32, 32))
    assert (card.train, card.test) == ((5000,) * 10, (1000,) * 10)
    assert card.classes[:3] == ("airplane", "automobile", "bird")
    assert train.labels[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]
    means = train.images.mean(axis=(0, 2, 3)) / 255
    assert np.abs(means - [0.4914, 0.4822, 0.4465]).max() < 1e-3
