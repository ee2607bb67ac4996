"""What a file says, column by column, before anything is mended: the shape every format is brought into."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.data.cells import counted, place, read_dates, read_numbers, shown
from tunewright.data.layout import Layout, recognise
from tunewright.data.table import Dates, Floats

Lines = NDArray[np.int64]
Record = tuple[int, list[str]]


@dataclass(frozen=True)
class RawTable:
    """Rows in file order. A new format is a new way to make one of these; all the rest stays as it is.

    `lines`: the line of the file each row starts on, shape (rows,). `columns`: float64 with NaN where a
    value is missing, under `open`, `high`, `low`, `close`, `adj_close`, `volume`. `headers`: the file's own
    words for those names and for `date`. `notes`: what reading left out, in sentences.
    """

    source: str
    format: str
    lines: Lines
    dates: Dates
    columns: Mapping[str, Floats]
    headers: Mapping[str, str]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, row: int, column: str) -> str:
        """File, line and column of one cell, for messages."""
        return place(self.source, int(self.lines[row]), self.headers[column])


def parse(text: str, source: str) -> RawTable:
    """Read the text of a Yahoo-style CSV. Raises DataError naming line and column of what is unreadable."""
    records, blank = _records(text, source)
    (header_line, header), rows = records[0], records[1:]
    layout = recognise(header, source=source, line=header_line)
    if not rows:
        raise DataError(
            f"{source}: expected rows of prices below the header, found the header only. "
            "Download or export the file again."
        )
    _check_widths(rows, layout, source)
    _check_one_ticker(rows, layout, source)
    lines = [line for line, _ in rows]
    titles = layout.headers
    columns = {
        name: read_numbers([cells[at] for _, cells in rows], lines, source=source, column=titles[name])
        for name, at in layout.numbers.items()
    }
    dates = read_dates([cells[layout.date] for _, cells in rows], lines, source=source, column=titles["date"])
    notes = layout.notes + blank
    return RawTable(source, layout.format, np.array(lines, dtype=np.int64), dates, columns, titles, notes)


def _records(text: str, source: str) -> tuple[list[Record], tuple[str, ...]]:
    """Every record that is not blank with the line it starts on, and a note on rows of blank cells."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[Record] = []
    blank: list[int] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, cells))
            elif len(cells) > 1:
                blank.append(line)
            line = reader.line_num + 1
    except csv.Error as problem:
        raise DataError(
            f"{source}, line {line}: expected comma-separated cells, found a broken one ({problem}). "
            "Look for a quotation mark that is not closed."
        ) from None
    if not records:
        raise DataError(
            f"{source}: expected a header and rows of prices, found blank cells only. Export the file again."
        )
    return records, _blank_note(blank)


def _blank_note(lines: Sequence[int]) -> tuple[str, ...]:
    return (f"left out {counted(len(lines), 'blank row')} (first: line {lines[0]})",) if lines else ()


def _check_one_ticker(rows: Sequence[Record], layout: Layout, source: str) -> None:
    """Rows of several tickers would pass for one price series that jumps."""
    if layout.ticker is None:
        return
    first = rows[0][1][layout.ticker].strip()
    for line, cells in rows:
        if cells[layout.ticker].strip() != first:
            raise DataError(
                f"{place(source, line, layout.headers['ticker'])}: expected one ticker in the whole file, "
                f"found {shown(cells[layout.ticker].strip())} after {shown(first)}. Split the file by ticker."
            )


def _check_widths(rows: Sequence[Record], layout: Layout, source: str) -> None:
    for line, cells in rows:
        if len(cells) < layout.width or any(cell.strip() for cell in cells[layout.width :]):
            raise DataError(
                f"{source}, line {line}: expected {layout.width} cells as in the header, found {len(cells)}. "
                "Complete or remove the line; a number with a comma in it needs quotation marks around it."
            )
