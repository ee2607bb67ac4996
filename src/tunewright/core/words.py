"""Words for messages: values in quotes, lists, counted things."""

import difflib
from collections.abc import Iterable, Sequence

_LONGEST_SHOWN = 40
_MOST_LISTED = 12


def shown(cell: str) -> str:
    """A cell in quotes for a message, on one line and not too long."""
    return repr(cell if len(cell) <= _LONGEST_SHOWN else cell[: _LONGEST_SHOWN - 3] + "...")


def plain(text: str) -> str:
    """Names come from files: what would move the cursor, or is no text, is shown, not sent to the terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def listed(titles: Sequence[str]) -> str:
    """Titles in quotes with commas between, and how many more there are where they are many."""
    rest = [f"and {len(titles) - _MOST_LISTED} more"] if len(titles) > _MOST_LISTED else []
    return ", ".join([shown(title) for title in titles[:_MOST_LISTED]] + rest)


def counted(count: int, thing: str) -> str:
    """A number with its noun: `1 row`, `2 rows`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def closest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that is meant, or all of them."""
    names = sorted(known)
    match = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {match[0]!r}?" if match else f"expected one of {', '.join(names)}"
