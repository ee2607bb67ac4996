"""What the channels of each stage respond to."""

import numpy as np

from tunewright.report.figure import Drawn, Tile
from tunewright.report.images.pixels import Pixels, heat, mosaic, picture, resized, to_bytes
from tunewright.report.images.results import Card
from tunewright.report.images.tiles import tiled
from tunewright.report.images.views import Singles, Stage, Views

TITLE = "Feature maps"
SIDE = 48  # pixels of a map's width
MOST = 8  # channels


def caption(stages: tuple[Stage, ...]) -> str:
    dead = ", ".join(f"stage {number} {100 * stage.dead:.0f} %" for number, stage in enumerate(stages, 1))
    return (
        "One row per example: the image, then the channels that respond most at the end of the stage, the strongest "
        "first; each map on its own scale, bright where the channel responds. Channels that never respond on the "
        f"examples: {dead}."
    )


def bright(values: Singles) -> Pixels:
    """A map (h, w) from its lowest to its highest; one that is flat is dark."""
    low, high = float(values.min()), float(values.max())
    return to_bytes(heat((values - low) / (high - low) if high > low else np.zeros_like(values), "viridis"))


def sheet(views: Views, number: int, card: Card) -> Tile:
    maps = views.stages[number].maps[:, :MOST]
    rows, columns = views.examples.shape[2:]
    size = {"width": SIDE, "height": max(1, round(SIDE * rows / columns))}
    shown = [
        resized(pixels, **size)
        for image, own in zip(views.examples, maps, strict=True)
        for pixels in (picture(image, card), *map(bright, own))
    ]
    height, width = maps.shape[2:]
    return Tile(mosaic(shown, columns=1 + maps.shape[1]), f"Stage {number + 1}: maps of {height} x {width}")


def draw(views: Views, card: Card) -> Drawn | None:
    """None for a model without stages."""
    if not views.stages:
        return None
    tiles = [sheet(views, number, card) for number in range(len(views.stages))]
    return tiled("feature_maps", TITLE, caption(views.stages), tiles=tiles, columns=3, side=300)
