"""A file that one process holds: the lock ends with the process, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tunewright.core.codec import written
from tunewright.core.errors import RunFolderError


@contextmanager
def locked(path: Path, *, taken: str) -> Iterator[None]:
    """Hold the lock in this file. Raises RunFolderError: with `taken` where another process has it, and where the file
    cannot be written."""
    lock = FileLock(path, timeout=0)
    with written(path):
        try:
            lock.acquire()
        except Timeout:
            raise RunFolderError(taken) from None
    try:
        yield
    finally:
        lock.release()
