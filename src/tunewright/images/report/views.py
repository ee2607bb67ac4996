"""views.npz as arrays: what the pictures show."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from tunewright.images.report.results import Images
from tunewright.report.files import fail, shorten

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Filters:
    """The largest of the first layer, shape (k, c, h, w), and of how many; `faint` of them all hardly weigh."""

    weights: Singles
    total: int
    faint: int


@dataclass(frozen=True, eq=False)
class Stage:
    """The m strongest channels at a stage's end, shape (n, m, h, w), and the share of channels that never change."""

    maps: Singles
    dead: float


@dataclass(frozen=True, eq=False)
class Views:
    """n chosen test images, uint8 (n, c, h, w), with labels and predictions (n,); the surest mistakes, (m, c, h, w).

    stages: of every size, those of the image's own first; cam: Grad-CAM from 0 to 1, (n, h, w). None or (): the model
    has no such thing.
    """

    examples: Pixels
    labels: Labels
    predictions: Labels
    mistakes: Pixels
    filters: Filters | None
    stages: tuple[Stage, ...]
    cam: Singles | None


def read_views(path: Path, images: Images) -> Views:
    """views.npz (RunFolderError: missing, broken, an array missing or unlike what results.json says)."""
    arrays = _arrays(path)
    try:
        return _views(arrays, images)
    except (KeyError, ValueError) as error:
        fail(path, str(error.args[0]), cause=error)


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path):  # np.load takes other files too
            pass
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except FileNotFoundError as error:
        fail(path, f"expected a file of a finished run, found no {path.name} in {path.parent}", cause=error)
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        fail(path, f"expected arrays as NumPy stores them, found a fault: {shorten(str(error))}", cause=error)


def _views(arrays: Mapping[str, NDArray[Any]], images: Images) -> Views:
    channels, height, width = images.data.shape
    examples = _array(arrays, "examples", "u", (None, channels, height, width))
    count, mistakes = len(examples), len(images.test.mistakes)
    stages = tuple(
        Stage(
            _array(arrays, f"maps_{number}", "f", (count, None, None, None)),
            float(_array(arrays, f"dead_{number}", "f", ())),
        )
        for number in range(sum(name.startswith("maps_") for name in arrays))
    )
    return Views(
        examples=examples,
        labels=_classes(arrays, "example_labels", count=count, classes=len(images.data.classes)),
        predictions=_classes(arrays, "example_predictions", count=count, classes=len(images.data.classes)),
        mistakes=_array(arrays, "mistakes", "u", (mistakes, channels, height, width)),
        filters=_filters(arrays) if "filters" in arrays else None,
        stages=stages,
        cam=_array(arrays, "cam", "f", (count, height, width)) if "cam" in arrays else None,
    )


def _filters(arrays: Mapping[str, NDArray[Any]]) -> Filters:
    weights = _array(arrays, "filters", "f", (None,) * 4)
    total, faint = (int(_array(arrays, f"filters_{name}", "i", ())) for name in ("total", "faint"))
    if not (len(weights) <= total and 0 <= faint <= total):
        raise ValueError(
            f"expected 'filters_total' of {len(weights)} or more and 'filters_faint' from 0 to it, "
            f"found {total} and {faint}"
        )
    return Filters(weights, total, faint)


def _array(arrays: Mapping[str, NDArray[Any]], name: str, kind: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
    """kind: u for uint8, i for int64, f for any floats, all finite. None in `shape`: any length but 0."""
    if name not in arrays:
        _unlike(name, shape, "none of that name")
    found = arrays[name]
    sides = zip(found.shape, shape, strict=False)
    if len(found.shape) != len(shape) or any(here == 0 if side is None else here != side for here, side in sides):
        _unlike(name, shape, f"shape {found.shape}")
    if found.dtype.kind != kind or (kind != "f" and found.dtype.itemsize != (1 if kind == "u" else 8)):
        _unlike(name, shape, f"values of {found.dtype}")
    if kind == "f" and not np.isfinite(found).all():
        _unlike(name, shape, "values that are not finite")
    return found.astype(np.float32) if kind == "f" else found


def _classes(arrays: Mapping[str, NDArray[Any]], name: str, *, count: int, classes: int) -> Labels:
    found: Labels = _array(arrays, name, "i", (count,))
    if ((found < 0) | (found >= classes)).any():
        _unlike(name, (count,), f"classes beyond 0 to {classes - 1}")
    return found


def _unlike(name: str, shape: tuple[int | None, ...], found: str) -> NoReturn:
    sides = ", ".join("any" if side is None else str(side) for side in shape)
    raise ValueError(f"expected the array {name!r} of shape ({sides}), found {found}")
