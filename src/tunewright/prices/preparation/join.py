"""Other tickers beside a series, as they were known on the day.

A row of date t gets, of every other series, the newest row dated t - lag or earlier, lag in calendar days. So a series
with other holidays is carried forward, and nothing is ever filled from a later date.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import ConfigError, DataError
from tunewright.core.words import counted
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.names import CUSTOM

STALE = 7
"""Calendar days beyond the lag after which a value carried forward is worth a warning."""


@dataclass(frozen=True)
class Other:
    """Another series, under the name that its columns get: `<ticker>.close` and so on."""

    ticker: str
    table: PriceTable


@dataclass(frozen=True)
class Sources:
    """What a pipeline starts from: the series to forecast, and others, each under its own dates.

    lag: calendar days after its date on which a value of another series is known.
    """

    own: PriceTable
    others: tuple[Other, ...] = ()
    lag: int = 1


@dataclass(frozen=True)
class Joined:
    """The joined table, and what is to be said of it: rows that were dropped, values that are old."""

    table: PriceTable
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def join(sources: Sources) -> Joined:
    """All series in one table of the own dates. First rows, for which one of the others has no value yet, are dropped.

    Raises ConfigError for two series of one name, DataError where no row is left.
    """
    own = sources.own
    _check_names([other.ticker for other in sources.others])
    places = {other.ticker: _newest(own, other.table, lag=sources.lag) for other in sources.others}
    start = max((int(np.searchsorted(rows, 0)) for rows in places.values()), default=0)
    if len(own) - start < 2:
        later = max(sources.others, key=lambda other: other.table.dates[0])
        raise DataError(
            f"{later.ticker} begins on {later.table.dates[0]}, too late for prices that end on {own.dates[-1]}: "
            "expected series that overlap; give other files"
        )
    columns = dict(own.rows(start, len(own)).columns)
    for other in sources.others:
        rows = places[other.ticker][start:]
        columns.update({f"{other.ticker}.{name}": values[rows] for name, values in other.table.columns.items()})
    table = PriceTable(own.dates[start:], columns)
    late = [other for other in sources.others if places[other.ticker][0] < 0]
    return Joined(table, _dropped(own, late, start), tuple(_warnings(sources, places, start)))


def _newest(own: PriceTable, other: PriceTable, *, lag: int) -> npt.NDArray[np.int64]:
    """For each own row the newest row of the other that is known, -1 where there is none."""
    known = own.dates - np.timedelta64(lag, "D")
    return np.searchsorted(other.dates, known, side="right").astype(np.int64) - 1


def _check_names(tickers: Sequence[str]) -> None:
    for number, ticker in enumerate(tickers):
        if ticker in tickers[:number] or ticker == CUSTOM:
            raise ConfigError(
                f"data.with: expected files with different tickers, none of them {CUSTOM!r}, found {ticker!r}"
                f"{' twice' if ticker in tickers[:number] else ''}; rename one of the files, which name the tickers"
            )


def _dropped(own: PriceTable, late: Sequence[Other], start: int) -> tuple[str, ...]:
    if not start:
        return ()
    begins = ", ".join(f"{other.ticker} begins on {other.table.dates[0]}" for other in late)
    span = f"{own.dates[0]} to {own.dates[start - 1]}"
    return (f"the first {counted(start, 'row')}, {span}, {'is' if start == 1 else 'are'} dropped: {begins}",)


def _warnings(sources: Sources, places: dict[str, npt.NDArray[np.int64]], start: int) -> list[str]:
    warnings = []
    if sources.others and sources.lag == 0:
        warnings.append(
            "availability_lag = 0: values of the same day are used; that is right only where they are "
            "known before the forecast is made"
        )
    for other in sources.others:
        age = (sources.own.dates - other.table.dates[places[other.ticker]]).astype(np.int64)[start:]
        old = np.flatnonzero(age > sources.lag + STALE)
        if len(old):
            day = sources.own.dates[start + old[0]]
            warnings.append(
                f"{other.ticker} is more than {STALE} days old in {counted(len(old), 'row')}, the first on {day}: "
                "its last value before is repeated there"
            )
    return warnings
