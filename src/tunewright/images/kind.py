"""Images as a kind of experiment."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.experiment.describing import describe
from tunewright.experiment.model import without_idle_keys
from tunewright.images.data.telling import is_images
from tunewright.images.experiment.settings import ImageExperiment, image_space
from tunewright.images.families.known import FAMILIES
from tunewright.runs.kind import Bundles, Kind, Sources

if TYPE_CHECKING:
    from tunewright.bundle.folder import BundleFolder
    from tunewright.bundle.predicted import Predicted, Request
    from tunewright.report.page import Page
    from tunewright.runs.kind import Card
    from tunewright.runs.life import Life

# Torch, image decoders and the plots take seconds to load: what needs them is imported where it is called.


def _check(values: Mapping[str, Any], base: Path) -> ImageExperiment:
    try:
        experiment = ImageExperiment.model_validate(values)
    except ValidationError as error:
        raise ConfigError(describe(error, ImageExperiment)) from None
    from tunewright.images.experiment.checks import check_images

    return check_images(experiment, base)


def _life() -> "Life[ImageExperiment, Any, Any]":
    from tunewright.images.run.life import LIFE

    return LIFE


def _page(folder: Path, record: Mapping[str, Any]) -> "Page":
    from tunewright.images.report.page import image_page

    return image_page(folder, record)


def _card(source: str, options: Mapping[str, str]) -> "Card":
    from tunewright.images.data.read import read_images

    size = options.get("size")
    return read_images(source, size=None if size is None else _sides(size))[2]


def _sides(text: str) -> tuple[int, int]:
    height, _, width = text.lower().partition("x")
    if not (height.isdecimal() and width.isdecimal() and len(text) < 12):
        raise ConfigError(f"size: expected HEIGHTxWIDTH in pixels, such as 32x32, found {text!r}. Correct it.")
    return int(height), int(width)


def _read(folder: "BundleFolder", factory: Callable[..., Any] | None) -> Any:
    from tunewright.images.bundle.bundle import read_image_bundle

    return read_image_bundle(folder, factory)


def _predict(folder: "BundleFolder", request: "Request") -> "Predicted":
    from tunewright.images.predicting import predict

    return predict(folder, request)


IMAGES: Kind[ImageExperiment] = Kind(
    names=("images",),
    noun="an experiment on images",
    check=_check,
    life=_life,
    page=_page,
    space=image_space,
    renew=lambda values: without_idle_keys(FAMILIES, values),
    sources=Sources("a set of images", is_images, ("size",), _card),
    bundles=Bundles(("custom",), _read, _predict),
)
