"""Image folders in a .tar: the same set as the folders; links, devices, paths that lead out and bombs are refused."""

import gzip
import io
import tarfile
from pathlib import Path
from typing import Literal

import pytest

from image_writers import made_up, write_folders
from tunewright.core.errors import DataError
from tunewright.images.data.read import read_images
from tunewright.images.data.telling import is_images

Mode = Literal["w", "w:gz"]
TRAIN, TEST = made_up(12, 1, shape=(1, 5, 4), classes=3), made_up(6, 2, shape=(1, 5, 4), classes=3)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tarred(folder: str, path: str, mode: Mode) -> str:
    with tarfile.open(path, mode) as archive:
        archive.add(folder)
    return path


def refusal(path: str) -> str:
    with pytest.raises(DataError) as caught:
        read_images(path)
    return str(caught.value)


@pytest.mark.parametrize(("path", "mode"), [("set.tar", "w"), ("set.tar.gz", "w:gz")])
def test_a_tar_of_folders_is_the_same_set(path: str, mode: Mode) -> None:
    write_folders(Path("set/train"), TRAIN)
    write_folders(Path("set/test"), TEST)
    assert is_images(tarred("set", path, mode))
    assert read_images(path)[:2] == read_images("set")[:2]
    Path("set/train/c0/x.txt").write_text("no")
    assert refusal(tarred("set", path, mode)) == (
        f"{path}/set/train/c0: expected image files only, found 'x.txt'. Move or remove it."
    )


def member(name: str, kind: bytes = tarfile.REGTYPE, *, link: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, size
    return made


@pytest.mark.parametrize(
    "bad",
    [
        member("a/2.png", tarfile.SYMTYPE, link="/etc/passwd"),
        member("a/2.png", tarfile.LNKTYPE, link="a/1.png"),
        member("a/2.png", tarfile.CHRTYPE),
        member("a/2.png", tarfile.FIFOTYPE),
        member("../2.png"),
        member("a/../../2.png"),
        member("/2.png"),
    ],
    ids=lambda bad: f"{bad.name} {bad.type.decode()}",
)
def test_a_tar_that_leads_elsewhere_is_refused(bad: tarfile.TarInfo) -> None:
    with tarfile.open("set.tar", "w") as archive:
        archive.addfile(member("a/1.png", size=1), io.BytesIO(b"x"))
        archive.addfile(bad)
    before = set(Path().rglob("*"))
    assert "found '" + bad.name + "', a link, a device or a path that leads out of it" in refusal("set.tar")
    assert set(Path().rglob("*")) == before


def test_a_damaged_tar_and_one_that_grows_too_much_are_refused() -> None:
    write_folders(Path("set"), TRAIN)
    path = Path(tarred("set", "set.tar.gz", "w:gz"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 20])
    assert refusal("set.tar.gz").startswith("set.tar.gz: expected a whole .tar")
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as archive:
        archive.addfile(member("a/1.png", size=1), io.BytesIO(b"x"))
    path.write_bytes(gzip.compress(memory.getvalue()) + gzip.compress(bytes(1 << 20)) * 300)
    assert "that unpack to more than 200 times as many" in refusal("set.tar.gz")
