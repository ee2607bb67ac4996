"""Words for messages: values in quotes, lists, counted things."""

import difflib
import math
import unicodedata
from collections.abc import Iterable, Sequence

_LONGEST_LINE = 300
_LONGEST_SHOWN = 40
_MOST_LISTED = 12
_LARGEST_TOLD = 10_000
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of writing, so that a text is not read as it stands."""


def harmless(text: str, *, lines: bool = True) -> str:
    """The text with everything escaped that a terminal would obey or could not print: control characters, marks that
    turn the direction of writing, halves of surrogate pairs. lines: whether it may have line breaks."""
    return "".join(_escaped(one) if _is_obeyed(one) and not (lines and one == "\n") else one for one in text)


def one_line(text: str) -> str:
    """The text on one harmless line that is not too long."""
    line = " ".join(text[: 20 * _LONGEST_LINE].split())
    return harmless(line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 3] + "...")


def not_installed(package: str, *, extra: str) -> str:
    """What to say of a package that one of Tunewright's extras installs."""
    return f"{package} is not installed; install it with: pip install 'tunewright[{extra}]'"


def told(error: BaseException) -> str:
    """An exception of whatever kind on one line: its type and, where it says something, its text."""
    try:
        text = str(error)
    except Exception:  # the user's own exceptions may raise there, too
        text = ""
    return one_line(f"{type(error).__name__}: {text}" if text.strip() else type(error).__name__)


def reason(problem: BaseException) -> str:
    """What a library's exception says, on one line, or its type where it says nothing: for a sentence around it."""
    return told(problem).removeprefix(f"{type(problem).__name__}: ")


def cell(text: str) -> str:
    """A text from outside as a cell of a CSV file: one that a spreadsheet would run as a formula, as it begins with one
    of = + - @ and is no number, gets an apostrophe before it."""
    if not text.lstrip().startswith(("=", "+", "-", "@")):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


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


def duration(seconds: float) -> str:
    """Two figures where they matter: `4.5 s`, `42 s`, `2 min 11 s`, `2 h 2 min`."""
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {left} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def changed(move: float) -> str:
    """A move of the logarithm in percent, up to a bound: what is written 1e200 has no use for 200 digits."""
    largest = math.log1p(_LARGEST_TOLD)
    return f"{math.expm1(move):+.1%}" if move < largest else f"more than {_LARGEST_TOLD:+,.0%}"


def closest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that is meant, or all of them."""
    names = sorted(known)
    match = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {match[0]!r}?" if match else f"expected one of {', '.join(names)}"


def _is_obeyed(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in _TURNING


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
