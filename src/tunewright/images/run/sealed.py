"""The sealed test of a run on images: all final models on the same images, and what it comes to."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from tunewright.images.families.known import FAMILIES
from tunewright.images.judging.bias import SearchWinner, TuningBias, tuning_bias
from tunewright.images.judging.contest import Entry, Result, hold_contest
from tunewright.images.judging.metrics import right
from tunewright.images.judging.names import DEFAULT
from tunewright.images.judging.verdict import ImageJudgement, judge_images
from tunewright.images.preparation.seal import OpenedImages
from tunewright.images.run.finals import FinalModel, FinalModels
from tunewright.images.run.looking import entry_of, seen_in
from tunewright.images.run.setup import PreparedImages
from tunewright.runs.openings.looking import look
from tunewright.search.records import TrialRecord


@dataclass(frozen=True, eq=False)
class ImageResult:
    """What the sealed test told. entries and results: in the order of the final models. bias: None where nothing was
    tuned. problems: of reading and writing the ledger of openings."""

    final: FinalModels
    opened: OpenedImages
    entries: tuple[Entry, ...]
    results: tuple[Result, ...]
    judgement: ImageJudgement
    bias: TuningBias | None
    problems: tuple[str, ...] = ()


def judge_finals(
    prepared: PreparedImages,
    final: FinalModels,
    *,
    opened: OpenedImages,
    winner: TrialRecord,
    error: float,
    run: Path,
    trials: int,
) -> ImageResult:
    """All final models on the sealed images, beside what was looked at before; then this look is written down.

    error: share of validation images that the search's winner had wrong. run: the folder. trials: of its study.
    """
    labels, experiment = opened.images.labels, prepared.experiment
    entries = tuple(_entry(prepared, final, model, opened) for model in final.models)
    tuned, names = entries[0], [entry.name for entry in entries]
    default = entries[names.index(DEFAULT)] if DEFAULT in names else None
    bias = None
    if experiment.space:
        chosen = SearchWinner(winner.score or 0.0, error, prepared.experiment.scale.tune_width)
        bias = tuning_bias(tuned, default, labels, winner=chosen, folds=len(prepared.folds))
    family = FAMILIES.named(final.models[0].contestant.experiment.model.family).label
    name = f"tuned {family}" if experiment.space else family
    seen = seen_in(tuned, opened.images)
    judgement, problems = look(
        run,
        seen,
        kind=experiment.kind,
        judge=lambda looks: judge_images(tuned, labels, classes=opened.images.classes, model_name=name, looks=looks),
        told=partial(entry_of, seen, experiment=experiment, run=run, trials=trials),
    )
    return ImageResult(final, opened, entries, hold_contest(entries, labels), judgement, bias, problems)


def _entry(prepared: PreparedImages, final: FinalModels, model: FinalModel, opened: OpenedImages) -> Entry:
    held_out = None
    if final.hold_out is not None:
        images, places = prepared.development.images, final.hold_out.validation
        compute = model.contestant.experiment.compute.compute()
        found = model.classifiers[0].probabilities(images.images[places], compute).astype(np.float64)
        held_out = right(found, images.labels[places])
    probabilities = tuple(one.astype(np.float64) for one in model.probabilities(opened.images.images))
    return Entry(model.contestant.name, probabilities, held_out)
