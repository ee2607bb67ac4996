"""Which of several columns that name a volume holds one."""

from collections.abc import Sequence

from tunewright.core.words import listed
from tunewright.prices.data.cells import Column, is_missing


def best_volume(columns: Sequence[Column], titles: Sequence[str]) -> tuple[Column, str, tuple[str, ...]]:
    """The first column, its title and a sentence; where it is zero or missing in more than half of the rows, the first
    that is not."""
    at = next((at for at, column in enumerate(columns) if 2 * _empty(column) <= len(column)), 0)
    others = [title for other, title in enumerate(titles) if other != at]
    return columns[at], titles[at], (f"the volume is the column '{titles[at]}', not {listed(others)}",)


def _empty(column: Column) -> int:
    return sum(is_missing(cell) or not cell.strip().strip("0.,") for cell in column)
