"""Files of another kind, told by their first bytes, each with what to do instead."""

from tunewright.core.errors import DataError
from tunewright.prices.data.text import WANTED

_LOOKED_AT = 4096
_CSV = "Export CSV or Parquet from it"
_UNPACK = "Unpack it"
_PAGE = ("a web page or XML", "Download the CSV itself")
_TEXTS = {
    b"%pdf": ("a PDF", "Export CSV"),
    b"<!doctype": _PAGE,
    b"<html": _PAGE,
    b"<?xml": _PAGE,
    b"<table": _PAGE,
}
_BYTES = {
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook (.xls)", "Save it as .xlsx or CSV"),
    b"FEA1": ("a Feather file", _CSV),
    b"ARROW1": ("a Feather or Arrow file", _CSV),
    b"\x89HDF\r\n\x1a\n": ("an HDF5 file", _CSV),
    b"SQLite format 3\0": ("a SQLite database", _CSV),
    b"\x93NUMPY": ("a NumPy array (.npy)", _CSV),
    **{b"\x80%c" % protocol: ("a Python pickle, which is not opened", _CSV) for protocol in range(2, 6)},
    b"BZh": ("a .bz2", _UNPACK),
    b"\xfd7zXZ\0": ("a .xz", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("a .zst", _UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a .7z", _UNPACK),
    b"Rar!\x1a\x07": ("a .rar", _UNPACK),
}


def refuse_foreign(data: bytes, source: str) -> None:
    """Raises DataError for what is known and no table of prices."""
    text = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    named = [words for mark, words in _BYTES.items() if data.startswith(mark)]
    named += [words for mark, words in _TEXTS.items() if text.startswith(mark)]
    if named:
        found, instead = named[0]
        raise DataError(f"{source}: {WANTED}, found {found}. {instead}.")
