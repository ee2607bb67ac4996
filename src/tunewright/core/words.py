"""Words for messages: values in quotes, lists, counted things."""

import difflib
import math
from collections.abc import Iterable, Sequence

_LONGEST_SHOWN = 40
_MOST_LISTED = 12
_LARGEST_TOLD = 10_000


def shown(cell: str) -> str:
    """A cell in quotes for a message, on one line and not too long."""
    return repr(cell if len(cell) <= _LONGEST_SHOWN else cell[: _LONGEST_SHOWN - 3] + "...")


def listed(titles: Sequence[str]) -> str:
    """Titles in quotes with commas between, and how many more there are where they are many."""
    rest = [f"and {len(titles) - _MOST_LISTED} more"] if len(titles) > _MOST_LISTED else []
    return ", ".join([shown(title) for title in titles[:_MOST_LISTED]] + rest)


def counted(count: int, thing: str) -> str:
    """A number with its noun: `1 row`, `2 rows`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def changed(move: float) -> str:
    """A move of the logarithm in percent, up to a bound: what is written 1e200 has no use for 200 digits."""
    largest = math.log1p(_LARGEST_TOLD)
    return f"{math.expm1(move):+.1%}" if move < largest else f"more than {_LARGEST_TOLD:+,.0%}"


def closest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that is meant, or all of them."""
    names = sorted(known)
    match = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {match[0]!r}?" if match else f"expected one of {', '.join(names)}"
