"""Grad-CAM (Selvaraju et al. 2017): which pixels spoke for the class that was predicted."""

import numpy as np

from tunewright.images.report.pixels import Pixels, enlarged, heat, mosaic, picture, to_bytes
from tunewright.images.report.results import Data
from tunewright.images.report.tiles import tiled
from tunewright.images.report.views import Singles, Views
from tunewright.report.figure import Drawn, Tile

TITLE = "Where it looks (Grad-CAM)"
CAPTION = (
    "Each example, and beside it the same in gray below a map: the brighter its colour, the more the place spoke for "
    "the predicted class. Wrong answers are marked by a cross: actual class, arrow, predicted class."
)
SIDE = 96
STRENGTH = 0.75


def overlay(image: Pixels, cam: Singles) -> Pixels:
    """The image (h, w, 3) in gray below the map (h, w), which covers it the more the higher it is."""
    gray = np.repeat(image.mean(axis=-1, keepdims=True) / 255, 3, axis=-1)
    cover = STRENGTH * np.clip(cam, 0, 1)[..., None]
    return to_bytes((1 - cover) * 0.8 * gray + cover * heat(cam, "inferno"))


def draw(views: Views, data: Data) -> Drawn | None:
    """None for a model without feature maps."""
    if views.cam is None:
        return None
    tiles = []
    for image, cam, actual, predicted in zip(views.examples, views.cam, views.labels, views.predictions, strict=True):
        pixels, wrong = picture(image, data.card), bool(actual != predicted)
        both = [enlarged(one, side=SIDE) for one in (pixels, overlay(pixels, cam))]
        right, guess = data.classes[actual], data.classes[predicted]
        said = f"\u2718 {right} \u2192 {guess}" if wrong else f"\u2714 {right}"
        tiles.append(Tile(mosaic(both, columns=2), said, wrong=wrong))
    return tiled("grad_cam", TITLE, CAPTION, tiles=tiles, columns=4, side=160)
