"""What goes wrong with a storage, in one line that says what it is and what to do; secrets are left out."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import optuna
import sqlalchemy

from tunewright.core.errors import RunFolderError
from tunewright.core.secrets import cause_without_secrets, without_secrets
from tunewright.search.mending import remedy_of
from tunewright.search.server import Away, Refused, server_of

_LEAST_ROOM = 2**20
"""Bytes below which a disk counts as full."""

_FAULTS = (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError, Away, Refused)
_UNREADABLE = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What Optuna, Alembic and the drivers raise over a database whose values are not those that were written."""

_EXPECTED = "expected a storage URL that Optuna takes, such as sqlite:///study.db"


def opening(url: str) -> AbstractContextManager[None]:
    """Raises RunFolderError for what goes wrong inside while the storage is opened."""
    return _told(url, "opened", (*_FAULTS, *_UNREADABLE, ImportError, OSError, RuntimeError))


def reading(url: str) -> AbstractContextManager[None]:
    """Raises RunFolderError for what goes wrong inside while trials are read."""
    return _told(url, "read", (*_FAULTS, *_UNREADABLE, OSError))


@contextmanager
def _told(url: str, done: str, faults: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except faults as error:
        raise RunFolderError(
            f"the study at {without_secrets(url)!r} cannot be {done}: {_cause(error, url)}; {_remedy(error, url)}"
        ) from None


@contextmanager
def writing(url: str) -> Iterator[None]:
    """Raises RunFolderError for what goes wrong inside while the storage is written."""
    try:
        yield
    except _FAULTS as error:
        raise RunFolderError(
            f"the study at {without_secrets(url)!r} cannot be written: {_cause(error, url)}; everything told before is "
            f"saved: {_lack(url) or 'mend that, then resume'}"
        ) from None


def gone(url: str, study: str) -> RunFolderError:
    """A study that was begun is not there."""
    return RunFolderError(
        f"the study {study!r} is not at {without_secrets(url)!r} any more; bring it back, or begin anew"
    )


def sqlite_file(url: str) -> Path | None:
    """The file behind a URL of SQLite; None for any other."""
    try:
        name = sqlalchemy.make_url(url).database if url.startswith("sqlite:") else None
    except (sqlalchemy.exc.ArgumentError, ValueError):
        return None
    return Path(name) if name and name != ":memory:" else None


def last_copy(path: Path) -> Path:
    """Where the last good state of a SQLite file is kept."""
    return path.with_name(f"{path.name}.last")


def _cause(error: BaseException, url: str) -> str:
    first = first_cause(error)
    told = f"{type(first).__name__}: {first}" if isinstance(first, _UNREADABLE) else str(first)
    lines = cause_without_secrets(told, url).splitlines()
    return lines[0] if lines and lines[0].strip() else "it is no URL whose parts can be told apart"


def _remedy(error: BaseException, url: str) -> str:
    if lack := _lack(url):
        return lack
    path, first = sqlite_file(url), first_cause(error)
    if path is not None:
        is_damaged = isinstance(first, (*_UNREADABLE, sqlite3.DatabaseError)) and path.exists()
        return _mend(path) if is_damaged else _EXPECTED
    if not cause_without_secrets("plain", url):
        return f"{_EXPECTED}, with a number as the port and quoted signs in a password (%40 for @, %2F for /)"
    if server_of(url) is not None:
        return remedy_of(first, url)
    if isinstance(first, ImportError):
        return "install that driver of the database, or give a URL with another"
    if isinstance(error, sqlalchemy.exc.ArgumentError):
        return _EXPECTED
    return "see that its server runs and that this user may open the database, then try again"


def first_cause(error: BaseException) -> BaseException:
    """What a library's exception comes from in the end."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _mend(path: Path) -> str:
    copy = last_copy(path)
    if copy.exists():
        return f"copy {copy}, its last good state, over it, then resume"
    return f"bring back a copy of {path}, or begin anew with another file"


def _lack(url: str) -> str:
    """What mends a SQLite file that cannot be written; "" where that is not plain to see."""
    path = sqlite_file(url)
    if path is None:
        return ""
    try:
        if shutil.disk_usage(path.parent).free < _LEAST_ROOM:
            return "the disk is full; make room, then resume"
    except OSError:
        return ""
    writable = os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))
    return "" if writable else f"give the right to write {path} and its folder, then resume"
