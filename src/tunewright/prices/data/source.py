"""Where prices come from, as the user writes it: `builtin:NAME` or a file."""

from pathlib import Path

from tunewright.prices.data.builtin import read_builtin
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import AS_FOUND, ReadingOptions
from tunewright.prices.data.read import read_prices
from tunewright.prices.data.table import PriceTable

BUILTIN_PREFIX = "builtin:"


def read_source(source: str, options: ReadingOptions = AS_FOUND) -> tuple[PriceTable, DataCard]:
    """The table and the card of `builtin:NAME` or of a file. Raises DataError or ConfigError."""
    if source.startswith(BUILTIN_PREFIX):
        return read_builtin(source.removeprefix(BUILTIN_PREFIX), options)
    return read_prices(Path(source), options)
