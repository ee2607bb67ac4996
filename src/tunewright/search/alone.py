"""One process writes a study, wherever it is kept: a lock that ends with the process that holds it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import sqlalchemy

from tunewright.core.codec import bytes_digest
from tunewright.core.errors import RunFolderError
from tunewright.core.locks import locked
from tunewright.core.secrets import without_secrets
from tunewright.search.faults import opening, sqlite_file
from tunewright.search.lease import Lease
from tunewright.search.server import server_of

_TAKE: Mapping[str, str] = MappingProxyType({
    "mysql": "SELECT GET_LOCK(:name, 0)",
    "mariadb": "SELECT GET_LOCK(:name, 0)",
})  # fmt: skip
"""By dialect: takes a lock for as long as the connection lasts, and says whether it could, at once."""

_STAY: Mapping[str, str] = MappingProxyType({
    "mysql": "SET SESSION wait_timeout = 31536000",
    "mariadb": "SET SESSION wait_timeout = 31536000",
})  # fmt: skip
"""By dialect: has the server keep a connection on which nothing is said for days."""


@contextmanager
def alone(url: str, study: str, *, patient: bool = False) -> Iterator[Lease | None]:
    """Hold a study for this process: by a file beside a SQLite file, else by a lock of the server's.

    Of PostgreSQL there is a lease, on which the study is to be opened. patient: whether such a server is waited for.
    Raises RunFolderError where another process has it, or where the database knows no such lock.
    """
    path = sqlite_file(url)
    if path is not None:
        with _file_held(path, study):
            yield None
    elif url.startswith("sqlite:"):  # in memory, which nobody shares
        yield None
    elif (server := server_of(url)) is not None:
        with _leased(Lease(server, study, url), url, patient=patient) as lease:
            yield lease
    else:
        with opening(url):
            engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, isolation_level="AUTOCOMMIT")
        with _server_held(engine, url, study):
            yield None


@contextmanager
def _leased(lease: Lease, url: str, *, patient: bool) -> Iterator[Lease]:
    with opening(url):
        if patient:
            lease.patience.through(lambda again: lease.take())
        else:
            lease.take()
    try:
        yield lease
    finally:
        lease.close()


@contextmanager
def _file_held(path: Path, study: str) -> Iterator[None]:
    taken = f"another process works on the study in {path}; wait for it or use another file"
    with locked(Path(f"{path}.{bytes_digest(study.encode())[:8]}.lock"), taken=taken):
        yield


@contextmanager
def _server_held(engine: sqlalchemy.Engine, url: str, study: str) -> Iterator[None]:
    dialect = engine.dialect.name
    if dialect not in _TAKE:
        raise RunFolderError(
            f"the study at {without_secrets(url)!r} cannot be held for one process: expected a database of "
            f"postgresql, {', '.join(_TAKE)} or sqlite, found {dialect}; give another storage"
        )
    with opening(url):
        connection = engine.connect()
    try:
        with opening(url):
            taken = _take(connection, dialect, key=f"{engine.url.database} {study}")
        if not taken:
            raise RunFolderError(
                f"another process works on the study {study!r} at {without_secrets(url)!r}; wait for it, or begin "
                "another study"
            )
        yield
    finally:
        connection.close()  # no pool: the lock ends with its connection
        engine.dispose()


def _take(connection: sqlalchemy.Connection, dialect: str, *, key: str) -> bool:
    if dialect in _STAY:
        connection.exec_driver_sql(_STAY[dialect])
    digest = bytes_digest(key.encode())
    names = {"number": int(digest[:15], 16), "name": f"tunewright {digest[:32]}"}
    statement = sqlalchemy.text(_TAKE[dialect])
    return bool(connection.execute(statement, {one: names[one] for one in statement._bindparams}).scalar())
