"""What runs on images do: search, final models from every seed, sealed test, bundle, views."""

from collections.abc import Sequence
from typing import Any

from tunewright.core.codec import write_atomically
from tunewright.core.plugins import later
from tunewright.core.words import counted
from tunewright.experiment.known import known_lines, known_of
from tunewright.experiment.plan import make_plan
from tunewright.images.bundle.bundle import save_image_bundle
from tunewright.images.experiment.objective import IMAGE_METRICS, ImageObjective
from tunewright.images.experiment.settings import SCALING, TUNING, ImageExperiment
from tunewright.images.run.finals import train_finals
from tunewright.images.run.identity import identity_of
from tunewright.images.run.results import by_seed, image_bundle, image_provenance, image_sections, predictions_csv
from tunewright.images.run.sealed import ImageResult, judge_finals
from tunewright.images.run.setup import PreparedImages, set_up_images
from tunewright.images.run.views import make_views, write_views
from tunewright.runs.folder import RunFolder
from tunewright.runs.parts import Ended, Life, Searched, Sought
from tunewright.runs.searching import Crew, Stage
from tunewright.runs.study_results import About
from tunewright.training.size import parameter_count
from tunewright.trials.executors import available_workers
from tunewright.trials.search import Plan


def _sought(prepared: PreparedImages, folder: RunFolder) -> Sought:
    experiment = prepared.experiment
    space, transfer = TUNING.space(experiment), experiment.transfer
    plan = make_plan(experiment, space, checkpoints=folder.checkpoints, transfer=transfer)
    objective = ImageObjective(experiment, prepared.development, prepared.folds, prepared.known)
    about, epochs = _about(experiment, plan), experiment.training.epochs
    return Sought(plan, objective, identity_of(prepared), about, "there is nothing to test", epochs)


def _end(prepared: PreparedImages, searched: Searched | None, crew: Crew) -> Ended[ImageResult]:
    assert searched is not None, "images are always searched"
    records, trials, folder = searched.found.records, searched.trials, crew.folder
    final = train_finals(prepared, searched.winner.params, crew=crew)
    crew.watch(Stage("opening the sealed test", records, trials))
    opened = prepared.sealed.open(searched.opening)
    result = judge_finals(
        prepared,
        final,
        opened=opened,
        winner=searched.winner,
        error=_error(searched.details),
        run=folder.path,
        trials=len(records),
    )
    told = image_provenance(prepared)
    save_image_bundle(folder.bundle, image_bundle(prepared, result, {**searched.origin, **told}))
    classes = opened.images.classes
    write_atomically(folder.predictions, predictions_csv(result.entries[0], opened.images.labels, classes))
    write_atomically(folder.by_seed, by_seed(result.entries[0], opened.images))
    write_views(folder.path / "views.npz", make_views(final.models[0], opened.images, result))
    crew.watch(Stage("writing the report", records, trials))
    return Ended(result, image_sections(prepared, result), told, final.seconds)


def _error(details: Sequence[Any]) -> float:
    """Share of the validation images that the winner of the search got wrong, mean over the folds."""
    shares = [1 - fold["validation_accuracy"][fold["best_epoch"]] for fold in details]
    return float(sum(shares) / len(shares))


def _about(experiment: ImageExperiment, plan: Plan) -> About:
    search, folds = experiment.search, experiment.preparation.folds
    over = "" if folds == 1 else f", mean over {folds} folds"
    return About(
        sampler=search.sampler,
        pruner=experiment.pruner.name,
        lag=plan.lag,
        metric=search.metric,
        metric_text=f"{IMAGE_METRICS[search.metric]}{over} (lower is better)",
        second_objective=search.second_objective,
        earlier=known_of(experiment),
    )


def _opening(prepared: PreparedImages) -> list[str]:
    compute = prepared.experiment.compute
    return [
        *prepared.card.lines(),
        *prepared.told,
        *(f"warning   {warning}" for warning in prepared.warnings),
        f"compute   {compute.device}, {compute.precision}, {counted(int(compute.threads), 'thread')} a training",
        *SCALING.lines(prepared.experiment),
        *known_lines(prepared.experiment),
    ]


def _closing(result: ImageResult) -> list[str]:
    lines = [result.judgement.verdict]
    if result.bias is not None:
        lines.append(result.bias.sentence())
    lines += [f"WARNING: {problem}" for problem in result.problems]
    lines += [f"{name} is left out: it could not be trained: {why}" for name, why in result.final.failed.items()]
    if len(result.results) == 1:
        return lines
    head = "on the sealed test"
    width = max(len(head), *(len(one.name) for one in result.results))
    mean = "mean " if any(len(one.seeds.accuracies) > 1 for one in result.results) else ""
    lines += ["", f"{head:<{width}}  parameters  {mean}accuracy"]
    for model, one in zip(result.final.models, result.results, strict=True):
        parameters = parameter_count(model.classifiers[0].model)
        lines.append(f"{one.name:<{width}}  {parameters:>10,}  {100 * one.seeds.mean:.2f} %")
    return lines


def _workers(prepared: PreparedImages) -> int:
    """As many as the cores can feed; one on a GPU."""
    compute = prepared.experiment.compute.compute()
    return 1 if compute.device == "cuda" else max(1, available_workers() // compute.threads)


LIFE: Life[ImageExperiment, PreparedImages, ImageResult] = Life(
    set_up_images,
    _sought,
    _end,
    opening=_opening,
    closing=_closing,
    workers=_workers,
    resources=lambda prepared: prepared.experiment.resources.resources(),
    refit=later("tunewright.images.refitting:refit"),
)
