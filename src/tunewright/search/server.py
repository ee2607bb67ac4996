"""A PostgreSQL database as the place of studies: its driver, its connections, and what tells that it is away."""

import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy

_DRIVERS = ("psycopg", "psycopg2")
"""They hand what they are given on to libpq, which knows keepalives, ~/.pgpass, PGPASSWORD and service files."""

_ALIVE: Mapping[str, str] = MappingProxyType({
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "connect_timeout": "10",
})  # fmt: skip
"""A server that vanished without a word is noticed within a minute, though nothing is said for hours."""

_AS_LONG = """
SELECT set_config(name, wanted.value, false) FROM pg_settings JOIN (VALUES
    ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'),
    ('tcp_user_timeout', '60000'), ('idle_session_timeout', '0'), ('idle_in_transaction_session_timeout', '0')
) AS wanted (name, value) USING (name)
"""
"""Has the server notice within a minute that we vanished, and keep a connection on which nothing is said for hours."""

_GONE = ("57P01", "57P02", "57P03", "25006")
"""Codes of a server that goes down, comes up, or is not yet the one that may be written to."""


_REFUSALS = (
    "password", "does not exist", "pg_hba.conf", "permission denied", "definition of service", "does not support ssl",
    "certificate",
)  # fmt: skip
"""Of a server, or of libpq, that it is of no use to ask again; said in another language, they are waited for."""


class Away(Exception):
    """The server does not answer, or hung up: what it was asked for is asked again. The cause is the driver's error."""


class Refused(Exception):
    """The server does not let this user in. The cause is the driver's error."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL database. url: with the driver, and with all that is secret in it."""

    url: sqlalchemy.URL = field(repr=False)

    @property
    def plain(self) -> str:
        """What SQLAlchemy needs to know beside the connections: nothing of it is secret."""
        return f"{self.url.drivername}://"

    @property
    def dialect(self) -> sqlalchemy.Dialect:
        return self.url.get_dialect()()

    def connect(self) -> Any:
        """A connection of the driver's. Raises ImportError where that is not installed, Away or Refused where there is
        none."""
        dialect = self.dialect
        given, named = dialect.create_connect_args(self.url)
        if dialect.driver in _DRIVERS:
            name = f"tunewright, process {os.getpid()} on {platform.node()}"
            named = {**_ALIVE, "application_name": name[:63], **named}
        with self.asked():
            return dialect.import_dbapi().connect(*given, **named)

    def connect_for_long(self) -> Any:
        """The same, kept by both sides for as long as both are there."""
        return self._set(self.connect(), _AS_LONG)

    def connect_to_look(self) -> Any:
        """The same, and nothing can be written."""
        return self._set(self.connect(), "SET default_transaction_read_only = on")

    def _set(self, connection: Any, statement: str) -> Any:
        try:
            with self.asked():
                connection.cursor().execute(statement)
                connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Raises Away where the server is, or goes, while it is asked for something inside, or Refused."""
        driver = self.dialect.import_dbapi()
        try:
            yield
        except driver.Error as error:
            away = isinstance(error, driver.OperationalError | driver.InterfaceError)
            refused = not away or any(words in str(error).lower() for words in _REFUSALS)
            raise (Refused if refused else Away)(str(error)) from error


def server_of(url: str) -> Server | None:
    """The database of this URL; None where it is no PostgreSQL. Without a driver in it, psycopg is taken."""
    if not url.startswith(("postgresql:", "postgresql+", "postgres:")):
        return None
    try:
        parts = sqlalchemy.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        return None
    return Server(parts if "+" in parts.drivername else parts.set(drivername="postgresql+psycopg"))


def hung_up(error: BaseException) -> bool:
    """Whether what a library raised comes from a server that went away while it was asked for something."""
    one: BaseException | None = error
    while one is not None:
        if getattr(one, "connection_invalidated", False) or code_of(one) in _GONE:
            return True
        one = one.__cause__
    return False


def noticing(engine: sqlalchemy.Engine) -> None:
    """Have what this engine is asked for raise Away where the server hung up, so that nobody between tries it again."""

    def notice(context: sqlalchemy.engine.ExceptionContext) -> None:
        error = context.original_exception
        if context.is_disconnect or code_of(error) in _GONE:
            context.is_disconnect = True  # the connection is not used again
            raise Away(str(error)) from error

    sqlalchemy.event.listen(engine, "handle_error", notice)


def code_of(error: BaseException) -> str | None:
    """The server's code for what went wrong; None where it was not the server that said so."""
    code = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return code if isinstance(code, str) else None
