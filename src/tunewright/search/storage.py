"""Where studies are kept: Optuna storages by URL, with errors that say what happened and how to mend it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from filelock import FileLock
from optuna.storages import RDBStorage

from tunewright.core.codec import write_atomically
from tunewright.search.faults import opening, sqlite_file
from tunewright.search.tables import empty

_PATIENCE = 60.0
"""Seconds to wait while another process makes the tables of a SQLite file, which takes it less than one."""


def open_storage(url: str, *, shared: bool = False) -> RDBStorage:
    """The storage at this URL, made where there is none. Raises RunFolderError where no study can be kept there.

    shared: as Optuna opens it, and leaves it as one file; a SQLite file that one process writes has a log beside it.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = RDBStorage.__new__(RDBStorage)  # known before it is open, so that what it opens can be closed
    with opening(url), _one_at_a_time(url):
        try:
            _lay_tables(url)
            storage.__init__(url, engine_kwargs={} if shared else _engine(url), skip_compatibility_check=True)  # type: ignore[misc]
            if storage.get_current_version() != empty().version:
                storage._version_manager.check_table_schema_compatibility()  # says what to do
            if url.startswith("sqlite:") and not shared:
                _tune_sqlite(storage.engine)
        except BaseException:
            if hasattr(storage, "engine"):
                storage.engine.dispose()
            raise
    return storage


def has_study(url: str, name: str) -> bool:
    """Whether the storage has a study of this name."""
    storage = open_storage(url)
    try:
        with opening(url):
            return any(summary.study_name == name for summary in storage.get_all_studies())
    finally:
        storage.engine.dispose()


def sqlite_url(path: Path) -> str:
    """The storage URL of a SQLite file."""
    return sqlalchemy.URL.create("sqlite", database=str(path.resolve())).render_as_string()


def absolute(url: str) -> str:
    """The same storage from any working folder: the path of a SQLite file in full. url: of one that was opened."""
    parts = sqlalchemy.make_url(url)
    if parts.drivername.startswith("sqlite") and parts.database:
        return parts.set(database=str(Path(parts.database).resolve())).render_as_string(hide_password=False)
    return url


@contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    """Hold other processes back that open the same SQLite file.

    The tables of a new file are made one by one, each when it is seen to be missing: two processes at it fail both.
    The lock's own file goes when the tables are there, as nobody makes them again.
    """
    path = sqlite_file(url)
    if path is None or not os.access(path.parent, os.W_OK):
        yield  # nothing to make, or no way to
        return
    lock = Path(f"{path}.opening")
    with FileLock(lock, timeout=_PATIENCE):
        yield
    with suppress(OSError):  # somebody waits for it, where a file in use cannot be removed
        lock.unlink(missing_ok=True)


def _lay_tables(url: str) -> None:
    """Begin a new SQLite file with the tables of a study."""
    path = sqlite_file(url)
    if path is not None and path.parent.is_dir() and not path.exists():
        write_atomically(path.resolve(), empty().file)


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
