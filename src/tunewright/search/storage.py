"""Where studies are kept: Optuna storages by URL, with errors that say what happened and how to mend it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from filelock import FileLock, Timeout
from optuna.storages import RDBStorage

from tunewright.core.errors import RunFolderError

_LEAST_ROOM = 2**20
"""Bytes below which a disk counts as full."""

_PATIENCE = 60.0
"""Seconds to wait while another process makes the tables of a SQLite file, which takes it less than one."""

_FAULTS = (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError)


def open_storage(url: str) -> RDBStorage:
    """The storage at this URL, made where there is none. Raises RunFolderError where no study can be kept there."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with opening(url), _one_at_a_time(url):
        storage = RDBStorage(url, engine_kwargs=_engine(url))
        if url.startswith("sqlite:"):
            _tune_sqlite(storage.engine)
        return storage


def has_study(url: str, name: str) -> bool:
    """Whether the storage has a study of this name."""
    storage = open_storage(url)
    with opening(url):
        found = any(summary.study_name == name for summary in storage.get_all_studies())
    storage.engine.dispose()
    return found


def sqlite_url(path: Path) -> str:
    """The storage URL of a SQLite file."""
    return sqlalchemy.URL.create("sqlite", database=str(path.resolve())).render_as_string()


def without_secrets(url: str) -> str:
    """The URL as it may be shown: no password, no query."""
    try:
        return sqlalchemy.make_url(url).set(query={}).render_as_string(hide_password=True)
    except sqlalchemy.exc.ArgumentError:
        return url


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Hold a SQLite file for this process. Raises RunFolderError where another process has it."""
    path = _sqlite_file(url)
    if path is None:
        yield
        return
    try:
        with FileLock(f"{path}.lock", timeout=0):
            yield
    except Timeout:
        raise RunFolderError(f"another process works on the study in {path}; wait for it or use another file") from None


def absolute(url: str) -> str:
    """The same storage from any working folder: the path of a SQLite file in full."""
    parts = sqlalchemy.make_url(url)
    if parts.drivername.startswith("sqlite") and parts.database:
        return parts.set(database=str(Path(parts.database).resolve())).render_as_string(hide_password=False)
    return url


@contextmanager
def opening(url: str) -> Iterator[None]:
    """Raises RunFolderError for what goes wrong inside while the storage is opened or read."""
    try:
        yield
    except (*_FAULTS, ImportError, OSError) as error:
        raise RunFolderError(
            f"the study at {without_secrets(url)!r} cannot be opened: {_cause(error)}; "
            + (_remedy(url) or "expected a storage URL that Optuna takes, such as sqlite:///study.db")
        ) from None


@contextmanager
def writing(url: str) -> Iterator[None]:
    """Raises RunFolderError for what goes wrong inside while the storage is written."""
    try:
        yield
    except _FAULTS as error:
        raise RunFolderError(
            f"the study at {without_secrets(url)!r} cannot be written: {_cause(error)}; everything told before is "
            f"saved: {_remedy(url) or 'mend that, then resume'}"
        ) from None


@contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    """Hold other processes back that open the same SQLite file.

    The tables of a new file are made one by one, each when it is seen to be missing: two processes at it fail both.
    The lock's own file goes when the tables are there, as nobody makes them again.
    """
    path = _sqlite_file(url)
    if path is None or not os.access(path.parent, os.W_OK):
        yield  # nothing to make, or no way to
        return
    lock = Path(f"{path}.opening")
    with FileLock(lock, timeout=_PATIENCE):
        yield
    with suppress(OSError):  # somebody waits for it, where a file in use cannot be removed
        lock.unlink(missing_ok=True)


def _sqlite_file(url: str) -> Path | None:
    """The file behind a URL of SQLite; None for any other."""
    try:
        name = sqlalchemy.make_url(url).database if url.startswith("sqlite:") else None
    except sqlalchemy.exc.ArgumentError:
        return None
    return Path(name) if name and name != ":memory:" else None


def _cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).splitlines()[0]


def _remedy(url: str) -> str:
    """What mends a SQLite file that cannot be used; "" where that is not plain to see."""
    path = _sqlite_file(url)
    if path is None:
        return ""
    try:
        if shutil.disk_usage(path.parent).free < _LEAST_ROOM:
            return "the disk is full; make room, then resume"
    except OSError:
        return ""
    writable = os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))
    return "" if writable else f"give the right to write {path} and its folder, then resume"


def _engine(url: str) -> dict[str, Any]:
    # One process writes a study, so one connection is enough; making one for each transaction costs more than it.
    return {"poolclass": sqlalchemy.pool.StaticPool} if url.startswith("sqlite:") else {}


def _tune_sqlite(engine: sqlalchemy.Engine) -> None:
    """Write-ahead log, flushed at checkpoints: what was told survives the end of the process, however it comes.

    After a loss of power the last trials may be missing; they are then run again to the same results.
    """
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
