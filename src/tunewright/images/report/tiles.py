"""Figures made of pictures: each with its line of text, laid out by the page, and as one PNG."""

from collections.abc import Sequence
from textwrap import wrap

from tunewright.report.figure import Drawn, Tile, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import WIDTH, canvas, plain

LINE = 0.17  # inches
MORE = "\N{HORIZONTAL ELLIPSIS}"


def tiled(name: str, title: str, caption: str, *, tiles: Sequence[Tile], columns: int, side: int) -> Drawn:
    """columns: of the PNG. side: the least width of a tile on the page, in CSS pixels."""
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    letters = int(0.9 * WIDTH / columns * 13)
    texts = [[*wrap(tile.text, letters, max_lines=2, placeholder=MORE), *filter(None, [tile.detail])] for tile in tiles]
    lines = max(map(len, texts))
    tallest = max(tile.pixels.shape[0] / tile.pixels.shape[1] for tile in tiles)
    figure, axes = canvas(rows, columns, height=0.5 + rows * (tallest * 0.95 * WIDTH / columns + LINE * (lines + 0.7)))
    for ax in axes:
        ax.axis("off")
    for ax, tile, text in zip(axes, tiles, texts, strict=False):
        ax.imshow(tile.pixels, interpolation="nearest")
        colour = COLOURS["validation"] if tile.wrong else "black"
        ax.set_title(plain("\n".join(text)), fontsize=9, color=colour, fontweight="bold" if tile.wrong else "normal")
    pictures = tuple(tiles)
    return drawn(name, title, caption, plots=[], still=figure, tiles=pictures, side=side)
