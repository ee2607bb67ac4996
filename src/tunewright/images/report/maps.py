"""What the channels of each stage respond to."""

import numpy as np

from tunewright.images.report.pixels import Pixels, heat, mosaic, picture, resized, to_bytes
from tunewright.images.report.results import Card
from tunewright.images.report.tiles import tiled
from tunewright.images.report.views import Singles, Stage, Views
from tunewright.report.figure import Drawn, Tile

TITLE = "Feature maps"
SIDE = 48  # pixels of a map's width


def names(views: Views) -> list[str]:
    """What the stages are called: maps as large as the image come before the first stage that makes them smaller."""
    whole = views.stages[0].maps.shape[2:] == views.examples.shape[2:]
    return [f"Stage {number}" if number else "First maps" for number in range(1 - whole, len(views.stages) + 1 - whole)]


def caption(views: Views) -> str:
    dead = ", ".join(
        f"{name.lower()} {100 * stage.dead:.0f} %" for name, stage in zip(names(views), views.stages, strict=True)
    )
    return (
        "One row per example: the image, then the channels that respond most, the strongest first; each map on its own "
        "scale, bright where the channel responds. First maps are as large as the image, and a stage is whatever makes "
        "them smaller: its last maps are shown, unless they are a single pixel high or wide. Channels that never "
        f"change, neither within an example nor from one to the next: {dead}."
    )


def bright(values: Singles) -> Pixels:
    """A map (h, w) from its lowest to its highest; one that is flat is dark."""
    low, high = float(values.min()), float(values.max())
    return to_bytes(heat((values - low) / (high - low) if high > low else np.zeros_like(values), "viridis"))


def sheet(views: Views, stage: Stage, card: Card, *, name: str) -> Tile:
    maps = stage.maps
    rows, columns = views.examples.shape[2:]
    size = {"width": SIDE, "height": max(1, round(SIDE * rows / columns))}
    shown = [
        resized(pixels, **size)
        for image, own in zip(views.examples, maps, strict=True)
        for pixels in (picture(image, card), *map(bright, own))
    ]
    height, width = maps.shape[2:]
    return Tile(mosaic(shown, columns=1 + maps.shape[1]), f"{name}: {height} x {width}")


def draw(views: Views, card: Card) -> Drawn | None:
    """None for a model without stages."""
    if not views.stages:
        return None
    tiles = [sheet(views, stage, card, name=name) for name, stage in zip(names(views), views.stages, strict=True)]
    return tiled("feature_maps", TITLE, caption(views), tiles=tiles, columns=3, side=300)
