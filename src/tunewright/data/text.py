"""A file's bytes as text, or one clear line on why that cannot be."""

from pathlib import Path

from tunewright.core.errors import DataError

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PACKED_MARKS = (b"\x1f\x8b", b"PK\x03\x04")
_WANTED = "expected a comma-separated text file in UTF-8"


def read_text(path: Path) -> str:
    """The text of the file at `path`. Raises DataError where there is none to read; see also `decode`."""
    try:
        data = path.read_bytes()
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
    return decode(data, str(path))


def decode(data: bytes, source: str) -> str:
    """UTF-8 text, with or without a byte-order mark. Raises DataError for an empty or a binary file."""
    if not data.strip():
        raise DataError(f"{source}: {_WANTED}, found an empty file. Download or export it again.")
    if data.startswith(_UTF16_MARKS):
        raise DataError(f"{source}: {_WANTED}, found UTF-16. Save it again as 'CSV UTF-8'.")
    if data.startswith(_PACKED_MARKS):
        raise DataError(f"{source}: {_WANTED}, found a packed file or workbook. Unpack it, or export CSV.")
    if b"\0" in data:
        raise DataError(f"{source}: {_WANTED}, found a binary file (NUL bytes). Export it as CSV.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        found = f"byte 0x{data[problem.start]:02x}"
        raise DataError(f"{source}, line {line}: {_WANTED}, found {found}. Save it again as UTF-8.") from None
