"""The whole way of one run: search, final model, sealed test, bundle, results, report."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tunewright.core.codec import Json
from tunewright.core.errors import StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.experiment.files import to_toml
from tunewright.experiment.plan import make_plan
from tunewright.prices.bundle.bundle import save_bundle
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.refit import typical_epochs
from tunewright.prices.experiment.settings import Experiment, search_space
from tunewright.prices.run.final import SealedResult, judge_sealed, make_bundle, train_final
from tunewright.prices.run.results import about_prices, assemble, provenance, write_predictions
from tunewright.prices.run.setup import Prepared, set_up
from tunewright.runs.changing import held
from tunewright.runs.folder import RunFolder, fill_folder
from tunewright.runs.results import Timing, write_results
from tunewright.runs.searching import Stage, Watch, open_study, search
from tunewright.runs.study_results import study_section
from tunewright.search.records import best


@dataclass(frozen=True)
class Run:
    """A run folder and what is to be run in it. changed: the experiment's new text where it was changed on resume."""

    folder: RunFolder
    prepared: Prepared
    changed: str = ""


def new_run(experiment: Experiment, *, out: Path | None = None, storage: str | None = None) -> Run:
    """Check everything, then make the folder (`out`, or the first free runs/NAME).

    storage: an Optuna storage URL; None keeps the study in the folder's study.db. Raises InputError.
    """
    prepared = set_up(experiment)
    folder = fill_folder(out, experiment.name, text=to_toml(prepared.experiment), storage=storage)
    return Run(folder, prepared)


def reopen_run(folder: RunFolder, experiment: Experiment, changes: Mapping[str, Any]) -> Run:
    """A run that was started before. experiment: as it is now to be, with the changes.

    Raises InputError where its data is not usable any more.
    """
    prepared = set_up(experiment)
    return Run(folder, prepared, to_toml(prepared.experiment) if changes else "")


def conduct(run: Run, *, workers: int = 0, watch: Watch = lambda stage: None) -> SealedResult:
    """Run to the end: everything of the run folder but the report. Interrupted, it goes on from what was told.

    workers: processes that train trials (0 trains in this process); the study is the same for any number.

    Raises RunFolderError where the study cannot be opened or is another's, StudyFailure where it cannot go on.
    """
    folder, prepared = run.folder, run.prepared
    started = time.perf_counter()
    experiment = prepared.experiment
    seeds = SeedTree(experiment.seed)
    plan = make_plan(experiment, search_space(experiment), checkpoints=folder.checkpoints)
    with (
        held(folder, run.changed),
        threads(1),
        closing(open_study(folder, plan, name=experiment.name, identity=_identity(prepared))) as store,
    ):
        reason = store.note("sampler_reason", prepared.sampler_reason)
        objective = PriceObjective(experiment, prepared.development, prepared.folds)
        found = search(folder, store, plan, objective=objective, workers=workers, watch=watch)
        records = found.records
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
        origin = provenance(prepared, found.fingerprint)
        save_bundle(folder.bundle, make_bundle(final, sealed, prepared, origin))
        write_predictions(folder.predictions, sealed.forecasts)
        in_trials = sum(record.seconds for record in records)
        timing = Timing(
            wall_s=time.perf_counter() - started,
            train_s=in_trials + trained - searched,
            search_s=searched - started,
        )
        study = study_section(
            found,
            plan.space,
            about=about_prices(experiment, plan, sampler_reason=reason),
            details=details,
            edits=store.edits(),
        )
        watch(Stage("writing the report", records, experiment.search.trials))
        write_results(folder.results, assemble(prepared, study, final=final, sealed=sealed, timing=timing))
        return sealed


def _identity(prepared: Prepared) -> Json:
    """What makes two studies one: all that results depend on, but for the space, which the study keeps itself."""
    content = prepared.experiment.model_dump(mode="json", exclude={"search": {"trials"}, "stop": True, "space": True})
    return {"experiment": content, "data": prepared.data_fingerprint}
