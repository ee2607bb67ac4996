"""The search of a run, whatever it tunes: its study on disk, its workers, its checkpoints."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

from tunewright.core.codec import Json, written
from tunewright.core.errors import RunFolderError
from tunewright.runs.folder import RunFolder
from tunewright.search.alone import alone
from tunewright.search.copies import check_own
from tunewright.search.records import TrialRecord
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore
from tunewright.trials.checkpoints import remove_damaged
from tunewright.trials.places import HERE, Place, Work
from tunewright.trials.search import Found, Plan, run_search
from tunewright.trials.tasks import Objective


@dataclass(frozen=True)
class Stage:
    """What a display may show: the phase in words, all trials so far, how many are wanted, and of how many folds."""

    phase: str
    records: Sequence[TrialRecord]
    trials: int
    folds: int = 1


Watch = Callable[[Stage], None]


@dataclass(frozen=True)
class Crew:
    """Who searches, and where. place: where trials run. watch: told of every stage."""

    folder: RunFolder
    place: Place = HERE
    watch: Watch = lambda stage: None


SEARCHING, COMPARING, TRAINING = "searching", "comparing", "training the final models"
"""Phases in which trials end."""
TRIED: Mapping[str, str] = MappingProxyType({SEARCHING: "trial", COMPARING: "comparison", TRAINING: "final"})
"""What ends in these phases, in one word."""


@contextmanager
def open_study(folder: RunFolder, plan: Plan, *, name: str, identity: Json) -> Iterator[StudyStore]:
    """The folder's study, in its study.db or at the URL of its storage.txt, and no other process at it.

    identity: what the study belongs to. Raises RunFolderError where it cannot be opened or belongs to something else,
    or where another process has it.
    """
    place = folder.study_place()
    if place is None:
        check_own(folder.study, name)
        # The folder's lock is this study's.
        opened = StudyStore(sqlite_url(folder.study), name=name, space=plan.space, objectives=plan.objectives)
        with closing(opened) as store:
            store.claim(identity)
            yield store
        return
    own = name == place.name.rpartition(" ")[0]  # a comparison has two studies
    name = place.name if own else f"{place.name}, {name}"
    with alone(place.url, name, patient=not own) as lease:
        begun = place.begun and own
        opened = StudyStore(
            place.url, name=name, space=plan.space, objectives=plan.objectives, lease=lease, begun=begun
        )
        with closing(opened) as store:
            folder.keep_storage(replace(place, begun=place.begun or own))
            store.claim(identity)
            yield store


def search(
    crew: Crew,
    store: StudyStore,
    plan: Plan,
    *,
    objective: Objective,
    phase: str = SEARCHING,
    preload: Sequence[str] = (),
) -> Found:
    """Search to the end. preload: modules that workers need. Raises as `run_search` does."""
    folder = crew.folder

    def tell(line: str) -> None:
        crew.watch(Stage(line, store.records(), plan.trials))

    with written(folder.checkpoints):
        folder.checkpoints.mkdir(exist_ok=True)
    for name in remove_damaged(folder.checkpoints):
        tell(f"{name}: its checkpoint is damaged, so its fold starts anew")
    shelf = crew.place.shelf(plan.checkpoints)
    plan, shared = replace(plan, checkpoints=shelf), None if isinstance(shelf, str) else shelf
    work = Work(objective, plan.lag, preload, program=False, folder=shared, tell=tell)
    with crew.place.executor(work) as executor:
        try:
            found = run_search(
                store,
                plan,
                executor,
                watch=lambda records: crew.watch(Stage(phase, records, plan.trials, objective.folds)),
            )
        except BaseException:
            with suppress(RunFolderError):  # what ended the search is what is told
                _keep_tracebacks(folder, store, phase)
            raise
        _keep_tracebacks(folder, store, phase)
    shutil.rmtree(folder.checkpoints, ignore_errors=True)
    return found


def _keep_tracebacks(folder: RunFolder, store: StudyStore, phase: str) -> None:
    folder.keep_tracebacks(store.tracebacks(), of=TRIED.get(phase, "trial"))
