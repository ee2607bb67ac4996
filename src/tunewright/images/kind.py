"""Images as a kind of experiment."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.core.plugins import later, loaded
from tunewright.experiment.describing import validated
from tunewright.experiment.model import set_aside
from tunewright.images.data.names import COLOURS, ColourName
from tunewright.images.data.telling import is_images
from tunewright.images.experiment.settings import TUNING, ImageExperiment
from tunewright.images.families.known import FAMILIES
from tunewright.runs.kind import Bundles, Card, Kind, Sources

# Torch, image decoders and the plots take seconds to load: what needs them is loaded when it is called.


def _check(values: Mapping[str, Any], base: Path) -> ImageExperiment:
    experiment = validated(ImageExperiment, values)
    from tunewright.images.experiment.checks import check_images

    return check_images(experiment, base)


def _card(source: str, options: Mapping[str, str]) -> Card:
    from tunewright.images.data.read import read_images

    size, colour = options.get("size"), options.get("colour")
    return read_images(
        source,
        size=None if size is None else _sides(size),
        colour=None if colour is None else _colour(colour),
        labels=options.get("labels"),
    )[2]


def _sides(text: str) -> tuple[int, int]:
    height, _, width = text.lower().partition("x")
    if not (height.isdecimal() and width.isdecimal() and len(text) < 12):
        raise ConfigError(f"size: expected HEIGHTxWIDTH in pixels, such as 32x32, found {text!r}. Correct it.")
    return int(height), int(width)


def _colour(text: str) -> ColourName:
    found = next((name for name in COLOURS if name == text), None)
    if found is None:
        raise ConfigError(f"colour: expected rgb or grey, found {text!r}. Correct it.")
    return found


ENDED = {"found": "skill found", "hint": "a hint of skill", "none": "no skill found", "worse": "worse than guessing"}


def _ended(results: Mapping[str, Any]) -> str:
    test = results["test"]
    return f"{ENDED[test['skill']]}, {100 * test['metrics']['model']['accuracy']:.1f} % right"


IMAGES: Kind[ImageExperiment] = Kind(
    names=("images",),
    noun="an experiment on images",
    check=_check,
    life=partial(loaded, "tunewright.images.run.life:LIFE"),
    page=later("tunewright.images.report.page:image_page"),
    space=TUNING.space,
    renew=lambda values: set_aside(FAMILIES, values),
    sources=Sources("a set of images", is_images, "digits-cnn", ("size", "colour", "labels"), _card),
    bundles=Bundles(
        ("custom",),
        read=later("tunewright.images.bundle.bundle:read_image_bundle"),
        predict=later("tunewright.images.predicting:predict"),
        export=later("tunewright.images.exporting:export"),
    ),
    compare=later("tunewright.images.comparing:compare_images"),
    ended=_ended,
)
