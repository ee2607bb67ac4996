"""Workbooks and Parquet files as records of text, so that they go the same way as any CSV."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from importlib.util import find_spec
from typing import Any

from tunewright.core.errors import DataError
from tunewright.core.words import reason
from tunewright.prices.data.packed import check_unpacked_size

Record = tuple[int, list[str]]
"""The line that a row starts on, counted from 1, and its cells."""

_BATCH = 8192
_CELL = 8
"""Bytes of a number in a Parquet file that is not packed."""


def xlsx_sheets(data: bytes, source: str) -> list[str]:
    """The names of a workbook's sheets. Raises DataError where it is damaged, or openpyxl is not installed."""
    with _whole("Excel workbook", source):
        return [str(sheet.title) for sheet in _workbook(data, source).worksheets]


def xlsx_records(data: bytes, source: str) -> Iterator[Record]:
    """The rows of a workbook's first sheet. Raises DataError as `xlsx_sheets`."""
    with _whole("Excel workbook", source):
        sheet = _workbook(data, source).worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if cells:  # a row without any cell is what an empty line is in text
                yield line, [_text(cell) for cell in cells]


def parquet_records(data: bytes, source: str) -> Iterator[Record]:
    """The column names as line 1, then the rows. Raises DataError where damaged, or pyarrow is not installed."""
    _require("pyarrow", "parquet", source)
    import pyarrow.parquet

    with _whole("Parquet file", source):
        file = pyarrow.parquet.ParquetFile(io.BytesIO(data))
        # A column of one value takes no room however long it is.
        cells = file.metadata.num_rows * file.metadata.num_columns
        check_unpacked_size(len(data), _CELL * cells, source)
        yield 1, ["" if name.startswith("__index_level_") else name for name in file.schema_arrow.names]
        line = 2
        for batch in file.iter_batches(batch_size=_BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            for cells in zip(*columns, strict=True):
                yield line, [_text(cell) for cell in cells]
                line += 1


def _workbook(data: bytes, source: str) -> Any:
    _require("openpyxl", "excel", source)
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_unpacked_size(len(data), sum(info.file_size for info in archive.infolist()), source)
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)


@contextmanager
def _whole(kind: str, source: str) -> Iterator[None]:
    """Whatever a parser makes of a damaged file, it is a damaged file to the user."""
    try:
        yield
    except DataError:
        raise
    except Exception as problem:
        raise DataError(
            f"{source}: expected a whole {kind}, found a damaged one ({reason(problem)}). Download or export it again."
        ) from None


def _text(value: object) -> str:
    """A cell as a CSV would hold it; floats by repr, which is exact."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() and value.tzinfo is None else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _require(package: str, extra: str, source: str) -> None:
    if find_spec(package) is None:
        raise DataError(
            f"{source}: reading it takes the package '{package}', which is not installed. "
            f"Install it (pip install 'tunewright[{extra}]'), or export CSV."
        )
