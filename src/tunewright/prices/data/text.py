"""A file's bytes: read from the disk, and, where they are text, the encoding that they are in."""

import codecs
import io
import os
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.prices.data.encodings import NAMES, candidates

WANTED = "expected a file of daily prices (text, .gz, .zip, .xlsx, .parquet or .json)"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_LOOKED_AT = 4096
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Text:
    """Bytes known to be text in `encoding`; `name` is what people call that."""

    data: bytes
    encoding: str
    name: str

    def stream(self) -> io.TextIOWrapper:
        """The text from its start. The bytes are shared, not copied."""
        return io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding, newline="")


def read_bytes(path: Path) -> bytes:
    """What the file at `path` holds. Raises DataError where there is no file to read."""
    try:
        if os.name == "posix" and path.exists() and not (path.is_file() or path.is_dir()):
            # Reading a pipe or a device may never end.
            raise DataError(f"{path}: expected a file, found a pipe or a device. Name a price file.")
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"{path}: expected a price file, found no such file. Check the path (looked in {Path.cwd()})."
        ) from None
    except IsADirectoryError:
        raise DataError(f"{path}: expected a file, found a directory. Name a price file in it.") from None
    except PermissionError:
        raise DataError(
            f"{path}: expected a readable file, found no permission to read it. Change its permissions."
        ) from None
    except OSError as problem:
        raise DataError(f"{path}: cannot be read ({problem.strerror}). Check path and disk.") from None
    except ValueError:
        raise DataError(f"{str(path)!r}: expected a path, found a NUL character in it. Check the path.") from None


def find_encoding(data: bytes, source: str) -> Text:
    """By the byte-order mark, by where NUL bytes stand, UTF-8 where it fits, else by the words at the top.

    Raises DataError for an empty file and a binary one.
    """
    if not data.strip():
        raise DataError(f"{source}: {WANTED}, found an empty file. Download or export it again.")
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    encodings = [marked] if marked else _by_nul(data) or ["utf-8"]
    if b"\0" in data and not encodings[0].startswith("utf-16"):
        raise DataError(f"{source}: {WANTED}, found a binary file (NUL bytes). Export it as CSV.")
    if encodings == ["utf-8"] and not _fits(data, "utf-8"):
        encodings = candidates(data, _fits)
    for encoding in encodings:
        if _fits(data, encoding):
            return Text(data, encoding, NAMES.get(encoding, "UTF-16"))
    raise DataError(f"{source}: {WANTED}, found damaged {encodings[0].upper()}. Download or export it again.")


def _by_nul(data: bytes) -> list[str] | None:
    """UTF-16 without a mark: the letters of a header have a NUL byte before or after them."""
    head = data[:_LOOKED_AT]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 1 and head[start::2].count(0) > 0.4 * len(head) and not head[1 - start :: 2].count(0):
            return [encoding]
    return None


def _fits(data: bytes, encoding: str) -> bool:
    if encoding == "utf-8" and data.isascii():
        return True
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
