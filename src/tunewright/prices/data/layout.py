"""Which column of a file holds what: found by the names in the header and what stands below, never by position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tunewright.core.errors import DataError
from tunewright.core.words import listed, shown
from tunewright.prices.data.clocks import are_clocks
from tunewright.prices.data.datecolumn import column_cells
from tunewright.prices.data.grid import HEADER_WITHIN
from tunewright.prices.data.header import Header, dated, titled
from tunewright.prices.data.levels import Levels, two_levels
from tunewright.prices.data.names import PRICES, match, ranked
from tunewright.prices.data.sheets import Record
from tunewright.prices.data.wide import value_columns

NO_NAME = "(no name)"
"""What messages call a column without a title."""

_NOT_NUMBERS = ("date", "ticker")


@dataclass(frozen=True)
class Layout:
    """Where to find things in a record of at least `width` cells; rows start after line `line`.

    `date`, `ticker`: the index of the date, and of the ticker if rows name one. `numbers`: indices by our names.
    `headers`: the file's words by our names. `sole`: the one ticker that the columns belong to, if the header says.
    `shared`: other tickers have columns too, so a row may have nothing for this one. `titles`: all of the header.
    `clock`: a column of times of the day beside the dates. `volumes`: other columns that name a volume, for where the
    first holds none. `notes`: sentences on columns that are not read. `form`: one series, or how several share it.
    """

    form: str
    line: int
    width: int
    date: int
    ticker: int | None
    numbers: Mapping[str, int]
    headers: Mapping[str, str]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    sole: str | None = None
    shared: bool = False
    adjusts: bool = False
    volumes: tuple[int, ...] = ()
    clock: int | None = None


def recognise(head: Sequence[Record], *, source: str, ticker: str | None, delimiter: str = ",") -> Layout:
    """The layout behind the first records of a file. Raises DataError without a date or a close, with two of one
    kind, and where the header names several tickers and `ticker` does not choose."""
    for at in range(min(len(head), HEADER_WITHIN)):
        levels = two_levels(head[at : at + 3], head[at + 1 :])
        if levels:
            return _of_levels(levels, source=source, ticker=ticker)
        header = titled(head, at)
        if header:
            return _of_titles(header, source=source, ticker=ticker)
    return _of_titles(dated(head, HEADER_WITHIN, source=source, delimiter=delimiter), source=source, ticker=ticker)


def choose(ticker: str | None, tickers: Sequence[str], *, source: str) -> str:
    """The one of `tickers` that is asked for, whatever its case; the only one where none is asked for.

    Raises DataError, with a list, where it is not there or there are several and none is asked for.
    """
    if ticker is None and len(tickers) == 1:
        return tickers[0]
    found = [name for name in tickers if name == ticker] or [
        name for name in tickers if ticker is not None and name.lower() == ticker.strip().lower()
    ]
    if found:
        return found[0]
    wanted = "one ticker" if ticker is None else f"a ticker {shown(ticker)}"
    raise DataError(
        f"{source}: expected {wanted}, found {listed(tickers)}. Choose one by ticker, --ticker or --with FILE:TICKER."
    )


def _of_titles(header: Header, *, source: str, ticker: str | None) -> Layout:
    titles, found, twice = header.titles, dict(header.found), header.twice
    where = f"{source}, line {header.line}"
    values = [] if "close" in found or "adj_close" in found else value_columns(titles, found, header.below)
    if values:
        return _of_values(header, values, source=source, ticker=ticker)
    if twice:
        name = next(name for name, index in found.items() if titles[index] == twice[0])
        raise DataError(
            f"{where}: expected one column of each kind, found two for {name}: "
            f"{shown(twice[0])} and {shown(twice[1])}. Remove or rename one."
        )
    if "close" not in found and "adj_close" not in found:
        raise DataError(
            f"{where}: expected a column 'Close' or 'Adj Close', found {listed(titles)}. "
            "Rename the column that holds the closing price."
        )
    if "ticker" in found:
        found["ticker"] = _ticker_column(titles, ticker)
    elif ticker is not None:
        raise DataError(
            f"{where}: expected a file that names its tickers for ticker = {shown(ticker)}, found no such column. "
            "Leave ticker out."
        )
    spare = tuple(index for index in ranked(titles, "volume") if "volume" in found and index != found["volume"])
    clock = _clock_column(header)
    read = {*found.values(), *spare, clock}
    unread = {index: title for index, title in enumerate(titles) if index not in read and title}
    headers = {name: titles[index] or NO_NAME for name, index in found.items()}
    numbers = {name: index for name, index in found.items() if name not in _NOT_NUMBERS}
    notes = (*header.notes, f"columns not read: {listed(list(unread.values()))}") if unread else header.notes
    form = "rows of a named ticker" if "ticker" in found else "one series"
    return Layout(
        form, header.line, len(titles), found["date"], found.get("ticker"), numbers, headers, titles, notes,
        volumes=spare, clock=clock,
    )  # fmt: skip


def _clock_column(header: Header) -> int | None:
    others = [index for index in range(len(header.titles)) if index != header.found["date"]]
    columns = {index: column_cells(header.below, index) for index in others}
    return next((index for index in others if are_clocks(header.titles[index], columns[index])), None)


def _ticker_column(titles: Sequence[str], ticker: str | None) -> int:
    """CRSP's PERMNO stays where a ticker changes or goes to another firm; a ticker is asked for by letters, though."""
    columns = ranked(titles, "ticker")
    permno = [index for index in columns if titles[index].upper() == "PERMNO"]
    return permno[0] if permno and (ticker is None or ticker.strip().isdigit()) else columns[0]


