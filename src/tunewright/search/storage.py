"""Where studies are kept: Optuna storages by URL, with errors that say what happened and how to mend it."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from filelock import FileLock

from tunewright.core.codec import write_atomically
from tunewright.search.faults import first_cause, opening, sqlite_file
from tunewright.search.lease import Lease
from tunewright.search.persistent import Storage
from tunewright.search.server import Away, Server, code_of, hung_up, server_of
from tunewright.search.tables import empty

_SECRET = re.compile(r"pass(?!file)|pwd|secret|token", re.IGNORECASE)
"""In the names of what follows the question mark of a URL: sslpassword, but not passfile, which is a path."""

_PATIENCE = 60.0
"""Seconds to wait while another process makes the tables of a SQLite file, which takes it less than one."""

_MADE = ("42P07", "42710", "23505")
"""Codes of PostgreSQL for what is there already."""

_TRIES = 5
"""Of making the tables of a server while others do; they make all of them, and then note their version, twice."""


def open_storage(url: str, *, shared: bool = False, lease: Lease | None = None, looking: bool = False) -> Storage:
    """The storage at this URL, made where there is none. Raises RunFolderError where no study can be kept there.

    shared: as Optuna opens it, and leaves it as one file; a SQLite file that one process writes has a log beside it.
    lease: of the one study that is then read and written, on the lease's own connection. looking: nothing is made or
    written, as far as the database can be kept from it.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with opening(url), _one_at_a_time(url):
        _lay_tables(url)
        if lease is not None:
            return lease.patience.through(lambda again: _held(lease))
        if (server := server_of(url)) is not None:
            return _looked_at(server) if looking else _served(server)
        storage = _opened(url, {} if shared else _engine(url))
        if url.startswith("sqlite:") and not shared:
            _tune_sqlite(storage.engine)
        return storage


def sqlite_url(path: Path) -> str:
    """The storage URL of a SQLite file."""
    return sqlalchemy.URL.create("sqlite", database=str(path.resolve())).render_as_string()


def absolute(url: str) -> str:
    """The same storage from any working folder: the path of a SQLite file in full. url: of one that was opened."""
    parts = sqlalchemy.make_url(url)
    if parts.drivername.startswith("sqlite") and parts.database:
        return parts.set(database=str(Path(parts.database).resolve())).render_as_string(hide_password=False)
    return url


def to_keep(url: str) -> str:
    """The URL without passwords: what a file may hold. url: of one that was opened."""
    parts = sqlalchemy.make_url(url)
    secret = [name for name in parts.query if _SECRET.search(name)]
    bare = sqlalchemy.URL.create(
        parts.drivername, parts.username, None, parts.host, parts.port, parts.database, parts.query
    )
    return bare.difference_update_query(secret).render_as_string()


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


def _opened(url: str, engine: Mapping[str, Any], lease: Lease | None = None, *, tables: bool = True) -> Storage:
    """tables: whether those that are missing are made."""
    for last in [*[False] * (_TRIES - 1), True]:
        storage = Storage.__new__(Storage)  # known before it is open, so that what it opens can be closed
        try:
            storage.__init__(url, {**engine}, lease=lease, tables=tables)  # type: ignore[misc]
            if storage.get_current_version() != empty().version:
                storage._version_manager.check_table_schema_compatibility()  # says what to do
            return storage
        except BaseException as error:
            if hasattr(storage, "engine"):
                storage.engine.dispose()
            if last or code_of(first_cause(error)) not in _MADE:
                raise
    raise AssertionError("the last try returns or raises")


def _served(server: Server) -> Storage:
    return _opened(server.plain, {"creator": server.connect, "pool_pre_ping": True})


def _looked_at(server: Server) -> Storage:
    return _opened(server.plain, {"creator": server.connect_to_look}, tables=False)


def _held(lease: Lease) -> Storage:
    """On one connection, as the study is held by the one that writes it. To make tables, Optuna wants two."""
    try:
        _served(lease.server).engine.dispose()
        return _opened(
            lease.server.plain, {"creator": lease.connect, "pool_size": 1, "max_overflow": 0}, lease, tables=False
        )
    except Exception as error:
        if hung_up(error):
            raise Away(str(error)) from first_cause(error)
        raise


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
