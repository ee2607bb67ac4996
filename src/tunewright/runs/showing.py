"""The studies of a run folder for a dashboard: copies in memory, so that nothing it does reaches the run."""

from pathlib import Path

from optuna.storages import InMemoryStorage

from tunewright.core.errors import RunFolderError
from tunewright.runs.folder import RunFolder, StudyPlace
from tunewright.search.snapshot import in_memory
from tunewright.search.storage import sqlite_url


def studies_of(path: Path) -> InMemoryStorage:
    """All studies in study.db of this folder, or those of its own in the storage that storage.txt names. Raises
    RunFolderError where there are none."""
    folder = RunFolder(path)
    place = folder.study_place()
    if place is not None:
        return in_memory(place.url, wanted=lambda name: _belongs(name, place))
    if not folder.study.is_file():
        raise RunFolderError(
            f"expected a folder with a study, found no {folder.study}; give the folder of a run, such as "
            "runs/prices-lstm"
        )
    return in_memory(sqlite_url(folder.study), wanted=lambda name: True)


def _belongs(name: str, place: StudyPlace) -> bool:
    """The study itself, with a wider space, or a second one of the same run."""
    return name == place.name or name.startswith((f"{place.name} (space ", f"{place.name}, "))
