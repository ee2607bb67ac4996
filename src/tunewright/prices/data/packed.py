"""Files inside files: .gz, and .zip with one file in it. Told by their first bytes, not by their names."""

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass

from tunewright.core.errors import DataError
from tunewright.core.words import reason
from tunewright.prices.data.text import WANTED

_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
_MOST_LISTED = 5
_LOOKED_AT = 64
_RATIO, _SMALL = 100, 64 << 20
_AGAIN = "Download or export it again"


@dataclass(frozen=True)
class Unpacked:
    """Bytes and what they are: `kind` is text, json, xlsx or parquet. `packing` is `gz`, `zip` or nothing."""

    data: bytes
    kind: str
    packing: str = ""


def unpack(data: bytes, source: str) -> Unpacked:
    """Take one packing away. Raises DataError for a damaged, an encrypted or an exploding file."""
    kind = _kind(data)
    if kind == "gz":
        inner = _gunzip(data, source)
    elif kind == "zip":
        inner = _unzip(data, source)
    else:
        return Unpacked(data, kind)
    inner_kind = _kind(inner)
    if inner_kind in ("gz", "zip"):
        raise DataError(f"{source}: {WANTED}, found a packed file inside a packed one. Unpack it once.")
    return Unpacked(inner, inner_kind, kind)


def check_unpacked_size(packed: int, unpacked: int, source: str) -> None:
    """Raises DataError where a file would grow beyond 100 times its size (and 64 MiB): no prices pack that well."""
    if unpacked > max(_SMALL, _RATIO * packed):
        raise DataError(
            f"{source}: {WANTED}, found a packed one that grows to more than {_RATIO} times its size. "
            "Unpack it yourself if you trust it."
        )


def _kind(data: bytes) -> str:
    if data.startswith(_GZIP):
        return "gz"
    if data.startswith(_PARQUET):
        return "parquet"
    if not data.startswith(_ZIP):
        # UTF-16 has a NUL byte beside each of these, and may have a mark before them.
        head = data[:_LOOKED_AT].translate(None, b"\0\xef\xbb\xbf\xff\xfe").lstrip()
        return "json" if head.startswith((b"[", b"{")) else "text"
    # A workbook is a zip with a fixed first page of contents.
    return "xlsx" if b"[Content_Types].xml" in data else "zip"


def _gunzip(data: bytes, source: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            inner = stream.read(max(_SMALL, _RATIO * len(data)) + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise DataError(f"{source}: {WANTED}, found a damaged .gz ({problem}). {_AGAIN}.") from None
    check_unpacked_size(len(data), len(inner), source)
    return inner


def _unzip(data: bytes, source: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [info for info in archive.infolist() if not _is_aside(info)]
            if len(names) != 1:
                found = ", ".join(repr(info.filename) for info in names[:_MOST_LISTED])
                raise DataError(
                    f"{source}: expected a .zip with one file of prices in it, found {len(names)}"
                    f"{f' ({found})' if found else ''}. Unpack it, and name one of the files."
                )
            if names[0].flag_bits & 1:
                raise DataError(f"{source}: {WANTED}, found a .zip with a password. Unpack it first.")
            with archive.open(names[0]) as stream:
                inner = stream.read(max(_SMALL, _RATIO * len(data)) + 1)
    except DataError:
        raise
    except Exception as problem:  # zipfile raises a dozen kinds for damaged archives, and more with each Python
        raise DataError(f"{source}: {WANTED}, found a damaged .zip ({reason(problem)}). {_AGAIN}.") from None
    check_unpacked_size(len(data), len(inner), source)
    return inner


def _is_aside(info: zipfile.ZipInfo) -> bool:
    """Folders, and what operating systems put beside the files."""
    parts = info.filename.split("/")
    return info.is_dir() or parts[0] == "__MACOSX" or parts[-1].startswith(".")
