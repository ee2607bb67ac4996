"""The rows of one series out of a file's records, gone through once: other tickers, footers and events stay behind."""

import re
from collections.abc import Sequence

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.prices.data.cells import is_missing, place, without_nul
from tunewright.prices.data.clocks import is_clock
from tunewright.prices.data.collected import Collected, left_out
from tunewright.prices.data.dates import looks_like_date
from tunewright.prices.data.grid import Grid
from tunewright.prices.data.layout import Layout, choose
from tunewright.prices.data.names import tidy
from tunewright.prices.data.sheets import Record

_EVENT = re.compile(r"dividend|split|distribution|capital gain", re.IGNORECASE)
_LONGEST_FOOTER = 10


def collect(grid: Grid, layout: Layout, *, ticker: str | None) -> Collected:
    """Keep the rows of one ticker. Raises DataError for rows that do not fit the header, and for several tickers
    without a choice (then the message lists them)."""
    return _Collector(grid.source, layout, ticker).run(grid)


class _Collector:
    def __init__(self, source: str, layout: Layout, asked: str | None) -> None:
        self._source, self._layout, self._asked = source, layout, asked
        self._kept = Collected.of(layout)
        self._read = [*layout.numbers.values(), *layout.volumes, *(() if layout.clock is None else (layout.clock,))]
        self._short: list[Record] = []  # rows without their last cell, a volume: at most two at a time
        self._left: dict[str, tuple[int, int]] = {}  # what was left out: how often, and the first line
        self._odd: list[Record] = []  # rows that do not fit: a footer, if nothing else follows
        self._tickers: dict[str, int] = {}
        self._first: str | None = None

    def run(self, grid: Grid) -> Collected:
        layout, at = self._layout, self._layout.ticker
        for line, cells in grid.records():
            if line <= layout.line:
                continue
            if at is not None and len(cells) >= layout.width and not self._is_wanted(cells[at].strip(), line, cells):
                continue
            self._take(line, cells)
        if at is not None:
            self._settle_ticker()
        self._settle_short()
        self._settle_footer()
        self._kept.notes = tuple(left_out(what, *seen) for what, seen in self._left.items())
        return self._kept

    def _is_wanted(self, ticker: str, line: int, cells: Sequence[str]) -> bool:
        """Count the row's ticker; without a choice the first is taken, and a second one settles that it is an error."""
        if ticker not in self._tickers:
            if not ticker and any(_has_digit(cells[index]) for index in self._layout.numbers.values()):
                raise DataError(
                    f"{place(self._source, line, self._layout.headers['ticker'])}: expected a ticker in every row, "
                    "found a blank cell. Complete or remove the line."
                )
            if not ticker or ticker == self._layout.headers["ticker"]:
                return True  # blanks, words below the prices, or the header again
            self._tickers[ticker] = 0
            if self._first is None and (self._asked is None or ticker.lower() == self._asked.strip().lower()):
                self._first = ticker
        self._tickers[ticker] += 1
        return ticker == self._first

    def _take(self, line: int, cells: list[str]) -> None:
        layout = self._layout
        if not cells[0].strip() and not any(cell.strip() for cell in cells):
            if len(cells) > 1:
                self._leave("blank row", line)
        elif len(cells) > layout.width and any(cell.strip() for cell in cells[layout.width :]):
            self._odd_row(line, cells)
        elif self._is_header(cells):
            self._leave("repeated header", line)
        elif self._is_event(cells):
            self._leave("row of a dividend or a split", line)
        elif self._lacks_volume(cells):
            self._flush(1)
            self._short.append((line, cells))
        elif len(cells) < layout.width:
            self._odd_row(line, cells)
        else:
            if self._odd:
                self._refuse(self._odd[0])
            self._flush(0)
            self._keep(line, cells)

    def _is_header(self, cells: Sequence[str]) -> bool:
        layout = self._layout
        if len(cells) < layout.width or tidy(cells[layout.date]) != layout.titles[layout.date]:
            return False
        return all(tidy(cells[index]) == layout.titles[index] for index in layout.numbers.values())

    def _is_event(self, cells: Sequence[str]) -> bool:
        """Yahoo's page puts a line such as `0.23 Dividend` between the prices."""
        layout = self._layout
        whole = len(cells) >= layout.width
        words = " ".join([cells[index] for index in layout.numbers.values()] if whole else cells)
        return bool(_EVENT.search(words)) and len(cells) > layout.date and looks_like_date(cells[layout.date])

    def _lacks_volume(self, cells: Sequence[str]) -> bool:
        """A row that ends before the volume, where that is the last column and was not known."""
        layout = self._layout
        last = layout.width - 1
        if len(cells) != last or layout.ticker is not None or layout.numbers.get("volume") != last or self._odd:
            return False
        dates = layout.date < last and looks_like_date(cells[layout.date])
        return dates and all(_has_digit(cells[index]) for index in layout.numbers.values() if index < last)

    def _flush(self, most: int) -> None:
        """Take short rows, the oldest first, until `most` are left."""
        while len(self._short) > most:
            line, cells = self._short.pop(0)
            self._keep(line, [*cells, ""])

    def _keep(self, line: int, cells: list[str]) -> None:
        layout, kept = self._layout, self._kept
        if not kept.lines and is_clock(cells[layout.date].strip()):
            self._leave("row of the running day with a time for its date", line)
            return
        values = [cells[index] for index in self._read]
        if layout.shared and all(map(is_missing, values)):
            self._leave(f"row without a value of {layout.sole}", line)
            return
        without_nul([cells[layout.date], *values], source=self._source, line=line)
        kept.add(line, cells[layout.date], values)

    def _leave(self, what: str, line: int) -> None:
        count, first = self._left.get(what, (0, line))
        self._left[what] = (count + 1, first)

    def _odd_row(self, line: int, cells: list[str]) -> None:
        self._odd.append((line, cells))
        if len(self._odd) > _LONGEST_FOOTER:
            self._refuse(self._odd[0])

    def _refuse(self, record: Record) -> None:
        line, cells = record
        raise DataError(
            f"{self._source}, line {line}: expected {self._layout.width} cells as in the header, found {len(cells)}. "
            "Complete or remove the line; a number with a comma in it needs quotation marks around it."
        )

    def _settle_ticker(self) -> None:
        if self._tickers:
            several = self._asked is None and len(self._tickers) > 1
            if several or self._first is None:
                choose(self._asked, list(self._tickers), source=self._source)
            self._kept.ticker = self._first
            others = len(self._tickers) - 1
            if self._first is not None and others:
                rows = sum(self._tickers.values()) - self._tickers[self._first]
                self._left[f"row of {counted(others, 'other ticker')}"] = (rows, 0)

    def _settle_short(self) -> None:
        """One short row at the very end is what a cut-off download leaves."""
        if len(self._short) == 1 and not self._odd:
            self._refuse(self._short[0])
        self._flush(0)

    def _settle_footer(self) -> None:
        """At the end of a file, rows that have neither a date nor a closing price are words about it."""
        for record in self._odd:
            at = self._layout.date
            if len(record[1]) > at and looks_like_date(record[1][at]):
                self._refuse(record)
            self._leave("line below the prices", record[0])
        kept = self._kept
        closes = [kept.numbers[name] for name in ("close", "adj_close") if name in kept.numbers]
        for _ in range(_LONGEST_FOOTER):
            if not kept.lines or looks_like_date(kept.dates.last) or any(_has_digit(column.last) for column in closes):
                return
            self._leave("line below the prices", kept.drop_last())


def _has_digit(cell: str) -> bool:
    return any(sign.isdigit() for sign in cell)
