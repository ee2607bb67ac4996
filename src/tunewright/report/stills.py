"""What every PNG is made of: matplotlib's object-oriented interface, no global figure, no display."""

from collections.abc import Sequence
from typing import Any, cast

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import TightLayoutEngine

from tunewright.report.look import COLOURS, NAMES, SCALE
from tunewright.report.values import Floats

DPI = 120
WIDTH = 9.0  # inches
NOWHERE = cast(Any, None)  # no rectangle, which matplotlib takes and its types do not know
PAD = 0.6  # around a panel and what belongs to it, in heights of its letters
SHADES = LinearSegmentedColormap.from_list("shades", list(SCALE))


def canvas(rows: int, columns: int, *, height: float, **grid: Any) -> tuple[Figure, list[Axes]]:
    """An empty figure and its axes, row by row."""
    # A constrained layout measures all texts twice, and so does a tight one that is told where to stay.
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout=TightLayoutEngine(pad=PAD, rect=NOWHERE))
    axes = list(figure.subplots(rows, columns, squeeze=False, **grid).flat)
    for ax in axes:
        ax.grid(alpha=0.25)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def sheet(*, height: float) -> tuple[Figure, Axes]:
    """An empty figure and one plane over all of it, in inches from its upper left corner: for what is laid out by hand,
    in a fraction of the time that a grid of panels takes."""
    figure = Figure(figsize=(WIDTH, height), dpi=DPI)
    plane = figure.add_axes((0, 0, 1, 1))
    plane.axis("off")
    plane.set(xlim=(0, WIDTH), ylim=(height, 0), autoscale_on=False)
    return figure, plane


def legend(ax: Axes, *, columns: int = 4) -> None:
    """Above the panel, where it covers no data."""
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=9)


def shared_legend(
    figure: Figure, handles: Sequence[Artist], *, columns: int, size: float = 10, markers: float = 1
) -> None:
    """One for all panels, below them, in room that they leave free."""
    labels = [str(handle.get_label()) for handle in handles]
    figure.legend(handles, labels, loc="lower center", ncols=columns, frameon=False, fontsize=size, markerscale=markers)
    inches = 0.1 + 0.02 * size * -(-len(labels) // columns)
    figure.set_layout_engine(TightLayoutEngine(pad=PAD, rect=(0, inches / figure.get_figheight(), 1, 1)))


def stroke(ax: Axes, key: str, *, x: Any, y: Floats, width: float = 1.2) -> None:
    ax.plot(x, y, color=COLOURS[key], label=NAMES[key], linewidth=width)


def plain(text: object) -> str:
    """Text for matplotlib, which would read a pair of dollars as a formula."""
    return str(text).replace("$", r"\$")
