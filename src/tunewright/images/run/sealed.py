"""The sealed test of a run on images: all final models on the same images, and what it comes to."""

from dataclasses import dataclass

import numpy as np

from tunewright.images.families.known import FAMILIES
from tunewright.images.judging.bias import SearchWinner, TuningBias, tuning_bias
from tunewright.images.judging.contest import Entry, Result, hold_contest
from tunewright.images.judging.metrics import right
from tunewright.images.judging.names import DEFAULT
from tunewright.images.judging.verdict import ImageJudgement, judge_images
from tunewright.images.preparation.seal import OpenedImages
from tunewright.images.run.finals import FinalModel, FinalModels
from tunewright.images.run.looking import seen_in
from tunewright.images.run.setup import PreparedImages
from tunewright.runs.openings.ledger import Ledger
from tunewright.runs.openings.looks import looks
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
    ledger: Ledger,
) -> ImageResult:
    """All final models on the sealed images. error: share of validation images that the search's winner had wrong.
    ledger: what was opened before."""
    labels = opened.images.labels
    entries = tuple(_entry(prepared, final, model, opened) for model in final.models)
    tuned, names = entries[0], [entry.name for entry in entries]
    default = entries[names.index(DEFAULT)] if DEFAULT in names else None
    bias = None
    if prepared.experiment.space:
        chosen = SearchWinner(winner.score or 0.0, error)
        bias = tuning_bias(tuned, default, labels, winner=chosen, folds=len(prepared.folds))
    family = FAMILIES.named(final.models[0].contestant.experiment.model.family).label
    name = f"tuned {family}" if prepared.experiment.space else family
    earlier = looks(seen_in(tuned, opened.images), ledger.openings, kind=prepared.experiment.kind)
    judgement = judge_images(tuned, labels, classes=opened.images.classes, model_name=name, looks=earlier)
    return ImageResult(final, opened, entries, hold_contest(entries, labels), judgement, bias, ledger.problems)


def _entry(prepared: PreparedImages, final: FinalModels, model: FinalModel, opened: OpenedImages) -> Entry:
    held_out = None
    if final.hold_out is not None:
        images, places = prepared.development.images, final.hold_out.validation
        compute = model.contestant.experiment.compute.compute()
        found = model.classifiers[0].probabilities(images.images[places], compute).astype(np.float64)
        held_out = right(found, images.labels[places])
    probabilities = tuple(one.astype(np.float64) for one in model.probabilities(opened.images.images))
    return Entry(model.contestant.name, probabilities, held_out)
