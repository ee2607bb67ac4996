"""A study as it is now, copied into memory: for programs that show studies, and would write to what they show."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import optuna
import sqlalchemy
from optuna.storages import InMemoryStorage

from tunewright.core.errors import RunFolderError
from tunewright.search.faults import reading, sqlite_file
from tunewright.search.persistent import Storage
from tunewright.search.storage import open_storage, sqlite_url

_TRIES = 20

_COUNT = sqlalchemy.text("""
SELECT study_name, COUNT(trials.trial_id), COUNT(datetime_complete), MAX(datetime_complete)
FROM studies LEFT JOIN trials ON trials.study_id = studies.study_id
GROUP BY studies.study_id, study_name
ORDER BY studies.study_id
""")


@dataclass(frozen=True)
class Kept:
    """A study in a storage. ended: how many of its trials have. last: when the last of them did, in UTC."""

    name: str
    trials: int
    ended: int
    last: str


def studies_in(url: str) -> tuple[Kept, ...]:
    """All studies at this URL, the oldest first. Raises RunFolderError where it cannot be read."""
    with _looked_at(url) as storage, reading(url), storage.engine.connect() as connection:
        rows = connection.execute(_COUNT).all()
    return tuple(Kept(name, trials, ended, str(last or "")[:16]) for name, trials, ended, last in rows)


def in_memory(url: str, *, wanted: Callable[[str], bool]) -> InMemoryStorage:
    """The studies at this URL whose names are wanted, trials under way too; nothing is written there, and a SQLite file
    and its folder stay as they are. Raises RunFolderError where it cannot be read or has none of these."""
    target = InMemoryStorage()
    with _looked_at(url) as storage, reading(url):
        names = [one.study_name for one in storage.get_all_studies() if wanted(one.study_name)]
        for name in names:
            optuna.copy_study(from_study_name=name, from_storage=storage, to_storage=target)
    if not names:
        raise RunFolderError("the storage has no study of this run; has it begun?")
    return target


@contextmanager
def _looked_at(url: str) -> Iterator[Storage]:
    path = sqlite_file(url)
    if path is None:
        with closing(open_storage(url, looking=True)) as storage:
            yield storage
        return
    with _copied(path) as copy:
        try:
            with closing(open_storage(sqlite_url(copy))) as storage:
                yield storage
        except RunFolderError as error:
            raise RunFolderError(str(error).replace(str(copy.resolve()), str(path))) from None


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """The file with its log, elsewhere. Opened where it is, SQLite would write beside it.

    The file itself is written at checkpoints alone, so where it was not in the meantime, the log belongs to it; a line
    of the log that is half written does not count.
    """
    if not path.is_file():
        raise RunFolderError(f"expected a study in {path}, found no such file; bring it back")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        for _ in range(_TRIES):
            before = _state(path)
            _copy_files(path, copy)
            if _state(path) == before:
                break
        else:
            raise RunFolderError(f"{path} is written all the time, so no copy of it is whole; try again in a moment")
        yield copy


def _copy_files(path: Path, copy: Path) -> None:
    log, of_copy = (one.with_name(f"{one.name}-wal") for one in (path, copy))
    try:
        shutil.copyfile(path, copy)
        of_copy.unlink(missing_ok=True)
        if log.exists():
            shutil.copyfile(log, of_copy)
    except FileNotFoundError:  # the log went meanwhile: it was all in the file
        of_copy.unlink(missing_ok=True)
    except OSError as error:
        raise RunFolderError(f"{path} cannot be read: {error.strerror or error}; give the right to read it") from None


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
