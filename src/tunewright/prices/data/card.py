"""The data card: what the reader found in a file, which close it used, what it mended, what looks odd."""

from dataclasses import dataclass

from tunewright.core.codec import Json
from tunewright.core.words import counted
from tunewright.prices.data.splits import Split

_LABEL_WIDTH = 10


@dataclass(frozen=True)
class Gap:
    """Weekdays without a row between two rows that follow each other. Dates in ISO form."""

    after: str
    before: str
    missing_weekdays: int

    def as_dict(self) -> dict[str, Json]:
        return {"after": self.after, "before": self.before, "missing_weekdays": self.missing_weekdays}


@dataclass(frozen=True)
class DataCard:
    """What is known of one clean table. `gaps` are the ten longest of `gap_count`, longest first.

    `ticker`: whose prices, where the file says. `close` is `close` or `adj_close`: the column that the table's close
    comes from; `close_reason` says why; `adjusted` says whether it counts splits and dividends: `yes`, `no`,
    `nothing to adjust`, or `not said` by the file. `splits`: those that the file proves. `reading`: rules by which the
    file was read.
    `missing_weekdays`: Mondays to Fridays without a row between the first and the last, holidays among them.
    `weekend_rows`: on a Saturday or a Sunday.
    `repairs` were made and `warnings` were not: what they name is still in the table.
    """

    source: str
    format: str
    ticker: str | None
    rows: int
    first: str
    last: str
    columns: tuple[str, ...]
    close: str
    close_reason: str
    adjusted: str
    splits: tuple[Split, ...]
    reading: tuple[str, ...]
    gaps: tuple[Gap, ...]
    gap_count: int
    missing_weekdays: int
    weekend_rows: int
    zero_volume_rows: int
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Json]:
        """The card as in `results.json`, under `data.card`."""
        return {
            "source": self.source,
            "format": self.format,
            "ticker": self.ticker,
            "rows": self.rows,
            "first": self.first,
            "last": self.last,
            "columns": list(self.columns),
            "close": self.close,
            "close_reason": self.close_reason,
            "adjusted": self.adjusted,
            "splits": [split.as_dict() for split in self.splits],
            "reading": list(self.reading),
            "gaps": [gap.as_dict() for gap in self.gaps],
            "gap_count": self.gap_count,
            "missing_weekdays": self.missing_weekdays,
            "weekend_rows": self.weekend_rows,
            "zero_volume_rows": self.zero_volume_rows,
            "repairs": list(self.repairs),
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        """The card for a terminal, one fact a line."""
        facts = [("source", f"{self.source} ({self.format})")]
        if self.ticker is not None:
            facts.append(("ticker", self.ticker))
        facts += [
            ("rows", f"{self.rows}, {self.first} to {self.last}"),
            ("columns", ", ".join(self.columns)),
            ("close", f"{self.close}. {self.close_reason} Adjusted for splits and dividends: {self.adjusted}."),
        ]
        facts += [("split", split.text()) for split in self.splits]
        facts += [("reading", text) for text in self.reading]
        facts.append(("gaps", self._gap_text()))
        if self.weekend_rows:
            facts.append(("weekends", counted(self.weekend_rows, "row")))
        if "volume" in self.columns:
            many = counted(self.zero_volume_rows, "row") if self.zero_volume_rows else "no row"
            facts.append(("volume", f"zero in {many}"))
        facts += [("repair", text) for text in self.repairs]
        facts += [("warning", text) for text in self.warnings]
        return [f"{label:<{_LABEL_WIDTH}}{text}" for label, text in facts]

    def _gap_text(self) -> str:
        if not self.missing_weekdays:
            return "none"
        missing = f"{counted(self.missing_weekdays, 'weekday')} without a row"
        if not self.gaps:
            return f"{missing}, nowhere five on end"
        longest = self.gaps[0]
        return (
            f"{missing}; {self.gap_count} of five weekdays or more; the longest: {longest.missing_weekdays} weekdays "
            f"between {longest.after} and {longest.before}"
        )
