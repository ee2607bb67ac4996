"""A worker process: what it does, how it begins and how it ends."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from tunewright.trials.jobs import Parcel


def work(line: Connection, objective: object) -> None:
    """Run the jobs that come down the line, and send back what comes of them, until the line or the parent ends."""
    _offer_to_the_kernel()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the coordinator ends the workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()  # what is loaded stays: no collection need look at it, nor copy its memory from the server's
    past: list[Any] = []
    with suppress(EOFError, OSError):
        line.send(None)  # it is up
        while True:
            parcel: Parcel[Any] = line.recv()
            for event in parcel.opened(past).run(objective):
                line.send(event)


@contextmanager
def no_main_file() -> Iterator[None]:
    """Processes that begin meanwhile are not told of the program's main file, and so do not run it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes started inside get no SIGINT: they inherit what is blocked."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _offer_to_the_kernel() -> None:
    # Where memory runs out, a worker is to go, not the coordinator. Linux alone has this file.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
