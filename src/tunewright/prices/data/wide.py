"""Columns known by what stands in them: one column of closes for each ticker."""

from collections.abc import Mapping, Sequence

from tunewright.prices.data.cells import is_missing
from tunewright.prices.data.names import PRICES, is_nameless
from tunewright.prices.data.sheets import Record

_OTHERS = ("date", "ticker", "split")


def value_columns(titles: Sequence[str], found: Mapping[str, int], below: Sequence[Record]) -> list[int]:
    """The columns of numbers in a table of closes, in their order; none where the file is no such table.

    A ticker may be a word such as LOW: one known price, written in capitals, is a ticker among others.
    """
    known = {index for name, index in found.items() if name in PRICES}
    others = {index for name, index in found.items() if name in _OTHERS}
    numeric = [
        index
        for index, title in enumerate(titles)
        if index not in others and not is_nameless(title) and _numeric(below, index)
    ]
    unknown = [index for index in numeric if index not in known]
    words = [titles[index] for index in known]
    capitals = all(word.isascii() and word == word.upper() for word in words)
    if "ticker" in found or not unknown or len(words) > 1 or not capitals:
        return []
    return numeric


def _numeric(below: Sequence[Record], index: int) -> bool:
    """Whether every cell near the top is missing or could be a number; reading all of them comes later."""
    cells = [cells[index].strip() for _, cells in below if len(cells) > index and not is_missing(cells[index])]
    return all(any(map(str.isdigit, cell)) and not any(map(str.isalpha, cell[:-1])) for cell in cells)
