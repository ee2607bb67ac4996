"""The last good state of a study in a SQLite file, kept beside it: what to go back to when the file is damaged."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from tunewright.core.errors import RunFolderError
from tunewright.core.words import counted, listed
from tunewright.search.faults import last_copy

_COUNT = """
SELECT study_name, COUNT(trials.trial_id)
FROM studies LEFT JOIN trials ON trials.study_id = studies.study_id
GROUP BY study_name
"""
_UNREADABLE = (sqlite3.Error, ValueError)
"""What SQLite says of a damaged file; names in it may be no UTF-8."""


def keep_copy(path: Path) -> None:
    """Copy the database, replacing the copy before whole or not at all. A copy that cannot be made is no error, as the
    study itself is whole; the one before then stays."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.copy")
    with suppress(sqlite3.Error, OSError):
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(aside)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, complete without its log
        aside.replace(last_copy(path))
    aside.unlink(missing_ok=True)


def copied(path: Path, study: str) -> bool:
    """Whether the copy has a study of this name."""
    try:
        return study in _trials(last_copy(path))
    except _UNREADABLE:
        return False


def check_own(path: Path, study: str) -> None:
    """Raises RunFolderError where the file has studies and none of them belongs to `study`, as "NAME ..." does to NAME.
    A file that cannot be read is told of when it is opened."""
    try:
        names = list(_trials(path))
    except _UNREADABLE:
        return
    if names and not any(f"{name} ".startswith(f"{study} ") or study.startswith(f"{name} ") for name in names):
        raise RunFolderError(
            f"{path} belongs to another experiment: expected the study {study!r}, found {listed(names)}; bring "
            "experiment.toml and study.db back as they were, or begin anew with another --out"
        )


def check_there(path: Path, study: str) -> None:
    """Raises RunFolderError where the file has lost the study, or trials of it, that the copy has, so that nothing is
    begun in their place. A file that cannot be read is told of when it is opened."""
    copy = last_copy(path)
    try:
        before, now = _trials(copy), _trials(path)
    except _UNREADABLE:
        return
    for name, trials in before.items():
        own = name == study or name.startswith(f"{study} (space ")
        if own and (name not in now or now[name] < trials):
            found = counted(now[name], "trial") if name in now else "no such study" if path.exists() else "no file"
            raise RunFolderError(
                f"{path} has lost the study {name!r} or a part of it: expected {counted(trials, 'trial')} or more, "
                f"found {found}; copy {copy}, its last good state, over it, then go on, or remove {copy} to begin anew"
            )


def _trials(path: Path) -> dict[str, int]:
    """How many trials each study of a SQLite file has. Raises sqlite3.Error where it cannot be read."""
    if not path.is_file() or not path.stat().st_size:
        return {}
    with closing(sqlite3.connect(path)) as source:
        tables = {name for (name,) in source.execute("SELECT name FROM sqlite_master")}
        if not {"studies", "trials"} <= tables:  # which would be made anew when it is opened
            return {}
        return {str(name): int(count) for name, count in source.execute(_COUNT)}
