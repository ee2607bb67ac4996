"""Where prices come from, as the user writes it: `builtin:NAME` or a file. A card is had of images too."""

from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.images.data.card import ImageCard
from tunewright.images.data.telling import is_images
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


def read_card(
    source: str, options: ReadingOptions = AS_FOUND, *, size: tuple[int, int] | None = None
) -> DataCard | ImageCard:
    """The card of prices, or of images; `size` as in `read_images`, the options for prices only.

    Raises DataError or ConfigError.
    """
    if not is_images(source):
        if size is not None:
            raise ConfigError(f"{source}: expected no size, found {size}: it is no set of images. Leave size out.")
        return read_source(source, options)[1]
    if options != AS_FOUND:
        raise ConfigError(
            f"{source}: expected none of close, ticker, dates and decimals, found a set of images. Leave them out."
        )
    # Image decoders and the HTTP client are for those who read images.
    from tunewright.images.data.read import read_images

    return read_images(source, size=size)[2]
