"""`predict` with a bundle of images."""

from collections.abc import Sequence

import torch

from tunewright.bundle.folder import BundleFolder
from tunewright.bundle.predicted import Predicted, Request
from tunewright.core.errors import ConfigError
from tunewright.core.words import counted, harmless
from tunewright.experiment.by_user import Factory
from tunewright.experiment.locating import locate
from tunewright.images.bundle.bundle import read_image_bundle
from tunewright.images.bundle.given import read_given
from tunewright.images.bundle.predict import Predictions, predict_images
from tunewright.images.judging.wording import share
from tunewright.images.preparation.normalise import foreign_scale
from tunewright.images.training.compute import Compute, find_device
from tunewright.statistics.proportions import accuracy


def predict(folder: BundleFolder, request: Request) -> Predicted:
    """Read the images and tell their classes, and the accuracy where the classes are known. Raises InputError."""
    bundle = read_image_bundle(folder, factory_of(request.custom))
    for line in bundle.refit.lines() if bundle.refit is not None else ():
        request.note(line)
    given = read_given(request.data, shape=bundle.network.shape, classes=bundle.classes, colour=bundle.colour)
    strange = foreign_scale(bundle.classifier.normalisation, given.pixels)
    for note in (*given.notes, *([strange] if strange else [])):
        request.note(harmless(f"{request.data}: {note}", lines=False))
    compute = Compute(find_device("auto"), threads=torch.get_num_threads())
    probabilities = predict_images(bundle, given.pixels, compute)
    found = Predictions(given.names, bundle.classes, probabilities, tested=bundle.refit is None)
    return Predicted(
        counted(len(found), "prediction"),
        _table(found),
        found.to_csv(),
        found.as_list(),
        remarks=[] if given.labels is None else [_accuracy(found, given.labels)],
    )


def factory_of(custom: Sequence[str]) -> Factory | None:
    """The function that makes the bundle's network, where it is given. Raises ConfigError."""
    if len(custom) > 1:
        raise ConfigError(f"--custom: expected one function, which makes the bundle's network, found {len(custom)}")
    try:
        return locate(custom[0]).function if custom else None
    except ConfigError as error:
        raise ConfigError(f"--custom: {error}") from None


def _accuracy(found: Predictions, labels: Sequence[str]) -> str:
    correct = found.right(labels)
    scored = accuracy(correct)
    between = f"95 %: {share(scored.low)} to {share(scored.high)}"
    images = counted(len(correct), "image")
    told = f"{share(scored.accuracy)}, {correct.sum()} right ({between})"
    return f"accuracy on these {images}: {told}; images that it was trained on flatter it"


def _table(found: Predictions) -> list[str]:
    rows = [("image", "class", "probability", "second")]
    for name, (first, *others) in zip(found.names, found.best(2), strict=True):
        second = "".join(f"{harmless(other, lines=False)} {share(probability)}" for other, probability in others)
        rows.append((harmless(name, lines=False), harmless(first[0], lines=False), share(first[1]), second))
    name_width, class_width, share_width = (max(len(row[column]) for row in rows) for column in range(3))
    return [
        f"{name:<{name_width}}  {label:<{class_width}}  {probability:>{share_width}}  {second}".rstrip()
        for name, label, probability, second in rows
    ]
