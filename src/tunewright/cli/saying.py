"""What the commands print: text from outside never reaches the terminal raw."""

import sys

from tunewright.core.words import harmless


def say(text: str, *, aside: bool = False) -> None:
    """Print at once. aside: to stderr, where a remark does not come between the lines of an answer."""
    print(harmless(text), file=sys.stderr if aside else sys.stdout, flush=True)
