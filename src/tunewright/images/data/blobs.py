"""The files of an image set as bytes, and what each of them is: told by content, not by name."""

import gzip
import io
import re
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.core.words import reason

RECORDS = (3073, 3074)
"""Bytes for an image of CIFAR-10 and of CIFAR-100, each with one or two labels and 3 x 32 x 32 pixels."""

GZIP = b"\x1f\x8b"
_HEAD = 1024
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_AGAIN = "Download it again."
_LARGEST = 4 << 30
_HARMLESS, _PLAUSIBLE = 1 << 28, 200
_ASCII = bytes((9, 10, 12, 13, *range(32, 127)))
_TEXT = _ASCII + bytes(range(128, 256))


@dataclass(frozen=True)
class Blob:
    """One file: its `name`, `where` it lies in words for messages, and its `data`, unpacked if it was a .gz."""

    name: str
    where: str
    data: bytes

    @property
    def kind(self) -> str:
        """What it is: see `told`."""
        return told(self.data[:_HEAD], len(self.data))

    @property
    def is_test(self) -> bool:
        """Whether the name says that this is the test part, as CIFAR's and MNIST's do."""
        return re.search(r"(?<![a-z])(test|t10k)", self.name.lower()) is not None


def told(head: bytes, size: int) -> str:
    """What a file is by its first 1,024 bytes and its length.

    One of empty, image, npy, pickle, idx, zip, tar, text, binary (CIFAR's: records of 3,073 or 3,074 bytes) and
    unknown.
    """
    if not head:
        return "empty"
    if head.startswith(_IMAGES) or _is_bmp(head) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return "image"
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    if len(head) > 4 and head[:3] == b"\0\0\x08" and head[3] in (1, 3):
        return "idx"
    if head[0] == 0x80 and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        return "pickle"
    # A label may be a tab, and a bright image has no control characters: text starts with what can be seen.
    if head[0] >= 32 and not head.translate(None, _ASCII):
        return "text"
    if any(size % record == 0 for record in RECORDS):
        return "binary"
    return "unknown" if head.translate(None, _TEXT) else "text"


def _is_bmp(head: bytes) -> bool:
    """Two letters may begin anything: the length of the header that follows tells."""
    return head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def peek(path: Path) -> str:
    """The kind of a file on disk, looking through .gz. Raises DataError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        if not head.startswith(GZIP):
            return told(head, path.stat().st_size)
        with gzip.open(path) as packed:
            return told(packed.read(_HEAD), 1)  # its length would take unpacking it all
    except (OSError, EOFError, zlib.error) as problem:
        raise DataError(
            f"{path}: expected a file that can be read, found {_reason(problem)}. Mend or remove it."
        ) from None


def read_blobs(path: Path) -> list[Blob]:
    """The file, the files of the folder, or the members of the tar archive, in natural order of their names.

    Raises DataError for what cannot be read, or unpacks to more than 4 GiB.
    """
    paths = [file for file in (visible(path) if path.is_dir() else [path]) if file.is_file()]
    check_size(sum(file.stat().st_size for file in paths), str(path))
    read = [Blob(file.name, str(file), _read(file)) for file in paths]
    # Some downloaders leave each file beside its own .gz: the same bytes are one file.
    blobs = list({(blob.name.removesuffix(".gz"), blob.data): blob for blob in read}.values())
    if len(blobs) == 1 and (blobs[0].kind == "tar" or tarfile.is_tarfile(io.BytesIO(blobs[0].data))):
        blobs = _members(blobs[0])
    return sorted(blobs, key=lambda blob: natural(blob.name))


def visible(folder: Path) -> list[Path]:
    """What lies in a folder, in natural order, without what editors and systems put there."""
    try:
        found = [path for path in folder.iterdir() if not _is_aside(path.name)]
    except OSError as problem:
        raise DataError(f"{folder}: expected a readable folder, found {_reason(problem)}. Mend it.") from None
    return sorted(found, key=lambda path: natural(path.name))


def _is_aside(name: str) -> bool:
    return name.startswith(".") or name.endswith("~") or name in ("__MACOSX", "Thumbs.db", "desktop.ini")


def natural(name: str) -> list[tuple[bool, int, str]]:
    """A key that sorts `b2` before `b10`."""
    parts = re.findall(r"\d+|\D+", name)
    return [(False, int(part), "") if part[0].isdecimal() else (True, 0, part) for part in parts]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == GZIP
        with gzip.open(path) if packed else path.open("rb") as stream:
            limit = min(_LARGEST, max(_HARMLESS, _PLAUSIBLE * path.stat().st_size)) if packed else _LARGEST
            data: bytes = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise DataError(f"{path}: expected a whole file, found {_reason(problem)}. {_AGAIN}") from None
    check_size(len(data), str(path), packed=path.stat().st_size if packed else None)
    return data


def _members(archive: Blob) -> list[Blob]:
    """Read in memory: nothing is written, so no member's path can lead anywhere."""
    found, size = [], 0
    try:
        with tarfile.open(fileobj=io.BytesIO(archive.data)) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.isfile() else None
                name = member.name.rpartition("/")[2]
                if stream is not None and not _is_aside(name):
                    size += member.size
                    check_size(size, archive.where, packed=len(archive.data))
                    found.append(Blob(name, f"{archive.where}, {member.name}", stream.read()))
    except (tarfile.TarError, OSError, EOFError) as problem:
        raise DataError(f"{archive.where}: expected a whole .tar, found {_reason(problem)}. {_AGAIN}") from None
    return found


def check_size(size: int, where: str, *, packed: int | None = None) -> None:
    """Raises DataError for more than 4 GiB, and for more than any images make of so many `packed` bytes."""
    if packed is not None and size > max(_HARMLESS, _PLAUSIBLE * packed):
        raise DataError(
            f"{where}: expected packed images, found {packed} bytes that unpack to more than {_PLAUSIBLE} times as "
            "many, as no images do. Do not trust this file; download it from its official address."
        )
    if size > _LARGEST:
        raise DataError(
            f"{where}: expected at most 4 GiB of images, found more. Take a smaller set, or smaller images."
        )


def _reason(problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError):
        return "none"
    return f"a damaged one: {getattr(problem, 'strerror', None) or reason(problem)}"
