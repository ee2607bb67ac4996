"""The whole way of a run on images: search, final models, sealed test, bundle, results."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tunewright.core.codec import Json, write_atomically
from tunewright.core.errors import StudyFailure
from tunewright.experiment.files import to_toml
from tunewright.experiment.locating import code_digest
from tunewright.experiment.plan import make_plan
from tunewright.images.bundle.bundle import save_image_bundle
from tunewright.images.experiment.objective import IMAGE_METRICS, ImageObjective
from tunewright.images.experiment.settings import ImageExperiment, image_space
from tunewright.images.run.finals import train_finals
from tunewright.images.run.results import image_bundle, image_provenance, image_sections, predictions_csv
from tunewright.images.run.sealed import ImageResult, judge_finals
from tunewright.images.run.setup import PreparedImages, set_up_images
from tunewright.images.run.views import make_views, write_views
from tunewright.runs.changing import held
from tunewright.runs.folder import RunFolder, fill_folder
from tunewright.runs.results import Timing, write_results
from tunewright.runs.searching import Stage, Watch, open_study, search
from tunewright.runs.study_results import About, study_section
from tunewright.search.records import best
from tunewright.trials.search import Plan


@dataclass(frozen=True)
class ImageRun:
    """A run folder and what is to be run in it. changed: the experiment's new text where it was changed on resume."""

    folder: RunFolder
    prepared: PreparedImages
    changed: str = ""


def new_image_run(experiment: ImageExperiment, *, out: Path | None = None, storage: str | None = None) -> ImageRun:
    """Check everything, then make the folder, as `new_run` does for prices. Raises InputError."""
    prepared = set_up_images(experiment)
    folder = fill_folder(out, experiment.name, text=to_toml(prepared.experiment), storage=storage)
    return ImageRun(folder, prepared)


def reopen_image_run(folder: RunFolder, experiment: ImageExperiment, changes: Mapping[str, Any]) -> ImageRun:
    """A run that was started before. experiment: as it is now to be. Raises InputError where its images are not usable
    any more."""
    prepared = set_up_images(experiment)
    return ImageRun(folder, prepared, to_toml(prepared.experiment) if changes else "")


def conduct_images(run: ImageRun, *, workers: int = 0, watch: Watch = lambda stage: None) -> ImageResult:
    """Run to the end: everything of the run folder but the report. Raises as `conduct` does, and is resumed alike."""
    folder, prepared, started = run.folder, run.prepared, time.perf_counter()
    experiment = prepared.experiment
    space = image_space(experiment)
    plan = make_plan(experiment, space, checkpoints=folder.checkpoints)
    with (
        held(folder, run.changed),
        closing(open_study(folder, plan, name=experiment.name, identity=_identity(prepared))) as store,
    ):
        reason = store.note("sampler_reason", prepared.sampler_reason)
        objective = ImageObjective(experiment, prepared.development, prepared.folds)
        found = search(folder, store, plan, objective=objective, workers=workers, watch=watch)
        winner = best(found.records)
        if winner is None:
            raise StudyFailure(
                "no trial of this study finished, so there is nothing to test; "
                "begin anew with another [space] and another --out"
            )
        searched, details = time.perf_counter(), store.fold_details(winner.number)
        final = train_finals(prepared, winner.params, folder=folder, workers=workers, watch=watch)
        watch(Stage("opening the sealed test", found.records, plan.trials))
        opened = prepared.sealed.open(lambda: store.record_opening(datetime.now(UTC).isoformat(timespec="seconds")))
        result = judge_finals(prepared, final, opened=opened, winner=winner, error=_error(details))
        origin = image_provenance(prepared, found.fingerprint)
        save_image_bundle(folder.bundle, image_bundle(prepared, result, origin))
        classes = opened.images.classes
        write_atomically(folder.predictions, predictions_csv(result.entries[0], opened.images.labels, classes))
        write_views(folder.path / "views.npz", make_views(final.models[0], opened.images, result))
        timing = Timing(
            wall_s=time.perf_counter() - started,
            train_s=sum(record.seconds for record in found.records) + final.seconds,
            search_s=searched - started,
        )
        about = _about(experiment, plan, sampler_reason=reason)
        study = study_section(found, space, about=about, details=details, edits=store.edits())
        watch(Stage("writing the report", found.records, plan.trials))
        sections = image_sections(prepared, result)
        write_results(folder.results, {**sections, "study": study, "timing": asdict(timing), "provenance": origin})
        return result


def _error(details: Any) -> float:
    """Share of the validation images that the winner of the search got wrong, mean over the folds."""
    shares = [1 - fold["validation_accuracy"][fold["best_epoch"]] for fold in details]
    return float(sum(shares) / len(shares))


def _about(experiment: ImageExperiment, plan: Plan, *, sampler_reason: str) -> About:
    search, folds = experiment.search, experiment.preparation.folds
    over = "" if folds == 1 else f", mean over {folds} folds"
    return About(
        sampler=search.sampler,
        sampler_reason=sampler_reason,
        pruner=experiment.pruner.name,
        lag=plan.lag,
        metric=search.metric,
        metric_text=f"{IMAGE_METRICS[search.metric]}{over} (lower is better)",
        second_objective=search.second_objective,
    )


def _identity(prepared: PreparedImages) -> Json:
    """What makes two studies one: all that results depend on, but for the space, which the study keeps itself."""
    excluded: Any = {"search": {"trials"}, "stop": True, "space": True, "final": True, "compare": True}
    content = prepared.experiment.model_dump(mode="json", exclude=excluded)
    experiment, images = prepared.experiment, prepared.development.images
    calls = [experiment.model.call, *(own.get("call") for own in experiment.compare.values())]
    code = {str(call): code_digest(str(call)) for call in calls if call is not None}
    return {"experiment": content, "data": [images.fingerprint(), prepared.sealed.fingerprint], "code": code}
