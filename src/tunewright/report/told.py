"""What a figure shows, for those who do not see it: a text in place of the picture, and the table behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tunewright.report.values import Number
from tunewright.report.words import number

Cell: TypeAlias = str | float | None
"""A text, or a number; None and NaN: there is none."""
ROWS = 50
"""A table in the page has at most so many: a reader does not go through more, and the page stays small."""
FEW = 6


@dataclass(frozen=True)
class Told:
    """alt: what the picture shows, in sentences. columns: its values by their heads, all as long; the first names the
    rows. whole: the file of the run's folder that has all of them; empty where there is none."""

    alt: str
    columns: Mapping[str, Sequence[Cell]]
    whole: str = "results.json"

    def rows(self) -> list[tuple[Cell, ...]]:
        """All where they are few, else some, evenly spread, with the first and the last."""
        rows = list(zip(*self.columns.values(), strict=True))
        chosen = np.unique(np.linspace(0, max(0, len(rows) - 1), min(ROWS, len(rows))).round().astype(int))
        return [rows[index] for index in chosen]

    def note(self) -> str:
        """How much of all the table has."""
        count = len(next(iter(self.columns.values())))
        shown = min(ROWS, count)
        where = f"{self.whole}, in the run's folder" if self.whole else ""
        if shown == count:
            return f"Rounded; as they are in {where}." if where else "Rounded."
        return f"{shown:,} of {count:,} rows, evenly spread, rounded{f'; all are in {where}' if where else ''}."


def course(values: Iterable[Number], unit: str = "") -> str:
    """Where a line begins, ends and turns. NaN and None are passed over; unit: behind each number."""
    known = np.array([value for value in values if value is not None and np.isfinite(value)], dtype=np.float64)
    if not known.size:
        return "nothing defined"
    first, last, low, high = (number(float(one)) + unit for one in (known[0], known[-1], known.min(), known.max()))
    if known.size == 1 or low == high:
        return first
    turns = [f"lowest {low}"] if low not in (first, last) else []
    turns += [f"highest {high}"] if high not in (first, last) else []
    return f"from {first} to {last}" + (f" ({', '.join(turns)})" if turns else "")


def listed(parts: Mapping[str, Number], unit: str = "") -> str:
    """Names and numbers, at most six of them."""
    shown = [f"{name} {number(value)}{unit if value is not None else ''}" for name, value in parts.items()][:FEW]
    rest = len(parts) - len(shown)
    return ", ".join(shown) + (f", and {rest:,} more" if rest else "")