def _of_values(header: Header, values: Sequence[int], *, source: str, ticker: str | None) -> Layout:
    """One column of closes for each ticker, or one column of values alone."""
    titles, date = header.titles, header.found["date"]
    name = choose(ticker, [titles[index] for index in values], source=source)
    chosen, *again = [index for index in values if titles[index] == name]
    if again:
        raise DataError(
            f"{source}, line {header.line}: expected one column {shown(name)}, found {len(again) + 1}. Rename one."
        )
    form = "one column of values" if len(values) == 1 else f"a column for each of {len(values)} tickers"
    headers = {"date": titles[date] or NO_NAME, "close": name}
    return Layout(
        form, header.line, len(titles), date, None, {"close": chosen}, headers, titles, header.notes,
        sole=name, shared=len(values) > 1,
    )  # fmt: skip


def _of_levels(levels: Levels, *, source: str, ticker: str | None) -> Layout:
    """A header of two levels, prices and tickers, in either order: the columns of one ticker."""
    tickers = list(dict.fromkeys(name for name in levels.tickers if name))
    name = choose(ticker, tickers, source=source)
    titles = [price if of == name else "" for price, of in zip(levels.prices, levels.tickers, strict=True)]
    found, twice = match(titles)
    where = f"{source}, line {levels.line}"
    if twice or not {"close", "adj_close"} & found.keys():
        raise DataError(
            f"{where}: expected one column 'Close' or 'Adj Close' for {shown(name)}, found "
            f"{listed([title for title in titles if title])}. Download or export the file again."
        )
    numbers = {kind: index for kind, index in found.items() if kind in PRICES or kind == "split"}
    unread = [title for index, title in enumerate(titles) if title and index not in numbers.values()]
    notes = (f"columns not read: {listed(unread)}",) if unread else ()
    headers = {kind: titles[index] for kind, index in numbers.items()} | {"date": levels.date_title}
    many = f", {len(tickers)} tickers" if len(tickers) > 1 else ""
    adjusts = levels.adjusts and "adj_close" not in numbers
    return Layout(f"a header of two levels{many}", levels.last_line, len(titles), levels.date, None, numbers, headers,
                  tuple(titles), notes, name, len(tickers) > 1, adjusts)  # fmt: skip
