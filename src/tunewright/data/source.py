"""Where prices come from, as the user writes it: `builtin:NAME` or a file."""

from pathlib import Path

from tunewright.data.builtin import read_builtin
from tunewright.data.card import DataCard
from tunewright.data.read import read_prices
from tunewright.data.table import PriceTable

BUILTIN_PREFIX = "builtin:"


def read_source(source: str, *, close: str = "auto") -> tuple[PriceTable, DataCard]:
    """The table and the card of `builtin:NAME` or of a file. Raises DataError or ConfigError."""
    if source.startswith(BUILTIN_PREFIX):
        return read_builtin(source.removeprefix(BUILTIN_PREFIX), close=close)
    return read_prices(Path(source), close=close)
