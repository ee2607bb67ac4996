"""Price files in, clean tables and data cards out: text -> raw columns -> clean table -> card."""

from pathlib import Path

from tunewright.data.card import DataCard
from tunewright.data.clean import Cleaned, clean
from tunewright.data.findings import find_gaps, find_warnings, zero_volume_rows
from tunewright.data.raw import parse
from tunewright.data.table import PriceTable
from tunewright.data.text import read_text


def read_prices(path: Path, *, close: str = "auto") -> tuple[PriceTable, DataCard]:
    """Read a Yahoo-style CSV: `Date`, `Close` or `Adj Close`, and any of `Open`, `High`, `Low`, `Volume`.

    `close`: `close`, `adj_close`, or `auto`, which takes the adjusted close where there is one. Raises
    DataError naming the file, and where it can the line and column; ConfigError for an unknown `close`.
    """
    return read_price_text(read_text(path), str(path), close=close)


def read_price_text(text: str, source: str, *, close: str = "auto") -> tuple[PriceTable, DataCard]:
    """The same for text at hand; `source` is what the card and every message call it."""
    raw = parse(text, source)
    cleaned = clean(raw, close=close)
    return cleaned.table, _card(cleaned, source=source, form=raw.format)


def _card(cleaned: Cleaned, *, source: str, form: str) -> DataCard:
    table = cleaned.table
    gaps, gap_count = find_gaps(table)
    return DataCard(
        source=source,
        format=form,
        rows=len(table),
        first=str(table.dates[0]),
        last=str(table.dates[-1]),
        columns=tuple(table.columns),
        close=cleaned.choice.name,
        close_reason=cleaned.choice.reason,
        gaps=gaps,
        gap_count=gap_count,
        zero_volume_rows=zero_volume_rows(table),
        repairs=cleaned.repairs,
        warnings=tuple(find_warnings(table)),
    )
