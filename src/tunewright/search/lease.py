"""A study in PostgreSQL, held for one process by the very connection that writes it."""

import json
import time
from typing import Any
from uuid import uuid4

from optuna.storages import RDBStorage

from tunewright.core.errors import RunFolderError
from tunewright.core.secrets import without_secrets
from tunewright.search.patience import Patience
from tunewright.search.server import Away, Server

HOLDER = "tunewright:holder"
"""The system attribute of a study that says which process it was last held for."""

_TAKE = """
SELECT key, pg_try_advisory_lock(key)
FROM (SELECT hashtextextended(concat_ws(' ', 'tunewright', current_schema(), %s::text), 0) AS key) AS named
"""
_WHO = """
SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_LAST = "SELECT value_json FROM study_system_attributes WHERE study_id = %s AND key = %s"

_HANGING_UP = 1.5
"""Seconds that a server may take to notice that the process before ended."""


class Lease:
    """The study is this process's for as long as its connection lasts.

    The lock belongs to the server's session, and the study is written in no other: what is written is written under the
    lock, and nothing need be asked before. The server lets go of it when the process ends, or a minute after its
    machine has vanished. Where the connection was lost, a new one is used only where it gets the lock again and the
    study still says that this process was the last to hold it; else this process writes nothing more.
    """

    def __init__(self, server: Server, study: str, url: str) -> None:
        self.server, self._study, self.url = server, study, url
        self._token = uuid4().hex
        self._study_id: int | None = None
        self._first: Any = None
        self._lost = False
        self.patience = Patience(url)

    def take(self) -> None:
        """Hold the study. Raises RunFolderError where another process has it, and as connecting does."""
        until = time.monotonic() + _HANGING_UP
        while True:
            connection = self.server.connect_for_long()
            try:
                with self.server.asked():
                    who = _taken(connection, self._study)
                if who is None:
                    self._first, connection = connection, None
                    return
            finally:
                if connection is not None:
                    connection.close()
            if time.monotonic() > until:
                raise RunFolderError(self._elsewhere(who))
            time.sleep(_HANGING_UP / 5)

    def claim(self, storage: RDBStorage, study_id: int) -> None:
        """Write down in the study that it is this process's now. To be called before anything else is written."""
        storage.set_study_system_attr(study_id, HOLDER, self._token)
        self._study_id = study_id

    def connect(self) -> Any:
        """A connection that holds the study. Raises Away where there is none now, RunFolderError where there is none
        any more, as another process has taken the study over."""
        if self._first is not None:
            connection, self._first = self._first, None
            return connection
        if self._lost:
            raise RunFolderError(self._taken_over())
        connection = self.server.connect_for_long()
        try:
            with self.server.asked():
                who, is_last = _taken(connection, self._study), self._is_last(connection)
            if not is_last:
                self._lost = True
                raise RunFolderError(self._taken_over())
            if who is not None:  # the server has not noticed yet that our last connection is gone
                raise Away("its last connection still holds the study") from RunFolderError(self._elsewhere(who))
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Let go of it, where the connection was not used."""
        if self._first is not None:
            self._first.close()

    def _is_last(self, connection: Any) -> bool:
        if self._study_id is None:
            return True
        cursor = connection.cursor()
        cursor.execute(_LAST, (self._study_id, HOLDER))
        found = cursor.fetchone()
        connection.commit()
        return found is not None and found[0] == json.dumps(self._token)

    def _elsewhere(self, who: str) -> str:
        return (
            f"another process works on the study {self._study!r} at {without_secrets(self.url)!r}{who}; wait for it "
            "(for a minute where its machine is gone), or begin another study"
        )

    def _taken_over(self) -> str:
        return (
            f"another process took over the study {self._study!r} at {without_secrets(self.url)!r} while its server "
            "was out of reach; this one writes nothing more: leave the study to the other"
        )


def _taken(connection: Any, study: str) -> str | None:
    """None where the connection holds the study now; else who does, in brackets, or "" where that is not told."""
    cursor = connection.cursor()
    cursor.execute(_TAKE, (study,))
    key, taken = cursor.fetchone()
    who = None
    if not taken:
        cursor.execute(_WHO, (key,))
        name = (cursor.fetchone() or ("",))[0] or ""
        who = f" ({name.removeprefix('tunewright, ')})" if name.startswith("tunewright, ") else ""
    connection.commit()  # the lock is the session's, not the transaction's
    return who
