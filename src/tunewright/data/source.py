"""Where prices come from, as the user writes it: `builtin:NAME` or a file."""

from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.data.builtin import read_builtin
from tunewright.data.card import DataCard
from tunewright.data.dates import check_order
from tunewright.data.read import read_prices
from tunewright.data.table import PriceTable

BUILTIN_PREFIX = "builtin:"


def read_source(
    source: str, *, close: str = "auto", ticker: str | None = None, dates: str = "auto"
) -> tuple[PriceTable, DataCard]:
    """The table and the card of `builtin:NAME` or of a file; the options as in `read_prices`.

    Raises DataError or ConfigError.
    """
    if not source.startswith(BUILTIN_PREFIX):
        return read_prices(Path(source), close=close, ticker=ticker, dates=dates)
    if ticker is not None:
        raise ConfigError(f"{source}: expected no ticker, found {ticker!r}: it is one series. Leave ticker out.")
    check_order(dates)
    return read_builtin(source.removeprefix(BUILTIN_PREFIX), close=close)
