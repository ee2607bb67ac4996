"""The weights that look at the pixels themselves."""

import numpy as np

from tunewright.images.report.pixels import enlarged, in_colour, mosaic, to_bytes
from tunewright.images.report.tiles import tiled
from tunewright.images.report.views import Filters, Singles, Views
from tunewright.report.figure import Drawn, Tile

TITLE = "Filters of the first layer"
COLUMNS, SIDE = 8, 36


def caption(filters: Filters) -> str:
    count, channels = filters.weights.shape[:2]
    kinds = "the mean over the channels" if channels not in (1, 3) else "in the image's own colours"
    which = f"The {count:,} largest of {filters.total:,} filters" if filters.total > count else f"All {count:,} filters"
    return (
        f"{which}, {kinds if channels != 1 else 'dark for negative, bright for positive weights'}; mid-gray is no "
        "weight. First: each scaled by itself, which shows its shape but hides whether it matters. Second: all on one "
        f"scale, where a dead filter is plain gray. At most 1 % as strong as the strongest: {filters.faint:,} of "
        f"{filters.total:,}."
    )


def shaded(weights: Singles, *, reach: float) -> Singles:
    """Weights as shares, half being no weight."""
    return 0.5 + weights / (2 * reach) if reach else np.full_like(weights, 0.5)


def sheet(filters: Singles, *, together: bool) -> Tile:
    common = float(np.abs(filters).max())
    reaches = [common if together else float(np.abs(one).max()) for one in filters]
    shown = [shaded(one, reach=reach) for one, reach in zip(filters, reaches, strict=True)]
    pictures = [enlarged(to_bytes(in_colour(one)), side=SIDE) for one in shown]
    text = "All on one scale" if together else "Each on its own scale"
    return Tile(mosaic(pictures, columns=COLUMNS), text)


def draw(views: Views) -> Drawn | None:
    """None for a model whose first layer does not see pixels."""
    if views.filters is None:
        return None
    tiles = [sheet(views.filters.weights, together=together) for together in (False, True)]
    return tiled("filters", TITLE, caption(views.filters), tiles=tiles, columns=2, side=350)
