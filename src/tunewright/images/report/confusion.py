"""Which classes are taken for which."""

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tunewright.images.report import told
from tunewright.images.report.results import Images
from tunewright.images.report.words import label, line
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import canvas, plain
from tunewright.report.traces import dress
from tunewright.report.values import Floats

TITLE = "Confusion matrix"
COUNTED = 20
"""Up to so many classes the counts stand in the cells."""
ACROSS, DOWN = 25, 50
"""Beyond so many classes, not each of them has its label; across there is less room on a narrow screen."""
NAMED = 3
SCALE = [[0, "rgba(26,127,196,0)"], [0.02, "rgba(26,127,196,0.18)"], [1, "rgba(26,127,196,1)"]]
SHADES = LinearSegmentedColormap.from_list("shares", [(0, "#ffffff"), (0.02, "#d6e7f4"), (1, COLOURS["model"])])


@dataclass(frozen=True, eq=False)
class Confusion:
    """counts: rows actual, columns predicted, (classes, classes). shares: of each row, 0 where a row is empty."""

    classes: tuple[str, ...]
    counts: NDArray[np.int64]
    shares: Floats

    def ticks(self, most: int) -> list[int]:
        """The classes that have a label, evenly spread."""
        return list(range(0, len(self.classes), -(-len(self.classes) // most)))


def view_of(images: Images) -> Confusion:
    counts = np.array(images.test.confusion, dtype=np.int64)
    return Confusion(images.data.classes, counts, counts / np.maximum(1, counts.sum(axis=1, keepdims=True)))


def caption(view: Confusion) -> str:
    wrong = np.where(np.eye(len(view.classes), dtype=bool), 0, view.counts)
    order = np.argsort(-wrong, axis=None, kind="stable")[:NAMED]
    pairs = [(int(one) // len(wrong), int(one) % len(wrong)) for one in order if wrong.flat[one]]
    said = "; ".join(
        f"{view.classes[actual]} taken for {view.classes[guess]}, {wrong[actual, guess]:,} of "
        f"{view.counts[actual].sum():,}"
        for actual, guess in pairs
    )
    some = "" if len(view.classes) <= ACROSS else " Not every class has its label."
    rows = f"One row per actual class, shaded by the share of its images that were given to each class.{some}"
    return f"{rows} Most often confused: {said}." if pairs else f"{rows} No image was given to a wrong class."


def hover(view: Confusion) -> list[list[str]]:
    names = [html.escape(" ".join(name.split())) for name in view.classes]
    cells = zip(names, view.counts.tolist(), view.shares.tolist(), strict=True)
    return [
        [
            f"Actual {actual}<br>Predicted {guess}<br>{count:,} images, {100 * share:.1f} %"
            for guess, count, share in zip(names, counts, shares, strict=True)
        ]
        for actual, counts, shares in cells
    ]


def plot(view: Confusion) -> Any:
    few = len(view.classes) <= COUNTED
    counts = [[str(count) if count else "" for count in row] for row in view.counts.tolist()]
    cells = go.Heatmap(
        z=view.shares,
        zmin=0,
        zmax=1,
        colorscale=SCALE,
        showscale=False,
        xgap=1 if few else 0,
        ygap=1 if few else 0,
        text=counts if few else None,
        texttemplate="%{text}" if few else None,
        customdata=hover(view),
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure = go.Figure(cells)
    bare = {"showgrid": False, "zeroline": False, "tickfont": {"size": 13 if few else 9}}
    figure.update_xaxes(title_text="Predicted", tickangle=-90, **ticks(view, ACROSS), **bare)
    figure.update_yaxes(title_text="Actual", autorange="reversed", **ticks(view, DOWN), **bare)
    return dress(figure, height=360 + 24 * len(view.classes) if few else 820).update_layout(margin_t=10)


def ticks(view: Confusion, most: int) -> dict[str, Any]:
    places = view.ticks(most)
    return {"tickvals": places, "ticktext": [label(view.classes[place]) for place in places]}


def still(view: Confusion) -> Figure:
    few = len(view.classes) <= COUNTED
    figure, (ax,) = canvas(1, 1, height=3 + 0.27 * len(view.classes) if few else 9)
    ax.grid(visible=False)
    ax.imshow(view.shares, cmap=SHADES, vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    for row, column in np.argwhere(view.counts) if few else ():
        colour = "white" if view.shares[row, column] > 0.5 else "black"
        place: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "color": colour}
        ax.text(column, row, f"{view.counts[row, column]}", **place)
    places = view.ticks(DOWN)
    names = [plain(line(view.classes[place])) for place in places]
    ax.set_xticks(places, names, rotation=90, fontsize=9 if few else 7)
    ax.set_yticks(places, names, fontsize=9 if few else 7)
    ax.set(xlabel="Predicted", ylabel="Actual")
    return figure


def draw(images: Images) -> Drawn:
    view = view_of(images)
    shown = told.confusion(view.classes, view.counts)
    return drawn("confusion", TITLE, caption(view), plots=[plot(view)], still=lambda: still(view), told=shown)
