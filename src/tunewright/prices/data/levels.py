"""Headers of two levels, as yfinance and pandas write them: what is priced, and which ticker."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tunewright.prices.data.datecolumn import date_column
from tunewright.prices.data.dates import looks_like_date
from tunewright.prices.data.header import aligned
from tunewright.prices.data.names import PRICES, meaning, tidy
from tunewright.prices.data.sheets import Record

_PAIR = re.compile(r"\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
_DOTTED = re.compile(r"(.+)\.([A-Za-z]+)")


@dataclass(frozen=True)
class Levels:
    """`prices`, `tickers`: one entry a column, blank at the dates. `line` to `last_line` is the header.
    `adjusts`: such headers are those of a source that adjusts its Close."""

    prices: tuple[str, ...]
    tickers: tuple[str, ...]
    date: int
    date_title: str
    line: int
    last_line: int
    adjusts: bool = True


def two_levels(head: Sequence[Record], below: Sequence[Record]) -> Levels | None:
    """The two levels at the top of `head`, or None: two rows of titles (and a third with the name of the dates),
    one row of pairs such as `('Close', 'MSFT')`, or one of names such as `MSFT.Close` above the rows `below`."""
    return _of_pairs(head[0]) or _of_dotted(head[0], below) or _of_rows(head)


def _of_dotted(record: Record, below: Sequence[Record]) -> Levels | None:
    """As R's quantmod writes a ticker: its close and one or more of its other prices. Other columns are of none."""
    titles = aligned(record, below)
    pairs = [match.groups() if (match := _DOTTED.fullmatch(title)) else ("", "") for title in titles]
    kinds: dict[str, set[str]] = {}
    for ticker, price in pairs:
        if ticker and (found := meaning(price)):
            kinds.setdefault(ticker, set()).add(found[0])
    known = {ticker for ticker, names in kinds.items() if names & {"close", "adj_close"} and len(names & PRICES) > 1}
    if not known:
        return None
    dates = [index for index, (ticker, _) in enumerate(pairs) if ticker not in known]
    date = date_column([titles[index] for index in dates], [(n, _at(cells, dates)) for n, cells in below])
    if date is None:
        return None
    levels = [(price, ticker) if ticker in known else ("", "") for ticker, price in pairs]
    title = titles[dates[date]] or "Date"
    line = record[0]
    return Levels(tuple(p for p, _ in levels), tuple(t for _, t in levels), dates[date], title, line, line, False)


def _at(cells: Sequence[str], columns: Sequence[int]) -> list[str]:
    return [cells[index] for index in columns if index < len(cells)]


def _of_rows(head: Sequence[Record]) -> Levels | None:
    """The dates are the first column here: it is the index of the table that was saved."""
    if len(head) < 3:
        return None
    (line, upper), (second, lower), (third, last) = head
    above, below = [tidy(cell) for cell in upper[1:]], [tidy(cell) for cell in lower[1:]]
    if len(above) != len(below) or _is_date(upper[0]) or any(map(str.isdigit, upper[0] + lower[0])):
        return None
    prices, tickers = (above, below) if _are_prices(above) else (below, above)
    if not _are_prices(prices) or _are_prices(tickers) or not all(prices) or not all(tickers) or _is_date(lower[0]):
        return None
    named = not any(cell.strip() for cell in last[1:])
    if not named and not looks_like_date(last[0]):
        return None
    title = tidy(last[0]) if named else ""
    return Levels(("", *prices), ("", *tickers), 0, title or "Date", line, third if named else second)


def _of_pairs(record: Record) -> Levels | None:
    line, cells = record
    pairs = [match.groups() if (match := _PAIR.fullmatch(cell.strip())) else None for cell in cells]
    if not any(pairs):
        return None
    full = [pair or (tidy(cell), "") for pair, cell in zip(pairs, cells, strict=True)]
    dates = [i for i, pair in enumerate(full) if any(map(_is_date, pair))]
    blank = [i for i, pair in enumerate(full) if not any(pair)]
    if not dates and not blank:
        return None
    date = (dates or blank)[0]
    swapped = not _are_prices([first for i, (first, _) in enumerate(full) if i != date and pairs[i]])
    levels = [("", "") if i == date else (pair[::-1] if swapped else pair) for i, pair in enumerate(full)]
    if not _are_prices([price for price, ticker in levels if ticker]):
        return None
    title = "".join(full[date]) or "Date"
    return Levels(tuple(p for p, _ in levels), tuple(t for _, t in levels), date, title, line, line)


def _is_date(title: str) -> bool:
    found = meaning(title)
    return found is not None and found[0] == "date"


def _are_prices(titles: Sequence[str]) -> bool:
    """Whether titles name prices, at least one of them a close, and nothing that could be a ticker more often."""
    kinds = [found[0] if (found := meaning(title)) else "" for title in titles]
    known = sum(kind in PRICES or kind == "split" for kind in kinds)
    return bool({"close", "adj_close"} & set(kinds)) and 2 * known >= len(kinds)
