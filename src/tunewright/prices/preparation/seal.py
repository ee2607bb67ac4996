"""The sealed test: the last rows, which nothing that tunes can reach.

`seal` gives two different types. Everything that tunes takes a `Development`, whose table simply ends before the
sealed rows. A `SealedTest` shows its dates and its length; its prices come out of `open` alone, which first has the
opening written down; or, for a model that is never judged, out of `release`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from tunewright.core.errors import DataError
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.folds import Rows


@dataclass(frozen=True)
class Development:
    """The rows that may be trained and validated on."""

    table: PriceTable


@dataclass(frozen=True)
class OpenedTest:
    """The whole table, the rows to forecast, and how often this test has been opened, this time included."""

    table: PriceTable
    rows: Rows
    openings: int


@final
class SealedTest:
    """The rows that tuning never sees."""

    def __init__(self, table: PriceTable, rows: Rows) -> None:
        self._table = table
        self.rows = rows
        self.first = str(table.dates[rows.start])
        self.last = str(table.dates[rows.stop - 1])

    def open(self, record: Callable[[], int]) -> OpenedTest:
        """Break the seal. `record` writes the opening down for good and returns how many there have been."""
        return OpenedTest(self._table, self.rows, openings=record())

    def release(self) -> Development:
        """All rows, the sealed ones among them, to train a model on that nothing is left to judge. No opening, as
        nothing is seen of how good a forecast is."""
        return Development(self._table)


def seal(table: PriceTable, fraction: float) -> tuple[Development, SealedTest]:
    """Cut off the last `fraction` (between 0 and 1) of the rows. Raises DataError where a part would be too short."""
    rows = len(table)
    start = rows - round(rows * fraction)
    if rows - start < 2 or start < 2:
        raise DataError(
            f"{rows} rows are too few to seal {fraction:.0%} of them as the test: at least 2 are needed on both sides"
        )
    return Development(table.head(start)), SealedTest(table, Rows(start, rows))
