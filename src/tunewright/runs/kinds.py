"""Runs of every kind, told apart by their experiment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tunewright.experiment.files import AnyExperiment
from tunewright.functions.run import FunctionRun, conduct_function, new_function_run, reopen_function_run
from tunewright.functions.settings import FunctionExperiment
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.run.conduct import ImageRun, conduct_images, new_image_run, reopen_image_run
from tunewright.images.run.sealed import ImageResult
from tunewright.prices.comparison.compared import Compared
from tunewright.prices.comparison.run import (
    ComparisonRun,
    conduct_comparison,
    new_comparison_run,
    reopen_comparison_run,
)
from tunewright.prices.comparison.settings import Comparison
from tunewright.prices.run.conduct import Run, conduct, new_run, reopen_run
from tunewright.prices.run.final import SealedResult
from tunewright.runs.changing import reloaded
from tunewright.runs.folder import existing_folder
from tunewright.runs.searching import Watch
from tunewright.trials.executors import available_workers
from tunewright.trials.search import Found

AnyRun: TypeAlias = Run | FunctionRun | ImageRun | ComparisonRun
Outcome: TypeAlias = SealedResult | Found | ImageResult | Compared


def begin(experiment: AnyExperiment, *, out: Path | None = None, storage: str | None = None) -> AnyRun:
    """A new run. out, storage: as for `new_run`. Raises InputError."""
    if isinstance(experiment, FunctionExperiment):
        return new_function_run(experiment, out=out, storage=storage)
    if isinstance(experiment, ImageExperiment):
        return new_image_run(experiment, out=out, storage=storage)
    if isinstance(experiment, Comparison):
        return new_comparison_run(experiment, out=out, storage=storage)
    return new_run(experiment, out=out, storage=storage)


def reopen(path: Path, changes: Mapping[str, Any]) -> AnyRun:
    """A run that was started before, perhaps with more trials, other stop rules or a wider space.

    changes: by dotted key. Raises InputError where they touch anything else, or where the folder is not usable.
    """
    folder = existing_folder(path)
    experiment = reloaded(folder, changes)
    if isinstance(experiment, FunctionExperiment):
        return reopen_function_run(folder, experiment, changes)
    if isinstance(experiment, ImageExperiment):
        return reopen_image_run(folder, experiment, changes)
    if isinstance(experiment, Comparison):
        return reopen_comparison_run(folder, experiment)
    return reopen_run(folder, experiment, changes)


def default_workers(run: AnyRun) -> int:
    """As many as the cores can feed; one on a GPU."""
    if not isinstance(run, ImageRun):
        return available_workers()
    compute = run.prepared.experiment.compute.compute()
    return 1 if compute.device == "cuda" else max(1, available_workers() // compute.threads)


def conduct_any(run: AnyRun, *, workers: int, watch: Watch) -> Outcome:
    """Run to the end, as `conduct`, `conduct_function`, `conduct_images` and `conduct_comparison` do."""
    if isinstance(run, FunctionRun):
        return conduct_function(run, workers=workers, watch=watch)
    if isinstance(run, ImageRun):
        return conduct_images(run, workers=workers, watch=watch)
    if isinstance(run, ComparisonRun):
        return conduct_comparison(run, workers=workers, watch=watch)
    return conduct(run, workers=workers, watch=watch)
