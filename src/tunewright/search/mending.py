"""What to do about a PostgreSQL server that does not let a study be kept there."""

from collections.abc import Mapping
from types import MappingProxyType

from tunewright.core.words import not_installed
from tunewright.search.server import code_of, server_of

_BY_CODE: Mapping[str, str] = MappingProxyType({
    "42P01": "no study has begun in this database; name another, or begin one",
    "42501": "let the owner of the database allow it: GRANT USAGE, CREATE ON SCHEMA public TO {user}",
    "42883": "expected PostgreSQL 12 or newer; use a newer server",
    "53100": "make room on the server's disk, then resume",
})  # fmt: skip

_BY_WORDS: Mapping[str, str] = MappingProxyType({
    "no password supplied": "give the password as PGPASSWORD, in ~/.pgpass, or in the URL after --storage: no run "
    "folder keeps one",
    "password authentication failed": "mend the user or the password, in PGPASSWORD, ~/.pgpass, or in the URL after "
    "--storage, with quoted signs (%40 for @, %2F for /)",
    "name or service not known": "mend the host's name in the URL",
    "resolve host": "mend the host's name in the URL",
    "translate host": "mend the host's name in the URL",
    "connection refused": "see that the server runs there and listens at this port",
    "no such file or directory": "see that the server runs on this machine, or name another host in the URL",
    "no pg_hba.conf entry": "let the server's pg_hba.conf admit this user from this machine",
    "database": "make it, with `createdb {database}` on the server, or name another in the URL",
    "role": "make it, with `createuser` on the server, or name another in the URL",
    "certificate": "mend sslmode and the certificates in the URL",
    "ssl": "mend sslmode and the certificates in the URL",
    "too many": "let the server have more connections (max_connections), or end others",
    "connection slots": "let the server have more connections (max_connections), or end others",
    "definition of service": "mend the service's name, or the file in which it is defined (PGSERVICEFILE)",
    "connection option": "mend what follows the question mark in the URL",
})  # fmt: skip
"""By what libpq and the server say; in another language the last remedy serves."""

_ELSE = (
    "see that the server can be reached from here (host, port, firewall) and lets this user open the database, then "
    "try again"
)


def remedy_of(error: BaseException, url: str) -> str:
    """error: the driver's own."""
    server = server_of(url)
    assert server is not None, "it is a server's error"
    if isinstance(error, ImportError):
        standard = server.url.drivername == "postgresql+psycopg"
        return (
            not_installed("psycopg", extra="postgres")
            if standard
            else "install that driver of the database, or give a URL that begins with postgresql://"
        )
    text = str(error).lower()
    words = (remedy for part, remedy in _BY_WORDS.items() if part in text)
    remedy = _BY_CODE.get(code_of(error) or "") or next(words, _ELSE)
    return remedy.format(user=server.url.username or "its user", database=server.url.database or "NAME")
