"""A .zip or a .tar of image files, unpacked into a folder of its own for as long as it is read."""

import gzip
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tunewright.core.errors import DataError
from tunewright.core.words import listed, reason
from tunewright.images.data.blobs import GZIP, check_size, peek, told
from tunewright.images.data.names import ENDINGS

_MOST_FILES = 2_000_000
_CHUNK = 1 << 20
_HEAD = 1024


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """The folder, which is gone afterwards. What a DataError says of it, it says of the archive.

    Raises DataError for a damaged archive, and before anything is unpacked, for one that holds more than 4 GiB.
    """
    with tempfile.TemporaryDirectory(prefix="unpacked-") as place:
        folder = Path(place, "files")
        folder.mkdir()
        kind = peek(archive)
        try:
            _untar(archive, folder) if kind == "tar" else _unzip(archive, folder)
        except DataError:
            raise
        except Exception as problem:  # a damaged archive raises a dozen kinds
            raise DataError(
                f"{archive}: expected a whole .{kind} without a password, found one that cannot be unpacked "
                f"({reason(problem).replace(place, '')}). Download it again, or unpack it yourself."
            ) from None
        try:
            yield folder
        except DataError as problem:
            raise DataError(str(problem).replace(str(folder), str(archive))) from None


def is_tar_of_images(path: Path) -> bool:
    """Whether a .tar, packed or not, has image files in it and none of a set of arrays. Raises TarError."""
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.lower().endswith(ENDINGS):
                return True
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None and told(stream.read(_HEAD), member.size) not in ("text", "empty", "unknown"):
                return False
    return False


def _unzip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()
        # A member is never read beyond the size that is stated here.
        check_size(sum(member.file_size for member in members), str(archive), packed=archive.stat().st_size)
        _check_count(len(members), archive)
        opened.extractall(folder)  # which leads no name out of the folder


def _untar(archive: Path, folder: Path) -> None:
    with tarfile.open(_without_gzip(archive, folder.with_name("archive.tar"))) as opened:
        size = 0
        for count, member in enumerate(opened, 1):
            _check_count(count, archive)
            if member.isdir():
                continue
            stream, parts = opened.extractfile(member) if member.isfile() else None, PurePosixPath(member.name).parts
            if stream is None or not parts or ".." in parts or parts[0].startswith("/"):
                raise DataError(
                    f"{archive}: expected files inside one folder only, found {listed([member.name])}, a link, a "
                    "device or a path that leads out of it. Do not trust this file, or unpack it yourself."
                )
            size += member.size
            check_size(size, str(archive), packed=archive.stat().st_size)
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                shutil.copyfileobj(stream, file, _CHUNK)


def _without_gzip(archive: Path, target: Path) -> Path:
    """The archive, or what is packed in it, written to `target`: headers are never read beyond what was checked."""
    with archive.open("rb") as stream:
        if stream.read(len(GZIP)) != GZIP:
            return archive
    size = 0
    with gzip.open(archive) as packed, target.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            check_size(size, str(archive), packed=archive.stat().st_size)
            file.write(chunk)
    return target


def _check_count(count: int, archive: Path) -> None:
    if count > _MOST_FILES:
        raise DataError(f"{archive}: expected at most {_MOST_FILES:,} files, found more. Take fewer.")
