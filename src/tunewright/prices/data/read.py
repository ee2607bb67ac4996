"""Price files in, clean tables and data cards out: bytes -> records -> raw columns -> clean table -> card."""

from pathlib import Path

from tunewright.prices.data.card import DataCard
from tunewright.prices.data.clean import Cleaned, clean
from tunewright.prices.data.findings import find_gaps, find_warnings, missing_weekdays, weekend_rows, zero_volume_rows
from tunewright.prices.data.options import AS_FOUND, ReadingOptions
from tunewright.prices.data.raw import RawTable, parse
from tunewright.prices.data.series import one_series
from tunewright.prices.data.table import PriceTable
from tunewright.prices.data.text import read_bytes


def read_prices(path: Path, options: ReadingOptions = AS_FOUND) -> tuple[PriceTable, DataCard]:
    """Read a file of daily prices: text, .gz, .zip, .xlsx, .parquet or .json; docs/data.md lists what is understood.

    Raises DataError naming the file, and where it can the line and column.
    """
    return read_price_bytes(read_bytes(path), str(path), options)


def read_price_bytes(data: bytes, source: str, options: ReadingOptions = AS_FOUND) -> tuple[PriceTable, DataCard]:
    """The same for the bytes of a file; `source` is what the card and every message call it."""
    raw = one_series(*parse(data, source, options))
    cleaned = clean(raw, close=options.close)
    return cleaned.table, _card(cleaned, raw)


def _card(cleaned: Cleaned, raw: RawTable) -> DataCard:
    table = cleaned.table
    gaps, gap_count = find_gaps(table)
    return DataCard(
        source=raw.source,
        format=raw.format,
        ticker=raw.ticker,
        rows=len(table),
        first=str(table.dates[0]),
        last=str(table.dates[-1]),
        columns=tuple(table.columns),
        close=cleaned.choice.name,
        close_reason=cleaned.choice.reason,
        adjusted=cleaned.choice.adjusted,
        splits=cleaned.splits,
        reading=raw.reading,
        gaps=gaps,
        gap_count=gap_count,
        missing_weekdays=missing_weekdays(table),
        weekend_rows=weekend_rows(table),
        zero_volume_rows=zero_volume_rows(table),
        repairs=cleaned.repairs,
        warnings=tuple(find_warnings(table, cleaned)),
    )
