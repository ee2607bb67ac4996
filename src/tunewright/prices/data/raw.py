"""What a file says, column by column, before anything is mended: the shape every format is brought into."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.prices.data.cells import place
from tunewright.prices.data.collect import collect
from tunewright.prices.data.collected import Collected
from tunewright.prices.data.crsp import without_signs
from tunewright.prices.data.dates import read_dates, with_clocks
from tunewright.prices.data.grid import Grid, open_grid
from tunewright.prices.data.layout import NO_NAME, Layout, recognise
from tunewright.prices.data.numbers import number_style, read_numbers
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.table import Dates, Floats
from tunewright.prices.data.volumes import best_volume

Lines = NDArray[np.int64]


@dataclass(frozen=True)
class RawTable:
    """Rows in file order. A new format is a new way to make one of these; all the rest stays as it is.

    `lines`: the line of the file each row starts on, shape (rows,). `seconds`: since midnight, for rows by the hour.
    `columns`: float64 with NaN where a value is missing, under `open`, `high`, `low`, `close`, `adj_close`, `volume`.
    `splits`: new shares for an old one on the day, where the file has such a column. `headers`: the file's own
    words for those names and for `date`. `notes`: what reading left out, in sentences. `reading`: by which rules
    the file was read. `adjusts`: the file comes from a source that adjusts its Close and says so by its header.
    """

    source: str
    format: str
    ticker: str | None
    lines: Lines
    dates: Dates
    seconds: NDArray[np.int64]
    columns: Mapping[str, Floats]
    splits: Floats | None
    headers: Mapping[str, str]
    notes: tuple[str, ...]
    reading: tuple[str, ...]
    adjusts: bool

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, row: int, column: str) -> str:
        """File, line and column of one cell, for messages."""
        return place(self.source, int(self.lines[row]), self.headers[column])


def parse(data: bytes, source: str, options: ReadingOptions) -> tuple[RawTable, Grid, Layout]:
    """Read the bytes of a price file, and how they were taken. Raises DataError naming line and column of what is
    unreadable."""
    grid = open_grid(data, source)
    layout = recognise(grid.head(), source=source, ticker=options.ticker, delimiter=grid.delimiter or ",")
    collected = collect(grid, layout, ticker=options.ticker)
    if not len(collected.dates):
        raise DataError(
            f"{source}: expected rows of prices below the header, found the header only. "
            "Download or export the file again."
        )
    return _converted(grid, layout, collected, options), grid, layout


def _converted(grid: Grid, layout: Layout, collected: Collected, options: ReadingOptions) -> RawTable:
    source, lines = grid.source, collected.lines
    cells = {name: column for name, column in collected.numbers.items() if name != "split"}
    headers = dict(layout.headers)
    which: tuple[str, ...] = ()
    if collected.volumes:
        titles = [headers["volume"], *(layout.titles[index] for index in layout.volumes)]
        cells["volume"], headers["volume"], which = best_volume([cells["volume"], *collected.volumes], titles)
    by_title = {headers[name]: column for name, column in cells.items()}
    style = number_style(by_title, lines, source=source, semicolons=grid.delimiter == ";", decimals=options.decimals)
    days = read_dates(collected.dates, lines, source=source, title=headers["date"], order=options.dates)
    if collected.clocks is not None:
        clock = layout.titles[layout.clock or 0] or NO_NAME
        days = with_clocks(days, collected.clocks, lines, source=source, title=clock)
    columns = {
        name: read_numbers(column, lines, source=source, title=headers[name], style=style)
        for name, column in cells.items()
    }
    columns, unsigned = without_signs(columns, headers, layout.titles)
    return RawTable(
        source=source,
        format=f"{grid.format}, {layout.form}",
        ticker=layout.sole or collected.ticker,
        lines=np.array(lines, dtype=np.int64),
        dates=days.dates,
        seconds=days.seconds,
        columns=columns,
        splits=_lenient(collected) if "split" in collected.numbers else None,
        headers=headers,
        notes=layout.notes + collected.notes,
        reading=days.reasons + style.reasons + _close_title(layout) + which + unsigned,
        adjusts=layout.adjusts or ("adj_close" not in columns and layout.headers.get("split") == "Stock Splits"),
    )


def rows_of(raw: RawTable, rows: NDArray[np.int64]) -> RawTable:
    """Some rows of a table, in the order given."""
    columns = {name: values[rows] for name, values in raw.columns.items()}
    splits = None if raw.splits is None else raw.splits[rows]
    lines, dates, seconds = raw.lines[rows], raw.dates[rows], raw.seconds[rows]
    return replace(raw, lines=lines, dates=dates, seconds=seconds, columns=columns, splits=splits)


def _lenient(collected: Collected) -> Floats:
    """Splits are evidence for the data card and nothing else: what is no number there is no reason to refuse."""
    values = np.full(len(collected.dates), np.nan)
    for row, cell in enumerate(collected.numbers["split"]):
        try:
            values[row] = float(cell)
        except ValueError:
            continue
    return values


def _close_title(layout: Layout) -> tuple[str, ...]:
    """Said where the close is not called so in the file."""
    title = layout.headers.get("close", "Close")
    if title.lower().strip("<>").endswith("close"):
        return ()
    return (f"the close is the column '{title}'",)
