"""Figures made of pictures: each with its line of text, laid out by the page, and as one PNG."""

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.figure import Figure

from tunewright.report.figure import Drawn, Tile, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import WIDTH, plain, sheet

LINE = 0.17  # inches
MORE = "\N{HORIZONTAL ELLIPSIS}"


def tiled(name: str, title: str, caption: str, *, tiles: Sequence[Tile], columns: int, side: int) -> Drawn:
    """columns: of the PNG. side: the least width of a tile on the page, in CSS pixels."""
    pictures = tuple(tiles)
    shown = min(columns, len(pictures))
    return drawn(
        name, title, caption, plots=[], still=lambda: still(pictures, columns=shown), tiles=pictures, side=side
    )


def still(tiles: Sequence[Tile], *, columns: int) -> Figure:
    rows = -(-len(tiles) // columns)
    letters = int(0.9 * WIDTH / columns * 13)
    texts = [[*wrap(tile.text, letters, max_lines=2, placeholder=MORE), *filter(None, [tile.detail])] for tile in tiles]
    lines = max(map(len, texts))
    tallest = max(tile.pixels.shape[0] / tile.pixels.shape[1] for tile in tiles)
    cell, text_height = WIDTH / columns, LINE * (lines + 0.7)
    width = 0.95 * cell
    step = tallest * width + text_height
    figure, page = sheet(height=0.6 + rows * step)
    for place, (tile, text) in enumerate(zip(tiles, texts, strict=True)):
        row, column = divmod(place, columns)
        centre, top = (column + 0.5) * cell, 0.5 + row * step + text_height
        left, bottom = centre - width / 2, top + width * tile.pixels.shape[0] / tile.pixels.shape[1]
        page.imshow(tile.pixels, interpolation="nearest", extent=(left, left + width, bottom, top))
        colour, weight = (COLOURS["validation"], "bold") if tile.wrong else ("black", "normal")
        page.text(
            centre, top - 0.05, plain("\n".join(text)), fontsize=9, color=colour, fontweight=weight, ha="center",
            va="bottom",
        )  # fmt: skip
    return figure
