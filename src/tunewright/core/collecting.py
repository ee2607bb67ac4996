"""Python's collector of cyclic garbage, kept away from the half million objects that libraries load and that stay.

It would go through them again and again while they load, and once more when a program ends: a third of what a short
run takes.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """For imports: nothing is looked for that they leave behind."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def collect_rarely() -> None:
    """For a program of our own: ten thousand new objects, not 700, are looked through at once, and the end of the
    program goes through none; the system takes them all."""
    gc.set_threshold(10_000, 10, 10)
    atexit.register(gc.freeze)
