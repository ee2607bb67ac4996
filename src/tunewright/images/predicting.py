"""`predict` with a bundle of images."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
import typer

from tunewright.bundle.folder import BundleFolder
from tunewright.cli.writing import write_out
from tunewright.core.errors import ConfigError
from tunewright.core.words import counted
from tunewright.experiment.locating import locate
from tunewright.images.bundle.bundle import read_image_bundle
from tunewright.images.bundle.given import read_given
from tunewright.images.bundle.predict import Predictions, predict_images
from tunewright.images.families.custom import Factory
from tunewright.images.judging.wording import share
from tunewright.images.preparation.normalise import foreign_scale
from tunewright.images.training.compute import Compute, find_device
from tunewright.statistics.proportions import accuracy

_FOR_PRICES = ("with", "ticker", "dates", "decimals", "last", "coverage")


def refuse_options_of_prices(context: typer.Context) -> None:
    """Raises ConfigError where an option was given that means nothing for images."""
    sources = {name: context.get_parameter_source("others" if name == "with" else name) for name in _FOR_PRICES}
    given = [f"--{name}" for name, source in sources.items() if source is not None and source.name != "DEFAULT"]
    if given:
        raise ConfigError(f"{', '.join(given)}: expected no such option with a bundle of images; leave it out")


def classify(folder: BundleFolder, data: str, *, custom: Sequence[str], out: Path | None, as_json: bool) -> None:
    """Read the images, tell their classes, print or write them, and the accuracy where the classes are known."""
    bundle = read_image_bundle(folder, _factory(custom))
    given = read_given(data, shape=bundle.network.shape, classes=bundle.classes)
    strange = foreign_scale(bundle.classifier.normalisation, given.pixels)
    for note in (*given.notes, *([strange] if strange else [])):
        print(f"{data}: {note}", file=sys.stderr)
    compute = Compute(find_device("auto"), threads=torch.get_num_threads())
    found = Predictions(given.names, bundle.classes, predict_images(bundle, given.pixels, compute))
    if out is not None:
        write_out(out, found.to_csv())
    if as_json:
        print(json.dumps(found.as_list(), indent=2))
    elif out is None:
        _print_table(found)
    else:
        print(f"{counted(len(found), 'prediction')}: {out}")
    if given.labels is not None:
        print(_accuracy(found, given.labels), file=sys.stderr if as_json else sys.stdout)


def _factory(custom: Sequence[str]) -> Factory | None:
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


def _print_table(found: Predictions) -> None:
    rows = [("image", "class", "probability", "second")]
    for name, (first, *others) in zip(found.names, found.best(2), strict=True):
        second = "".join(f"{_plain(other)} {share(probability)}" for other, probability in others)
        rows.append((_plain(name), _plain(first[0]), share(first[1]), second))
    name_width, class_width, share_width = (max(len(row[column]) for row in rows) for column in range(3))
    for name, label, probability, second in rows:
        print(f"{name:<{name_width}}  {label:<{class_width}}  {probability:>{share_width}}  {second}".rstrip())


def _plain(text: str) -> str:
    """Names come from files: what would move the cursor is shown, not sent."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
