"""`tunewright data` on images: the card for people and for programs; prices stay prices."""

import json
from pathlib import Path

import pytest

from cli_helpers import refusal, run_well, write_prices
from image_writers import made_up, packed, records, write_binary, write_folders, write_idx, write_npz, write_python
from tunewright.images.data.blobs import Blob
from tunewright.images.data.telling import is_images

pytestmark = pytest.mark.usefixtures("unseen_stills")

CARD = """\
source    set (a folder per class)
train     5 images: c0 3, c1 2
test      3 images: c0 2, c1 1
shape     3 channels, 6 high, 5 wide; values 0 to 255
doubles   0 within the training images, 3 test images that are training images too
reading   left out 'notes.txt'
repair    none
warning   3 test images seen in training: accuracy on the test may look too high by that share
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make() -> None:
    train = made_up(5, 1, shape=(3, 6, 5), classes=2)
    write_folders(Path("set/train"), train)
    write_folders(Path("set/test"), type(train)(train.images[:3], train.labels[:3], train.classes))
    Path("set/notes.txt").write_text("by hand")


def test_the_card() -> None:
    make()
    assert run_well("data", "set") == CARD


def test_the_card_as_json() -> None:
    make()
    image, prices = json.loads(run_well("data", "set", "builtin:sp500", "--json"))
    assert prices["rows"] == 5031
    assert image == {
        "source": "set",
        "format": "a folder per class",
        "classes": ["c0", "c1"],
        "train": [3, 2],
        "test": [2, 1],
        "shape": [3, 6, 5],
        "lowest": 0,
        "highest": 255,
        "repeated": 0,
        "shared": 3,
        "reading": ["left out 'notes.txt'"],
        "repairs": [],
        "warnings": ["3 test images seen in training: accuracy on the test may look too high by that share"],
    }


def test_many_classes_are_not_all_listed() -> None:
    write_folders(Path("set"), made_up(20, 1, shape=(1, 4, 4), classes=20))
    assert "c11 1, and 8 more classes\n" in run_well("data", "set")


def test_a_size_resizes() -> None:
    make()
    assert "shape     3 channels, 8 high, 9 wide" in run_well("data", "set", "--size", "8x9")
    expected = "size: expected HEIGHTxWIDTH in pixels, such as 32x32, found '8'. Correct it."
    assert refusal("data", "set", "--size", "8") == expected


def test_options_that_do_not_fit() -> None:
    expected = "builtin:digits: expected no close: it is read as a set of images. Leave it out."
    assert refusal("data", "builtin:digits", "--close", "close") == expected
    expected = "builtin:sp500: expected no size: it is read as daily prices. Leave it out."
    assert refusal("data", "builtin:sp500", "--size", "8x8") == expected


def test_what_images_are() -> None:
    train, test = made_up(20, 1), made_up(10, 2)
    cifar = write_python(Path("py"), train, test)
    sources = {
        "builtin:digits": True,
        "cifar10": True,
        str(cifar): True,
        str(cifar / "data_batch_1"): True,
        str(packed(cifar, Path("a.tar.gz"))): True,
        str(write_binary(Path("bin"), train, test) / "test_batch.bin"): True,
        str(write_npz(Path("a.npz"), train, test, last=True)): True,
        str(next(write_idx(Path("idx"), train, test).iterdir())): True,
        "builtin:sp500": False,
        str(write_prices(Path("prices.csv"))): False,
        "nowhere": False,
    }
    assert {source: is_images(source) for source in sources} == sources


@pytest.mark.parametrize(
    ("name", "is_test"), [("test_batch.bin", True), ("t10k-images", True), ("a-Test", True), ("latest.bin", False)]
)
def test_the_name_of_the_test_part(name: str, is_test: bool) -> None:
    assert Blob(name, name, b"").is_test is is_test


def test_prices_of_the_length_of_a_batch_are_prices() -> None:
    for encoding in ("utf-16-le", "utf-16-be", "utf-8"):
        text = "Date,Close\n" + "2024-01-02,1\n" * 500
        Path("prices").write_bytes(text.encode(encoding).ljust(3073 * 4, b" ")[: 3073 * 4])
        assert not is_images("prices")
    Path("prices").write_bytes(b"\x1f\x8b damaged")
    assert not is_images("prices")
    Path("batch").write_bytes(records(made_up(1, 1)))
    assert is_images("batch")
