"""Learning curves of the best trial, where what was tuned learns in epochs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from plotly.subplots import make_subplots

from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS
from tunewright.report.stills import canvas, shared_legend, stroke
from tunewright.report.study import told
from tunewright.report.study.results import Study
from tunewright.report.study.scales import spans_decades
from tunewright.report.traces import dress, line, log_ticks
from tunewright.report.values import Floats
from tunewright.report.words import logged

TITLE = "Learning curves of the best trial"
CAPTION = (
    "One panel per fold, each with its own scale. The diamond marks the best epoch, whose weights were scored. The "
    "rows that chose it are those that score it, so a score in validation looks a little better than it is, even where "
    "nothing was tuned; the sealed test alone chose nothing."
)


@dataclass(frozen=True)
class Curve:
    """One fold; epochs count from 1, losses are NaN where undefined, `best` is (epoch, loss) or None."""

    fold: int
    train: Floats
    validation: Floats
    best: tuple[int, float] | None
    log: bool


@dataclass(frozen=True)
class LearningCurves:
    """Each fold has a loss axis of its own: the level differs from one stretch of the series to the next."""

    trial: int
    curves: tuple[Curve, ...]


def view_of(study: Study) -> LearningCurves | None:
    """None where what was tuned does not learn in epochs."""
    best = study.best
    if best is None or not best.folds:
        return None
    curves = []
    for number, fold in enumerate(best.folds):
        train = np.array(fold.train_loss, dtype=np.float64)
        validation = np.array(fold.validation_loss, dtype=np.float64)
        inside = 0 <= fold.best_epoch < len(validation) and np.isfinite(validation[fold.best_epoch])
        mark = (fold.best_epoch + 1, float(validation[fold.best_epoch])) if inside else None
        log = spans_decades(np.concatenate([train, validation]))
        curves.append(Curve(number, train, validation, mark, log))
    return LearningCurves(best.number, tuple(curves))


def plot(view: LearningCurves) -> Any:
    columns = min(2, max(1, len(view.curves)))
    rows = max(1, -(-len(view.curves) // columns))
    figure = make_subplots(rows=rows, cols=columns, vertical_spacing=0.28 / rows)
    for index, curve in enumerate(view.curves):
        place = {"row": index // columns + 1, "col": index % columns + 1}
        for key, losses in (("train", curve.train), ("validation", curve.validation)):
            epochs = np.arange(1, len(losses) + 1)
            figure.add_trace(line(key, x=epochs, y=losses, width=2, legend=index == 0), **place)
        if curve.best is not None:
            marker = {"color": COLOURS["validation"], "symbol": "diamond", "size": 11}
            mark = go.Scatter(x=curve.best[:1], y=curve.best[1:], mode="markers", marker=marker)
            mark.update(name="Best epoch", legendgroup="best", showlegend=index == 0)
            figure.add_trace(mark, **place)
        figure.update_xaxes(title_text=f"Fold {curve.fold + 1}: epoch", **place)
        losses = np.concatenate([curve.train, curve.validation])
        if curve.log:
            figure.update_yaxes(type="log", tickvals=log_ticks(losses[np.isfinite(losses)]), **place)
        if index % columns == 0 or curve.log:
            title = logged("Loss (scaled units)" if index % columns == 0 else "Loss", log=curve.log)
            figure.update_yaxes(title_text=title, **place)
    return dress(figure, height=120 + 230 * rows)


def still(view: LearningCurves) -> Figure:
    columns = max(1, min(3, len(view.curves)))
    rows = max(1, -(-len(view.curves) // columns))
    figure, axes = canvas(rows, columns, height=1 + 2.7 * rows)
    for ax, curve in zip(axes, view.curves, strict=False):
        for key, losses in (("train", curve.train), ("validation", curve.validation)):
            stroke(ax, key, x=np.arange(1, len(losses) + 1), y=losses, width=1.8)
        if curve.best is not None:
            ax.plot(*curve.best, "D", color=COLOURS["validation"], markersize=7, label="Best epoch")
        ax.set_title(f"Fold {curve.fold + 1}", fontsize=10, loc="right")
        ax.set_xlabel("Epoch")
        ax.set_yscale("log" if curve.log else "linear")
        if curve.log:
            ax.set_ylabel(logged("Loss", log=True))
    for ax in axes[len(view.curves) :]:
        ax.set_visible(False)
    for ax, curve in zip(axes[::columns], view.curves[::columns], strict=True):
        ax.set_ylabel(logged("Loss (scaled units)", log=curve.log))
    shared_legend(figure, axes[0].get_legend_handles_labels()[0], columns=3)
    return figure


def draw(study: Study) -> Drawn | None:
    view = view_of(study)
    if view is None:
        return None
    shown = told.learning({f"Fold {one.fold + 1}": (one.train, one.validation) for one in view.curves})
    return drawn("learning_curves", TITLE, CAPTION, plots=[plot(view)], still=lambda: still(view), told=shown)
