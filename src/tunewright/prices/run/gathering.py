"""From the files of an experiment to one table: other tickers joined, the user's features computed and watched."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.prices.data.card import DataCard
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.source import BUILTIN_PREFIX, read_source
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.custom import CustomFeatures, extend, find_look_ahead
from tunewright.prices.preparation.join import Joined, Other, Sources, join
from tunewright.prices.preparation.seal import Development

_ENDINGS = re.compile(r"(\.(csv|txt|tsv|gz|zip|parquet|jsonl?|xlsx?))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Raw:
    """What an experiment starts from. card: of the own series, with what was read, dropped, doubted of the others."""

    sources: Sources
    customs: tuple[CustomFeatures, ...]
    joined: PriceTable
    card: DataCard


@dataclass(frozen=True)
class Gathered:
    """All columns: `table` has those of the user's functions, and not the rows of their warm-up, which `raw` has.

    returned: the columns of each function, by its call.
    """

    raw: Raw
    table: PriceTable
    warmup: int
    returned: Mapping[str, tuple[str, ...]]
    card: DataCard

    def development(self, rows: int) -> Development:
        """The first rows of `table`, computed without the later ones."""
        return Development(extend(self.raw.joined.head(self.warmup + rows), self.raw.customs).table)


def start(sources: Sources, cards: Sequence[DataCard], customs: tuple[CustomFeatures, ...]) -> Raw:
    """Join. cards: of the own series and of the others. Raises DataError where series do not overlap."""
    joined = join(sources)
    return Raw(sources, customs, joined.table, _told(cards, sources, joined))


def gather(raw: Raw) -> Gathered:
    """Compute the users' features. Raises DataError where a function looks ahead or returns what it may not."""
    leak = find_look_ahead(raw.joined, raw.customs)
    if leak is not None:
        raise DataError(
            f"preparation.custom: {leak.text()}; a feature may use its own row and earlier ones, so mend the function"
        )
    extended, card = extend(raw.joined, raw.customs), raw.card
    if extended.warmup:
        first = f"the first {counted(extended.warmup, 'row')} dropped: preparation.custom has no value there yet"
        card = replace(card, repairs=(*card.repairs, first))
    return Gathered(raw, extended.table, extended.warmup, extended.returned, card)


def read_others(files: Sequence[str], options: ReadingOptions) -> tuple[tuple[Other, ...], tuple[DataCard, ...]]:
    """Other series, each under its ticker: the one that the file tells, else the file's name, in lower case.

    files: each a source, or FILE:TICKER where the file has several. options: for all of them, but for the ticker.
    Raises DataError or ConfigError.
    """
    parted = [_parted(file) for file in files]
    read = [read_source(file, replace(options, ticker=ticker)) for file, ticker in parted]
    others = (Other(_ticker(file, card), table) for (file, _), (table, card) in zip(parted, read, strict=True))
    return tuple(others), tuple(card for _, card in read)


def _parted(text: str) -> tuple[str, str | None]:
    """The file and the ticker of FILE:TICKER; what is a file or a built-in series as it stands has no ticker."""
    file, _, ticker = text.rpartition(":")
    is_pair = bool(ticker.strip()) and Path(file).is_file() and not Path(text).exists()
    return (file, ticker.strip()) if is_pair else (text, None)


def _ticker(file: str, card: DataCard) -> str:
    name = card.ticker or _ENDINGS.sub("", PurePath(file.removeprefix(BUILTIN_PREFIX)).name)
    return re.sub(r"[\s,]+", "_", name.strip().lower())


def _told(cards: Sequence[DataCard], sources: Sources, joined: Joined) -> DataCard:
    own, *others = cards
    reading, repairs, warnings = list(own.reading), list(own.repairs), list(own.warnings)
    for other, card in zip(sources.others, others, strict=True):
        days = f"{sources.lag} day{'' if sources.lag == 1 else 's'}"
        reading.append(
            f"{card.source} ({card.rows} rows, {card.first} to {card.last}) is joined as {other.ticker}: "
            f"each row gets its newest value dated {days} before or earlier"
        )
        repairs += [f"{other.ticker}: {text}" for text in card.repairs]
        warnings += [f"{other.ticker}: {text}" for text in card.warnings]
    return replace(
        own,
        reading=tuple(reading),
        repairs=(*repairs, *joined.dropped),
        warnings=(*warnings, *joined.warnings),
    )
