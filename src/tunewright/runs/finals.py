"""Final models that are trained as a study of their own: spread over workers, gone on with after a crash."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from tunewright.core.codec import Json, digest, written
from tunewright.core.seeds import SeedTree
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import TRAINING, Crew, Stage, open_study, search
from tunewright.search.records import State, TrialRecord
from tunewright.search.study import StudyStore
from tunewright.training.kept import Damaged
from tunewright.trials.finals import CONTESTANT, SEED, final_plan
from tunewright.trials.search import Plan
from tunewright.trials.tasks import Objective

M = TypeVar("M")

Details = Mapping[tuple[str, int], Mapping[str, Any]]
"""What trainings that came through told, by contestant and seed."""


@dataclass(frozen=True)
class FinalStudy:
    """mark: tells its weights from those of another study. under_way: the folder of its checkpoints."""

    name: str
    mark: str
    plan: Plan
    identity: Json
    under_way: Path


def final_study(
    folder: RunFolder, names: tuple[str, ...], *, seeds: range, of: str, tree: SeedTree, identity: Json
) -> FinalStudy:
    """of: the experiment's name. identity: all that the trained models depend on."""
    mark = digest(identity)[:12]
    # Checkpoints of their own: when a run goes on, its search, though it is over, clears those of its trials.
    final = folder.path / "final"
    under_way = final / mark
    plan = final_plan(names, seeds=seeds, tree=tree.child("final"), checkpoints=under_way, files=final)
    return FinalStudy(f"{of} final {mark}", mark, plan, identity, under_way)


@dataclass(frozen=True)
class TrainedFinals:
    """All trainings, what they told, and why contestants failed, by name."""

    records: tuple[TrialRecord, ...]
    details: Details
    failed: Mapping[str, str]


def train_all(study: FinalStudy, objective: Objective, *, crew: Crew) -> TrainedFinals:
    """Train whatever an earlier process did not train. Raises RunFolderError where nothing can be written."""
    with written(study.under_way):
        study.under_way.mkdir(parents=True, exist_ok=True)
    with open_study(crew.folder, study.plan, name=study.name, identity=study.identity) as store:
        found = search(crew, store, study.plan, objective=objective, phase=TRAINING)
        shutil.rmtree(study.under_way, ignore_errors=True)
        details = details_of(store)
    # A failed training is tried again: what counts is whether any try of it came through.
    done = {digest(dict(one.params)) for one in found.records if one.state is State.COMPLETE}
    lost = [one for one in found.records if digest(dict(one.params)) not in done]
    failed = {str(one.params[CONTESTANT]): one.reason or "" for one in lost}
    return TrainedFinals(found.records, details, failed)


def read_back(
    read: Callable[[str, int], M], train_again: Callable[[str, int], None], name: str, number: int, *, crew: Crew
) -> M:
    """A model that the crew trained, by contestant and seed; trained again where its file is damaged."""
    try:
        return read(name, number)
    except Damaged as damaged:
        crew.watch(Stage(f"training {name} from seed {number} again, as its file is damaged: {damaged}", (), 1))
        train_again(name, number)
        return read(name, number)


def details_of(store: StudyStore) -> Details:
    """Of a study that trains final models."""
    complete = [one for one in store.records() if one.state is State.COMPLETE]
    told = {(str(one.params[CONTESTANT]), int(one.params[SEED])): store.fold_details(one.number)[0] for one in complete}
    return cast("Details", told)
