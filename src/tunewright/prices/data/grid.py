"""A file as records of cells, whatever it is: the delimiter is found, and rows can be gone through again."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tunewright.core.errors import DataError
from tunewright.core.words import shown
from tunewright.prices.data.foreign import refuse_foreign
from tunewright.prices.data.json_records import json_records
from tunewright.prices.data.names import recognised
from tunewright.prices.data.packed import Unpacked, unpack
from tunewright.prices.data.sheets import Record, parquet_records, xlsx_records, xlsx_sheets
from tunewright.prices.data.text import Text, find_encoding

HEAD = 40
"""How many records are looked at to find the header and what the columns hold."""

HEADER_WITHIN = 20
"""The header is one of the first so many records."""

_DELIMITERS = {",": "comma-separated", ";": "semicolon-separated", "\t": "tab-separated", "|": "bar-separated"}
_LONGEST_LINE = 1 << 20  # 4,000 tickers side by side take a tenth of it
_HEAD_CHARACTERS = 1 << 18


@dataclass(frozen=True)
class Grid:
    """`text` is None for workbooks and Parquet files, and for JSON, which is `parsed` whole. `format`: packing,
    delimiter and encoding in words."""

    source: str
    content: Unpacked
    text: Text | None
    delimiter: str
    format: str
    parsed: Sequence[Record] = ()

    def records(self) -> Iterator[Record]:
        """Every record that is not an empty line, from the top. Raises DataError where the file is broken."""
        if self.content.kind == "json":
            return iter(self.parsed)
        if self.text is None:
            read = xlsx_records if self.content.kind == "xlsx" else parquet_records
            return read(self.content.data, self.source)
        return _csv_records(self.text, self.delimiter, self.source)

    def head(self) -> list[Record]:
        """The first records with anything in them. Raises DataError where there are none."""
        head: list[Record] = []
        for line, cells in self.records():
            if any(cell.strip() for cell in cells):
                head.append((line, cells))
            if len(head) == HEAD:
                break
        if not head:
            raise DataError(
                f"{self.source}: expected a header and rows of prices, found blank cells only. Export the file again."
            )
        return head


def open_grid(data: bytes, source: str) -> Grid:
    """Unpack, find encoding and delimiter. Raises DataError for what is no table at all."""
    content = unpack(data, source)
    packed = f" in .{content.packing}" if content.packing else ""
    if content.kind == "parquet":
        return Grid(source, content, None, "", f"Parquet{packed}")
    if content.kind == "xlsx":
        sheets = xlsx_sheets(content.data, source)
        which = f", the first of {len(sheets)} sheets ({shown(sheets[0])})" if len(sheets) > 1 else ""
        return Grid(source, content, None, "", f"Excel workbook{packed}{which}")
    if content.kind == "json":
        return Grid(source, content, None, "", f"JSON{packed}", json_records(content.data, source))
    refuse_foreign(content.data, source)
    text = find_encoding(content.data, source)
    delimiter = _delimiter(text)
    return Grid(source, content, text, delimiter, f"{_DELIMITERS[delimiter]} {text.name}{packed}")


def _delimiter(text: Text) -> str:
    """The one under which a line near the top holds the most names that we know; then the one with most cells."""
    head = text.stream().read(_HEAD_CHARACTERS)
    return max(_DELIMITERS, key=lambda delimiter: _likeness(head, delimiter))


def _likeness(head: str, delimiter: str) -> tuple[int, int]:
    best = (0, 0)
    rows = 0
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            rows += bool(cells)
            best = max(best, (recognised(cells), len(cells)))
            if rows == HEADER_WITHIN:
                break
    except csv.Error:
        pass  # reading the whole file says where it is broken
    return best


def _csv_records(text: Text, delimiter: str, source: str) -> Iterator[Record]:
    reader = csv.reader(_lines(text, source), delimiter=delimiter, skipinitialspace=True, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as problem:
        raise DataError(
            f"{source}, line {line}: expected {_DELIMITERS[delimiter]} cells, found a broken one ({problem}). "
            "Look for a quotation mark that is not closed."
        ) from None


def _lines(text: Text, source: str) -> Iterator[str]:
    """Line by line, never more than one at a time: a file without line ends would be taken apart in memory."""
    stream = text.stream()
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise DataError(
                f"{source}: expected a table with one row in a line, found a line of {_LONGEST_LINE:,} characters or "
                "more. Export the file again."
            )
        yield line
