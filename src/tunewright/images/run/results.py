"""results.json, predictions.csv and the bundle of a run on images (docs/results.md)."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tunewright.core.codec import Json
from tunewright.core.words import cell
from tunewright.experiment.pretrained import without_idle_weights
from tunewright.images.bundle.bundle import ImageBundle
from tunewright.images.data.imageset import ImageSet
from tunewright.images.experiment.objective import network_of
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.families.known import FAMILIES
from tunewright.images.judging.contest import Entry
from tunewright.images.judging.names import ACTUAL, IMAGE
from tunewright.images.preparation.dealing import marks
from tunewright.images.run.finals import FinalModel
from tunewright.images.run.sealed import ImageResult
from tunewright.images.run.setup import PreparedImages
from tunewright.runs.by_seed import by_seed_csv
from tunewright.training.size import forward_mflops, parameter_count


def image_sections(prepared: PreparedImages, result: ImageResult) -> dict[str, Json]:
    """What results.json tells beside the study and the timing."""
    experiment, images = prepared.experiment, prepared.development.images
    tuned = result.final.models[0]
    return {
        "data": {
            "card": prepared.card.as_dict(),
            "warnings": list(prepared.warnings),
            "classes": list(images.classes),
            "shape": list(images.shape),
            "train": len(images),
            "test": prepared.sealed.count,
            "fingerprint": images.fingerprint(),
        },
        "folds": [
            {"number": one.number, "train": len(one.train), "validation": len(one.validation)} for one in prepared.folds
        ],
        "compute": experiment.compute.model_dump(),
        "contestants": [
            {**_about(model, images.shape), **outcome.as_dict()}
            for model, outcome in zip(result.final.models, result.results, strict=True)
        ],
        "failed": dict(result.final.failed),
        "model": {
            "parameters": parameter_count(tuned.classifiers[0].model),
            "seconds": tuned.seconds,
            "epochs": len(tuned.detail["train_loss"]),
        },
        "test": {
            "openings": result.opened.openings,
            **result.judgement.as_dict(),
            "looks": result.judgement.looks.as_dict(result.problems),
        },
        "tuning": None if result.bias is None else result.bias.as_dict(),
    }


def image_provenance(prepared: PreparedImages) -> dict[str, Json]:
    """Where a result comes from, beside what all results tell."""
    return {"data_fingerprint": prepared.development.images.fingerprint()}


def image_bundle(prepared: PreparedImages, result: ImageResult, provenance: Mapping[str, Json]) -> ImageBundle:
    """The tuned model of the first seed."""
    tuned = result.final.models[0]
    network = network_of(tuned.contestant.experiment, prepared.development)
    told = {**provenance, "sealed_test": result.results[0].test.as_dict()}
    return ImageBundle(
        network,
        tuned.classifiers[0],
        prepared.development.images.classes,
        told,
        colour=prepared.experiment.data.colour,
        trained_on=prepared.seen_by(tuned.contestant.experiment, prepared.development.images.images),
    )


def predictions_csv(entry: Entry, labels: np.ndarray[Any, np.dtype[np.int64]], classes: tuple[str, ...]) -> str:
    """One row per sealed image: the actual class, the predicted one, the probability of each; of the first seed."""
    found = entry.probabilities[0]
    names = np.array([cell(name) for name in classes], dtype=object)
    table = pd.DataFrame(np.round(found, 6), columns=list(names))
    table.insert(0, "predicted", names[found.argmax(axis=1)], allow_duplicates=True)
    table.insert(0, "actual", names[labels], allow_duplicates=True)
    text = io.StringIO()
    table.to_csv(text, index_label="index", lineterminator="\n")
    return text.getvalue()


def by_seed(entry: Entry, images: ImageSet) -> str:
    """predictions_by_seed.csv: each sealed image by a hash of its pixels, its class, and the predicted one by seed."""
    names = np.array([cell(name) for name in images.classes], dtype=object)
    rows = {IMAGE: [mark.hex() for mark in marks(images.images)], ACTUAL: list(names[images.labels])}
    return by_seed_csv(rows, [list(names[one.argmax(axis=1)]) for one in entry.probabilities])


def _about(model: FinalModel, shape: tuple[int, int, int]) -> dict[str, Json]:
    experiment, network = model.contestant.experiment, model.classifiers[0].model
    return {
        "name": model.contestant.name,
        "settings": settings_of(experiment),
        "family": experiment.model.family,
        "parameters": parameter_count(network),
        "mflops": forward_mflops(network, shape),
        "epochs": len(model.detail["train_loss"]),
        "images": model.detail["images"],
        "seconds": model.seconds,
        "curves": {name: model.detail[name] for name in ("train_loss", "validation_loss", "validation_accuracy")},
    }


def settings_of(experiment: ImageExperiment) -> dict[str, Json]:
    """Every setting of model, training and augmentation that means something to the family, but for those of the model
    that give way to others which are written out."""
    model = experiment.model
    own, ways = model.own.as_dict(), FAMILIES.named(model.family).gives_way
    idle = {name for written_out, names in ways.items() if written_out in own for name in names}
    kept = {name: value for name, value in own.items() if name not in idle}
    options = kept.pop("options", {})
    return {
        "family": model.family,
        **kept,
        **without_idle_weights(model.shared.as_dict()),
        **options,
        **{name: value for name, value in experiment.training.model_dump().items() if name not in model.settled},
        **experiment.augmentation.model_dump(),
    }
