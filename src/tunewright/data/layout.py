"""Which column of a file holds what: found by the names in the header, never by position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tunewright.core.errors import DataError
from tunewright.data.cells import shown

_NAMES: Mapping[str, str] = {
    "date": "date",
    "open": "open",
    "high": "high",
    "low": "low",
    "close": "close",
    "adj close": "adj_close",
    "adj_close": "adj_close",
    "adjclose": "adj_close",
    "volume": "volume",
    "ticker": "ticker",
    "symbol": "ticker",
    "stock": "ticker",
    "name": "ticker",
}
_NOT_NUMBERS = ("date", "ticker")
_MOST_SHOWN = 12


@dataclass(frozen=True)
class Layout:
    """Where to find things in a record of at least `width` cells.

    `date`, `ticker`: the index of the date, and of the ticker if there is one. `numbers`: indices by our
    names. `headers`: the file's words by our names. `notes`: sentences on columns that are not read.
    """

    format: str
    width: int
    date: int
    ticker: int | None
    numbers: Mapping[str, int]
    headers: Mapping[str, str]
    notes: tuple[str, ...]


def recognise(header: Sequence[str], *, source: str, line: int) -> Layout:
    """The layout behind a header. Raises DataError without a date or a close, or with two of one kind."""
    titles = [" ".join(cell.replace("*", " ").split()) for cell in header]
    while titles and not titles[-1]:
        titles.pop()
    found: dict[str, int] = {}
    unread = []
    for index, title in enumerate(titles):
        name = _NAMES.get(title.lower())
        if name is None or (name == "ticker" and name in found):
            unread.append(title)
        elif name in found:
            raise DataError(
                f"{source}, line {line}: expected one column of each kind, found two for {name}: "
                f"{shown(titles[found[name]])} and {shown(title)}. Remove or rename one."
            )
        else:
            found[name] = index
    _check(found, titles, where=f"{source}, line {line}")
    headers = {name: titles[index] for name, index in found.items()}
    notes = (f"columns not read: {_listed(unread)}",) if unread else ()
    numbers = {name: index for name, index in found.items() if name not in _NOT_NUMBERS}
    return Layout("yahoo", len(titles), found["date"], found.get("ticker"), numbers, headers, notes)


def _check(found: Mapping[str, int], titles: Sequence[str], *, where: str) -> None:
    if "date" not in found:
        raise DataError(
            f"{where}: expected a header with a column 'Date', found {_listed(titles)}. "
            "The first line must name the columns, separated by commas."
        )
    if "close" not in found and "adj_close" not in found:
        raise DataError(
            f"{where}: expected a column 'Close' or 'Adj Close', found {_listed(titles)}. "
            "Rename the column that holds the closing price."
        )


def _listed(titles: Sequence[str]) -> str:
    rest = [f"and {len(titles) - _MOST_SHOWN} more"] if len(titles) > _MOST_SHOWN else []
    return ", ".join([shown(title) for title in titles[:_MOST_SHOWN]] + rest)
