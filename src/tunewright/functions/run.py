"""Runs of plain functions: the search, its results, and the surface where it is wanted."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tunewright.core.codec import Json
from tunewright.core.errors import StudyFailure
from tunewright.experiment.files import to_toml
from tunewright.functions.calling import located_objective
from tunewright.functions.settings import FunctionExperiment, function_plan, resolve_sampler
from tunewright.functions.surface import surface
from tunewright.runs.changing import held
from tunewright.runs.folder import RunFolder, fill_folder
from tunewright.runs.results import Timing, heading, origin, write_results
from tunewright.runs.searching import Stage, Watch, open_study, search
from tunewright.runs.study_results import About, study_section
from tunewright.search.records import best
from tunewright.trials.search import Found, Plan


@dataclass(frozen=True)
class FunctionRun:
    """A run folder and the function's experiment, resolved. sampler_reason: why `auto` chose it, else "".

    changed: the experiment's new text where it was changed on resume.
    """

    folder: RunFolder
    experiment: FunctionExperiment
    sampler_reason: str
    changed: str = ""


def new_function_run(
    experiment: FunctionExperiment, *, out: Path | None = None, storage: str | None = None
) -> FunctionRun:
    """Make the folder, as `new_run` does for prices. Raises InputError."""
    experiment, reason = resolve_sampler(experiment)
    folder = fill_folder(out, experiment.name, text=to_toml(experiment), storage=storage)
    return FunctionRun(folder, experiment, reason)


def reopen_function_run(folder: RunFolder, experiment: FunctionExperiment, changes: Mapping[str, Any]) -> FunctionRun:
    """A run that was started before. experiment: as it is now to be, with the changes."""
    experiment, reason = resolve_sampler(experiment)
    return FunctionRun(folder, experiment, reason, to_toml(experiment) if changes else "")


def conduct_function(run: FunctionRun, *, workers: int = 0, watch: Watch = lambda stage: None) -> Found:
    """Run to the end: everything of the run folder but the report. Raises as `conduct` does, and is resumed alike."""
    folder, experiment = run.folder, run.experiment
    started = time.perf_counter()
    plan, objective = function_plan(experiment), located_objective(experiment.function.call)
    with (
        held(folder, run.changed),
        closing(open_study(folder, plan, name=experiment.name, identity=_identity(experiment))) as store,
    ):
        reason = store.note("sampler_reason", run.sampler_reason)
        found = search(folder, store, plan, objective=objective, workers=workers, watch=watch)
        searched = time.perf_counter()
        if best(found.records) is None:
            raise StudyFailure(
                "no trial of this study has a score, so there is nothing to report; "
                "begin anew with another [space] and another --out"
            )
        study = study_section(
            found,
            plan.space,
            about=_about(experiment, found, plan, reason),
            details=(),
            edits=store.edits(),
        )
    watch(Stage("writing the report", found.records, experiment.search.trials))
    drawn = {"surface": surface(objective, plan.space)} if experiment.function.draw_surface else {}
    timing = Timing(
        wall_s=time.perf_counter() - started,
        train_s=sum(record.seconds for record in found.records),
        search_s=searched - started,
    )
    results: dict[str, Json] = {
        **heading(experiment.name, kind="function", seed=experiment.seed),
        "study": study,
        "timing": asdict(timing),
        "provenance": {
            **origin(seed=experiment.seed, study_fingerprint=found.fingerprint),
            "function": experiment.function.call,
        },
        **drawn,
    }
    write_results(folder.results, results)
    return found


def _about(experiment: FunctionExperiment, found: Found, plan: Plan, sampler_reason: str) -> About:
    paired = any(record.cost is not None for record in found.records)
    return About(
        sampler=experiment.search.sampler,
        sampler_reason=sampler_reason,
        pruner=experiment.pruner.name,
        lag=plan.lag,
        metric="value",
        metric_text="what the function returns (lower is better)",
        second_objective="second_value" if paired else None,
    )


def _identity(experiment: FunctionExperiment) -> Json:
    """What makes two studies one; how long to search does not count, and the space is kept in the study."""
    return experiment.model_dump(mode="json", exclude={"search": {"trials"}, "stop": True, "space": True})
