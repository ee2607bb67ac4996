"""Where prices come from, as the user writes it: `builtin:NAME` or a file. A card is had of images too."""

from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.data.builtin import read_builtin
from tunewright.data.card import DataCard
from tunewright.data.dates import check_order
from tunewright.data.images.card import ImageCard
from tunewright.data.images.telling import is_images
from tunewright.data.numbers import check_decimals
from tunewright.data.read import read_prices
from tunewright.data.table import PriceTable

BUILTIN_PREFIX = "builtin:"


def read_source(
    source: str,
    *,
    close: str = "auto",
    ticker: str | None = None,
    dates: str = "auto",
    decimals: str = "auto",
) -> tuple[PriceTable, DataCard]:
    """The table and the card of `builtin:NAME` or of a file; the options as in `read_prices`.

    Raises DataError or ConfigError.
    """
    if not source.startswith(BUILTIN_PREFIX):
        return read_prices(Path(source), close=close, ticker=ticker, dates=dates, decimals=decimals)
    if ticker is not None:
        raise ConfigError(f"{source}: expected no ticker, found {ticker!r}: it is one series. Leave ticker out.")
    check_order(dates)
    check_decimals(decimals)
    return read_builtin(source.removeprefix(BUILTIN_PREFIX), close=close)


def read_card(
    source: str,
    *,
    close: str = "auto",
    ticker: str | None = None,
    dates: str = "auto",
    decimals: str = "auto",
    size: tuple[int, int] | None = None,
) -> DataCard | ImageCard:
    """The card of prices, or of images; `size` as in `read_images`, the other options for prices only.

    Raises DataError or ConfigError.
    """
    if not is_images(source):
        if size is not None:
            raise ConfigError(f"{source}: expected no size, found {size}: it is no set of images. Leave size out.")
        return read_source(source, close=close, ticker=ticker, dates=dates, decimals=decimals)[1]
    if (close, ticker, dates, decimals) != ("auto", None, "auto", "auto"):
        raise ConfigError(
            f"{source}: expected none of close, ticker, dates and decimals, found a set of images. Leave them out."
        )
    # Image decoders and the HTTP client are for those who read images.
    from tunewright.data.images.read import read_images

    return read_images(source, size=size)[2]
