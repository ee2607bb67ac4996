"""How the final models learned."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from plotly.subplots import make_subplots

from tunewright.images.report import told
from tunewright.images.report.results import Contestant
from tunewright.images.report.words import label, line, shown
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS, NAMES
from tunewright.report.stills import canvas, plain, shared_legend
from tunewright.report.study.scales import spans_decades
from tunewright.report.traces import dress, log_ticks
from tunewright.report.values import Floats
from tunewright.report.words import logged

TITLE = "Learning curves of the final models"
CAPTION = (
    "One panel per model: the loss after each epoch and, where images were held out, the accuracy on them below. All "
    "panels share their scales. Where validation loss rises while training loss falls, the model learns its images by "
    "heart."
)


@dataclass(frozen=True, eq=False)
class Lines:
    """One model, a value per epoch, NaN where undefined; accuracy in per cent; empty where nothing was held out."""

    name: str
    train: Floats
    validation: Floats
    accuracy: Floats


@dataclass(frozen=True, eq=False)
class Learning:
    """log: of the axis of losses, which runs from losses[0] to losses[1]; accuracies: the same, None without any."""

    lines: tuple[Lines, ...]
    log: bool
    losses: tuple[float, float]
    accuracies: tuple[float, float] | None


def view_of(contestants: tuple[Contestant, ...]) -> Learning | None:
    """None where nothing was learned in epochs."""
    lines = tuple(
        Lines(
            shown(one),
            np.array(one.curves.train_loss, dtype=np.float64),
            np.array(one.curves.validation_loss, dtype=np.float64),
            100 * np.array(one.curves.validation_accuracy, dtype=np.float64),
        )
        for one in contestants
        if one.curves.train_loss
    )
    losses = (
        np.concatenate([values for one in lines for values in (one.train, one.validation)]) if lines else np.empty(0)
    )
    losses = losses[np.isfinite(losses)]
    if not losses.size:
        return None
    log = spans_decades(losses)
    accuracies = np.concatenate([one.accuracy for one in lines])
    accuracies = accuracies[np.isfinite(accuracies)]
    return Learning(lines, log, ends(losses, log=log), ends(accuracies, log=False) if accuracies.size else None)


def ends(values: Floats, *, log: bool) -> tuple[float, float]:
    """Of an axis, with some room."""
    low, high = float(values.min()), float(values.max())
    if log:
        room = (high / low) ** 0.05
        return low / room, high * room
    room = 0.05 * ((high - low) or abs(high) or 1.0)
    return low - room, high + room


def panels(one: Lines) -> list[tuple[str, Floats, int]]:
    """Key of the look, values, row."""
    return [
        (key, values, row)
        for key, values, row in (
            ("train", one.train, 1),
            ("validation", one.validation, 1),
            ("validation", one.accuracy, 2),
        )
        if values.size
    ]


def plot(view: Learning, one: Lines) -> Any:
    rows = 2 if one.accuracy.size else 1
    figure = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.6, 0.4][:rows])
    for key, values, row in panels(one):
        trace = go.Scatter(
            x=np.arange(1, len(values) + 1),
            y=values,
            mode="lines" if len(values) > 1 else "markers",
            name=NAMES[key],
            line={"color": COLOURS[key], "width": 2},
            showlegend=row == 1,
        )
        figure.add_trace(trace, row=row, col=1)
    if view.log:
        ticks = log_ticks(np.array(view.losses))
        bounds = [float(np.log10(end)) for end in view.losses]
        figure.update_yaxes(type="log", tickvals=ticks[:: 1 if len(ticks) < 8 else 3], range=bounds, row=1)
    else:
        figure.update_yaxes(range=view.losses, row=1)
    if rows == 2:
        figure.update_yaxes(title_text="Right (%)", range=view.accuracies, row=2)
    figure.update_yaxes(title_text=logged("Loss", log=view.log), row=1)
    figure.update_xaxes(title_text=f"{label(one.name, letters=30)}: epoch", row=rows)
    figure.update_xaxes(zeroline=False)
    return dress(figure, height=330 if view.accuracies is None else 420)


def still(view: Learning) -> Figure:
    rows, columns = 1 if view.accuracies is None else 2, min(3, len(view.lines))
    bands = -(-len(view.lines) // columns)
    heights = [3, 2][:rows] * bands
    figure, axes = canvas(rows * bands, columns, height=0.9 + sum(heights) * 0.75, height_ratios=heights)
    for ax in axes:
        ax.set_visible(False)
    for index, one in enumerate(view.lines):
        first = index // columns * rows * columns + index % columns
        for key, values, row in panels(one):
            ax = axes[first + (row - 1) * columns]
            style = "-" if len(values) > 1 else "o"
            ax.plot(np.arange(1, len(values) + 1), values, style, color=COLOURS[key], label=NAMES[key], linewidth=1.8)
            ax.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
            ax.set_visible(True)
        axes[first].set_title(plain(line(one.name, letters=26)), fontsize=10)
        axes[first].set_yscale("log" if view.log else "linear")
        axes[first].set(ylim=view.losses, ylabel=logged("Loss", log=view.log) if index % columns == 0 else None)
        if view.accuracies is not None:
            axes[first + columns].set(ylim=view.accuracies, ylabel="Right (%)" if index % columns == 0 else None)
        axes[first + columns * bool(one.accuracy.size)].set_xlabel("Epoch")
    shared_legend(figure, max((ax.get_legend_handles_labels()[0] for ax in axes), key=len), columns=2)
    return figure


def draw(contestants: tuple[Contestant, ...]) -> Drawn | None:
    view = view_of(contestants)
    if view is None:
        return None
    plots = [plot(view, one) for one in view.lines]
    shown = told.learning({one.name: (one.train, one.validation, one.accuracy) for one in view.lines})
    return drawn("final_curves", TITLE, CAPTION, plots=plots, still=lambda: still(view), told=shown)
