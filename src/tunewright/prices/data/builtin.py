"""Real prices that come along: daily S&P 500 and NASDAQ Composite, 1999-2018, from the package `arch`."""

from importlib.util import find_spec
from pathlib import Path

from tunewright.core.errors import ConfigError, DataError
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import AS_FOUND, ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.table import PriceTable

BUILTIN: tuple[str, ...] = ("sp500", "nasdaq")
"""The names `read_builtin` takes."""


def read_builtin(name: str, options: ReadingOptions = AS_FOUND) -> tuple[PriceTable, DataCard]:
    """5,031 rows, 1999-01-04 to 2018-12-31, in index points, through the same cleaning as any file.

    Raises ConfigError for an unknown name and for a ticker, DataError where `arch` does not bring its data along.
    """
    if name not in BUILTIN:
        raise ConfigError(f"built-in prices: expected one of {', '.join(BUILTIN)}, found {name!r}. Take one.")
    source = f"builtin:{name}"
    if options.ticker is not None:
        raise ConfigError(
            f"{source}: expected no ticker, found {options.ticker!r}: it is one series. Leave ticker out."
        )
    return read_price_bytes(_packed_csv(name, source), source, options)


def _packed_csv(name: str, source: str) -> bytes:
    # Finding the package without importing it saves the second that loading its models takes.
    spec = find_spec("arch")
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder, "data", name, f"{name}.csv.gz")
        if path.is_file():
            return path.read_bytes()
    raise DataError(f"{source}: expected its data in the package 'arch', found none. Install it: pip install arch.")
