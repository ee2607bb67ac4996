"""Words and places for messages about cells, and columns of cells that take little memory."""

from collections.abc import Iterator, Sequence

from tunewright.core.errors import DataError

MISSING = frozenset({"", "null", "nan", "nat", "n/a", "na", "#n/a", "n/d", "n.a.", "none", "-", "--", "–", "—", "."})
"""What a cell without a value may hold, in lower case."""

_BLOCK = 4096
_SEPARATOR = "\0"


class Column:
    """Cells of one column in file order, kept as text in blocks: a list of short strings would take ten times as much.

    Cells are added at the end and read from the start. `first` and `last` raise IndexError without any.
    """

    def __init__(self) -> None:
        self._packed: list[str] = []
        self._open: list[str] = []

    def add(self, cell: str) -> None:
        self._open.append(cell)
        if len(self._open) == _BLOCK:
            self._packed.append(_SEPARATOR.join(self._open))
            self._open = []

    @property
    def first(self) -> str:
        return self._packed[0].partition(_SEPARATOR)[0] if self._packed else self._open[0]

    @property
    def last(self) -> str:
        return self._open[-1] if self._open else self._packed[-1].rpartition(_SEPARATOR)[2]

    def drop_last(self) -> None:
        if not self._open:
            self._open = self._packed.pop().split(_SEPARATOR)
        self._open.pop()

    def __len__(self) -> int:
        return len(self._packed) * _BLOCK + len(self._open)

    def __iter__(self) -> Iterator[str]:
        for block in self._packed:
            yield from block.split(_SEPARATOR)
        yield from self._open

    def __contains__(self, text: str) -> bool:
        """Whether any cell holds `text` somewhere."""
        return any(text in block for block in self._packed) or any(text in cell for cell in self._open)


Lines = Sequence[int]
"""The line of the file that each row starts on."""


def is_missing(cell: str) -> bool:
    return cell.strip().lower() in MISSING


def place(source: str, line: int, column: str) -> str:
    """Where a message points to."""
    return f"{source}, line {line}, column '{column}'"


def without_nul(cells: Sequence[str], *, source: str, line: int) -> None:
    """Raises DataError for a NUL character, which no text of prices has and which `Column` parts cells by."""
    if any(_SEPARATOR in cell for cell in cells):
        raise DataError(
            f"{source}, line {line}: expected text, found a NUL character in a cell. Export the file again as CSV."
        )
