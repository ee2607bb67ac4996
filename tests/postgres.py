"""A PostgreSQL server of the tests' own, on a free port of this machine, from the binaries that the system has."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

USER, PASSWORD = "tuner", "s3cret{0}@/"
QUOTED = "s3cret%7B0%7D%40%2F"
_UNPRIVILEGED = ("postgres", "nobody")
"""initdb refuses to run as root: as whom it runs then."""

_SETTINGS = {
    "fsync": "off",  # a server that is killed keeps what the system has; the system itself is not killed
    "listen_addresses": "127.0.0.1",
    "max_connections": "40",
    "shared_buffers": "16MB",
}


@dataclass(frozen=True)
class Server:
    """A running server. Over the socket in its folder it trusts everybody, over TCP it asks for the password."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Of a database with the tables of studies, over the socket."""
        return f"postgresql://{USER}@/studies?host={self.folder}&port={self.port}"

    def over_tcp(self, user: str = USER, password: str | None = QUOTED, database: str = "studies") -> str:
        who = user if password is None else f"{user}:{password}"
        return f"postgresql://{who}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        self._control("start", "-w", "-l", str(self.folder / "log"))

    def stop(self, mode: str = "immediate") -> None:
        self._control("stop", "-w", "-m", mode)

    def restart(self, mode: str = "immediate") -> None:
        self._control("restart", "-w", "-m", mode, "-l", str(self.folder / "log"))

    def ask(self, statement: str, *values: Any, database: str = "studies") -> list[tuple[Any, ...]]:
        """What a superuser is answered."""
        where: dict[str, Any] = {"host": str(self.folder), "port": self.port, "dbname": database, "user": USER}
        with psycopg.connect(**where, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def _control(self, *arguments: str) -> None:
        _run(self.folder, "pg_ctl", *arguments, "-D", str(self.folder / "data"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Skips where the system has no server, or where root has nobody to run it as."""
    if (lack := _lack()) is not None:
        pytest.skip(f"no PostgreSQL server to test with: {lack}")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a short path, as those of sockets must be
    if os.geteuid() == 0:
        os.chown(folder, *_ids(_somebody()))
    try:
        server = _made(folder)
        server.start()
        try:
            server.ask("CREATE DATABASE studies", database="postgres")
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> Server:
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    secret = ("--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}")
    _run(folder, "initdb", "--no-sync", "--auth-local=trust", *secret, f"--username={USER}", "-D", str(folder / "data"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    lines = {**_SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in lines.items())
    return Server(folder, port)


def _run(folder: Path, program: str, *arguments: str) -> None:
    command = [str(_binaries()[program]), *arguments]
    # Output to a file: a server that is started keeps it open.
    with (folder / "told").open("w") as told:
        done = subprocess.run(command, stdout=told, stderr=told, cwd=folder, check=False, **_as_somebody())
    log = folder / "log"
    assert done.returncode == 0, (folder / "told").read_text() + (log.read_text() if log.exists() else "")


def _as_somebody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user, group = _ids(_somebody())
    return {"user": user, "group": group, "extra_groups": []}


def _lack() -> str | None:
    missing = [name for name, path in _binaries().items() if path is None]
    if missing:
        return f"{' and '.join(missing)} not found"
    return None if os.geteuid() != 0 or _somebody() else f"no user of {', '.join(_UNPRIVILEGED)} to run it as"


@cache
def _binaries() -> dict[str, Path | None]:
    places = [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    found = {name: shutil.which(name, path=os.pathsep.join(places)) for name in ("initdb", "pg_ctl")}
    return {name: None if path is None else Path(path) for name, path in found.items()}


def _somebody() -> str:
    known: Sequence[str] = [one.pw_name for one in pwd.getpwall()]
    return next((one for one in _UNPRIVILEGED if one in known), "")


def _ids(user: str) -> tuple[int, int]:
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid
