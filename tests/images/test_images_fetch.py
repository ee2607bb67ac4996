"""CIFAR-10 by name: downloaded once, checked, taken from the cache; without a network a line that says what to do."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from image_writers import made_up, packed, write_python
from tunewright.core.errors import DataError
from tunewright.images.data import fetch, read
from tunewright.images.data.fetch import ARCHIVE, FOLDER, cache_folder, fetch_cifar10

TRAIN, TEST = made_up(20, 1), made_up(10, 2)
PLACE = "elsewhere and place it as"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUNEWRIGHT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "www").mkdir()
    return packed(write_python(tmp_path / FOLDER, TRAIN, TEST), tmp_path / "www" / ARCHIVE)


@pytest.fixture
def address(archive: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(archive.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{ARCHIVE}"
    server.shutdown()
    thread.join()
    server.server_close()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_download_is_kept_and_checked(address: str, archive: Path, cache: Path) -> None:
    right = sha256(archive)
    assert fetch_cifar10(address, sha256=right) == cache / ARCHIVE
    content = archive.read_bytes()
    archive.unlink()
    assert fetch_cifar10(address, sha256=right).read_bytes() == content
    archive.write_bytes(content)
    (cache / ARCHIVE).write_bytes(content[:-1])
    assert fetch_cifar10(address, sha256=right).read_bytes() == content


def test_another_checksum_is_refused(address: str, cache: Path) -> None:
    with pytest.raises(DataError, match=f"could not download it .* {PLACE} {cache / ARCHIVE}, or unpack it to"):
        fetch_cifar10(address, sha256="0" * 64)
    assert not (cache / ARCHIVE).exists()


def test_the_archive_is_read_as_it_is(
    address: str, archive: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "fetch_cifar10", partial(fetch_cifar10, address, sha256=sha256(archive)))
    train, test, card = read.read_images("cifar10")
    assert (train, test) == (TRAIN, TEST)
    assert card.reading == (f"from {cache / ARCHIVE}, checksum as published",)


def test_a_folder_placed_in_the_cache_is_taken(cache: Path) -> None:
    write_python(cache / FOLDER, TRAIN, TEST)
    train, test, card = read.read_images("cifar10")
    assert (train, test) == (TRAIN, TEST)
    assert card.reading == (f"from {cache / FOLDER}, which was placed there: no checksum",)


def test_offline_it_says_what_to_place_where(cache: Path) -> None:
    with pytest.raises(DataError) as caught:
        fetch_cifar10("http://127.0.0.1:9/" + ARCHIVE)
    assert str(caught.value) == (
        f"cifar10: expected {ARCHIVE} in {cache}, found none, and could not download it (ConnectionError). Offline: "
        f"download {fetch.ADDRESS} (170,498,071 bytes, MD5 {fetch.MD5}) elsewhere and place it as {cache / ARCHIVE}, "
        f"or unpack it to {cache / FOLDER}; TUNEWRIGHT_CACHE names another folder."
    )


def test_the_platform_has_a_place_for_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUNEWRIGHT_CACHE")
    assert cache_folder().name == "tunewright"
