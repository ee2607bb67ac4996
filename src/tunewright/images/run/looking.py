"""What an opening of the sealed images lets see, and how the ledger of openings keeps it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tunewright.core.words import counted
from tunewright.images.data.imageset import ImageSet, Pixels
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.judging.contest import Entry
from tunewright.images.judging.verdict import ImageJudgement
from tunewright.runs.openings.opening import Opening, Seen

SAMPLE = 1000
"""At most so many images are kept of a test, those of the smallest hash: of any two tests the same ones."""
LEAST = 1e-12


def seen_in(entry: Entry, images: ImageSet) -> Seen:
    """Image by image, those of the same pixels once. The losses are -ln(probability of the actual class), of the first
    seed; the benchmark gives every class its share of the sealed images."""
    marks, places = np.unique(_hashes(images.images), return_index=True)
    labels, kept = images.labels[places[:SAMPLE]], places[:SAMPLE]
    shares = np.bincount(images.labels) / len(images.labels)
    return Seen(
        units=marks[:SAMPLE],
        observed=labels.astype(np.float32),
        loss=-np.log(np.maximum(entry.probabilities[0][kept, labels], LEAST)),
        benchmark_loss=-np.log(shares[labels]),
        count=len(marks),
    )


def entry_of(seen: Seen, judgement: ImageJudgement, *, experiment: ImageExperiment, run: Path, trials: int) -> Opening:
    """run: the folder. trials: of its study."""
    return Opening(
        moment=datetime.now(UTC).isoformat(timespec="seconds"),
        run=str(run.absolute()),
        name=experiment.name,
        kind=experiment.kind,
        trials=trials,
        first=counted(seen.count, "image"),
        last="",
        seen=seen,
        p=judgement.looks.p,
        conclusion=judgement.skill,
    )


def _hashes(images: Pixels) -> NDArray[np.int64]:
    """32 bits of each image's shape and pixels."""
    flat = np.ascontiguousarray(images)
    shape = repr(flat.shape[1:]).encode()
    marks = (hashlib.blake2b(image.tobytes(), digest_size=4, key=shape).digest() for image in flat)
    return np.array([int.from_bytes(mark, "little") for mark in marks], dtype=np.int64)
