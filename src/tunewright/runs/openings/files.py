"""A file of openings: one line each, only ever appended to, by one process at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tunewright.runs.openings.opening import Opening, from_line, to_line

NAME = "openings.jsonl"
PATIENCE = 10.0
"""Seconds to wait for a process that holds the file; it takes milliseconds to append."""


def append(path: Path, opening: Opening) -> None:
    """Add a line, on the disk when this returns; the file is made where it is missing, and so is its folder, for its
    owner alone. A line that a crash cut off is closed first. Raises OSError (TimeoutError: others keep the file)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        with _held(handle, fcntl.LOCK_EX, PATIENCE):
            size = os.fstat(handle).st_size
            cut_off = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            data = ("\n" * cut_off + to_line(opening) + "\n").encode()
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> tuple[list[Opening], list[str]]:
    """The openings of a file, and what was wrong with it, in sentences; nothing where there is no file."""
    try:
        lines = _content(path).split(b"\n")
    except FileNotFoundError:
        return [], []
    except OSError as error:
        why = error.strerror or error
        return [], [f"{path} cannot be read, so looks that it tells of do not count: {why}; give the right to read it"]
    openings, problems = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            openings.append(from_line(line.decode()))
        except ValueError as error:
            problems.append(f"{path}, line {number} is damaged, so the look it told of does not count: {error}")
    return openings, problems


def _content(path: Path) -> bytes:
    with path.open("rb") as stream, _held(stream.fileno(), fcntl.LOCK_SH, PATIENCE):
        return stream.read()


@contextmanager
def turn(path: Path, *, patience: float) -> Iterator[None]:
    """Hold this file, which stays empty, until every process that came before is done with it. Raises OSError
    (TimeoutError: one of them was not within `patience` seconds)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab") as stream, _held(stream.fileno(), fcntl.LOCK_EX, patience):
        yield


@contextmanager
def _held(handle: int, kind: int, patience: float) -> Iterator[None]:
    """The lock ends with the process, however it ends."""
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                raise TimeoutError(f"another process has kept it for {patience:.0f} seconds") from None
            time.sleep(0.01)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
