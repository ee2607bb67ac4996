"""views.npz: the arrays behind the pictures of the report."""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tunewright.core.codec import write_atomically
from tunewright.images.data.imageset import ImageSet
from tunewright.images.judging.looking import first_filters, grad_cam, stage_maps
from tunewright.images.judging.metrics import predictions
from tunewright.images.run.finals import FinalModel
from tunewright.images.run.sealed import ImageResult

EXAMPLES = 8


def make_views(tuned: FinalModel, images: ImageSet, result: ImageResult) -> Mapping[str, NDArray[np.generic]]:
    """What the tuned model makes of some of the sealed images, and its surest mistakes."""
    predicted = predictions(result.entries[0].probabilities[0])
    chosen = examples(images, predicted)
    shown, classifier = images.images[chosen], tuned.classifiers[0]
    arrays: dict[str, NDArray[np.generic]] = {
        "examples": shown,
        "example_labels": images.labels[chosen],
        "example_predictions": predicted[chosen],
        "mistakes": images.images[[one.index for one in result.judgement.mistakes]],
    }
    filters, heat = first_filters(classifier.model, images.shape), grad_cam(classifier, shown, predicted[chosen])
    if filters is not None:
        counts = {"filters_total": filters.total, "filters_faint": filters.faint}
        arrays |= {"filters": filters.weights, **{name: np.array(one, np.int64) for name, one in counts.items()}}
    if heat is not None:
        arrays["cam"] = heat
    for number, stage in enumerate(stage_maps(classifier, shown)):
        arrays |= {f"maps_{number}": stage.maps, f"dead_{number}": np.array(stage.dead, dtype=np.float32)}
    return arrays


def examples(images: ImageSet, predicted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of the first right image of each class, then of the first wrong ones, at most eight: six right at most
    where something is wrong."""
    right = predicted == images.labels
    firsts = [np.flatnonzero(right & (images.labels == label))[:1] for label in range(len(images.classes))]
    wrong = np.flatnonzero(~right)
    kept = np.concatenate(firsts)[: EXAMPLES - min(2, len(wrong))]
    return np.concatenate([kept, wrong[: EXAMPLES - len(kept)]]).astype(np.int64)


def write_views(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Compressed, without pickles."""
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    write_atomically(path, stream.getvalue())
