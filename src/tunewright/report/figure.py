"""One figure of the report in its two forms: interactive for the page, PNG for the folder, paper and no scripts."""

import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from tunewright.report.told import Told

COLOURS = 128


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture, its text and a line of its own below. pixels: uint8 of shape (height, width, 3 or 4)."""

    pixels: NDArray[np.uint8]
    text: str
    detail: str = ""
    wrong: bool = False

    def png(self) -> bytes:
        stream = io.BytesIO()
        Image.fromarray(self.pixels).save(stream, format="png")
        return stream.getvalue()


def reduced(png: bytes) -> bytes:
    """The picture in so few colours that it takes a third of the bytes, and nobody sees it."""
    stream = io.BytesIO()
    few = (
        Image.open(io.BytesIO(png))
        .convert("RGB")
        .quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    few.save(stream, format="png", compress_level=8)  # the last level takes half as long again for 3 %
    return stream.getvalue()


@dataclass(frozen=True)
class Drawn:
    """name: of the PNG file. plots: plotly's JSON, one for each panel; the page sets them side by side where it can.

    tiles: pictures that the page shows in place of plots, each at least `side` CSS pixels wide. told: what the plots
    show, for those who do not see them.
    """

    name: str
    title: str
    caption: str
    plots: tuple[str, ...]
    still: bytes
    tiles: tuple[Tile, ...] = ()
    side: int = 0
    told: Told | None = None


def drawn(
    name: str,
    title: str,
    caption: str,
    *,
    plots: Sequence[Any],
    still: Callable[[], Figure],
    tiles: Sequence[Tile] = (),
    side: int = 0,
    told: Told | None = None,
) -> Drawn:
    """plots: plotly figures. still: draws the PNG's. Titles stand in the page, not in the plots, where they could not
    wrap."""
    figures = tuple(str(plot.to_json()) for plot in plots)
    return Drawn(name, title, caption, figures, png(still, title=title), tuple(tiles), side, told)


def png(still: Callable[[], Figure], *, title: str) -> bytes:
    figure = still()
    figure.suptitle(title, fontsize=13)
    stream, canvas = io.BytesIO(), cast(Any, FigureCanvasAgg(figure))
    with warnings.catch_warnings():
        # The page shows every letter; in the PNG, one that the font lacks is a box.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        canvas.print_png(stream, pil_kwargs={"compress_level": 1})  # `savefig` draws twice
    return stream.getvalue()
