"""The search of a run, whatever it tunes: its study on disk, its workers, its checkpoints."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tunewright.core.codec import Json
from tunewright.experiment.executors import make_executor
from tunewright.experiment.search import Found, Plan, run_search
from tunewright.experiment.tasks import Objective
from tunewright.runs.folder import RunFolder
from tunewright.search.records import TrialRecord
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore


@dataclass(frozen=True)
class Stage:
    """What a display may show: the phase in words, all trials so far, and how many are wanted."""

    phase: str
    records: Sequence[TrialRecord]
    trials: int


Watch = Callable[[Stage], None]


def open_study(folder: RunFolder, plan: Plan, *, name: str, identity: Json) -> StudyStore:
    """The folder's study, in its study.db or at the URL of its storage.txt.

    identity: what the study belongs to. Raises RunFolderError where it cannot be opened or belongs to something else.
    """
    if folder.storage.exists():
        # Many runs may share a database: the folder keeps two of the same experiment apart.
        url, name = folder.storage.read_text().strip(), f"{name} in {folder.path.resolve()}"
    else:
        url = sqlite_url(folder.study)
    store = StudyStore(url, name=name, space=plan.space, objectives=plan.objectives)
    store.claim(identity)
    return store


def search(
    folder: RunFolder, store: StudyStore, plan: Plan, *, objective: Objective, workers: int, watch: Watch
) -> Found:
    """Search to the end on `workers` processes, or in this one where workers is 0. Raises as `run_search` does."""
    folder.checkpoints.mkdir(exist_ok=True)
    with make_executor(objective, min(workers, plan.lag)) as executor:
        try:
            found = run_search(
                store, plan, executor, watch=lambda records: watch(Stage("searching", records, plan.trials))
            )
        finally:
            folder.keep_tracebacks(store.tracebacks())
    shutil.rmtree(folder.checkpoints)
    return found
