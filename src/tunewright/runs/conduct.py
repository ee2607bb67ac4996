"""The whole way of one run: search, final model, sealed test, bundle, results, report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tunewright.bundle.bundle import save_bundle
from tunewright.core.codec import write_atomically
from tunewright.core.errors import StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.experiment.executors import make_executor
from tunewright.experiment.files import load_experiment, to_toml
from tunewright.experiment.objective import PriceObjective
from tunewright.experiment.refit import typical_epochs
from tunewright.experiment.search import Plan, run_search
from tunewright.experiment.settings import Experiment, search_space
from tunewright.runs.final import SealedResult, judge_sealed, make_bundle, train_final
from tunewright.runs.folder import RunFolder, existing_folder, new_folder
from tunewright.runs.results import Timing, assemble, provenance, write_predictions, write_results
from tunewright.runs.setup import Prepared, set_up
from tunewright.search.records import TrialRecord, best
from tunewright.search.samplers import SAMPLERS
from tunewright.search.study import StudyStore, check_storage, sqlite_url
from tunewright.training.loop import one_thread


@dataclass(frozen=True)
class Stage:
    """What a display may show: the phase in words, all trials so far, and how many are wanted."""

    phase: str
    records: Sequence[TrialRecord]
    trials: int


Watch = Callable[[Stage], None]
Records = tuple[TrialRecord, ...]


@dataclass(frozen=True)
class Run:
    """A run folder and what is to be run in it."""

    folder: RunFolder
    prepared: Prepared


def new_run(experiment: Experiment, *, out: Path | None = None, storage: str | None = None) -> Run:
    """Check everything, then make the folder (`out`, or the first free runs/NAME).

    storage: an Optuna storage URL; None keeps the study in the folder's study.db. Raises InputError.
    """
    prepared = set_up(experiment)
    if storage is not None:
        check_storage(storage)
    folder = new_folder(out, experiment.name)
    write_atomically(folder.experiment, to_toml(prepared.experiment))
    if storage is not None:
        write_atomically(folder.storage, storage + "\n", mode=0o600)  # a URL may hold a password
    return Run(folder, prepared)


def reopen_run(path: Path) -> Run:
    """A run that was started before. Raises InputError where the folder or its data is not usable any more."""
    folder = existing_folder(path)
    return Run(folder, set_up(load_experiment(str(folder.experiment))))


def conduct(run: Run, *, workers: int = 1, watch: Watch = lambda stage: None) -> SealedResult:
    """Run to the end: everything of the run folder but the report. Interrupted, it goes on from what was told.

    workers: processes that train trials (one trains in this process); the study is the same for any number.

    Raises RunFolderError where the study cannot be opened or is another's, StudyFailure where it cannot go on.
    """
    folder, prepared = run.folder, run.prepared
    started = time.perf_counter()
    experiment = prepared.experiment
    seeds = SeedTree(experiment.seed)
    with folder.lock(), one_thread():
        store = _open_study(folder, prepared)
        records = _search(folder, store, prepared, workers=workers, watch=watch)
        searched = time.perf_counter()
        winner = best(records)
        if winner is None:
            raise StudyFailure(
                "no trial of this study finished, so there is nothing to test; "
                "begin anew with another [space] and another --out"
            )
        watch(Stage("training the final model", records, experiment.search.trials))
        details = store.fold_details(winner.number)
        final = train_final(prepared, winner, epochs=typical_epochs(details), seeds=seeds)
        trained = time.perf_counter()
        watch(Stage("opening the sealed test", records, experiment.search.trials))
        opened = prepared.sealed.open(lambda: store.record_opening(datetime.now(UTC).isoformat(timespec="seconds")))
        sealed = judge_sealed(final, opened, prepared)
        origin = provenance(prepared, records)
        save_bundle(folder.bundle, make_bundle(final, sealed, prepared, origin))
        write_predictions(folder.predictions, sealed.forecasts)
        in_trials = sum(record.seconds for record in records)
        timing = Timing(
            wall_s=time.perf_counter() - started,
            train_s=in_trials + trained - searched,
            search_s=searched - started,
        )
        watch(Stage("writing the report", records, experiment.search.trials))
        write_results(folder.results, assemble(prepared, records, details, final=final, sealed=sealed, timing=timing))
        return sealed


def _open_study(folder: RunFolder, prepared: Prepared) -> StudyStore:
    experiment = prepared.experiment
    if folder.storage.exists():
        # Many runs may share a database: the folder keeps two of the same experiment apart.
        url, name = folder.storage.read_text().strip(), f"{experiment.name} in {folder.path.resolve()}"
    else:
        url, name = sqlite_url(folder.study), experiment.name
    store = StudyStore(url, name=name, space=search_space(experiment))
    content = experiment.model_dump(mode="json", exclude={"search": {"trials"}})
    store.claim({"experiment": content, "data": prepared.data_fingerprint})
    return store


def _search(folder: RunFolder, store: StudyStore, prepared: Prepared, *, workers: int, watch: Watch) -> Records:
    experiment, settings = prepared.experiment, prepared.experiment.search
    plan = Plan(
        space=search_space(experiment),
        sampler=SAMPLERS[settings.sampler](settings.startup_trials),
        trials=settings.trials if experiment.space else 1,  # where nothing is tuned there is one configuration
        lag=settings.lag,
        seeds=SeedTree(experiment.seed),
    )
    objective = PriceObjective(experiment, prepared.development, prepared.folds)
    with make_executor(objective, min(workers, settings.lag)) as executor:
        try:
            return run_search(
                store, plan, executor, watch=lambda records: watch(Stage("searching", records, settings.trials))
            )
        finally:
            folder.keep_tracebacks(store.tracebacks())
