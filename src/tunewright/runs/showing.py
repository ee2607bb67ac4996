"""The studies of a run folder for a dashboard: copies in memory, so that nothing it does reaches the run."""

from functools import partial
from pathlib import Path

from optuna.storages import InMemoryStorage

from tunewright.core.errors import RunFolderError
from tunewright.core.secrets import without_secrets
from tunewright.core.words import listed
from tunewright.runs.folder import RunFolder
from tunewright.search.snapshot import in_memory, studies_in
from tunewright.search.storage import sqlite_url


def studies_of(path: Path) -> InMemoryStorage:
    """All studies in study.db of this folder, or those of its own in the storage that storage.txt names. Raises
    RunFolderError where there are none."""
    folder = RunFolder(path)
    place = folder.study_place()
    if place is not None:
        return in_memory(place.url, wanted=partial(_belongs, place.name))
    if not folder.study.is_file():
        raise RunFolderError(
            f"expected a folder with a study, found no {folder.study}; give the folder of a run, such as "
            "runs/prices-lstm"
        )
    return in_memory(sqlite_url(folder.study), wanted=lambda name: True)


def studies_at(url: str, name: str) -> InMemoryStorage:
    """The study of this name at a storage's URL, or the one that begins with it, and those that belong to it. Raises
    RunFolderError where there is none, or more than one."""
    names = [one.name for one in studies_in(url)]
    meant = [one for one in names if one.startswith(f"{name} ")]
    whole = [one for one in meant if not any(_belongs(other, one) for other in meant if other != one)]
    if name in names:
        whole = [name]
    if len(whole) != 1:
        found = f"{len(whole)} studies begin so: {listed(whole)}" if whole else f"found {listed(names) or 'none'}"
        raise RunFolderError(
            f"expected one study {name!r} at {without_secrets(url)!r}, {found}; `tunewright dashboard --storage URL` "
            "lists them"
        )
    return in_memory(url, wanted=partial(_belongs, whole[0]))


def _belongs(whole: str, name: str) -> bool:
    """The study itself, with a wider space, or a second one of the same run."""
    return name == whole or name.startswith((f"{whole} (space ", f"{whole}, "))
