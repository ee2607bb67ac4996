"""One process at a study: the lock beside a SQLite file, and those of servers, tried on a connection that plays one.

Of PostgreSQL there is a server to try (`test_postgres.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from tunewright.core.errors import RunFolderError
from tunewright.search.alone import alone
from tunewright.search.storage import sqlite_url


@dataclass
class Server:
    """Keeps a lock for as long as the connection that took it is open. said: every statement. held: key by holder."""

    dialect_name: str
    said: list[str] = field(default_factory=list)
    held: dict[Any, int] = field(default_factory=dict)

    def engine(self, url: str, **options: Any) -> "Engine":
        assert options["poolclass"] is sqlalchemy.pool.NullPool, "a pool would keep the lock"
        return Engine(self, sqlalchemy.make_url(url))


@dataclass
class Engine:
    server: Server
    url: sqlalchemy.URL

    @property
    def dialect(self) -> Any:
        return type("Dialect", (), {"name": self.server.dialect_name})

    def connect(self) -> "Connection":
        return Connection(self.server)

    def dispose(self) -> None: ...


@dataclass
class Connection:
    server: Server

    def exec_driver_sql(self, statement: str) -> None:
        self.server.said.append(statement)

    def execute(self, statement: sqlalchemy.TextClause, values: Mapping[str, Any]) -> Any:
        self.server.said.append(str(statement))
        (key,) = values.values()
        taken = self.server.held.setdefault(key, id(self)) == id(self)
        return type("Result", (), {"scalar": lambda self: int(taken)})()

    def close(self) -> None:
        for key in [key for key, holder in self.server.held.items() if holder == id(self)]:
            del self.server.held[key]


@pytest.fixture(params=["mysql", "mariadb"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server(request.param)
    monkeypatch.setattr(sqlalchemy, "create_engine", made.engine)
    return made


def test_a_server_holds_a_study_for_one_process(server: Server) -> None:
    url = f"{server.dialect_name}://me:secret@host/studies"
    with alone(url, "study"):
        with pytest.raises(RunFolderError) as caught, alone(url, "study"):
            pass
        assert str(caught.value) == (
            f"another process works on the study 'study' at '{server.dialect_name}://me:***@host/studies'; "
            "wait for it, or begin another study"
        )
        with alone(url, "another"):
            pass
        assert len(server.held) == 1
    assert not server.held
    with alone(url, "study"):
        pass
    assert sum("GET_LOCK" in statement for statement in server.said) == 4


def test_the_lock_ends_with_an_error(server: Server) -> None:
    with pytest.raises(KeyError), alone(f"{server.dialect_name}://host/studies", "study"):
        raise KeyError
    assert not server.held


def test_a_database_without_such_a_lock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlalchemy, "create_engine", Server("oracle").engine)
    with (
        pytest.raises(
            RunFolderError, match="expected a database of postgresql, mysql, mariadb or sqlite, found oracle"
        ),
        alone("oracle://host/studies", "study"),
    ):
        pass


def test_a_file_holds_each_study_for_one_process(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "study.db")
    with alone(url, "study"):
        said = r"another process works on the study in .*study\.db; wait"
        with pytest.raises(RunFolderError, match=said), alone(url, "study"):
            pass
        with alone(url, "another"):
            pass
    with alone(url, "study"):
        pass
