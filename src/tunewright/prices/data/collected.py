"""What is kept of a file's records: cells of the columns that are read, and what was left out in words."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from tunewright.core.words import counted
from tunewright.prices.data.cells import Column
from tunewright.prices.data.layout import Layout


@dataclass
class Collected:
    """Cells of the rows that count, column by column, in file order. `numbers`: by our names. `volumes`: other columns
    that name a volume. `clocks`: times of the day in a column of their own."""

    dates: Column
    numbers: dict[str, Column]
    volumes: tuple[Column, ...]
    clocks: Column | None
    lines: "array[int]" = field(default_factory=lambda: array("q"))
    ticker: str | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        clocks = [] if self.clocks is None else [self.clocks]
        self._columns = [*self.numbers.values(), *self.volumes, *clocks]

    @classmethod
    def of(cls, layout: Layout) -> "Collected":
        """Without any row."""
        numbers = {name: Column() for name in layout.numbers}
        volumes = tuple(Column() for _ in layout.volumes)
        return cls(Column(), numbers, volumes, None if layout.clock is None else Column())

    def add(self, line: int, date: str, cells: Sequence[str]) -> None:
        """`cells`: those of the numbers, of the other volumes and of the clock, in this order."""
        self.dates.add(date)
        for column, cell in zip(self._columns, cells, strict=True):
            column.add(cell)
        self.lines.append(line)

    def drop_last(self) -> int:
        """Take the last row back; its line."""
        for column in (self.dates, *self._columns):
            column.drop_last()
        return self.lines.pop()


def left_out(what: str, count: int, line: int) -> str:
    """`blank row` as `left out 2 blank rows (first: line 4)`; only the first noun takes the plural."""
    noun = next((what[: what.index(word)] for word in (" without ", " below ", " of ") if word in what), what)
    return f"left out {counted(count, noun)}{what[len(noun) :]}{f' (first: line {line})' if line else ''}"
