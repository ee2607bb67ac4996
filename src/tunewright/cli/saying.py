"""What the commands print: text from outside never reaches the terminal raw, and lines break at words there."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from tunewright.core.words import harmless

_NARROWEST = 20
_LABEL = re.compile(r"\S+ {2,}|")


def say(text: str, *, aside: bool = False) -> None:
    """Print at once. aside: to stderr, where a remark does not come between the lines of an answer."""
    stream, safe = sys.stderr if aside else sys.stdout, harmless(text)
    print(wrapped(safe, shutil.get_terminal_size().columns) if stream.isatty() else safe, file=stream, flush=True)


@contextmanager
def others_aside(*, active: bool) -> Iterator[None]:
    """What functions of the user's print meanwhile, in workers too, goes to stderr, where it does not come between the
    lines of an answer."""
    if not active:
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def wrapped(text: str, columns: int) -> str:
    """The text in lines of at most so many columns, broken between words; below a label that begins a line, such as
    `source    `, what goes on is indented like what it labels. Words that are longer stay whole, as paths are."""
    return "\n".join(_wrapped(line, max(columns, _NARROWEST)) for line in text.split("\n"))


def _wrapped(line: str, columns: int) -> str:
    if len(line) <= columns:
        return line
    label = _LABEL.match(line)
    indent = len(label.group()) if label and len(label.group()) < columns // 2 else 0
    return textwrap.fill(
        line,
        columns,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
