"""The data card on a page: all that the terminal says, for a forecast and for a comparison alike."""

from tunewright.prices.report.results import Card, Data
from tunewright.report.study.words import plural
from tunewright.report.tables import bullets, text


def card_rows(data: Data) -> dict[str, str]:
    """Names and HTML values, for `definitions`. What the card does not know has no row."""
    card, others = data.card, data.sources[1:]
    rows = {
        "Source": "<br>".join(map(text, [card.source, *others])),
        "Format": text(card.format),
        "Ticker": None if card.ticker is None else text(card.ticker),
        "Rows": f"{card.rows:,}, {card.first} to {card.last}",
        "Columns": text(", ".join(card.columns)),
        "Close": f"{text(card.close)} ({text(card.close_reason)})",
        "Adjusted for splits and dividends": None if card.adjusted is None else text(card.adjusted),
        "Splits": bullets(splits(card)) if card.splits else None,
        "Reading": bullets(card.reading) if card.reading else None,
        "Gaps": gaps(card),
        "Rows at weekends": f"{card.weekend_rows:,}" if card.weekend_rows else None,
        "Rows without volume": f"{card.zero_volume_rows:,}" if "volume" in card.columns else None,
        "Repairs": bullets(card.repairs),
        "Warnings": bullets(card.warnings),
    }
    return {name: value for name, value in rows.items() if value is not None}


def splits(card: Card) -> list[str]:
    counts = {True: "adjusted for", False: "not adjusted for"}
    return [f"{split.ratio} on {split.date} ({counts[split.adjusted]})" for split in card.splits]


def gaps(card: Card) -> str:
    missing = card.missing_weekdays
    total = "" if missing is None else f"{plural(missing, 'weekday')} without a row; "
    if not card.gap_count:
        return f"{total}nowhere five on end" if missing else "none"
    longest = (f"{gap.after} to {gap.before}: {plural(gap.missing_weekdays, 'weekday')} missing" for gap in card.gaps)
    return f"{total}{card.gap_count:,} of five weekdays or more; the longest:{bullets(longest)}"
