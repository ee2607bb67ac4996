"""Which column of a file holds what: found by the names in the header and what stands below, never by position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tunewright.core.errors import DataError
from tunewright.core.words import counted, listed, shown
from tunewright.prices.data.grid import HEADER_WITHIN
from tunewright.prices.data.levels import Levels, two_levels
from tunewright.prices.data.names import PRICES, match, tidy
from tunewright.prices.data.sheets import Record
from tunewright.prices.data.wide import nameless_date, value_columns

NO_NAME = "(no name)"
"""What messages call a column without a title."""

_NOT_NUMBERS = ("date", "ticker")


@dataclass(frozen=True)
class Layout:
    """Where to find things in a record of at least `width` cells; rows start after line `line`.

    `date`, `ticker`: the index of the date, and of the ticker if rows name one. `numbers`: indices by our names.
    `headers`: the file's words by our names. `sole`: the one ticker that the columns belong to, if the header says.
    `shared`: other tickers have columns too, so a row may have nothing for this one. `titles`: all of the header.
    `notes`: sentences on columns that are not read. `form`: one series, or how several share the file.
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


def recognise(head: Sequence[Record], *, source: str, ticker: str | None) -> Layout:
    """The layout behind the first records of a file. Raises DataError without a date or a close, with two of one
    kind, and where the header names several tickers and `ticker` does not choose."""
    for at, (_, cells) in enumerate(head[:HEADER_WITHIN]):
        levels = two_levels(head[at : at + 3])
        if levels:
            return _of_levels(levels, source=source, ticker=ticker)
        titles = [tidy(cell) for cell in cells]
        found, twice = match(titles)
        if "date" not in found:
            nameless = nameless_date(titles, head[at + 1 :])
            if nameless is not None:
                found["date"] = nameless
        while titles and not titles[-1] and len(titles) - 1 != found.get("date"):
            titles.pop()
        if "date" in found and len(titles) > 1:
            skipped = _skipped(head[:at])
            return _of_titles(titles, found, twice, head[at:], source=source, ticker=ticker, notes=skipped)
    first = [tidy(cell) for cell in head[0][1]]
    raise DataError(
        f"{source}, line {head[0][0]}: expected a header with a column 'Date', found {listed(first)}. "
        "A line at the top must name the columns."
    )


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


def _of_titles(
    titles: Sequence[str],
    found: dict[str, int],
    twice: tuple[str, str] | None,
    head: Sequence[Record],
    *,
    source: str,
    ticker: str | None,
    notes: tuple[str, ...],
) -> Layout:
    line = head[0][0]
    where = f"{source}, line {line}"
    values = [] if "close" in found or "adj_close" in found else value_columns(titles, found, head[1:])
    if values:
        return _of_values(titles, found["date"], values, line=line, source=source, ticker=ticker, notes=notes)
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
    if ticker is not None and "ticker" not in found:
        raise DataError(
            f"{where}: expected a file that names its tickers for ticker = {shown(ticker)}, found no such column. "
            "Leave ticker out."
        )
    unread = [title for index, title in enumerate(titles) if index not in found.values() and title]
    headers = {name: titles[index] or NO_NAME for name, index in found.items()}
    numbers = {name: index for name, index in found.items() if name not in _NOT_NUMBERS}
    notes = (*notes, f"columns not read: {listed(unread)}") if unread else notes
    form = "rows of a named ticker" if "ticker" in found else "one series"
    return Layout(form, line, len(titles), found["date"], found.get("ticker"), numbers, headers, tuple(titles), notes)


def _of_values(
    titles: Sequence[str],
    date: int,
    values: Sequence[int],
    *,
    line: int,
    source: str,
    ticker: str | None,
    notes: tuple[str, ...],
) -> Layout:
    """One column of closes for each ticker, or one column of values alone."""
    name = choose(ticker, [titles[index] for index in values], source=source)
    chosen, *again = [index for index in values if titles[index] == name]
    if again:
        raise DataError(
            f"{source}, line {line}: expected one column {shown(name)}, found {len(again) + 1}. Rename one."
        )
    form = "one column of values" if len(values) == 1 else f"a column for each of {len(values)} tickers"
    headers = {"date": titles[date] or NO_NAME, "close": name}
    return Layout(
        form, line, len(titles), date, None, {"close": chosen}, headers, tuple(titles), notes,
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
    return Layout(f"a header of two levels{many}", levels.last_line, len(titles), levels.date, None, numbers, headers,
                  tuple(titles), notes, name, len(tickers) > 1, "adj_close" not in numbers)  # fmt: skip


def _skipped(above: Sequence[Record]) -> tuple[str, ...]:
    if not above:
        return ()
    return (f"left out {counted(len(above), 'line')} above the header (first: line {above[0][0]})",)
